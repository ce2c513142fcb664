"""The configuration file of a VM up to Windows Server 2012 R2: `Virtual Machines\\<id>.xml`.

Every leaf has a type attribute; a device is a section named after its instance, and the manifest says of which class
the instance is. The file knows neither the type and size of virtual disks nor the state of anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.enumerations import BOOT_DEVICE
from ingest.configurations.classes.vm import SERVICE_BY_GUID, format_of
from ingest.configurations.classes.wmi import START_ACTION_V1, STOP_ACTION_V1
from ingest.configurations.convert import count, flag, guid, mac, megabytes, text
from ingest.configurations.parts import BadFile, Part, put
from ingest.configurations.rows import plain
from kb.inventory import Adapter, Disk, Dvd, IntegrationService, Inventory, Location, Thing, Vm

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_IDE = "83f8638b-8dca-4152-9eda-2ca8b33039b4"
_SCSI = "d422512d-2bf2-4752-809d-7b82b5fcb1b4"
_SYNTHETIC_ETHERNET = "2fc216b0-d2e2-4967-9b6d-b8a5c9ca2778"
_MAINBOARD = "ac6b8dc1-3257-4a70-b1b2-a9c9215659ad"
_GUEST_SERVICE = "6c09bb55-d683-4da0-8931-c9bf705f6480"
_GENERATION = {0: 1, 1: 2}
_FOLDERS = {"externaldataroot": "configuration_path", "snapshotdataroot": "checkpoint_path"}


def read(root: Element, file: str) -> Part:
    """The VM of a configuration file; raises BadFile for other XML and for checkpoints."""
    if root.tag != "configuration" or root.find("properties") is None:
        raise BadFile(file, f"/{root.tag.rpartition('}')[2]}", "XML, but not a Hyper-V VM configuration", _REMEDY)
    kind = root.findtext("properties/type_id")
    if kind and kind != "Virtual Machines":
        place = "/configuration/properties/type_id"
        raise BadFile(file, place, f"of type {kind!r}, a checkpoint and not a VM", "pass the file in the folder `Virtual Machines`")
    return _Reader(root, file).part()


_REMEDY = "pass `Virtual Machines\\<id>.xml`, or export with `Get-VM | ConvertTo-Json -Depth 4`"


class _Reader:
    def __init__(self, root: Element, file: str) -> None:
        self.root, self.file = root, file
        self.warnings: list[str] = []
        self.inner: dict[Element, dict[str, Element]] = {}  # the children of elements by name
        self.classes: dict[str, tuple[str, str]] = {}  # instance → class, English name
        self.by_instance = {child.tag.lower().strip("_"): child for child in root}
        self.has_manifest = root.find("manifest") is not None
        for device in root.iterfind("manifest/*"):
            instance = guid(device.findtext("instance"))
            if instance:
                self.classes[instance] = (guid(device.findtext("device")) or "", device.findtext("name") or "")

    def part(self) -> Part:
        vm = Vm(at={"": Location(self.file, "/configuration")})
        self._identity(vm)
        self._settings(vm)
        self._drives(vm)
        self._adapters(vm)
        self._services(vm)
        self._firmware(vm)
        return Part(whole=[Inventory(vms=[vm])], warnings=self.warnings)

    def element(self, path: str) -> Element | None:
        """The element at a path below the root; where several have a name, the first."""
        element: Element | None = self.root
        for tag in path.split("/"):
            if element is None:
                return None
            if element not in self.inner:
                self.inner[element] = {child.tag: child for child in reversed(element)}
            element = self.inner[element].get(tag)
        return element

    def value(self, path: str, convert: Callable[[Any], Any]) -> Any:
        """The converted text at a path below the root; None when it is absent, empty or not understood."""
        element = self.element(path)
        if element is None or element.text is None:
            return None
        try:
            return convert(element.text)
        except ValueError as error:
            self.warnings.append(f"{self.file} /configuration/{path}: {error}")
            return None

    def fill(self, thing: Thing, field: str, path: str, convert: Callable[[Any], Any]) -> None:
        put(thing, field, self.value(path, convert), self.location(path))

    def location(self, path: str) -> Location:
        return Location(self.file, f"/configuration/{path}")

    def _identity(self, vm: Vm) -> None:
        self.fill(vm, "name", "properties/name", text)
        self.fill(vm, "id", "properties/global_id", guid)
        self.fill(vm, "id", "settings/global/logical_id", guid)
        self.fill(vm, "highly_available", "properties/highly_available", flag)
        version = self.value("properties/version", count)
        if version is not None:  # 1280 is 0x0500, version 5.0
            put(vm, "configuration_version", f"{version >> 8}.{version & 255}", self.location("properties/version"))
        subtype = self.value("properties/subtype", count)
        put(vm, "generation", _GENERATION.get(subtype), self.location("properties/subtype"))
        if subtype is None and version is not None and version < 0x500:  # before there were generations
            put(vm, "generation", 1, self.location("properties/version"))

    def _settings(self, vm: Vm) -> None:
        self.fill(vm, "processors", "settings/processors/count", count)
        self.fill(vm, "processor_compatibility", "settings/processors/features/limit", flag)
        bank = "settings/memory/bank"
        self.fill(vm, "memory", f"{bank}/size", megabytes)
        self.fill(vm, "dynamic_memory", f"{bank}/dynamic_memory_enabled", flag)
        if vm.dynamic_memory:
            self.fill(vm, "memory_minimum", f"{bank}/reservation", megabytes)
            self.fill(vm, "memory_maximum", f"{bank}/limit", megabytes)
        power = "global_settings/power"
        self.fill(vm, "start_action", f"{power}/host_startup/action", START_ACTION_V1)
        self.fill(vm, "stop_action", f"{power}/host_shutdown/action", STOP_ACTION_V1)
        self.fill(vm, "checkpoint_count", "global_settings/snapshots/list/size", count)
        for parent in ("properties", "global_settings"):
            for child in self.root.iterfind(f"{parent}/*"):
                field = _FOLDERS.get(plain(child.tag))
                if field:
                    self.fill(vm, field, f"{parent}/{child.tag}", text)

    def sections(self, device_class: str) -> Iterator[Element]:
        """The sections of a device class in the order of the manifest, then the one named after the class itself."""
        instances = [instance for instance, (device, _) in self.classes.items() if device == device_class]
        for instance in dict.fromkeys([*instances, device_class]):
            if (section := self.by_instance.get(instance)) is not None:
                yield section

    def _drives(self, vm: Vm) -> None:
        disks: list[Disk] = []
        dvds: list[Dvd] = []
        for path, kind, controller, number, location in self._slots():
            where = {name: self.location(path) for name in ("", "controller", "controller_number", "location")}
            filename = self.value(f"{path}/pathname", text) or ""
            if kind == "ISO":
                dvd = Dvd(at=where, controller=controller, controller_number=number, location=location)
                put(dvd, "path", filename, self.location(f"{path}/pathname"))
                dvds.append(dvd)
            elif kind in ("VHD", "PHYSICAL"):
                disk = Disk(at=where, controller=controller, controller_number=number, location=location)
                put(disk, "path", filename or None, self.location(f"{path}/pathname"))
                put(disk, "pass_through", kind == "PHYSICAL", self.location(f"{path}/type"))
                if kind == "VHD":
                    put(disk, "format", format_of(filename), self.location(f"{path}/pathname"))
                shared = self.value(f"{path}/persistent_reservations_supported", flag)
                put(disk, "shared", shared, self.location(f"{path}/persistent_reservations_supported"))
                disks.append(disk)
            elif kind != "NONE":
                self.warnings.append(f"{self.file} /configuration/{path}/type: {kind!r} is not a known kind of drive")
        if self.has_manifest:  # without it nobody knows which sections are SCSI controllers
            put(vm, "disks", disks, Location(self.file, "/configuration"))
            put(vm, "dvds", dvds, Location(self.file, "/configuration"))
            put(vm, "scsi_controllers", sum(device == _SCSI for device, _ in self.classes.values()), self.location("manifest"))
        elif disks or dvds:
            put(vm, "disks", disks or None, Location(self.file, "/configuration"))
            put(vm, "dvds", dvds or None, Location(self.file, "/configuration"))

    def _slots(self) -> Iterator[tuple[str, str, Any, int, int]]:
        """Path, kind, controller, controller number and location of every drive of the IDE and SCSI controllers."""
        for section in self.sections(_IDE):
            for part in section:
                if match := re.fullmatch(r"controller(\d{1,3})", part.tag):
                    yield from self._drives_of(part, f"{section.tag}/{part.tag}", "ide", int(match[1]))
        for number, section in enumerate(self.sections(_SCSI)):  # an instance is a controller
            for part in section:
                if re.fullmatch(r"controller\d{1,3}", part.tag):
                    yield from self._drives_of(part, f"{section.tag}/{part.tag}", "scsi", number)

    def _drives_of(self, controller: Element, path: str, kind: str, number: int) -> Iterator[tuple[str, str, Any, int, int]]:
        for drive in controller:
            if match := re.fullmatch(r"drive(\d{1,3})", drive.tag):
                yield f"{path}/{drive.tag}", (drive.findtext("type") or "NONE").upper(), kind, number, int(match[1])

    def _adapters(self, vm: Vm) -> None:
        if not self.has_manifest:
            return
        adapters: list[Adapter] = []
        for instance, (device, name) in self.classes.items():
            synthetic = device == _SYNTHETIC_ETHERNET
            if not synthetic and "ethernet port" not in name.lower():
                continue
            section = self.by_instance.get(instance)
            if section is None:
                continue
            adapter = Adapter(at={"": self.location(section.tag)})
            put(adapter, "legacy", not synthetic, self.location("manifest"))
            self.fill(adapter, "name", f"{section.tag}/FriendlyName", text)
            self.fill(adapter, "mac", f"{section.tag}/MacAddress", mac)
            static = self.value(f"{section.tag}/MacAddressIsStatic", flag)
            put(adapter, "dynamic_mac", None if static is None else not static, self.location(f"{section.tag}/MacAddressIsStatic"))
            self._switch(adapter, section.tag)
            adapters.append(adapter)
        put(vm, "adapters", adapters, self.location("manifest"))

    def _switch(self, adapter: Adapter, tag: str) -> None:
        """From 2012 on SwitchName is the switch's id and AltSwitchName its name; an id alone does not tell the name."""
        if self.value(f"{tag}/IsConnected", flag) is False:
            put(adapter, "switch", "", self.location(f"{tag}/IsConnected"))
        for path in (f"{tag}/Connection/AltSwitchName", f"{tag}/SwitchName"):
            name = self.value(path, text)
            if name and not re.fullmatch(r"\{?[0-9a-fA-F-]{36}\}?", name):
                put(adapter, "switch", name, self.location(path))

    def _services(self, vm: Vm) -> None:
        """A service that says nothing is enabled, except the guest interface, which is off until someone turns it on."""
        services: list[IntegrationService] = []
        for instance, (device, _) in self.classes.items():
            name = SERVICE_BY_GUID.get(device)
            if name is None:
                continue
            tag = f"_{instance}_"
            path = f"{tag}/Enabled"
            service = IntegrationService(service=name, at={"": self.location(tag)})
            self.fill(service, "enabled", path, flag)
            if self.element(path) is None:
                put(service, "enabled", device != _GUEST_SERVICE, self.location(tag))
            services.append(service)
        if services:
            put(vm, "integration_services", services, self.location("manifest"))

    def _firmware(self, vm: Vm) -> None:
        """Boot order of generation 1 only: that of generation 2 is in the firmware's variables, which are binary."""
        board = f"_{_MAINBOARD}_"
        if vm.generation == 2:
            self.fill(vm, "secure_boot", f"{board}/secure_boot_enabled", flag)
        elif vm.generation == 1:
            order = [self.value(f"{board}/boot/device{n}", BOOT_DEVICE) for n in range(4)]
            put(vm, "boot_order", [device for device in order if device] or None, self.location(f"{board}/boot"))
