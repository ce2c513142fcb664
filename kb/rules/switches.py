"""Rules about virtual switches: their uplinks and teams, their extensions, port mirroring and VLANs of their ports."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kb import units, versions
from kb.entry import Text
from kb.inventory import Adapter, Extension, Host, HostAdapter, Switch, Team
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import all_of, places
from kb.rules.wiring import (
    adapters_at,
    at_switch,
    host_of_vm,
    named,
    needs_host_adapters,
    only_external,
    short,
    switch_above,
    switch_of,
    team_behind,
    uplinks,
)

NOT_EXTERNAL = not_applicable("the switch is not external", "der Switch ist nicht extern")


def _host(look: Look) -> Host:
    return next(parent for parent in look.parents if isinstance(parent, Host))


# --- extensions -------------------------------------------------------------------------------------------------------

# Ids of the extensions that Windows brings along; their names are in the language of the host.
WFP = "e7c3b2f0-f3c5-48df-af2b-10fed6d72e7a"
VFP = "f74f241b-440f-4433-bb28-00f89ead20d8"
_NAMES = {WFP: ("microsoft windows filtering platform", "windows-filterplattform"), VFP: ("microsoft azure vfp",)}


def _extension(switch: Switch, id: str) -> Extension | None:
    """The extension of this id, or of its name where no id was read; raises Missing."""
    for extension in need(switch, "extensions"):
        if extension.id == id or (extension.id is None and (extension.name or "").lower().startswith(_NAMES[id])):
            return extension
        if extension.name is None:
            need(extension, "id")
    return None


@rule(
    "NET201",
    on="adapter",
    entry="switch-required-extensions",
    en="Virtual switch lacks an extension that a virtual machine requires",
    de="Dem virtuellen Switch fehlt eine Erweiterung, die eine virtuelle Maschine verlangt",
    severity="warning",
    implements=("switch-mandatory-extensions",),
    only="2012..2025",
)
def required_extension_missing(adapter: Adapter, look: Look) -> Verdict:
    """The port is blocked, or the machine does not start on this host."""
    required = need(adapter, "required_extensions")
    if not required or adapter.switch == "":
        return not_applicable("the adapter requires no extension", "der Adapter verlangt keine Erweiterung")
    extensions = need(switch_of(adapter, host_of_vm(look.vm, look)), "extensions")
    by_name = {(extension.name or "").casefold(): extension for extension in extensions}
    lacking = [name for name in required if name.casefold() not in by_name or by_name[name.casefold()].enabled is False]
    if lacking:
        return failed(words(", ".join(lacking)), location=adapter.where("required_extensions"))
    for name in required:
        need(by_name[name.casefold()], "enabled")
    return passed(words(", ".join(required)))


@rule(
    "NET208",
    on="switch",
    entry="switch-wfp-enabled",
    en="Windows Filtering Platform is off on a virtual switch",
    de="Die Windows-Filterplattform ist an einem virtuellen Switch aus",
    severity="info",
    implements=("switch-wfp-extension",),
    only="2012..2016",
)
def filtering_platform_off(switch: Switch, look: Look) -> Verdict:
    """Only filters of other makers need it; from 2019 on it is deprecated, and with SDN it is off on purpose."""
    vfp, wfp = _extension(switch, VFP), _extension(switch, WFP)
    if vfp and vfp.enabled:
        return not_applicable("the switch belongs to software defined networking", "der Switch gehört zum softwaredefinierten Netzwerk")
    if wfp is None:
        return failed(words("not installed", "nicht vorhanden"), location=switch.where("extensions"))
    if need(wfp, "enabled"):
        return passed(words("enabled", "eingeschaltet"))
    return failed(words("disabled", "ausgeschaltet"), location=wfp.where("enabled"))


@rule(
    "NET215",
    on="host",
    entry="sdn-vfp-one-switch",
    en="Azure VFP is enabled on more than one virtual switch",
    de="Azure VFP ist an mehr als einem virtuellen Switch eingeschaltet",
    severity="warning",
    implements=("sdn-vfp-single-switch",),
    only="2016..2025",
)
def several_vfp_switches(host: Host, look: Look) -> Verdict:
    """The host agent of the network controller programs one switch."""
    found: list[Switch] = []
    missing: list[str] = []
    for switch in need(host, "switches"):
        try:
            extension = _extension(switch, VFP)
            if extension and need(extension, "enabled"):
                found.append(switch)
        except Missing as absent:
            missing += absent.names
    shown = words(", ".join(switch.name or "?" for switch in found))
    if len(found) > 1:
        return failed(shown, location=places(found, "extensions"))
    if missing:
        raise Missing(*dict.fromkeys(missing))
    if not found:
        return not_applicable("no switch uses the extension Azure VFP", "kein Switch benutzt die Erweiterung Azure VFP")
    return passed(shown)


# --- teams and uplinks ------------------------------------------------------------------------------------------------


def _lbfo(switch: Switch, look: Look) -> Team:
    """The LBFO team below a switch; raises NotApplicable where there is none."""
    if not only_external(switch):
        raise NotApplicable("the switch is not external", "der Switch ist nicht extern")
    team = team_behind(switch, _host(look))
    if team is None:
        raise NotApplicable("the switch is not bound to an LBFO team", "der Switch ist an kein LBFO-Team gebunden")
    return team


@rule(
    "NET202",
    on="switch",
    entry="lbfo-team-interfaces",
    en="Team below a virtual switch has several team interfaces",
    de="Team unter einem virtuellen Switch hat mehrere Teamschnittstellen",
    severity="warning",
    implements=("team-extra-interfaces",),
    only="2012..2019",
)
def several_team_interfaces(switch: Switch, look: Look) -> Verdict:
    """The switch loses the VLANs and the bandwidth that the other interfaces take."""
    team = _lbfo(switch, look)
    interfaces = need(team, "interfaces")
    shown = words(", ".join(interface.name or "?" for interface in interfaces))
    return failed(shown, location=team.where("interfaces")) if len(interfaces) > 1 else passed(shown)


@rule(
    "NET203",
    on="switch",
    entry="lbfo-team-interfaces",
    en="Team interface below a virtual switch filters a VLAN",
    de="Teamschnittstelle unter einem virtuellen Switch filtert ein VLAN",
    severity="warning",
    implements=("team-interface-default-mode",),
    only="2012..2019",
)
def team_interface_filters(switch: Switch, look: Look) -> Verdict:
    """VLANs are the business of the ports of the switch."""
    interfaces = need(_lbfo(switch, look), "interfaces")
    names = {name.casefold() for name in need(switch, "adapters")}
    bound = [i for i in interfaces if {(i.name or "").casefold(), (i.description or "").casefold()} & names]
    if not bound and len(interfaces) != 1:
        raise Missing("teaminterface.description")
    interface = (bound or interfaces)[0]
    if need(interface, "default"):
        return passed(words(f"{interface.name}: default", f"{interface.name}: Standardmodus"))
    return failed(words(f"{interface.name}: VLAN {'?' if interface.vlan is None else interface.vlan}"), location=interface.where("default"))


_VENDOR_TEAM = re.compile(r"\bteam|\bbond\b|\bBASP\b|\bvirtual adapter\b", re.I)  # Intel, HP, Broadcom; members are not to be seen
_SET_PLACEHOLDER = "teamed-interface"  # what the property for a single adapter says of an embedded team


def _uplink_count(switch: Switch, host: Host) -> int:
    """How many adapters are below a switch; raises Missing, and NotApplicable for a team that another maker's driver forms."""
    if team := team_behind(switch, host):
        return len(need(team, "members"))
    names = need(switch, "adapters")
    if [name.lower() for name in names] == [_SET_PLACEHOLDER] or (not names and switch.type == "external"):
        raise Missing("switch.adapters")
    if len(names) == 1 and _VENDOR_TEAM.search(names[0]):
        raise NotApplicable(
            "a team of another maker, whose members are not known", "ein Team eines anderen Herstellers, Mitglieder unbekannt"
        )
    return len(names)


