"""Rules about cluster nodes: what the validation tests compare between them, and what each of them needs."""

from __future__ import annotations

import re

from kb import versions
from kb.entry import Text
from kb.inventory import Cluster, FirewallRule, Host, WindowsService, same_name
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import ONE_NODE, is_node, members, moment, places, same_on_all_nodes

INSTALLATIONS = {
    "core": Text("Server Core", "Server Core"),
    "desktop": Text("Desktop Experience", "Desktopdarstellung"),
    "nano": Text("Nano Server", "Nano Server"),
}


def only_nodes(host: Host, look: Look) -> None:
    """Raises NotApplicable for a host that is no node of the cluster, Missing when that is not known."""
    if not is_node(host, look):
        raise NotApplicable("the host is not a cluster node", "der Host ist kein Clusterknoten")


def service(host: Host, name: str) -> WindowsService | None:
    """The service of this short name; None where the list of services does not hold it. Raises Missing."""
    return next((found for found in need(host, "services") if (found.name or "").casefold() == name.casefold()), None)


# --- what the nodes have in common ------------------------------------------------------------------------------------


@rule(
    "CLU201",
    on="cluster",
    entry="cluster-nodes-alike",
    en="Server Core and Desktop Experience in one cluster",
    de="Server Core und Desktopdarstellung in einem Cluster",
    severity="warning",
    implements=("cluster-os-install-option-match",),
)
def installations_differ(cluster: Cluster, look: Look) -> Verdict:
    """The validation tests want one installation option on all nodes."""
    what = Text("installation options of the nodes", "Installationsoptionen der Knoten")
    return same_on_all_nodes(look, "installation", what, lambda option: INSTALLATIONS[option])


@rule(
    "CLU202",
    on="cluster",
    entry="cluster-nodes-alike",
    en="Cluster nodes differ in processor architecture, or are not 64-bit",
    de="Clusterknoten haben verschiedene Prozessorarchitekturen oder sind nicht 64-bittig",
    severity="error",
    implements=("cluster-same-architecture",),
)
def architectures_differ(cluster: Cluster, look: Look) -> Verdict:
    """Hyper-V needs 64-bit Windows, and a node cannot take over from one of another architecture."""
    old = [host for host in members(look)[0] if host.architecture == "x86"]
    if old:
        names = ", ".join(f"{host.name or '?'}: x86" for host in old)
        return failed(words(names), words("64-bit", "64-Bit"), places(old, "architecture"))
    what = Text("architectures of the nodes", "Architekturen der Knoten")
    return same_on_all_nodes(look, "architecture", what)


@rule(
    "CLU203",
    on="cluster",
    entry="cluster-nodes-alike",
    en="System drive has different letters on the cluster nodes",
    de="Systemlaufwerk hat auf den Clusterknoten verschiedene Buchstaben",
    severity="error",
    implements=("cluster-systemdrive-match",),
)
def system_drives_differ(cluster: Cluster, look: Look) -> Verdict:
    r"""Cluster Shared Volumes stand below the system drive, under the same path on every node."""
    what = Text("system drives of the nodes", "Systemlaufwerke der Knoten")
    return same_on_all_nodes(look, "system_drive", what, lambda drive: drive.upper().rstrip("\\"))


