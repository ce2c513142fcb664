"""The inventory: what Lotse knows of a user's hosts, cluster and virtual machines, in one vocabulary.

Readers fill it, rules judge it. Every field may be None, and None means *not known*: never false, never zero.
An empty list says that there are none; None says that nobody looked. Sizes are bytes, speeds bits per second,
times ISO 8601 in UTC. Each object keeps in `at` where each of its values came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct, field


class Location(Struct, frozen=True):
    """A file and the place in it: an XML path, a JSON path, a line."""

    file: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.file} {self.path}".strip()


class Thing(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Anything in the inventory. `at[field]` is where the field was read; `at[""]` where the object stands."""

    at: dict[str, Location] = field(default_factory=dict)

    def where(self, name: str = "") -> Location | None:
        """Where `name` was read, or where the object stands."""
        return self.at.get(name) or self.at.get("")


Controller = Literal["ide", "scsi", "pmem"]
DiskFormat = Literal["vhd", "vhdx", "vhds"]
DiskType = Literal["fixed", "dynamic", "differencing"]
Service = Literal["heartbeat", "vss", "time", "shutdown", "kvp", "guest"]


class Disk(Thing):
    """A hard disk of a VM: a virtual disk file, or a physical one (`pass_through`)."""

    path: str | None = None
    controller: Controller | None = None
    controller_number: int | None = None
    location: int | None = None
    pass_through: bool | None = None
    format: DiskFormat | None = None
    type: DiskType | None = None
    size: int | None = None
    file_size: int | None = None
    parent: str | None = None
    shared: bool | None = None

    @property
    def is_checkpoint(self) -> bool:
        """True when the file is the differencing disk of a checkpoint (.avhd, .avhdx)."""
        return (self.path or "").lower().endswith((".avhd", ".avhdx"))


class Dvd(Thing):
    """A DVD drive of a VM and the image in it; `path` is "" for an empty drive."""

    path: str | None = None
    controller: Controller | None = None
    controller_number: int | None = None
    location: int | None = None


class Adapter(Thing):
    """A virtual network adapter of a VM; `switch` is "" when it is connected to none."""

    name: str | None = None
    switch: str | None = None
    legacy: bool | None = None
    mac: str | None = None
    dynamic_mac: bool | None = None
    vlan: int | None = None


class Checkpoint(Thing):
    """A checkpoint (snapshot) of a VM; `created` is ISO 8601."""

    name: str | None = None
    id: str | None = None
    created: str | None = None
    type: str | None = None
    parent: str | None = None


class IntegrationService(Thing):
    """One integration service as the host sees it; `up_to_date` is False when the host reports an old version."""

    service: Service | None = None
    enabled: bool | None = None
    status: str | None = None
    up_to_date: bool | None = None


class Vm(Thing):
    """A virtual machine. `files` are folders: of the configuration and of the checkpoints."""

    name: str | None = None
    id: str | None = None
    host: str | None = None
    generation: Literal[1, 2] | None = None
    configuration_version: str | None = None
    state: str | None = None
    processors: int | None = None
    processor_compatibility: bool | None = None
    nested_virtualization: bool | None = None
    memory: int | None = None
    memory_minimum: int | None = None
    memory_maximum: int | None = None
    dynamic_memory: bool | None = None
    highly_available: bool | None = None
    configuration_path: str | None = None
    checkpoint_path: str | None = None
    checkpoint_type: str | None = None
    start_action: Literal["nothing", "start_if_running", "start"] | None = None
    stop_action: Literal["turn_off", "save", "shut_down"] | None = None
    secure_boot: bool | None = None
    boot_order: list[str] | None = None
    guest_os: str | None = None
    integration_version: str | None = None
    disks: list[Disk] | None = None
    dvds: list[Dvd] | None = None
    scsi_controllers: int | None = None
    adapters: list[Adapter] | None = None
    checkpoints: list[Checkpoint] | None = None
    checkpoint_count: int | None = None
    integration_services: list[IntegrationService] | None = None
    host_backup: bool | None = None


class Processor(Thing):
    """A physical processor of a host."""

    manufacturer: str | None = None
    model: str | None = None
    cores: int | None = None


class Switch(Thing):
    """A virtual switch (virtual network in 2008 and 2008 R2)."""

    name: str | None = None
    type: Literal["external", "internal", "private"] | None = None
    allow_management_os: bool | None = None
    embedded_teaming: bool | None = None
    sr_iov: bool | None = None
    adapters: list[str] | None = None


