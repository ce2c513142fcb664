"""Answering: from a question and what the index found to an answer, a question back, or a refusal.

Every sentence comes from an entry or a document and carries its citation. Nothing here generates text beyond
fixed phrases around curated sentences, so no language model is needed for a right answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

from assistant.phrases import say
from assistant.scope import outside
from assistant.understand import Question, parts
from ingest.index.search import Hit, Index
from kb import limits, units, versions
from kb.entry import Entry, Source
from kb.limits import Limit, Status
from kb.load import Knowledge

MAX_CHARACTERS = 1500
_MAX_SOURCES = 3
# The odds that a hit answers the question, by logistic regression over the knowledge's own questions (each left out
# in turn) and questions about other things: no signal decides alone. Fitted by benchmarks/calibration.py.
_SIMILARITY, _COVERAGE, _OFFSET = 143.0, 3.0, -125.6
_LEXICAL_COVERAGE = 0.48
# How near the best score another hit must be to take its place, and how much of the question's words another entry
# must add to be told as well. A part of the question that is covered so far needs none of its own; else how much
# better than those chosen another must fit it.
_NEAR, _GAIN, _COVERED, _BETTER = 0.85, 0.20, 0.75, 0.04
# How much more of the question's words a user's document must contain than the best entry to be quoted instead.
_CLEARLY_MORE = 0.3


class Citation(Struct, omit_defaults=True):
    """A numbered proof: where it can be read and which entry or document rests on it."""

    n: int
    title: str
    url: str | None = None
    entry: str | None = None
    document: str | None = None
    quote: str | None = None


class Named(Struct):
    """An entry's value as used in an answer."""

    id: str
    version: str | None
    value: object
    unit: str | None


class Cell(Struct, omit_defaults=True):
    """One version of the matrix: the value in words, and the state (`known`, `not_documented`, `does_not_apply`)."""

    version: str
    value: str
    status: str


class Answer(Struct, kw_only=True):
    """What every channel renders. `text` is Markdown of at most 1,500 characters whose first sentence answers."""

    outcome: Literal["answer", "clarify", "refuse"]
    text: str
    lang: str
    versions: list[str] = []
    entries: list[Named] = []
    matrix: list[Cell] | None = None
    citations: list[Citation] = []
    runbook: str | None = None
    suggestions: list[str] = []
    engine: Literal["extractive", "llm"] = "extractive"


@dataclass(slots=True)
class _Draft:
    """Collects paragraphs and citations and keeps the text within its bound."""

    lang: str
    parts: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)

    def cite(self, entry: Entry, asked: Sequence[str]) -> str:
        """Add an entry's sources as citations (once) → the marks `[1][2]`."""
        numbers = [c.n for c in self.citations if c.entry == entry.id]
        if not numbers:
            for source in best_sources(entry, asked):
                number = len(self.citations) + 1
                self.citations.append(Citation(n=number, title=source.title, url=source.url, entry=entry.id))
                numbers.append(number)
        return "".join(f"[{n}]" for n in numbers)

    def add(self, text: str) -> bool:
        """Add a paragraph if it fits; False when it does not."""
        if self.parts and len("\n\n".join([*self.parts, text])) > MAX_CHARACTERS:
            return False
        self.parts.append(text)
        return True

    @property
    def text(self) -> str:
        text = "\n\n".join(self.parts)
        return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"


_MAKER = re.compile(r"^https?://(?:[\w-]+\.)*(?:microsoft\.com|github\.com/MicrosoftDocs)", re.I)


def best_sources(entry: Entry, asked: Sequence[str]) -> list[Source]:
    """The sources to cite for some versions, at most three: those that name them first, and Microsoft's own before others."""
    names = [versions.short(v) for v in asked]

    def rank(source: Source) -> tuple[int, bool]:
        words = f"{source.title} {source.says}"
        named = sum(1 for name in names if re.search(rf"(?<!\d){re.escape(name)}(?!\s?R2)(?!\d)", words))
        return -named, not _MAKER.match(source.url)

    return sorted(entry.sources, key=rank)[:_MAX_SOURCES]


