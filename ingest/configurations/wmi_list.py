"""Property lists of WMI: `Name=Value` lines with blank lines between the instances, as `wmic … get /format:list` prints them.

The class stands in no line; the name of the file often tells it (`MSVM_ComputerSystem.wmi`), else the properties do.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.configurations import objects
from ingest.configurations.parts import Part
from ingest.configurations.rows import AT, TYPE

NAME = "property lists of wmic"
_LINE = re.compile(r"([A-Za-z_]\w{0,100})=(.*)", re.S)
_CLASS = re.compile(r"(?:msvm|mscluster|win32|cim|msft)_[a-z0-9]+", re.I)


def recognises(text: str) -> bool:
    """True when the first lines are properties of the form `Name=Value`, and nearly all of them."""
    lines = [line for line in text[:20_000].splitlines()[:200] if line.strip()]
    if text[20_000:] and lines:
        lines.pop()
    properties = sum(_LINE.fullmatch(line.strip()) is not None for line in lines)
    return len(lines) >= 2 and _LINE.fullmatch(lines[0].strip()) is not None and properties >= 0.8 * len(lines)


def read(text: str, file: str) -> Part:
    """The inventory of the instances; raises BadFile."""
    return objects.read(documents(text, file), file, "a property list of WMI")


def documents(text: str, file: str) -> list[dict[str, Any]]:
    """The instances as plain data, with the class where the file's name tells it and the line in `@at`.

    Columns of wmic without a value stand there empty: nothing is known of them.
    """
    named = _CLASS.search(re.split(r"[\\/]", file)[-1])
    found: list[dict[str, Any]] = []
    current: dict[str, Any] | None = None
    last = ""
    more: list[str] = []  # lines that go on with the last value

    def go_on() -> None:
        if current is not None and more:
            current[last] = "\n".join([current[last], *more])
            more.clear()

    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        if match or not line.strip():
            go_on()
        if match:
            name, value = match.groups()
            if current is None or name in current:  # a property that comes again begins the next instance
                current = {**({TYPE: named[0]} if named else {}), AT: f"line {number}"}
                found.append(current)
            current[name] = _value(value)
            last = name
        elif not line.strip():
            current = None
        elif current is not None and isinstance(current.get(last), str):
            more.append(line.strip())
    go_on()
    return found


def _value(written: str) -> Any:
    """TRUE and FALSE as truths, `{"a","b"}` as a list, nothing as nothing; numbers stay text."""
    if written in ("TRUE", "FALSE"):
        return written == "TRUE"
    if written.startswith("{") and written.endswith("}"):
        inner = written[1:-1]
        if inner.startswith('"') and inner.endswith('"') and len(inner) > 1:
            return inner[1:-1].split('","')
        return [item.strip() for item in inner.split(",")] if inner else []
    return written or None
