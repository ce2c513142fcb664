"""Rules about Cluster-Aware Updating: what the nodes need, and whether the role for self-updating is set up well.

They are those of Microsoft's readiness tests (Test-CauSetup). What nodes need is judged where the cluster updates itself.
"""

from __future__ import annotations

from collections.abc import Callable

from kb import versions
from kb.entry import Text
from kb.inventory import Cluster, FirewallRule, Host, Location, Node, Resource, UpdateSettings, UpdatingRole
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.nodes import judge_firewall, only_nodes, service
from kb.rules.shared import ONE_NODE, members, places


def _role(cluster: Cluster) -> UpdatingRole:
    """The role for self-updating; raises NotApplicable where there is none, Missing when nobody looked."""
    role = need(cluster, "updating")
    if not need(role, "installed"):
        raise NotApplicable("the cluster does not update itself", "der Cluster aktualisiert sich nicht selbst")
    return role


def _updating_node(host: Host, look: Look) -> None:
    """Raises NotApplicable for a host that is no node of a cluster that updates itself."""
    only_nodes(host, look)
    _role(need(look.inventory, "cluster"))


# --- what each node needs ---------------------------------------------------------------------------------------------


@rule(
    "CAU101",
    on="host",
    entry="cau-node-requirements",
    en="Node cannot be managed remotely by WMI",
    de="Knoten lässt sich nicht per WMI fernverwalten",
    severity="error",
    implements=("cau-wmi-remoting",),
    only="2012..2025",
)
def no_remote_management(host: Host, look: Look) -> Verdict:
    """The service for Windows Remote Management runs and starts by itself, and its firewall rule for HTTP is on."""
    _updating_node(host, look)
    if host.services is not None and (winrm := service(host, "WinRM")):
        if winrm.start not in (None, "automatic"):
            return failed(words(f"WinRM: {winrm.start}"), location=winrm.where("start") or host.where("services"))
        if winrm.state and winrm.state.casefold() != "running":
            return failed(words(f"WinRM: {winrm.state}"), location=winrm.where("state") or host.where("services"))
    rules = [found for found in host.firewall or [] if _is_winrm(found)]
    if rules and all(found.enabled is False for found in rules):
        names = ", ".join(found.name or found.id or "?" for found in rules)
        return failed(words(names), location=places(rules, "enabled"))
    winrm = service(host, "WinRM")
    if winrm is None:
        raise Missing("host.services")
    need(winrm, "start", "state")
    if not any(found.enabled for found in rules):
        raise Missing("host.firewall")
    return passed(words(f"WinRM: {winrm.state}"))


def _is_winrm(found: FirewallRule) -> bool:
    id, name = (found.id or "").casefold(), (found.name or "").casefold()
    return id.startswith("winrm-http-in-tcp") or (
        "(http-in)" in name and ("windows remote management" in name or "remoteverwaltung" in name)
    )


@rule(
    "CAU102",
    on="host",
    entry="cau-node-requirements",
    en="PowerShell remoting is off on a node",
    de="PowerShell-Remoting ist auf einem Knoten aus",
    severity="error",
    implements=("cau-psremoting",),
    only="2012..2025",
)
def no_powershell_remoting(host: Host, look: Look) -> Verdict:
    """Self-updating runs commands on every node."""
    _updating_node(host, look)
    if need(host, "remoting"):
        return passed(words("on", "ein"))
    return failed(words("off", "aus"), location=host.where("remoting"))


@rule(
    "CAU103",
    on="node",
    entry="cau-node-requirements",
    en="Node runs a Windows version that Cluster-Aware Updating cannot update",
    de="Auf einem Knoten läuft eine Windows-Version, die clusterfähiges Aktualisieren nicht versorgt",
    severity="error",
    implements=("cau-os-version",),
)
def version_without_updating(node: Node, look: Look) -> Verdict:
    """It came with 2012."""
    cluster = need(look.inventory, "cluster")
    host = look.inventory.host(node.name)
    version = node.version or (host.version if host else None) or look.needs_version()
    if cluster.updating is not None and cluster.updating.installed is False:
        return not_applicable("the cluster does not update itself", "der Cluster aktualisiert sich nicht selbst")
    _role(cluster)
    shown = words(versions.short(version))
    if versions.position(version) < versions.position("2012"):
        return failed(shown, words("2012"), node.where("version"))
    return passed(shown)


# Source: Cluster-Aware Updating requirements.
LEAST_POWERSHELL, LEAST_DOTNET = (3, 0), (4, 5)


