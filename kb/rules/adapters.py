"""Rules about the network connections of hosts: links, addresses, bindings, and what the cluster makes of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kb.entry import Text
from kb.inventory import Cluster, ClusterNetwork, Host, HostAdapter, Interface, NetworkIntent, Node
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import ONE_NODE, all_of, is_node, members, places
from kb.rules.wiring import (
    address,
    addressed,
    addresses,
    connections,
    host_of,
    in_use,
    known_uplinks,
    members_of,
    named,
    network_of,
    short,
    single_purpose,
    subnets,
    switch_above,
    team_of,
    uplinks,
    virtual_adapter,
)


def _host(look: Look) -> Host:
    return next(parent for parent in look.parents if isinstance(parent, Host))


def _names(things: Iterable[Interface]) -> str:
    return ", ".join(thing.name or thing.description or "?" for thing in things)


# --- addresses --------------------------------------------------------------------------------------------------------


def _used_addresses(look: Look) -> tuple[dict[str, set[str]], list[str]]:
    """Which nodes have each IPv4 address in a cluster network, and what is missing to know all of them."""
    cluster = need(look.inventory, "cluster")
    users: dict[str, set[str]] = {}
    missing: list[str] = []
    for network in need(cluster, "networks"):
        for interface in network.interfaces or []:
            if (found := address(interface.address)) and interface.node:
                users.setdefault(str(found.ip), set()).add(short(interface.node))
            else:
                missing.append("networkinterface.address")
    if any(network.interfaces is None for network in need(cluster, "networks")):
        missing += [name for network in need(cluster, "networks") if network.subnet is None for name in ("network.subnet",)]
        missing += _addresses_of_hosts(look, users)
    return users, list(dict.fromkeys(missing))


def _addresses_of_hosts(look: Look, users: dict[str, set[str]]) -> list[str]:
    """Adds what the hosts themselves say; returns what is missing."""
    hosts, missing = members(look)
    for host in hosts:
        try:
            own = addressed(host)
        except Missing as absent:
            missing = [*missing, *absent.names]
            continue
        for connection in own:
            for found in addresses(connection):
                if any(found.version == subnet.version and found.ip in subnet for subnet, _ in subnets(look)):
                    users.setdefault(str(found.ip), set()).add(short(host.name))
    return missing


_WITHOUT_STATES = ("2008", "2008R2", "2008R2SP1")  # WMI does not tell the state of an address


def _is_ipv4_link_local(written: str | None) -> bool:
    found = address(written)
    return found is not None and found.version == 4 and found.is_link_local


@rule(
    "NET301",
    on="node",
    entry="cluster-ip-conflicts",
    en="Duplicate or automatic (169.254) address on a cluster node",
    de="Doppelte oder automatische Adresse (169.254) auf einem Clusterknoten",
    severity="error",
    implements=("cluster-ip-unique-no-apipa",),
)
def address_conflict(node: Node, look: Look) -> Verdict:
    """Windows gives itself an address of 169.254 when it found no other."""
    networks = need(need(look.inventory, "cluster"), "networks")
    users, missing = look.once("addresses of nodes", lambda: _used_addresses(look))
    own = short(node.name)

    def of_others() -> Iterable[Text]:
        for used, nodes in users.items():
            if own in nodes and len(nodes) > 1:
                others = ", ".join(sorted(nodes - {own}))
                yield words(f"{used} also on {others}", f"{used} auch auf {others}")

    def automatic() -> Iterable[Text]:
        for network in networks:
            for interface in network.interfaces or []:
                if short(interface.node) == own and _is_ipv4_link_local(interface.address) and need(network, "role") != "none":
                    yield words(f"{interface.address} in {network.name}")

    def found_by_windows() -> Iterable[Text]:
        host = next((host for host in look.inventory.hosts or [] if short(host.name) == own), None)
        own_connections = [*(host.adapters or []), *(host.interfaces or [])] if host else []
        faults = [words(f"{one} in use elsewhere", f"{one} anderswo in Gebrauch") for c in own_connections for one in c.conflicts or []]
        if not faults and look.version not in _WITHOUT_STATES:
            for connection in (one for one in own_connections if one.addresses):
                need(connection, "conflicts")
        return faults

    def complete() -> Iterable[Text]:
        if missing:
            raise Missing(*missing)
        return []

    mine = ", ".join(sorted(used for used, nodes in users.items() if own in nodes))
    return all_of([of_others, automatic, found_by_windows, complete], words(mine))


@rule(
    "NET302",
    on="node",
    entry="cluster-hyperv-nic-multi",
    en="Two adapters of a node are in one subnet",
    de="Zwei Adapter eines Knotens liegen in einem Subnetz",
    severity="warning",
    implements=("cluster-network-one-adapter-per-subnet",),
    only="2008..2012R2",
)
def two_in_one_subnet(node: Node, look: Look) -> Verdict:
    """The cluster uses only one of them; paths to iSCSI storage are left out, for multipathing may want them so."""
    shared = Counter(
        str(found.network)
        for connection in addressed(host_of(node.name, look))
        if "iscsi" not in (connection.use or [])
        for found in {one.network: one for one in addresses(connection) if one.version == 4 and not one.is_link_local}.values()
    )
    twice = [subnet for subnet, count in shared.items() if count > 1]
    return failed(words(", ".join(twice))) if twice else passed(words(", ".join(shared)))


@rule(
    "NET303",
    on="network",
    entry="cluster-network-dhcp",
    en="Cluster network mixes DHCP and static addresses",
    de="Clusternetzwerk mischt DHCP und feste Adressen",
    severity="warning",
    implements=("cluster-network-dhcp-static-mix",),
)
def mixed_dhcp(network: ClusterNetwork, look: Look) -> Verdict:
    """The cluster makes the network's IP address resources after the nodes' way, so all should go the same."""
    found: dict[str, bool] = {}
    missing: list[str] = []
    for interface in need(network, "interfaces"):
        host = next((host for host in look.inventory.hosts or [] if short(host.name) == short(interface.node)), None)
        connection = named(host, interface.adapter) if host else None
        dhcp = interface.dhcp if interface.dhcp is not None else connection.dhcp if connection else None
        if dhcp is None:
            missing.append("networkinterface.dhcp")
        else:
            found[interface.node or "?"] = dhcp
    both = {
        lang: "; ".join(f"{node}: {'DHCP' if dhcp else fixed}" for node, dhcp in found.items())
        for lang, fixed in (("en", "static"), ("de", "fest"))
    }
    if len(set(found.values())) > 1:
        return failed(Text(both["en"], both["de"]), location=places(network.interfaces or [], "dhcp"))
    if missing:
        raise Missing(missing[0])
    if len(found) < 2:
        return not_applicable("fewer than two nodes are in the network", "weniger als zwei Knoten sind im Netzwerk")
    return passed(words(both["en"], both["de"]))


# --- routes, names, DNS -----------------------------------------------------------------------------------------------


@rule(
    "NET310",
    on="host",
    entry="single-default-gateway",
    en="Several network connections have a default gateway",
    de="Mehrere Netzwerkverbindungen haben ein Standardgateway",
    severity="warning",
    implements=("nic-default-gateway-single",),
)
def several_gateways(host: Host, look: Look) -> Verdict:
    """Answers then leave through the wrong network."""
    with_gateway = [connection for connection in connections(host) if connection.gateway]
    shown = words(_names(with_gateway))
    if len(with_gateway) > 1:
        return failed(shown, words("one, for management", "eines, zur Verwaltung"), places(with_gateway, "gateway"))
    for connection in addressed(host):
        need(connection, "gateway")
    if not with_gateway:
        return not_applicable("no connection has a default gateway", "keine Verbindung hat ein Standardgateway")
    return passed(shown)


def _not_needed(host: Host, look: Look, field: str) -> Verdict:
    """Fails for connections of storage or the cluster alone that have what only a management connection needs."""
    purposes = [(connection, single_purpose(connection, host, look)) for connection in addressed(host)]
    private = [connection for connection, alone in purposes if alone]
    on = [connection for connection in private if getattr(connection, field)]
    if on:
        return failed(words(_names(on)), location=places(on, field))
    if any(alone is None for _, alone in purposes):
        raise Missing("interface.use")
    if not private:
        return not_applicable(
            "no connection is for storage or the cluster alone", "keine Verbindung ist allein für Speicher oder Cluster da"
        )
    for connection in private:
        need(connection, field)
    return passed(words(_names(private)))


@rule(
    "NET317",
    on="host",
    entry="single-default-gateway",
    en="Connection for storage or the cluster has a default gateway",
    de="Verbindung für Speicher oder Cluster hat ein Standardgateway",
    severity="warning",
    implements=("nic-default-gateway-single",),
)
def gateway_of_private_network(host: Host, look: Look) -> Verdict:
    """The cluster then takes the network for a public one."""
    return _not_needed(host, look, "gateway")


@rule(
    "NET311",
    on="host",
    entry="private-networks-dns-netbios",
    en="Connection for storage or the cluster registers in DNS",
    de="Verbindung für Speicher oder Cluster registriert sich im DNS",
    severity="info",
    implements=("nic-dns-registration",),
)
def registers_in_dns(host: Host, look: Look) -> Verdict:
    """Clients then find the host under an address they cannot reach."""
    return _not_needed(host, look, "dns_registration")


@rule(
    "NET312",
    on="host",
    entry="private-networks-dns-netbios",
    en="NetBIOS over TCP/IP is on for a connection of storage or the cluster",
    de="NetBIOS über TCP/IP ist an einer Verbindung für Speicher oder Cluster eingeschaltet",
    severity="info",
    implements=("nic-netbios-storage",),
)
def netbios_on(host: Host, look: Look) -> Verdict:
    """Nothing there resolves names by broadcast."""
    return _not_needed(host, look, "netbios")


_HOST_NAME = re.compile(r"(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?", re.I)  # a NetBIOS name has at most 15 characters


@rule(
    "NET316",
    on="host",
    entry="host-management-network",
    en="Host name, DNS server, default gateway or address of the management network is not in order",
    de="Hostname, DNS-Server, Standardgateway oder Adresse des Verwaltungsnetzes ist nicht in Ordnung",
    severity="warning",
    implements=("azl-host-network-readiness",),
    only="2022..2025",
)
def management_network(host: Host, look: Look) -> Verdict:
    """What the deployment of a cluster asks of the host's own network."""

    def name() -> Iterable[Text]:
        own = need(host, "name").partition(".")[0]
        return [] if _HOST_NAME.fullmatch(own) else [words(f"host name {own}", f"Hostname {own}")]

    def dns() -> Iterable[Text]:
        found = addressed(host)
        if any(connection.dns_servers for connection in found):
            return []
        for connection in found:
            need(connection, "dns_servers")
        return [words("no DNS server", "kein DNS-Server")]

    def gateway() -> Iterable[Text]:
        found = [connection for connection in connections(host) if connection.gateway]
        if not found:
            for connection in addressed(host):
                need(connection, "gateway")
            return [words("no default gateway", "kein Standardgateway")]
        return [words(f"{connection.name}: DHCP") for connection in found if need(connection, "dhcp")]

    return all_of([name, dns, gateway], words(host.name or "–"))