@rule(
    "NET211",
    on="switch",
    entry="switch-uplink-redundancy",
    en="External virtual switch with a single uplink",
    de="Externer virtueller Switch mit nur einem Uplink",
    severity="warning",
    implements=("switch-on-one-link",),
)
def single_uplink(switch: Switch, look: Look) -> Verdict:
    """One cable, port or physical switch takes every virtual machine off the network."""
    if not only_external(switch):
        return NOT_EXTERNAL
    count = _uplink_count(switch, _host(look))
    shown = Text(units.quantity(count, "adapters", "en"), units.quantity(count, "adapters", "de"))
    bound = words("at least 2 adapters", "mindestens 2 Adapter")
    return failed(shown, bound, switch.where("adapters")) if count < 2 else passed(shown, bound)


@rule(
    "NET212",
    on="switch",
    entry="set-load-balancing",
    en="Embedded team does not distribute by Hyper-V port",
    de="Eingebettetes Team verteilt nicht nach Hyper-V-Port",
    severity="info",
    implements=("set-load-balancing",),
    only="2016..2025",
)
def embedded_team_not_by_port(switch: Switch, look: Look) -> Verdict:
    """Dynamic was the default of 2016 and is still allowed."""
    if not need(switch, "embedded_teaming"):
        return not_applicable("the switch has no embedded team", "der Switch hat kein eingebettetes Team")
    wanted = words("SwitchIndependent, HyperVPort")
    if switch.teaming_mode not in (None, "SwitchIndependent"):
        return failed(words(switch.teaming_mode), wanted, switch.where("teaming_mode"))
    algorithm = need(switch, "load_balancing")
    return passed(words(algorithm)) if algorithm == "HyperVPort" else failed(words(algorithm), wanted, switch.where("load_balancing"))


