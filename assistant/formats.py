"""Reports, limits and entries in the formats people and programs want."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from assistant.render import html
from kb import limits, versions
from kb.entry import Entry
from kb.report import Report, Result, Unknown, escaped

MEDIA_TYPES = {
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "sarif": "application/sarif+json",
    "junit": "application/xml",
    "csv": "text/csv; charset=utf-8",
}
FORMATS = tuple(MEDIA_TYPES)

_WORDS = {
    "en": {
        "report": "Lotse report", "platform": "Windows Server", "unknown": "unknown", "target": "judged for", "fail": "failed", "pass": "passed",
        "not_applicable": "not applicable", "unknown_count": "not judged", "error": "errors", "observed": "observed", "limit": "documented", "why": "Why", "fix": "Fix",
        "source": "Source", "place": "Place", "nothing": "Nothing failed.", "not_judged": "What could not be judged", "collect": "collect with",
        "rules": "rules", "left_out": "Left out and doubtful", "seen": "Seen", "errors": "Errors", "warnings": "Warnings", "infos": "Advice",
    },
    "de": {
        "report": "Lotse-Bericht", "platform": "Windows Server", "unknown": "unbekannt", "target": "beurteilt für", "fail": "durchgefallen", "pass": "bestanden",
        "not_applicable": "nicht zutreffend", "unknown_count": "nicht beurteilt", "error": "Fehler", "observed": "vorgefunden", "limit": "dokumentiert", "why": "Warum", "fix": "Abhilfe",
        "source": "Quelle", "place": "Stelle", "nothing": "Nichts ist durchgefallen.", "not_judged": "Was nicht beurteilt werden konnte", "collect": "erheben mit",
        "rules": "Regeln", "left_out": "Ausgelassen und zweifelhaft", "seen": "Gesehen", "errors": "Fehler", "warnings": "Warnungen", "infos": "Hinweise",
    },
}  # fmt: skip
_COUNTED = {
    "clusters": ("cluster", "clusters", "Cluster", "Cluster"), "hosts": ("host", "hosts", "Host", "Hosts"),
    "nodes": ("node", "nodes", "Knoten", "Knoten"), "networks": ("cluster network", "cluster networks", "Clusternetzwerk", "Clusternetzwerke"),
    "volumes": ("CSV", "CSVs", "CSV", "CSVs"), "vms": ("VM", "VMs", "VM", "VMs"), "disks": ("disk", "disks", "Datenträger", "Datenträger"),
    "adapters": ("adapter", "adapters", "Adapter", "Adapter"), "switches": ("switch", "switches", "Switch", "Switches"),
    "checkpoints": ("checkpoint", "checkpoints", "Prüfpunkt", "Prüfpunkte"),
}  # fmt: skip
_GROUPS = (("error", "errors"), ("warning", "warnings"), ("info", "infos"))


def render(report: Report, format: str, lang: str) -> str:
    """A report in one of FORMATS, with texts in `lang`."""
    writers: dict[str, Callable[[Report, str], str]] = {
        "text": lambda r, lang: markdown(r, lang, _PLAIN),
        "json": lambda r, lang: json.dumps(r.as_json(lang), ensure_ascii=False, indent=2) + "\n",
        "markdown": markdown,
        "html": lambda r, lang: _page(_WORDS[lang]["report"], html(markdown(r, lang)), lang),
        "sarif": _sarif,
        "junit": _junit,
        "csv": _csv,
    }
    return writers[format](report, lang)


def _page(title: str, body: str, lang: str) -> str:
    return f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body>\n{body}</body></html>\n'


class _Marks(NamedTuple):
    """How a report to read is marked up; `words` makes the user's own words harmless."""

    heading: Callable[[int, str], str]
    bold: Callable[[str], str]
    code: Callable[[str], str]
    words: Callable[[str], str]


_PLAIN = _Marks(lambda level, text: f"{text}\n{'=-'[level - 1] * len(text)}", str, str, str)
_MARKDOWN = _Marks(lambda level, text: f"{'#' * level} {text}", lambda text: f"**{text}**", lambda text: f"`{text}`", escaped)


