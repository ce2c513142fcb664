"""Two reports side by side: what is new, what is resolved, what stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from kb.entry import Severity

if TYPE_CHECKING:
    from kb.report import Report


class BadReport(ValueError):
    """A file is not a report that `lotse check --format json` wrote."""


class Subject(Struct, frozen=True):
    """The object that was judged: its kind (`vm`, `disk`, `host` …) and its name, with its parents' for a part."""

    kind: str
    name: str


class Finding(Struct, frozen=True):
    """What identifies a finding, and its title in the language of the report."""

    rule: str
    severity: Severity
    subject: Subject
    title: str
    observed: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Findings of the same rule on the same object are the same, whatever was observed."""
        return self.rule, self.subject.kind, self.subject.name.casefold()


class Comparison(Struct):
    """Findings that only the later report has, that only the earlier one had, and that both have."""

    new: list[Finding]
    resolved: list[Finding]
    unchanged: list[Finding]


def findings(report: Report, lang: str) -> list[Finding]:
    """The findings of a report, in its order."""
    return [
        Finding(r.rule, r.severity, r.subject, r.title.in_(lang), r.observed.in_(lang) if r.observed else None) for r in report.failures
    ]


def read(content: bytes, file: str) -> list[Finding]:
    """The findings of a report written as JSON; raises BadReport."""
    try:
        data: Any = msgspec.json.decode(content)
        return [msgspec.convert({**finding, "subject": finding["object"]}, Finding, strict=False) for finding in data["findings"]]
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError):
        raise BadReport(f"{file}: not a report of Lotse; write one with `lotse check … --format json > report.json`") from None


def compare(before: Iterable[Finding], after: Iterable[Finding]) -> Comparison:
    """What changed from one report to the next; each list keeps the order of its report."""
    old, new = {f.key: f for f in before}, {f.key: f for f in after}
    return Comparison(
        new=[finding for key, finding in new.items() if key not in old],
        resolved=[finding for key, finding in old.items() if key not in new],
        unchanged=[finding for key, finding in new.items() if key in old],
    )
