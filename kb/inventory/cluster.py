"""The failover cluster and what it knows of its nodes, networks, volumes and roles."""

from __future__ import annotations

from typing import Literal

from kb.inventory.thing import Thing


class NetworkInterface(Thing):
    """The adapter of a node in a cluster network; `address` is written `10.0.0.5` or `10.0.0.5/24`."""

    node: str | None = None
    adapter: str | None = None
    address: str | None = None
    dhcp: bool | None = None
    state: str | None = None


class ClusterNetwork(Thing):
    """A cluster network. `role` is what the cluster uses it for; `use` what people say it is for.

    `live_migration` is False for a network that is excluded from live migration.
    """

    name: str | None = None
    id: str | None = None
    role: Literal["none", "cluster", "client", "cluster_and_client"] | None = None
    state: str | None = None
    subnet: str | None = None
    metric: int | None = None
    auto_metric: bool | None = None
    use: list[str] | None = None
    live_migration: bool | None = None
    interfaces: list[NetworkInterface] | None = None


class ClusterVolume(Thing):
    """A Cluster Shared Volume. `path` is its folder below ClusterStorage; `state` direct, file_system_redirected, block_redirected.

    `resiliency` is Mirror, Parity …, `copies` how many data copies a mirror keeps, `fault` its fault state.
    """

    name: str | None = None
    path: str | None = None
    owner: str | None = None
    file_system: str | None = None
    size: int | None = None
    free: int | None = None
    state: str | None = None
    redirection_reason: str | None = None
    maintenance: bool | None = None
    fault: str | None = None
    compressed: bool | None = None
    deduplication: bool | None = None
    encrypted: bool | None = None
    physical_sector_size: int | None = None
    resiliency: str | None = None
    copies: int | None = None
    files: list[str] | None = None


class Witness(Thing):
    """The quorum witness; `kind` is none, disk, file_share or cloud.

    `path` is the share of a file share witness, `state` that of its resource; size, file system, partition style,
    `dynamic`, `csv` and `drive_letter` ("" for none) describe a disk witness; `account_kind` and `account_tier` a cloud witness.
    """

    kind: Literal["none", "disk", "file_share", "cloud"] | None = None
    resource: str | None = None
    state: str | None = None
    path: str | None = None
    free: int | None = None
    size: int | None = None
    file_system: str | None = None
    partition_style: str | None = None
    dynamic: bool | None = None
    csv: bool | None = None
    drive_letter: str | None = None
    account_kind: str | None = None
    account_tier: str | None = None


class Node(Thing):
    """A cluster node as the cluster sees it; its machine is the host of the same name."""

    name: str | None = None
    state: str | None = None
    version: str | None = None
    build: str | None = None
    votes: int | None = None
    dynamic_vote: int | None = None


class Group(Thing):
    """A clustered role. `failback_window` is written `22-5` in hours ("": any time), `anti_affinity` holds its class names.

    A rule of the cluster that keeps roles on different nodes counts as a class name too. `priority` is 3000 (high), 2000, 1000 or
    0 (not started by itself).
    """

    name: str | None = None
    type: str | None = None
    state: str | None = None
    owner: str | None = None
    preferred_owners: list[str] | None = None
    failback: bool | None = None
    failback_window: str | None = None
    failover_threshold: int | None = None
    failover_period: int | None = None
    priority: int | None = None
    anti_affinity: list[str] | None = None


class Resource(Thing):
    """A cluster resource; `parameters` are its private properties by name."""

    name: str | None = None
    type: str | None = None
    state: str | None = None
    group: str | None = None
    core: bool | None = None
    possible_owners: list[str] | None = None
    parameters: dict[str, str] | None = None


class ComputerObject(Thing):
    """The computer account of a cluster name or a node in Active Directory; `protected` against accidental deletion."""

    name: str | None = None
    exists: bool | None = None
    distinguished_name: str | None = None
    enabled: bool | None = None
    protected: bool | None = None
    spns: list[str] | None = None


class UpdatingRole(Thing):
    """The role of Cluster-Aware Updating for self-updating. `warn_after` and `stop_after` are minutes.

    `weeks` are those of the month (1 to 5, empty for a weekly schedule); a time of 0 is none, and `max_failed_nodes` may be
    -1 for the default.
    """

    installed: bool | None = None
    state: str | None = None
    plugin: str | None = None
    days: list[str] | None = None
    weeks: list[int] | None = None
    warn_after: int | None = None
    stop_after: int | None = None
    max_failed_nodes: int | None = None
    max_retries: int | None = None


class StoragePool(Thing):
    """A storage pool of Storage Spaces (Direct); sizes are bytes."""

    name: str | None = None
    primordial: bool | None = None
    size: int | None = None
    allocated: int | None = None
    health: str | None = None


class VirtualDisk(Thing):
    """A virtual disk of Storage Spaces."""

    name: str | None = None
    resiliency: str | None = None
    copies: int | None = None
    redundancy: int | None = None
    size: int | None = None
    health: str | None = None
    status: str | None = None


class Cluster(Thing):
    """A failover cluster. `vms` are the names of the VMs that are clustered roles.

    Delays are milliseconds, `block_cache` is MB, `excluded_networks` are the ids or names of networks that live migration
    leaves alone, `validated` is when the newest validation report was written ("": never). `domain_controllers` are the names of
    all domain controllers of its domain.
    """

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
    groups: list[Group] | None = None
    resources: list[Resource] | None = None
    excluded_networks: list[str] | None = None
    same_subnet_delay: int | None = None
    same_subnet_threshold: int | None = None
    cross_subnet_delay: int | None = None
    cross_subnet_threshold: int | None = None
    route_history: int | None = None
    balancer_mode: int | None = None
    balancer_level: int | None = None
    scvmm_optimization: bool | None = None
    block_cache: int | None = None
    computer_objects: list[ComputerObject] | None = None
    updating: UpdatingRole | None = None
    validated: str | None = None
    domain_controllers: list[str] | None = None
    pools: list[StoragePool] | None = None
    virtual_disks: list[VirtualDisk] | None = None
