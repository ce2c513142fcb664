"""Reports in every format: readable by the programs they are meant for, and harmless whatever the files were named."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from assistant.formats import FORMATS, MEDIA_TYPES, entry_summary, limit_json, render, similar
from ingest.configurations.read import Upload, read_uploads
from kb import limits, versions
from kb.entry import Source, Text
from kb.inventory import Location
from kb.limits import Status
from kb.report import Platform, Report, Result, Subject, Tally, Unknown
from kb.rules.engine import check

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "<script>alert(1)</script>",
    "a|b",
    'say "hi"',
    "x\ny",
    "[a](javascript:alert(1))",
    "`c`",
    "ä€😀",
    "]]>",
]


@pytest.fixture(scope="module")
def report(knowledge) -> Report:
    """What the rules say of a small cluster: something fails, something passes, something is unknown."""
    text = (
        'cluster: {name: cl1, nodes: [{name: hv1, version: "2019"}, {name: hv2, version: "2019"}]}\n'
        'hosts:\n  - {name: hv1, version: "2019", switches: [{name: SWITCH1, type: external}]}\n'
        '  - {name: hv2, version: "2019", switches: [{name: LAN 2, type: external}]}\n'
    )
    reading = read_uploads([Upload("cluster.yaml", text.encode())], 2**20)
    return check(reading.inventory, knowledge, warnings=["bad.xml: left out"], files=reading.files)


def named(name: str) -> Report:
    """A report on objects and files of this name."""
    subject, text = Subject("vm", name), Text(name, name)
    failure = Result(rule="XY001", outcome="fail", severity="error", subject=subject, title=text, observed=text,
                     sources=[Source("s", "https://example.org/", "x")], location=Location(name, name))  # fmt: skip
    return Report(
        id="r",
        platform=Platform("2019", Text("told", "genannt")),
        target=None,
        failures=[failure],
        unknowns=[Unknown(rule="XY001", severity="error", title=text, subjects=[subject], missing=["vm.generation"])],
        rules={"XY001": Tally(fail=1, passed=1, unknown=1)},
        counts={"vms": 1},
        warnings=[name],
    )


def test_every_format_has_a_media_type_and_both_languages(report: Report) -> None:
    assert set(FORMATS) == set(MEDIA_TYPES) == {"text", "json", "markdown", "html", "sarif", "junit", "csv"}
    for format in FORMATS:
        texts = {render(report, format, lang) for lang in ("en", "de")}
        assert len(texts) == 2, f"{format} does not follow the language"
        assert all(text.endswith("\n") for text in texts)


@pytest.mark.parametrize("format", FORMATS)
def test_every_failure_is_in_every_format(report: Report, format: str) -> None:
    text = render(report, format, "en")
    assert report.failures
    for failure in report.failures:
        assert failure.rule in text
        assert failure.subject.name in text


def test_json_is_the_report_of_the_contract(report: Report) -> None:
    data = json.loads(render(report, "json", "de"))
    assert set(data) >= {"report_id", "platform", "target", "summary", "findings", "unknown", "inventory", "warnings"}
    assert data["platform"]["version"] == "2019"
    assert set(data["summary"]) == {"fail", "pass", "not_applicable", "unknown", "error"}
    assert len(data["findings"]) == data["summary"]["fail"]
    assert sum(unknown["count"] for unknown in data["unknown"]) == data["summary"]["unknown"]
    keys = {
        "rule",
        "implements",
        "outcome",
        "severity",
        "object",
        "title",
        "observed",
        "limit",
        "version",
        "why",
        "fix",
        "entry",
        "runbook",
        "citations",
        "location",
    }
    assert all(set(finding) >= keys for finding in data["findings"])
    assert all(set(unknown) >= {"rule", "implements", "missing", "collect"} for unknown in data["unknown"])
    assert data["warnings"] == ["bad.xml: left out"]


def test_sarif_has_what_code_scanning_needs(report: Report) -> None:
    text = render(report, "sarif", "en")
    Sarif.model_validate_json(text)
    data = json.loads(text)
    assert data["version"] == "2.1.0"
    assert data["$schema"].endswith("sarif-2.1.0.json")
    [run] = data["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert len(run["results"]) == len(report.failures)
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        place = result["locations"][0]
        assert place["logicalLocations"][0]["fullyQualifiedName"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "cluster.yaml"
    for rule in rules.values():
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["helpUri"].startswith("http")


def test_junit_counts_what_it_lists(report: Report) -> None:
    text = render(report, "junit", "en")
    assert len(list(JUnitXml.fromstring(text.encode()))) > 0
    suite = ET.fromstring(text.encode())
    cases = suite.findall("testcase")
    assert int(suite.get("tests", "")) == len(cases)
    assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure")) == len(report.failures)
    assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped")) == len(report.unknowns)
    assert all(case.get("classname") and case.get("name") for case in cases)


def test_csv_has_a_row_for_each_failure_and_each_unknown(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(render(report, "csv", "en"))))
    assert [row["outcome"] for row in rows] == ["fail"] * len(report.failures) + ["unknown"] * len(report.unknowns)
    assert all(row["source"].startswith("http") and row["rule"] for row in rows if row["outcome"] == "fail")


def test_what_could_not_be_judged_is_told_with_the_command_that_would_tell(report: Report) -> None:
    text = render(report, "text", "en")
    assert "What could not be judged" in text
    assert "collect with" in text
    assert "bad.xml: left out" in text


def test_a_report_without_findings_says_so() -> None:
    sound = Report(
        id="r", platform=Platform(None, Text("not told", "nicht genannt")), target="2025", failures=[], unknowns=[], rules={}, counts={}
    )
    assert "Nothing failed." in render(sound, "text", "en")
    assert "Nichts ist durchgefallen." in render(sound, "markdown", "de")
    assert "unknown" in render(sound, "text", "en")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    for row in csv.reader(io.StringIO(render(named(name), "csv", "en"))):
        assert not any(cell[:1] in tuple("=+-@\t\r") for cell in row if cell), row
    page = render(named(name), "html", "en")
    assert "<script" not in page.lower()
    assert 'href="javascript' not in page.lower()
    data = json.loads(render(named(name), "json", "en"))
    assert data["findings"][0]["object"]["name"] == name


@given(st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE)))
def test_any_name_gives_well_formed_reports(name: str) -> None:
    report = named(name)
    assert len(ET.fromstring(render(report, "junit", "en").encode()).findall("testcase")) == 3
    assert len(json.loads(render(report, "sarif", "en"))["runs"][0]["results"]) == 1
    assert len(list(csv.reader(io.StringIO(render(report, "csv", "en"), newline="")))) == 3
    assert "<script" not in render(report, "html", "en").lower()


@pytest.mark.parametrize("version", [None, *versions.IDS])
def test_a_limit_as_json_keeps_the_three_states_apart(knowledge, version: str | None) -> None:
    for entry in knowledge:
        data = limit_json(entry, version, None, None, "en")
        assert data["id"] == entry.id
        cells = [data] if version else data["matrix"]
        assert [cell["version"] for cell in cells] == ([version] if version else entry.covered)
        for cell in cells:
            found = limits.limit(entry, cell["version"])
            assert (cell["status"], cell["value"]) == (found.status.value, found.value)
            assert cell["text"], f"{entry.id} {cell['version']} has no words"
            assert found.status is Status.KNOWN or cell["value"] is None


def test_a_summary_has_both_languages(knowledge) -> None:
    for entry in knowledge:
        summary = entry_summary(entry)
        assert (summary["id"], summary["versions"]) == (entry.id, entry.covered)
        assert summary["title"]["en"]
        assert summary["title"]["de"]


def test_mistyped_ids_find_their_likes(knowledge) -> None:
    ids = [e.id for e in knowledge]
    assert similar("cluster-max-node", ids)[0] == "cluster-max-nodes"
    assert all("witness" in id for id in similar("witness", ids))
    assert similar("€€€", ids) == []


def test_names_from_a_configuration_cannot_turn_into_markdown_or_html(knowledge) -> None:
    from kb.inventory import Disk, Inventory, Vm
    from kb.rules.engine import check

    hostile = "![x](http://evil.example/t.png)<script>alert(1)</script>"
    vm = Vm(name=hostile, generation=1, disks=[Disk(path=rf"C:\{hostile}.vhd", controller="ide", format="vhd", type="dynamic", size=2**30)])
    report = check(Inventory(vms=[vm]), knowledge, version="2019")
    assert report.failures
    page = render(report, "html", "en")
    assert "<img" not in page
    assert "<script" not in page
    assert "evil.example" in page, "the name is still shown as text"
