"""Conversations: a LangGraph graph whose state survives in a checkpointer, one thread a session.

The state is small: the version and language told so far, the entries of the last answer, the report
in this conversation.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

import msgspec
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

from assistant.answer import Answer, answer
from assistant.language import Detector
from assistant.storage import connect
from assistant.understand import is_correction, understand
from ingest.index.search import Index
from kb.load import Knowledge


class State(TypedDict, total=False):
    """What a conversation remembers (`version`, `lang`, `entries`, `question`, `report`) and this turn's input and answer."""

    text: str
    given: dict[str, Any]
    version: str | None
    lang: str | None
    entries: list[str]
    question: str | None
    report: str | None
    reply: dict[str, Any]


def open_checkpointer(database: Path) -> SqliteSaver:
    """The SQLite checkpointer of conversations in `database`, created where it is missing; raises StorageUnavailable."""
    return SqliteSaver(connect(database))


class Conversations:
    """Answers questions within sessions."""

    def __init__(self, knowledge: Knowledge, index: Index, detector: Detector, checkpointer: BaseCheckpointSaver) -> None:
        self._knowledge, self._index, self._detector = knowledge, index, detector
        graph = StateGraph(State)
        graph.add_node("turn", self._turn)
        graph.add_edge(START, "turn")
        graph.add_edge("turn", END)
        self._graph = graph.compile(checkpointer=checkpointer)

    def ask(
        self,
        text: str,
        *,
        session: str | None = None,
        version: str | None = None,
        edition: str | None = None,
        lang: str | None = None,
        default_lang: str | None = None,
    ) -> tuple[str, Answer]:
        """Answer a question in a session (a new one when None) → the session's id and the answer.

        `lang` overrules the language of the question; `default_lang` holds where the question shows none.
        """
        session = session or uuid.uuid4().hex
        turn: State = {"text": text, "given": {"version": version, "edition": edition, "lang": lang, "default_lang": default_lang}}
        state = self._graph.invoke(turn, self._config(session), durability="exit")
        return session, msgspec.convert(state["reply"], Answer)

    def attach_report(self, session: str, report_id: str, version: str | None) -> None:
        """Let a session know the report of a configuration that was checked in it, and the version found there."""
        values: State = {"report": report_id}
        if version:
            values["version"] = version
        self._graph.update_state(self._config(session), values, as_node="turn")

    def remembered(self, session: str) -> dict[str, Any]:
        """What a session remembers; empty for one that does not exist."""
        return dict(self._graph.get_state(self._config(session)).values)

    def _config(self, session: str) -> RunnableConfig:
        return {"configurable": {"thread_id": session}}

    def _turn(self, state: State) -> State:
        given = state.get("given") or {}
        asked = understand(state.get("text", ""), self._detector, given.get("lang"), state.get("lang") or given.get("default_lang") or "en")
        told = given.get("version") or state.get("version")
        question_before = state.get("question")
        if asked.asked and not asked.content and question_before and is_correction(asked.text):
            # "No, I meant 2012 R2": the last question once more, for the version now said.
            before = understand(question_before, self._detector, asked.lang)
            asked = replace(before, asked=asked.asked, ambiguous=())
        edition = asked.edition or given.get("edition")
        reply = answer(replace(asked, edition=edition), self._index, self._knowledge, told=told, last=state.get("entries") or [])
        kept: State = {"lang": asked.lang, "reply": msgspec.to_builtins(reply), "question": asked.text}
        if asked.wants == "remember" or (asked.asked and len(asked.asked) == 1):
            kept["version"] = asked.asked[-1]
        elif given.get("version"):
            kept["version"] = given["version"]
        if reply.entries:
            kept["entries"] = list(dict.fromkeys(e.id for e in reply.entries))
        return kept