@rule(
    "NET213",
    on="switch",
    entry="network-converged",
    en="Management shares its only uplink with virtual machines, and nothing is reserved for it",
    de="Die Verwaltung teilt sich den einzigen Uplink mit virtuellen Maschinen, und nichts ist für sie reserviert",
    severity="info",
    implements=("nic-management-dedicated",),
    only="2012..2025",
)
def management_without_share(switch: Switch, look: Look) -> Verdict:
    """A busy machine can then take the host off the network; with several uplinks or a reservation, sharing is by design."""
    if not only_external(switch):
        return NOT_EXTERNAL
    if not need(switch, "allow_management_os"):
        return not_applicable(
            "the management operating system does not use the switch", "das Verwaltungsbetriebssystem nutzt den Switch nicht"
        )
    host = _host(look)
    if _uplink_count(switch, host) > 1:
        return not_applicable("the switch has several uplinks", "der Switch hat mehrere Uplinks")
    if switch.bandwidth_mode == "None":
        return failed(words("bandwidth mode None", "Bandbreitenmodus None"), location=switch.where("bandwidth_mode"))
    own = [adapter for adapter in need(host, "virtual_adapters") if (adapter.switch or "").casefold() == (switch.name or "").casefold()]
    reserved = [adapter for adapter in own if adapter.minimum_bandwidth]
    if reserved:
        return passed(words("; ".join(f"{adapter.name}: {adapter.minimum_bandwidth}" for adapter in reserved)))
    if not own:
        raise Missing("adapter.switch")
    for adapter in own:
        need(adapter, "minimum_bandwidth")
    nothing = words("no minimum bandwidth", "keine Mindestbandbreite")
    return failed(nothing, location=places(own, "minimum_bandwidth"))


@rule(
    "NET214",
    on="switch",
    entry="switch-packet-direct",
    en="PacketDirect is on for a virtual switch",
    de="PacketDirect ist an einem virtuellen Switch eingeschaltet",
    severity="info",
    implements=("packet-direct-off",),
    only="2016..2019",
)
def packet_direct(switch: Switch, look: Look) -> Verdict:
    """Made for special appliances; a usual switch has it off."""
    if need(switch, "packet_direct"):
        return failed(words("on", "ein"), words("off", "aus"), switch.where("packet_direct"))
    return passed(words("off", "aus"))


# --- queues of the uplinks --------------------------------------------------------------------------------------------

GIGABIT = 10**9


def _queued(adapter: HostAdapter, look: Look) -> bool:
    """Whether VMQ is on for an uplink; raises NotApplicable for other adapters and for those that cannot do it.

    Get-NetAdapterVmq lists capable adapters only, so one that is not in its list while others are cannot.
    """
    host = _host(look)
    if switch_above(adapter, host) is None:
        raise NotApplicable("the adapter is below no virtual switch", "der Adapter liegt unter keinem virtuellen Switch")
    if adapter.vmq is None and any(other.vmq is not None for other in host.adapters or []):
        raise NotApplicable("the adapter cannot do VMQ", "der Adapter beherrscht VMQ nicht")
    return need(adapter, "vmq")


