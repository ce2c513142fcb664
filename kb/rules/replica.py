"""Rules about Hyper-V Replica: the replication of each VM, and the hosts that receive it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from kb import units
from kb.entry import Text
from kb.inventory import Adapter, Certificate, Cluster, Host, QosPolicy, ReplicaServer, Replication, Vm, same_name
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import members, moment, on_system_drive, places, running

# --- replication of a VM ----------------------------------------------------------------------------------------------


def _replication(vm: Vm, *modes: str) -> Replication:
    """The replication of a VM in one of these modes; raises Missing, and NotApplicable for any other VM."""
    replication = need(vm, "replication")
    if need(replication, "mode") not in modes or (replication.state or "").lower() == "disabled":
        if modes == ("primary",):
            raise NotApplicable(
                "the virtual machine does not replicate to another host", "die virtuelle Maschine repliziert auf keinen Host"
            )
        if "primary" not in modes:
            raise NotApplicable("the virtual machine is not a replica", "die virtuelle Maschine ist kein Replikat")
        raise NotApplicable("the virtual machine is not replicated", "die virtuelle Maschine wird nicht repliziert")
    return replication


def _state(replication: Replication) -> str:
    return need(replication, "state").lower()


_BOTH_SIDES = ("primary", "replica", "extended_replica")
_REPLICAS = ("replica", "extended_replica")


@rule(
    "REP101",
    on="vm",
    entry="replica-health",
    en="Replication of a virtual machine is not healthy",
    de="Replikation einer virtuellen Maschine ist nicht in Ordnung",
    severity="error",
    implements=("replication-health",),
    only="2012..2025",
)
def replication_not_healthy(vm: Vm, look: Look) -> Verdict:
    """Hyper-V turns to Warning or Critical by missed cycles, by what is pending and by errors."""
    replication = _replication(vm, *_BOTH_SIDES)
    health = need(replication, "health")
    if health.lower() == "normal":
        return passed(words(health))
    if health.lower() == "notapplicable":
        return not_applicable("Hyper-V states no health for it", "Hyper-V nennt keinen Zustand dafür")
    state = f" ({replication.state})" if replication.state else ""
    return failed(words(f"{health}{state}"), words("Normal"), replication.where("health"))


# Collectors raise an alarm when twelve cycles (an hour at five minutes) went by without a replication: Icinga's Hyper-V
# plugins and dkbrookie's HyperV_Health_Check, which names 60 minutes.
MOST_CYCLES = 12
LEAST_LAG = timedelta(minutes=60)


@rule(
    "REP102",
    on="vm",
    entry="replica-health",
    en="Last replication of a virtual machine is long ago",
    de="Letzte Replikation einer virtuellen Maschine liegt lange zurück",
    severity="error",
    implements=("replication-health",),
    only="2012..2025",
)
def replication_lags(vm: Vm, look: Look) -> Verdict:
    """What happened since would be lost; judged at the time the data were collected."""
    replication = _replication(vm, *_BOTH_SIDES)
    last, frequency = need(replication, "last_replication", "frequency")
    lag = moment(need(look.inventory, "taken"), "inventory.taken") - moment(last, "replication.last_replication")
    allowed = max(LEAST_LAG, timedelta(seconds=min(frequency, 86_400)) * MOST_CYCLES)
    minutes = int(lag.total_seconds() // 60)
    shown = words(f"{last}: {minutes} minutes earlier", f"{last}: {minutes} Minuten vorher")
    most = int(allowed.total_seconds() // 60)
    bound = words(f"at most {most} minutes", f"höchstens {most} Minuten")
    return failed(shown, bound, replication.where("last_replication")) if lag > allowed else passed(shown, bound)


@rule(
    "REP103",
    on="vm",
    entry="replica-paused",
    en="Replication of a virtual machine is paused",
    de="Replikation einer virtuellen Maschine ist angehalten",
    severity="warning",
    implements=("replication-paused",),
    only="2012..2025",
)
def replication_paused(vm: Vm, look: Look) -> Verdict:
    """Changes pile up on the primary server meanwhile."""
    replication = _replication(vm, "primary")
    shown = words(need(replication, "state"))
    if _state(replication) in ("suspended", "resynchronizesuspended"):
        return failed(shown, location=replication.where("state"))
    return passed(shown)


@rule(
    "REP104",
    on="vm",
    entry="replica-complete-failover",
    en="Failover of a replica was not completed, its recovery points are still kept",
    de="Failover eines Replikats wurde nicht abgeschlossen, seine Wiederherstellungspunkte bleiben liegen",
    severity="warning",
    implements=("replica-recovery-points-left-after-failover",),
    only="2012..2025",
)
def failover_not_completed(vm: Vm, look: Look) -> Verdict:
    """The recovery points grow with every write of the machine that now runs on them."""
    replication = _replication(vm, *_REPLICAS)
    shown = words(need(replication, "state"))
    if _state(replication) == "failedoverwaitingcompletion":
        return failed(shown, location=replication.where("state"))
    return passed(shown)


@rule(
    "REP105",
    on="vm",
    entry="replica-compression",
    en="Replication is sent uncompressed",
    de="Replikation wird unkomprimiert übertragen",
    severity="warning",
    implements=("replication-compression",),
    only="2012..2025",
)
def replication_uncompressed(vm: Vm, look: Look) -> Verdict:
    """Compression is the default and saves bandwidth for a little processor time."""
    replication = _replication(vm, "primary")
    if need(replication, "compression"):
        return passed(words("compressed", "komprimiert"))
    return failed(words("not compressed", "nicht komprimiert"), location=replication.where("compression"))


@rule(
    "REP106",
    on="vm",
    entry="replica-certificate-authentication",
    en="Replication crosses the network unencrypted (Kerberos over HTTP)",
    de="Replikation geht unverschlüsselt durch das Netz (Kerberos über HTTP)",
    severity="warning",
    implements=("replication-certificate-auth", "replication-http-untrusted"),
    only="2012..2025",
)
def replication_unencrypted(vm: Vm, look: Look) -> Verdict:
    """Only certificates bring HTTPS. A replica server of another domain shows that the link leaves the own network."""
    replication = _replication(vm, "primary")
    if need(replication, "authentication") == "certificate":
        return passed(words("certificate (HTTPS)", "Zertifikat (HTTPS)"))
    where = replication.where("authentication")
    other = _domain(replication.primary_server) and _domain(replication.replica_server)
    if other and other != _domain(replication.primary_server):
        shown = f"Kerberos (HTTP) → {replication.replica_server}"
        return failed(words(shown), words("certificate (HTTPS)", "Zertifikat (HTTPS)"), where)
    bound = words("certificate (HTTPS)", "Zertifikat (HTTPS)")
    return failed(words("Kerberos (HTTP)"), bound, where, implements=("replication-certificate-auth",))


def _domain(name: str | None) -> str:
    return (name or "").lower().partition(".")[2]


def _service(vm: Vm, kind: str):
    """An integration service of a VM; raises Missing."""
    found = next((service for service in need(vm, "integration_services") if service.service == kind), None)
    if found is None:
        raise Missing("vm.integration_services")
    return found


@rule(
    "REP107",
    on="vm",
    entry="replica-app-consistent-vss",
    en="Application-consistent recovery points, but the backup service of the guest does not work",
    de="Anwendungskonsistente Wiederherstellungspunkte, aber der Sicherungsdienst des Gastes arbeitet nicht",
    severity="error",
    implements=("replication-vss-needs-backup-service",),
    only="2012..2025",
)
def vss_points_without_service(vm: Vm, look: Look) -> Verdict:
    """The guest takes the snapshot; without its service the points are merely crash-consistent or fail."""
    replication = _replication(vm, "primary")
    hours = need(replication, "vss_interval")
    if not hours:
        return not_applicable("no application-consistent recovery points are asked for", "anwendungskonsistente Punkte sind nicht verlangt")
    service = _service(vm, "vss")
    every = words(f"every {hours} hours", f"alle {hours} Stunden")
    if not need(service, "enabled"):
        return failed(words(f"{every.en}; service off", f"{every.de}; Dienst aus"), location=service.where("enabled"))
    if not running(vm):
        return passed(words(f"{every.en}; service on", f"{every.de}; Dienst ein"))
    status = need(service, "status")
    shown = words(f"{every.en}; service: {status}", f"{every.de}; Dienst: {status}")
    return passed(shown) if status.lower() == "ok" else failed(shown, words("Ok"), service.where("status"))


def _with_failover_addresses(vm: Vm) -> tuple[list[Adapter], list[Adapter]]:
    """The adapters of a VM that have failover addresses, and those of which that is not known."""
    adapters = need(vm, "adapters")
    return [a for a in adapters if a.failover_addresses], [a for a in adapters if a.failover_addresses is None]


@rule(
    "REP108",
    on="vm",
    entry="replica-failover-ip-kvp",
    en="Failover addresses of a replica cannot be set, for data exchange is off",
    de="Failoveradressen eines Replikats lassen sich nicht setzen, weil der Datenaustausch aus ist",
    severity="error",
    implements=("replica-failover-ip-needs-kvp",),
    only="2012..2025",
)
def failover_addresses_without_data_exchange(vm: Vm, look: Look) -> Verdict:
    """Hyper-V hands the addresses to the guest through the key-value pair exchange."""
    _replication(vm, *_REPLICAS)
    given, unclear = _with_failover_addresses(vm)
    if not given:
        if unclear:
            raise Missing("adapter.failover_addresses")
        return not_applicable("no failover addresses are set", "es sind keine Failoveradressen gesetzt")
    addresses = ", ".join(address for adapter in given for address in adapter.failover_addresses or [])
    service = _service(vm, "kvp")
    if need(service, "enabled"):
        return passed(words(f"{addresses}; data exchange on", f"{addresses}; Datenaustausch ein"))
    return failed(words(f"{addresses}; data exchange off", f"{addresses}; Datenaustausch aus"), location=service.where("enabled"))


@rule(
    "REP109",
    on="vm",
    entry="replica-failover-ip",
    en="Replica of a machine with fixed addresses has no failover addresses",
    de="Replikat einer Maschine mit festen Adressen hat keine Failoveradressen",
    severity="warning",
    implements=("replica-failover-ip-configured",),
    only="2012..2025",
)
def no_failover_addresses(vm: Vm, look: Look) -> Verdict:
    """An adapter that gets its address from DHCP needs none."""
    _replication(vm, *_REPLICAS)
    adapters = need(vm, "adapters")
    if not adapters:
        return not_applicable("the virtual machine has no network adapter", "die virtuelle Maschine hat keinen Netzwerkadapter")
    bare = [adapter for adapter in adapters if adapter.failover_addresses == [] and adapter.dhcp is False]
    if bare:
        return failed(words(", ".join(adapter.name or "?" for adapter in bare)), location=places(bare, "failover_addresses"))
    for adapter in adapters:
        if not adapter.failover_addresses and not adapter.dhcp:
            need(adapter, "failover_addresses")
            need(adapter, "dhcp")
    given = [address for adapter in adapters for address in adapter.failover_addresses or []]
    if not given:
        return not_applicable("the guest gets its addresses from DHCP", "der Gast bezieht seine Adressen per DHCP")
    return passed(words(", ".join(given)))


@rule(
    "REP110",
    on="vm",
    entry="replica-exclude-pagefile",
    en="No disk of a replicated machine is excluded (page file)",
    de="Kein Datenträger einer replizierten Maschine ist ausgenommen (Auslagerungsdatei)",
    severity="info",
    implements=("replication-pagefile-disk-excluded",),
    only="2012..2025",
)
def no_disk_excluded(vm: Vm, look: Look) -> Verdict:
    """A machine with one disk has its page file there and nothing to exclude."""
    replication = _replication(vm, "primary")
    count = len(need(vm, "disks"))
    if count < 2:
        return not_applicable(
            "there is no second disk that could be excluded", "es gibt keinen zweiten Datenträger, den man ausnehmen könnte"
        )
    replicated = len(need(replication, "replicated_disks"))
    shown = words(f"{replicated} of {count} disks replicated", f"{replicated} von {count} Datenträgern repliziert")
    return passed(shown) if replicated < count else failed(shown, location=replication.where("replicated_disks"))


# The widest window that still counts as a quiet time; the Best Practices Analyzer of 2012 draws the line at twelve hours.
WIDEST_WINDOW = 12 * 60


@rule(
    "REP111",
    on="vm",
    entry="replica-resync-window",
    en="Resynchronization is not automatic, or is allowed at any hour",
    de="Neusynchronisierung läuft nicht automatisch oder zu jeder Tageszeit",
    severity="warning",
    implements=("replication-resync-window",),
    only="2012..2025",
)
def resynchronization_at_any_hour(vm: Vm, look: Look) -> Verdict:
    """A resynchronization reads all disks on both sides: it belongs to the night, but should come by itself."""
    replication = _replication(vm, "primary")
    bound = words("automatic, within at most 12 hours", "automatisch, in einem Fenster von höchstens 12 Stunden")
    if not need(replication, "auto_resync"):
        return failed(words("not automatic", "nicht automatisch"), bound, replication.where("auto_resync"))
    start, end = need(replication, "resync_start", "resync_end")
    shown = words(f"{start} – {end}")
    length = (_minutes(end, "replication.resync_end") - _minutes(start, "replication.resync_start")) % 1440 or 1440
    return passed(shown, bound) if length <= WIDEST_WINDOW else failed(shown, bound, replication.where("resync_start"))


def _minutes(clock: str, missing: str) -> int:
    hours, _, minutes = clock.partition(":")
    if not (hours.isdecimal() and minutes[:2].isdecimal()):
        raise Missing(missing)
    return int(hours) * 60 + int(minutes[:2])


_BEFORE_THE_FIRST_COPY = ("readyforinitialreplication", "initialreplicationinprogress", "waitingforinitialreplication")
LONGEST_WITHOUT_TEST = timedelta(days=31)  # once a month: Set up Hyper-V Replica


@rule(
    "REP112",
    on="vm",
    entry="replica-test-failover",
    en="No test failover of a replica within a month",
    de="Kein Testfailover eines Replikats innerhalb eines Monats",
    severity="warning",
    implements=("replication-test-failover-never", "replication-test-failover-monthly"),
    only="2012..2025",
)
def no_test_failover(vm: Vm, look: Look) -> Verdict:
    """Only a test shows that the replica starts; judged at the time the data were collected."""
    replication = _replication(vm, *_REPLICAS)
    last = need(replication, "last_test_failover")
    if not last:
        if _state(replication) in _BEFORE_THE_FIRST_COPY:
            return not_applicable("the initial replication is not finished", "die erste Replikation ist noch nicht fertig")
        where = replication.where("last_test_failover")
        return failed(words("never", "nie"), location=where, implements=("replication-test-failover-never",))
    age = moment(need(look.inventory, "taken"), "inventory.taken") - moment(last, "replication.last_test_failover")
    shown = words(f"{last}: {units.quantity(age.days, 'days', 'en')} before", f"{last}: {units.quantity(age.days, 'days', 'de')} zuvor")
    if age > LONGEST_WITHOUT_TEST:
        where = replication.where("last_test_failover")
        return failed(shown, words("31 days", "31 Tage"), where, implements=("replication-test-failover-monthly",))
    return passed(shown)


@rule(
    "REP113",
    on="vm",
    entry="replica-history-vhdx",
    en="Additional recovery points with disks in VHD format",
    de="Zusätzliche Wiederherstellungspunkte mit Datenträgern im VHD-Format",
    severity="warning",
    implements=("replication-history-needs-vhdx",),
    only="2012..2012R2",
)
def recovery_points_with_vhd(vm: Vm, look: Look) -> Verdict:
    """The chain of differencing disks of the points is safer in VHDX, which logs its own changes."""
    replication = _replication(vm, "primary")
    if not need(replication, "history"):
        return not_applicable("no additional recovery points are kept", "es werden keine zusätzlichen Wiederherstellungspunkte behalten")
    paths = need(replication, "replicated_disks")
    old = [path for path in paths if path.lower().endswith((".vhd", ".avhd"))]
    where = replication.where("replicated_disks")
    return failed(words(", ".join(old)), words("VHDX"), where) if old else passed(words(", ".join(paths)))


# --- hosts that replicate or receive ----------------------------------------------------------------------------------


def _ports(look: Look) -> tuple[dict[str | None, set[int]], dict[str | None, str]]:
    """By host: the ports its VMs replicate to, and what is missing to know all of them."""
    ports: defaultdict[str | None, set[int]] = defaultdict(set)
    missing: dict[str | None, str] = {}
    for vm in need(look.inventory, "vms"):
        host = _short(vm.host)
        if vm.replication is None or vm.replication.mode is None:
            missing.setdefault(host, "vm.replication")
        elif vm.replication.mode == "primary":
            if vm.replication.port is None:
                missing.setdefault(host, "replication.port")
            else:
                ports[host].add(vm.replication.port)
    return ports, missing


def _short(name: str | None) -> str | None:
    return name.lower().partition(".")[0] if name else None


def _throttled(port: int, policies: list[QosPolicy]) -> bool:
    return any(p.throttle and p.port_start is not None and p.port_start <= port <= (p.port_end or p.port_start) for p in policies)


@rule(
    "REP114",
    on="host",
    entry="replica-throttle",
    en="Nothing limits the replication traffic of a host",
    de="Nichts begrenzt den Replikationsverkehr eines Hosts",
    severity="warning",
    implements=("replication-throttle-policy",),
    only="2012..2025",
)
def replication_not_throttled(host: Host, look: Look) -> Verdict:
    """Replica has no limit of its own; a QoS policy for the port of the replica server sets one."""
    ports, missing = look.once("replica ports", lambda: _ports(look))
    alone = len(need(look.inventory, "hosts")) == 1
    names = (_short(host.name), None) if alone else (_short(host.name),)
    used = sorted(set().union(*(ports.get(name, set()) for name in names)))
    unclear = next((missing[name] for name in (*names, None) if name in missing), None)
    if not used:
        if unclear or (None in ports and not alone):
            raise Missing(unclear or "vm.host")
        return not_applicable(
            "no virtual machine of the host replicates to another", "keine virtuelle Maschine des Hosts repliziert auf einen anderen"
        )
    policies = need(host, "qos_policies")
    free = [port for port in used if not _throttled(port, policies)]
    if free:
        listed = ", ".join(map(str, free))
        return failed(words(f"TCP {listed} without limit", f"TCP {listed} ohne Begrenzung"), location=host.where("qos_policies"))
    if unclear:
        raise Missing(unclear)
    return passed(words("TCP " + ", ".join(map(str, used))))


def _receiver(host: Host) -> ReplicaServer:
    """The settings of a host that receives replicas; raises Missing, and NotApplicable for any other host."""
    if host.hyperv_installed is False:
        raise NotApplicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    replica = need(host, "replica")
    if not need(replica, "enabled"):
        raise NotApplicable("the host is not a replica server", "der Host ist kein Replikatserver")
    return replica


@rule(
    "REP115",
    on="host",
    entry="replica-authorization",
    en="Replica server accepts no primary server",
    de="Replikatserver nimmt von keinem primären Server an",
    severity="error",
    implements=("replica-server-no-authorization",),
    only="2012..2025",
)
def nobody_authorized(host: Host, look: Look) -> Verdict:
    """Without an entry every request is refused."""
    entries = need(replica := _receiver(host), "authorizations")
    if not entries:
        return failed(words("no authorization entry", "kein Autorisierungseintrag"), location=replica.where("authorizations"))
    return passed(words(", ".join(entry.server or "?" for entry in entries)))


@rule(
    "REP116",
    on="host",
    entry="replica-authorization",
    en="Replica server accepts every primary server into one folder",
    de="Replikatserver nimmt von jedem primären Server in einen Ordner an",
    severity="warning",
    implements=("replica-server-any-primary",),
    only="2012..2025",
)
def everybody_authorized(host: Host, look: Look) -> Verdict:
    """Any server that can authenticate may then fill the volume."""
    entries = need(_receiver(host), "authorizations")
    if not entries:
        return not_applicable("there is no authorization entry", "es gibt keinen Autorisierungseintrag")
    names = [need(entry, "server") for entry in entries]
    if names == ["*"]:
        return failed(words(f"* → {entries[0].storage or '?'}"), location=entries[0].where("server"))
    return passed(words(", ".join(names)))


@rule(
    "REP117",
    on="host",
    entry="replica-trust-group",
    en="Primary servers share one trust group",
    de="Primäre Server teilen sich eine Vertrauensgruppe",
    severity="warning",
    implements=("replica-trust-groups-distinct",),
    only="2012..2025",
)
def trust_group_shared(host: Host, look: Look) -> Verdict:
    """Each of them may send changes for the machines of the others."""
    entries = need(_receiver(host), "authorizations")
    if len(entries) < 2:
        return not_applicable("there are not several authorization entries", "es gibt nicht mehrere Autorisierungseinträge")
    groups = Counter((entry.trust_group or "").casefold() for entry in entries if entry.trust_group is not None)
    shared = [entry for entry in entries if entry.trust_group and groups[entry.trust_group.casefold()] > 1]
    if shared:
        return failed(words("; ".join(f"{e.server}: {e.trust_group}" for e in shared)), location=places(shared, "trust_group"))
    for entry in entries:
        need(entry, "trust_group")
    return passed(words("; ".join(f"{e.server}: {e.trust_group}" for e in entries)))


@rule(
    "REP118",
    on="host",
    entry="replica-storage-location",
    en="Replicas are stored on the system drive",
    de="Replikate liegen auf dem Systemlaufwerk",
    severity="info",
    implements=("replica-storage-location",),
    only="2012..2025",
)
def replicas_on_system_drive(host: Host, look: Look) -> Verdict:
    """Recovery points and logs grow and would stop the host; a Cluster Shared Volume below C: is no system drive."""
    replica = _receiver(host)
    entries = need(replica, "authorizations")
    own = [entry.storage for entry in entries if entry.storage]
    paths = own if len(own) == len(entries) and own else [*own, need(replica, "storage")]
    wrong = sorted({path for path in paths if on_system_drive(path)})
    if wrong:
        return failed(words(", ".join(wrong)), location=places([replica], "storage"))
    return passed(words(", ".join(sorted(set(paths)))))


# The rules that come with Hyper-V, by their language-neutral names, and the ports they are for.
_LISTENERS = {
    "kerberos": ("VIRT-HVRHTTPL-In-TCP-NoScope", "http_port", 80),
    "certificate": ("VIRT-HVRHTTPSL-In-TCP-NoScope", "https_port", 443),
}


@rule(
    "REP119",
    on="host",
    entry="replica-enable-ports",
    en="Firewall of a replica server blocks replication",
    de="Firewall eines Replikatservers blockiert die Replikation",
    severity="error",
    implements=("replication-firewall",),
    only="2012..2025",
)
def replication_blocked(host: Host, look: Look) -> Verdict:
    """The listener rules come disabled. A port of one's own needs a rule of one's own, which is not looked for."""
    replica = _receiver(host)
    kinds = need(replica, "authentication")
    rules = {(rule.id or "").lower(): rule for rule in need(host, "firewall")}
    missing, wanted, off = [], [], []
    for kind in kinds:
        id, field, port = _LISTENERS[kind]
        if getattr(replica, field) not in (None, port):
            continue
        wanted.append(id)
        found = rules.get(id.lower())
        if found is None or found.enabled is None:
            missing.append("host.firewall" if found is None else "firewallrule.enabled")
        elif not found.enabled:
            off.append(found)
    if off:
        names = ", ".join(found.id or "?" for found in off)
        return failed(words(f"{names}: disabled", f"{names}: deaktiviert"), location=places(off, "enabled"))
    if missing:
        raise Missing(*missing)
    if not wanted:
        return not_applicable("the host listens on ports of its own", "der Host lauscht auf eigenen Ports")
    return passed(words(", ".join(wanted)))


@rule(
    "REP120",
    on="host",
    entry="replica-certificate-requirements",
    en="Certificate for replication is missing or unfit",
    de="Zertifikat für die Replikation fehlt oder taugt nicht",
    severity="error",
    implements=("replica-certificate-installed",),
    only="2012..2025",
)
def replication_certificate_unfit(host: Host, look: Look) -> Verdict:
    """It must be in the computer's store, valid, for server authentication and for the name of the host."""
    replica = _receiver(host)
    if "certificate" not in need(replica, "authentication"):
        return not_applicable("the host does not use certificates for replication", "der Host nutzt keine Zertifikate für die Replikation")
    thumbprint = _plain(need(replica, "certificate"))
    if not thumbprint:
        return failed(words("no certificate chosen", "kein Zertifikat gewählt"), location=replica.where("certificate"))
    found = next((c for c in need(host, "certificates") if _plain(c.thumbprint or "") == thumbprint), None)
    if found is None:
        return failed(words(f"{thumbprint}: not in the store", f"{thumbprint}: nicht im Speicher"), location=host.where("certificates"))
    faults = [
        (found.valid, "valid", Text("not valid", "nicht gültig")),
        (found.server_authentication, "server_authentication", Text("not for server authentication", "nicht für Serverauthentifizierung")),
        (_names_host(found, host), "names", Text(f"not for {host.name}", f"nicht für {host.name}")),
    ]
    wrong = [(field, text) for good, field, text in faults if good is False]
    if wrong:
        shown = {lang: ", ".join(text.in_(lang) for _, text in wrong) for lang in ("en", "de")}
        return failed(words(f"{thumbprint}: {shown['en']}", f"{thumbprint}: {shown['de']}"), location=found.where(wrong[0][0]))
    need(found, "valid", "server_authentication", "names")
    if _names_host(found, host) is None:
        raise Missing("host.domain")
    return passed(words(thumbprint))


