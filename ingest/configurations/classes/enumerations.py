"""The enumerations of the Hyper-V, FailoverClusters and storage cmdlets, by number and by name.

Numbers and names: the type definitions of the modules Hyper-V 2.0.0.0 and FailoverClusters 2.0.0.0.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.configurations.convert import Enum, scalar

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
PORT_MIRRORING = Enum(
    "port mirroring mode",
    {0: "None", 1: "Destination", 2: "Source"},
    {"None": "none", "Destination": "destination", "Source": "source"},
)
PRIVATE_VLAN_MODE = Enum(
    "private VLAN mode",
    {0: "Unknown", 1: "Isolated", 2: "Community", 3: "Promiscuous"},
    {"Isolated": "isolated", "Community": "community", "Promiscuous": "promiscuous"},
)
ISOLATION_MODE = Enum("isolation mode", {0: "None", 1: "NativeVirtualSubnet", 2: "ExternalVirtualSubnet", 3: "Vlan"})
ADAPTER_STATUS = Enum(
    "status of a network adapter",
    {0: "Unknown", 1: "Other", 2: "Ok", 3: "Degraded", 4: "Stressed", 5: "PredictiveFailure", 6: "Error", 7: "NonRecoverableError"}
    | {8: "Starting", 9: "Stopping", 10: "Stopped", 11: "InService", 12: "NoContact", 13: "LostCommunication", 14: "Aborted"}
    | {15: "Dormant", 16: "SupportingEntity", 17: "Completed", 18: "PowerMode", 32775: "ProtocolVersion"},
)
BANDWIDTH_MODE = Enum("bandwidth mode of a switch", {0: "Default", 1: "Weight", 2: "Absolute", 3: "None"})
TEAMING_MODE = Enum("teaming mode", {0: "Static", 1: "SwitchIndependent", 2: "Lacp"})
LOAD_BALANCING = Enum("load balancing algorithm", {0: "TransportPorts", 2: "IPAddresses", 3: "MacAddresses", 4: "HyperVPort", 5: "Dynamic"})
# Numbers of the classes of root/StandardCimv2, from their documentation.
SRIOV_SUPPORT = Enum(
    "kind of SR-IOV support",
    {0: "Unknown", 1: "Supported", 2: "MissingAcs", 3: "MissingPfDriver", 4: "NoBusResources", 5: "NoIommuSupport"}
    | {6: "NoVfBarSpace", 7: "NoOscSupport"},
    others=("MissingAccessControlServices", "NoVfBarSpaceSupport"),
)
RDMA_TECHNOLOGY = Enum(
    "RDMA technology",
    {1: "iWARP", 2: "InfiniBand", 3: "RoCE", 4: "RoCEv2"},
    {"iWARP": "iwarp", "InfiniBand": "infiniband", "RoCE": "roce", "RoCEv2": "rocev2"},
)
ADDRESS_FAMILY = Enum("address family", {2: "IPv4", 23: "IPv6"})
ADDRESS_STATE = Enum("address state", {0: "Invalid", 1: "Tentative", 2: "Duplicate", 3: "Deprecated", 4: "Preferred"})
ENABLED = Enum("Enabled or Disabled", {0: "Disabled", 1: "Enabled"}, {"Disabled": False, "Enabled": True})
TRAFFIC_ALGORITHM = Enum("algorithm of a traffic class", {0: "Strict", 2: "ETS"})
NETWORK_INTERFACE_STATE = Enum(
    "state of a cluster network interface", {-1: "Unknown", 0: "Unavailable", 1: "Failed", 2: "Unreachable", 3: "Up"}
)
VLAN_MODE = Enum("VLAN mode", {0: "Untagged", 1: "Access", 2: "Trunk", 3: "Private"})
ON_OFF = Enum("On or Off", {0: "On", 1: "Off"}, {"On": True, "Off": False})  # 0 is On
SCHEDULER = Enum(  # numbers: event 2 of the hypervisor, where 1 is the classic scheduler without simultaneous multithreading
    "hypervisor scheduler",
    {1: "ClassicNoSmt", 2: "Classic", 3: "Core", 4: "Root"},
    {"ClassicNoSmt": "classic", "Classic": "classic", "Core": "core", "Root": "root"},
)
DVD_MEDIA = Enum(
    "medium of a DVD drive", {0: "None", 1: "ISO", 2: "PassThrough"}, {"None": "none", "ISO": "iso", "PassThrough": "physical"}
)
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
VOLUME_FAULT = Enum("fault state of a volume", {0: "NoFaults", 1: "NoDirectIO", 2: "NoAccess", 4: "InMaintenance", 8: "Dismounted"})
SHARED_VOLUMES = Enum("setting of shared volumes", {0: "Disabled", 1: "Enabled"}, {"Disabled": False, "Enabled": True})
GROUP_STATE = Enum("state of a role", {-1: "Unknown", 0: "Online", 1: "Offline", 2: "Failed", 3: "PartialOnline", 4: "Pending"})
RESOURCE_STATE = Enum(
    "state of a resource",
    {-1: "Unknown", 0: "Inherited", 1: "Initializing", 2: "Online", 3: "Offline", 4: "Failed"}
    | {128: "Pending", 129: "OnlinePending", 130: "OfflinePending"},
)
GROUP_TYPE = Enum(
    "type of role",
    {1: "Cluster", 2: "AvailableStorage", 3: "Temporary", 4: "ClusterSharedVolume", 5: "ClusterStoragePool"}
    | {100: "FileServer", 101: "PrintServer", 102: "DhcpServer", 103: "Dtc", 104: "Msmq", 105: "Wins", 106: "StandAloneDfs"}
    | {107: "GenericApplication", 108: "GenericService", 109: "GenericScript", 110: "IScsiNameService", 111: "VirtualMachine"}
    | {112: "TsSessionBroker", 113: "IScsiTarget", 114: "ScaleoutFileServer", 115: "VMReplicaBroker", 116: "TaskScheduler"}
    | {117: "ClusterAwareUpdating", 118: "ScaleoutCluster", 119: "StorageReplica", 120: "VirtualMachineReplicationCoordinator"}
    | {121: "CrossClusterOrchestrator", 122: "InfrastructureFileServer", 123: "CoreSddc", 124: "UserManager"}
    | {125: "KeyValueStoreManager", 126: "HcsVirtualMachine", 127: "MetaVirtualMachine", 9999: "Unknown"},
)
SERVICE_STATE = Enum(
    "state of a service",
    {1: "Stopped", 2: "StartPending", 3: "StopPending", 4: "Running", 5: "ContinuePending", 6: "PausePending", 7: "Paused"},
)
SERVICE_START = Enum(
    "start type of a service",
    {0: "Boot", 1: "System", 2: "Automatic", 3: "Manual", 4: "Disabled"},
    {"Boot": "boot", "System": "system", "Automatic": "automatic", "Auto": "automatic", "AutomaticDelayedStart": "automatic"}
    | {"Manual": "manual", "Disabled": "disabled"},
    others=("Auto", "AutomaticDelayedStart"),
)
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
