"""Answer and check agree: what an entry says is exactly where its rule changes from pass to fail."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import limits, units, versions
from kb.entry import Entry
from kb.inventory import Inventory
from kb.limits import Status
from kb.load import load
from kb.rules import engine
from kb.rules.measures import MEASURES
from kb.rules.network import synthetic_limit

KNOWLEDGE = load()
CHECKED = [entry for entry in KNOWLEDGE if entry.check]
IDS = [entry.id for entry in CHECKED]
TAKES = {"at_most": lambda value, bound: value <= bound, "at_least": lambda value, bound: value >= bound}


def _vms(count: int) -> dict:
    return {
        "cluster": {"nodes": [{"name": "HV1"}]},
        "hosts": [{"name": "HV1"}],
        "vms": [{"state": "Running", "highly_available": True, "processors": 1}] * count,
    }


def _disks(controller: str, count: int) -> list[dict]:
    return [{"controller": controller, "controller_number": 0}] * count


def _vm(**fields) -> dict:
    return {"vms": [{"name": "VM1"} | fields]}


def _host(**fields) -> dict:
    return {"hosts": [{"name": "HV1"} | fields]}


# An inventory in which the measure finds exactly this quantity.
WITH: dict[str, Callable[[int, int], dict]] = {
    "vm.processors": lambda n, gen: _vm(generation=gen, processors=n),
    "vm.nested_processors": lambda n, gen: _vm(nested_virtualization=True, processors=n),
    "vm.memory": lambda n, gen: _vm(generation=gen, memory=n, dynamic_memory=False),
    "vm.ide_devices": lambda n, gen: _vm(generation=gen, disks=_disks("ide", n), dvds=[]),
    "vm.ide_devices_per_controller": lambda n, gen: _vm(generation=gen, disks=[], dvds=_disks("ide", n)),
    "vm.scsi_controllers": lambda n, gen: _vm(scsi_controllers=n),
    "vm.scsi_disks": lambda n, gen: _vm(disks=_disks("scsi", n)),
    "vm.scsi_devices": lambda n, gen: _vm(disks=_disks("scsi", n), dvds=[]),
    "vm.scsi_disks_per_controller": lambda n, gen: _vm(disks=_disks("scsi", n)),
    "vm.legacy_adapters": lambda n, gen: _vm(generation=gen, adapters=[{"legacy": True}] * n),
    "vm.checkpoints": lambda n, gen: _vm(checkpoint_count=n),
    "checkpoint.name_length": lambda n, gen: _vm(checkpoints=[{"name": "x" * n}]),
    "disk.vhd_size": lambda n, gen: _vm(disks=[{"format": "vhd", "size": n}]),
    "disk.vhdx_size": lambda n, gen: _vm(disks=[{"format": "vhdx", "size": n}]),
    "host.logical_processors": lambda n, gen: _host(logical_processors=n),
    "host.sockets": lambda n, gen: _host(processors=[{}] * n),
    "host.memory": lambda n, gen: _host(memory=n),
    "host.running_vms": lambda n, gen: _vms(n),
    "host.running_vms_of_a_node": lambda n, gen: _vms(n),
    "host.virtual_processors": lambda n, gen: _host() | _vm(state="Running", processors=n),
    "host.live_migration_speed": lambda n, gen: _host(adapters=[{"use": ["live-migration"], "speed": n * 10**9}]),
    "switch.team_members": lambda n, gen: _host(switches=[{"embedded_teaming": True, "adapters": ["NIC"] * n}]),
    "cluster.nodes": lambda n, gen: {"cluster": {"nodes": [{}] * n}},
    "cluster.running_vms": lambda n, gen: _vms(n),
}


def outcome(entry: Entry, version: str, generation: int, quantity: int) -> str:
    assert entry.check
    inventory = msgspec.convert(WITH[entry.check.measure](quantity, generation), Inventory)
    (result,) = engine.judge(entry.check.rule, inventory, KNOWLEDGE, version=version)
    return result.outcome


@pytest.mark.parametrize("entry", CHECKED, ids=IDS)
def test_the_documented_value_passes_and_the_next_fails(entry: Entry) -> None:
    assert entry.check
    step = 1 if entry.check.operator == "at_most" else -1
    decided = 0
    for version in entry.covered:
        for generation in (1, 2):
            found = limits.limit(entry, version, generation=generation)
            if found.status is Status.DOES_NOT_APPLY:
                assert outcome(entry, version, generation, 1) == "not_applicable"
            if found.value is None:
                continue
            bound = int(units.to_base(found.value, entry.unit))
            assert outcome(entry, version, generation, bound) == "pass", (version, generation)
            assert outcome(entry, version, generation, bound + step) == "fail", (version, generation)
            decided += 1
    assert decided


@given(data=st.data())
def test_any_quantity_is_judged_as_the_entry_says(data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from([e for e in CHECKED if not (e.check and e.check.measure.endswith(("running_vms", "of_a_node")))]))
    version = data.draw(st.sampled_from(versions.IDS))
    generation = data.draw(st.sampled_from([1, 2]))
    assert entry.check
    found = limits.limit(entry, version, generation=generation)
    bounds = [int(units.to_base(row.value, entry.unit)) for row in found.rows if row.applies]
    near = [max(bound + delta, 0) for bound in bounds for delta in (-1, 0, 1)]
    quantity = data.draw(st.sampled_from(near) | st.integers(0, 300) if near else st.integers(0, 300))
    says = {TAKES[entry.check.operator](quantity, bound) for bound in bounds}
    if found.status is Status.DOES_NOT_APPLY:
        expected = "not_applicable"
    else:
        expected = "pass" if says == {True} else "fail" if says == {False} else "unknown"
    assert outcome(entry, version, generation, quantity) == expected


GENERATIONS = [(v, 1) for v in versions.expand("2008R2..2025")] + [(v, 2) for v in versions.expand("2012R2..2025")]


@pytest.mark.parametrize(("version", "generation"), GENERATIONS)
def test_the_entry_on_network_adapters_states_how_many_are_synthetic(version: str, generation: int) -> None:
    assert synthetic_limit(limits.limit(KNOWLEDGE["vm-network-adapters"], version, generation=generation)) in (8, 64)


def test_every_measure_is_used_and_tested() -> None:
    assert {entry.check.measure for entry in CHECKED if entry.check} == set(MEASURES) == set(WITH)


def test_ids_of_rules_in_entries_are_unique() -> None:
    assert len({entry.check.rule for entry in CHECKED if entry.check}) == len(CHECKED)