@rule(
    "CLU204",
    on="cluster",
    entry="cluster-nodes-same-updates",
    en="Cluster nodes have different updates installed",
    de="Auf den Clusterknoten sind verschiedene Updates installiert",
    severity="warning",
    implements=("cluster-updates-match",),
)
def updates_differ(cluster: Cluster, look: Look) -> Verdict:
    """The update revision of the build says it where it is known (10.0.20348.2340), else the list of updates."""
    hosts, missing = members(look)
    revisions = {host.name or "?": host.build for host in hosts if host.build and host.build.count(".") == 3}
    if len({build.rpartition(".")[0] for build in revisions.values()}) > 1:
        return not_applicable("the nodes run different versions", "auf den Knoten laufen verschiedene Versionen")
    if len(set(revisions.values())) > 1:
        return failed(words("; ".join(f"{name}: {build}" for name, build in revisions.items())), location=places(hosts, "build"))
    if revisions and len(revisions) == len(hosts) and not missing:
        return ONE_NODE if len(hosts) < 2 else passed(words(next(iter(revisions.values()))))
    installed = {host.name or "?": {number.upper() for number in host.updates} for host in hosts if host.updates is not None}
    everywhere = set.intersection(*installed.values()) if installed else set()
    extra = {name: sorted(numbers - everywhere) for name, numbers in installed.items() if numbers - everywhere}
    if extra and len(installed) > 1:
        return failed(words("; ".join(f"{name}: {_some(numbers)}" for name, numbers in extra.items())), location=places(hosts, "updates"))
    if missing or len(installed) < len(hosts):
        raise Missing(*(missing or ["host.updates"]))
    if len(hosts) < 2:
        return ONE_NODE
    return passed(words(f"updates on all nodes: {len(everywhere)}", f"Updates auf allen Knoten: {len(everywhere)}"))


def _some(numbers: list[str], most: int = 5) -> str:
    more = f" (+{len(numbers) - most})" if len(numbers) > most else ""
    return ", ".join(numbers[:most]) + more


def _containers(look: Look) -> tuple[dict[str, str], list[Host]]:
    """The container of each node's computer account in Active Directory, by node, and the nodes."""
    hosts, _ = members(look)
    accounts = (look.inventory.cluster.computer_objects if look.inventory.cluster else None) or []
    found = {}
    for host in hosts:
        account = next((a for a in accounts if same_name(a.name, host.name)), None)
        name = host.distinguished_name or (account.distinguished_name if account else None)
        if name:
            found[host.name or "?"] = container(name)
    return found, hosts


def container(distinguished_name: str) -> str:
    r"""What an object lies in: `CN=HV1,OU=Hyper-V,DC=contoso,DC=com` → `OU=Hyper-V,DC=contoso,DC=com`; a comma may be escaped."""
    return re.sub(r"^(?:[^,\\]|\\.)*,", "", distinguished_name).strip()


@rule(
    "CLU205",
    on="cluster",
    entry="cluster-nodes-same-ou",
    en="Computer accounts of the cluster nodes lie in different organizational units",
    de="Computerkonten der Clusterknoten liegen in verschiedenen Organisationseinheiten",
    severity="warning",
    implements=("cluster-nodes-same-ou",),
)
def nodes_in_different_units(cluster: Cluster, look: Look) -> Verdict:
    """Other units bring other policies, and nodes that behave differently."""
    found, hosts = _containers(look)
    _, missing = members(look)
    if len({unit.casefold() for unit in found.values()}) > 1:
        return failed(words("; ".join(f"{name}: {unit}" for name, unit in found.items())), location=places(hosts, "distinguished_name"))
    if hosts and all(host.domain == "" for host in hosts):
        return not_applicable("the nodes are in a workgroup", "die Knoten sind in einer Arbeitsgruppe")
    if missing or len(found) < len(hosts):
        raise Missing(*(missing or ["host.distinguished_name"]))
    return ONE_NODE if len(hosts) < 2 else passed(words(next(iter(found.values()))))


@rule(
    "CLU206",
    on="host",
    entry="cluster-nodes-same-ou",
    en="Hyper-V host shares its organizational unit with other servers",
    de="Hyper-V-Host teilt sich die Organisationseinheit mit anderen Servern",
    severity="info",
    implements=("cluster-separate-ou-gpo",),
)
def unit_shared_with_other_servers(host: Host, look: Look) -> Verdict:
    """Policies made for other servers take away rights and services that Hyper-V needs."""
    if host.hyperv_installed is False:
        return not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    if host.domain == "":
        return not_applicable("the host is in a workgroup", "der Host ist in einer Arbeitsgruppe")
    known = look.once("own computer accounts", lambda: _own_accounts(look))
    others = sorted(name for name in need(host, "ou_members") if name.casefold().partition(".")[0].rstrip("$") not in known)
    if others:
        return failed(words(_some(others)), location=host.where("ou_members"))
    return passed(words("only Hyper-V hosts and clusters", "nur Hyper-V-Hosts und Cluster"))


