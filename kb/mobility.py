"""The live migration matrix: which virtual machine can move to which node, and what stops it.

VMs that the same things hold back are one group, so that a large cluster stays readable.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from kb import limits, versions
from kb.capacity import memory_of
from kb.entry import Text
from kb.inventory import Host, Inventory, Vm, same_name
from kb.load import Knowledge
from kb.paths import on_csv, on_share

Answer = Literal["here", "yes", "no", "unknown"]
OLDEST, NEWEST = "vm-config-version-oldest", "vm-config-version-default"


class Move(Struct, frozen=True):
    """A VM (or a group of them) and a node: whether it can move there, what stops it, or which values are missing to tell."""

    node: str
    answer: Answer
    reasons: tuple[Text, ...] = ()
    missing: tuple[str, ...] = ()


class Group(Struct):
    """VMs on one host that can move to the same nodes for the same reasons."""

    host: str
    vms: list[str]
    moves: list[Move]


class Mobility(Struct):
    """The nodes and the groups of VMs."""

    nodes: list[str]
    groups: list[Group]


def mobility(inventory: Inventory, knowledge: Knowledge, target: str | None = None) -> Mobility | None:
    """The matrix over the nodes of the cluster, else over all hosts; None with fewer than two of them.

    With `target`, hosts are taken to run that version.
    """
    hosts = inventory.hosts or []
    if inventory.cluster and inventory.cluster.nodes:  # a node whose host was not read stays: nothing is known of it
        hosts = [inventory.host(node.name) or Host(name=node.name) for node in inventory.cluster.nodes]
    if len(hosts) < 2 or not inventory.vms:
        return None
    down = {
        (node.name or "").lower().partition(".")[0]
        for node in (inventory.cluster.nodes or [] if inventory.cluster else [])
        if node.state and node.state.lower() != "up"
    }
    matrix = _Matrix(hosts, down, _free_memory(hosts, inventory.vms), knowledge, target, clustered=inventory.cluster is not None)
    by_name: dict[str, Host | None] = {}
    groups: dict[tuple, Group] = {}
    for vm in inventory.vms:
        name = vm.host or ""
        if name not in by_name:
            by_name[name] = next((host for host in hosts if same_name(host.name, name)), None)
        source = by_name[name]
        if source is None:
            continue
        needs = (source.name, *_needs(vm))
        if needs not in groups:
            groups[needs] = Group(source.name or "?", [], [matrix.move(vm, source, host) for host in hosts])
        groups[needs].vms.append(vm.name or vm.id or "?")
    return Mobility([host.name or "?" for host in hosts], _merged(groups.values()))


def _needs(vm: Vm) -> tuple:
    """Everything of a VM that decides where it can move; equal needs mean equal moves."""
    return (
        (vm.state or "").lower() == "running" and memory_of(vm),
        vm.configuration_version,
        vm.processor_compatibility,
        vm.highly_available,
        None if vm.adapters is None else tuple(adapter.switch for adapter in vm.adapters),
        tuple(port.san for port in vm.fibre_channel or []),
        None if vm.disks is None else _local(vm),
        vm.disks is not None and any(disk.path is None and not disk.pass_through for disk in vm.disks),
        any(dvd.media == "physical" for dvd in vm.dvds or []),
        bool(vm.assigned_devices),
    )


def _local(vm: Vm) -> str | None:
    """The first file of a VM that lies on a local drive."""
    paths = [*(disk.path for disk in vm.disks or [] if not disk.pass_through), vm.configuration_path]
    return next((path for path in paths if path and path[1:2] == ":" and not on_csv(path) and not on_share(path)), None)


def _merged(groups: Iterable[Group]) -> list[Group]:
    """Groups with the same moves as one."""
    merged: dict[tuple, Group] = {}
    for group in groups:
        known = merged.setdefault((group.host, *group.moves), group)
        if known is not group:
            known.vms += group.vms
    return list(merged.values())


def _free_memory(hosts: list[Host], vms: list[Vm]) -> dict[str, int | None]:
    free: dict[str, int | None] = {host.name or "?": host.memory for host in hosts}
    by_name: dict[str, str | None] = {}
    for vm in vms:
        if vm.host not in by_name:
            by_name[vm.host or ""] = next((name for name in free if same_name(name, vm.host)), None)
        name = by_name[vm.host or ""]
        left = free.get(name) if name else None
        if name and left is not None and (vm.state or "").lower() == "running":
            memory = memory_of(vm)
            free[name] = None if memory is None else left - memory
    return free


class _Matrix:
    def __init__(
        self, hosts: list[Host], down: set[str], free: dict[str, int | None], knowledge: Knowledge, target: str | None, clustered: bool
    ) -> None:
        self.down, self.free, self.knowledge, self.target, self.clustered = down, free, knowledge, target, clustered
        self.switches = {host.name: None if host.switches is None else {s.name for s in host.switches} for host in hosts}
        self.sans = {host.name: None if host.virtual_sans is None else {s.name for s in host.virtual_sans} for host in hosts}

    def move(self, vm: Vm, source: Host, host: Host) -> Move:
        """Whether a VM can move from its host to another one."""
        name = host.name or "?"
        if host is source:
            return Move(name, "here")
        reasons: list[Text] = []
        missing: dict[str, None] = {}
        for look in (self.versions, self.processors, self.networks, self.storage, self.devices, self.memory):
            look(vm, source, host, reasons, missing)
        if name.lower().partition(".")[0] in self.down:
            reasons.append(Text("the node is not up", "der Knoten ist nicht aktiv"))
        return Move(name, "no" if reasons else "unknown" if missing else "yes", tuple(reasons), tuple(missing))

    def versions(self, vm: Vm, source: Host, host: Host, reasons: list[Text], missing: dict[str, None]) -> None:
        """Releases without live migration, and configuration versions that the other host does not run."""
        ours, theirs = self.target or source.version, self.target or host.version
        if not ours or not theirs:
            missing["host.version"] = None
            return
        if "2008" in (ours, theirs):
            reasons.append(Text("Windows Server 2008 has no live migration", "Windows Server 2008 kennt keine Livemigration"))
        elif versions.position(ours) != versions.position(theirs) and {ours, theirs} != {"2008R2", "2008R2SP1"}:
            if min(versions.position(ours), versions.position(theirs)) < versions.position("2012R2") and (ours, theirs) != (
                "2012",
                "2012R2",
            ):
                reasons.append(
                    Text(
                        f"no live migration from {versions.short(ours)} to {versions.short(theirs)}",
                        f"keine Livemigration von {versions.short(ours)} nach {versions.short(theirs)}",
                    )
                )
            elif vm.configuration_version is None:
                missing["vm.configuration_version"] = None
        if vm.configuration_version and (bad := self.unfit(vm.configuration_version, theirs)):
            reasons.append(bad)

    def unfit(self, configuration: str, version: str) -> Text | None:
        """Why a host of this version does not run a configuration version, or None."""
        for id, wrong in ((OLDEST, lambda own, bound: own < bound), (NEWEST, lambda own, bound: own > bound)):
            entry = self.knowledge.get(id)
            bound = limits.limit(entry, version).value if entry else None
            if isinstance(bound, str) and wrong(versions.numbers(configuration), versions.numbers(bound)):
                return Text(
                    f"configuration version {configuration} does not run on {versions.short(version)}",
                    f"Konfigurationsversion {configuration} läuft nicht unter {versions.short(version)}",
                )
        return None

    def processors(self, vm: Vm, source: Host, host: Host, reasons: list[Text], missing: dict[str, None]) -> None:
        """One manufacturer always; one model, or compatibility mode, for a live migration."""
        ours, theirs = source.processors, host.processors
        if not ours or not theirs or None in (ours[0].manufacturer, theirs[0].manufacturer):
            missing["host.processors"] = None
            return
        if (ours[0].manufacturer or "").lower() != (theirs[0].manufacturer or "").lower():
            reasons.append(Text("processors of another manufacturer", "Prozessoren eines anderen Herstellers"))
        elif ours[0].model != theirs[0].model:
            if vm.processor_compatibility is None:
                missing["vm.processor_compatibility"] = None
            elif not vm.processor_compatibility:
                reasons.append(
                    Text(
                        "another processor model, and compatibility mode is off",
                        "anderes Prozessormodell, und der Kompatibilitätsmodus ist aus",
                    )
                )

    def networks(self, vm: Vm, source: Host, host: Host, reasons: list[Text], missing: dict[str, None]) -> None:
        """The switches of the VM exist on the other host under the same name."""
        there = self.switches[host.name]
        if vm.adapters is None:
            missing["vm.adapters"] = None
        for adapter in vm.adapters or []:
            if adapter.switch is None:
                missing["adapter.switch"] = None
            elif adapter.switch and there is None:
                missing["host.switches"] = None
            elif adapter.switch and there is not None and adapter.switch not in there:
                reasons.append(Text(f"no switch is named {adapter.switch!r}", f"kein Switch heißt {adapter.switch!r}"))
        san = self.sans[host.name]
        for port in vm.fibre_channel or []:
            if port.san and san is not None and port.san not in san:
                reasons.append(Text(f"no virtual SAN is named {port.san!r}", f"kein virtuelles SAN heißt {port.san!r}"))

    def storage(self, vm: Vm, source: Host, host: Host, reasons: list[Text], missing: dict[str, None]) -> None:
        """Files on storage that both hosts reach; outside a cluster storage may move along."""
        if vm.disks is None:
            missing["vm.disks"] = None
            return
        if not self.clustered:
            return
        if any(disk.path is None and not disk.pass_through for disk in vm.disks):
            missing["disk.path"] = None
        if not vm.highly_available and (local := _local(vm)):
            reasons.append(Text(f"a file on local storage ({local})", f"eine Datei auf lokalem Speicher ({local})"))

    def devices(self, vm: Vm, source: Host, host: Host, reasons: list[Text], missing: dict[str, None]) -> None:
        """Devices of this host that the VM is tied to."""
        if any(dvd.media == "physical" for dvd in vm.dvds or []):
            reasons.append(Text("the host's own DVD drive is attached", "das DVD-Laufwerk des Hosts ist verbunden"))
        if vm.assigned_devices:
            reasons.append(Text("a device of the host is assigned to it", "ein Gerät des Hosts ist ihr zugewiesen"))

    def memory(self, vm: Vm, source: Host, host: Host, reasons: list[Text], missing: dict[str, None]) -> None:
        """Enough free memory on the other host for a running VM."""
        if (vm.state or "").lower() != "running":
            return
        wanted, free = memory_of(vm), self.free.get(host.name or "?")
        if wanted is None or free is None:
            missing["vm.memory" if wanted is None else "host.memory"] = None
        elif wanted > free:
            reasons.append(Text("not enough free memory there", "dort ist nicht genug Arbeitsspeicher frei"))