def markdown(report: Report, lang: str, marks: _Marks = _MARKDOWN) -> str:
    """A report to read: what failed first, then what could not be judged."""
    w, heading = _WORDS[lang], marks.heading
    version = versions.short(report.platform.version) if report.platform.version else w["unknown"]
    summary = report.summary
    lines = [heading(1, w["report"]), ""]
    lines.append(
        f"{w['platform']} {version} ({report.platform.how.in_(lang)})"
        + (f"; {w['target']} {versions.short(report.target)}" if report.target else "")
    )
    lines.append(
        f"{w['seen']}: " + ", ".join(f"{n} {_COUNTED[kind][2 * (lang == 'de') + (n != 1)]}" for kind, n in report.counts.items() if n)
    )
    lines.append(
        f"{summary['fail']} {w['fail']}, {summary['pass']} {w['pass']}, {summary['unknown']} {w['unknown_count']}, "
        f"{summary['not_applicable']} {w['not_applicable']}"
    )
    if not report.failures:
        lines += ["", w["nothing"]]
    for severity, name in _GROUPS:
        failures = [r for r in report.failures if r.severity == severity]
        if failures:
            lines += ["", heading(2, f"{w[name]} ({len(failures)})"), ""]
            for same in _by_rule(failures):
                lines += _finding(same, lang, w, marks)
    missing = report.missing()
    if missing:
        lines += ["", heading(2, w["not_judged"]), ""]
        by_command: dict[str, list[str]] = {}
        for command, rules in missing.values():
            known = by_command.setdefault(command, [])
            known += [r for r in rules if r not in known]
        for command, rules in by_command.items():
            lines.append(
                f"- {len(rules)} {w['rules']} ({', '.join(sorted(rules)[:8])}{' …' if len(rules) > 8 else ''}): {w['collect']} {marks.code(command)}"
            )
    if report.warnings:
        lines += ["", heading(2, w["left_out"]), "", *(f"- {marks.words(warning)}" for warning in report.warnings)]
    return "\n".join(lines) + "\n"


def _by_rule(failures: Iterable[Result]) -> list[list[Result]]:
    grouped: dict[str, list[Result]] = {}
    for failure in failures:
        grouped.setdefault(failure.rule, []).append(failure)
    return list(grouped.values())


def _finding(same: list[Result], lang: str, w: dict[str, str], marks: _Marks) -> list[str]:
    """One rule's failures: the title once, every object it holds for, then reason, fix and source."""
    first = same[0]
    lines = [f"- {marks.bold(f'{first.rule} {first.title.in_(lang)}')}"]
    for result in same[:20]:
        seen = f": {w['observed']} {marks.words(result.observed.in_(lang))}" if result.observed else ""
        bound = f", {w['limit']} {marks.words(result.limit.in_(lang))}" if result.limit else ""
        place = f" ({marks.words(str(result.location))})" if result.location else ""
        lines.append(f"  - {result.subject.kind} {marks.words(result.subject.name)}{seen}{bound}{place}")
    if len(same) > 20:
        lines.append(f"  - … +{len(same) - 20}")
    if first.why:
        lines.append(f"  - {w['why']}: {first.why.in_(lang)}")
    lines += [f"  - {w['fix']}: {advice.in_(lang)}" for advice in first.fix]
    lines += [f"  - {w['source']}: {source.title} {source.url}" for source in first.sources[:2]]
    return lines


def _csv(report: Report, lang: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["outcome", "severity", "rule", "kind", "object", "title", "observed", "limit", "version", "file", "path", "missing", "source"]
    )
    for r in report.failures:
        row = (r.outcome, r.severity, r.rule, r.subject.kind, r.subject.name, r.title.in_(lang))
        row += (r.observed.in_(lang) if r.observed else "", r.limit.in_(lang) if r.limit else "", r.version or "")
        row += (r.location.file if r.location else "", r.location.path if r.location else "", "", r.sources[0].url if r.sources else "")
        writer.writerow(map(_harmless, row))
    for u in report.unknowns:
        row = (
            "unknown",
            u.severity,
            u.rule,
            u.subjects[0].kind,
            _objects(u),
            u.title.in_(lang),
            "",
            "",
            "",
            "",
            "",
            " ".join(u.missing),
            "",
        )
        writer.writerow(map(_harmless, row))
    return out.getvalue()


