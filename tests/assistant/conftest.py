"""An index that always finds what a test names, so that answering is tested apart from searching."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from ingest.index.search import Hit, Index
from kb.load import Knowledge


class Finds(Index):
    """An index of a few entries whose every search finds all of them, the first one best."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        self._hits = [
            Hit(kind="entry", ref=e.id, versions=tuple(e.covered), score=1 - n / 10, similarity=0, lexical=1, coverage=1)
            for n, e in enumerate(knowledge)
        ]

    def search(self, question: str, **_options: object) -> list[Hit]:
        return self._hits


@pytest.fixture(scope="session")
def finds(knowledge) -> Callable[..., Index]:
    """Makes an index that finds the entries with these ids and nothing else."""
    return cache(lambda *ids: Finds(Knowledge({id: knowledge[id] for id in ids})))
