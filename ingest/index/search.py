"""Search: lexical and by meaning, fused, with the version mask first.

The index answers lexically from the moment it exists. `embed` brings the vectors (from the store, or by
embedding what is new) and search is hybrid from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ingest.index.embeddings import Embeddings
from ingest.index.lexical import Lexical, share
from ingest.index.passages import Kind, Passage, asks_how, counted, counted_per, full_text, head, of_knowledge
from ingest.index.store import VectorStore
from ingest.index.words import terms
from kb.entry import LANGUAGES, Entry
from kb.load import Knowledge
from kb.versions import IDS as VERSIONS

Progress = Callable[[int, int], None]
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. `score` orders hits; the signals behind it are kept for the decision whether to answer.

    `similarity` is the cosine of the nearest passage (0 while there are no vectors), `lexical` the BM25 scores as
    a share of the best, `coverage` how much of the question's words the thing contains (0 to 1), `passage` the
    nearest passage where vectors were used.
    """

    kind: Kind
    ref: str
    versions: tuple[str, ...]
    score: float
    similarity: float
    lexical: float
    coverage: float
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class _Target:
    """What a search returns: an entry, a runbook, or one section of a document."""

    kind: Kind
    ref: str
    versions: tuple[str, ...]
    passage: Passage | None


class _Words:
    """The lexical side: BM25 over whole targets and over their passages. Never changed once built.

    A whole text tells whether everything asked about is there, a passage whether it is there in one sentence.
    """

    def __init__(self, knowledge: Knowledge, others: Sequence[Passage]) -> None:
        self.targets: list[_Target] = []
        self.position: dict[_Key, int] = {}
        texts: list[str] = []
        owner: list[int] = []
        for entry in knowledge:
            if not entry.replaced_by:
                for lang in LANGUAGES:
                    owner.append(self._target(("entry", entry.id, ""), _Target("entry", entry.id, tuple(entry.covered), None)))
                    texts.append(full_text(entry, lang))
        for passage in others:
            owner.append(self._target(_key(passage), _Target(passage.kind, passage.ref, passage.versions, passage)))
            texts.append(f"{passage.title}\n{passage.text}")
        self.owner = np.asarray(owner, np.int64)
        self.breadth = np.asarray([len(t.versions) / len(VERSIONS) for t in self.targets], np.float32)
        self.per = [counted_per(knowledge[t.ref].title.en) if t.kind == "entry" else None for t in self.targets]
        self.heads = [_head_terms(knowledge[t.ref]) if t.kind == "entry" else frozenset() for t in self.targets]
        self.how_to = np.asarray([t.kind == "entry" and knowledge[t.ref].kind == "howto" for t in self.targets], np.float32)
        self.whole = Lexical(texts)
        self.terms: list[set[str]] = [set() for _ in self.targets]
        for row, position in enumerate(owner):
            self.terms[position] |= self.whole.terms_of(row)
        passages = [*of_knowledge(knowledge), *others]
        self.passage_owner = np.asarray([self.position[_key(p)] for p in passages], np.int64)
        self.passages = Lexical([p.text for p in passages], self.whole.vocabulary)
        self.titles = [
            [self.whole.weighted_words(knowledge[t.ref].title.in_(lang)) for lang in LANGUAGES] if t.kind == "entry" else []
            for t in self.targets
        ]

    def _target(self, key: _Key, target: _Target) -> int:
        if key not in self.position:
            self.position[key] = len(self.targets)
            self.targets.append(target)
        return self.position[key]

    def relevance(self, question: str, allowed: np.ndarray) -> np.ndarray:
        """BM25 of each allowed target as a share of the best, half by its whole text and half by its best passage."""
        whole = self._best(self.whole.scores(question), self.owner) * allowed
        passage = self._best(self.passages.scores(question), self.passage_owner) * allowed
        return 0.5 * _share(whole) + 0.5 * _share(passage)

    def coverage(self, question: str) -> np.ndarray:
        """How much of the question's words (0 to 1, by weight) each target contains."""
        return self._best(self.whole.coverage(question), self.owner)

    def _best(self, values: np.ndarray, owner: np.ndarray) -> np.ndarray:
        result = np.zeros(len(self.targets), np.float32)
        np.maximum.at(result, owner, values)
        return result

    def prior(self, prefer: Sequence[str]) -> np.ndarray:
        """0 to 1 for each target: the share of versions it speaks of or, where some are preferred, how specific to them it is."""
        if not prefer:
            return self.breadth
        covers = np.asarray([not set(prefer).isdisjoint(t.versions) for t in self.targets], np.float32)
        return covers * (1 - self.breadth)

    def same_reference(self, question: str, phrase: str | None) -> np.ndarray:
        """1 for targets that count per VM where the question does, and so on; -1 for those that count per something else.

        Who asks "how many vCPUs?" without saying per what means the VM.
        """
        wanted = counted_per(question)
        if wanted is None:
            silent = 0.7 if phrase else 0.0
            return np.asarray([silent if per == "vm" else 0 for per in self.per], np.float32)
        return np.asarray([0 if per is None else 1 if per == wanted else -1 for per in self.per], np.float32)

    def same_quantity(self, phrase: str | None) -> np.ndarray:
        """0 to 1: how well what the question counts (nodes, memory) is what a measured entry is about."""
        asked = frozenset(terms(phrase, self.whole.vocabulary)) if phrase else frozenset()
        concepts = frozenset(t for t in asked if t.startswith("§")) or asked
        if not concepts:
            return np.zeros(len(self.targets), np.float32)
        return np.asarray(
            [len(concepts & head) / max(len(concepts), _concepts(head)) if concepts & head else 0.0 for head in self.heads], np.float32
        )

    def named(self, question: str) -> np.ndarray:
        """How much of each entry's title (0 to 1, by weight) the question contains: "vCPUs per VM" is not about Windows XP."""
        asked = set(terms(question, self.whole.vocabulary))
        return np.asarray([max((share(groups, asked) for groups in title), default=0.0) for title in self.titles], np.float32)

    def fitting(self, question: str, prefer: Sequence[str]) -> np.ndarray:
        """What speaks for each target besides its words: versions, what is counted per what, and whether a how-to is wanted."""
        phrase = counted(question)
        fit = _PRIOR * self.prior(prefer) + _PER * self.same_reference(question, phrase) + _COUNT * self.same_quantity(phrase)
        fit += _TITLE * self.named(question)
        return fit + _HOW_TO * self.how_to if asks_how(question) else fit


