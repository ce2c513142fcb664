"""Walking through a runbook: a state machine whose state is small, serialisable and independent of any channel.

A `Walk` says where somebody stands and how they got there. `start` looks at a report once: steps that its results
(or the version) decide are noted in the walk with the reason, so that going on needs no report. Such evidence
leads past a step only the first time: whoever comes back to the step has changed something since.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from kb import versions
from kb.entry import Language, Text
from kb.report import Report, Result, Tally, escaped
from runbooks import find
from runbooks.parse import Directive, Outcome, Page, Runbook, Step


class WalkError(ValueError):
    """The walk cannot go that way; the message says why and what is possible."""


class Decision(Struct, frozen=True, omit_defaults=True):
    """Where evidence leads from a step, and why. A `lasting` decision (for the version) holds however often one comes by."""

    choice: str
    reason: Text
    lasting: bool = False


class Passed(Struct, frozen=True, omit_defaults=True):
    """A step that lies behind: `choice` is the id of the step it led to, `reason` says why when evidence decided it."""

    step: str
    choice: str
    reason: Text | None = None


class Walk(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state of a walkthrough. `at` is the step shown, `report` the id of the report that gave the `evidence`."""

    runbook: str
    lang: Language
    at: str
    version: str | None = None
    report: str | None = None
    history: tuple[Passed, ...] = ()
    evidence: dict[str, Decision] = {}

    @property
    def skipped(self) -> list[Passed]:
        """The steps that evidence decided, in order."""
        return [passed for passed in self.history if passed.reason]


class Choice(Struct, frozen=True):
    """A way on from a step: `id` is the step it leads to."""

    id: str
    text: str


class Skipped(Struct, frozen=True):
    """A step that evidence decided, and why."""

    step: str
    title: str
    reason: str


class View(Struct, frozen=True):
    """What to show: the step (`text` is Markdown, for the walk's version), the ways on, and the steps skipped so far."""

    step: str
    title: str
    text: str
    options: list[Choice]
    skipped: list[Skipped]
    done: bool
    outcome: Outcome | None


def start(runbook: Runbook, report: Report | None = None, *, version: str | None = None, lang: Language = "en") -> Walk:
    """Begin a walk. The version is the one given, else the report's; raises WalkError when the runbook is not for it."""
    if version is None and report is not None:
        version = report.target or report.platform.version
    if version is not None and version not in runbook.versions:
        concerned = versions.compact(runbook.versions)
        raise WalkError(
            Text(
                f"the runbook {runbook.id!r} is for Windows Server {concerned}, not for {version}",
                f"das Runbook {runbook.id!r} gilt für Windows Server {concerned}, nicht für {version}",
            ).in_(lang)
        )
    evidence = {step.id: decision for step in runbook.page(lang).steps.values() if (decision := _decide(step, report, version))}
    walk = Walk(runbook=runbook.id, lang=lang, at=runbook.start, version=version, report=report.id if report else None, evidence=evidence)
    return _past_decided(walk)


def choose(walk: Walk, choice: str | int, runbook: Runbook | None = None) -> Walk:
    """Go on by an option: its id, its number from 1, or its words. Raises WalkError listing the options."""
    step = _step(walk, runbook)
    if step.outcome:
        raise WalkError(
            _say(walk, "the walk has ended; go back or start again", "der Durchgang ist beendet; gehen Sie zurück oder beginnen Sie neu")
        )
    wanted = str(choice).strip()
    for number, option in enumerate(step.options, 1):
        if wanted.removeprefix("#") == option.to or wanted == str(number) or _folded(wanted) == _folded(option.text):
            return _past_decided(replace(walk, at=option.to, history=(*walk.history, Passed(step.id, option.to))))
    ways = "; ".join(f"{number} = {option.text} ({option.to})" for number, option in enumerate(step.options, 1))
    raise WalkError(
        _say(walk, f"{wanted!r} is no option here; choose {ways}", f"{wanted!r} steht hier nicht zur Wahl; möglich sind {ways}")
    )


def back(walk: Walk) -> Walk:
    """Undo the last choice, together with the steps that evidence decided after it.

    When nobody has chosen anything yet but steps were skipped, show the first of them after all: going back there
    means to overrule the evidence. Raises WalkError at the very beginning.
    """
    for position in reversed(range(len(walk.history))):
        passed = walk.history[position]
        if passed.reason is None:
            return replace(walk, at=passed.step, history=walk.history[:position])
    if not walk.history:
        raise WalkError(_say(walk, "this is the first step", "das ist der erste Schritt"))
    first = walk.history[0].step
    return replace(walk, at=first, history=(), evidence={id: d for id, d in walk.evidence.items() if id != first})


def current(walk: Walk, runbook: Runbook | None = None) -> View:
    """What to show where the walk stands. Raises WalkError when the runbook no longer has that step."""
    step = _step(walk, runbook)
    return View(
        step=step.id,
        title=step.title,
        text=step.text(walk.version),
        options=[Choice(option.to, option.text) for option in step.options],
        skipped=[
            Skipped(passed.step, _title(walk, passed.step, runbook), passed.reason.in_(walk.lang))
            for passed in walk.skipped
            if passed.reason
        ],
        done=step.outcome is not None,
        outcome=step.outcome,
    )