def _own_accounts(look: Look) -> set[str]:
    """The computer accounts that belong to the hosts and their cluster, in lower case."""
    cluster = look.inventory.cluster or Cluster()
    names = [host.name for host in look.inventory.hosts or []] + [node.name for node in cluster.nodes or []] + [cluster.name]
    names += [(r.parameters or {}).get("Name") for r in cluster.resources or [] if (r.type or "").casefold() == "network name"]
    return {name.casefold().partition(".")[0] for name in names if name}


@rule(
    "CLU207",
    on="cluster",
    entry="hyperv-authorization-store",
    en="Cluster nodes use different Hyper-V authorization stores",
    de="Clusterknoten benutzen verschiedene Hyper-V-Autorisierungsspeicher",
    severity="warning",
    implements=("cluster-authorization-store-match",),
    only="2008..2012",
)
def authorization_stores_differ(cluster: Cluster, look: Look) -> Verdict:
    """A store in Active Directory serves all nodes; a file serves one, and its contents may differ."""
    return same_on_all_nodes(
        look, "authorization_store", Text("authorization stores of the nodes", "Autorisierungsspeicher der Knoten"), str.casefold
    )


# --- what each node needs ---------------------------------------------------------------------------------------------

# Windows Server 2008 and later: the drivers of the cluster are started by the service (demand) or with the system, never disabled.
# Source: Understanding Cluster Validation Tests, System Configuration (cc770399).
CLUSTER_DRIVERS = ("ClusDisk", "NetFT")


@rule(
    "CLU208",
    on="host",
    entry="cluster-node-services",
    en="Cluster service or its drivers do not start by themselves",
    de="Clusterdienst oder seine Treiber starten nicht von selbst",
    severity="error",
    implements=("node-cluster-service-start",),
)
def cluster_service_does_not_start(host: Host, look: Look) -> Verdict:
    """The node would stay out of the cluster after its next restart."""
    only_nodes(host, look)
    wrong = [name for name in CLUSTER_DRIVERS if (found := service(host, name)) and found.start == "disabled"]
    cluster_service = service(host, "ClusSvc")
    if cluster_service and cluster_service.start not in (None, "automatic"):
        wrong.insert(0, "ClusSvc")
    if wrong:
        shown = ", ".join(f"{name}: {(service(host, name) or WindowsService()).start}" for name in wrong)
        return failed(words(shown), words("ClusSvc: automatic", "ClusSvc: automatisch"), host.where("services"))
    if cluster_service is None:
        raise Missing("host.services")
    start = need(cluster_service, "start")
    for name in CLUSTER_DRIVERS:
        driver = service(host, name)
        if driver is None:
            raise Missing("host.services")
        need(driver, "start")
    return passed(words(f"ClusSvc: {start}"))


# What failover clustering and its administration stand on.
# Source: the validation test for required services, and the requirements for remote administration of a cluster.
REQUIRED_SERVICES = ("RpcSs", "LanmanServer", "LanmanWorkstation", "RemoteRegistry", "Winmgmt", "ClusSvc")
# Started on demand, so that being stopped is no fault.
TRIGGERED = ("RemoteRegistry",)


@rule(
    "CLU209",
    on="host",
    entry="cluster-node-services",
    en="A service that failover clustering needs is stopped or disabled",
    de="Ein Dienst, den das Failoverclustering braucht, ist beendet oder deaktiviert",
    severity="error",
    implements=("node-required-services",),
)
def required_service_stopped(host: Host, look: Look) -> Verdict:
    """RPC, the file server and its client, WMI and the remote registry; the last one may be stopped until it is asked for."""
    only_nodes(host, look)
    found = {name: service(host, name) for name in REQUIRED_SERVICES}
    bad = [f"{name}: {problem}" for name, known in found.items() if known and (problem := _problem(known, name in TRIGGERED))]
    if bad:
        return failed(words(", ".join(bad)), location=host.where("services"))
    if None in found.values():
        raise Missing("host.services")
    for name, known in found.items():
        need(known, "start") if name in TRIGGERED else need(known, "state", "start")  # type: ignore[arg-type]
    return passed(words("all of them run", "alle laufen"))


