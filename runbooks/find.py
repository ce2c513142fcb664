"""Finding runbooks: the library, read once, and one runbook by its id."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from pathlib import Path

from kb.load import BadKnowledge, Mistake
from runbooks import lint
from runbooks.parse import Page, Runbook, read

LIBRARY = Path(__file__).parent / "library"


class UnknownRunbook(KeyError):
    """No runbook has the id asked for; the message lists those there are."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would show its message in quotes


@cache
def runbooks(folder: Path = LIBRARY) -> dict[str, Runbook]:
    """All runbooks of a folder by id. Raises kb.load.BadKnowledge, naming every mistake that would break a walk."""
    pages: dict[str, dict[str, Page]] = {}
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*.md")):
        page, wrong = read(path)
        mistakes += wrong or (lint.page(page) if page else [])
        if page:
            pages.setdefault(page.header.id, {})[page.header.lang] = page
    for by_lang in pages.values():
        if "en" in by_lang and "de" in by_lang:
            mistakes += lint.compare(by_lang["en"], by_lang["de"])
    if mistakes:
        raise BadKnowledge(mistakes)
    return {id: Runbook(id, by_lang) for id, by_lang in pages.items()}


def get(id: str, folder: Path = LIBRARY) -> Runbook:
    """The runbook with this id; raises UnknownRunbook with near matches and all ids."""
    known = runbooks(folder)
    if id in known:
        return known[id]
    near = get_close_matches(id, known, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UnknownRunbook(f"There is no runbook {id!r}.{hint} Runbooks: {', '.join(known)}")
