"""The measures: what an entry's `check:` can compare with its value. Sizes are bytes, speeds Gbit/s."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kb import units
from kb.inventory import Checkpoint, Cluster, Disk, Host, Switch, Vm
from kb.rules.engine import Look, NotApplicable, need
from kb.rules.shared import checkpoint_count, clustered_vms, generation, is_node, running, vms_on


def _count(value: Any, unit: str | None, lang: str) -> str:
    return units.quantity(value, unit, lang)


def _size(value: Any, unit: str | None, lang: str) -> str:
    return units.of_bytes(value, lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A quantity of one kind of object (`on`).

    `of` measures it and raises Missing or NotApplicable; `field` is where the report points to; `words` says the
    quantity in the unit of the entry; `generation` tells which rows of the entry count where they differ by it.
    """

    name: str
    on: str
    field: str
    of: Callable[[Any, Look], int | float]
    words: Callable[[Any, str | None, str], str] = _count
    generation: Callable[[Any, Look], int | None] | None = None


# --- virtual machines -------------------------------------------------------------------------------------------------


def _processors(vm: Vm, look: Look) -> int:
    return need(vm, "processors")


def _nested_processors(vm: Vm, look: Look) -> int:
    if not need(vm, "nested_virtualization"):
        raise NotApplicable("nested virtualization is off", "geschachtelte Virtualisierung ist aus")
    return need(vm, "processors")


def _memory(vm: Vm, look: Look) -> int:
    static = look.version in ("2008", "2008R2")  # dynamic memory came with 2008 R2 SP1
    if static or not need(vm, "dynamic_memory"):
        return need(vm, "memory")
    return max(need(vm, "memory", "memory_maximum"))


def _devices(vm: Vm, controller: str) -> list:
    devices = [*need(vm, "disks"), *need(vm, "dvds")]
    return [device for device in devices if need(device, "controller") == controller]


def _disks(vm: Vm, controller: str) -> list[Disk]:
    return [disk for disk in need(vm, "disks") if need(disk, "controller") == controller]


def _most_on_a_controller(devices: list) -> int:
    return max(Counter(need(device, "controller_number") for device in devices).values(), default=0)


def _legacy_adapters(vm: Vm, look: Look) -> int:
    return sum(need(adapter, "legacy") for adapter in need(vm, "adapters"))


def _name_length(checkpoint: Checkpoint, look: Look) -> int:
    return len(need(checkpoint, "name"))


# --- disks ------------------------------------------------------------------------------------------------------------


def _disk_size(disk: Disk, format: str) -> int:
    if disk.pass_through:
        raise NotApplicable("the disk is a physical one", "der Datenträger ist ein physischer")
    if need(disk, "format") != format:
        raise NotApplicable(f"the disk is not in {format.upper()} format", f"der Datenträger hat nicht das Format {format.upper()}")
    return need(disk, "size")


# --- hosts and switches -----------------------------------------------------------------------------------------------


def _running_vms(host: Host, look: Look) -> int:
    return sum(running(vm) for vm in vms_on(host, look))


def _running_vms_of_a_node(host: Host, look: Look) -> int:
    if not is_node(host, look):
        raise NotApplicable("the host is not a cluster node", "der Host ist kein Clusterknoten")
    return _running_vms(host, look)


def virtual_processors(host: Host, look: Look) -> int:
    """The virtual processors of all running VMs of a host; raises Missing."""
    return sum(need(vm, "processors") for vm in vms_on(host, look) if running(vm))


def _sockets(host: Host, look: Look) -> int:
    return len(need(host, "processors"))


def _migration_speed(host: Host, look: Look) -> float:
    adapters = need(host, "adapters")
    carrying = [adapter for adapter in adapters if "live-migration" in (adapter.use or [])]
    if not carrying:
        for adapter in adapters:
            need(adapter, "use")
        raise NotApplicable("no adapter is said to carry live migration", "kein Adapter ist für die Livemigration angegeben")
    return max(need(adapter, "speed") for adapter in carrying) / 1e9


def _team_members(switch: Switch, look: Look) -> int:
    if not need(switch, "embedded_teaming"):
        raise NotApplicable("the switch has no embedded team", "der Switch hat kein eingebettetes Team")
    return len(need(switch, "adapters"))


# --- clusters ---------------------------------------------------------------------------------------------------------


def _nodes(cluster: Cluster, look: Look) -> int:
    return len(need(cluster, "nodes"))


def _running_clustered_vms(cluster: Cluster, look: Look) -> int:
    return sum(running(vm) for vm in clustered_vms(look))


_ALL = (
    Measure(name="vm.processors", on="vm", field="processors", of=_processors, generation=generation),
    Measure(name="vm.nested_processors", on="vm", field="processors", of=_nested_processors),
    Measure(name="vm.memory", on="vm", field="memory", of=_memory, words=_size, generation=generation),
    Measure(name="vm.ide_devices", on="vm", field="disks", of=lambda vm, look: len(_devices(vm, "ide")), generation=generation),
    Measure(
        name="vm.ide_devices_per_controller",
        on="vm",
        field="disks",
        of=lambda vm, look: _most_on_a_controller(_devices(vm, "ide")),
        generation=generation,
    ),
    Measure(name="vm.scsi_controllers", on="vm", field="scsi_controllers", of=lambda vm, look: need(vm, "scsi_controllers")),
    Measure(name="vm.scsi_disks", on="vm", field="disks", of=lambda vm, look: len(_disks(vm, "scsi"))),
    Measure(name="vm.scsi_devices", on="vm", field="disks", of=lambda vm, look: len(_devices(vm, "scsi"))),
    Measure(name="vm.scsi_disks_per_controller", on="vm", field="disks", of=lambda vm, look: _most_on_a_controller(_disks(vm, "scsi"))),
    Measure(name="vm.legacy_adapters", on="vm", field="adapters", of=_legacy_adapters, generation=generation),
    Measure(name="vm.checkpoints", on="vm", field="checkpoints", of=lambda vm, look: checkpoint_count(vm)),
    Measure(name="checkpoint.name_length", on="checkpoint", field="name", of=_name_length),
    Measure(name="disk.vhd_size", on="disk", field="size", of=lambda disk, look: _disk_size(disk, "vhd"), words=_size),
    Measure(name="disk.vhdx_size", on="disk", field="size", of=lambda disk, look: _disk_size(disk, "vhdx"), words=_size),
    Measure(name="host.logical_processors", on="host", field="logical_processors", of=lambda host, look: need(host, "logical_processors")),
    Measure(name="host.sockets", on="host", field="processors", of=_sockets),
    Measure(name="host.memory", on="host", field="memory", of=lambda host, look: need(host, "memory"), words=_size),
    Measure(name="host.running_vms", on="host", field="", of=_running_vms),
    Measure(name="host.running_vms_of_a_node", on="host", field="", of=_running_vms_of_a_node),
    Measure(name="host.virtual_processors", on="host", field="", of=virtual_processors),
    Measure(name="host.live_migration_speed", on="host", field="adapters", of=_migration_speed),
    Measure(name="switch.team_members", on="switch", field="adapters", of=_team_members),
    Measure(name="cluster.nodes", on="cluster", field="nodes", of=_nodes),
    Measure(name="cluster.running_vms", on="cluster", field="vms", of=_running_clustered_vms),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
