"""What a class of objects is: how to recognise one, and what its properties mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.configurations.rows import Context, Row, plain

if TYPE_CHECKING:
    from ingest.configurations.convert import Converter
    from ingest.configurations.objects import Reader
    from kb import inventory as inv


class Property(NamedTuple):
    """An inventory field and the properties that fill it, best first; `null` is what a present but empty one means."""

    field: str
    convert: Converter
    names: tuple[str, ...]
    null: Any = None


def is_(field: str, convert: Converter, *names: str, null: Any = None) -> Property:
    """A property: the field, how its value is converted, and the names it goes by."""
    return Property(field, convert, names, null)


Finish = Callable[[Row, Any, Context, "Reader"], bool | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of objects.

    An object is of the first class one of whose `signatures` (sets of properties) it has, or that the key holding it
    names (`hints`). It becomes a `make`, kept in the list `into` of its owner (`vm`, `host`, `cluster`), or, when `single`, as
    that field itself; without `into`
    its values belong to the owner itself, and without `owner` it is an object in its own right. `children` are the
    properties that hold objects of another class. `types` are the names a .NET or WMI class has, where the file tells it.
    What needs more than a table is done by `finish`, which may return False to drop the object, and by `settle`, after the
    children were read.
    """

    name: str
    signatures: tuple[str, ...]
    make: type[inv.Thing] | None = None
    owner: str = ""
    into: str = ""
    properties: tuple[Property, ...] = ()
    children: dict[str, str] = field(default_factory=dict)
    hints: str = ""
    types: str = ""
    finish: Finish | None = None
    settle: Finish | None = None
    single: bool = False
    sets: tuple[frozenset[str], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sets", tuple(frozenset(plain(name) for name in s.split()) for s in self.signatures))