def answer(question: Question, index: Index, knowledge: Knowledge, *, told: str | None = None, last: Sequence[str] = ()) -> Answer:
    """Answer a question.

    `told` is the version in force when the question names none (the caller's or the conversation's), `last` the
    entries of the previous answer, for follow-ups such as *und bei 2012?*.
    """
    lang = question.lang
    if question.wants == "harm":
        return _refuse(say("harm", lang), lang)
    if question.wants in ("greeting", "help"):
        return Answer(outcome="clarify", text=say("help", lang), lang=lang, suggestions=list(_examples(lang)))
    if question.unknown_release:
        known = ", ".join(versions.short(v) for v in versions.IDS)
        return _refuse(say("unknown_release", lang, release=question.unknown_release, known=known), lang)
    only_a_version = question.asked and not question.content and not last
    if question.wants == "remember" or only_a_version:
        name = versions.name(question.asked[-1])
        return Answer(outcome="clarify", text=say("noted", lang, version=name), lang=lang, versions=list(question.asked))
    if outside(question.text, bool(question.asked)):
        return _refuse(say("unknown", lang), lang)
    asked = list(question.asked) or list(question.ambiguous) or ([told] if told else [])
    follow_up = _follow_up(question, knowledge, last)
    entries = follow_up or _chosen(question, index, knowledge, asked)
    if not follow_up and (quoted := _from_documents(question, index, asked, entries)):
        return quoted
    if not entries:
        return _refuse(say("unknown", lang), lang)
    composed = _compose(question, entries, asked)
    composed.runbook = composed.runbook or _runbook(question, index, asked)
    if question.ambiguous and not question.asked:
        return _which(question, composed)
    return composed


def _refuse(text: str, lang: str) -> Answer:
    return Answer(outcome="refuse", text=text, lang=lang, suggestions=list(_examples(lang)))


def _examples(lang: str) -> tuple[str, ...]:
    return tuple(say("examples", lang).split("|"))


# --- choosing what to answer from --------------------------------------------------------------------------------------


def _follow_up(question: Question, knowledge: Knowledge, last: Sequence[str]) -> list[Entry]:
    """The entries of the previous answer when the question only adds a version, or asks why or what to do."""
    if last and (question.wants in ("why", "fix") or not question.content):
        return [knowledge[id] for id in last[:1] if knowledge.get(id)]
    return []


def convincing(hit: Hit, hybrid: bool) -> bool:
    """True when a hit is more likely than not to answer the question."""
    if not hybrid:
        return hit.coverage >= _LEXICAL_COVERAGE
    return _SIMILARITY * hit.similarity + _COVERAGE * hit.coverage + _OFFSET >= 0


def _chosen(question: Question, index: Index, knowledge: Knowledge, asked: Sequence[str]) -> list[Entry]:
    """The entries to answer from: the best one, and others for what it leaves unanswered."""
    hits = [h for h in index.search(question.search, count=12, prefer=asked) if convincing(h, index.hybrid)]
    if not hits:
        return []

    def speaks(hit: Hit) -> bool:
        return not asked or _speaks_of(knowledge[hit.ref], asked)

    # Where the best knows nothing of the asked version, a near equal may; else the answer is that nothing is documented.
    best = next((h for h in hits if speaks(h) and h.score >= _NEAR * hits[0].score), hits[0])
    chosen = [best.ref]
    for part in parts(question.search):
        if index.covered(part, chosen) >= _COVERED:
            continue
        found = index.search(part, count=8, prefer=asked)
        have = max((h.score for h in found if h.ref in chosen), default=0.0)
        if found and found[0].score - have >= _BETTER and speaks(found[0]) and convincing(found[0], index.hybrid):
            chosen.append(found[0].ref)
    for hit in hits:
        if len(chosen) < 3 and hit.ref not in chosen and hit.score >= 0.6 * best.score and speaks(hit):
            if index.covered(question.search, [*chosen, hit.ref]) - index.covered(question.search, chosen) >= _GAIN:
                chosen.append(hit.ref)
    return [knowledge[ref] for ref in chosen[:3]]


def _speaks_of(entry: Entry, asked: Sequence[str]) -> bool:
    return any(limits.limit(entry, v).status is not Status.NOT_DOCUMENTED for v in asked)


# --- composing ----------------------------------------------------------------------------------------------------------


def _compose(question: Question, entries: list[Entry], asked: list[str]) -> Answer:
    lang = question.lang
    draft = _Draft(lang)
    first = entries[0]
    found = [limits.limit(first, v, question.edition, question.generation) for v in asked]
    if found and all(f.status is Status.NOT_DOCUMENTED for f in found):
        return _not_documented(first, asked, lang)
    for position, entry in enumerate(entries):
        _add_entry(draft, entry, question, asked, primary=position == 0)
    matrix = _matrix(first, question, asked)
    needs_version = not asked and limits.depends_on_version(first)
    if needs_version:
        draft.add(say("which_version", lang))
    return Answer(
        outcome="answer",
        text=draft.text,
        lang=lang,
        versions=asked,
        entries=draft.named,
        matrix=matrix,
        citations=draft.citations,
        runbook=next((e.runbook for e in entries if e.runbook), None),
        suggestions=[versions.short(v) for v in first.covered] if needs_version else [say("ask_fix", lang)] if first.fix else [],
    )


