"""Rules about the cluster itself: its nodes, quorum, roles and capacity."""

from __future__ import annotations

from collections import Counter

from kb import units, versions
from kb.entry import Text
from kb.inventory import Cluster, Host, Location, Node, Resource, Vm, same_name
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import (
    aspect,
    clustered,
    clustered_vms,
    files,
    is_node,
    known_files,
    members,
    on_csv,
    on_share,
    only_clustered,
    places,
    same_on_all_nodes,
    volume,
)

FIRST_WITHOUT_DOMAIN = "2016"


def _before(version: str, other: str) -> bool:
    return versions.position(version) < versions.position(other)


# --- nodes ------------------------------------------------------------------------------------------------------------


@rule(
    "CLU101",
    on="host",
    entry="cluster-nodes-domain-member",
    en="Cluster node in a workgroup",
    de="Clusterknoten in einer Arbeitsgruppe",
    severity="error",
    implements=("cluster-nodes-same-domain",),
)
def node_in_a_workgroup(host: Host, look: Look) -> Verdict:
    """Every release before 2016 wants its nodes in a domain."""
    if not is_node(host, look):
        return not_applicable("the host is not a cluster node", "der Host ist kein Clusterknoten")
    domain = need(host, "domain")
    if domain:
        return passed(words(domain))
    if not _before(look.needs_version(), FIRST_WITHOUT_DOMAIN):
        return passed(words("workgroup, allowed since 2016", "Arbeitsgruppe, seit 2016 erlaubt"))
    return failed(words("member of a workgroup", "Mitglied einer Arbeitsgruppe"), location=host.where("domain"))


@rule(
    "CLU102",
    on="cluster",
    entry="cluster-nodes-domain-member",
    en="Cluster nodes in different domains",
    de="Clusterknoten in verschiedenen Domänen",
    severity="error",
    implements=("cluster-nodes-same-domain",),
)
def nodes_in_different_domains(cluster: Cluster, look: Look) -> Verdict:
    """One domain for all nodes, up to 2012 R2; later releases allow several."""
    if look.version and not _before(look.version, FIRST_WITHOUT_DOMAIN):
        return not_applicable("nodes may belong to several domains since 2016", "Knoten dürfen seit 2016 mehreren Domänen angehören")
    verdict = same_on_all_nodes(look, "domain", Text("domains of the nodes", "Domänen der Knoten"), str.lower)
    if verdict.outcome == "fail":
        look.needs_version()
    return verdict


@rule(
    "CLU103",
    on="cluster",
    entry="workgroup-cluster-live-migration",
    en="Live migration is not possible between nodes of a workgroup cluster",
    de="Zwischen Knoten eines Arbeitsgruppenclusters ist keine Livemigration möglich",
    severity="warning",
    implements=("cluster-nodes-same-domain",),
    only="2016..2025",
)
def no_live_migration_in_a_workgroup_cluster(cluster: Cluster, look: Look) -> Verdict:
    """Since 2016 a cluster may do without a domain, but live migration followed later."""
    hosts, missing = members(look)
    outside = [host for host in hosts if host.domain == ""]
    if not outside:
        if missing or any(host.domain is None for host in hosts):
            raise Missing(*(missing or ["host.domain"]))
        return not_applicable("no node is in a workgroup", "kein Knoten ist in einer Arbeitsgruppe")
    names = words(", ".join(host.name or "?" for host in outside))
    if look.limit("workgroup-cluster-live-migration").value is True:
        return passed(names)
    return failed(names, location=places(outside, "domain"))


@rule(
    "CLU104",
    on="node",
    entry="cluster-node-states",
    en="Cluster node is not up",
    de="Clusterknoten ist nicht aktiv",
    severity="error",
    implements=("cluster-node-state",),
)
def node_not_up(node: Node, look: Look) -> Verdict:
    """Up is the only state in which a node carries load; a paused node is meant to be temporary."""
    state = need(node, "state")
    if state.lower() == "up":
        return passed(words(state))
    return failed(words(state), words("Up"), node.where("state"))


def _versions_of_nodes(cluster: Cluster, look: Look) -> tuple[list[str], list[str]]:
    """The versions of the nodes in order, and what is missing to know all of them."""
    found, missing = [], []
    for node in need(cluster, "nodes"):
        host = look.inventory.host(node.name)
        version = node.version or (host.version if host else None)
        if version:
            found.append(version)
        else:
            missing = ["node.version"]
    return versions.ordered(found), missing


