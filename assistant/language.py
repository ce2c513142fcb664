"""Which of the two languages a text is written in, however short or mixed it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from math import log
from pathlib import Path

import yaml

from kb.load import Knowledge

# Error messages are quoted in English whatever the question's language.
_QUOTED = re.compile(r"(?<!\w)['\"“„‚‘][^'\"“”„‘’]{8,}['\"”’“]")
FUNCTION_WORDS = Path(__file__).with_name("function_words.yaml")
_WORD = re.compile(r"[a-zäöüß']+")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


class Detector:
    """Tells English from German by function words, and by the words that the knowledge uses in one language only."""

    def __init__(self, english: Iterable[str] = (), german: Iterable[str] = ()) -> None:
        en = {word for text in english for word in _words(text)}
        de = {word for text in german for word in _words(text)}
        self._en, self._de, self._both = en - de, de - en, en & de
        self._shape = _shapes(self._en, self._de)
        function_words = yaml.safe_load(FUNCTION_WORDS.read_text(encoding="utf-8"))
        self._en_small, self._de_small = frozenset(function_words["en"].split()), frozenset(function_words["de"].split())

    def detect(self, text: str, default: str = "en") -> str:
        """`en` or `de`; `default` where the text gives no hint (a bare error code)."""
        words = _words(_QUOTED.sub(" ", text)) or _words(text)
        german = sum(1.0 if w in self._de_small else 0.7 if w in self._de else 0.0 for w in words)
        english = sum(1.0 if w in self._en_small else 0.7 if w in self._en else 0.0 for w in words)
        german += len(re.findall(r"[äöüß]", text.lower()))
        for word in words:
            if len(word) > 3 and not self._knows(word):
                shape = sum(self._shape.get(part, 0.0) for part in _parts(word)) / len(word)
                german, english = (german + min(shape, 0.5), english) if shape > 0 else (german, english + min(-shape, 0.5))
        if german == english:
            return default
        return "de" if german > english else "en"

    def _knows(self, word: str) -> bool:
        return any(word in known for known in (self._de_small, self._en_small, self._de, self._en, self._both))


def _parts(word: str) -> list[str]:
    marked = f"^{word}$"
    return [marked[n : n + 3] for n in range(len(marked) - 2)]


def _shapes(english: set[str], german: set[str]) -> dict[str, float]:
    """How German (above 0) or English (below) three letters in a row are: the logarithm of how much more often they occur."""
    counts = [Counter(part for word in words for part in _parts(word)) for words in (english, german)]
    totals = [sum(c.values()) or 1 for c in counts]
    return {part: log((counts[1][part] + 0.5) / totals[1]) - log((counts[0][part] + 0.5) / totals[0]) for part in counts[0] | counts[1]}


def detector(knowledge: Knowledge) -> Detector:
    """A detector that knows the words of the knowledge's own questions and statements."""
    return Detector(
        english=(text for e in knowledge for text in (*e.questions.en, e.title.en, e.statement.en, e.why.en)),
        german=(text for e in knowledge for text in (*e.questions.de, e.title.de, e.statement.de, e.why.de)),
    )
