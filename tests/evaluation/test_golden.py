"""The golden questions: how many are answered rightly by words alone and with meaning, and that no answer is for another version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from assistant.answer import Answer
from assistant.conversation import Conversations
from assistant.evaluate import BadRow, Graded, Row, as_text, grade, judge, read, table
from assistant.understand import understand
from ingest.index.search import Index
from kb import limits, versions
from kb.limits import Status

HERE = Path(__file__).parent
ROWS = read(HERE / "golden.jsonl")


@pytest.fixture(scope="session")
def graded(knowledge, detector) -> Callable[[Index], list[Graded]]:
    """Grades the golden set with an index."""
    return lambda index: grade(ROWS, Conversations(knowledge, index, detector, InMemorySaver()))


@pytest.fixture(scope="session")
def by_words(graded, index: Index) -> list[Graded]:
    return graded(index)


@pytest.fixture(scope="session")
def by_meaning(graded, hybrid_index: Index) -> list[Graded]:
    return graded(hybrid_index)


def share(graded: list[Graded], of: str) -> float:
    """The share of right answers, `of` all or of one line of the table."""
    passed, count = table(graded)[of]
    return passed / count


def at_least(graded: list[Graded], of: str, least: float) -> None:
    assert share(graded, of) >= least, "\n" + as_text(graded, show_wrong=True)


def no_other_version(graded: list[Graded], detector, knowledge) -> list[str]:
    """The rows whose answer speaks for a version that was not asked for, or gives a value that does not hold for it."""
    wrong = []
    for row, answer in ((g.row, g.answer) for g in graded):
        asked = understand(row.question, detector)
        meant = set(asked.asked) or set(asked.ambiguous) or {v for v in (row.context_version,) if v}
        if meant and not set(answer.versions) <= meant:
            wrong.append(f"{row.id}: {answer.versions} instead of {sorted(meant)}")
        for named in answer.entries:
            if named.version is not None:
                found = limits.limit(knowledge[named.id], named.version, asked.edition, asked.generation)
                if found.status is not Status.KNOWN or found.value != named.value or (meant and named.version not in meant):
                    wrong.append(f"{row.id}: {named}")
    return wrong


def test_the_set_is_balanced_and_names_what_exists(knowledge) -> None:
    assert len({row.id for row in ROWS}) == len(ROWS) >= 200
    assert {row.lang for row in ROWS} == {"en", "de"}
    assert {row.expect for row in ROWS} == {"answer", "clarify", "refuse"}
    assert all(row.context_version in (None, *versions.IDS) for row in ROWS)
    assert [id for row in ROWS for id in row.entries if not knowledge.get(id)] == []
    german = sum(row.lang == "de" for row in ROWS)
    assert 0.4 <= german / len(ROWS) <= 0.6


def test_words_alone_answer_most_questions(by_words: list[Graded]) -> None:
    at_least(by_words, "all", 0.77)


def test_words_alone_refuse_what_must_be_refused(by_words: list[Graded]) -> None:
    at_least(by_words, "expect refuse", 0.90)


def test_words_alone_never_answer_for_another_version(by_words: list[Graded], detector, knowledge) -> None:
    assert no_other_version(by_words, detector, knowledge) == []


@pytest.mark.parametrize(("of", "least"), [("all", 0.90), ("en", 0.88), ("de", 0.88), ("expect refuse", 0.90), ("right entry first", 0.80)])
def test_meaning_answers_nearly_all_questions(by_meaning: list[Graded], of: str, least: float) -> None:
    at_least(by_meaning, of, least)


def test_meaning_never_answers_for_another_version(by_meaning: list[Graded], detector, knowledge) -> None:
    assert no_other_version(by_meaning, detector, knowledge) == []


def test_meaning_refuses_what_is_about_something_else(knowledge, detector, hybrid_index: Index) -> None:
    questions = [line for line in (HERE / "off_topic.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    conversations = Conversations(knowledge, hybrid_index, detector, InMemorySaver())
    answered = [q for q in questions if conversations.ask(q)[1].outcome == "answer"]
    assert len(answered) <= len(questions) // 20, answered


# --- the grading itself -------------------------------------------------------------------------------------------------

CITED = [{"n": 1, "title": "t", "url": "https://example.org"}]


def row(**fields) -> Row:
    return Row(**{"id": "r", "lang": "en", "question": "q", "expect": "answer"} | fields)


def given(text: str = "64 nodes", outcome: str = "answer", lang: str = "en", **fields) -> Answer:
    import msgspec

    return msgspec.convert({"outcome": outcome, "text": text, "lang": lang, "citations": CITED} | fields, Answer)


@pytest.mark.parametrize(
    ("expected", "answer", "wrong"),
    [
        ({}, {}, None),
        ({"must_contain": [["\\b64\\b", "sixty-four"]]}, {}, None),
        ({"must_contain": [["\\b6\\b"]]}, {}, "lacks"),
        ({"must_contain": [["64"], ["nodes"]]}, {"text": "64"}, "lacks nodes"),
        ({"must_not_contain": ["\\b16\\b"]}, {"text": "64, not 16"}, "must not contain"),
        ({}, {"citations": []}, "citation"),
        ({}, {"lang": "de"}, "language"),
        ({}, {"outcome": "refuse"}, "outcome refuse"),
        ({"expect": "refuse"}, {"outcome": "refuse", "citations": []}, None),
        ({"expect": "clarify"}, {}, "outcome answer"),
        ({"expect": "clarify"}, {"matrix": [{"version": v, "value": "x", "status": "known"} for v in ("2012", "2019")]}, None),
        ({}, {"text": "x" * 1501}, "longer"),
    ],
)
def test_how_an_answer_is_judged(expected: dict, answer: dict, wrong: str | None) -> None:
    found = judge(row(**expected), given(**answer))
    assert found is None if wrong is None else wrong in (found or "")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"id": "a"}',
        '{"id": 1, "lang": "en", "question": "q", "expect": "answer"}',
        '{"id": "a", "lang": "en", "question": "q", "expect": "answer", "must_contain": [["("]]}',
    ],
)
def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(f'{{"id": "a", "lang": "en", "question": "q", "expect": "answer"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(BadRow, match=r"rows\.jsonl:3: "):
        read(file)