def _rolling(found: list[str]) -> bool:
    """True for two neighbouring releases that a rolling upgrade may mix: from 2012 R2 on."""
    low, high = versions.position(found[0]), versions.position(found[-1])
    return len(found) == 2 and high - low == 1 and not _before(found[0], "2012R2")


@rule(
    "CLU105",
    on="cluster",
    entry="rolling-upgrade",
    en="Cluster nodes run Windows versions that cannot be mixed",
    de="Auf den Clusterknoten laufen Windows-Versionen, die sich nicht mischen lassen",
    severity="error",
    implements=("cluster-os-version-match",),
)
def versions_that_cannot_be_mixed(cluster: Cluster, look: Look) -> Verdict:
    """Only two neighbouring releases from 2012 R2 on may share a cluster, during a rolling upgrade."""
    found, missing = _versions_of_nodes(cluster, look)
    shown = words(versions.compact(found))
    releases = versions.ordered(id.removesuffix("SP1") for id in found)
    if len(releases) > 1 and not _rolling(releases):
        return failed(words(", ".join(map(versions.short, found))), location=places(cluster.nodes or [], "version"))
    if missing:
        raise Missing(*missing)
    if len(cluster.nodes or []) < 2:
        return not_applicable("the cluster has only one node", "der Cluster hat nur einen Knoten")
    return passed(shown)


@rule(
    "CLU106",
    on="cluster",
    entry="cluster-mixed-os-duration",
    en="Cluster runs in mixed mode",
    de="Cluster läuft im gemischten Modus",
    severity="warning",
    implements=("cluster-mixed-mode-long", "cluster-os-version-match"),
)
def mixed_mode(cluster: Cluster, look: Look) -> Verdict:
    """A rolling upgrade is under way; it should be over within weeks, and the inventory does not show since when."""
    found, missing = _versions_of_nodes(cluster, look)
    found = versions.ordered(id.removesuffix("SP1") for id in found)
    if len(found) > 1:
        if not _rolling(found):
            return not_applicable("these versions cannot be mixed at all", "diese Versionen lassen sich gar nicht mischen")
        return failed(words(" + ".join(map(versions.short, found))), location=places(cluster.nodes or [], "version"))
    if missing:
        raise Missing(*missing)
    return passed(words(versions.compact(found)))


@rule(
    "CLU107",
    on="cluster",
    entry="cluster-validation-required",
    en="Cluster nodes differ in service pack",
    de="Clusterknoten haben verschiedene Service Packs",
    severity="warning",
    implements=("cluster-service-pack-match",),
    only="2008R2..2008R2SP1",
)
def service_packs_differ(cluster: Cluster, look: Look) -> Verdict:
    """The validation tests compare the service packs of the nodes."""
    found, missing = _versions_of_nodes(cluster, look)
    if set(found) >= {"2008R2", "2008R2SP1"}:
        return failed(words(", ".join(map(versions.short, found))), location=places(cluster.nodes or [], "version"))
    if missing:
        raise Missing(*missing)
    return passed(words(versions.compact(found)))


@rule(
    "CLU108",
    on="cluster",
    entry="cluster-validation-required",
    en="Cluster nodes run different editions",
    de="Auf den Clusterknoten laufen verschiedene Editionen",
    severity="error",
    implements=("cluster-os-edition-match",),
)
def editions_differ(cluster: Cluster, look: Look) -> Verdict:
    """The validation tests want one edition on all nodes."""
    return same_on_all_nodes(look, "edition", Text("editions of the nodes", "Editionen der Knoten"))


@rule(
    "CLU109",
    on="cluster",
    entry="cluster-update-functional-level",
    en="Cluster functional level is below the version of all nodes",
    de="Clusterfunktionsebene liegt unter der Version aller Knoten",
    severity="warning",
    implements=("cluster-functional-level",),
    only="2016..2025",
)
def functional_level_below_nodes(cluster: Cluster, look: Look) -> Verdict:
    """After a rolling upgrade the level is raised by hand, and new features wait until then."""
    found, missing = _versions_of_nodes(cluster, look)
    if len(found) > 1:
        return not_applicable("the nodes run different versions", "auf den Knoten laufen verschiedene Versionen")
    level = need(cluster, "functional_level")
    if missing:
        raise Missing(*missing)
    expected = look.limit("cluster-functional-level").value
    if level < expected:
        return failed(words(level), words(expected), cluster.where("functional_level"))
    return passed(words(level), words(expected))


