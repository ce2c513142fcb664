"""Rules about clustered roles: their resources, where they may run, and in which order they start."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from kb.entry import Text
from kb.inventory import Cluster, Group, Resource, Vm
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.shared import clustered

VM, CONFIGURATION = "virtual machine", "virtual machine configuration"


def _short(name: str | None) -> str:
    """A machine's name the way it is compared: in lower case and without its domain."""
    return (name or "").casefold().partition(".")[0]


def _only_vms(group: Group) -> None:
    if need(group, "type").casefold() != "virtualmachine":
        raise NotApplicable("the role is not a virtual machine", "die Rolle ist keine virtuelle Maschine")


def _resources(group: Group, look: Look) -> dict[str, list[Resource]]:
    """The resources of a role for virtual machines, by type in lower case; raises Missing when one does not say its role or type."""
    by_group, missing = look.once("resources by role", lambda: _by_group(look))
    found = by_group.get((group.name or "").casefold(), {})
    if missing and not (found.get(VM) and found.get(CONFIGURATION)):
        raise Missing(missing)
    return found


def _by_group(look: Look) -> tuple[dict[str, dict[str, list[Resource]]], str]:
    found: dict[str, dict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
    missing = ""
    for resource in need(need(look.inventory, "cluster"), "resources"):
        if resource.group is None or resource.type is None:
            missing = "resource.group" if resource.group is None else "resource.type"
        else:
            found[resource.group.casefold()][resource.type.casefold()].append(resource)
    return found, missing


@rule(
    "CLU301",
    on="group",
    entry="cluster-vm-resources",
    en="Virtual machine role lacks its configuration resource",
    de="Rolle einer virtuellen Maschine hat keine Konfigurationsressource",
    severity="error",
    implements=("cluster-vm-config-resource",),
)
def role_without_its_resources(group: Group, look: Look) -> Verdict:
    """A role of a virtual machine has a resource of each of the two types."""
    _only_vms(group)
    found = _resources(group, look)
    shown = words(", ".join(resource.name or "?" for kind in (VM, CONFIGURATION) for resource in found.get(kind, [])))
    if found.get(VM) and found.get(CONFIGURATION):
        return passed(shown)
    return failed(shown, words("Virtual Machine, Virtual Machine Configuration"), group.where())


@rule(
    "CLU302",
    on="group",
    entry="cluster-vm-resources",
    en="Virtual machine role points to a machine that no node knows",
    de="Rolle zeigt auf eine virtuelle Maschine, die kein Knoten kennt",
    severity="error",
    implements=("cluster-vm-config-resource",),
)
def role_of_a_lost_machine(group: Group, look: Look) -> Verdict:
    """VmID of the resource against the virtual machines of all nodes; an export of some nodes only proves nothing."""
    _only_vms(group)
    resources = _resources(group, look)
    resource = next((r for r in resources.get(VM, []) if _vm_id(r)), None)
    if resource is None:
        raise Missing("resource.parameters")
    vm_id = _vm_id(resource)
    names, unread = look.once("vms of all nodes", lambda: _vms_of_all_nodes(look))
    if vm_id in names:
        return passed(words(names[vm_id]))
    if unread:
        raise Missing(unread)
    return failed(words(f"{resource.name}: {vm_id}"), location=resource.where("parameters"))


def _vm_id(resource: Resource) -> str:
    parameters = {name.casefold(): value for name, value in (resource.parameters or {}).items()}
    return parameters.get("vmid", "").strip("{} ").casefold()


def _vms_of_all_nodes(look: Look) -> tuple[dict[str, str], str]:
    """Names of VMs by id, and what is missing to know those of every node."""
    vms = need(look.inventory, "vms")
    names = {vm.id.casefold(): vm.name or vm.id for vm in vms if vm.id}
    nodes = need(need(look.inventory, "cluster"), "nodes")
    seen = {_short(vm.host) for vm in vms}
    if any(vm.id is None for vm in vms):
        return names, "vm.id"
    return names, "" if all(_short(node.name or "?") in seen for node in nodes) else "inventory.vms"


@rule(
    "CLU303",
    on="group",
    entry="cluster-vm-possible-owners",
    en="Not every node may run the virtual machine",
    de="Nicht jeder Knoten darf die virtuelle Maschine ausführen",
    severity="warning",
    implements=("cluster-vm-possible-owners",),
)
def node_left_out(group: Group, look: Look) -> Verdict:
    """Possible owners of the machine and of its configuration; one of the two is enough to keep a node out."""
    _only_vms(group)
    found = _resources(group, look)
    resources = [resource for kind in (VM, CONFIGURATION) for resource in found.get(kind, [])]
    cluster = need(look.inventory, "cluster")
    nodes = look.once("short names of nodes", lambda: {_short(node.name): node.name or "?" for node in need(cluster, "nodes")})
    for resource in resources:
        owners = resource.possible_owners
        if owners is None:
            continue
        known = {_short(owner) for owner in owners}
        if out := [name for short, name in nodes.items() if short not in known]:
            return failed(
                words(f"{resource.name}: not {', '.join(out)}", f"{resource.name}: nicht {', '.join(out)}"),
                location=resource.where("possible_owners"),
            )
    if not resources:
        raise Missing("resource.possible_owners")
    for resource in resources:
        need(resource, "possible_owners")
    return passed(words(f"nodes: {len(nodes)}", f"Knoten: {len(nodes)}"))


# --- virtual machines that stand in for each other --------------------------------------------------------------------


@dataclass
class _Service:
    """The clustered VMs of one service: where they are, and the class names of their roles."""

    vms: list[Vm] = field(default_factory=list)
    hosts: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)


