"""Hosts: hardware, operating system, network and storage of a machine with Hyper-V."""

from __future__ import annotations

from typing import Literal

from kb.inventory.thing import Thing
from kb.inventory.vm import Adapter

# --- hardware and operating system ------------------------------------------------------------------------------------


class Processor(Thing):
    """A physical processor of a host; `slat` and `virtualization` are what it offers while no hypervisor hides it."""

    manufacturer: str | None = None
    model: str | None = None
    cores: int | None = None
    logical_processors: int | None = None
    slat: bool | None = None
    virtualization: bool | None = None


class NumaNode(Thing):
    """A physical NUMA node; `memory` in bytes."""

    id: int | None = None
    processors: int | None = None
    memory: int | None = None


class WindowsService(Thing):
    """A Windows service or driver by its short name (vmms, ClusSvc); `start` is how it starts."""

    name: str | None = None
    state: str | None = None
    start: Literal["automatic", "manual", "disabled", "boot", "system"] | None = None


class FirewallRule(Thing):
    """A rule of the Windows firewall. `id` is its Name (language-neutral), `group` its group (resource id or display name)."""

    id: str | None = None
    name: str | None = None
    group: str | None = None
    enabled: bool | None = None
    profile: str | None = None
    direction: Literal["inbound", "outbound"] | None = None


class DriverPackage(Thing):
    """A driver of a device and whether it is signed."""

    device: str | None = None
    version: str | None = None
    provider: str | None = None
    signed: bool | None = None


# --- network ----------------------------------------------------------------------------------------------------------


class Extension(Thing):
    """An extension of a virtual switch; its `id` is the same in every language, its name is not."""

    id: str | None = None
    name: str | None = None
    enabled: bool | None = None
    running: bool | None = None


class Switch(Thing):
    """A virtual switch (virtual network in 2008 and 2008 R2); `adapters` are names or descriptions of its uplinks."""

    name: str | None = None
    type: Literal["external", "internal", "private"] | None = None
    allow_management_os: bool | None = None
    embedded_teaming: bool | None = None
    teaming_mode: str | None = None
    load_balancing: str | None = None
    bandwidth_mode: str | None = None
    sr_iov: bool | None = None
    packet_direct: bool | None = None
    adapters: list[str] | None = None
    extensions: list[Extension] | None = None


class Interface(Thing):
    """A network connection of a host by its alias: an adapter, a team, or a virtual adapter of the management operating system.

    `use` holds what it is for (management, vm, live-migration, cluster, storage, iscsi, backup). `addresses` are written
    `10.0.0.5/24`, `conflicts` are those of them that Windows found in use elsewhere; `gateway` says whether a default route
    leaves through it; `bindings` are its components by id (ms_msclient, ms_server, ms_tcpip); `properties` its advanced
    properties by keyword (`*JumboPacket`); `jumbo` is the largest frame in bytes, `vlan` 0 for none. What follows says how
    it deals with queues, RDMA and SR-IOV; `vmq_processors` is the number of processors its queues may use.
    """

    name: str | None = None
    description: str | None = None
    use: list[str] | None = None
    addresses: list[str] | None = None
    conflicts: list[str] | None = None
    dhcp: bool | None = None
    gateway: bool | None = None
    dns_servers: list[str] | None = None
    dns_registration: bool | None = None
    netbios: bool | None = None
    bindings: dict[str, bool] | None = None
    properties: dict[str, str] | None = None
    vlan: int | None = None
    jumbo: int | None = None
    rss: bool | None = None
    vmq: bool | None = None
    vmq_base_processor: int | None = None
    vmq_processors: int | None = None
    rdma: bool | None = None
    rdma_operational: bool | None = None
    rdma_technology: Literal["iwarp", "infiniband", "roce", "rocev2"] | None = None
    qos: bool | None = None
    sriov_support: str | None = None
    virtual_functions: int | None = None


class HostAdapter(Interface):
    """A physical network adapter of a host. `speed` is bits per second, `status` Up, Disconnected, Disabled …

    `Host.interfaces` holds the connections that are no physical adapter, or of which nobody says that they are.
    """

    mac: str | None = None
    status: str | None = None
    speed: int | None = None
    driver_provider: str | None = None
    driver_version: str | None = None
    driver_date: str | None = None


class TeamInterface(Thing):
    """A network interface of a team; `default` is False when it carries one VLAN only."""

    name: str | None = None
    description: str | None = None
    default: bool | None = None
    vlan: int | None = None


class Team(Thing):
    """A network team of Windows (LBFO)."""

    name: str | None = None
    members: list[str] | None = None
    mode: str | None = None
    load_balancing: str | None = None
    interfaces: list[TeamInterface] | None = None


class QosPolicy(Thing):
    """A QoS policy: the ports it is for, the priority it sets, and the bits per second it allows (0: no limit)."""

    name: str | None = None
    port_start: int | None = None
    port_end: int | None = None
    net_direct_port: int | None = None
    priority: int | None = None
    throttle: int | None = None