# --- quorum -----------------------------------------------------------------------------------------------------------


_WITNESS = {
    "disk": Text("disk witness", "Datenträgerzeuge"),
    "file_share": Text("file share witness", "Dateifreigabezeuge"),
    "cloud": Text("cloud witness", "Cloudzeuge"),
}


@rule(
    "CLU110",
    on="cluster",
    entry="cluster-all-networks-lost",
    en="Even number of votes without a witness",
    de="Gerade Stimmenzahl ohne Quorumzeugen",
    severity="error",
    implements=("cluster-quorum-witness-even-votes",),
)
def even_votes_without_witness(cluster: Cluster, look: Look) -> Verdict:
    """Two halves of an even number of votes leave no majority."""
    witness = need(need(cluster, "witness"), "kind")
    if witness != "none":
        return passed(_WITNESS[witness])
    votes = sum(need(node, "votes") for node in need(cluster, "nodes"))
    shown = words(f"{votes} node votes, no witness", f"{votes} Knotenstimmen, kein Zeuge")
    return failed(shown, location=_witness_place(cluster)) if votes % 2 == 0 else passed(shown)


def _witness_place(cluster: Cluster) -> Location | None:
    return (cluster.witness.where("kind") if cluster.witness else None) or cluster.where("witness")


@rule(
    "CLU111",
    on="cluster",
    entry="cluster-all-networks-lost",
    en="Cluster without a witness",
    de="Cluster ohne Quorumzeugen",
    severity="warning",
    implements=("cluster-witness-missing",),
    only="2012R2..2025",
)
def no_witness(cluster: Cluster, look: Look) -> Verdict:
    """Since 2012 R2 the vote of the witness is dynamic, so every cluster should have one."""
    witness = need(need(cluster, "witness"), "kind")
    if len(need(cluster, "nodes")) < 2:
        return not_applicable("the cluster has only one node", "der Cluster hat nur einen Knoten")
    if witness == "none":
        return failed(words("no witness", "kein Zeuge"), location=_witness_place(cluster))
    return passed(_WITNESS[witness])


@rule(
    "CLU112",
    on="cluster",
    entry="dynamic-quorum",
    en="Dynamic quorum is off",
    de="Dynamisches Quorum ist ausgeschaltet",
    severity="warning",
    implements=("cluster-dynamic-quorum",),
    only="2012..2025",
)
def dynamic_quorum_off(cluster: Cluster, look: Look) -> Verdict:
    """Without it the votes do not follow the nodes that leave."""
    if need(cluster, "dynamic_quorum"):
        return passed(words("on", "ein"))
    return failed(words("off", "aus"), location=cluster.where("dynamic_quorum"))


@rule(
    "CLU113",
    on="node",
    entry="dynamic-quorum",
    en="Cluster node without a vote",
    de="Clusterknoten ohne Stimme",
    severity="warning",
    implements=("cluster-node-vote-removed",),
    only="2012..2025",
)
def node_without_a_vote(node: Node, look: Look) -> Verdict:
    """A vote taken away by hand is an old habit that dynamic quorum makes needless."""
    votes = need(node, "votes")
    shown = words(units.number(votes, "en"))
    return failed(shown, words(1), node.where("votes")) if votes == 0 else passed(shown)


# --- roles ------------------------------------------------------------------------------------------------------------


@rule(
    "CLU114",
    on="vm",
    entry="make-vm-highly-available",
    en="Virtual machine on cluster storage is not highly available",
    de="Virtuelle Maschine auf Clusterspeicher ist nicht hochverfügbar",
    severity="error",
    implements=("cluster-vm-not-clustered-on-csv",),
)
def on_cluster_storage_but_not_clustered(vm: Vm, look: Look) -> Verdict:
    """A VM made in Hyper-V Manager is no clustered role until someone makes it one."""
    if clustered(vm, look):
        return passed(words("clustered role", "Clusterrolle"))
    found = {path: place for path, place in known_files(vm) if on_csv(path)}
    if found:
        return failed(words(", ".join(found)), location=next(iter(found.values())))
    files(vm)
    return not_applicable("no file lies on cluster storage", "keine Datei liegt auf Clusterspeicher")


