"""Names and values the way PowerShell prints them in lists, tables and CSV, as plain names and values."""

from __future__ import annotations

import re
from typing import Any

from ingest.configurations import localised
from ingest.configurations.rows import Cut
from ingest.configurations.text import parse_json

MOST = 200_001  # objects a text is read for, one more than a file may hold
ELLIPSES = ("...", "…")
_UNIT = re.compile(r"(.*?)\s*[(\[](%|[KMGTP]i?B?|bytes?)[)\]]", re.I)
_FACTORS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50}
_GUID = re.compile(r"\{[0-9a-f-]{36}\}", re.I)
_TYPE_NAME = re.compile(r"(?:System|Microsoft\.(?:HyperV|FailoverClusters|Vhd|Management))\.[\w.`+]+(?:\[\S*\])?|CimInstance#\S+")
_DRIVE = re.compile(r"\D*\b(IDE|SCSI|PMEM)\b\D*(\d{1,3})\D+(\d{1,3})\D*", re.I)
_DRIVES = {"harddrives", "dvddrives", "drives"}
_NAMED = {"extensions"}  # objects of which the name says all that is wanted


def name_and_factor(written: str) -> tuple[str, int]:
    """A property name without blanks and unit, and what its numbers are multiplied with: `Memory Assigned(M)` counts MB."""
    match = _UNIT.fullmatch(written.strip()) if len(written) <= 200 else None
    if not match:
        return re.sub(r"\s+", "", written), 1
    unit = match[2].upper()
    return re.sub(r"\s+", "", match[1]), 1 if unit[0] in "%B" else _FACTORS[unit[0]]


def value(name: str, written: str, factor: int = 1, day_first: bool | None = None) -> Any:
    """A printed value: a text, the list in `{a, b}`, or `Cut` where the console shows only a part or a type.

    `factor` is that of the name's unit, `day_first` how the text writes its dates.
    """
    written = written.strip()
    inner = written[1:-1].strip() if written.startswith("{") and written.endswith("}") and not _GUID.fullmatch(written) else None
    if _TYPE_NAME.fullmatch(written) or (inner or written).endswith(ELLIPSES) or written.startswith(ELLIPSES):
        return Cut(written)
    if inner is not None:
        return _items(name, inner)
    if written.startswith("{") and not written.endswith("}"):
        return Cut(written)
    if factor != 1 and (number := re.fullmatch(r"\d{1,15}(?:[.,]\d{1,6})?", written)):
        return round(float(number[0].replace(",", ".")) * factor)
    if name.lower().endswith(("time", "date")):
        return localised.moment(written, day_first) or written
    return written


def _items(name: str, inner: str) -> Any:
    """The items between braces. Drives are printed by the place they are connected to, which is worth keeping."""
    if inner.startswith("{"):
        try:
            return parse_json(f"[{inner}]", "")[0]
        except ValueError:
            return Cut(inner)
    items: list[Any] = []
    start = depth = 0
    for at, sign in enumerate(inner):
        depth += (sign == "{") - (sign == "}")
        if sign == "," and not depth and inner[at + 1 : at + 2] in (" ", ""):
            items.append(inner[start:at].strip())
            start = at + 1
    items.append(inner[start:].strip())
    items = [item for item in items if item]
    if name.lower() in _DRIVES and (places := [_drive(item) for item in items]) and all(places):
        return places
    return [{"Name": item} for item in items] if name.lower() in _NAMED else items


def _drive(item: str) -> dict[str, Any] | None:
    """`Hard Drive on SCSI controller number 0 at location 1`, in whatever language, as a drive."""
    match = _DRIVE.fullmatch(item) if len(item) < 200 else None
    if not match:
        return None
    drive: dict[str, Any] = {"ControllerType": match[1], "ControllerNumber": match[2], "ControllerLocation": match[3]}
    return {"@type": "DvdDrive", **drive} if "DVD" in item else drive
