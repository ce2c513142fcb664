"""Rules about storage: Cluster Shared Volumes, the places of files, virtual and physical disks."""

from __future__ import annotations

from kb import limits, units
from kb.entry import Text
from kb.inventory import Cluster, ClusterVolume, Disk, Host, Vm, same_name
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.shared import (
    SYSTEM_DRIVE,
    checkpoint_count,
    clustered,
    clustered_vms,
    files,
    in_root,
    is_node,
    known_files,
    needs_generation,
    no_file_is,
    on_csv,
    on_share,
    on_system_drive,
    only_clustered,
    parent,
    pass_through_disks,
    volume,
)

# --- Cluster Shared Volumes -------------------------------------------------------------------------------------------


@rule(
    "CSV101",
    on="cluster",
    entry="csv-enable-manually",
    en="Cluster Shared Volumes are not enabled",
    de="Freigegebene Clustervolumes sind nicht aktiviert",
    severity="warning",
    implements=("csv-not-enabled",),
    only="2008R2..2008R2SP1",
)
def csv_not_enabled(cluster: Cluster, look: Look) -> Verdict:
    """2008 R2 has them switched off until someone enables them for the cluster."""
    if need(cluster, "csv_enabled"):
        return passed(words("enabled", "aktiviert"))
    return failed(words("not enabled", "nicht aktiviert"), location=cluster.where("csv_enabled"))


@rule(
    "CSV102",
    on="cluster",
    entry="csv-concurrent-access",
    en="Cluster with virtual machines on block storage but without a Cluster Shared Volume",
    de="Cluster mit virtuellen Maschinen auf Blockspeicher, aber ohne Freigegebenes Clustervolume",
    severity="warning",
    implements=("csv-not-enabled",),
    only="2012..2025",
)
def no_csv_at_all(cluster: Cluster, look: Look) -> Verdict:
    """VMs on shares need none; VMs on plain cluster disks would each want a disk of their own."""
    volumes = need(cluster, "volumes")
    if volumes:
        return passed(words(", ".join(volume.name or "?" for volume in volumes)))
    vms = clustered_vms(look)
    on_disks = [vm for vm in vms if any(not on_share(path) for path, _ in known_files(vm))]
    if on_disks:
        return failed(words(", ".join(vm.name or "?" for vm in on_disks)), location=cluster.where("volumes"))
    for vm in vms:
        files(vm)
    return not_applicable(
        "no clustered virtual machine lies on block storage", "keine geclusterte virtuelle Maschine liegt auf Blockspeicher"
    )


@rule(
    "CSV103",
    on="vm",
    entry="csv-path-clusterstorage",
    en="Clustered virtual machine has files outside cluster storage",
    de="Geclusterte virtuelle Maschine hat Dateien außerhalb des Clusterspeichers",
    severity="error",
    implements=("cluster-vm-storage-shared",),
)
def files_outside_cluster_storage(vm: Vm, look: Look) -> Verdict:
    """Below ClusterStorage or on a share every node reaches them; 2008 also has plain cluster disks."""
    only_clustered(vm, look)
    outside = {path: place for path, place in known_files(vm) if not on_csv(path) and not on_share(path)}
    if outside and not any(on_system_drive(path) for path in outside) and look.needs_version() == "2008":
        return unknown(
            "the files may lie on a cluster disk of the virtual machine, which the inventory does not list",
            "die Dateien können auf einem Clusterdatenträger der virtuellen Maschine liegen, den das Inventar nicht nennt",
        )
    if outside:
        return failed(words(", ".join(outside)), words("C:\\ClusterStorage, \\\\server\\share"), next(iter(outside.values())))
    return passed(words(", ".join(dict.fromkeys(volume(path) for path, _ in files(vm)))))


