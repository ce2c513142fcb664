"""Answers: the right value for the asked version, every sentence with its source, and a refusal where nothing is documented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import MAX_CHARACTERS, Answer, answer
from assistant.understand import Question, understand
from ingest.index.passages import Passage
from ingest.index.search import Index
from kb import limits, versions
from kb.entry import Entry
from kb.limits import Limit, Status
from kb.load import Knowledge

LANGUAGES = ("en", "de")


@pytest.fixture
def ask(knowledge, detector, index, finds):
    """Asks as a user does; `about` names the entries that search finds, by default it is the words-only search."""

    def ask(text: str, *about: str, **context) -> Answer:
        return answer(understand(text, detector), finds(*about) if about else index, knowledge, **context)

    return ask


def about(entry: Entry, *asked: str, lang: str = "en", wants: str = "answer", generation: int | None = None) -> Question:
    """A question that names these versions and nothing else."""
    return Question(
        text=entry.title.in_(lang), lang=lang, asked=asked, wants=wants, search="x", content=("x",), generation=generation
    )  # fmt: skip


def said(found: Limit, lang: str) -> list[str]:
    """What an answer must contain for one version: the authored sentences, and the values that have none."""
    entry = found.entry
    if not found.rows:
        return [entry.statement.in_(lang)]
    return [
        row.say.in_(lang) if row.say else limits.value_text(row.value, entry.unit, lang)
        for row in found.rows
        if row.say or row.applies
    ]  # fmt: skip


def marks(text: str) -> set[int]:
    """The citations at the ends of lines: `[1][2]` → {1, 2}."""
    return {int(n) for run in re.findall(r"((?:\[\d+\])+)$", text, re.M) for n in re.findall(r"\d+", run)}


# --- every entry, every version -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("generation", [None, 1, 2])
@pytest.mark.parametrize("version", versions.IDS)
def test_every_entry_says_what_holds_for_the_version_and_nothing_of_another(knowledge, finds, version: str, generation: int | None) -> None:
    wrong = []
    for entry in knowledge:
        found = limits.limit(entry, version, generation=generation)
        if found.status is Status.NOT_DOCUMENTED:
            continue
        for lang in LANGUAGES:
            given = answer(about(entry, version, lang=lang, generation=generation), finds(entry.id), knowledge)
            first = given.text.split("\n\n")[0]
            own = said(found, lang)
            elsewhere = [row.say.in_(lang) for row in entry.values if row.say and row not in found.rows and version not in row.ids]
            bold = {limits.value_text(row.value, entry.unit, lang) for row in entry.values if row not in found.rows} - set(own)
            if given.outcome != "answer" or given.versions != [version]:
                wrong.append((entry.id, lang, given.outcome))
            wrong += [(entry.id, lang, "lacks", text) for text in own if text not in first]
            wrong += [
                (entry.id, lang, "of another version", text) for text in elsewhere if text in given.text and text not in " ".join(own)
            ]
            wrong += [(entry.id, lang, "value of another version", text) for text in bold if text and f"**{text}**" in given.text]
    assert wrong == []


@pytest.mark.parametrize("version", versions.IDS)
def test_what_is_not_documented_is_refused_and_what_is_documented_is_named(knowledge, finds, version: str) -> None:
    for entry in knowledge:
        if limits.limit(entry, version).status is Status.NOT_DOCUMENTED:
            for lang in LANGUAGES:
                given = answer(about(entry, version, lang=lang), finds(entry.id), knowledge)
                assert (given.outcome, given.citations, given.entries) == ("refuse", [], []), entry.id
                assert versions.name(version) in given.text
                assert versions.compact(entry.covered) in given.text
                assert not any(row.say.in_(lang) in given.text for row in entry.values if row.say), entry.id
                assert given.suggestions == [versions.short(v) for v in entry.covered]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_answer_cites_addresses_and_keeps_to_its_length(knowledge, finds, lang: str) -> None:
    for entry in knowledge:
        for asked in ((), ("2019",), ("2012", "2025"), versions.IDS):
            given = answer(about(entry, *asked, lang=lang), finds(entry.id), knowledge)
            assert len(given.text) <= MAX_CHARACTERS, entry.id
            if given.outcome == "answer":
                assert not given.text.endswith("…"), f"{entry.id}: an answer must not end in the middle"
                assert given.citations, entry.id
                assert all(re.match(r"https?://\S+$", c.url or "") and c.entry == entry.id for c in given.citations), entry.id
                assert marks(given.text) == {c.n for c in given.citations}, entry.id
                for paragraph in given.text.split("\n\n"):
                    listed = paragraph.startswith("- ")
                    assert listed or paragraph.endswith("?") or marks(paragraph), f"{entry.id}: a paragraph without a source: {paragraph}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_version_there_is_a_matrix_of_all_of_them(knowledge, finds, lang: str) -> None:
    for entry in knowledge:
        given = answer(about(entry, lang=lang), finds(entry.id), knowledge)
        assert given.outcome == "answer"
        if entry.values:
            expected = [(f.version, f.text(lang), f.status.value) for f in limits.matrix(entry)]
            assert [(cell.version, cell.value, cell.status) for cell in given.matrix or []] == expected, entry.id
        if limits.depends_on_version(entry):
            told = all(text in given.text for found in limits.matrix(entry) for text in said(found, lang))
            assert told or given.text.endswith("?"), f"{entry.id}: neither all values nor the question for the version"
            assert given.suggestions == [versions.short(v) for v in entry.covered]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_comparison_keeps_the_versions_apart(knowledge, finds, lang: str) -> None:
    for entry in knowledge:
        found = [limits.limit(entry, v) for v in ("2008R2", "2019")]
        given = answer(about(entry, "2008R2", "2019", lang=lang), finds(entry.id), knowledge)
        if all(f.status is Status.NOT_DOCUMENTED for f in found):
            assert given.outcome == "refuse"
            continue
        lines = dict(re.findall(r"^- \*\*(.+?)\*\*: (.+)$", given.text, re.M))
        for each in found:
            text = lines.get(versions.short(each.version), given.text)
            own = said(each, lang) if each.status is not Status.NOT_DOCUMENTED else [each.text(lang)]
            assert all(part in text for part in own), (entry.id, each.version)


@pytest.mark.parametrize("version", versions.IDS)
def test_advice_for_other_versions_is_not_given(knowledge, finds, version: str) -> None:
    for entry in knowledge:
        for wants in ("answer", "fix"):
            given = answer(about(entry, version, wants=wants), finds(entry.id), knowledge)
            own = " ".join(advice.en for advice in entry.fix_for(version))
            foreign = [a.en for a in entry.fix if not a.holds_for(version) and a.en not in own]
            assert not any(text in given.text for text in foreign), (entry.id, wants)


# --- questions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "entry", "first"),
    [
        ("Can I have 20 nodes on 2008 R2?", "cluster-max-nodes", "No."),
        ("Can I have 16 nodes on 2008 R2?", "cluster-max-nodes", "Yes."),
        ("Are 64 nodes supported on 2012?", "cluster-max-nodes", "Yes."),
        ("Are 65 nodes supported on 2012?", "cluster-max-nodes", "No."),
        ("Kann ich 20 Knoten unter 2008 R2 haben?", "cluster-max-nodes", "Nein."),
        ("Sind 16 Knoten unter 2008 R2 erlaubt?", "cluster-max-nodes", "Ja."),
        ("Can a gen 2 VM have 12 TB of memory on 2016?", "vm-max-memory", "Yes."),
        ("Can a gen 1 VM have 12 TB of memory on 2016?", "vm-max-memory", "No."),
        ("Kann eine Gen-2-VM unter 2012 R2 1,5 TB RAM haben?", "vm-max-memory", "Nein."),
    ],
)
def test_a_question_with_a_number_gets_yes_or_no_first(ask, text: str, entry: str, first: str) -> None:
    assert ask(text, entry).text.startswith(f"{first} ")


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("How many nodes can I have on 2008 R2? We have 20", "cluster-max-nodes"),
        ("Can 2012 as a guest have many vCPUs on 2019?", "vm-max-virtual-processors"),
        ("Can a gen 2 VM have more vCPUs on 2019?", "vm-max-virtual-processors"),
        ("Can I have 20 nodes?", "cluster-max-nodes"),
        ("Can I have 20 or 70 nodes on 2019?", "cluster-max-nodes"),
        ("Can a VM have 8 vCPUs on 2019?", "vm-max-memory"),
        ("Can a VM have 8 GB on 2019?", "vm-max-virtual-processors"),
    ],
)
def test_no_yes_or_no_where_the_question_does_not_decide_it(ask, text: str, entry: str) -> None:
    given = ask(text, entry)
    assert given.outcome == "answer"
    assert not re.match(r"(Yes|No)\.", given.text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("How many nodes can one failover cluster have on 2008 R2?", "16"),
        ("How many nodes can one failover cluster have on 2012 R2?", "64"),
        ("max nodes hyper-v cluster 2019", "64"),
        ("Wie viele Knoten darf ein Failovercluster höchstens haben bei 2008?", "16"),
    ],
)
def test_a_limit_is_found_by_words_alone_and_told_in_the_first_sentence(ask, text: str, value: str) -> None:
    given = ask(text)
    assert given.outcome == "answer"
    assert given.entries[0].id == "cluster-max-nodes"
    assert given.entries[0].value == int(value)
    assert re.search(rf"\b{value}\b", given.text.split(". ")[0] + given.text.split(". ")[1])


def test_the_version_told_earlier_holds_unless_the_question_names_one(ask) -> None:
    assert ask("How many nodes?", "cluster-max-nodes", told="2008R2").entries[0].value == 16
    assert ask("How many nodes on 2019?", "cluster-max-nodes", told="2008R2").entries[0].value == 64


@pytest.mark.parametrize(
    ("text", "names"), [("nodes on R2?", ("2008 R2", "2012 R2")), ("Wie viele Knoten bei R2?", ("2008 R2", "2012 R2"))]
)
def test_a_bare_r2_is_asked_back_with_the_values_of_both(ask, text: str, names: tuple[str, str]) -> None:
    given = ask(text, "cluster-max-nodes")
    assert given.outcome == "clarify"
    assert all(name in given.text.split("\n\n")[0] for name in names)
    assert {(cell.version, cell.value.split()[0]) for cell in given.matrix or []} == {("2008R2", "16"), ("2012R2", "64")}
    assert given.suggestions == [f"Windows Server {name}" for name in names]


def test_a_feature_that_a_version_lacks_is_said_with_the_versions_that_have_it(ask) -> None:
    text = ask("Can I use VHDX on 2008 R2?", "vhdx-format").text
    assert "2012–2025" in text.split("\n\n")[0]


def test_why_and_what_to_do_are_answered_from_the_last_entry(ask, knowledge) -> None:
    last = ["live-migration-error-8009030e"]
    assert ask("why?", "cluster-max-nodes", last=last).text.startswith(knowledge[last[0]].why.en)
    assert ask("Was kann ich tun?", "cluster-max-nodes", last=last).text.startswith(knowledge[last[0]].fix_for(None)[0].de)
    assert ask("and on 2008 R2?", "vhdx-format", last=["cluster-max-nodes"]).entries[0].id == "cluster-max-nodes"


@pytest.mark.parametrize(
    ("text", "outcome"), [("why?", "refuse"), ("Warum?", "refuse"), ("and on 2019?", "clarify"), ("und bei 2019?", "clarify")]
)
def test_a_follow_up_to_nothing_is_never_guessed(ask, text: str, outcome: str) -> None:
    given = ask(text)
    assert (given.outcome, given.entries, given.citations) == (outcome, [], [])


def test_the_runbook_of_an_entry_is_offered(ask, knowledge) -> None:
    entry = next(e for e in knowledge if e.runbook)
    assert ask(entry.title.en, entry.id).runbook == entry.runbook


@pytest.mark.parametrize(
    ("text", "outcome", "words"),
    [
        ("Show me the questions of other users", "refuse", "can't help"),
        ("Zeig mir die Fragen anderer Benutzer", "refuse", "kann ich nicht helfen"),
        ("How many nodes on Windows Server 2028?", "refuse", "2028"),
        ("Wie viele Knoten bei Server 2017?", "refuse", "2017"),
        ("How many pods per Kubernetes node?", "refuse", "I don't know"),
        ("Was kostet Windows Server 2025?", "refuse", "weiß ich nicht"),
        ("hello", "clarify", "Ask me"),
        ("hallo", "clarify", "Fragen Sie"),
        ("help", "clarify", "Ask me"),
        ("We run 2019.", "clarify", "Windows Server 2019"),
        ("Wir haben 2012 R2.", "clarify", "Windows Server 2012 R2"),
    ],
)
def test_what_is_no_question_for_the_knowledge_gets_a_fitting_reply(ask, text: str, outcome: str, words: str) -> None:
    given = ask(text, "cluster-max-nodes")
    assert given.outcome == outcome
    assert words in given.text
    assert (given.citations, given.entries) == ([], [])


def test_a_refusal_offers_questions_that_can_be_answered(ask) -> None:
    for text in ("How many pods per Kubernetes node?", "Wie viele Pods je Kubernetes-Knoten?"):
        suggestions = ask(text).suggestions
        assert suggestions
        assert all(ask(suggestion).outcome == "answer" for suggestion in suggestions)


def test_two_entries_are_cited_apart(ask, finds) -> None:
    given = ask("How many vCPUs and how much RAM can a gen 2 VM have on 2019?", "vm-max-memory")
    assert {c.entry for c in given.citations} == {"vm-max-memory"}
    numbers = [c.n for c in given.citations]
    assert numbers == list(range(1, len(numbers) + 1))


@given(st.text(max_size=300))
def test_any_text_gets_an_answer_of_the_promised_form(knowledge, detector, index, text: str) -> None:
    given = answer(understand(text, detector), index, knowledge)
    assert 0 < len(given.text) <= MAX_CHARACTERS
    assert given.outcome in ("answer", "clarify", "refuse")
    assert bool(given.citations) == (given.outcome == "answer" or given.matrix is not None)


# --- the user's own documents -------------------------------------------------------------------------------------------


def passage(part: str, text: str, *of: str) -> Passage:
    return Passage(kind="document", ref="/handbook.md", lang="en", part=part, title="handbook.md: Witness", text=text, versions=of)


@pytest.fixture(scope="module")
def handbook() -> Index:
    return Index(
        Knowledge({}),
        [
            passage("1", "The Ravensburg witness share lives on filer ALPHA.", "2016"),
            passage("2", "The tape robot is cleaned at ten.\n<script>alert(1)</script>"),
        ],
    )


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Where is the Ravensburg witness share on 2016?", "filer ALPHA"),
        ("Where is the Ravensburg witness share on 2019?", None),
        ("Where is the Ravensburg witness share?", "filer ALPHA"),
        ("When is the tape robot cleaned on 2019?", "at ten"),
    ],
)
def test_a_document_is_quoted_for_the_version_it_speaks_of_only(detector, handbook, text: str, quote: str | None) -> None:
    given = answer(understand(text, detector), handbook, Knowledge({}))
    assert (given.outcome == "answer") == (quote is not None)
    assert quote is None or quote in given.text
    assert quote is not None or "ALPHA" not in given.text
    if quote:
        assert given.citations[0].document == "/handbook.md"
        assert given.citations[0].quote in given.text.replace("\n> ", "\n")
        assert "handbook.md" in given.text.split("\n\n")[0]
