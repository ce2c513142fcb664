"""VM templates of System Center Virtual Machine Manager, which are OVF envelopes (DSP0243) with Microsoft's extensions.

Resources are items with the properties of CIM_ResourceAllocationSettingData; extensions are found by the names of their elements.
Envelopes of other products are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.configurations import objects
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE
from ingest.configurations.xml import local, namespace

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Resource types of CIM_ResourceAllocationSettingData.
_PROCESSOR, _MEMORY, _IDE, _SCSI, _ETHERNET, _CD, _DVD, _DISK, _LOGICAL_DISK, _STORAGE = 3, 4, 5, 6, 10, 15, 16, 17, 31, 32
_UNITS = {"byte": 1, "bytes": 1, "kb": 2**10, "mb": 2**20, "megabytes": 2**20, "gb": 2**30, "gigabytes": 2**30}
_OTHERS = ("vmware", "virtualbox", "citrix", "oracle")
_TYPES = {"dynamic": "Dynamic", "dynamicallyexpanding": "Dynamic", "fixed": "Fixed", "fixedsize": "Fixed", "differencing": "Differencing"}


def read(root: Element, file: str) -> Part:
    """The VMs that the envelope describes; raises BadFile for envelopes of other products."""
    spaces = {namespace(element.tag).lower() for element in root.iter()} | {
        namespace(name).lower() for e in root.iter() for name in e.attrib
    }
    if any(other in space for space in spaces for other in _OTHERS) or not any("microsoft" in space for space in spaces):
        raise BadFile(
            file, "/Envelope", "an OVF envelope, but not of Virtual Machine Manager", "export with `Get-VM | ConvertTo-Json -Depth 4`"
        )
    part = objects.read(documents(root), file, "a template of Virtual Machine Manager")
    part.warnings.insert(0, f"{file}: a template, which declares what a VM shall be")
    return part


def documents(root: Element) -> list[Any]:
    """The VMs in the words of the Hyper-V cmdlets."""
    disks = {_attribute(disk, "diskId"): disk for disk in root.iter() if local(disk.tag) == "Disk"}
    files = {_attribute(item, "id"): _attribute(item, "href") for item in root.iter() if local(item.tag) == "File"}
    systems = list(_outermost(root, {"VirtualSystem"}))
    return [_vm(system, disks, files, f"/Envelope/VirtualSystem[{number}]") for number, system in enumerate(systems, 1)]


def _vm(system: Element, disks: dict[str, Element], files: dict[str, str], place: str) -> dict[str, Any]:
    items = list(enumerate(_outermost(system, _ITEMS), 1))
    parents = {_field(item, "InstanceID"): item for _, item in items}
    controllers: dict[str, tuple[str, int]] = {}
    numbers = {"IDE": 0, "SCSI": 0}
    for _, item in items:
        kind = {_IDE: "IDE", _SCSI: "SCSI"}.get(_resource(item))
        if kind and (own := _field(item, "InstanceID") or f"?{len(controllers)}") not in controllers:
            controllers[own] = (kind, numbers[kind])
            numbers[kind] += 1
    vm: dict[str, Any] = {AT: place, "Name": _text(system, "Name") or _attribute(system, "id")}
    drives: list[dict[str, Any]] = []
    adapters: list[dict[str, Any]] = []
    for number, item in items:
        where = f"{place}/Item[{number}]"
        kind, controller, location = _position(item, parents, controllers)
        match _resource(item):
            case r if r == _PROCESSOR:
                vm["ProcessorCount"] = _field(item, "VirtualQuantity")
            case r if r == _MEMORY:
                vm["MemoryStartup"] = _bytes(_field(item, "VirtualQuantity"), _field(item, "AllocationUnits"))
                vm["DynamicMemoryEnabled"] = _text(item, "DynamicMemoryEnabled")
            case r if r in (_DISK, _LOGICAL_DISK, _STORAGE):
                drives.append({AT: where, "ControllerType": kind, "ControllerNumber": controller, "ControllerLocation": location}
                              | _disk(item, disks, files))  # fmt: skip
            case r if r in (_CD, _DVD):
                drive = {"ControllerType": kind, "ControllerNumber": controller, "ControllerLocation": location}
                vm.setdefault("DVDDrives", []).append({AT: where, TYPE: "DvdDrive", **_known(drive)})
            case r if r == _ETHERNET:
                adapters.append({AT: where, **_adapter(item)})
    vm["HardDrives"] = [_known(drive) for drive in drives] or None
    vm["NetworkAdapters"] = adapters or None
    vm["SCSIControllers"] = [{AT: place, "ControllerNumber": n, "Drives": []} for kind, n in controllers.values() if kind == "SCSI"] or None
    compatible = _text(system, "LimitProcessorFeatures", "LimitCPUForMigration", "CPULimitForMigration")
    vm["Processor"] = _known({"CompatibilityForMigrationEnabled": compatible}) or None
    generation = _text(system, "Generation") or (_text(system, "VirtualSystemSubType") or "").rpartition(":")[2]
    vm["Generation"] = generation if generation in ("1", "2") else 1 if any(kind == "IDE" for kind, _ in controllers.values()) else None
    vm["Guest"] = _known({"OSName": _description(system)}) or None
    vm["IsClustered"] = _text(system, "IsHighlyAvailable", "HighlyAvailable")
    return _known(vm)


_ITEMS = {"Item", "StorageItem", "EthernetPortItem"}


def _outermost(element: Element, names: set[str]) -> Iterator[Element]:
    """The elements of these names below an element in their order, but none inside another one of them."""
    pending = list(reversed(element))
    while pending:
        inner = pending.pop()
        if local(inner.tag) in names:
            yield inner
        else:
            pending += reversed(inner)


def _position(item: Element, parents: dict[str | None, Element], controllers: dict[str, tuple[str, int]]) -> tuple[Any, Any, Any]:
    """Controller type and number, and the place on it; a disk in a drive is where the drive is."""
    location: str | None = None
    for _ in range(3):
        parent = _field(item, "Parent")
        location = location or _field(item, "AddressOnParent") or _field(item, "Address")
        if parent in controllers:
            kind, number = controllers[parent]
            return kind, number, location if location and location.isdigit() else None
        if parent not in parents:
            break
        item, location = parents[parent], None
    return None, None, None


def _disk(item: Element, disks: dict[str, Element], files: dict[str, str]) -> dict[str, Any]:
    """The disk that an item refers to as `ovf:/disk/ID` or `ovf:/file/ID`, with its type, size and file."""
    resource = _field(item, "HostResource") or ""
    own = disks.get(resource.rpartition("/")[2])
    sources = [element for element in (item, own) if element is not None]
    type_name = next((found for source in sources if (found := _text(source, "VHDType", "VhdType", "DiskType"))), "")
    written = _attribute(own, "format") if own is not None else ""
    file = files.get(_attribute(own, "fileRef"), "") if own is not None else files.get(resource.rpartition("/")[2], "")
    form = next((f for f in ("VHDX", "VHD") if file.lower().endswith(f".{f.lower()}") or written.upper().endswith(f)), None)
    capacity = _bytes(_attribute(own, "capacity"), _attribute(own, "capacityAllocationUnits")) if own is not None else None
    return {"Path": file or None, "VhdType": _TYPES.get((type_name or "").lower()), "VhdFormat": form, "Size": capacity}


def _adapter(item: Element) -> dict[str, Any]:
    subtype = (_field(item, "ResourceSubType") or "").lower()
    static = (_text(item, "MACAddressType", "PhysicalAddressType", "EthernetAddressType") or "").lower()
    spoofing = (
        _text(item, "EnableMACAddressSpoofing", "MACAddressSpoofingEnabled", "AllowMacSpoofing", "MACAddressSpoofing") or ""
    ).lower()
    return _known(
        {
            "Name": _field(item, "ElementName"),
            "SwitchName": _field(item, "Connection"),
            "MacAddress": _field(item, "Address"),
            "IsLegacy": True if "emulated" in subtype else False if "synthetic" in subtype else None,
            "DynamicMacAddressEnabled": {"static": False, "dynamic": True}.get(static),
            "MacAddressSpoofing": {"true": "On", "false": "Off"}.get(spoofing),
        }
    )


def _description(system: Element) -> str | None:
    section = next((element for element in system.iter() if local(element.tag) == "OperatingSystemSection"), None)
    return _text(section, "Description") if section is not None else None


def _resource(item: Element) -> int:
    written = _field(item, "ResourceType") or ""
    return int(written) if re.fullmatch(r"\d{1,5}", written) else 0


def _field(item: Element, name: str) -> str | None:
    """The text of a direct child."""
    return next((child.text.strip() or None for child in item if local(child.tag) == name and child.text), None)


def _text(element: Element, *names: str) -> str | None:
    """The text, or the value attribute, of the first element of one of these names below."""
    for inner in element.iter():
        if local(inner.tag) in names and (found := (inner.text or inner.get("value") or "").strip()):
            return found
    return None


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def _bytes(written: str | None, unit: str | None) -> int | None:
    """A number in a unit such as `MB` or `byte * 2^20` as bytes."""
    if not written or not re.fullmatch(r"\d{1,15}", written):
        return None
    unit = (unit or "byte").lower().strip()
    if match := re.fullmatch(r"bytes?\s*\*\s*2\^(\d\d)", unit):
        return int(written) * 2 ** int(match[1])
    return int(written) * _UNITS[unit] if unit in _UNITS else None


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}
