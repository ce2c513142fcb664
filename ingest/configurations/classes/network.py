"""Classes of physical adapters, teams, virtual switches and the intents that configure them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.configurations.classes.enumerations import (
    BANDWIDTH_MODE,
    LOAD_BALANCING,
    SWITCH_TYPE,
    TEAMING_MODE,
)
from ingest.configurations.classes.interfaces import HOST_VIRTUAL_ADAPTER
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import (
    count,
    flag,
    guid,
    mac,
    speed,
    text,
    texts,
)
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, inner_list, name_of
from kb import inventory as inv
from kb.inventory import (
    Adapter,
    Extension,
    Host,
    HostAdapter,
    Switch,
    Team,
    TeamInterface,
)

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _of_management(row: Row, name: str | None, context: Context, reader: Reader) -> None:
    """`vEthernet (LAN)` is the connection of the virtual adapter LAN of the management operating system: is it switched on?"""
    status, place = row.read(name_of, "Status")
    match = re.fullmatch(r"vEthernet \((.*)\)", name or "", re.I)
    if match and status and place:
        host = reader.owner(HOST_VIRTUAL_ADAPTER, row, context)
        adapter = reader.find_or_add(host, "virtual_adapters", Adapter, match[1], row)
        put(adapter, "enabled", status.lower() != "disabled", place)


def _host_adapter(row: Row, adapter: HostAdapter, context: Context, reader: Reader) -> bool | None:
    """Only physical adapters count: no ports of virtual switches, no teams."""
    virtual = row.value(flag, "Virtual") or row.value(flag, "HardwareInterface") is False
    described = (adapter.description or "").lower()
    if described.startswith("hyper-v virtual ethernet"):
        _of_management(row, adapter.name, context, reader)
    return False if virtual or described.startswith(("hyper-v virtual", "microsoft network adapter multiplexor")) else None


def _switch_team(row: Row, switch: Switch, context: Context, reader: Reader) -> None:
    """Get-VMSwitchTeam lists switches with an embedded team only."""
    put(switch, "embedded_teaming", True, row.location)


def _extension(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """An extension belongs to the switch it names."""
    _extend(reader.find_or_add(host, "switches", Switch, row.value(name_of, "SwitchName"), row), row)


def _extend(switch: Switch, row: Row) -> None:
    extension = Extension(at={"": row.location})
    for property in _EXTENSION:
        row.fill(extension, property.field, property.convert, *property.names)
    put(switch, "extensions", [], row.location)
    assert switch.extensions is not None
    switch.extensions.append(extension)


def _switch(row: Row, switch: Switch, context: Context, reader: Reader) -> None:
    """The extensions inside a switch are its own, whatever they name; text in their place was cut by -Depth."""
    _, value, path = row.find("Extensions")
    value, path = inner_list(value, path)
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(item, dict):
            _extend(switch, Row(item, f"{path}[{index}]", reader))


def _team_interface(row: Row, host: Host, context: Context, reader: Reader) -> None:
    team = reader.find_or_add(host, "teams", Team, row.value(name_of, "Team"), row)
    interface = TeamInterface(at={"": row.location})
    for property in _TEAM_INTERFACE:
        row.fill(interface, property.field, property.convert, *property.names, null=property.null)
    put(team, "interfaces", [], row.location)
    team.interfaces.append(interface)


def _team_member(row: Row, host: Host, context: Context, reader: Reader) -> None:
    team = reader.find_or_add(host, "teams", Team, row.value(name_of, "Team"), row)
    put(team, "members", [], row.location)
    if name := row.value(name_of, "Name"):
        team.members.append(name)


# --- the classes ---

_EXTENSION = (
    is_("id", guid, "Id"),
    is_("name", text, "Name"),
    is_("enabled", flag, "Enabled"),
    is_("running", flag, "Running"),
)
_TEAM_INTERFACE = (
    is_("name", text, "Name"),
    is_("description", text, "InterfaceDescription"),
    is_("default", flag, "Default"),
    is_("vlan", count, "VlanID", null=0),
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "NetLbfoTeamNic",
        ("Team Primary", "Team VlanID", "Team Default"),
        inv.Host,
        "host",
        types="MSFT_NetLbfoTeamNic",
        hints="NetLbfoTeamNics",
        finish=_team_interface,
    ),
    Kind(
        "NetLbfoTeamMember",
        ("Team AdministrativeMode", "Team OperationalMode"),
        inv.Host,
        "host",
        types="MSFT_NetLbfoTeamMember",
        hints="NetLbfoTeamMembers",
        finish=_team_member,
    ),
    Kind(
        "NetLbfoTeam",
        ("TeamNics Members", "TeamNics TeamingMode", "Members TeamingMode"),
        inv.Team,
        "host",
        "teams",
        (
            is_("name", text, "Name"),
            is_("members", texts, "Members"),
            is_("mode", TEAMING_MODE, "TeamingMode"),
            is_("load_balancing", LOAD_BALANCING, "LoadBalancingAlgorithm"),
        ),
        types="MSFT_NetLbfoTeam",
        hints="NetLbfoTeams",
    ),
    Kind(
        "NetAdapter",
        ("InterfaceDescription LinkSpeed", "InterfaceDescription Status", "InterfaceDescription Speed", "InterfaceDescription SpeedBps"),
        inv.HostAdapter,
        "host",
        "adapters",
        (
            is_("name", text, "Name", "InterfaceAlias"),
            is_("description", text, "InterfaceDescription"),
            is_("mac", mac, "MacAddress"),
            is_("status", text, "Status"),
            is_("speed", speed, "Speed", "SpeedBps", "LinkSpeed", "TransmitLinkSpeed"),
            is_("vlan", count, "VlanID"),
            is_("driver_provider", text, "DriverProvider"),
            is_("driver_version", text, "DriverVersion", "DriverVersionString"),
            is_("driver_date", text, "DriverDate"),
        ),
        types="MSFT_NetAdapter",
        hints="NetAdapters NetAdapter",
        finish=_host_adapter,
    ),
    Kind(
        "VMSwitchTeam",
        ("TeamingMode LoadBalancingAlgorithm NetAdapterInterfaceDescription", "TeamingMode LoadBalancingAlgorithm Id"),
        inv.Switch,
        "host",
        "switches",
        (
            is_("name", text, "Name"),
            is_("adapters", texts, "NetAdapterInterfaceDescription"),
            is_("teaming_mode", TEAMING_MODE, "TeamingMode"),
            is_("load_balancing", LOAD_BALANCING, "LoadBalancingAlgorithm"),
        ),
        hints="VMSwitchTeams",
        finish=_switch_team,
    ),
    Kind(
        "VMSwitchExtension",
        ("SwitchName ExtensionType", "SwitchName ParentExtensionId"),
        inv.Host,
        "host",
        hints="VMSwitchExtensions",
        finish=_extension,
    ),
    Kind(
        "VMSwitch",
        ("SwitchType", "AllowManagementOS BandwidthReservationMode Type"),
        inv.Switch,
        "host",
        "switches",
        (
            is_("name", text, "Name"),
            is_("type", SWITCH_TYPE, "SwitchType", "Type"),
            is_("allow_management_os", flag, "AllowManagementOS"),
            is_("embedded_teaming", flag, "EmbeddedTeamingEnabled"),
            is_("bandwidth_mode", BANDWIDTH_MODE, "BandwidthReservationMode"),
            is_("sr_iov", flag, "IovEnabled"),
            is_("packet_direct", flag, "PacketDirectEnabled"),
            is_("adapters", texts, "NetAdapterInterfaceDescriptions", "NetAdapterInterfaceDescription"),
        ),
        hints="VMSwitches Switches VirtualSwitches",
        finish=_switch,
    ),
    Kind(
        "NetIntentStatus",
        ("ConfigurationStatus ProvisioningStatus",),
        inv.NetworkIntent,
        "host",
        "intents",
        (
            is_("name", text, "IntentName"),
            is_("configuration", text, "ConfigurationStatus"),
            is_("provisioning", text, "ProvisioningStatus"),
            is_("error", text, "Error"),
        ),
        hints="NetIntentStatuses",
    ),
)
