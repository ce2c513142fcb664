"""Units of values: their names in both languages, how numbers are written, and data sizes in bytes."""

from __future__ import annotations

import re

# Data sizes are binary, as everywhere in Hyper-V: 1 TB = 1,024 GB.
BYTES = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40, "PB": 2**50}

# id (the plural used in entries) → English singular, plural, German singular, plural
_NAMES: dict[str, tuple[str, str, str, str]] = {
    "nodes": ("node", "nodes", "Knoten", "Knoten"),
    "servers": ("server", "servers", "Server", "Server"),
    "hosts": ("host", "hosts", "Host", "Hosts"),
    "virtual machines": ("virtual machine", "virtual machines", "virtuelle Maschine", "virtuelle Maschinen"),
    "logical processors": ("logical processor", "logical processors", "logischer Prozessor", "logische Prozessoren"),
    "virtual processors": ("virtual processor", "virtual processors", "virtueller Prozessor", "virtuelle Prozessoren"),
    "processors": ("processor", "processors", "Prozessor", "Prozessoren"),
    "sockets": ("socket", "sockets", "Sockel", "Sockel"),
    "MAC addresses": ("MAC address", "MAC addresses", "MAC-Adresse", "MAC-Adressen"),
    "devices": ("device", "devices", "Gerät", "Geräte"),
    "controllers": ("controller", "controllers", "Controller", "Controller"),
    "disks": ("disk", "disks", "Datenträger", "Datenträger"),
    "drives": ("drive", "drives", "Laufwerk", "Laufwerke"),
    "volumes": ("volume", "volumes", "Volume", "Volumes"),
    "adapters": ("adapter", "adapters", "Adapter", "Adapter"),
    "networks": ("network", "networks", "Netzwerk", "Netzwerke"),
    "teams": ("team", "teams", "Team", "Teams"),
    "switches": ("switch", "switches", "Switch", "Switches"),
    "ports": ("port", "ports", "Anschluss", "Anschlüsse"),
    "checkpoints": ("checkpoint", "checkpoints", "Prüfpunkt", "Prüfpunkte"),
    "recovery points": ("recovery point", "recovery points", "Wiederherstellungspunkt", "Wiederherstellungspunkte"),
    "characters": ("character", "characters", "Zeichen", "Zeichen"),
    "migrations": ("migration", "migrations", "Migration", "Migrationen"),
    "containers": ("container", "containers", "Container", "Container"),
    "partnerships": ("partnership", "partnerships", "Partnerschaft", "Partnerschaften"),
    "seconds": ("second", "seconds", "Sekunde", "Sekunden"),
    "minutes": ("minute", "minutes", "Minute", "Minuten"),
    "hours": ("hour", "hours", "Stunde", "Stunden"),
    "days": ("day", "days", "Tag", "Tage"),
    "weeks": ("week", "weeks", "Woche", "Wochen"),
    "ms": ("ms", "ms", "ms", "ms"),
    "percent": ("%", "%", "%", "%"),
    "Gbit/s": ("Gbit/s", "Gbit/s", "Gbit/s", "Gbit/s"),
} | {size: (size, size, size, size) for size in BYTES}

KNOWN = frozenset(_NAMES)


def is_size(unit: str | None) -> bool:
    """True for MB, GB, TB …"""
    return unit in BYTES


def number(value: int | float, lang: str) -> str:
    """`12288` → `12,288` in English, `12.288` in German; whole floats lose their fraction."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"{value:,}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "de" else text


def quantity(value: int | float, unit: str | None, lang: str) -> str:
    """A number with its unit, in words: `64 nodes`, `1 Knoten`, `12 TB` (a size moves up while it stays whole)."""
    if unit is None:
        return number(value, lang)
    if is_size(unit):
        order = list(BYTES)
        while unit != "PB" and value and value % 1024 == 0:
            value, unit = value // 1024, order[order.index(unit) + 1]
        return f"{number(value, lang)} {unit}"
    one_en, many_en, one_de, many_de = _NAMES[unit]
    word = (one_de if value == 1 else many_de) if lang == "de" else (one_en if value == 1 else many_en)
    return f"{number(value, lang)} {word}"


def to_base(value: int | float, unit: str | None) -> int | float:
    """A size in bytes; any other number as it is."""
    return value * BYTES[unit] if unit is not None and is_size(unit) else value


def of_bytes(value: int | float, lang: str) -> str:
    """A number of bytes the way people read it: `2.04 TB`, `512 MB`."""
    for unit in ("PB", "TB", "GB", "MB", "KB"):
        if value >= BYTES[unit]:
            scaled = value / BYTES[unit]
            return f"{number(round(scaled, 2), lang)} {unit}"
    return f"{number(int(value), lang)} B"


_SIZE = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*([KMGTP]i?B|B)?\s*$", re.I)


def parse_size(text: str | int | float) -> int:
    """`40GB`, `2,5 TB`, `512 MiB` or plain bytes → bytes; raises ValueError with the text."""
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return int(text)
    match = _SIZE.match(str(text))
    if not match:
        raise ValueError(f"{text!r} is not a size such as 40GB or 512 MB")
    unit = (match[2] or "B").upper().replace("IB", "B")
    return int(float(match[1].replace(",", ".")) * BYTES[unit])
