"""Rules that users write themselves: YAML with a condition in CEL, the Common Expression Language.

A condition sees one object of the inventory and what surrounds it, and nothing else: CEL cannot run code, touch files or
loop without end. A value that nobody read makes the outcome *unknown*, as it does for Lotse's own rules. Cases beside a
rule are its tests; `lotse kb lint` runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from kb import versions
from kb.entry import Advice, RuleId, Severity, Source, Text, VersionRange
from kb.inventory import Inventory, Thing, to_builtins
from kb.load import Knowledge, Mistake, construct, line_of, loader
from kb.rules import engine
from kb.rules.engine import PARTS, Look, Missing, Rule, Verdict

KINDS = ("inventory", "cluster", "host", "vm", *PARTS)
MOST_CHARACTERS = 2_000
MOST_NESTED = 2  # comprehensions inside each other: each costs as many steps as its list is long
_COMPREHENSION = re.compile(r"\.(?:all|exists|exists_one|map|filter)\s*\(\s*(\w*)")
_FUNCTIONS = {"size", "startsWith", "endsWith", "contains", "matches", "min", "max", "type"}
_FUNCTIONS |= {"int", "uint", "double", "string", "bool", "duration", "timestamp"}


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in one language or both; the one that is missing is read in the other."""

    en: str | None = None
    de: str | None = None

    def text(self) -> Text:
        """The text in both languages; raises ValueError when there is none."""
        one = self.en or self.de
        if not one:
            raise ValueError("a text is needed in `en` or `de`")
        return Text(self.en or one, self.de or one)


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """A test of a rule: the object (fields as in a Lotse inventory), what surrounds it, and the outcome expected."""

    expect: Literal["pass", "fail", "not_applicable", "unknown"]
    object: dict[str, Any] = {}
    cluster: dict[str, Any] | None = None
    host: dict[str, Any] | None = None
    vm: dict[str, Any] | None = None
    version: str | int | None = None


class OwnRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as written: `passes` is the condition that must hold, `concerns` says which objects it is about (all by default).

    `observed` is an expression whose value the report shows; by default the fields that the condition reads.
    """

    id: RuleId
    on: str
    title: Words
    passes: Annotated[str, Meta(min_length=1)]
    severity: Severity = "warning"
    versions: VersionRange | None = None
    concerns: str | None = None
    observed: str | None = None
    why: Words | None = None
    fix: list[Words] = []
    sources: list[Source] = []
    cases: list[Case] = []


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    rules: list[OwnRule]


class BadRule(ValueError):
    """A file of own rules cannot be used; `mistakes` names every place."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def read(paths: list[Path]) -> list[Rule]:
    """The rules of files and folders, ready to run; raises BadRule."""
    rules, mistakes = _read(paths)
    if mistakes:
        raise BadRule(mistakes)
    return [_rule(rule, path) for rule, path, _ in rules]


def lint(paths: list[Path], taken: set[str], knowledge: Knowledge) -> tuple[list[Mistake], int]:
    """Every mistake in files of own rules, their failing cases included, and how many rules there are."""
    rules, mistakes = _read(paths)
    broken = list(mistakes)
    for rule, path, number in rules:
        here = ["rules", number]
        if any(mistake.file == path for mistake in broken):
            continue  # what is written wrongly need not be tried
        if rule.id in taken:
            mistakes.append(Mistake(path, line_of(path, [*here, "id"]), f"the id {rule.id} belongs to a rule of Lotse; choose another"))
        outcomes = {case.expect for case in rule.cases}
        if not {"pass", "fail"} <= outcomes:
            mistakes.append(Mistake(path, line_of(path, here), f"{rule.id} needs at least one case that passes and one that fails"))
        for position, case in enumerate(rule.cases):
            problem = _try(rule, case, path, knowledge)
            if problem:
                mistakes.append(Mistake(path, line_of(path, [*here, "cases", position]), f"{rule.id}: {problem}"))
    return mistakes, len(rules)


