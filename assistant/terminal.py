"""Walking through a runbook in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import typer

from assistant.settings import Settings
from kb.load import Knowledge
from kb.report import Report

_SAY = {
    "en": {"skipped": "skipped", "choose": "Number of your choice (b = back, q = stop)", "solved": "Solved.", "support": "Call support with this protocol."},
    "de": {"skipped": "übersprungen", "choose": "Nummer Ihrer Wahl (b = zurück, q = aufhören)", "solved": "Gelöst.", "support": "Rufen Sie den Support mit diesem Protokoll."},
}  # fmt: skip


def walk_in_terminal(
    id: str,
    paths: list[Path],
    version: str | None,
    lang: str,
    settings: Settings,
    knowledge: Callable[[Settings], Knowledge],
    fail: Callable[[str], NoReturn],
) -> None:
    """Lead through the runbook `id`, asking for a choice at every step, and print the protocol at the end.

    `list` as id prints all runbooks. Steps that the configuration in `paths` proves are skipped with the reason.
    """
    from runbooks import find, walkthrough

    if id == "list":
        for runbook in find.runbooks().values():
            typer.echo(f"{runbook.id:28} {runbook.title.in_(lang)}")
        return
    try:
        runbook = find.get(id)
        report = _report(paths, version, settings, knowledge, fail) if paths else None
        walk = walkthrough.start(runbook, report, version=version, lang=lang)  # type: ignore[arg-type]
    except (find.UnknownRunbook, walkthrough.WalkError) as error:
        fail(str(error))
    say, told = _SAY[lang], 0
    while True:
        view = walkthrough.current(walk)
        for skipped in view.skipped[told:]:
            typer.secho(f"({say['skipped']}: {skipped.title}: {skipped.reason})", fg="bright_black")
        told = len(view.skipped)
        typer.secho(f"\n{view.title}", bold=True)
        typer.echo()
        _print(view.text)
        if view.done:
            typer.secho(f"{say[view.outcome or 'solved']}\n", fg="green" if view.outcome == "solved" else "yellow")
            break
        for number, option in enumerate(view.options, 1):
            typer.echo(f"  {number}  {option.text}")
        answer = typer.prompt(say["choose"], prompt_suffix=": ").strip()
        if answer.lower() == "q":
            break
        try:
            walk = walkthrough.back(walk) if answer.lower() == "b" else walkthrough.choose(walk, answer)
        except walkthrough.WalkError as error:
            typer.echo(str(error), err=True)
    _print(walkthrough.protocol(walk))


def _print(markdown: str) -> None:
    """Markdown, formatted for people and as it is for pipes."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(markdown))
    else:
        typer.echo(markdown)


def _report(
    paths: list[Path], version: str | None, settings: Settings, knowledge: Callable[[Settings], Knowledge], fail: Callable[[str], NoReturn]
) -> Report:
    from ingest.configurations.read import read_paths
    from kb.rules.engine import check

    reading = read_paths(paths, settings.max_file)
    for left in reading.left_out:
        typer.echo(f"lotse: left out: {left}", err=True)
    if not reading.files:
        fail("none of the configuration files could be read")
    return check(reading.inventory, knowledge(settings), version=version, files=reading.files)