# --- links and names of adapters --------------------------------------------------------------------------------------


def _used(adapter: HostAdapter, look: Look) -> None:
    """Raises NotApplicable for an adapter that nothing uses, Missing when nobody can tell."""
    used = in_use(adapter, _host(look), look)
    if used is None:
        raise Missing("host.switches")
    if not used:
        raise NotApplicable(
            "no switch, team or cluster network uses the adapter", "kein Switch, Team oder Clusternetzwerk benutzt den Adapter"
        )


def _partners(adapter: HostAdapter, host: Host) -> list[HostAdapter]:
    """The other adapters of the same team or switch."""
    if team := team_of(adapter, host):
        found = [named(host, name) for name in team.members or []]
        return [other for other in found if isinstance(other, HostAdapter) and other is not adapter]
    switch = known_uplinks(host).get(id(adapter))
    return [other for other in uplinks(switch, host) if other is not adapter] if switch else []


def _speed(speed: int) -> str:
    return f"{speed / 1e9:g} Gbit/s"


@rule(
    "NET309",
    on="host_adapter",
    entry="adapter-link",
    en="Network adapter in use is down or slower than its partners",
    de="Benutzter Netzwerkadapter ist ohne Verbindung oder langsamer als seine Partner",
    severity="error",
    implements=("nic-link-down",),
)
def link_down(adapter: HostAdapter, look: Look) -> Verdict:
    """The redundancy that was planned is gone."""
    _used(adapter, look)
    status = need(adapter, "status")
    if status.lower() != "up":
        return failed(words(status), words("Up"), adapter.where("status"))
    speed = need(adapter, "speed")
    partners = [other for other in _partners(adapter, _host(look)) if (other.status or "up").lower() == "up"]
    fastest = max((other.speed or 0 for other in partners), default=0)
    if speed < fastest:
        return failed(words(_speed(speed)), words(_speed(fastest)), adapter.where("speed"))
    for other in partners:
        need(other, "speed")
    return passed(words(f"{status}, {_speed(speed)}"))