def protocol(walk: Walk, runbook: Runbook | None = None) -> str:
    """The walk so far as Markdown for a ticket: what was looked at, what was chosen, what was skipped and why, how it ended."""
    step = _step(walk, runbook)
    title = _page(walk, runbook).header.title
    version = versions.name(walk.version) if walk.version else _say(walk, "version not given", "Version nicht angegeben")
    lines = [f"# {_say(walk, 'Protocol', 'Protokoll')}: {title}", "", f"- Runbook: `{walk.runbook}`", f"- {version}"]
    if walk.report:
        lines.append(f"- {_say(walk, 'Report', 'Bericht')}: `{walk.report}`")
    if walk.history:
        lines += ["", *(f"{n}. {_line(walk, passed, runbook)}" for n, passed in enumerate(walk.history, 1))]
    match step.outcome:
        case "solved":
            end = f"**{_say(walk, 'Outcome: solved', 'Ergebnis: gelöst')}**"
        case "support":
            end = f"**{_say(walk, 'Outcome: handed over to support', 'Ergebnis: an den Support übergeben')}**"
        case None:
            end = f"**{_say(walk, 'Open', 'Offen')}:** {step.title}"
    return "\n".join([*lines, "", end]) + "\n"


def _line(walk: Walk, passed: Passed, runbook: Runbook | None) -> str:
    title = f"**{_title(walk, passed.step, runbook)}**"
    if passed.reason:
        return f"{title} ({_say(walk, 'skipped', 'übersprungen')}): {escaped(passed.reason.in_(walk.lang))}"
    step = _page(walk, runbook).steps.get(passed.step)
    chosen = next((option.text for option in step.options if option.to == passed.choice), passed.choice) if step else passed.choice
    return f"{title}: {chosen}"


def _past_decided(walk: Walk) -> Walk:
    seen: set[str] = set()
    while (decision := walk.evidence.get(walk.at)) and walk.at not in seen:
        if not decision.lasting and any(passed.step == walk.at for passed in walk.history):
            break
        seen.add(walk.at)
        walk = replace(walk, at=decision.choice, history=(*walk.history, Passed(walk.at, decision.choice, decision.reason)))
    return walk


def _decide(step: Step, report: Report | None, version: str | None) -> Decision | None:
    """What is known about a step before anybody looks at it: the version rules it out, a rule failed, or the rules passed."""
    for directive in sorted(step.directives, key=lambda d: ("only", "fails", "proves").index(d.kind)):
        if directive.kind == "only":
            if version is not None and version not in directive.versions:
                concerned = versions.compact(directive.versions)
                reason = Text(f"concerns Windows Server {concerned} only", f"betrifft nur Windows Server {concerned}")
                return Decision(directive.to, reason, lasting=True)
        elif report is not None and (reason := _evidence(directive, report)):
            return Decision(directive.to, reason)
    return None


def _evidence(directive: Directive, report: Report) -> Text | None:
    """Why the report decides a step, or None when it does not.

    Rules prove something only if each was judged, none failed or stayed unknown, and at least one passed.
    """
    rules = ", ".join(directive.rules)
    if directive.kind == "fails":
        failed = [result for result in report.failures if result.rule in directive.rules]
        return Text(f"{rules}: {_found(failed, 'en')}", f"{rules}: {_found(failed, 'de')}") if failed else None
    tallies = [report.rules.get(id, Tally()) for id in directive.rules]
    passed = sum(tally.passed for tally in tallies)
    judged = all(tally.passed or tally.not_applicable for tally in tallies)
    if not passed or not judged or any(tally.fail or tally.unknown or tally.error for tally in tallies):
        return None
    return Text(
        f"the configuration passes {rules} ({passed} checked){_observed(tallies, passed, 'en')}",
        f"die Konfiguration erfüllt {rules} ({passed} geprüft){_observed(tallies, passed, 'de')}",
    )


def _found(failed: list[Result], lang: str, most: int = 3) -> str:
    """The findings in words, the first few of them."""
    words = [
        f"{r.title.in_(lang)} ({': '.join(w for w in (r.subject.name, r.observed and r.observed.in_(lang)) if w)})" for r in failed[:most]
    ]
    return "; ".join(words) + (f"; … (+{len(failed) - most})" if len(failed) > most else "")


def _observed(tallies: list[Tally], passed: int, lang: str) -> str:
    """What was seen, where it was one thing only."""
    seen = next((tally.observed for tally in tallies if tally.observed), None)
    return f": {seen.in_(lang)}" if passed == 1 and seen else ""


def _page(walk: Walk, runbook: Runbook | None) -> Page:
    return (runbook or find.get(walk.runbook)).page(walk.lang)


def _step(walk: Walk, runbook: Runbook | None) -> Step:
    step = _page(walk, runbook).steps.get(walk.at)
    if step is None:
        raise WalkError(
            _say(
                walk,
                f"the runbook {walk.runbook!r} was changed and has no step {walk.at!r} any more; start again",
                f"das Runbook {walk.runbook!r} wurde geändert und hat keinen Schritt {walk.at!r} mehr; beginnen Sie neu",
            )
        )
    return step


def _title(walk: Walk, id: str, runbook: Runbook | None) -> str:
    step = _page(walk, runbook).steps.get(id)
    return step.title if step else id


def _say(walk: Walk, en: str, de: str) -> str:
    return de if walk.lang == "de" else en


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
