"""`lotse ingest` from the outside: one's own documents are quoted, for the versions they speak of, and replaced when they change."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.index.store import VectorStore

ROOT = Path(__file__).parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]

NOTES = """# Nordlicht

## Windows Server 2019

The Nordlicht cluster has the nickname tidewater.

## Windows Server 2022

The Nordlicht cluster has the nickname moonraker.
"""
QUESTION = "Which nickname does the Nordlicht cluster have?"


@pytest.fixture
def lotse(tmp_path: Path) -> Run:
    """The command in a process of its own, with data of its own and search by words."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
        done = subprocess.run(
            [sys.executable, "-m", "assistant.cli", *map(str, arguments)],
            env={
                **clean, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "LOTSE_DATA": str(tmp_path / "data"),
                "LOTSE_EMBEDDINGS": "none", **environment,
            },
            cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=180, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    folder.mkdir()
    return folder


def ask(lotse: Run, question: str, version: str) -> dict:
    done = lotse("ask", question, "--version", version, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def searchable(folder: Path) -> set[tuple[str, tuple[str, ...]]]:
    """Text and versions of every section that is stored."""
    return {(p.text, p.versions) for p in VectorStore("none", folder / "data" / "index").passages(("document",))[0]}


def test_good_documents_are_quoted_though_a_bad_one_is_left_out(lotse: Run, folder: Path) -> None:
    (folder / "site.md").write_text(NOTES, encoding="utf-8")
    (folder / "empty.md").write_text("", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    done = lotse("ingest", folder)
    assert done.returncode == 2
    assert f"left out: {folder / 'empty.md'}: the document is empty; leave it out" in done.stderr
    assert "2 sections are searchable" in done.stderr

    for version, nickname in (("2019", "tidewater"), ("2022", "moonraker")):
        answer = ask(lotse, QUESTION, version)
        assert answer["outcome"] == "answer"
        assert f"> The Nordlicht cluster has the nickname {nickname}." in answer["text"]
        assert "site.md" in answer["text"].splitlines()[0]
        assert [(c["document"], c["quote"]) for c in answer["citations"]] == [
            (str(folder / "site.md"), f"The Nordlicht cluster has the nickname {nickname}.")
        ]
    other = ask(lotse, QUESTION, "2016")
    assert other["outcome"] == "refuse"
    assert "nickname" not in other["text"]


def test_a_document_replaces_what_it_said_before_and_leaves_others_alone(lotse: Run, folder: Path) -> None:
    site, rack = folder / "site.md", folder / "rack.txt"
    site.write_text(NOTES, encoding="utf-8")
    rack.write_text("The Nordlicht rack is painted turquoise.", encoding="utf-8")
    assert lotse("ingest", folder).returncode == 0
    site.write_text(NOTES.replace("tidewater", "sandpiper").partition("## Windows Server 2022")[0], encoding="utf-8")
    assert lotse("ingest", site, folder / "site.md").returncode == 0

    assert searchable(folder.parent) == {
        ("The Nordlicht cluster has the nickname sandpiper.", ("2019",)),
        ("The Nordlicht rack is painted turquoise.", ()),
    }
    assert "nickname sandpiper." in ask(lotse, QUESTION, "2019")["text"]


def test_versions_can_be_told_and_german_documents_are_quoted_in_german(lotse: Run, folder: Path) -> None:
    page = folder / "standort.html"
    page.write_text("<h1>Nordlicht</h1><p>Der Spitzname von Nordlicht lautet Pr&uuml;fstein.</p>", encoding="utf-8")
    assert lotse("ingest", page, "--version", "2012..2016").returncode == 0
    assert ask(lotse, "Wie lautet der Spitzname von Nordlicht?", "2016")["text"].splitlines() == [
        "In Ihrem Dokument „standort.html: Nordlicht“ steht: [1]",
        "",
        "> Der Spitzname von Nordlicht lautet Prüfstein.",
    ]
    assert searchable(folder.parent) == {("Der Spitzname von Nordlicht lautet Prüfstein.", ("2012", "2012R2", "2016"))}


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        pytest.param([], {}, r"no documents in .*handbook; documents are .*\.md", id="an empty folder"),
        pytest.param(["missing.md"], {}, "missing.md: cannot be read", id="a file that is not there"),
        pytest.param(["good.txt", "--version", "2017"], {}, "--version: unknown version '2017'; known are", id="an unknown version"),
        pytest.param(["good.txt"], {"LOTSE_EMBEDDINGS": "word2vec"}, "LOTSE_EMBEDDINGS='word2vec' is unknown; use", id="embeddings"),
        pytest.param(["good.txt"], {"LOTSE_CHROMA_URL": "http://127.0.0.1:9"}, "Check LOTSE_CHROMA_URL", id="no Chroma server"),
        pytest.param(["good.txt"], {"LOTSE_DATA": "occupied"}, "Check LOTSE_DATA", id="data where a file is"),
    ],
)
def test_what_cannot_be_done_is_told_with_status_2(
    lotse: Run, folder: Path, tmp_path: Path, arguments: list[str], environment: dict[str, str], message: str
) -> None:
    (tmp_path / "good.txt").write_text("The Nordlicht rack is painted turquoise.", encoding="utf-8")
    (tmp_path / "occupied").write_text("a file", encoding="utf-8")
    done = lotse("ingest", *(arguments or [folder]), **environment)
    assert done.returncode == 2
    assert re.search(message, done.stderr), done.stderr