@rule(
    "CSV104",
    on="volume",
    entry="csv-file-types",
    en="Cluster Shared Volume holds files other than those of virtual machines",
    de="Freigegebenes Clustervolume enthält andere Dateien als die virtueller Maschinen",
    severity="info",
    implements=("csv-foreign-files",),
    only="2008R2..2008R2SP1",
)
def foreign_files(csv: ClusterVolume, look: Look) -> Verdict:
    """2008 R2 supports a short list of file types on a CSV."""
    names = need(csv, "files")
    allowed = look.limit("csv-file-types").value
    if not isinstance(allowed, list):
        return unknown("the supported file types are not documented", "die unterstützten Dateitypen sind nicht dokumentiert")
    foreign = [name for name in names if "." + name.rpartition(".")[2].lower() not in allowed]
    shown = ", ".join(foreign[:5]) + (" …" if len(foreign) > 5 else "")
    return failed(words(shown), words(", ".join(allowed)), csv.where("files")) if foreign else passed(limit=words(", ".join(allowed)))


@rule(
    "CSV105",
    on="volume",
    entry="csv-why-redirected",
    en="Cluster Shared Volume is in redirected mode",
    de="Freigegebenes Clustervolume ist im umgeleiteten Modus",
    severity="error",
    implements=("csv-redirected",),
)
def volume_redirected(csv: ClusterVolume, look: Look) -> Verdict:
    """All I/O then runs over the network to the owner. A ReFS volume on a SAN always works like that."""
    state = need(csv, "state")
    if "redirected" not in state.lower():
        return passed(words(state))
    if "refs" in (csv.file_system or "").lower() and "refs" in (csv.redirection_reason or "refs").lower():
        return not_applicable("a ReFS volume is always redirected", "ein ReFS-Volume ist immer umgeleitet")
    return failed(words(f"{state} ({csv.redirection_reason})" if csv.redirection_reason else state), words("direct"), csv.where("state"))


# Free space below which a volume counts as nearly full, in percent: 15 up to 1 TB, 10 above (the thresholds of Diag-V).
LITTLE_SPACE = ((units.BYTES["TB"], 15), (None, 10))


@rule(
    "CSV106",
    on="volume",
    entry="vm-paused-critical",
    en="Cluster Shared Volume is nearly full",
    de="Freigegebenes Clustervolume ist fast voll",
    severity="warning",
    implements=("csv-free-space",),
)
def volume_nearly_full(csv: ClusterVolume, look: Look) -> Verdict:
    """A full volume pauses every VM with a growing disk on it."""
    size, free = need(csv, "size", "free")
    if not size:
        raise Missing("volume.size")
    least = next(percent for bound, percent in LITTLE_SPACE if bound is None or size <= bound)
    share = 100 * free / size
    shown = Text(
        f"{units.number(round(share, 1), 'en')} % free ({units.of_bytes(free, 'en')})",
        f"{units.number(round(share, 1), 'de')} % frei ({units.of_bytes(free, 'de')})",
    )
    bound = words(f"at least {least} %", f"mindestens {least} %")
    return failed(shown, bound, csv.where("free")) if share < least else passed(shown, bound)


@rule(
    "CSV107",
    on="volume",
    entry="csv-refs",
    en="Cluster Shared Volume has a file system that this version does not support there",
    de="Freigegebenes Clustervolume hat ein Dateisystem, das diese Version dort nicht unterstützt",
    severity="error",
    implements=("csv-filesystem",),
)
def volume_file_system(csv: ClusterVolume, look: Look) -> Verdict:
    """The cluster reports `CSVFS_NTFS` for a volume in NTFS, and some tools only `CSVFS`."""
    system = need(csv, "file_system").upper().removeprefix("CSVFS").lstrip("_ ")
    if not system:
        raise Missing("volume.file_system")
    if system.startswith("FAT"):
        return failed(words(system), words("NTFS, ReFS"), csv.where("file_system"))
    if system == "NTFS":
        return passed(words(system))
    found = look.limit("csv-refs")
    if found.status is not limits.Status.KNOWN:
        return unknown(
            f"nothing is documented about {csv.file_system} for this version",
            f"über {csv.file_system} ist für diese Version nichts dokumentiert",
        )
    allowed = found.value if isinstance(found.value, list) else [str(found.value)]
    bound = words(", ".join(allowed))
    ok = system in {name.upper() for name in allowed}
    return passed(words(system), bound) if ok else failed(words(system), bound, csv.where("file_system"))


