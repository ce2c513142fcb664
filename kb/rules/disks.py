"""Rules about virtual disks: the room they need, how they lie on the physical disks, the files they depend on."""

from __future__ import annotations

from dataclasses import dataclass, field

from kb import units
from kb.entry import Text
from kb.inventory import ClusterVolume, Disk, Host, Vm, Volume, same_name
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.shared import SYSTEM_DRIVE, checkpoint_count, on_csv, on_share, volume

# --- where a disk lies ------------------------------------------------------------------------------------------------


def _not_physical(disk: Disk) -> None:
    """Raises NotApplicable for a pass-through disk."""
    if disk.pass_through:
        raise NotApplicable("the disk is a physical one", "der Datenträger ist ein physischer")


def _by_path(volumes: list | None) -> dict[str, Volume | ClusterVolume]:
    return {(found.path or "").rstrip("\\").casefold(): found for found in volumes or []}


def volume_below(path: str, vm: Vm, look: Look) -> Volume | ClusterVolume:
    """The volume that holds a file of a VM: a shared one of the cluster, or the innermost one of its host. Raises Missing."""
    if on_csv(path):
        cluster = need(look.inventory, "cluster")
        need(cluster, "volumes")
        found = look.once("volumes of the cluster", lambda: _by_path(cluster.volumes)).get(volume(path).casefold())
        if found is None:
            raise Missing("cluster.volumes")
        return found
    host = look.host(vm)
    need(host, "volumes")
    mounted = look.once(("volumes", host.name), lambda: _by_path(host.volumes))
    if "" in mounted:
        raise Missing("volume.path")
    folder = path.replace("/", "\\").casefold()
    while "\\" in folder:
        folder = folder.rpartition("\\")[0]
        if folder in mounted:
            return mounted[folder]
    raise Missing("host.volumes")


_ON_SHARE = unknown(
    "the disk lies on a share, and its volume is not in the inventory",
    "der Datenträger liegt auf einer Freigabe, und deren Volume steht nicht im Inventar",
)


# --- room and sectors -------------------------------------------------------------------------------------------------


@rule(
    "STO201",
    on="disk",
    entry="dynamic-disk-free-space",
    en="Dynamically expanding disk can outgrow its volume",
    de="Dynamisch erweiterbarer Datenträger kann größer werden als sein Volume",
    severity="warning",
    implements=("disk-dynamic-space",),
)
def dynamic_disk_without_room(disk: Disk, look: Look) -> Verdict:
    """The Best Practices Analyzer warns of every dynamic disk; here only of one whose volume cannot take all it may become."""
    _not_physical(disk)
    if need(disk, "type") != "dynamic":
        return not_applicable("the disk is not dynamically expanding", "der Datenträger ist nicht dynamisch erweiterbar")
    path = need(disk, "path")
    if on_share(path):
        return _ON_SHARE
    size, used = need(disk, "size", "file_size")
    below = volume_below(path, look.vm, look)
    free, growth = need(below, "free"), max(size - used, 0)
    shown = Text(
        f"can grow by {units.of_bytes(growth, 'en')}, free on {below.path}: {units.of_bytes(free, 'en')}",
        f"kann um {units.of_bytes(growth, 'de')} wachsen, frei auf {below.path}: {units.of_bytes(free, 'de')}",
    )
    return failed(shown, location=disk.where("size")) if growth > free else passed(shown)


_LARGE_SECTOR = 4096  # 512e and 4K-native disks


@rule(
    "STO202",
    on="disk",
    entry="vhd-4k-alignment",
    en="VHD is not aligned to the 4 KB sectors of the disk below it",
    de="VHD ist nicht an den 4-KB-Sektoren des Datenträgers darunter ausgerichtet",
    severity="warning",
    implements=("disk-4k-alignment",),
    only="2012..2025",
)
def vhd_not_aligned(disk: Disk, look: Look) -> Verdict:
    """Dynamic and differencing VHDs of 2008 R2 and older; Get-VHD shows 0 for them."""
    _not_physical(disk)
    if disk.format is not None and disk.format != "vhd":
        return not_applicable("concerns the VHD format only", "betrifft nur das VHD-Format")
    if disk.type == "fixed":
        return not_applicable("a fixed disk has no blocks to align", "ein Datenträger fester Größe hat keine Blöcke auszurichten")
    need(disk, "format", "type")
    if need(disk, "alignment"):
        return passed(words("aligned", "ausgerichtet"))
    path = need(disk, "path")
    if on_share(path):
        return _ON_SHARE
    sector = need(volume_below(path, look.vm, look), "physical_sector_size")
    shown = words(f"not aligned, sectors of {sector} bytes", f"nicht ausgerichtet, Sektoren von {sector} Byte")
    return failed(shown, location=disk.where("alignment")) if sector >= _LARGE_SECTOR else passed(shown)


