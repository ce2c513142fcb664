"""Rules about virtual machines: checkpoints, integration services, versions, processors and security."""

from __future__ import annotations

import re
from datetime import timedelta

from kb import guests, limits, units, versions
from kb.entry import Text
from kb.inventory import Checkpoint, Disk, IntegrationService, Vm
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.hypervisor import multithreading
from kb.rules.shared import checkpoint_count, clustered, generation, members, moment, needs_generation, only_clustered, running, volume

# --- checkpoints ------------------------------------------------------------------------------------------------------

OLD_CHECKPOINT = timedelta(days=30)
RECOVERY_CHECKPOINT = timedelta(days=1)  # longer than any backup should run
MANY_CHECKPOINTS = 5


def _age(checkpoint: Checkpoint, look: Look) -> timedelta:
    taken = moment(need(look.inventory, "taken"), "inventory.taken")
    return taken - moment(need(checkpoint, "created"), "checkpoint.created")


def _days(age: timedelta) -> Text:
    return Text(units.quantity(age.days, "days", "en"), units.quantity(age.days, "days", "de"))


def _recovery(checkpoint: Checkpoint) -> bool:
    return "recovery" in (checkpoint.type or "").lower()


@rule(
    "VM101",
    on="checkpoint",
    entry="snapshots-short-lived",
    en="Old checkpoint",
    de="Alter Prüfpunkt",
    severity="warning",
    implements=("snapshot-age",),
)
def old_checkpoint(checkpoint: Checkpoint, look: Look) -> Verdict:
    """The age counts from when the inventory was taken, so that a report does not change from day to day."""
    if _recovery(checkpoint):
        return not_applicable("a checkpoint of a backup", "ein Prüfpunkt einer Sicherung")
    age = _age(checkpoint, look)
    return (
        failed(_days(age), _days(OLD_CHECKPOINT), checkpoint.where("created"))
        if age > OLD_CHECKPOINT
        else passed(_days(age), _days(OLD_CHECKPOINT))
    )


@rule(
    "VM102",
    on="checkpoint",
    entry="checkpoint-recovery-orphan-delete",
    en="Recovery checkpoint that a backup left behind",
    de="Wiederherstellungsprüfpunkt, den eine Sicherung zurückgelassen hat",
    severity="error",
    implements=("snapshot-backup-leftover",),
    only="2012..2025",
)
def recovery_checkpoint(checkpoint: Checkpoint, look: Look) -> Verdict:
    """A backup removes its checkpoint when it is done."""
    if not need(checkpoint, "type") or not _recovery(checkpoint):
        return not_applicable("not a checkpoint of a backup", "kein Prüfpunkt einer Sicherung")
    age = _age(checkpoint, look)
    return failed(_days(age), location=checkpoint.where("type")) if age > RECOVERY_CHECKPOINT else passed(_days(age))


def _checkpoints(count: int) -> Text:
    return Text(units.quantity(count, "checkpoints", "en"), units.quantity(count, "checkpoints", "de"))


@rule(
    "VM103",
    on="vm",
    entry="snapshots-short-lived",
    en="Virtual machine has checkpoints",
    de="Virtuelle Maschine hat Prüfpunkte",
    severity="info",
    implements=("vm-has-checkpoints",),
)
def has_checkpoints(vm: Vm, look: Look) -> Verdict:
    """They cost space and speed as long as they exist."""
    if vm.disks == []:
        return not_applicable("the virtual machine has no disk", "die virtuelle Maschine hat keinen Datenträger")
    count = checkpoint_count(vm)
    return failed(_checkpoints(count), location=vm.where("checkpoints")) if count else passed(_checkpoints(count))


@rule(
    "VM104",
    on="vm",
    entry="snapshots-short-lived",
    en="Many checkpoints",
    de="Viele Prüfpunkte",
    severity="warning",
    implements=("vm-has-checkpoints", "vm-long-differencing-chain"),
)
def many_checkpoints(vm: Vm, look: Look) -> Verdict:
    """More than a handful: each read may have to walk a long chain."""
    if vm.disks == []:
        return not_applicable("the virtual machine has no disk", "die virtuelle Maschine hat keinen Datenträger")
    count = checkpoint_count(vm)
    verdict = (_checkpoints(count), _checkpoints(MANY_CHECKPOINTS))
    return failed(*verdict, vm.where("checkpoints")) if count > MANY_CHECKPOINTS else passed(*verdict)