@rule(
    "CSV108",
    on="host",
    entry="csv-needs-hyperv-2008r2",
    en="Cluster node without the Hyper-V role",
    de="Clusterknoten ohne die Rolle Hyper-V",
    severity="error",
    implements=("cluster-hyperv-role-everywhere",),
    only="2008R2..2008R2SP1",
)
def node_without_hyperv(host: Host, look: Look) -> Verdict:
    """In 2008 R2 a node with CSV needs the role."""
    if not is_node(host, look):
        return not_applicable("the host is not a cluster node", "der Host ist kein Clusterknoten")
    if need(host, "hyperv_installed"):
        return passed(words("Hyper-V is installed", "Hyper-V ist installiert"))
    return failed(words("Hyper-V is not installed", "Hyper-V ist nicht installiert"), location=host.where("hyperv_installed"))


# --- places -----------------------------------------------------------------------------------------------------------


@rule(
    "STO101",
    on="vm",
    entry="vm-files-not-in-root",
    en="Virtual machine files in the root of a drive, share or volume",
    de="Dateien der virtuellen Maschine im Stammverzeichnis eines Laufwerks, einer Freigabe oder eines Volumes",
    severity="error",
    implements=("vm-files-in-volume-root",),
)
def files_in_root(vm: Vm, look: Look) -> Verdict:
    """A disk file lies in its folder; the configuration path is a folder already."""
    folders = {parent(disk.path) for disk in vm.disks or [] if disk.path and not disk.pass_through}
    folders |= {path for path in (vm.configuration_path, vm.checkpoint_path) if path}
    wrong = sorted(folder for folder in folders if in_root(folder))
    if wrong:
        place = next((disk.where("path") for disk in vm.disks or [] if disk.path and parent(disk.path) in wrong), None)
        return failed(words(", ".join(wrong)), location=place or vm.where("configuration_path"))
    files(vm)
    return passed(words(", ".join(sorted(folders))))


@rule(
    "STO102",
    on="vm",
    entry="vm-files-system-volume",
    en="Virtual machine files on the system volume of the host",
    de="Dateien der virtuellen Maschine auf dem Systemvolume des Hosts",
    severity="warning",
    implements=("vm-files-on-system-volume",),
)
def files_on_system_volume(vm: Vm, look: Look) -> Verdict:
    """C: is taken for the system drive; ClusterStorage on it is only a mount point."""
    if clustered(vm, look):
        return not_applicable(
            "a clustered virtual machine is judged by where its nodes can reach it",
            "eine geclusterte virtuelle Maschine wird danach beurteilt, wo ihre Knoten sie erreichen",
        )
    return no_file_is(vm, on_system_drive, words(f"not on {SYSTEM_DRIVE}", f"nicht auf {SYSTEM_DRIVE}"))


@rule(
    "STO103",
    on="host",
    entry="vm-files-system-volume",
    en="Default folders for virtual machines are on the system volume",
    de="Standardordner für virtuelle Maschinen liegen auf dem Systemvolume",
    severity="warning",
    implements=("host-default-paths",),
)
def default_folders_on_system_volume(host: Host, look: Look) -> Verdict:
    """A new VM lands there unless someone remembers to choose another place."""
    if host.hyperv_installed is False:
        return not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    paths = {name: path for name in ("vm_path", "disk_path") if (path := getattr(host, name))}
    wrong = {name: path for name, path in paths.items() if on_system_drive(path)}
    if wrong:
        return failed(words(", ".join(dict.fromkeys(wrong.values()))), location=host.where(next(iter(wrong))))
    return passed(words(", ".join(dict.fromkeys(need(host, "vm_path", "disk_path")))))


