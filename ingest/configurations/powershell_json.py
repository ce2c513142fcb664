"""What cmdlets print through ConvertTo-Json, alone or collected into one larger object.

The file is walked from the outside in: an object of a known class becomes a thing of the inventory, everything else is
taken for a wrapper and searched, while the names of the host, cluster or VM it mentions are handed down.
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ingest.configurations import powershell_classes as classes
from ingest.configurations.convert import Converter, clean, count, count_or_none, dotted, flag, guid, scalar, text, texts, time
from ingest.configurations.parts import BadFile, Part, is_worse, put
from ingest.configurations.powershell_classes import Kind
from kb import versions
from kb.inventory import (
    Adapter,
    Cluster,
    ClusterNetwork,
    ClusterVolume,
    Disk,
    Dvd,
    Host,
    HostAdapter,
    IntegrationService,
    Inventory,
    Location,
    Node,
    Thing,
    Vm,
    Witness,
    same_name,
)

_plain = lru_cache(4096)(classes.plain)
_MOST_OBJECTS = 200_000
_NOISE = {"cimsession", "cimclass", "ciminstanceproperties", "cimsystemproperties"}


def read(documents: list[Any], file: str) -> Part:
    """The inventory's share of the documents of one file; raises BadFile when nothing in it is known."""
    reader = _Reader(file)
    hint = re.sub(r"[^a-z]", "", re.split(r"[\\/]", file)[-1].rpartition(".")[0].lower()).removeprefix("get")
    for number, document in enumerate(documents, 1):
        root = "$" if len(documents) == 1 else f"document {number} $"
        reader.walk(document, root, hint, _Context())
    if not reader.recognised:
        raise BadFile(
            file,
            "",
            "JSON, but none of its objects is one of the Hyper-V or failover cluster cmdlets",
            "export with `Get-VM | ConvertTo-Json -Depth 4` (or Get-VMHost, Get-Cluster, Get-ClusterNode …)",
        )
    return reader.part()


@dataclass(frozen=True, slots=True)
class _Context:
    """What the enclosing objects say: the objects themselves, or the names they mention."""

    vm: Vm | None = None
    host: Host | None = None
    cluster: Cluster | None = None
    vm_name: str | None = None
    vm_id: str | None = None
    host_name: str | None = None


class _Row:
    """An object of the file: properties found without regard to case, values converted, places remembered."""

    def __init__(self, data: dict[str, Any], path: str, reader: _Reader) -> None:
        self.data, self.path, self.reader = data, path, reader
        self.keys = {_plain(key): key for key in reversed(data)}

    def find(self, name: str) -> tuple[bool, Any, str]:
        """Whether there is such a property (dots go into objects and the first item of lists), its value and path."""
        head, dot, rest = name.partition(".")
        key = self.keys.get(_plain(head))
        if key is None:
            return False, None, ""
        value, path = self.data[key], _below(self.path, key)
        if not dot:
            return True, value, path
        value = scalar(value)
        if isinstance(value, list) and value:
            value, path = value[0], f"{path}[0]"
        return _Row(value, path, self.reader).find(rest) if isinstance(value, dict) else (False, None, "")

    def read(self, convert: Converter, *names: str, null: Any = None) -> tuple[Any, Location | None]:
        """The first of the properties that says something, converted; a value that is not understood is a warning."""
        for name in names:
            there, value, path = self.find(name)
            if not there:
                continue
            try:
                found = convert(value)
            except (ValueError, OverflowError) as error:
                self.reader.warn(name, f"{path}: {error}")
                continue
            if found is None and value in (None, "", []):
                found = null
            if found is not None:
                return found, Location(self.reader.file, path)
        return None, None

    def value(self, convert: Converter, *names: str) -> Any:
        """The same without the place."""
        return self.read(convert, *names)[0]

    def fill(self, thing: Thing, field: str, convert: Converter, *names: str, null: Any = None) -> None:
        """Read into a field of the thing."""
        value, location = self.read(convert, *names, null=null)
        if location:
            put(thing, field, value, location)

    @property
    def location(self) -> Location:
        return Location(self.reader.file, self.path)