@rule(
    "VM105",
    on="disk",
    entry="checkpoint-avhdx-manual-merge",
    en="Virtual machine runs on the disk of a checkpoint that does not exist",
    de="Virtuelle Maschine läuft auf dem Datenträger eines Prüfpunkts, den es nicht gibt",
    severity="error",
    implements=("vm-avhdx-without-checkpoint",),
)
def checkpoint_disk_without_checkpoint(disk: Disk, look: Look) -> Verdict:
    """The usual trace of a failed backup or of a merge that never ended."""
    if not need(disk, "path") or disk.pass_through:
        return not_applicable("the disk is no file", "der Datenträger ist keine Datei")
    if not disk.is_checkpoint:
        return passed(words(disk.path))
    count = checkpoint_count(look.vm)
    return passed(_checkpoints(count)) if count else failed(words(disk.path), location=disk.where("path"))


@rule(
    "VM106",
    on="vm",
    entry="checkpoint-type-choose",
    en="Standard checkpoints instead of production checkpoints",
    de="Standardprüfpunkte statt Produktionsprüfpunkte",
    severity="warning",
    implements=("vm-checkpoint-type",),
    only="2016..2025",
)
def standard_checkpoints(vm: Vm, look: Look) -> Verdict:
    """A standard checkpoint saves the memory as it is; applications do not know that they were set back."""
    kind = need(vm, "checkpoint_type")
    if kind.lower() == "disabled":
        return not_applicable("checkpoints are disabled", "Prüfpunkte sind deaktiviert")
    shown = words(kind)
    return failed(shown, words("Production"), vm.where("checkpoint_type")) if kind.lower() == "standard" else passed(shown)


# --- integration services ---------------------------------------------------------------------------------------------

# Services every guest should have; the guest interface is off by default, time is judged apart.
EXPECTED = ("heartbeat", "kvp", "shutdown", "vss")


def _offered(vm: Vm) -> dict[str, bool | None]:
    return {service.service: service.enabled for service in need(vm, "integration_services") if service.service}


@rule(
    "VM107",
    on="vm",
    entry="integration-services-functions",
    en="Integration services are switched off",
    de="Integrationsdienste sind ausgeschaltet",
    severity="warning",
    implements=("vm-integration-services-offered",),
)
def services_off(vm: Vm, look: Look) -> Verdict:
    """Off in the settings of the VM, whatever the guest has installed. Every VM has them, so one not listed is not known."""
    if vm.disks == []:
        return not_applicable("the virtual machine has no disk", "die virtuelle Maschine hat keinen Datenträger")
    offered = _offered(vm)
    off = [name for name in EXPECTED if offered.get(name) is False]
    if off:
        return failed(words(", ".join(off)), location=vm.where("integration_services"))
    if any(offered.get(name) is None for name in EXPECTED):
        raise Missing("integrationservice.enabled" if all(name in offered for name in EXPECTED) else "vm.integration_services")
    return passed(words(", ".join(EXPECTED)))


@rule(
    "VM108",
    on="service",
    entry="integration-services-functions",
    en="Time synchronization is switched off",
    de="Zeitsynchronisierung ist ausgeschaltet",
    severity="info",
    implements=("vm-integration-services-offered",),
)
def time_off(service: IntegrationService, look: Look) -> Verdict:
    """Right for a domain controller with a source of its own, otherwise rarely meant."""
    if need(service, "service") != "time":
        return not_applicable("another service", "ein anderer Dienst")
    if need(service, "enabled"):
        return passed(words("on", "ein"))
    if guests.is_domain_controller(look.vm):
        return not_applicable("the guest is a domain controller", "der Gast ist ein Domänencontroller")
    return failed(words("off", "aus"), location=service.where("enabled"))


@rule(
    "VM109",
    on="service",
    entry="integration-services-updates",
    en="Integration service is out of date",
    de="Integrationsdienst ist veraltet",
    severity="warning",
    implements=("vm-integration-services-current",),
)
def service_out_of_date(service: IntegrationService, look: Look) -> Verdict:
    """Only what the host itself reports about the service counts; the version `0.0` says nothing."""
    if service.enabled is False:
        return not_applicable("the service is switched off", "der Dienst ist ausgeschaltet")
    if need(service, "up_to_date"):
        return passed(words("up to date", "aktuell"))
    return failed(words(service.status or "out of date", service.status or "veraltet"), location=service.where("up_to_date"))


