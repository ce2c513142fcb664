"""What the server keeps in its SQLite database besides conversations: reports, walks, feedback, unanswered questions."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

_TABLES = """
create table if not exists reports (id text primary key, made text default current_timestamp, body blob not null);
create table if not exists walks (id text primary key, changed text default current_timestamp, body blob not null);
create table if not exists answers (id text primary key, made text default current_timestamp, body text not null);
create table if not exists feedback (answer text primary key, made text default current_timestamp, helpful integer not null, comment text);
create table if not exists gaps (id integer primary key, made text default current_timestamp, question text not null, lang text not null, versions text not null);
"""


class StorageUnavailable(RuntimeError):
    """The database cannot be opened; the message names the file, the problem and the remedy."""


def connect(database: Path) -> sqlite3.Connection:
    """A connection to the database, created where it is missing; raises StorageUnavailable."""
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(database, check_same_thread=False, timeout=10)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    except (OSError, sqlite3.Error) as error:
        problem = getattr(error, "strerror", None) or error
        raise StorageUnavailable(f"{database}: cannot be used: {problem}; set LOTSE_DATA to a folder that can be written") from error
    return connection


class Storage:
    """Small records by id. One connection, one lock: the records are few and the statements short."""

    def __init__(self, database: Path) -> None:
        self._lock = threading.Lock()
        self._connection = connect(database)
        self._connection.executescript(_TABLES)

    def _write(self, statement: str, *values: Any) -> None:
        with self._lock, self._connection:
            self._connection.execute(statement, values)

    def _read(self, statement: str, *values: Any) -> list[tuple]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def keep_report(self, id: str, body: bytes) -> None:
        """Store a report under its id."""
        self._write("insert or replace into reports (id, body) values (?, ?)", id, body)

    def report(self, id: str) -> bytes | None:
        """A stored report, or None."""
        rows = self._read("select body from reports where id = ?", id)
        return rows[0][0] if rows else None

    def keep_walk(self, id: str, body: bytes) -> None:
        """Store where a walkthrough stands."""
        self._write("insert or replace into walks (id, body) values (?, ?)", id, body)

    def walk(self, id: str) -> bytes | None:
        """Where a walkthrough stands, or None."""
        rows = self._read("select body from walks where id = ?", id)
        return rows[0][0] if rows else None

    def keep_answer(self, id: str, body: dict[str, Any]) -> None:
        """Remember an answer, so that feedback on it can be understood later."""
        self._write("insert or replace into answers (id, body) values (?, ?)", id, json.dumps(body))

    def has_answer(self, id: str) -> bool:
        """True when this answer was given."""
        return bool(self._read("select 1 from answers where id = ?", id))

    def keep_feedback(self, answer: str, helpful: bool, comment: str | None) -> None:
        """Store what someone thought of an answer; a later word on the same answer replaces the earlier one."""
        self._write("insert or replace into feedback (answer, helpful, comment) values (?, ?, ?)", answer, int(helpful), comment)

    def keep_gap(self, question: str, lang: str, versions: list[str]) -> None:
        """Remember a question that could not be answered."""
        self._write("insert into gaps (question, lang, versions) values (?, ?, ?)", question, lang, ",".join(versions))

    def gaps(self) -> list[dict[str, Any]]:
        """Unanswered questions with how often each was asked, most frequent first."""
        rows = self._read(
            "select question, lang, versions, count(*), max(made) from gaps group by question, lang, versions order by count(*) desc, max(made) desc"
        )
        return [
            {"question": q, "lang": lang, "versions": v.split(",") if v else [], "count": n, "last": made} for q, lang, v, n, made in rows
        ]

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
