"""Rules about NUMA and virtual NUMA: machines that are larger than a node of their host."""

from __future__ import annotations

from kb import units
from kb.inventory import Host, Vm
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import clustered, members


def _node(hosts: list[Host]) -> tuple[int, int]:
    """Processors and bytes of memory of the smallest NUMA node of some hosts; raises Missing."""
    nodes = [node for host in hosts for node in need(host, "numa_nodes")]
    if not nodes:
        raise Missing("host.numa_nodes")
    return min(need(node, "processors") for node in nodes), min(need(node, "memory") for node in nodes)


def _hosts(vm: Vm, look: Look) -> list[Host]:
    """The hosts a VM can run on: every node of the cluster for a clustered one, else its own; raises Missing."""
    if look.inventory.cluster is None or not clustered(vm, look):
        return [look.host(vm)]
    hosts, missing = members(look)
    if missing:
        raise Missing(*missing)
    return hosts


def _smallest(vm: Vm, look: Look) -> tuple[int, int]:
    hosts = _hosts(vm, look)
    return look.once(("NUMA", *(host.name for host in hosts)) if len(hosts) == 1 else "NUMA of the cluster", lambda: _node(hosts))


@rule(
    "VM401",
    on="vm",
    entry="virtual-numa-dynamic-memory",
    en="Large machine with dynamic memory has no virtual NUMA",
    de="Große Maschine mit dynamischem Arbeitsspeicher hat kein virtuelles NUMA",
    severity="warning",
    implements=("vm-vnuma-dynamic-memory",),
    only="2012..2025",
)
def dynamic_memory_without_numa(vm: Vm, look: Look) -> Verdict:
    """Larger than a physical node, its guest does not learn which memory is near."""
    if not need(vm, "dynamic_memory"):
        return passed(words("static memory", "fester Arbeitsspeicher"))
    host = look.host(vm)
    processors, memory = look.once(("NUMA", host.name), lambda: _node([host]))
    count, startup = need(vm, "processors", "memory")
    node = words(
        f"a NUMA node has {processors} processors, {units.of_bytes(memory, 'en')}",
        f"ein NUMA-Knoten hat {processors} Prozessoren, {units.of_bytes(memory, 'de')}",
    )
    if count > processors or startup > memory:
        shown = words(
            f"{count} virtual processors, {units.of_bytes(startup, 'en')}, dynamic memory",
            f"{count} virtuelle Prozessoren, {units.of_bytes(startup, 'de')}, dynamischer Arbeitsspeicher",
        )
        return failed(shown, node, vm.where("dynamic_memory"))
    return passed(words("fits into a node", "passt in einen Knoten"), node)


@rule(
    "VM402",
    on="vm",
    entry="virtual-numa-topology",
    en="Virtual NUMA nodes are larger than those of a host",
    de="Virtuelle NUMA-Knoten sind größer als die eines Hosts",
    severity="info",
    implements=("vm-numa-topology",),
    only="2012..2025",
)
def virtual_nodes_too_large(vm: Vm, look: Look) -> Verdict:
    """Set on one host, the topology stays when the machine moves to one with smaller nodes."""
    if need(vm, "dynamic_memory"):
        return not_applicable("dynamic memory has no virtual NUMA", "dynamischer Arbeitsspeicher hat kein virtuelles NUMA")
    processors, memory = _smallest(vm, look)
    count, size = need(vm, "processors", "memory")
    if count <= processors and size <= memory:
        return not_applicable("the machine fits into one node of every host", "die Maschine passt auf jedem Host in einen Knoten")
    own, share = need(vm, "numa_processors", "numa_memory")
    shown = words(
        f"up to {own} processors, {units.of_bytes(share, 'en')} per virtual node",
        f"bis zu {own} Prozessoren, {units.of_bytes(share, 'de')} je virtuellem Knoten",
    )
    bound = words(f"{processors} processors, {units.of_bytes(memory, 'en')}", f"{processors} Prozessoren, {units.of_bytes(memory, 'de')}")
    # A node that holds more than the machine has is no larger than the machine.
    if min(own, count) > processors or min(share, size) > memory:
        return failed(shown, bound, vm.where("numa_processors"))
    return passed(shown, bound)