_SILENT = {"nocontact", "lostcommunication", "12", "13"}


@rule(
    "VM110",
    on="service",
    entry="integration-services-heartbeat",
    en="Integration service does not answer",
    de="Integrationsdienst antwortet nicht",
    severity="warning",
    implements=("vm-integration-services-working",),
)
def service_silent(service: IntegrationService, look: Look) -> Verdict:
    """Judged while the VM runs; a machine that is off answers nothing."""
    if service.enabled is False:
        return not_applicable("the service is switched off", "der Dienst ist ausgeschaltet")
    if not running(look.vm):
        return not_applicable("the virtual machine is not running", "die virtuelle Maschine läuft nicht")
    status = need(service, "status")
    if not status:
        raise Missing("integrationservice.status")
    silent = re.sub(r"[^a-z0-9]", "", status.lower()) in _SILENT
    return failed(words(status), location=service.where("status")) if silent else passed(words(status))


# --- configuration version and generation -----------------------------------------------------------------------------


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


@rule(
    "VM111",
    on="vm",
    entry="vm-config-version-oldest",
    en="Host cannot run this VM configuration version",
    de="Host kann diese VM-Konfigurationsversion nicht ausführen",
    severity="error",
    implements=("vm-version-unsupported",),
)
def configuration_version_unsupported(vm: Vm, look: Look) -> Verdict:
    """Between the oldest version that the release still runs and the newest one that it creates."""
    have = need(vm, "configuration_version")
    newest = look.limit("vm-config-version-default")
    if newest.status is limits.Status.KNOWN and _numbers(have) > _numbers(str(newest.value)):
        return failed(words(have), words(f"at most {newest.value}", f"höchstens {newest.value}"), vm.where("configuration_version"))
    oldest = look.limit("vm-config-version-oldest")
    if oldest.status is not limits.Status.KNOWN:
        if versions.position(look.needs_version()) < versions.position("2012R2"):
            return not_applicable("versions are told apart from 2012 R2 on", "Versionen werden erst ab 2012 R2 unterschieden")
        return unknown("the oldest version is not documented", "die älteste Version ist nicht dokumentiert")
    bound = words(f"at least {oldest.value}", f"mindestens {oldest.value}")
    if _numbers(have) < _numbers(str(oldest.value)):
        return failed(words(have), bound, vm.where("configuration_version"))
    return passed(words(have), bound)


@rule(
    "VM112",
    on="vm",
    entry="vm-config-version-default",
    en="VM configuration version is older than the host could run",
    de="VM-Konfigurationsversion ist älter, als der Host könnte",
    severity="info",
    implements=("vm-version-old",),
    only="2016..2025",
)
def configuration_version_old(vm: Vm, look: Look) -> Verdict:
    """New features wait for it; raising it is final and waits until no node runs the older release."""
    have = need(vm, "configuration_version")
    found = look.limit("vm-config-version-default")
    if found.status is not limits.Status.KNOWN:
        return unknown("the default version is not documented", "die Standardversion ist nicht dokumentiert")
    bound = words(found.value)
    if _numbers(have) >= _numbers(str(found.value)):
        return passed(words(have), bound)
    if clustered(vm, look):
        cluster = need(look.inventory, "cluster")
        if need(cluster, "functional_level") < look.limit("cluster-functional-level").value:
            return not_applicable(
                "the cluster still has the functional level of the older release",
                "der Cluster hat noch die Funktionsebene der älteren Version",
            )
    return failed(words(have), bound, vm.where("configuration_version"))


