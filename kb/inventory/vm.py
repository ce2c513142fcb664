"""Virtual machines and what belongs to them."""

from __future__ import annotations

from typing import Literal

from kb.inventory.thing import Thing

Controller = Literal["ide", "scsi", "pmem"]
DiskFormat = Literal["vhd", "vhdx", "vhds"]
DiskType = Literal["fixed", "dynamic", "differencing"]
Service = Literal["heartbeat", "vss", "time", "shutdown", "kvp", "guest"]
VlanMode = Literal["untagged", "access", "trunk", "private"]
PrivateVlanMode = Literal["isolated", "community", "promiscuous"]


class Disk(Thing):
    """A hard disk of a VM: a virtual disk file, or a physical one (`pass_through`).

    `exists` is whether the file is there, `chain` are the files it depends on, nearest first, down to the base ([] for
    none), `chain_valid` is what Test-VHD says of them. `alignment` is what Get-VHD tells (0: not aligned to 4 KB, 1: aligned),
    `block_size` and the sector sizes are bytes, `minimum_iops` and `maximum_iops` 0 where no limit is set.
    `use` is what people say is on it (ntds: the directory database of a domain controller).
    """

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
    exists: bool | None = None
    chain: list[str] | None = None
    chain_valid: bool | None = None
    block_size: int | None = None
    alignment: int | None = None
    logical_sector_size: int | None = None
    physical_sector_size: int | None = None
    minimum_iops: int | None = None
    maximum_iops: int | None = None
    use: list[str] | None = None

    @property
    def is_checkpoint(self) -> bool:
        """True when the file is the differencing disk of a checkpoint (.avhd, .avhdx)."""
        return (self.path or "").lower().endswith((".avhd", ".avhdx"))


class Dvd(Thing):
    """A DVD drive of a VM and the image in it; `path` is "" for an empty drive, `media` physical for the host's own drive."""

    path: str | None = None
    controller: Controller | None = None
    controller_number: int | None = None
    location: int | None = None
    media: Literal["none", "iso", "physical"] | None = None


class Adapter(Thing):
    """A virtual network adapter, of a VM or (in `Host.virtual_adapters`) of the management operating system.

    `switch` is "" when it is connected to none. `vlan` is the access VLAN (0: untagged), `secondary_vlans` the private ones.
    `enabled` is whether the connection of the management operating system is switched on,
    `dhcp` is whether the guest gets its address from a DHCP server, `failover_addresses` are what Replica injects,
    `required_extensions` what the port asks of its switch,
    `iov_weight` and `queue_pairs` belong to SR-IOV, `team_member` is the physical adapter it is mapped to ("" for none),
    `minimum_bandwidth` the weight or the bits per second reserved for it (0: none).
    """

    name: str | None = None
    switch: str | None = None
    legacy: bool | None = None
    mac: str | None = None
    dynamic_mac: bool | None = None
    status: str | None = None
    enabled: bool | None = None
    addresses: list[str] | None = None
    dhcp: bool | None = None
    failover_addresses: list[str] | None = None
    vlan: int | None = None
    vlan_mode: VlanMode | None = None
    allowed_vlans: list[int] | None = None
    private_vlan_mode: PrivateVlanMode | None = None
    primary_vlan: int | None = None
    secondary_vlans: list[int] | None = None
    mac_spoofing: bool | None = None
    dhcp_guard: bool | None = None
    router_guard: bool | None = None
    teaming: bool | None = None
    port_mirroring: Literal["none", "source", "destination"] | None = None
    iov_weight: int | None = None
    queue_pairs: int | None = None
    vmq_weight: int | None = None
    priority_tag: bool | None = None
    rdma: bool | None = None
    team_member: str | None = None
    minimum_bandwidth: int | None = None
    required_extensions: list[str] | None = None


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


class FibreChannelAdapter(Thing):
    """A virtual Fibre Channel adapter of a VM and the virtual SAN it is connected to."""

    name: str | None = None
    san: str | None = None


