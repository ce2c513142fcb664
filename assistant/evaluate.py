"""Grading question sets: the golden set in the repository, and anybody's own.

A row is a JSON object a line: question, lang, context_version, expect (answer, clarify or refuse), must_contain
(groups of alternatives, each a regular expression), must_not_contain, entries (ids, any of which answers), category.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from assistant.answer import MAX_CHARACTERS, Answer
from assistant.conversation import Conversations
from kb import versions


class BadRow(ValueError):
    """A line of a question set cannot be used; the message names file, line and problem."""


class Row(Struct, kw_only=True):
    """One question with what a right answer must look like."""

    id: str
    lang: str
    question: str
    expect: str
    category: str = "other"
    context_version: str | None = None
    must_contain: list[list[str]] = []
    must_not_contain: list[str] = []
    entries: list[str] = []


class Graded(Struct):
    """A row with its answer; `wrong` says why it failed, None when it passed."""

    row: Row
    answer: Answer
    wrong: str | None


def read(path: Path) -> list[Row]:
    """The rows of a question set; raises BadRow."""
    import msgspec

    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                row = msgspec.json.decode(line, type=Row)
                for pattern in [*row.must_not_contain, *(p for group in row.must_contain for p in group)]:
                    re.compile(pattern)
            except (msgspec.MsgspecError, re.error) as error:
                raise BadRow(f"{path}:{number}: {error}") from None
            rows.append(row)
    return rows


def judge(row: Row, answer: Answer) -> str | None:
    """Why an answer is wrong, or None."""
    if len(answer.text) > MAX_CHARACTERS:
        return f"longer than {MAX_CHARACTERS} characters"
    tabulates = len({cell.version for cell in answer.matrix or []}) >= 2
    if answer.outcome != row.expect and not (row.expect == "clarify" and answer.outcome == "answer" and tabulates):
        return f"outcome {answer.outcome}"
    for group in row.must_contain:
        if not any(re.search(p, answer.text, re.I | re.M) for p in group):
            return f"lacks {' | '.join(group[:3])}"
    for pattern in row.must_not_contain:
        if re.search(pattern, answer.text, re.I | re.M):
            return f"must not contain {pattern}"
    if row.expect == "answer" and not any((c.url or "").startswith("http") for c in answer.citations):
        return "no citation with an address"
    return None if answer.lang == row.lang else f"language {answer.lang}"


def grade(rows: Iterable[Row], conversations: Conversations) -> list[Graded]:
    """Ask every question in a session of its own, where the version of its context was told before."""
    graded = []
    for row in rows:
        session = None
        if row.context_version:
            name = versions.name(row.context_version)
            session, _ = conversations.ask(f"Wir haben hier {name}." if row.lang == "de" else f"We run {name} here.", lang=row.lang)
        _, answer = conversations.ask(row.question, session=session)
        graded.append(Graded(row, answer, judge(row, answer)))
    return graded


def table(graded: list[Graded]) -> dict[str, tuple[int, int]]:
    """Passed and all, for the whole set, each language, category and expectation; and how often the right entry came first."""
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for g in graded:
        for key in ("all", g.row.lang, g.row.category, f"expect {g.row.expect}"):
            tally[key][0] += g.wrong is None
            tally[key][1] += 1
        if g.row.entries and g.row.expect == "answer":
            tally["right entry first"][0] += bool(g.answer.entries) and g.answer.entries[0].id in g.row.entries
            tally["right entry first"][1] += 1
    return {key: (passed, count) for key, (passed, count) in sorted(tally.items(), key=lambda item: (item[0] != "all", item[0]))}


def as_text(graded: list[Graded], *, show_wrong: bool) -> str:
    """The table and, if wanted, every wrong answer."""
    lines = []
    if show_wrong:
        for g in graded:
            if g.wrong:
                told = f" ({g.row.context_version})" if g.row.context_version else ""
                lines.append(
                    f"- {g.row.id} [{g.row.category}] {g.row.question}{told}\n    {g.wrong}\n    got: {json.dumps(g.answer.text[:200], ensure_ascii=False)}"
                )
    lines += [f"{key:24} {passed:4}/{count:<4} {passed / count:6.1%}" for key, (passed, count) in table(graded).items()]
    return "\n".join(lines)
