"""Reports to read: plain text and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from assistant.formats.words import COUNTED, WORDS
from kb import units, versions
from kb.report import Report, Result, escaped

_COMMANDS = 12  # commands that collect what is missing; JSON has them all
_MOST = 20  # lines of a list; JSON and CSV have them all
GROUPS = (("error", "errors"), ("warning", "warnings"), ("info", "infos"))


class _Marks(NamedTuple):
    """How a report to read is marked up; `words` makes the user's own words harmless."""

    heading: Callable[[int, str], str]
    bold: Callable[[str], str]
    code: Callable[[str], str]
    words: Callable[[str], str]


_PLAIN = _Marks(lambda level, text: f"{text}\n{'=-'[level - 1] * len(text)}", str, str, str)
_MARKDOWN = _Marks(lambda level, text: f"{'#' * level} {text}", lambda text: f"**{text}**", lambda text: f"`{text}`", escaped)


def text(report: Report, lang: str) -> str:
    """A report to read in a terminal."""
    return _write(report, lang, _PLAIN)


def markdown(report: Report, lang: str) -> str:
    """A report to read as Markdown."""
    return _write(report, lang, _MARKDOWN)


def _write(report: Report, lang: str, marks: _Marks) -> str:
    """A report to read: what failed first, then what could not be judged."""
    w, heading = WORDS[lang], marks.heading
    version = versions.short(report.platform.version) if report.platform.version else w["unknown"]
    summary = report.summary
    lines = [heading(1, w["report"]), ""]
    lines.append(
        f"{w['platform']} {version} ({report.platform.how.in_(lang)})"
        + (f"; {w['target']} {versions.short(report.target)}" if report.target else "")
    )
    lines.append(seen(report, lang))
    lines.append(
        f"{summary['fail']} {w['fail']}, {summary['pass']} {w['pass']}, {summary['unknown']} {w['unknown_count']}, "
        f"{summary['not_applicable']} {w['not_applicable']}"
    )
    if not report.failures:
        lines += ["", w["nothing"]]
    lines += _changes(report, lang, marks)
    for severity, name in GROUPS:
        failures = [r for r in report.failures if r.severity == severity]
        if failures:
            lines += ["", heading(2, f"{w[name]} ({len(failures)})"), ""]
            for same in by_rule(failures):
                lines += _finding(same, lang, w, marks)
    lines += (
        _accepted(report, lang, marks) + _capacity(report, lang, marks) + _mobility(report, lang, marks) + _upgrade(report, lang, marks)
    )
    missing = report.missing()
    if missing:
        lines += ["", heading(2, w["not_judged"]), "", f"- {w['collector']} {marks.code('lotse collect')}"]
        commands = list(by_command(report).items())
        for command, rules in commands[:_COMMANDS]:
            named = f"{', '.join(sorted(rules)[:8])}{' …' if len(rules) > 8 else ''}"
            lines.append(f"- {len(rules)} {w['rules']} ({named}): {w['collect']} {marks.code(command)}")
        lines += [f"- … +{len(commands) - _COMMANDS}"] if len(commands) > _COMMANDS else []
    if report.warnings:
        lines += ["", heading(2, w["left_out"]), "", *(f"- {marks.words(warning)}" for warning in report.warnings)]
    return "\n".join(lines) + "\n"


def seen(report: Report, lang: str) -> str:
    """How many objects of each kind were read."""
    counted = ", ".join(f"{n} {COUNTED[kind][2 * (lang == 'de') + (n != 1)]}" for kind, n in report.counts.items() if n)
    return f"{WORDS[lang]['seen']}: {counted}"


def by_command(report: Report) -> dict[str, list[str]]:
    """Each command that collects missing values → the rules that could judge then."""
    found: dict[str, list[str]] = {}
    for command, rules in report.missing().values():
        known = found.setdefault(command, [])
        known += [rule for rule in rules if rule not in known]
    return found


def _section(title: str, lines: list[str], marks: _Marks) -> list[str]:
    return ["", marks.heading(2, title), "", *lines] if lines else []


def _changes(report: Report, lang: str, marks: _Marks) -> list[str]:
    """What is new, resolved and unchanged since an earlier report."""
    w, changes = WORDS[lang], report.changes
    if changes is None:
        return []
    lines = [f"{len(changes.new)} {w['new']}, {len(changes.resolved)} {w['resolved']}, {len(changes.unchanged)} {w['unchanged']}"]
    for name, found in (("new", changes.new), ("resolved", changes.resolved)):
        lines += [f"- {w[name]}: {f.rule} {f.subject.kind} {marks.words(f.subject.name)}: {f.title}" for f in found[:_MOST]]
        lines += [f"- … +{len(found) - _MOST}"] if len(found) > _MOST else []
    return _section(w["changes"], lines, marks)


