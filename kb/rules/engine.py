"""Running rules over an inventory.

A rule judges one kind of object and speaks through an entry of the knowledge base, which gives the reason, the
fix, the sources and, for limits, the threshold. It returns `passed`, `failed` or `not_applicable`; asking for a
value that nobody read raises `Missing`, which the engine turns into *unknown*. A rule therefore cannot pass on
a value that is not there.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

import msgspec

import kb.rules
from kb import limits, versions
from kb.choice import Choice, accept, check_names
from kb.entry import Advice, Check, Entry, Severity, Source, Text
from kb.inventory import Host, Inventory, Location, Thing, Vm
from kb.load import Knowledge
from kb.report import Outcome, Platform, Report, Result, Subject, Tally, Unknown
from kb.rules.together import Group


class Missing(Exception):
    """A value that a rule needs is not in the inventory; `names` are fields such as `vm.generation`."""

    def __init__(self, *names: str) -> None:
        super().__init__(", ".join(names))
        self.names = list(names)


class Undecided(Exception):
    """A rule cannot tell although every value is there; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class NotApplicable(Exception):
    """What a rule or a measure looks at does not concern this object; `reason` says why."""

    def __init__(self, en: str, de: str) -> None:
        super().__init__(en)
        self.reason = Text(en, de)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says about one object; `implements` names the public rules it is about, where not all of the rule's."""

    outcome: Outcome
    observed: Text | None = None
    limit: Text | None = None
    reason: Text | None = None
    location: Location | None = None
    implements: tuple[str, ...] | None = None


def words(en: object, de: object | None = None) -> Text:
    """A text in both languages; names and numbers that read the same need only one argument, and nothing is a dash."""
    return Text(str(en) or "–", str(en if de is None else de) or "–")


def passed(observed: Text | None = None, limit: Text | None = None) -> Verdict:
    """The object is as it should be."""
    return Verdict("pass", observed, limit)


def failed(
    observed: Text, limit: Text | None = None, location: Location | None = None, implements: tuple[str, ...] | None = None
) -> Verdict:
    """The object breaks the rule; `observed` says how, `implements` which of the rule's public rules, where not all."""
    return Verdict("fail", observed, limit, location=location, implements=implements)


def not_applicable(en: str, de: str) -> Verdict:
    """The rule does not concern this object, and why."""
    return Verdict("not_applicable", reason=Text(en, de))


def unknown(en: str, de: str) -> Verdict:
    """The rule cannot tell although every value is there, and why."""
    return Verdict("unknown", reason=Text(en, de))


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule may look at besides its object: the whole inventory, the object's parents, and the limits.

    `found` holds what was worked out `once` and is shared by all looks at one inventory.
    """

    inventory: Inventory
    knowledge: Knowledge
    version: str | None
    parents: tuple[Thing, ...] = ()
    found: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, find: Callable[[], Any]) -> Any:
        """What `find` returns, worked out once for the whole inventory: for questions every object asks again."""
        if key not in self.found:
            self.found[key] = find()
        return self.found[key]

    @property
    def vm(self) -> Vm:
        """The VM a part belongs to."""
        return next(p for p in self.parents if isinstance(p, Vm))

    def host(self, vm: Vm) -> Host:
        """The host a VM is on; the only host when the VM does not say. Raises Missing."""
        hosts = need(self.inventory, "hosts")
        found = _host_of(vm, self.inventory, self.found) or (hosts[0] if len(hosts) == 1 and vm.host is None else None)
        if found is None:
            raise Missing("vm.host" if vm.host is None else "inventory.hosts")
        return found

    def needs_version(self) -> str:
        """The Windows Server version of this object; raises Missing."""
        if self.version is None:
            raise Missing("version")
        return self.version

    def limit(self, entry_id: str, edition: str | None = None, generation: int | None = None) -> limits.Limit:
        """What an entry says for this object's version.

        Without a version, an entry that says the same for all of its versions still answers; others raise Missing.
        """
        key = (entry_id, self.version, edition, generation)
        if key not in self.found:
            entry = self.knowledge[entry_id]
            if self.version is None and (not entry.covered or limits.depends_on_version(entry)):
                raise Missing("version")
            self.found[key] = limits.limit(entry, self.version or entry.covered[-1], edition, generation)
        return self.found[key]


def need(thing: Thing, *names: str) -> Any:
    """The value of a field (or a tuple of several); raises Missing for every one that is None."""
    if len(names) == 1 and (value := getattr(thing, names[0])) is not None:
        return value
    values = [getattr(thing, name) for name in names]
    if None in values:
        kind = type(thing).__name__.lower()
        kind = {"clusternetwork": "network", "clustervolume": "volume"}.get(kind, kind)
        raise Missing(*(f"{kind}.{name}" for name, value in zip(names, values, strict=True) if value is None))
    return tuple(values)


Judge = Callable[[Any, Look], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: what it judges (`on`), which entry it speaks for and how severe it is.

    `versions` narrows the releases it concerns (None: those the entry covers need not matter). `implements`
    lists the ids of public rules (Best Practices Analyzer, Test-Cluster, community lists) that it covers.
    A user's own rule speaks for no entry and brings its `why`, `fix` and `sources` along. `reads` are fields it is known to
    read; for rules in Python `kb.rules.reads` finds them.
    """

    id: str
    on: str
    entry: str | None
    title: Text
    judge: Judge
    severity: Severity | None = None
    implements: tuple[str, ...] = ()
    versions: tuple[str, ...] | None = None
    why: Text | None = None
    fix: tuple[Advice, ...] = ()
    sources: tuple[Source, ...] = ()
    reads: tuple[str, ...] = ()