class HostAdapter(Thing):
    """A physical network adapter of a host; `use` holds what it is for (management, vm, live-migration, cluster, iscsi)."""

    name: str | None = None
    description: str | None = None
    speed: int | None = None
    use: list[str] | None = None


class Host(Thing):
    """A Hyper-V host. `version` is a version id, `edition` as in entries, `domain` "" for a workgroup."""

    name: str | None = None
    version: str | None = None
    build: str | None = None
    edition: str | None = None
    domain: str | None = None
    processors: list[Processor] | None = None
    logical_processors: int | None = None
    memory: int | None = None
    hyperv_installed: bool | None = None
    clustering_installed: bool | None = None
    antivirus_exclusions: list[str] | None = None
    switches: list[Switch] | None = None
    adapters: list[HostAdapter] | None = None
    vm_path: str | None = None
    disk_path: str | None = None
    live_migration: bool | None = None
    live_migrations: int | None = None
    storage_migrations: int | None = None
    live_migration_authentication: Literal["credssp", "kerberos"] | None = None
    live_migration_performance: Literal["tcpip", "compression", "smb"] | None = None
    live_migration_any_network: bool | None = None
    numa_spanning: bool | None = None


class ClusterNetwork(Thing):
    """A cluster network. `role` is what the cluster uses it for; `use` what people say it is for."""

    name: str | None = None
    role: Literal["none", "cluster", "client", "cluster_and_client"] | None = None
    state: str | None = None
    subnet: str | None = None
    metric: int | None = None
    use: list[str] | None = None


class ClusterVolume(Thing):
    """A Cluster Shared Volume. `path` is its folder below ClusterStorage; `state` direct, file_system_redirected, block_redirected."""

    name: str | None = None
    path: str | None = None
    owner: str | None = None
    file_system: str | None = None
    size: int | None = None
    free: int | None = None
    state: str | None = None
    redirection_reason: str | None = None
    files: list[str] | None = None


class Witness(Thing):
    """The quorum witness; `kind` is none, disk, file_share or cloud."""

    kind: Literal["none", "disk", "file_share", "cloud"] | None = None
    resource: str | None = None


class Node(Thing):
    """A cluster node as the cluster sees it; its machine is the host of the same name."""

    name: str | None = None
    state: str | None = None
    version: str | None = None
    build: str | None = None
    votes: int | None = None


class Cluster(Thing):
    """A failover cluster. `vms` are the names of the VMs that are clustered roles."""

    name: str | None = None
    domain: str | None = None
    functional_level: int | None = None
    version: str | None = None
    csv_enabled: bool | None = None
    quorum: str | None = None
    dynamic_quorum: bool | None = None
    witness: Witness | None = None
    storage_spaces_direct: bool | None = None
    nodes: list[Node] | None = None
    networks: list[ClusterNetwork] | None = None
    volumes: list[ClusterVolume] | None = None
    vms: list[str] | None = None


class Inventory(Thing):
    """Everything that was read. `taken` is when it was collected, for rules that judge ages."""

    taken: str | None = None
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


def same_name(one: str | None, other: str | None) -> bool:
    """True for two names of one machine: case is ignored, and so is a domain suffix that only one of them has."""
    if not one or not other:
        return False
    a, b = one.lower(), other.lower()
    return a == b or a.partition(".")[0] == b or b.partition(".")[0] == a


def walk(thing: Thing) -> Iterator[Thing]:
    """The object and everything below it, depth first."""
    yield thing
    for name in thing.__struct_fields__:
        value = getattr(thing, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Thing):
                yield from walk(item)


