"""The vector store keeps passages over restarts, in a folder or on a server, and says what to do when it cannot."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from index_samples import document, runbook, vectors

from ingest.index import store as store_module
from ingest.index.store import StoreUnavailable, VectorStore

PASSAGES = [
    document("Patched on Sundays.", "2012R2", "2019", part="0 line 1"),
    document("Grüße aus Köln 🚢\n\nzweiter Absatz", part="1 line 5", lang="de"),
    runbook("Bring the volume online.", "2016"),
]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Chroma server on loopback."""
    url = f"http://127.0.0.1:{_free_port()}"
    program = Path(sys.executable).with_name("chroma")
    folder = tmp_path_factory.mktemp("server")
    port = url.rpartition(":")[2]
    server = subprocess.Popen(
        [program, "run", "--path", str(folder / "data"), "--host", "127.0.0.1", "--port", port], cwd=folder, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, "the Chroma server ended by itself"
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


Opener = Callable[[str], VectorStore]


@pytest.fixture(params=["folder", "server"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens the store of a model: embedded in a folder, or on a server."""
    url = request.getfixturevalue("chroma_server") if request.param == "server" else None
    return lambda model: VectorStore(f"{model}-{tmp_path.name}", tmp_path / "index", url)


def by_id(store: VectorStore, *kinds: str) -> dict[str, tuple]:
    passages, rows = store.passages(kinds)
    assert len(passages) == len(rows)
    return {p.id: (p, row.tolist()) for p, row in zip(passages, rows, strict=True)}


def test_what_is_added_comes_back_unchanged(opener: Opener) -> None:
    store, rows = opener("model"), vectors(3)
    store.add(PASSAGES, rows)
    found = by_id(store, "document", "runbook")
    assert {id: passage for id, (passage, _) in found.items()} == {p.id: p for p in PASSAGES}
    for passage, row in zip(PASSAGES, rows, strict=True):
        assert found[passage.id][1] == pytest.approx(row.tolist())
    assert store.passages(("document",))[1].dtype == np.float32


def test_kinds_are_kept_apart(opener: Opener) -> None:
    store = opener("model")
    store.add(PASSAGES, vectors(3))
    assert store.ids(("document",)) == {PASSAGES[0].id, PASSAGES[1].id}
    assert store.ids(("runbook", "entry")) == {PASSAGES[2].id}
    assert store.ids(("entry",)) == set()
    assert store.passages(("entry",))[0] == []


def test_what_is_removed_is_gone_and_the_rest_stays(opener: Opener) -> None:
    store = opener("model")
    store.add(PASSAGES, vectors(3))
    store.remove([PASSAGES[0].id])
    store.remove([])
    assert store.ids(("document", "runbook")) == {PASSAGES[1].id, PASSAGES[2].id}


def test_adding_again_replaces_and_never_doubles(opener: Opener) -> None:
    store, rows = opener("model"), vectors(2)
    store.add(PASSAGES[:1], rows[:1])
    store.add(PASSAGES[:1], rows[1:])
    assert [row for _, row in by_id(store, "document").values()] == [pytest.approx(rows[1].tolist())]


def test_more_than_a_batch_comes_back_whole(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_BATCH", 2)
    store, many = opener("model"), [document(f"Section {n}", part=f"{n} line {n}") for n in range(5)]
    store.add(many, vectors(5))
    assert {p.text: row for p, row in by_id(store, "document").values()} == {
        p.text: pytest.approx(row) for p, row in zip(many, vectors(5).tolist(), strict=True)
    }
    store.remove([p.id for p in many[:3]])
    assert store.ids(("document",)) == {p.id for p in many[3:]}


def test_vectors_of_different_models_never_mix(opener: Opener) -> None:
    names = [
        "sentence-transformers-/models/one/model",
        "sentence-transformers-/models/two/model",
        "ein Modell für Köln",
        "x" * 80,
        "x" * 81,
    ]
    for number, name in enumerate(names):
        opener(name).add([document(f"For {name}")], np.eye(len(names), 2 + number, dtype=np.float32)[:1])
    assert [[p.text for p in opener(name).passages(("document",))[0]] for name in names] == [[f"For {name}"] for name in names]


def test_the_store_outlives_its_process(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from index_samples import *; from ingest.index.store import VectorStore;"
        "VectorStore('model', pathlib.Path(sys.argv[1])).add([document('Patched on Sundays.', '2019')], vectors(1))"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[3])])
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, env={**os.environ, "PYTHONPATH": paths}, timeout=120)
    store = VectorStore("model", tmp_path)
    assert store.passages(("document",))[0] == [document("Patched on Sundays.", "2019")]


def _damaged(folder: Path) -> Path:
    (folder / "chroma.sqlite3").write_bytes(b"no database " * 500)
    return folder


def _occupied(folder: Path) -> Path:
    (folder / "index").write_text("a file")
    return folder / "index"


@pytest.mark.parametrize("broken", [_damaged, _occupied])
def test_a_folder_that_cannot_be_used_is_told_with_a_remedy(tmp_path: Path, broken: Callable[[Path], Path]) -> None:
    folder = broken(tmp_path)
    with pytest.raises(StoreUnavailable, match=r"Check LOTSE_DATA; .*`lotse index`") as raised:
        VectorStore("model", folder)
    assert str(folder) in str(raised.value)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:{closed}", "refused"),
        ("localhost:8000", "not an address such as http://"),
        ("ftp://localhost", "not an address such as http://"),
        ("http://", "not an address such as http://"),
        ("http://localhost:port", "port"),
    ],
)
def test_a_server_that_cannot_be_reached_is_told_with_a_remedy(tmp_path: Path, url: str, problem: str) -> None:
    url = url.format(closed=_free_port())
    with pytest.raises(StoreUnavailable, match=rf"(?i){problem}.*Check LOTSE_CHROMA_URL") as raised:
        VectorStore("model", tmp_path, url)
    assert url in str(raised.value)


def test_a_server_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_PATIENCE", 0.2)
    told: list[BaseException] = []

    def attempt(url: str) -> None:
        try:
            VectorStore("model", tmp_path, url)
        except StoreUnavailable as error:
            told.append(error)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        thread = threading.Thread(target=attempt, args=(f"http://127.0.0.1:{silent.getsockname()[1]}",), daemon=True)
        thread.start()
        thread.join(timeout=60)  # without an end to its patience it would wait for ever
        assert not thread.is_alive()
    assert "Check LOTSE_CHROMA_URL" in str(told[0])


def test_a_server_that_is_not_chroma_is_told(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        with pytest.raises(StoreUnavailable, match="Check LOTSE_CHROMA_URL"):
            VectorStore("model", tmp_path, f"http://127.0.0.1:{other.server_port}")
        other.shutdown()


def test_a_vector_that_does_not_fit_is_told(tmp_path: Path) -> None:
    store = VectorStore("model", tmp_path)
    store.add(PASSAGES[:1], vectors(1))
    with pytest.raises(StoreUnavailable, match="dimension"):
        store.add(PASSAGES[1:2], np.ones((1, 7), np.float32))