@rule(
    "CAU104",
    on="host",
    entry="cau-node-requirements",
    en="PowerShell or .NET Framework of a node is too old for Cluster-Aware Updating",
    de="PowerShell oder .NET Framework eines Knotens ist zu alt für clusterfähiges Aktualisieren",
    severity="warning",
    implements=("cau-dotnet-powershell",),
    only="2012..2025",
)
def powershell_or_dotnet_too_old(host: Host, look: Look) -> Verdict:
    """PowerShell 3.0 and .NET Framework 4.5 are the least."""
    _updating_node(host, look)
    for field, label, least in (("powershell_version", "PowerShell", LEAST_POWERSHELL), ("dotnet_version", ".NET", LEAST_DOTNET)):
        written = getattr(host, field)
        if written and (numbers := _numbers(written)) and numbers < least:
            bound = f"{label} {least[0]}.{least[1]}"
            return failed(words(f"{label} {written}"), words(bound), host.where(field))
    powershell, dotnet = need(host, "powershell_version", "dotnet_version")
    if not _numbers(powershell) or not _numbers(dotnet):
        raise Missing("host.powershell_version", "host.dotnet_version")
    return passed(words(f"PowerShell {powershell}, .NET {dotnet}"))


def _numbers(written: str) -> tuple[int, ...]:
    first = written.strip().split(".")[:2]
    return tuple(int(part) for part in first) if all(part.isdecimal() for part in first) else ()


@rule(
    "CAU105",
    on="host",
    entry="cluster-node-services",
    en="Cluster service is not running on a node",
    de="Clusterdienst läuft auf einem Knoten nicht",
    severity="error",
    implements=("cau-cluster-service-running",),
)
def cluster_service_not_running(host: Host, look: Look) -> Verdict:
    """The node is out of the cluster, whatever starts it later."""
    only_nodes(host, look)
    found = service(host, "ClusSvc")
    if found is None:
        raise Missing("host.services")
    state = need(found, "state")
    shown = words(f"ClusSvc: {state}")
    return passed(shown) if state.casefold() == "running" else failed(shown, words("Running"), found.where("state"))


@rule(
    "CAU106",
    on="host",
    entry="cau-no-automatic-updates",
    en="Node of a cluster that updates itself also installs updates on its own",
    de="Knoten eines Clusters, der sich selbst aktualisiert, installiert auch von sich aus Updates",
    severity="warning",
    implements=("cau-automatic-updates-off",),
    only="2012..2025",
)
def automatic_updates(host: Host, look: Look) -> Verdict:
    """AUOptions: 2 and 3 ask before they install, 4 installs at a fixed time."""
    _updating_node(host, look)
    value = need(need(host, "update_settings"), "automatic")
    shown = words(f"AUOptions {value}")
    return failed(shown, location=_at(host, "automatic")) if value == 4 else passed(shown)


def _at(host: Host, field: str) -> Location | None:
    settings = host.update_settings
    return (settings.where(field) if settings else None) or host.where("update_settings")


def _alike(look: Look, of: Callable[[UpdateSettings], object], field: str, shown: Callable[[object], Text]) -> Verdict:
    """Passes when a setting for updates is the same on all nodes; a difference counts even when a node is not known."""
    hosts, missing = members(look)
    known = {host.name or "?": of(host.update_settings) for host in hosts if host.update_settings and of(host.update_settings) is not None}
    if len(set(known.values())) > 1:
        text = Text(*("; ".join(f"{name}: {shown(value).in_(lang)}" for name, value in known.items()) for lang in ("en", "de")))
        return failed(text, location=next((place for host in hosts if (place := _at(host, field))), None))
    if missing or len(known) < len(hosts):
        raise Missing(*(missing or [f"updatesettings.{field}"]))
    return ONE_NODE if len(hosts) < 2 else passed(shown(next(iter(known.values()))))


@rule(
    "CAU107",
    on="cluster",
    entry="cau-update-source",
    en="Cluster nodes get their updates from different sources",
    de="Clusterknoten beziehen ihre Updates aus verschiedenen Quellen",
    severity="warning",
    implements=("cau-same-update-source",),
    only="2012..2025",
)
def different_update_sources(cluster: Cluster, look: Look) -> Verdict:
    """One server for all nodes, or Microsoft Update for all."""

    def server(settings: UpdateSettings) -> object:
        return None if settings.server is None else settings.server.casefold().rstrip("/")

    return _alike(look, server, "server", lambda value: words(value or "Microsoft Update"))


_SHUTDOWN = "-36751"  # the resource of firewallapi.dll that names the group Remote Shutdown


