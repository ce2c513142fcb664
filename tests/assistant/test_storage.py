"""What the server keeps: reports, walks, feedback and unanswered questions, over restarts and from many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.storage import Storage


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "lotse.db"


def test_reports_and_walks_survive_a_restart(file: Path) -> None:
    with closing(Storage(file)) as before:
        before.keep_report("r", b"report")
        before.keep_walk("w", b"first step")
        before.keep_walk("w", b"second step")
    with closing(Storage(file)) as after:
        assert (after.report("r"), after.walk("w")) == (b"report", b"second step")
        assert (after.report("w"), after.walk("r")) == (None, None)


def test_feedback_belongs_to_an_answer_that_was_given(file: Path) -> None:
    with closing(Storage(file)) as storage:
        storage.keep_answer("a", {"question": "Wie viele Knoten?"})
        assert storage.has_answer("a")
        assert not storage.has_answer("b")
        storage.keep_feedback("a", True, None)
        storage.keep_feedback("a", False, "it's 64")


def test_unanswered_questions_are_counted_most_frequent_first(file: Path) -> None:
    with closing(Storage(file)) as storage:
        for question, lang, versions in [
            ("rare", "en", []),
            ("often", "en", ["2016", "2019"]),
            ("often", "en", ["2016", "2019"]),
            ("often", "de", []),
        ]:
            storage.keep_gap(question, lang, versions)
        gaps = storage.gaps()
    first = gaps[0]
    assert (first["question"], first["lang"], first["versions"], first["count"]) == ("often", "en", ["2016", "2019"], 2)
    assert sorted(g["count"] for g in gaps) == [1, 1, 2]


def test_many_threads_write_at_once_and_nothing_is_lost(file: Path) -> None:
    with closing(Storage(file)) as one, closing(Storage(file)) as other, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: (one, other)[n % 2].keep_gap(f"question {n}", "en", []), range(40)))
        assert len(one.gaps()) == 40


@given(st.text(max_size=50), st.text(max_size=50))
def test_any_text_is_kept_as_it_is(tmp_path_factory: pytest.TempPathFactory, id: str, question: str) -> None:
    with closing(Storage(tmp_path_factory.mktemp("storage") / "lotse.db")) as storage:
        storage.keep_gap(question, "en", [])
        storage.keep_report(id, question.encode())
        assert storage.gaps()[0]["question"] == question
        assert storage.report(id) == question.encode()