@rule(
    "STO203",
    on="disk",
    entry="virtual-disk-sector-size",
    en="Virtual disk reports smaller physical sectors than the disk below it has",
    de="Virtueller Datenträger meldet kleinere physische Sektoren, als der Datenträger darunter hat",
    severity="warning",
    implements=("disk-sector-size-smaller-than-host",),
    only="2012..2025",
)
def sectors_smaller_than_below(disk: Disk, look: Look) -> Verdict:
    """The guest then writes pieces of sectors, and each write becomes read, change, write."""
    _not_physical(disk)
    own, path = need(disk, "physical_sector_size", "path")
    if on_share(path):
        return _ON_SHARE
    below = need(volume_below(path, look.vm, look), "physical_sector_size")
    shown = words(f"{own} bytes on {below} bytes", f"{own} Byte auf {below} Byte")
    return failed(shown, words(f"{below}"), disk.where("physical_sector_size")) if own < below else passed(shown)


@rule(
    "STO204",
    on="vm",
    entry="vm-unfiltered-scsi",
    en="Virtual machine may send unfiltered SCSI commands",
    de="Virtuelle Maschine darf ungefilterte SCSI-Befehle senden",
    severity="warning",
    implements=("vm-unfiltered-scsi",),
)
def unfiltered_scsi(vm: Vm, look: Look) -> Verdict:
    """Only storage software in the guest that asks for it should have this."""
    if need(vm, "unfiltered_scsi"):
        return failed(words("allowed", "erlaubt"), location=vm.where("unfiltered_scsi"))
    return passed(words("filtered", "gefiltert"))


# --- quality of service -----------------------------------------------------------------------------------------------


def _limits(disk: Disk) -> Text | None:
    """The limits of a disk in words, None when it has none; raises Missing."""
    found = [f"{word} {value}" for word, value in (("min", disk.minimum_iops), ("max", disk.maximum_iops)) if value]
    if not found:
        need(disk, "minimum_iops", "maximum_iops")
    return words(f"{', '.join(found)} IOPS") if found else None


_NO_LIMITS = not_applicable("no limits are set for the disk", "für den Datenträger sind keine Grenzen gesetzt")


@rule(
    "STO205",
    on="disk",
    entry="storage-qos-differencing",
    en="Storage QoS on a differencing disk whose parent lies on another volume",
    de="Speicher-QoS auf einem differenzierenden Datenträger, dessen übergeordneter auf einem anderen Volume liegt",
    severity="warning",
    implements=("storage-qos-differencing-parent-volume",),
    only="2012R2..2025",
)
def limits_on_two_volumes(disk: Disk, look: Look) -> Verdict:
    """What is read from the parent is then not counted where it happens."""
    _not_physical(disk)
    limits = _limits(disk)
    if limits is None:
        return _NO_LIMITS
    if need(disk, "type") != "differencing":
        return not_applicable("the disk is not a differencing one", "der Datenträger ist kein differenzierender")
    path, parent = need(disk, "path", "parent")
    if volume(path).casefold() == volume(parent).casefold():
        return passed(words(volume(path)))
    shown = f"{limits.en}; {volume(path)} ← {volume(parent)}"
    return failed(words(shown), words(volume(path)), disk.where("parent"))


@rule(
    "STO206",
    on="disk",
    entry="storage-qos-shared-disk",
    en="Storage QoS on a shared virtual disk",
    de="Speicher-QoS auf einem gemeinsam genutzten virtuellen Datenträger",
    severity="warning",
    implements=("vm-storage-qos-shared",),
    only="2012R2",
)
def limits_on_shared_disk(disk: Disk, look: Look) -> Verdict:
    """Each node would count for itself; policies for that came later."""
    _not_physical(disk)
    limits = _limits(disk)
    if limits is None:
        return _NO_LIMITS
    return failed(limits, location=disk.where("shared")) if need(disk, "shared") else passed(limits)


# --- files ------------------------------------------------------------------------------------------------------------


@rule(
    "STO207",
    on="disk",
    entry="vm-disk-file-missing",
    en="Attached virtual disk file does not exist",
    de="Angehängte Datei eines virtuellen Datenträgers fehlt",
    severity="error",
    implements=("vm-missing-vhd-file",),
)
def file_missing(disk: Disk, look: Look) -> Verdict:
    """The virtual machine does not start while it is attached."""
    _not_physical(disk)
    shown = words(disk.path or "?")
    return passed(shown) if need(disk, "exists") else failed(shown, location=disk.where("path"))


