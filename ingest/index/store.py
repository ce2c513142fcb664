"""The vector store: Chroma, embedded in the data folder or on a server of its own.

Chroma keeps passages and vectors over restarts. The search itself is exact and in memory (`ingest.index.search`),
since Chroma's filters alone took longer than a whole answer may.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlparse

import numpy as np

from ingest.index.passages import Passage

IN_MEMORY = 50_000
_BATCH = 512


class StoreUnavailable(RuntimeError):
    """Chroma cannot be reached or its folder cannot be used; the message says what to do."""


class VectorStore:
    """Passages with their vectors, one Chroma collection for each embedding model."""

    def __init__(self, model: str, folder: Path, url: str | None = None) -> None:
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        try:
            if url:
                address = urlparse(url)
                ssl = address.scheme == "https"
                client = chromadb.HttpClient(
                    host=address.hostname or "localhost", port=address.port or (443 if ssl else 8000), ssl=ssl, settings=quiet
                )
            else:
                folder.mkdir(parents=True, exist_ok=True)
                client = chromadb.PersistentClient(path=str(folder), settings=quiet)
            self._collection = client.get_or_create_collection(
                f"lotse-{model}"[:60], metadata={"hnsw:space": "cosine"}, embedding_function=None
            )
        except Exception as error:  # Chroma raises many kinds for a folder or server it cannot use
            where = url or folder
            raise StoreUnavailable(f"the vector store {where} cannot be opened: {error}. Check LOTSE_CHROMA_URL or LOTSE_DATA.") from error

    def ids(self, kinds: Iterable[str]) -> set[str]:
        """The ids of all stored passages of these kinds."""
        return set(self._collection.get(where={"kind": {"$in": list(kinds)}}, include=[])["ids"])

    def add(self, passages: Sequence[Passage], vectors: np.ndarray) -> None:
        """Store passages with their vectors; one that is stored already is replaced."""
        for start in range(0, len(passages), _BATCH):
            batch = passages[start : start + _BATCH]
            self._collection.upsert(
                ids=[p.id for p in batch],
                embeddings=vectors[start : start + _BATCH],
                documents=[p.text for p in batch],
                metadatas=[
                    {"kind": p.kind, "ref": p.ref, "lang": p.lang, "part": p.part, "title": p.title, "versions": ",".join(p.versions)}
                    for p in batch
                ],
            )

    def remove(self, ids: Iterable[str]) -> None:
        """Forget passages."""
        listed = list(ids)
        for start in range(0, len(listed), _BATCH):
            self._collection.delete(ids=listed[start : start + _BATCH])

    def passages(self, kinds: Iterable[str]) -> tuple[list[Passage], np.ndarray]:
        """All stored passages of these kinds with their vectors, float32 [n, dimensions]."""
        found = self._collection.get(where={"kind": {"$in": list(kinds)}}, include=["embeddings", "documents", "metadatas"])
        passages = [_passage(text, meta) for text, meta in zip(found["documents"] or [], found["metadatas"] or [], strict=True)]
        return passages, np.asarray(found["embeddings"], dtype=np.float32)


def _passage(text: str, meta) -> Passage:
    return Passage(
        kind=meta["kind"],
        ref=meta["ref"],
        lang=meta["lang"],
        part=meta["part"],
        title=meta["title"],
        text=text,
        versions=tuple(v for v in meta["versions"].split(",") if v),
    )