@rule(
    "STO104",
    on="vm",
    entry="snapshot-location",
    en="Checkpoint files lie on another volume than the virtual machine",
    de="Prüfpunktdateien liegen auf einem anderen Volume als die virtuelle Maschine",
    severity="warning",
    implements=("snapshot-location",),
)
def checkpoints_elsewhere(vm: Vm, look: Look) -> Verdict:
    """The forgotten default on the system drive: it fills up there, and in a cluster it stays behind."""
    if vm.checkpoint_type and vm.checkpoint_type.lower() == "disabled":
        return not_applicable("checkpoints are disabled", "Prüfpunkte sind deaktiviert")
    checkpoints, home = need(vm, "checkpoint_path", "configuration_path")
    if volume(checkpoints).casefold() == volume(home).casefold():
        return passed(words(checkpoints))
    return failed(words(checkpoints), words(volume(home)), vm.where("checkpoint_path"))


@rule(
    "STO115",
    on="vm",
    entry="snapshots-short-lived",
    en="Checkpoints grow on the volume of the virtual machine itself",
    de="Prüfpunkte wachsen auf dem Volume der virtuellen Maschine selbst",
    severity="info",
)
def checkpoints_on_own_volume(vm: Vm, look: Look) -> Verdict:
    """The ordinary place, but what is written after a checkpoint fills the volume that the VM needs to run."""
    if vm.disks == []:
        return not_applicable("the virtual machine has no disk", "die virtuelle Maschine hat keinen Datenträger")
    if not checkpoint_count(vm):
        return not_applicable("the virtual machine has no checkpoint", "die virtuelle Maschine hat keinen Prüfpunkt")
    checkpoints, home = need(vm, "checkpoint_path", "configuration_path")
    if volume(checkpoints).casefold() != volume(home).casefold():
        return passed(words(checkpoints))
    count = checkpoint_count(vm)
    return failed(words(f"{count} on {volume(home)}", f"{count} auf {volume(home)}"), location=vm.where("checkpoint_path"))


# --- controllers ------------------------------------------------------------------------------------------------------


@rule(
    "STO105",
    on="vm",
    entry="boot-from-ide-only",
    en="Generation 1 virtual machine has no boot disk on IDE",
    de="Virtuelle Maschine der Generation 1 hat keinen Startdatenträger an IDE",
    severity="error",
    implements=("vm-gen1-boot-on-ide",),
)
def no_boot_disk_on_ide(vm: Vm, look: Look) -> Verdict:
    """The BIOS of generation 1 does not see SCSI. A legacy adapter can start it from the network instead."""
    if needs_generation(vm, look) != 1:
        return not_applicable("generation 2 starts from SCSI", "Generation 2 startet von SCSI")
    disks = need(vm, "disks")
    if not disks:
        return not_applicable("the virtual machine has no disk", "die virtuelle Maschine hat keinen Datenträger")
    ide = [disk for disk in disks if need(disk, "controller") == "ide"]
    if ide:
        return passed(words(ide[0].path or "IDE"))
    if any(need(adapter, "legacy") for adapter in need(vm, "adapters")):
        return not_applicable(
            "it can start from the network by its legacy adapter", "sie kann über ihren älteren Netzwerkadapter vom Netz starten"
        )
    return failed(words("no disk on IDE", "kein Datenträger an IDE"), location=vm.where("disks"))


@rule(
    "STO106",
    on="vm",
    entry="additional-disks-scsi",
    en="Data disks of a generation 1 virtual machine are on IDE",
    de="Datenträger mit Daten hängen bei einer virtuellen Maschine der Generation 1 an IDE",
    severity="info",
    implements=("vm-data-disks-on-scsi",),
)
def data_disks_on_ide(vm: Vm, look: Look) -> Verdict:
    """Only the boot disk has to be there."""
    if needs_generation(vm, look) != 1:
        return not_applicable("generation 2 has no IDE", "Generation 2 hat kein IDE")
    ide = [disk for disk in need(vm, "disks") if need(disk, "controller") == "ide"]
    shown = Text(f"{units.quantity(len(ide), 'disks', 'en')} on IDE", f"{units.quantity(len(ide), 'disks', 'de')} an IDE")
    return failed(shown, location=ide[1].where("controller")) if len(ide) > 1 else passed(shown)


