"""The cluster as a picture shows it: nodes with their VMs, volumes and networks, without their settings."""

from __future__ import annotations

from msgspec import Struct

from kb.inventory import Inventory, Vm, same_name
from kb.paths import volume


class Machine(Struct):
    """A node of the cluster or a host by itself; `state` is that of the node."""

    name: str
    version: str | None = None
    state: str | None = None
    memory: int | None = None
    logical_processors: int | None = None


class Guest(Struct):
    """A virtual machine: the host it is on and the volumes its files lie on."""

    name: str
    host: str | None = None
    state: str | None = None
    memory: int | None = None
    volumes: list[str] = []


class Store(Struct):
    """A Cluster Shared Volume."""

    name: str
    path: str | None = None
    owner: str | None = None
    size: int | None = None
    free: int | None = None


class Net(Struct):
    """A cluster network."""

    name: str
    role: str | None = None
    subnet: str | None = None


class Topology(Struct):
    """Everything a picture of the configuration needs."""

    cluster: str | None
    machines: list[Machine]
    vms: list[Guest]
    volumes: list[Store]
    networks: list[Net]


def topology(inventory: Inventory) -> Topology:
    """The picture of an inventory; what nobody looked for is simply not in it."""
    cluster = inventory.cluster
    machines: dict[str, Machine] = {}
    for node in (cluster.nodes if cluster else None) or []:
        machines[(node.name or "?").lower()] = Machine(node.name or "?", node.version, node.state)
    for host in inventory.hosts or []:
        found = next((machine for machine in machines.values() if same_name(machine.name, host.name)), None)
        if found is None:
            found = machines.setdefault((host.name or "?").lower(), Machine(host.name or "?"))
        found.version, found.memory, found.logical_processors = host.version or found.version, host.memory, host.logical_processors
    return Topology(
        cluster=cluster.name if cluster else None,
        machines=list(machines.values()),
        vms=[Guest(vm.name or vm.id or "?", vm.host, vm.state, vm.memory, _volumes(vm)) for vm in inventory.vms or []],
        volumes=[Store(v.name or v.path or "?", v.path, v.owner, v.size, v.free) for v in (cluster.volumes if cluster else None) or []],
        networks=[Net(n.name or "?", n.role, n.subnet) for n in (cluster.networks if cluster else None) or []],
    )


def _volumes(vm: Vm) -> list[str]:
    return list(dict.fromkeys(found for disk in vm.disks or [] if disk.path and (found := volume(disk.path))))
