"""What several rules ask of an inventory: which VMs are clustered, which hosts are nodes, where a path lies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from kb import limits, versions
from kb.entry import Text
from kb.inventory import Disk, Host, Location, Vm, same_name
from kb.paths import SYSTEM_DRIVE as SYSTEM_DRIVE
from kb.paths import in_root as in_root
from kb.paths import on_csv as on_csv
from kb.paths import on_share as on_share
from kb.paths import on_system_drive as on_system_drive
from kb.paths import parent as parent
from kb.paths import volume as volume
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, words

# --- VMs and hosts ----------------------------------------------------------------------------------------------------


def running(vm: Vm) -> bool:
    """True when the VM is running; raises Missing."""
    return need(vm, "state").lower() == "running"


def clustered(vm: Vm, look: Look) -> bool:
    """True when the VM is a clustered role, by its own word or by the cluster's list; raises Missing."""
    if vm.highly_available is not None:
        return vm.highly_available
    cluster = look.inventory.cluster
    if vm.name is None or cluster is None or cluster.vms is None:
        raise Missing("vm.highly_available")
    names = cluster.vms
    return vm.name.casefold() in look.once("roles", lambda: {name.casefold() for name in names})


def only_clustered(vm: Vm, look: Look) -> None:
    """Raises NotApplicable for a VM that is no clustered role, Missing when that is not known."""
    if not clustered(vm, look):
        raise NotApplicable("the virtual machine is not a clustered role", "die virtuelle Maschine ist keine Clusterrolle")


def clustered_vms(look: Look) -> list[Vm]:
    """Every VM that is a clustered role; raises Missing when one that the cluster names was not read."""
    found = [vm for vm in need(look.inventory, "vms") if clustered(vm, look)]
    names = {(vm.name or "").casefold() for vm in found}
    cluster = look.inventory.cluster
    if cluster and any(name.casefold() not in names for name in cluster.vms or []):
        raise Missing("inventory.vms")
    return found


def vms_on(host: Host, look: Look) -> list[Vm]:
    """The VMs of a host; a VM that names no host belongs to the only one there is. Raises Missing."""
    hosts, vms = need(look.inventory, "hosts"), need(look.inventory, "vms")
    if len(hosts) == 1:
        return [vm for vm in vms if vm.host is None or same_name(vm.host, host.name)]

    def by_host() -> dict[str, list[Vm]]:
        found: dict[str, list[Vm]] = {}
        for vm in vms:
            found.setdefault(need(vm, "host").lower().partition(".")[0], []).append(vm)
        return found

    named = look.once("vms by host", by_host).get((host.name or "").lower().partition(".")[0], [])
    return [vm for vm in named if same_name(vm.host, host.name)]


def is_node(host: Host, look: Look) -> bool:
    """True when the host is a node of the cluster; raises Missing."""
    nodes = need(need(look.inventory, "cluster"), "nodes")
    return any(same_name(node.name, host.name) for node in nodes)


def members(look: Look) -> tuple[list[Host], list[str]]:
    """The hosts that are nodes of the cluster, and what is missing to know all of them.

    Where the nodes are not listed, every host is taken for one, so that a difference is still found.
    """
    nodes = need(look.inventory, "cluster").nodes
    hosts = look.inventory.hosts or []
    if nodes is None:
        return hosts, ["cluster.nodes"]
    found = look.once("members", lambda: [host for host in hosts if any(same_name(node.name, host.name) for node in nodes)])
    return found, ["inventory.hosts"] if len(found) < len(nodes) else []


def same_on_all_nodes(look: Look, field: str, what: Text, of: Callable[[Any], object] = lambda value: value) -> Verdict:
    """Passes when a field of the hosts is the same on all nodes; a difference counts even when a node is not known.

    `what` names the field in words, `of` turns its value into what is compared and shown (a Text where languages differ).
    """

    def said(value: object, lang: str) -> str:
        return value.in_(lang) if isinstance(value, Text) else str(value)

    hosts, missing = members(look)
    known = {host.name or "?": of(getattr(host, field)) for host in hosts if getattr(host, field) is not None}
    if len(set(known.values())) > 1:
        shown = {lang: "; ".join(f"{name}: {said(value, lang)}" for name, value in known.items()) for lang in ("en", "de")}
        return failed(Text(f"{what.en} – {shown['en']}", f"{what.de} – {shown['de']}"), location=places(hosts, field))
    if missing or len(known) < len(hosts):
        raise Missing(*(missing or [f"host.{field}"]))
    if len(hosts) < 2:
        return ONE_NODE
    value = next(iter(known.values()))
    return passed(Text(f"{what.en}: {said(value, 'en')}", f"{what.de}: {said(value, 'de')}"))


