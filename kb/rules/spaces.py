"""Rules about Storage Spaces Direct: drives, pool, volumes and the network between the servers."""

from __future__ import annotations

from collections import Counter

from kb import units
from kb.entry import Text
from kb.inventory import Cluster, ClusterVolume, Host, HostAdapter, PhysicalDisk
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.shared import ONE_NODE, aspect, is_node, members, places

# --- which cluster, which drives --------------------------------------------------------------------------------------


def _only_s2d(look: Look) -> Cluster:
    """The cluster; raises NotApplicable when it does not use Storage Spaces Direct, Missing when that is not known."""
    cluster = need(look.inventory, "cluster")
    if not need(cluster, "storage_spaces_direct"):
        raise NotApplicable("the cluster does not use Storage Spaces Direct", "der Cluster benutzt keine Direkten Speicherplätze")
    return cluster


def _only_node_of_s2d(host: Host, look: Look) -> None:
    """Raises NotApplicable for a host that is no server of Storage Spaces Direct."""
    _only_s2d(look)
    if not is_node(host, look):
        raise NotApplicable("the host is not a cluster node", "der Host ist kein Clusterknoten")


def _drives(host: Host) -> list[PhysicalDisk]:
    """The drives of a host that belong to a storage pool; raises Missing.

    A disk with a number comes from Get-Disk, which shows the operating system's disk and the volumes, but no drive of a pool.
    """
    for disk in need(host, "disks"):
        if disk.number is None:
            need(disk, "pooled")
    found = [disk for disk in host.disks or [] if disk.pooled]
    if not found:
        raise Missing("physicaldisk.pooled")  # no server is without any
    return found


def _kind(disk: PhysicalDisk) -> str:
    """NVMe, SSD or HDD; raises Missing."""
    return "NVMe" if (disk.bus or "").lower() == "nvme" else need(disk, "media")


def _twice(look: Look) -> bool:
    """True when two servers list the same drive: then each lists those of the whole cluster."""

    def find() -> bool:
        hosts, _ = members(look)
        seen = Counter(disk.id.casefold() for host in hosts for disk in host.disks or [] if disk.pooled and disk.id)
        return any(count > 1 for count in seen.values())

    return look.once("drives listed twice", find)


_LISTED_TWICE = unknown(
    "every server lists the drives of the whole cluster; collect only those it is connected to",
    "jeder Server nennt die Laufwerke des ganzen Clusters; sammeln Sie nur die mit ihm verbundenen",
)


# --- health -----------------------------------------------------------------------------------------------------------


@rule(
    "SPC101",
    on="cluster",
    entry="s2d-health",
    en="Storage pool, virtual disk or drive is not healthy",
    de="Speicherpool, virtueller Datenträger oder Laufwerk ist nicht fehlerfrei",
    severity="error",
    implements=("s2d-health",),
    only="2016..2025",
)
def not_healthy(cluster: Cluster, look: Look) -> Verdict:
    """A warning counts: the data are then kept with fewer copies."""
    _only_s2d(look)
    hosts, missing = members(look)
    things = [*(cluster.pools or []), *(cluster.virtual_disks or [])]
    drives = [disk for host in hosts for disk in host.disks or [] if disk.pooled]
    bad = [(thing.name or "?", thing) for thing in things if (thing.health or "Healthy").lower() != "healthy"]
    bad += [
        (" ".join(filter(None, (disk.model, disk.serial))) or "?", disk)
        for disk in drives
        if (disk.health or "Healthy").lower() != "healthy"
    ]
    if bad:
        shown = ", ".join(dict.fromkeys(f"{name}: {thing.health}" for name, thing in bad))
        return failed(words(shown), words("Healthy"), bad[0][1].where("health"))
    for thing in [*need(cluster, "pools"), *need(cluster, "virtual_disks")]:
        need(thing, "health")
    if missing:
        raise Missing(*missing)
    for host in hosts:
        for disk in _drives(host):
            need(disk, "health")
    return passed(words("Healthy"))


# --- drives -----------------------------------------------------------------------------------------------------------


def _compare(look: Look, told: dict[str, Counter[str]], missing: list[str]) -> Verdict:
    """Fails when servers have different drives; `told` counts them by server and kind."""
    if _twice(look):
        return _LISTED_TWICE
    shown = {name: ", ".join(f"{number} × {kind}" for kind, number in sorted(kinds.items())) for name, kinds in told.items()}
    if len(set(shown.values())) > 1:
        hosts, _ = members(look)
        return failed(words("; ".join(f"{name}: {value}" for name, value in shown.items())), location=places(hosts, "disks"))
    if missing:
        raise Missing(*missing)
    hosts, absent = members(look)
    if absent:
        raise Missing(*absent)
    if len(hosts) < 2:
        return ONE_NODE
    return passed(words(next(iter(shown.values()))))