def _attached(vms: list[Vm]) -> tuple[dict[str, Vm], str]:
    """Which VM has a file attached as a disk, and what is missing to know all of them ("" for nothing)."""
    found: dict[str, Vm] = {}
    missing = ""
    for vm in vms:
        if vm.disks is None:
            missing = missing or "vm.disks"
        for disk in vm.disks or []:
            if disk.path is None and not disk.pass_through:
                missing = missing or "disk.path"
            found.setdefault((disk.path or "").casefold(), vm)
    return found, missing


@rule(
    "STO208",
    on="disk",
    entry="vhd-chain-broken",
    en="Chain of a differencing disk is broken or its parent is in use",
    de="Kette eines differenzierenden Datenträgers ist beschädigt, oder sein übergeordneter wird benutzt",
    severity="error",
    implements=("vm-broken-vhd-chain",),
)
def broken_chain(disk: Disk, look: Look) -> Verdict:
    """A parent that is missing, was changed, or is written to by a virtual machine of its own."""
    _not_physical(disk)
    if disk.type is not None and disk.type != "differencing":
        return not_applicable("the disk is not a differencing one", "der Datenträger ist kein differenzierender")
    below = [name for name in (disk.parent, *(disk.chain or [])) if name]
    if disk.path and disk.path.casefold() in {name.casefold() for name in below}:
        return failed(words("depends on itself", "hängt von sich selbst ab"), location=disk.where("parent"))
    if disk.chain_valid is False:
        shown = " ← ".join(dict.fromkeys([disk.path or "?", *below]))
        return failed(words(shown), location=disk.where("chain_valid"))
    users, missing = look.once("attached files", lambda: _attached(need(look.inventory, "vms")))
    for name in below:
        if user := _user(name, users, look):
            who = user.name or user.id or "?"
            return failed(words(f"{name} is a disk of {who}", f"{name} ist ein Datenträger von {who}"), location=disk.where("parent"))
    need(disk, "type", "chain_valid")
    if not below:
        raise Missing("disk.parent")
    if missing:
        raise Missing(missing)
    return passed(words(" ← ".join(dict.fromkeys([disk.path or "?", *below]))))


def _user(path: str, users: dict[str, Vm], look: Look) -> Vm | None:
    """The VM that has a file attached; a local path is the same file only on the same host."""
    vm = users.get(path.casefold())
    if vm is None or on_csv(path) or on_share(path):
        return vm
    return vm if vm is look.vm or vm.host is None or same_name(vm.host, look.vm.host) else None


_VIRTUAL = (".vhd", ".vhdx", ".vhds", ".avhd", ".avhdx")
_OF_CHECKPOINT = (".avhd", ".avhdx")


def _stem(path: str) -> str:
    """The name of a file without folder, extension and the id that a checkpoint adds (`_` and a GUID)."""
    name = path.replace("/", "\\").rpartition("\\")[2].rpartition(".")[0]
    head, line, id = name.rpartition("_")
    return (head if line and len(id) == 36 else name).casefold()


@dataclass(slots=True)
class _Used:
    """The files that disks depend on, those files' stems by whether their VM has checkpoints, and what is missing to know all."""

    files: set[str] = field(default_factory=set)
    stems: dict[bool | None, set[str]] = field(default_factory=lambda: {True: set(), False: set(), None: set()})
    missing: str = ""


def _files_in_use(look: Look) -> _Used:
    """What is in use, over all hosts: a path counts whatever host it is on."""
    vms = need(look.inventory, "vms")
    used = _Used(missing=missing_vms(look))
    for vm in vms:
        own: set[str] = set()
        if vm.disks is None:
            used.missing = used.missing or "vm.disks"
        for disk in vm.disks or []:
            if disk.pass_through:
                continue
            own |= {(disk.path or "").casefold(), *(name.casefold() for name in disk.chain or [])}
            if disk.path is None:
                used.missing = used.missing or "disk.path"
            if disk.chain is None and disk.type not in ("fixed", "dynamic"):
                used.missing = used.missing or ("disk.chain" if disk.type else "disk.type")
        used.files |= own
        told = vm.checkpoint_count is not None or vm.checkpoints is not None
        used.stems[checkpoint_count(vm) > 0 if told else None] |= {_stem(name) for name in own}
    return used


def missing_vms(look: Look) -> str:
    """What is missing to know every VM that can use the storage of the cluster ("" for nothing)."""
    cluster = look.inventory.cluster
    if cluster is None:
        return ""
    if cluster.vms is None:
        return "cluster.vms"
    known = {(vm.name or "").casefold() for vm in look.inventory.vms or []}
    return "inventory.vms" if any(name.casefold() not in known for name in cluster.vms) else ""


