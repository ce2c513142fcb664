"""What an entry is: one documented limit, requirement, feature, behaviour, pitfall, recommendation or how-to.

An entry is data, reviewed by people and written once, in `kb/entries/<subject>/<id>.yaml`. These types are
the format: `lotse kb lint` validates files against the JSON Schema generated from them (`kb/entry.schema.json`).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from kb import versions

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")
Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
Kind = Literal["limit", "requirement", "feature", "behaviour", "pitfall", "recommendation", "howto"]
Edition = Literal["standard", "enterprise", "datacenter", "hyper-v-server"]
EDITIONS: tuple[Edition, ...] = ("standard", "enterprise", "datacenter", "hyper-v-server")
Operator = Literal["at_most", "at_least", "equals", "one_of", "is_true", "is_false"]
Verdict = Literal["correct", "version_only", "imprecise", "wrong", "not_verified"]

Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
RuleId = Annotated[str, Meta(pattern=r"^[A-Z]{2,4}\d{3}$")]
NonEmpty = Annotated[str, Meta(min_length=1)]
VersionRange = Annotated[
    str | int,
    Meta(description="closed range of versions: `2012..2025`, `2016`, or several joined by commas"),
]


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """The same sentence or paragraph, written in each language by a person."""

    en: NonEmpty
    de: NonEmpty

    def in_(self, lang: str) -> str:
        """The text in `lang` (`en` or `de`)."""
        return self.de if lang == "de" else self.en


Scalar = bool | int | float | str
Value = Scalar | list[str]


class Row(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The value for a closed range of versions, narrowed by edition, VM generation or a condition in words.

    `applies: false` says that the subject does not exist there (no VHDX before 2012), which is knowledge,
    unlike a version that no row covers, which is *not documented*. `say` is the sentence that states the row;
    it is required where the value alone does not make one (true, false, texts, lists).
    """

    versions: VersionRange
    value: Value | None = None
    edition: list[Edition] | None = None
    generation: Literal[1, 2] | None = None
    when: Text | None = None
    applies: bool = True
    say: Text | None = None

    @property
    def ids(self) -> list[str]:
        """The versions this row covers, in order."""
        return versions.expand(str(self.versions))


class Source(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a claim can be read: its address and what it says, in our own words."""

    title: NonEmpty
    url: Annotated[str, Meta(pattern=r"^https?://")]
    says: NonEmpty


class Advice(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to do, for all versions or for those it names."""

    en: NonEmpty
    de: NonEmpty
    versions: VersionRange | None = None

    def in_(self, lang: str) -> str:
        """The text in `lang` (`en` or `de`)."""
        return self.de if lang == "de" else self.en

    def holds_for(self, version: str | None) -> bool:
        """True when the advice is meant for this version; advice for certain versions needs one to be named."""
        return self.versions is None or (version is not None and version in versions.expand(str(self.versions)))


class Questions(Struct, frozen=True, forbid_unknown_fields=True):
    """Questions that this entry answers, the way people type them."""

    en: Annotated[list[NonEmpty], Meta(min_length=3)]
    de: Annotated[list[NonEmpty], Meta(min_length=3)]

    def in_(self, lang: str) -> list[str]:
        """The questions in `lang` (`en` or `de`)."""
        return self.de if lang == "de" else self.en


class SeedStatement(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A sentence of the administrator's notes of 2011 that this entry answers, by its number (1 to 72).

    `note` says what the notes got wrong or left out, and is required unless they were correct.
    """

    statement: Annotated[int, Meta(ge=1, le=72)]
    verdict: Verdict
    note: Text | None = None


class Check(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The rule an entry makes by itself: a measure of the inventory compared with the entry's value.

    `title` names the bad pattern (what is wrong when the rule fails). `implements` lists the ids of the public
    rules it covers. `severity` is the entry's unless given.
    """

    rule: RuleId
    measure: NonEmpty
    operator: Operator
    title: Text
    implements: list[Id] = []
    severity: Severity | None = None


class Entry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One unit of knowledge. Field by field: see CONTRIBUTING.md, *Add an entry*."""

    id: Id
    subject: NonEmpty
    kind: Kind
    severity: Severity
    title: Text
    statement: Text
    why: Text
    questions: Questions
    sources: Annotated[list[Source], Meta(min_length=1)]
    reviewed: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    confidence: Literal["high", "medium", "low"]
    values: list[Row] = []
    versions: VersionRange | None = None
    unit: str | None = None
    fix: list[Advice] = []
    contradictions: list[Text] = []
    keywords: list[str] = []
    seed: list[SeedStatement] = []
    check: Check | None = None
    runbook: Id | None = None
    replaced_by: list[Id] = []

    @property
    def covered(self) -> list[str]:
        """The versions this entry says anything about, in order; anything else is not documented."""
        if self.values:
            return versions.ordered(id for row in self.values for id in row.ids)
        return versions.expand(str(self.versions)) if self.versions is not None else []

    def fix_for(self, version: str | None) -> list[Advice]:
        """The advice that holds for `version`, in the order written."""
        return [advice for advice in self.fix if advice.holds_for(version)]


def schema() -> dict:
    """The JSON Schema (2020-12) of an entry file, generated from the types above."""
    return msgspec.json.schema(Entry) | {"title": "Lotse entry", "$schema": "https://json-schema.org/draft/2020-12/schema"}
