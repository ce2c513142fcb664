"""Fuzzes all readers: damages files at random, reads and judges them, and tells what raised or took too long.

A finding is saved with its seed, so that it can be made a test. Nothing found prints the slowest inputs only.

Run: python -m benchmarks.fuzz FOLDER [--minutes 5] [--seed 1] [--save FOLDER]
"""

from __future__ import annotations

import argparse
import random
import signal
import time
import traceback
from pathlib import Path

from ingest.configurations.read import Upload, read_uploads
from kb.load import Knowledge, compile_entries
from kb.rules import engine

BOUND = 20  # seconds for one file of at most a few hundred kilobytes
_ENCODINGS = ("utf-16-le", "utf-16-be", "utf-8-sig", "cp1252", "utf-32")
_PIECES = (b"\0", b"\xff\xfe", b"<", b"{", b"[", b'"', b"\n\n", b": ", b"----", b"&amp;", b"@{", b"#TYPE x\n", b"9" * 400, b"...", b"\t")


class TooSlow(Exception):
    """A file took longer than the bound."""


def main() -> None:
    """Fuzz until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", type=Path, default=Path("fuzz-findings"))
    told = parser.parse_args()
    files = {str(path): path.read_bytes() for path in sorted(told.folder.rglob("*")) if path.is_file() and path.stat().st_size < 500_000}
    knowledge, chance = compile_entries(), random.Random(told.seed)
    signal.signal(signal.SIGALRM, _too_slow)
    slowest: list[tuple[float, str]] = []
    findings = runs = 0
    until = time.monotonic() + told.minutes * 60
    while time.monotonic() < until:
        name = chance.choice(list(files))
        content = damaged(files[name], chance, list(files.values()))
        started = time.perf_counter()
        problem = _problem(name, content, knowledge)
        slowest = sorted([*slowest, (time.perf_counter() - started, name)], reverse=True)[:5]
        runs += 1
        if problem:
            findings += 1
            told.save.mkdir(parents=True, exist_ok=True)
            saved = told.save / f"{told.seed}-{runs}-{Path(name).name}"
            saved.write_bytes(content)
            print(f"{name} (seed {told.seed}, run {runs}, saved as {saved}):\n{problem}", flush=True)
    print(
        f"{runs} damaged files, {findings} findings; slowest: "
        + ", ".join(f"{seconds:.2f} s {Path(name).name}" for seconds, name in slowest)
    )


def damaged(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """The content with one to six random damages: cut, doubled, mixed with another file, flipped, encoded otherwise."""
    for _ in range(chance.randint(1, 6)):
        one, two = sorted((chance.randint(0, len(content)), chance.randint(0, len(content))))
        match chance.randint(0, 7):
            case 0:
                content = content[:one] + content[two:]
            case 1:
                content = content[:two] + content[one:two] * chance.randint(1, 3) + content[two:]
            case 2:
                content = content[:one] + chance.choice(_PIECES) * chance.choice((1, 1, 1, 50)) + content[one:]
            case 3 if content:
                position = chance.randrange(len(content))
                content = content[:position] + bytes([chance.randrange(256)]) + content[position + 1 :]
            case 4:
                content = content.decode("utf-8", "replace").encode(chance.choice(_ENCODINGS), "replace")
            case 5:
                content = content[:one] + chance.choice(others)[:2_000] + content[one:]
            case 6:
                content = content[:two]
            case 7:
                lines = content.split(b"\n")
                chance.shuffle(lines)
                content = b"\n".join(lines)
    return content[:500_000]


def _problem(name: str, content: bytes, knowledge: Knowledge) -> str | None:
    """What went wrong with a file, or None."""
    signal.alarm(BOUND)
    try:
        reading = read_uploads([Upload(Path(name).name, content), Upload("good.json", b'{"Name": "VM1", "ProcessorCount": 2}')])
        if "good.json" not in reading.files:
            return "the good file beside it was not read"
        errors = engine.check(reading.inventory, knowledge).summary["error"]
        return f"{errors} rules failed" if errors else None
    except TooSlow:
        return f"took more than {BOUND} s"
    except Exception:
        return traceback.format_exc(limit=-6)
    finally:
        signal.alarm(0)


def _too_slow(signum: int, frame: object) -> None:
    raise TooSlow


if __name__ == "__main__":
    main()