class Replication(Thing):
    """Hyper-V Replica of a VM. `mode` is none, primary, replica, extended_replica or test_replica.

    `frequency`, `latency` are seconds, `pending` bytes, `vss_interval` hours (0: none), `history` the additional
    recovery points. `last_test_failover` is "" when there never was one. The resync window is `HH:MM` to `HH:MM`.
    """

    mode: Literal["none", "primary", "replica", "extended_replica", "test_replica"] | None = None
    state: str | None = None
    health: str | None = None
    primary_server: str | None = None
    replica_server: str | None = None
    port: int | None = None
    authentication: Literal["kerberos", "certificate"] | None = None
    compression: bool | None = None
    frequency: int | None = None
    history: int | None = None
    vss_interval: int | None = None
    auto_resync: bool | None = None
    resync_start: str | None = None
    resync_end: str | None = None
    replicated_disks: list[str] | None = None
    excluded_disks: list[str] | None = None
    last_replication: str | None = None
    last_test_failover: str | None = None
    pending: int | None = None
    latency: int | None = None


class Guest(Thing):
    """What the guest tells through data exchange, or what people say of it.

    `name` is its computer name, with the domain where it has one. `version` is its Windows kernel version such as `6.1`, `build`
    the number behind it, `service_pack` its number, `architecture` x86, x64 or arm64; `kind` is what ProductType tells; `roles`
    what it is for (domain-controller, ad-lds, sql, exchange).
    """

    name: str | None = None
    family: Literal["windows", "linux", "bsd", "other"] | None = None
    version: str | None = None
    build: int | None = None
    service_pack: int | None = None
    architecture: Literal["x86", "x64", "arm64"] | None = None
    kind: Literal["workstation", "server", "domain-controller"] | None = None
    roles: list[str] | None = None


class Vm(Thing):
    """A virtual machine. `files` are folders: of the configuration, of the checkpoints, of Smart Paging.

    `memory_buffer` is a percentage; `numa_memory` bytes and `numa_processors` a number per virtual NUMA node;
    `threads_per_core` is 0 where the VM follows the host; `com_ports` are the pipes connected, `floppy` is the image in the
    floppy drive ("" for none), `configuration_exists` whether the configuration file is there, `host_backup` whether a
    backup of the host takes it along, `last_backup` "" for never, `last_started` when it last ran. `key_owner` is the thumbprint of the certificate that opens its
    key protector, `key_guardians` how many other guardians (those of a guarded fabric) may open it.
    """

    name: str | None = None
    id: str | None = None
    host: str | None = None
    generation: Literal[1, 2] | None = None
    configuration_version: str | None = None
    state: str | None = None
    created: str | None = None
    last_started: str | None = None
    processors: int | None = None
    processor_compatibility: bool | None = None
    nested_virtualization: bool | None = None
    threads_per_core: int | None = None
    numa_processors: int | None = None
    numa_memory: int | None = None
    memory: int | None = None
    memory_minimum: int | None = None
    memory_maximum: int | None = None
    memory_assigned: int | None = None
    memory_buffer: int | None = None
    dynamic_memory: bool | None = None
    highly_available: bool | None = None
    configuration_path: str | None = None
    configuration_exists: bool | None = None
    checkpoint_path: str | None = None
    smart_paging_path: str | None = None
    checkpoint_type: str | None = None
    automatic_checkpoints: bool | None = None
    start_action: Literal["nothing", "start_if_running", "start"] | None = None
    stop_action: Literal["turn_off", "save", "shut_down"] | None = None
    secure_boot: bool | None = None
    secure_boot_template: str | None = None
    tpm: bool | None = None
    shielded: bool | None = None
    key_owner: str | None = None
    key_guardians: int | None = None
    boot_order: list[str] | None = None
    guest_os: str | None = None
    guest: Guest | None = None
    integration_version: str | None = None
    disks: list[Disk] | None = None
    dvds: list[Dvd] | None = None
    scsi_controllers: int | None = None
    unfiltered_scsi: bool | None = None
    adapters: list[Adapter] | None = None
    fibre_channel: list[FibreChannelAdapter] | None = None
    reduced_fc_redundancy: bool | None = None
    com_ports: list[str] | None = None
    floppy: str | None = None
    assigned_devices: int | None = None
    gpu_partitions: int | None = None
    remotefx_adapters: int | None = None
    checkpoints: list[Checkpoint] | None = None
    checkpoint_count: int | None = None
    integration_services: list[IntegrationService] | None = None
    replication: Replication | None = None
    host_backup: bool | None = None
    last_backup: str | None = None