@dataclass(slots=True)
class RuleBook:
    """Rules by id; modules add theirs with the decorator `rule`."""

    rules: dict[str, Rule] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """Add a rule; raises ValueError when its id is taken."""
        if rule.id in self.rules:
            raise ValueError(f"two rules have the id {rule.id}")
        self.rules[rule.id] = rule


BOOK = RuleBook()


def rule(
    id: str,
    *,
    on: str,
    entry: str,
    en: str,
    de: str,
    severity: Severity | None = None,
    implements: tuple[str, ...] = (),
    only: str | None = None,
) -> Callable[[Judge], Judge]:
    """Declare a rule written in Python; `en` and `de` name the bad pattern, `only` is a range of versions."""

    def declare(judge: Judge) -> Judge:
        concerned = tuple(versions.expand(only)) if only else None
        BOOK.add(
            Rule(id=id, on=on, entry=entry, title=Text(en, de), judge=judge, severity=severity, implements=implements, versions=concerned)
        )
        return judge

    return declare


def rules(knowledge: Knowledge) -> dict[str, Rule]:
    """Every rule: those written in Python and those that entries make by their `check:`."""
    for module in pkgutil.iter_modules(kb.rules.__path__):  # importing a module fills BOOK
        importlib.import_module(f"kb.rules.{module.name}")
    book = RuleBook(dict(BOOK.rules))
    for entry in knowledge:
        if entry.check:
            book.add(_of_check(entry, entry.check))
    return dict(sorted(book.rules.items()))


def _of_check(entry: Entry, check: Check) -> Rule:
    from kb.rules.measures import MEASURES

    measure = MEASURES[check.measure]

    def compared(observed: Any, generation: int | None, look: Look) -> Verdict:
        allowed = look.limit(entry.id, generation=generation)
        if allowed.status is limits.Status.NOT_DOCUMENTED:
            return unknown(
                f"no limit is documented for Windows Server {versions.short(allowed.version)}",
                f"für Windows Server {versions.short(allowed.version)} ist keine Grenze dokumentiert",
            )
        judged = limits.compare(observed, check.operator, allowed)
        if judged.outcome == "unknown" and generation is None and any(row.generation for row in allowed.rows):
            raise Missing("vm.generation")
        seen = Text(measure.words(observed, entry.unit, "en"), measure.words(observed, entry.unit, "de"))
        return Verdict(judged.outcome, seen, Text(allowed.text("en"), allowed.text("de")), judged.reason)

    def judge(thing: Thing, look: Look) -> Verdict:
        observed = measure.of(thing, look)
        generation = measure.generation(thing, look) if measure.generation else None
        verdict = look.once((check.rule, look.version, generation, observed), lambda: compared(observed, generation, look))
        return replace(verdict, location=thing.where(measure.field)) if verdict.outcome == "fail" else verdict

    return Rule(
        id=check.rule,
        on=measure.on,
        entry=entry.id,
        title=check.title,
        judge=judge,
        severity=check.severity,
        implements=tuple(check.implements),
        reads=(f"{measure.on}.{measure.field}",) if measure.field else (),
    )


