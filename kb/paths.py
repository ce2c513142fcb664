"""Paths of Windows: which volume a file lies on, and whether nodes share it."""

from __future__ import annotations

import re
from functools import lru_cache

_CSV = re.compile(r"^[a-z]:\\clusterstorage\\[^\\]+", re.I)
_SHARE = re.compile(r"^\\\\(?![?.]\\)[^\\]+\\[^\\]+", re.I)
_DRIVE = re.compile(r"^[a-z]:", re.I)
SYSTEM_DRIVE = "C:"
_REMEMBERED = 2**16  # many rules ask the same of every path


@lru_cache(_REMEMBERED)
def volume(path: str) -> str:
    r"""What a path lies on: `C:\ClusterStorage\Volume1`, `\\server\share` or `D:`; "" when the path shows none."""
    clean = path.replace("/", "\\")
    for pattern in (_CSV, _SHARE, _DRIVE):
        if match := pattern.match(clean):
            return match.group()
    return ""


@lru_cache(_REMEMBERED)
def on_csv(path: str) -> bool:
    """True for a path on a Cluster Shared Volume."""
    return bool(_CSV.match(path.replace("/", "\\")))


@lru_cache(_REMEMBERED)
def on_share(path: str) -> bool:
    """True for a UNC path."""
    return bool(_SHARE.match(path.replace("/", "\\")))


def on_system_drive(path: str) -> bool:
    """True for a path on C: that is not a Cluster Shared Volume mounted there."""
    return volume(path).casefold() == SYSTEM_DRIVE.casefold()


def in_root(folder: str) -> bool:
    """True when a folder is the root of a drive, of a share or of a Cluster Shared Volume."""
    clean = folder.replace("/", "\\").rstrip("\\")
    return bool(clean) and clean.casefold() == volume(folder).casefold()


def parent(path: str) -> str:
    """The folder of a file."""
    return path.replace("/", "\\").rpartition("\\")[0]
