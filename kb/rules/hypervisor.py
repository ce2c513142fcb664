"""Rules about what a host is for and what it stands on: hypervisor, services, roles, firmware, scheduler, power plan."""

from __future__ import annotations

import re
from collections import defaultdict

from kb import versions
from kb.entry import Text
from kb.inventory import Cluster, Host, WindowsService
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.shared import ONE_NODE, members, places

NO_HYPERV = not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")

# --- hypervisor and processors ----------------------------------------------------------------------------------------


@rule(
    "HOST201",
    on="host",
    entry="hypervisor-not-running",
    en="Hypervisor is not running although the role is installed",
    de="Hypervisor läuft nicht, obwohl die Rolle installiert ist",
    severity="warning",
    implements=("hypervisor-running",),
)
def hypervisor_not_running(host: Host, look: Look) -> Verdict:
    """A host that is itself a virtual machine sees the outer hypervisor, so there a pass says little."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    if need(host, "hypervisor_present"):
        return passed(words("running", "läuft"))
    need(host, "hyperv_installed")
    return failed(words("not running", "läuft nicht"), location=host.where("hypervisor_present"))


@rule(
    "HOST210",
    on="host",
    entry="slat-required",
    en="Processor without second level address translation",
    de="Prozessor ohne Second Level Address Translation",
    severity="error",
    implements=("host-slat",),
    only="2016..2025",
)
def no_slat(host: Host, look: Look) -> Verdict:
    """While the hypervisor runs, Windows does not see the processor's answer, and the hypervisor itself is the proof."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    if host.hypervisor_present:
        return passed(words("the hypervisor is running", "der Hypervisor läuft"))
    need(host, "hypervisor_present")
    processors = need(host, "processors")
    without = [processor for processor in processors if processor.slat is False]
    if without:
        return failed(words(without[0].model or "SLAT: no", without[0].model or "SLAT: nein"), location=places(without, "slat"))
    for processor in processors:
        need(processor, "slat")
    if not processors:
        raise Missing("host.processors")
    return passed(words("SLAT"))


@rule(
    "HOST211",
    on="host",
    entry="hardware-virtualization-required",
    en="Virtualization or data execution prevention is off in the firmware",
    de="Virtualisierung oder Datenausführungsverhinderung ist in der Firmware ausgeschaltet",
    severity="error",
    implements=("host-virtualization-firmware",),
)
def virtualization_off(host: Host, look: Look) -> Verdict:
    """Judged only where no hypervisor runs: it hides what the firmware offers and proves it at once."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    if need(host, "hypervisor_present"):
        return passed(words("the hypervisor is running", "der Hypervisor läuft"))
    processors = host.processors or []
    off = [processor for processor in processors if processor.virtualization is False]
    if off:
        return failed(words("virtualization is off", "Virtualisierung ist aus"), location=places(off, "virtualization"))
    if host.data_execution_prevention is False:
        shown = words("data execution prevention is off", "Datenausführungsverhinderung ist aus")
        return failed(shown, location=host.where("data_execution_prevention"))
    need(host, "processors", "data_execution_prevention")
    for processor in processors:
        need(processor, "virtualization")
    if not processors:
        raise Missing("host.processors")
    return passed(words("virtualization and DEP are on", "Virtualisierung und DEP sind ein"))


def multithreading(host: Host) -> bool:
    """True when the cores of a host have more than one thread each; raises Missing."""
    processors = need(host, "processors")
    cores = sum(need(processor, "cores") for processor in processors)
    if not cores:
        raise Missing("host.processors")
    threads = host.logical_processors
    if threads is None:
        threads = sum(need(processor, "logical_processors") for processor in processors)
    return threads > cores


@rule(
    "HOST208",
    on="host",
    entry="hyperv-scheduler-default",
    en="Hypervisor does not use the core scheduler",
    de="Hypervisor verwendet nicht den Core-Scheduler",
    severity="warning",
    implements=("host-core-scheduler",),
    only="2016..2025",
)
def other_scheduler(host: Host, look: Look) -> Verdict:
    """The recommendation is about cores that two virtual machines share, so it is void without multithreading."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    scheduler = need(host, "scheduler")
    if scheduler == "core":
        return passed(words("core"))
    try:
        if not multithreading(host):
            return not_applicable("simultaneous multithreading is off", "simultanes Multithreading ist aus")
    except Missing:
        pass  # a host without it is the exception
    return failed(words(scheduler), words("core"), host.where("scheduler"))


# --- memory and firmware ----------------------------------------------------------------------------------------------