def _items(value: Any, path: str) -> tuple[Any, str]:
    """The list inside `{"value": […], "Count": n}` with its path; other values unchanged."""
    inner = scalar(value)
    if isinstance(value, dict) and isinstance(inner, list):
        return inner, _below(path, next(key for key in value if key.lower() == "value"))
    return value, path


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{json.dumps(clean(key))}]"


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.recognised = 0
        self.seen = 0
        self.unknown, self.first_unknown = 0, ""
        self.warnings: dict[str, list[str]] = {}
        self.taken: tuple[str, Location] | None = None
        self.vms: list[Vm] = []
        self.hosts: list[Host] = []
        self.clusters: list[Cluster] = []
        self.disks: list[Disk] = []
        self.pieces: dict[str, dict[Any, Thing]] = {}  # by class, by owner
        self.volumes: dict[Any, ClusterVolume] = {}  # volumes of which rows tell one by one
        self.roles: set[Any] = set()

    def warn(self, about: str, problem: str) -> None:
        """Remember a problem; many of the same property become one warning."""
        self.warnings.setdefault(about, []).append(problem)

    def part(self) -> Part:
        """Everything found, as objects and pieces of objects."""
        part = Part()
        whole = Inventory(vms=self.vms or None, hosts=self.hosts or None)
        if self.taken:
            put(whole, "taken", *self.taken)
        part.whole = [whole, *(Inventory(cluster=cluster) for cluster in self.clusters)]
        for owners in self.pieces.values():
            vms = [thing for thing in owners.values() if isinstance(thing, Vm)]
            hosts = [thing for thing in owners.values() if isinstance(thing, Host)]
            part.pieces.append(Inventory(vms=vms or None, hosts=hosts or None))
            part.pieces += [Inventory(cluster=thing) for thing in owners.values() if isinstance(thing, Cluster)]
        part.disks = self.disks
        for problems in self.warnings.values():
            more = f" (and {len(problems) - 1} more like it)" if len(problems) > 1 else ""
            part.warnings.append(f"{self.file} {problems[0]}{more}")
        if self.unknown:
            some = "1 object is" if self.unknown == 1 else f"{self.unknown} objects are"
            part.warnings.append(f"{self.file}: {some} of no known class and left out, first {self.first_unknown}")
        return part

    # --- the walk ---

    def walk(self, value: Any, path: str, hint: str, context: _Context, key: str | None = None) -> int:
        """Search a value for objects of known classes; returns how many were found.

        `hint` is the plain name of the property or file that holds the value, `key` the property itself.
        """
        before = self.recognised
        value, path = _items(value, path)
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.walk(item, f"{path}[{index}]", hint, context)
        elif isinstance(value, dict):
            self.seen += 1
            if self.seen > _MOST_OBJECTS:
                raise BadFile(self.file, path, f"more than {_MOST_OBJECTS} objects", "split the export, for example one file per host")
            row = _Row(value, path, self)
            kind = classes.classify(frozenset(row.keys))
            if kind is None and hint in classes.BY_HINT and row.keys.keys() & {"name", "vmname"}:
                kind = classes.BY_HINT[hint]
            if kind:
                self.take(kind, row, context, None if hint in classes.BY_HINT else key)
            else:
                self.search(row, context)
        return self.recognised - before

    def search(self, row: _Row, context: _Context) -> None:
        """Look into a wrapper, with what it says about where its contents belong."""
        if not self.taken:
            taken, location = row.read(time, "Taken", "CollectedAt", "CollectionTime", "GeneratedAt")
            self.taken = (taken, location) if location else None
        host_name = _machine(row.value(_name, "ComputerName", "PSComputerName", "HostName", "VMHost"))
        context = replace(
            context,
            host_name=host_name or context.host_name,
            vm_name=row.value(_name, "VMName") or context.vm_name,
            vm_id=row.value(_name, "VMId") or context.vm_id,
        )
        found = 0
        for key, value in row.data.items():
            if isinstance(value, dict | list) and _plain(key) not in _NOISE:
                found += self.walk(value, _below(row.path, key), _plain(key), context, key)
        if not found and row.data:
            if not self.unknown:
                keys = ", ".join(clean(key)[:40] for key in list(row.data)[:4])
                self.first_unknown = f"{row.path} with {keys}{' …' if len(row.data) > 4 else ''}"
            self.unknown += 1

    def take(self, kind: Kind, row: _Row, context: _Context, key: str | None = None) -> None:
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
        for property in kind.properties:
            row.fill(thing, property.field, property.convert, *property.names, null=property.null)
        if kind.name in _FINISH and _FINISH[kind.name](row, thing, context, self) is False:
            return
        match thing:
            case _ if kind.into:
                owner = self.owner(kind, row, context)
                put(owner, kind.into, [], row.location)
                getattr(owner, kind.into).append(thing)
            case Disk():
                self.disks.append(thing)
            case Vm() if not kind.owner:
                put(thing, "name", clean(key) if key else None, row.location)
                thing.host = _machine(thing.host)
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
        if isinstance(thing, Vm) and not kind.owner:
            _services_state(row, thing)

    def children(self, kind: Kind, row: _Row, thing: Thing, context: _Context) -> None:
        """Take the objects inside an object; a list that is there but empty says that there are none."""
        for name, child_name in kind.children.items():
            there, value, path = row.find(name)
            child = classes.BY_NAME[child_name]
            value, path = _items(value, path)
            if not there or value in (None, "", {}):
                continue
            items = value if isinstance(value, list) else [value]
            if any(not isinstance(item, dict) for item in items):
                if child.into:
                    self.warn(f"cut {name}", f"{path}: cut to text by -Depth; repeat the export with `ConvertTo-Json -Depth 4`")
                continue
            if child.into and kind.name != "VMScsiController":
                put(thing, child.into, [], Location(self.file, path))
            for index, item in enumerate(items):
                inner = _Row(item, f"{path}[{index}]" if isinstance(value, list) else path, self)
                own = classes.classify(frozenset(inner.keys))
                self.take(own if own and own.owner == child.owner and own.into else child, inner, context)

    def owner(self, kind: Kind, row: _Row, context: _Context) -> Any:
        """The VM, host or cluster a row belongs to: the object around it, else the one it names."""
        match kind.owner:
            case "vm":
                if context.vm:
                    return context.vm
                name, at = row.read(_name, "VMName", "ParentAdapter.VMName")
                id = row.value(guid, "VMId", "ParentAdapter.VMId") or guid(context.vm_id)
                host = _machine(row.value(_name, "ComputerName", "PSComputerName")) or context.host_name
                piece = self.piece(kind, Vm, id or (name or context.vm_name, host), row)
                put(piece, "name", name or context.vm_name, at or row.location)
                put(piece, "id", id, row.location)
                put(piece, "host", host, row.location)
                return piece
            case "host":
                named = _machine(row.value(_name, *_HOST_NAMES.get(kind.name, ()), "SystemName", "PSComputerName", "ComputerName"))
                if context.host and (named is None or same_name(named, context.host.name)):
                    return context.host
                name = named or context.host_name
                piece = self.piece(kind, Host, (name or "").lower(), row)
                put(piece, "name", name, row.location)
                return piece
            case "cluster":
                if context.cluster:
                    return context.cluster
                name = row.value(_name, "Cluster")
                piece = self.piece(kind, Cluster, (name or "").lower(), row)
                put(piece, "name", name, row.location)
                return piece
        raise AssertionError(kind.owner)

    def piece(self, kind: Kind, make: type[Thing], owner: Any, row: _Row) -> Thing:
        """The piece of this owner that collects the rows of a class."""
        owners = self.pieces.setdefault(kind.name, {})
        return owners.setdefault(owner, make(at={"": row.location}))


