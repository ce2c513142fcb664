"""Classes of Hyper-V's WMI provider, of the namespaces `root\\virtualization` (up to 2012) and `root\\virtualization\\v2`.

An object of the cmdlets is spread over many instances here: a disk is a controller, a drive and a medium, and only ids and paths
tell what belongs together. So the instances of a file are collected first and put together when all of them are known.
Properties and numbers: learn.microsoft.com/windows/win32/hyperv_v2, and Microsoft's collection script TS_HyperVInfo.ps1 for v1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.enumerations import CHECKPOINT_TYPE, SERVICE_STATUS, START_ACTION, STOP_ACTION, VHD_FORMAT, VHD_TYPE
from ingest.configurations.classes.kind import Kind, Property, is_
from ingest.configurations.classes.vm import format_of
from ingest.configurations.convert import Enum, count, dotted, flag, guid, mac, megabytes, scalar, size, text, texts, time
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, machine, name_of
from kb import inventory as inv
from kb.inventory import Adapter, Checkpoint, Disk, Dvd, Host, IntegrationService, Location, Switch, Vm

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader

# --- values -----------------------------------------------------------------------------------------------------------

_STATE = Enum(
    "state of a VM",
    {0: "Unknown", 1: "Other", 2: "Running", 3: "Off", 4: "Stopping", 5: "NotApplicable", 6: "Saved", 9: "Paused", 10: "Starting"}
    | {11: "Reset", 32768: "Paused", 32769: "Saved", 32770: "Starting", 32771: "Snapshotting", 32773: "Saving", 32774: "Stopping"}
    | {32776: "Pausing", 32777: "Resuming", 32779: "FastSaved", 32780: "FastSaving"},
    {name: name for name in ("Running", "Off", "Stopping", "Saved", "Paused", "Starting", "Reset", "Saving", "Pausing", "Resuming")}
    | {"FastSaved": "FastSaved", "FastSaving": "FastSaving"},
)
START_ACTION_V1 = Enum(
    "start action", {0: "None", 1: "RestartOnly", 2: "Always"}, {"None": "nothing", "RestartOnly": "start_if_running", "Always": "start"}
)
STOP_ACTION_V1 = Enum(
    "stop action", {0: "TurnOff", 1: "SaveState", 2: "ShutDown"}, {"TurnOff": "turn_off", "SaveState": "save", "ShutDown": "shut_down"}
)
_BOOT = Enum(
    "boot device",
    {0: "floppy", 1: "cd", 2: "IDE", 3: "network", 4: "SCSI"},
    {"floppy": "floppy", "cd": "cd", "network": "network"} | {"IDE": "disk", "SCSI": "disk"},
)
_ENABLED = Enum(
    "state of a device", {0: "Unknown", 2: "Enabled", 3: "Disabled", 5: "NotApplicable", 6: "Offline"}, {"Enabled": True, "Disabled": False}
)
_TEMPLATES = {
    "1734c6e8-3154-4dda-ba5f-a874cc483422": "MicrosoftWindows",
    "272e7447-90a4-4563-a4b9-8e4ab00526ce": "MicrosoftUEFICertificateAuthority",
    "4292ae2b-ee2c-42b5-a969-dd8f8689f6f3": "OpenSourceShieldedVM",
}
_VLAN_MODE = Enum(
    "VLAN mode", {0: "None", 1: "Access", 2: "Trunk", 3: "Private"}, {"Access": "access", "Trunk": "trunk", "Private": "private"}
)
_PRIVATE = Enum(
    "private VLAN mode",
    {0: "None", 1: "Isolated", 2: "Community", 3: "Promiscuous"},
    {"Isolated": "isolated", "Community": "community", "Promiscuous": "promiscuous"},
)
_MONITOR = Enum(
    "port mirroring", {0: "None", 1: "Destination", 2: "Source"}, {"None": "none", "Destination": "destination", "Source": "source"}
)
_CHECKPOINT_KINDS = (("recovery", "Recovery"), ("replica", "Replica"), ("missing", "Missing"), ("realized", "Standard"))


def _generation(value: Any) -> int | None:
    """`Microsoft:Hyper-V:SubType:2` → 2."""
    last = (text(value) or "").rpartition(":")[2]
    return int(last) if last in ("1", "2") else None


def _template(value: Any) -> str | None:
    return _TEMPLATES.get(guid(value) or "")


def _boot_order(value: Any) -> list[str] | None:
    found = [_BOOT(item) for item in scalar(value)] if isinstance(scalar(value), list) else []
    return [device for device in found if device] or None


def _never(value: Any) -> str | None:
    """A time, "" for the year 1601: it never was."""
    return "" if str(scalar(value)).startswith(("1601", "/Date(-11644")) else time(value)


# --- ids and paths ----------------------------------------------------------------------------------------------------

_GUID = re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.I)
_KEY = re.compile(r'(\w+)="((?:[^"\\]|\\.){0,1000})"')
_SERVER = re.compile(r"\\\\([^\\]{1,255})\\root\\", re.I)
_IDE = "83f8638b-8dca-4152-9eda-2ca8b33039b4"

_Id = tuple[str, ...]  # the id of a VM, then what follows it


def _id(value: str | None) -> _Id:
    """`Microsoft:<VM>\\<device>\\0\\1\\D` → its parts in lower case; () for templates and others."""
    parts = (value or "").lower().removeprefix("microsoft:").removeprefix("guestnetwork\\").split("\\")
    return (parts[0].strip("{}"), *parts[1:]) if _GUID.fullmatch(parts[0]) else ()


def _keys(path: Any) -> dict[str, str]:
    """The keys of a path such as `\\\\HOST\\root\\virtualization:Class.InstanceID="…"`, names in lower case."""
    path = name_of(path) or ""
    return {name.lower(): re.sub(r"\\(.)", r"\1", value) for name, value in _KEY.findall(path[:4000])}


def _number(written: str) -> int | None:
    return int(written) if re.fullmatch(r"\d{1,4}", written) else None


# --- tables -----------------------------------------------------------------------------------------------------------

_SYSTEM = (
    is_("state", _STATE, "EnabledState"),
    is_("last_backup", _never, "LastSuccessfulBackupTime"),
)
_SETTINGS = (
    is_("name", text, "ElementName"),
    is_("generation", _generation, "VirtualSystemSubType"),
    is_("configuration_version", dotted, "Version"),
    is_("created", time, "CreationTime"),
    is_("configuration_path", text, "ConfigurationDataRoot", "ExternalDataRoot"),
    is_("checkpoint_path", text, "SnapshotDataRoot"),
    is_("smart_paging_path", text, "SwapFileDataRoot"),
    is_("checkpoint_type", CHECKPOINT_TYPE, "UserSnapshotType"),
    is_("automatic_checkpoints", flag, "AutomaticSnapshotsEnabled"),
    is_("secure_boot", flag, "SecureBootEnabled"),
    is_("secure_boot_template", _template, "SecureBootTemplateId"),
    is_("unfiltered_scsi", flag, "AllowFullSCSICommandSet"),
    is_("reduced_fc_redundancy", flag, "AllowReducedFcRedundancy"),
    is_("last_backup", _never, "LastSuccessfulBackupTime"),
)
_ACTIONS = (is_("start_action", START_ACTION, "AutomaticStartupAction"), is_("stop_action", STOP_ACTION, "AutomaticShutdownAction"))
_ACTIONS_V1 = (
    is_("start_action", START_ACTION_V1, "AutomaticStartupAction"),
    is_("stop_action", STOP_ACTION_V1, "AutomaticShutdownAction"),
)
_PROCESSOR = (
    is_("processors", count, "VirtualQuantity"),
    is_("processor_compatibility", flag, "LimitProcessorFeatures"),
    is_("nested_virtualization", flag, "ExposeVirtualizationExtensions"),
    is_("threads_per_core", count, "HwThreadsPerCore"),
    is_("numa_processors", count, "MaxProcessorsPerNumaNode"),
)
_MEMORY = (
    is_("memory", megabytes, "VirtualQuantity"),
    is_("dynamic_memory", flag, "DynamicMemoryEnabled"),
    is_("numa_memory", megabytes, "MaxMemoryBlocksPerNumaNode"),
)
_DYNAMIC_MEMORY = (
    is_("memory_minimum", megabytes, "Reservation"),
    is_("memory_maximum", megabytes, "Limit"),
    is_("memory_buffer", count, "TargetMemoryBuffer"),
)
_SECURITY = (is_("tpm", flag, "TpmEnabled"), is_("shielded", flag, "ShieldingRequested"))
_SUMMARY = (
    is_("name", text, "ElementName"),
    is_("host", text, "HostComputerSystemName"),
    is_("generation", _generation, "VirtualSystemSubType"),
    is_("configuration_version", dotted, "Version"),
    is_("state", _STATE, "EnabledState"),
    is_("processors", count, "NumberOfProcessors"),
    is_("guest_os", text, "GuestOperatingSystem"),
)
_PORT_SECURITY = (
    is_("mac_spoofing", flag, "AllowMacSpoofing"),
    is_("dhcp_guard", flag, "EnableDhcpGuard"),
    is_("router_guard", flag, "EnableRouterGuard"),
    is_("teaming", flag, "AllowTeaming"),
    is_("priority_tag", flag, "AllowIeeePriorityTag"),
    is_("port_mirroring", _MONITOR, "MonitorMode"),
)
_PORT_OFFLOAD = (
    is_("vmq_weight", count, "VMQOffloadWeight"),
    is_("iov_weight", count, "IOVOffloadWeight"),
    is_("queue_pairs", count, "IOVQueuePairCount"),
)
_HOST_SETTINGS = (
    is_("vm_path", text, "DefaultExternalDataRoot"),
    is_("disk_path", text, "DefaultVirtualHardDiskPath"),
    is_("mac_minimum", mac, "MinimumMacAddress"),
    is_("mac_maximum", mac, "MaximumMacAddress"),
    is_("numa_spanning", flag, "NumaSpanningEnabled"),
    is_("enhanced_session", flag, "EnhancedSessionModeEnabled"),
)
_HOST_MIGRATION = (
    is_("live_migration", flag, "EnableVirtualSystemMigration"),
    is_("live_migrations", count, "MaximumActiveVirtualSystemMigration"),
    is_("storage_migrations", count, "MaximumActiveStorageMigration"),
)
_SWITCH = (is_("name", text, "ElementName"), is_("sr_iov", flag, "IOVPreferred"), is_("embedded_teaming", flag, "TeamingEnabled"))
_SERVICES: dict[str, inv.Service] = {
    "heartbeat": "heartbeat",
    "vss": "vss",
    "timesync": "time",
    "shutdown": "shutdown",
    "kvpexchange": "kvp",
    "guestserviceinterface": "guest",
}
# The classes of devices that an association names, and what a setting of the same device calls its type.
_DEVICES = {
    "msvm_diskdrive": "synthetic disk drive",
    "msvm_logicaldisk": "virtual hard disk",
    "msvm_dvddrive": "synthetic dvd drive",
    "msvm_idecontroller": "emulated ide controller",
    "msvm_scsiprotocolcontroller": "synthetic scsi controller",
    "msvm_syntheticethernetport": "synthetic ethernet port",
    "msvm_emulatedethernetport": "emulated ethernet port",
    "msvm_diskettedrive": "synthetic diskette drive",
}
_DRIVES = {"synthetic disk drive", "physical disk drive", "synthetic dvd drive", "physical dvd drive", "synthetic diskette drive"}
_MEDIA = {"virtual hard disk", "virtual cd/dvd disk", "virtual floppy disk"}
_CONTROLLERS = {
    "emulated ide controller": "ide",
    "ide controller": "ide",
    "synthetic scsi controller": "scsi",
    "scsi controller": "scsi",
    "persistent memory controller": "pmem",
}
_COUNTED = {
    "virtual pci express port": "assigned_devices",
    "gpu partition": "gpu_partitions",
    "synthetic 3d display controller": "remotefx_adapters",
}


def _subtype(row: Row) -> str:
    """What a resource is: `Microsoft:Hyper-V:Synthetic Disk Drive` and v1's `Microsoft Synthetic Disk Drive` are the same."""
    written = (row.value(name_of, "ResourceSubType") or "").lower()
    return written.removeprefix("microsoft:hyper-v:").removeprefix("microsoft ")


