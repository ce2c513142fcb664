"""Entries, limits and rules as data for programs and lists."""

from __future__ import annotations

import difflib
from typing import Any

from kb import limits
from kb.entry import Entry
from kb.load import Knowledge
from kb.rules.engine import Rule
from kb.rules.reads import reads


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


def rule_json(rule: Rule, knowledge: Knowledge, lang: str) -> dict[str, Any]:
    """A rule of the checker with the texts of its entry."""
    entry = knowledge[rule.entry] if rule.entry else None
    return {
        "id": rule.id,
        "object": rule.on,
        "severity": rule.severity or (entry.severity if entry else "warning"),
        "title": rule.title.in_(lang),
        "versions": list(rule.versions) if rule.versions is not None else None,
        "implements": list(rule.implements),
        "reads": reads(rule),
        "entry": rule.entry,
        "why": entry.why.in_(lang) if entry else None,
        "fix": [advice.in_(lang) for advice in entry.fix] if entry else [],
        "citations": [{"n": n, "title": s.title, "url": s.url, "entry": entry.id} for n, s in enumerate(entry.sources, 1)] if entry else [],
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
    return [known_id for known_id in known if id in known_id][:5] or difflib.get_close_matches(id, known, n=5, cutoff=0.5)
