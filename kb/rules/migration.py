"""Rules about live migration: what must be alike on all nodes before a VM can move."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from kb.entry import Text
from kb.inventory import Cluster, ClusterNetwork, Host, HostAdapter, Vm
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import ONE_NODE, is_node, members, only_clustered, places, same_on_all_nodes

# --- switches ---------------------------------------------------------------------------------------------------------


def _switch_names(hosts: list[Host]) -> dict[str, set[str]]:
    return {host.name or "?": {need(switch, "name") for switch in host.switches} for host in hosts if host.switches is not None}


def _quoted(names: list[str], lang: str) -> str:
    """Names in quotation marks, which show the blanks at their ends."""
    return ", ".join(f"„{name}“" if lang == "de" else f"“{name}”" for name in names)


@rule(
    "LM101",
    on="cluster",
    entry="virtual-network-names-identical",
    en="Virtual switches are not named alike on all nodes",
    de="Virtuelle Switches heißen nicht auf allen Knoten gleich",
    severity="error",
    implements=("cluster-vm-network-compatible", "switch-baseline-equal"),
)
def switch_names_differ(cluster: Cluster, look: Look) -> Verdict:
    """Names are compared letter by letter: case and blanks count."""
    hosts, missing = members(look)
    names = _switch_names(hosts)
    every = set().union(*names.values())
    lacking = {host: sorted(every - own) for host, own in names.items() if every - own}
    if lacking:
        return failed(
            words(
                "; ".join(f"{host} lacks {_quoted(absent, 'en')}" for host, absent in lacking.items()),
                "; ".join(f"auf {host} fehlt {_quoted(absent, 'de')}" for host, absent in lacking.items()),
            ),
            location=places((switch for host in hosts for switch in host.switches or []), "name"),
        )
    if missing or len(names) < len(hosts):
        raise Missing(*(missing or ["host.switches"]))
    return passed(words(", ".join(sorted(every)))) if len(hosts) > 1 else ONE_NODE


@rule(
    "LM102",
    on="cluster",
    entry="virtual-network-names-identical",
    en="Names of virtual switches differ only in case or blanks",
    de="Namen virtueller Switches unterscheiden sich nur in Groß- und Kleinschreibung oder Leerzeichen",
    severity="error",
    implements=("switch-name-whitespace-case",),
)
def switch_names_look_alike(cluster: Cluster, look: Look) -> Verdict:
    """The difference that the eye misses and the migration does not."""
    hosts, missing = members(look)
    names = _switch_names(hosts)
    spellings: dict[str, set[str]] = {}
    for name in set().union(*names.values()):
        spellings.setdefault("".join(name.split()).casefold(), set()).add(name)
    alike = [sorted(written) for written in spellings.values() if len(written) > 1]
    if alike:
        shown = {lang: "; ".join(_quoted(written, lang) for written in alike) for lang in ("en", "de")}
        return failed(words(shown["en"], shown["de"]), location=places((s for h in hosts for s in h.switches or []), "name"))
    if missing or len(names) < len(hosts):
        raise Missing(*(missing or ["host.switches"]))
    return passed(words(", ".join(sorted(set().union(*names.values()))))) if len(hosts) > 1 else ONE_NODE


@rule(
    "LM103",
    on="vm",
    entry="live-migration-missing-switch",
    en="Clustered virtual machine uses a switch that not every node has",
    de="Geclusterte virtuelle Maschine nutzt einen Switch, den nicht jeder Knoten hat",
    severity="error",
    implements=("cluster-vm-network-compatible",),
)
def switch_of_vm_missing_on_a_node(vm: Vm, look: Look) -> Verdict:
    """Every switch of the VM must exist on every node under exactly this name."""
    only_clustered(vm, look)
    hosts, missing = members(look)
    names = look.once("switch names", lambda: _switch_names(hosts))
    adapters = need(vm, "adapters")
    for adapter in adapters:
        lacking = [host for host, own in names.items() if adapter.switch and adapter.switch not in own]
        if lacking:
            where = ", ".join(lacking)
            shown = words(
                f"{_quoted([adapter.switch or ''], 'en')} is missing on {where}",
                f"{_quoted([adapter.switch or ''], 'de')} fehlt auf {where}",
            )
            return failed(shown, location=adapter.where("switch"))
    used = sorted({need(adapter, "switch") for adapter in adapters} - {""})
    if missing or len(names) < len(hosts):
        raise Missing(*(missing or ["host.switches"]))
    return passed(words(", ".join(used)))


@rule(
    "LM104",
    on="cluster",
    entry="virtual-network-names-identical",
    en="Virtual switches of the same name differ in type",
    de="Gleichnamige virtuelle Switches sind verschiedener Art",
    severity="error",
    implements=("switch-baseline-equal", "cluster-vm-network-compatible"),
)
def switch_types_differ(cluster: Cluster, look: Look) -> Verdict:
    """A VM that moves from an external to a private switch of the same name loses its network."""
    hosts, missing = members(look)
    types: dict[str, dict[str, str]] = {}
    unclear = list(missing)
    for host in hosts:
        if host.switches is None:
            unclear.append("host.switches")
        for switch in host.switches or []:
            if switch.name is None or switch.type is None:
                unclear.append("switch.type")
            else:
                types.setdefault(switch.name, {})[host.name or "?"] = switch.type
    wrong = {name: on for name, on in types.items() if len(set(on.values())) > 1}
    if wrong:
        shown = "; ".join(f"{name} – " + ", ".join(f"{host}: {type}" for host, type in on.items()) for name, on in wrong.items())
        return failed(words(shown), location=places((s for h in hosts for s in h.switches or [] if s.name in wrong), "type"))
    if unclear:
        raise Missing(*dict.fromkeys(unclear))
    return passed() if len(hosts) > 1 else ONE_NODE


# --- processors -------------------------------------------------------------------------------------------------------


def _processors(look: Look, field: str) -> tuple[dict[str, set[str]], list[str]]:
    """What the processors of each node state in `field`, and what is missing to know it of all nodes."""
    return look.once(("processors", field), lambda: _processors_of(*members(look), field))


def _processors_of(hosts: list[Host], missing: list[str], field: str) -> tuple[dict[str, set[str]], list[str]]:
    found: dict[str, set[str]] = {}
    for host in hosts:
        values = [getattr(processor, field) for processor in host.processors or []]
        if not values or None in values:
            missing = missing or [f"processor.{field}" if values else "host.processors"]
        found[host.name or "?"] = {" ".join(value.split()) for value in values if value}
    return found, missing


@rule(
    "LM105",
    on="cluster",
    entry="live-migration-same-vendor",
    en="Processors of different manufacturers in one cluster",
    de="Prozessoren verschiedener Hersteller in einem Cluster",
    severity="error",
    implements=("cluster-processor-manufacturer-match",),
)
def processor_manufacturers_differ(cluster: Cluster, look: Look) -> Verdict:
    """No mode makes a running VM move between Intel and AMD."""
    found, missing = _processors(look, "manufacturer")
    makers = {maker for values in found.values() for maker in values}
    if len(makers) > 1:
        hosts, _ = members(look)
        return failed(words(_by_host(found)), location=places((p for h in hosts for p in h.processors or []), "manufacturer"))
    if missing:
        raise Missing(*missing)
    return passed(words(", ".join(makers))) if len(found) > 1 else ONE_NODE


def _by_host(found: dict[str, set[str]]) -> str:
    return "; ".join(f"{host}: {', '.join(sorted(values))}" for host, values in found.items() if values)


@rule(
    "LM106",
    on="vm",
    entry="processor-compatibility-mode",
    en="Different processor models, but the virtual machine does not use compatibility mode",
    de="Verschiedene Prozessormodelle, aber die virtuelle Maschine nutzt den Kompatibilitätsmodus nicht",
    severity="warning",
    implements=("vm-processor-compat-mixed",),
    only="2008R2..2025",
)
def compatibility_mode_needed(vm: Vm, look: Look) -> Verdict:
    """Set per VM and while it is off; helps between models of one manufacturer only."""
    only_clustered(vm, look)
    makers, _ = _processors(look, "manufacturer")
    if len({maker for values in makers.values() for maker in values}) > 1:
        return not_applicable(
            "the processors are of different manufacturers, where the mode does not help",
            "die Prozessoren sind von verschiedenen Herstellern, da hilft der Modus nicht",
        )
    models, missing = _processors(look, "model")
    if vm.processor_compatibility:
        return passed(words("compatibility mode on", "Kompatibilitätsmodus ein"))
    if len({model for values in models.values() for model in values}) > 1:
        need(vm, "processor_compatibility")
        return failed(
            words(f"off; {_by_host(models)}", f"aus; {_by_host(models)}"),
            words("compatibility mode on", "Kompatibilitätsmodus ein"),
            vm.where("processor_compatibility"),
        )
    if missing:
        raise Missing(*missing)
    return passed(words("all nodes have the same processor model", "alle Knoten haben dasselbe Prozessormodell"))


@rule(
    "LM107",
    on="vm",
    entry="processor-compatibility-mode",
    en="Processor compatibility mode is on although all nodes have the same processors",
    de="Prozessorkompatibilitätsmodus ist ein, obwohl alle Knoten die gleichen Prozessoren haben",
    severity="info",
    implements=("vm-processor-compat-needless",),
    only="2008R2..2025",
)
def compatibility_mode_needless(vm: Vm, look: Look) -> Verdict:
    """The mode hides processor features from the guest; worth it only for different models, now or planned."""
    only_clustered(vm, look)
    if not need(vm, "processor_compatibility"):
        return passed(words("compatibility mode off", "Kompatibilitätsmodus aus"))
    models, missing = _processors(look, "model")
    every = {model for values in models.values() for model in values}
    if len(every) > 1:
        return passed(words(_by_host(models)))
    if missing:
        raise Missing(*missing)
    return failed(words(f"on; {', '.join(every)}", f"ein; {', '.join(every)}"), location=vm.where("processor_compatibility"))


# --- settings of the hosts --------------------------------------------------------------------------------------------


@rule(
    "LM108",
    on="cluster",
    entry="live-migration-host-setup",
    en="Live migration is enabled on some nodes only",
    de="Livemigration ist nur auf einem Teil der Knoten aktiviert",
    severity="warning",
    implements=("live-migration-enabled",),
    only="2012..2025",
)
def live_migration_enabled_on_some(cluster: Cluster, look: Look) -> Verdict:
    """Within the cluster VMs move all the same; to hosts outside it they do not."""
    what = Text("live migration", "Livemigration")
    return same_on_all_nodes(look, "live_migration", what, lambda on: Text("on", "ein") if on else Text("off", "aus"))


@rule(
    "LM109",
    on="cluster",
    entry="live-migration-authentication",
    en="Nodes authenticate live migration differently",
    de="Die Knoten authentifizieren Livemigrationen verschieden",
    severity="error",
    implements=("live-migration-auth-match",),
    only="2012..2025",
)
def live_migration_authentication_differs(cluster: Cluster, look: Look) -> Verdict:
    """CredSSP on one side and Kerberos on the other do not meet."""
    return same_on_all_nodes(look, "live_migration_authentication", Text("authentication", "Authentifizierung"))


@rule(
    "LM110",
    on="cluster",
    entry="live-migration-compression",
    en="Nodes transfer live migrations differently",
    de="Die Knoten übertragen Livemigrationen verschieden",
    severity="warning",
    implements=("live-migration-performance-option",),
    only="2012R2..2025",
)
def live_migration_performance_differs(cluster: Cluster, look: Look) -> Verdict:
    """TCP/IP, compression or SMB: the sending host decides, so unequal settings give unequal times."""
    return same_on_all_nodes(look, "live_migration_performance", Text("performance option", "Leistungsoption"))


@rule(
    "LM111",
    on="cluster",
    entry="live-migration-simultaneous-default",
    en="Nodes allow different numbers of simultaneous live migrations",
    de="Die Knoten lassen verschieden viele gleichzeitige Livemigrationen zu",
    severity="warning",
    implements=("live-migration-concurrency",),
    only="2012..2025",
)
def live_migration_count_differs(cluster: Cluster, look: Look) -> Verdict:
    """The lower number of the two hosts counts."""
    return same_on_all_nodes(look, "live_migrations", Text("simultaneous live migrations", "gleichzeitige Livemigrationen"))


@rule(
    "LM112",
    on="host",
    entry="live-migration-host-setup",
    en="Live migration may use any network",
    de="Livemigration darf jedes Netzwerk benutzen",
    severity="warning",
    implements=("live-migration-network-selected",),
    only="2012..2025",
)
def live_migration_on_any_network(host: Host, look: Look) -> Verdict:
    """Migration traffic then competes with management, clients or storage."""
    if host.live_migration is False:
        return not_applicable("live migration is off", "die Livemigration ist ausgeschaltet")
    if need(host, "live_migration_any_network"):
        return failed(words("any network", "jedes Netzwerk"), location=host.where("live_migration_any_network"))
    return passed(words("chosen networks only", "nur ausgewählte Netzwerke"))


@rule(
    "LM113",
    on="host",
    entry="live-migration-credguard-2025",
    en="Live migration with CredSSP does not work with Credential Guard",
    de="Livemigration mit CredSSP funktioniert nicht mit Credential Guard",
    severity="warning",
    only="2025",
)
def credssp_with_credential_guard(host: Host, look: Look) -> Verdict:
    """2025 switches Credential Guard on by default, which blocks CredSSP."""
    if host.live_migration is False:
        return not_applicable("live migration is off", "die Livemigration ist ausgeschaltet")
    if need(host, "live_migration_authentication") == "credssp":
        return failed(words("CredSSP"), words("Kerberos"), host.where("live_migration_authentication"))
    return passed(words("Kerberos"))


@rule(
    "LM114",
    on="cluster",
    entry="live-migration-network-tab",
    en="The live migration network is closed to the cluster",
    de="Das Livemigrationsnetzwerk ist für den Cluster gesperrt",
    severity="error",
    implements=("live-migration-network-selected",),
    only="2008R2..2025",
)
def live_migration_network_without_role(cluster: Cluster, look: Look) -> Verdict:
    """A network with the role none carries no migration."""
    networks = need(cluster, "networks")
    meant = [network for network in networks if "live-migration" in (network.use or [])]
    if not meant:
        for network in networks:
            need(network, "use")
        return not_applicable("no network is said to carry live migration", "kein Netzwerk ist für die Livemigration angegeben")
    closed = [network for network in meant if need(network, "role") == "none"]
    names = words(", ".join(network.name or "?" for network in closed or meant))
    return failed(names, location=places(closed, "role")) if closed else passed(names)


# --- networks of live migration ---------------------------------------------------------------------------------------

SLOWEST = 10**9  # 1 Gbit/s: entry live-migration-link-speed


def _carrying(host: Host) -> list[HostAdapter]:
    """The adapters of a host for live migration: those said to be, else those in a network chosen for it; raises Missing."""
    adapters = need(host, "adapters")
    found = [adapter for adapter in adapters if "live-migration" in (adapter.use or [])]
    if found:
        return found
    if host.live_migration_networks and not host.live_migration_any_network:
        subnets = [_subnet(network) for network in host.live_migration_networks]
        within = [adapter for adapter in adapters if any(_in(address, net) for address in adapter.addresses or [] for net in subnets)]
        if within:
            return within
        for adapter in adapters:
            need(adapter, "addresses")
    for adapter in adapters:
        need(adapter, "use")
    return []


def _subnet(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise Missing("host.live_migration_networks") from None


def _in(address: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(address.partition("/")[0]) in network
    except ValueError:
        return False


@rule(
    "LM201",
    on="host",
    entry="live-migration-link-speed",
    en="One of the networks for live migration is slower than 1 Gbit/s",
    de="Eines der Netzwerke für die Livemigration ist langsamer als 1 Gbit/s",
    severity="warning",
    implements=("live-migration-all-networks-1g",),
    only="2008R2..2025",
)
def slow_network_among_fast_ones(host: Host, look: Look) -> Verdict:
    """Where every network is slow, that is another rule; here a migration may take the slow one by chance."""
    if host.live_migration is False:
        return not_applicable("live migration is off", "die Livemigration ist ausgeschaltet")
    carrying = _carrying(host)
    if len(carrying) < 2:
        return not_applicable(
            "not several adapters are known to carry live migration", "es sind nicht mehrere Adapter für die Livemigration bekannt"
        )
    slow = [adapter for adapter in carrying if adapter.speed is not None and adapter.speed < SLOWEST]
    fast = [adapter for adapter in carrying if adapter.speed is not None and adapter.speed >= SLOWEST]
    bound = words("1 Gbit/s")
    if slow and fast:
        shown = "; ".join(f"{adapter.name}: {(adapter.speed or 0) / 1e9:g} Gbit/s" for adapter in slow)
        return failed(words(shown), bound, places(slow, "speed"))
    for adapter in carrying:
        need(adapter, "speed")
    if not fast:
        return not_applicable("all of the networks are slow", "alle Netzwerke sind langsam")
    return passed(words("; ".join(f"{a.name}: {(a.speed or 0) / 1e9:g} Gbit/s" for a in carrying)), bound)


def _excluded(network: ClusterNetwork, cluster: Cluster) -> bool | None:
    """Whether live migration leaves a cluster network alone; None when that is not known."""
    if network.live_migration is not None:
        return not network.live_migration
    if cluster.excluded_networks is None:
        return None
    names = {name.casefold().strip("{}") for name in cluster.excluded_networks}
    if {(network.id or "").casefold(), (network.name or "").casefold()} & names:
        return True
    return False if network.id is not None or not names else None


@rule(
    "LM202",
    on="cluster",
    entry="live-migration-networks-excluded",
    en="Every cluster network is excluded from live migration",
    de="Jedes Clusternetzwerk ist von der Livemigration ausgeschlossen",
    severity="error",
    implements=("live-migration-all-networks-excluded",),
    only="2008R2..2025",
)
def every_network_excluded(cluster: Cluster, look: Look) -> Verdict:
    """Networks that the cluster does not use carry no migration either."""
    networks = need(cluster, "networks")
    usable = [network for network in networks if network.role != "none"]
    free = [network for network in usable if network.role is not None and _excluded(network, cluster) is False]
    if free:
        return passed(words(", ".join(network.name or "?" for network in free)))
    for network in usable:
        need(network, "role")
        if _excluded(network, cluster) is None:
            raise Missing("cluster.excluded_networks" if cluster.excluded_networks is None else "network.id")
    if not usable:
        return not_applicable("the cluster uses no network", "der Cluster benutzt kein Netzwerk")
    return failed(words(", ".join(network.name or "?" for network in usable)), location=cluster.where("excluded_networks"))


_MIGRATION_SERVICE = "microsoft virtual system migration service"


def _stand_alone(host: Host, look: Look) -> bool:
    """True for a host outside a cluster; raises Missing."""
    return host.clustering_installed is False or not is_node(host, look)


@rule(
    "LM203",
    on="host",
    entry="live-migration-constrained-delegation",
    en="Live migration with Kerberos, but the host may not delegate to another",
    de="Livemigration mit Kerberos, aber der Host darf an einen anderen nicht delegieren",
    severity="error",
    implements=("live-migration-delegation",),
    only="2012..2025",
)
def delegation_missing(host: Host, look: Look) -> Verdict:
    """Between hosts outside a cluster; the account needs both services of every other host."""
    if host.live_migration is False:
        return not_applicable("live migration is off", "die Livemigration ist ausgeschaltet")
    if need(host, "live_migration_authentication") != "kerberos":
        return not_applicable("the host uses CredSSP", "der Host nutzt CredSSP")
    if len(need(look.inventory, "hosts")) < 2:
        return not_applicable("there is no other host", "es gibt keinen anderen Host")
    if not _stand_alone(host, look):
        return not_applicable("the host is a cluster node", "der Host ist ein Clusterknoten")
    allowed = _delegated(need(host, "delegation"))
    others = look.once("hosts outside a cluster", lambda: _names_outside(look))
    own = (host.name or "").lower().partition(".")[0]
    lacking = [
        f"{service}/{other}"
        for other in others
        for service in ("cifs", _MIGRATION_SERVICE)
        if other != own and other not in allowed[service]
    ]
    if lacking:
        return failed(words("; ".join(lacking[:6]) + (" …" if len(lacking) > 6 else "")), location=host.where("delegation"))
    if others == [own]:
        return not_applicable("there is no other host outside a cluster", "es gibt keinen anderen Host außerhalb eines Clusters")
    return passed(words(", ".join(other for other in others if other != own)))


def _delegated(entries: list[str]) -> dict[str, set[str]]:
    """The machines (short, lower case) that each of the two services may be delegated to."""
    found: dict[str, set[str]] = {"cifs": set(), _MIGRATION_SERVICE: set()}
    for entry in entries:
        service, _, machine = entry.lower().partition("/")
        if service in found:
            found[service].add(machine.partition("/")[0].partition(":")[0].partition(".")[0])
    return found


def _names_outside(look: Look) -> list[str]:
    names = {(host.name or "").lower().partition(".")[0] for host in look.inventory.hosts or [] if _stand_alone(host, look)}
    return sorted(names - {""})


@rule(
    "LM204",
    on="host",
    entry="live-migration-smb-bandwidth-limit",
    en="Live migration over SMB without a bandwidth limit beside storage traffic",
    de="Livemigration über SMB ohne Bandbreitengrenze neben Speicherverkehr",
    severity="warning",
    implements=("live-migration-bandwidth-limit",),
    only="2012R2..2025",
)
def smb_migration_unlimited(host: Host, look: Look) -> Verdict:
    """SMB tells the two kinds apart only by a limit; priorities of the network see one protocol."""
    if host.live_migration is False:
        return not_applicable("live migration is off", "die Livemigration ist ausgeschaltet")
    if need(host, "live_migration_performance") != "smb":
        return not_applicable("live migration does not use SMB", "die Livemigration nutzt kein SMB")
    cluster = look.inventory.cluster
    if not (cluster and cluster.storage_spaces_direct and is_node(host, look)):
        adapters = need(host, "adapters")
        if not any({"live-migration", "storage"} <= set(adapter.use or []) for adapter in adapters):
            for adapter in adapters:
                need(adapter, "use")
            return not_applicable("no adapter carries live migration and storage", "kein Adapter trägt Livemigration und Speicherverkehr")
    smb = need(host, "smb")
    limit = need(smb, "live_migration_limit")
    if not limit:
        return failed(words("no limit", "keine Grenze"), location=smb.where("live_migration_limit"))
    return passed(words(f"{limit / 1e6:.0f} MB/s"))


@rule(
    "LM205",
    on="cluster",
    entry="live-migration-heartbeat-network",
    en="Live migration uses the only heartbeat network, at 1 Gbit/s and without quality of service",
    de="Livemigration nutzt das einzige Heartbeatnetzwerk, mit 1 Gbit/s und ohne Dienstgüte (QoS)",
    severity="warning",
    implements=("live-migration-heartbeat-shared-1g",),
    only="2008R2..2025",
)
def migration_beside_the_only_heartbeat(cluster: Cluster, look: Look) -> Verdict:
    """A migration that fills the link delays heartbeats until a node counts as lost."""
    networks = need(cluster, "networks")
    for network in networks:
        need(network, "role")
    internal = [network for network in networks if network.role in ("cluster", "cluster_and_client")]
    if len(internal) != 1:
        return not_applicable("heartbeats have not just one network", "Heartbeats haben nicht nur ein Netzwerk")
    (network,) = internal
    excluded = _excluded(network, cluster)
    if excluded:
        return not_applicable("live migration leaves the network alone", "die Livemigration lässt das Netzwerk aus")
    slow, unclear = [], [] if excluded is False else ["cluster.excluded_networks"]
    for interface in need(network, "interfaces"):
        host = look.inventory.host(interface.node)
        adapter = next((a for a in (host.adapters or [] if host else []) if a.name == interface.adapter), None)
        if host is None or adapter is None or adapter.speed is None:
            unclear.append("hostadapter.speed" if host else "inventory.hosts")
        elif adapter.speed <= SLOWEST:
            if host.qos_policies is None:
                unclear.append("host.qos_policies")
            elif not host.qos_policies:
                slow.append(f"{interface.node}: {adapter.name}")
    if slow and excluded is False:
        return failed(words(f"{network.name} – {'; '.join(slow)}"), location=network.where())
    if unclear:
        raise Missing(*dict.fromkeys(unclear))
    return passed(words(network.name))


# The rules that come with Hyper-V and with file sharing, by their language-neutral names.
_MIGRATION_RULE = "VIRT-MIGL-In-TCP-NoScope"  # TCP 6600
_SMB_RULE = "FPS-SMB-In-TCP"  # TCP 445


@rule(
    "LM206",
    on="host",
    entry="live-migration-firewall",
    en="Firewall of a host blocks live migration",
    de="Firewall eines Hosts blockiert die Livemigration",
    severity="error",
    implements=("live-migration-firewall",),
    only="2012..2025",
)
def migration_blocked(host: Host, look: Look) -> Verdict:
    """TCP 6600 always, and TCP 445 where SMB does the transfer."""
    if not need(host, "live_migration"):
        return not_applicable("live migration is off", "die Livemigration ist ausgeschaltet")
    rules = {(rule.id or "").lower(): rule for rule in need(host, "firewall")}
    ids = [_MIGRATION_RULE, *([_SMB_RULE] if host.live_migration_performance == "smb" else [])]
    off = [rules[id.lower()] for id in ids if id.lower() in rules and rules[id.lower()].enabled is False]
    if off:
        names = ", ".join(found.id or "?" for found in off)
        return failed(words(f"{names}: disabled", f"{names}: deaktiviert"), location=places(off, "enabled"))
    for id in ids:
        if id.lower() not in rules:
            raise Missing("host.firewall")
        need(rules[id.lower()], "enabled")
    if look.version != "2012":
        need(host, "live_migration_performance")
    return passed(words(", ".join(ids)))


@rule(
    "LM207",
    on="host",
    entry="live-migration-encryption",
    en="Live migration crosses a network that others use, unprotected",
    de="Livemigration geht ungeschützt durch ein Netzwerk, das auch andere nutzen",
    severity="info",
    implements=("live-migration-network-encrypted",),
    only="2012..2025",
)
def migration_readable(host: Host, look: Look) -> Verdict:
    """The memory of the machines is readable on the way; IPsec protects it, or SMB encryption where SMB does the transfer."""
    if host.live_migration is False:
        return not_applicable("live migration is off", "die Livemigration ist ausgeschaltet")
    adapters = need(host, "adapters")
    shared = [a for a in adapters if "live-migration" in (a.use or []) and {"management", "vm"} & set(a.use or [])]
    if not shared:
        for adapter in adapters:
            need(adapter, "use")
        return not_applicable(
            "no adapter for live migration is said to be for clients too", "kein Adapter der Livemigration ist auch für Clients angegeben"
        )
    if host.ipsec_rules:
        return passed(words(f"{host.ipsec_rules} IPsec rules", f"{host.ipsec_rules} IPsec-Regeln"))
    if need(host, "live_migration_performance") == "smb" and need(need(host, "smb"), "encryption"):
        return passed(words("SMB encryption", "SMB-Verschlüsselung"))
    need(host, "ipsec_rules")
    names = ", ".join(adapter.name or "?" for adapter in shared)
    shown = words(f"{names}: neither IPsec nor SMB encryption", f"{names}: weder IPsec noch SMB-Verschlüsselung")
    return failed(shown, location=places(shared, "use"))


# --- where there is no live migration ---------------------------------------------------------------------------------


def _meant_for_migration(host: Host) -> list[HostAdapter]:
    """The adapters said to be for live migration; raises Missing, and NotApplicable when there are none."""
    adapters = need(host, "adapters")
    found = [adapter for adapter in adapters if "live-migration" in (adapter.use or [])]
    if not found:
        for adapter in adapters:
            need(adapter, "use")
        raise NotApplicable("no adapter is said to carry live migration", "kein Adapter ist für die Livemigration angegeben")
    return found


@rule(
    "LM208",
    on="host",
    entry="live-migration-only-within-cluster",
    en="Live migration is planned for a host that is in no cluster",
    de="Livemigration ist für einen Host vorgesehen, der in keinem Cluster ist",
    severity="error",
    implements=("live-migration-not-in-cluster",),
    only="2008R2..2008R2SP1",
)
def migration_outside_a_cluster(host: Host, look: Look) -> Verdict:
    """In 2008 R2 machines move only between nodes of one failover cluster."""
    meant = _meant_for_migration(host)
    if not _stand_alone(host, look):
        return passed(words("node of the cluster", "Knoten des Clusters"))
    return failed(words(", ".join(adapter.name or "?" for adapter in meant)), location=places(meant, "use"))


@rule(
    "LM209",
    on="host",
    entry="live-migration",
    en="Live migration is planned for Windows Server 2008, which has none",
    de="Livemigration ist für Windows Server 2008 vorgesehen, das keine hat",
    severity="info",
    implements=("vm-live-migration-not-available",),
    only="2008",
)
def migration_in_2008(host: Host, look: Look) -> Verdict:
    """Only quick migration exists there, which interrupts the machine."""
    meant = _meant_for_migration(host)
    return failed(words(", ".join(adapter.name or "?" for adapter in meant)), location=places(meant, "use"))
