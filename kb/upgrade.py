"""The upgrade view: the same configuration judged for another version, what that changes, and the supported way there."""

from __future__ import annotations

from msgspec import Struct

from kb import limits, versions
from kb.comparison import Comparison
from kb.entry import Entry, Text
from kb.inventory import Inventory
from kb.limits import Status
from kb.load import Knowledge
from kb.mobility import NEWEST, OLDEST

ROLLING = "rolling-upgrade"
FIRST_ROLLING = "2012R2"  # the oldest version a rolling upgrade starts from (entry rolling-upgrade)


class Step(Struct):
    """One step of the way: what to do, and the entry that says so."""

    text: Text
    entry: str | None = None


class Lost(Struct):
    """Something the version of today has and the target has not, as its entry says it for the target."""

    entry: str
    title: Text
    says: Text


class Upgrade(Struct):
    """From one version to another: what the rules say then, the steps in order, and what is no longer there."""

    source: str
    target: str
    changes: Comparison
    steps: list[Step]
    lost: list[Lost]


def upgrade(source: str, target: str, inventory: Inventory, knowledge: Knowledge, changes: Comparison) -> Upgrade:
    """The upgrade view; raises versions.UnknownVersion."""
    return Upgrade(source, target, changes, _steps(source, target, inventory, knowledge), lost(source, target, knowledge))


def lost(source: str, target: str, knowledge: Knowledge) -> list[Lost]:
    """Features and behaviours that hold for the source and, by the documentation, do not for the target."""
    found = []
    for entry in knowledge:
        if entry.kind not in ("feature", "behaviour") or not _holds(entry, source):
            continue
        then = limits.limit(entry, target)
        gone = then.status is Status.DOES_NOT_APPLY or (then.status is Status.KNOWN and then.value is False)
        say = next((row.say for row in then.rows if row.say), None)
        if gone and say:
            found.append(Lost(entry.id, entry.title, say))
    return found


def _holds(entry: Entry, version: str) -> bool:
    now = limits.limit(entry, version)
    return bool(entry.values) and now.status is Status.KNOWN and any(row.applies and row.value is not False for row in now.rows)


def _steps(source: str, target: str, inventory: Inventory, knowledge: Knowledge) -> list[Step]:
    if versions.position(target) <= versions.position(source):
        return [
            Step(
                Text(
                    "There is no way back to an older version but to set up new hosts.",
                    "Zurück auf eine ältere Version führt nur die Neueinrichtung der Hosts.",
                )
            )
        ]
    steps: list[Step] = []
    clustered = inventory.cluster is not None
    old = versions.position(source) < versions.position(FIRST_ROLLING)
    if clustered and old:
        steps.append(
            Step(
                Text(
                    f"A rolling upgrade does not start from {versions.short(source)}: build a new cluster and move the roles to it.",
                    f"Ein paralleles Upgrade beginnt nicht bei {versions.short(source)}: einen neuen Cluster aufbauen und die Rollen dorthin übernehmen.",
                ),
                ROLLING,
            )
        )
        hops = [target]
    else:
        hops = versions.between(source, target)[1:]
    at = source
    for hop in hops:
        steps += _raise_versions(at, hop, inventory, knowledge)
        if clustered and not old:
            steps.append(
                Step(
                    Text(
                        f"Bring the cluster from {versions.short(at)} to {versions.short(hop)} node by node, then run Update-ClusterFunctionalLevel.",
                        f"Den Cluster Knoten für Knoten von {versions.short(at)} auf {versions.short(hop)} bringen, dann Update-ClusterFunctionalLevel ausführen.",
                    ),
                    ROLLING,
                )
            )
        at = hop
    newest = knowledge.get(NEWEST)
    value = limits.limit(newest, target).value if newest else None
    if value:
        steps.append(
            Step(
                Text(
                    f"Raise the virtual machines to configuration version {value} (Update-VMVersion) when there is no way back any more.",
                    f"Die virtuellen Maschinen auf Konfigurationsversion {value} anheben (Update-VMVersion), sobald es kein Zurück mehr gibt.",
                ),
                NEWEST,
            )
        )
    return steps


def _raise_versions(at: str, hop: str, inventory: Inventory, knowledge: Knowledge) -> list[Step]:
    """VMs whose configuration version the next release does not run any more have to be raised before."""
    entry = knowledge.get(OLDEST)
    bound = limits.limit(entry, hop).value if entry else None
    before = limits.limit(entry, at).value if entry else None
    if not isinstance(bound, str) or bound == before:
        return []
    old = [
        vm.name or vm.id or "?"
        for vm in inventory.vms or []
        if vm.configuration_version and versions.numbers(vm.configuration_version) < versions.numbers(bound)
    ]
    if not old:
        return []
    names = ", ".join(old[:5]) + (f" (+{len(old) - 5})" if len(old) > 5 else "")
    return [
        Step(
            Text(
                f"Before {versions.short(hop)}, raise {names} to configuration version {bound} or newer.",
                f"Vor {versions.short(hop)} {names} auf Konfigurationsversion {bound} oder neuer anheben.",
            ),
            OLDEST,
        )
    ]
