"""Measures Lotse as its users meet it: commands and servers are processes of their own, each with a data folder of its own.

Prints one Markdown table. Machines differ, so start times are also given as a multiple of starting Python and doing
nothing, answers as a multiple of the server's smallest request, both measured in the same run.

Run: python -m benchmarks.run [--quick]      (--quick leaves out search by meaning, whose first index takes minutes)
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx
import psutil

from kb.load import ENTRIES, compile_entries, load

ROOT = Path(__file__).parents[1]
VM = ROOT / "tests" / "ingest" / "configurations" / "fixtures" / "vm-generation1.xml"
QUESTIONS = ROOT / "tests" / "evaluation" / "golden.jsonl"
WARM, ASKED = 20, 200
STARTS, LOADS = 11, 25
PATIENCE = 1800.0  # seconds; after that a server has failed


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, the figure, what it is a multiple of, and the aim."""

    what: str
    figure: str
    ratio: str = ""
    aim: str = ""

    def __str__(self) -> str:
        return f"| {self.what} | {self.figure} | {self.ratio} | {self.aim} |"


def main() -> None:
    """Measure and print, a line as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--quick", action="store_true", help="leave out search by meaning")
    quick = parser.parse_args().quick
    print("| what | measured | ratio | aim |\n| --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory(prefix="lotse-benchmark-") as folder:
        for row in measure(Path(folder), quick):
            print(row, flush=True)


def measure(folder: Path, quick: bool) -> Iterator[Row]:
    """Every row, in the order of the table."""
    yield from commands(folder / "commands")
    yield from knowledge(folder / "knowledge")
    yield from lexical(folder / "lexical")
    if not quick:
        yield from hybrid(folder / "hybrid")


# --- commands -----------------------------------------------------------------------------------------------------------


def commands(data: Path) -> Iterator[Row]:
    """The start of the commands that people wait for."""
    python = _median_time(lambda: _run(data, "-c", "pass"), STARTS)
    yield Row("start of Python (`python -c pass`)", f"{python:.3f} s", "1")
    limit = ("-m", "assistant.cli", "limit", "cluster-max-nodes", "--version", "2019")
    check = ("-m", "assistant.cli", "check", str(VM), "--version", "2012R2")
    first = _time(lambda: _run(data, *limit))
    yield Row("`lotse limit`, the very first time (compiles the knowledge)", f"{first:.3f} s", f"{first / python:.0f} × Python")
    for name, arguments, aim in (("`lotse limit`", limit, "< 0.4 s"), ("`lotse check` on one VM file", check, "< 0.6 s")):
        took = _median_time(lambda arguments=arguments: _run(data, *arguments), STARTS)
        yield Row(name, f"{took:.3f} s", f"{took / python:.0f} × Python", aim)


def _run(data: Path, *arguments: str) -> None:
    """Run Python with these arguments; findings (status 1) are a result, anything worse is not."""
    data.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=data, env=_environment(data), capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode > 1:
        sys.exit(f"{' '.join(arguments)} ended with status {done.returncode}:\n{done.stderr}")


def _environment(data: Path, **settings: str) -> dict[str, str]:
    """The caller's environment without Lotse's settings, so that every run measures the same."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
    return kept | {"LOTSE_DATA": str(data), "PYTHONPATH": str(ROOT)} | settings


# --- knowledge ----------------------------------------------------------------------------------------------------------


def knowledge(cache: Path) -> Iterator[Row]:
    """All entries from the pack, against compiling their files."""
    compiled = _time(compile_entries)
    load(cache, ENTRIES)
    packed = _median_time(lambda: load(cache, ENTRIES), LOADS)
    yield Row("all knowledge, compiled from YAML", f"{compiled * 1e3:.0f} ms")
    yield Row("all knowledge, from the pack", f"{packed * 1e3:.1f} ms", f"1/{compiled / packed:.0f} of compiling", "< 150 ms")


# --- servers ------------------------------------------------------------------------------------------------------------


