"""Choosing rules and accepting findings: never silently, never for ever."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from kb import comparison
from kb.assess import assess
from kb.choice import BadChoice, Choice, read, read_file
from kb.inventory import Inventory
from kb.load import Knowledge
from kb.report import Report

TODAY = date(2026, 11, 23)
HERE = Path()


def report(knowledge: Knowledge, choice: Choice | None = None, names: tuple[str, ...] = ("SQL1", "WEB1")) -> Report:
    """Two VMs with too many processors for their version."""
    vms = [{"name": name, "processors": 100, "generation": 1} for name in names]
    return assess(msgspec.convert({"vms": vms}, Inventory), knowledge, version="2012R2", choice=choice, today=TODAY)


def chosen(**table) -> Choice:
    return read(table, "lotse.toml", HERE).choice()


@pytest.mark.parametrize(
    ("table", "left"),
    [
        ({"select": ["VM"]}, {"VM001"}),
        ({"select": ["VM001"]}, {"VM001"}),
        ({"select": ["LM"]}, set()),
        ({"ignore": ["VM001"]}, set()),
        ({"select": ["VM"], "ignore": ["VM001"]}, set()),
        ({"select": ["vm-vcpu-max"]}, {"VM001"}),
    ],
)
def test_rules_are_chosen_by_id_group_or_public_id(knowledge: Knowledge, table: dict, left: set[str]) -> None:
    choice = chosen(**table) if "vm-vcpu-max" not in str(table) else chosen(select=[_public(knowledge)])
    assert {failure.rule for failure in report(knowledge, choice).failures if failure.rule == "VM001"} == left


def _public(knowledge: Knowledge) -> str:
    from kb.rules.engine import rules

    return rules(knowledge)["VM001"].implements[0]


def test_a_rule_can_weigh_more_or_less_here(knowledge: Knowledge) -> None:
    found = report(knowledge, chosen(severity={"VM001": "info"}))
    assert {failure.severity for failure in found.failures if failure.rule == "VM001"} == {"info"}


def exemption(**fields) -> dict:
    return {"rule": "VM001", "reason": "test bench", "owner": "ops", "expires": "2027-01-31"} | fields


def test_an_accepted_finding_is_set_aside_with_its_reason(knowledge: Knowledge) -> None:
    found = report(knowledge, chosen(exceptions=[exemption(object="sql*")]))
    assert [f.subject.name for f in found.failures if f.rule == "VM001"] == ["WEB1"]
    (accepted,) = found.accepted
    assert (accepted.result.subject.name, accepted.reason, accepted.owner) == ("SQL1", "test bench", "ops")


def test_an_expired_exception_is_a_finding_and_accepts_nothing(knowledge: Knowledge) -> None:
    found = report(knowledge, chosen(exceptions=[exemption(expires="2026-11-22")]))
    assert {f.rule for f in found.failures} >= {"VM001", "EXC001"}
    assert not found.accepted


def test_it_holds_on_its_last_day(knowledge: Knowledge) -> None:
    assert len(report(knowledge, chosen(exceptions=[exemption(expires=TODAY.isoformat())])).accepted) == 2


def test_an_exception_that_fits_nothing_is_told(knowledge: Knowledge) -> None:
    assert "EXC002" in {f.rule for f in report(knowledge, chosen(exceptions=[exemption(object="GONE")])).failures}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[exceptions]]\nrule = 'VM001'\nreason = 'x'\nowner = 'y'\n", "expires"),
        ("[[exceptions]]\nrule = 'VM001'\nreason = 'x'\nowner = 'y'\nexpires = 'soon'\n", "exceptions[0].expires"),
        ("[[exceptions]]\nrule = 'VM001'\nreason = ''\nowner = 'y'\nexpires = 2027-01-01\n", "reason"),
        ("selects = ['VM']\n", "selects"),
        ("select = [\n", "not valid TOML"),
    ],
)
def test_a_bad_file_is_answered_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "exceptions.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadChoice, match=r"exceptions\.toml") as caught:
        read_file(file)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "table", [{"select": ["VN"]}, {"ignore": ["VM999"]}, {"severity": {"X": "info"}}, {"exceptions": [exemption(rule="no")]}]
)
def test_a_name_that_is_no_rule_is_refused(knowledge: Knowledge, table: dict) -> None:
    with pytest.raises(BadChoice, match="no rule or group"):
        report(knowledge, chosen(**table))


def test_a_profile_lies_on_top() -> None:
    profiles = read({"ignore": ["LM"], "profiles": {"night": {"select": ["CSV"], "ignore": ["VM"]}}}, "lotse.toml", HERE)
    choice = profiles.choice("night")
    assert (choice.select, choice.ignore) == (["CSV"], ["LM", "VM"])
    with pytest.raises(BadChoice, match="night"):
        profiles.choice("day")


# --- two reports ------------------------------------------------------------------------------------------------------


def test_what_changed_since_an_earlier_report(knowledge: Knowledge) -> None:
    earlier = report(knowledge, names=("SQL1", "WEB1"))
    before = comparison.read(msgspec.json.encode(earlier.as_json("en")), "old.json")
    after = comparison.findings(report(knowledge, names=("WEB1", "APP1")), "en")
    changes = comparison.compare(before, after)
    by_rule = {name: {f.subject.name for f in getattr(changes, name) if f.rule == "VM001"} for name in ("new", "resolved", "unchanged")}
    assert by_rule == {"new": {"APP1"}, "resolved": {"SQL1"}, "unchanged": {"WEB1"}}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"findings": 3}', b'{"findings": [{}]}', b"\xff\xfe", b'{"findings": [3]}'])
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(comparison.BadReport, match=r"old\.json"):
        comparison.read(content, "old.json")
