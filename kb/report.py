"""The report: what the rules found in an inventory, in both languages, with the place, the source and the fix."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from kb.capacity import Capacity
from kb.comparison import Comparison, Subject
from kb.entry import SEVERITIES, Advice, Severity, Source, Text
from kb.inventory import Location, collect
from kb.mobility import Mobility
from kb.topology import Topology
from kb.upgrade import Upgrade

Outcome = Literal["fail", "pass", "not_applicable", "unknown", "error"]
MOST_SUBJECTS = 20  # of the objects that a rule could not judge, so many are named
OUTCOMES: tuple[Outcome, ...] = ("fail", "pass", "not_applicable", "unknown", "error")


class Result(Struct, frozen=True, omit_defaults=True):
    """One rule judged on one object.

    `observed` is what the configuration says, `limit` what the documentation allows, both in words. `missing`
    names the fields that were not known (`vm.generation`, `version`), in which case the outcome is `unknown`.
    """

    rule: str
    outcome: Outcome
    severity: Severity
    subject: Subject
    title: Text
    implements: list[str] = []
    observed: Text | None = None
    limit: Text | None = None
    reason: Text | None = None
    version: str | None = None
    why: Text | None = None
    fix: list[Advice] = []
    entry: str | None = None
    runbook: str | None = None
    sources: list[Source] = []
    location: Location | None = None
    missing: list[str] = []


class Accepted(Struct, frozen=True):
    """A failure that somebody has accepted: why, who, and until which day."""

    result: Result
    reason: str
    owner: str
    expires: str


class Unknown(Struct, frozen=True, omit_defaults=True):
    """A rule that could not judge some objects for want of the same values; `missing` and `reason` as in Result."""

    rule: str
    severity: Severity
    title: Text
    subjects: list[Subject]
    implements: list[str] = []
    reason: Text | None = None
    entry: str | None = None
    missing: list[str] = []


class Tally(Struct, kw_only=True, omit_defaults=True):
    """How often a rule came to each outcome, and what it observed when it first passed."""

    fail: int = 0
    passed: int = msgspec.field(default=0, name="pass")
    not_applicable: int = 0
    unknown: int = 0
    error: int = 0
    observed: Text | None = None

    def count(self, outcome: Outcome) -> int:
        """The number of objects with this outcome."""
        return self.passed if outcome == "pass" else getattr(self, outcome)


class Platform(Struct, frozen=True):
    """The Windows Server version the inventory was judged for (None: not known) and how it was found out."""

    version: str | None
    how: Text


class Report(Struct, kw_only=True):
    """What the rules found: every failure, what could not be judged, and how often each rule came to which outcome."""

    id: str
    platform: Platform
    target: str | None
    failures: list[Result]
    unknowns: list[Unknown]
    rules: dict[str, Tally]
    counts: dict[str, int]
    warnings: list[str] = []
    files: list[str] = []
    accepted: list[Accepted] = []
    topology: Topology | None = None
    capacity: Capacity | None = None
    mobility: Mobility | None = None
    upgrade: Upgrade | None = None
    changes: Comparison | None = None

    def sort(self) -> None:
        """Put the failures in order: the most severe first, then by rule and object."""
        self.failures.sort(key=lambda r: (SEVERITIES.index(r.severity), r.rule, r.subject.name))

    @property
    def summary(self) -> dict[str, int]:
        """How often each outcome came up."""
        return {outcome: sum(tally.count(outcome) for tally in self.rules.values()) for outcome in OUTCOMES}

    def fails_at(self, severity: str) -> bool:
        """True when something failed at this severity or above (`error` is above `warning` is above `info`)."""
        worst = SEVERITIES.index(severity)  # type: ignore[arg-type]
        return any(SEVERITIES.index(r.severity) <= worst for r in self.failures)

    def missing(self) -> dict[str, tuple[str, list[str]]]:
        """Each value that was not known → the command that collects it and the rules it would let judge."""
        found: dict[str, tuple[str, list[str]]] = {}
        for unknown in self.unknowns:
            for name in unknown.missing:
                rules = found.setdefault(name, (how_to_collect(name), []))[1]
                if unknown.rule not in rules:
                    rules.append(unknown.rule)
        return dict(sorted(found.items(), key=lambda item: -len(item[1][1])))

    def as_json(self, lang: str) -> dict:
        """The report as the contract's JSON object, with texts in `lang`."""
        return {
            "report_id": self.id,
            "platform": {"version": self.platform.version, "how": self.platform.how.in_(lang)},
            "target": self.target,
            "summary": self.summary,
            "findings": [_finding(r, lang) for r in self.failures],
            "unknown": [
                {
                    "rule": r.rule,
                    "implements": r.implements,
                    "objects": msgspec.to_builtins(r.subjects[:MOST_SUBJECTS]),
                    "count": len(r.subjects),
                    "missing": r.missing,
                    "reason": r.reason.in_(lang) if r.reason else None,
                    "collect": list(dict.fromkeys(c for c in map(how_to_collect, r.missing) if c)),
                }
                for r in self.unknowns
            ],
            "accepted": [
                {
                    "rule": a.result.rule,
                    "object": msgspec.to_builtins(a.result.subject),
                    "reason": a.reason,
                    "owner": a.owner,
                    "expires": a.expires,
                }
                for a in self.accepted
            ],
            "capacity": in_language(self.capacity, lang),
            "mobility": in_language(self.mobility, lang),
            "upgrade": in_language(self.upgrade, lang),
            "changes": in_language(self.changes, lang),
            "inventory": self.counts,
            "warnings": self.warnings,
            "files": self.files,
        }


def in_language(thing: Any, lang: str) -> Any:
    """Any part of a report as plain data, with each text in one language."""
    if isinstance(thing, Text):
        return thing.in_(lang)
    if isinstance(thing, Struct):
        return {name: in_language(getattr(thing, name), lang) for name in thing.__struct_fields__}
    if isinstance(thing, dict):
        return {key: in_language(value, lang) for key, value in thing.items()}
    return [in_language(item, lang) for item in thing] if isinstance(thing, list | tuple) else thing


def escaped(text: str) -> str:
    """Words from a user's files, so that they cannot turn into Markdown: links, images, headings."""
    return re.sub(r"([\\`*_\[\]<>#|!])", r"\\\1", " ".join(text.split()))


def how_to_collect(missing: str) -> str:
    """What a user can do about a missing value."""
    if missing == "version":
        return "lotse check --version 2019"
    return collect(missing)


def _finding(r: Result, lang: str) -> dict:
    return {
        "rule": r.rule,
        "implements": r.implements,
        "outcome": r.outcome,
        "severity": r.severity,
        "object": msgspec.to_builtins(r.subject),
        "title": r.title.in_(lang),
        "observed": r.observed.in_(lang) if r.observed else None,
        "limit": r.limit.in_(lang) if r.limit else None,
        "version": r.version,
        "why": r.why.in_(lang) if r.why else None,
        "fix": [advice.in_(lang) for advice in r.fix],
        "entry": r.entry,
        "runbook": r.runbook,
        "citations": [{"n": n, "title": s.title, "url": s.url, "entry": r.entry} for n, s in enumerate(r.sources, 1)],
        "location": msgspec.to_builtins(r.location) if r.location else None,
    }