_DEFAULT_NAME = re.compile(r"(?:Ethernet|Local Area Connection|LAN-Verbindung)(?:\s+\d+)?", re.I)


@rule(
    "NET308",
    on="host",
    entry="adapter-names",
    en="Network adapters have default names or are named differently on the nodes",
    de="Netzwerkadapter haben Standardnamen oder heißen auf den Knoten verschieden",
    severity="info",
    implements=("nic-names-consistent",),
)
def adapter_names(host: Host, look: Look) -> Verdict:
    """Only adapters that are up; a port without a cable may keep its name."""
    default = [a for a in need(host, "adapters") if _DEFAULT_NAME.fullmatch(a.name or "") and (a.status or "").lower() == "up"]
    if default:
        return failed(words(_names(default)), location=places(default, "name"))
    names = _names_of_links(host)
    if len(look.inventory.hosts or []) > 1 and is_node(host, look):
        others, missing = members(look)
        alone = (
            names.intersection(*({*names} - _names_of_links(other) for other in others if other is not host)) if len(others) > 1 else set()
        )
        if alone:
            return failed(words(f"{', '.join(sorted(alone))} only on this node", f"{', '.join(sorted(alone))} nur auf diesem Knoten"))
        if missing:
            raise Missing(*missing)
    return passed(words(", ".join(sorted(names))))


