"""LabBuilder files: a lab of Hyper-V switches and VMs as it shall be (`labbuilderconfig`, PlagueHO/LabBuilder).

A VM names a template, which names a template disk; what the VM does not say itself comes from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.configurations import objects
from ingest.configurations.parts import Part
from ingest.configurations.rows import AT
from ingest.configurations.xml import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_YES_NO = {"y": True, "n": False, "true": True, "false": False}
_SWITCH_TYPES = {"external": "External", "internal": "Internal", "private": "Private", "nat": "Internal"}


def read(root: Element, file: str) -> Part:
    """The switches and VMs that the file declares; raises BadFile when it declares none."""
    part = objects.read(documents(root), file, "LabBuilder XML")
    part.warnings.insert(0, f"{file}: declares what shall be, not what is")
    return part


def documents(root: Element) -> list[Any]:
    """A host with the switches, and the VMs, in the words of the Hyper-V cmdlets."""
    switches = _named(root, "switches", "switch")
    templates = {name: element for name, element, _ in _named(root, "templates", "template")}
    template_disks = {name: element for name, element, _ in _named(root, "templatevhds", "templatevhd")}
    vlans = {name: element.get("vlan") for name, element, _ in switches}
    vms = []
    for _, element, place in _named(root, "vms", "vm"):
        template = templates.get((element.get("template") or "").lower())
        disk = template_disks.get((template.get("templatevhd") or "").lower()) if template is not None else None
        vms.append(_vm(element, [one for one in (element, template, disk) if one is not None], vlans, place))
    found: list[Any] = [{"VMs": vms}] if vms else []
    return [{"VMSwitches": [_switch(element, place) for _, element, place in switches]}, *found] if switches else found


def _named(root: Element, group: str, item: str) -> list[tuple[str, Element, str]]:
    """The elements of a group with their names in lower case and their places."""
    found = []
    for parent in root:
        if local(parent.tag) == group:
            items = [child for child in parent if local(child.tag) == item]
            found += [
                ((one.get("name") or "").lower(), one, f"/labbuilderconfig/{group}/{item}[{number}]") for number, one in enumerate(items, 1)
            ]
    return found


def _children(element: Element, group: str, item: str) -> list[Element]:
    return [child for parent in element if local(parent.tag) == group for child in parent if local(child.tag) == item]


def _switch(element: Element, place: str) -> dict[str, Any]:
    kind = _SWITCH_TYPES.get((element.get("type") or "").lower())
    adapters = _children(element, "adapters", "adapter")
    return _known(
        {
            AT: place,
            "Name": element.get("name"),
            "SwitchType": kind,
            "AllowManagementOS": True if kind == "External" and adapters else None,
            "BandwidthReservationMode": element.get("bandwidthreservationmode"),
        }
    )


def _vm(element: Element, sources: list[Element], vlans: dict[str, str | None], place: str) -> dict[str, Any]:
    def first(name: str) -> str | None:
        return next((source.get(name) for source in sources if source.get(name)), None)

    adapters = [
        _known(
            {
                AT: f"{place}/adapters/adapter[{number}]",
                "Name": adapter.get("name"),
                "SwitchName": adapter.get("switchname"),
                "MacAddress": adapter.get("macaddress"),
                "DynamicMacAddressEnabled": False if adapter.get("macaddress") else None,
                "MacAddressSpoofing": adapter.get("macaddressspoofing"),
                **_vlan(adapter.get("vlan") or vlans.get((adapter.get("switchname") or "").lower())),
            }
        )
        for number, adapter in enumerate(_children(element, "adapters", "adapter"), 1)
    ]
    disks = [
        _known(
            {
                AT: f"{place}/datavhds/datavhd[{number}]",
                "Path": disk.get("vhd"),
                "VhdType": (disk.get("type") or "").capitalize() or None,
                "Size": disk.get("size"),
                "ParentPath": disk.get("parentvhd"),
                "SupportPersistentReservations": _YES_NO.get((disk.get("supportpr") or disk.get("shared") or "").lower()),
            }
        )
        for number, disk in enumerate(_children(element, "datavhds", "datavhd"), 1)
    ]
    return _known(
        {
            AT: place,
            "Name": element.get("name"),
            "Generation": first("generation"),
            "Version": first("version"),
            "ProcessorCount": first("processorcount"),
            "MemoryStartup": first("memorystartupbytes"),
            "DynamicMemoryEnabled": _YES_NO.get((first("dynamicmemoryenabled") or "").lower()),
            "Processor": _known({"ExposeVirtualizationExtensions": _YES_NO.get((first("exposevirtualizationextensions") or "").lower())}),
            "Guest": _known({"OSName": sources[-1].get("edition")}),
            "NetworkAdapters": adapters or None,
            "HardDrives": disks or None,
        }
    )


def _vlan(written: str | None) -> dict[str, Any]:
    return {"VlanSetting": {"OperationMode": "Access", "AccessVlanId": written}} if written else {}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, {}, [])}
