"""Objects of cmdlets, WMI and collectors into the inventory, whatever notation they came in.

A notation (JSON, CLIXML, Format-List …) is turned into plain dicts and lists first; a dict may name its class in `@type`
and its place in the file in `@at`. The file is walked from the outside in: an object of a known class becomes a thing of the inventory, everything else is
taken for a wrapper and searched, while the names of the host, cluster or VM it mentions are handed down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ingest.configurations import classes
from ingest.configurations.classes.kind import Kind, Property
from ingest.configurations.convert import clean, guid, time
from ingest.configurations.parts import BadFile, Part, put
from ingest.configurations.rows import AT, TYPE, Context, Row, below, has_any, inner_list, machine, name_of, plain
from kb.inventory import (
    Cluster,
    ClusterVolume,
    Disk,
    Host,
    Inventory,
    Location,
    Thing,
    Vm,
    same_name,
)

_MOST_OBJECTS = 200_000
_MOST_ITEMS = 5_000_000  # of lists of texts and numbers, which a few characters can stand for
_NOISE = {"cimsession", "cimclass", "ciminstanceproperties", "cimsystemproperties"}


def read(documents: list[Any], file: str, notation: str = "JSON") -> Part:
    """The inventory's share of the documents of one file; raises BadFile when nothing in it is known."""
    return read_groups([documents], file, notation)


def read_groups(groups: Iterable[list[Any]], file: str, notation: str) -> Part:
    """The same for documents in groups, such as what several commands printed into one file.

    Objects of one group are distinct; those of different groups may be the same ones again, and are joined.
    """
    part, reader = Part(), Reader(file)
    hint = re.sub(r"[^a-z]", "", re.split(r"[\\/›]", file)[-1].rpartition(".")[0].lower()).removeprefix("get")
    for documents in groups:
        for number, document in enumerate(documents, 1):
            root = "$" if len(documents) == 1 else f"document {number} $"
            reader.walk(document, root, hint, Context())
        reader.close(part)
    if not reader.recognised:
        raise BadFile(
            file,
            "",
            f"{notation}, but none of its objects is one of the Hyper-V or failover cluster cmdlets",
            "export with `Get-VM | ConvertTo-Json -Depth 4` (or Get-VMHost, Get-Cluster, Get-ClusterNode …)",
        )
    reader.finish(part)
    return part


@dataclass(slots=True)
class _Named:
    """The parts in a list by name, and how many of the list were seen."""

    by_name: dict[str, Any] = field(default_factory=dict)
    seen: int = 0