def _names_of_links(host: Host) -> set[str]:
    adapters = need(host, "adapters")
    return {adapter.name or "?" for adapter in adapters if need(adapter, "status").lower() == "up"}


@rule(
    "NET313",
    on="host_adapter",
    entry="network-iscsi-dedicated",
    en="iSCSI adapter is slower than 1 Gbit/s or below a switch or team",
    de="iSCSI-Adapter ist langsamer als 1 Gbit/s oder liegt unter einem Switch oder Team",
    severity="warning",
    implements=("cluster-iscsi-nic",),
)
def iscsi_adapter(adapter: HostAdapter, look: Look) -> Verdict:
    """Multipathing is the redundancy of iSCSI, not teaming."""
    host = _host(look)
    if not _is_for_iscsi(adapter, host, look):
        return not_applicable("the adapter is not for iSCSI", "der Adapter ist nicht für iSCSI")

    def slow() -> Iterable[Text]:
        speed = need(adapter, "speed")
        return [words(_speed(speed))] if speed < GIGABIT else []

    def taken() -> Iterable[Text]:
        if team := team_of(adapter, host):
            return [words(f"team {team.name}", f"Team {team.name}")]
        switch = switch_above(adapter, host)
        return [words(f"switch {switch.name}", f"Switch {switch.name}")] if switch else []

    return all_of([slow, taken], words(adapter.name or "?"), adapter.where("speed"))


