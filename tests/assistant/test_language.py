"""The language of a question: found in long, short and mixed texts, and left to the asker where the text gives no hint."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluate import read
from assistant.language import Detector

GOLDEN = Path(__file__).parents[1] / "evaluation" / "golden.jsonl"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("How many nodes can one failover cluster have?", "en"),
        ("Wie viele Knoten kann ein Failovercluster haben?", "de"),
        ("maximale Knotenzahl", "de"),
        ("wieviel RAM pro VM?", "de"),
        ("RAM of a VM?", "en"),
        ("Live Migration geht nicht", "de"),
        ("Live Migration fails", "en"),
        ("Kann ein CSV Disk Witness sein?", "de"),
        ("Prüfpunkt", "de"),
        ("Clusterknoten", "de"),
        ("und bei 2012?", "de"),
        ("and on 2012?", "en"),
        ("warum?", "de"),
        ("why?", "en"),
        ("Hallo", "de"),
        ("hello", "en"),
        ("Hilfe", "de"),
        ("danke", "de"),
        # An error message is quoted in English whatever language the question has.
        ("Was bedeutet 'The operation could not be completed on this virtual machine'?", "de"),
        ('What does "Der Vorgang konnte nicht abgeschlossen werden" mean?', "en"),
    ],
)
def test_the_language_of_a_text(detector: Detector, text: str, lang: str) -> None:
    assert detector.detect(text, "de" if lang == "en" else "en") == lang


@pytest.mark.parametrize("text", ["", "0x8009030E", "2012 R2", "CSV", "Event 5120", "Server 2008 R2 SP1", "Cluster quorum", "???"])
@pytest.mark.parametrize("default", ["en", "de"])
def test_a_text_without_a_hint_leaves_the_language_to_the_asker(detector: Detector, text: str, default: str) -> None:
    assert detector.detect(text, default) == default


def test_the_questions_of_the_golden_set_are_told_apart(detector: Detector) -> None:
    rows = read(GOLDEN)
    wrong = [row.question for row in rows if detector.detect(row.question) != row.lang]
    assert len(wrong) <= len(rows) // 100, wrong


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_knowledge_is_told_apart(knowledge, detector: Detector, lang: str) -> None:
    texts = [text for e in knowledge for text in (e.statement.in_(lang), e.why.in_(lang))]
    other = "de" if lang == "en" else "en"
    wrong = [text for text in texts if detector.detect(text, other) != lang]
    assert len(wrong) <= len(texts) // 200, wrong


@given(st.text(max_size=300))
def test_any_text_has_one_of_the_two_languages(detector: Detector, text: str) -> None:
    assert detector.detect(text) in ("en", "de")