# --- running ----------------------------------------------------------------------------------------------------------


@contextmanager
def _without_collector() -> Iterator[None]:
    """Judging makes many objects and no circles of them; looking for circles would take a quarter of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_without_collector()
def check(
    inventory: Inventory,
    knowledge: Knowledge,
    *,
    version: str | None = None,
    target: str | None = None,
    edition: str | None = None,
    choice: Choice | None = None,
    own: Sequence[Rule] = (),
    today: date | None = None,
    warnings: list[str] | None = None,
    files: list[str] | None = None,
) -> Report:
    """Judge an inventory by every rule and the user's `own`, or by those of `choice`, whose exceptions are judged for `today`.

    `version` overrules what the files say about the hosts; `target` judges as if the hosts ran that release;
    `edition` holds for hosts whose edition the files do not tell.
    """
    for host in inventory.hosts or []:
        host.edition = host.edition or edition
    platform = platform_of(inventory, version)
    choice = choice or Choice()
    book = chosen(rules(knowledge) | {rule.id: rule for rule in own}, choice)
    failures: list[Result] = []
    unknowns: dict[tuple, list[_Object]] = {}
    tallies = {id: Tally() for id in book}
    for judged in _judgements(list(book.values()), inventory, knowledge, target or version, platform):
        rule, verdict, tally = judged.rule, judged.verdict, tallies[judged.rule.id]
        match verdict.outcome:
            case "pass":
                tally.passed += len(judged.objects)
                tally.observed = tally.observed or verdict.observed
            case "not_applicable":
                tally.not_applicable += len(judged.objects)
            case "fail":
                tally.fail += len(judged.objects)
                failures += judged.results(knowledge)
            case "unknown":
                tally.unknown += len(judged.objects)
            case "error":
                tally.error += len(judged.objects)
        if verdict.outcome in ("unknown", "error"):
            unknowns.setdefault((rule.id, *judged.missing, verdict.reason), []).extend(judged.objects)
    digest = hashlib.blake2b(msgspec.json.encode([inventory, version, target]), digest_size=8).hexdigest()
    report = Report(
        id=digest,
        platform=platform,
        target=target,
        failures=failures,
        unknowns=[
            _unknown(book[key[0]], knowledge, list(key[1:-1]), key[-1], found) for key, found in sorted(unknowns.items(), key=_by_rule)
        ],
        rules=tallies,
        counts=inventory.counts(),
        warnings=warnings or [],
        files=files or [],
    )
    report.sort()
    if choice.exceptions:
        accept(report, choice.exceptions, today or date.today())
    return report


def chosen(book: dict[str, Rule], choice: Choice) -> dict[str, Rule]:
    """The rules that a choice wants, with the severity it gives them; raises BadChoice for a name that is none."""
    check_names(choice, {rule.id: rule.implements for rule in book.values()})
    return {
        id: replace(rule, severity=choice.severity[id]) if id in choice.severity else rule
        for id, rule in book.items()
        if choice.wants(id, rule.implements)
    }


def judge(id: str, inventory: Inventory, knowledge: Knowledge, *, version: str | None = None, target: str | None = None) -> list[Result]:
    """Every verdict of one rule, those included that a report only counts."""
    return run(rules(knowledge)[id], inventory, knowledge, version=version, target=target)


def run(rule: Rule, inventory: Inventory, knowledge: Knowledge, *, version: str | None = None, target: str | None = None) -> list[Result]:
    """Every verdict of one rule, which need not be among Lotse's own."""
    found = _judgements([rule], inventory, knowledge, target or version, platform_of(inventory, version))
    return [result for judged in found for result in judged.results(knowledge)]


class _Object(NamedTuple):
    """An object to judge with its parents, how the report names it, where it stands, and what rules may look at from there."""

    around: tuple[Thing, ...]
    subject: Subject
    position: int
    look: Look


