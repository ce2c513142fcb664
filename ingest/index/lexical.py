"""Lexical search: BM25 (bm25s) over terms in both languages, for exact names and the first seconds after a start."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

import numpy as np

from ingest.index.words import STOP, terms, tokens


class Lexical:
    """BM25 over `texts`; positions in the results are positions in that list."""

    def __init__(self, texts: Sequence[str], vocabulary: frozenset[str] | None = None) -> None:
        """`vocabulary` are the words that compounds may be made of; those of the texts by default."""
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # on import it turns its own messages on
        self.vocabulary = vocabulary if vocabulary is not None else _words(texts)
        documents = [terms(text, self.vocabulary) for text in texts]
        self._ids = {term: n for n, term in enumerate(sorted({t for d in documents for t in d}))}
        self._index = bm25s.BM25()
        corpus = ([[self._ids[t] for t in d] for d in documents], self._ids)
        self._index.index(corpus, show_progress=False)
        self._sets = [frozenset(d) for d in documents]
        frequency: dict[str, int] = {}
        for present in self._sets:
            for term in present:
                frequency[term] = frequency.get(term, 0) + 1
        total = max(len(documents), 1)
        self._weight = {term: float(np.log(1 + total / count)) for term, count in frequency.items()}
        self._unseen = max(self._weight.values(), default=1.0)

    def scores(self, question: str) -> np.ndarray:
        """The BM25 score of every document, float32 [n]."""
        known = [self._ids[t] for t in dict.fromkeys(terms(question, self.vocabulary)) if t in self._ids]
        scores = self._index.get_scores_from_ids(known) if known else np.zeros(len(self._sets))
        return np.asarray(scores, np.float32)

    def coverage(self, question: str) -> np.ndarray:
        """How much of the question's words (0 to 1, by weight) every document contains, float32 [n]."""
        groups = self.weighted_words(question)
        return np.asarray([share(groups, present) for present in self._sets], np.float32)

    def terms_of(self, row: int) -> frozenset[str]:
        """The terms of one document."""
        return self._sets[row]

    def weighted_words(self, question: str) -> list[tuple[float, list[str]]]:
        """The question's words with their weight (rarer is heavier) and the terms that stand for each.

        By word, not by term: a word is found when any of its stems, parts or synonyms is. A word the index has
        never seen weighs as much as the rarest one: it may be what the question is about.
        """
        groups: list[tuple[float, list[str]]] = []
        for word in dict.fromkeys(w for w in re.findall(r"[\w.äöüß-]+", question.lower()) if w not in STOP):
            forms = list(dict.fromkeys(terms(word, self.vocabulary)))
            if forms:
                weight = max((self._weight.get(t, 0.0) for t in forms), default=0.0) or self._unseen
                groups.append((weight, forms))
        return groups


def share(groups: list[tuple[float, list[str]]], present: frozenset[str] | set[str]) -> float:
    """How much of weighted words (0 to 1, by weight) some terms contain; 0 where there are no words."""
    total = sum(weight for weight, _ in groups)
    return sum(weight for weight, forms in groups if not present.isdisjoint(forms)) / total if total else 0.0


def _words(texts: Sequence[str]) -> frozenset[str]:
    return frozenset({word for text in texts for word in tokens(text) if word.isalpha() and len(word) >= 4} - STOP)