@rule(
    "VM113",
    on="vm",
    entry="generation-2-guests",
    en="Generation 1 although the guest supports generation 2",
    de="Generation 1, obwohl der Gast Generation 2 unterstützt",
    severity="info",
    implements=("vm-generation-choice",),
    only="2012R2..2025",
)
def generation_1_by_habit(vm: Vm, look: Look) -> Verdict:
    """Cannot be changed later, so it is a hint for the next machine."""
    if needs_generation(vm, look) == 2:
        return passed(words("generation 2", "Generation 2"))
    guest = need(vm, "guest_os")
    if not re.search(r"Windows Server (?:2012|2016|2019|20[2-9]\d)|Windows (?:8|8\.1|10|11)\b", guest):
        return not_applicable("the guest is not known to support generation 2", "der Gast unterstützt Generation 2 nicht nachweislich")
    return failed(words(f"generation 1, {guest}", f"Generation 1, {guest}"), location=vm.where("generation"))


@rule(
    "SEC101",
    on="vm",
    entry="generation-2",
    en="Secure Boot is off",
    de="Secure Boot ist aus",
    severity="warning",
    implements=("vm-secure-boot",),
    only="2012R2..2025",
)
def secure_boot_off(vm: Vm, look: Look) -> Verdict:
    """On by default in generation 2; a Linux guest before 2016 is the known reason to switch it off."""
    if needs_generation(vm, look) != 2:
        return not_applicable("generation 1 has no Secure Boot", "Generation 1 hat kein Secure Boot")
    if need(vm, "secure_boot"):
        return passed(words("on", "ein"))
    return failed(words("off", "aus"), location=vm.where("secure_boot"))


# --- processors and memory --------------------------------------------------------------------------------------------


@rule(
    "VM114",
    on="vm",
    entry="vm-max-virtual-processors",
    en="More virtual processors than the host has logical ones",
    de="Mehr virtuelle Prozessoren, als der Host logische hat",
    severity="error",
    implements=("vm-vcpu-over-host",),
)
def more_processors_than_host(vm: Vm, look: Look) -> Verdict:
    """A clustered VM must fit on the smallest node."""
    count = need(vm, "processors")
    if count == 1:
        return not_applicable("one processor fits everywhere", "ein Prozessor passt überall")
    if clustered(vm, look):
        hosts, missing = members(look)
    else:
        hosts, missing = [look.host(vm)], []
    known = [host.logical_processors for host in hosts if host.logical_processors is not None]
    shown = Text(units.quantity(count, "virtual processors", "en"), units.quantity(count, "virtual processors", "de"))
    if known and count > min(known):
        least = min(known)
        bound = Text(units.quantity(least, "logical processors", "en"), units.quantity(least, "logical processors", "de"))
        return failed(shown, bound, vm.where("processors"))
    if missing or len(known) < len(hosts) or not hosts:
        raise Missing(*(missing or ["host.logical_processors"]))
    return passed(shown)


def guest_row(found: limits.Limit, guest: str, gen: int | None):
    """The row of `guest-max-vcpus` for a guest: of those whose product the name contains, the longest; None without one."""
    rows = []
    for row in found.rows:
        product = re.sub(r"^guest |, generation 2$| SP\d", "", row.when.en if row.when else "")
        if product and product.lower() in guest.lower() and not ("generation 2" in (row.when.en if row.when else "") and gen == 1):
            rows.append((len(product), product, row))
    if not rows:
        return None
    _, product, row = max(rows, key=lambda item: item[0])
    rest = guest.lower().partition(product.lower())[2]
    return None if re.match(r"\s*r2|\.\d|\d", rest) else row


@rule(
    "VM115",
    on="vm",
    entry="guest-max-vcpus",
    en="More virtual processors than the guest supports",
    de="Mehr virtuelle Prozessoren, als der Gast unterstützt",
    severity="error",
    implements=("guest-win7-vcpu-max", "guest-ws2003-vcpu-max"),
)
def more_processors_than_guest(vm: Vm, look: Look) -> Verdict:
    """The lower of the limits of host and guest counts."""
    count, guest = need(vm, "processors", "guest_os")
    found = look.limit("guest-max-vcpus")
    if found.status is not limits.Status.KNOWN:
        return unknown("no limit is documented for this version", "für diese Version ist keine Grenze dokumentiert")
    row = guest_row(found, guest, generation(vm, look))
    if row is None:
        return not_applicable("the entry does not list this guest", "der Eintrag nennt diesen Gast nicht")
    shown = Text(units.quantity(count, "virtual processors", "en"), units.quantity(count, "virtual processors", "de"))
    bound = Text(limits.row_text(row, "virtual processors", "en"), limits.row_text(row, "virtual processors", "de"))
    return failed(shown, bound, vm.where("processors")) if count > row.value else passed(shown, bound)


