"""Conversations: what is told once is remembered, over follow-ups, corrections and restarts, and stays within its session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langgraph.checkpoint.memory import InMemorySaver

from assistant.conversation import Conversations, open_checkpointer

NODES = "How many nodes can one failover cluster have?"
KNOTEN = "Wie viele Knoten darf ein Failovercluster höchstens haben?"
OLD, NEW = 16, 64  # nodes of a cluster before and since 2012

Open = Callable[[], "contextmanager[Conversations]"]


@pytest.fixture
def reopen(knowledge, detector, finds, tmp_path: Path):
    """Opens the conversations of one database file, as a server does when it starts. Every search finds the limit of nodes."""

    @contextmanager
    def reopen() -> Iterator[Conversations]:
        checkpointer = open_checkpointer(tmp_path / "data" / "lotse.db")
        with closing(checkpointer.conn):
            yield Conversations(knowledge, finds("cluster-max-nodes"), detector, checkpointer)

    return reopen


def values(conversations: Conversations, text: str, session: str | None = None, **given) -> list[object]:
    """The values that an answer names."""
    return [named.value for named in conversations.ask(text, session=session, **given)[1].entries]


@pytest.mark.parametrize(
    ("told", "question", "expected"),
    [
        (["We run Windows Server 2008 R2 here."], NODES, OLD),
        (["Wir haben 2008 R2."], KNOTEN, OLD),
        (["We run 2008 R2.", "hello", "How many pods per Kubernetes node?"], NODES, OLD),
        (["We run 2008 R2.", "Actually, it's 2012 R2"], NODES, NEW),
        ([NODES + " It's 2008."], NODES, OLD),
        (["How many nodes on 2008?", "How many nodes on 2019?"], NODES, NEW),
    ],
)
def test_the_version_told_last_holds(reopen, told: list[str], question: str, expected: int) -> None:
    with reopen() as conversations:
        for text in told:
            conversations.ask(text, session="s")
        assert values(conversations, question, "s") == [expected]


def test_what_was_told_survives_a_restart(reopen) -> None:
    with reopen() as before:
        before.ask("Wir haben 2008 R2.", session="s")
        before.ask(KNOTEN, session="s")
    with reopen() as after:
        assert values(after, KNOTEN, "s") == [OLD]
        assert values(after, "und bei 2012?", "s") == [NEW]
        assert after.remembered("s")["lang"] == "de"


@pytest.mark.parametrize("text", ["and on 2008 R2?", "what about 2008 R2?", "und bei 2008 R2?", "und unter 2008 R2?", "2008 R2?"])
def test_a_follow_up_with_a_version_asks_the_last_question_again(reopen, text: str) -> None:
    with reopen() as conversations:
        conversations.ask("How many nodes on 2019?", session="s")
        assert values(conversations, text, "s") == [OLD]


@pytest.mark.parametrize("text", ["no, I meant 2008 R2", "No, 2008 R2!", "nein, ich meinte 2008 R2", "Sorry, 2008 R2."])
def test_a_correction_answers_the_last_question_anew_and_is_remembered(reopen, text: str) -> None:
    with reopen() as conversations:
        conversations.ask("How many nodes on 2012 R2?", session="s")
        assert values(conversations, text, "s") == [OLD]
        assert values(conversations, NODES, "s") == [OLD]


def test_a_bare_r2_is_cleared_up_by_the_next_message(reopen) -> None:
    with reopen() as conversations:
        _, asked_back = conversations.ask("How many nodes on R2?", session="s")
        assert asked_back.outcome == "clarify"
        assert "version" not in conversations.remembered("s"), "a guess must not be remembered"
        assert values(conversations, asked_back.suggestions[0], "s") == [OLD]


@pytest.mark.parametrize("text", ["why?", "warum?"])
def test_why_is_answered_about_the_last_answer(reopen, knowledge, text: str) -> None:
    with reopen() as conversations:
        conversations.ask(NODES, session="s")
        _, answer = conversations.ask(text, session="s", lang="en")
        assert answer.text.startswith(knowledge["cluster-max-nodes"].why.en)


def test_sessions_know_nothing_of_each_other(reopen) -> None:
    with reopen() as conversations:
        conversations.ask("We run 2008 R2.", session="one")
        assert conversations.remembered("two") == {}
        assert values(conversations, NODES, "two") == [None]
        assert values(conversations, NODES, "one") == [OLD]


def test_a_question_without_a_session_begins_a_new_one(reopen) -> None:
    with reopen() as conversations:
        first, _ = conversations.ask("We run 2008 R2.")
        second, answer = conversations.ask(NODES)
        assert first != second
        assert answer.versions == []
        assert values(conversations, NODES, first) == [OLD]


def test_a_version_given_by_the_caller_goes_before_what_was_told(reopen) -> None:
    with reopen() as conversations:
        conversations.ask("We run 2008 R2.", session="s")
        assert values(conversations, NODES, "s", version="2019") == [NEW]
        assert values(conversations, "How many nodes on 2008?", "s", version="2019") == [OLD]


def test_a_conversation_keeps_its_language_where_a_message_shows_none(reopen) -> None:
    with reopen() as conversations:
        conversations.ask(KNOTEN, session="s")
        assert conversations.ask("0x8009030E", session="s", default_lang="en")[1].lang == "de"
        assert conversations.ask(NODES, session="s")[1].lang == "en"
        assert conversations.ask(NODES, session="s", lang="de")[1].lang == "de"


def test_the_version_found_in_a_configuration_is_remembered(reopen) -> None:
    with reopen() as conversations:
        conversations.attach_report("s", "r1", "2008R2")
        assert values(conversations, NODES, "s") == [OLD]
        assert conversations.remembered("s")["report"] == "r1"
        conversations.attach_report("s", "r2", None)
        assert values(conversations, NODES, "s") == [OLD], "a report without a version takes nothing back"


@settings(max_examples=40)
@given(
    st.lists(
        st.one_of(st.text(max_size=60), st.sampled_from([NODES, KNOTEN, "why?", "2012?", "no, 2016", "R2", "We run 2019."])), max_size=6
    )
)
def test_any_messages_in_any_order_are_answered(knowledge, detector, finds, messages: list[str]) -> None:
    conversations = Conversations(knowledge, finds("cluster-max-nodes"), detector, InMemorySaver())
    for text in messages:
        _, answer = conversations.ask(text, session="s")
        assert answer.text
