"""Classes of Cluster Shared Volumes and files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.configurations.classes.enumerations import (
    BLOCK_REASON,
    FILE_SYSTEM_REASON,
    VOLUME_FAULT,
    VOLUME_STATE,
)
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import (
    flag,
    size,
    text,
)
from ingest.configurations.parts import is_worse, put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import (
    ClusterVolume,
)

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _volume(row: Row, volume: ClusterVolume, context: Context, reader: Reader) -> None:
    redirected, place = row.read(flag, "SharedVolumeInfo.RedirectedAccess", "RedirectedAccess")
    if place:
        put(volume, "state", "file_system_redirected" if redirected else "direct", place)
    _, partition, path = row.find("SharedVolumeInfo")
    if isinstance(partition, str) or isinstance(row.find("SharedVolumeInfo.Partition")[1], str):
        reader.warn("cut SharedVolumeInfo", f"{path}: cut to text by -Depth; repeat the export with `ConvertTo-Json -Depth 4`")


def _volume_state(row: Row, volume: ClusterVolume, context: Context, reader: Reader) -> bool | None:
    """One row per volume and node; the worst state is the volume's."""
    name = row.value(name_of, "VolumeFriendlyName")
    if name:
        path = name if "\\" in name else f"C:\\ClusterStorage\\{name}"
        put(volume, "path", path, row.location)
    reasons = [
        reason
        for convert, property in (
            (FILE_SYSTEM_REASON, "FileSystemRedirectedIOReason"),
            (BLOCK_REASON, "BlockRedirectedIOReason"),
        )
        if (reason := row.value(convert, property)) and not reason.startswith("Not")
    ]
    put(volume, "redirection_reason", ", ".join(reasons) or None, row.location)
    other = reader.volumes.setdefault((row.value(name_of, "Cluster"), volume.name, volume.path), volume)
    if other is volume:
        return None
    if is_worse(volume.state, other.state):
        other.state, other.redirection_reason, other.at = volume.state, volume.redirection_reason, volume.at
    return False


_ON_VOLUME = re.compile(r"[a-z]:\\ClusterStorage\\[^\\]+", re.I)
_VIRTUAL_DISK = re.compile(r"\.a?vhdx?$|\.vhds$", re.I)
_FILE_OF_HOST = Kind("FileOfHost", (), inv.Host, "host")


def _file(row: Row, volume: ClusterVolume, context: Context, reader: Reader) -> bool | None:
    """Get-ChildItem below ClusterStorage: the files of each volume. Virtual disks elsewhere are files of the host."""
    full, place = row.read(name_of, "FullName")
    match = _ON_VOLUME.match(full or "")
    if not full or not place or row.value(flag, "PSIsContainer") or (row.value(name_of, "Mode") or "").startswith("d"):
        return False
    if not match:
        if _VIRTUAL_DISK.search(full):
            host = reader.owner(_FILE_OF_HOST, row, context)
            put(host, "disk_files", [], place)
            host.disk_files.append(full)
        return False
    other = reader.volumes.setdefault(match[0].lower(), volume)
    if other is not volume and other.files:
        other.files.append(full or "")
        return False
    put(volume, "path", match[0], place)
    put(volume, "files", [full], place)
    return None


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind(
        "ClusterSharedVolumeState",
        ("StateInfo", "VolumeFriendlyName"),
        inv.ClusterVolume,
        "cluster",
        "volumes",
        (is_("name", text, "Name"), is_("state", VOLUME_STATE, "StateInfo", "State")),
        types="ClusterSharedVolumeStateInfo",
        finish=_volume_state,
    ),
    Kind(
        "ClusterSharedVolume",
        ("SharedVolumeInfo", "FriendlyVolumeName"),
        inv.ClusterVolume,
        "cluster",
        "volumes",
        (
            is_("name", text, "Name"),
            is_("owner", text, "OwnerNode"),
            is_("path", text, "SharedVolumeInfo.FriendlyVolumeName", "FriendlyVolumeName"),
            is_("file_system", text, "SharedVolumeInfo.Partition.FileSystem", "FileSystem"),
            is_("size", size, "SharedVolumeInfo.Partition.Size", "Size"),
            is_("free", size, "SharedVolumeInfo.Partition.FreeSpace", "FreeSpace"),
            is_("maintenance", flag, "SharedVolumeInfo.MaintenanceMode", "MaintenanceMode"),
            is_("fault", VOLUME_FAULT, "SharedVolumeInfo.FaultState", "FaultState"),
        ),
        hints="ClusterSharedVolumes SharedVolumes CSVs",
        finish=_volume,
    ),
    Kind("File", ("FullName",), inv.ClusterVolume, "cluster", "volumes", finish=_file),
)