def _accepted(report: Report, lang: str, marks: _Marks) -> list[str]:
    w = WORDS[lang]
    lines = [
        f"- {a.result.rule} {a.result.subject.kind} {marks.words(a.result.subject.name)}: {w['until']} {a.expires}, "
        f"{marks.words(a.owner)}: {marks.words(a.reason)}"
        for a in report.accepted
    ]
    return _section(w["accepted"], lines, marks)


def _capacity(report: Report, lang: str, marks: _Marks) -> list[str]:
    """Whether the cluster survives the loss of each node."""
    w, capacity = WORDS[lang], report.capacity
    if capacity is None:
        return []
    lines = []
    for load in capacity.nodes:
        memory = f"{_bytes(load.vm_memory, lang)} / {_bytes(load.memory, lang)}"
        lines.append(
            f"- {marks.words(load.name)}: {load.vms} VMs, {memory}, {load.virtual_processors or 0} vCPU / {load.logical_processors or '?'} LP"
        )
    for loss in capacity.losses:
        verdict = w["survives"] if loss.survives else w["survives_not"]
        reasons = "".join(f"; {marks.words(reason.in_(lang))}" for reason in loss.reasons)
        lines.append(f"- {w['loss_of']} {marks.words(loss.node)}: {verdict}{reasons}")
    if capacity.missing:
        lines.append(f"- {w['not_told']}: {', '.join(capacity.missing)}")
    return _section(w["capacity"], lines, marks)


def _mobility(report: Report, lang: str, marks: _Marks) -> list[str]:
    """Which VMs cannot move where, and why; moves that are possible are not listed."""
    w, lines = WORDS[lang], []
    for group in report.mobility.groups if report.mobility else []:
        names = ", ".join(marks.words(name) for name in group.vms[:5]) + (f" (+{len(group.vms) - 5})" if len(group.vms) > 5 else "")
        for move in group.moves:
            if move.answer in ("no", "unknown"):
                why = "; ".join(marks.words(reason.in_(lang)) for reason in move.reasons) or f"{w['not_told']}: {', '.join(move.missing)}"
                answer = w["cannot_move"] if move.answer == "no" else w["may_move"]
                lines.append(f"- {names} ({marks.words(group.host)}) → {marks.words(move.node)}: {answer}: {why}")
    more = [f"- … +{len(lines) - _MOST}"] if len(lines) > _MOST else []
    return _section(w["mobility"], lines[:_MOST] + more, marks)


def _upgrade(report: Report, lang: str, marks: _Marks) -> list[str]:
    """The way to the target version and what it changes."""
    w, upgrade = WORDS[lang], report.upgrade
    if upgrade is None:
        return []
    changes = upgrade.changes
    lines = [f"{n}. {marks.words(step.text.in_(lang))}" for n, step in enumerate(upgrade.steps, 1)]
    for name, found in (("new_there", changes.new), ("resolved_there", changes.resolved)):
        lines += [f"- {w[name]}: {f.rule} {f.subject.kind} {marks.words(f.subject.name)}: {f.title}" for f in found[:_MOST]]
    lines.append(f"- {w['stays']}: {len(changes.unchanged)}")
    lines += [f"- {w['gone']}: {lost.title.in_(lang)}: {lost.says.in_(lang)}" for lost in upgrade.lost]
    return _section(f"{w['upgrade']} {versions.short(upgrade.source)} → {versions.short(upgrade.target)}", lines, marks)


def _bytes(value: int | None, lang: str) -> str:
    return "?" if value is None else units.of_bytes(value, lang)


def by_rule(failures: Iterable[Result]) -> list[list[Result]]:
    """Failures of the same rule together, in the order of the report."""
    grouped: dict[str, list[Result]] = {}
    for failure in failures:
        grouped.setdefault(failure.rule, []).append(failure)
    return list(grouped.values())


def _finding(same: list[Result], lang: str, w: dict[str, str], marks: _Marks) -> list[str]:
    """One rule's failures: the title once, every object it holds for, then reason, fix and source."""
    first = same[0]
    lines = [f"- {marks.bold(f'{first.rule} {first.title.in_(lang)}')}"]
    for result in same[:20]:
        seen = f": {w['observed']} {marks.words(result.observed.in_(lang))}" if result.observed else ""
        bound = f", {w['limit']} {marks.words(result.limit.in_(lang))}" if result.limit else ""
        place = f" ({marks.words(str(result.location))})" if result.location else ""
        lines.append(f"  - {result.subject.kind} {marks.words(result.subject.name)}{seen}{bound}{place}")
    if len(same) > 20:
        lines.append(f"  - … +{len(same) - 20}")
    if first.why:
        lines.append(f"  - {w['why']}: {first.why.in_(lang)}")
    lines += [f"  - {w['fix']}: {advice.in_(lang)}" for advice in first.fix]
    lines += [f"  - {w['source']}: {source.title} {source.url}" for source in first.sources[:2]]
    return lines