def _problem(known: WindowsService, triggered: bool) -> str:
    if known.start == "disabled":
        return "disabled"
    return "" if triggered or known.state is None or known.state.casefold() == "running" else known.state


@rule(
    "CLU210",
    on="host",
    entry="cluster-node-signed-drivers",
    en="Cluster node uses unsigned drivers",
    de="Clusterknoten benutzt unsignierte Treiber",
    severity="warning",
    implements=("node-unsigned-drivers",),
)
def unsigned_drivers(host: Host, look: Look) -> Verdict:
    """One unsigned driver is enough for the validation tests to warn."""
    only_nodes(host, look)
    drivers = need(host, "drivers")
    unsigned = [driver for driver in drivers if driver.signed is False]
    if unsigned:
        names = [f"{driver.device or '?'} {driver.version or ''}".strip() for driver in unsigned]
        return failed(words(_some(names)), location=places(unsigned, "signed"))
    if not drivers:
        raise Missing("host.drivers")  # no host is without any
    for driver in drivers:
        need(driver, "signed")
    return passed(words(f"signed drivers: {len(drivers)}", f"signierte Treiber: {len(drivers)}"))


@rule(
    "CLU211",
    on="host",
    entry="cluster-node-memory-dump",
    en="Cluster node writes no memory dump",
    de="Clusterknoten schreibt kein Speicherabbild",
    severity="warning",
    implements=("node-memory-dump",),
)
def no_memory_dump(host: Host, look: Look) -> Verdict:
    """CrashDumpEnabled: 0 none, 1 complete, 2 kernel, 3 small, 7 automatic."""
    only_nodes(host, look)
    value = need(host, "crash_dump")
    shown = words(f"CrashDumpEnabled: {value}")
    return failed(shown, location=host.where("crash_dump")) if value == 0 else passed(shown)


@rule(
    "CLU212",
    on="host",
    entry="cluster-node-pending-restart",
    en="Cluster node waits for a restart",
    de="Clusterknoten wartet auf einen Neustart",
    severity="warning",
    implements=("node-memory-dump",),
)
def restart_pending(host: Host, look: Look) -> Verdict:
    """Updates or settings are half in force until then."""
    only_nodes(host, look)
    if need(host, "pending_reboot"):
        return failed(words("a restart is pending", "ein Neustart steht aus"), location=host.where("pending_reboot"))
    return passed(words("no restart is pending", "kein Neustart steht aus"))


_CLUSTER_RULE = re.compile(r"failover[ -]?cluster(?!s? ?manager)", re.I)


@rule(
    "CLU213",
    on="host",
    entry="cluster-ports",
    en="Firewall rules for failover clusters are off on a node",
    de="Firewallregeln für Failovercluster sind auf einem Knoten aus",
    severity="error",
    implements=("cluster-firewall-rules",),
)
def cluster_firewall_rules_off(host: Host, look: Look) -> Verdict:
    """Every inbound rule of the group, IPv6 too; a rule may exist once per profile, and one that is on will do."""
    only_nodes(host, look)
    group = [found for found in need(host, "firewall") if _is_inbound(found) and _CLUSTER_RULE.search(f"{found.group} {found.name}")]
    return judge_firewall(host, group)


def _is_inbound(found: FirewallRule) -> bool:
    return found.direction != "outbound"


def judge_firewall(host: Host, group: list[FirewallRule]) -> Verdict:
    """Fails for a rule that is off under every profile; the list may be of other rules only, which tells nothing."""
    if not group:
        raise Missing("host.firewall")
    on = {found.name or found.id for found in group if found.enabled}
    off = sorted({found.name or found.id or "?" for found in group if found.enabled is False and (found.name or found.id) not in on})
    if off:
        return failed(words(_some(off)), location=places([found for found in group if found.enabled is False], "enabled"))
    for found in group:
        if (found.name or found.id) not in on:
            need(found, "enabled")
    return passed(words(f"rules that are on: {len(on)}", f"eingeschaltete Regeln: {len(on)}"))