def _head_terms(entry: Entry) -> frozenset[str]:
    """The terms of what an entry measures, in both languages; none for an entry without a unit."""
    return frozenset(t for lang in LANGUAGES for t in terms(head(entry.title.in_(lang)))) if entry.unit else frozenset()


def _concepts(of: frozenset[str]) -> int:
    return sum(term.startswith("§") for term in of) or 1


def _share(values: np.ndarray) -> np.ndarray:
    highest = values.max(initial=0.0)
    return values / highest if highest > 0 else values


class _Vectors:
    """The dense side: one vector a passage, and the target it belongs to. Never changed once built."""

    def __init__(self, words: _Words, passages: Sequence[Passage], vectors: np.ndarray, embeddings: Embeddings) -> None:
        keep = [n for n, passage in enumerate(passages) if _key(passage) in words.position]
        self.passages = [passages[n] for n in keep]
        self.matrix = vectors[keep]
        self.owner = np.asarray([words.position[_key(p)] for p in self.passages], np.int64)
        self._vector = lru_cache(maxsize=256)(lambda question: embeddings.queries([question])[0])

    def nearest(self, question: str, targets: int) -> tuple[np.ndarray, np.ndarray]:
        """For each target its best cosine, and the row it comes from (-1 where it has no vector)."""
        cosines = self.matrix @ self._vector(question)
        order = np.argsort(cosines, kind="stable")  # ascending: the best row of a target is written last
        row = np.full(targets, -1, np.int64)
        row[self.owner[order]] = order
        best = np.where(row >= 0, cosines[row], 0.0).astype(np.float32)
        return best, row


def _key(passage: Passage) -> _Key:
    """Entries and runbooks are found as a whole, documents by section."""
    return (passage.kind, passage.ref, passage.part if passage.kind == "document" else "")


# How much each signal counts, from the ablation in docs/evaluation.md. Cosines of e5 lie between 0.75 and 1.
_FLOOR, _CEILING = 0.78, 0.96
_DENSE, _LEXICAL, _COVERAGE = 0.55, 0.30, 0.15
# Among near equals, what speaks of more versions is the more general answer; for a given version, what speaks of it alone.
_PRIOR = 0.04
# "Per VM" and "per host" are small words for a large difference.
_PER = 0.10
# "How many nodes" is about the entry that counts nodes.
_COUNT = 0.15
# What a title names and the question does not is a subject of its own.
_TITLE = 0.06
# Who asks how wants the steps rather than the rule.
_HOW_TO = 0.06


