"""Classes of disks, volumes, Storage Spaces and the ways to them.

Numbers of the enumerations: the classes MSFT_Disk, MSFT_PhysicalDisk, MSFT_Volume and Win32_EncryptableVolume.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import Enum, count, flag, scalar, size, text, texts
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import ClusterVolume, PhysicalDisk, Thing, Volume

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader

BUS = Enum(
    "bus type",
    {0: "Unknown", 1: "SCSI", 2: "ATAPI", 3: "ATA", 4: "1394", 5: "SSA", 6: "FibreChannel", 7: "USB", 8: "RAID", 9: "iSCSI", 10: "SAS"}
    | {11: "SATA", 12: "SD", 13: "MMC", 14: "Virtual", 15: "FileBackedVirtual", 16: "StorageSpaces", 17: "NVMe", 18: "SCM"},
)
MEDIA = Enum("media type", {0: "Unspecified", 3: "HDD", 4: "SSD", 5: "SCM"}, {"HDD": "HDD", "SSD": "SSD", "SCM": "SCM"})
HEALTH = Enum("health status", {0: "Healthy", 1: "Warning", 2: "Unhealthy", 5: "Unknown"})
PARTITION_STYLE = Enum("partition style", {0: "RAW", 1: "MBR", 2: "GPT"}, others=("Unknown",))
USAGE = Enum(
    "usage of a drive",
    {0: "Unknown", 1: "AutoSelect", 2: "ManualSelect", 3: "HotSpare", 4: "Retired", 5: "Journal"},
    {"AutoSelect": False, "ManualSelect": False, "HotSpare": False, "Retired": False, "Journal": True},
)
DEDUPLICATION = Enum(
    "deduplication mode",
    {0: "Disabled", 1: "GeneralPurpose", 2: "HyperV", 3: "Backup", 4: "NotAvailable"},
    {"Disabled": False, "GeneralPurpose": True, "HyperV": True, "Backup": True, "NotAvailable": False},
)
ENCRYPTION = Enum(
    "BitLocker state",
    {0: "FullyDecrypted", 1: "FullyEncrypted", 2: "EncryptionInProgress", 3: "DecryptionInProgress"}
    | {4: "EncryptionPaused", 5: "DecryptionPaused"},
    {"FullyDecrypted": False}
    | dict.fromkeys(("FullyEncrypted", "EncryptionInProgress", "DecryptionInProgress", "EncryptionPaused", "DecryptionPaused"), True),
    others=("FullyEncryptedWipeInProgress",),
)
POOL_TYPE = Enum(
    "type of resource pool",
    {0: "Memory", 1: "Processor", 2: "Ethernet", 3: "VHD", 4: "ISO", 5: "VFD", 6: "FibreChannelPort", 7: "FibreChannelConnection"}
    | {8: "PciExpress"},
)


def folder(value: Any) -> str | None:
    r"""A drive letter or mount point without the backslash at its end: `D`, `D:` and `D:\` are `D:`."""
    written = (text(value) or "").strip("\0 ")
    if written.startswith("\\\\?\\"):
        return None
    return f"{written}:" if len(written) == 1 else written.rstrip("\\") or None


def statuses(value: Any) -> str | None:
    """The operational status, one text or several."""
    return ", ".join(texts(value) or []) or None if isinstance(scalar(value), list) else text(value)


_ON_CSV = re.compile(r"[a-z]:\\ClusterStorage\\[^\\]+$", re.I)
_SHARED_BY_VOLUMES = ("file_system", "size", "free", "compressed", "deduplication", "encrypted", "physical_sector_size")


def _volume(row: Row, volume: Volume, context: Context, reader: Reader) -> bool | None:
    """A volume without a path is nobody's; one below ClusterStorage is the cluster's, whichever node tells of it."""
    if not volume.path or not _ON_CSV.match(volume.path):
        return None if volume.path else False
    key = ("volume", volume.path.lower())
    csv = reader.volumes.get(key)
    if csv is None:
        csv = reader.volumes[key] = ClusterVolume(at={"": row.location})
        put(csv, "path", volume.path, volume.at["path"])
        cluster = reader.owner(_CSV, row, context)
        put(cluster, "volumes", [], row.location)
        cluster.volumes.append(csv)
    for name in _SHARED_BY_VOLUMES:
        if name in volume.at and not (name == "file_system" and str(volume.file_system).upper() == "CSVFS"):
            put(csv, name, getattr(volume, name), volume.at[name])
    return False


def _once(row: Row, thing: Any, context: Context, reader: Reader) -> bool | None:
    """Every node lists the pools and virtual disks of the cluster; the first one counts."""
    key = (type(thing), (thing.name or "").lower())
    return None if reader.once.setdefault(key, thing) is thing else False


def _pool(row: Row, pool: Thing, context: Context, reader: Reader) -> bool | None:
    """Each type has a pool `Primordial` that stands for the whole host: a host with no other has none."""
    if (row.value(name_of, "Name") or "").lower() != "primordial":
        return None
    put(reader.owner(_POOLS, row, context), "resource_pools", [], row.location)
    return False


# --- the classes ---

_CSV = Kind("VolumeOfCluster", (), ClusterVolume, "cluster", "volumes")
_POOLS = Kind("VMResourcePool", (), inv.ResourcePool, "host", "resource_pools")
_PATH = is_("path", folder, "DriveLetter", "Name", "Volume", "MountPoint")
_DISK = (
    is_("number", count, "Number", "DiskNumber"),
    is_("id", text, "UniqueId"),
    is_("serial", text, "SerialNumber", "AdapterSerialNumber"),
    is_("model", text, "Model"),
    is_("media", MEDIA, "MediaType"),
    is_("bus", BUS, "BusType"),
    is_("firmware", text, "FirmwareVersion"),
    is_("size", size, "Size"),
    is_("partition_style", PARTITION_STYLE, "PartitionStyle"),
    is_("dynamic", flag, "Dynamic"),
    is_("clustered", flag, "IsClustered"),
    is_("file_systems", texts, "FileSystems", null=[]),
    is_("physical_sector_size", count, "PhysicalSectorSize"),
    is_("health", HEALTH, "HealthStatus"),
    is_("pooled", flag, "Pooled"),
    is_("journal", USAGE, "Usage"),
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "DedupVolume",
        ("SavingsRate", "UsageType Volume"),
        Volume,
        "host",
        "volumes",
        (_PATH, is_("deduplication", flag, "Enabled")),
        finish=_volume,
    ),
    Kind(
        "BitLockerVolume",
        ("MountPoint VolumeStatus", "KeyProtector MountPoint"),
        Volume,
        "host",
        "volumes",
        (_PATH, is_("encrypted", ENCRYPTION, "VolumeStatus")),
        finish=_volume,
    ),
    Kind(
        "VolumeSectors",
        ("Volume PhysicalSectorSize",),
        Volume,
        "host",
        "volumes",
        (_PATH, is_("physical_sector_size", count, "PhysicalSectorSize")),
        finish=_volume,
    ),
    Kind(
        "MSFT_Volume",
        ("DriveLetter SizeRemaining", "FileSystem SizeRemaining", "Capacity FileSystem Name", "DriveLetter Capacity"),
        Volume,
        "host",
        "volumes",
        (
            is_("path", folder, "DriveLetter", "Name"),
            is_("file_system", text, "FileSystem", "FileSystemType"),
            is_("size", size, "Size", "Capacity"),
            is_("free", size, "SizeRemaining", "FreeSpace"),
            is_("compressed", flag, "Compressed"),
            is_("deduplication", DEDUPLICATION, "DedupMode"),
        ),
        types="Win32_Volume",
        finish=_volume,
    ),
    Kind(
        "MSFT_PhysicalDisk",
        ("CanPool", "MediaType BusType", "MediaType Usage", "MediaType Pooled"),
        PhysicalDisk,
        "host",
        "disks",
        tuple(property for property in _DISK if property.field not in ("number", "partition_style")),
    ),
    Kind(
        "MSFT_Disk",
        ("PartitionStyle UniqueId", "PartitionStyle BusType", "NumberOfPartitions PartitionStyle", "IsClustered UniqueId"),
        PhysicalDisk,
        "host",
        "disks",
        _DISK,
    ),
    Kind(
        "MSFT_StoragePool",
        ("IsPrimordial",),
        inv.StoragePool,
        "cluster",
        "pools",
        (
            is_("name", text, "FriendlyName", "Name"),
            is_("primordial", flag, "IsPrimordial"),
            is_("size", size, "Size"),
            is_("allocated", size, "AllocatedSize"),
            is_("health", HEALTH, "HealthStatus"),
        ),
        finish=_once,
    ),
    Kind(
        "MSFT_VirtualDisk",
        ("ResiliencySettingName", "NumberOfDataCopies"),
        inv.VirtualDisk,
        "cluster",
        "virtual_disks",
        (
            is_("name", text, "FriendlyName", "Name"),
            is_("resiliency", text, "ResiliencySettingName"),
            is_("copies", count, "NumberOfDataCopies"),
            is_("redundancy", count, "PhysicalDiskRedundancy"),
            is_("size", size, "Size"),
            is_("health", HEALTH, "HealthStatus"),
            is_("status", statuses, "OperationalStatus"),
        ),
        finish=_once,
    ),
    Kind(
        "IscsiSession",
        ("TargetNodeAddress IsConnected", "IsPersistent NumberOfConnections"),
        inv.IscsiSession,
        "host",
        "iscsi",
        (
            is_("target", text, "TargetNodeAddress"),
            is_("connected", flag, "IsConnected"),
            is_("persistent", flag, "IsPersistent"),
            is_("connections", count, "NumberOfConnections"),
        ),
        types="MSFT_iSCSISession",
    ),
    Kind(
        "MSFC_FCAdapterHBAAttributes",
        ("HBAStatus", "NodeWWN Model", "Model DriverName FirmwareVersion"),
        inv.HostBusAdapter,
        "host",
        "hbas",
        (is_("model", text, "Model"), is_("driver", text, "DriverVersion"), is_("firmware", text, "FirmwareVersion")),
        hints="HBAs HostBusAdapters",
    ),
    Kind("InitiatorPort", ("NodeAddress PortAddress",)),
    Kind("Mpio", ("Mpio",), inv.Host, "host", properties=(is_("mpio", text, "Mpio", null=""),)),
    Kind(
        "SmbConnection",
        ("Dialect ShareName", "Dialect ServerName"),
        inv.SmbConnection,
        "host",
        "smb_connections",
        (
            is_("server", text, "ServerName"),
            is_("share", text, "ShareName"),
            is_("dialect", text, "Dialect"),
            is_("continuously_available", flag, "ContinuouslyAvailable"),
        ),
        types="MSFT_SmbConnection",
    ),
    Kind("NfsMounts", ("NfsMounts",), inv.Host, "host", properties=(is_("nfs_mounts", texts, "NfsMounts", null=[]),)),
    Kind(
        "NtlmPolicy",
        ("RestrictSendingNTLMTraffic", "RestrictReceivingNTLMTraffic"),
        inv.Host,
        "host",
        properties=(
            is_("ntlm_incoming", count, "RestrictReceivingNTLMTraffic", null=0),  # no value: the policy is not set
            is_("ntlm_outgoing", count, "RestrictSendingNTLMTraffic", null=0),
        ),
    ),
    Kind(
        "VMResourcePool",
        ("ResourcePoolType",),
        inv.ResourcePool,
        "host",
        "resource_pools",
        (
            is_("name", text, "Name"),
            is_("type", POOL_TYPE, "ResourcePoolType"),
            is_("parents", texts, "ParentName"),
            is_("paths", texts, "Paths"),
        ),
        hints="VMResourcePools ResourcePools",
        finish=_pool,
    ),
)