_HOST_NAMES = {"Win32_OperatingSystem": ("CSName",), "Win32_ComputerSystem": ("DNSHostName", "Name")}


def _name(value: Any) -> str | None:
    """A name where there is one; anything else (an object without a name, a number) is no name."""
    try:
        return text(value)
    except ValueError:
        return None


def _machine(name: str | None) -> str | None:
    return None if name in (".", "localhost", "::1", "127.0.0.1") else name


def _of_checkpoint(row: _Row) -> bool:
    """True for a device of a checkpoint; an id of zeros is the VM itself."""
    return bool(row.value(guid, "VMCheckpointId", "VMSnapshotId"))


# --- what a table cannot say ------------------------------------------------------------------------------------------


def _vm(row: _Row, vm: Vm, context: _Context, reader: _Reader) -> None:
    _memory(row, vm, context, reader)
    if vm.generation not in (None, 1, 2):
        reader.warn("Generation", f"{vm.at['generation'].path}: {vm.generation} is not a generation")
        vm.generation = None
        del vm.at["generation"]


def _memory(row: _Row, vm: Vm, context: _Context, reader: _Reader) -> None:
    """Minimum and maximum of static memory are what the dialog would offer, not what the VM gets."""
    if vm.dynamic_memory is False:
        for name in ("memory_minimum", "memory_maximum"):
            setattr(vm, name, None)
            vm.at.pop(name, None)