GIGABIT = 10**9


def _is_for_iscsi(adapter: HostAdapter, host: Host, look: Look) -> bool:
    if adapter.use is not None:
        return "iscsi" in adapter.use
    if host.iscsi == []:
        return False
    try:
        network = network_of(adapter, host, look)
    except Missing:
        network = None
    if network is None or network.use is None:
        raise Missing("hostadapter.use")
    return "iscsi" in network.use


# --- bindings and drivers ---------------------------------------------------------------------------------------------

_TEAM_BINDINGS = ("ms_implat", "vms_pp")  # the protocols of an LBFO team and of a virtual switch
_OWN_BINDINGS = ("ms_tcpip", "ms_tcpip6", "ms_msclient", "ms_server")


@rule(
    "NET314",
    on="host_adapter",
    entry="team-member-bindings",
    en="Member of a team or switch is still bound to TCP/IP or file sharing",
    de="Mitglied eines Teams oder Switches ist noch an TCP/IP oder Dateifreigabe gebunden",
    severity="warning",
    implements=("nic-protocols-on-team-member",),
    only="2012..2025",
)
def bound_member(adapter: HostAdapter, look: Look) -> Verdict:
    """Its address would answer past the team."""
    bindings = need(adapter, "bindings")
    if not any(bindings.get(component) for component in _TEAM_BINDINGS):
        return not_applicable("the adapter is a member of no team or switch", "der Adapter ist Mitglied keines Teams oder Switches")
    bound = [component for component in _OWN_BINDINGS if bindings.get(component)]
    if bound:
        return failed(words(", ".join(bound)), location=adapter.where("bindings"))
    if "ms_tcpip" not in bindings:
        raise Missing("hostadapter.bindings")
    return passed(words("none", "keine"))


# The components that carry CSV traffic between nodes: SMB as client and server, and the filter of the cluster's own adapter.
_CLUSTER_BINDINGS = ("ms_msclient", "ms_server", "ms_netftflt")


@rule(
    "NET305",
    on="node",
    entry="csv-network-bindings",
    en="Connection of a cluster network is not bound to SMB",
    de="Verbindung eines Clusternetzwerks ist nicht an SMB gebunden",
    severity="error",
    implements=("csv-network-bindings",),
    only="2008R2..2025",
)
def cluster_without_smb(node: Node, look: Look) -> Verdict:
    """Redirected access and metadata of shared volumes go over SMB."""
    if need(look.inventory, "cluster").csv_enabled is False:
        return not_applicable("Cluster Shared Volumes are off", "freigegebene Clustervolumes sind aus")
    host = host_of(node.name, look)
    carrying = [
        c for c in addressed(host, link_local=True) if (n := network_of(c, host, look)) and need(n, "role") not in ("none", "client")
    ]
    if not carrying:
        raise Missing("network.interfaces")

    def unbound(connection: Interface) -> Iterable[Text]:
        bindings = need(connection, "bindings")
        lacking = [component for component in _CLUSTER_BINDINGS if bindings.get(component) is False]
        if not lacking and ("ms_msclient" not in bindings or "ms_server" not in bindings):
            raise Missing("interface.bindings")
        return [words(f"{connection.name}: {', '.join(lacking)}")] if lacking else []

    return all_of([lambda one=one: unbound(one) for one in carrying], words(_names(carrying)), places(carrying, "bindings"))