class _Judged(NamedTuple):
    """A verdict on one object, or the same verdict on several."""

    rule: Rule
    verdict: Verdict
    missing: Sequence[str]
    version: str | None
    objects: list[_Object]

    def results(self, knowledge: Knowledge) -> Iterator[Result]:
        """The verdict as a result for each of the objects."""
        for one in self.objects:
            yield _result(
                self.rule, knowledge, one.subject, self.verdict, self.version, self.missing, one.around[0] if one.around else None
            )


def _by_rule(unknown: tuple[tuple, Any]) -> str:
    return unknown[0][0]


_UNKNOWN = Verdict("unknown")
_NO_CLUSTER = Verdict("not_applicable", reason=Text("the host belongs to no cluster", "der Host gehört zu keinem Cluster"))


def _judgements(book: list[Rule], inventory: Inventory, knowledge: Knowledge, stated: str | None, platform: Platform) -> Iterator[_Judged]:
    """Every rule on every object of its kind; objects that a rule cannot tell apart are judged together."""
    found: dict[Any, Any] = {}
    start = Look(inventory, knowledge, None, (), found)
    by_kind: dict[str, list[Rule]] = {}
    for rule in book:
        by_kind.setdefault(rule.on, []).append(rule)
    for kind, chosen in by_kind.items():
        by_version: dict[str | None, list[_Object]] = {}
        try:
            for position, (thing, name, parents) in enumerate(_subjects(kind, inventory)):
                subject = Subject(kind, name)
                if isinstance(thing, Missing):
                    for rule in chosen:
                        yield _Judged(rule, _UNKNOWN, thing.names, None, [_Object(parents, subject, position, start)])
                    continue
                version = stated or _version_of_host(thing, parents, inventory, found) or platform.version
                look = Look(inventory, knowledge, version, parents, found)
                by_version.setdefault(version, []).append(_Object((thing, *parents), subject, position, look))
        except Missing as absent:
            verdict, missing = _without(absent, inventory)
            for rule in chosen:
                yield _Judged(rule, verdict, missing, None, [_Object((), Subject(kind, ""), 0, start)])
            continue
        for version, objects in by_version.items():
            alike = Group([one.around for one in objects], list(range(len(objects))))
            for rule in chosen:
                yield from _judge_all(rule, version, objects, alike)


def _judge_all(rule: Rule, version: str | None, objects: list[_Object], alike: Group) -> Iterator[_Judged]:
    """One rule on all objects of its kind and one version."""
    if outside := _outside(rule, version):
        yield _Judged(rule, outside, ("version",) if outside is _NO_VERSION else (), version, objects)
        return

    def watch(around: Any) -> None:
        with suppress(Missing, NotApplicable, Undecided):
            rule.judge(around[0], replace(objects[0].look, parents=around[1:]))

    for members, same in alike.divide(watch):
        if same:
            verdict, missing = _verdict(rule, objects[members[0]])
            if verdict.outcome != "fail":
                yield _Judged(rule, verdict, missing, version, [objects[member] for member in members])
                continue
        others: dict[tuple, _Judged] = {}
        for member in members:
            one = objects[member]
            verdict, missing = _verdict(rule, one)
            if verdict.outcome == "fail":
                yield _Judged(rule, verdict, missing, version, [one])
            elif known := others.get(key := (verdict.outcome, verdict.outcome == "unknown" and (*missing, verdict.reason))):
                known.objects.append(one)
            else:
                others[key] = _Judged(rule, verdict, missing, version, [one])
        yield from others.values()


def _without(absent: Missing, inventory: Inventory) -> tuple[Verdict, Sequence[str]]:
    """The verdict for want of values: unknown, or not applicable where it is known that there is no cluster to have them."""
    if inventory.clustered is False and any(name == "inventory.cluster" for name in absent.names):
        return _NO_CLUSTER, ()
    return _UNKNOWN, absent.names


def _verdict(rule: Rule, one: _Object) -> tuple[Verdict, Sequence[str]]:
    """What a rule says about one object, and the values it missed."""
    try:
        return rule.judge(one.around[0], one.look), ()
    except Missing as absent:
        return _without(absent, one.look.inventory)
    except NotApplicable as other:
        return Verdict("not_applicable", reason=other.reason), ()
    except Undecided as open_:
        return Verdict("unknown", reason=open_.reason), ()
    except Exception as error:  # one rule's mistake must not hide what the others find
        logging.getLogger(__name__).debug("rule %s on %s", rule.id, one.subject, exc_info=True)
        return _broken(rule, error), ()