def to_builtins(thing: Thing) -> dict:
    """The object as plain data, without places and without what is not known."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k != "at" and v is not None}
        return [strip(v) for v in value] if isinstance(value, list) else value

    return strip(msgspec.to_builtins(thing))


# What to run to collect a value that is missing, by object and field; the longest prefix counts.
COLLECT: dict[str, str] = {
    "inventory.vms": "Get-VM | ConvertTo-Json -Depth 4",
    "inventory.hosts": "Get-VMHost | ConvertTo-Json -Depth 3",
    "inventory.cluster": "Get-Cluster | ConvertTo-Json -Depth 3",
    "inventory.taken": "inventory.yaml: taken: 2026-01-31",
    "cluster": "Get-Cluster | ConvertTo-Json -Depth 3",
    "cluster.nodes": "Get-ClusterNode | ConvertTo-Json -Depth 2",
    "cluster.networks": "Get-ClusterNetwork | ConvertTo-Json -Depth 2",
    "cluster.volumes": "Get-ClusterSharedVolume | ConvertTo-Json -Depth 4",
    "cluster.vms": "Get-ClusterGroup | ConvertTo-Json -Depth 2",
    "cluster.witness": "Get-ClusterQuorum | ConvertTo-Json -Depth 3",
    "node": "Get-ClusterNode | ConvertTo-Json -Depth 2",
    "network": "Get-ClusterNetwork | ConvertTo-Json -Depth 2",
    "volume": "Get-ClusterSharedVolume | ConvertTo-Json -Depth 4",
    "volume.state": "Get-ClusterSharedVolumeState | ConvertTo-Json -Depth 2",
    "volume.files": "Get-ChildItem C:\\ClusterStorage -Recurse -File | Select-Object FullName | ConvertTo-Json",
    "host": "Get-VMHost | ConvertTo-Json -Depth 3",
    "host.version": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, Caption, OperatingSystemSKU | ConvertTo-Json",
    "host.edition": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, Caption, OperatingSystemSKU | ConvertTo-Json",
    "host.domain": "Get-CimInstance Win32_ComputerSystem | Select-Object Name, Domain, PartOfDomain | ConvertTo-Json",
    "host.processors": "Get-CimInstance Win32_Processor | Select-Object SystemName, Manufacturer, Name, NumberOfCores | ConvertTo-Json",
    "host.switches": "Get-VMSwitch | ConvertTo-Json -Depth 2",
    "host.adapters": "Get-NetAdapter | ConvertTo-Json -Depth 2",
    "host.antivirus_exclusions": "Get-MpPreference | Select-Object ExclusionPath, ExclusionProcess, ExclusionExtension | ConvertTo-Json",
    "hostadapter.use": "say in the inventory what each adapter is for (`use: [management]`: management, vm, live-migration, cluster, iscsi)",
    "hostadapter": "Get-NetAdapter | ConvertTo-Json -Depth 2",
    "network.use": "say in the inventory what each cluster network is for (`use: [live-migration]`)",
    "witness": "Get-ClusterQuorum | ConvertTo-Json -Depth 3",
    "vm": "Get-VM | ConvertTo-Json -Depth 4",
    "vm.processor_compatibility": "Get-VM | Get-VMProcessor | ConvertTo-Json -Depth 2",
    "vm.disks": "Get-VM | Get-VMHardDiskDrive | ConvertTo-Json -Depth 2",
    "vm.dvds": "Get-VM | Get-VMDvdDrive | ConvertTo-Json -Depth 2",
    "vm.scsi_controllers": "Get-VM | Get-VMScsiController | ConvertTo-Json -Depth 2",
    "vm.adapters": "Get-VM | Get-VMNetworkAdapter | ConvertTo-Json -Depth 2",
    "vm.checkpoints": "Get-VM | Get-VMSnapshot | ConvertTo-Json -Depth 2",
    "vm.integration_services": "Get-VM | Get-VMIntegrationService | ConvertTo-Json -Depth 2",
    "vm.boot_order": "Get-VM | Get-VMBios | ConvertTo-Json; Get-VM | Get-VMFirmware | ConvertTo-Json -Depth 3",
    "vm.host_backup": "inventory.yaml: vms: [{name: …, host_backup: true}]",
    "disk.type": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.format": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.size": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk": "Get-VM | Get-VMHardDiskDrive | ConvertTo-Json -Depth 2",
    "dvd": "Get-VM | Get-VMDvdDrive | ConvertTo-Json -Depth 2",
    "adapter": "Get-VM | Get-VMNetworkAdapter | ConvertTo-Json -Depth 2",
    "checkpoint": "Get-VM | Get-VMSnapshot | ConvertTo-Json -Depth 2",
    "switch": "Get-VMSwitch | ConvertTo-Json -Depth 2",
    "integrationservice": "Get-VM | Get-VMIntegrationService | ConvertTo-Json -Depth 2",
    "processor": "Get-CimInstance Win32_Processor | Select-Object SystemName, Manufacturer, Name, NumberOfCores | ConvertTo-Json",
}


def collect(missing: str) -> str:
    """The command that collects a missing value, such as `vm.disks` or `host.edition`."""
    return COLLECT.get(missing) or COLLECT.get(missing.partition(".")[0], "")
