"""Whether entries are found by their own questions, when the index does not know them.

The questions of all entries are dealt into folds; for each fold an index is built without its questions, and then asked
them. Prints how often the right entry comes first and among the first five, and the mean reciprocal rank, with bootstrap
intervals, for words alone, meaning alone and both.

Run: python -m benchmarks.retrieval [--folds 5] [--sample 2000]
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from ingest.index.embeddings import Embeddings, open_embeddings
from ingest.index.search import Index
from ingest.index.store import VectorStore
from kb.entry import LANGUAGES, Entry, Questions
from kb.load import Knowledge, compile_entries


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was left out: its language, its entry, and the rank at which that entry was found (0: not at all)."""

    lang: str
    entry: str
    question: str
    rank: int


class _Remembered:
    """Embeddings that are computed once for all folds."""

    def __init__(self, real: Embeddings) -> None:
        self.name, self.real = real.name, real
        self.known: dict[tuple[str, str], np.ndarray] = {}

    def passages(self, texts: list[str]) -> np.ndarray:
        """Vectors of passages."""
        return self._vectors("passage", texts)

    def queries(self, texts: list[str]) -> np.ndarray:
        """Vectors of questions."""
        return self._vectors("query", texts)

    def _vectors(self, kind: str, texts: list[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in self.known]
        if new:
            vectors = self.real.passages(new) if kind == "passage" else self.real.queries(new)
            self.known |= {(kind, text): vector for text, vector in zip(new, vectors, strict=True)}
        return np.stack([self.known[kind, text] for text in texts])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=0, help="ask only so many questions")
    parser.add_argument("--missed", action="store_true", help="list the questions whose entry did not come first")
    told = parser.parse_args()
    knowledge = compile_entries()
    real = open_embeddings()
    print("| search | language | questions | first | first five | MRR |\n| --- | --- | --- | --- | --- | --- |", flush=True)
    for name, embeddings in (("words", None), ("both", _Remembered(real) if real else None)):
        if name == "both" and embeddings is None:
            continue
        asked = list(ask(knowledge, embeddings, told.folds, told.sample))
        for lang in LANGUAGES:
            print(_row(name, lang, [one for one in asked if one.lang == lang]), flush=True)
        if told.missed and embeddings:
            for one in asked:
                if one.rank != 1:
                    print(f"- {one.entry} ({one.rank or '–'}): {one.question}")


def ask(knowledge: Knowledge, embeddings: _Remembered | None, folds: int, sample: int) -> Iterator[Asked]:
    """Every question asked of an index that was built without it."""
    questions = [(entry.id, lang, n) for entry in knowledge for lang in LANGUAGES for n in range(len(entry.questions.in_(lang)))]
    chance = random.Random(1)
    chance.shuffle(questions)
    chosen = set(questions[:sample] if sample else questions)
    for fold in range(folds):
        out = set(questions[fold::folds])
        poorer = Knowledge({entry.id: _without(entry, out) for entry in knowledge})
        index = Index(poorer)
        if embeddings:
            with tempfile.TemporaryDirectory() as folder:
                index.embed(embeddings, VectorStore(embeddings.name, Path(folder)))  # type: ignore[arg-type]
        for id, lang, n in sorted(out & chosen):
            question = knowledge[id].questions.in_(lang)[n]
            found = [hit.ref for hit in index.search(question, count=10)]
            yield Asked(lang, id, question, found.index(id) + 1 if id in found else 0)


def _without(entry: Entry, out: set[tuple[str, str, int]]) -> Entry:
    kept = {lang: [q for n, q in enumerate(entry.questions.in_(lang)) if (entry.id, lang, n) not in out] for lang in LANGUAGES}
    return msgspec.structs.replace(entry, questions=Questions(**kept))


def _row(name: str, lang: str, asked: list[Asked]) -> str:
    ranks = np.asarray([one.rank for one in asked])
    first, five = ranks == 1, (ranks >= 1) & (ranks <= 5)
    reciprocal = np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0)
    return f"| {name} | {lang} | {len(ranks)} | {_with_interval(first, 100)} % | {_with_interval(five, 100)} % | {_with_interval(reciprocal, 1)} |"


def _with_interval(values: np.ndarray, times: int) -> str:
    """The mean and its 95 % bootstrap interval."""
    means = np.random.default_rng(1).choice(values, (1_000, len(values))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    digits = 1 if times == 100 else 3
    return f"{values.mean() * times:.{digits}f} ({low * times:.{digits}f}–{high * times:.{digits}f})"


if __name__ == "__main__":
    main()
