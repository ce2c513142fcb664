"""Rules about RDMA: adapters, Data Center Bridging, and SMB Direct on top of them.

Most follow the tests of Microsoft's Validate-DCB, which compare with a declared set of adapters. Here RDMA adapters are those on
which RDMA is enabled and that something uses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kb.entry import Text
from kb.inventory import Adapter, Cluster, Host, HostAdapter, Switch, TrafficClass
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import ONE_NODE, all_of, members, places
from kb.rules.wiring import in_use, known_uplinks, network_of, switch_of, uplinks

TEN_GIGABITS = 10**10
SMB_PORT = 445
_ROCE = ("roce", "rocev2")
_WORDS = {"iwarp": "iWARP", "infiniband": "InfiniBand", "roce": "RoCE", "rocev2": "RoCEv2"}
NO_RDMA = ("no adapter uses RDMA", "kein Adapter benutzt RDMA")


def _host(look: Look) -> Host:
    return next(parent for parent in look.parents if isinstance(parent, Host))


def _enabled(adapter: HostAdapter, host: Host) -> bool:
    """Whether RDMA is enabled; False for an adapter that Get-NetAdapterRdma does not list while it lists others. Raises Missing."""
    if adapter.rdma is None and any(other.rdma is not None for other in host.adapters or []):
        return False
    return need(adapter, "rdma")


def _rdma_adapters(host: Host, look: Look) -> list[HostAdapter]:
    """The adapters of a host that use RDMA; raises Missing when that is not known of one."""
    return [a for a in need(host, "adapters") if _enabled(a, host) and in_use(a, host, look) is not False]


def _virtual_with_rdma(host: Host) -> list[Adapter]:
    """The virtual adapters of the management operating system that use RDMA; raises Missing."""
    adapters = need(host, "virtual_adapters")
    if all(a.rdma is None for a in adapters) and any(a.rdma is not None for a in host.adapters or []):
        return []  # Get-NetAdapterRdma was read, and lists none of them
    return [adapter for adapter in adapters if need(adapter, "rdma")]


# --- adapters ---------------------------------------------------------------------------------------------------------


@rule(
    "RDMA101",
    on="host_adapter",
    entry="rdma-adapter-ready",
    en="RDMA adapter is not ready: off, down, or slower than 10 Gbit/s",
    de="RDMA-Adapter ist nicht bereit: aus, ohne Verbindung oder langsamer als 10 Gbit/s",
    severity="error",
    implements=("rdma-adapter-ready",),
    only="2016..2025",
)
def adapter_not_ready(adapter: HostAdapter, look: Look) -> Verdict:
    """SMB falls back to TCP without a word."""
    host = _host(look)
    if not _enabled(adapter, host):
        if adapter.rdma is False and "storage" in (adapter.use or []):
            return failed(words("RDMA disabled", "RDMA ausgeschaltet"), location=adapter.where("rdma"))
        return not_applicable("RDMA is off for the adapter", "RDMA ist für den Adapter aus")
    used = in_use(adapter, host, look)
    if used is None:
        raise Missing("host.switches")
    if not used:
        return not_applicable(
            "no switch, team or cluster network uses the adapter", "kein Switch, Team oder Clusternetzwerk benutzt den Adapter"
        )

    def status() -> Iterable[Text]:
        found = need(adapter, "status")
        return [] if found.lower() == "up" else [words(found)]

    def speed() -> Iterable[Text]:
        found = need(adapter, "speed")
        return [words(f"{found / 1e9:g} Gbit/s")] if found < TEN_GIGABITS else []

    def operational() -> Iterable[Text]:
        return [] if need(adapter, "rdma_operational") else [words("RDMA not operational", "RDMA nicht betriebsbereit")]

    return all_of([status, speed, operational], words("RDMA"), adapter.where("rdma"))


# What the adapters of a maker can do, where it is one technology only (Validate-DCB; Intel E810 and Marvell can do both).
_ONE_TECHNOLOGY = (
    (re.compile(r"chelsio|\bx722\b", re.I), "iwarp"),
    (re.compile(r"mellanox|nvidia|broadcom", re.I), "rocev2"),
)
_OLD = re.compile(r"connectx-3", re.I)  # says by another property which one it uses


@rule(
    "RDMA102",
    on="host_adapter",
    entry="rdma-technology",
    en="RDMA technology that the maker of the adapter does not offer",
    de="RDMA-Technik, die der Hersteller des Adapters nicht anbietet",
    severity="error",
    implements=("rdma-technology-match",),
    only="2016..2025",
)
def wrong_technology(adapter: HostAdapter, look: Look) -> Verdict:
    """Set by hand, or left by another adapter."""
    description = need(adapter, "description")
    wanted = next((technology for maker, technology in _ONE_TECHNOLOGY if maker.search(description)), None)
    if wanted is None or _OLD.search(description):
        return not_applicable("an adapter that offers several or none", "ein Adapter, der mehrere oder keine anbietet")
    if not _enabled(adapter, _host(look)):
        return not_applicable("RDMA is off for the adapter", "RDMA ist für den Adapter aus")
    found = need(adapter, "rdma_technology")
    if found == wanted:
        return passed(words(_WORDS[found]))
    return failed(words(_WORDS[found]), words(_WORDS[wanted]), adapter.where("rdma_technology"))


@rule(
    "RDMA103",
    on="cluster",
    entry="rdma-technology",
    en="Nodes use different RDMA technologies",
    de="Knoten benutzen verschiedene RDMA-Techniken",
    severity="error",
    implements=("rdma-technology-match",),
    only="2016..2025",
)
def mixed_technologies(cluster: Cluster, look: Look) -> Verdict:
    """iWARP and RoCE do not understand each other."""
    hosts, missing = members(look)
    found: dict[str, str] = {}
    adapters: list[HostAdapter] = []
    for host in hosts:
        try:
            used = _rdma_adapters(host, look)
        except Missing as absent:
            missing = [*missing, *absent.names]
            continue
        adapters += used
        if any(adapter.rdma_technology is None for adapter in used):
            missing = [*missing, "hostadapter.rdma_technology"]
        found |= {f"{host.name} {a.name}": _WORDS[a.rdma_technology] for a in used if a.rdma_technology}
    shown = words("; ".join(f"{who}: {technology}" for who, technology in found.items()))
    if len(set(found.values())) > 1:
        return failed(shown, location=places(adapters, "rdma_technology"))
    if missing:
        raise Missing(*dict.fromkeys(missing))
    if len(hosts) < 2:
        return ONE_NODE
    if not found:
        raise NotApplicable(*NO_RDMA)
    return passed(shown)


_CARRY_SMB = {"storage", "live-migration", "cluster"}


@rule(
    "RDMA106",
    on="host_adapter",
    entry="rdma-only-where-needed",
    en="RDMA is enabled on an adapter that carries no SMB traffic",
    de="RDMA ist an einem Adapter eingeschaltet, der keinen SMB-Verkehr trägt",
    severity="warning",
    implements=("rdma-elsewhere-disabled",),
    only="2016..2025",
)
def rdma_elsewhere(adapter: HostAdapter, look: Look) -> Verdict:
    """SMB Multichannel prefers RDMA adapters, wherever they lead."""
    host = _host(look)
    if not _enabled(adapter, host):
        return passed(words("RDMA off", "RDMA aus"))
    if need(adapter, "status").lower() != "up":
        return not_applicable("the adapter is down", "der Adapter ist ohne Verbindung")
    if _carries_smb(adapter, host, look):
        return passed(words(", ".join(adapter.use or []) or "SMB"))
    return failed(words(", ".join(need(adapter, "use"))), location=adapter.where("rdma"))


def _carries_smb(adapter: HostAdapter, host: Host, look: Look) -> bool:
    if adapter.use:
        return bool(_CARRY_SMB & set(adapter.use))
    switch = known_uplinks(host).get(id(adapter))
    if switch and any(virtual.rdma for virtual in host.virtual_adapters or [] if _same(virtual.switch, switch.name)):
        return True
    try:
        network = network_of(adapter, host, look)
    except Missing:
        return False
    return network is not None and network.role in ("cluster", "cluster_and_client")


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").casefold() == (other or "").casefold()


# --- virtual adapters of the host -------------------------------------------------------------------------------------


@rule(
    "RDMA104",
    on="host",
    entry="rdma-vlan-priority",
    en="Virtual RDMA adapter of the host without VLAN or priority tag",
    de="Virtueller RDMA-Adapter des Hosts ohne VLAN oder Prioritätskennzeichnung",
    severity="warning",
    implements=("rdma-vlan",),
    only="2016..2025",
)
def rdma_without_vlan(host: Host, look: Look) -> Verdict:
    """The priority travels in the VLAN tag; the VLAN belongs to the virtual adapter, not to the physical one below."""
    virtual = _virtual_with_rdma(host)
    if not virtual:
        return not_applicable("no virtual adapter of the host uses RDMA", "kein virtueller Adapter des Hosts benutzt RDMA")

    def vlan(adapter: Adapter) -> Iterable[Text]:
        return [] if need(adapter, "vlan") else [words(f"{adapter.name}: no VLAN", f"{adapter.name}: kein VLAN")]

    def priority(adapter: Adapter) -> Iterable[Text]:
        return (
            []
            if need(adapter, "priority_tag")
            else [words(f"{adapter.name}: no priority tag", f"{adapter.name}: keine Prioritätskennzeichnung")]
        )

    def below(switch: Switch) -> Iterable[Text]:
        return [words(f"{a.name}: VLAN {a.vlan}") for a in uplinks(switch, host) if need(a, "vlan")]

    checks = [lambda a=a, check=check: check(a) for a in virtual for check in (vlan, priority)]
    checks += [lambda a=a: below(switch_of(a, host)) for a in _one_per_switch(virtual)]
    return all_of(checks, words(", ".join(a.name or "?" for a in virtual)), places(virtual, "vlan"))


def _one_per_switch(virtual: list[Adapter]) -> list[Adapter]:
    return list({(adapter.switch or "").casefold(): adapter for adapter in virtual}.values())


@rule(
    "RDMA105",
    on="host",
    entry="rdma-team-mapping",
    en="Virtual RDMA adapters of the host are not spread over the members of the team",
    de="Virtuelle RDMA-Adapter des Hosts sind nicht auf die Mitglieder des Teams verteilt",
    severity="warning",
    implements=("rdma-team-mapping",),
    only="2016..2025",
)
def rdma_not_mapped(host: Host, look: Look) -> Verdict:
    """Without a mapping both may end up on one physical adapter, and no one notices until it fails."""
    virtual = [a for a in _virtual_with_rdma(host) if _is_on_team(a, host)]
    if not virtual:
        return not_applicable("no virtual RDMA adapter is on a team", "kein virtueller RDMA-Adapter hängt an einem Team")
    if all(adapter.team_member is None for adapter in virtual):
        raise Missing("adapter.team_member")
    loose = [adapter for adapter in virtual if not adapter.team_member]
    faults = [words(f"{adapter.name}: not mapped", f"{adapter.name}: nicht zugeordnet") for adapter in loose]
    members = sum(len(uplinks(switch_of(adapter, host), host)) for adapter in _one_per_switch(virtual))
    shared = Counter((adapter.team_member or "").casefold() for adapter in virtual if adapter.team_member)
    if len(shared) < min(len(virtual) - len(loose), members):
        faults += [words(f"{count} on {member}", f"{count} an {member}") for member, count in shared.items() if count > 1]
    shown = words("; ".join(f"{adapter.name}: {adapter.team_member}" for adapter in virtual))
    return all_of([lambda: faults], shown, places(virtual, "team_member"))


def _is_on_team(adapter: Adapter, host: Host) -> bool:
    switch = switch_of(adapter, host)
    return need(switch, "embedded_teaming") and len(need(switch, "adapters")) > 1


# --- Data Center Bridging ---------------------------------------------------------------------------------------------


def _roce(host: Host, look: Look) -> list[HostAdapter]:
    """The adapters that use RoCE; raises NotApplicable where none does, Missing where nobody can tell."""
    adapters = _rdma_adapters(host, look)
    if not adapters:
        raise NotApplicable(*NO_RDMA)
    found = [adapter for adapter in adapters if adapter.rdma_technology in _ROCE]
    if not found:
        for adapter in adapters:
            need(adapter, "rdma_technology")
        raise NotApplicable("the adapters use iWARP, which does not need it", "die Adapter benutzen iWARP, das dies nicht braucht")
    return found


@rule(
    "RDMA107",
    on="host",
    entry="dcb-priority-flow-control",
    en="RoCE without Data Center Bridging, or with wrong priority flow control",
    de="RoCE ohne Data Center Bridging oder mit falscher Prioritätsflusssteuerung",
    severity="error",
    implements=("dcb-feature-pfc",),
    only="2016..2025",
)
def flow_control(host: Host, look: Look) -> Verdict:
    """RoCE does not tolerate lost frames; exactly the priority of SMB is paused instead."""
    _roce(host, look)

    def feature() -> Iterable[Text]:
        installed = need(need(host, "bridging"), "installed")
        return [] if installed else [words("Data Center Bridging not installed", "Data Center Bridging nicht installiert")]

    def policies() -> list[int]:
        return [need(policy, "priority") for policy in need(host, "qos_policies") if policy.net_direct_port == SMB_PORT]

    def policy() -> Iterable[Text]:
        count = len(policies())
        return [] if count == 1 else [words(f"{count} policies for SMB Direct", f"{count} Richtlinien für SMB Direct")]

    def priorities() -> Iterable[Text]:
        on, wanted = set(need(need(host, "bridging"), "flow_control")), set(policies())
        if not wanted:
            return [] if on else [words("no priority with flow control", "keine Priorität mit Flusssteuerung")]
        listed = ", ".join(map(str, sorted(on))) or "–"
        return [] if on == wanted else [words(f"flow control for {listed}", f"Flusssteuerung für {listed}")]

    return all_of([feature, policy, priorities], words("PFC"), host.where("bridging"))


# Validate-DCB: the class of the cluster heartbeat gets at most this share.
MOST_FOR_CLUSTER = 2


@rule(
    "RDMA108",
    on="host",
    entry="dcb-traffic-classes",
    en="Traffic classes for RoCE are missing or wrong",
    de="Verkehrsklassen für RoCE fehlen oder sind falsch",
    severity="warning",
    implements=("dcb-ets",),
    only="2016..2025",
)
def traffic_classes(host: Host, look: Look) -> Verdict:
    """SMB gets a share of its own by ETS, the heartbeat a small one, the rest is the default class."""
    _roce(host, look)
    classes = need(need(host, "bridging"), "classes")
    own = [one for one in classes if not _is_default(one)]
    if not own:
        return failed(words("only the default class", "nur die Standardklasse"), location=host.where("bridging"))

    def algorithm(one: TrafficClass) -> Iterable[Text]:
        found = need(one, "algorithm")
        return [] if found == "ETS" else [words(f"{one.name}: {found}")]

    def share(one: TrafficClass) -> Iterable[Text]:
        return [words(f"{one.name}: {one.bandwidth} %")] if _is_cluster(one) and need(one, "bandwidth") > MOST_FOR_CLUSTER else []

    def total() -> Iterable[Text]:
        found = sum(need(one, "bandwidth") for one in classes)
        wrong = found != 100 if len(own) < len(classes) else found >= 100
        return [words(f"{found} % together", f"zusammen {found} %")] if wrong else []

    checks = [lambda one=one, check=check: check(one) for one in own for check in (algorithm, share)]
    return all_of([*checks, total], words("; ".join(f"{one.name}: {one.bandwidth} %" for one in classes)), host.where("bridging"))


def _is_default(one: TrafficClass) -> bool:
    return (one.name or "").lower().startswith(("[default", "default"))


def _is_cluster(one: TrafficClass) -> bool:
    """The heartbeat has priority 7 by custom."""
    return "cluster" in (one.name or "").lower() or one.priorities == [7]


@rule(
    "RDMA109",
    on="host",
    entry="dcb-willing",
    en="The physical switch may overrule the host's bridging, or an adapter does not use it",
    de="Der physische Switch darf das Bridging des Hosts überstimmen, oder ein Adapter benutzt es nicht",
    severity="warning",
    implements=("dcb-willing",),
    only="2016..2025",
)
def willing(host: Host, look: Look) -> Verdict:
    """DCBX of Windows takes over the switch's settings when it is willing."""
    adapters = _roce(host, look)

    def exchange() -> Iterable[Text]:
        return [words("DCBX willing", "DCBX nimmt Vorgaben an")] if need(need(host, "bridging"), "willing") else []

    def quality(adapter: HostAdapter) -> Iterable[Text]:
        return [] if need(adapter, "qos") else [words(f"{adapter.name}: QoS off", f"{adapter.name}: QoS aus")]

    checks = [exchange, *(lambda a=a: quality(a) for a in adapters)]
    return all_of(checks, words(", ".join(adapter.name or "?" for adapter in adapters)), places(adapters, "qos"))