@rule(
    "STO107",
    on="vm",
    entry="scsi-hot-add",
    en="Virtual machine without a SCSI controller",
    de="Virtuelle Maschine ohne SCSI-Controller",
    severity="info",
    implements=("vm-has-scsi-controller",),
)
def no_scsi_controller(vm: Vm, look: Look) -> Verdict:
    """Without one no disk can be added while it runs."""
    if needs_generation(vm, look) != 1:
        return not_applicable("generation 2 always starts from SCSI", "Generation 2 startet immer von SCSI")
    count = need(vm, "scsi_controllers")
    shown = Text(units.quantity(count, "controllers", "en"), units.quantity(count, "controllers", "de"))
    return passed(shown) if count else failed(shown, location=vm.where("scsi_controllers"))


# --- formats and types ------------------------------------------------------------------------------------------------


def _virtual(disk: Disk) -> Verdict | None:
    return not_applicable("the disk is a physical one", "der Datenträger ist ein physischer") if disk.pass_through else None


@rule(
    "STO108",
    on="disk",
    entry="fixed-vhd-recommended",
    en="Dynamically expanding disk in the old VHD format",
    de="Dynamisch erweiterbarer Datenträger im alten VHD-Format",
    severity="warning",
    implements=("disk-dynamic-vhd-format", "disk-fixed-preferred-old"),
)
def dynamic_vhd(disk: Disk, look: Look) -> Verdict:
    """VHD only: a dynamic VHDX protects its tables by a log."""
    if physical := _virtual(disk):
        return physical
    if disk.format is not None and disk.format != "vhd":
        return not_applicable("concerns the VHD format only", "betrifft nur das VHD-Format")
    if disk.type is not None and disk.type != "dynamic":
        return passed(words(disk.type))
    need(disk, "format", "type")
    return failed(words("dynamic VHD", "dynamische VHD"), words("fixed or VHDX", "feste Größe oder VHDX"), disk.where("type"))


@rule(
    "STO109",
    on="disk",
    entry="differencing-disks-production",
    en="Differencing disk that no checkpoint made",
    de="Differenzierender Datenträger, der nicht von einem Prüfpunkt stammt",
    severity="warning",
    implements=("disk-differencing-space", "disk-differencing-vhd-format"),
)
def differencing_disk(disk: Disk, look: Look) -> Verdict:
    """The chain depends on every parent, and the child grows without anyone watching."""
    if physical := _virtual(disk):
        return physical
    if disk.is_checkpoint:
        return not_applicable("the disk belongs to a checkpoint", "der Datenträger gehört zu einem Prüfpunkt")
    if need(disk, "type") != "differencing":
        return passed(words(disk.type))
    base = f" ← {disk.parent}" if disk.parent else ""
    return failed(words(f"differencing{base}", f"differenzierend{base}"), location=disk.where("type"))


@rule(
    "STO110",
    on="disk",
    entry="vhdx-format",
    en="Virtual disk still in the old VHD format",
    de="Virtueller Datenträger noch im alten VHD-Format",
    severity="warning",
    implements=("vhd-format-legacy",),
    only="2012..2025",
)
def old_format(disk: Disk, look: Look) -> Verdict:
    """Every release with VHDX should use it."""
    if physical := _virtual(disk):
        return physical
    format = need(disk, "format")
    return failed(words("VHD"), words("VHDX"), disk.where("format")) if format == "vhd" else passed(words(format.upper()))


# --- physical and shared disks ----------------------------------------------------------------------------------------