@rule(
    "NET204",
    on="host_adapter",
    entry="vmq-physical-adapters",
    en="VMQ is off on a fast adapter below a virtual switch",
    de="VMQ ist an einem schnellen Adapter unter einem virtuellen Switch aus",
    severity="warning",
    implements=("vmq-enabled",),
    only="2012..2025",
)
def queues_off(adapter: HostAdapter, look: Look) -> Verdict:
    """Without queues one processor core takes in the traffic of all machines."""
    on = _queued(adapter, look)
    if need(adapter, "speed") <= GIGABIT:
        return not_applicable("at 1 Gbit/s one core is enough", "bei 1 Gbit/s genügt ein Kern")
    return passed(words("VMQ on", "VMQ ein")) if on else failed(words("VMQ off", "VMQ aus"), location=adapter.where("vmq"))


@rule(
    "NET205",
    on="host_adapter",
    entry="vmq-physical-adapters",
    en="VMQ is on for a 1 Gbit/s adapter below a virtual switch",
    de="VMQ ist an einem Adapter mit 1 Gbit/s unter einem virtuellen Switch eingeschaltet",
    severity="info",
    implements=("vmq-1gbe",),
    only="2012..2019",
)
def queues_on_slow_adapter(adapter: HostAdapter, look: Look) -> Verdict:
    """No gain at this speed, and drivers of the time lost packets with it."""
    on = _queued(adapter, look)
    if need(adapter, "speed") > GIGABIT:
        return not_applicable("the adapter is faster than 1 Gbit/s", "der Adapter ist schneller als 1 Gbit/s")
    return failed(words("VMQ on", "VMQ ein"), location=adapter.where("vmq")) if on else passed(words("VMQ off", "VMQ aus"))


_SUM_OF_QUEUES = ("HyperVPort", "Dynamic")  # with a switch independent team; everything else uses the smallest number of queues


def _processors(adapter: HostAdapter, step: int) -> set[int]:
    base, count = need(adapter, "vmq_base_processor", "vmq_processors")
    return {base + step * number for number in range(min(count, 64))}  # a processor group has 64


def _set_faults(sets: dict[str, set[int]], sums: bool) -> Iterable[Text]:
    names = list(sets)
    shown = {name: f"{name}: {min(processors)}–{max(processors)}" for name, processors in sets.items() if processors}
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            if sums and sets[one] & sets[other]:
                yield words(f"overlap ({shown[one]}; {shown[other]})", f"überlappen ({shown[one]}; {shown[other]})")
            if not sums and sets[one] != sets[other]:
                pair = f"{shown.get(one, one)}; {shown.get(other, other)}"
                yield words(f"differ ({pair})", f"verschieden ({pair})")


@rule(
    "NET216",
    on="team",
    entry="lbfo-vmq-processors",
    en="VMQ processors of the members of a team do not fit its mode",
    de="Die VMQ-Prozessoren der Teammitglieder passen nicht zur Betriebsart des Teams",
    severity="warning",
    implements=("lbfo-vmq-processor-sets",),
    only="2012..2019",
)
def queue_processors(team: Team, look: Look) -> Verdict:
    """Event 106 of the virtual switch; with simultaneous multithreading only even processors count."""
    host = _host(look)
    if not any(only_external(switch) and team_behind(switch, host) is team for switch in need(host, "switches")):
        return not_applicable("no virtual switch is bound to the team", "kein virtueller Switch ist an das Team gebunden")
    mode, algorithm = need(team, "mode", "load_balancing")
    adapters = [adapter for name in need(team, "members") if isinstance(adapter := named(host, name), HostAdapter)]
    if len(adapters) < len(team.members or []):
        raise Missing("host.adapters")
    queued = [adapter for adapter in adapters if need(adapter, "vmq")]
    if len(queued) < 2:
        return not_applicable("fewer than two members use VMQ", "weniger als zwei Mitglieder benutzen VMQ")
    threads = need(host, "logical_processors") > sum(need(processor, "cores") for processor in need(host, "processors"))
    sets = {adapter.name or "?": _processors(adapter, 2 if threads else 1) for adapter in queued}
    odd = [a.name or "?" for a in queued if threads and (a.vmq_base_processor or 0) % 2]
    faults = [words(f"{name}: odd base processor", f"{name}: ungerader Basisprozessor") for name in odd]
    faults += _set_faults(sets, mode == "SwitchIndependent" and algorithm in _SUM_OF_QUEUES)
    return all_of([lambda: faults], words(f"{mode}, {algorithm}"), places(queued, "vmq_base_processor"))