_NO_VERSION = Verdict("unknown")


def _broken(rule: Rule, error: Exception) -> Verdict:
    kind = type(error).__name__
    return Verdict(
        "error", reason=Text(f"rule {rule.id} failed ({kind}); please report it", f"Regel {rule.id} ist gescheitert ({kind}); bitte melden")
    )


def _outside(rule: Rule, version: str | None) -> Verdict | None:
    """The verdict on a version that the rule does not concern, or on one that is not known; None when the rule decides."""
    if rule.versions is None or version in rule.versions:
        return None
    if version is None:
        return _NO_VERSION
    concerned = versions.compact(rule.versions)
    return not_applicable(f"concerns Windows Server {concerned} only", f"betrifft nur Windows Server {concerned}")


def _result(
    rule: Rule, knowledge: Knowledge, subject: Subject, verdict: Verdict, version: str | None, missing: Sequence[str], thing: Thing | None
) -> Result:
    entry = knowledge[rule.entry] if rule.entry else None
    fix = entry.fix_for(version) if entry else list(rule.fix)
    return Result(
        rule=rule.id,
        outcome=verdict.outcome,
        severity=_severity(rule, knowledge),
        subject=subject,
        title=rule.title,
        implements=list(rule.implements if verdict.implements is None else verdict.implements),
        observed=verdict.observed,
        limit=verdict.limit,
        reason=verdict.reason,
        version=version,
        why=entry.why if entry else rule.why,
        fix=fix if verdict.outcome == "fail" else [],
        entry=entry.id if entry else None,
        runbook=entry.runbook if entry else None,
        sources=entry.sources if entry else list(rule.sources),
        location=verdict.location or (thing.where() if thing else None),
        missing=list(missing),
    )


def _severity(rule: Rule, knowledge: Knowledge) -> Severity:
    return rule.severity or (knowledge[rule.entry].severity if rule.entry else "warning")


def _unknown(rule: Rule, knowledge: Knowledge, missing: list[str], reason: Text | None, objects: list[_Object]) -> Unknown:
    return Unknown(
        rule=rule.id,
        severity=_severity(rule, knowledge),
        title=rule.title,
        subjects=[one.subject for one in sorted(objects, key=lambda one: one.position)],
        implements=list(rule.implements),
        reason=reason,
        entry=rule.entry,
        missing=missing,
    )


# Objects that are parts of another: what they are parts of, and the field that holds them.
PARTS: dict[str, tuple[str, str]] = {
    "node": ("cluster", "nodes"),
    "network": ("cluster", "networks"),
    "volume": ("cluster", "volumes"),
    "group": ("cluster", "groups"),
    "resource": ("cluster", "resources"),
    "switch": ("host", "switches"),
    "host_adapter": ("host", "adapters"),
    "team": ("host", "teams"),
    "disk": ("vm", "disks"),
    "adapter": ("vm", "adapters"),
    "checkpoint": ("vm", "checkpoints"),
    "service": ("vm", "integration_services"),
}


def _subjects(kind: str, inventory: Inventory) -> Iterator[tuple[Thing | Missing, str, tuple[Thing, ...]]]:
    """Every object of a kind with its full name and its parents; raises Missing when nobody looked.

    Where nobody looked for the parts of one object only (the disks of a VM), a Missing stands for them.
    """
    match kind:
        case "inventory":
            yield inventory, "", ()
        case "cluster":
            cluster = need(inventory, "cluster")
            yield cluster, cluster.name or "", ()
        case "host" | "vm":
            for thing in need(inventory, f"{kind}s"):
                yield thing, thing.name or getattr(thing, "id", None) or "", ()
        case _ if PARTS[kind][0] == "cluster":
            cluster = need(inventory, "cluster")
            for thing in need(cluster, PARTS[kind][1]):
                yield thing, thing.name or "", (cluster,)
        case _:
            whole, field_name = PARTS[kind]
            for owner, name, _ in _subjects(whole, inventory):
                assert not isinstance(owner, Missing)  # wholes are never missing one by one
                parts = getattr(owner, field_name)
                if parts is None and not (kind == "checkpoint" and getattr(owner, "checkpoint_count", None) == 0):
                    yield Missing(f"{whole}.{field_name}"), name, (owner,)
                for thing in parts or []:
                    label = getattr(thing, "path", None) or getattr(thing, "name", None) or getattr(thing, "service", None) or "?"
                    yield thing, f"{name or '?'} › {label}", (owner,)


