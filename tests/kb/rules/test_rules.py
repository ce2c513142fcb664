"""Every rule gives every outcome it can: one YAML file of cases by subject, each case a small inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from kb import units
from kb.inventory import Inventory
from kb.load import load
from kb.report import Result
from kb.rules import engine
from kb.rules.reads import reads

KNOWLEDGE = load()
RULES = engine.rules(KNOWLEDGE)
OUTCOMES = {"pass", "fail", "not_applicable", "unknown"}
SIZES = {
    *("memory", "memory_minimum", "memory_maximum", "memory_assigned", "numa_memory", "size", "file_size", "free", "allocated", "pending"),
    *("block_size", "logical_sector_size", "physical_sector_size", "live_migration_limit"),
}
PARTS = {"disk": "disks", "adapter": "adapters", "checkpoint": "checkpoints", "service": "integration_services"}


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """A small inventory and what the rule says about its first object.

    `vm`, `host`, `disk` … stand for a list of one; `nodes` is a number of nodes HV1, HV2 …, which are also the
    names of hosts without one; `many_vms` is a number of running clustered VMs. `observed` is part of what the
    report shows, `missing` a value that it names as not known, `implements` the public rules the finding names.
    """

    expect: str
    name: str = ""
    version: str | int | None = None
    taken: str | None = None
    nodes: int | None = None
    many_vms: int | None = None
    cluster: dict | None = None
    hosts: list[dict] | None = None
    vms: list[dict] | None = None
    host: dict | None = None
    vm: dict | None = None
    disk: dict | None = None
    adapter: dict | None = None
    checkpoint: dict | None = None
    service: dict | None = None
    switch: dict | None = None
    host_adapter: dict | None = None
    team: dict | None = None
    volume: dict | None = None
    network: dict | None = None
    node: dict | None = None
    group: dict | None = None
    resource: dict | None = None
    observed: str | None = None
    missing: str | None = None
    implements: list[str] | None = None

    def inventory(self) -> Inventory:
        cluster, hosts, vms = self.cluster, self.hosts, self.vms
        if self.host is not None:
            hosts = [self.host]
        for part, field in (("switch", "switches"), ("host_adapter", "adapters"), ("team", "teams")):
            if getattr(self, part) is not None:
                hosts = [(self.host or {}) | {field: [getattr(self, part)]}]
        if self.many_vms is not None:
            vms = [{"state": "Running", "highly_available": True}] * self.many_vms
        parts = {field: [getattr(self, part)] for part, field in PARTS.items() if getattr(self, part) is not None}
        if self.vm is not None or parts:
            vms = [(self.vm or {}) | parts]
        for field in ("volume", "network", "node", "group", "resource"):
            if getattr(self, field) is not None:
                cluster = (cluster or {}) | {f"{field}s": [getattr(self, field)]}
        if self.nodes is not None:
            cluster = (cluster or {}) | {"nodes": [{"name": f"HV{n + 1}"} for n in range(self.nodes)]}
        found: dict[str, Any] = {}
        if self.taken is not None:
            found["taken"] = self.taken
        if cluster is not None:
            found["cluster"] = cluster
        if hosts is not None:
            found["hosts"] = [{"name": f"HV{n + 1}"} | host for n, host in enumerate(hosts)]
        if vms is not None:
            found["vms"] = [{"name": f"VM{n + 1}"} | vm for n, vm in enumerate(vms)]
        return msgspec.convert(_plain(found), Inventory)


def _plain(value: Any, key: str = "") -> Any:
    """Sizes as bytes, versions as text, and `many_disks: 65` as a list of 65."""
    if isinstance(value, dict):
        value = dict(value)
        if count := value.pop("many_disks", None):
            value["disks"] = [{"controller": "scsi", "controller_number": 0}] * count
        if count := value.pop("many_adapters", None):
            value["adapters"] = [{"legacy": False}] * count
        if count := value.pop("many_volumes", None):
            value["volumes"] = [{}] * count
        if count := value.pop("many_vlans", None):
            value["allowed_vlans"] = list(range(1, count + 1))
        if count := value.pop("many_processors", None):
            value["processors"] = [{}] * count
        return {name: _plain(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, key) for item in value]
    if key in SIZES and isinstance(value, str):
        return units.parse_size(value)
    return str(value) if key in ("version", "mac") else value


class Cases(msgspec.Struct, forbid_unknown_fields=True):
    """The cases of a rule; `impossible` gives the reason for an outcome that cannot come up."""

    cases: list[Case]
    impossible: dict[str, str] = {}


def _read() -> dict[str, Cases]:
    found: dict[str, Cases] = {}
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml")):
        found |= msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), dict[str, Cases])
    return found


CASES = _read()
TABLE = [
    pytest.param(id, case, id=f"{id}-{case.expect}-{number}") for id, cases in CASES.items() for number, case in enumerate(cases.cases)
]


def judge(id: str, case: Case) -> Result:
    version = None if case.version is None else str(case.version)
    return engine.judge(id, case.inventory(), KNOWLEDGE, version=version)[0]


@pytest.mark.parametrize(("id", "case"), TABLE)
def test_rule_says_what_the_case_expects(id: str, case: Case) -> None:
    result = judge(id, case)
    assert result.outcome == case.expect, (result.outcome, result.observed, result.missing, result.reason)
    if case.observed:
        assert result.observed is not None
        assert case.observed in result.observed.en
    if case.missing:
        assert case.missing in result.missing
    if case.implements is not None:
        assert case.implements == result.implements


@pytest.mark.parametrize(("id", "case"), TABLE)
def test_every_outcome_explains_itself(id: str, case: Case) -> None:
    result = judge(id, case)
    match result.outcome:
        case "fail":
            assert result.observed is not None
            assert result.observed.en.strip()
            assert result.observed.de.strip()
        case "unknown":
            assert result.missing or result.reason
        case "not_applicable":
            assert result.reason or result.limit


@pytest.mark.parametrize(("id", "case"), [param for param in TABLE if param.values[1].missing])
def test_missing_values_can_be_collected(id: str, case: Case) -> None:
    from kb.report import how_to_collect

    assert how_to_collect(case.missing)


@pytest.mark.parametrize("id", sorted(RULES))
def test_every_rule_has_a_case_for_every_outcome(id: str) -> None:
    cases = CASES[id]
    covered = {case.expect for case in cases.cases}
    assert covered | set(cases.impossible) == OUTCOMES
    assert not covered & set(cases.impossible)


def test_where_there_is_no_cluster_rules_about_clusters_do_not_apply() -> None:
    alone = msgspec.convert({"clustered": False, "hosts": [{"name": "HV1"}], "vms": [{"name": "VM1"}]}, Inventory)
    unknown = {u.rule for u in engine.check(alone, KNOWLEDGE, version="2022").unknowns if "inventory.cluster" in u.missing}
    assert unknown == set()
    assert engine.judge("CLU104", alone, KNOWLEDGE)[0].outcome == "not_applicable"


def test_no_case_is_for_a_rule_that_does_not_exist() -> None:
    assert set(CASES) <= set(RULES)


@pytest.mark.parametrize("id", sorted(RULES))
def test_a_rule_on_an_empty_inventory_is_unknown(id: str) -> None:
    outcomes = {result.outcome for result in engine.judge(id, Inventory(), KNOWLEDGE, version="2019")}
    assert outcomes == {"unknown"}


def _listed(name: str) -> dict[str, Any]:
    return yaml.safe_load((Path(engine.__file__).parent / name).read_text(encoding="utf-8"))


CATALOGUE, LEFT_OUT = _listed("catalogue.yaml"), _listed("not_implemented.yaml")


@pytest.mark.parametrize("id", sorted(RULES))
def test_a_rule_speaks_for_an_entry_and_covers_known_checks(id: str) -> None:
    rule = RULES[id]
    assert rule.entry is not None
    assert KNOWLEDGE.get(rule.entry) is not None
    assert set(rule.implements) <= set(CATALOGUE)


@pytest.mark.parametrize("public", sorted(CATALOGUE))
def test_a_public_check_has_a_rule_or_a_reason_why_not(public: str) -> None:
    covered = any(public in rule.implements for rule in RULES.values())
    assert covered is not bool(LEFT_OUT.get(public))


def test_an_object_carries_the_place_where_its_value_was_read() -> None:
    from kb.inventory import Location

    place = Location("vm.json", "$[0].ProcessorCount")
    inventory = msgspec.convert({"vms": [{"name": "VM1", "processors": 5}]}, Inventory)
    assert inventory.vms
    inventory.vms[0].at["processors"] = place
    result = engine.judge("VM001", inventory, KNOWLEDGE, version="2008R2")[0]
    assert result.location == place


@pytest.mark.parametrize(
    ("id", "fields"),
    [
        ("VM001", ["vm.processors"]),
        ("STO101", ["vm.disks", "vm.configuration_path", "vm.checkpoint_path"]),
        ("VM209", ["vm.automatic_checkpoints"]),
    ],
)
def test_a_rule_tells_the_fields_it_reads(id: str, fields: list[str]) -> None:
    assert reads(RULES[id]) == fields


def test_rules_about_one_object_tell_what_they_read_of_it() -> None:
    silent = [id for id, rule in RULES.items() if rule.on not in ("cluster", "inventory") and not reads(rule)]
    assert len(silent) <= 5, silent
