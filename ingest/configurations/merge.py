"""Several files' parts of an inventory into one.

Objects are joined by what identifies them, values by the rule *known beats unknown, and the first known stays*: a value
that says otherwise is a warning with both places. Whole objects come before the pieces that belong to them, so the
order of the files does not matter for who belongs to whom.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from ingest.configurations.parts import Part, is_worse
from kb import inventory as inv
from kb.inventory import Adapter, Checkpoint, Cluster, ClusterVolume, Disk, Dvd, Host, Inventory, Switch, Thing, Vm, same_name

_MOST_CONFLICTS = 100
_MOST_NAMESAKES = 200  # VMs of one name that are told apart by anything but their ids


def merge(parts: Iterable[Part]) -> tuple[Inventory, list[str]]:
    """One inventory of all parts, and warnings about what contradicts or could not be joined."""
    parts = list(parts)
    merger = _Merger()
    for unit in (unit for part in parts for unit in part.whole):
        merger.add(unit)
    merger.all_whole = True
    for unit in (unit for part in parts for unit in part.pieces):
        merger.add(unit)
    merger.settle()
    merger.disks([disk for part in parts for disk in part.disks])
    warnings = [warning for part in parts for warning in part.warnings] + merger.warnings
    if merger.unlisted:
        warnings.append(f"{merger.unlisted} more contradictions between the files are not listed")
    return merger.inventory, warnings


# --- what identifies a part of an object ------------------------------------------------------------------------------


def _lower(value: str | None) -> str | None:
    return value.lower() if value else None


def _position(drive: Disk | Dvd) -> Hashable:
    place = (drive.controller, drive.controller_number, drive.location)
    return None if None in place else place


# Keys of an object, best first; two objects are the same when they share one and no better one differs.
_KEYS: dict[type[Thing], Callable[[Any], tuple[Hashable, ...]]] = {
    Disk: lambda disk: (_lower(disk.path), _position(disk)),
    Dvd: lambda dvd: (_position(dvd), _lower(dvd.path)),
    Adapter: lambda adapter: (adapter.mac, _lower(adapter.name)),
    Checkpoint: lambda checkpoint: (checkpoint.id, _lower(checkpoint.name)),
    inv.IntegrationService: lambda service: (service.service,),
    inv.FibreChannelAdapter: lambda adapter: (_lower(adapter.name),),
    Switch: lambda switch: (switch.name,),
    inv.Extension: lambda extension: (_lower(extension.name),),
    inv.HostAdapter: lambda adapter: (_lower(adapter.name), adapter.mac),
    inv.Interface: lambda interface: (_lower(interface.name), _lower(interface.description)),
    inv.Team: lambda team: (_lower(team.name),),
    inv.TeamInterface: lambda interface: (_lower(interface.name),),
    inv.QosPolicy: lambda policy: (_lower(policy.name),),
    inv.TrafficClass: lambda traffic: (_lower(traffic.name),),
    inv.NetworkIntent: lambda intent: (_lower(intent.name),),
    inv.NumaNode: lambda node: (node.id,),
    inv.WindowsService: lambda service: (_lower(service.name),),
    inv.FirewallRule: lambda rule: (_lower(rule.id), _lower(rule.name)),
    inv.DriverPackage: lambda driver: (_lower(driver.device),),
    inv.Certificate: lambda certificate: (_lower(certificate.thumbprint),),
    inv.Volume: lambda volume: (_lower(volume.path),),
    inv.PhysicalDisk: lambda disk: (_lower(disk.id), disk.number, _lower(disk.serial)),
    inv.VirtualSan: lambda san: (_lower(san.name),),
    inv.ResourcePool: lambda pool: ((pool.type, _lower(pool.name)) if pool.name else None,),
    inv.SmbConnection: lambda connection: ((_lower(connection.server), _lower(connection.share)),),
    inv.ReplicaAuthorization: lambda authorization: (_lower(authorization.server),),
    inv.Node: lambda node: (_short(node.name),),
    inv.ClusterNetwork: lambda network: (_lower(network.name), network.id),
    inv.NetworkInterface: lambda interface: ((_short(interface.node), _lower(interface.adapter)),),
    ClusterVolume: lambda volume: (_lower(volume.name), _lower(volume.path)),
    inv.Group: lambda group: (_lower(group.name),),
    inv.Resource: lambda resource: (_lower(resource.name),),
    inv.ComputerObject: lambda computer: (_lower(computer.name),),
    inv.StoragePool: lambda pool: (_lower(pool.name),),
    inv.VirtualDisk: lambda disk: (_lower(disk.name),),
}
_PARTS = tuple(_KEYS)
# A virtual disk can move to another place of its VM, so its path alone decides nothing against its position.
_STRICT = {Adapter, Checkpoint, inv.PhysicalDisk}
_UNITED = {
    "files",
    "antivirus_exclusions",
    "vms",
    "updates",
    "features",
    "anti_affinity",
    "disk_files",
    "members",
}  # lists of texts that add up; others are values


def _short(name: str | None) -> str | None:
    return name.lower().partition(".")[0] if name else None


class _Merger:
    def __init__(self) -> None:
        self.inventory = Inventory()
        self.warnings: list[str] = []
        self.unlisted = 0  # warnings beyond the bound
        self.indexes: dict[int, _Index] = {}  # of the lists that parts were joined to, by identity
        self.texts: dict[int, tuple[list[str], set[str]]] = {}  # of the lists of texts that were added to
        self.vms_by_id: dict[str, Vm] = {}
        self.vms_by_name: defaultdict[str | None, list[Vm]] = defaultdict(list)
        self.hosts_by_name: dict[str, Host] = {}  # in lower case
        self.hosts_by_short: dict[str | None, Host] = {}  # the first of each name without its domain
        self.nameless: list[Vm | Host] = []
        self.strangers: list[Vm] = []  # pieces of VMs of which only an id is told
        self.all_whole = False

    def warn(self, warning: str) -> None:
        """Remember what contradicts or could not be joined, as long as there is little of it."""
        if len(self.warnings) < _MOST_CONFLICTS:
            self.warnings.append(warning)
        else:
            self.unlisted += 1

    def add(self, unit: Inventory) -> None:
        """Join one unit; its VMs are distinct from each other unless they share an id."""
        if unit.taken and (self.inventory.taken is None or unit.taken > self.inventory.taken):
            self.inventory.taken, self.inventory.at["taken"] = unit.taken, unit.at["taken"]
        if unit.clustered is not None and self.inventory.clustered is None:
            self.inventory.clustered, self.inventory.at["clustered"] = unit.clustered, unit.at["clustered"]
        if unit.cluster:
            self.cluster(unit.cluster)
        if unit.hosts is not None:
            self.inventory.hosts = self.inventory.hosts or []
            for host in unit.hosts:
                self.host(host)
        if unit.vms is not None:
            self.inventory.vms = self.inventory.vms or []
            namesakes = Counter(_lower(vm.name) for vm in unit.vms)
            matches = [self.find_vm(vm, namesakes[_lower(vm.name)] > 1) for vm in unit.vms]
            for vm, match in zip(unit.vms, matches, strict=True):
                self.vm(vm, match)

    def settle(self) -> None:
        """Objects that do not say whose they are belong to the only VM or host there is; those of an id nobody has to none."""
        named = any(vm.name and vm.id for vm in self.inventory.vms or [])
        for vm in self.strangers:
            if found := self.vms_by_id.get(vm.id or ""):
                self.absorb(found, vm, f"vm {found.name or vm.id}")
            elif named:
                self.warn(f"{vm.where()}: left out, for none of the VMs has the id {vm.id} (checkpoints have ids of their own)")
            else:
                assert self.inventory.vms is not None
                self.inventory.vms.append(vm)
                self.vms_by_id[vm.id or ""] = vm
        for kind, known in ((Vm, self.inventory.vms), (Host, self.inventory.hosts)):
            for new in (thing for thing in self.nameless if isinstance(thing, kind)):
                assert known is not None
                if not known:
                    known.append(new)  # type: ignore[arg-type]
                elif len(known) == 1:
                    self.absorb(known[0], new, f"{kind.__name__.lower()} {known[0].name or ''}".strip())
                else:
                    whose = f"which of {len(known)} {kind.__name__.lower()}s it is of"
                    self.warn(f"{new.where()}: left out, for it does not say {whose}")
        for host in self.inventory.hosts or []:
            self.connections(host)

    # --- the objects ---

    def connections(self, host: Host) -> None:
        """Connections that turn out to be physical adapters tell more of the adapters, and are not listed a second time."""
        if host.adapters is None or host.interfaces is None:
            return
        by_name = {_lower(adapter.name): adapter for adapter in host.adapters}
        by_description = {_lower(adapter.description): adapter for adapter in host.adapters if adapter.description}
        left: list[inv.Interface] = []
        for interface in host.interfaces:
            adapter = by_name.get(_lower(interface.name)) or (
                by_description.get(_lower(interface.description)) if not interface.name else None
            )
            if adapter is None:
                left.append(interface)
            else:
                self.absorb(adapter, interface, f"host {host.name}, adapter {adapter.name}")
        host.interfaces = left

    def cluster(self, new: Cluster) -> None:
        old = self.inventory.cluster
        if old is None:
            self.inventory.cluster = new
        elif old.name and new.name and not same_name(old.name, new.name):
            self.warn(f"{new.where()}: cluster {new.name} is left out, for {old.where()} is of cluster {old.name}")
        else:
            self.absorb(old, new, f"cluster {old.name or new.name or ''}".strip())

    def host(self, new: Host) -> None:
        if new.name is None:
            self.nameless.append(new)
            return
        name, short = new.name.lower(), _short(new.name)
        found = self.hosts_by_name.get(name) or (self.hosts_by_short.get(name) if name == short else self.hosts_by_name.get(short or ""))
        if found:
            self.absorb(found, new, f"host {found.name}")
        else:
            self.hosts_by_name[name] = new
            self.hosts_by_short.setdefault(short, new)
            assert self.inventory.hosts is not None
            self.inventory.hosts.append(new)

    def find_vm(self, new: Vm, has_namesakes: bool) -> Vm | list[Vm] | None:
        """The VM known so far that this is, or all it could be: by id, else by host and name, else by a name that is unique."""
        if new.id and new.id in self.vms_by_id:
            return self.vms_by_id[new.id]
        if new.name is None:
            return None
        candidates = [
            vm
            for vm in self.vms_by_name[_lower(new.name)]
            if not (vm.id and new.id) and (vm.host is None or new.host is None or same_name(vm.host, new.host))
        ]
        same_host = [vm for vm in candidates if same_name(vm.host, new.host)]
        if has_namesakes or same_host:
            candidates = same_host
        return candidates[0] if len(candidates) == 1 else candidates or None

    def vm(self, new: Vm, found: Vm | list[Vm] | None) -> None:
        if new.name is None and new.id is None:
            self.nameless.append(new)
            return
        if found is None and new.id:
            found = self.vms_by_id.get(new.id)  # twice in one file, as exported from two nodes of a cluster
        if isinstance(found, list):
            self.warn(f"{new.where()}: left out, for {len(found)} VMs could be the one it is of; export it with the VM's id")
            return
        known_by = None
        if found is None and new.name is None and self.all_whole:
            self.strangers.append(new)
            return
        if found is None:
            assert self.inventory.vms is not None
            self.inventory.vms.append(new)
            found = new
        else:
            known_by = found.name
            self.absorb(found, new, f"vm {found.name or new.name or found.id}")
        if found.id:
            self.vms_by_id.setdefault(found.id, found)
        if found.name and not known_by and len(self.vms_by_name[_lower(found.name)]) < _MOST_NAMESAKES:
            self.vms_by_name[_lower(found.name)].append(found)

    def disks(self, loose: list[Disk]) -> None:
        """Get-VHD tells of files; the disks of VMs that use them learn their type and size."""
        users: defaultdict[str | None, list[tuple[Vm, Disk]]] = defaultdict(list)
        for vm in self.inventory.vms or []:
            for disk in vm.disks or []:
                users[_lower(disk.path)].append((vm, disk))
        parents = {_lower(disk.parent) for disk in loose}
        unused = [disk for disk in loose if not disk.path or not (users.get(disk.path.lower()) or disk.path.lower() in parents)]
        for disk in loose:
            for vm, used in users.get(_lower(disk.path), []) if disk.path else []:
                self.absorb(used, disk, f"vm {vm.name or vm.id}, disk {disk.path}")
        if unused:
            more = f" and {len(unused) - 1} more" if len(unused) > 1 else ""
            self.warn(f"{unused[0].where()}: {unused[0].path}{more}: no VM that was read uses it, so nothing is judged by it")

    # --- the values ---

    def absorb(self, old: Thing, new: Thing, label: str) -> None:
        """Take over what the new object knows and the old one does not."""
        for name in new.__struct_fields__:
            value, known = getattr(new, name), getattr(old, name)
            if value is None or name == "at":
                continue
            if known is None:
                location = new.where(name)
                setattr(old, name, value)
                if location:
                    old.at[name] = location
            elif isinstance(value, list) and value and isinstance(value[0], _PARTS):
                self.join(known, value, label)
            elif isinstance(value, Thing):
                self.absorb(known, value, f"{label}, {name}")
            elif isinstance(value, dict):
                known.update({key: inner for key, inner in value.items() if key not in known})
            elif name in _UNITED:
                have = self.texts.setdefault(id(known), (known, {item.lower() for item in known}))[1]
                added = [item for item in value if item.lower() not in have]
                known += added
                have.update(item.lower() for item in added)
            elif isinstance(old, ClusterVolume) and name == "state" and (is_worse(value, known) or is_worse(known, value)):
                if is_worse(value, known):
                    setattr(old, name, value)
                    old.at[name] = new.at[name]
            elif not _agree(type(old), name, known, value):
                self.warn(
                    f"{label}: {name} is {_shown(known)} in {old.where(name)} but {_shown(value)} in {new.where(name)}; the first is kept"
                )

    def join(self, old: list[Any], new: list[Any], label: str) -> None:
        """Join two lists of parts; items of one list stay distinct."""
        kind = type(new[0])
        index = self.indexes.get(id(old))
        if index is None:
            index = self.indexes[id(old)] = _Index(kind, old)
        taken: set[int] = set()
        starts: dict[_Bucket, int] = {}
        added: list[Any] = []
        for item in new:
            own = index.keys(item)
            found = index.first(own, taken, starts)
            if found is not None:
                taken.add(id(found))
                before = index.keys(found)
                self.absorb(found, item, f"{label}, {kind.__name__.lower()} {own[0] or own[-1]}")
                index.add(found, before)
            elif any(key is not None for key in own) or not old:
                added.append(item)
        old += added
        for item in added:
            index.add(item)


_Bucket = tuple[int, Hashable, tuple[bool, ...]]  # rank of a key, the key, and of which better keys an item must have none


class _Index:
    """The parts in a list by what identifies them, kept up to date while more lists are joined to it."""

    def __init__(self, kind: type[Thing], items: list[Any]) -> None:
        self.items, self.keys, self.strict = items, _KEYS[kind], kind in _STRICT
        self.buckets: defaultdict[_Bucket, list[Any]] = defaultdict(list)
        for item in items:
            self.add(item)

    def add(self, item: Any, before: tuple[Hashable, ...] = ()) -> None:
        """Enter an item under its keys, except those it had before."""
        own = self.keys(item)
        for rank, key in enumerate(own):
            if key is not None and (not before or before[rank] != key):
                for without in itertools.product((False, True), repeat=rank if self.strict else 0):
                    if not _has(own, without):
                        self.buckets[rank, key, without].append(item)

    def first(self, own: tuple[Hashable, ...], taken: set[int], starts: dict[_Bucket, int]) -> Any:
        """The first item that these keys fit and that is not taken; `starts` remembers how far each bucket was searched."""
        for rank, key in enumerate(own):
            if key is None:
                continue
            bucket = rank, key, tuple(better is not None for better in own[:rank]) if self.strict else ()
            items, at = self.buckets.get(bucket, ()), starts.get(bucket, 0)
            while at < len(items) and (id(items[at]) in taken or not self.fits(items[at], bucket)):
                at += 1
            starts[bucket] = at
            if at < len(items):
                return items[at]
        return None

    def fits(self, item: Any, bucket: _Bucket) -> bool:
        """Whether an item still has the key it was entered under."""
        rank, key, without = bucket
        own = self.keys(item)
        return own[rank] == key and not _has(own, without)


def _has(keys: tuple[Hashable, ...], unwanted: tuple[bool, ...]) -> bool:
    """Whether one of the keys is there that must not be."""
    return any(no and key is not None for key, no in zip(keys, unwanted, strict=False))


def _agree(kind: type[Thing], name: str, one: Any, other: Any) -> bool:
    if one == other:
        return True
    if isinstance(one, str) and isinstance(other, str):
        return same_name(one, other) if name in ("host", "owner", "name") else one.lower() == other.lower()
    if kind is Host and name == "memory" and isinstance(one, int) and isinstance(other, int):
        return abs(one - other) <= 0.03 * max(one, other)  # what is installed, or what was left to the operating system
    return False


def _shown(value: Any) -> str:
    written = repr(value) if isinstance(value, str) else str(value[:20] if isinstance(value, list) else value)
    return written if len(written) <= 300 else f"{written[:299]}…"
