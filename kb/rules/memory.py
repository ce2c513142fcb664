"""Rules about memory: what the machines of a host may take together, what one may grow to, and where it fits."""

from __future__ import annotations

from kb import units
from kb.entry import Text
from kb.inventory import Cluster, Host, Vm, same_name
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import members, only_clustered, running, same_on_all_nodes, vms_on

# What the management operating system keeps. Source: System requirements for Hyper-V (at least 4 GB, entry
# host-min-memory). Diag-V reserves 8 GB, which is a number of its own.
RESERVE = 4 * units.BYTES["GB"]


def _size(bytes: int) -> Text:
    return Text(units.of_bytes(bytes, "en"), units.of_bytes(bytes, "de"))


@rule(
    "VM301",
    on="cluster",
    entry="numa-spanning",
    en="NUMA spanning differs between nodes",
    de="NUMA-Spanning ist auf den Knoten verschieden",
    severity="info",
    implements=("host-numa-spanning",),
    only="2008R2SP1..2025",
)
def numa_spanning_differs(cluster: Cluster, look: Look) -> Verdict:
    """Either setting can be right; a machine that starts on one node and not on the other is never meant."""
    what = Text("NUMA spanning", "NUMA-Spanning")
    return same_on_all_nodes(look, "numa_spanning", what, lambda on: words("on", "ein") if on else words("off", "aus"))


# The range that Set-VMMemory takes for the buffer, in percent. Source: Set-VMMemory.
BUFFER = (5, 2000)


@rule(
    "VM302",
    on="vm",
    entry="dynamic-memory-values",
    en="Values of dynamic memory make no sense",
    de="Werte des dynamischen Arbeitsspeichers sind unsinnig",
    severity="info",
    implements=("vm-dynamic-memory-buffer",),
    only="2008R2SP1..2025",
)
def dynamic_memory_values(vm: Vm, look: Look) -> Verdict:
    """A maximum that the host does not have is no limit at all; 1 TB is what the wizard sets."""
    if not need(vm, "dynamic_memory"):
        return not_applicable("the memory is not dynamic", "der Arbeitsspeicher ist nicht dynamisch")
    if vm.memory_minimum is not None and vm.memory is not None and vm.memory_minimum > vm.memory:
        least, start = _size(vm.memory_minimum), _size(vm.memory)
        shown = words(f"minimum {least.en}, startup {start.en}", f"Minimum {least.de}, Start {start.de}")
        return failed(shown, location=vm.where("memory_minimum"))
    if vm.memory_buffer is not None and not BUFFER[0] <= vm.memory_buffer <= BUFFER[1]:
        shown = words(f"buffer {vm.memory_buffer} %", f"Puffer {vm.memory_buffer} %")
        return failed(shown, words(f"{BUFFER[0]} to {BUFFER[1]} %", f"{BUFFER[0]} bis {BUFFER[1]} %"), vm.where("memory_buffer"))
    most = need(vm, "memory_maximum")
    total = need(look.host(vm), "memory")
    if most > total:
        shown, bound = _size(most), _size(total)
        return failed(words(f"maximum {shown.en}", f"Maximum {shown.de}"), bound, vm.where("memory_maximum"))
    need(vm, "memory", "memory_minimum", "memory_buffer")
    return passed(_size(most), _size(total))


def _taken(host: Host, look: Look, dynamic: bool) -> tuple[int, str]:
    """What the running machines of a host take (static memory, and with `dynamic` the maxima), and what is missing to know it."""
    total, missing = 0, ""
    for vm in vms_on(host, look):
        if vm.state is None or (running(vm) and vm.dynamic_memory is None):
            missing = missing or ("vm.state" if vm.state is None else "vm.dynamic_memory")
            continue
        if not running(vm) or (vm.dynamic_memory and not dynamic):
            continue
        size = vm.memory_maximum if vm.dynamic_memory else vm.memory
        if size is None:
            missing = missing or ("vm.memory_maximum" if vm.dynamic_memory else "vm.memory")
        total += size or 0
    return total, missing


def _fits(host: Host, look: Look, dynamic: bool) -> Verdict:
    total, missing = _taken(host, look, dynamic)
    allowed = need(host, "memory") - RESERVE
    if total > max(allowed, 0):
        return failed(_size(total), _size(max(allowed, 0)), host.where("memory"))
    if missing:
        raise Missing(missing)
    if not total:
        return not_applicable(
            "no virtual machine with such memory is running", "keine virtuelle Maschine mit solchem Arbeitsspeicher läuft"
        )
    return passed(_size(total), _size(allowed))


@rule(
    "VM303",
    on="host",
    entry="host-memory-overcommit",
    en="Static memory of the running machines leaves too little for the host",
    de="Fester Arbeitsspeicher der laufenden Maschinen lässt dem Host zu wenig",
    severity="error",
    implements=("host-memory-overcommit",),
)
def static_memory(host: Host, look: Look) -> Verdict:
    """Only what runs takes memory, and dynamic memory gives it back."""
    return _fits(host, look, dynamic=False)


@rule(
    "VM304",
    on="host",
    entry="host-memory-overcommit",
    en="Machines may grow beyond the memory of the host",
    de="Maschinen dürfen über den Arbeitsspeicher des Hosts hinauswachsen",
    severity="warning",
    implements=("host-memory-overcommit",),
    only="2008R2SP1..2025",
)
def maximum_memory(host: Host, look: Look) -> Verdict:
    """Not a fault but a bet that not all machines need their maximum at once."""
    if not any(vm.dynamic_memory is not False for vm in vms_on(host, look)):
        return not_applicable("no machine has dynamic memory", "keine Maschine hat dynamischen Arbeitsspeicher")
    return _fits(host, look, dynamic=True)


def _possible_owners(look: Look) -> dict[str, list[str]]:
    """The nodes that may own the virtual machines, by the name of their group in lower case."""
    cluster = look.inventory.cluster
    resources = (cluster.resources or []) if cluster else []
    return {
        (resource.group or "").casefold(): resource.possible_owners
        for resource in resources
        if (resource.type or "").casefold() == "virtual machine" and resource.possible_owners is not None
    }


@rule(
    "VM305",
    on="vm",
    entry="vm-fits-other-nodes",
    en="Machine fits on no other node",
    de="Maschine passt auf keinen anderen Knoten",
    severity="error",
    implements=("vm-memory-fits-other-nodes",),
)
def fits_no_other_node(vm: Vm, look: Look) -> Verdict:
    """Compared with what the nodes have altogether, not with what is free there now."""
    only_clustered(vm, look)
    hosts, missing = members(look)
    if not missing and len(hosts) < 2:
        return not_applicable("the cluster has only one node", "der Cluster hat nur einen Knoten")
    size = max(need(vm, "memory"), vm.memory_assigned or 0) if vm.dynamic_memory else need(vm, "memory")
    here = need(vm, "host")
    owners = look.once("possible owners", lambda: _possible_owners(look)).get((vm.name or "").casefold())
    largest, absent = 0, list(missing)
    for host in hosts:
        if same_name(host.name, here) or (owners is not None and not any(same_name(host.name, owner) for owner in owners)):
            continue
        if host.memory is None:
            absent = absent or ["host.memory"]
        largest = max(largest, (host.memory or 0) - RESERVE)
        if largest >= size:
            break
    if largest < size and not absent:
        return failed(_size(size), _size(largest), vm.where("memory"))
    if largest < size:
        raise Missing(*absent)
    if owners is None:
        raise Missing("resource.possible_owners")
    return passed(_size(size), _size(largest))