# --- putting together -------------------------------------------------------------------------------------------------


class _Drive:
    """A place on a controller: what drive is there, and what is in it."""

    def __init__(self) -> None:
        self.drive: tuple[str, Row] | None = None
        self.medium: tuple[str, Row] | None = None


class _Assembly:
    """The instances of one file, sorted by class, and the VMs and hosts they make."""

    def __init__(self, found: list[tuple[str, Row, Context]], reader: Reader) -> None:
        self.reader = reader
        self.rows: dict[str, list[Row]] = {}
        self.context: dict[int, Context] = {}
        for name, row, context in found:
            self.rows.setdefault(name, []).append(row)
            self.context[id(row)] = context
        self.vms: dict[str, Vm] = {}
        self.hosts: dict[str, Host] = {}
        self.left_out: set[str] = set()  # checkpoints, and VMs that are only planned
        self.controllers: dict[str, dict[str, str]] = {}  # by VM: instance → kind, in the order of the file
        self.drives: dict[str, dict[_Id, _Drive]] = {}  # by VM, by controller, number and slot
        self.adapters: dict[_Id, Adapter] = {}
        self.switches: dict[str, str] = {}  # id → name

    def of(self, *classes: str) -> Iterator[Row]:
        for name in classes:
            yield from self.rows.get(name, ())

    def run(self) -> None:
        self._systems()
        self._settings()
        self._processors_and_memory()
        self._switches()
        for row in self.of("Msvm_ResourceAllocationSettingData", "Msvm_StorageAllocationSettingData"):
            self._resource(row)
        self._associations()
        for vm_id, drives in self.drives.items():
            self._disks(vm_id, drives)
        self._network()
        self._services()
        self._host_settings()
        self._hand_over()

    # --- whose an instance is ---

    def vm(self, vm_id: str, row: Row) -> Vm:
        vm = self.vms.get(vm_id)
        if vm is None:
            vm = self.vms[vm_id] = Vm(at={"": row.location})
            put(vm, "id", vm_id, row.location)
        put(vm, "host", self.server(row), row.location)
        put(vm, "generation", 1 if _is_v1(row) else None, row.location)
        return vm

    def server(self, row: Row) -> str | None:
        """The host that an instance was read from, where the instance itself or the object around it tells."""
        named = machine(row.value(name_of, "__SERVER", "PSComputerName", "CimSystemProperties.ServerName"))
        paths = (row.value(name_of, name) for name in ("__PATH", "Parent", "ManagedElement", "SettingData"))
        from_path = next((match[1] for path in paths if (match := _SERVER.match(path or ""))), None)
        return named or machine(from_path) or self.context[id(row)].host_name

    def host(self, row: Row) -> Host:
        """The host of an instance; the only one there is when it does not say."""
        name = self.server(row)
        if name is None and len(self.hosts) == 1:
            return next(iter(self.hosts.values()))
        host = self.hosts.setdefault((name or "").lower(), Host(at={"": row.location}))
        put(host, "name", name, row.location)
        put(host, "hyperv_installed", True, row.location)
        return host

    def owner(self, row: Row) -> tuple[str, _Id]:
        """The VM of a setting and what follows its id; a resource that is only described belongs to the VM of its parent."""
        found = _id(row.value(name_of, "InstanceID")) or _id(row.value(name_of, "SystemName"))
        if not found:
            parent = _id(_keys(row.find("Parent")[1]).get("instanceid"))
            found = parent[:1]
        return ("", ()) if not found or found[0] in self.left_out else (found[0], found[1:])

    # --- systems and their settings ---

    def _systems(self) -> None:
        for row in self.of("Msvm_ComputerSystem"):
            name = row.value(name_of, "Name") or ""
            if _GUID.fullmatch(name):
                vm = self.vm(name.strip("{}").lower(), row)
                row.fill(vm, "name", text, "ElementName")
                self._fill(row, vm, _SYSTEM)
            elif name and (row.type or name.lower() == (row.value(name_of, "ElementName") or "").lower()):
                host = self.hosts.setdefault(name.lower(), Host(at={"": row.location}))
                put(host, "name", name, row.location)
                put(host, "hyperv_installed", True, row.location)
        for row in self.of("Msvm_SummaryInformation"):
            if found := _id(row.value(name_of, "Name")):
                self._fill(row, self.vm(found[0], row), _SUMMARY)

    def _settings(self) -> None:
        checkpoints: list[tuple[Row, str, str]] = []
        for row in self.of("Msvm_VirtualSystemSettingData"):
            own = _id(row.value(name_of, "InstanceID"))
            system = _id(row.value(name_of, "VirtualSystemIdentifier", "SystemName")) or own
            kind = (row.value(name_of, "VirtualSystemType") or "").lower()
            if not system or "definition" in kind or "planned" in kind:
                self.left_out.update(own[:1])
            elif "snapshot" in kind or row.value(name_of, "SettingType") == "5":
                self.left_out.update(own[:1])
                checkpoints.append((row, system[0], own[0] if own else ""))
            else:
                vm = self.vm(system[0], row)
                self._fill(row, vm, _SETTINGS)
                self._fill(row, vm, _ACTIONS)
                if vm.generation == 1:
                    row.fill(vm, "boot_order", _boot_order, "BootOrder")
        for row in self.of("Msvm_VirtualSystemGlobalSettingData"):
            found = _id(row.value(name_of, "SystemName")) or _id(row.value(name_of, "InstanceID"))
            if found and found[0] not in self.left_out:
                vm = self.vm(found[0], row)
                self._fill(row, vm, (*_SETTINGS, *_ACTIONS_V1))
        names = {id: row.value(text, "ElementName") for row, _, id in checkpoints}
        for row, system, own in checkpoints:
            vm = self.vm(system, row)
            checkpoint = Checkpoint(at={"": row.location})
            row.fill(checkpoint, "name", text, "ElementName")
            put(checkpoint, "id", own or None, row.location)
            row.fill(checkpoint, "created", time, "CreationTime")
            kind = (row.value(name_of, "VirtualSystemType") or "").lower()
            put(checkpoint, "type", next((name for word, name in _CHECKPOINT_KINDS if word in kind), None), row.location)
            parent = _id(_keys(row.find("Parent")[1]).get("instanceid"))
            put(checkpoint, "parent", names.get(parent[0]) if parent else None, row.location)
            put(vm, "checkpoints", [], row.location)
            vm.checkpoints.append(checkpoint)  # type: ignore[union-attr]

    def _processors_and_memory(self) -> None:
        for row in self.of("Msvm_ProcessorSettingData"):
            if vm_id := self.owner(row)[0]:
                self._fill(row, self.vm(vm_id, row), _PROCESSOR)
        for row in self.of("Msvm_MemorySettingData"):
            if vm_id := self.owner(row)[0]:
                vm = self.vm(vm_id, row)
                self._fill(row, vm, _MEMORY)
                if vm.dynamic_memory:
                    self._fill(row, vm, _DYNAMIC_MEMORY)
        for row in self.of("Msvm_SecuritySettingData"):
            if vm_id := self.owner(row)[0]:
                self._fill(row, self.vm(vm_id, row), _SECURITY)

    # --- controllers, drives and media ---

    def _associations(self) -> None:
        """Msvm_SettingsDefineState: which setting belongs to which device; where there is nothing else, it tells what devices there are."""
        for row in self.of("Msvm_SettingsDefineState"):
            element, setting = row.value(name_of, "ManagedElement") or "", row.find("SettingData")[1]
            device = re.split(r"[:/]", element.partition(".")[0])[-1].lower()
            found = _id(_keys(setting).get("instanceid"))
            if not found or found[0] in self.left_out:
                continue
            if device == "msvm_computersystem":
                self.vm(found[0], row)
            elif device in _DEVICES:
                self._device(_DEVICES[device], found[0], found[1:], row)

    def _resource(self, row: Row) -> None:
        vm_id, rest = self.owner(row)
        if not vm_id:
            return
        what = _subtype(row)
        if what in _DRIVES | _MEDIA and len(rest) < 3:  # only described so far: its place is that of its parent
            parent = _id(_keys(row.find("Parent")[1]).get("instanceid"))[1:]
            slot = row.value(name_of, "AddressOnParent", "Address") or ""
            rest = (*parent, slot) if what in _DRIVES and len(parent) == 2 else parent
        self._device(what, vm_id, rest, row)

    def _device(self, what: str, vm_id: str, rest: _Id, row: Row) -> None:
        if what in _CONTROLLERS:
            if rest:
                self.controllers.setdefault(vm_id, {}).setdefault(rest[0], _CONTROLLERS[what])
                self.vm(vm_id, row)
        elif what in _DRIVES | _MEDIA:
            if len(rest) < 3:
                self.reader.warn("drives", f"{row.path}: {what} at a place that is not told")
                return
            drive = self.drives.setdefault(vm_id, {}).setdefault(rest[:3], _Drive())
            if what in _DRIVES:
                drive.drive = drive.drive or (what, row)
            else:
                drive.medium = drive.medium or (what, row)
        elif what in ("synthetic ethernet port", "emulated ethernet port"):
            self._adapter(what, (vm_id, *rest), row)
        elif what == "serial port":
            pipes = [pipe for pipe in row.value(texts, "Connection") or [] if pipe]
            vm = self.vm(vm_id, row)
            put(vm, "com_ports", [], row.location)
            vm.com_ports += pipes  # type: ignore[operator]
        elif what in _COUNTED:
            vm, field = self.vm(vm_id, row), _COUNTED[what]
            put(vm, field, 0, row.location)
            setattr(vm, field, getattr(vm, field) + 1)

    def _disks(self, vm_id: str, drives: dict[_Id, _Drive]) -> None:
        """Media in drives; whether a drive is empty is told only where media are told at all."""
        controllers = self.controllers.get(vm_id, {})
        of_kind: dict[str, dict[str, int]] = {"scsi": {}, "pmem": {}}
        for name, kind in controllers.items():
            if kind in of_kind:
                of_kind[kind][name] = len(of_kind[kind])
        any_media = any(drive.medium for drive in drives.values())
        for (controller, number, slot), drive in sorted(drives.items()):
            what, row = drive.drive or drive.medium or ("", None)
            assert row is not None
            medium, medium_row = drive.medium or ("", None)
            path, place = medium_row.read(_first_path, "HostResource", "Connection") if medium_row else (None, None)
            vm = self.vm(vm_id, row)
            kind = "ide" if controller == _IDE else controllers.get(controller, "scsi")
            known = of_kind.get(kind, {})
            position: dict[str, Any] = {
                "controller": kind,
                "controller_number": _number(number) if kind == "ide" else known.get(controller),
                "location": _number(slot),
            }
            if "diskette" in what or "floppy" in what or "floppy" in medium:
                put(vm, "floppy", path or ("" if any_media else None), place or row.location)
                continue
            thing: Disk | Dvd
            if "dvd" in what or "dvd" in medium:
                thing = Dvd(at={"": row.location})
                physical = "physical" in what
                put(thing, "path", path or ("" if any_media and not medium and not physical else None), place or row.location)
                put(thing, "media", "physical" if physical else "iso" if path else "none" if thing.path == "" else None, row.location)
                field = "dvds"
            elif "physical" in what:
                thing = Disk(at={"": row.location})
                put(thing, "pass_through", True, row.location)
                field = "disks"
            elif medium_row:
                thing = Disk(at={"": medium_row.location})
                put(thing, "path", path, place or row.location)
                if place and (format := format_of(path)):
                    put(thing, "pass_through", False, place)
                    put(thing, "format", format, place)
                medium_row.fill(thing, "shared", flag, "PersistentReservationsSupported")
                medium_row.fill(thing, "maximum_iops", count, "IOPSLimit")
                medium_row.fill(thing, "minimum_iops", count, "IOPSReservation")
                field = "disks"
            else:
                continue
            for name, value in position.items():
                put(thing, name, value, row.location)
            put(vm, field, [], row.location)
            getattr(vm, field).append(thing)

    # --- network ---

    def _switches(self) -> None:
        for row in self.of("Msvm_VirtualEthernetSwitch", "Msvm_VirtualSwitch", "Msvm_VirtualEthernetSwitchSettingData"):
            name = row.value(text, "ElementName")
            own = guid(row.value(name_of, "VirtualSystemIdentifier", "Name"))
            if not name or not own:
                continue
            self.switches[own] = name
            host = self.host(row)
            switch = self.reader.find_or_add(host, "switches", Switch, name, row)
            self._fill(row, switch, _SWITCH)

    def _adapter(self, what: str, key: _Id, row: Row) -> Adapter:
        adapter = self.adapters.get(key[:2])
        if adapter is None:
            adapter = self.adapters[key[:2]] = Adapter(at={"": row.location})
            vm = self.vm(key[0], row)
            put(vm, "adapters", [], row.location)
            vm.adapters.append(adapter)  # type: ignore[union-attr]
        put(adapter, "legacy", what.startswith("emulated"), row.location)
        return adapter

    def _network(self) -> None:
        for name, what in (("Synthetic", "synthetic ethernet port"), ("Emulated", "emulated ethernet port")):
            for row in self.of(f"Msvm_{name}EthernetPortSettingData"):
                vm_id, rest = self.owner(row)
                if not vm_id:
                    continue
                adapter = self._adapter(what, (vm_id, *rest), row)
                row.fill(adapter, "name", text, "ElementName")
                row.fill(adapter, "mac", mac, "Address")
                static, place = row.read(flag, "StaticMacAddress")
                if place:
                    put(adapter, "dynamic_mac", not static, place)
                there, _, path = row.find("Connection")
                if there and _is_v1(row):
                    self._connect(adapter, row, "Connection", Location(self.reader.file, path))
        for row in self.of("Msvm_EthernetPortAllocationSettingData"):
            if adapter := self._port(row):
                if row.value(_ENABLED, "EnabledState") is False:
                    put(adapter, "switch", "", row.location)
                row.fill(adapter, "switch", text, "LastKnownSwitchName")
                self._connect(adapter, row, "HostResource", row.location)
        for name, table in (("Security", _PORT_SECURITY), ("Offload", _PORT_OFFLOAD)):
            for row in self.of(f"Msvm_EthernetSwitchPort{name}SettingData"):
                if adapter := self._port(row):
                    self._fill(row, adapter, table)
        for row in self.of("Msvm_EthernetSwitchPortVlanSettingData"):
            if adapter := self._port(row):
                self._vlan(row, adapter)
        for row in self.of("Msvm_GuestNetworkAdapterConfiguration"):
            if adapter := self._port(row):
                row.fill(adapter, "addresses", texts, "IPAddresses", null=[])
                row.fill(adapter, "dhcp", flag, "DHCPEnabled")

    def _port(self, row: Row) -> Adapter | None:
        """The adapter that a setting of a port belongs to."""
        return self.adapters.get(_id(row.value(name_of, "InstanceID"))[:2])

    def _connect(self, adapter: Adapter, row: Row, property: str, place: Location) -> None:
        """The switch of a port: by the id in the path to it; a port without a path is connected to none."""
        paths = row.value(texts, property) or []
        if not paths:
            put(adapter, "switch", "" if row.find(property)[0] else None, place)
            return
        keys = _keys(paths[0])
        own = keys.get("systemname") or keys.get("name") or ""
        name = self.switches.get(guid(own) or "")
        put(adapter, "switch", name or (own if own and not _GUID.fullmatch(own) else None), place)

    def _vlan(self, row: Row, adapter: Adapter) -> None:
        mode, place = row.read(_VLAN_MODE, "OperationMode")
        if not place:
            return
        put(adapter, "vlan_mode", mode, place)
        if mode == "access":
            row.fill(adapter, "vlan", count, "AccessVlanId")
        elif mode == "trunk":
            row.fill(adapter, "allowed_vlans", _counts, "TrunkVlanIdArray")
        elif mode == "private":
            row.fill(adapter, "private_vlan_mode", _PRIVATE, "PvlanMode")
            row.fill(adapter, "primary_vlan", count, "PrimaryVlanId")
            row.fill(adapter, "secondary_vlans", _counts, "SecondaryVlanIdArray", "SecondaryVlanId")

    # --- integration services, host ---

    def _services(self) -> None:
        for word, service in _SERVICES.items():
            for row in self.of(f"Msvm_{word}ComponentSettingData", f"Msvm_{word}Component"):
                vm_id = self.owner(row)[0]
                if not vm_id:
                    continue
                vm = self.vm(vm_id, row)
                put(vm, "integration_services", [], row.location)
                listed: list[IntegrationService] = vm.integration_services  # type: ignore[assignment]
                found = next((other for other in listed if other.service == service), None)
                if found is None:
                    found = IntegrationService(service=service, at={"": row.location, "service": row.location})
                    listed.append(found)
                row.fill(found, "enabled", _ENABLED, "EnabledState")
                row.fill(found, "status", _first_status, "OperationalStatus")
                if found.status == "ProtocolMismatch":
                    put(found, "up_to_date", False, row.location)

    def _host_settings(self) -> None:
        for row in self.of("Msvm_VirtualSystemManagementServiceSettingData"):
            self._fill(row, self.host(row), _HOST_SETTINGS)
        for row in self.of("Msvm_VirtualSystemMigrationServiceSettingData"):
            host = self.host(row)
            self._fill(row, host, _HOST_MIGRATION)
            smb, compression = row.value(flag, "EnableSmbTransport"), row.value(flag, "EnableCompression")
            if smb is not None and compression is not None:
                put(host, "live_migration_performance", "smb" if smb else "compression" if compression else "tcpip", row.location)

    def _hand_over(self) -> None:
        """VMs that were named are objects; what is known of others belongs to objects of other files."""
        for vm_id, controllers in self.controllers.items():
            if scsi := sum(kind == "scsi" for kind in controllers.values()):
                vm = self.vms[vm_id]
                put(vm, "scsi_controllers", scsi, vm.where() or Location(self.reader.file))
        only = next(iter(self.hosts.values())) if len(self.hosts) == 1 else None
        for vm_id, vm in self.vms.items():
            if vm_id in self.left_out:
                continue
            if only and only.name:
                put(vm, "host", only.name, only.where() or Location(self.reader.file))
            if vm.name:
                self.reader.vms.append(vm)
            else:
                self.reader.pieces.setdefault("Msvm", {})[vm_id] = vm
        self.reader.hosts += self.hosts.values()

    def _fill(self, row: Row, thing: Any, table: tuple[Property, ...]) -> None:
        for property in table:
            row.fill(thing, property.field, property.convert, *property.names, null=property.null)


