"""Capacity: what each node carries, and whether the others could carry it after the loss of a node.

Memory and the documented limits per node decide; processors are shared and only their ratio is shown. Nothing is
reserved for the hosts themselves, since no document says how much: a cluster that just fits has no room at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kb import limits, units
from kb.entry import Text
from kb.inventory import Cluster, Host, Inventory, Vm, same_name
from kb.load import Knowledge

VMS_PER_HOST = "host-max-running-vms"
VMS_PER_NODE = "cluster-max-vms-per-node-2008r2"


class NodeLoad(Struct):
    """A node and the running clustered VMs on it; memory in bytes, None where it is not known."""

    name: str
    version: str | None
    memory: int | None
    logical_processors: int | None
    vms: int
    vm_memory: int | None
    virtual_processors: int | None


class Loss(Struct):
    """The loss of one node: whether the rest can run everything, what each survivor takes over, and why not."""

    node: str
    survives: bool | None
    wanted: int | None
    left: int | None
    taken: dict[str, int]
    reasons: list[Text]


class Capacity(Struct):
    """Every node's load, every loss, and what was missing to tell; `survives` is whether the cluster survives any one loss."""

    nodes: list[NodeLoad]
    losses: list[Loss]
    survives: bool | None
    missing: list[str]


def memory_of(vm: Vm) -> int | None:
    """The memory a running VM holds: what is assigned to it now, else its startup memory."""
    return vm.memory_assigned or vm.memory


def capacity(inventory: Inventory, knowledge: Knowledge) -> Capacity | None:
    """The capacity of the cluster; None without a cluster of known nodes."""
    cluster = inventory.cluster
    if cluster is None or not cluster.nodes:
        return None
    hosts = {node.name or "?": inventory.host(node.name) for node in cluster.nodes}
    vms = _clustered(inventory, cluster)
    missing: dict[str, None] = {}
    if vms is None:
        missing["inventory.vms" if inventory.vms is None else "vm.highly_available"] = None
    placed: dict[str, list[Vm]] = {name: [] for name in hosts}
    for vm in vms or []:
        if (vm.state or "").lower() == "running":
            node = next((name for name in hosts if same_name(name, vm.host)), None)
            if node is None:
                missing["vm.host"] = None
            else:
                placed[node].append(vm)
        elif vm.state is None:
            missing["vm.state"] = None
    loads = [_load(name, hosts[name], placed[name]) for name in hosts]
    for load in loads:
        if load.memory is None:
            missing["host.memory"] = None
        if load.vm_memory is None:
            missing["vm.memory"] = None
    losses = [] if missing or len(loads) < 2 else [_lose(load.name, loads, placed, knowledge) for load in loads]
    survives = None if not losses else all(loss.survives for loss in losses)
    return Capacity(loads, losses, survives, list(missing))


def _clustered(inventory: Inventory, cluster: Cluster) -> list[Vm] | None:
    names = {name.casefold() for name in cluster.vms} if cluster.vms is not None else None
    found = []
    for vm in inventory.vms or []:
        told = vm.highly_available if vm.highly_available is not None else None if names is None else (vm.name or "").casefold() in names
        if told is None:
            return None
        if told:
            found.append(vm)
    return None if inventory.vms is None else found


def _load(name: str, host: Host | None, vms: list[Vm]) -> NodeLoad:
    return NodeLoad(
        name=name,
        version=host.version if host else None,
        memory=host.memory if host else None,
        logical_processors=host.logical_processors if host else None,
        vms=len(vms),
        vm_memory=_sum(memory_of(vm) for vm in vms),
        virtual_processors=_sum(vm.processors for vm in vms),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    found = list(values)
    return None if None in found else sum(value for value in found if value)


def _lose(lost: str, loads: list[NodeLoad], placed: dict[str, list[Vm]], knowledge: Knowledge) -> Loss:
    """Place the VMs of the lost node on the others, the largest first, each where most memory is free."""
    rest = [load for load in loads if load.name != lost]
    free = {load.name: (load.memory or 0) - (load.vm_memory or 0) for load in rest}
    count = {load.name: load.vms for load in rest}
    bound = {load.name: _most_vms(load.version, knowledge) for load in rest}
    taken = dict.fromkeys(free, 0)
    homeless: list[Vm] = []
    crowded = 0
    for vm in sorted(placed[lost], key=lambda vm: memory_of(vm) or 0, reverse=True):
        roomy = [name for name in free if free[name] >= (memory_of(vm) or 0)]
        fitting = [name for name in roomy if bound[name] is None or count[name] < bound[name]]  # type: ignore[operator]
        if fitting:
            node = max(fitting, key=free.__getitem__)
            free[node] -= memory_of(vm) or 0
            count[node] += 1
            taken[node] += 1
        else:
            homeless.append(vm)
            crowded += bool(roomy)
    wanted = sum(load.vm_memory or 0 for load in loads)
    left = sum(load.memory or 0 for load in rest)
    return Loss(lost, not homeless, wanted, left, taken, _reasons(homeless, crowded))


def _reasons(homeless: list[Vm], crowded: int) -> list[Text]:
    if not homeless:
        return []
    names = ", ".join(vm.name or vm.id or "?" for vm in homeless[:5]) + (f" (+{len(homeless) - 5})" if len(homeless) > 5 else "")
    memory = sum(memory_of(vm) or 0 for vm in homeless)
    reasons = [
        Text(
            f"no node has room for {names}: {units.of_bytes(memory, 'en')} of memory",
            f"kein Knoten hat Platz für {names}: {units.of_bytes(memory, 'de')} Arbeitsspeicher",
        )
    ]
    if crowded:
        reasons.append(
            Text("the number of virtual machines per node is exhausted", "die Zahl virtueller Maschinen je Knoten ist ausgeschöpft")
        )
    return reasons


def _most_vms(version: str | None, knowledge: Knowledge) -> int | None:
    """The documented number of running VMs a node may have; None where none is documented."""
    found = [limits.limit(entry, version).value for id in (VMS_PER_HOST, VMS_PER_NODE) if version and (entry := knowledge.get(id))]
    return min((value for value in found if isinstance(value, int) and not isinstance(value, bool)), default=None)
