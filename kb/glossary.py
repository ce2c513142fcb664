"""The bilingual glossary: which words of both languages mean one concept, and how people abbreviate it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("glossary.yaml")
_WORD = re.compile(r"[\wäöüß]+")
_ENDINGS = ("", "s", "n", "en", "e", "es", "er")


@lru_cache(maxsize=1)
def terms() -> dict[str, list[str]]:
    """Each concept with the words and abbreviations that name it, in both languages."""
    import yaml

    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, list[str]], frozenset[str]]:
    """Every name with its endings, written as one word → its concepts; and all beginnings of names, to stop early."""
    names: dict[str, list[str]] = {}
    for concept, words in terms().items():
        for word in words:
            joined = "".join(_WORD.findall(word.lower()))
            for ending in _ENDINGS:
                known = names.setdefault(joined + ending, [])
                if concept not in known:
                    known.append(concept)
    return names, frozenset(name[:length] for name in names for length in range(1, len(name) + 1))


def concepts(text: str) -> list[str]:
    """The concepts a text names, in order of appearance, each once; the longest name counts where several begin.

    Blanks and hyphens inside a name are optional: `Live-Migration`, `live migration` and `Livemigration` are one.
    """
    names, beginnings = _names()
    words = _WORD.findall(text.lower())
    found: list[str] = []
    position = 0
    while position < len(words):
        longest, end, joined = None, position + 1, ""
        for reach in range(position, min(position + 6, len(words))):
            joined += words[reach]
            if joined not in beginnings:
                break
            if joined in names:
                longest, end = joined, reach + 1
        for concept in names[longest] if longest else ():
            if concept not in found:
                found.append(concept)
        position = end
    return found
