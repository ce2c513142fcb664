"""What every object of the inventory has in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct, field


class Location(Struct, frozen=True):
    """A file and the place in it: an XML path, a JSON path, a line."""

    file: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.file} {self.path}".strip()


class Thing(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Anything in the inventory. `at[field]` is where the field was read; `at[""]` where the object stands."""

    at: dict[str, Location] = field(default_factory=dict)

    def where(self, name: str = "") -> Location | None:
        """Where `name` was read, or where the object stands."""
        return self.at.get(name) or self.at.get("")


def same_name(one: str | None, other: str | None) -> bool:
    """True for two names of one machine: case is ignored, and so is a domain suffix that only one of them has."""
    if not one or not other:
        return False
    a, b = one.lower(), other.lower()
    return a == b or a.partition(".")[0] == b or b.partition(".")[0] == a


def walk(thing: Thing) -> Iterator[Thing]:
    """The object and everything below it, depth first."""
    yield thing
    for name in thing.__struct_fields__:
        value = getattr(thing, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Thing):
                yield from walk(item)


def to_builtins(thing: Thing) -> dict:
    """The object as plain data, without places and without what is not known."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k != "at" and v is not None}
        return [strip(v) for v in value] if isinstance(value, list) else value

    return strip(msgspec.to_builtins(thing))
