"""Rules about networks: separate kinds of traffic, switches and the adapters of VMs."""

from __future__ import annotations

import re

from kb import guests, limits, units, versions
from kb.entry import Text
from kb.inventory import Adapter, Cluster, ClusterNetwork, Host, Switch, Vm
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.shared import needs_generation, places, running

# Kinds of traffic that should not share a network adapter, by their names in `use`.
KINDS = ("management", "vm", "live-migration", "iscsi")


def _kinds(use: list[str]) -> list[str]:
    return [kind for kind in KINDS if kind in use]


# --- separation -------------------------------------------------------------------------------------------------------


@rule(
    "NET101",
    on="host",
    entry="network-separate-nics",
    en="Management, virtual machines, live migration or iSCSI share a network adapter",
    de="Verwaltung, virtuelle Maschinen, Livemigration oder iSCSI teilen sich einen Netzwerkadapter",
    severity="warning",
    implements=("network-role-separation",),
)
def adapters_shared(host: Host, look: Look) -> Verdict:
    """Separate adapters are the rule up to 2008 R2; later a converged switch may carry several kinds."""
    adapters = need(host, "adapters")
    shared = [adapter for adapter in adapters if len(_kinds(adapter.use or [])) > 1]
    if not shared:
        for adapter in adapters:
            need(adapter, "use")
        return passed(words("; ".join(f"{a.name}: {', '.join(a.use or [])}" for a in adapters if a.use)))
    if versions.position(look.needs_version()) >= versions.position("2012"):
        switches = need(host, "switches")
        if any(switch.embedded_teaming or (switch.type == "external" and switch.allow_management_os) for switch in switches):
            return not_applicable(
                "a converged switch may carry several kinds of traffic", "ein konvergenter Switch darf mehrere Arten von Verkehr tragen"
            )
    return failed(words("; ".join(f"{a.name}: {', '.join(_kinds(a.use or []))}" for a in shared)), location=places(shared, "use"))


@rule(
    "NET102",
    on="network",
    entry="network-separate-nics",
    en="One cluster network for several kinds of traffic",
    de="Ein Clusternetzwerk für mehrere Arten von Verkehr",
    severity="warning",
    implements=("network-role-separation",),
)
def networks_shared(network: ClusterNetwork, look: Look) -> Verdict:
    """Also in a converged design each kind has a network of its own, on a VLAN."""
    use = need(network, "use")
    if not use:
        return not_applicable("nobody says what the network is for", "niemand sagt, wofür das Netzwerk ist")
    shown = words(", ".join(use))
    return failed(shown, location=network.where("use")) if len(_kinds(use)) > 1 else passed(shown)


@rule(
    "NET103",
    on="cluster",
    entry="network-separate-nics",
    en="No network for live migration of its own",
    de="Kein eigenes Netzwerk für die Livemigration",
    severity="warning",
    implements=("network-role-separation",),
    only="2008R2..2025",
)
def no_network_for_live_migration(cluster: Cluster, look: Look) -> Verdict:
    """A migration fills its link; it should not be the one for management or clients."""
    networks = need(cluster, "networks")
    found = [network for network in networks if "live-migration" in (network.use or [])]
    if found:
        return passed(words(", ".join(network.name or "?" for network in found)))
    if len(need(cluster, "nodes")) < 2:
        return not_applicable("the cluster has only one node", "der Cluster hat nur einen Knoten")
    for network in networks:
        need(network, "use")
    return failed(words("; ".join(f"{n.name}: {', '.join(n.use or []) or '–'}" for n in networks)), location=cluster.where("networks"))


@rule(
    "NET104",
    on="network",
    entry="network-iscsi-dedicated",
    en="Cluster uses the iSCSI network for its own traffic",
    de="Cluster benutzt das iSCSI-Netzwerk für eigenen Verkehr",
    severity="error",
    implements=("cluster-iscsi-network-role",),
)
def iscsi_network_with_a_role(network: ClusterNetwork, look: Look) -> Verdict:
    """The role of an iSCSI network is none."""
    if "iscsi" not in need(network, "use"):
        return not_applicable("the network is not for iSCSI", "das Netzwerk ist nicht für iSCSI")
    role = need(network, "role")
    return passed(words(role)) if role == "none" else failed(words(role), words("none"), network.where("role"))