@rule(
    "CLU115",
    on="vm",
    entry="automatic-start-action-nothing",
    en="Clustered virtual machine starts by itself with the host",
    de="Geclusterte virtuelle Maschine startet selbsttätig mit dem Host",
    severity="info",
    implements=("vm-auto-start-clustered",),
)
def clustered_vm_starts_with_host(vm: Vm, look: Look) -> Verdict:
    """The cluster decides where a VM starts; the host's own automatism gets in its way."""
    only_clustered(vm, look)
    action = need(vm, "start_action")
    shown = _START[action]
    return passed(shown) if action == "nothing" else failed(shown, _START["nothing"], vm.where("start_action"))


_START = {
    "nothing": Text("start action: nothing", "Startaktion: keine"),
    "start_if_running": Text("start action: start if it was running", "Startaktion: starten, falls sie lief"),
    "start": Text("start action: always start", "Startaktion: immer starten"),
}


@rule(
    "CLU116",
    on="vm",
    entry="live-migration-iso-attached",
    en="Clustered virtual machine has an image attached that other nodes cannot open",
    de="Geclusterte virtuelle Maschine hat ein Abbild eingelegt, das andere Knoten nicht öffnen können",
    severity="warning",
    implements=("vm-iso-attached",),
)
def image_outside_shared_storage(vm: Vm, look: Look) -> Verdict:
    """An image on a local drive of one node blocks the migration to another."""
    only_clustered(vm, look)
    drives = need(vm, "dvds")
    local = [dvd for dvd in drives if dvd.path and not on_csv(dvd.path) and not on_share(dvd.path)]
    if local:
        return failed(words(", ".join(dvd.path or "" for dvd in local)), location=local[0].where("path"))
    images = [path for dvd in drives if (path := need(dvd, "path"))]
    return passed(words(", ".join(images)) if images else words("no image attached", "kein Abbild eingelegt"))


@rule(
    "CLU117",
    on="vm",
    entry="one-lun-per-vm-without-csv",
    en="Several clustered virtual machines on one cluster disk",
    de="Mehrere geclusterte virtuelle Maschinen auf einem Clusterdatenträger",
    severity="warning",
    implements=("vm-one-per-lun-2008",),
    only="2008",
)
def several_vms_on_one_disk(vm: Vm, look: Look) -> Verdict:
    """Without CSV a disk moves as a whole, and every VM on it moves along."""
    only_clustered(vm, look)
    mine = {volume(path).casefold() for path, _ in files(vm)}
    others = [other for other in clustered_vms(look) if other is not vm]
    shared = [other for other in others if mine & {volume(path).casefold() for path, _ in files(other)}]
    if shared:
        names = ", ".join(other.name or other.id or "?" for other in shared)
        return failed(words(f"same disk as {names}", f"derselbe Datenträger wie {names}"), location=vm.where("disks"))
    return passed(words("a disk of its own", "ein eigener Datenträger"))


# --- capacity ---------------------------------------------------------------------------------------------------------


@rule(
    "CLU118",
    on="cluster",
    entry="cluster-reserve-node",
    en="Cluster cannot run all virtual machines after losing its largest node",
    de="Nach Ausfall des größten Knotens kann der Cluster nicht mehr alle virtuellen Maschinen ausführen",
    severity="error",
    implements=("cluster-memory-n-plus-1",),
)
def no_room_for_a_failed_node(cluster: Cluster, look: Look) -> Verdict:
    """The memory of the running clustered VMs against that of the nodes without the largest one."""
    hosts, missing = members(look)
    if missing:
        raise Missing(*missing)
    if len(hosts) < 2:
        return not_applicable("the cluster has only one node", "der Cluster hat nur einen Knoten")
    memory = [need(host, "memory") for host in hosts]
    wanted = sum(need(vm, "memory") for vm in clustered_vms(look) if need(vm, "state").lower() == "running")
    left = sum(memory) - max(memory)
    shown = Text(
        f"{units.of_bytes(wanted, 'en')} of running virtual machines, {units.of_bytes(left, 'en')} without the largest node",
        f"{units.of_bytes(wanted, 'de')} laufender virtueller Maschinen, {units.of_bytes(left, 'de')} ohne den größten Knoten",
    )
    return failed(shown, location=places(hosts, "memory")) if wanted > left else passed(shown)


