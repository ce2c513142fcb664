"""How adapters, teams, switches and cluster networks of a host hang together."""

from __future__ import annotations

import ipaddress
import re

from kb.inventory import Adapter, ClusterNetwork, Host, HostAdapter, Interface, Inventory, Switch, Team, Vm, same_name
from kb.rules.engine import Look, Missing, need

Address = ipaddress.IPv4Interface | ipaddress.IPv6Interface
SINGLE_PURPOSE = ("none", "cluster")  # roles of networks that no client uses
_TEAM_ADAPTER = "multiplexor"  # in the description of the adapter of an LBFO team
_NUMBER = re.compile(r"\s+#\d+$")


def _folded(text: str | None) -> str:
    return (text or "").casefold()


# --- switches and what they stand on ----------------------------------------------------------------------------------


def only_external(switch: Switch) -> bool:
    """True for an external switch; raises Missing."""
    return need(switch, "type") == "external"


def team_behind(switch: Switch, host: Host) -> Team | None:
    """The LBFO team a switch is bound to; None when it is bound to adapters. Raises Missing."""
    names = {_folded(name) for name in need(switch, "adapters")}
    teams = host.teams or []
    for team in teams:
        if any({_folded(interface.name), _folded(interface.description)} & names - {""} for interface in team.interfaces or []):
            return team
    if not any(_TEAM_ADAPTER in name for name in names):
        return None
    need(host, "teams")
    if len(teams) == 1:
        return teams[0]
    raise Missing("team.interfaces")


def uplinks(switch: Switch, host: Host) -> list[HostAdapter]:
    """The physical adapters below a switch, through a team or not; raises Missing when one of them was not read."""
    team = team_behind(switch, host)
    names = need(team, "members") if team else need(switch, "adapters")
    return [_adapter(name, host) for name in names]


def _adapter(name: str, host: Host) -> HostAdapter:
    """The adapter of this name or description; Get-VMSwitch leaves out the number that Windows adds to equal descriptions."""
    adapters = need(host, "adapters")
    wanted = name.casefold()
    for adapter in adapters:
        if wanted in (_folded(adapter.name), _folded(adapter.description)):
            return adapter
    alike = [adapter for adapter in adapters if _NUMBER.sub("", _folded(adapter.description)) == _NUMBER.sub("", wanted)]
    if len(alike) != 1:
        raise Missing("host.adapters" if not alike else "switch.adapters")
    return alike[0]


def known_uplinks(host: Host) -> dict[int, Switch]:
    """The switch above each physical adapter, by the id() of the adapter, as far as it is known."""
    found: dict[int, Switch] = {}
    for switch in host.switches or []:
        try:
            found |= {id(adapter): switch for adapter in uplinks(switch, host)}
        except Missing:
            continue
    return found


def switch_above(adapter: HostAdapter, host: Host) -> Switch | None:
    """The switch an adapter is an uplink of; None when it is none's. Raises Missing."""
    if switch := known_uplinks(host).get(id(adapter)):
        return switch
    for switch in need(host, "switches"):
        if only_external(switch):
            uplinks(switch, host)
    return None


def team_of(adapter: HostAdapter, host: Host) -> Team | None:
    """The LBFO team an adapter is a member of, as far as teams are known."""
    return next((t for t in host.teams or [] if any(_folded(name) == _folded(adapter.name) for name in t.members or [])), None)


# --- virtual adapters -------------------------------------------------------------------------------------------------


_UNREAD = "\0"  # stands for the adapters of a VM that nobody read


def adapters_at(look: Look) -> dict[tuple[str, str], list[tuple[Adapter, str]]]:
    """The adapters of VMs at each switch with the name of their VM, by host and switch in lower case; raises Missing.

    A VM that names no host is on the only one there is.
    """

    def find() -> dict[tuple[str, str], list[tuple[Adapter, str]]]:
        hosts, vms = need(look.inventory, "hosts"), need(look.inventory, "vms")
        found: dict[tuple[str, str], list[tuple[Adapter, str]]] = {}
        for vm in vms:
            if vm.host is None and len(hosts) != 1:
                raise Missing("vm.host")
            host = short(vm.host or hosts[0].name)
            if vm.adapters is None:
                found[host, _UNREAD] = []
            for adapter in vm.adapters or []:
                found.setdefault((host, _folded(adapter.switch)), []).append((adapter, vm.name or vm.id or "?"))
        return found

    return look.once("adapters at switches", find)


def at_switch(switch: Switch, host: Host, look: Look) -> list[tuple[Adapter, str]]:
    """The virtual adapters at a switch with the name of their VM, those of the management operating system as far as known.

    Raises Missing when the adapters of a VM on the host are not known.
    """
    if (short(host.name), _UNREAD) in adapters_at(look):
        raise Missing("vm.adapters")
    own = [(adapter, host.name or "?") for adapter in host.virtual_adapters or [] if _folded(adapter.switch) == _folded(switch.name)]
    return [*adapters_at(look).get((short(host.name), _folded(switch.name)), []), *own]


def needs_host_adapters(switch: Switch, host: Host) -> None:
    """Raises Missing when the management operating system may have adapters at the switch that nobody read."""
    if switch.type != "private" and switch.allow_management_os is not False:
        for adapter in need(host, "virtual_adapters"):
            need(adapter, "switch")


def switch_of(adapter: Adapter, host: Host) -> Switch:
    """The switch a virtual adapter is connected to; raises Missing."""
    wanted = _folded(need(adapter, "switch"))
    found = next((switch for switch in need(host, "switches") if _folded(switch.name) == wanted), None)
    if found is None:
        raise Missing("host.switches")
    return found


def short(name: str | None) -> str:
    """The name of a machine in lower case and without its domain."""
    return _folded(name).partition(".")[0]