@rule(
    "NET304",
    on="cluster",
    entry="network-binding-order",
    en="Binding order of the network adapters differs between nodes",
    de="Die Bindungsreihenfolge der Netzwerkadapter ist auf den Knoten verschieden",
    severity="info",
    implements=("network-binding-order-consistent",),
    only="2008..2012R2",
)
def binding_order(cluster: Cluster, look: Look) -> Verdict:
    """Adapters of the same name are compared; later releases choose by metric alone."""
    hosts, missing = members(look)
    known = {host.name or "?": host.binding_order for host in hosts if host.binding_order is not None}
    common = set.intersection(*({name.casefold() for name in order} for order in known.values())) if known else set()
    orders = {host: [name for name in order if name.casefold() in common] for host, order in known.items()}
    shown = words("; ".join(f"{host}: {' > '.join(order) or '–'}" for host, order in orders.items()))
    if len({tuple(name.casefold() for name in order) for order in orders.values()}) > 1:
        return failed(shown, location=places(hosts, "binding_order"))
    if missing or len(known) < len(hosts):
        raise Missing(*(missing or ["host.binding_order"]))
    return ONE_NODE if len(hosts) < 2 else passed(shown)


_INBOX = "microsoft"
_GUEST_ADAPTERS = ("hyper-v", "remote ndis", "kernel debug")  # Microsoft makes these itself


@rule(
    "NET315",
    on="host_adapter",
    entry="adapter-inbox-driver",
    en="Network adapter runs with the driver that came with Windows",
    de="Netzwerkadapter läuft mit dem Treiber, der Windows beiliegt",
    severity="warning",
    implements=("azl-adapter-driver",),
    only="2022..2025",
)
def inbox_driver(adapter: HostAdapter, look: Look) -> Verdict:
    """Good enough to install, not for production."""
    if any(name in (adapter.description or "").lower() for name in _GUEST_ADAPTERS):
        return not_applicable("Microsoft makes this adapter itself", "diesen Adapter stellt Microsoft selbst")
    provider = need(adapter, "driver_provider")
    shown = words(f"{provider} {adapter.driver_version or ''}".strip())
    if provider.lower() != _INBOX:
        return passed(shown)
    need(adapter, "description")
    _used(adapter, look)
    return failed(shown, location=adapter.where("driver_provider"))


# --- the same on every node -------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"\s+#\d+$")
_OWN_PROPERTIES = ("networkaddress", "*numanodeid")  # these are each adapter's own
_MOST_SHOWN = 8


def _settings(adapter: HostAdapter) -> dict[str, object]:
    found: dict[str, object] = {"RSS": adapter.rss, "VMQ": adapter.vmq}
    return found | {name: value for name, value in (adapter.properties or {}).items() if name.lower() not in _OWN_PROPERTIES}


def _differences(twins: list[tuple[Host, HostAdapter]]) -> Iterable[Text]:
    settings = [(host.name or "?", _settings(adapter)) for host, adapter in twins]
    for setting in sorted({name for _, found in settings for name in found}):
        values = {host: found[setting] for host, found in settings if found.get(setting) is not None}
        if len(set(values.values())) > 1:
            said = ", ".join(f"{host} {value}" for host, value in values.items())
            yield words(f"{twins[0][1].name} {setting}: {said}")


@rule(
    "NET306",
    on="cluster",
    entry="adapter-settings-equal",
    en="Settings of equal network adapters differ between nodes",
    de="Einstellungen gleicher Netzwerkadapter sind auf den Knoten verschieden",
    severity="warning",
    implements=("nic-vmq-rss-baseline",),
    only="2012..2025",
)
def adapter_settings(cluster: Cluster, look: Look) -> Verdict:
    """Adapters of the same name and model are taken for equal."""
    hosts, missing = members(look)
    twins: dict[tuple[str, str], list[tuple[Host, HostAdapter]]] = {}
    for host in hosts:
        for adapter in need(host, "adapters"):
            model = _NUMBER.sub("", (adapter.description or "").casefold())
            twins.setdefault(((adapter.name or "?").casefold(), model), []).append((host, adapter))
    pairs = [found for found in twins.values() if len(found) > 1]
    faults = [fault for found in pairs for fault in _differences(found)]
    if faults:
        more = len(faults) - _MOST_SHOWN
        rest = [words(f"and {more} more", f"und {more} weitere")] if more > 0 else []
        return all_of([lambda: [*faults[:_MOST_SHOWN], *rest]], words(""))
    if missing:
        raise Missing(*missing)
    if len(hosts) < 2:
        return ONE_NODE
    for found in pairs:
        for field in ("rss", "vmq", "properties"):
            if len({getattr(adapter, field) is None for _, adapter in found}) > 1:
                raise Missing(f"hostadapter.{field}")
        if all(adapter.properties is None for _, adapter in found):
            raise Missing("hostadapter.properties")
    for adapter in (adapter for found in twins.values() for _, adapter in found):
        need(adapter, "description")
    if not pairs:
        return not_applicable("no adapters of the same name and model", "keine Adapter gleichen Namens und Modells")
    return passed(words(", ".join(sorted({found[0][1].name or "?" for found in pairs}))))