@rule(
    "CLU119",
    on="cluster",
    entry="s2d-servers",
    en="Storage Spaces Direct with too few or too many servers",
    de="Direkte Speicherplätze (S2D) mit zu wenigen oder zu vielen Servern",
    severity="error",
    implements=("s2d-node-count",),
    only="2016..2025",
)
def servers_of_storage_spaces_direct(cluster: Cluster, look: Look) -> Verdict:
    """The entry states a minimum and a maximum."""
    if not need(cluster, "storage_spaces_direct"):
        raise NotApplicable("Storage Spaces Direct is not in use", "direkte Speicherplätze (S2D) sind nicht in Gebrauch")
    found = look.limit("s2d-servers")
    low, high = aspect(found, "minimum"), aspect(found, "maximum")
    count = len(need(cluster, "nodes"))
    shown = Text(units.quantity(count, "servers", "en"), units.quantity(count, "servers", "de"))
    bounds = words(f"{low} to {high} servers", f"{low} bis {high} Server")
    return passed(shown, bounds) if low <= count <= high else failed(shown, bounds, cluster.where("nodes"))


@rule(
    "CLU120",
    on="cluster",
    entry="cluster-csv-coordinator",
    en="One node coordinates more than its share of the Cluster Shared Volumes",
    de="Ein Knoten koordiniert mehr Freigegebene Clustervolumes als die anderen",
    severity="info",
    implements=("csv-owner-balance",),
)
def volumes_unevenly_owned(cluster: Cluster, look: Look) -> Verdict:
    """The owner of a volume does the metadata work for all nodes."""
    volumes = need(cluster, "volumes")
    if len(volumes) < 2:
        return not_applicable("there are fewer than two Cluster Shared Volumes", "es gibt weniger als zwei Freigegebene Clustervolumes")
    nodes = [node for node in need(cluster, "nodes") if need(node, "state").lower() == "up"]
    owned = Counter({node.name or "?": 0 for node in nodes})
    for csv in volumes:
        owner = need(csv, "owner")
        owned[next((node.name or "?" for node in nodes if same_name(node.name, owner)), owner)] += 1
    shown = words(", ".join(f"{name}: {count}" for name, count in owned.items()))
    if max(owned.values()) - min(owned.values()) > 1:
        return failed(shown, location=places(volumes, "owner"))
    return passed(shown)


# --- heartbeats, networks and resources -------------------------------------------------------------------------------

# Heartbeats that may be lost before a node counts as down: the defaults since 2016, which 2012 R2 sets by itself once there are
# clustered VMs, and which the clustering team advises for Hyper-V on older releases too. Altogether no more than 20 seconds, for
# after that TCP connections break anyway. Source: Tuning Failover Cluster Network Thresholds; KB3153887 for the route history.
SAME_SUBNET_THRESHOLD, CROSS_SUBNET_THRESHOLD = 10, 20
LONGEST_SILENCE = 20_000


@rule(
    "CLU121",
    on="cluster",
    entry="cluster-heartbeat-settings",
    en="Heartbeat settings do not suit a Hyper-V cluster",
    de="Heartbeateinstellungen passen nicht zu einem Hyper-V-Cluster",
    severity="warning",
    implements=("cluster-heartbeat-thresholds",),
)
def heartbeat_settings(cluster: Cluster, look: Look) -> Verdict:
    """Too few lost heartbeats fail over during a live migration; too many leave the VMs of a dead node down."""
    bad: list[str] = []
    for kind, least in (("same", SAME_SUBNET_THRESHOLD), ("cross", CROSS_SUBNET_THRESHOLD)):
        threshold, delay = getattr(cluster, f"{kind}_subnet_threshold"), getattr(cluster, f"{kind}_subnet_delay")
        label = f"{kind.capitalize()}SubnetThreshold"
        if threshold is not None and threshold < least:
            bad.append(f"{label} {threshold} < {least}")
        elif threshold is not None and delay is not None and threshold * delay > LONGEST_SILENCE:
            bad.append(f"{label} × delay = {threshold * delay / 1000:g} s > {LONGEST_SILENCE // 1000} s")
    version, history = look.version, cluster.route_history
    if version and _before(version, "2016") and history is not None and history < 2 * (cluster.same_subnet_threshold or 0):
        bad.append(f"RouteHistoryLength {history} < {2 * (cluster.same_subnet_threshold or 0)}")
    if bad:
        fields = ("same_subnet_threshold", "cross_subnet_threshold", "same_subnet_delay", "cross_subnet_delay", "route_history")
        return failed(words("; ".join(bad)), location=next((place for f in fields if (place := cluster.where(f))), None))
    need(cluster, "same_subnet_threshold", "cross_subnet_threshold", "same_subnet_delay", "cross_subnet_delay")
    if _before(look.needs_version(), "2016"):
        need(cluster, "route_history")
    return passed(words(f"{cluster.same_subnet_threshold} / {cluster.cross_subnet_threshold}"))