def _told(look: Look, *fields: str) -> tuple[dict[str, Counter[str]], list[str]]:
    """By server: how many drives of each kind it has, told apart by further fields; and what is missing to know all."""
    hosts, _ = members(look)
    told: dict[str, Counter[str]] = {}
    missing: list[str] = []
    for host in hosts:
        try:
            told[host.name or "?"] = Counter(
                " ".join([_kind(disk), *(str(need(disk, field)).strip() for field in fields)]) for disk in _drives(host)
            )
        except Missing as absent:
            missing = missing or absent.names
    return told, missing


@rule(
    "SPC102",
    on="cluster",
    entry="s2d-drive-symmetry",
    en="Servers of Storage Spaces Direct have different types or numbers of drives",
    de="Server mit Direkten Speicherplätzen haben verschiedene Arten oder Anzahlen von Laufwerken",
    severity="warning",
    implements=("s2d-symmetric-drives",),
    only="2016..2025",
)
def drives_differ(cluster: Cluster, look: Look) -> Verdict:
    """Required; only a failed drive, or one just added, excuses it for a while."""
    _only_s2d(look)
    return _compare(look, *_told(look))


@rule(
    "SPC103",
    on="cluster",
    entry="s2d-drive-symmetry",
    en="Servers of Storage Spaces Direct have drives of different models, sizes or firmware",
    de="Server mit Direkten Speicherplätzen haben Laufwerke verschiedener Modelle, Größen oder Firmware",
    severity="info",
    implements=("s2d-symmetric-drives",),
    only="2016..2025",
)
def models_differ(cluster: Cluster, look: Look) -> Verdict:
    """Supported but not advised."""
    _only_s2d(look)
    return _compare(look, *_told(look, "model", "size", "firmware"))


@rule(
    "SPC104",
    on="host",
    entry="s2d-cache-ratio",
    en="Number of capacity drives is not a multiple of that of the cache drives",
    de="Anzahl der Kapazitätslaufwerke ist kein Vielfaches der Cachelaufwerke",
    severity="warning",
    implements=("s2d-cache-ratio",),
    only="2016..2025",
)
def uneven_cache(host: Host, look: Look) -> Verdict:
    """Capacity drives are bound to cache drives in turn; a remainder makes some cache drives serve more than others."""
    _only_node_of_s2d(host, look)
    cache, capacity, shown = _cache_and_capacity(host, look)
    if not cache:
        return not_applicable("the server has no cache drives", "der Server hat keine Cachelaufwerke")
    return failed(shown, location=host.where("disks")) if capacity % cache else passed(shown)


@rule(
    "SPC105",
    on="host",
    entry="s2d-min-drives",
    en="Server of Storage Spaces Direct has too few drives",
    de="Server mit Direkten Speicherplätzen hat zu wenige Laufwerke",
    severity="error",
    implements=("s2d-cache-ratio",),
    only="2016..2025",
)
def too_few_drives(host: Host, look: Look) -> Verdict:
    """Two for the cache, where there is one, and four for the data."""
    _only_node_of_s2d(host, look)
    cache, capacity, shown = _cache_and_capacity(host, look)
    found = look.limit("s2d-min-drives")
    least_cache, least = aspect(found, "cache drives, if a cache is used"), aspect(found, "capacity drives")
    bound = Text(f"{least_cache} for the cache, {least} for data", f"{least_cache} für den Cache, {least} für Daten")
    return failed(shown, bound, host.where("disks")) if 0 < cache < least_cache or capacity < least else passed(shown, bound)


def _cache_and_capacity(host: Host, look: Look) -> tuple[int, int, Text]:
    """How many drives of a server cache, how many hold data, and both in words; raises Missing."""
    if _twice(look):
        raise Missing("physicaldisk.pooled")
    drives = _drives(host)
    cache = sum(need(disk, "journal") for disk in drives)
    capacity = len(drives) - cache
    return cache, capacity, Text(f"{cache} cache, {capacity} capacity drives", f"{cache} Cache-, {capacity} Kapazitätslaufwerke")


# --- the pool ---------------------------------------------------------------------------------------------------------