def _read(paths: list[Path]) -> tuple[list[tuple[OwnRule, Path, int]], list[Mistake]]:
    found: list[tuple[OwnRule, Path, int]] = []
    mistakes: list[Mistake] = []
    seen: dict[str, Path] = {}
    for path in [file for given in paths for file in (sorted(given.rglob("*.yaml")) if given.is_dir() else [given])]:
        rules, wrong = _read_file(path)
        mistakes += wrong
        for number, rule in enumerate(rules):
            if rule.id in seen:
                mistakes.append(Mistake(path, line_of(path, ["rules", number, "id"]), f"the id {rule.id} is taken in {seen[rule.id]}"))
            seen[rule.id] = path
            mistakes += [Mistake(path, line_of(path, ["rules", number, *keys]), problem) for keys, problem in _problems(rule)]
            found.append((rule, path, number))
    return found, mistakes


def _read_file(path: Path) -> tuple[list[OwnRule], list[Mistake]]:
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=loader())):
            return [], [Mistake(path, 1, "anchors and aliases (& and *) are not allowed in rules")]
        return msgspec.convert(construct(yaml.compose(text, Loader=loader())), _File, strict=False).rules, []
    except OSError as error:
        return [], [Mistake(path, 1, f"cannot be read ({error.strerror})")]
    except yaml.MarkedYAMLError as error:
        return [], [Mistake(path, error.problem_mark.line + 1 if error.problem_mark else 1, f"not valid YAML: {error.problem}")]
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        return [], [Mistake(path, 1, f"not valid YAML: {error}")]
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at ")
        keys = [int(part) if part.isdigit() else part for part in re.findall(r"\w+", place.strip("`$"))]
        return [], [Mistake(path, line_of(path, keys), problem)]


def _problems(rule: OwnRule):
    if rule.on not in KINDS:
        yield ["on"], f"no object is called {rule.on!r}; known are {', '.join(KINDS)}"
    for keys, words in (
        *((["title"], rule.title),),
        *((["why"], w) for w in [rule.why] if w),
        *((["fix", n], w) for n, w in enumerate(rule.fix)),
    ):
        if not (words.en or words.de):
            yield keys, "a text is needed in `en` or `de`"
    if rule.versions is not None:
        try:
            versions.expand(str(rule.versions))
        except versions.UnknownVersion as error:
            yield ["versions"], str(error)
    for name in ("passes", "concerns", "observed"):
        expression = getattr(rule, name)
        if expression is not None and (problem := _unusable(expression)):
            yield [name], problem


def _unusable(expression: str) -> str | None:
    """What is wrong with an expression, or None."""
    if len(expression) > MOST_CHARACTERS:
        return f"longer than {MOST_CHARACTERS} characters"
    depth = _nested(expression)
    if depth > MOST_NESTED:
        return f"{depth} comprehensions inside each other; at most {MOST_NESTED} are allowed"
    try:
        program = _compile(expression)
    except ValueError as error:
        return f"not valid CEL: {str(error).splitlines()[0].removeprefix('Failed to parse expression ')}"
    unknown = set(program.variables()) - set(NAMES) - set(_COMPREHENSION.findall(expression))
    if unknown:
        return f"nothing is called {', '.join(sorted(unknown))}; known are {', '.join(NAMES)}"
    unknown = {name for name in program.functions() if name.isidentifier() and name[0] != "_"} - _FUNCTIONS
    return f"no function is called {', '.join(sorted(unknown))}; known are {', '.join(sorted(_FUNCTIONS))}" if unknown else None


def _nested(expression: str) -> int:
    """How many comprehensions (all, exists, map, filter) stand inside each other at most."""
    starts = {expression.index("(", match.start()) for match in _COMPREHENSION.finditer(expression)}
    open_: list[bool] = []
    deepest = 0
    for position, character in enumerate(expression):
        if character == "(":
            open_.append(position in starts)
            deepest = max(deepest, sum(open_))
        elif character == ")" and open_:
            open_.pop()
    return deepest


# --- running ----------------------------------------------------------------------------------------------------------

# What an expression can name: the object itself, what it belongs to, the cluster, and the version it is judged for.
NAMES = ("object", "vm", "host", "cluster", "version")


def _compile(expression: str) -> Any:
    import cel

    return cel.compile(expression)