def _add_entry(draft: _Draft, entry: Entry, question: Question, asked: list[str], *, primary: bool) -> None:
    lang = question.lang
    found = [limits.limit(entry, v, question.edition, question.generation) for v in asked]
    if not primary:
        found = [f for f in found if f.status is not Status.NOT_DOCUMENTED]
        if asked and not found:
            return
    marks = draft.cite(entry, asked)
    version = asked[0] if len(asked) == 1 else None
    if primary and question.wants == "why":
        draft.add(f"{entry.why.in_(lang)} {marks}")
        return
    if primary and question.wants == "fix" and entry.fix_for(version):
        draft.add("\n".join(f"{advice.in_(lang)} {marks}" for advice in entry.fix_for(version)))
        return
    if not asked:
        draft.add(f"{_without_version(entry, question)} {marks}")
        if limits.depends_on_version(entry):
            draft.add(_table(limits.matrix(entry, question.edition, question.generation), lang, marks))
    elif len(asked) == 1:
        draft.add(f"{_compared(question, found[0])}{sentence(found[0], lang)}{_elsewhere(found[0], question)} {marks}")
    else:
        same = _same_for_all(found, lang)
        text = f"{same} {marks}" if same else _table(found, lang, marks, title=entry.title.in_(lang))
        # A table that does not fit is left to the matrix: cut short, it would hide versions.
        draft.add(text if len(text) <= MAX_CHARACTERS else f"{entry.statement.in_(lang)} {marks}")
    draft.named += [Named(entry.id, f.version, f.value, entry.unit) for f in found if f.status is Status.KNOWN] or [
        Named(entry.id, None, None, entry.unit)
    ]
    if primary or len(draft.parts) < 3:
        _explain(draft, entry, version, marks, possible=_possible(entry, found))


def _without_version(entry: Entry, question: Question) -> str:
    lang = question.lang
    if limits.depends_on_version(entry) and any(isinstance(r.value, (int, float)) and not isinstance(r.value, bool) for r in entry.values):
        return f"{say('depends', lang)} {entry.statement.in_(lang)}"
    return entry.statement.in_(lang)


def _possible(entry: Entry, found: list[Limit]) -> bool:
    """False when the asked versions do not have what the entry is about, so that its advice would lead astray."""
    rows = [row for f in found for row in f.rows]
    return not rows or any(row.applies and not (row.value is False and entry.kind in ("feature", "howto")) for row in rows)


def _explain(draft: _Draft, entry: Entry, version: str | None, marks: str, *, possible: bool) -> None:
    """Why it matters and what to do, while there is room."""
    draft.add(f"{entry.why.in_(draft.lang)} {marks}")
    advice = entry.fix_for(version) if possible else []
    if advice:
        special = next((a for a in advice if a.versions is not None), advice[0])
        draft.add(f"**{say('to_do', draft.lang)}** {special.in_(draft.lang)} {marks}")


def sentence(found: Limit, lang: str) -> str:
    """What an entry says for one version, as sentences: the authored ones, else title and value."""
    entry = found.entry
    spoken = list(dict.fromkeys(row.say.in_(lang) for row in found.rows if row.say))
    silent = [row for row in found.rows if not row.say and row.applies]
    if found.status is Status.NOT_DOCUMENTED:
        return say("not_documented", lang, title=entry.title.in_(lang), version=versions.name(found.version))
    if not found.rows:
        return entry.statement.in_(lang)
    if silent:
        value = "; ".join(dict.fromkeys(limits.row_text(row, entry.unit, lang) for row in silent))
        spoken.insert(0, f"{entry.title.in_(lang)} ({versions.name(found.version)}): **{value}**.")
    return " ".join(spoken)


def _elsewhere(found: Limit, question: Question) -> str:
    """Where the asked version (or generation) lacks a feature: which ones have it."""
    entry, lang = found.entry, question.lang
    if entry.kind not in ("feature", "howto") or any(row.applies and row.value is not False for row in found.rows):
        return ""
    sibling = limits.limit(entry, found.version, question.edition)
    if any(row.value is True for row in sibling.rows):
        return f" {sentence(sibling, lang)}" if question.generation or question.edition else ""
    having = [f.version for f in limits.matrix(entry) if any(row.applies and row.value not in (False, None) for row in f.rows)]
    return f" {say('available_in', lang, versions=versions.compact(having))}" if having else ""


