"""The bilingual glossary: which words of both languages mean one concept, and how people abbreviate it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("glossary.yaml")


@lru_cache(maxsize=1)
def terms() -> dict[str, list[str]]:
    """Each concept with the words and abbreviations that name it, in both languages."""
    import yaml

    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], dict[str, list[str]]]:
    by_word: dict[str, list[str]] = {}
    for concept, words in terms().items():
        for word in words:
            by_word.setdefault(_plain(word), []).append(concept)
    alternatives = "|".join(sorted((re.escape(word).replace(r"\ ", r"[\s-]*") for word in by_word), key=len, reverse=True))
    return re.compile(rf"(?<![\wäöüß])(?:{alternatives})(?:s|n|en|e|es|er)?(?![\wäöüß])", re.I), by_word


def _plain(text: str) -> str:
    return re.sub(r"[\s-]+", " ", text.lower()).strip()


def concepts(text: str) -> list[str]:
    """The concepts a text names, in order of appearance, each once."""
    pattern, by_word = _patterns()
    found: list[str] = []
    for match in pattern.finditer(text):
        word = _plain(match.group())
        for candidate in (word, *(word.removesuffix(end) for end in ("s", "n", "en", "e", "es", "er") if word.endswith(end))):
            hits = by_word.get(candidate) or by_word.get(_joined(candidate, by_word))
            if hits:
                found += [hit for hit in hits if hit not in found]
                break
    return found


def _joined(word: str, by_word: dict[str, list[str]]) -> str:
    """`livemigration` written with or without its space: the spelling the glossary has."""
    bare = word.replace(" ", "")
    return next((known for known in by_word if known.replace(" ", "") == bare), "")