# --- port mirroring ---------------------------------------------------------------------------------------------------


@rule(
    "NET206",
    on="switch",
    entry="port-mirroring",
    en="Port mirroring with a source but no destination, or the other way round",
    de="Portspiegelung mit Quelle, aber ohne Ziel, oder umgekehrt",
    severity="warning",
    implements=("port-mirror-without-destination", "port-mirror-without-source"),
    only="2012..2025",
)
def half_a_mirror(switch: Switch, look: Look) -> Verdict:
    """Machines that are off count too; the BPA saw only running ones."""
    host = _host(look)
    ports = at_switch(switch, host, look)
    names = {role: [name for adapter, name in ports if adapter.port_mirroring == role] for role in ("source", "destination")}
    shown = words("; ".join(f"{role}: {', '.join(who)}" for role, who in names.items() if who))
    if all(names.values()):
        return passed(shown)
    loose = [adapter for adapter, _ in adapters_at(look).get((short(host.name), ""), []) if adapter.switch is None]
    for adapter in [*(adapter for adapter, _ in ports), *loose]:
        if need(adapter, "port_mirroring") != "none":
            need(adapter, "switch")
    needs_host_adapters(switch, host)
    if not any(names.values()):
        return not_applicable(
            "no adapter at the switch takes part in port mirroring", "kein Adapter am Switch nimmt an der Portspiegelung teil"
        )
    missing = "destination" if names["source"] else "source"
    place = places((adapter for adapter, _ in ports if adapter.port_mirroring != "none"), "port_mirroring")
    return failed(shown, location=place, implements=(f"port-mirror-without-{missing}",))


# --- VLANs ------------------------------------------------------------------------------------------------------------


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(id) for id in sorted(ids))


def _contradictions(ports: list[Adapter]) -> Iterable[Text]:
    """What the roles of the VLAN ids at one switch contradict each other in."""
    private = [port for port in ports if port.vlan_mode == "private"]
    access = {port.vlan for port in ports if port.vlan_mode == "access" and port.vlan}
    primary = {port.primary_vlan for port in private if port.primary_vlan is not None}
    by_role = {
        role: {id for port in private if port.private_vlan_mode == role for id in port.secondary_vlans or []}
        for role in ("isolated", "community", "promiscuous")
    }
    secondary = set().union(*by_role.values())
    if both := access & primary:
        yield words(f"access and primary: {_listed(both)}", f"Zugriff und primär: {_listed(both)}")
    if both := access & secondary:
        yield words(f"access and secondary: {_listed(both)}", f"Zugriff und sekundär: {_listed(both)}")
    if both := primary & secondary:
        yield words(f"primary and secondary: {_listed(both)}", f"primär und sekundär: {_listed(both)}")
    if both := by_role["isolated"] & by_role["community"]:
        yield words(f"isolated and community: {_listed(both)}", f"isoliert und Community: {_listed(both)}")
    pairs = {(port.primary_vlan, id) for port in private for id in port.secondary_vlans or [] if port.primary_vlan is not None}
    for id in sorted(secondary):
        if len(owners := {first for first, second in pairs if second == id}) > 1:
            yield words(
                f"secondary {id} of several primaries: {_listed(owners)}", f"sekundäres {id} zu mehreren primären: {_listed(owners)}"
            )
    for first in sorted(primary):
        if len(isolated := {id for one, id in pairs if one == first and id in by_role["isolated"]}) > 1:
            yield words(f"several isolated of primary {first}: {_listed(isolated)}", f"mehrere isolierte zu {first}: {_listed(isolated)}")


@rule(
    "NET207",
    on="switch",
    entry="private-vlans",
    en="Private VLANs at a virtual switch contradict each other",
    de="Private VLANs an einem virtuellen Switch widersprechen sich",
    severity="error",
    implements=("pvlan-consistent",),
    only="2012..2025",
)
def private_vlans(switch: Switch, look: Look) -> Verdict:
    """All contradictions of one switch together; the BPA stopped at the first and mixed the switches."""
    host = _host(look)
    ports = [adapter for adapter, _ in at_switch(switch, host, look)]
    if faults := list(_contradictions(ports)):
        return all_of([lambda: faults], words(""), places(ports, "primary_vlan"))
    if not any(need(port, "vlan_mode") == "private" for port in ports):
        return not_applicable("no adapter at the switch uses a private VLAN", "kein Adapter am Switch benutzt ein privates VLAN")
    for port in ports:
        if port.vlan_mode == "private":
            need(port, "private_vlan_mode", "primary_vlan", "secondary_vlans")
        elif port.vlan_mode == "access":
            need(port, "vlan")
    for adapter, _ in adapters_at(look).get((short(host.name), ""), []):
        need(adapter, "switch")
    needs_host_adapters(switch, host)
    pairs = {f"{port.primary_vlan}/{_listed(port.secondary_vlans or [])}" for port in ports if port.vlan_mode == "private"}
    return passed(words("; ".join(sorted(pairs))))