def _services(vm: Vm) -> list[str]:
    """What a VM serves as, by what its guest tells; raises Missing when nobody knows."""
    guest = need(vm, "guest")
    if guest.roles is None and guest.kind is None:
        raise Missing("guest.roles")
    return list(dict.fromkeys([*(guest.roles or []), *(["domain-controller"] if guest.kind == "domain-controller" else [])]))


def _groups(look: Look) -> dict[str, Group]:
    """The roles for virtual machines by the name of the machine; System Center calls them `SCVMM X Resources`."""
    cluster = look.inventory.cluster or Cluster()
    found = {}
    for group in cluster.groups or []:
        name = (group.name or "").casefold()
        found[name] = group
        found[name.removeprefix("scvmm ").removesuffix(" resources")] = group
    return found


def _group_of(vm: Vm, look: Look) -> Group | None:
    return look.once("roles by machine", lambda: _groups(look)).get((vm.name or "").casefold())


def _by_service(look: Look) -> dict[str, _Service]:
    found: dict[str, _Service] = defaultdict(_Service)
    for vm in need(look.inventory, "vms"):
        try:
            if not clustered(vm, look):
                continue
            services = _services(vm)
        except Missing:
            continue
        group = _group_of(vm, look)
        for service in services:
            found[service].vms.append(vm)
            found[service].hosts[_host(vm)] += 1
            found[service].classes.update(set((group.anti_affinity if group else None) or []))
    return found


def _host(vm: Vm) -> str:
    return _short(vm.host)


@rule(
    "CLU304",
    on="vm",
    entry="cluster-vm-anti-affinity",
    en="Virtual machines of one service are on one node, or nothing keeps them apart",
    de="Virtuelle Maschinen eines Dienstes sind auf einem Knoten, oder nichts hält sie auseinander",
    severity="warning",
    implements=("cluster-vm-anti-affinity",),
)
def service_on_one_node(vm: Vm, look: Look) -> Verdict:
    """Two domain controllers on one node fail together; where there are more machines than nodes, some have to share."""
    if not clustered(vm, look):
        return not_applicable("the virtual machine is not a clustered role", "die virtuelle Maschine ist keine Clusterrolle")
    services = _services(vm)
    by_service = look.once("vms by service", lambda: _by_service(look))
    nodes = len(need(need(look.inventory, "cluster"), "nodes"))
    several = {name: by_service[name] for name in services if 1 < len(by_service[name].vms) <= nodes}
    if not several:
        return not_applicable(
            "no other virtual machine of its service could run elsewhere",
            "keine andere virtuelle Maschine ihres Dienstes könnte anderswo laufen",
        )
    if vm.host:
        for name, service in several.items():
            if service.hosts[_host(vm)] > 1:
                count = service.hosts[_host(vm)]
                shown = words(f"{count} × {name} on {vm.host}", f"{count} × {name} auf {vm.host}")
                return failed(shown, location=vm.where("host"))
    need(vm, "host")
    group = _group_of(vm, look)
    if group is None:
        raise Missing("cluster.groups")
    classes = need(group, "anti_affinity")
    for name, service in several.items():
        if not any(service.classes[one] > 1 for one in classes):
            shown = Text(f"{name}: no common class name or rule", f"{name}: kein gemeinsamer Klassenname, keine Regel")
            return failed(shown, location=group.where("anti_affinity"))
    return passed(words(", ".join(classes)))


