"""Lexical search finds exact names and inflected words in both languages, and tells how much of a question is covered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.lexical import Lexical

TEXTS = [
    "A failover cluster has at most 64 nodes.",
    "A checkpoint is merged into its parent disk once it is deleted.",
    "Error 0x80070005 means that access is denied; run Get-VMHost to see the accounts.",
    "Die Netzwerkkarte des Hosts gehört in ein Team.",
    "Jede Sicherung legt Dateien auf dem Netzwerk ab.",
]


@pytest.fixture(scope="module")
def lexical() -> Lexical:
    return Lexical(TEXTS)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("how many nodes in a cluster", 0),
        ("wie viele Clusterknoten", 0),
        ("merging checkpoints", 1),
        ("Momentaufnahme", 1),
        ("what is 0x80070005?", 2),
        ("get-vmhost", 2),
        ("Netzwerkkarten", 3),
        ("Sicherungsdateien", 4),
    ],
)
def test_the_right_text_is_first(lexical: Lexical, question: str, best: int) -> None:
    assert int(np.argmax(lexical.scores(question))) == best
    assert int(np.argmax(lexical.coverage(question))) == best


def test_a_question_about_something_else_scores_nothing(lexical: Lexical) -> None:
    assert not lexical.scores("Apfelkuchen backen").any()
    assert not lexical.coverage("Apfelkuchen backen").any()


@pytest.mark.parametrize("question", ["", "?!", "how many of the"])
def test_a_question_without_words_scores_nothing(lexical: Lexical, question: str) -> None:
    assert not lexical.scores(question).any()
    assert not lexical.coverage(question).any()


def test_coverage_is_whole_when_every_word_is_there_and_less_when_one_is_foreign(lexical: Lexical) -> None:
    assert lexical.coverage("checkpoint merged parent disk")[1] == pytest.approx(1)
    assert 0 < lexical.coverage("checkpoint merged parent disk by a zeppelin")[1] < 1


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    weights = {forms[0]: weight for weight, forms in Lexical(["host alpha", "host beta", "host gamma"]).weighted_words("host gamma")}
    assert weights["gamma"] > weights["host"]


def test_terms_of_tells_what_a_text_holds(lexical: Lexical) -> None:
    assert {"0x80070005", "get-vmhost"} <= lexical.terms_of(2)
    assert "0x80070005" not in lexical.terms_of(1)


@given(st.text())
def test_any_question_gets_a_score_and_a_share_for_each_text(lexical: Lexical, question: str) -> None:
    scores, coverage = lexical.scores(question), lexical.coverage(question)
    assert scores.shape == coverage.shape == (len(TEXTS),)
    assert (scores >= 0).all()
    assert ((coverage >= 0) & (coverage <= 1 + 1e-6)).all()
