"""Judging equal objects together: a rule that reads the same values of two objects says the same of both.

A cluster has thousands of virtual machines and few kinds of them. So a rule is watched while it judges one object; the
others are divided by the values it read, and each division is judged once. Values that nearly every object has for
itself (paths, names) end the dividing: those objects are judged one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kb.inventory import Thing

FEW = 16  # so few objects are judged one by one: watching would cost more than it saves
MANY = 128  # more values than that of one field tell nearly every object apart
_SCALARS = frozenset((bool, int, str, float, type(None)))

Path = tuple[Any, ...]  # from the object (0) or one of its parents (1 …) by field names and positions to a value
Around = tuple[Thing, ...]  # an object and its parents


class Unwatchable(Exception):
    """A rule looked at something that cannot be watched, such as a mapping."""


class Watched:
    """Stands for an object while a rule judges it, and remembers every value that is read."""

    __slots__ = ("_children", "_path", "_read", "_thing")

    def __init__(self, thing: Thing, path: Path, read: dict[Path, Any]) -> None:
        self._thing, self._path, self._read = thing, path, read
        self._children: dict[str, Any] = {}

    @property
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]  (isinstance and match see what it stands for)
        return type(self._thing)

    def __getattr__(self, name: str) -> Any:
        if name == "where":  # where a value was read matters for findings only, and those are judged one by one
            return self._thing.where
        value = getattr(self._thing, name)
        path = (*self._path, name)
        if value.__class__ in _SCALARS:
            self._read[path] = value
            return value
        if name not in self._children:
            if isinstance(value, list):
                self._read[(*path, len)] = len(value)
                self._children[name] = [self._item(item, (*path, position)) for position, item in enumerate(value)]
            else:
                self._read[(*path, type)] = type(value)
                self._children[name] = self._item(value, path)
        return self._children[name]

    def _item(self, value: Any, path: Path) -> Any:
        if isinstance(value, Thing):
            return Watched(value, path, self._read)
        if value.__class__ in _SCALARS:
            self._read[path] = value
            return value
        raise Unwatchable


def _getter(path: Path) -> Callable[[Around], Any]:
    """What reads the value at a path as something that can be compared: the length of a list, the type of an object."""
    first, *steps = path

    def follow(around: Around) -> Any:
        found: Any = around[first]
        for step in steps:
            if step is len or step is type:
                break
            found = found[step] if step.__class__ is int else getattr(found, step)
        kind = found.__class__
        return (kind, found) if kind in _SCALARS else (kind, len(found)) if kind is list else (kind, None)

    if len(steps) == 1:  # most values are fields of the object itself
        (name,) = steps

        def field(around: Around) -> Any:
            found = getattr(around[first], name)
            kind = found.__class__
            return (kind, found) if kind in _SCALARS else (kind, len(found)) if kind is list else (kind, None)

        return field
    return follow


class Group:
    """Objects that cannot be told apart by the values looked at so far."""

    def __init__(self, objects: list[Around], members: list[int]) -> None:
        self.objects, self.members = objects, members
        self._splits: dict[Path, dict[Any, Group] | None] = {}

    def split(self, path: Path) -> dict[Any, Group] | None:
        """The members by the value at a path; None when too many differ. Worked out once for all rules."""
        if path not in self._splits:
            self._splits[path] = self._split(path)
        return self._splits[path]

    def is_split(self, path: Path) -> bool:
        """True when the members were divided by this value before."""
        return bool(self._splits.get(path))

    def _split(self, path: Path) -> dict[Any, Group] | None:
        read, objects = _getter(path), self.objects
        found: dict[Any, list[int]] = {}
        for member in self.members:
            value = read(objects[member])
            if value in found:
                found[value].append(member)
            elif len(found) == MANY:
                return None
            else:
                found[value] = [member]
        return {value: Group(self.objects, members) for value, members in found.items()}

    def divide(self, watch: Callable[[Around], None]) -> Iterator[tuple[list[int], bool]]:
        """Members that a rule judges alike, and True; members it has to judge one by one, and False.

        `watch` lets the rule judge watched objects; when it raises, they cannot be watched.
        """
        waiting = [self]
        while waiting:
            group = waiting.pop()
            if len(group.members) <= FEW:
                yield group.members, False
                continue
            first = group.objects[group.members[0]]
            read: dict[Path, Any] = {}
            try:
                watch(tuple(Watched(thing, (number,), read) for number, thing in enumerate(first)))  # type: ignore[arg-type]
            except Exception:  # what a rule does with an object cannot be watched
                yield group.members, False
                continue
            paths = list(read)
            while paths:
                path = next((path for path in paths if group.is_split(path)), paths[0])  # what other rules have divided already
                paths.remove(path)
                parts = group.split(path)
                if parts is None:
                    yield group.members, False
                    break
                mine = _getter(path)(first)
                waiting += [part for own, part in parts.items() if own != mine]
                group = parts[mine]
            else:
                yield group.members, True