class Reader:
    """Walks the objects of one file and collects what they tell; `warn` is for what was not understood."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.recognised = 0
        self.seen = 0
        self.items = 0
        self.unknown, self.first_unknown = 0, ""
        self.warnings: dict[str, list[str]] = {}
        self.taken: tuple[str, Location] | None = None
        self.vms: list[Vm] = []
        self.hosts: list[Host] = []
        self.clusters: list[Cluster] = []
        self.disks: list[Disk] = []
        self.pieces: dict[str, dict[Any, Thing]] = {}  # by class, by owner
        self.volumes: dict[Any, ClusterVolume] = {}  # volumes of which rows tell one by one
        self.once: dict[Any, Thing] = {}  # what every node tells again
        self.roles: set[Any] = set()
        self.waiting: dict[Callable[[list[Any], Reader], None], list[Any]] = {}  # what is put together when all is known, and by what
        self.parts: dict[Any, _Named] = {}  # of an owner's list

    def warn(self, about: str, problem: str) -> None:
        """Remember a problem; many of the same property become one warning."""
        self.warnings.setdefault(about, []).append(problem)

    def listed(self, items: int, path: str) -> None:
        """Count the items of a list that was read; raises BadFile when all of them are too many."""
        self.items += items
        if self.items > _MOST_ITEMS:
            raise BadFile(
                self.file, path, f"more than {_MOST_ITEMS} numbers and texts in lists", "split the export, for example one file per host"
            )

    def close(self, part: Part) -> None:
        """Hand over what was found since the last time, as objects and pieces of objects."""
        whole = Inventory(vms=self.vms or None, hosts=self.hosts or None)
        part.whole += [whole, *(Inventory(cluster=cluster) for cluster in self.clusters)]
        for owners in self.pieces.values():
            vms = [thing for thing in owners.values() if isinstance(thing, Vm)]
            hosts = [thing for thing in owners.values() if isinstance(thing, Host)]
            part.pieces.append(Inventory(vms=vms or None, hosts=hosts or None))
            part.pieces += [Inventory(cluster=thing) for thing in owners.values() if isinstance(thing, Cluster)]
        part.disks += self.disks
        self.vms, self.hosts, self.clusters, self.disks, self.pieces = [], [], [], [], {}

    def finish(self, part: Part) -> None:
        """Hand over what can be put together only now, and the warnings."""
        for put_together, found in self.waiting.items():
            put_together(found, self)
        self.close(part)
        if self.taken:
            put(part.whole[0], "taken", *self.taken)
        for problems in self.warnings.values():
            more = f" (and {len(problems) - 1} more like it)" if len(problems) > 1 else ""
            part.warnings.append(f"{self.file} {problems[0]}{more}")
        if self.unknown:
            some = "1 object is" if self.unknown == 1 else f"{self.unknown} objects are"
            part.warnings.append(f"{self.file}: {some} of no known class and left out, first {self.first_unknown}")

    # --- the walk ---

    def walk(self, value: Any, path: str, hint: str, context: Context, key: str | None = None) -> int:
        """Search a value for objects of known classes; returns how many were found.

        `hint` is the plain name of the property or file that holds the value, `key` the property itself.
        """
        before = self.recognised
        value, path = inner_list(value, path)
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.walk(item, f"{path}[{index}]", hint, context)
        elif isinstance(value, dict):
            self.seen += 1
            if self.seen > _MOST_OBJECTS:
                raise BadFile(self.file, path, f"more than {_MOST_OBJECTS} objects", "split the export, for example one file per host")
            row = Row(value, path, self)
            kind = classes.named(row.type) or classes.classify(frozenset(row.keys))
            if kind is None and not row.type and hint in classes.BY_HINT and row.keys.keys() & {"name", "vmname"}:
                kind = classes.BY_HINT[hint]
            if kind:
                self.take(kind, row, context, None if hint in classes.BY_HINT else key)
            else:
                self.search(row, context)
        return self.recognised - before

    def search(self, row: Row, context: Context) -> None:
        """Look into a wrapper, with what it says about where its contents belong."""
        if not self.taken:
            taken, location = row.read(time, "Taken", "CollectedAt", "CollectionTime", "GeneratedAt")
            self.taken = (taken, location) if location else None
        host_name = machine(row.value(name_of, "ComputerName", "PSComputerName", "HostName", "VMHost"))
        context = replace(
            context,
            host_name=host_name or context.host_name,
            vm_name=row.value(name_of, "VMName") or context.vm_name,
            vm_id=row.value(name_of, "VMId") or context.vm_id,
        )
        found = 0
        for key, value in row.data.items():
            if isinstance(value, dict | list) and key not in (TYPE, AT) and plain(key) not in _NOISE:
                found += self.walk(value, below(row.path, key), plain(key), context, key)
        if not found and row.data:
            if not self.unknown:
                own = [key for key in row.data if key not in (TYPE, AT)]
                keys = ", ".join(clean(key)[:40] for key in own[:4])
                self.first_unknown = f"{row.path} with {keys}{' …' if len(own) > 4 else ''}"
            self.unknown += 1

    def take(self, kind: Kind, row: Row, context: Context, key: str | None = None) -> None:
        """Make a thing of an object, or fill the thing it tells of, and put it where it belongs."""
        self.recognised += 1
        if kind.make is None or _of_checkpoint(row):
            return
        if kind.name == "VMHost" and context.host:
            thing: Thing = context.host
        elif kind.into or kind.owner in ("", "disk"):
            thing = kind.make(at={"": row.location})
        else:
            thing = self.owner(kind, row, context)
        for property in _told(kind.name, row.names):
            row.fill(thing, property.field, property.convert, *property.names, null=property.null)
        if kind.finish and kind.finish(row, thing, context, self) is False:
            return
        match thing:
            case _ if kind.single:
                put(self.owner(kind, row, context), kind.into, thing, row.location)
            case _ if kind.into:
                owner = self.owner(kind, row, context)
                put(owner, kind.into, [], row.location)
                getattr(owner, kind.into).append(thing)
            case Disk():
                self.disks.append(thing)
            case Vm() if not kind.owner:
                put(thing, "name", clean(key) if key else None, row.location)
                thing.host = machine(thing.host)
                put(thing, "host", context.host.name if context.host else context.host_name, row.location)
                self.vms.append(thing)
            case Host() if not kind.owner and context.host is None:
                put(thing, "name", context.host_name, row.location)
                self.hosts.append(thing)
            case Cluster() if not kind.owner:
                self.clusters.append(thing)
        match thing:
            case Vm():
                context = replace(context, vm=thing)
            case Host():
                context = replace(context, host=thing)
            case Cluster():
                context = replace(context, cluster=thing)
        self.children(kind, row, thing, context)
        if kind.settle:
            kind.settle(row, thing, context, self)

    def children(self, kind: Kind, row: Row, thing: Thing, context: Context) -> None:
        """Take the objects inside an object; a list that is there but empty says that there are none."""
        for name, child_name in _held(kind.name, row.names):
            _, value, path = row.find(name)
            child = classes.BY_NAME[child_name]
            value, path = inner_list(value, path)
            if value in (None, "", {}):
                continue
            items = value if isinstance(value, list) else [value]
            if any(not isinstance(item, dict) for item in items):
                if child.into and not child.single:
                    self.warn(f"cut {name}", f"{path}: cut to text by -Depth; repeat the export with `ConvertTo-Json -Depth 4`")
                continue
            if child.into and not child.single and kind.name != "VMScsiController":
                put(thing, child.into, [], Location(self.file, path))
            for index, item in enumerate(items):
                inner = Row(item, f"{path}[{index}]" if isinstance(value, list) else path, self)
                own = classes.named(inner.type) or classes.classify(frozenset(inner.keys))
                self.take(own if own and own.owner == child.owner and own.into else child, inner, context)

    def owner(self, kind: Kind, row: Row, context: Context) -> Any:
        """The VM, host or cluster a row belongs to: the object around it, else the one it names."""
        match kind.owner:
            case "vm":
                if context.vm:
                    return context.vm
                name, at = row.read(name_of, "VMName", "ParentAdapter.VMName")
                id = row.value(guid, "VMId", "ParentAdapter.VMId", *_VM_IDS.get(kind.name, ())) or guid(context.vm_id)
                host = machine(row.value(name_of, "ComputerName", "PSComputerName")) or context.host_name
                piece = self.piece(kind, Vm, id or (name or context.vm_name, host), row)
                put(piece, "name", name or context.vm_name, at or row.location)
                put(piece, "id", id, row.location)
                put(piece, "host", host, row.location)
                return piece
            case "host":
                named = machine(row.value(name_of, *_HOST_NAMES.get(kind.name, ()), "SystemName", "PSComputerName", "ComputerName"))
                if context.host and (named is None or same_name(named, context.host.name)):
                    return context.host
                name = named or context.host_name
                piece = self.piece(kind, Host, (name or "").lower(), row)
                put(piece, "name", name, row.location)
                return piece
            case "cluster":
                if context.cluster:
                    return context.cluster
                name = row.value(name_of, "Cluster")
                piece = self.piece(kind, Cluster, (name or "").lower(), row)
                put(piece, "name", name, row.location)
                return piece
        raise AssertionError(kind.owner)

    def find_or_add(self, owner: Thing, field: str, make: type[Thing], name: str | None, row: Row) -> Any:
        """The part of this name in a list of the owner (the switch that an extension belongs to); added when it is new."""
        put(owner, field, [], row.location)
        parts = getattr(owner, field)
        known = self.parts.setdefault((id(owner), field), _Named())
        while known.seen < len(parts):
            part = parts[known.seen]
            known.by_name.setdefault((part.name or "").lower(), part)
            known.seen += 1
        found = known.by_name.get((name or "").lower())
        if found is None:
            found = make(at={"": row.location})
            put(found, "name", name, row.location)
            parts.append(found)
        return found

    def piece(self, kind: Kind, make: type[Thing], owner: Any, row: Row) -> Thing:
        """The piece of this owner that collects the rows of a class."""
        owners = self.pieces.setdefault(kind.name, {})
        return owners.setdefault(owner, make(at={"": row.location}))


_VM_IDS = {"Msvm_KvpExchangeComponent": ("SystemName",)}
_HOST_NAMES = {
    "HotFix": ("CSName", "Source"),
    "NetIntentStatus": ("Host",),
    "Win32_NetworkAdapterConfiguration": ("DNSHostName",),
    "Win32_OperatingSystem": ("CSName",),
    "Win32_ComputerSystem": ("DNSHostName", "Name"),
}


@lru_cache(1024)
def _told(kind: str, names: tuple[str, ...]) -> list[Property]:
    """The properties of a class that an object with these names has; objects of one class share them."""
    return [property for property in classes.BY_NAME[kind].properties if has_any(names, property.names)]


@lru_cache(1024)
def _held(kind: str, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The properties of other classes that such an object holds, with their classes."""
    return [(name, child) for name, child in classes.BY_NAME[kind].children.items() if has_any(names, (name,))]


def _of_checkpoint(row: Row) -> bool:
    """True for a device of a checkpoint; an id of zeros is the VM itself."""
    return bool(row.value(guid, "VMCheckpointId", "VMSnapshotId"))