def _compared(question: Question, found: Limit) -> str:
    """*Yes.* or *No.* for a question that names a number: "can I have 20 nodes?"."""
    value = found.value
    if not question.polar or found.entry.kind != "limit" or isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    size = units.is_size(found.entry.unit)
    numbers = [n for n in question.numbers if (n >= units.BYTES["MB"]) == size]
    if len(numbers) != 1:
        return ""
    return say("yes" if limits.compare(numbers[0], "at_most", found).outcome == "pass" else "no", question.lang) + " "


def _same_for_all(found: list[Limit], lang: str) -> str | None:
    """One sentence when every asked version says the same, else None."""
    texts = {(f.status, sentence(f, lang) if f.entry.values and any(r.say for r in f.rows) else f.text(lang)) for f in found}
    if len(texts) != 1 or found[0].status is not Status.KNOWN:
        return None
    names = versions.compact(f.version for f in found)
    if any(row.say for row in found[0].rows) or not found[0].rows:
        return say("same_sentence", lang, versions=names, sentence=sentence(found[0], lang))
    return say("same", lang, title=found[0].entry.title.in_(lang), versions=names, value=found[0].text(lang))


def _table(found: list[Limit], lang: str, marks: str, title: str = "") -> str:
    """Runs of versions with the same value, as a list: `- 2012–2025: 64 nodes`."""
    runs: list[tuple[list[str], str]] = []
    for each in found:
        spoken = " ".join(dict.fromkeys(row.say.in_(lang) for row in each.rows if row.say))
        text = spoken or each.text(lang)
        if runs and runs[-1][1] == text:
            runs[-1][0].append(each.version)
        else:
            runs.append(([each.version], text))
    lines = [f"- **{versions.compact(ids)}**: {text}" for ids, text in runs]
    return "\n".join([*([f"{title}: {marks}", ""] if title else []), *lines])


def _matrix(entry: Entry, question: Question, asked: list[str]) -> list[Cell] | None:
    if not entry.values:
        return None
    chosen = asked if len(asked) > 1 else entry.covered
    return [
        Cell(version=f.version, value=f.text(question.lang), status=f.status.value)
        for f in limits.matrix(entry, question.edition, question.generation, only=chosen)
    ]


def _not_documented(entry: Entry, asked: list[str], lang: str) -> Answer:
    names = " / ".join(versions.name(v) for v in asked)
    text = say("nothing_for_version", lang, title=entry.title.in_(lang), version=names, covered=versions.compact(entry.covered))
    return Answer(outcome="refuse", text=text, lang=lang, versions=asked, suggestions=[versions.short(v) for v in entry.covered])


def _which(question: Question, composed: Answer) -> Answer:
    """A bare `R2`: say what holds for each, and ask which is meant."""
    lang = question.lang
    names = [versions.short(v) for v in question.ambiguous]
    text = f"{say('which_r2', lang, one=names[0], other=names[1])}\n\n{composed.text}"
    composed.outcome = "clarify"
    composed.text = text[:MAX_CHARACTERS]
    composed.suggestions = [f"Windows Server {name}" for name in names]
    return composed


def _runbook(question: Question, index: Index, asked: list[str]) -> str | None:
    """The runbook that fits a question, where its entry names none."""
    hits = index.search(question.search, versions=asked, kinds=("runbook",), count=1)
    return hits[0].ref if hits and convincing(hits[0], index.hybrid) else None


def _from_documents(question: Question, index: Index, asked: list[str], entries: list[Entry]) -> Answer | None:
    """Quote the user's own document where no entry answers, or where one says clearly more of what is asked.

    Never one for another version than asked.
    """
    hits = index.search(question.search, versions=asked, kinds=("document",), count=1)
    if not hits or not convincing(hits[0], index.hybrid) or hits[0].passage is None:
        return None
    if entries and hits[0].coverage < index.covered(question.search, [entries[0].id]) + _CLEARLY_MORE:
        return None
    passage = hits[0].passage
    quote = passage.text if len(passage.text) <= 900 else passage.text[:899].rsplit(" ", 1)[0] + "…"
    quoted = "\n".join(f"> {line}" for line in quote.splitlines())
    text = f"{say('from_document', question.lang, title=passage.title or passage.ref)} [1]\n\n{quoted}"
    citation = Citation(n=1, title=passage.title or passage.ref, document=passage.ref, quote=quote)
    return Answer(outcome="answer", text=text[:MAX_CHARACTERS], lang=question.lang, versions=asked, citations=[citation])