HIGH = 3000  # Priority of a role: 3000 high, 2000 medium (the default), 1000 low, 0 not started by itself


@rule(
    "CLU305",
    on="vm",
    entry="cluster-vm-start-order",
    en="Domain controller does not start before other virtual machines",
    de="Domänencontroller startet nicht vor anderen virtuellen Maschinen",
    severity="info",
    implements=("cluster-vm-priority",),
    only="2012..2025",
)
def domain_controller_without_priority(vm: Vm, look: Look) -> Verdict:
    """After a cold start everything else waits for names and logons."""
    if not clustered(vm, look):
        return not_applicable("the virtual machine is not a clustered role", "die virtuelle Maschine ist keine Clusterrolle")
    if "domain-controller" not in _services(vm):
        return not_applicable("the virtual machine is not a domain controller", "die virtuelle Maschine ist kein Domänencontroller")
    group = _group_of(vm, look)
    if group is None:
        raise Missing("cluster.groups")
    priority = need(group, "priority")
    shown = words(f"Priority {priority}", f"Priorität {priority}")
    return passed(shown, words(HIGH)) if priority >= HIGH else failed(shown, words(HIGH), group.where("priority"))


@rule(
    "CLU306",
    on="group",
    entry="cluster-failback",
    en="Role fails back at any time of the day",
    de="Rolle kehrt zu jeder Tageszeit auf ihren bevorzugten Knoten zurück",
    severity="info",
    implements=("cluster-vm-failback-storm",),
)
def failback_at_any_time(group: Group, look: Look) -> Verdict:
    """A node that comes and goes drags every role along each time."""
    if not need(group, "failback"):
        return passed(words("no automatic failback", "kein automatisches Failback"))
    window = need(group, "failback_window")
    if not window:
        return failed(words("immediate failback", "sofortiges Failback"), location=group.where("failback"))
    return passed(words(window))


@rule(
    "CLU307",
    on="cluster",
    entry="vm-load-balancing",
    en="Two balancers move the same virtual machines, or none does",
    de="Zwei Lastenausgleiche verschieben dieselben virtuellen Maschinen, oder keiner tut es",
    severity="info",
    implements=("cluster-load-balancer",),
    only="2016..2025",
)
def balancers(cluster: Cluster, look: Look) -> Verdict:
    """AutoBalancerMode: 0 off, 1 when a node joins, 2 always; System Center switches it off where its own is at work."""
    if len(need(cluster, "nodes")) < 2:
        return not_applicable("the cluster has only one node", "der Cluster hat nur einen Knoten")
    mode, other = cluster.balancer_mode, cluster.scvmm_optimization
    modes = {0: Text("off", "aus"), 1: Text("when a node joins", "beim Beitritt eines Knotens"), 2: Text("always", "immer")}
    if mode and other:
        return failed(words("cluster and System Center", "Cluster und System Center"), location=cluster.where("balancer_mode"))
    need(cluster, "balancer_mode", "scvmm_optimization")
    if mode not in modes:
        return unknown("the value is not documented", "der Wert ist nicht dokumentiert")
    if mode < 2 and not other:
        return failed(modes[mode], modes[2], cluster.where("balancer_mode"))
    return passed(Text("System Center", "System Center") if other else modes[mode])
