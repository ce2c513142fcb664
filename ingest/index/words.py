"""Words: how a text becomes terms that lexical search can compare, in English and German at once.

Every word gives its stem in both languages, since questions mix them ("Live Migration geht nicht"). German
compounds are split into words that the index knows, and the glossary maps synonyms of both languages
(`Momentaufnahme`, `snapshot`, `checkpoint`) to one concept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from kb.glossary import concepts

# Whole tokens that must survive: error codes, cmdlets, file extensions, versions, hyphenated names.
_TOKEN = re.compile(r"0x[0-9a-f]+|\.[a-z]{3,7}\b|[\wäöüß]+(?:-[\wäöüß]+)*(?:\.\d+)?", re.I)
_HUMPS = re.compile(r"[A-Z][a-z]{2,}[A-Z]")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zäöüß]+|\d+(?:\.\d+)?")

STOP = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def _stemmers():
    return snowballstemmer.stemmer("english"), snowballstemmer.stemmer("german")


@lru_cache(maxsize=65536)
def _stems(word: str) -> tuple[str, ...]:
    english, german = _stemmers()
    one, two = english.stemWord(word), german.stemWord(word)
    return (one,) if one == two else (one, two)


def tokens(text: str) -> list[str]:
    """The words of a text, in order, lower-cased; parts of cmdlets and hyphenated names follow their whole."""
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        whole = match.group()
        found.append(whole.lower())
        if "-" in whole or _HUMPS.search(whole):
            found += [part.lower() for part in _PART.findall(whole)]
    return found


def terms(text: str, vocabulary: frozenset[str] | set[str] = frozenset()) -> list[str]:
    """What is compared: stems in both languages, the parts of compounds, and `§concept` for synonyms."""
    found: list[str] = []
    for word in tokens(text):
        # Small numbers are quantities, which match anything; long ones are event ids and error codes.
        if word in STOP or len(word) == 1 or (word.isdigit() and len(word) < 4):
            continue
        found += _stems(word)
        for part in split_compound(word, vocabulary):
            found += _stems(part)
    found += [f"§{concept}" for concept in concepts(text)]
    return found


def split_compound(word: str, vocabulary: frozenset[str] | set[str]) -> list[str]:
    """The words a German compound is made of, if the index knows all of them: `clusterknoten` → cluster, knoten."""
    if len(word) < 8 or not word.isalpha():
        return []
    for cut in range(len(word) - 4, 3, -1):
        head, tail = word[:cut], word[cut:]
        if tail not in vocabulary:
            continue
        for linking in ("", "s", "n", "en", "es"):
            stem = head.removesuffix(linking) if linking else head
            if len(stem) >= 4 and stem in vocabulary:
                return [stem, tail]
    return []
