"""What Format-List prints: `Name : value`, one property a line, objects parted by blank lines.

Long values go on in lines that are indented to the value; an object ends where a name comes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.configurations.printed import MOST

_LONGEST_NAME = 100


@dataclass(slots=True)
class Entry:
    """A printed property: its name, the pieces of its value by line, and the line it begins in (from 0)."""

    name: str
    pieces: list[str]
    line: int
    colon: int
    ends: list[int] = field(default_factory=list)


def split(line: str) -> tuple[int, str, str] | None:
    """The column of the colon, the name and the value of a line `Name : value`; None when it is none."""
    at = line.find(" :")
    while at >= 0 and at + 2 < len(line) and line[at + 2] != " ":
        at = line.find(" :", at + 2)
    name = line[:at].strip() if at > 0 else ""
    if not name or len(name) > _LONGEST_NAME:
        return None
    return at + 1, name, line[at + 2 :].strip()


def records(lines: Sequence[str], start: int = 0) -> tuple[list[list[Entry]], int]:
    """The objects printed from line `start` on, as their properties, and the line after them.

    A property whose line lacks the colon (the text was cut there) ends the list.
    """
    found: list[list[Entry]] = []
    names: set[str] = set()
    blanks = 0
    at = start
    while at < len(lines) and len(found) < MOST:
        line = lines[at]
        entry = split(line)
        last = found[-1][-1] if found else None
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            blanks += 1
        elif last and not blanks and indent >= last.colon + 2 and len(last.pieces) < 10_000:
            last.pieces.append(line.strip())
            last.ends.append(len(line.rstrip()))
        elif entry:
            colon, name, value = entry
            same = found and blanks <= 1 and (not blanks or (last and last.colon == colon)) and name.lower() not in names
            if not same:
                found.append([])
                names = set()
            names.add(name.lower())
            found[-1].append(Entry(name, [value], at, colon, [len(line.rstrip())]))
            blanks = 0
        else:
            break
        at += 1
    return found, at


def joined(entry: Entry, width: int) -> str:
    """The value of a property in one piece. A word is broken only where it is longer than a line of `width` has room for."""
    value = entry.pieces[0]
    parts = [value]
    room = width - entry.colon - 2
    for before, after, end in zip(entry.pieces, entry.pieces[1:], entry.ends, strict=False):
        broken = end >= width and len(before[before.rfind(" ") + 1 :]) + len((after.split(" ", 1))[0]) > room
        parts.append(after if broken else f" {after}")
    return "".join(parts)


def width_of(found: Sequence[Sequence[Entry]]) -> int:
    """The width of the console, which the longest line that goes on tells."""
    return max((max(entry.ends[:-1]) for record in found for entry in record if len(entry.ends) > 1), default=0)