_UP_TO_DATE = {"up to date": True, "auf dem neuesten stand": True, "aktuell": True}
_UP_TO_DATE |= {"update required": False, "update erforderlich": False, "aktualisierung erforderlich": False}


def _services_state(row: _Row, vm: Vm) -> None:
    """What the VM says of all its services counts for those that do not speak for themselves."""
    state, location = row.read(_name, "IntegrationServicesState")
    if location and (known := _UP_TO_DATE.get(state.lower())) is not None:
        for service in vm.integration_services or []:
            put(service, "up_to_date", known, location)


_PHYSICAL = re.compile(r"(?:disk|datenträger)\s+\d+\b|\\\\[.?]\\physicaldrive", re.I)
_EXTENSIONS = {"vhd": "vhd", "avhd": "vhd", "vhdx": "vhdx", "avhdx": "vhdx", "vhds": "vhds"}


def _disk(row: _Row, disk: Disk, context: _Context, reader: _Reader) -> bool | None:
    if (disk.path or "").lower().endswith(".iso"):  # a controller lists its DVD drives among its drives
        dvd = Dvd(at=disk.at, path=disk.path, controller=disk.controller)
        dvd.controller_number, dvd.location = disk.controller_number, disk.location
        owner = reader.owner(classes.BY_NAME["DvdDrive"], row, context)
        owner.dvds = [*(owner.dvds or []), dvd]
        return False
    number, place = row.read(count_or_none, "DiskNumber")
    where = disk.at.get("path")
    if number is not None or (disk.path and _PHYSICAL.match(disk.path)):
        put(disk, "pass_through", True, (place if number is not None else where) or row.location)
    elif where and disk.path:
        extension = disk.path.rpartition(".")[2].lower()
        if extension in _EXTENSIONS:
            put(disk, "pass_through", False, where)
            put(disk, "format", _EXTENSIONS[extension], where)
    return None


def _scsi(row: _Row, vm: Vm, context: _Context, reader: _Reader) -> None:
    """Get-VMIdeController prints the same properties; the class of the IDE controller is in its Id."""
    id, name = row.value(_name, "Id") or "", row.value(_name, "Name") or ""
    if "83f8638b-8dca-4152-9eda-2ca8b33039b4" in id.lower() or name.lower().startswith("ide"):
        return
    vm.scsi_controllers = (vm.scsi_controllers or 0) + 1
    vm.at.setdefault("scsi_controllers", row.location)


def _adapter(row: _Row, adapter: Adapter, context: _Context, reader: _Reader) -> bool | None:
    if row.value(flag, "IsManagementOs"):
        return False
    mode, place = row.read(classes.VLAN_MODE, "VlanSetting.OperationMode", "OperationMode", "VlanMode")
    if mode == "Access":
        row.fill(adapter, "vlan", count, "VlanSetting.AccessVlanId", "AccessVlanId")
    elif mode == "Untagged" and place:
        put(adapter, "vlan", 0, place)
    return None


def _host_adapter(row: _Row, adapter: HostAdapter, context: _Context, reader: _Reader) -> bool | None:
    """Only physical adapters count: no ports of virtual switches, no teams."""
    virtual = row.value(flag, "Virtual") or row.value(flag, "HardwareInterface") is False
    described = (adapter.description or "").lower()
    return False if virtual or described.startswith(("hyper-v virtual", "microsoft network adapter multiplexor")) else None


def _service(row: _Row, service: IntegrationService, context: _Context, reader: _Reader) -> bool | None:
    name = row.value(_name, "Name", "Service")
    service.service = classes.service_of(row.value(_name, "Id"), name)
    if service.service is None:
        reader.warn("service", f"{row.path}: integration service {name!r} is not known")
        return False
    service.at["service"] = row.location
    secondary = row.value(classes.SERVICE_STATUS, "SecondaryOperationalStatus")
    if "ProtocolMismatch" in (service.status, secondary):
        put(service, "up_to_date", False, row.location)
    return None


def _host(row: _Row, host: Host, context: _Context, reader: _Reader) -> None:
    if row.value(flag, "PartOfDomain") is False:
        host.domain = ""


_CLIENT = re.compile(r"windows\s+(?:xp|vista|7|8|8\.1|10|11)\b", re.I)
_EDITIONS = {7: "standard", 13: "standard", 36: "standard", 10: "enterprise", 14: "enterprise", 38: "enterprise"}
_EDITIONS |= {8: "datacenter", 12: "datacenter", 37: "datacenter", 42: "hyper-v-server"}


