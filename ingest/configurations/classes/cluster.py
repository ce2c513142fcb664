"""Classes of the FailoverClusters module."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from ingest.configurations.classes.enumerations import (
    NETWORK_ROLE,
    NETWORK_STATE,
    NODE_STATE,
    QUORUM_TYPE,
    SHARED_VOLUMES,
)
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import (
    count,
    flag,
    scalar,
    text,
    texts,
)
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb import versions
from kb.inventory import (
    Cluster,
    ClusterNetwork,
    Location,
    Node,
    Witness,
)

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


_WITNESSES = (
    ("cloud", ("cloud",)),
    ("file_share", ("file share", "fileshare", "dateifreigabe")),
    ("disk", ("physical disk", "physischer datenträger", "disk", "datenträger")),
)


def _witness_kind(*texts_: str | None) -> str | None:
    lowered = " ".join(item for item in texts_ if item).lower()
    return next((kind for kind, words in _WITNESSES if any(word in lowered for word in words)), None)


def _quorum(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    """The witness: by the type of its resource, else its name, else the old quorum types, which say it themselves."""
    there, value, path = row.find("QuorumResource")
    resource = row.value(name_of, "QuorumResource", "QuorumWitness")
    type_name = row.value(name_of, "QuorumResource.ResourceType", "QuorumWitnessType")
    kind = _witness_kind(type_name) or _witness_kind(resource)
    if kind is None and not resource:
        by_type = {"NodeMajority": "none", "NodeAndDiskMajority": "disk", "NodeAndFileShareMajority": "file_share"}
        kind = "none" if there and value in (None, "") else by_type.get(cluster.quorum or "")
    if kind or resource:
        location = Location(reader.file, path) if there else row.location
        witness = Witness(at={"": location})
        put(witness, "kind", kind, location)
        put(witness, "resource", resource, location)
        put(cluster, "witness", witness, location)


def _node(row: Row, node: Node, context: Context, reader: Reader) -> None:
    numbers = [row.value(count, name) for name in ("MajorVersion", "MinorVersion", "BuildNumber")]
    if None not in numbers:
        _, location = row.read(count, "BuildNumber")
        build = ".".join(str(number) for number in numbers)
        put(node, "build", build, location or row.location)
        put(node, "version", versions.of_build(build), location or row.location)


def _network(row: Row, network: ClusterNetwork, context: Context, reader: Reader) -> None:
    address, location = row.read(name_of, "Address")
    mask = row.value(name_of, "AddressMask") or next(iter(row.value(texts, "Ipv4PrefixLengths") or []), None)
    if location and address:
        try:
            put(network, "subnet", str(ipaddress.ip_network(f"{address}/{mask}" if mask else address, strict=False)), location)
        except ValueError as error:
            reader.warn("Address", f"{location.path}: {error}")


def _role(row: Row, cluster: Cluster, reader: Reader, group: str | None) -> None:
    """Add a VM to the clustered roles; once any group was seen, no VM among them means that there is none."""
    put(cluster, "vms", [], row.location)
    if group and cluster.vms is not None and (id(cluster), group) not in reader.roles:
        reader.roles.add((id(cluster), group))
        cluster.vms.append(_vm_of_group(group))


def _group(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    kind = str(scalar(row.find("GroupType")[1])).strip().lower()
    _role(row, cluster, reader, row.value(name_of, "Name") if kind in ("111", "virtualmachine") else None)


def _vm_group(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    _role(row, cluster, reader, row.value(name_of, "Name"))


def _vm_of_group(name: str) -> str:
    """System Center names the group of VM X `SCVMM X Resources`."""
    match = re.fullmatch(r"SCVMM (.+) Resources", name)
    return match[1] if match else name


def _resource(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    kind, name = row.value(name_of, "ResourceType") or "", row.value(name_of, "Name")
    if kind.lower() == "virtual machine" and (group := row.value(name_of, "OwnerGroup")):
        _role(row, cluster, reader, group)
    core_disk = kind.lower() == "physical disk" and row.value(flag, "IsCoreResource")
    if core_disk or kind.lower() in ("file share witness", "cloud witness"):
        witness = Witness(at={"": row.location})
        put(witness, "kind", _witness_kind(kind), row.location)
        put(witness, "resource", name, row.location)
        put(cluster, "witness", witness, row.location)


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind(
        "ClusterQuorum", ("QuorumResource",), inv.Cluster, "cluster", properties=(is_("quorum", QUORUM_TYPE, "QuorumType"),), finish=_quorum
    ),
    Kind(
        "Cluster",
        ("SharedVolumesRoot", "ClusterFunctionalLevel", "FunctionalLevel", "EnableSharedVolumes", "DynamicQuorum", "S2DEnabled"),
        inv.Cluster,
        properties=(
            is_("name", text, "Name"),
            is_("domain", text, "Domain"),
            is_("functional_level", count, "ClusterFunctionalLevel", "FunctionalLevel"),
            is_("csv_enabled", SHARED_VOLUMES, "EnableSharedVolumes"),
            is_("quorum", QUORUM_TYPE, "QuorumType"),
            is_("dynamic_quorum", flag, "DynamicQuorum"),
            is_("storage_spaces_direct", flag, "S2DEnabled"),
        ),
        children={
            "Nodes": "ClusterNode",
            "ClusterNodes": "ClusterNode",
            "Networks": "ClusterNetwork",
            "ClusterNetworks": "ClusterNetwork",
            "SharedVolumes": "ClusterSharedVolume",
            "ClusterSharedVolumes": "ClusterSharedVolume",
            "Groups": "ClusterGroup",
            "ClusterGroups": "ClusterGroup",
            "VMGroups": "ClusterVMGroup",
            "Resources": "ClusterResource",
            "Quorum": "ClusterQuorum",
        },
        hints="Cluster Clusters",
        finish=_quorum,
    ),
    Kind(
        "ClusterNode",
        ("NodeWeight", "DynamicWeight", "NodeName State", "DrainTarget", "DrainStatus", "NodeHighestVersion"),
        inv.Node,
        "cluster",
        "nodes",
        (
            is_("name", text, "Name", "NodeName"),
            is_("state", NODE_STATE, "State"),
            is_("votes", count, "NodeWeight"),
        ),
        hints="ClusterNodes",
        finish=_node,
    ),
    Kind(
        "ClusterNetwork",
        ("AutoMetric", "Metric Role", "AddressMask Role"),
        inv.ClusterNetwork,
        "cluster",
        "networks",
        (
            is_("name", text, "Name"),
            is_("role", NETWORK_ROLE, "Role"),
            is_("state", NETWORK_STATE, "State"),
            is_("metric", count, "Metric"),
        ),
        hints="ClusterNetworks",
        finish=_network,
    ),
    Kind("ClusterNetworkInterface", ("Node Network Address", "Node Network Adapter")),
    Kind("ClusterResource", ("ResourceType",), inv.Cluster, "cluster", hints="ClusterResources", finish=_resource),
    Kind("ClusterGroup", ("GroupType",), inv.Cluster, "cluster", hints="ClusterGroups", finish=_group),
    Kind("ClusterVMGroup", ("OwnerNode PreferredOwners VMId",), inv.Cluster, "cluster", finish=_vm_group),
)