# --- SMB --------------------------------------------------------------------------------------------------------------


@rule(
    "RDMA110",
    on="host",
    entry="smb-multichannel",
    en="SMB Multichannel is off",
    de="SMB Multichannel ist aus",
    severity="error",
    implements=("smb-multichannel",),
    only="2012..2025",
)
def multichannel_off(host: Host, look: Look) -> Verdict:
    """SMB Direct starts with it: without it there is no RDMA either."""
    smb = need(host, "smb")
    faults = []
    if smb.multichannel_server is False:
        faults.append(words("off for the server", "für den Server aus"))
    if smb.multichannel_client is False:
        faults.append(words("off for the client", "für den Client aus"))
    if not faults:
        need(smb, "multichannel_server", "multichannel_client")
    return all_of([lambda: faults], words("on", "ein"), smb.where("multichannel_server"))


@rule(
    "RDMA111",
    on="host",
    entry="smb-signing-rdma",
    en="SMB signing or encryption is required although storage runs over RDMA",
    de="SMB-Signierung oder -Verschlüsselung ist verlangt, obwohl der Speicher über RDMA läuft",
    severity="info",
    implements=("smb-signing-with-rdma",),
    only="2012..2019",
)
def signing_over_rdma(host: Host, look: Look) -> Verdict:
    """Before 2022 this turns off the direct placement of data, which is what RDMA is for."""
    if not _rdma_adapters(host, look) and not any(adapter.rdma for adapter in host.virtual_adapters or []):
        raise NotApplicable(*NO_RDMA)
    smb = need(host, "smb")
    required = [
        (smb.signing, words("signing required by the server", "Signierung vom Server verlangt")),
        (smb.signing_client, words("signing required by the client", "Signierung vom Client verlangt")),
        (smb.encryption, words("encryption", "Verschlüsselung")),
    ]
    faults = [said for on, said in required if on]
    if not faults:
        need(smb, "signing", "signing_client", "encryption")
    return all_of([lambda: faults], words("not required", "nicht verlangt"), smb.where("signing"))