def _plain(thumbprint: str) -> str:
    return "".join(digit for digit in thumbprint.upper() if digit.isalnum())


def _names_host(certificate: Certificate, host: Host) -> bool | None:
    """Whether the certificate is for the host, by name or by wildcard of its domain; None when that is not known."""
    if certificate.names is None or host.name is None:
        return None
    if any(same_name(name, host.name) for name in certificate.names):
        return True
    wildcards = [name[2:].lower() for name in certificate.names if name.startswith("*.")]
    domain = host.domain or _domain(host.name)
    if wildcards and not domain:
        return None
    return domain.lower() in wildcards


# --- clusters ---------------------------------------------------------------------------------------------------------


def _modes_of_clustered(look: Look) -> tuple[set[str], bool]:
    """The modes of replication of the VMs that are (or may be) clustered, and whether all are known."""
    vms = [vm for vm in look.inventory.vms or [] if vm.highly_available is not False]
    modes = {vm.replication.mode for vm in vms if vm.replication and vm.replication.mode}
    known = look.inventory.vms is not None and all(vm.replication and vm.replication.mode for vm in vms)
    return modes - {"none", "test_replica"}, known


@rule(
    "REP121",
    on="cluster",
    entry="replica-broker",
    en="Cluster that uses Replica has no working Hyper-V Replica Broker",
    de="Cluster mit Replikation hat keinen arbeitenden Hyper-V-Replikatbroker",
    severity="error",
    implements=("cluster-replica-broker",),
    only="2012..2025",
)
def no_replica_broker(cluster: Cluster, look: Look) -> Verdict:
    """Only a cluster that replicates or receives needs one; the analyzer of Windows asks it of every cluster."""
    modes, all_known = _modes_of_clustered(look)
    hosts, absent = members(look)
    receives = any(host.replica and host.replica.enabled for host in hosts)
    if not modes and not receives:
        if absent or not all_known or any(host.replica is None or host.replica.enabled is None for host in hosts):
            raise Missing(*(absent or ["vm.replication" if not all_known else "host.replica"]))
        return not_applicable("the cluster does not use Hyper-V Replica", "der Cluster nutzt Hyper-V-Replikat nicht")
    resources = need(cluster, "resources")
    brokers = [resource for resource in resources if (resource.type or "").lower() == "virtual machine replication broker"]
    if not brokers:
        for resource in resources:
            need(resource, "type")
        return failed(words("no broker", "kein Broker"), location=cluster.where("resources"))
    online = [broker for broker in brokers if (broker.state or "").lower() == "online"]
    if not online:
        for broker in brokers:
            need(broker, "state")
        return failed(words("; ".join(f"{b.name}: {b.state}" for b in brokers)), words("Online"), places(brokers, "state"))
    return passed(words(", ".join(broker.name or "?" for broker in online)))