@rule(
    "CAU108",
    on="host",
    entry="cau-node-requirements",
    en="Firewall of a node does not allow remote shutdown",
    de="Firewall eines Knotens lässt das Herunterfahren aus der Ferne nicht zu",
    severity="warning",
    implements=("cau-remote-shutdown-rule",),
    only="2012..2025",
)
def remote_shutdown_blocked(host: Host, look: Look) -> Verdict:
    """Without it an updating run cannot restart the node."""
    _updating_node(host, look)
    return judge_firewall(host, [found for found in need(host, "firewall") if _is_shutdown(found)])


def _is_shutdown(found: FirewallRule) -> bool:
    text = f"{found.group} {found.name}".casefold()
    named = "remote shutdown" in text or "remoteherunterfahren" in text or ("herunterfahren" in text and "remote" in text)
    return _SHUTDOWN in text or named or (found.id or "").casefold().startswith("wininit-shutdown")


@rule(
    "CAU109",
    on="host",
    entry="cau-update-source",
    en="WinHTTP proxy of a node has no exception for local addresses",
    de="WinHTTP-Proxy eines Knotens hat keine Ausnahme für lokale Adressen",
    severity="info",
    implements=("cau-winhttp-proxy",),
    only="2012..2025",
)
def proxy_without_exception(host: Host, look: Look) -> Verdict:
    """With a proxy the nodes would talk to each other through it."""
    _updating_node(host, look)
    settings = need(host, "update_settings")
    proxy = need(settings, "proxy")
    if not proxy:
        return not_applicable("no proxy is set", "kein Proxy ist gesetzt")
    if need(settings, "proxy_bypass_local"):
        return passed(words(f"{proxy}, <local>"))
    return failed(words(proxy), words("<local>"), _at(host, "proxy"))


# --- the role ---------------------------------------------------------------------------------------------------------


@rule(
    "CAU110",
    on="cluster",
    entry="cau-self-updating-role",
    en="Cluster does not update itself",
    de="Cluster aktualisiert sich nicht selbst",
    severity="info",
    implements=("cau-role-installed",),
    only="2012..2025",
)
def no_updating_role(cluster: Cluster, look: Look) -> Verdict:
    """Advice only: a run started from elsewhere, or another product, will do as well."""
    if cluster.nodes is not None and len(cluster.nodes) < 2:
        return ONE_NODE
    if need(need(cluster, "updating"), "installed"):
        return passed(words("role installed", "Rolle vorhanden"))
    return failed(words("no role", "keine Rolle"), location=cluster.where("updating"))


@rule(
    "CAU111",
    on="cluster",
    entry="cau-self-updating-role",
    en="Role for self-updating is disabled",
    de="Rolle für die Selbstaktualisierung ist deaktiviert",
    severity="warning",
    implements=("cau-role-enabled",),
    only="2012..2025",
)
def updating_role_disabled(cluster: Cluster, look: Look) -> Verdict:
    """Disable-CauClusterRole stops the schedule until somebody enables it again."""
    role = _role(cluster)
    state = need(role, "state")
    return passed(words(state)) if state.casefold() == "online" else failed(words(state), words("Online"), role.where("state"))


@rule(
    "CAU112",
    on="host",
    entry="cau-plugins",
    en="Plug-in of the updating role is not registered on a node",
    de="Plug-in der Aktualisierungsrolle ist auf einem Knoten nicht registriert",
    severity="error",
    implements=("cau-plugin-registered",),
    only="2012..2025",
)
def plugin_not_registered(host: Host, look: Look) -> Verdict:
    """The role runs on any node, and takes the plug-in that is there."""
    only_nodes(host, look)
    chosen = need(_role(need(look.inventory, "cluster")), "plugin")
    registered = {name.casefold() for name in need(need(host, "update_settings"), "plugins")}
    absent = [name for name in (part.strip() for part in chosen.split(",")) if name and name.casefold() not in registered]
    return failed(words(", ".join(absent)), location=_at(host, "plugins")) if absent else passed(words(chosen))


@rule(
    "CAU113",
    on="cluster",
    entry="cau-plugins",
    en="Cluster nodes have different plug-ins for Cluster-Aware Updating",
    de="Clusterknoten haben verschiedene Plug-ins für clusterfähiges Aktualisieren",
    severity="warning",
    implements=("cau-plugins-equal",),
    only="2012..2025",
)
def different_plugins(cluster: Cluster, look: Look) -> Verdict:
    """Names are compared; a change of the plug-in would otherwise work on some nodes only."""
    _role(cluster)

    def plugins(settings: UpdateSettings) -> object:
        return None if settings.plugins is None else tuple(sorted({name.casefold() for name in settings.plugins}))

    return _alike(look, plugins, "plugins", lambda value: words(", ".join(value)))  # type: ignore[arg-type]


