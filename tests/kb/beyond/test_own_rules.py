"""Rules that users write: judged like Lotse's own, tested by their cases, and unable to do harm."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import own_rules
from kb.inventory import Inventory
from kb.load import Knowledge
from kb.own_rules import BadRule
from kb.rules import engine

GOOD = """
rules:
- id: OWN001
  on: vm
  title: {en: Production has too little memory, de: Die Produktion hat zu wenig Arbeitsspeicher}
  passes: object.memory >= 4294967296
  concerns: object.name.startsWith("PRD")
  severity: error
  fix: [{en: Give it more.}]
  cases:
  - {expect: pass, object: {name: PRD1, memory: 4294967296}}
  - {expect: fail, object: {name: PRD1, memory: 1}}
  - {expect: not_applicable, object: {name: TEST, memory: 1}}
  - {expect: unknown, object: {name: PRD1}}
- id: OWN002
  on: disk
  title: {de: Platte liegt nicht auf einem CSV}
  versions: 2012..2025
  passes: object.path.startsWith("C:\\\\ClusterStorage\\\\") || !vm.highly_available
  cases:
  - {expect: pass, version: 2019, object: {path: 'C:\\ClusterStorage\\Volume1\\a.vhdx'}}
  - {expect: pass, version: 2019, object: {path: 'D:\\a.vhdx'}, vm: {highly_available: false}}
  - {expect: fail, version: 2019, object: {path: 'D:\\a.vhdx'}, vm: {highly_available: true}}
  - {expect: unknown, version: 2019, object: {path: 'D:\\a.vhdx'}}
  - {expect: not_applicable, version: 2008, object: {path: 'D:\\a.vhdx'}}
- id: OWN003
  on: cluster
  title: {en: Another time zone}
  passes: object.nodes.all(n, n.name.startsWith("HV")) && host == {}
  cases:
  - {expect: pass, object: {nodes: [{name: HV1}, {name: HV2}]}}
  - {expect: fail, object: {nodes: [{name: X}]}}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, knowledge: Knowledge, text: str) -> list[str]:
    return [str(mistake) for mistake in own_rules.lint([write(folder, text)], set(engine.rules(knowledge)), knowledge)[0]]


def test_the_cases_of_good_rules_hold(tmp_path: Path, knowledge: Knowledge) -> None:
    assert mistakes(tmp_path, knowledge, GOOD) == []


def test_a_finding_of_an_own_rule_is_like_any_other(tmp_path: Path, knowledge: Knowledge) -> None:
    inventory = msgspec.convert({"vms": [{"name": "PRD7", "memory": 1024}, {"name": "PRD8"}, {"name": "LAB"}]}, Inventory)
    report = engine.check(inventory, knowledge, version="2019", own=own_rules.read([write(tmp_path, GOOD)]))
    (failure,) = [failure for failure in report.failures if failure.rule == "OWN001"]
    assert (failure.subject.name, failure.severity, failure.title.de) == ("PRD7", "error", "Die Produktion hat zu wenig Arbeitsspeicher")
    assert failure.observed
    assert "1024" in failure.observed.en
    assert failure.fix[0].de == "Give it more."
    assert [unknown.missing for unknown in report.unknowns if unknown.rule == "OWN001"] == [["vm.memory"]]


def rule(**fields) -> str:
    import yaml

    good = {"id": "OWN001", "on": "vm", "title": {"en": "x"}, "passes": "true"}
    cases = [{"expect": "pass", "object": {"name": "a"}}, {"expect": "fail", "object": {"name": "b"}}]
    return yaml.safe_dump({"rules": [good | {"cases": cases} | fields]})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (rule(passes="object.name == 'a'", on="vms"), "no object is called 'vms'"),
        (rule(passes="1 +"), "not valid CEL"),
        (rule(passes="inventory.vms.size() > 1"), "nothing is called inventory"),
        (rule(passes="open('/etc/passwd') == ''"), "open"),
        (rule(passes="object.a.all(x, object.a.all(y, object.a.all(z, true)))"), "at most 2"),
        (rule(passes="true" + " && true" * 400), "longer than"),
        (rule(versions="2030"), "unknown version"),
        (rule(title={}), "a text is needed"),
        (rule(id="VM001"), "belongs to a rule of Lotse"),
        (rule(id="own-1"), "own.yaml"),
        (rule(passes="true"), "the case expects fail but the rule says pass"),
        (rule(passes="object.name == 'a'", cases=[]), "at least one case"),
        (rule(passes="object.name == 'a'", cases=[{"expect": "pass", "object": {"nmae": "a"}}, {"expect": "fail"}]), "nmae"),
        (rule(passes="object.name", severity="fatal"), "fatal"),
        ("rules: [", "not valid YAML"),
        ("rules: 3", "own.yaml:1"),
        ("a: &a [x]\nrules: [*a, *a]\n", "anchors"),
    ],
)
def test_a_bad_rule_is_answered_with_file_line_and_remedy(tmp_path: Path, knowledge: Knowledge, text: str, says: str) -> None:
    found = mistakes(tmp_path, knowledge, text)
    assert found
    assert all("own.yaml:" in mistake for mistake in found)
    assert says in "\n".join(found)


def test_bad_rules_never_run(tmp_path: Path) -> None:
    with pytest.raises(BadRule, match="CEL"):
        own_rules.read([write(tmp_path, rule(passes="1 +"))])
    with pytest.raises(BadRule, match="cannot be read"):
        own_rules.read([tmp_path / "missing.yaml"])


@given(expression=st.text(max_size=60) | st.sampled_from(["object.name", "object.x.y", "size(object)", "object[0]", "1/0", "object == vm"]))
def test_whatever_the_condition_nothing_breaks(tmp_path_factory, knowledge: Knowledge, expression: str) -> None:
    path = write(tmp_path_factory.mktemp("rules"), rule(passes=expression) if expression.isprintable() else rule(passes=repr(expression)))
    inventory = msgspec.convert({"vms": [{"name": "VM1", "memory": 1}]}, Inventory)
    problems, _ = own_rules.lint([path], set(), knowledge)
    if any("expects" not in str(problem) for problem in problems):  # it is refused, and the message names the file
        with pytest.raises(BadRule, match=re.escape(str(path))):
            own_rules.read([path])
        return
    own = own_rules.read([path])
    outcomes = {result.outcome for result in engine.run(own[0], inventory, knowledge)}
    assert outcomes <= {"pass", "fail", "unknown"}
