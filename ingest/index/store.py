"""The vector store: Chroma, embedded in the data folder or on a server of its own.

Chroma keeps passages and vectors over restarts. The search itself is exact and in memory (`ingest.index.search`),
since Chroma's filters alone took longer than a whole answer may.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import numpy as np

from ingest.index.embeddings import Embeddings
from ingest.index.passages import Passage

_BATCH = 512
_PATIENCE = 10.0


class StoreUnavailable(RuntimeError):
    """Chroma cannot be reached or its folder cannot be used; the message says what to do."""


def open_store(embeddings: Embeddings | None, folder: Path, url: str | None = None) -> VectorStore:
    """The store of a model's vectors; without a model one that only keeps passages. Raises StoreUnavailable."""
    return VectorStore(embeddings.name if embeddings else "none", folder, url)


class VectorStore:
    """Passages with their vectors, one Chroma collection for each embedding model."""

    def __init__(self, model: str, folder: Path, url: str | None = None) -> None:
        """Open the collection of `model` in `folder`, or on the server at `url`; raises StoreUnavailable, as every method does."""
        self._where, self._remedy = (
            (url, "Check LOTSE_CHROMA_URL and whether the Chroma server runs there.")
            if url
            else (folder, "Check LOTSE_DATA; a damaged index can be deleted: `lotse index` and `lotse ingest` build it again.")
        )
        with self._chroma():
            client = _server(url) if url else _embedded(folder)
            self._collection = client.get_or_create_collection(
                _collection_name(model), metadata={"hnsw:space": "cosine"}, embedding_function=None
            )

    @contextmanager
    def _chroma(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # Chroma raises many kinds for a folder or server it cannot use
            raise StoreUnavailable(f"the vector store {self._where} cannot be used: {str(error).rstrip('.')}. {self._remedy}") from error

    def ids(self, kinds: Iterable[str]) -> set[str]:
        """The ids of all stored passages of these kinds."""
        with self._chroma():
            return set(self._collection.get(where={"kind": {"$in": list(kinds)}}, include=[])["ids"])

    def add(self, passages: Sequence[Passage], vectors: np.ndarray) -> None:
        """Store passages with their vectors; one that is stored already is replaced."""
        for start in range(0, len(passages), _BATCH):
            batch = passages[start : start + _BATCH]
            with self._chroma():
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
            with self._chroma():
                self._collection.delete(ids=listed[start : start + _BATCH])

    def passages(self, kinds: Iterable[str]) -> tuple[list[Passage], np.ndarray]:
        """All stored passages of these kinds with their vectors, float32 [n, dimensions]."""
        with self._chroma():
            found = self._collection.get(where={"kind": {"$in": list(kinds)}}, include=["embeddings", "documents", "metadatas"])
        passages = [_passage(text, meta) for text, meta in zip(found["documents"] or [], found["metadatas"] or [], strict=True)]
        return passages, np.asarray(found["embeddings"], dtype=np.float32)


def _embedded(folder: Path):
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))


def _server(url: str):
    import chromadb
    import httpx
    from chromadb.config import Settings

    address = urlparse(url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError("not an address such as http://chroma.example:8000")
    ssl = address.scheme == "https"
    port = address.port or (443 if ssl else 8000)
    # Chroma's own client waits for ever, so ask first whether anything answers.
    httpx.get(f"{address.scheme}://{address.hostname}:{port}/api/v2/heartbeat", timeout=_PATIENCE).raise_for_status()
    return chromadb.HttpClient(host=address.hostname, port=port, ssl=ssl, settings=Settings(anonymized_telemetry=False))


def _collection_name(model: str) -> str:
    """Chroma's names are short and plain; a digest keeps apart what looks alike once it is shortened."""
    name = f"lotse-{model}"
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:60].strip("._-")
    return name if plain == name else f"{plain}-{hashlib.blake2b(model.encode(), digest_size=6).hexdigest()}"


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
