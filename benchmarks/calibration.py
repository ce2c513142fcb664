"""Calibrates the decision whether to answer: how likely is it that the best hit answers the question?

Questions of the knowledge, each searched with itself taken out of the index, stand for what can be answered;
tests/evaluation/off_topic.txt for what cannot. Prints the constants of assistant/answer.py and how well they part the two.

Run: python -m benchmarks.calibration [data folder]
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np

from assistant.language import detector
from assistant.scope import outside
from assistant.understand import understand
from ingest.index.embeddings import open_embeddings
from ingest.index.lexical import share
from ingest.index.passages import full_text
from ingest.index.search import Index
from ingest.index.store import VectorStore
from ingest.index.words import terms
from kb.entry import LANGUAGES
from kb.load import compile_entries

OFF_TOPIC = Path(__file__).parents[1] / "tests" / "evaluation" / "off_topic.txt"
SAMPLE = 700


def main(data: Path) -> None:
    knowledge = compile_entries()
    index, told = Index(knowledge), detector(knowledge)
    embeddings = open_embeddings()
    assert embeddings, "calibration needs an embedding model"
    index.embed(embeddings, VectorStore(embeddings.name, data))
    words, vectors = index._sides
    assert vectors
    asked = [(e.id, lang, q) for e in knowledge for lang in LANGUAGES for q in e.questions.in_(lang)]
    inside = []
    for id, lang, text in random.Random(1).sample(asked, SAMPLE):
        question = understand(text, told, lang)
        cosines = vectors.matrix @ embeddings.queries([question.search])[0]
        own = words.position["entry", id, ""]
        rest = [n for n, p in enumerate(vectors.passages) if vectors.owner[n] == own and p.text != text]
        others = cosines[vectors.owner != own].max()
        coverage = words.coverage(question.search)
        coverage[own] = _coverage_without(words.whole, knowledge[id], text, question.search)
        if cosines[rest].max() >= others:
            inside.append((cosines[rest].max(), coverage[own]))
        else:
            best = vectors.owner[int(np.argmax(np.where(vectors.owner != own, cosines, 0)))]
            inside.append((others, coverage[best]))
    out = []
    for text in OFF_TOPIC.read_text(encoding="utf-8").splitlines():
        question = understand(text, told)
        if not outside(question.text, bool(question.asked)):
            hit = index.search(question.search, count=1)[0]
            out.append((hit.similarity, hit.coverage))
    report(np.asarray(inside), np.asarray(out))


def _coverage_without(lexical, entry, question: str, search: str) -> float:
    groups = lexical.weighted_words(search)
    texts = (set(terms(full_text(entry, lang).replace(question, " "), lexical.vocabulary)) for lang in LANGUAGES)
    return max(share(groups, t) for t in texts)


def report(inside: np.ndarray, out: np.ndarray) -> None:
    features = np.vstack([inside, out])
    label = np.r_[np.ones(len(inside)), np.zeros(len(out))]
    weight = np.where(label == 1, 1 / len(inside), 1 / len(out))
    mean, spread = features.mean(0), features.std(0)
    scaled = np.c_[(features - mean) / spread, np.ones(len(features))]
    fit = np.zeros(3)
    for _ in range(4000):
        chance = 1 / (1 + np.exp(-scaled @ fit))
        fit -= 0.5 * (scaled.T @ ((chance - label) * weight) + 0.002 * np.r_[fit[:2], 0])
    slope = fit[:2] / spread
    offset = fit[2] - (slope * mean).sum()
    print(
        f"similarity {slope[0]:.1f}, coverage {slope[1]:.1f}, offset {offset:.1f}; {len(inside)} inside, {len(out)} outside by similarity alone"
    )
    for bar in (-2, -1, 0, 1):
        print(
            f"log-odds >= {bar}: {(inside @ slope + offset < bar).mean():.1%} of answerable refused, {(out @ slope + offset >= bar).mean():.1%} of others answered"
        )
    for bar in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        print(
            f"words only, coverage >= {bar}: {(inside[:, 1] < bar).mean():.1%} of answerable refused, {(out[:, 1] >= bar).mean():.1%} of others answered"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "data/index"))