@rule(
    "CLU122",
    on="cluster",
    entry="cluster-single-node",
    en="Cluster with a single node",
    de="Cluster mit nur einem Knoten",
    severity="warning",
    implements=("cluster-single-node",),
)
def single_node(cluster: Cluster, look: Look) -> Verdict:
    """Nothing can take over from it."""
    count = len(need(cluster, "nodes"))
    if not count:
        raise Missing("cluster.nodes")  # no cluster is without any
    shown = Text(units.quantity(count, "nodes", "en"), units.quantity(count, "nodes", "de"))
    bound = words("at least 2 nodes", "mindestens 2 Knoten")
    return failed(shown, bound, cluster.where("nodes")) if count < 2 else passed(shown, bound)


@rule(
    "CLU123",
    on="cluster",
    entry="cluster-network-metric",
    en="Cluster network for cluster traffic does not have the lowest metric",
    de="Clusternetzwerk für den Clusterverkehr hat nicht die niedrigste Metrik",
    severity="info",
    implements=("cluster-network-metrics",),
    only="2008R2..2025",
)
def metric_of_cluster_network(cluster: Cluster, look: Look) -> Verdict:
    """The network with the lowest metric carries CSV traffic, the next one live migration where nobody chose one."""
    networks = [network for network in need(cluster, "networks") if need(network, "role") != "none"]
    meant = [network for network in networks if {"cluster", "csv"} & set(need(network, "use"))]
    if not meant:
        return not_applicable("nobody says which network is for the cluster", "niemand sagt, welches Netzwerk für den Cluster ist")
    ranked = sorted(networks, key=lambda network: need(network, "metric"))
    shown = words(", ".join(f"{network.name}: {network.metric}" for network in ranked))
    return passed(shown) if ranked[0] in meant else failed(shown, location=places(networks, "metric"))


@rule(
    "CLU124",
    on="cluster",
    entry="cluster-event-1069",
    en="Cluster resource is not online",
    de="Clusterressource ist nicht online",
    severity="warning",
    implements=("cluster-resources-online",),
)
def resources_not_online(cluster: Cluster, look: Look) -> Verdict:
    """A role or a VM that was stopped on purpose is offline; a failed resource, a core resource or part of a role is a fault."""
    resources = need(cluster, "resources")
    running = {(resource.group or "").casefold() for resource in resources if (resource.state or "").casefold() == "online"} - {""}
    stopped = None
    if cluster.groups is not None:
        stopped = {(group.name or "").casefold() for group in cluster.groups if (group.state or "").casefold() == "offline"}
    bad = [resource for resource in resources if _is_fault(resource, stopped, running)]
    if bad:
        return failed(words(_shortened([f"{resource.name}: {resource.state}" for resource in bad])), location=places(bad, "state"))
    if not resources:
        raise Missing("cluster.resources")  # no cluster is without any
    if any(need(resource, "state").casefold() == "offline" for resource in resources):
        need(cluster, "groups")
    return passed(words(f"resources: {len(resources)}", f"Ressourcen: {len(resources)}"))


def _is_fault(resource: Resource, stopped: set[str] | None, running: set[str]) -> bool:
    """`stopped` are the roles that are offline as a whole (None: not known), `running` those with anything online."""
    state = (resource.state or "online").casefold()
    if state != "offline":
        return state == "failed"
    if (resource.type or "").casefold() == "virtual machine":
        return False
    group = (resource.group or "").casefold()
    return bool(resource.core) or group in running or (stopped is not None and group not in stopped)


def _shortened(items: list[str], most: int = 8) -> str:
    return ", ".join(items[:most]) + (f" (+{len(items) - most})" if len(items) > most else "")