def lexical(data: Path) -> Iterator[Row]:
    """A server that searches by words only."""
    with _server(data, LOTSE_EMBEDDINGS="none") as server:
        yield Row("server ready, words only, first start", f"{server.ready:.2f} s", aim="< 5 s")
        yield from _answers(server, "words only")


def hybrid(data: Path) -> Iterator[Row]:
    """A server that searches by meaning too: its first start, which embeds everything, and the next one."""
    with _server(data) as server:
        yield Row("server ready, by meaning, first start", f"{server.ready:.2f} s", aim="< 5 s")
        yield Row("index of meanings complete, first start", f"{_until_hybrid(server):.0f} s")
    with _server(data) as server:
        yield Row("server ready, by meaning, next start", f"{server.ready:.2f} s", aim="< 5 s")
        yield Row("index of meanings read, next start", f"{_until_hybrid(server):.1f} s")
        yield from _answers(server, "by meaning", aim="p50 < 60 ms")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process, when it was started (monotonic), and the seconds until it was ready."""

    process: psutil.Process
    client: httpx.Client
    started: float
    ready: float


@contextmanager
def _server(data: Path, **settings: str) -> Iterator[Server]:
    data.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    log = data / "server.log"
    with (
        log.open("wb") as output,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client,
        subprocess.Popen(
            [sys.executable, "-m", "assistant.cli", "serve", "--port", str(port)],
            cwd=data, env=_environment(data, **settings), stdout=output, stderr=subprocess.STDOUT,
        ) as process,
    ):  # fmt: skip
        started = time.monotonic()
        try:
            _wait(lambda: _is_ready(client), process, log)
            yield Server(psutil.Process(process.pid), client, started, time.monotonic() - started)
        finally:
            process.terminate()


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _wait(reached: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
        time.sleep(0.02)


def _until_hybrid(server: Server) -> float:
    """Seconds from the start until searches use vectors."""
    while not (index := server.client.get("/healthz").json()["index"])["hybrid"]:
        if index["problem"] or time.monotonic() - server.started > PATIENCE:
            sys.exit(f"search by meaning did not become ready: {index['problem'] or index}")
        time.sleep(0.1)
    return time.monotonic() - server.started


def _answers(server: Server, how: str, aim: str = "") -> Iterator[Row]:
    """Latency over loopback, one question after the other, each in a session of its own; then the memory."""
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    for question in questions[:WARM]:
        _ask(server, question)
    before = _cpu(server)
    took = [_time(lambda q=question: _ask(server, q)) * 1e3 for question in questions[WARM : WARM + ASKED]]
    cpu = (_cpu(server) - before) / len(took) * 1e3
    smallest = _median_time(lambda: server.client.get("/readyz").raise_for_status(), ASKED) * 1e3
    p50, p95 = median(took), quantiles(took, n=20)[-1]
    yield Row(f"`/readyz`, {how}", f"p50 {smallest:.1f} ms", "1")
    yield Row(f"`/api/ask`, warm, {how}", f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", f"{p50 / smallest:.0f} × `/readyz`", aim)
    yield Row(f"processor time of an answer, {how}", f"mean {cpu:.0f} ms")
    yield Row(f"resident memory after {WARM + len(took)} questions, {how}", f"{server.process.memory_info().rss / 2**20:.0f} MB")


def _cpu(server: Server) -> float:
    """Seconds of processor time the server has used; unlike latency it hardly depends on what else the machine does."""
    times = server.process.cpu_times()
    return times.user + times.system


def _ask(server: Server, question: str) -> None:
    server.client.post("/api/ask", json={"question": question}).raise_for_status()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- timing -------------------------------------------------------------------------------------------------------------


def _time(action: Callable[[], object]) -> float:
    """Seconds one run takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _median_time(action: Callable[[], object], times: int) -> float:
    """The median of `times` runs in seconds, after one that warms the caches."""
    action()
    return median(_time(action) for _ in range(times))


if __name__ == "__main__":
    main()
