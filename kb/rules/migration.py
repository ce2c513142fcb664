"""Rules about live migration: what must be alike on all nodes before a VM can move."""

from __future__ import annotations

from kb.entry import Text
from kb.inventory import Cluster, Host, Vm
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import ONE_NODE, members, only_clustered, places, same_on_all_nodes

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
    names = _switch_names(hosts)
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