class Index:
    """Everything that can be found. Searches go on while vectors arrive: each side is replaced as a whole."""

    def __init__(self, knowledge: Knowledge, runbooks: Sequence[Passage] = ()) -> None:
        self._knowledge = knowledge
        self._runbooks = list(runbooks)
        self._sides: tuple[_Words, _Vectors | None] = (_Words(knowledge, runbooks), None)
        self.progress = (0, 0)

    @property
    def hybrid(self) -> bool:
        """True once searches use vectors."""
        return self._sides[1] is not None

    def embed(
        self, embeddings: Embeddings | None, store: VectorStore, report: Progress | None = None, *, wait: bool = True, batch: int = 16
    ) -> bool:
        """Bring vectors for every passage: stored ones are read, new ones embedded and stored, stale ones removed.

        The documents of the store join the index. Without `embeddings` they join the lexical side alone, and so
        they do where something is new and `wait` is False. Returns whether search is hybrid now.
        """
        documents = store.passages(("document",))[0]
        words = _Words(self._knowledge, [*self._runbooks, *documents]) if documents else self._sides[0]
        self._sides = (words, None)
        if embeddings is None:
            return False
        wanted = {p.id: p for p in [*of_knowledge(self._knowledge), *self._runbooks]}
        stored = store.ids(("entry", "runbook"))
        store.remove(stored - wanted.keys())
        fresh = [p for id, p in wanted.items() if id not in stored]
        if fresh and not wait:
            return False
        self.progress = (0, len(fresh))
        for start in range(0, len(fresh), batch):
            part = fresh[start : start + batch]
            store.add(part, embeddings.passages([p.text for p in part]))
            self.progress = (min(start + batch, len(fresh)), len(fresh))
            if report:
                report(*self.progress)
        passages, vectors = store.passages(("entry", "runbook", "document"))
        self._sides = (words, _Vectors(words, passages, vectors, embeddings))
        return True

    def search(
        self, question: str, *, versions: Iterable[str] = (), prefer: Sequence[str] = (), kinds: Iterable[Kind] = ("entry",), count: int = 8
    ) -> list[Hit]:
        """The best `count` hits for a question.

        `versions` masks: only what speaks of one of them is found (for documents also what names no version).
        The mask is applied before anything is ranked, so a filter that matches nothing finds nothing.
        """
        words, dense = self._sides
        asked, wanted = set(versions), set(kinds)
        allowed = np.asarray([t.kind in wanted and _visible(t, asked) for t in words.targets], bool)
        if not allowed.any():
            return []
        relative, coverage = words.relevance(question, allowed), words.coverage(question) * allowed
        if dense is None:
            similarity, row = np.zeros(len(words.targets), np.float32), None
            scores = 0.5 * relative + 0.5 * coverage
        else:
            similarity, row = dense.nearest(question, len(words.targets))
            scaled = np.clip((similarity - _FLOOR) / (_CEILING - _FLOOR), 0, 1)
            scores = _DENSE * scaled + _LEXICAL * relative + _COVERAGE * coverage
        scores = np.where(allowed, scores + words.fitting(question, prefer), -1.0)
        return [
            Hit(
                kind=words.targets[n].kind,
                ref=words.targets[n].ref,
                versions=words.targets[n].versions,
                score=float(scores[n]),
                similarity=float(similarity[n]),
                lexical=float(relative[n]),
                coverage=float(coverage[n]),
                passage=dense.passages[row[n]] if dense is not None and row is not None and row[n] >= 0 else words.targets[n].passage,
            )
            for n in np.argsort(-scores, kind="stable")[:count]
            if scores[n] > 0
        ]

    def covered(self, question: str, entries: Iterable[str]) -> float:
        """How much of a question's words (0 to 1, by weight) these entries contain together."""
        words = self._sides[0]
        groups = words.whole.weighted_words(question)
        known = set().union(*(words.terms[words.position["entry", ref, ""]] for ref in entries))
        return share(groups, known) if groups else 1.0


def _visible(target: _Target, asked: set[str]) -> bool:
    if not asked or (target.kind == "document" and not target.versions):
        return True
    return bool(asked.intersection(target.versions))