@rule(
    "NET105",
    on="cluster",
    entry="cluster-all-networks-lost",
    en="Only one network connects the cluster nodes",
    de="Nur ein Netzwerk verbindet die Clusterknoten",
    severity="warning",
    implements=("cluster-network-redundant",),
)
def one_cluster_network(cluster: Cluster, look: Look) -> Verdict:
    """Heartbeats need a second way."""
    networks = need(cluster, "networks")
    used = [network for network in networks if network.role in ("cluster", "cluster_and_client")]
    names = words(", ".join(network.name or "?" for network in used))
    if len(used) > 1:
        return passed(names)
    for network in networks:
        need(network, "role")
    if cluster.nodes is not None and len(cluster.nodes) < 2:
        return not_applicable("the cluster has only one node", "der Cluster hat nur einen Knoten")
    return failed(names, words("at least two networks", "mindestens zwei Netzwerke"), cluster.where("networks"))


@rule(
    "NET106",
    on="network",
    entry="cluster-event-1135",
    en="Cluster network is not up",
    de="Clusternetzwerk ist nicht aktiv",
    severity="error",
    implements=("cluster-network-down",),
)
def network_down(network: ClusterNetwork, look: Look) -> Verdict:
    """Down, partitioned or unavailable: some node does not reach another on it."""
    if network.role == "none":
        return not_applicable("the cluster does not use the network", "der Cluster benutzt das Netzwerk nicht")
    state = need(network, "state")
    return passed(words(state)) if state.lower() == "up" else failed(words(state), words("Up"), network.where("state"))


@rule(
    "NET107",
    on="host",
    entry="network-separate-nics",
    en="Host with a single physical network adapter",
    de="Host mit nur einem physischen Netzwerkadapter",
    severity="error",
    implements=("host-more-than-one-nic",),
)
def single_adapter(host: Host, look: Look) -> Verdict:
    """One for management and one for virtual machines is the least."""
    if host.hyperv_installed is False:
        return not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    count = len(need(host, "adapters"))
    if not count:
        raise Missing("host.adapters")  # no host is without any
    shown = Text(units.quantity(count, "adapters", "en"), units.quantity(count, "adapters", "de"))
    bound = words("at least 2 adapters", "mindestens 2 Adapter")
    return failed(shown, bound, host.where("adapters")) if count < 2 else passed(shown, bound)


@rule(
    "NET108",
    on="host",
    entry="network-separate-nics",
    en="Every external switch is shared with the management operating system",
    de="Jeder externe Switch wird mit dem Verwaltungsbetriebssystem geteilt",
    severity="warning",
    implements=("external-switch-exclusive",),
    only="2008..2008R2SP1",
)
def no_exclusive_switch(host: Host, look: Look) -> Verdict:
    """Up to 2008 R2 there is no quality of service between the two; converged designs since 2012 share on purpose."""
    switches = need(host, "switches")
    external = [switch for switch in switches if need(switch, "type") == "external"]
    if not external:
        return not_applicable("there is no external switch", "es gibt keinen externen Switch")
    own = [switch.name or "?" for switch in external if switch.allow_management_os is False]
    if own:
        return passed(words(", ".join(own)))
    for switch in external:
        need(switch, "allow_management_os")
    return failed(words(", ".join(switch.name or "?" for switch in external)), location=places(external, "allow_management_os"))


# --- switches ---------------------------------------------------------------------------------------------------------


@rule(
    "NET109",
    on="switch",
    entry="set-vs-lbfo",
    en="Virtual switch on an LBFO team",
    de="Virtueller Switch auf einem LBFO-Team",
    severity="error",
    implements=("switch-lbfo-unsupported",),
    only="2022..2025",
)
def switch_on_lbfo_team(switch: Switch, look: Look) -> Verdict:
    """The adapter of an LBFO team is the Multiplexor driver."""
    if need(switch, "type") != "external":
        return not_applicable("the switch is not external", "der Switch ist nicht extern")
    names = need(switch, "adapters")
    teams = [name for name in names if "multiplexor" in name.lower()]
    return failed(words(", ".join(teams)), words("SET"), switch.where("adapters")) if teams else passed(words(", ".join(names)))


