"""Values as files write them into values of the inventory.

Every converter takes a plain value (text, number, boolean, or the objects PowerShell makes of them) and returns the
inventory's value, or None when the value says nothing. It raises ValueError when the value is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from ingest.configurations import localised
from kb import units, versions

Converter = Callable[[Any], Any]

LONGEST = 32_767  # characters of a text, the most a path of Windows has
NONE = 4294967295  # how PowerShell writes "none" in 32-bit fields
_LARGEST = 2**63 - 1
_MOST_NUMBERS = 65_536
_GROUPS = r"\d{1,3}(?P<mark>[.,'’\u00a0\u202f ])\d{3}(?:(?P=mark)\d{3}){0,4}"  # 1.024 or 1,024,000
_GROUPED = re.compile(_GROUPS)
_GROUPED_SIZE = re.compile(rf"(?P<number>{_GROUPS})\s*(?P<unit>[KMGTP]?)(?:i?B)?", re.I)
_HALF = re.compile("[\ud800-\udfff]")
_TYPE_NAME = re.compile(r"(?:Microsoft\.(?:HyperV|FailoverClusters|Vhd)\.PowerShell|System|CimInstance#ROOT)[.\\/]\S*$")


def scalar(value: Any) -> Any:
    """The value inside `{"value": …}`, the form PowerShell gives to decorated and remoted values; others unchanged."""
    if isinstance(value, dict):
        keys = {key.lower(): key for key in reversed(value)}
        if "value" in keys and not {"name", "id"} & keys.keys():
            return value[keys["value"]]
    return value


def text(value: Any) -> str | None:
    """A text; an object stands for its Name. Empty texts and mere type names (an object cut by -Depth) say nothing."""
    value = scalar(value)
    if isinstance(value, dict):
        value = next((inner for key, inner in value.items() if key.lower() == "name"), None)
    if value is None or value == "":
        return None
    if isinstance(value, bool | list | dict):
        raise ValueError(f"{shown(value)} is not a text")
    value = str(value)
    if len(value) > LONGEST:
        raise ValueError(f"{shown(value)} has more than {LONGEST} characters")
    return None if _TYPE_NAME.match(value) else clean(value)


def clean(value: str) -> str:
    """The text without halves of surrogate pairs, which JSON can write but no encoding can store."""
    return value.encode("utf-8", "replace").decode("utf-8") if _HALF.search(value) else value


def texts(value: Any) -> list[str] | None:
    """A list of texts; a single text is a list of one."""
    value = scalar(value)
    if value is None:
        return None
    return [found for item in (value if isinstance(value, list) else [value]) if (found := text(item)) is not None]


def count(value: Any) -> int | None:
    """A whole number from 0 up."""
    value = scalar(value)
    if value is None or value == "":
        return None
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,19}\s*", value):
        value = int(value)
    if isinstance(value, str) and _GROUPED.fullmatch(value.strip()):
        value = int(re.sub(r"\D", "", value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise ValueError(f"{shown(value)} is not a whole number from 0 up")
    return value


def counts(value: Any) -> list[int] | None:
    """A list of whole numbers, also written as text with ranges (`1-100,200`)."""
    value = scalar(value)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return list(_ranges(value))
    found = [count(item) for item in (value if isinstance(value, list) else [value])]
    return [number for number in found if number is not None]


@lru_cache(64)
def _ranges(written: str) -> tuple[int, ...]:
    """The numbers of `1-100,200`; many adapters are allowed the same."""
    found: list[int] = []
    for first, _, last in (part.partition("-") for part in written.split(",")):
        start, end = count(first), count(last or first)
        if start is not None and end is not None:
            found += range(start, min(end, start + 4095) + 1)
        if len(found) > _MOST_NUMBERS:
            raise ValueError(f"{shown(written)} names more than {_MOST_NUMBERS} numbers")
    return tuple(found)


def count_or_none(value: Any) -> int | None:
    """A whole number; 4294967295 means none."""
    number = count(value)
    return None if number == NONE else number


def flag(value: Any) -> bool | None:
    """True or False, also written as text or as 1 and 0."""
    value = scalar(value)
    if value is None or value == "":
        return None
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    written = str(value).strip()
    for word in (written, *localised.english(written)):
        if word.lower() in known:
            return known[word.lower()]
    raise ValueError(f"{shown(value)} is neither true nor false")


def size(value: Any) -> int | None:
    """Bytes: a number, or a text such as `40GB`, `931,51 GB` or `16,155 MB`, where three decimals are thousands."""
    value = scalar(value)
    if value is None or value == "":
        return None
    if isinstance(value, str) and (match := _GROUPED_SIZE.fullmatch(value.strip())):
        unit, digits = match["unit"].upper(), re.sub(r"\D", "", match["number"])
        if unit in ("G", "T", "P") and len(match["number"]) <= 7:
            raise ValueError(f"{shown(value)} is written with thousands or with decimals")
        return count(int(digits) * units.BYTES[f"{unit}B"])
    return count(units.parse_size(value) if isinstance(value, str) else value)


def megabytes(value: Any) -> int | None:
    """A number of MB → bytes."""
    number = count(value)
    return None if number is None else count(number * 2**20)


def speed(value: Any) -> int | None:
    """Bits per second: a number, or a text such as `10 Gbps` or `2,5 Gbit/s`; 0 and the largest number mean no link."""
    value = scalar(value)
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*([KMGT]?)(?:bps|bit/s|b/s|bit)\s*", value, re.I)):
        value = int(float(match[1].replace(",", ".")) * {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}[match[2].upper()])
    return None if value == 2**64 - 1 else count(value) or None


def mac(value: Any) -> str | None:
    """A MAC address as 12 upper-case digits; all zeros mean that none was assigned yet."""
    digits = re.sub(r"[-:. ]", "", text(value) or "").upper()
    if not digits or set(digits) == {"0"}:
        return None
    if not re.fullmatch(r"[0-9A-F]{12}", digits):
        raise ValueError(f"{shown(value)} is not a MAC address")
    return digits


def guid(value: Any) -> str | None:
    """An id in lower case and without braces; all zeros mean none."""
    id = (text(value) or "").strip("{} ").lower()
    return None if not id.strip("0-") else id


def dotted(value: Any) -> str | None:
    """A version number as text, also from an object with Major, Minor, Build, Revision; 0.0 says nothing."""
    value = scalar(value)
    if isinstance(value, dict):
        named = {key.lower(): inner for key, inner in value.items()}
        numbers = [named.get(part) for part in ("major", "minor", "build", "revision")]
        value = ".".join(str(number) for number in numbers if isinstance(number, int) and number >= 0)
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value}.0"
    found = text(value)
    return None if not found or not found.strip("0. ") else found


def time(value: Any) -> str | None:
    """A point in time as ISO 8601 in UTC, from `/Date(ms)/`, seconds since 1970, WMI's own form or ISO text
    (UTC when it names no zone).

    Dates in a regional format are refused: nobody can tell 6/10 from 10/6.
    """
    value = text(scalar(value))
    if value is None:
        return None
    if match := re.fullmatch(r"/Date\((-?\d{1,18})(?:[+-]\d{4})?\)/", value):
        seconds = int(match[1]) / 1000
        if seconds >= 253_402_300_800:  # the year 10000
            raise ValueError(f"{shown(value)} is not a time")
        found = datetime.fromtimestamp(max(seconds, 0), UTC)
    elif match := re.fullmatch(r"(\d{10})(?:[.,]\d{1,9})?", value):  # seconds since 1970, as `Get-Date -UFormat %s` writes them
        found = datetime.fromtimestamp(int(match[1]), UTC)
    elif match := re.fullmatch(r"(\d{14})\.\d{6}([+-])(\d{3})", value):  # DMTF; its zone is in minutes
        minutes = int(f"{match[2]}{match[3]}")
        try:
            found = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=timezone(timedelta(minutes=minutes))).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError(f"{shown(value)} is not a time") from None
    elif re.match(r"\d{4}-\d\d-\d\d", value):
        try:
            found = datetime.fromisoformat(value)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError(f"{shown(value)} is not a time") from None
    else:
        raise ValueError(f"{shown(value)} is not a time in ISO 8601")
    if found.year <= 1970:  # the zero of .NET, Windows or Unix
        return None
    return found.isoformat(timespec="seconds").replace("+00:00", "Z")


def release(value: Any) -> str | None:
    """A Windows Server version as people write it (`2012 R2`) → version id."""
    found = text(value)
    return None if found is None else versions.parse_one(found)


class Enum:
    """An enumeration of .NET: reads number, number as text, or name in any case.

    `others` are names without a number (older modules, collectors). `values` maps names to the inventory's values, and a
    name it lacks says nothing; without it the name is the value.
    """

    def __init__(
        self, label: str, members: Mapping[int, str], values: Mapping[str, Any] | None = None, others: tuple[str, ...] = ()
    ) -> None:
        names = (*members.values(), *others)
        self.label = label
        self.members = dict(members)
        self.values = dict(values) if values is not None else {name: name for name in names}
        self._names = {name.lower(): name for name in names}

    def __call__(self, value: Any) -> Any:
        value = scalar(value)
        if value is None or value == "":
            return None
        written = str(value).strip()
        if re.fullmatch(r"-?\d{1,12}", written):
            name = self.members.get(int(written))
        else:
            name = self._names.get(re.sub(r"[ _-]", "", written).lower())
            if name is None:
                name = next((self._names[word.lower()] for word in localised.english(written) if word.lower() in self._names), None)
        if name is None:
            raise ValueError(f"{shown(value)} is not a known {self.label}")
        return self.values.get(name)


def shown(value: Any) -> str:
    """A value the way messages quote it."""
    written = clean(repr(value[:60] if isinstance(value, str | list) else value))
    return written if len(written) <= 60 else f"{written[:57]}…"
