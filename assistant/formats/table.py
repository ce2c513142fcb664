"""Reports as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from kb.report import Report, Unknown


def write(report: Report, lang: str) -> str:
    """A row for each failure and for each rule that could not judge."""
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
            objects(u),
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


def objects(unknown: Unknown) -> str:
    """The objects that a rule could not judge, as the first and how many more."""
    first, *others = unknown.subjects
    return f"{first.name} (+{len(others)})" if others else first.name


def _harmless(cell: str) -> str:
    """Spreadsheets run cells that begin like formulas."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell
