"""Which rules count, how severe they are here, and which findings somebody has accepted for a time.

Written in `lotse.toml` (`[check]`, `[check.profiles.NAME]`) or in a file of its own; both hold the same tables.
"""

from __future__ import annotations

import tomllib
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kb.entry import Severity, Text
from kb.report import Accepted, Report, Result, Subject

EXPIRED, UNUSED = "EXC001", "EXC002"  # findings about exceptions themselves


class BadChoice(ValueError):
    """A choice of rules or an exception cannot be used; the message names file, place and remedy."""


class Exemption(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that is accepted: the rule (its id or that of a public rule it covers), the object, why, by whom, until when.

    `object` is a name or a pattern (`SQL*`) for names as reports show them; `expires` is the last day it holds.
    """

    rule: Annotated[str, Meta(min_length=1)]
    reason: Annotated[str, Meta(min_length=1)]
    owner: Annotated[str, Meta(min_length=1)]
    expires: date
    object: str = "*"

    def covers(self, result: Result) -> bool:
        """True for a finding of this rule on an object of this name."""
        named = self.rule == result.rule or self.rule in result.implements
        return named and fnmatchcase(result.subject.name.casefold(), self.object.casefold())


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """Rules by id, by the letters of a group (`LM`) or by the id of a public rule; an empty `select` means all."""

    select: list[str] = []
    ignore: list[str] = []
    severity: dict[str, Severity] = {}
    exceptions: list[Exemption] = []

    def wants(self, id: str, implements: tuple[str, ...] = ()) -> bool:
        """True when the rule is selected and not ignored."""
        return (not self.select or _named(id, implements, self.select)) and not _named(id, implements, self.ignore)

    def merged(self, other: Choice) -> Choice:
        """Both together; what the other one selects replaces what this one does."""
        return Choice(
            other.select or self.select,
            [*self.ignore, *other.ignore],
            self.severity | other.severity,
            [*self.exceptions, *other.exceptions],
        )


class Profiles(Struct, frozen=True, forbid_unknown_fields=True):
    """What a file may hold: a choice for every check, files of users' own rules, and named choices on top."""

    select: list[str] = []
    ignore: list[str] = []
    severity: dict[str, Severity] = {}
    exceptions: list[Exemption] = []
    rules: list[str] = []
    profiles: dict[str, Choice] = {}

    def choice(self, profile: str | None = None) -> Choice:
        """The choice for every check, with that of a profile on top; raises BadChoice for a profile that does not exist."""
        base = Choice(self.select, self.ignore, self.severity, self.exceptions)
        if profile is None:
            return base
        if profile not in self.profiles:
            raise BadChoice(f"no profile is named {profile!r}; known are {', '.join(self.profiles) or 'none'}")
        return base.merged(self.profiles[profile])


def _named(id: str, implements: tuple[str, ...], patterns: list[str]) -> bool:
    group = id.rstrip("0123456789")
    return any(pattern in (id, group) or pattern in implements for pattern in patterns)


def read(values: Any, origin: str, folder: Path) -> Profiles:
    """Profiles of plain data (a table of lotse.toml); paths of rules are taken from `folder`. Raises BadChoice."""
    try:
        found = msgspec.convert(values, Profiles)
        return msgspec.structs.replace(found, rules=[str(folder / path) for path in found.rules])
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at ")
        raise BadChoice(
            f"{origin}{f' {place}' if place else ''}: {problem}; an exception needs rule, reason, owner and expires (a date such as 2027-03-31)"
        ) from None


def read_file(path: Path) -> Profiles:
    """Profiles of a TOML file; raises BadChoice."""
    try:
        return read(tomllib.loads(path.read_text(encoding="utf-8")), str(path), path.parent)
    except OSError as error:
        raise BadChoice(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadChoice(f"{path}: not valid TOML: {error}") from None


def check_names(choice: Choice, rules: dict[str, tuple[str, ...]]) -> None:
    """Raises BadChoice for a rule, group or public rule that does not exist; `rules` are ids with what they implement."""
    known = {*rules, *(id.rstrip("0123456789") for id in rules), *(public for covered in rules.values() for public in covered)}
    for name in [*choice.select, *choice.ignore, *choice.severity, *(exemption.rule for exemption in choice.exceptions)]:
        if name not in known:
            raise BadChoice(f"no rule or group is named {name!r}; see: lotse kb rules")


def accept(report: Report, exemptions: list[Exemption], today: date) -> None:
    """Move accepted findings of a report aside; exceptions that have expired or fit nothing become findings themselves."""
    open_, used = [], set()
    for failure in report.failures:
        fitting = [exemption for exemption in exemptions if exemption.covers(failure)]
        used.update(id(exemption) for exemption in fitting)
        holds = next((exemption for exemption in fitting if exemption.expires >= today), None)
        if holds:
            report.accepted.append(Accepted(failure, holds.reason, holds.owner, holds.expires.isoformat()))
            report.rules[failure.rule].fail -= 1
        else:
            open_.append(failure)
    report.failures = open_
    for exemption in exemptions:
        subject = Subject("exception", f"{exemption.rule} {exemption.object}".strip())
        if exemption.expires < today and id(exemption) in used:
            said = _said(exemption)
            title = Text("An exception has expired", "Eine Ausnahme ist abgelaufen")
            report.failures.append(Result(rule=EXPIRED, outcome="fail", severity="warning", subject=subject, title=title, observed=said))
        elif id(exemption) not in used:
            title = Text("An exception fits no finding", "Eine Ausnahme passt auf keinen Befund")
            report.failures.append(
                Result(rule=UNUSED, outcome="fail", severity="info", subject=subject, title=title, observed=_said(exemption))
            )
    report.sort()


def _said(exemption: Exemption) -> Text:
    return Text(
        f"until {exemption.expires}, {exemption.owner}: {exemption.reason}",
        f"bis {exemption.expires}, {exemption.owner}: {exemption.reason}",
    )
