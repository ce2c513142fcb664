"""Reports, limits and entries in the formats people and programs want."""

from __future__ import annotations

import json

from assistant.formats import junit, page, reading, sarif, table
from assistant.formats.knowledge import entry_summary, limit_json, rule_json, similar
from kb.report import Report

__all__ = ["FORMATS", "MEDIA_TYPES", "entry_summary", "limit_json", "render", "rule_json", "similar"]

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
_WRITERS = {
    "text": reading.text,
    "json": lambda report, lang: json.dumps(report.as_json(lang), ensure_ascii=False, indent=2) + "\n",
    "markdown": reading.markdown,
    "html": page.write,
    "sarif": sarif.write,
    "junit": junit.write,
    "csv": table.write,
}


def render(report: Report, format: str, lang: str) -> str:
    """A report in one of FORMATS, with texts in `lang`."""
    return _WRITERS[format](report, lang)