@rule(
    "VM118",
    on="vm",
    entry="vista-vm-vcpu",
    en="More virtual processors than Windows Vista supports",
    de="Mehr virtuelle Prozessoren, als Windows Vista unterstützt",
    severity="error",
    implements=("guest-vista-vcpu-max",),
)
def more_processors_than_vista(vm: Vm, look: Look) -> Verdict:
    """Vista has an entry of its own, together with Windows 7, which `guest-max-vcpus` lists as well."""
    count, guest = need(vm, "processors", "guest_os")
    if "vista" not in guest.lower():
        return not_applicable("the guest is not Windows Vista", "der Gast ist nicht Windows Vista")
    row = next((row for row in look.limit("vista-vm-vcpu").rows if row.when and "Vista" in row.when.en), None)
    if row is None:
        return unknown("no limit is documented for this version", "für diese Version ist keine Grenze dokumentiert")
    shown = Text(units.quantity(count, "virtual processors", "en"), units.quantity(count, "virtual processors", "de"))
    bound = Text(limits.row_text(row, "virtual processors", "en"), limits.row_text(row, "virtual processors", "de"))
    return failed(shown, bound, vm.where("processors")) if count > row.value else passed(shown, bound)


@rule(
    "VM116",
    on="vm",
    entry="nested-virtualization",
    en="Nested virtualization together with dynamic memory",
    de="Geschachtelte Virtualisierung zusammen mit dynamischem Arbeitsspeicher",
    severity="info",
    implements=("vm-nested-dynamic-memory",),
    only="2016..2025",
)
def nested_with_dynamic_memory(vm: Vm, look: Look) -> Verdict:
    """While the inner hypervisor runs, the memory does not change."""
    if not need(vm, "nested_virtualization"):
        return not_applicable("nested virtualization is off", "geschachtelte Virtualisierung ist aus")
    if need(vm, "dynamic_memory"):
        return failed(words("dynamic memory", "dynamischer Arbeitsspeicher"), location=vm.where("dynamic_memory"))
    return passed(words("static memory", "fester Arbeitsspeicher"))


@rule(
    "VM117",
    on="vm",
    entry="vm-paused-critical",
    en="Virtual machine is paused or in a critical state",
    de="Virtuelle Maschine ist angehalten oder in einem kritischen Zustand",
    severity="error",
    implements=("vm-paused", "vm-state-unhealthy"),
)
def paused(vm: Vm, look: Look) -> Verdict:
    """Paused keeps the memory and does no work; critical means that storage or configuration was lost."""
    state = need(vm, "state")
    if "paused" in state.lower() or "critical" in state.lower():
        return failed(words(state), location=vm.where("state"))
    if state.lower() == "off":
        return not_applicable("the virtual machine is off", "die virtuelle Maschine ist aus")
    return passed(words(state))


# --- devices ----------------------------------------------------------------------------------------------------------


@rule(
    "VM201",
    on="vm",
    entry="generation-2-serial-port",
    en="Generation 2 machine has a serial port connected",
    de="Maschine der Generation 2 hat einen verbundenen seriellen Anschluss",
    severity="warning",
    implements=("gen2-serial-port",),
    only="2012R2..2025",
)
def serial_port_of_generation_2(vm: Vm, look: Look) -> Verdict:
    """Meant for debugging the kernel; a port without a pipe does not count."""
    if needs_generation(vm, look) != 2:
        return not_applicable("the machine is of generation 1", "die Maschine hat Generation 1")
    ports = need(vm, "com_ports")
    if ports:
        return failed(words(", ".join(ports)), location=vm.where("com_ports"))
    return passed(words("no serial port", "kein serieller Anschluss"))