def _objects(unknown: Unknown) -> str:
    """The objects that a rule could not judge, as the first and how many more."""
    first, *others = unknown.subjects
    return f"{first.name} (+{len(others)})" if others else first.name


def _harmless(cell: str) -> str:
    """Spreadsheets run cells that begin like formulas."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell


_SARIF_LEVEL = {"error": "error", "warning": "warning", "info": "note"}


def _sarif(report: Report, lang: str) -> str:
    failed = report.failures
    described = {r.rule: r for r in failed}
    run = {
        "tool": {
            "driver": {
                "name": "Lotse",
                "rules": [
                    {
                        "id": id,
                        "shortDescription": {"text": r.title.in_(lang)},
                        "fullDescription": {"text": r.why.in_(lang) if r.why else r.title.in_(lang)},
                        "help": {"text": " ".join(a.in_(lang) for a in r.fix) or r.title.in_(lang)},
                        **({"helpUri": r.sources[0].url} if r.sources else {}),
                    }
                    for id, r in described.items()
                ],
            }
        },
        "results": [
            {
                "ruleId": r.rule,
                "level": _SARIF_LEVEL[r.severity],
                "message": {
                    "text": f"{r.subject.kind} {r.subject.name}: {r.title.in_(lang)}" + (f" ({r.observed.in_(lang)})" if r.observed else "")
                },
                "locations": [
                    {
                        "logicalLocations": [{"fullyQualifiedName": f"{r.subject.kind}/{r.subject.name}"}],
                        **({"physicalLocation": {"artifactLocation": {"uri": r.location.file}}} if r.location else {}),
                    }
                ],
            }
            for r in failed
        ],
    }
    return (
        json.dumps(
            {"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]}, ensure_ascii=False, indent=2
        )
        + "\n"
    )


# Characters that XML 1.0 cannot carry, not even escaped; a name read from JSON may hold them.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def _junit(report: Report, lang: str) -> str:
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
        case = ET.SubElement(suite, "testcase", classname=u.rule, name=f"{u.subjects[0].kind} {_objects(u)}: {u.title.in_(lang)}")
        ET.SubElement(case, "skipped", message=", ".join(u.missing))
    for id, count in passed.items():
        ET.SubElement(suite, "testcase", classname=id, name=f"{_WORDS[lang]['pass']}: {count}")
    ET.indent(suite)
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", ET.tostring(suite, encoding="unicode", xml_declaration=True)) + "\n"


# --- knowledge ----------------------------------------------------------------------------------------------------------


def entry_summary(entry: Entry) -> dict[str, Any]:
    """What lists of entries show."""
    return {
        "id": entry.id,
        "subject": entry.subject,
        "kind": entry.kind,
        "severity": entry.severity,
        "title": {"en": entry.title.en, "de": entry.title.de},
        "versions": entry.covered,
        "unit": entry.unit,
        "rule": entry.check.rule if entry.check else None,
    }


def limit_json(entry: Entry, version: str | None, edition: str | None, generation: int | None, lang: str) -> dict[str, Any]:
    """An entry's value for one version, or for every version it covers."""
    found = [limits.limit(entry, version, edition, generation)] if version else limits.matrix(entry, edition, generation)
    cells = [
        {
            "version": f.version,
            "status": f.status.value,
            "value": f.value,
            "text": f.text(lang),
            "rows": [
                {"value": r.value, "applies": r.applies, "edition": r.edition, "generation": r.generation, "when": r.when.in_(lang) if r.when else None, "say": r.say.in_(lang) if r.say else None}
                for r in f.rows
            ],
        }
        for f in found
    ]  # fmt: skip
    return {
        "id": entry.id,
        "title": entry.title.in_(lang),
        "unit": entry.unit,
        **(cells[0] if version else {"matrix": cells}),
        "citations": [{"n": n, "title": s.title, "url": s.url, "entry": entry.id} for n, s in enumerate(entry.sources, 1)],
    }


def similar(id: str, known: list[str]) -> list[str]:
    """Known ids that look like a mistyped one."""
    near = difflib.get_close_matches(id, known, n=5, cutoff=0.5)
    return near or [k for k in known if id in k][:5]