@rule(
    "HOST207",
    on="host",
    entry="ecc-memory-required",
    en="Memory of the host is not error-correcting",
    de="Arbeitsspeicher des Hosts ist nicht fehlerkorrigierend",
    severity="error",
    implements=("host-ecc-memory",),
)
def memory_without_ecc(host: Host, look: Look) -> Verdict:
    """One module without is enough; a host that is a virtual machine does not tell."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    if need(host, "ecc_memory"):
        return passed(words("ECC"))
    return failed(words("not error-correcting", "nicht fehlerkorrigierend"), words("ECC"), host.where("ecc_memory"))


def _firmware(hosts: list[Host]) -> dict[str, dict[str, list[str]]]:
    """The names of the hosts by model and firmware version."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for host in hosts:
        if host.model is not None and host.bios is not None:
            found[host.model.casefold()][host.bios].append(host.name or "?")
    return found


@rule(
    "HOST214",
    on="cluster",
    entry="host-firmware-match",
    en="Nodes of the same model have different firmware",
    de="Knoten desselben Modells haben verschiedene Firmware",
    severity="warning",
    implements=("host-bios-firmware-match",),
)
def firmware_differs(cluster: Cluster, look: Look) -> Verdict:
    """Only machines of one model are compared: different models have different versions by nature."""
    hosts, missing = members(look)
    by_model = _firmware(hosts)
    for found in by_model.values():
        if len(found) > 1:
            shown = "; ".join(f"{version}: {', '.join(names)}" for version, names in found.items())
            return failed(words(shown), location=places(hosts, "bios"))
    if missing:
        raise Missing(*missing)
    if len(hosts) < 2:
        return ONE_NODE
    for host in hosts:
        need(host, "model", "bios")
    if len(by_model) == len(hosts):
        return not_applicable("every node is of another model", "jeder Knoten ist ein anderes Modell")
    return passed(words("; ".join(version for found in by_model.values() for version in found)))


# --- services ---------------------------------------------------------------------------------------------------------


def _service(host: Host, name: str) -> WindowsService:
    """A service by its short name. One that is not listed is not known: the list may be of some services only."""
    found = next((service for service in need(host, "services") if (service.name or "").casefold() == name.casefold()), None)
    if found is None:
        raise Missing("host.services")
    return found


@rule(
    "HOST202",
    on="host",
    entry="vmms-service",
    en="Virtual Machine Management service is not running",
    de="Dienst für die Verwaltung virtueller Computer läuft nicht",
    severity="error",
    implements=("vmms-running",),
)
def management_service_stopped(host: Host, look: Look) -> Verdict:
    """Virtual machines go on running without it, but nobody can manage, move or back them up."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    service = _service(host, "vmms")
    state = need(service, "state")
    return passed(words(state)) if state.casefold() == "running" else failed(words(state), words("Running"), service.where("state"))


_STARTS = {
    "automatic": words("automatic", "automatisch"),
    "manual": words("manual", "manuell"),
    "disabled": words("disabled", "deaktiviert"),
    "boot": words("boot", "Systemstart"),
    "system": words("system", "System"),
}


@rule(
    "HOST203",
    on="host",
    entry="vmms-service",
    en="Virtual Machine Management service does not start by itself",
    de="Dienst für die Verwaltung virtueller Computer startet nicht von selbst",
    severity="warning",
    implements=("vmms-autostart",),
)
def management_service_not_automatic(host: Host, look: Look) -> Verdict:
    """After the next restart no virtual machine would start."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    service = _service(host, "vmms")
    start = need(service, "start")
    return passed(_STARTS[start]) if start == "automatic" else failed(_STARTS[start], _STARTS["automatic"], service.where("start"))