class TrafficClass(Thing):
    """A traffic class of Data Center Bridging; `bandwidth` is a percentage."""

    name: str | None = None
    algorithm: str | None = None
    priorities: list[int] | None = None
    bandwidth: int | None = None


class DataCenterBridging(Thing):
    """Data Center Bridging of a host: priorities with flow control, classes, and whether the switch decides (`willing`)."""

    installed: bool | None = None
    willing: bool | None = None
    flow_control: list[int] | None = None
    classes: list[TrafficClass] | None = None


class NetworkIntent(Thing):
    """An intent of Network ATC and how far it is carried out; `error` is why it is not."""

    name: str | None = None
    configuration: str | None = None
    provisioning: str | None = None
    error: str | None = None


# --- storage ----------------------------------------------------------------------------------------------------------


class Volume(Thing):
    """A volume of a host. `path` is its drive letter or mount point; sizes are bytes."""

    path: str | None = None
    file_system: str | None = None
    size: int | None = None
    free: int | None = None
    compressed: bool | None = None
    deduplication: bool | None = None
    encrypted: bool | None = None
    physical_sector_size: int | None = None


class PhysicalDisk(Thing):
    """A disk as a host sees it: a local one, a LUN, or a drive of Storage Spaces. Sizes are bytes.

    `number` is its disk number, `id` its unique id (page 83h), `dynamic` True for a dynamic disk, `clustered` True for a disk
    that the cluster manages, `file_systems` those of its volumes. A drive that is `pooled` belongs to a storage pool,
    `journal` is True for a cache drive of Storage Spaces Direct.
    """

    number: int | None = None
    id: str | None = None
    serial: str | None = None
    model: str | None = None
    media: str | None = None
    bus: str | None = None
    firmware: str | None = None
    size: int | None = None
    partition_style: str | None = None
    dynamic: bool | None = None
    physical_sector_size: int | None = None
    health: str | None = None
    clustered: bool | None = None
    file_systems: list[str] | None = None
    pooled: bool | None = None
    journal: bool | None = None


class HostBusAdapter(Thing):
    """A Fibre Channel, SAS or iSCSI host bus adapter."""

    model: str | None = None
    driver: str | None = None
    firmware: str | None = None


class IscsiSession(Thing):
    """An iSCSI session to a target; `connections` is how many TCP connections it has, each of them a path."""

    target: str | None = None
    connected: bool | None = None
    persistent: bool | None = None
    connections: int | None = None


class VirtualSan(Thing):
    """A virtual SAN and how many host bus adapters it has."""

    name: str | None = None
    adapters: int | None = None


class ResourcePool(Thing):
    """A resource pool; `paths` are the folders of a storage pool."""

    name: str | None = None
    type: str | None = None
    parents: list[str] | None = None
    paths: list[str] | None = None


class SmbConnection(Thing):
    """A connection of the host to an SMB share; `dialect` such as `3.1.1`."""

    server: str | None = None
    share: str | None = None
    dialect: str | None = None
    continuously_available: bool | None = None


class Smb(Thing):
    """SMB settings of a host, as server and as client; `live_migration_limit` is bytes per second (0: none).

    `signing` is whether the server requires it, `signing_client` whether the client does.
    """

    smb1: bool | None = None
    multichannel_server: bool | None = None
    multichannel_client: bool | None = None
    signing: bool | None = None
    signing_client: bool | None = None
    encryption: bool | None = None
    live_migration_limit: int | None = None


# --- replica, updates -------------------------------------------------------------------------------------------------


class ReplicaAuthorization(Thing):
    """A primary server (or `*`) that a replica server accepts, the folder for it and its trust group."""

    server: str | None = None
    storage: str | None = None
    trust_group: str | None = None


class ReplicaServer(Thing):
    """Hyper-V Replica on the receiving side. `authentication` holds kerberos, certificate or both.

    `certificate` is a thumbprint, `storage` the default folder, the ports are TCP ports.
    """

    enabled: bool | None = None
    authentication: list[Literal["kerberos", "certificate"]] | None = None
    http_port: int | None = None
    https_port: int | None = None
    certificate: str | None = None
    storage: str | None = None
    authorizations: list[ReplicaAuthorization] | None = None


class Certificate(Thing):
    """A certificate of the computer's store; `names` are its DNS names, `valid` whether its chain and dates hold."""

    thumbprint: str | None = None
    names: list[str] | None = None
    server_authentication: bool | None = None
    valid: bool | None = None


class UpdateSettings(Thing):
    """How a host gets its updates. `automatic` is AUOptions (4: installs by itself), `server` "" for Microsoft Update.

    `proxy` is that of WinHTTP ("" for none), `plugins` are those registered for Cluster-Aware Updating, `scripts` the hashes of
    its scripts for before and after an update.
    """

    automatic: int | None = None
    server: str | None = None
    proxy: str | None = None
    proxy_bypass_local: bool | None = None
    plugins: list[str] | None = None
    scripts: list[str] | None = None


