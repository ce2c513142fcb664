"""Classes of virtual network adapters, of VMs and of the management operating system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.enumerations import (
    ADAPTER_STATUS,
    ISOLATION_MODE,
    PORT_MIRRORING,
    PRIVATE_VLAN_MODE,
    VLAN_MODE,
    on_off,
)
from ingest.configurations.classes.interfaces import HOST_VIRTUAL_ADAPTER
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import count, counts, flag, mac, scalar, text, texts
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import Adapter, Host

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _adapter(row: Row, adapter: Adapter, context: Context, reader: Reader) -> bool | None:
    """An adapter of the management operating system belongs to the host instead of a VM."""
    _vlan(row, adapter)
    _bandwidth(row, adapter)
    if adapter.required_extensions is None and (place := row.read(texts, "MandatoryFeatureId", null=[])[1]):
        none = not row.value(texts, "MandatoryFeatureId")  # ids of features do not tell their extensions
        put(adapter, "required_extensions", [] if none else None, place)
    if not row.value(flag, "IsManagementOs", "ParentAdapter.IsManagementOs"):
        return None
    host = reader.owner(HOST_VIRTUAL_ADAPTER, row, context)
    put(host, "virtual_adapters", [], row.location)
    host.virtual_adapters.append(adapter)
    return False


def _vlan(row: Row, adapter: Adapter) -> None:
    """Each mode uses some of the properties; the others hold what was set before. An isolation by VLAN counts as access."""
    mode, place = row.read(VLAN_MODE, "VlanSetting.OperationMode", "OperationMode", "VlanMode")
    if row.value(ISOLATION_MODE, "IsolationSetting.IsolationMode") == "Vlan":
        mode, place = "Access", row.location
        row.fill(adapter, "vlan", count, "IsolationSetting.DefaultIsolationID")
    if mode and place:
        put(adapter, "vlan_mode", mode.lower(), place)
    match mode:
        case "Access":
            row.fill(adapter, "vlan", count, "VlanSetting.AccessVlanId", "AccessVlanId")
        case "Untagged" if place:
            put(adapter, "vlan", 0, place)
        case "Trunk":
            row.fill(adapter, "vlan", count, "VlanSetting.NativeVlanId", "NativeVlanId")
            row.fill(adapter, "allowed_vlans", counts, "VlanSetting.AllowedVlanIdList", "AllowedVlanIdList", "AllowedVlanIdListString")
        case "Private":
            row.fill(adapter, "private_vlan_mode", PRIVATE_VLAN_MODE, "VlanSetting.PrivateVlanMode", "PrivateVlanMode")
            row.fill(adapter, "primary_vlan", count, "VlanSetting.PrimaryVlanId", "PrimaryVlanId")
            several = adapter.private_vlan_mode == "promiscuous"
            name = "SecondaryVlanIdList" if several else "SecondaryVlanId"
            row.fill(adapter, "secondary_vlans", counts, f"VlanSetting.{name}", name)


def _bandwidth(row: Row, adapter: Adapter) -> None:
    """No setting at all means that nothing is reserved."""
    there, value, _ = row.find("BandwidthSetting")
    weight = row.value(count, "BandwidthSetting.MinimumBandwidthWeight") or row.value(count, "BandwidthSetting.MinimumBandwidthAbsolute")
    if there and (value is None or isinstance(value, dict)):
        put(adapter, "minimum_bandwidth", weight or 0, row.location)


def _status(value: Any) -> str | None:
    """One state, or a list of them."""
    value = scalar(value)
    found = [ADAPTER_STATUS(item) for item in (value if isinstance(value, list) else [value])]
    return ", ".join(state for state in found if state) or None


def _team_mapping(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """Get-VMNetworkAdapterTeamMapping lists the adapters that are mapped."""
    name = row.value(name_of, "ParentAdapter.Name", "VMNetworkAdapterName")
    if name and row.value(flag, "ParentAdapter.IsManagementOs") is not False:
        adapter = reader.find_or_add(host, "virtual_adapters", Adapter, name, row)
        row.fill(adapter, "team_member", text, "NetAdapterName")


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind(
        "VMNetworkAdapterTeamMapping",
        ("NetAdapterName ParentAdapter", "NetAdapterName NetAdapterDeviceId"),
        inv.Host,
        "host",
        finish=_team_mapping,
    ),
    Kind(
        "VMNetworkAdapterVlan",
        ("OperationMode AccessVlanId",),
        inv.Adapter,
        "vm",
        "adapters",
        (is_("name", text, "ParentAdapter.Name", "VMNetworkAdapterName"), is_("mac", mac, "ParentAdapter.MacAddress")),
        types="VMNetworkAdapterVlanSetting",
        finish=_adapter,
    ),
    Kind(
        "VMNetworkAdapter",
        ("IsManagementOs", "IsLegacy", "DynamicMacAddressEnabled", "MacAddress SwitchName", "VMName SwitchName"),
        inv.Adapter,
        "vm",
        "adapters",
        (
            is_("name", text, "Name"),
            is_("switch", text, "SwitchName", null=""),
            is_("legacy", flag, "IsLegacy"),
            is_("mac", mac, "MacAddress"),
            is_("dynamic_mac", flag, "DynamicMacAddressEnabled"),
            is_("status", _status, "Status"),
            is_("addresses", texts, "IPAddresses"),
            is_("mac_spoofing", on_off, "MacAddressSpoofing"),
            is_("dhcp_guard", on_off, "DhcpGuard"),
            is_("router_guard", on_off, "RouterGuard"),
            is_("teaming", on_off, "AllowTeaming"),
            is_("port_mirroring", PORT_MIRRORING, "PortMirroringMode"),
            is_("iov_weight", count, "IovWeight"),
            is_("queue_pairs", count, "IovQueuePairsRequested"),
            is_("vmq_weight", count, "VMQWeight"),
            is_("priority_tag", on_off, "IeeePriorityTag"),
            is_("team_member", text, "TeamMember", null=""),
            is_("required_extensions", texts, "RequiredExtensions", null=[]),
        ),
        hints="VMNetworkAdapters",
        finish=_adapter,
    ),
)
