"""Classes of System Center Virtual Machine Manager: its cmdlets (Get-SCVirtualMachine …), its resources in Azure Arc, and discoveries from it.

Memory is given in MB, the size of disks in bytes (Arc: GB). Names and numbers: learn.microsoft.com/powershell/module/virtualmachinemanager.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.classes.vm import format_of
from ingest.configurations.convert import Converter, Enum, count, dotted, flag, guid, mac, megabytes, scalar, shown, size, text, texts, time
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, machine, name_of
from kb import inventory as inv
from kb import versions
from kb.inventory import Adapter, Cluster, Disk, Guest, Host, Node, Vm

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _words(label: str, values: Mapping[str, str | None]) -> Converter:
    """A converter of an enumeration of which only the names are documented."""
    known = {name.lower(): value for name, value in values.items()}

    def convert(value: Any) -> str | None:
        written = text(value)
        if written is None:
            return None
        if written.strip().lower() not in known:
            raise ValueError(f"{shown(value)} is not a known {label}")
        return known[written.strip().lower()]

    return convert


_TRANSIENT = (
    "UnderCreation CreationFailed Stored UnderTemplateCreation TemplateCreationFailed CustomizationFailed UnderUpdate UpdateFailed "
    "UnderMigration MigrationFailed CreatingCheckpoint DeletingCheckpoint RecoveringCheckpoint CheckpointFailed Missing HostNotResponding "
    "Unsupported IncompleteVMConfig UnsupportedSharedFiles UnsupportedCluster P2VCreationFailed UpdateFailed"
)
_STATES = {"PowerOff": "Off", "Stopped": "Off", "Off": "Off", "PoweringOff": "Stopping", "Stopping": "Stopping", "SavedState": "Saved"}
_STATE = Enum(
    "state of a VM in VMM",
    {0: "Running", 1: "PowerOff", 2: "PoweringOff", 3: "Saved", 4: "Saving", 5: "Restoring", 6: "Paused", 10: "DiscardSavedState"}
    | {11: "Starting", 12: "MergingDrives", 13: "Deleting", 80: "DiscardingDrives", 81: "Pausing"}
    | {100: "UnderCreation", 101: "CreationFailed", 102: "Stored", 103: "UnderTemplateCreation", 104: "TemplateCreationFailed"}
    | {105: "CustomizationFailed", 106: "UnderUpdate", 107: "UpdateFailed", 200: "UnderMigration", 201: "MigrationFailed"}
    | {210: "CreatingCheckpoint", 211: "DeletingCheckpoint", 212: "RecoveringCheckpoint", 213: "CheckpointFailed"}
    | {220: "Missing", 221: "HostNotResponding", 222: "Unsupported", 223: "IncompleteVMConfig", 224: "UnsupportedSharedFiles"}
    | {225: "UnsupportedCluster", 240: "P2VCreationFailed"},
    {name: name for name in ("Running", "Saved", "Saving", "Paused", "Pausing", "Starting")} | _STATES | {"Restoring": "Starting"},
    (*_TRANSIENT.split(), *_STATES),
)
_START = Enum(
    "start action in VMM",
    {0: "NeverAutoTurnOnVM", 1: "TurnOnVMIfRunningWhenVSStopped", 2: "AlwaysAutoTurnOnVM"},
    {"NeverAutoTurnOnVM": "nothing", "TurnOnVMIfRunningWhenVSStopped": "start_if_running", "AlwaysAutoTurnOnVM": "start"},
)
_STOP = _words("stop action in VMM", {"SaveVM": "save", "TurnOffVM": "turn_off", "ShutdownGuestOS": "shut_down"})
_DISK_TYPE = _words(
    "type of virtual disk in VMM",
    {"DynamicallyExpanding": "dynamic", "Dynamic": "dynamic", "FixedSize": "fixed", "Fixed": "fixed", "Differencing": "differencing"}
    | {"Unknown": None, "None": None, "Invalid": None},
)
_DISK_FORMAT = _words(
    "format of virtual disk in VMM",
    {"VHD": "vhd", "VHDX": "vhdx", "VHDSet": "vhds", "Unknown": None, "None": None, "VMDK": None, "ISO": None},
)
_BUS = Enum("bus", {0: "IDE", 1: "SCSI"}, {"IDE": "ide", "SCSI": "scsi"})
_MAC_TYPE = Enum("kind of MAC address", {0: "Dynamic", 1: "Static"}, {"Dynamic": True, "Static": False}, ("Override",))
_PROTOCOL = Enum("authentication of migration", {0: "CredSSP", 1: "Kerberos"}, {"CredSSP": "credssp", "Kerberos": "kerberos"})
_PERFORMANCE = _words(
    "performance of migration",
    {"Standard": "tcpip", "TCPIP": "tcpip", "UseCompression": "compression", "Compression": "compression"}
    | {"UseSmbTransport": "smb", "SMB": "smb"},
)


def _gigabytes(value: Any) -> int | None:
    number = count(value)
    return None if number is None else number * 2**30


def _host_name(value: Any) -> str | None:
    """The name of a host, also inside the object of the host."""
    value = scalar(value)
    if isinstance(value, dict):
        named = {key.lower(): inner for key, inner in value.items()}
        return next((found for name in ("computername", "name", "fqdn") if (found := name_of(named.get(name)))), None)
    return machine(text(value))


# --- virtual machines -------------------------------------------------------------------------------------------------


def _vm(row: Row, vm: Vm, context: Context, reader: Reader) -> None:
    if vm.generation not in (None, 1, 2):
        vm.generation = None
    if vm.dynamic_memory is False:
        for name in ("memory_minimum", "memory_maximum"):
            setattr(vm, name, None)
            vm.at.pop(name, None)
    _services(row, vm)
    location = vm.configuration_path
    if location and re.search(r"\.(?:xml|vmcx)$", location, re.I):
        vm.configuration_path = location.rpartition("\\")[0] or location


_SERVICES: dict[inv.Service, str] = {
    "shutdown": "OperatingSystemShutdownEnabled",
    "time": "TimeSynchronizationEnabled",
    "kvp": "DataExchangeEnabled",
    "heartbeat": "HeartbeatEnabled",
    "vss": "BackupEnabled",
}


def _services(row: Row, vm: Vm) -> None:
    """Which integration services are offered to the VM, a property each."""
    for service, name in _SERVICES.items():
        enabled, place = row.read(flag, name)
        if place:
            put(vm, "integration_services", [], row.location)
            assert vm.integration_services is not None
            vm.integration_services.append(inv.IntegrationService(at={"": place, "enabled": place}, service=service, enabled=enabled))


def _disk(row: Row, disk: Disk, context: Context, reader: Reader) -> bool | None:
    if row.value(flag, "IsVHD") is False or row.value(name_of, "PassThroughDisk"):
        put(disk, "pass_through", True, row.location)
        return None
    if format := disk.format or format_of(disk.path):
        put(disk, "format", format, disk.at.get("path", row.location))
        put(disk, "pass_through", False, disk.at.get("path", row.location))
    return None


def _adapter(row: Row, adapter: Adapter, context: Context, reader: Reader) -> None:
    enabled, place = row.read(flag, "VLanEnabled")
    if enabled is False and place:
        put(adapter, "vlan", 0, place)
        put(adapter, "vlan_mode", "untagged", place)
    else:
        row.fill(adapter, "vlan", count, "VLanID")
        put(adapter, "vlan_mode", "access" if adapter.vlan else None, row.location)
    kind, place = row.read(name_of, "VirtualNetworkAdapterType")
    if place:
        put(adapter, "legacy", kind.lower() == "emulated", place)


# --- hosts ------------------------------------------------------------------------------------------------------------


def _host(row: Row, host: Host, context: Context, reader: Reader) -> None:
    named, place = row.read(_host_name, "OperatingSystem")
    build, at = row.read(dotted, "OperatingSystemVersion")
    if at:
        put(host, "build", build, at)
        put(host, "version", versions.of_build(build), at)
    if place:
        _system(named, host, row)
    cluster = row.value(_host_name, "HostCluster")
    if cluster and host.name:
        _node(cluster, host.name, row, reader)
    model = row.value(text, "ProcessorModel")
    if model:
        processor = inv.Processor(at={"": row.location})
        put(processor, "model", model, row.location)
        row.fill(processor, "manufacturer", text, "ProcessorManufacturer")
        row.fill(processor, "cores", count, "CoresPerCPU")
        sockets = row.value(count, "PhysicalCPUCount", "ProcessorCount")
        if sockets:
            put(host, "processors", [processor] * min(sockets, 64), row.location)


_EDITIONS = {"datacenter": "datacenter", "standard": "standard", "enterprise": "enterprise", "hyper-v server": "hyper-v-server"}


def _system(named: str, host: Host, row: Row) -> None:
    """Release and edition of a host by the name of its operating system."""
    try:
        put(host, "version", versions.parse_one(named), row.location)
    except ValueError:  # not a server, or one Lotse does not know
        return
    put(host, "edition", next((edition for word, edition in _EDITIONS.items() if word in named.lower()), None), row.location)


def _node(cluster: str, node: str, row: Row, reader: Reader) -> None:
    """A host that VMM knows as a node of a cluster."""
    key = ("cluster of VMM", cluster.lower())
    found = reader.once.get(key)
    if found is None:
        found = reader.once[key] = Cluster(at={"": row.location})
        put(found, "name", cluster, row.location)
        reader.clusters.append(found)  # type: ignore[arg-type]
    reader.find_or_add(found, "nodes", Node, node.partition(".")[0], row)


# --- discoveries ------------------------------------------------------------------------------------------------------


def _discovered(row: Row, vm: Vm, context: Context, reader: Reader) -> bool:
    reader.waiting.setdefault(_put_together, []).append(row)
    return False


def _put_together(rows: list[Row], reader: Reader) -> None:
    """Discoveries list VMs and hosts side by side; a VM names its host by id."""
    hosts: dict[str, str] = {}
    for row in rows:
        if row.value(name_of, "type") == "host":
            name = row.value(name_of, "fqdn", "name")
            if not name:
                continue
            host = Host(at={"": row.location})
            put(host, "name", name, row.location)
            _system(row.value(name_of, "operatingSystem") or "", host, row)
            reader.hosts.append(host)
            hosts[(row.value(name_of, "id") or "").lower()] = name
            if cluster := row.value(name_of, "clusterName"):
                _node(cluster, name, row, reader)
    for row in rows:
        if row.value(name_of, "type") == "vm":
            vm = Vm(at={"": row.location})
            row.fill(vm, "name", text, "name")
            row.fill(vm, "id", guid, "vmId")
            row.fill(vm, "state", _STATE, "status")
            row.fill(vm, "guest_os", text, "operatingSystem")
            put(vm, "host", hosts.get((row.value(name_of, "vmHostId") or "").lower()), row.location)
            if name := row.value(name_of, "computerName"):
                guest = Guest(at={"": row.location})
                put(guest, "name", name, row.location)
                put(vm, "guest", guest, row.location)
            reader.vms.append(vm)


# --- the classes ---

_POSITION = (
    is_("controller", _BUS, "BusType"),
    is_("controller_number", count, "Bus"),
    is_("location", count, "LUN"),
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "SCVirtualMachine",
        (
            *(f"CPUCount {other}" for other in ("Memory", "MemoryMB", "VMHost", "HostName", "StatusString", "DynamicMemoryMaxMB")),
            *("CPUCount IsHighlyAvailable", "VirtualMachineState StatusString", "VMHost StatusString", "CPULimitForMigration Name"),
            *("Name Status HeartbeatEnabled", "Status HostGroupPath Checkpoints"),  # Centreon
        ),
        inv.Vm,
        properties=(
            is_("name", text, "Name"),
            is_("id", guid, "VMId"),
            is_("host", _host_name, "VMHost", "HostName", "VMHostName"),
            is_("state", _STATE, "VirtualMachineState", "Status", "State", "StatusString"),
            is_("generation", count, "Generation"),
            is_("processors", count, "CPUCount"),
            is_("processor_compatibility", flag, "CPULimitForMigration", "LimitCPUForMigration"),
            is_("nested_virtualization", flag, "EnableNestedVirtualization", "NestedVirtualizationEnabled"),
            is_("memory", megabytes, "Memory", "MemoryMB"),
            is_("memory_minimum", megabytes, "DynamicMemoryMinimumMB", "DynamicMemoryMinMB"),
            is_("memory_maximum", megabytes, "DynamicMemoryMaximumMB", "DynamicMemoryMaxMB"),
            is_("memory_assigned", megabytes, "MemoryAssignedMB"),
            is_("memory_buffer", count, "DynamicMemoryBufferPercentage"),
            is_("dynamic_memory", flag, "DynamicMemoryEnabled"),
            is_("highly_available", flag, "IsHighlyAvailable"),
            is_("start_action", _START, "StartAction"),
            is_("stop_action", _STOP, "StopAction"),
            is_("guest_os", text, "OperatingSystem", "OSName"),
            is_("integration_version", dotted, "VMAdditionVersion"),
            is_("configuration_path", text, "VMConfigPath", "Location"),
            is_("secure_boot", flag, "SecureBootEnabled"),
            is_("secure_boot_template", text, "SecureBootTemplate"),
            is_("created", time, "CreationTime", "AddedTime"),
        ),
        children={
            "VirtualNetworkAdapters": "SCVirtualNetworkAdapter",
            "VirtualDiskDrives": "SCVirtualDiskDrive",
            "Disk": "SCDisk",
            "Disks": "SCDisk",
            "VMCheckpoints": "SCVMCheckpoint",
            "Checkpoints": "SCVMCheckpoint",
        },
        hints="SCVirtualMachines SCVMs",
        types="scVM",
        finish=_vm,
    ),
    Kind(
        "SCVirtualDiskDrive",
        ("BusType LUN VirtualHardDisk", "BusType LUN IsVHD"),
        inv.Disk,
        "vm",
        "disks",
        (
            *_POSITION,
            is_("path", text, "VirtualHardDisk.Location", "VirtualHardDisk.SharePath", "VirtualHardDisk"),
            is_("type", _DISK_TYPE, "VirtualHardDisk.VHDType"),
            is_("format", _DISK_FORMAT, "VirtualHardDisk.VHDFormatType"),
            is_("size", size, "VirtualHardDisk.MaximumSize"),
            is_("file_size", size, "VirtualHardDisk.Size"),
            is_("parent", text, "VirtualHardDisk.ParentDisk.Location"),
        ),
        hints="SCVirtualDiskDrives",
        types="scVirtualDiskDrive",
        finish=_disk,
    ),
    Kind(
        "SCDisk",
        ("busType vhdType", "maxDiskSizeGB busType"),
        inv.Disk,
        "vm",
        "disks",
        (
            *_POSITION,
            is_("path", text, "path", "displayName"),
            is_("type", _DISK_TYPE, "vhdType"),
            is_("format", _DISK_FORMAT, "vhdFormatType"),
            is_("size", _gigabytes, "maxDiskSizeGB"),
            is_("file_size", _gigabytes, "diskSizeGB"),
        ),
        finish=_disk,
    ),
    Kind(
        "SCVirtualHardDisk",
        ("VHDFormatType MaximumSize", "VHDType MaximumSize"),
        inv.Disk,
        "disk",
        "",
        (
            is_("path", text, "Location", "SharePath"),
            is_("type", _DISK_TYPE, "VHDType"),
            is_("format", _DISK_FORMAT, "VHDFormatType"),
            is_("size", size, "MaximumSize"),
            is_("file_size", size, "Size"),
            is_("parent", text, "ParentDisk.Location"),
        ),
        hints="SCVirtualHardDisks",
        types="scStandaloneVirtualHardDisk scVirtualHardDisk",
        finish=_disk,
    ),
    Kind(
        "SCVirtualNetworkAdapter",
        (
            "VirtualNetworkAdapterType MACAddressType",
            "MACAddressType VLanEnabled",
            "MACAddressType VirtualNetwork",
            "VMNetwork MACAddressType",
        ),
        inv.Adapter,
        "vm",
        "adapters",
        (
            is_("name", text, "DeviceID", "Name"),
            is_("switch", text, "VirtualNetwork", "LogicalSwitch", null=""),
            is_("mac", mac, "MACAddress", "PhysicalAddress", "EthernetAddress"),
            is_("dynamic_mac", _MAC_TYPE, "MACAddressType", "PhysicalAddressType", "EthernetAddressType"),
            is_("addresses", texts, "IPv4Addresses"),
            is_("mac_spoofing", flag, "MACAddressSpoofingEnabled", "EnableMACAddressSpoofing", "MACAddressesSpoofingEnabled"),
        ),
        hints="SCVirtualNetworkAdapters",
        types="scVirtualNetworkAdapter",
        finish=_adapter,
    ),
    Kind(
        "SCVMCheckpoint",
        ("CheckpointID VM",),
        inv.Checkpoint,
        "vm",
        "checkpoints",
        (is_("name", text, "Name"), is_("id", guid, "CheckpointID", "ID"), is_("created", time, "AddedTime", "CreationTime")),
        hints="SCVMCheckpoints",
        types="scVMCheckpoint",
    ),
    Kind(
        "SCVMHost",
        (
            "LogicalProcessorCount HostCluster",
            "HyperVState ComputerName",
            "VMPaths TotalMemory",
            "LiveMigrationMaximum LiveStorageMigrationMaximum",
        ),
        inv.Host,
        properties=(
            is_("name", text, "FQDN", "FullyQualifiedDomainName", "ComputerName", "Name"),
            is_("domain", text, "DomainName"),
            is_("logical_processors", count, "LogicalProcessorCount", "LogicalCPUCount"),
            is_("memory", size, "TotalMemory"),
            is_("live_migrations", count, "LiveMigrationMaximum"),
            is_("storage_migrations", count, "LiveStorageMigrationMaximum"),
            is_("live_migration", flag, "EnableLiveMigration", "LiveMigrationEnabled"),
            is_("live_migration_authentication", _PROTOCOL, "MigrationAuthProtocol"),
            is_("live_migration_performance", _PERFORMANCE, "MigrationPerformanceOption"),
            is_("live_migration_any_network", flag, "UseAnyMigrationSubnet"),
            is_("numa_spanning", flag, "NumaSpanningEnabled"),
        ),
        hints="SCVMHosts",
        types="scHost scVMHost",
        finish=_host,
    ),
    Kind("SCDiscovery", ("type vmHostId vmId", "type clusterName fqdn", "type fqdn operatingSystem"), inv.Vm, finish=_discovered),
)
