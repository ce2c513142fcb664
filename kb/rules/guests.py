"""Rules about guests: what their operating system needs, and what a domain controller or Linux as a guest asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kb import guests, limits, units, versions
from kb.entry import Text
from kb.guests import System
from kb.inventory import Adapter, Checkpoint, Cluster, Disk, IntegrationService, Location, Vm
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.shared import aspect, checkpoint_count, clustered, generation, members, needs_generation, only_clustered, places

MB = units.BYTES["MB"]


# --- which guest ------------------------------------------------------------------------------------------------------


def needs_family(vm: Vm) -> str:
    """windows, linux, bsd or other; raises Missing."""
    found = guests.family(vm)
    if found is None:
        raise Missing("vm.guest")
    return found


def windows(vm: Vm) -> System:
    """The Windows release of a guest; raises NotApplicable for any other guest, Missing when nothing tells."""
    found = guests.system(vm)
    if found is None:
        if needs_family(vm) != "windows":
            raise NotApplicable("the guest does not run Windows", "im Gast läuft kein Windows")
        if not vm.guest_os:
            raise Missing("vm.guest_os")
        raise NotApplicable("the rule does not know this release of Windows", "die Regel kennt diese Windows-Version nicht")
    return found


def only_linux(vm: Vm) -> None:
    """Raises NotApplicable for a guest that is not Linux, Missing when nothing tells."""
    if needs_family(vm) != "linux":
        raise NotApplicable("the guest does not run Linux", "im Gast läuft kein Linux")


def only_domain_controllers(vm: Vm) -> None:
    """Raises NotApplicable for a guest that is no domain controller, Missing when nothing tells."""
    found = guests.is_domain_controller(vm)
    if found is None:
        raise Missing("vm.guest")
    if not found:
        raise NotApplicable("the guest is not a domain controller", "der Gast ist kein Domänencontroller")


def first(vm: Vm, *fields: str) -> Location | None:
    """The first place where one of these fields was read."""
    return next((place for field in fields if (place := vm.where(field))), None)


# --- memory -----------------------------------------------------------------------------------------------------------

_LATER = "Windows Vista and later"
_CLIENT = "Windows clients from Vista on"
_SERVER = "Windows Server 2008 to 2012 R2"


@dataclass(frozen=True, slots=True)
class _Rows:
    """How the entries about memory name a guest: in the rows of what it needs and of what is recommended.

    `since` is the first host release whose Best Practices Analyzer knows the guest.
    """

    least: str
    recommended: str
    since: str = "2008"


# The numbers themselves are rows of the entries `guest-memory-by-release` and `guest-dynamic-memory-values`.
_ROWS: dict[str, _Rows] = {
    "xp": _Rows("Windows XP", "Windows XP"),
    "ws2003": _Rows("Windows Server 2003", "Windows Server 2003"),
    "vista": _Rows(_LATER, _CLIENT),
    "ws2008": _Rows(_LATER, _SERVER),
    "win7": _Rows(_LATER, _CLIENT, "2008R2"),
    "ws2008r2": _Rows(_LATER, _SERVER, "2008R2"),
    "win8": _Rows(_LATER, _CLIENT, "2012"),
    "ws2012": _Rows(_LATER, _SERVER, "2012"),
    "win81": _Rows(_LATER, _CLIENT, "2012R2"),
    "ws2012r2": _Rows(_LATER, _SERVER, "2012R2"),
    "win10": _Rows(_LATER, _CLIENT, "2016"),
    "ws2016": _Rows(_LATER, "Windows Server 2016", "2016"),
}
_DYNAMIC = tuple(id for id in _ROWS if id not in ("xp", "win10", "ws2016"))  # XP has no dynamic memory; no source for the newest


def _ids(pattern: str, systems: Iterable[str]) -> tuple[str, ...]:
    return tuple(pattern.format(system) for system in systems)


def _no_figures(system: System) -> NotApplicable:
    return NotApplicable(
        f"no figures are documented for {system.name} on this host", f"für {system.name} auf diesem Host sind keine Zahlen dokumentiert"
    )


def _rows(vm: Vm, look: Look, known: Iterable[str]) -> tuple[System, _Rows]:
    """The guest and its rows; raises NotApplicable for a guest or a host without documented figures."""
    system = windows(vm)
    if system.id not in known or versions.position(look.needs_version()) < versions.position(_ROWS[system.id].since):
        raise _no_figures(system)
    return system, _ROWS[system.id]


def _bytes(found: limits.Limit, when: str, system: System) -> int:
    """The value of a row in bytes; raises NotApplicable where this version has no such row."""
    try:
        return aspect(found, when) * MB
    except KeyError:
        raise _no_figures(system) from None


_LABELS = {"memory": ("startup", "Start"), "memory_minimum": ("minimum", "Minimum"), "memory_maximum": ("maximum", "Maximum")}


def _size(system: System, size: int) -> Text:
    return Text(*(f"{system.name}: {units.of_bytes(size, lang)}" for lang in ("en", "de")))


def _sizes(system: System, sizes: dict[str, int]) -> Text:
    """Several sizes of dynamic memory, by their fields."""
    shown = [
        ", ".join(f"{_LABELS[field][position]} {units.of_bytes(size, lang)}" for field, size in sizes.items())
        for position, lang in enumerate(("en", "de"))
    ]
    return Text(*(f"{system.name}: {text}" for text in shown))


def _at_least(size: int) -> Text:
    return Text(f"at least {units.of_bytes(size, 'en')}", f"mindestens {units.of_bytes(size, 'de')}")


def _fixed_memory(vm: Vm, look: Look) -> int:
    """The memory of a VM with fixed memory; raises NotApplicable, Missing."""
    if look.version not in ("2008", "2008R2") and need(vm, "dynamic_memory"):
        raise NotApplicable("the memory is dynamic", "der Arbeitsspeicher ist dynamisch")
    return need(vm, "memory")


def _enough_for_all(vm: Vm, found: limits.Limit, size: int, *about: str) -> bool:
    """True when a guest that is not known would be content, because even the one with the largest need would.

    `about` are the first words of the rows that count.
    """
    if guests.system(vm) or guests.family(vm) not in ("windows", None):
        return False
    needs = [int(row.value) * MB for row in found.rows if row.when and row.when.en.startswith(about)]  # type: ignore[arg-type]
    return bool(needs) and size >= max(needs)


@rule(
    "GST101",
    on="vm",
    entry="guest-memory-by-release",
    en="Less memory than the guest operating system needs",
    de="Weniger Arbeitsspeicher, als das Gastbetriebssystem braucht",
    severity="error",
    implements=_ids("guest-{}-memory-minimum", _ROWS),
)
def memory_below_minimum(vm: Vm, look: Look) -> Verdict:
    """For fixed memory; dynamic memory has figures of its own."""
    memory = _fixed_memory(vm, look)
    found = look.limit("guest-memory-by-release")
    if _enough_for_all(vm, found, memory, "minimum"):
        return passed(Text(units.of_bytes(memory, "en"), units.of_bytes(memory, "de")))
    system, rows = _rows(vm, look, _ROWS)
    least = _bytes(found, f"minimum, {rows.least}", system)
    shown = _size(system, memory)
    if memory < least:
        return failed(shown, _at_least(least), vm.where("memory"), (f"guest-{system.id}-memory-minimum",))
    return passed(shown, _at_least(least))


@rule(
    "GST102",
    on="vm",
    entry="guest-memory-by-release",
    en="Less memory than recommended for the guest operating system",
    de="Weniger Arbeitsspeicher als für das Gastbetriebssystem empfohlen",
    severity="warning",
    implements=_ids("guest-{}-memory-recommended", _ROWS),
)
def memory_below_recommendation(vm: Vm, look: Look) -> Verdict:
    """Enough to start, too little to work with; what is below the minimum is the matter of GST101."""
    memory = _fixed_memory(vm, look)
    found = look.limit("guest-memory-by-release")
    if _enough_for_all(vm, found, memory, "recommended"):
        return passed(Text(units.of_bytes(memory, "en"), units.of_bytes(memory, "de")))
    system, rows = _rows(vm, look, _ROWS)
    if memory < _bytes(found, f"minimum, {rows.least}", system):
        return not_applicable("the memory is below the minimum", "der Arbeitsspeicher liegt unter dem Minimum")
    enough = _bytes(found, f"recommended, {rows.recommended}", system)
    shown = _size(system, memory)
    if memory < enough:
        return failed(shown, _at_least(enough), vm.where("memory"), (f"guest-{system.id}-memory-recommended",))
    return passed(shown, _at_least(enough))


def _only_dynamic(vm: Vm) -> None:
    if not need(vm, "dynamic_memory"):
        raise NotApplicable("the memory is fixed", "der Arbeitsspeicher ist fest")


@rule(
    "GST103",
    on="vm",
    entry="guest-dynamic-memory-values",
    en="Dynamic memory below what the guest operating system needs",
    de="Dynamischer Arbeitsspeicher unter dem, was das Gastbetriebssystem braucht",
    severity="error",
    implements=_ids("guest-{}-dynamic-memory-minimum", _DYNAMIC),
    only="2008R2..2025",
)
def dynamic_memory_below_minimum(vm: Vm, look: Look) -> Verdict:
    """One size that is too small is enough to fail, whatever the others are."""
    _only_dynamic(vm)
    found = look.limit("guest-dynamic-memory-values")
    known = [size for size in (vm.memory_minimum, vm.memory, vm.memory_maximum) if size is not None]
    if len(known) == 3 and _enough_for_all(vm, found, min(known), "minimum", "startup"):
        return passed(Text(units.of_bytes(min(known), "en"), units.of_bytes(min(known), "de")))
    system, rows = _rows(vm, look, _DYNAMIC)
    least = {
        "memory_minimum": _bytes(found, f"minimum memory, {rows.least}", system),
        "memory": _bytes(found, f"startup and maximum memory, {rows.least}", system),
    }
    least["memory_maximum"] = least["memory"]
    sizes = {field: size for field in least if (size := getattr(vm, field)) is not None}
    low = {field: size for field, size in sizes.items() if size < least[field]}
    bound = _sizes(system, least)
    if low:
        return failed(_sizes(system, low), bound, first(vm, *low), (f"guest-{system.id}-dynamic-memory-minimum",))
    need(vm, *least)
    return passed(_sizes(system, sizes), bound)


@rule(
    "GST104",
    on="vm",
    entry="guest-dynamic-memory-values",
    en="Maximum of dynamic memory below the recommended size",
    de="Maximum des dynamischen Arbeitsspeichers unter der empfohlenen Größe",
    severity="warning",
    implements=_ids("guest-{}-dynamic-memory-recommended", _DYNAMIC),
    only="2008R2..2025",
)
def dynamic_memory_below_recommendation(vm: Vm, look: Look) -> Verdict:
    """The maximum should reach what a guest with fixed memory would get."""
    _only_dynamic(vm)
    most = need(vm, "memory_maximum")
    found = look.limit("guest-dynamic-memory-values")
    if _enough_for_all(vm, found, most, "recommended"):
        return passed(Text(units.of_bytes(most, "en"), units.of_bytes(most, "de")))
    system, rows = _rows(vm, look, _DYNAMIC)
    if most < _bytes(found, f"startup and maximum memory, {rows.least}", system):
        return not_applicable("the maximum is below what the guest needs", "das Maximum liegt unter dem, was der Gast braucht")
    enough = _bytes(found, f"recommended maximum, {rows.recommended}", system)
    shown = _sizes(system, {"memory_maximum": most})
    if most < enough:
        return failed(shown, _at_least(enough), vm.where("memory_maximum"), (f"guest-{system.id}-dynamic-memory-recommended",))
    return passed(shown, _at_least(enough))


# The services of 2008 R2 SP1, with which dynamic memory came.
FIRST_WITH_DYNAMIC_MEMORY = (6, 1, 7601)


@rule(
    "GST105",
    on="vm",
    entry="dynamic-memory-integration-services",
    en="Dynamic memory with integration services that are too old for it",
    de="Dynamischer Arbeitsspeicher mit zu alten Integrationsdiensten",
    severity="warning",
    implements=("guest-dynamic-memory-old-ic",),
    only="2008R2..2012R2",
)
def services_without_dynamic_memory(vm: Vm, look: Look) -> Verdict:
    """The driver in the guest decides; Linux counts its services differently."""
    _only_dynamic(vm)
    have = need(vm, "integration_version")
    numbers = tuple(int(part) for part in have.split(".")[:3] if part.isdigit())
    if guests.family(vm) not in ("windows", None) or numbers < (6,):
        return not_applicable("the guest does not run Windows", "im Gast läuft kein Windows")
    bound = words(
        f"at least {'.'.join(map(str, FIRST_WITH_DYNAMIC_MEMORY))}", f"mindestens {'.'.join(map(str, FIRST_WITH_DYNAMIC_MEMORY))}"
    )
    if numbers < FIRST_WITH_DYNAMIC_MEMORY:
        return failed(words(have), bound, vm.where("integration_version"))
    return passed(words(have), bound)


# --- devices that old guests cannot drive -----------------------------------------------------------------------------


def _64_bit(vm: Vm) -> bool:
    """True for a guest with a 64-bit system; raises Missing."""
    found = guests.architecture(vm)
    if found is None:
        raise Missing("vm.guest")
    return found == "x64"


@rule(
    "GST106",
    on="vm",
    entry="legacy-adapter-64-bit-guest",
    en="Legacy network adapter in a 64-bit guest that has no driver for it",
    de="Älterer Netzwerkadapter in einem 64-Bit-Gast, der keinen Treiber dafür hat",
    severity="error",
    implements=("legacy-nic-no-driver",),
    only="2008..2012",
)
def legacy_adapter_without_driver(vm: Vm, look: Look) -> Verdict:
    """The 64-bit editions of Windows XP and Windows Server 2003 lack it."""
    adapters = need(vm, "adapters")
    legacy = [adapter for adapter in adapters if adapter.legacy]
    if not legacy:
        for adapter in adapters:
            need(adapter, "legacy")
        return passed(words("no legacy adapter", "kein älterer Netzwerkadapter"))
    system = windows(vm)
    if system.id not in ("xp", "ws2003") or not _64_bit(vm):
        return not_applicable("this guest has a driver for it", "dieser Gast hat einen Treiber dafür")
    shown = words(f"{system.name} x64: {', '.join(adapter.name or '?' for adapter in legacy)}")
    return failed(shown, location=places(legacy, "legacy"))


@rule(
    "GST107",
    on="vm",
    entry="windows-xp-vm-vcpu",
    en="More virtual processors than Windows XP supports",
    de="Mehr virtuelle Prozessoren, als Windows XP unterstützt",
    severity="error",
    implements=("guest-xpsp2-x86-vcpu-max", "guest-xpsp3-x86-vcpu-max", "guest-xpsp2-x64-vcpu-max"),
    only="2008..2012",
)
def more_processors_than_xp(vm: Vm, look: Look) -> Verdict:
    """Service Pack 3 raised the limit of the 32-bit edition; the 64-bit one ends with Service Pack 2."""
    count = need(vm, "processors")
    if count == 1:
        return passed(words("1"))
    if windows(vm).id != "xp":
        return not_applicable("the guest is not Windows XP", "der Gast ist nicht Windows XP")
    if _64_bit(vm):
        edition, public = "Windows XP SP2 (x64)", "guest-xpsp2-x64-vcpu-max"
    elif need(need(vm, "guest"), "service_pack") >= 3:
        edition, public = "Windows XP SP3 (x86)", "guest-xpsp3-x86-vcpu-max"
    else:
        edition, public = "Windows XP SP2 (x86)", "guest-xpsp2-x86-vcpu-max"
    allowed = aspect(look.limit("windows-xp-vm-vcpu"), f"with {edition} as guest")
    shown = Text(*(f"{edition}: {units.quantity(count, 'virtual processors', lang)}" for lang in ("en", "de")))
    bound = Text(*(units.quantity(allowed, "virtual processors", lang) for lang in ("en", "de")))
    return failed(shown, bound, vm.where("processors"), (public,)) if count > allowed else passed(shown, bound)


@rule(
    "GST108",
    on="vm",
    entry="scsi-controller-guest-support",
    en="SCSI controller in a guest that cannot drive it",
    de="SCSI-Controller in einem Gast, der ihn nicht ansteuern kann",
    severity="warning",
    implements=("vm-scsi-unsupported-guest",),
    only="2008..2012",
)
def scsi_without_driver(vm: Vm, look: Look) -> Verdict:
    """Windows 2000 and the 32-bit Windows XP have no driver for the synthetic controller; the 64-bit XP has the kernel of the server."""
    used = [disk for disk in vm.disks or [] if disk.controller == "scsi"]
    if not used and need(vm, "scsi_controllers") == 0:
        return passed(words("no SCSI controller", "kein SCSI-Controller"))
    system = windows(vm)
    if system.id not in ("w2000", "xp") or (vm.guest and vm.guest.version == "5.2") or guests.architecture(vm) == "x64":
        return not_applicable("this guest has a driver for it", "dieser Gast hat einen Treiber dafür")
    return failed(words(f"{system.name}: SCSI"), location=vm.where("scsi_controllers") or vm.where("disks"))


# --- security ---------------------------------------------------------------------------------------------------------

# The templates by the systems whose boot loaders they trust.
_TEMPLATES = {"microsoftwindows": "windows", "microsoftueficertificateauthority": "linux"}


@rule(
    "GST109",
    on="vm",
    entry="secure-boot-template",
    en="Secure Boot template does not fit the guest",
    de="Secure-Boot-Vorlage passt nicht zum Gast",
    severity="error",
    implements=("vm-secure-boot-template",),
    only="2016..2025",
)
def wrong_secure_boot_template(vm: Vm, look: Look) -> Verdict:
    """Other templates (that for shielded Linux) are for special cases."""
    if needs_generation(vm, look) != 2:
        return not_applicable("generation 1 has no Secure Boot", "Generation 1 hat kein Secure Boot")
    if not need(vm, "secure_boot"):
        return not_applicable("Secure Boot is off", "Secure Boot ist aus")
    template = need(vm, "secure_boot_template")
    meant = _TEMPLATES.get(template.lower())
    family = needs_family(vm)
    if meant is None or family not in _TEMPLATES.values():
        return not_applicable("a template or guest of which nothing is documented", "zu Vorlage oder Gast ist nichts dokumentiert")
    shown = words(f"{family.capitalize()}: {template}")
    return passed(shown) if meant == family else failed(shown, location=vm.where("secure_boot_template"))


@rule(
    "GST110",
    on="vm",
    entry="vtpm-cluster-certificates",
    en="Cluster node lacks the certificate that opens the virtual TPM",
    de="Einem Clusterknoten fehlt das Zertifikat, das das virtuelle TPM öffnet",
    severity="error",
    implements=("vm-vtpm-clustered-keys",),
    only="2016..2025",
)
def node_without_key(vm: Vm, look: Look) -> Verdict:
    """With a local key protector only; in a guarded fabric the Host Guardian Service hands out the key."""
    if not need(vm, "tpm"):
        return not_applicable("the virtual machine has no virtual TPM", "die virtuelle Maschine hat kein virtuelles TPM")
    only_clustered(vm, look)
    if vm.shielded or need(vm, "key_guardians"):
        return not_applicable("a guarded fabric hands out the key", "eine geschützte Infrastruktur gibt den Schlüssel heraus")
    owner = need(vm, "key_owner").lower()
    hosts, missing = members(look)
    known = [host for host in hosts if host.guardian_certificates is not None]
    lacking = [host for host in known if owner not in [thumbprint.lower() for thumbprint in host.guardian_certificates or []]]
    if lacking:
        return failed(words(", ".join(host.name or "?" for host in lacking)), location=places(lacking, "guardian_certificates"))
    if missing or len(known) < len(hosts):
        raise Missing(*(missing or ["host.guardian_certificates"]))
    return passed(Text(*(units.quantity(len(hosts), "nodes", lang) for lang in ("en", "de"))))


# --- domain controllers and databases ---------------------------------------------------------------------------------

_NO_GENERATION_ID = ("2008", "2008R2", "2008R2SP1")


def _standard(checkpoint: Checkpoint, look: Look) -> bool | None:
    """Whether a checkpoint is a standard one; None where the setting of the VM allows both. Raises NotApplicable, Missing.

    Get-VMSnapshot calls both kinds Standard; only the setting of the VM tells them apart, and Production falls back.
    """
    kind = need(checkpoint, "type").lower()
    if kind == "production":
        return False
    if kind not in ("standard", "snapshot"):
        raise NotApplicable("a checkpoint of a backup or of replication", "ein Prüfpunkt einer Sicherung oder der Replikation")
    if versions.position(look.needs_version()) < versions.position("2016"):
        return True
    setting = need(look.vm, "checkpoint_type").lower()
    return {"standard": True, "productiononly": False}.get(setting)


def _judged(checkpoint: Checkpoint, standard: bool | None, role: str) -> Verdict:
    if standard is None:
        return unknown(
            "the export calls standard and production checkpoints alike", "der Export nennt Standard- und Produktionsprüfpunkte gleich"
        )
    shown = words(f"{role}: {checkpoint.name or '?'}")
    return failed(shown, location=checkpoint.where("type")) if standard else passed(shown)


@rule(
    "GST111",
    on="checkpoint",
    entry="checkpoint-and-domain-controller",
    en="Standard checkpoint of a domain controller",
    de="Standardprüfpunkt eines Domänencontrollers",
    severity="error",
    implements=("snapshot-on-dc-or-db",),
)
def checkpoint_of_domain_controller(checkpoint: Checkpoint, look: Look) -> Verdict:
    """Where the host has no VM-GenerationID, GST117 judges the machine as a whole."""
    if look.needs_version() in _NO_GENERATION_ID:
        return not_applicable("the host has no VM-GenerationID, see GST117", "der Host kennt keine VM-GenerationID, siehe GST117")
    roles = (look.vm.guest.roles if look.vm.guest else None) or []
    if "ad-lds" not in roles:
        only_domain_controllers(look.vm)
    return _judged(checkpoint, _standard(checkpoint, look), "AD LDS" if "ad-lds" in roles else "AD DS")


# Roles of a guest that keep a database, by their names in the inventory.
DATABASES = {"sql": "SQL Server", "exchange": "Exchange"}


@rule(
    "GST112",
    on="checkpoint",
    entry="checkpoint-database-server",
    en="Standard checkpoint of a database or mail server",
    de="Standardprüfpunkt eines Datenbank- oder Mailservers",
    severity="error",
    implements=("snapshot-on-dc-or-db",),
)
def checkpoint_of_database(checkpoint: Checkpoint, look: Look) -> Verdict:
    """No export tells what a guest is for, so people have to say it."""
    vm, guest = look.vm, look.vm.guest
    if guest is None or guest.roles is None:
        release = guests.system(vm)
        if guests.family(vm) not in ("windows", None) or guests.is_domain_controller(vm) or (release and not release.server):
            return not_applicable("the guest is not a member server", "der Gast ist kein Mitgliedsserver")
        raise Missing("guest.roles")
    held = [name for role, name in DATABASES.items() if role in guest.roles]
    if not held:
        return not_applicable("the guest is not said to hold a database", "der Gast ist nicht als Datenbankserver angegeben")
    return _judged(checkpoint, _standard(checkpoint, look), ", ".join(held))


@rule(
    "GST113",
    on="service",
    entry="time-sync-domain-controller",
    en="Time synchronization with the host is on in a domain controller",
    de="Zeitsynchronisierung mit dem Host ist in einem Domänencontroller eingeschaltet",
    severity="warning",
    implements=("dc-time-sync",),
)
def time_service_of_domain_controller(service: IntegrationService, look: Look) -> Verdict:
    """The domain has a time hierarchy of its own; VM108 leaves domain controllers alone."""
    if need(service, "service") != "time":
        return not_applicable("another service", "ein anderer Dienst")
    if not need(service, "enabled"):
        return passed(words("off", "aus"))
    only_domain_controllers(look.vm)
    return failed(words("on", "ein"), location=service.where("enabled"))


@rule(
    "GST114",
    on="disk",
    entry="domain-controller-virtual-disks",
    en="Domain controller on a differencing disk",
    de="Domänencontroller auf einem differenzierenden Datenträger",
    severity="error",
    implements=("dc-differencing-disk",),
)
def differencing_disk_of_domain_controller(disk: Disk, look: Look) -> Verdict:
    """The disks of checkpoints are the matter of the rules about checkpoints."""
    if disk.pass_through:
        return not_applicable("the disk is a physical one", "der Datenträger ist ein physischer")
    if disk.is_checkpoint:
        return not_applicable("the disk belongs to a checkpoint", "der Datenträger gehört zu einem Prüfpunkt")
    kind = need(disk, "type")
    if kind != "differencing":
        return passed(words(kind))
    only_domain_controllers(look.vm)
    return failed(words(disk.parent or kind), location=disk.where("type"))


@rule(
    "GST115",
    on="vm",
    entry="domain-controller-virtual-disks",
    en="Directory database on a virtual IDE disk",
    de="Verzeichnisdatenbank auf einem virtuellen IDE-Datenträger",
    severity="warning",
    implements=("dc-database-on-ide",),
)
def directory_on_ide(vm: Vm, look: Look) -> Verdict:
    """Without a disk on SCSI it can be nowhere else; with both, people have to say which holds it."""
    if vm.generation == 2:
        return passed(words("generation 2 has no IDE", "Generation 2 hat kein IDE"))
    disks = need(vm, "disks")
    ide = [disk for disk in disks if disk.controller == "ide"]
    if not ide:
        for disk in disks:
            need(disk, "controller")
        return passed(words("no disk on IDE", "kein Datenträger an IDE"))
    only_domain_controllers(vm)
    told = [disk for disk in disks if "ntds" in (disk.use or [])]
    if not told and all(need(disk, "controller") == "ide" for disk in disks):
        told = ide
    if not told:
        raise Missing("disk.use")
    wrong = [disk for disk in told if need(disk, "controller") == "ide"]
    names = words(", ".join(disk.path or "?" for disk in wrong or told))
    return failed(names, location=places(wrong, "controller")) if wrong else passed(names)


_KEEPS_MEMORY = ("saved", "paused")


@rule(
    "GST116",
    on="vm",
    entry="domain-controller-saved-state",
    en="Domain controller is saved or paused",
    de="Domänencontroller ist gespeichert oder angehalten",
    severity="error",
    implements=("dc-saved-state",),
)
def saved_domain_controller(vm: Vm, look: Look) -> Verdict:
    """It wakes with an old clock and an old view of the directory."""
    state = need(vm, "state")
    if not any(word in state.lower() for word in _KEEPS_MEMORY):
        return passed(words(state))
    only_domain_controllers(vm)
    return failed(words(state), location=vm.where("state"))


@rule(
    "GST117",
    on="vm",
    entry="domain-controller-generation-id",
    en="Checkpoint of a domain controller on a host without VM-GenerationID",
    de="Prüfpunkt eines Domänencontrollers auf einem Host ohne VM-GenerationID",
    severity="error",
    implements=("dc-no-generation-id", "snapshot-on-dc-or-db"),
    only="2008..2008R2SP1",
)
def checkpoint_without_generation_id(vm: Vm, look: Look) -> Verdict:
    """Applying it sets the directory back without its noticing (USN rollback)."""
    count = checkpoint_count(vm)
    shown = Text(*(units.quantity(count, "checkpoints", lang) for lang in ("en", "de")))
    if not count:
        return passed(shown)
    only_domain_controllers(vm)
    return failed(shown, location=vm.where("checkpoints") or vm.where("checkpoint_count"))


@rule(
    "GST118",
    on="cluster",
    entry="domain-controllers-outside-cluster",
    en="Every domain controller is a clustered virtual machine of this cluster",
    de="Jeder Domänencontroller ist eine geclusterte virtuelle Maschine dieses Clusters",
    severity="warning",
    implements=("dc-all-on-one-cluster",),
)
def no_domain_controller_outside(cluster: Cluster, look: Look) -> Verdict:
    """A guest is known by the name it tells, else by that of its VM; one that tells none could be any of them."""
    if cluster.domain == "":
        return not_applicable("the cluster belongs to no domain", "der Cluster gehört zu keiner Domäne")
    controllers = need(cluster, "domain_controllers")
    if not controllers:
        raise Missing("cluster.domain_controllers")  # no domain is without any
    vms = need(look.inventory, "vms")
    inside = {_short(_computer(vm)) for vm in vms if clustered(vm, look)}
    outside = [name for name in controllers if _short(name) not in inside]
    machines = {_short(_computer(vm)) for vm in vms if not clustered(vm, look)}
    machines |= {_short(node.name) for node in cluster.nodes or []} | {_short(host.name) for host in look.inventory.hosts or []}
    certain = [name for name in outside if _short(name) in machines]
    if certain:
        return passed(words(", ".join(certain)))
    if outside:
        if any(clustered(vm, look) and not (vm.guest and vm.guest.name) for vm in vms):
            raise Missing("guest.name")
        return passed(words(", ".join(outside)))
    return failed(words(", ".join(controllers)), location=cluster.where("domain_controllers"))


def _computer(vm: Vm) -> str | None:
    return (vm.guest.name if vm.guest else None) or vm.name


def _short(name: str | None) -> str:
    return (name or "").lower().partition(".")[0]


@rule(
    "GST119",
    on="vm",
    entry="domain-controller-saved-state",
    en="Domain controller is saved when the host shuts down",
    de="Domänencontroller wird beim Herunterfahren des Hosts gespeichert",
    severity="warning",
    implements=("dc-saved-state",),
)
def domain_controller_saved_with_host(vm: Vm, look: Look) -> Verdict:
    """Save is the default of every new machine."""
    action = need(vm, "stop_action")
    if action != "save":
        return passed(words(action))
    only_domain_controllers(vm)
    return failed(words(action), words("shut_down"), vm.where("stop_action"))


# --- Linux ------------------------------------------------------------------------------------------------------------


@rule(
    "GST120",
    on="vm",
    entry="linux-static-mac",
    en="Clustered Linux machine with a dynamic MAC address",
    de="Geclusterte Linux-Maschine mit dynamischer MAC-Adresse",
    severity="warning",
    implements=("vm-linux-static-mac",),
)
def dynamic_mac_of_linux(vm: Vm, look: Look) -> Verdict:
    """Some distributions tie the network configuration to the address, which changes on another host."""
    adapters = need(vm, "adapters")
    dynamic = [adapter for adapter in adapters if adapter.dynamic_mac]
    if not dynamic:
        for adapter in adapters:
            need(adapter, "dynamic_mac")
        return passed(words("static", "statisch"))
    only_linux(vm)
    only_clustered(vm, look)
    return failed(words(", ".join(adapter.name or "?" for adapter in dynamic)), location=places(dynamic, "dynamic_mac"))


# What Microsoft's page about Linux guests recommends, in bytes; the default of New-VHD is 32 MB.
LINUX_BLOCK = 1 * MB


@rule(
    "GST121",
    on="disk",
    entry="linux-vhdx-block-size",
    en="Large blocks in the dynamic VHDX of a Linux guest",
    de="Große Blöcke in der dynamischen VHDX eines Linux-Gasts",
    severity="info",
    implements=("vm-linux-vhdx-blocksize",),
    only="2012..2025",
)
def large_blocks_under_linux(disk: Disk, look: Look) -> Verdict:
    """Linux file systems scatter their metadata, and each piece allocates a whole block."""
    if disk.pass_through or disk.is_checkpoint or need(disk, "format") != "vhdx" or need(disk, "type") != "dynamic":
        return not_applicable("the disk is not a dynamic VHDX", "der Datenträger ist keine dynamische VHDX")
    only_linux(look.vm)
    block = need(disk, "block_size")
    shown = Text(units.of_bytes(block, "en"), units.of_bytes(block, "de"))
    bound = Text(units.of_bytes(LINUX_BLOCK, "en"), units.of_bytes(LINUX_BLOCK, "de"))
    return failed(shown, bound, disk.where("block_size")) if block > LINUX_BLOCK else passed(shown, bound)


@rule(
    "GST122",
    on="vm",
    entry="linux-mixed-adapters",
    en="Linux machine with legacy and synthetic network adapters",
    de="Linux-Maschine mit älteren und synthetischen Netzwerkadaptern",
    severity="warning",
    implements=("vm-linux-nic-mix",),
)
def mixed_adapters_of_linux(vm: Vm, look: Look) -> Verdict:
    """Their names in the guest may come out at random."""
    if generation(vm, look) == 2:
        return not_applicable("generation 2 has no legacy adapter", "Generation 2 hat keinen älteren Netzwerkadapter")
    adapters: list[Adapter] = need(vm, "adapters")
    kinds = [need(adapter, "legacy") for adapter in adapters]
    if len(set(kinds)) < 2:
        return passed(words("legacy only", "nur ältere") if any(kinds) else words("synthetic only", "nur synthetische"))
    only_linux(vm)
    legacy = [adapter for adapter in adapters if adapter.legacy]
    return failed(words(", ".join(adapter.name or "?" for adapter in legacy)), location=places(legacy, "legacy"))
