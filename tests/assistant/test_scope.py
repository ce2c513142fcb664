"""What Lotse is about, and what it is not: other products, prices and predictions, however similar their words are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import answer
from assistant.scope import harmful, outside
from assistant.understand import understand

OFF_TOPIC = Path(__file__).parents[1] / "evaluation" / "off_topic.txt"


@pytest.mark.parametrize(
    "text",
    [
        "How many pods can a Kubernetes node run?",
        "Maximum hosts in a vSphere cluster?",
        "Wie viele Knoten kann ein Proxmox-Cluster haben?",
        "How many cluster nodes does VMware ESXi support?",
        "What does a Datacenter licence cost?",
        "Was kostet eine Lizenz?",
        "How many companies use failover clusters worldwide?",
        "What is on the roadmap?",
        "Wie wird das Wetter morgen?",
    ],
)
def test_other_subjects_are_outside(text: str) -> None:
    assert outside(text, names_version=False)


@pytest.mark.parametrize(
    "text",
    [
        "How many nodes can a failover cluster have?",
        "How do I convert a VMware VM to Hyper-V?",
        "Wie migriere ich eine VM von VMware nach Hyper-V?",
        "Does live migration need shared storage, unlike VMware?",
        "Can I run SQL Server on a CSV?",
        "Kann Docker in einer VM auf Hyper-V laufen?",
        "How much memory can a VM have?",
        "Excellent, and how many nodes?",
    ],
)
def test_questions_that_only_mention_something_else_are_inside(text: str) -> None:
    assert not outside(text, names_version=False)


def test_a_windows_server_version_beside_another_product_keeps_the_question() -> None:
    assert outside("Exchange on cluster nodes", names_version=False)
    assert not outside("Exchange on cluster nodes of 2012 R2", names_version=True)


def test_a_price_stays_outside_whatever_version_is_named() -> None:
    assert outside("How much does Windows Server 2025 cost?", names_version=True)


def test_most_questions_about_something_else_are_refused_even_by_words_alone(knowledge, detector, index) -> None:
    questions = [line for line in OFF_TOPIC.read_text(encoding="utf-8").splitlines() if line.strip()]
    answered = [q for q in questions if answer(understand(q, detector), index, knowledge).outcome == "answer"]
    assert len(answered) <= len(questions) // 6, answered


@given(st.text(max_size=300), st.booleans())
def test_any_text_is_judged(text: str, names_version: bool) -> None:
    assert outside(text, names_version) in (True, False)
    assert harmful(text) in (True, False)