def _operating_system(row: _Row, host: Host, context: _Context, reader: _Reader) -> None:
    """Release by build, edition by SKU number (Win32_OperatingSystem), else by the product name."""
    caption, at_caption = row.read(_name, "Caption")
    row.fill(host, "build", dotted, "Version")
    if host.build and not _CLIENT.search(caption or ""):
        put(host, "version", versions.of_build(host.build), host.at["build"])
    sku, at_sku = row.read(count, "OperatingSystemSKU")
    if at_sku and sku in _EDITIONS:
        put(host, "edition", _EDITIONS[sku], at_sku)
    elif at_caption and caption:
        words = caption.lower().replace("-", " ")
        named = (edition for edition in ("hyper-v-server", "datacenter", "enterprise", "standard") if edition.replace("-", " ") in words)
        put(host, "edition", next(named, None), at_caption)


def _exclusions(row: _Row, host: Host, context: _Context, reader: _Reader) -> None:
    """The paths, processes and extensions Defender leaves alone; it hides them from users who are no administrators."""
    found: list[str] = []
    read_any = False
    for name in ("ExclusionPath", "ExclusionProcess", "ExclusionExtension"):
        listed, _ = row.read(texts, name, null=[])
        if listed is None:
            continue
        if any(item.startswith("N/A:") for item in listed):
            reader.warn("exclusions", f"{row.path}.{name}: hidden; run Get-MpPreference as administrator")
            continue
        found += listed
        read_any = True
    if read_any:
        put(host, "antivirus_exclusions", found, row.location)


_FEATURES = {"hyper-v": "hyperv_installed", "failover-clustering": "clustering_installed"}


def _feature(row: _Row, host: Host, context: _Context, reader: _Reader) -> None:
    name = (row.value(_name, "Name") or "").lower()
    if name in _FEATURES:
        installed, place = row.read(flag, "Installed")
        if not place and (state := row.value(_name, "InstallState")) and not state.isdigit():
            installed, place = state.lower() == "installed", row.location
        if place:
            put(host, _FEATURES[name], installed, place)


_WITNESSES = (
    ("cloud", ("cloud",)),
    ("file_share", ("file share", "fileshare", "dateifreigabe")),
    ("disk", ("physical disk", "physischer datenträger", "disk", "datenträger")),
)


def _witness_kind(*texts_: str | None) -> str | None:
    lowered = " ".join(item for item in texts_ if item).lower()
    return next((kind for kind, words in _WITNESSES if any(word in lowered for word in words)), None)


def _quorum(row: _Row, cluster: Cluster, context: _Context, reader: _Reader) -> None:
    """The witness: by the type of its resource, else its name, else the old quorum types, which say it themselves."""
    there, value, path = row.find("QuorumResource")
    resource = row.value(_name, "QuorumResource", "QuorumWitness")
    type_name = row.value(_name, "QuorumResource.ResourceType", "QuorumWitnessType")
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


def _node(row: _Row, node: Node, context: _Context, reader: _Reader) -> None:
    numbers = [row.value(count, name) for name in ("MajorVersion", "MinorVersion", "BuildNumber")]
    if None not in numbers:
        _, location = row.read(count, "BuildNumber")
        build = ".".join(str(number) for number in numbers)
        put(node, "build", build, location or row.location)
        put(node, "version", versions.of_build(build), location or row.location)


def _network(row: _Row, network: ClusterNetwork, context: _Context, reader: _Reader) -> None:
    address, location = row.read(_name, "Address")
    mask = row.value(_name, "AddressMask") or next(iter(row.value(texts, "Ipv4PrefixLengths") or []), None)
    if location and address:
        try:
            put(network, "subnet", str(ipaddress.ip_network(f"{address}/{mask}" if mask else address, strict=False)), location)
        except ValueError as error:
            reader.warn("Address", f"{location.path}: {error}")


def _volume(row: _Row, volume: ClusterVolume, context: _Context, reader: _Reader) -> None:
    redirected, place = row.read(flag, "SharedVolumeInfo.RedirectedAccess", "RedirectedAccess")
    if place:
        put(volume, "state", "file_system_redirected" if redirected else "direct", place)
    _, partition, path = row.find("SharedVolumeInfo")
    if isinstance(partition, str) or isinstance(row.find("SharedVolumeInfo.Partition")[1], str):
        reader.warn("cut SharedVolumeInfo", f"{path}: cut to text by -Depth; repeat the export with `ConvertTo-Json -Depth 4`")