def _is_v1(row: Row) -> bool:
    """True for an instance of the first namespace, in which there were no generations yet."""
    return (
        row.type == "Msvm_VirtualSystemGlobalSettingData"
        or (row.value(name_of, "ResourceSubType") or "").lower().startswith("microsoft ")
        or (row.value(name_of, "__NAMESPACE") or "").lower().endswith("virtualization")
    )


def _first_path(value: Any) -> str | None:
    """The first path of a list."""
    return next(iter(texts(value) or []), None)


def _counts(value: Any) -> list[int] | None:
    value = scalar(value)
    return None if value is None else [found for item in (value if isinstance(value, list) else [value]) if (found := count(item))]


def _first_status(value: Any) -> str | None:
    value = scalar(value)
    return SERVICE_STATUS(value[0] if isinstance(value, list) and value else None if isinstance(value, list) else value)


def _assemble(found: list[Any], reader: Reader) -> None:
    _Assembly(found, reader).run()


def _collect(name: str, row: Row, thing: Any, context: Context, reader: Reader) -> bool:
    """Keep an instance until all are known."""
    reader.waiting.setdefault(_assemble, []).append((name, row, context))
    return False


def _not_a_file(row: Row, disk: Disk, context: Context, reader: Reader) -> bool | None:
    return None if disk.path else False


