"""The inventory: what Lotse knows of a user's hosts, cluster and virtual machines, in one vocabulary.

Readers fill it, rules judge it. Every field may be None, and None means *not known*: never false, never zero.
An empty list says that there are none; None says that nobody looked. Sizes are bytes, speeds bits per second,
times ISO 8601 in UTC. Each object keeps in `at` where each of its values came from.
"""

from __future__ import annotations

from kb.inventory.cluster import (
    Cluster,
    ClusterNetwork,
    ClusterVolume,
    ComputerObject,
    Group,
    NetworkInterface,
    Node,
    Resource,
    StoragePool,
    UpdatingRole,
    VirtualDisk,
    Witness,
)
from kb.inventory.collect import COLLECT, collect
from kb.inventory.host import (
    Certificate,
    DataCenterBridging,
    DriverPackage,
    Extension,
    FirewallRule,
    Host,
    HostAdapter,
    HostBusAdapter,
    Interface,
    IscsiSession,
    NetworkIntent,
    NumaNode,
    PhysicalDisk,
    Processor,
    QosPolicy,
    ReplicaAuthorization,
    ReplicaServer,
    ResourcePool,
    Smb,
    SmbConnection,
    Switch,
    Team,
    TeamInterface,
    TrafficClass,
    UpdateSettings,
    VirtualSan,
    Volume,
    WindowsService,
)
from kb.inventory.thing import Location, Thing, same_name, to_builtins, walk
from kb.inventory.vm import (
    Adapter,
    Checkpoint,
    Controller,
    Disk,
    DiskFormat,
    DiskType,
    Dvd,
    FibreChannelAdapter,
    Guest,
    IntegrationService,
    PrivateVlanMode,
    Replication,
    Service,
    VlanMode,
    Vm,
)

__all__ = [
    "COLLECT",
    "Adapter",
    "Certificate",
    "Checkpoint",
    "Cluster",
    "ClusterNetwork",
    "ClusterVolume",
    "ComputerObject",
    "Controller",
    "DataCenterBridging",
    "Disk",
    "DiskFormat",
    "DiskType",
    "DriverPackage",
    "Dvd",
    "Extension",
    "FibreChannelAdapter",
    "FirewallRule",
    "Group",
    "Guest",
    "Host",
    "HostAdapter",
    "HostBusAdapter",
    "IntegrationService",
    "Interface",
    "Inventory",
    "IscsiSession",
    "Location",
    "NetworkIntent",
    "NetworkInterface",
    "Node",
    "NumaNode",
    "PhysicalDisk",
    "PrivateVlanMode",
    "Processor",
    "QosPolicy",
    "ReplicaAuthorization",
    "ReplicaServer",
    "Replication",
    "Resource",
    "ResourcePool",
    "Service",
    "Smb",
    "SmbConnection",
    "StoragePool",
    "Switch",
    "Team",
    "TeamInterface",
    "Thing",
    "TrafficClass",
    "UpdateSettings",
    "UpdatingRole",
    "VirtualDisk",
    "VirtualSan",
    "VlanMode",
    "Vm",
    "Volume",
    "WindowsService",
    "Witness",
    "collect",
    "same_name",
    "to_builtins",
    "walk",
]


class Inventory(Thing):
    """Everything that was read. `taken` is when it was collected; `clustered` is False where it is known that there is no cluster."""

    taken: str | None = None
    clustered: bool | None = None
    cluster: Cluster | None = None
    hosts: list[Host] | None = None
    vms: list[Vm] | None = None

    def host(self, name: str | None) -> Host | None:
        """The host of this name (case-insensitive, with or without its domain); None when unknown."""
        return next((h for h in self.hosts or [] if same_name(h.name, name)), None)

    def counts(self) -> dict[str, int]:
        """How many objects of each kind there are, for summaries."""
        vms = self.vms or []
        cluster = self.cluster or Cluster()
        return {
            "clusters": int(self.cluster is not None),
            "hosts": len(self.hosts or []),
            "nodes": len(cluster.nodes or []),
            "networks": len(cluster.networks or []),
            "volumes": len(cluster.volumes or []),
            "vms": len(vms),
            "disks": sum(len(vm.disks or []) for vm in vms),
            "adapters": sum(len(vm.adapters or []) for vm in vms),
            "switches": sum(len(h.switches or []) for h in self.hosts or []),
            "checkpoints": sum(len(vm.checkpoints or []) for vm in vms),
        }
