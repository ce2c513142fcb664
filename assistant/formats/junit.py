"""Reports as JUnit XML, for build servers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from assistant.formats.table import objects
from assistant.formats.words import WORDS
from kb.report import Report

# Characters that XML 1.0 cannot carry, not even escaped; a name read from JSON may hold them.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def write(report: Report, lang: str) -> str:
    """A test suite: a case for each failure, each rule that could not judge, and each rule that passed."""
    passed = {id: tally.passed for id, tally in report.rules.items() if tally.passed}
    suite = ET.Element(
        "testsuite",
        name="lotse",
        tests=str(len(report.failures) + len(report.unknowns) + len(passed)),
        failures=str(len(report.failures)),
        skipped=str(len(report.unknowns)),
        errors="0",
    )
    for r in report.failures:
        case = ET.SubElement(suite, "testcase", classname=r.rule, name=f"{r.subject.kind} {r.subject.name}: {r.title.in_(lang)}")
        ET.SubElement(case, "failure", message=r.observed.in_(lang) if r.observed else r.title.in_(lang), type=r.severity)
    for u in report.unknowns:
        case = ET.SubElement(suite, "testcase", classname=u.rule, name=f"{u.subjects[0].kind} {objects(u)}: {u.title.in_(lang)}")
        ET.SubElement(case, "skipped", message=", ".join(u.missing))
    for id, count in passed.items():
        ET.SubElement(suite, "testcase", classname=id, name=f"{WORDS[lang]['pass']}: {count}")
    ET.indent(suite)
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", ET.tostring(suite, encoding="unicode", xml_declaration=True)) + "\n"