@rule(
    "HOST204",
    on="host",
    entry="hyper-v-services-of-2008",
    en="Hyper-V service for networks or virtual disks does not start by itself",
    de="Hyper-V-Dienst für Netzwerke oder virtuelle Datenträger startet nicht von selbst",
    severity="warning",
    implements=("host-2008-services-autostart",),
    only="2008..2008R2SP1",
)
def old_services_not_automatic(host: Host, look: Look) -> Verdict:
    """Networking Management (nvspwmi) and Image Management (vhdsvc) were services of their own up to 2008 R2."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    names = ("nvspwmi", "vhdsvc")
    services = [service for service in need(host, "services") if (service.name or "").casefold() in names]
    wrong = [service for service in services if service.start not in (None, "automatic")]
    if wrong:
        shown = {lang: ", ".join(f"{s.name}: {_STARTS[s.start or 'manual'].in_(lang)}" for s in wrong) for lang in ("en", "de")}
        return failed(Text(shown["en"], shown["de"]), _STARTS["automatic"], places(wrong, "start"))
    for name in names:
        need(_service(host, name), "start")
    return passed(_STARTS["automatic"])


# --- roles and installation -------------------------------------------------------------------------------------------

# Roles by their names in Get-WindowsFeature. File services are left out (their core cannot be removed), and so is the
# network controller, which runs on the hosts themselves since 2025.
ROLES = frozenset(
    {
        *("ad-certificate", "ad-domain-services", "ad-federation-services", "adfs-federation", "adlds", "adrms"),
        *("application-server", "devicehealthattestationservice", "dhcp", "dns", "fax", "hostguardianservicerole"),
        *("multipointserverrole", "npas", "print-services", "print-server", "remoteaccess", "serveressentialsrole"),
        *("updateservices", "oob-wsus", "volumeactivation", "web-server", "wds"),
    }
)
_ALLOWED_SERVICES = {"rds-virtualization"}  # the one service of Remote Desktop that needs Hyper-V on its machine


def features(host: Host, look: Look) -> set[str]:
    """The names of the installed roles and features in lower case; raises Missing for a list of some of them only.

    Since 2012 Storage-Services is part of every installation and cannot be removed, so a list without it is not whole.
    """
    found = {name.casefold() for name in need(host, "features")}
    if look.version is not None and versions.position(look.version) >= versions.position("2012") and "storage-services" not in found:
        raise Missing("host.features")
    return found


@rule(
    "HOST205",
    on="host",
    entry="parent-partition-no-apps",
    en="Host carries server roles besides Hyper-V",
    de="Host trägt neben Hyper-V weitere Serverrollen",
    severity="warning",
    implements=("host-single-role",),
)
def other_roles(host: Host, look: Look) -> Verdict:
    """A single role found is enough to fail; that there is none needs the whole list."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    names = {name.casefold(): name for name in need(host, "features")}
    found = [name for key, name in names.items() if key in ROLES or (key.startswith("rds-") and key not in _ALLOWED_SERVICES)]
    if found:
        if "hyper-v" not in names:
            need(host, "hyperv_installed")
        return failed(words(", ".join(sorted(found))), words("Hyper-V"), host.where("features"))
    if "hyper-v" not in features(host, look):
        return NO_HYPERV
    return passed(words("Hyper-V"))


@rule(
    "HOST206",
    on="host",
    entry="server-core-recommended",
    en="Host has the full desktop instead of Server Core",
    de="Host hat den vollen Desktop statt Server Core",
    severity="warning",
    implements=("host-server-core",),
    only="2008..2012R2",
)
def desktop_installed(host: Host, look: Look) -> Verdict:
    """Judged up to 2012 R2 as by the Best Practices Analyzer; since 2016 only a new installation could change it."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    installation = need(host, "installation")
    if installation == "desktop":
        return failed(words("desktop", "Desktop"), words("Server Core"), host.where("installation"))
    return passed(words("Server Core" if installation == "core" else "Nano Server"))


# The newest Windows PowerShell of each release. Source: Windows Management Framework, overview (entry old-powershell).
NEWEST_POWERSHELL = {"2008": (3, 0), "2008R2": (2, 0), "2008R2SP1": (5, 1), "2012": (5, 1)}


@rule(
    "HOST215",
    on="host",
    entry="old-powershell",
    en="Old PowerShell or no Hyper-V module",
    de="Alte PowerShell oder kein Hyper-V-Modul",
    severity="info",
    implements=("host-hotfix-powershell-tools",),
    only="2008..2012",
)
def old_powershell(host: Host, look: Look) -> Verdict:
    """The module came with 2012, where it is a feature that can be missing."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    version = look.needs_version()
    newest = NEWEST_POWERSHELL[version]
    bound = words(f"PowerShell {newest[0]}.{newest[1]}")
    have = host.powershell_version
    if have is not None:
        numbers = tuple(int(number) for number in re.findall(r"\d+", have)[:2])
        if not numbers:
            raise Missing("host.powershell_version")
        if numbers < newest:
            return failed(words(f"PowerShell {have}"), bound, host.where("powershell_version"))
    if version == "2012" and "hyper-v-powershell" not in features(host, look):
        return failed(words("no Hyper-V-PowerShell", "Hyper-V-PowerShell fehlt"), location=host.where("features"))
    return passed(words(f"PowerShell {need(host, 'powershell_version')}"), bound)


# --- power ------------------------------------------------------------------------------------------------------------

_FAST = {"high performance", "ultimate performance"}
_SAVING = {"balanced": "Ausbalanciert", "power saver": "Energiesparmodus"}


@rule(
    "HOST212",
    on="host",
    entry="host-power-plan",
    en="Power plan is not High performance",
    de="Energiesparplan ist nicht Höchstleistung",
    severity="info",
    implements=("host-power-plan",),
)
def saving_power(host: Host, look: Look) -> Verdict:
    """A hint for virtual machines that need even response; a plan of one's own can be either."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    plan = need(host, "power_plan")
    if plan.casefold() in _FAST:
        return passed(words(plan))
    if plan.casefold() in _SAVING:
        return failed(words(plan, _SAVING[plan.casefold()]), words("High performance", "Höchstleistung"), host.where("power_plan"))
    return unknown(f"the plan {plan} is none of Windows' own", f"der Plan {plan} ist keiner von Windows")