@rule(
    "NET307",
    on="network",
    entry="jumbo-frames",
    en="Largest frame differs along a cluster network",
    de="Die größte Framegröße ist entlang eines Clusternetzwerks verschieden",
    severity="warning",
    implements=("nic-jumbo-consistent",),
)
def jumbo_frames(network: ClusterNetwork, look: Look) -> Verdict:
    """A large frame is lost at the first adapter that is set to less, without a word."""
    found = members_of(network, look)
    sizes = {f"{host.name} {connection.name}": connection.jumbo for host, connection in found if connection.jumbo is not None}
    shown = words("; ".join(f"{who}: {size}" for who, size in sizes.items()))
    if len(set(sizes.values())) > 1:
        return failed(shown, location=places((connection for _, connection in found), "jumbo"))
    narrow = [fault for host, connection in found for fault in _narrower_below(host, connection)]
    if narrow:
        return all_of([lambda: narrow], shown)
    if not found:
        raise Missing("network.interfaces")
    for _, connection in found:
        need(connection, "jumbo")
    need(network, "subnet" if network.interfaces is None else "interfaces")
    hosts, missing = members(look)
    if missing or {id(host) for host in hosts} - {id(host) for host, _ in found}:
        raise Missing(*(missing or ["network.interfaces"]))
    return ONE_NODE if len(found) < 2 else passed(shown)


def _narrower_below(host: Host, connection: Interface) -> Iterable[Text]:
    """The physical adapters below a virtual one that are set to smaller frames."""
    virtual = virtual_adapter(host, connection)
    switch = next((s for s in host.switches or [] if virtual and (s.name or "").casefold() == (virtual.switch or "").casefold()), None)
    if switch is None or connection.jumbo is None:
        return
    for adapter in host.adapters or []:
        if known_uplinks(host).get(id(adapter)) is switch and adapter.jumbo is not None and adapter.jumbo < connection.jumbo:
            yield words(f"{host.name} {adapter.name}: {adapter.jumbo} < {connection.jumbo}")


# --- Network ATC ------------------------------------------------------------------------------------------------------


def _is_done(intent: NetworkIntent) -> bool:
    return need(intent, "configuration").lower() == "success" and need(intent, "provisioning").lower() == "completed"


@rule(
    "NET318",
    on="host",
    entry="network-atc-status",
    en="Network ATC has not carried out an intent",
    de="Network ATC hat eine Absicht nicht umgesetzt",
    severity="warning",
    implements=("azl-intent-status",),
    only="2022..2025",
)
def intent_not_done(host: Host, look: Look) -> Verdict:
    """Success and Completed are what it should say."""
    intents = need(host, "intents")
    if not intents:
        return not_applicable("there is no intent", "es gibt keine Absicht (Intent)")

    def fault(intent: NetworkIntent) -> Iterable[Text]:
        said = ", ".join(part for part in (intent.configuration, intent.provisioning, intent.error) if part)
        return [] if _is_done(intent) else [words(f"{intent.name}: {said}")]

    names = ", ".join(intent.name or "?" for intent in intents)
    return all_of([lambda intent=intent: fault(intent) for intent in intents], words(names), places(intents, "configuration"))