# --- which version ----------------------------------------------------------------------------------------------------


def platform_of(inventory: Inventory, version: str | None = None) -> Platform:
    """The version an inventory is judged for, and how it is known; the oldest one where hosts differ."""
    if version:
        return Platform(version, words(f"given: {versions.name(version)}", f"angegeben: {versions.name(version)}"))
    hosts = versions.ordered(h.version for h in inventory.hosts or [] if h.version)
    if len(hosts) > 1:
        return Platform(
            hosts[0],
            words(
                f"the hosts run {versions.compact(hosts)}; each is judged for its own version, the cluster for the oldest",
                f"auf den Hosts läuft {versions.compact(hosts)}; jeder wird für seine Version beurteilt, der Cluster für die älteste",
            ),
        )
    if hosts:
        return Platform(hosts[0], words("the operating system of the hosts", "Betriebssystem der Hosts"))
    if cluster := inventory.cluster:
        nodes = versions.ordered(n.version for n in cluster.nodes or [] if n.version)
        if nodes:
            return Platform(nodes[0], words("the build of the cluster nodes", "Build der Clusterknoten"))
        if cluster.version:
            return Platform(cluster.version, words("the version the cluster states", "Versionsangabe des Clusters"))
        if cluster.functional_level and (id := versions.of_functional_level(cluster.functional_level)):
            level = cluster.functional_level
            return Platform(id, words(f"cluster functional level {level}", f"Clusterfunktionsebene {level}"))
    found = [v for vm in inventory.vms or [] if (v := version_of_configuration(vm.configuration_version))]
    if found:
        newest = versions.ordered(found)[-1]
        level = next(vm.configuration_version for vm in inventory.vms or [] if version_of_configuration(vm.configuration_version) == newest)
        return Platform(
            newest,
            words(
                f"VM configuration version {level}, which {versions.short(newest)} introduced; use --version if the hosts are newer",
                f"VM-Konfigurationsversion {level}, eingeführt mit {versions.short(newest)}; bei neueren Hosts --version angeben",
            ),
        )
    return Platform(
        None,
        words("not known: no file names the version; use --version", "nicht bekannt: keine Datei nennt die Version; --version angeben"),
    )


_CONFIGURATIONS = {"1.0": "2008", "2.0": "2008", "3.0": "2008R2", "4.0": "2012", "5.0": "2012R2", "6.2": "2016", "7.0": "2016", "7.1": "2016", "8.0": "2016", "8.3": "2019", "9.0": "2019", "9.1": "2022", "9.2": "2022", "9.3": "2022", "10.0": "2022", "12.0": "2025"}  # fmt: skip


def version_of_configuration(configuration: str | None) -> str | None:
    """The release that introduced a VM configuration version (`5.0` → 2012R2); None when it is not known.

    Source: the table in *Upgrade virtual machine version in Hyper-V* (entry vm-config-version-default).
    """
    return _CONFIGURATIONS.get(configuration or "")


def _version_of_host(thing: Thing, parents: tuple[Thing, ...], inventory: Inventory, found: dict[Any, Any]) -> str | None:
    """The version of the host that an object is or is on; None when it is on none that is known."""
    for candidate in (thing, *parents):
        host = candidate if isinstance(candidate, Host) else _host_of(candidate, inventory, found) if isinstance(candidate, Vm) else None
        if host and host.version:
            return host.version
    return None


def _host_of(vm: Vm, inventory: Inventory, found: dict[Any, Any]) -> Host | None:
    """The host that a VM names; each name is looked up once."""
    key = ("host", vm.host)
    if key not in found:
        found[key] = inventory.host(vm.host)
    return found[key]
