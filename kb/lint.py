"""Linting entries: what the format alone cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kb import limits, units
from kb.entry import LANGUAGES, Advice, Entry, Text
from kb.load import ENTRIES, Mistake, line_of, read_entry

MEASURED_KINDS = ("limit", "requirement", "pitfall", "recommendation")


def lint(folder: Path | None = None) -> tuple[list[Mistake], int]:
    """Every mistake in the entry files below `folder`, and how many entries were read."""
    mistakes: list[Mistake] = []
    entries: dict[str, tuple[Entry, Path]] = {}
    for path in sorted((folder or ENTRIES).rglob("*.yaml")):
        entry, wrong = read_entry(path)
        mistakes += wrong
        if entry:
            if entry.id in entries:
                mistakes.append(Mistake(path, line_of(path, ["id"]), f"the id {entry.id!r} is taken by {entries[entry.id][1].name}"))
            entries[entry.id] = (entry, path)
    for entry, path in entries.values():
        mistakes += [Mistake(path, line_of(path, keys), problem) for keys, problem in _problems(entry)]
        for other in entry.replaced_by:
            if other not in entries:
                mistakes.append(Mistake(path, line_of(path, ["replaced_by"]), f"replaced by {other!r}, which does not exist"))
    return mistakes, len(entries)


def _problems(entry: Entry):
    """What is wrong with one entry: the keys that lead to the place, and the problem."""
    if not entry.covered:
        yield [], "neither `values` nor `versions`: the entry speaks of no version"
    if entry.values and entry.versions is not None:
        yield ["versions"], "`versions` is only for entries without `values`; the rows say which versions are covered"
    if entry.unit is not None and entry.unit not in units.KNOWN:
        yield ["unit"], f"unknown unit {entry.unit!r}; known are {', '.join(sorted(units.KNOWN))}"
    if entry.kind in MEASURED_KINDS and not entry.fix:
        yield [], f"a {entry.kind} needs a `fix`"
    seen: set[tuple] = set()
    for number, row in enumerate(entry.values):
        is_number = isinstance(row.value, (int, float)) and not isinstance(row.value, bool)
        if row.applies and row.value is None:
            yield ["values", number], "a row that applies needs a value"
        if not row.applies and row.value is not None:
            yield ["values", number], "a row with `applies: false` has no value"
        if row.say is None and not (is_number and entry.unit):
            yield ["values", number], "`say` is needed unless the value is a number with a unit"
        for version in row.ids:
            for edition in row.edition or [None]:
                key = (version, edition, row.generation, row.when.en if row.when else None)
                if key in seen:
                    yield ["values", number], f"covers {version} a second time"
                seen.add(key)
    for lang in LANGUAGES:
        questions = entry.questions.in_(lang)
        if len({q.lower() for q in questions}) < len(questions):
            yield ["questions", lang], "the same question twice"
    for keys, text in _texts(entry):
        if _numbers(text.en) != _numbers(text.de):
            only = sorted(_numbers(text.en) ^ _numbers(text.de))
            yield keys, f"numbers differ between English and German: {', '.join(only)}"
    for number, statement in enumerate(entry.seed):
        if statement.verdict != "correct" and statement.note is None:
            yield ["seed", number], f"verdict {statement.verdict!r} needs a `note` that says what is true"
    if (
        entry.check
        and entry.check.operator in ("at_most", "at_least")
        and not any(isinstance(r.value, (int, float)) and not isinstance(r.value, bool) for f in limits.matrix(entry) for r in f.rows)
    ):
        yield ["check"], f"operator {entry.check.operator} needs a numeric value"


def _texts(entry: Entry) -> Iterator[tuple[list[str | int], Text | Advice]]:
    """Every text that states something, with the keys that lead to it."""
    yield ["title"], entry.title
    yield ["statement"], entry.statement
    yield ["why"], entry.why
    for number, row in enumerate(entry.values):
        if row.say:
            yield ["values", number, "say"], row.say
    for number, advice in enumerate(entry.fix):
        yield ["fix", number], advice


_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d|\b(?:19\d\d|20[0-3]\d)(?:er)?\b")  # every language writes them its own way


def _numbers(text: str) -> set[str]:
    """The numbers of a text, however they are grouped: `2,048` and `2.048` are 2048, `0.5` and `0,5` are one."""
    found = set()
    for number in _NUMBER.findall(_DATE.sub(" ", text)):
        grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number)
        found.add(re.sub(r"[.,]", "", number) if grouped else number.replace(",", "."))
    return found