# --- adapters of VMs --------------------------------------------------------------------------------------------------


@rule(
    "NET110",
    on="vm",
    entry="vm-network-adapters",
    en="Too many synthetic network adapters",
    de="Zu viele synthetische Netzwerkadapter",
    severity="error",
    implements=("vm-nic-limit",),
)
def too_many_synthetic_adapters(vm: Vm, look: Look) -> Verdict:
    """The entry counts the kinds of adapters together for generation 1 (`8 + 4`, synthetic first)."""
    count = sum(not need(adapter, "legacy") for adapter in need(vm, "adapters"))
    if not count:
        return not_applicable("there is no synthetic adapter", "es gibt keinen synthetischen Adapter")
    found = look.limit("vm-network-adapters", generation=needs_generation(vm, look))
    allowed = synthetic_limit(found)
    if allowed is None:
        return unknown("no limit is documented for this version", "für diese Version ist keine Grenze dokumentiert")
    shown = Text(units.quantity(count, "adapters", "en"), units.quantity(count, "adapters", "de"))
    bound = Text(units.quantity(allowed, "adapters", "en"), units.quantity(allowed, "adapters", "de"))
    return failed(shown, bound, vm.where("adapters")) if count > allowed else passed(shown, bound)


def synthetic_limit(found: limits.Limit) -> int | None:
    """How many synthetic adapters the entry `vm-network-adapters` allows; None when it does not say."""
    for row in found.rows:
        if (row.when and row.when.en == "synthetic adapters") or (row.when is None and isinstance(row.value, int)):
            return row.value  # type: ignore[return-value]
        if isinstance(row.value, str) and (both := re.fullmatch(r"(\d+) \+ \d+", row.value)):
            return int(both[1])
    return None


@rule(
    "NET111",
    on="adapter",
    entry="vm-legacy-network-adapters",
    en="Legacy network adapter in use",
    de="Älterer (emulierter) Netzwerkadapter in Gebrauch",
    severity="warning",
    implements=("legacy-nic-avoid",),
)
def legacy_adapter(adapter: Adapter, look: Look) -> Verdict:
    """Emulated in the management operating system: slow, and only good for starting from the network."""
    if look.vm.generation == 2:
        return not_applicable("generation 2 has no legacy adapter", "Generation 2 hat keinen älteren Netzwerkadapter")
    if need(adapter, "legacy"):
        return failed(words("legacy adapter", "älterer Netzwerkadapter"), location=adapter.where("legacy"))
    return passed(words("synthetic adapter", "synthetischer Adapter"))


@rule(
    "NET112",
    on="adapter",
    entry="vm-adapter-not-connected",
    en="Network adapter of a running virtual machine is not connected",
    de="Netzwerkadapter einer laufenden virtuellen Maschine ist nicht verbunden",
    severity="info",
    implements=("vm-nic-disconnected",),
)
def adapter_not_connected(adapter: Adapter, look: Look) -> Verdict:
    """Meant or forgotten: the guest has no network on it."""
    if adapter.switch:
        return passed(words(adapter.switch))
    if not running(look.vm):
        return not_applicable("the virtual machine is not running", "die virtuelle Maschine läuft nicht")
    need(adapter, "switch")
    return failed(words("not connected", "nicht verbunden"), location=adapter.where("switch"))


_NO_MAC = "0" * 12


def _mac(adapter: Adapter) -> str:
    return re.sub(r"[^0-9a-f]", "", (adapter.mac or "").lower())


def _users_of_macs(vms: list[Vm]) -> tuple[dict[str, list[tuple[Adapter, Vm]]], str]:
    """Who uses each address, and what is missing to know all of them ("" for nothing)."""
    users: dict[str, list[tuple[Adapter, Vm]]] = {}
    missing = ""
    for vm in vms:
        if vm.adapters is None:
            missing = missing or "vm.adapters"
        for adapter in vm.adapters or []:
            users.setdefault(_mac(adapter), []).append((adapter, vm))
            if adapter.mac is None and not adapter.dynamic_mac:
                missing = missing or "adapter.mac"
    return users, missing