# --- the classes ---

_COLLECTED = (
    {
        "Msvm_SettingsDefineState": "ManagedElement SettingData",
        "Msvm_ProcessorSettingData": "LimitProcessorFeatures|VirtualQuantity ResourceSubType ProcessorsPerSocket",
        "Msvm_MemorySettingData": "TargetMemoryBuffer VirtualQuantity|DynamicMemoryEnabled AllocationUnits",
        "Msvm_SyntheticEthernetPortSettingData": "",
        "Msvm_EmulatedEthernetPortSettingData": "",
        "Msvm_EthernetPortAllocationSettingData": "LastKnownSwitchName HostResource|CompartmentGuid HostResource",
        "Msvm_StorageAllocationSettingData": "HostResource VirtualResourceBlockSize|HostResource HostExtentStartingAddress",
        "Msvm_ResourceAllocationSettingData": "ResourceSubType InstanceID|ResourceSubType Parent",
        "Msvm_VirtualSystemSettingData": "VirtualSystemType InstanceID|VirtualSystemIdentifier ConfigurationID",
        "Msvm_VirtualSystemGlobalSettingData": "AutomaticRecoveryAction ExternalDataRoot",
        "Msvm_SecuritySettingData": "TpmEnabled ShieldingRequested",
        "Msvm_SummaryInformation": "GuestOperatingSystem NumberOfProcessors ElementName",
        "Msvm_ComputerSystem": "EnabledState ElementName Name",
        "Msvm_VirtualEthernetSwitch": "",
        "Msvm_VirtualSwitch": "",
        "Msvm_VirtualEthernetSwitchSettingData": "",
        "Msvm_EthernetSwitchPortVlanSettingData": "OperationMode AccessVlanId InstanceID",
        "Msvm_EthernetSwitchPortSecuritySettingData": "AllowMacSpoofing EnableDhcpGuard",
        "Msvm_EthernetSwitchPortOffloadSettingData": "VMQOffloadWeight IOVOffloadWeight",
        "Msvm_GuestNetworkAdapterConfiguration": "IPAddresses DHCPEnabled InstanceID",
        "Msvm_VirtualSystemManagementServiceSettingData": "DefaultExternalDataRoot DefaultVirtualHardDiskPath",
        "Msvm_VirtualSystemMigrationServiceSettingData": "EnableVirtualSystemMigration",
    }
    | {f"Msvm_{word}Component{end}": "" for word in _SERVICES if word != "kvpexchange" for end in ("", "SettingData")}
    | {"Msvm_kvpexchangeComponentSettingData": ""}
)
_SERIAL = "Msvm_SerialPortSettingData"

KINDS: tuple[Kind, ...] = (
    *(
        Kind(
            name,
            tuple(signature for signature in signatures.split("|") if signature),
            inv.Vm,
            types=_SERIAL if name == "Msvm_ResourceAllocationSettingData" else "",
            finish=partial(_collect, name),
        )
        for name, signatures in _COLLECTED.items()
    ),
    Kind(
        "Msvm_VirtualHardDiskSettingData",
        ("MaxInternalSize ParentPath", "MaxInternalSize BlockSize"),
        inv.Disk,
        "disk",
        "",
        (
            is_("path", text, "Path"),
            is_("type", VHD_TYPE, "Type"),
            is_("format", VHD_FORMAT, "Format"),
            is_("size", size, "MaxInternalSize"),
            is_("file_size", size, "FileSize"),
            is_("parent", text, "ParentPath"),
            is_("block_size", size, "BlockSize"),
            is_("logical_sector_size", size, "LogicalSectorSize"),
            is_("physical_sector_size", size, "PhysicalSectorSize"),
        ),
        types="Msvm_VirtualHardDiskInfo",
        finish=_not_a_file,
    ),
)