# A trunk of this many of the 4094 VLAN ids restricts nothing; our figure.
NEARLY_ALL_VLANS = 4000


@rule(
    "NET210",
    on="adapter",
    entry="vm-vlan-trunk",
    en="Trunk into a virtual machine lets every VLAN in",
    de="Trunk in eine virtuelle Maschine lässt jedes VLAN hinein",
    severity="info",
    implements=("vm-vlan-consistent",),
    only="2012..2025",
)
def trunk_of_everything(adapter: Adapter, look: Look) -> Verdict:
    """Which VLANs a machine should be in nobody can tell from an export; that it needs all of them is unlikely."""
    mode = need(adapter, "vlan_mode")
    if mode != "trunk":
        return passed(words(f"{mode} {adapter.vlan}" if mode == "access" and adapter.vlan is not None else mode))
    count = len(need(adapter, "allowed_vlans"))
    shown = words(f"trunk, {count} VLANs", f"Trunk, {count} VLANs")
    return failed(shown, location=adapter.where("allowed_vlans")) if count >= NEARLY_ALL_VLANS else passed(shown)


# --- guards of the port -----------------------------------------------------------------------------------------------


@rule(
    "NET209",
    on="adapter",
    entry="vm-adapter-guards",
    en="Virtual machine may use foreign MAC addresses",
    de="Virtuelle Maschine darf fremde MAC-Adressen benutzen",
    severity="info",
    implements=("vm-nic-guards",),
    only="2012..2025",
)
def mac_spoofing(adapter: Adapter, look: Look) -> Verdict:
    """Needed for nested virtualization and for network load balancing; which machines are tenants is the site's to say."""
    if not need(adapter, "mac_spoofing"):
        return passed(words("off", "aus"))
    nested = versions.position(look.needs_version()) >= versions.position("2016") and need(look.vm, "nested_virtualization")
    if nested:
        return not_applicable("nested virtualization needs it", "geschachtelte Virtualisierung braucht es")
    return failed(words("on", "ein"), location=adapter.where("mac_spoofing"))


# --- SR-IOV -----------------------------------------------------------------------------------------------------------


def _without_functions(uplink: HostAdapter) -> Iterable[Text]:
    support = need(uplink, "sriov_support")
    if support != "Supported":
        yield words(f"{uplink.name}: {support}")
    elif need(uplink, "virtual_functions") < 1:
        yield words(f"{uplink.name}: no virtual functions", f"{uplink.name}: keine virtuellen Funktionen")


@rule(
    "NET218",
    on="adapter",
    entry="sr-iov",
    en="SR-IOV is asked for but cannot work",
    de="SR-IOV ist verlangt, kann aber nicht arbeiten",
    severity="warning",
    implements=("sriov-queue-pairs",),
    only="2016..2025",
)
def sriov_without_means(adapter: Adapter, look: Look) -> Verdict:
    """The machine then runs over the virtual switch, slower than planned."""
    if not need(adapter, "iov_weight"):
        return not_applicable("SR-IOV is off for the adapter", "SR-IOV ist für den Adapter aus")

    def queue_pairs() -> Iterable[Text]:
        return [words("no queue pairs", "keine Warteschlangenpaare")] if need(adapter, "queue_pairs") < 1 else []

    def switch_and_uplinks() -> Iterable[Text]:
        host = host_of_vm(look.vm, look)
        switch = switch_of(adapter, host)
        if not need(switch, "sr_iov"):
            return [words(f"switch {switch.name} without SR-IOV", f"Switch {switch.name} ohne SR-IOV")]
        return [fault for uplink in uplinks(switch, host) for fault in _without_functions(uplink)]

    return all_of([queue_pairs, switch_and_uplinks], words("SR-IOV"), adapter.where("iov_weight"))