@rule(
    "SPC106",
    on="cluster",
    entry="s2d-pool-single",
    en="Storage Spaces Direct without a storage pool or with several",
    de="Direkte Speicherplätze ohne Speicherpool oder mit mehreren",
    severity="warning",
    implements=("s2d-pool-single",),
    only="2016..2025",
)
def not_one_pool(cluster: Cluster, look: Look) -> Verdict:
    """One pool takes the drives of all servers."""
    _only_s2d(look)
    pools = [pool for pool in need(cluster, "pools") if not need(pool, "primordial")]
    shown = words(", ".join(pool.name or "?" for pool in pools))
    return passed(shown) if len(pools) == 1 else failed(shown, words("1"), cluster.where("pools"))


_MOST_RESERVED = 4  # drives of each kind; "Plan volumes": one capacity drive per server, up to four


@rule(
    "SPC107",
    on="cluster",
    entry="s2d-pool-reserve",
    en="Storage pool has too little unallocated room for repairs",
    de="Speicherpool hat zu wenig nicht zugewiesenen Platz für Reparaturen",
    severity="warning",
    implements=("s2d-pool-reserve",),
    only="2016..2025",
)
def no_reserve(cluster: Cluster, look: Look) -> Verdict:
    """One drive per server, at most four; with three kinds of drives one of each kind that holds data."""
    _only_s2d(look)
    pools = [pool for pool in need(cluster, "pools") if not need(pool, "primordial")]
    if len(pools) != 1:
        return not_applicable("there is not exactly one pool", "es gibt nicht genau einen Pool")
    size, allocated = need(pools[0], "size", "allocated")
    hosts, missing = members(look)
    if missing:
        raise Missing(*missing)
    largest: dict[str, int] = {}
    for host in hosts:
        for disk in _drives(host):
            if not need(disk, "journal"):
                largest[_kind(disk)] = max(largest.get(_kind(disk), 0), need(disk, "size"))
    reserve = sum(largest.values()) * min(len(hosts), _MOST_RESERVED)
    free = max(size - allocated, 0)
    shown = Text(f"{units.of_bytes(free, 'en')} free", f"{units.of_bytes(free, 'de')} frei")
    bound = Text(f"at least {units.of_bytes(reserve, 'en')}", f"mindestens {units.of_bytes(reserve, 'de')}")
    return failed(shown, bound, pools[0].where("allocated")) if free < reserve else passed(shown, bound)


# --- volumes ----------------------------------------------------------------------------------------------------------


@rule(
    "SPC108",
    on="cluster",
    entry="s2d-volume-count",
    en="More volumes of Storage Spaces Direct than recommended",
    de="Mehr Volumes der Direkten Speicherplätze als empfohlen",
    severity="warning",
    implements=("s2d-volume-count-size",),
    only="2016..2025",
)
def too_many_volumes(cluster: Cluster, look: Look) -> Verdict:
    """Cluster Shared Volumes are counted; the volume of the performance history is none."""
    _only_s2d(look)
    count = len(need(cluster, "volumes"))
    allowed = int(str(look.limit("s2d-volume-count").value))
    shown = Text(units.quantity(count, "volumes", "en"), units.quantity(count, "volumes", "de"))
    bound = Text(f"at most {units.quantity(allowed, 'volumes', 'en')}", f"höchstens {units.quantity(allowed, 'volumes', 'de')}")
    return failed(shown, bound, cluster.where("volumes")) if count > allowed else passed(shown, bound)


@rule(
    "SPC109",
    on="cluster",
    entry="s2d-volumes-per-server",
    en="Number of volumes is not a multiple of the number of servers",
    de="Anzahl der Volumes ist kein Vielfaches der Anzahl der Server",
    severity="info",
    implements=("s2d-volume-count-size",),
    only="2016..2025",
)
def volumes_not_spread(cluster: Cluster, look: Look) -> Verdict:
    """Each volume has one owner; a multiple spreads that work evenly."""
    _only_s2d(look)
    count, nodes = len(need(cluster, "volumes")), len(need(cluster, "nodes"))
    if not count or not nodes:
        return not_applicable("there is no volume", "es gibt kein Volume")
    shown = Text(
        f"{units.quantity(count, 'volumes', 'en')}, {units.quantity(nodes, 'servers', 'en')}",
        f"{units.quantity(count, 'volumes', 'de')}, {units.quantity(nodes, 'servers', 'de')}",
    )
    return failed(shown, location=cluster.where("volumes")) if count % nodes else passed(shown)


