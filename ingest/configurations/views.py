"""Which class printed rows are of: by the command that printed them, else by the columns of a default view.

Default views show too few columns to tell a class by its properties, and some under other names.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from ingest.configurations import classes
from ingest.configurations.rows import plain

Record = dict[str, Any]

# --- by the command ---------------------------------------------------------------------------------------------------

# What only chooses, sorts or prints leaves objects of the class that came in.
_PASSING = re.compile(
    r"(?:(?:Format|Select|Where|Sort|Out|Tee|ConvertTo|Export)-\w+|fl|ft|select|where|sort|tee|\?|%\s*\{\s*\$_\s*\})(?![\w-])", re.I
)
_EXPANDED = re.compile(r"-Exp\w*\s+['\"]?(\w+)", re.I)
_MEMBER = re.compile(r"\)\s*\.\s*(\w+)\s*$")
_CMDLET = re.compile(r"(?:^|[\s({;=])Get-(\w+)", re.I)
_OF_CIM = re.compile(r"\b((?:Win32|Msvm|MSCluster|MSFT|CIM)_\w+)", re.I)
_NOUNS = {"vmcheckpoint": "VMSnapshot", "wmiobject": None, "ciminstance": None, "host": None}  # Get-Host is of PowerShell


def of_command(command: str) -> str | None:
    """What the objects are that a command prints, as the noun of a cmdlet or the name of a property; None when it cannot be told."""
    command = re.sub(r"'[^']*'|\"[^\"]*\"", "''", command[:2000])
    for part in reversed(command.split("|")):
        part = part.strip()
        if _PASSING.match(part):
            if expanded := _EXPANDED.search(part):
                return expanded[1]
            continue
        if of_cim := _OF_CIM.search(part):
            return of_cim[1]
        if member := _MEMBER.search(part):
            return member[1]
        cmdlets = _CMDLET.findall(part)
        if not cmdlets and part:
            return part.split()[0] if re.match(r"\w+-\w+(?:\s|$)", part) else "?"
        return cmdlets[-1] if cmdlets else None
    return None


def class_of(noun: str | None) -> str | None:
    """A class by the noun of a cmdlet, or by a property that holds its objects; None for those of no interest."""
    if noun is None:
        return None
    known = plain(noun)
    known = plain(_NOUNS.get(known, known) or "")
    kind = classes.named(known) or classes.BY_HINT.get(known) or classes.BY_HINT.get(f"{known}s") or classes.named(f"msft_{known}")
    return kind.name if kind else None


# --- by the columns ---------------------------------------------------------------------------------------------------


def _renamed(**names: str) -> Callable[[Record], Record]:
    return lambda record: {names.get(plain(key), key): value for key, value in record.items()}


def _vlan(record: Record) -> Record:
    """Get-VMNetworkAdapterVlan prints one list for the access VLAN, the native and allowed ones, or the private pair."""
    found = {plain(key): value for key, value in record.items()}
    mode, vlans = str(found["mode"]), found["vlanlist"]
    private = mode.lower() in ("isolated", "community", "promiscuous")
    record = {key: value for key, value in record.items() if plain(key) not in ("mode", "vlanlist")}
    record["OperationMode"] = "Private" if private else mode
    first, _, rest = str(vlans).partition(",")
    if isinstance(vlans, list):
        first, rest = (vlans[0] if vlans else ""), ",".join(vlans[1:])
    match mode.lower():
        case "access":
            record["AccessVlanId"] = vlans
        case "trunk":
            record |= {"NativeVlanId": first, "AllowedVlanIdListString": rest}
        case _ if private:
            record |= {"PrivateVlanMode": mode, "PrimaryVlanId": first, "SecondaryVlanIdListString": rest}
            if mode.lower() != "promiscuous":
                record["SecondaryVlanId"] = rest
    if found["vmname"] == "":
        record["IsManagementOs"] = "True"
    return record


def _file(record: Record) -> Record:
    """Get-ChildItem names the folder above its table."""
    found = {plain(key): value for key, value in record.items()}
    folder = found.get("directory")
    return {**record, "FullName": f"{str(folder).rstrip(chr(92))}\\{found['name']}"} if folder and found["name"] else record


def _owners(record: Record, command: str) -> Record:
    """Get-ClusterOwnerNode prints possible owners of a resource and preferred ones of a role alike; the command tells which."""
    of_resource, of_role = _says(r"Get-ClusterResource\b|-Resource\b", command), _says(r"Get-ClusterGroup\b|-Group\b", command)
    names = {"clusterobject": "Resource", "ownernodes": "PossibleOwners"} if of_resource else {}
    names = {"clusterobject": "Role", "ownernodes": "PreferredOwners"} if of_role and not of_resource else names
    return {names.get(plain(key), key): value for key, value in record.items()}


@lru_cache(64)
def _says(pattern: str, command: str) -> bool:
    """Whether a command says something; every record it printed asks again."""
    return re.search(pattern, command, re.I) is not None


_VIEWS: dict[str, tuple[str, Callable[[Record], Record] | None]] = {
    "Name ID State": ("ClusterNode", None),
    "Name State Type": ("ClusterNode", None),
    "Name ID State Type": ("ClusterNode", None),
    "Name Node Network State": ("ClusterNetworkInterface", None),
    "Name OwnerNode State": ("ClusterGroup", None),
    "Name State Node": ("ClusterSharedVolume", _renamed(node="OwnerNode", state="ResourceState")),
    "Name State Group ResourceType": ("ClusterResource", _renamed(group="OwnerGroup")),
    "ClusterObject OwnerNodes": ("ClusterOwnerNode", None),
    "Object Name Value Type": ("ClusterParameter", None),
    "VMName VMNetworkAdapterName Mode VlanList": ("VMNetworkAdapterVlan", _vlan),
    "Status Name DisplayName": ("Service", None),
    "Mode LastWriteTime Length Name Directory": ("File", _file),
    "Number FriendlyName SerialNumber HealthStatus OperationalStatus TotalSize PartitionStyle": ("Disk", _renamed(totalsize="Size")),
    "VMName State Health Mode FrequencySec PrimaryServer ReplicaServer ReplicaPort AuthType": ("VMReplication", None),
    # cluster.exe of 2008 and 2008 R2
    "Node NodeID Status": ("ClusterNode", _renamed(node="Name", status="State")),
    "Group Node Status": ("ClusterGroup", _renamed(group="Name", node="OwnerNode", status="State")),
    "Resource Group Node Status": ("ClusterResource", _renamed(resource="Name", group="OwnerGroup", node="OwnerNode", status="State")),
    "Network Status": ("ClusterNetwork", _renamed(network="Name", status="State")),
}
_BY_COLUMNS = {frozenset(plain(name) for name in names.split()): view for names, view in _VIEWS.items()}


def seen(record: Record, noun: str | None, command: str = "") -> tuple[str | None, Record]:
    """The class of a printed record, where it can be told, and the record under the names of the class's properties.

    `noun` is what the command prints. One that is of no known class is given back: no other class must be guessed.
    """
    columns = frozenset(plain(key) for key in record)
    if own := record.get("__CLASS") or record.get("CimClass") or record.get("CreationClassName"):  # an object of WMI
        return str(own), record
    view, change = _BY_COLUMNS.get(columns, (None, None))
    if view == "ClusterOwnerNode":
        return None, _owners(record, command)
    if columns == {"name"} and _says(r"Get-Cluster\b.*-Domain\b", command):
        return "ClusterOfDomain", record
    return class_of(noun) or class_of(view) or view or noun, change(record) if change else record


@cache
def _known_names() -> tuple[str, ...]:
    names = {plain(name.rpartition(".")[2]) for kind in classes.KINDS for property in kind.properties for name in property.names}
    names |= {name for kind in classes.KINDS for signature in kind.sets for name in signature}
    return tuple(sorted(names | {name for columns in _BY_COLUMNS for name in columns}))


def completed(cut: str) -> str | None:
    """The property whose name a console cut short; None when several or none begin so."""
    start = plain(cut.rstrip(".… "))
    at = bisect_left(_known_names(), start)
    fitting = [name for name in _known_names()[at : at + 2] if name.startswith(start)] if len(start) > 3 else []
    return fitting[0] if len(fitting) == 1 else None