ONE_NODE = not_applicable("the cluster has only one node", "der Cluster hat nur einen Knoten")


def all_of(checks: Iterable[Callable[[], Iterable[Text]]], fine: Text, location: Location | None = None) -> Verdict:
    """Fails with every fault that the checks name, even where others lack a value; passes with `fine` when none does.

    A check gives its faults and raises Missing for what it cannot tell.
    """
    faults: list[Text] = []
    missing: list[str] = []
    for check in checks:
        try:
            faults += check()
        except Missing as absent:
            missing += [name for name in absent.names if name not in missing]
    if faults:
        return failed(Text("; ".join(fault.en for fault in faults), "; ".join(fault.de for fault in faults)), location=location)
    if missing:
        raise Missing(*missing)
    return passed(fine)


def places(things: Iterable[Any], field: str) -> Location | None:
    """The first place where `field` was read."""
    return next((place for thing in things if (place := thing.where(field))), None)


def generation(vm: Vm, look: Look) -> int | None:
    """The generation of a VM, also where other facts settle it: only generation 1 exists before 2012 R2 or has IDE."""
    if vm.generation is not None:
        return vm.generation
    devices = [*(vm.disks or []), *(vm.dvds or [])]
    old = look.version is not None and versions.position(look.version) < versions.position("2012R2")
    if old or any(device.controller == "ide" for device in devices) or any(adapter.legacy for adapter in vm.adapters or []):
        return 1
    return None


def needs_generation(vm: Vm, look: Look) -> int:
    """The generation of a VM; raises Missing."""
    found = generation(vm, look)
    if found is None:
        raise Missing("vm.generation")
    return found


def checkpoint_count(vm: Vm) -> int:
    """How many checkpoints a VM has; raises Missing."""
    return vm.checkpoint_count if vm.checkpoint_count is not None else len(need(vm, "checkpoints"))


def pass_through_disks(vm: Vm) -> list[Disk]:
    """The physical disks of a VM; raises Missing when one is not known to be virtual and none is physical."""
    disks = need(vm, "disks")
    found = [disk for disk in disks if disk.pass_through]
    if not found:
        for disk in disks:
            need(disk, "pass_through")
    return found


# --- files of virtual machines ------------------------------------------------------------------------------------------


def files(vm: Vm) -> list[tuple[str, Location | None]]:
    """The paths of a VM's virtual disks, configuration and checkpoints with their places; raises Missing.

    The checkpoint folder is taken where it is known; physical disks have no path.
    """
    need(vm, "disks", "configuration_path")
    found = [(need(disk, "path"), disk.where("path")) for disk in vm.disks or [] if not disk.pass_through]
    found.append((vm.configuration_path, vm.where("configuration_path")))
    if vm.checkpoint_path:
        found.append((vm.checkpoint_path, vm.where("checkpoint_path")))
    return found


def known_files(vm: Vm) -> list[tuple[str, Location | None]]:
    """Like `files`, but only what is known: enough to find a fault, not to rule one out."""
    paths = [(disk.path, disk.where("path")) for disk in vm.disks or [] if not disk.pass_through]
    paths += [(vm.configuration_path, vm.where("configuration_path")), (vm.checkpoint_path, vm.where("checkpoint_path"))]
    return [(path, place) for path, place in paths if path]


def no_file_is(vm: Vm, bad: Callable[[str], bool], fine: Text) -> Verdict:
    """Fails for the files of a VM whose path is `bad`; passes with `fine` when every path is known and good."""
    wrong = {path: place for path, place in known_files(vm) if bad(path)}
    if wrong:
        return failed(words(", ".join(wrong)), location=next(iter(wrong.values())))
    files(vm)
    return passed(fine)


# --- limits and times -------------------------------------------------------------------------------------------------


def aspect(found: limits.Limit, when: str) -> Any:
    """The value of the row whose condition reads `when` in English; raises KeyError when the entry has none."""
    for row in found.rows:
        if row.when and row.when.en == when:
            return row.value
    raise KeyError(f"{found.entry.id} has no row {when!r}")


def moment(text: str, missing: str) -> datetime:
    """An ISO 8601 time, taken for UTC when it names no zone; raises Missing for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Missing(missing) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
