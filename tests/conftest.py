"""Shared fixtures: everything Lotse writes goes to a folder of its own, and nothing needs a network."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
# Machines differ in speed; a property is not wrong because it was slow once.
settings.register_profile("lotse", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lotse")


@pytest.fixture(scope="session")
def knowledge():
    """All entries, compiled from their files."""
    from kb.load import compile_entries

    return compile_entries()


@pytest.fixture(scope="session")
def detector(knowledge):
    """The language detector that knows the knowledge's words."""
    from assistant.language import detector

    return detector(knowledge)


@pytest.fixture(scope="session")
def index(knowledge):
    """The lexical index over all entries."""
    from ingest.index.search import Index

    return Index(knowledge)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of this test run."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def lotse_settings(data: Path):
    """Settings for a server that searches by words, ready at once."""
    from assistant.settings import Settings

    return Settings(data=data, embeddings="none", port=_free_port())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def live_server(lotse_settings) -> Iterator[str]:
    """The address of a real running server."""
    import uvicorn

    from assistant.channels.http import create_app

    app = create_app(lotse_settings)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=lotse_settings.port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    assert server.started, "the server did not start; its log says why"
    yield f"http://127.0.0.1:{lotse_settings.port}"
    server.should_exit = True
    thread.join(timeout=10)