def _orphans(names: list[str], look: Look, source: Host | ClusterVolume, where: str) -> Verdict:
    disks = [name for name in names if name.lower().endswith(_VIRTUAL)]
    if not disks:
        return not_applicable("there is no virtual disk file", "es gibt keine Datei eines virtuellen Datenträgers")
    used = look.once("files in use", lambda: _files_in_use(look))
    if used.missing:
        raise Missing(used.missing)
    unused = [name for name in disks if name.casefold() not in used.files]
    of_checkpoint = {name for name in unused if name.lower().endswith(_OF_CHECKPOINT)}  # in another branch than that in use
    orphans = [name for name in unused if name not in of_checkpoint or _stem(name) not in used.stems[True] | used.stems[None]]
    if not orphans:
        if any(_stem(name) in used.stems[None] - used.stems[True] for name in of_checkpoint):
            raise Missing("vm.checkpoints")
        return passed(Text(units.quantity(len(disks), "disks", "en"), units.quantity(len(disks), "disks", "de")))
    return failed(words(", ".join(orphans[:5]) + (" …" if len(orphans) > 5 else "")), location=source.where(where))


@rule(
    "STO209",
    on="volume",
    entry="orphaned-disk-files",
    en="Virtual disk files on a Cluster Shared Volume that no virtual machine uses",
    de="Dateien virtueller Datenträger auf einem Freigegebenen Clustervolume, die keine virtuelle Maschine benutzt",
    severity="info",
    implements=("vm-orphan-vhd-files",),
)
def orphans_on_csv(csv: ClusterVolume, look: Look) -> Verdict:
    """Left over from deleted machines and failed merges; templates are among them too."""
    return _orphans(need(csv, "files"), look, csv, "files")


@rule(
    "STO210",
    on="host",
    entry="orphaned-disk-files",
    en="Virtual disk files on a host that no virtual machine uses",
    de="Dateien virtueller Datenträger auf einem Host, die keine virtuelle Maschine benutzt",
    severity="info",
    implements=("vm-orphan-vhd-files",),
)
def orphans_on_host(host: Host, look: Look) -> Verdict:
    """The same on local volumes."""
    return _orphans(need(host, "disk_files"), look, host, "disk_files")


@rule(
    "STO211",
    on="vm",
    entry="vm-files-together",
    en="Configuration lies on a volume that holds none of the virtual machine's disks",
    de="Konfiguration liegt auf einem Volume, auf dem keiner der Datenträger der virtuellen Maschine liegt",
    severity="info",
    implements=("vm-fragmented-placement",),
)
def scattered(vm: Vm, look: Look) -> Verdict:
    """Disks on several volumes are often meant; a configuration apart from all of them hardly ever is."""
    disks = [disk for disk in need(vm, "disks") if not disk.pass_through]
    if not disks:
        return not_applicable("the virtual machine has no virtual disk", "die virtuelle Maschine hat keinen virtuellen Datenträger")
    home = need(vm, "configuration_path")
    on = {volume(disk.path).casefold(): volume(disk.path) for disk in disks if disk.path}
    if volume(home).casefold() in on:
        return passed(words(volume(home)))
    for disk in disks:
        need(disk, "path")
    apart = ", ".join(on.values())
    return failed(
        words(f"{volume(home)}; disks on {apart}", f"{volume(home)}; Datenträger auf {apart}"), location=vm.where("configuration_path")
    )


@rule(
    "STO212",
    on="vm",
    entry="smart-paging-location",
    en="Smart Paging would use the system drive of the host",
    de="Smart Paging würde das Systemlaufwerk des Hosts benutzen",
    severity="warning",
    implements=("smart-paging-off-system-disk",),
    only="2012..2025",
)
def smart_paging_on_system_drive(vm: Vm, look: Look) -> Verdict:
    """Needed only when a restart wants more than the minimum; ClusterStorage is on the system drive by name only."""
    if need(vm, "dynamic_memory") is False:
        return not_applicable("the memory is static", "der Arbeitsspeicher ist statisch")
    least, start = need(vm, "memory_minimum", "memory")
    if least >= start:
        return not_applicable("the minimum is not below the startup memory", "das Minimum liegt nicht unter dem Startwert")
    path = need(vm, "smart_paging_path")
    if on_csv(path) or on_share(path):
        return passed(words(path))
    host = look.inventory.host(vm.host)
    drive = host.system_drive if host else None
    if volume(path).casefold() == (drive or SYSTEM_DRIVE).rstrip("\\").casefold():
        return failed(words(path), location=vm.where("smart_paging_path"))
    if drive is None:
        raise Missing("host.system_drive")
    return passed(words(path))
