"""Search shows only what speaks of the versions asked for, only the kinds asked for, and the right thing first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_samples import KNOWLEDGE, document, runbook

from ingest.index.search import Hit, Index
from ingest.index.store import VectorStore
from kb.versions import IDS

DOCUMENTS = [
    document("The Nordlicht cluster is patched on Sundays.", part="0 line 1"),
    document("The Nordlicht cluster uses a disk witness on Windows Server 2012 R2.", "2012R2", part="1 line 5"),
    document("The Nordlicht cluster uses a cloud witness since 2019.", "2019", "2022", part="2 line 9"),
]
RUNBOOKS = [runbook("Bring the volume out of redirected access.", "2012", "2012R2", "2016")]
KINDS = ("entry", "runbook", "document")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Entries, a runbook and the user's documents, searched by words."""
    store = VectorStore("none", tmp_path_factory.mktemp("index"))
    store.add(DOCUMENTS, np.ones((len(DOCUMENTS), 1), np.float32))
    index = Index(KNOWLEDGE, RUNBOOKS)
    index.embed(None, store)
    return index


def found(hits: list[Hit]) -> set[str]:
    return {hit.passage.text if hit.kind == "document" and hit.passage else hit.ref for hit in hits}


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What happens when I delete a snapshot?", "checkpoint-merge"),
        ("Was passiert beim Löschen einer Momentaufnahme?", "checkpoint-merge"),
        ("firewall ports for replication", "replica-port"),
        ("Welche Ports braucht Hyper-V-Replikat?", "replica-port"),
        ("adapters in a team", "set-teaming"),
        ("Adapter zusammenfassen", "set-teaming"),
    ],
)
def test_the_right_entry_is_first(small: Index, question: str, first: str) -> None:
    assert small.search(question)[0].ref == first


def test_an_entry_is_found_once_however_many_of_its_texts_fit(small: Index) -> None:
    refs = [hit.ref for hit in small.search("checkpoint Prüfpunkt port team")]
    assert len(refs) == len(set(refs)) == 3


def test_without_a_word_on_kinds_only_entries_are_found(small: Index) -> None:
    assert {hit.kind for hit in small.search("Nordlicht cluster redirected access checkpoint")} == {"entry"}


@pytest.mark.parametrize(
    ("kind", "question", "first"),
    [
        ("runbook", "volume in redirected access", "csv-redirected"),
        ("document", "when is the Nordlicht cluster patched", "The Nordlicht cluster is patched on Sundays."),
    ],
)
def test_runbooks_and_documents_are_found_when_asked_for(small: Index, kind, question: str, first: str) -> None:
    hits = small.search(question, kinds=(kind,))
    assert {hit.kind for hit in hits} == {kind}
    assert first in found(hits[:1])


def test_a_section_of_a_document_is_found_for_itself(small: Index) -> None:
    hits = small.search("cloud witness of the Nordlicht cluster", kinds=("document",))
    assert hits[0].passage == DOCUMENTS[2]
    assert len({hit.passage for hit in hits}) == len(hits) == len(DOCUMENTS)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2008", {DOCUMENTS[0].text}),
        ("2012R2", {DOCUMENTS[0].text, DOCUMENTS[1].text}),
        ("2022", {DOCUMENTS[0].text, DOCUMENTS[2].text}),
    ],
)
def test_documents_that_name_no_version_are_visible_for_all_and_others_only_for_theirs(
    small: Index, version: str, expected: set[str]
) -> None:
    assert found(small.search("Nordlicht cluster", versions=[version], kinds=("document",))) == expected


@given(st.sets(st.sampled_from(IDS), min_size=1), st.sampled_from(["Nordlicht cluster witness", "replication port", "team", "volume", ""]))
def test_the_version_mask_lets_nothing_else_through_and_hides_nothing(small: Index, versions: set[str], question: str) -> None:
    visible = {d.text for d in DOCUMENTS if not d.versions or versions & set(d.versions)}
    visible |= {r.ref for r in RUNBOOKS if versions & set(r.versions)} | {e.id for e in KNOWLEDGE if versions & set(e.covered)}
    masked = found(small.search(question, versions=versions, kinds=KINDS, count=100))
    assert masked <= visible
    assert masked >= found(small.search(question, kinds=KINDS, count=100)) & visible


@pytest.mark.parametrize("versions", [["2008"], ["2008R2", "2008R2SP1"], ["2012"]])
def test_a_filter_that_matches_nothing_finds_nothing(versions: list[str]) -> None:
    index = Index(KNOWLEDGE, [runbook("Team the adapters of a virtual switch.", "2016", "2019")])
    assert index.search("team adapters virtual switch", kinds=("runbook",))
    assert index.search("team adapters virtual switch", versions=versions, kinds=("runbook",)) == []


@given(st.text())
def test_any_question_is_searched(small: Index, question: str) -> None:
    hits = small.search(question, kinds=KINDS)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert all(0 <= h.coverage <= 1 + 1e-6 and 0 <= h.lexical <= 1 + 1e-6 and h.similarity == 0 for h in hits)