@rule(
    "SPC110",
    on="volume",
    entry="s2d-volume-size",
    en="Volume of Storage Spaces Direct is larger than recommended",
    de="Volume der Direkten Speicherplätze ist größer als empfohlen",
    severity="warning",
    implements=("s2d-volume-count-size",),
    only="2016..2025",
)
def volume_too_large(csv: ClusterVolume, look: Look) -> Verdict:
    """What backup does to it is a question of the backup and not judged."""
    _only_s2d(look)
    size = need(csv, "size")
    found = look.limit("s2d-volume-size")
    allowed = units.BYTES["TB"] * int(str(found.value))
    shown = Text(units.of_bytes(size, "en"), units.of_bytes(size, "de"))
    bound = Text(f"at most {units.of_bytes(allowed, 'en')}", f"höchstens {units.of_bytes(allowed, 'de')}")
    return failed(shown, bound, csv.where("size")) if size > allowed else passed(shown, bound)


_THREE, _FAILURES = 3, 2  # with three servers or more a volume can survive two failures


@rule(
    "SPC111",
    on="cluster",
    entry="s2d-resiliency",
    en="Virtual disk survives only one failure although the servers allow two",
    de="Virtueller Datenträger übersteht nur einen Ausfall, obwohl die Server zwei erlauben",
    severity="warning",
    implements=("s2d-resiliency",),
    only="2016..2025",
)
def weak_resiliency(cluster: Cluster, look: Look) -> Verdict:
    """Two-way mirror or single parity with three servers or more. A volume in tiers shows nothing here but in its tiers."""
    _only_s2d(look)
    nodes = len(need(cluster, "nodes"))
    if nodes < _THREE:
        return not_applicable("fewer than three servers", "weniger als drei Server")
    disks = need(cluster, "virtual_disks")
    weak = [disk for disk in disks if disk.redundancy is not None and disk.redundancy < _FAILURES]
    if weak:
        shown = ", ".join(" ".join(filter(None, (disk.name, disk.resiliency, disk.copies and f"× {disk.copies}"))) for disk in weak)
        return failed(words(shown), words("Mirror × 3"), places(weak, "redundancy"))
    for disk in disks:
        need(disk, "redundancy")
    return passed(words(", ".join(f"{disk.name}: {disk.redundancy}" for disk in disks)))


# --- the network ------------------------------------------------------------------------------------------------------

_STORAGE = {"storage", "cluster"}
_RDMA_FROM = 4  # servers


@rule(
    "SPC112",
    on="host",
    entry="s2d-network",
    en="Network of Storage Spaces Direct is slower than required or without RDMA",
    de="Netzwerk der Direkten Speicherplätze ist langsamer als nötig oder ohne RDMA",
    severity="warning",
    implements=("s2d-network",),
    only="2016..2025",
)
def slow_storage_network(host: Host, look: Look) -> Verdict:
    """The adapters said to carry storage; without that, the fastest ones there are can only prove a fault."""
    _only_node_of_s2d(host, look)
    adapters = [adapter for adapter in need(host, "adapters") if (adapter.status or "Up").lower() == "up"]
    if not adapters:
        raise Missing("host.adapters")
    least = int(str(aspect(look.limit("s2d-network"), "minimum with two or three nodes")))
    named = [adapter for adapter in adapters if _STORAGE & set(adapter.use or [])]
    judged = named or adapters
    speeds = [need(adapter, "speed") / 1e9 for adapter in judged]
    slow = [adapter for adapter, speed in zip(judged, speeds, strict=True) if speed < least]
    bound = words(f"{least} Gbit/s")
    if slow and (named or len(slow) == len(judged)):
        return failed(_speeds(slow), bound, places(slow, "speed"))
    nodes = len(need(need(look.inventory, "cluster"), "nodes"))
    if nodes >= _RDMA_FROM and all(adapter.rdma is False for adapter in judged):
        speeds_of = _speeds(judged)
        shown = Text(f"{speeds_of.en}, no RDMA", f"{speeds_of.de}, kein RDMA")
        return failed(shown, words("25 Gbit/s, RDMA"), places(judged, "rdma"))
    if not named:
        for adapter in adapters:
            need(adapter, "use")
        raise Missing("hostadapter.use")
    if nodes >= _RDMA_FROM and not any(adapter.rdma for adapter in named):
        for adapter in named:
            need(adapter, "rdma")
    return passed(_speeds(named), bound)


def _speeds(adapters: list[HostAdapter]) -> Text:
    """Adapters and their speeds."""
    en, de = (
        ", ".join(f"{adapter.name}: {units.number((adapter.speed or 0) / 1e9, lang)} Gbit/s" for adapter in adapters)
        for lang in ("en", "de")
    )
    return Text(en, de)
