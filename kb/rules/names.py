"""Rules about the names of a cluster in Active Directory and DNS."""

from __future__ import annotations

from kb import versions
from kb.inventory import Cluster, ComputerObject, Resource
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import places

# Kerberos names that the cluster registers for each of its network names: the host, and for the cluster's own its administration.
# Source: Configuring cluster accounts in Active Directory, and the validation test for service principal names.
CLASSES = ("HOST",)
CLASSES_OF_CLUSTER = ("HOST", "MSServerClusterMgmtAPI")


def _without_directory(cluster: Cluster, look: Look) -> bool:
    """True for a cluster of workgroup nodes, whose names are in DNS only."""
    return cluster.domain == "" or (bool(look.inventory.hosts) and all(host.domain == "" for host in look.inventory.hosts or []))


_WORKGROUP = not_applicable("the cluster is not in a domain", "der Cluster ist nicht in einer Domäne")


def _account(cluster: Cluster, name: str) -> ComputerObject | None:
    short = name.casefold().partition(".")[0]
    return next((a for a in need(cluster, "computer_objects") if (a.name or "").casefold().rstrip("$") == short), None)


def network_names(cluster: Cluster) -> dict[str, str]:
    """The names of the cluster that clients use, by the resource of each; the cluster's own comes first. Raises Missing."""
    found = {"": need(cluster, "name")}
    for resource in cluster.resources or []:
        if (resource.type or "").casefold() == "network name":
            name = (resource.parameters or {}).get("Name")
            if name and name.casefold() != found[""].casefold().partition(".")[0]:
                found[resource.name or "?"] = name
    return found


@rule(
    "CLU221",
    on="cluster",
    entry="cluster-name-object",
    en="Computer account of the cluster name is missing or disabled",
    de="Computerkonto des Clusternamens fehlt oder ist deaktiviert",
    severity="error",
    implements=("cluster-cno-ad-object",),
)
def cluster_account_missing(cluster: Cluster, look: Look) -> Verdict:
    """Without it the network name does not come online, and no new role gets a name."""
    if _without_directory(cluster, look):
        return _WORKGROUP
    name = need(cluster, "name")
    account = _account(cluster, name)
    if account is None:
        raise Missing("cluster.computer_objects")
    if account.exists is False:
        return failed(words(f"{name}: no account", f"{name}: kein Konto"), location=account.where("exists"))
    if not need(account, "enabled"):
        return failed(words(f"{name}: disabled", f"{name}: deaktiviert"), location=account.where("enabled"))
    return passed(words(name))


@rule(
    "CLU222",
    on="cluster",
    entry="cluster-name-object",
    en="Computer account of the cluster name is not protected from accidental deletion",
    de="Computerkonto des Clusternamens ist nicht vor versehentlichem Löschen geschützt",
    severity="info",
    implements=("cluster-cno-ad-object",),
    only="2008R2..2025",
)
def cluster_account_not_protected(cluster: Cluster, look: Look) -> Verdict:
    """The check box of Active Directory that keeps a cleaning-up administrator from breaking the cluster."""
    if _without_directory(cluster, look):
        return _WORKGROUP
    name = need(cluster, "name")
    account = _account(cluster, name)
    if account is None:
        raise Missing("cluster.computer_objects")
    if account.exists is False:
        return not_applicable("there is no account", "es gibt kein Konto")
    if need(account, "protected"):
        return passed(words(name))
    return failed(words(f"{name}: not protected", f"{name}: nicht geschützt"), location=account.where("protected"))


@rule(
    "CLU223",
    on="cluster",
    entry="cluster-name-spn",
    en="A network name of the cluster lacks its service principal names",
    de="Einem Netzwerknamen des Clusters fehlen seine Dienstprinzipalnamen (SPN)",
    severity="warning",
    implements=("cluster-network-name-spn",),
)
def service_principal_names_missing(cluster: Cluster, look: Look) -> Verdict:
    """Every name needs HOST, the cluster's own since 2012 MSServerClusterMgmtAPI as well."""
    if _without_directory(cluster, look):
        return _WORKGROUP
    wrong, accounts, unread = [], [], False
    old = look.version is not None and versions.position(look.version) < versions.position("2012")
    for resource, name in network_names(cluster).items():
        account = _account(cluster, name)
        if account is None or account.exists is False:
            unread = unread or account is None
            continue
        if account.spns is None:
            unread = True
            continue
        accounts.append(account)
        have = {spn.casefold().partition("/")[0] for spn in account.spns}
        lacking = [kind for kind in (CLASSES if resource or old else CLASSES_OF_CLUSTER) if kind.casefold() not in have]
        if lacking:
            wrong.append(f"{name}: {', '.join(lacking)}")
    if wrong:
        return failed(words("; ".join(wrong)), location=places(accounts, "spns"))
    if unread or not accounts:
        raise Missing("computerobject.spns")
    for resource in need(cluster, "resources"):
        if need(resource, "type").casefold() == "network name" and "Name" not in need(resource, "parameters"):
            raise Missing("resource.parameters")
    return passed(words(", ".join(account.name or "?" for account in accounts)))


# Seconds a client may keep an address of a cluster name. Source: RegisterAllProvidersIP and HostRecordTTL of the Network Name
# resource; 1200 is the default, 300 what multi-subnet clusters are advised to use.
LONGEST_TTL = 300


@rule(
    "CLU224",
    on="cluster",
    entry="multi-subnet-name-settings",
    en="Name in a cluster over several subnets is found again only slowly after a failover",
    de="Name in einem Cluster über mehrere Subnetze wird nach einem Failover nur langsam wiedergefunden",
    severity="info",
    implements=("cluster-network-multisubnet-params",),
    only="2008R2..2025",
)
def slow_reconnect_over_subnets(cluster: Cluster, look: Look) -> Verdict:
    """With one address registered at a time the life of the record counts; with all of them the client has to try each."""
    subnets = _client_subnets(cluster)
    names = [resource for resource in need(cluster, "resources") if (resource.type or "").casefold() == "network name"]
    slow = [f"{resource.name}: HostRecordTTL {ttl}" for resource in names if (ttl := _number(resource, "HostRecordTTL") or 0) > LONGEST_TTL]
    if not subnets:
        return not_applicable("all nodes are in one subnet", "alle Knoten sind in einem Subnetz")
    if slow:
        return failed(words(", ".join(slow)), words(LONGEST_TTL), places(names, "parameters"))
    if not names:
        return not_applicable("the cluster has no network name", "der Cluster hat keinen Netzwerknamen")
    for resource in names:
        if _number(resource, "HostRecordTTL") is None:
            raise Missing("resource.parameters")
    return passed(words(", ".join(f"{resource.name}: {_number(resource, 'HostRecordTTL')}" for resource in names)))


def _number(resource: Resource, parameter: str) -> int | None:
    written = (resource.parameters or {}).get(parameter, "")
    return int(written) if written.isdecimal() else None


def _client_subnets(cluster: Cluster) -> bool:
    """True when the nodes are in different subnets: networks that clients use, each with some of the nodes. Raises Missing."""
    networks = [network for network in need(cluster, "networks") if need(network, "role") in ("client", "cluster_and_client")]
    parts = []
    for network in networks:
        interfaces = need(network, "interfaces")
        parts.append({(interface.node or "").casefold().partition(".")[0] for interface in interfaces})
    everyone = set().union(*parts)
    if any(part == everyone for part in parts):
        return False
    return len(parts) > 1