@rule(
    "NET113",
    on="adapter",
    entry="host-dynamic-mac-pool",
    en="Two virtual network adapters have the same MAC address",
    de="Zwei virtuelle Netzwerkadapter haben dieselbe MAC-Adresse",
    severity="error",
    implements=("vm-mac-duplicate",),
)
def duplicate_mac(adapter: Adapter, look: Look) -> Verdict:
    """All zero means that none has been given out yet."""
    if adapter.mac is None and adapter.dynamic_mac:
        return not_applicable("the address is given out when the machine starts", "die Adresse wird beim Start vergeben")
    mac = _mac(adapter) if need(adapter, "mac") else _NO_MAC
    if mac == _NO_MAC or not mac:
        return not_applicable("no address has been given out yet", "es ist noch keine Adresse vergeben")
    users, missing = look.once("macs", lambda: _users_of_macs(need(look.inventory, "vms")))
    others = [vm for used_by, vm in users[mac] if used_by is not adapter]
    if others:
        names = ", ".join(vm.name or vm.id or "?" for vm in others)
        return failed(words(f"{adapter.mac}, also on {names}", f"{adapter.mac}, auch bei {names}"), location=adapter.where("mac"))
    if missing:
        raise Missing(missing)
    return passed(words(adapter.mac))


# --- MAC addresses of hosts -------------------------------------------------------------------------------------------

# The Best Practices Analyzer warns below 20 addresses (Configure the server with a sufficient amount of dynamic MAC addresses).
FEWEST_MACS = 20


def _pool(host: Host) -> tuple[int, int] | None:
    """The range of dynamic MAC addresses of a host as numbers; None when it is not known."""
    ends = [re.sub(r"[^0-9a-f]", "", (text or "").lower()) for text in (host.mac_minimum, host.mac_maximum)]
    return (int(ends[0], 16), int(ends[1], 16)) if all(len(end) == 12 for end in ends) else None


@rule(
    "NET401",
    on="host",
    entry="mac-pool-size",
    en="Hardly any dynamic MAC addresses",
    de="Kaum dynamische MAC-Adressen",
    severity="warning",
    implements=("mac-pool-small",),
)
def few_dynamic_macs(host: Host, look: Look) -> Verdict:
    """The size of the range counts, as for Windows; how many of it are in use changes with every start."""
    need(host, "mac_minimum", "mac_maximum")
    pool = _pool(host)
    if pool is None:
        raise Missing("host.mac_minimum")
    count = max(pool[1] - pool[0] + 1, 0)
    shown = Text(units.quantity(count, "MAC addresses", "en"), units.quantity(count, "MAC addresses", "de"))
    bound = words(f"at least {FEWEST_MACS}", f"mindestens {FEWEST_MACS}")
    return failed(shown, bound, host.where("mac_minimum")) if count < FEWEST_MACS else passed(shown, bound)


def _overlaps(hosts: list[Host]) -> dict[str, str]:
    """By host, the name of another one whose range overlaps its own."""
    ranges = sorted((pool, host.name or "?") for host in hosts if (pool := _pool(host)) and pool[0] <= pool[1])
    found: dict[str, str] = {}
    reach, owner = -1, ""
    for (start, end), name in ranges:
        if start <= reach:
            found.setdefault(name, owner)
            found.setdefault(owner, name)
        if end > reach:
            reach, owner = end, name
    return found


