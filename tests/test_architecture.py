"""The house: floors that hold, modules that say what they are, and a README whose commands exist."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("kb", "ingest", "runbooks", "assistant")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def test_nothing_points_up_and_the_knowledge_floor_stays_light() -> None:
    pytest.importorskip("importlinter")
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[1-9]\d* kept, 0 broken", done.stdout)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_and_everything_public_in_it_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "no docstring"
    definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    silent = [
        node.name
        for owner in [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef) and not n.name.startswith("_"))]
        for node in owner.body
        if isinstance(node, definitions) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    block = re.search(r"```(?:sh|console|bash)\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    assert block
    named = re.findall(r"^\$?\s*make\s+([\w-]+)", block[1], re.M)
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert len(named) == 2
    assert set(named) <= targets


def test_every_command_of_the_readme_exists() -> None:
    from assistant.cli import app, kb_app

    commands = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback} | {"kb"}
    subcommands = {c.name or c.callback.__name__ for c in kb_app.registered_commands if c.callback}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    used = re.findall(r"(?:^\$ |`)lotse ([a-z]+)(?: ([a-z]+))?", text, re.M)
    assert used
    for command, subcommand in used:
        assert command in commands
        assert command != "kb" or subcommand in subcommands


def test_every_setting_of_the_readme_exists_and_none_is_missing() -> None:
    from assistant.settings import PREFIX, Settings

    table = re.findall(r"^\| (`LOTSE_.*?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    named = {name for row in table for name in re.findall(r"`(LOTSE_\w+)`", row)}
    assert named == {PREFIX + field.upper() for field in Settings.__struct_fields__ if field != "check"}  # a table of lotse.toml


def test_the_links_of_the_documentation_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
