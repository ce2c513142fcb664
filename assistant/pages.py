"""The readable pages of entries, rules and runbooks: Markdown first, one plain frame around it."""

from __future__ import annotations

from html import escape

from assistant.render import html
from kb import limits, versions
from kb.entry import Entry, Text
from kb.rules.engine import Rule
from kb.rules.reads import reads
from runbooks.parse import SECTIONS, Runbook

_HEADINGS = {
    "values": Text("Values", "Werte"),
    "why": Text("Why it matters", "Warum das wichtig ist"),
    "fix": Text("What to do", "Was tun"),
    "sources": Text("Sources", "Quellen"),
    "contradictions": Text("Where sources disagree", "Wo Quellen sich widersprechen"),
    "seed": Text("What the notes of 2011 said", "Was die Notizen von 2011 sagten"),
    "version": Text("Version", "Version"),
    "value": Text("Value", "Wert"),
    "reviewed": Text("Reviewed", "Geprüft am"),
    "rule": Text("Checked by rule", "Geprüft von Regel"),
    "rests_on": Text("Rests on", "Beruht auf"),
    "severity": Text("Severity", "Schweregrad"),
    "implements": Text("Covers", "Deckt ab"),
    "judges": Text("Judges", "Beurteilt"),
    "versions": Text("Versions", "Versionen"),
    "all": Text("all", "alle"),
    "reads": Text("Reads", "Liest"),
    "language": Text("Deutsch", "English"),
    "back": Text("Ask Lotse", "Lotse fragen"),
}


def _h(key: str, lang: str) -> str:
    return _HEADINGS[key].in_(lang)


def frame(title: str, markdown: str, lang: str) -> str:
    """A page of its own around some Markdown, with a link to the other language."""
    other = "en" if lang == "de" else "de"
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · Lotse</title><link rel="stylesheet" href="/static/lotse.css"></head>\n<body class="reading">\n'
        f'<header><a href="/">Lotse · {_h("back", lang)}</a> <a href="?lang={other}" hreflang="{other}">{_h("language", lang)}</a></header>\n'
        f"<main>\n{html(markdown)}</main>\n</body>\n</html>\n"
    )


def entry(found: Entry, lang: str) -> str:
    """The page of an entry: statement, matrix, reason, advice, sources."""
    parts = [f"# {found.title.in_(lang)}", found.statement.in_(lang)]
    if found.values:
        rows = [f"| {versions.short(f.version)} | {_cell(f, lang)} |" for f in limits.matrix(found)]
        parts.append(
            "\n".join([f"## {_h('values', lang)}", "", f"| {_h('version', lang)} | {_h('value', lang)} |", "| --- | --- |", *rows])
        )
    parts += [f"## {_h('why', lang)}", found.why.in_(lang)]
    if found.fix:
        parts += [f"## {_h('fix', lang)}", "\n".join(f"- {_for(a.versions)}{a.in_(lang)}" for a in found.fix)]
    if found.check:
        parts.append(f"{_h('rule', lang)} [{found.check.rule}](/rules/{found.check.rule}): {found.check.title.in_(lang)}")
    if found.runbook:
        parts.append(f"Runbook: [{found.runbook}](/runbooks/{found.runbook}?lang={lang})")
    if found.contradictions:
        parts += [f"## {_h('contradictions', lang)}", "\n".join(f"- {c.in_(lang)}" for c in found.contradictions)]
    notes = [s.note.in_(lang) for s in found.seed if s.note]
    if notes:
        parts += [f"## {_h('seed', lang)}", "\n".join(f"- {n}" for n in notes)]
    parts += [f"## {_h('sources', lang)}", "\n".join(f"{n}. [{s.title}]({s.url}): {s.says}" for n, s in enumerate(found.sources, 1))]
    parts.append(f"{_h('reviewed', lang)} {found.reviewed} · `{found.id}`")
    return frame(found.title.in_(lang), "\n\n".join(parts), lang)


def _cell(found: limits.Limit, lang: str) -> str:
    spoken = " ".join(dict.fromkeys(row.say.in_(lang) for row in found.rows if row.say))
    return (spoken or found.text(lang)).replace("|", "\\|")


def _for(range_: str | int | None) -> str:
    return f"**{versions.compact(versions.expand(str(range_)))}**: " if range_ is not None else ""


def rule(found: Rule, rests_on: Entry, lang: str) -> str:
    """The page of a rule: what it looks for, why, the fix and the sources of its entry."""
    severity = found.severity or rests_on.severity
    concerned = versions.compact(list(found.versions)) if found.versions else _h("all", lang)
    fields = ", ".join(f"`{field}`" for field in reads(found))
    parts = [
        f"# {found.id}: {found.title.in_(lang)}",
        f"{_h('severity', lang)}: {severity} · {_h('judges', lang)}: {found.on.replace('_', ' ')} · {_h('versions', lang)}: {concerned} · "
        f"{_h('rests_on', lang)} [{rests_on.title.in_(lang)}](/kb/{rests_on.id}?lang={lang})",
        rests_on.statement.in_(lang),
        f"## {_h('why', lang)}",
        rests_on.why.in_(lang),
    ]
    if rests_on.fix:
        parts += [f"## {_h('fix', lang)}", "\n".join(f"- {_for(a.versions)}{a.in_(lang)}" for a in rests_on.fix)]
    if fields:
        parts.append(f"{_h('reads', lang)}: {fields}")
    if found.implements:
        parts.append(f"{_h('implements', lang)}: " + ", ".join(f"`{id}`" for id in found.implements))
    parts += [f"## {_h('sources', lang)}", "\n".join(f"{n}. [{s.title}]({s.url})" for n, s in enumerate(rests_on.sources, 1))]
    return frame(f"{found.id} {found.title.in_(lang)}", "\n\n".join(parts), lang)


def runbook(found: Runbook, lang: str) -> str:
    """The page of a runbook: what to know before, and every step with its branches as links."""
    page = found.page(lang)
    parts = [f"# {page.header.title}", f"{versions.compact(found.versions)} · {page.header.time} · {page.header.risk}"]
    for key, heading in SECTIONS.items():
        parts.append(f"## {heading.in_(lang)}")
        if key == "steps":
            for step in page.steps.values():
                branches = "\n".join(f"- [{o.text}](#{o.to})" for o in step.options)
                parts += [f"### {step.title} {{#{step.id}}}", step.text(), branches]
        else:
            parts.append(page.sections.get(key, ""))
    parts += [f"## {_h('sources', lang)}", "\n".join(f"{n}. [{s.title}]({s.url})" for n, s in enumerate(page.header.sources, 1))]
    return frame(page.header.title, "\n\n".join(p for p in parts if p), lang)