@rule(
    "NET402",
    on="host",
    entry="mac-pool-overlap",
    en="Ranges of dynamic MAC addresses of two hosts overlap",
    de="Bereiche dynamischer MAC-Adressen zweier Hosts überschneiden sich",
    severity="error",
    implements=("mac-pool-overlap",),
)
def mac_ranges_overlap(host: Host, look: Look) -> Verdict:
    """Both hosts then give out the same addresses; typical of hosts made from one image."""
    hosts = need(look.inventory, "hosts")
    overlaps = look.once("MAC ranges", lambda: _overlaps(hosts))
    shown = f"{host.mac_minimum}–{host.mac_maximum}"
    if other := overlaps.get(host.name or "?"):
        return failed(words(f"{shown}, also on {other}", f"{shown}, auch auf {other}"), location=host.where("mac_minimum"))
    if len(hosts) < 2:
        return not_applicable("there is no other host", "es gibt keinen anderen Host")
    need(host, "mac_minimum", "mac_maximum")
    if look.once("MAC ranges known", lambda: all(_pool(other) for other in hosts)):
        return passed(words(shown))
    raise Missing("host.mac_minimum")


# --- virtual adapters of the management operating system --------------------------------------------------------------


@rule(
    "NET403",
    on="host",
    entry="host-virtual-adapter-disabled",
    en="Virtual network adapter of the management operating system is disabled",
    de="Virtueller Netzwerkadapter des Verwaltungsbetriebssystems ist deaktiviert",
    severity="warning",
    implements=("host-vnic-enabled",),
)
def host_adapter_disabled(host: Host, look: Look) -> Verdict:
    """The switch is shared with the host for a reason; disabled, the host has no network there."""
    switches = need(host, "switches")
    adapters = host.virtual_adapters or []
    off = [adapter for adapter in adapters if adapter.enabled is False]
    if off:
        names = ", ".join(adapter.name or "?" for adapter in off)
        return failed(words(f"{names}: disabled", f"{names}: deaktiviert"), location=places(off, "enabled"))
    if not any(switch.allow_management_os for switch in switches):
        for switch in switches:
            if switch.type != "private":
                need(switch, "allow_management_os")
        return not_applicable("no switch is shared with the host", "kein Switch wird mit dem Host geteilt")
    if not adapters:
        raise Missing("host.virtual_adapters")
    for adapter in adapters:
        need(adapter, "enabled")
    return passed(words(", ".join(adapter.name or "?" for adapter in adapters)))


# --- SR-IOV -----------------------------------------------------------------------------------------------------------


def _shared_by_hardware(adapter: Adapter, look: Look) -> bool:
    """Whether the switch of an adapter uses SR-IOV; raises Missing."""
    name = need(adapter, "switch")
    host = look.host(look.vm)
    switch = next((switch for switch in need(host, "switches") if switch.name == name), None)
    return switch is not None and need(switch, "sr_iov")


@rule(
    "NET404",
    on="adapter",
    entry="sr-iov",
    en="SR-IOV for a guest that cannot use it",
    de="SR-IOV für einen Gast, der es nicht nutzen kann",
    severity="warning",
    implements=("sriov-guest-unsupported",),
    only="2012..2025",
)
def sr_iov_for_an_old_guest(adapter: Adapter, look: Look) -> Verdict:
    """Windows guests need 64 bits and the kernel of 2012 or newer; what Linux can depends on its drivers."""
    if adapter.switch == "" or not need(adapter, "iov_weight"):
        return not_applicable("the adapter does not use SR-IOV", "der Adapter nutzt kein SR-IOV")
    if not _shared_by_hardware(adapter, look):
        return not_applicable("the switch does not use SR-IOV", "der Switch nutzt kein SR-IOV")
    vm = look.vm
    if guests.family(vm) not in ("windows", None):
        return not_applicable("the guest is not Windows", "der Gast ist nicht Windows")
    system, bits = guests.system(vm), guests.architecture(vm)
    shown = words(system.name if system else "Windows") if bits is None else words(f"{system.name if system else 'Windows'} ({bits})")
    old = system is not None and float(system.kernel) < 6.2
    if old or bits == "x86":
        return failed(shown, words("64-bit Windows from 2012 or 8 on", "64-Bit-Windows ab 2012 oder 8"), adapter.where("iov_weight"))
    if system is None:
        raise Missing("vm.guest_os")
    if bits is None and not system.server:  # servers from 2012 on have 64 bits only
        raise Missing("guest.architecture")
    return passed(shown)
