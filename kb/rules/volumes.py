"""Rules about what lies below virtual disks: Cluster Shared Volumes, LUNs and the ways to them, shares, resource pools."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from kb import units
from kb.entry import Text
from kb.inventory import Cluster, ClusterVolume, Host, HostBusAdapter, PhysicalDisk, ResourcePool, SmbConnection, Vm, same_name
from kb.rules.disks import missing_vms
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import ONE_NODE, is_node, members, on_share, places, same_on_all_nodes, volume

# --- what Cluster Shared Volumes ask of the nodes ---------------------------------------------------------------------


def _only_with_csv(look: Look) -> None:
    """Raises NotApplicable when the cluster has no Cluster Shared Volume, Missing when that is not known."""
    if not need(need(look.inventory, "cluster"), "volumes"):
        raise NotApplicable("the cluster has no Cluster Shared Volume", "der Cluster hat kein Freigegebenes Clustervolume")


def _only_nodes(host: Host, look: Look) -> None:
    """Raises NotApplicable for a host that is no node of the cluster."""
    if not is_node(host, look):
        raise NotApplicable("the host is not a cluster node", "der Host ist kein Clusterknoten")


@rule(
    "CSV201",
    on="cluster",
    entry="csv-drive-letter-system",
    en="Nodes start Windows from different drive letters",
    de="Knoten starten Windows von verschiedenen Laufwerksbuchstaben",
    severity="error",
    implements=("csv-settings-consistent",),
    only="2008R2..2025",
)
def system_drives_differ(cluster: Cluster, look: Look) -> Verdict:
    """ClusterStorage is on the system drive, and a path has to be the same on all nodes."""
    _only_with_csv(look)
    return same_on_all_nodes(look, "system_drive", words("system drive", "Systemlaufwerk"), lambda drive: drive.rstrip("\\").upper())


_SMB_SERVICES = ("LanmanServer", "LanmanWorkstation")


@rule(
    "CSV202",
    on="host",
    entry="csv-server-service",
    en="Server or Workstation service of a cluster node is not running or not automatic",
    de="Server- oder Arbeitsstationsdienst eines Clusterknotens läuft nicht oder startet nicht automatisch",
    severity="error",
    implements=("csv-settings-consistent",),
    only="2008R2..2025",
)
def smb_services_off(host: Host, look: Look) -> Verdict:
    """Metadata and redirected I/O of a CSV travel over SMB between the nodes."""
    _only_nodes(host, look)
    _only_with_csv(look)
    known = {(service.name or "").casefold(): service for service in need(host, "services")}
    found = [known[name.casefold()] for name in _SMB_SERVICES if name.casefold() in known]
    wrong = [
        service
        for service in found
        if (service.state or "Running").casefold() != "running" or (service.start or "automatic") != "automatic"
    ]
    if wrong:
        shown = "; ".join(", ".join(filter(None, (service.name, service.state, service.start))) for service in wrong)
        return failed(words(shown), words("Running, automatic"), places(wrong, "state"))
    if len(found) < len(_SMB_SERVICES):
        raise Missing("host.services")
    for service in found:
        need(service, "state", "start")
    return passed(words(", ".join(_SMB_SERVICES)))


_NTLM_DENIED = 2  # "deny all"; 1 audits what is sent, or denies domain accounts


@rule(
    "CSV203",
    on="host",
    entry="csv-ntlm",
    en="NTLM is denied on a node with Cluster Shared Volumes",
    de="NTLM ist auf einem Knoten mit Freigegebenen Clustervolumes gesperrt",
    severity="error",
    implements=("csv-settings-consistent",),
    only="2008R2..2016",
)
def ntlm_denied(host: Host, look: Look) -> Verdict:
    """The local account that reaches a CSV over the network signs in by NTLM up to 2016."""
    _only_nodes(host, look)
    _only_with_csv(look)
    policies = {
        "RestrictReceivingNTLMTraffic": (host.ntlm_incoming, "ntlm_incoming"),
        "RestrictSendingNTLMTraffic": (host.ntlm_outgoing, "ntlm_outgoing"),
    }
    for name, (value, field) in policies.items():
        if value is not None and value >= _NTLM_DENIED:
            return failed(words(f"{name} = {value}"), location=host.where(field))
    need(host, "ntlm_incoming", "ntlm_outgoing")
    return passed(words("allowed", "erlaubt"))


# --- Cluster Shared Volumes -------------------------------------------------------------------------------------------


@rule(
    "CSV204",
    on="volume",
    entry="csv-compression",
    en="Cluster Shared Volume is compressed",
    de="Freigegebenes Clustervolume ist komprimiert",
    severity="error",
    implements=("csv-compression-dedup",),
    only="2012..2025",
)
def volume_compressed(csv: ClusterVolume, look: Look) -> Verdict:
    """CSVFS does not support the compression of NTFS."""
    if need(csv, "compressed"):
        return failed(words("compressed", "komprimiert"), location=csv.where("compressed"))
    return passed(words("not compressed", "nicht komprimiert"))


@rule(
    "CSV205",
    on="volume",
    entry="csv-dedup",
    en="Deduplication on a Cluster Shared Volume",
    de="Deduplizierung auf einem Freigegebenen Clustervolume",
    severity="error",
    implements=("csv-compression-dedup",),
    only="2012",
)
def volume_deduplicated(csv: ClusterVolume, look: Look) -> Verdict:
    """The first release with deduplication cannot do it there."""
    if need(csv, "deduplication"):
        return failed(words("deduplicated", "dedupliziert"), location=csv.where("deduplication"))
    return passed(words("not deduplicated", "nicht dedupliziert"))


@rule(
    "CSV206",
    on="volume",
    entry="csv-storage-spaces-parity",
    en="Cluster Shared Volume on a parity space",
    de="Freigegebenes Clustervolume auf einem Parity-Speicherplatz",
    severity="error",
    implements=("csv-compression-dedup",),
    only="2012",
)
def volume_on_parity(csv: ClusterVolume, look: Look) -> Verdict:
    """Simple and mirror spaces only, until 2012 R2."""
    kind = csv.resiliency or _resiliency_of_space(csv, look)
    return failed(words(kind), words("Simple, Mirror"), csv.where("resiliency")) if kind.lower() == "parity" else passed(words(kind))


def _resiliency_of_space(csv: ClusterVolume, look: Look) -> str:
    """What the storage space below a volume is; the cluster names its disk `Cluster Virtual Disk (NAME)`. Raises Missing, NotApplicable."""
    cluster = need(look.inventory, "cluster")
    if cluster.virtual_disks is None:
        raise Missing("volume.resiliency")
    for disk in cluster.virtual_disks:
        if disk.name and f"({disk.name.casefold()})" in (csv.name or "").casefold():
            return need(disk, "resiliency")
    raise NotApplicable("the volume is not on a storage space", "das Volume liegt nicht auf einem Speicherplatz")


@rule(
    "CSV207",
    on="volume",
    entry="csv-maintenance-state",
    en="Cluster Shared Volume is in maintenance or has a fault",
    de="Freigegebenes Clustervolume ist in der Wartung oder gestört",
    severity="warning",
    implements=("csv-maintenance",),
)
def volume_in_maintenance(csv: ClusterVolume, look: Look) -> Verdict:
    """A volume with ReFS on a SAN has no direct I/O, which is no fault."""
    fault = (csv.fault or "NoFaults").replace(" ", "")
    normal = {"nofaults", "nodirectio"} if "refs" in (csv.file_system or "").lower() else {"nofaults"}
    if csv.maintenance:
        return failed(words("maintenance", "Wartung"), location=csv.where("maintenance"))
    if fault.lower() not in normal:
        return failed(words(fault), words("NoFaults"), csv.where("fault"))
    need(csv, "maintenance", "fault")
    return passed(words(fault))


def _sizes_by_volume(vms: list[Vm]) -> tuple[dict[str, int], dict[str, str]]:
    """By volume: the bytes that its virtual disks may grow to together, and what is missing to know all of them.

    A file that several VMs share counts once. A disk without a path may be on any volume ("").
    """
    sizes: dict[str, dict[str, int]] = defaultdict(dict)
    missing: dict[str, str] = {}
    for vm in vms:
        if vm.disks is None:
            missing.setdefault("", "vm.disks")
        for disk in vm.disks or []:
            if disk.pass_through:
                continue
            if disk.path is None:
                missing.setdefault("", "disk.path")
                continue
            path = disk.path.casefold()
            if disk.size is None:
                missing.setdefault(volume(path), "disk.size")
            else:
                sizes[volume(path)][path] = disk.size
    return {name: sum(files.values()) for name, files in sizes.items()}, missing


@rule(
    "CSV208",
    on="volume",
    entry="csv-overcommitted",
    en="Virtual disks on a volume may grow beyond its size",
    de="Virtuelle Datenträger auf einem Volume dürfen über dessen Größe hinaus wachsen",
    severity="warning",
    implements=("csv-thin-overcommit",),
)
def volume_overcommitted(csv: ClusterVolume, look: Look) -> Verdict:
    """The sum of the sizes that the guests see, whatever the files take today."""
    size, path = need(csv, "size", "path")
    sums, missing = look.once("sizes by volume", lambda: _sizes_by_volume(need(look.inventory, "vms")))
    total = sums.get(path.casefold(), 0)
    shown = Text(
        f"{units.of_bytes(total, 'en')} on {units.of_bytes(size, 'en')}", f"{units.of_bytes(total, 'de')} auf {units.of_bytes(size, 'de')}"
    )
    if total > size:
        return failed(shown, Text(units.of_bytes(size, "en"), units.of_bytes(size, "de")), csv.where("size"))
    if absent := missing.get(path.casefold()) or missing.get("") or look.once("missing vms", lambda: missing_vms(look)):
        raise Missing(absent)
    return passed(shown)


@rule(
    "CSV209",
    on="cluster",
    entry="csv-cache-max-ram",
    en="CSV cache is larger than the share of memory it may have",
    de="CSV-Cache ist größer als der Anteil am Arbeitsspeicher, den er haben darf",
    severity="warning",
    implements=("csv-cache-size",),
    only="2012..2025",
)
def cache_too_large(cluster: Cluster, look: Look) -> Verdict:
    """Each node gives the memory; the smallest one decides."""
    cache = need(cluster, "block_cache")
    if not cache:
        return not_applicable("the cache is off", "der Cache ist aus")
    share = int(str(look.limit("csv-cache-max-ram").value))
    hosts, missing = members(look)
    memory = min((host.memory for host in hosts if host.memory), default=0)
    shown = Text(
        f"{units.quantity(cache, 'MB', 'en')} of {units.of_bytes(memory, 'en')}",
        f"{units.quantity(cache, 'MB', 'de')} von {units.of_bytes(memory, 'de')}",
    )
    bound = Text(f"{share} % of the memory", f"{share} % des Arbeitsspeichers")
    if memory and cache * units.BYTES["MB"] * 100 > memory * share:
        return failed(shown, bound, cluster.where("block_cache"))
    if missing or not hosts:
        raise Missing(*(missing or ["inventory.hosts"]))
    for host in hosts:
        need(host, "memory")
    return passed(shown, bound)


@rule(
    "CSV210",
    on="cluster",
    entry="csv-cache-default",
    en="CSV cache was switched off",
    de="CSV-Cache wurde ausgeschaltet",
    severity="info",
    implements=("csv-cache-size",),
    only="2019..2025",
)
def cache_off(cluster: Cluster, look: Look) -> Verdict:
    """Since 2019 it is on by default; off makes sense for loads that mostly write."""
    cache = need(cluster, "block_cache")
    shown = words(units.quantity(cache, "MB", "en"), units.quantity(cache, "MB", "de"))
    if cache:
        return passed(shown)
    _only_with_csv(look)
    return failed(shown, words("1 GB"), cluster.where("block_cache"))


# --- LUNs -------------------------------------------------------------------------------------------------------------

# Buses on which disks can be shared; a local disk of another kind (USB, NVMe) may carry an id that is not unique.
_SHARED_BUSES = {"fibrechannel", "iscsi", "sas", "scsi"}


def _shareable(host: Host) -> list[PhysicalDisk]:
    """The disks of a host that it may share with others; drives of a storage pool are told apart by the pool."""
    return [disk for disk in host.disks or [] if not disk.pooled and (disk.bus or "SAS").replace(" ", "").casefold() in _SHARED_BUSES]


def _only_luns(look: Look) -> None:
    """Raises NotApplicable for a cluster with Storage Spaces Direct, which has no LUNs."""
    cluster = look.inventory.cluster
    if cluster and cluster.storage_spaces_direct:
        raise NotApplicable("the cluster uses Storage Spaces Direct", "der Cluster benutzt Direkte Speicherplätze")


def _label(disk: PhysicalDisk) -> str:
    return f"{'?' if disk.number is None else disk.number}"


@rule(
    "STO301",
    on="cluster",
    entry="lun-identity-unique",
    en="Different disks report the same identity, or one disk reports two",
    de="Verschiedene Datenträger melden dieselbe Kennung, oder einer meldet zwei",
    severity="error",
    implements=("cluster-disk-vpd-unique",),
)
def identity_not_unique(cluster: Cluster, look: Look) -> Verdict:
    """Serial numbers tell which disks are one; a cluster recognises them by the id of page 83h.

    A serial number that a node sees on several disks is that of the array.
    """
    _only_luns(look)
    hosts, missing = members(look)
    serials: dict[str, dict[str, str]] = defaultdict(dict)
    ids: dict[str, dict[str, str]] = defaultdict(dict)
    of_array: set[str] = set()
    for host in hosts:
        for disk in _shareable(host):
            if disk.id and disk.serial:
                here = f"{host.name} {_label(disk)}"
                serials[disk.id.casefold()].setdefault(disk.serial.strip().casefold(), here)
                ids[disk.serial.strip().casefold()].setdefault(disk.id.casefold(), here)
        for serial, count in Counter((disk.serial or "").strip().casefold() for disk in _shareable(host)).items():
            if count > 1:
                of_array.add(serial)
    for serial in of_array:
        ids.pop(serial, None)
    for what, found in (("id", serials), ("serial", ids)):
        for name, others in found.items():
            if len(others) > 1:
                shown = f"{what} {name}: " + "; ".join(f"{where} ({other})" for other, where in others.items())
                return failed(words(shown), location=places(hosts, "disks"))
    if missing:
        raise Missing(*missing)
    disks = [disk for host in hosts if need(host, "disks") is not None for disk in _shareable(host)]
    if not disks:
        return not_applicable("no node has disks that could be shared", "kein Knoten hat Datenträger, die geteilt werden könnten")
    for disk in disks:
        need(disk, "id", "serial", "bus")
    return passed(Text(units.quantity(len(serials), "disks", "en"), units.quantity(len(serials), "disks", "de")))


@rule(
    "STO302",
    on="host",
    entry="lun-multipath",
    en="Node sees one disk several times",
    de="Knoten sieht einen Datenträger mehrfach",
    severity="error",
    implements=("cluster-disk-mpio",),
)
def disk_seen_twice(host: Host, look: Look) -> Verdict:
    """Every path then makes a disk of its own, because no multipath driver claims them."""
    _only_nodes(host, look)
    _only_luns(look)
    need(host, "disks")
    numbers: dict[str, list[PhysicalDisk]] = defaultdict(list)
    for disk in _shareable(host):
        if disk.id and disk.number is not None:
            numbers[disk.id.casefold()].append(disk)
    for id, disks in numbers.items():
        if len(disks) > 1 and len({disk.serial.strip().casefold() for disk in disks if disk.serial}) < 2:
            listed = ", ".join(sorted(_label(disk) for disk in disks))
            return failed(words(f"disks {listed}: {id}", f"Datenträger {listed}: {id}"), location=disks[0].where("id"))
    disks = _shareable(host)
    if not disks:
        return not_applicable("the node has no disks that could be shared", "der Knoten hat keine Datenträger, die geteilt werden könnten")
    for disk in disks:
        need(disk, "id", "number", "bus")
    return passed(Text(units.quantity(len(numbers), "disks", "en"), units.quantity(len(numbers), "disks", "de")))


@rule(
    "STO303",
    on="cluster",
    entry="lun-multipath",
    en="Multipath drivers differ between the nodes",
    de="Multipfadtreiber unterscheiden sich zwischen den Knoten",
    severity="error",
    implements=("cluster-disk-mpio",),
)
def multipath_differs(cluster: Cluster, look: Look) -> Verdict:
    """MPIO and its device-specific modules belong to what has to be the same in front of shared storage."""
    _only_luns(look)
    return same_on_all_nodes(look, "mpio", words("multipath drivers", "Multipfadtreiber"), lambda drivers: drivers or "–")


@rule(
    "STO304",
    on="host",
    entry="csv-basic-disk",
    en="Cluster disk is a dynamic disk",
    de="Clusterdatenträger ist ein dynamischer Datenträger",
    severity="error",
    implements=("cluster-disk-filesystem",),
)
def dynamic_cluster_disk(host: Host, look: Look) -> Verdict:
    """Failover clusters handle basic disks only."""
    _only_nodes(host, look)
    disks = _cluster_disks(host)
    wrong = [disk for disk in disks if disk.dynamic]
    if wrong:
        listed = ", ".join(_label(disk) for disk in wrong)
        return failed(words(f"disk {listed}", f"Datenträger {listed}"), location=places(wrong, "dynamic"))
    for disk in disks:
        need(disk, "dynamic")
    return passed(words("basic disks", "Basisdatenträger"))


@rule(
    "STO305",
    on="host",
    entry="cluster-disk-file-system",
    en="Cluster disk has a file system that a cluster does not support",
    de="Clusterdatenträger hat ein Dateisystem, das ein Cluster nicht unterstützt",
    severity="error",
    implements=("cluster-disk-filesystem",),
)
def cluster_disk_with_fat(host: Host, look: Look) -> Verdict:
    """A disk without one may be a pass-through disk of a virtual machine. What fits a CSV is a question of its own."""
    _only_nodes(host, look)
    disks = _cluster_disks(host)
    wrong = {_label(disk): name for disk in disks for name in disk.file_systems or [] if "fat" in name.lower()}
    if wrong:
        shown = ", ".join(f"{number}: {name}" for number, name in wrong.items())
        return failed(words(shown), words("NTFS, ReFS"), places(disks, "file_systems"))
    systems = sorted({name for disk in disks for name in need(disk, "file_systems") if name})
    return passed(words(", ".join(systems)))


def _cluster_disks(host: Host) -> list[PhysicalDisk]:
    """The disks that the cluster manages; raises NotApplicable when there are none, Missing when one may be."""
    found = [disk for disk in need(host, "disks") if disk.clustered]
    if not found:
        for disk in need(host, "disks"):
            need(disk, "clustered")
        raise NotApplicable("the node shows no cluster disk", "der Knoten zeigt keinen Clusterdatenträger")
    return found


_LEAST_PATHS = 2


@rule(
    "STO306",
    on="host",
    entry="iscsi-session-paths",
    en="iSCSI session is not connected, not persistent or the only path",
    de="iSCSI-Sitzung ist nicht verbunden, nicht dauerhaft oder der einzige Pfad",
    severity="warning",
    implements=("cluster-iscsi-session",),
)
def weak_iscsi_session(host: Host, look: Look) -> Verdict:
    """Several connections in one session are several paths too."""
    sessions = need(host, "iscsi")
    if not sessions:
        return not_applicable("there is no iSCSI session", "es gibt keine iSCSI-Sitzung")
    for field, text in (
        ("connected", words("not connected", "nicht verbunden")),
        ("persistent", words("not persistent", "nicht dauerhaft")),
    ):
        wrong = [session for session in sessions if getattr(session, field) is False]
        if wrong:
            names = ", ".join(dict.fromkeys(session.target or "?" for session in wrong))
            return failed(words(f"{names}: {text.en}", f"{names}: {text.de}"), location=places(wrong, field))
    paths: dict[str, int] = defaultdict(int)
    for session in sessions:
        need(session, "connected", "persistent")
        paths[need(session, "target").casefold()] += session.connections or 1
    single = [name for name, number in paths.items() if number < _LEAST_PATHS]
    if not single:
        return passed(words("; ".join(f"{name}: {number}" for name, number in paths.items())))
    for session in sessions:
        if need(session, "target").casefold() in single:
            need(session, "connections")
    return failed(words(f"{', '.join(single)}: one path", f"{', '.join(single)}: ein Pfad"), location=places(sessions, "target"))


def _cluster_ids(look: Look) -> dict[str, str]:
    """The ids of disks that belong to the cluster: managed by it, or seen by two of its nodes; with a node that sees each."""
    hosts, _ = members(look)
    seen: dict[str, str] = {}
    found: dict[str, str] = {}
    for host in hosts:
        for disk in _shareable(host):
            if not disk.id:
                continue
            id = disk.id.casefold()
            if disk.clustered or seen.setdefault(id, host.name or "?") != (host.name or "?"):
                found.setdefault(id, host.name or "?")
    return found


@rule(
    "STO307",
    on="host",
    entry="lun-masking",
    en="Server outside the cluster sees a disk of the cluster",
    de="Server außerhalb des Clusters sieht einen Datenträger des Clusters",
    severity="error",
    implements=("lun-masking",),
)
def cluster_lun_outside(host: Host, look: Look) -> Verdict:
    """A write from there knows nothing of the reservation and can destroy the volume."""
    if is_node(host, look):
        return not_applicable("the host is a node of the cluster", "der Host ist ein Knoten des Clusters")
    need(host, "disks")
    ids = look.once("cluster disks", lambda: _cluster_ids(look))
    for disk in _shareable(host):
        if disk.id and disk.id.casefold() in ids:
            node, label = ids[disk.id.casefold()], _label(disk)
            return failed(words(f"disk {label}, also on {node}", f"Datenträger {label}, auch an {node}"), location=disk.where("id"))
    hosts, missing = members(look)
    if missing:
        raise Missing(*missing)
    for node in hosts:
        need(node, "disks")
        for disk in _shareable(node):
            need(disk, "id", "bus", "clustered")
    for disk in _shareable(host):
        need(disk, "id", "bus")
    return passed()


def _adapters(hbas: list[HostBusAdapter]) -> str:
    """Host bus adapters the way they are compared: the different ones, with driver and firmware."""
    return "; ".join(sorted({" ".join(filter(None, (hba.model, hba.driver, hba.firmware))) for hba in hbas})) or "–"


@rule(
    "STO308",
    on="cluster",
    entry="hba-identical",
    en="Host bus adapters, their drivers or firmware differ between the nodes",
    de="Hostbusadapter, ihre Treiber oder Firmware unterscheiden sich zwischen den Knoten",
    severity="warning",
    implements=("hba-consistent",),
)
def hbas_differ(cluster: Cluster, look: Look) -> Verdict:
    """All elements of the storage stack should be identical on all nodes."""
    hosts, missing = members(look)
    if not missing and hosts and all(host.hbas == [] for host in hosts):
        return not_applicable("no node has a host bus adapter", "kein Knoten hat einen Hostbusadapter")
    complete = [host for host in hosts if host.hbas and all(hba.model and hba.driver and hba.firmware for hba in host.hbas)]
    known = {host.name or "?": _adapters(host.hbas or []) for host in complete}
    if len(set(known.values())) > 1:
        return failed(words(" / ".join(f"{name}: {value}" for name, value in known.items())), location=places(hosts, "hbas"))
    if missing:
        raise Missing(*missing)
    for host in hosts:
        for hba in need(host, "hbas"):
            need(hba, "model", "driver", "firmware")
    if len(hosts) < 2:
        return ONE_NODE
    return same_on_all_nodes(look, "hbas", words("host bus adapters", "Hostbusadapter"), _adapters)


# --- shares -----------------------------------------------------------------------------------------------------------


def _shares(vm: Vm) -> list[str]:
    r"""The shares (`\\server\share`) on which files of a VM lie; raises NotApplicable when it is on none, Missing."""
    paths = [disk.path for disk in vm.disks or [] if not disk.pass_through]
    paths += [vm.configuration_path, vm.checkpoint_path, vm.smart_paging_path]
    found = {volume(path).casefold(): volume(path) for path in paths if path and on_share(path)}
    if not found:
        for disk in need(vm, "disks"):
            if not disk.pass_through:
                need(disk, "path")
        need(vm, "configuration_path")
        raise NotApplicable(
            "no file of the virtual machine lies on a share", "keine Datei der virtuellen Maschine liegt auf einer Freigabe"
        )
    return list(found.values())


def _connections(share: str, connections: Iterable[SmbConnection]) -> list[SmbConnection]:
    server, name = share.lstrip("\\").split("\\", 1)
    return [found for found in connections if same_name(found.server, server) and (found.share or "").casefold() == name.casefold()]


def _dialect(connection: SmbConnection) -> float:
    """`3.1.1` → 3.1; raises Missing for what is no number."""
    try:
        return float(".".join(need(connection, "dialect").split(".")[:2]))
    except ValueError:
        raise Missing("smbconnection.dialect") from None


_LEAST_DIALECT = 3.0


@rule(
    "STO401",
    on="vm",
    entry="smb3-vm-storage",
    en="Virtual machine files lie on a share with an SMB dialect older than 3.0",
    de="Dateien der virtuellen Maschine liegen auf einer Freigabe mit einem SMB-Dialekt vor 3.0",
    severity="error",
    implements=("smb3-dialect-for-vm-files",),
    only="2012..2025",
)
def old_dialect(vm: Vm, look: Look) -> Verdict:
    """The dialect is what the host and the file server agreed on."""
    shares = _shares(vm)
    connections = need(look.host(vm), "smb_connections")
    used = {share: _connections(share, connections) for share in shares}
    old = [found for share in shares for found in used[share] if found.dialect and _dialect(found) < _LEAST_DIALECT]
    if old:
        return failed(words(f"{old[0].server}: SMB {old[0].dialect}"), words("SMB 3.0"), old[0].where("dialect"))
    for share in shares:
        if not used[share]:
            raise Missing("host.smb_connections")
        for found in used[share]:
            need(found, "dialect")
    return passed(words(", ".join(f"{share}: SMB {used[share][0].dialect}" for share in shares)))


@rule(
    "STO402",
    on="vm",
    entry="smb-continuous-availability",
    en="Virtual machine files lie on a share without continuous availability",
    de="Dateien der virtuellen Maschine liegen auf einer Freigabe ohne fortlaufende Verfügbarkeit",
    severity="warning",
    implements=("smb3-continuous-availability",),
    only="2012..2025",
)
def share_not_continuously_available(vm: Vm, look: Look) -> Verdict:
    """Then a failover of the file server takes the disks of the virtual machine away for a while."""
    shares = _shares(vm)
    connections = need(look.host(vm), "smb_connections")
    used = {share: _connections(share, connections) for share in shares}
    wrong = [found for share in shares for found in used[share] if found.continuously_available is False]
    if wrong:
        return failed(words(f"\\\\{wrong[0].server}\\{wrong[0].share}"), location=wrong[0].where("continuously_available"))
    for share in shares:
        if not used[share]:
            raise Missing("host.smb_connections")
        for found in used[share]:
            need(found, "continuously_available")
    return passed(words(", ".join(shares)))


@rule(
    "STO403",
    on="vm",
    entry="nas-nfs-not-supported",
    en="Virtual machine files lie on NFS storage",
    de="Dateien der virtuellen Maschine liegen auf NFS-Speicher",
    severity="error",
    implements=("vm-on-nfs-storage",),
)
def files_on_nfs(vm: Vm, look: Look) -> Verdict:
    """A share that the host reaches by SMB is none; Client for NFS tells what it has mounted."""
    shares = _shares(vm)
    host = look.host(vm)
    mounts = {name.replace("/", "\\").rstrip("\\").casefold() for name in host.nfs_mounts or []}
    wrong = [share for share in shares if share.casefold() in mounts]
    if wrong:
        return failed(words(", ".join(wrong)), location=host.where("nfs_mounts"))
    if not all(_connections(share, host.smb_connections or []) for share in shares):
        need(host, "nfs_mounts")
    return passed(words(", ".join(shares)))


# --- resource pools ---------------------------------------------------------------------------------------------------

_STORAGE_POOLS = ("VHD", "ISO", "VFD")


def _storage_pools(host: Host) -> list[ResourcePool]:
    """The storage pools of a host with their paths; raises NotApplicable when it has none, Missing."""
    found = [pool for pool in need(host, "resource_pools") if need(pool, "type") in _STORAGE_POOLS]
    if not found:
        raise NotApplicable("the host has no resource pool for storage", "der Host hat keinen Ressourcenpool für Speicher")
    return found


def _folder(path: str) -> str:
    return path.replace("/", "\\").rstrip("\\").casefold()


@rule(
    "STO404",
    on="host",
    entry="resource-pool-child-path",
    en="Folder of a storage resource pool is not below that of its parent",
    de="Ordner eines Speicher-Ressourcenpools liegt nicht unter dem des übergeordneten Pools",
    severity="warning",
    implements=("resource-pool-child-path",),
    only="2012..2025",
)
def child_pool_elsewhere(host: Host, look: Look) -> Verdict:
    """The pool `Primordial` has no folder, so its children may have any."""
    pools = _storage_pools(host)
    by_name = {(pool.type, (pool.name or "").casefold()): pool for pool in pools}
    children = [(pool, [found for name in pool.parents or [] if (found := by_name.get((pool.type, name.casefold())))]) for pool in pools]
    for pool, parents in children:
        above = [_folder(path) for found in parents for path in found.paths or []]
        if not parents or any(found.paths is None for found in parents):
            continue
        wrong = [path for path in pool.paths or [] if not any(_folder(path).startswith(f"{folder}\\") for folder in above)]
        if wrong:
            return failed(words(f"{pool.name}: {', '.join(wrong)}"), words(", ".join(above)), pool.where("paths"))
    for pool, parents in children:
        need(pool, "parents", "paths")
        for found in parents:
            need(found, "paths")
    if not any(parents for _, parents in children):
        return not_applicable("no storage pool has a parent of its own", "kein Speicherpool hat einen eigenen übergeordneten Pool")
    return passed(words(", ".join(pool.name or "?" for pool, parents in children if parents)))


@rule(
    "STO405",
    on="host",
    entry="resource-pool-path-shared",
    en="One folder belongs to several storage resource pools",
    de="Ein Ordner gehört zu mehreren Speicher-Ressourcenpools",
    severity="warning",
    implements=("resource-pool-path-shared",),
    only="2012..2025",
)
def path_in_two_pools(host: Host, look: Look) -> Verdict:
    """Use is then metered in both; pools of different types (disks, images) are different things."""
    pools = _storage_pools(host)
    users: dict[tuple[str | None, str], list[ResourcePool]] = defaultdict(list)
    for pool in pools:
        for path in pool.paths or []:
            users[pool.type, _folder(path)].append(pool)
    for (_, path), found in users.items():
        if len(found) > 1:
            return failed(words(f"{path}: {', '.join(pool.name or '?' for pool in found)}"), location=found[1].where("paths"))
    for pool in pools:
        need(pool, "paths")
    return passed(words(", ".join(pool.name or "?" for pool in pools)))


def _pool_names(pools: list[ResourcePool]) -> str:
    return ", ".join(sorted(f"{pool.type} {pool.name}" for pool in pools)) or "–"


@rule(
    "STO406",
    on="cluster",
    entry="resource-pools-same-on-nodes",
    en="Resource pools differ between the nodes",
    de="Ressourcenpools unterscheiden sich zwischen den Knoten",
    severity="warning",
    implements=("cluster-resource-pools-match",),
    only="2012..2025",
)
def pools_differ(cluster: Cluster, look: Look) -> Verdict:
    """A machine that uses a pool moves only to a node that has it."""
    hosts, missing = members(look)
    if not missing and hosts and all(host.resource_pools == [] for host in hosts):
        return not_applicable("no node has resource pools of its own", "kein Knoten hat eigene Ressourcenpools")
    return same_on_all_nodes(look, "resource_pools", words("resource pools", "Ressourcenpools"), _pool_names)
