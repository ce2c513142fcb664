"""Lotse as a whole: knowledge, index, conversations and storage put together for the channels."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from assistant.answer import Answer
from assistant.conversation import Conversations, open_checkpointer
from assistant.language import detector
from assistant.settings import Settings
from assistant.storage import Storage
from ingest.configurations.read import Reading
from ingest.index.embeddings import EmbeddingsUnavailable, open_embeddings
from ingest.index.passages import Passage
from ingest.index.search import Index
from ingest.index.store import StoreUnavailable, open_store
from kb.assess import assess
from kb.load import Knowledge, load
from kb.own_rules import read as read_rules
from kb.report import Report
from runbooks.find import runbooks

log = logging.getLogger("lotse")
log.addHandler(logging.NullHandler())  # a command prints its own messages; the server configures the log


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with what a channel needs to refer to it."""

    answer_id: str
    session_id: str
    answer: Answer
    milliseconds: float


class Lotse:
    """Everything a channel can ask for. Answers lexically at once; `prepare` makes it hybrid."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.knowledge: Knowledge = load(settings.data)
        self.own_rules = read_rules([Path(path) for path in settings.check.rules])
        self.index = Index(self.knowledge, list(_runbook_passages()))
        self.storage = Storage(settings.database)
        self._checkpointer = open_checkpointer(settings.database)
        self.conversations = Conversations(self.knowledge, self.index, detector(self.knowledge), self._checkpointer)
        self.problem: str | None = None

    def prepare(self, report: Callable[[int, int], None] | None = None, *, wait: bool = True) -> None:
        """Bring the vectors; without `wait` only if all of them are stored already.

        A backend that is not available leaves search lexical, and `problem` says why.
        """
        started = time.monotonic()
        try:
            embeddings = open_embeddings(self.settings.embeddings)
            store = open_store(embeddings, self.settings.index_folder, self.settings.chroma_url)
            if self.index.embed(embeddings, store, report, wait=wait):
                self.problem = None
                log.info("search by meaning is ready after %.1f s", time.monotonic() - started)
            else:
                self.problem = "search by words only: " + (
                    "run `lotse index` once to prepare search by meaning" if embeddings else "no embedding model"
                )
        except (EmbeddingsUnavailable, StoreUnavailable) as error:
            self.problem = f"search by words only: {error}"
            log.warning("%s", self.problem)

    def prepare_in_background(self) -> threading.Thread:
        """`prepare` in a thread of its own, with progress in the log."""
        last = 0.0

        def report(done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last > 5 or done == total:
                last = time.monotonic()
                log.info("preparing search by meaning: %d of %d passages", done, total)

        thread = threading.Thread(target=self.prepare, args=(report,), name="index", daemon=True)
        thread.start()
        return thread

    def ask(
        self,
        question: str,
        *,
        session: str | None = None,
        version: str | None = None,
        edition: str | None = None,
        lang: str | None = None,
        default_lang: str | None = None,
    ) -> Reply:
        """Answer a question within a session, remember the answer for feedback and a refusal for `lotse kb gaps`."""
        started = time.perf_counter()
        question = question.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be stored
        session, answer = self.conversations.ask(
            question, session=session, version=version, edition=edition, lang=lang, default_lang=default_lang
        )
        reply = Reply(uuid.uuid4().hex, session, answer, (time.perf_counter() - started) * 1e3)
        self.storage.keep_answer(
            reply.answer_id, {"question": question, "outcome": answer.outcome, "entries": [e.id for e in answer.entries]}
        )
        if answer.outcome == "refuse":
            self.storage.keep_gap(question, answer.lang, answer.versions)
        return reply

    def check(
        self,
        reading: Reading,
        *,
        version: str | None = None,
        target: str | None = None,
        edition: str | None = None,
        session: str | None = None,
        lang: str = "en",
    ) -> Report:
        """Judge what was read, keep the report, and tell the session of it."""
        warnings = [*reading.warnings, *(str(left) for left in reading.left_out)]
        report = assess(
            reading.inventory,
            self.knowledge,
            version=version,
            target=target,
            edition=edition,
            choice=self.settings.check.choice(),
            own=self.own_rules,
            lang=lang,
            warnings=warnings,
            files=reading.files,
        )
        self.storage.keep_report(report.id, msgspec.json.encode(report))
        if session:
            self.conversations.attach_report(session, report.id, report.platform.version)
        return report

    def report(self, id: str) -> Report | None:
        """A report made earlier, or None."""
        body = self.storage.report(id)
        return msgspec.json.decode(body, type=Report) if body else None

    def close(self) -> None:
        """Close the database connections."""
        self.storage.close()
        self._checkpointer.conn.close()


def _runbook_passages() -> Iterator[Passage]:
    """The passages of all runbooks: in each language the title with its symptoms, and every step."""
    for runbook in runbooks().values():
        for lang, page in runbook.pages.items():
            common = {"kind": "runbook", "ref": runbook.id, "lang": lang, "title": page.header.title, "versions": tuple(runbook.versions)}
            yield Passage(part="symptoms", text=f"{page.header.title}. {' '.join(page.header.symptoms)}", **common)
            for step in page.steps.values():
                yield Passage(part=step.id, text=f"{step.title}. {step.text()}", **common)
