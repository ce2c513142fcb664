"""What readers hand over: the part of the inventory that one file tells, or why the file is unusable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from kb.inventory import Disk, Inventory, Location, Thing


class LeftOut(Struct, frozen=True):
    """A file that was not read: where in it, what is wrong, and what to do about it."""

    file: str
    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        head = f"{self.file} {self.place}".strip()
        return f"{head}: {self.problem.rstrip('.?')}." + (f" Remedy: {self.remedy}." if self.remedy else "")


class BadFile(ValueError):
    """A file (or path) that cannot be read; `str()` is one clear line."""

    def __init__(self, file: str, place: str, problem: str, remedy: str = "") -> None:
        self.file, self.place, self.problem, self.remedy = file, place, problem, remedy
        super().__init__(str(self.record()))

    def record(self) -> LeftOut:
        """The same as data."""
        return LeftOut(self.file, self.place, self.problem, self.remedy)


@dataclass(slots=True)
class Part:
    """What one file tells.

    `whole` holds objects in their own right (Get-VM, VM XML); `pieces` holds rows that belong to objects which other
    files may describe (Get-VMProcessor …), one inventory per class of rows; `disks` are virtual disk files whose VM the
    file does not name (Get-VHD). Objects of one inventory are distinct; those of different ones are joined by `merge`.
    """

    whole: list[Inventory] = field(default_factory=list)
    pieces: list[Inventory] = field(default_factory=list)
    disks: list[Disk] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def put(thing: Thing, name: str, value: object, location: Location) -> None:
    """Set a field and remember where its value was read; None and fields that are already known are left alone."""
    if value is not None and getattr(thing, name) is None:
        setattr(thing, name, value)
        thing.at[name] = location


_VOLUME_STATES = ("direct", "file_system_redirected", "block_redirected", "paused", "unavailable")  # from good to bad


def is_worse(state: Any, than: Any) -> bool:
    """True when this state of a shared volume is worse: nodes see a volume differently, and the worst view counts."""
    if state not in _VOLUME_STATES or (than is not None and than not in _VOLUME_STATES):
        return False
    return than is None or _VOLUME_STATES.index(state) > _VOLUME_STATES.index(than)