@rule(
    "STO111",
    on="disk",
    entry="passthrough-high-io",
    en="Pass-through disk",
    de="Pass-Through-Datenträger",
    severity="warning",
    implements=("vm-passthrough-disk",),
)
def pass_through(disk: Disk, look: Look) -> Verdict:
    """Checkpoints, backup by the host and moving of the disk all end here."""
    if need(disk, "pass_through"):
        return failed(words(disk.path or "physical disk", disk.path or "physischer Datenträger"), location=disk.where("pass_through"))
    if disk.is_checkpoint:
        return not_applicable("the disk belongs to a checkpoint", "der Datenträger gehört zu einem Prüfpunkt")
    return passed()


@rule(
    "STO112",
    on="vm",
    entry="passthrough-no-snapshot",
    en="Checkpoints of a virtual machine with pass-through disks",
    de="Prüfpunkte einer virtuellen Maschine mit Pass-Through-Datenträgern",
    severity="warning",
    implements=("vm-passthrough-disk",),
)
def checkpoint_with_pass_through(vm: Vm, look: Look) -> Verdict:
    """A checkpoint does not hold what is on the physical disk, so going back tears the two apart."""
    disks = pass_through_disks(vm)
    if not disks:
        return not_applicable("there is no pass-through disk", "es gibt keinen Pass-Through-Datenträger")
    count = checkpoint_count(vm)
    shown = Text(units.quantity(count, "checkpoints", "en"), units.quantity(count, "checkpoints", "de"))
    return failed(shown, location=vm.where("checkpoints")) if count else passed(shown)


def _users_of_files(vms: list[Vm]) -> tuple[dict[str, list[Vm]], str]:
    """Which VMs use each disk file, and what is missing to know all of them ("" for nothing)."""
    users: dict[str, list[Vm]] = {}
    missing = ""
    for vm in vms:
        if vm.disks is None:
            missing = missing or "vm.disks"
        for disk in vm.disks or []:
            users.setdefault((disk.path or "").casefold(), []).append(vm)
            if disk.path is None and not disk.pass_through:
                missing = missing or "disk.path"
    return users, missing


@rule(
    "STO113",
    on="disk",
    entry="shared-vhdx",
    en="Two virtual machines use the same disk file without sharing it",
    de="Zwei virtuelle Maschinen benutzen dieselbe Datenträgerdatei, ohne sie freizugeben",
    severity="error",
    implements=("vm-shared-vhd-two-vms",),
)
def one_file_two_vms(disk: Disk, look: Look) -> Verdict:
    """A local path is the same file only on the same host."""
    if physical := _virtual(disk):
        return physical
    if disk.shared or disk.format == "vhds":
        return not_applicable("the disk is meant to be shared", "der Datenträger ist zum Teilen gedacht")
    path = need(disk, "path").casefold()
    vm = look.vm
    users, missing = look.once("disk files", lambda: _users_of_files(need(look.inventory, "vms")))
    for other in users[path]:
        if other is vm:
            continue
        if on_csv(path) or on_share(path) or same_name(vm.host, other.host) or (vm.host is None and other.host is None):
            name = other.name or other.id or "?"
            return failed(words(f"also used by {name}", f"auch benutzt von {name}"), location=disk.where("path"))
    if missing:
        raise Missing(missing)
    return passed(words(disk.path))


@rule(
    "STO114",
    on="disk",
    entry="vhd-set",
    en="Shared VHDX instead of a VHD set",
    de="Freigegebene VHDX statt eines VHD-Sets",
    severity="info",
    implements=("vm-shared-vhd-set",),
    only="2016..2025",
)
def shared_vhdx(disk: Disk, look: Look) -> Verdict:
    """A VHD set can be resized, replicated and backed up by the host while it is in use."""
    if physical := _virtual(disk):
        return physical
    if not need(disk, "shared"):
        return not_applicable("the disk is not shared", "der Datenträger wird nicht geteilt")
    name = need(disk, "path")
    return passed(words(name)) if name.lower().endswith(".vhds") else failed(words(name), words(".vhds"), disk.where("path"))
