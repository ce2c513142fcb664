"""What the notations share that declare what shall be: values that only a run could tell, and the warning that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ingest.configurations.parts import Part
from ingest.configurations.rows import AT


class Unknown:
    """The value of an expression that is no literal."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(slots=True)
class Declared:
    """What a file declares: objects in the words of the cmdlets, and what could not be made out (line, problem)."""

    file: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: dict[str, list[int]] = field(default_factory=dict)

    def warn(self, line: int, problem: str) -> None:
        """Remember a problem; the same one in many lines becomes one warning."""
        self.problems.setdefault(problem, []).append(line)

    def add(self, line: int, row: dict[str, Any]) -> None:
        """Add an object without its values that are not known."""
        self.rows.append({AT: f"line {line}", **known(row)})

    def finish(self, part: Part) -> Part:
        """The part with the warnings that belong to a declaration."""
        warnings = [f"{self.file}: declares what shall be, not what is"]
        for problem, lines in self.problems.items():
            more = f" (and {len(lines) - 1} more lines like it)" if len(lines) > 1 else ""
            warnings.append(f"{self.file} line {lines[0]}: {problem}{more}")
        part.warnings[:0] = warnings
        return part


def known(value: Any) -> Any:
    """The value without what is not known: keys of a mapping; a list with an unknown item is not known as a whole."""
    if isinstance(value, dict):
        inner = {key: known(item) for key, item in value.items()}
        return {key: item for key, item in inner.items() if item is not UNKNOWN and item is not None}
    if isinstance(value, list):
        items = [known(item) for item in value]
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    return value


def unknown_names(value: Any, name: str = "") -> Iterable[str]:
    """The names of values that are not known, with dots for those inside others."""
    if value is UNKNOWN:
        yield name
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from unknown_names(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for item in value:
            yield from unknown_names(item, name)


def on_off(value: Any) -> str | None:
    """True or False as the cmdlets name them; anything else says nothing."""
    return {"True": "On", "False": "Off"}[str(value)] if isinstance(value, bool) else None


OPENING, CLOSING = frozenset("({["), frozenset(")}]")


def group_ends(marks: Iterable[str]) -> dict[int, int]:
    """For every bracket that is closed, the place behind the one that closes it; kinds of brackets are not told apart."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for at, mark in enumerate(marks):
        if mark in OPENING:
            opened.append(at)
        elif mark in CLOSING and opened:
            ends[opened.pop()] = at + 1
    return ends