def _volume_state(row: _Row, volume: ClusterVolume, context: _Context, reader: _Reader) -> bool | None:
    """One row per volume and node; the worst state is the volume's."""
    name = row.value(_name, "VolumeFriendlyName")
    if name:
        path = name if "\\" in name else f"C:\\ClusterStorage\\{name}"
        put(volume, "path", path, row.location)
    reasons = [
        reason
        for convert, property in (
            (classes.FILE_SYSTEM_REASON, "FileSystemRedirectedIOReason"),
            (classes.BLOCK_REASON, "BlockRedirectedIOReason"),
        )
        if (reason := row.value(convert, property)) and not reason.startswith("Not")
    ]
    put(volume, "redirection_reason", ", ".join(reasons) or None, row.location)
    other = reader.volumes.setdefault((row.value(_name, "Cluster"), volume.name, volume.path), volume)
    if other is volume:
        return None
    if is_worse(volume.state, other.state):
        other.state, other.redirection_reason, other.at = volume.state, volume.redirection_reason, volume.at
    return False


def _role(row: _Row, cluster: Cluster, reader: _Reader, group: str | None) -> None:
    """Add a VM to the clustered roles; once any group was seen, no VM among them means that there is none."""
    put(cluster, "vms", [], row.location)
    if group and cluster.vms is not None and (id(cluster), group) not in reader.roles:
        reader.roles.add((id(cluster), group))
        cluster.vms.append(_vm_of_group(group))


def _group(row: _Row, cluster: Cluster, context: _Context, reader: _Reader) -> None:
    kind = str(scalar(row.find("GroupType")[1])).strip().lower()
    _role(row, cluster, reader, row.value(_name, "Name") if kind in ("111", "virtualmachine") else None)


def _vm_group(row: _Row, cluster: Cluster, context: _Context, reader: _Reader) -> None:
    _role(row, cluster, reader, row.value(_name, "Name"))


def _vm_of_group(name: str) -> str:
    """System Center names the group of VM X `SCVMM X Resources`."""
    match = re.fullmatch(r"SCVMM (.+) Resources", name)
    return match[1] if match else name


def _resource(row: _Row, cluster: Cluster, context: _Context, reader: _Reader) -> None:
    kind, name = row.value(_name, "ResourceType") or "", row.value(_name, "Name")
    if kind.lower() == "virtual machine" and (group := row.value(_name, "OwnerGroup")):
        _role(row, cluster, reader, group)
    core_disk = kind.lower() == "physical disk" and row.value(flag, "IsCoreResource")
    if core_disk or kind.lower() in ("file share witness", "cloud witness"):
        witness = Witness(at={"": row.location})
        put(witness, "kind", _witness_kind(kind), row.location)
        put(witness, "resource", name, row.location)
        put(cluster, "witness", witness, row.location)


_ON_VOLUME = re.compile(r"[a-z]:\\ClusterStorage\\[^\\]+", re.I)


def _file(row: _Row, volume: ClusterVolume, context: _Context, reader: _Reader) -> bool | None:
    """Get-ChildItem below ClusterStorage: the files of each volume."""
    full, place = row.read(_name, "FullName")
    match = _ON_VOLUME.match(full or "")
    if not match or not place or row.value(flag, "PSIsContainer") or (row.value(_name, "Mode") or "").startswith("d"):
        return False
    other = reader.volumes.setdefault(match[0].lower(), volume)
    if other is not volume and other.files:
        other.files.append(full or "")
        return False
    put(volume, "path", match[0], place)
    put(volume, "files", [full], place)
    return None


_FINISH: dict[str, Any] = {
    "VM": _vm,
    "VMMemory": _memory,
    "HardDiskDrive": _disk,
    "VHD": _disk,
    "VMScsiController": _scsi,
    "VMNetworkAdapter": _adapter,
    "VMNetworkAdapterVlan": _adapter,
    "NetAdapter": _host_adapter,
    "VMIntegrationService": _service,
    "VMHost": _host,
    "Win32_ComputerSystem": _host,
    "Win32_OperatingSystem": _operating_system,
    "MpPreference": _exclusions,
    "WindowsFeature": _feature,
    "Cluster": _quorum,
    "ClusterQuorum": _quorum,
    "ClusterNode": _node,
    "ClusterNetwork": _network,
    "ClusterSharedVolume": _volume,
    "ClusterSharedVolumeState": _volume_state,
    "ClusterGroup": _group,
    "ClusterVMGroup": _vm_group,
    "ClusterResource": _resource,
    "File": _file,
}