# Source: Add-CauClusterRole: weeks of the month, and failed nodes from 0 to one less than the cluster has (-1: the default).
WEEKS = range(1, 6)
MOST_RETRIES = 64


@rule(
    "CAU114",
    on="cluster",
    entry="cau-run-options",
    en="Schedule or options of the updating role are not valid",
    de="Zeitplan oder Optionen der Aktualisierungsrolle sind nicht gültig",
    severity="error",
    implements=("cau-run-options-valid",),
    only="2012..2025",
)
def invalid_run_options(cluster: Cluster, look: Look) -> Verdict:
    """A day is needed, weeks are 1 to 5, and fewer nodes may fail than there are."""
    role = _role(cluster)
    nodes = len(cluster.nodes or [])
    if role.days == []:
        return failed(words("no day", "kein Tag"), location=role.where("days"))
    wrong = [week for week in role.weeks or [] if week not in WEEKS]
    if wrong:
        return failed(words(f"week {wrong[0]}", f"Woche {wrong[0]}"), words("1–5"), role.where("weeks"))
    if nodes and role.max_failed_nodes is not None and role.max_failed_nodes >= nodes:
        return failed(words(f"MaxFailedNodes {role.max_failed_nodes}"), words(f"0–{nodes - 1}"), role.where("max_failed_nodes"))
    if role.max_retries is not None and role.max_retries > MOST_RETRIES:
        return failed(words(f"MaxRetriesPerNode {role.max_retries}"), words(f"0–{MOST_RETRIES}"), role.where("max_retries"))
    days, _, _, _ = need(role, "days", "weeks", "max_failed_nodes", "max_retries")
    need(cluster, "nodes")
    return passed(words(", ".join(days)))


@rule(
    "CAU115",
    on="cluster",
    entry="cau-self-updating-role",
    en="Fewer than two nodes may own the updating role",
    de="Weniger als zwei Knoten dürfen die Aktualisierungsrolle besitzen",
    severity="error",
    implements=("cau-role-two-owners",),
    only="2012..2025",
)
def too_few_owners(cluster: Cluster, look: Look) -> Verdict:
    """The role moves away before the node that runs it is updated."""
    _role(cluster)
    resources = [resource for resource in need(cluster, "resources") if _is_updating(resource)]
    if not resources:
        raise Missing("resource.type")
    for resource in resources:
        owners = resource.possible_owners
        if owners is not None and len(owners) < 2:
            return failed(words(", ".join(owners)), words("2"), resource.where("possible_owners"))
    return passed(words(", ".join(need(resources[0], "possible_owners"))))


def _is_updating(resource: Resource) -> bool:
    return "clusterawareupdating" in (resource.type or "").casefold().replace(" ", "").replace("-", "")


@rule(
    "CAU116",
    on="cluster",
    entry="cau-run-options",
    en="Cluster nodes have different copies of the scripts for updating runs",
    de="Clusterknoten haben verschiedene Fassungen der Skripte für Aktualisierungsläufe",
    severity="error",
    implements=("cau-scripts-equal",),
    only="2012..2025",
)
def different_scripts(cluster: Cluster, look: Look) -> Verdict:
    """Hashes of the scripts before and after an update; none on any node means that there are no scripts."""
    _role(cluster)
    found = [host.update_settings.scripts for host in members(look)[0] if host.update_settings and host.update_settings.scripts is not None]
    if found and not any(found) and len(found) == len(members(look)[0]) and not members(look)[1]:
        return not_applicable("there are no scripts", "es gibt keine Skripte")

    def scripts(settings: UpdateSettings) -> object:
        return None if settings.scripts is None else tuple(sorted(one.casefold() for one in settings.scripts))

    return _alike(look, scripts, "scripts", lambda value: words(", ".join(one[:12] for one in value)))  # type: ignore[attr-defined]


@rule(
    "CAU117",
    on="cluster",
    entry="cau-run-options",
    en="Warning of an updating run comes no earlier than its end",
    de="Warnung eines Aktualisierungslaufs kommt nicht vor seinem Ende",
    severity="warning",
    implements=("cau-warnafter-stopafter",),
    only="2012..2025",
)
def warning_too_late(cluster: Cluster, look: Look) -> Verdict:
    """WarnAfter must be below StopAfter, or the run is stopped without a warning."""
    role = _role(cluster)
    if role.warn_after == 0 or role.stop_after == 0:
        return not_applicable("there is no time limit, or no warning", "es gibt keine Zeitgrenze oder keine Warnung")
    warn, stop = need(role, "warn_after", "stop_after")
    shown = words(f"WarnAfter {warn} min, StopAfter {stop} min")
    return failed(shown, location=role.where("warn_after")) if warn >= stop else passed(shown)
