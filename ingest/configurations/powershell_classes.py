"""The classes of the Hyper-V, FailoverClusters and CIM cmdlets: how to recognise an object and what its properties mean.

Property names, types and numbers of enumerations: the type definitions of the modules Hyper-V 2.0.0.0 and
FailoverClusters 2.0.0.0; names of older modules (Snapshot instead of Checkpoint) and of common collectors stand beside
them. Names are compared without case and underscores. What needs more than a table is in `powershell_json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from ingest.configurations.convert import (
    Converter,
    Enum,
    count,
    count_or_none,
    dotted,
    flag,
    guid,
    mac,
    megabytes,
    scalar,
    size,
    speed,
    text,
    texts,
    time,
)
from kb import inventory as inv

# --- enumerations -----------------------------------------------------------------------------------------------------

_CRITICAL = (
    "Running",
    "Off",
    "Stopping",
    "Saved",
    "Paused",
    "Starting",
    "Reset",
    "Saving",
    "Pausing",
    "Resuming",
    "FastSaved",
    "FastSaving",
)
VM_STATE = Enum(
    "VM state",
    {1: "Other", 2: "Running", 3: "Off", 4: "Stopping", 6: "Saved", 9: "Paused", 10: "Starting", 11: "Reset"}
    | {32773: "Saving", 32776: "Pausing", 32777: "Resuming", 32779: "FastSaved", 32780: "FastSaving"}
    | {32781: "ForceShutdown", 32782: "ForceReboot", 32783: "Hibernated", 32784: "ComponentServicing"}
    | {32785 + n: f"{name}Critical" for n, name in enumerate(_CRITICAL)},
)
START_ACTION = Enum(
    "automatic start action",
    {2: "Nothing", 3: "StartIfRunning", 4: "Start"},
    {"Nothing": "nothing", "StartIfRunning": "start_if_running", "Start": "start"},
)
STOP_ACTION = Enum(
    "automatic stop action",
    {2: "TurnOff", 3: "Save", 4: "ShutDown"},
    {"TurnOff": "turn_off", "Save": "save", "ShutDown": "shut_down"},
)
CHECKPOINT_TYPE = Enum("checkpoint type", {2: "Disabled", 3: "Production", 4: "ProductionOnly", 5: "Standard"})
SNAPSHOT_TYPE = Enum(
    "kind of checkpoint",
    {0: "Standard", 1: "Recovery", 2: "Planned", 5: "Missing", 6: "Replica", 7: "AppConsistentReplica", 8: "SyncedReplica"},
    others=("Production",),
)
SERVICE_STATUS = Enum(
    "status of an integration service",
    {2: "Ok", 3: "Degraded", 6: "Error", 7: "NonRecoverableError", 12: "NoContact", 13: "LostCommunication", 32775: "ProtocolMismatch"}
    | {32782: "ApplicationCritical", 32783: "CommunicationTimedOut", 32784: "CommunicationFailed", 32896: "Disabled"},
)
CONTROLLER = Enum("controller type", {0: "IDE", 1: "SCSI", 2: "PMEM"}, {"IDE": "ide", "SCSI": "scsi", "PMEM": "pmem"})
VHD_TYPE = Enum(
    "type of virtual disk",
    {0: "Unknown", 2: "Fixed", 3: "Dynamic", 4: "Differencing"},
    {"Fixed": "fixed", "Dynamic": "dynamic", "Differencing": "differencing"},
)
VHD_FORMAT = Enum(
    "format of virtual disk",
    {0: "Unknown", 2: "VHD", 3: "VHDX", 4: "VHDSet"},
    {"VHD": "vhd", "VHDX": "vhdx", "VHDSet": "vhds"},
)
SWITCH_TYPE = Enum(
    "switch type",
    {0: "Private", 1: "Internal", 2: "External"},
    {"Private": "private", "Internal": "internal", "External": "external"},
)
VLAN_MODE = Enum("VLAN mode", {0: "Untagged", 1: "Access", 2: "Trunk", 3: "Private"})
ON_OFF = Enum("On or Off", {0: "On", 1: "Off"}, {"On": True, "Off": False})  # 0 is On
AUTHENTICATION = Enum("authentication of live migration", {0: "CredSSP", 1: "Kerberos"}, {"CredSSP": "credssp", "Kerberos": "kerberos"})
PERFORMANCE = Enum(
    "performance option of live migration",
    {0: "TCPIP", 1: "Compression", 2: "SMB"},
    {"TCPIP": "tcpip", "Compression": "compression", "SMB": "smb"},
)
NODE_STATE = Enum("node state", {-1: "Unknown", 0: "Up", 1: "Down", 2: "Paused", 3: "Joining"})
NETWORK_STATE = Enum("network state", {-1: "Unknown", 0: "Unavailable", 1: "Down", 2: "Partitioned", 3: "Up"})
NETWORK_ROLE = Enum(
    "network role",
    {0: "None", 1: "Cluster", 2: "Client", 3: "ClusterAndClient"},
    {"None": "none", "Cluster": "cluster", "Client": "client", "ClusterAndClient": "cluster_and_client"},
)
VOLUME_STATE = Enum(
    "volume state",
    {0: "Unavailable", 1: "Paused", 2: "Direct", 3: "FileSystemRedirected", 4: "BlockRedirected"},
    {"Unavailable": "unavailable", "Paused": "paused", "Direct": "direct"}
    | {"FileSystemRedirected": "file_system_redirected", "BlockRedirected": "block_redirected"},
)
FILE_SYSTEM_REASON = Enum(
    "reason of redirected access",
    {0: "NotFileSystemRedirected", 1: "UserRequest", 2: "IncompatibleFileSystemFilter", 4: "IncompatibleVolumeFilter"}
    | {8: "FileSystemTiering", 16: "BitLockerInitializing", 32: "FileSystemReFs"},
)
BLOCK_REASON = Enum(
    "reason of redirected access",
    {0: "NotBlockRedirected", 1: "NoDiskConnectivity", 2: "StorageSpaceNotAttached", 4: "VolumeReplicationEnabled"},
)
SHARED_VOLUMES = Enum("setting of shared volumes", {0: "Disabled", 1: "Enabled"}, {"Disabled": False, "Enabled": True})
QUORUM_TYPE = Enum(
    "quorum type",
    {0: "Unknown", 1: "Majority", 2: "DiskOnly"},
    others=("NodeMajority", "NodeAndDiskMajority", "NodeAndFileShareMajority", "NodeAndCloudMajority"),  # up to 2012 R2
)
BOOT_DEVICE = Enum(
    "boot device",
    {0: "Floppy", 1: "CD", 2: "IDE", 3: "LegacyNetworkAdapter", 4: "NetworkAdapter", 5: "VHD"},
    {"Floppy": "floppy", "CD": "cd", "DvdDrive": "cd", "Optical": "cd", "File": "file"}
    | dict.fromkeys(("IDE", "VHD", "HardDiskDrive", "HardDrive", "Drive"), "disk")
    | dict.fromkeys(("LegacyNetworkAdapter", "NetworkAdapter", "VMNetworkAdapter", "Network"), "network"),
    others=("DvdDrive", "Optical", "File", "HardDiskDrive", "HardDrive", "Drive", "VMNetworkAdapter", "Network"),
)


def on_off(value: Any) -> bool | None:
    """OnOffState, where 0 is On; collectors write true and false."""
    value = scalar(value)
    return value if isinstance(value, bool) else ON_OFF(value)


def boot_devices(value: Any) -> list[str] | None:
    """Boot devices in their order: cd, disk, network, floppy or file."""
    value = scalar(value)
    if value is None:
        return None
    order = [_boot_source(item) for item in (value if isinstance(value, list) else [value])]
    return [device for device in order if device]


def _boot_source(value: Any) -> str | None:
    """A device by number or name (generation 1), or a VMBootSource, told by its device, else its path or its type."""
    if isinstance(value, str):
        return BOOT_DEVICE(value.partition(":")[0])
    if not isinstance(value, dict) or "value" in value:
        return BOOT_DEVICE(value)
    source = {key.lower(): inner for key, inner in value.items()}
    device = source.get("device")
    if isinstance(device, dict):
        inside = {key.lower(): inner for key, inner in device.items()}
        if "dvdmediatype" in inside or str(inside.get("path")).lower().endswith(".iso"):
            return "cd"
        return "network" if "macaddress" in inside else "disk"
    if isinstance(device, str) and (match := re.search(r"HardDiskDrive|DvdDrive|VMNetworkAdapter", device)):
        return BOOT_DEVICE(match[0])
    if "\\file(" in str(source.get("firmwarepath")).lower():
        return "file"
    kind = source.get("boottype")
    if not isinstance(kind, str) or kind.isdigit():
        raise ValueError("a boot source that does not say of which device; export with -Depth 4")
    return BOOT_DEVICE(kind)


# --- classes ----------------------------------------------------------------------------------------------------------


def plain(name: str) -> str:
    """A property name the way it is compared: without case and underscores."""
    return name.replace("_", "").lower()


class Property(NamedTuple):
    """An inventory field and the properties that fill it, best first; `null` is what a present but empty one means."""

    field: str
    convert: Converter
    names: tuple[str, ...]
    null: Any = None


def _is(field: str, convert: Converter, *names: str, null: Any = None) -> Property:
    return Property(field, convert, names, null)


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of objects.

    An object is of the first class one of whose `signatures` (sets of properties) it has, or that the key holding it
    names (`hints`). It becomes a `make`, kept in the list `into` of its owner (`vm`, `host`, `cluster`); without `into`
    its values belong to the owner itself, and without `owner` it is an object in its own right. `children` are the
    properties that hold objects of another class.
    """

    name: str
    signatures: tuple[str, ...]
    make: type[inv.Thing] | None = None
    owner: str = ""
    into: str = ""
    properties: tuple[Property, ...] = ()
    children: dict[str, str] = field(default_factory=dict)
    hints: str = ""
    sets: tuple[frozenset[str], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sets", tuple(frozenset(plain(name) for name in s.split()) for s in self.signatures))


_POSITION = (
    _is("controller", CONTROLLER, "ControllerType"),
    _is("controller_number", count, "ControllerNumber"),
    _is("location", count, "ControllerLocation"),
)
_FILE = (
    _is("path", text, "Path"),
    _is("format", VHD_FORMAT, "VhdFormat"),
    _is("type", VHD_TYPE, "VhdType"),
    _is("size", size, "Size"),
    _is("file_size", size, "FileSize"),
    _is("parent", text, "ParentPath"),
)
_VM_HARDWARE = {
    "HardDrives": "HardDiskDrive",
    "HardDiskDrives": "HardDiskDrive",
    "Disks": "HardDiskDrive",
    "DVDDrives": "DvdDrive",
    "NetworkAdapters": "VMNetworkAdapter",
    "VMIntegrationService": "VMIntegrationService",
    "IntegrationServices": "VMIntegrationService",
    "Services": "VMIntegrationService",
    "Snapshots": "VMSnapshot",
    "Checkpoints": "VMSnapshot",
    "Processor": "VMProcessor",
    "Memory": "VMMemory",
    "Firmware": "VMFirmware",
    "Bios": "VMBios",
    "SCSIControllers": "VMScsiController",
}
_HOST_PARTS = {
    "VMHost": "VMHost",
    "OS": "Win32_OperatingSystem",
    "OperatingSystem": "Win32_OperatingSystem",
    "ComputerSystem": "Win32_ComputerSystem",
    "Processors": "Win32_Processor",
    "Switches": "VMSwitch",
    "VMSwitches": "VMSwitch",
    "NetAdapters": "NetAdapter",
    "Adapters": "NetAdapter",
    "Nics": "NetAdapter",
    "MpPreference": "MpPreference",
    "Features": "WindowsFeature",
    "VMs": "VM",
}

KINDS: tuple[Kind, ...] = (
    Kind(
        "VMSnapshot",
        ("SnapshotType",),
        inv.Checkpoint,
        "vm",
        "checkpoints",
        (
            _is("name", text, "Name"),
            _is("id", guid, "Id"),
            _is("created", time, "CreationTime"),
            _is("type", SNAPSHOT_TYPE, "SnapshotType"),
            _is("parent", text, "ParentSnapshotName", "ParentCheckpointName"),
        ),
        hints="VMSnapshots VMCheckpoints Snapshots Checkpoints",
    ),
    Kind(
        "VM",
        tuple(
            f"{name} {other}"
            for name in ("Name", "VMName", "IntegrationServicesState")
            for other in (
                "ProcessorCount", "MemoryStartup", "Generation", "IntegrationServicesVersion", "CPUUsage",
                "AutomaticStartAction", "ConfigurationLocation", "SnapshotFileLocation", "CheckpointFileLocation",
            )
        ),
        inv.Vm,
        properties=(
            _is("name", text, "Name", "VMName"),
            _is("id", guid, "Id", "VMId"),
            _is("host", text, "ComputerName", "PSComputerName", "VMHost", "HostName"),
            _is("generation", count, "Generation"),
            _is("configuration_version", dotted, "Version"),
            _is("state", VM_STATE, "State"),
            _is("processors", count, "ProcessorCount"),
            _is("memory", size, "MemoryStartup", "MemoryStartupBytes"),
            _is("memory", megabytes, "MemoryStartupMB"),
            _is("memory_minimum", size, "MemoryMinimum", "MemoryMinimumBytes"),
            _is("memory_maximum", size, "MemoryMaximum", "MemoryMaximumBytes"),
            _is("dynamic_memory", flag, "DynamicMemoryEnabled", "MemoryDynamicEnabled"),
            _is("highly_available", flag, "IsClustered"),
            _is("configuration_path", text, "ConfigurationLocation", "Path"),
            _is("checkpoint_path", text, "CheckpointFileLocation", "SnapshotFileLocation"),
            _is("checkpoint_type", CHECKPOINT_TYPE, "CheckpointType"),
            _is("start_action", START_ACTION, "AutomaticStartAction"),
            _is("stop_action", STOP_ACTION, "AutomaticStopAction"),
            _is("secure_boot", flag, "SecureBootEnabled"),
            _is("guest_os", text, "Guest.OSName"),
            _is("integration_version", dotted, "IntegrationServicesVersion"),
        ),
        children=_VM_HARDWARE,
        hints="VM VMs VirtualMachines",
    ),
    Kind(
        "DvdDrive",
        ("DvdMediaType",),
        inv.Dvd,
        "vm",
        "dvds",
        (_is("path", text, "Path", null=""), *_POSITION),
        hints="VMDvdDrives DvdDrives",
    ),
    Kind(
        "HardDiskDrive",
        ("ControllerType ControllerLocation",),
        inv.Disk,
        "vm",
        "disks",
        (*_FILE, *_POSITION, _is("shared", flag, "SupportPersistentReservations")),
        hints="VMHardDiskDrives HardDiskDrives HardDrives",
    ),
    Kind("VHD", ("VhdType", "VhdFormat"), inv.Disk, "disk", "", _FILE, hints="VHDs"),
    Kind(
        "VMScsiController",
        ("Drives ControllerNumber",),
        inv.Vm,
        "vm",
        children={"Drives": "HardDiskDrive"},
        hints="VMScsiControllers SCSIControllers",
    ),
    Kind(
        "VMProcessor",
        ("CompatibilityForMigrationEnabled", "ExposeVirtualizationExtensions", "HwThreadCountPerCore"),
        inv.Vm,
        "vm",
        properties=(
            _is("processors", count, "Count"),
            _is("processor_compatibility", flag, "CompatibilityForMigrationEnabled"),
            _is("nested_virtualization", flag, "ExposeVirtualizationExtensions"),
        ),
        hints="VMProcessors",
    ),
    Kind(
        "VMMemory",
        ("Startup Minimum", "Startup Buffer", "Startup VMName", "Startup DynamicMemoryEnabled"),
        inv.Vm,
        "vm",
        properties=(
            _is("memory", size, "Startup"),
            _is("memory_minimum", size, "Minimum"),
            _is("memory_maximum", size, "Maximum"),
            _is("dynamic_memory", flag, "DynamicMemoryEnabled"),
        ),
        hints="VMMemories",
    ),
    Kind(
        "VMFirmware",
        ("SecureBoot", "SecureBootTemplate"),
        inv.Vm,
        "vm",
        properties=(_is("secure_boot", on_off, "SecureBoot"), _is("boot_order", boot_devices, "BootOrder")),
        hints="VMFirmwares VMFirmware",
    ),
    Kind("VMBios", ("StartupOrder",), inv.Vm, "vm", properties=(_is("boot_order", boot_devices, "StartupOrder"),), hints="VMBios"),
    Kind(
        "VMNetworkAdapterVlan",
        ("OperationMode AccessVlanId",),
        inv.Adapter,
        "vm",
        "adapters",
        (_is("name", text, "ParentAdapter.Name", "VMNetworkAdapterName"), _is("mac", mac, "ParentAdapter.MacAddress")),
    ),
    Kind(
        "NetAdapter",
        ("InterfaceDescription LinkSpeed", "InterfaceDescription Status", "InterfaceDescription Speed", "InterfaceDescription SpeedBps"),
        inv.HostAdapter,
        "host",
        "adapters",
        (
            _is("name", text, "Name", "InterfaceAlias"),
            _is("description", text, "InterfaceDescription"),
            _is("speed", speed, "Speed", "SpeedBps", "LinkSpeed", "TransmitLinkSpeed"),
        ),
        hints="NetAdapters NetAdapter",
    ),
    Kind(
        "VMNetworkAdapter",
        ("IsManagementOs", "IsLegacy", "DynamicMacAddressEnabled", "MacAddress SwitchName", "VMName SwitchName"),
        inv.Adapter,
        "vm",
        "adapters",
        (
            _is("name", text, "Name"),
            _is("switch", text, "SwitchName", null=""),
            _is("legacy", flag, "IsLegacy"),
            _is("mac", mac, "MacAddress"),
            _is("dynamic_mac", flag, "DynamicMacAddressEnabled"),
        ),
        hints="VMNetworkAdapters",
    ),
    Kind(
        "VMSwitch",
        ("SwitchType",),
        inv.Switch,
        "host",
        "switches",
        (
            _is("name", text, "Name"),
            _is("type", SWITCH_TYPE, "SwitchType"),
            _is("allow_management_os", flag, "AllowManagementOS"),
            _is("embedded_teaming", flag, "EmbeddedTeamingEnabled"),
            _is("sr_iov", flag, "IovEnabled"),
            _is("adapters", texts, "NetAdapterInterfaceDescriptions", "NetAdapterInterfaceDescription"),
        ),
        hints="VMSwitches Switches VirtualSwitches",
    ),
    Kind(
        "VMIntegrationService",
        ("Enabled PrimaryOperationalStatus", "Enabled PrimaryStatusDescription"),
        inv.IntegrationService,
        "vm",
        "integration_services",
        (_is("enabled", flag, "Enabled"), _is("status", SERVICE_STATUS, "PrimaryOperationalStatus")),
        hints="VMIntegrationServices IntegrationServices",
    ),
    Kind(
        "VMHost",
        ("VirtualMachineMigrationEnabled", "VirtualHardDiskPath", "VirtualMachinePath", "LogicalProcessorCount", "MemoryCapacity"),
        inv.Host,
        properties=(
            _is("name", text, "Name", "ComputerName", "DnsHostName", "PSComputerName"),
            _is("domain", text, "Domain"),
            _is("logical_processors", count, "LogicalProcessorCount"),
            _is("memory", size, "MemoryCapacity", "TotalPhysicalMemory"),
            _is("vm_path", text, "VirtualMachinePath"),
            _is("disk_path", text, "VirtualHardDiskPath"),
            _is("live_migration", flag, "VirtualMachineMigrationEnabled", "LiveMigrationEnabled"),
            _is("live_migrations", count_or_none, "MaximumVirtualMachineMigrations", "MaximumLiveMigrations"),
            _is("storage_migrations", count_or_none, "MaximumStorageMigrations"),
            _is("live_migration_authentication", AUTHENTICATION, "VirtualMachineMigrationAuthenticationType"),
            _is("live_migration_performance", PERFORMANCE, "VirtualMachineMigrationPerformanceOption"),
            _is("live_migration_any_network", flag, "UseAnyNetworkForMigration"),
            _is("numa_spanning", flag, "NumaSpanningEnabled"),
        ),
        children=_HOST_PARTS,
        hints="VMHosts VMHost Hosts Host",
    ),
    Kind(
        "ClusterSharedVolumeState",
        ("StateInfo", "VolumeFriendlyName"),
        inv.ClusterVolume,
        "cluster",
        "volumes",
        (_is("name", text, "Name"), _is("state", VOLUME_STATE, "StateInfo")),
    ),
    Kind(
        "ClusterSharedVolume",
        ("SharedVolumeInfo", "FriendlyVolumeName"),
        inv.ClusterVolume,
        "cluster",
        "volumes",
        (
            _is("name", text, "Name"),
            _is("owner", text, "OwnerNode"),
            _is("path", text, "SharedVolumeInfo.FriendlyVolumeName", "FriendlyVolumeName"),
            _is("file_system", text, "SharedVolumeInfo.Partition.FileSystem", "FileSystem"),
            _is("size", size, "SharedVolumeInfo.Partition.Size", "Size"),
            _is("free", size, "SharedVolumeInfo.Partition.FreeSpace", "FreeSpace"),
        ),
        hints="ClusterSharedVolumes SharedVolumes CSVs",
    ),
    Kind("ClusterQuorum", ("QuorumResource",), inv.Cluster, "cluster", properties=(_is("quorum", QUORUM_TYPE, "QuorumType"),)),
    Kind(
        "Cluster",
        ("SharedVolumesRoot", "ClusterFunctionalLevel", "FunctionalLevel", "EnableSharedVolumes", "DynamicQuorum", "S2DEnabled"),
        inv.Cluster,
        properties=(
            _is("name", text, "Name"),
            _is("domain", text, "Domain"),
            _is("functional_level", count, "ClusterFunctionalLevel", "FunctionalLevel"),
            _is("csv_enabled", SHARED_VOLUMES, "EnableSharedVolumes"),
            _is("quorum", QUORUM_TYPE, "QuorumType"),
            _is("dynamic_quorum", flag, "DynamicQuorum"),
            _is("storage_spaces_direct", flag, "S2DEnabled"),
        ),
        children={
            "Nodes": "ClusterNode",
            "ClusterNodes": "ClusterNode",
            "Networks": "ClusterNetwork",
            "ClusterNetworks": "ClusterNetwork",
            "SharedVolumes": "ClusterSharedVolume",
            "ClusterSharedVolumes": "ClusterSharedVolume",
            "Groups": "ClusterGroup",
            "ClusterGroups": "ClusterGroup",
            "VMGroups": "ClusterVMGroup",
            "Resources": "ClusterResource",
            "Quorum": "ClusterQuorum",
        },
        hints="Cluster Clusters",
    ),
    Kind(
        "ClusterNode",
        ("NodeWeight", "DynamicWeight", "NodeName State", "DrainTarget", "DrainStatus", "NodeHighestVersion"),
        inv.Node,
        "cluster",
        "nodes",
        (
            _is("name", text, "Name", "NodeName"),
            _is("state", NODE_STATE, "State"),
            _is("votes", count, "NodeWeight"),
        ),
        hints="ClusterNodes",
    ),
    Kind(
        "ClusterNetwork",
        ("AutoMetric", "Metric Role", "AddressMask Role"),
        inv.ClusterNetwork,
        "cluster",
        "networks",
        (
            _is("name", text, "Name"),
            _is("role", NETWORK_ROLE, "Role"),
            _is("state", NETWORK_STATE, "State"),
            _is("metric", count, "Metric"),
        ),
        hints="ClusterNetworks",
    ),
    Kind("ClusterNetworkInterface", ("Node Network Address", "Node Network Adapter")),
    Kind("ClusterResource", ("ResourceType",), inv.Cluster, "cluster", hints="ClusterResources"),
    Kind("ClusterGroup", ("GroupType",), inv.Cluster, "cluster", hints="ClusterGroups"),
    Kind("ClusterVMGroup", ("OwnerNode PreferredOwners VMId",), inv.Cluster, "cluster"),
    Kind(
        "Win32_OperatingSystem",
        ("OperatingSystemSKU", "CSName Version", "Caption BuildNumber", "OSArchitecture Version"),
        inv.Host,
        "host",
    ),
    Kind(
        "Win32_ComputerSystem",
        ("PartOfDomain", "TotalPhysicalMemory Domain"),
        inv.Host,
        "host",
        properties=(
            _is("domain", text, "Domain"),
            _is("memory", size, "TotalPhysicalMemory"),
            _is("logical_processors", count, "NumberOfLogicalProcessors"),
        ),
    ),
    Kind(
        "Win32_Processor",
        ("NumberOfCores",),
        inv.Processor,
        "host",
        "processors",
        (
            _is("manufacturer", text, "Manufacturer"),
            _is("model", text, "Name"),
            _is("cores", count, "NumberOfCores"),
        ),
    ),
    Kind("MpPreference", ("ExclusionPath", "ExclusionProcess", "ExclusionExtension"), inv.Host, "host"),
    Kind("WindowsFeature", ("InstallState", "FeatureType Installed"), inv.Host, "host"),
    Kind("File", ("FullName",), inv.ClusterVolume, "cluster", "volumes"),
)  # fmt: skip

BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
BY_HINT: dict[str, Kind] = {plain(hint): kind for kind in KINDS for hint in (kind.name, *kind.hints.split())}


@lru_cache(1024)
def classify(names: frozenset[str]) -> Kind | None:
    """The class of an object with these (plain) property names; None when no signature fits."""
    return next((kind for kind in KINDS if any(signature <= names for signature in kind.sets)), None)


# --- integration services ---------------------------------------------------------------------------------------------

# The class at the end of a service's Id; its Name is in the language of the host.
SERVICE_BY_GUID: dict[str, inv.Service] = {
    "84eaae65-2f2e-45f5-9bb5-0e857dc8eb47": "heartbeat",
    "5ced1297-4598-4915-a5fc-ad21bb4d02a4": "vss",
    "2497f4de-e9fa-4204-80e4-4b75c46419c0": "time",
    "9f8233ac-be49-4c79-8ee3-e7e1985b2077": "shutdown",
    "2a34b1c2-fd73-4043-8a5b-dd2159bc743f": "kvp",
    "6c09bb55-d683-4da0-8931-c9bf705f6480": "guest",
}
_SERVICE_WORDS: tuple[tuple[inv.Service, tuple[str, ...]], ...] = (
    ("heartbeat", ("heartbeat", "takt")),
    ("vss", ("vss", "backup", "sicherung", "volumeschattenkopie")),
    ("time", ("time sync", "zeitsync")),
    ("shutdown", ("shutdown", "herunterfahren")),
    ("kvp", ("key-value", "data exchange", "schlüssel", "datenaustausch")),
    ("guest", ("guest service", "gastdienst")),
)


def service_of(id: str | None, name: str | None) -> inv.Service | None:
    """Which integration service: by the GUID its Id ends in, else by an English or German name; None when unknown."""
    tail = (id or "").rpartition("\\")[2].strip("{} ").lower()
    if tail in SERVICE_BY_GUID:
        return SERVICE_BY_GUID[tail]
    lowered = (name or "").lower()
    return next((service for service, words in _SERVICE_WORDS if any(word in lowered for word in words)), None)
