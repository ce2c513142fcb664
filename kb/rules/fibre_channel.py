"""Rules about virtual Fibre Channel: virtual SANs of the hosts and the adapters of VMs."""

from __future__ import annotations

from kb import limits, units
from kb.entry import Text
from kb.inventory import FibreChannelAdapter, Host, Vm
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import members, only_clustered, places


def _adapters(vm: Vm) -> list[FibreChannelAdapter]:
    """The virtual Fibre Channel adapters of a VM; raises Missing, and NotApplicable when it has none."""
    adapters = need(vm, "fibre_channel")
    if not adapters:
        raise NotApplicable("the virtual machine has no Fibre Channel adapter", "die virtuelle Maschine hat keinen Fibre-Channel-Adapter")
    return adapters


@rule(
    "FC101",
    on="host",
    entry="virtual-san-hba",
    en="Virtual SAN without a host bus adapter",
    de="Virtuelles SAN ohne Hostbusadapter",
    severity="warning",
    implements=("virtual-san-has-hba",),
    only="2012..2025",
)
def virtual_san_without_adapter(host: Host, look: Look) -> Verdict:
    """Its virtual machines do not reach their storage."""
    sans = need(host, "virtual_sans")
    if not sans:
        return not_applicable("the host has no virtual SAN", "der Host hat kein virtuelles SAN")
    empty = [san for san in sans if san.adapters == 0]
    if empty:
        return failed(words(", ".join(san.name or "?" for san in empty)), location=places(empty, "adapters"))
    for san in sans:
        need(san, "adapters")
    return passed(words(", ".join(f"{san.name}: {san.adapters}" for san in sans)))


@rule(
    "FC102",
    on="vm",
    entry="virtual-fibre-channel-redundancy",
    en="Only one virtual Fibre Channel adapter",
    de="Nur ein virtueller Fibre-Channel-Adapter",
    severity="info",
    implements=("vm-fc-two-hbas",),
    only="2012..2025",
)
def single_fibre_channel_adapter(vm: Vm, look: Look) -> Verdict:
    """A second one, with multipathing in the guest, survives the failure of a path."""
    count = len(_adapters(vm))
    shown = Text(units.quantity(count, "adapters", "en"), units.quantity(count, "adapters", "de"))
    bound = words("at least 2 adapters", "mindestens 2 Adapter")
    return failed(shown, bound, vm.where("fibre_channel")) if count < 2 else passed(shown, bound)


@rule(
    "FC103",
    on="vm",
    entry="virtual-fibre-channel-redundancy",
    en="All virtual Fibre Channel adapters of a machine use one virtual SAN",
    de="Alle virtuellen Fibre-Channel-Adapter einer Maschine nutzen ein virtuelles SAN",
    severity="warning",
    implements=("vm-fc-same-san",),
    only="2012..2025",
)
def adapters_on_one_san(vm: Vm, look: Look) -> Verdict:
    """Two adapters on one virtual SAN share its physical ports and its fabric."""
    adapters = _adapters(vm)
    if len(adapters) < 2:
        return not_applicable("there is only one adapter", "es gibt nur einen Adapter")
    used = {adapter.san for adapter in adapters if adapter.san}
    if len(used) > 1:
        return passed(words(", ".join(sorted(used))))
    for adapter in adapters:
        need(adapter, "san")
    return failed(words(", ".join(used)), location=places(adapters, "san"))


@rule(
    "FC104",
    on="vm",
    entry="fibre-channel-live-migration-paths",
    en="Live migration may drop Fibre Channel paths",
    de="Livemigration darf Fibre-Channel-Pfade verlieren",
    severity="warning",
    implements=("vm-fc-reduced-redundancy",),
    only="2012..2025",
)
def reduced_redundancy_allowed(vm: Vm, look: Look) -> Verdict:
    """Hyper-V then skips the check that the destination has as many paths."""
    if vm.fibre_channel == []:
        _adapters(vm)
    if not need(vm, "reduced_fc_redundancy"):
        return passed(words("AllowReducedFcRedundancy: false"))
    _adapters(vm)
    return failed(words("AllowReducedFcRedundancy: true"), location=vm.where("reduced_fc_redundancy"))


def _sans(look: Look) -> tuple[dict[str, set[str]], list[str]]:
    """The names of the virtual SANs of each node, and what is missing to know all of them."""
    hosts, missing = members(look)
    names = {host.name or "?": {need(san, "name") for san in host.virtual_sans} for host in hosts if host.virtual_sans is not None}
    return names, missing or ([] if len(names) == len(hosts) else ["host.virtual_sans"])


@rule(
    "FC105",
    on="vm",
    entry="virtual-san-names",
    en="Virtual SAN of a clustered machine is missing on a node",
    de="Virtuelles SAN einer geclusterten Maschine fehlt auf einem Knoten",
    severity="error",
    implements=("cluster-virtual-san-match",),
    only="2012..2025",
)
def virtual_san_missing_on_a_node(vm: Vm, look: Look) -> Verdict:
    """The machine finds its storage on another node by the name of the virtual SAN."""
    only_clustered(vm, look)
    adapters = _adapters(vm)
    names, missing = look.once("virtual SANs", lambda: _sans(look))
    for adapter in adapters:
        lacking = [host for host, own in names.items() if adapter.san and adapter.san not in own]
        if lacking:
            where = ", ".join(lacking)
            shown = words(f"{adapter.san} is missing on {where}", f"{adapter.san} fehlt auf {where}")
            return failed(shown, location=adapter.where("san"))
    used = sorted({need(adapter, "san") for adapter in adapters})
    if missing:
        raise Missing(*missing)
    return passed(words(", ".join(used)))


@rule(
    "FC106",
    on="vm",
    entry="vm-fibre-channel-adapters",
    en="Too many virtual Fibre Channel adapters",
    de="Zu viele virtuelle Fibre-Channel-Adapter",
    severity="error",
    implements=("vm-fc-adapter-limit",),
    only="2012..2025",
)
def too_many_fibre_channel_adapters(vm: Vm, look: Look) -> Verdict:
    """The limit stands in the entry."""
    count = len(_adapters(vm))
    allowed = look.limit("vm-fibre-channel-adapters")
    shown = Text(units.quantity(count, "adapters", "en"), units.quantity(count, "adapters", "de"))
    bound = Text(allowed.text("en"), allowed.text("de"))
    outcome = limits.compare(count, "at_most", allowed).outcome
    return failed(shown, bound, vm.where("fibre_channel")) if outcome == "fail" else passed(shown, bound)
