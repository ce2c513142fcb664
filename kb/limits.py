"""The limits engine: what an entry says for a version, edition and VM generation, and how an observation compares.

Answers and checks both come from here, so they cannot disagree. Three states are kept apart:

* `known`: the documentation gives a value;
* `not_documented`: no source says anything for this version (never read this as "no limit" or "yes");
* `does_not_apply`: the subject does not exist there, which is itself documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from kb import units, versions
from kb.entry import Entry, Row, Text, Value


class Status(StrEnum):
    """Whether a version has a value, and if not, whether that is documented; see the module."""

    KNOWN = "known"
    NOT_DOCUMENTED = "not_documented"
    DOES_NOT_APPLY = "does_not_apply"


@dataclass(frozen=True, slots=True)
class Limit:
    """What an entry says for one version (and edition, generation).

    `rows` are all rows that hold; several when they differ by generation, edition or a condition that the
    question leaves open. `value` is the value when the rows agree on one, else None.
    """

    entry: Entry
    version: str
    status: Status
    rows: tuple[Row, ...] = ()

    @property
    def value(self) -> Value | None:
        """The one value that all rows give, else None."""
        values = {repr(row.value) for row in self.rows if row.applies}
        return next((row.value for row in self.rows if row.applies), None) if len(values) == 1 else None

    def text(self, lang: str) -> str:
        """The value in words: `64 nodes`, `240 virtual processors (generation 2)`; a phrase for the other states.

        An entry without values says the same for all versions it covers: its statement.
        """
        if self.status is Status.NOT_DOCUMENTED:
            return {"en": "not documented", "de": "nicht dokumentiert"}[lang]
        if self.status is Status.DOES_NOT_APPLY:
            return {"en": "does not apply", "de": "nicht zutreffend"}[lang]
        if not self.rows:
            return self.entry.statement.in_(lang)
        return "; ".join(_merged(row_text(row, self.entry.unit, lang) for row in self.rows if row.applies))


def _merged(texts) -> list[str]:
    return list(dict.fromkeys(texts))


_YES = {"en": "yes", "de": "ja"}
_NO = {"en": "no", "de": "nein"}
_GENERATION = {"en": "generation", "de": "Generation"}
_EDITION_NAMES = {"standard": "Standard", "enterprise": "Enterprise", "datacenter": "Datacenter", "hyper-v-server": "Hyper-V Server"}


def value_text(value: Value | None, unit: str | None, lang: str) -> str:
    """A bare value in words: numbers with their unit, yes/no for booleans, lists joined by commas."""
    if isinstance(value, bool):
        return (_YES if value else _NO)[lang]
    if isinstance(value, (int, float)):
        return units.quantity(value, unit, lang)
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


def row_text(row: Row, unit: str | None, lang: str) -> str:
    """A row's value with what narrows it: `64 virtual processors (generation 1)`."""
    narrowed = []
    if row.generation:
        narrowed.append(f"{_GENERATION[lang]} {row.generation}")
    if row.edition:
        narrowed.append("/".join(_EDITION_NAMES[edition] for edition in row.edition))
    if row.when:
        narrowed.append(row.when.in_(lang))
    text = value_text(row.value, unit, lang)
    return f"{text} ({', '.join(narrowed)})" if narrowed else text


def limit(entry: Entry, version: str, edition: str | None = None, generation: int | None = None) -> Limit:
    """What `entry` says for `version`; raises versions.UnknownVersion for an id that does not exist.

    An edition or generation that is not given leaves rows for all of them; one that is given and that no row
    names falls back to the rows that hold for every edition or generation.
    """
    versions.get(version)
    spoken_for = _documented_as(entry, version)
    rows = [
        row
        for row in entry.values
        if spoken_for in row.ids
        and (edition is None or row.edition is None or edition in row.edition)
        and (generation is None or row.generation is None or generation == row.generation)
    ]
    if not rows:
        said_once = not entry.values and spoken_for in entry.covered
        return Limit(entry, version, Status.KNOWN if said_once else Status.NOT_DOCUMENTED)
    if not any(row.applies for row in rows):
        return Limit(entry, version, Status.DOES_NOT_APPLY, tuple(rows))
    return Limit(entry, version, Status.KNOWN, tuple(rows))


def _documented_as(entry: Entry, version: str) -> str:
    """A service pack keeps what its release documents, unless the entry speaks of the service pack itself."""
    return "2008R2" if version == "2008R2SP1" and version not in entry.covered else version


def matrix(entry: Entry, edition: str | None = None, generation: int | None = None, only=None) -> list[Limit]:
    """What `entry` says for every version it covers (or for `only` these), in order of release."""
    wanted = versions.ordered(only) if only else entry.covered
    return [limit(entry, id, edition, generation) for id in wanted]


def depends_on_version(entry: Entry) -> bool:
    """True when the entry's values are not the same for all versions it covers."""
    seen = {tuple((repr(r.value), r.edition and tuple(r.edition), r.generation, r.applies) for r in m.rows) for m in matrix(entry)}
    return len(seen) > 1


Comparison = Literal["pass", "fail", "unknown", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an observed quantity stands to a limit; `limit` is the row value that decided, in the entry's unit."""

    outcome: Comparison
    limit: Limit
    reason: Text | None = None


_UNDECIDED = Text(
    en="the documented value depends on a condition that the configuration does not show",
    de="der dokumentierte Wert hängt von einer Bedingung ab, die die Konfiguration nicht zeigt",
)


def compare(observed, operator: str, found: Limit) -> Judgement:
    """Compare an observation (a size in bytes, a count, a flag or a text) with what the entry says.

    Where several rows hold because a condition is open, the outcome is only `pass` or `fail` when every row
    gives the same one; otherwise it is `unknown`.
    """
    if found.status is Status.NOT_DOCUMENTED:
        return Judgement("unknown", found)
    if found.status is Status.DOES_NOT_APPLY:
        return Judgement("not_applicable", found)
    rows = [row for row in found.rows if row.applies]
    outcomes = {_holds(observed, operator, row.value, found.entry.unit) for row in rows}
    if outcomes == {True}:
        return Judgement("pass", found)
    if outcomes == {False}:
        return Judgement("fail", found)
    return Judgement("unknown", found, _UNDECIDED)


def _holds(observed, operator: str, value, unit: str | None) -> bool | None:
    if operator == "is_true":
        return bool(observed) is True if value in (True, None) else None
    if operator == "is_false":
        return bool(observed) is False if value in (True, None) else None
    if operator == "one_of":
        return str(observed).lower() in {str(item).lower() for item in value} if isinstance(value, list) else None
    if operator == "equals":
        return observed == units.to_base(value, unit) if isinstance(value, (int, float)) else str(observed).lower() == str(value).lower()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    bound = units.to_base(value, unit)
    return observed <= bound if operator == "at_most" else observed >= bound
