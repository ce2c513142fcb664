"""Classes of the FailoverClusters module."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.enumerations import (
    GROUP_STATE,
    GROUP_TYPE,
    NETWORK_INTERFACE_STATE,
    NETWORK_ROLE,
    NETWORK_STATE,
    NODE_STATE,
    QUORUM_TYPE,
    RESOURCE_STATE,
    SHARED_VOLUMES,
)
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import (
    NONE,
    count,
    count_or_none,
    flag,
    guid,
    scalar,
    size,
    text,
    texts,
    time,
)
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Cut, Row, name_of
from kb import inventory as inv
from kb import versions
from kb.inventory import (
    Cluster,
    ClusterNetwork,
    ComputerObject,
    Group,
    Location,
    NetworkInterface,
    Node,
    Resource,
    UpdatingRole,
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
        row.fill(witness, "state", RESOURCE_STATE, "QuorumResource.State")
        row.fill(witness, "path", text, "QuorumResource.SharePath")
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


def _interface(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    """An interface is named `node - connection`; its `Adapter` is only the description of the adapter."""
    network = reader.find_or_add(cluster, "networks", ClusterNetwork, row.value(name_of, "Network"), row)
    found = NetworkInterface(at={"": row.location})
    row.fill(found, "node", text, "Node")
    name, place = row.read(name_of, "Name")
    node = f"{found.node} - "
    if name and place and name.lower().startswith(node.lower()):
        put(found, "adapter", name[len(node) :], place)
    row.fill(found, "adapter", text, "Adapter")
    row.fill(found, "address", text, "Address", "Ipv4Addresses")
    row.fill(found, "dhcp", flag, "DhcpEnabled")
    row.fill(found, "state", NETWORK_INTERFACE_STATE, "State")
    put(network, "interfaces", [], row.location)
    network.interfaces.append(found)


def _role(row: Row, cluster: Cluster, reader: Reader, group: str | None) -> None:
    """Add a VM to the clustered roles; once any group was seen, no VM among them means that there is none."""
    put(cluster, "vms", [], row.location)
    if group and cluster.vms is not None and (id(cluster), group) not in reader.roles:
        reader.roles.add((id(cluster), group))
        cluster.vms.append(_vm_of_group(group))


def _group(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    kind, name = row.value(GROUP_TYPE, "GroupType"), row.value(name_of, "Name")
    if kind:  # tables do not print it
        _role(row, cluster, reader, name if kind == "VirtualMachine" else None)
    if not name:
        return
    group = reader.find_or_add(cluster, "groups", Group, name, row)
    row.fill(group, "type", GROUP_TYPE, "GroupType")
    row.fill(group, "state", GROUP_STATE, "State")
    row.fill(group, "owner", name_of, "OwnerNode")
    row.fill(group, "failback", flag, "AutoFailbackType")
    row.fill(group, "failover_threshold", count_or_none, "FailoverThreshold")
    row.fill(group, "failover_period", count, "FailoverPeriod")
    row.fill(group, "priority", count, "Priority")
    row.fill(group, "anti_affinity", texts, "AntiAffinityClassNames", null=[])
    start, place = row.read(count, "FailbackWindowStart")
    end = row.value(count, "FailbackWindowEnd")
    if place and end is not None:
        put(group, "failback_window", "" if NONE in (start, end) else f"{start}-{end}", place)


def _vm_group(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    _role(row, cluster, reader, row.value(name_of, "Name"))


def _vm_of_group(name: str) -> str:
    """System Center names the group of VM X `SCVMM X Resources`."""
    match = re.fullmatch(r"SCVMM (.+) Resources", name)
    return match[1] if match else name


def _resource(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    kind, name = row.value(name_of, "ResourceType", "Type") or "", row.value(name_of, "Name")
    if name:
        resource = reader.find_or_add(cluster, "resources", Resource, name, row)
        row.fill(resource, "type", name_of, "ResourceType", "Type")
        row.fill(resource, "state", RESOURCE_STATE, "State")
        row.fill(resource, "group", name_of, "OwnerGroup")
        row.fill(resource, "core", flag, "IsCoreResource", "CoreResource")
    if kind.lower() == "virtual machine" and (group := row.value(name_of, "OwnerGroup")):
        _role(row, cluster, reader, group)
    core_disk = kind.lower() == "physical disk" and row.value(flag, "IsCoreResource", "CoreResource")
    if core_disk or kind.lower() in ("file share witness", "cloud witness"):
        witness = Witness(at={"": row.location})
        put(witness, "kind", _witness_kind(kind), row.location)
        put(witness, "resource", name, row.location)
        row.fill(witness, "state", RESOURCE_STATE, "State")
        put(cluster, "witness", witness, row.location)


def _parameter(row: Row, cluster: Cluster, context: Context, reader: Reader) -> bool | None:
    """Get-ClusterParameter: one private property of a resource; the share of a witness and the networks of migration are fields."""
    owner, name = row.value(name_of, "ClusterObject", "Object"), row.value(name_of, "Name")
    value = scalar(row.find("Value")[1])
    if not name or not owner or value is None or isinstance(value, Cut):
        return False
    written = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    if name == "MigrationExcludeNetworks":  # of the resource type
        put(cluster, "excluded_networks", [id for id in written.split(";") if id.strip()], row.location)
        return None
    if name == "SharePath":
        witness = Witness(at={"": row.location})
        put(witness, "kind", "file_share", row.location)
        put(witness, "resource", owner, row.location)
        put(witness, "path", written, row.location)
        put(cluster, "witness", witness, row.location)
    resource = reader.find_or_add(cluster, "resources", Resource, owner, row)
    put(resource, "parameters", {}, row.location)
    resource.parameters[name] = written
    return None


def _owners(row: Row, cluster: Cluster, context: Context, reader: Reader) -> bool | None:
    """Possible owners of a resource, or preferred owners of a role; a name alone does not say of which of the two."""
    resource, role = row.value(name_of, "Resource"), row.value(name_of, "Role")
    there, inner, path = row.find("ClusterObject")
    inner = scalar(inner)
    if there and isinstance(inner, dict):
        keys = Row(inner, path, reader).keys
        name = row.value(name_of, "ClusterObject")
        resource, role = (name, None) if "resourcetype" in keys else (None, name) if "grouptype" in keys else (None, None)
    names = row.value(texts, "PossibleOwners", "PreferredOwners", "OwnerNodes")
    if names is None or not (resource or role):
        reader.warn("owners", f"{row.path}: owners of a resource or of a role? export them as kb.inventory.collect says")
        return False
    if resource:
        put(reader.find_or_add(cluster, "resources", Resource, resource, row), "possible_owners", names, row.location)
    else:
        put(reader.find_or_add(cluster, "groups", Group, role, row), "preferred_owners", names, row.location)
    return None


def _letter(value: Any) -> str | None:
    """A drive letter; an empty one says that there is none."""
    value = scalar(value)
    return "" if value == "" else text(value)


def _affinity(row: Row, cluster: Cluster, context: Context, reader: Reader) -> bool | None:
    """Get-ClusterAffinityRule: roles of a rule DifferentNode keep apart like those of one class name."""
    kind, name = row.value(name_of, "RuleType"), row.value(name_of, "Name")
    if (kind or "").lower() != "differentnode" or row.value(flag, "Enabled") is False:
        return False
    for role in row.value(texts, "Groups") or []:
        group = reader.find_or_add(cluster, "groups", Group, role, row)
        put(group, "anti_affinity", [], row.location)
        group.anti_affinity.append(name or "?")
    return None


def _computer(row: Row, computer: ComputerObject, context: Context, reader: Reader) -> bool | None:
    """Get-ADComputer; users and groups of the directory have the same properties and are left out."""
    if (row.value(name_of, "ObjectClass") or "computer").lower() != "computer":
        return False
    if computer.exists is None and computer.distinguished_name:
        put(computer, "exists", True, row.location)
    return None


_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def _days(value: Any) -> list[str] | None:
    """Days by name, or as the bits of the enumeration Weekdays (1 is Sunday)."""
    value = scalar(value)
    if value is None:
        return None
    named = [word for item in (value if isinstance(value, list) else [value]) for word in str(item).replace(",", " ").split()]
    if len(named) == 1 and named[0].isdigit():
        return [day for bit, day in enumerate(_DAYS) if int(named[0]) & 1 << bit]
    return [word for word in named if word.lower() != "none"]


def _weeks(value: Any) -> list[int] | None:
    """Weeks of the month, as a list, a text or the text of a list."""
    value = scalar(value)
    if value is None:
        return None
    return [int(word) for word in re.findall(r"\d{1,3}", str(value))]


def _minutes(value: Any) -> int | None:
    """A span of time in minutes: a number of them, a text such as `1.02:30:00`, or what JSON makes of a TimeSpan."""
    value = scalar(value)
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        value = next((inner for key, inner in value.items() if key.lower() == "totalminutes"), None)
        return int(value) if isinstance(value, int | float) else None
    if str(value).strip().isdecimal():
        return count(value)
    if match := re.fullmatch(r"(?:(\d{1,6})\.)?(\d{1,2}):(\d\d):(\d\d)(?:\.\d+)?", str(value).strip()):
        days, hours, minutes = int(match[1] or 0), int(match[2]), int(match[3])
        return (days * 24 + hours) * 60 + minutes
    raise ValueError(f"{value!r:.60} is not a span of time")


def _joined(value: Any) -> str | None:
    """Several plug-ins may be chosen."""
    return ", ".join(texts(value) or []) or None


def _failures(value: Any) -> int | None:
    """A number of nodes; -1 is the default."""
    return -1 if str(scalar(value)).strip() == "-1" else count(value)


_UPDATING = (
    is_("installed", flag, "CauRoleInstalled"),
    is_("state", text, "Status"),
    is_("plugin", _joined, "CauPluginName"),
    is_("days", _days, "DaysOfWeek"),
    is_("weeks", _weeks, "WeeksOfMonth"),
    is_("warn_after", _minutes, "WarnAfter", null=0),
    is_("stop_after", _minutes, "StopAfter", null=0),
    is_("max_failed_nodes", _failures, "MaxFailedNodes"),
    is_("max_retries", count, "MaxRetriesPerNode"),
)


def _updating(row: Row, cluster: Cluster, context: Context, reader: Reader) -> bool | None:
    """Get-CauClusterRole lists names and values; who selects from it gets an object of them. A role that is shown is there."""
    name = row.value(name_of, "Name")
    if name and row.find("Value")[0]:
        row = Row({name: row.find("Value")[1]}, row.path, reader)
    put(cluster, "updating", UpdatingRole(at={"": row.location}), row.location)
    role: Any = cluster.updating
    for property in _UPDATING:
        row.fill(role, property.field, property.convert, *property.names, null=property.null)
    put(role, "installed", True, row.location)
    return None


def _storage_account(row: Row, witness: Witness, context: Context, reader: Reader) -> None:
    """Get-AzStorageAccount of the account that the cloud witness uses."""
    put(witness, "kind", "cloud", row.location)


def _validation(row: Row, cluster: Cluster, context: Context, reader: Reader) -> None:
    """When the newest report of the validation tests was written; nothing when there is none."""
    reports, place = row.read(texts, "ValidationReports", null=[])
    if place:
        put(cluster, "validated", max((found for report in reports if (found := time(report))), default=""), place)


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind(
        "ClusterQuorum",
        ("QuorumResource",),
        inv.Cluster,
        "cluster",
        properties=(is_("quorum", QUORUM_TYPE, "QuorumType"),),
        types="ClusterQuorumSettings",
        finish=_quorum,
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
            is_("block_cache", count, "BlockCacheSize", "SharedVolumeBlockCacheSizeInMB"),
            is_("same_subnet_delay", count, "SameSubnetDelay"),
            is_("same_subnet_threshold", count, "SameSubnetThreshold"),
            is_("cross_subnet_delay", count, "CrossSubnetDelay"),
            is_("cross_subnet_threshold", count, "CrossSubnetThreshold"),
            is_("route_history", count, "RouteHistoryLength"),
            is_("balancer_mode", count, "AutoBalancerMode"),
            is_("balancer_level", count, "AutoBalancerLevel"),
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
        types="MSCluster_Cluster",
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
            is_("dynamic_vote", count, "DynamicWeight"),
        ),
        types="MSCluster_Node",
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
            is_("id", guid, "Id"),
            is_("auto_metric", flag, "AutoMetric"),
        ),
        types="MSCluster_Network",
        hints="ClusterNetworks",
        finish=_network,
    ),
    Kind(
        "ClusterNetworkInterface",
        ("Node Network Address", "Node Network Adapter"),
        inv.Cluster,
        "cluster",
        types="MSCluster_NetworkInterface",
        finish=_interface,
    ),
    Kind(
        "ClusterResource", ("ResourceType",), inv.Cluster, "cluster", types="MSCluster_Resource", hints="ClusterResources", finish=_resource
    ),
    Kind("ClusterGroup", ("GroupType",), inv.Cluster, "cluster", types="MSCluster_ResourceGroup", hints="ClusterGroups", finish=_group),
    Kind("ClusterVMGroup", ("OwnerNode PreferredOwners VMId",), inv.Cluster, "cluster", finish=_vm_group),
    Kind(
        "ClusterParameter",
        ("ClusterObject ParameterType", "ClusterObject Name Value", "Object Name Value Type"),
        inv.Cluster,
        "cluster",
        hints="ClusterParameters",
        finish=_parameter,
    ),
    Kind(
        "ClusterOwnerNodeList",
        ("ClusterObject OwnerNodes", "Resource PossibleOwners", "Role PreferredOwners"),
        inv.Cluster,
        "cluster",
        finish=_owners,
    ),
    Kind("ClusterAffinityRule", ("RuleType Groups",), inv.Cluster, "cluster", finish=_affinity),
    Kind(
        "ADComputer",
        ("DistinguishedName ObjectClass", "DistinguishedName SamAccountName", "AccountExists"),
        inv.ComputerObject,
        "cluster",
        "computer_objects",
        (
            is_("name", text, "Name"),
            is_("exists", flag, "AccountExists"),
            is_("distinguished_name", text, "DistinguishedName"),
            is_("enabled", flag, "Enabled"),
            is_("protected", flag, "ProtectedFromAccidentalDeletion"),
            is_("spns", texts, "ServicePrincipalNames", "servicePrincipalName"),
        ),
        hints="ADComputers",
        finish=_computer,
    ),
    Kind(
        "CauClusterRole",
        ("CauRoleInstalled", "CauPluginName MaxRetriesPerNode", "DaysOfWeek MaxFailedNodes"),
        inv.Cluster,
        "cluster",
        finish=_updating,
    ),
    Kind(
        "WitnessDisk",
        ("WitnessFileSystem", "WitnessPartitionStyle", "WitnessFree"),
        inv.Witness,
        "cluster",
        "witness",
        (
            is_("size", size, "WitnessSize"),
            is_("free", size, "WitnessFree"),
            is_("file_system", text, "WitnessFileSystem"),
            is_("partition_style", text, "WitnessPartitionStyle"),
            is_("dynamic", flag, "WitnessDynamic"),
            is_("csv", flag, "WitnessIsCsv"),
            is_("drive_letter", _letter, "WitnessDriveLetter"),
        ),
        single=True,
    ),
    Kind(
        "AzStorageAccount",
        ("StorageAccountName Kind Sku",),
        inv.Witness,
        "cluster",
        "witness",
        (is_("account_kind", text, "Kind"), is_("account_tier", text, "Sku.Tier", "Sku.Name", "Sku")),
        types="PSStorageAccount",
        finish=_storage_account,
        single=True,
    ),
    Kind("ClusterValidation", ("ValidationReports",), inv.Cluster, "cluster", finish=_validation),
)