# --- the host ---------------------------------------------------------------------------------------------------------


class Host(Thing):
    """A Hyper-V host. `version` is a version id, `edition` as in entries, `domain` "" for a workgroup.

    `build` is `10.0.20348.2340` with the update revision where known. `features` are the names of installed roles and
    features. `installation` is core, desktop or nano. `distinguished_name` is that of its computer account, `crash_dump`
    the value of CrashDumpEnabled, `installed` when the operating system was, `ou_members` the computers in the same
    organizational unit of Active Directory, `scheduler` core, classic or root, `delegation` the services its account may delegate to.
    `model` names manufacturer and model, `bios` the version of the firmware, `power_plan` the active plan in English.
    `disk_files` are the virtual disk files found on its local volumes, `mpio` names the drivers of multipathing with their
    versions ("" for none), `nfs_mounts` are what Client for NFS has mounted. `ntlm_incoming` and `ntlm_outgoing` are the
    policies that restrict NTLM (0: allowed, 2: denied).
    `printer_redirection` is whether Remote Desktop may bring the printers of the client; `administrators` and
    `hyperv_administrators` are the members of the two local groups, with the SID behind the name where it is known.
    `guardian_certificates` are the thumbprints in the store for shielded VMs whose private key is there.
    `service_logon_right` holds who may log on as a service (SIDs, or names), `ipsec_rules` is the number of active IPsec rules.
    """

    name: str | None = None
    version: str | None = None
    build: str | None = None
    edition: str | None = None
    installation: Literal["core", "desktop", "nano"] | None = None
    architecture: Literal["x86", "x64", "arm64"] | None = None
    domain: str | None = None
    distinguished_name: str | None = None
    ou_members: list[str] | None = None
    installed: str | None = None
    system_drive: str | None = None
    features: list[str] | None = None
    services: list[WindowsService] | None = None
    updates: list[str] | None = None
    pending_reboot: bool | None = None
    crash_dump: int | None = None
    model: str | None = None
    bios: str | None = None
    drivers: list[DriverPackage] | None = None
    driver_verifier: bool | None = None
    powershell_version: str | None = None
    dotnet_version: str | None = None
    remoting: bool | None = None
    update_settings: UpdateSettings | None = None
    power_plan: str | None = None
    printer_redirection: bool | None = None
    administrators: list[str] | None = None
    hyperv_administrators: list[str] | None = None
    service_logon_right: list[str] | None = None
    authorization_store: str | None = None
    virtual_disk_keys: int | None = None
    certificates: list[Certificate] | None = None
    guardian_certificates: list[str] | None = None
    firewall: list[FirewallRule] | None = None
    ipsec_rules: int | None = None

    processors: list[Processor] | None = None
    logical_processors: int | None = None
    memory: int | None = None
    ecc_memory: bool | None = None
    numa_nodes: list[NumaNode] | None = None
    numa_spanning: bool | None = None
    data_execution_prevention: bool | None = None
    hypervisor_present: bool | None = None
    scheduler: Literal["core", "classic", "root"] | None = None
    gpu_capable: bool | None = None

    hyperv_installed: bool | None = None
    clustering_installed: bool | None = None
    antivirus_exclusions: list[str] | None = None
    vm_path: str | None = None
    disk_path: str | None = None
    enhanced_session: bool | None = None
    mac_minimum: str | None = None
    mac_maximum: str | None = None
    live_migration: bool | None = None
    live_migrations: int | None = None
    storage_migrations: int | None = None
    live_migration_authentication: Literal["credssp", "kerberos"] | None = None
    live_migration_performance: Literal["tcpip", "compression", "smb"] | None = None
    live_migration_any_network: bool | None = None
    live_migration_networks: list[str] | None = None
    delegation: list[str] | None = None
    replica: ReplicaServer | None = None

    switches: list[Switch] | None = None
    adapters: list[HostAdapter] | None = None
    virtual_adapters: list[Adapter] | None = None
    interfaces: list[Interface] | None = None
    teams: list[Team] | None = None
    binding_order: list[str] | None = None
    qos_policies: list[QosPolicy] | None = None
    bridging: DataCenterBridging | None = None
    intents: list[NetworkIntent] | None = None

    volumes: list[Volume] | None = None
    disks: list[PhysicalDisk] | None = None
    disk_files: list[str] | None = None
    mpio: str | None = None
    hbas: list[HostBusAdapter] | None = None
    iscsi: list[IscsiSession] | None = None
    virtual_sans: list[VirtualSan] | None = None
    resource_pools: list[ResourcePool] | None = None
    smb: Smb | None = None
    smb_connections: list[SmbConnection] | None = None
    nfs_mounts: list[str] | None = None
    ntlm_incoming: int | None = None
    ntlm_outgoing: int | None = None
