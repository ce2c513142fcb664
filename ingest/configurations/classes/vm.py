"""Classes of virtual machines and their devices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes import devices, replica
from ingest.configurations.classes.enumerations import (
    CHECKPOINT_TYPE,
    CONTROLLER,
    DVD_MEDIA,
    SERVICE_STATUS,
    SNAPSHOT_TYPE,
    START_ACTION,
    STOP_ACTION,
    VHD_FORMAT,
    VHD_TYPE,
    VM_STATE,
    boot_devices,
    on_off,
)
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import (
    count,
    count_or_none,
    dotted,
    flag,
    guid,
    megabytes,
    size,
    text,
    texts,
    time,
)
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import (
    Disk,
    Dvd,
    IntegrationService,
    Vm,
)

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


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
    ("heartbeat", ("heartbeat", "takt", "pulsation", "ハートビート", "检测信号", "活動訊號")),
    ("vss", ("vss", "backup", "sicherung", "volumeschattenkopie", "sauvegarde", "バックアップ", "备份", "備份")),
    ("time", ("time sync", "zeitsync", "synchronisation date", "synchronisation de l", "時刻の同期", "时间同步", "時間同步")),
    ("shutdown", ("shutdown", "herunterfahren", "arrêt", "シャットダウン", "关闭", "关机", "關機", "關閉")),
    (
        "kvp",
        (
            "key-value",
            "data exchange",
            "schlüssel",
            "datenaustausch",
            "clé",
            "échange de données",
            "キー",
            "键值",
            "数据交换",
            "金鑰",
            "索引鍵",
        ),
    ),
    ("guest", ("guest service", "gastdienst", "services d'invité", "services d’invité", "ゲスト サービス", "来宾服务", "客體服務")),
)


def service_of(id: str | None, name: str | None) -> inv.Service | None:
    """Which integration service: by the GUID its Id ends in, else by its name in one of the languages; None when unknown."""
    tail = (id or "").rpartition("\\")[2].strip("{} ").lower()
    if tail in SERVICE_BY_GUID:
        return SERVICE_BY_GUID[tail]
    lowered = (name or "").lower()
    return next((service for service, words in _SERVICE_WORDS if any(word in lowered for word in words)), None)


def _vm(row: Row, vm: Vm, context: Context, reader: Reader) -> None:
    _memory(row, vm, context, reader)
    replica.of_vm(row, vm)
    devices.of_vm(row, vm)
    if vm.generation not in (None, 1, 2):
        reader.warn("Generation", f"{vm.at['generation'].path}: {vm.generation} is not a generation")
        vm.generation = None
        del vm.at["generation"]


def _memory(row: Row, vm: Vm, context: Context, reader: Reader) -> None:
    """Minimum and maximum of static memory are what the dialog would offer, not what the VM gets."""
    if vm.dynamic_memory is False:
        for name in ("memory_minimum", "memory_maximum"):
            setattr(vm, name, None)
            vm.at.pop(name, None)


_UP_TO_DATE = {"up to date": True, "auf dem neuesten stand": True, "aktuell": True}
_UP_TO_DATE |= {"à jour": True, "最新": True, "mise à jour requise": False, "更新が必要": False, "需要更新": False}
_UP_TO_DATE |= {"update required": False, "update erforderlich": False, "aktualisierung erforderlich": False}


def _services_state(row: Row, vm: Vm, context: Context, reader: Reader) -> None:
    """What the VM says of all its services counts for those that do not speak for themselves."""
    state, location = row.read(name_of, "IntegrationServicesState")
    if location and (known := _UP_TO_DATE.get(state.lower())) is not None:
        for service in vm.integration_services or []:
            put(service, "up_to_date", known, location)


_PHYSICAL = re.compile(r"(?:disk|datenträger)\s+\d+\b|\\\\[.?]\\physicaldrive", re.I)
_EXTENSIONS: dict[str, inv.DiskFormat] = {"vhd": "vhd", "avhd": "vhd", "vhdx": "vhdx", "avhdx": "vhdx", "vhds": "vhds"}


def format_of(path: str | None) -> inv.DiskFormat | None:
    """The format of a virtual disk by the extension of its file; None when it is none of them."""
    return _EXTENSIONS.get((path or "").rpartition(".")[2].lower())


def _disk(row: Row, disk: Disk, context: Context, reader: Reader) -> bool | None:
    if (disk.path or "").lower().endswith(".iso"):  # a controller lists its DVD drives among its drives
        dvd = Dvd(at=disk.at, path=disk.path, controller=disk.controller)
        dvd.controller_number, dvd.location = disk.controller_number, disk.location
        owner = reader.owner(DVD_DRIVE, row, context)
        owner.dvds = owner.dvds or []
        owner.dvds.append(dvd)
        return False
    number, place = row.read(count_or_none, "DiskNumber")
    where = disk.at.get("path")
    if number is not None or (disk.path and _PHYSICAL.match(disk.path)):
        put(disk, "pass_through", True, (place if number is not None else where) or row.location)
    elif where and disk.path:
        if row.value(size, "FileSize"):  # Get-VHD has read the file
            put(disk, "exists", True, where)
        if format := format_of(disk.path):
            put(disk, "pass_through", False, where)
            put(disk, "format", format, where)
    return None


def _scsi(row: Row, vm: Vm, context: Context, reader: Reader) -> None:
    """Get-VMIdeController prints the same properties; the class of the IDE controller is in its Id."""
    id, name = row.value(name_of, "Id") or "", row.value(name_of, "Name") or ""
    if "83f8638b-8dca-4152-9eda-2ca8b33039b4" in id.lower() or name.lower().startswith("ide"):
        return
    vm.scsi_controllers = (vm.scsi_controllers or 0) + 1
    vm.at.setdefault("scsi_controllers", row.location)


def _com_port(row: Row, vm: Vm, context: Context, reader: Reader) -> None:
    """A port without a pipe is not in use; a machine of generation 2 lists them too."""
    path, place = row.read(text, "Path", null="")
    if place is None:
        return
    put(vm, "com_ports", [], row.location)
    if path and vm.com_ports is not None and (id(vm), path) not in reader.roles:
        reader.roles.add((id(vm), path))
        vm.com_ports.append(path)


# "The protocol version of the component installed in the virtual machine does not match …", also where a table cuts it.
_PROTOCOL_MISMATCH = ("protocol version", "protokollversion", "version du protocole", "プロトコル", "协议版本", "通訊協定")


def _service_status(value: Any) -> str | None:
    """A status by its description; most descriptions are sentences that name none."""
    try:
        return SERVICE_STATUS(value)
    except ValueError:
        return None


def _service(row: Row, service: IntegrationService, context: Context, reader: Reader) -> bool | None:
    name = row.value(name_of, "Name", "Service")
    service.service = service_of(row.value(name_of, "Id"), name)
    if service.service is None:
        reader.warn("service", f"{row.path}: integration service {name!r} is not known")
        return False
    service.at["service"] = row.location
    secondary = row.value(SERVICE_STATUS, "SecondaryOperationalStatus")
    said = " ".join(str(row.find(name)[1]) for name in ("PrimaryStatusDescription", "SecondaryStatusDescription", "StatusDescription"))
    if "ProtocolMismatch" in (service.status, secondary) or any(word in said.lower() for word in _PROTOCOL_MISMATCH):
        put(service, "up_to_date", False, row.location)
    return None


def _incompatibility(row: Row, vm: Vm, context: Context, reader: Reader) -> bool:
    """What Compare-VM says against a move or import concerns a plan, not what is there; the user is told."""
    message = row.value(name_of, "Message")
    reader.warn(f"Compare-VM {message}", f"{row.path}: Compare-VM reports: {message}")
    return False


# --- the classes ---

_POSITION = (
    is_("controller", CONTROLLER, "ControllerType"),
    is_("controller_number", count, "ControllerNumber"),
    is_("location", count, "ControllerLocation"),
)
_FILE = (
    is_("path", text, "Path"),
    is_("format", VHD_FORMAT, "VhdFormat"),
    is_("type", VHD_TYPE, "VhdType"),
    is_("size", size, "Size"),
    is_("file_size", size, "FileSize"),
    is_("parent", text, "ParentPath"),
    is_("block_size", count, "BlockSize"),
    is_("alignment", count, "Alignment"),
    is_("logical_sector_size", count, "LogicalSectorSize"),
    is_("physical_sector_size", count, "PhysicalSectorSize"),
)
_STATE = (  # no number is no limit; the rest is what the collector finds out
    is_("minimum_iops", count, "MinimumIOPS", null=0),
    is_("maximum_iops", count, "MaximumIOPS", null=0),
    is_("exists", flag, "Exists"),
    is_("chain_valid", flag, "ChainValid"),
    is_("chain", texts, "Chain", null=[]),
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
    "Security": "VMSecurity",
    "Guest": "VMGuest",
    "Bios": "VMBios",
    "SCSIControllers": "VMScsiController",
    "ComPort1": "VMComPort",
    "ComPort2": "VMComPort",
    "FloppyDrive": "VMFloppyDiskDrive",
    "FibreChannelHostBusAdapters": "VMFibreChannelHba",
}
DVD_DRIVE = Kind(
    "DvdDrive",
    ("DvdMediaType",),
    inv.Dvd,
    "vm",
    "dvds",
    (is_("path", text, "Path", null=""), is_("media", DVD_MEDIA, "DvdMediaType"), *_POSITION),
    hints="VMDvdDrives DvdDrives",
)

KINDS: tuple[Kind, ...] = (
    Kind("VMCompatibilityReport", ("OperationType Incompatibilities",)),
    Kind("VMCompatibilityReportIncompatibility", ("Message MessageId Source",), inv.Vm, finish=_incompatibility),
    Kind(
        "VMSnapshot",
        ("SnapshotType",),
        inv.Checkpoint,
        "vm",
        "checkpoints",
        (
            is_("name", text, "Name"),
            is_("id", guid, "Id"),
            is_("created", time, "CreationTime"),
            is_("type", SNAPSHOT_TYPE, "SnapshotType"),
            is_("parent", text, "ParentSnapshotName", "ParentCheckpointName"),
        ),
        hints="VMSnapshots VMCheckpoints Snapshots Checkpoints",
    ),
    Kind(
        "VM",
        (
            *tuple(
                f"{name} {other}"
                for name in ("Name", "VMName", "IntegrationServicesState")
                for other in (
                    "ProcessorCount",
                    "MemoryStartup",
                    "Generation",
                    "IntegrationServicesVersion",
                    "CPUUsage",
                    "AutomaticStartAction",
                    "ConfigurationLocation",
                    "SnapshotFileLocation",
                    "CheckpointFileLocation",
                )
            ),
            "Name State Uptime Status",
        ),
        inv.Vm,
        properties=(
            is_("name", text, "Name", "VMName"),
            is_("id", guid, "Id", "VMId"),
            is_("host", text, "ComputerName", "PSComputerName", "VMHost", "HostName"),
            is_("generation", count, "Generation"),
            is_("configuration_version", dotted, "Version"),
            is_("state", VM_STATE, "State"),
            is_("processors", count, "ProcessorCount"),
            is_("memory", size, "MemoryStartup", "MemoryStartupBytes"),
            is_("memory", megabytes, "MemoryStartupMB"),
            is_("memory_minimum", size, "MemoryMinimum", "MemoryMinimumBytes"),
            is_("memory_maximum", size, "MemoryMaximum", "MemoryMaximumBytes"),
            is_("dynamic_memory", flag, "DynamicMemoryEnabled", "MemoryDynamicEnabled"),
            is_("highly_available", flag, "IsClustered"),
            is_("configuration_path", text, "ConfigurationLocation", "Path"),
            is_("checkpoint_path", text, "CheckpointFileLocation", "SnapshotFileLocation"),
            is_("smart_paging_path", text, "SmartPagingFilePath"),
            is_("checkpoint_type", CHECKPOINT_TYPE, "CheckpointType"),
            is_("automatic_checkpoints", flag, "AutomaticCheckpointsEnabled"),
            is_("created", time, "CreationTime"),
            is_("memory_assigned", size, "MemoryAssigned"),
            is_("start_action", START_ACTION, "AutomaticStartAction"),
            is_("stop_action", STOP_ACTION, "AutomaticStopAction"),
            is_("secure_boot", flag, "SecureBootEnabled"),
            is_("guest_os", text, "Guest.OSName"),
            is_("integration_version", dotted, "IntegrationServicesVersion"),
        ),
        children=_VM_HARDWARE,
        types="VirtualMachine",
        hints="VM VMs VirtualMachines",
        finish=_vm,
        settle=_services_state,
    ),
    DVD_DRIVE,
    Kind(
        "HardDiskDrive",
        ("ControllerType ControllerLocation",),
        inv.Disk,
        "vm",
        "disks",
        (*_FILE, *_POSITION, *_STATE, is_("shared", flag, "SupportPersistentReservations")),
        hints="VMHardDiskDrives HardDiskDrives HardDrives",
        finish=_disk,
    ),
    Kind("VHD", ("VhdType", "VhdFormat"), inv.Disk, "disk", "", _FILE, types="VirtualHardDisk", hints="VHDs", finish=_disk),
    Kind(
        "VMScsiController",
        ("Drives ControllerNumber",),
        inv.Vm,
        "vm",
        children={"Drives": "HardDiskDrive"},
        hints="VMScsiControllers SCSIControllers",
        finish=_scsi,
    ),
    Kind(
        "VMProcessor",
        ("CompatibilityForMigrationEnabled", "ExposeVirtualizationExtensions", "HwThreadCountPerCore"),
        inv.Vm,
        "vm",
        properties=(
            is_("processors", count, "Count"),
            is_("processor_compatibility", flag, "CompatibilityForMigrationEnabled"),
            is_("nested_virtualization", flag, "ExposeVirtualizationExtensions"),
            is_("threads_per_core", count, "HwThreadCountPerCore"),
            is_("numa_processors", count, "MaximumCountPerNumaNode"),
        ),
        hints="VMProcessors",
    ),
    Kind(
        "VMMemory",
        ("Startup Minimum", "Startup Buffer", "Startup VMName", "Startup DynamicMemoryEnabled"),
        inv.Vm,
        "vm",
        properties=(
            is_("memory", size, "Startup"),
            is_("memory_minimum", size, "Minimum"),
            is_("memory_maximum", size, "Maximum"),
            is_("dynamic_memory", flag, "DynamicMemoryEnabled"),
            is_("memory_buffer", count, "Buffer"),
            is_("numa_memory", megabytes, "MaximumPerNumaNode"),
        ),
        hints="VMMemories",
        finish=_memory,
    ),
    Kind(
        "VMFirmware",
        ("SecureBoot", "SecureBootTemplate"),
        inv.Vm,
        "vm",
        properties=(
            is_("secure_boot", on_off, "SecureBoot"),
            is_("secure_boot_template", text, "SecureBootTemplate"),
            is_("boot_order", boot_devices, "BootOrder"),
        ),
        hints="VMFirmwares VMFirmware",
    ),
    Kind("VMBios", ("StartupOrder",), inv.Vm, "vm", properties=(is_("boot_order", boot_devices, "StartupOrder"),), hints="VMBios"),
    Kind(
        "VMIntegrationService",
        ("Enabled PrimaryOperationalStatus", "Enabled PrimaryStatusDescription"),
        inv.IntegrationService,
        "vm",
        "integration_services",
        (
            is_("enabled", flag, "Enabled"),
            is_("status", SERVICE_STATUS, "PrimaryOperationalStatus"),
            is_("status", _service_status, "PrimaryStatusDescription"),
        ),
        types="VMIntegrationComponent DataExchangeComponent ShutdownComponent GuestServiceInterfaceComponent",
        hints="VMIntegrationServices IntegrationServices",
        finish=_service,
    ),
    Kind(
        "VirtualSystemSettingData",
        ("AllowFullSCSICommandSet",),
        inv.Vm,
        "vm",
        properties=(is_("unfiltered_scsi", flag, "AllowFullSCSICommandSet"),),
    ),
    Kind("VMComPort", ("DebuggerMode Path",), inv.Vm, "vm", hints="VMComPorts ComPorts", finish=_com_port),
    Kind(  # after all other drives, which have these properties too
        "VMFloppyDiskDrive",
        ("Path PoolName VMName",),
        inv.Vm,
        "vm",
        properties=(is_("floppy", text, "Path", null=""),),
        hints="VMFloppyDiskDrives FloppyDrive FloppyDrives",
    ),
    Kind(
        "VMFiles",  # what the collector finds on disk
        ("ConfigurationFileExists", "LastRun"),
        inv.Vm,
        "vm",
        properties=(is_("configuration_exists", flag, "ConfigurationFileExists"), is_("last_started", time, "LastRun")),
    ),
)