@rule(
    "VM202",
    on="vm",
    entry="vm-unused-devices",
    en="Old devices or media left in the machine",
    de="Alte Geräte oder Medien in der Maschine vergessen",
    severity="info",
    implements=("vm-unused-devices",),
)
def unused_devices(vm: Vm, look: Look) -> Verdict:
    """Serial ports of generation 1, a floppy image, or more than one empty DVD drive; one empty drive is what the wizard makes."""
    have = generation(vm, look)
    if have == 2:
        return not_applicable("generation 2 has no such devices", "Generation 2 hat solche Geräte nicht")
    if vm.com_ports:
        return failed(words(", ".join(vm.com_ports)), location=vm.where("com_ports"))
    if vm.floppy:
        return failed(words(vm.floppy), location=vm.where("floppy"))
    empty = [dvd for dvd in vm.dvds or [] if dvd.path == ""]
    if len(empty) > 1:
        return failed(words(f"{len(empty)} empty DVD drives", f"{len(empty)} leere DVD-Laufwerke"), location=vm.where("dvds"))
    need(vm, "com_ports", "floppy", "dvds")
    for dvd in vm.dvds or []:
        need(dvd, "path")
    return passed(words("none", "keine"))


@rule(
    "VM203",
    on="vm",
    entry="vm-physical-dvd-drive",
    en="Clustered machine uses the physical DVD drive of its host",
    de="Geclusterte Maschine benutzt das physische DVD-Laufwerk ihres Hosts",
    severity="error",
    implements=("vm-host-dvd-attached",),
)
def physical_dvd(vm: Vm, look: Look) -> Verdict:
    """The drive exists on one node only, and so the machine cannot leave it."""
    only_clustered(vm, look)
    drives = need(vm, "dvds")
    physical = [dvd for dvd in drives if dvd.media == "physical"]
    if physical:
        return failed(words(physical[0].path or "DVD"), location=physical[0].where("media"))
    for dvd in drives:
        need(dvd, "media")
    return passed(words("no physical drive", "kein physisches Laufwerk"))


# --- start, stop, leftovers -------------------------------------------------------------------------------------------


@rule(
    "VM204",
    on="vm",
    entry="vm-automatic-start-action",
    en="Running machine does not start with its host",
    de="Laufende Maschine startet nicht mit ihrem Host",
    severity="info",
    implements=("vm-auto-start-standalone",),
)
def does_not_start_with_host(vm: Vm, look: Look) -> Verdict:
    """In a cluster the cluster starts it; a machine that is off may be off on purpose."""
    action = need(vm, "start_action")
    shown = {"start": words("always", "immer"), "start_if_running": words("if it was running", "wenn sie lief")}.get(action)
    if shown:
        return passed(shown)
    if clustered(vm, look):
        return not_applicable("the cluster starts its roles itself", "der Cluster startet seine Rollen selbst")
    if not running(vm):
        return not_applicable("the virtual machine is not running", "die virtuelle Maschine läuft nicht")
    return failed(words("nothing", "keine"), location=vm.where("start_action"))


# Below this share of free space the reserved memory is missed. Source: Diag-V warns at 15 % up to 1 TB and at 10 % above.
LITTLE_SPACE = 10


def _space(look: Look) -> dict[str, tuple[int, int]]:
    """Size and free bytes of every known volume by its path in lower case."""
    cluster = look.inventory.cluster
    volumes = [*((cluster.volumes or []) if cluster else []), *(v for host in look.inventory.hosts or [] for v in host.volumes or [])]
    return {(v.path or "").rstrip("\\").casefold(): (v.size, v.free) for v in volumes if v.size and v.free is not None}


@rule(
    "VM205",
    on="vm",
    entry="vm-automatic-stop-action",
    en="Stop action Save reserves the memory on a volume that is nearly full",
    de="Stoppaktion Speichern reserviert den Arbeitsspeicher auf einem fast vollen Volume",
    severity="info",
    implements=("vm-auto-stop-save",),
    only="2012..2025",
)
def save_on_little_space(vm: Vm, look: Look) -> Verdict:
    """Up to 2008 R2 the file exists whatever the action, and dynamic memory reserves only what is assigned."""
    if need(vm, "stop_action") != "save":
        return passed(words("the action is not Save", "die Aktion ist nicht Speichern"))
    if need(vm, "dynamic_memory"):
        return not_applicable("the memory is dynamic", "der Arbeitsspeicher ist dynamisch")
    place = volume(need(vm, "configuration_path")).casefold()
    if place.startswith("\\\\"):
        return not_applicable("the configuration lies on a share", "die Konfiguration liegt auf einer Freigabe")
    on_csv = "\\clusterstorage\\" in place
    if not on_csv and len(look.inventory.hosts or []) != 1:
        host = look.host(vm)
        space = {(v.path or "").rstrip("\\").casefold(): (v.size, v.free) for v in host.volumes or [] if v.size and v.free is not None}
    else:
        space = look.once("space", lambda: _space(look))
    if place not in space:
        raise Missing("volume.free" if on_csv else "host.volumes")
    size, free = space[place]
    reserved = Text(units.of_bytes(need(vm, "memory"), "en"), units.of_bytes(vm.memory or 0, "de"))
    share = round(100 * free / size)
    shown = words(f"{reserved.en} reserved, {share} % free", f"{reserved.de} reserviert, {share} % frei")
    bound = words(f"at least {LITTLE_SPACE} % free", f"mindestens {LITTLE_SPACE} % frei")
    return failed(shown, bound, vm.where("stop_action")) if free * 100 < size * LITTLE_SPACE else passed(shown, bound)