def _rule(own: OwnRule, path: Path) -> Rule:
    passes, concerns, observed = (_compile(e) if e else None for e in (own.passes, own.concerns, own.observed))
    fields = ", ".join(dict.fromkeys(re.findall(r"\bobject\.(\w+)", own.passes))) or own.passes

    def judge(thing: Thing, look: Look) -> Verdict:
        context = _context(thing, look)
        if concerns and not _evaluate(concerns, own.on, context):
            return engine.not_applicable("the rule is about other objects", "die Regel betrifft andere Objekte")
        if _evaluate(passes, own.on, context):
            return engine.passed()
        seen = (
            _evaluate(observed, own.on, context)
            if observed
            else ", ".join(f"{name}: {context['object'].get(name)}" for name in fields.split(", "))
        )
        return engine.failed(engine.words(seen), location=thing.where(fields.partition(",")[0]))

    return Rule(
        id=own.id,
        on=own.on,
        entry=None,
        title=own.title.text(),
        judge=judge,
        severity=own.severity,
        versions=tuple(versions.expand(str(own.versions))) if own.versions is not None else None,
        why=own.why.text() if own.why else None,
        fix=tuple(Advice(text.en, text.de) for text in (words.text() for words in own.fix)),
        sources=tuple(own.sources),
    )


def _context(thing: Thing, look: Look) -> dict[str, Any]:
    """The object and what surrounds it as plain data, without what nobody read."""
    from kb.inventory import Host, Vm

    around = (thing, *look.parents)
    vm = next((one for one in around if isinstance(one, Vm)), None)
    host = next((one for one in around if isinstance(one, Host)), None)
    if host is None and vm is not None:
        try:
            host = look.host(vm)
        except Missing:
            host = None
    plain: Callable[[Thing], dict] = lambda one: look.once(("plain", id(one)), lambda: to_builtins(one))  # noqa: E731
    context: dict[str, Any] = {"object": plain(thing)}
    for name, one in (("vm", vm), ("host", host), ("cluster", look.inventory.cluster)):
        context[name] = plain(one) if one is not None else {}
    return context | {"version": look.version or ""}


def _evaluate(program: Any, kind: str, context: dict[str, Any]) -> Any:
    """The value of an expression; raises Missing for a value that was not read."""
    try:
        return program.execute(context)
    except KeyError as absent:
        raise Missing(f"{kind}.{absent.args[0]}") from None
    except Exception as error:  # whatever CEL makes of it: division by zero, types that do not go together
        raise engine.Undecided(
            Text(f"the condition cannot be evaluated: {_first(error)}", f"die Bedingung lässt sich nicht auswerten: {_first(error)}")
        ) from None


def _first(error: Exception) -> str:
    return re.split(r"[.\n]", str(error))[0]


def _try(own: OwnRule, case: Case, path: Path, knowledge: Knowledge) -> str | None:
    """What goes wrong when a case is judged, or None."""
    try:
        inventory = _inventory(own.on, case)
    except (msgspec.ValidationError, ValueError) as error:
        return f"the case is no object of the inventory: {error}"
    version = None if case.version is None else str(case.version)
    try:
        found = engine.run(_rule(own, path), inventory, knowledge, version=version)
    except versions.UnknownVersion as error:
        return str(error)
    outcome = found[0].outcome if found else "nothing"
    return None if outcome == case.expect else f"the case expects {case.expect} but the rule says {outcome}"


def _inventory(kind: str, case: Case) -> Inventory:
    """The inventory in which the object of a case stands."""
    data: dict[str, Any] = {}
    if case.cluster is not None:
        data["cluster"] = case.cluster
    if kind == "inventory":
        return msgspec.convert(case.object, Inventory, strict=False)
    whole = PARTS[kind][0] if kind in PARTS else kind
    around = {"vm": case.vm, "host": case.host, "cluster": case.cluster}.get(whole) or {}
    this = around | {PARTS[kind][1]: [case.object]} if kind in PARTS else case.object
    if whole == "cluster":
        data["cluster"] = (case.cluster or {}) | this
    else:
        data[f"{whole}s"] = [{"name": whole.upper()} | this]
    if whole == "vm" and case.host is not None:
        data["hosts"] = [{"name": "HOST"} | case.host]
    return msgspec.convert(data, Inventory, strict=False)