# More keys than this make setup, backup and restarts slow.
# Source: the rule of Microsoft's support diagnostics (SDP) about virtual SCSI device keys.
MOST_VIRTUAL_DISK_KEYS = 500


@rule(
    "CLU214",
    on="host",
    entry="stale-virtual-disk-keys",
    en="Very many registry keys of virtual disks that are gone",
    de="Sehr viele Registrierungsschlüssel virtueller Datenträger, die es nicht mehr gibt",
    severity="warning",
    implements=("cluster-virtual-scsi-keys",),
    only="2008..2012R2",
)
def stale_virtual_disk_keys(host: Host, look: Look) -> Verdict:
    """Every backup by the host mounts the disks of its VMs for a moment, and each leaves a key behind."""
    if host.hyperv_installed is False:
        return not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    count = need(host, "virtual_disk_keys")
    shown, bound = words(f"keys: {count}", f"Schlüssel: {count}"), words(MOST_VIRTUAL_DISK_KEYS)
    return failed(shown, bound, host.where("virtual_disk_keys")) if count > MOST_VIRTUAL_DISK_KEYS else passed(shown, bound)


# The update that every later one stands on: one of these. 2008: the final release of Hyper-V, or SP2; 2008 R2: SP1; 2012 R2: the
# update of April 2014. Sources: the support articles KB950050, KB948465, KB976932 and KB2919355.
BASELINES = {"2008": ("KB950050", "KB948465"), "2008R2": ("KB976932",), "2012R2": ("KB2919355",)}


@rule(
    "CLU215",
    on="host",
    entry="update-baseline-old-versions",
    en="The update that later updates stand on is missing",
    de="Das Update, auf dem spätere aufbauen, fehlt",
    severity="warning",
    implements=("cluster-recommended-hotfixes",),
    only="2008..2012R2",
)
def baseline_update_missing(host: Host, look: Look) -> Verdict:
    """Lists of single hotfixes age, and rollups replace them; the baseline of a release stays."""
    version = look.needs_version()
    wanted = BASELINES.get(version)
    if wanted is None:
        return not_applicable(
            f"Windows Server {versions.short(version)} needs none", f"Windows Server {versions.short(version)} braucht keines"
        )
    updates = {number.upper() for number in need(host, "updates")}
    found = [number for number in wanted if number in updates]
    if found:
        return passed(words(found[0]), words(" / ".join(wanted)))
    if not updates:
        raise Missing("host.updates")  # the list of a host that is in use is never empty
    return failed(words(_some(sorted(updates))), words(" / ".join(wanted)), host.where("updates"))


# --- the validation report --------------------------------------------------------------------------------------------


@rule(
    "CLU216",
    on="cluster",
    entry="cluster-validation-required",
    en="No validation report since the last change",
    de="Kein Überprüfungsbericht seit der letzten Änderung",
    severity="warning",
    implements=("cluster-validation-report-current",),
)
def validation_out_of_date(cluster: Cluster, look: Look) -> Verdict:
    """A node whose Windows is newer than the report was not in it; a driver that is newer was not either."""
    validated: str = need(cluster, "validated")
    if not validated:
        return failed(words("no report", "kein Bericht"), location=cluster.where("validated"))
    when = moment(validated, "cluster.validated")
    hosts, missing = members(look)
    for host in hosts:
        if host.installed and moment(host.installed, "host.installed") > when:
            shown = f"{host.name}: {host.installed[:10]} > {validated[:10]}"
            return failed(words(f"Windows of {shown}", f"Windows von {shown}"), location=host.where("installed"))
        for adapter in host.adapters or []:
            if adapter.driver_date and moment(adapter.driver_date, "hostadapter.driver_date") > when:
                shown = f"{adapter.name}, {host.name}: {adapter.driver_date[:10]} > {validated[:10]}"
                return failed(words(f"driver of {shown}", f"Treiber von {shown}"), location=adapter.where("driver_date"))
    if missing:
        raise Missing(*missing)
    for host in hosts:
        need(host, "installed")
        for adapter in need(host, "adapters"):
            need(adapter, "driver_date")
    return passed(words(validated[:10]))