# --- network connections ----------------------------------------------------------------------------------------------


def connections(host: Host) -> list[Interface]:
    """Every network connection of a host, physical or not; raises Missing when nobody looked."""
    if host.adapters is None and host.interfaces is None:
        raise Missing("host.interfaces")
    return [*(host.adapters or []), *(host.interfaces or [])]


def addressed(host: Host, link_local: bool = False) -> list[Interface]:
    """The connections with an address that others can reach; raises Missing when one may have an address that nobody read.

    Adapters that are down, or that a team or switch has taken over, have none of their own.
    """
    every = connections(host)
    taken = known_uplinks(host)
    for adapter in host.adapters or []:
        down = adapter.status is not None and adapter.status.lower() != "up"
        unbound = (adapter.bindings or {}).get("ms_tcpip") is False
        if adapter.addresses is None and not (down or unbound or id(adapter) in taken or team_of(adapter, host)):
            raise Missing("hostadapter.addresses")
    found = [one for one in every if any(link_local or not address.is_link_local for address in addresses(one))]
    if not found:
        raise Missing("interface.addresses")
    return found


def named(host: Host, name: str | None) -> Interface | None:
    """The connection of this alias or description; None when it is not known."""
    wanted = _folded(name)
    both = [*(host.adapters or []), *(host.interfaces or [])]
    return next((one for one in both if wanted and wanted in (_folded(one.name), _folded(one.description))), None)


def alias(adapter: Adapter) -> tuple[str, str]:
    """What Windows calls the connection of a virtual adapter of the management operating system: as it is, or renamed to match."""
    return f"vEthernet ({adapter.name})", adapter.name or ""


def virtual_adapter(host: Host, connection: Interface) -> Adapter | None:
    """The virtual adapter of the management operating system behind a connection; None when it is not known to be one."""
    wanted = _folded(connection.name)
    return next((one for one in host.virtual_adapters or [] if wanted and wanted in map(str.casefold, alias(one))), None)


def addresses(connection: Interface) -> list[Address]:
    """The addresses of a connection that can be read as such."""
    return [found for written in connection.addresses or [] if (found := address(written))]


def address(written: str | None) -> Address | None:
    """An address, with its prefix where it has one; None for anything else."""
    try:
        return ipaddress.ip_interface(re.sub(r"%[^/]*", "", written or ""))
    except ValueError:
        return None


# --- cluster networks -------------------------------------------------------------------------------------------------


def subnets(look: Look) -> list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ClusterNetwork]]:
    """The subnets of the cluster networks; raises Missing when the networks are not known."""

    def find() -> list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ClusterNetwork]]:
        networks = need(need(look.inventory, "cluster"), "networks")
        return [(subnet.network, network) for network in networks if (subnet := address(network.subnet))]

    return look.once("subnets", find)


def network_of(connection: Interface, host: Host, look: Look) -> ClusterNetwork | None:
    """The cluster network a connection is in, by what the cluster says of it, else by its address; None when it is in none.

    Raises Missing when the cluster's networks are not known.
    """
    said = look.once("seats", lambda: _seats(look.inventory))
    for name in (connection.name, connection.description):
        if network := said.get((short(host.name), _folded(name))):
            return network
    own = addresses(connection)
    return next(
        (network for subnet, network in subnets(look) if any(one.version == subnet.version and one.ip in subnet for one in own)), None
    )


def _seats(inventory: Inventory) -> dict[tuple[str, str], ClusterNetwork]:
    networks = (inventory.cluster and inventory.cluster.networks) or []
    return {(short(i.node), _folded(i.adapter)): n for n in networks for i in n.interfaces or [] if i.adapter}


def members_of(network: ClusterNetwork, look: Look) -> list[tuple[Host, Interface]]:
    """The connections of all hosts that are in a cluster network, as far as they are known."""

    def find() -> dict[int, list[tuple[Host, Interface]]]:
        found: dict[int, list[tuple[Host, Interface]]] = {}
        for host in look.inventory.hosts or []:
            for connection in [*(host.adapters or []), *(host.interfaces or [])]:
                if (other := network_of(connection, host, look)) is not None:
                    found.setdefault(id(other), []).append((host, connection))
        return found

    return look.once("connections of networks", find).get(id(network), [])


def single_purpose(connection: Interface, host: Host, look: Look) -> bool | None:
    """True when a connection is for storage or the cluster alone, by its use or its network; None when nobody says."""
    if connection.use:
        return not {"management", "vm"} & set(connection.use)
    try:
        network = network_of(connection, host, look)
    except Missing:
        return None
    return network.role in SINGLE_PURPOSE if network and network.role else None


def in_use(adapter: HostAdapter, host: Host, look: Look) -> bool | None:
    """True when a switch, a team, a cluster network or a person uses an adapter; None when nobody can tell."""
    if adapter.use or team_of(adapter, host) or id(adapter) in known_uplinks(host):
        return True
    known = host.switches is not None
    try:
        network = network_of(adapter, host, look)
    except Missing:
        return None
    if network is not None and network.role != "none":
        return True
    return False if known else None


def host_of(name: str | None, look: Look) -> Host:
    """The host of this name; raises Missing."""
    found = next((host for host in need(look.inventory, "hosts") if same_name(host.name, name)), None)
    if found is None:
        raise Missing("inventory.hosts")
    return found


def host_of_vm(vm: Vm, look: Look) -> Host:
    """The host a VM is on, found once for all VMs of a host; raises Missing."""
    by_name = look.once("hosts by name", lambda: {short(host.name): host for host in look.inventory.hosts or []})
    found = by_name.get(short(vm.host)) if vm.host else None
    return found or look.host(vm)