@rule(
    "VM209",
    on="vm",
    entry="automatic-checkpoints",
    en="Automatic checkpoints are on",
    de="Automatische Prüfpunkte sind ein",
    severity="warning",
    implements=("vm-automatic-checkpoints",),
    only="2019..2025",
)
def automatic_checkpoints(vm: Vm, look: Look) -> Verdict:
    """Made for Windows 10; machines that come from there bring the setting along."""
    if need(vm, "automatic_checkpoints"):
        return failed(words("on", "ein"), words("off", "aus"), vm.where("automatic_checkpoints"))
    return passed(words("off", "aus"))


UNUSED = timedelta(days=90)  # source: the Hyper-V report of New Relic


@rule(
    "VM210",
    on="vm",
    entry="vm-unused",
    en="Machine has been off for a long time",
    de="Maschine ist seit langem ausgeschaltet",
    severity="info",
    implements=("vm-unused",),
)
def unused(vm: Vm, look: Look) -> Verdict:
    """Counted up to when the inventory was taken; a young machine may still wait for its first start."""
    if need(vm, "state").casefold() != "off":
        return not_applicable("the virtual machine is not off", "die virtuelle Maschine ist nicht aus")
    if vm.replication is not None and vm.replication.mode in ("replica", "extended_replica"):
        return not_applicable("a replica is off by design", "ein Replikat ist mit Absicht aus")
    taken = moment(need(look.inventory, "taken"), "inventory.taken")
    if vm.created is not None and taken - moment(vm.created, "vm.created") <= UNUSED:
        return passed(_days(taken - moment(vm.created, "vm.created")), _days(UNUSED))
    age = taken - moment(need(vm, "last_started"), "vm.last_started")
    return failed(_days(age), _days(UNUSED), vm.where("last_started")) if age > UNUSED else passed(_days(age), _days(UNUSED))


@rule(
    "VM211",
    on="vm",
    entry="vm-configuration-file-missing",
    en="Configuration file of the machine is gone",
    de="Konfigurationsdatei der Maschine ist verschwunden",
    severity="error",
    implements=("vm-config-missing",),
)
def configuration_file_missing(vm: Vm, look: Look) -> Verdict:
    """The host lists the machine but cannot start it."""
    if need(vm, "configuration_exists"):
        return passed(words("present", "vorhanden"))
    return failed(words(vm.configuration_path or "missing", vm.configuration_path or "fehlt"), location=vm.where("configuration_exists"))


# --- processors and the scheduler -------------------------------------------------------------------------------------


@rule(
    "VM206",
    on="vm",
    entry="nested-virtualization-only-if-needed",
    en="Nested virtualization is on",
    de="Geschachtelte Virtualisierung ist ein",
    severity="info",
    implements=("vm-nested-virtualization",),
    only="2016..2025",
)
def nested(vm: Vm, look: Look) -> Verdict:
    """Whether it is needed the roles of the guest tell (`hyper-v`); clustered machines have a rule of their own."""
    if not need(vm, "nested_virtualization"):
        return passed(words("off", "aus"))
    if vm.guest is not None and "hyper-v" in (vm.guest.roles or []):
        return passed(words("on, for Hyper-V in the guest", "ein, für Hyper-V im Gast"))
    if clustered(vm, look):
        return not_applicable("clustered machines are judged apart", "geclusterte Maschinen werden eigens beurteilt")
    return failed(words("on", "ein"), location=vm.where("nested_virtualization"))


@rule(
    "VM207",
    on="vm",
    entry="nested-virtualization-only-if-needed",
    en="Nested virtualization in a clustered machine",
    de="Geschachtelte Virtualisierung in einer geclusterten Maschine",
    severity="warning",
    implements=("vm-nested-virtualization",),
    only="2016..2025",
)
def nested_in_a_cluster(vm: Vm, look: Look) -> Verdict:
    """Microsoft calls nested virtualization unsuitable for failover clustering."""
    if need(vm, "nested_virtualization") is False:
        return passed(words("off", "aus"))
    only_clustered(vm, look)
    return failed(words("on", "ein"), location=vm.where("nested_virtualization"))


@rule(
    "VM208",
    on="vm",
    entry="vm-threads-per-core",
    en="Machine uses one thread per core under the core scheduler",
    de="Maschine nutzt unter dem Core-Scheduler nur einen Thread je Kern",
    severity="info",
    implements=("vm-smt-threads",),
    only="2016..2025",
)
def one_thread_per_core(vm: Vm, look: Look) -> Verdict:
    """The second thread of each core stays idle while such a machine runs."""
    threads = need(vm, "threads_per_core")
    if threads != 1:
        return passed(words(threads))
    host = look.host(vm)
    if need(host, "scheduler") != "core":
        return not_applicable("the host does not use the core scheduler", "der Host verwendet nicht den Core-Scheduler")
    if not multithreading(host):
        return not_applicable("simultaneous multithreading is off", "simultanes Multithreading ist aus")
    bound = words("2 (0 is not possible here)", "2 (0 geht hier nicht)") if look.version == "2016" else words("0")
    return failed(words("1"), bound, vm.where("threads_per_core"))


@rule(
    "VM212",
    on="vm",
    entry="vm-even-virtual-processors",
    en="Odd number of virtual processors on a host with multithreading",
    de="Ungerade Zahl virtueller Prozessoren auf einem Host mit Multithreading",
    severity="info",
    implements=("vm-vcpu-odd-with-smt",),
    only="2016..2025",
)
def odd_processors(vm: Vm, look: Look) -> Verdict:
    """Virtual processors are scheduled in pairs on the two threads of a core; a single one is the common exception."""
    count = need(vm, "processors")
    shown = Text(units.quantity(count, "virtual processors", "en"), units.quantity(count, "virtual processors", "de"))
    if count == 1:
        return not_applicable("the machine has a single processor", "die Maschine hat nur einen Prozessor")
    if count % 2 == 0:
        return passed(shown)
    if not multithreading(look.host(vm)):
        return not_applicable("simultaneous multithreading is off", "simultanes Multithreading ist aus")
    return failed(shown, words("an even number", "eine gerade Zahl"), vm.where("processors"))


@rule(
    "VM403",
    on="vm",
    entry="discrete-device-assignment",
    en="Device of the host is assigned to a clustered machine",
    de="Gerät des Hosts ist einer geclusterten Maschine zugewiesen",
    severity="warning",
    implements=("vm-dda-clustered",),
    only="2016..2025",
)
def device_of_a_clustered_machine(vm: Vm, look: Look) -> Verdict:
    """It cannot be live migrated; partitions of a graphics card can since 2025, before that they are not supported."""
    only_clustered(vm, look)
    version = look.needs_version()
    partitions = 0 if version == "2025" else (vm.gpu_partitions or 0) if version == "2016" else vm.gpu_partitions  # 2016 has none
    found = [
        (vm.assigned_devices, "assigned_devices", Text("assigned devices", "zugewiesene Geräte")),
        (partitions, "gpu_partitions", Text("GPU partitions", "GPU-Partitionen")),
    ]
    wrong = [(count, field, text) for count, field, text in found if count]
    if wrong:
        shown = words(*("; ".join(f"{count} {text.in_(lang)}" for count, _, text in wrong) for lang in ("en", "de")))
        return failed(shown, location=vm.where(wrong[0][1]))
    need(vm, "assigned_devices")
    if partitions is None:
        need(vm, "gpu_partitions")
    return passed(words("no device", "kein Gerät"))
