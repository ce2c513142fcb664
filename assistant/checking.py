"""The command `lotse check`: configuration files in, a report out."""

from __future__ import annotations

import gc
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assistant.options import FOUND, LangOption, VersionOption, fail, knowledge_of, lang_of, settings_in_force, version_of
from assistant.settings import Settings


class Severity(StrEnum):
    """What --fail-on takes, most severe first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Format(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    SARIF = "sarif"
    JUNIT = "junit"
    CSV = "csv"


_EXAMPLES = """Examples:
  lotse check vm.xml
  lotse check ./export --version 2019 --format html > report.html
  lotse check ./export --target 2025
  lotse check ./export --select LM --select CSV --fail-on warning
  lotse check ./export --against last-week.json"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=_EXAMPLES.replace("\n", "\n\n"))(check)


def check(
    paths: Annotated[list[Path], typer.Argument(help="Configuration files or folders.")],
    version: VersionOption = None,
    target: Annotated[str | None, typer.Option("--target", help="Judge as if the hosts ran this version, and show the way there.")] = None,
    edition: Annotated[
        str | None, typer.Option("--edition", help="Edition of hosts that do not tell: standard, enterprise, datacenter, hyper-v-server.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the report.")] = Format.TEXT,
    fail_on: Annotated[Severity, typer.Option("--fail-on", help="Exit with status 1 from this severity on.")] = Severity.ERROR,
    select: Annotated[
        list[str] | None, typer.Option("--select", help="Only this rule, group (LM, CSV …) or public rule; may be repeated.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", help="Leave out this rule, group or public rule; may be repeated.")
    ] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="A profile of lotse.toml.")] = None,
    exceptions: Annotated[
        Path | None, typer.Option("--exceptions", help="A TOML file of exceptions (rule, object, reason, owner, expires).")
    ] = None,
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", help="Rules of your own: a YAML file or a folder of them; may be repeated.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="An earlier report (JSON): show what is new, resolved and unchanged.")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Judge configuration files. Status: 0 nothing at --fail-on or above, 1 findings, 2 unusable input."""
    from assistant.formats import render
    from ingest.configurations.read import read_paths
    from kb.assess import assess
    from kb.choice import BadChoice
    from kb.comparison import BadReport
    from kb.entry import EDITIONS
    from kb.own_rules import BadRule

    settings, wanted, aim, told = settings_in_force(), version_of(version), version_of(target), lang_of(lang)
    if edition is not None and edition not in EDITIONS:
        fail(f"--edition: unknown edition {edition!r}; known are {', '.join(EDITIONS)}")
    try:
        choice = _choice(settings, select, ignore, profile, exceptions)
        own = own_rules(settings, rules)
        earlier = _earlier(against)
    except (BadChoice, BadRule, BadReport) as error:
        fail(str(error))
    gc.disable()  # the process ends with the report, and its objects refer to each other in no circles
    reading = read_paths(paths, settings.max_file)
    if not reading.files:
        fail("no file could be read:\n" + "\n".join(f"  {left}" for left in reading.left_out))
    try:
        report = assess(
            reading.inventory,
            knowledge_of(settings),
            version=wanted,
            target=aim,
            edition=edition,
            choice=choice,
            own=own,
            against=earlier,
            lang=told,
            warnings=[*reading.warnings, *(str(left) for left in reading.left_out)],
            files=reading.files,
        )
    except BadChoice as error:
        fail(str(error))
    typer.echo(render(report, format.value, told), nl=False)
    for left in reading.left_out:
        typer.echo(f"lotse: left out: {left}", err=True)
    if report.fails_at(fail_on.value):
        raise typer.Exit(FOUND)


def _choice(settings: Settings, select: list[str] | None, ignore: list[str] | None, profile: str | None, exceptions: Path | None):
    """What lotse.toml, a file of exceptions and the command line say together; raises BadChoice."""
    from kb.choice import Choice, read_file

    choice = settings.check.choice(profile)
    if exceptions:
        choice = choice.merged(read_file(exceptions).choice())
    return choice.merged(Choice(select=select or [], ignore=ignore or []))


def own_rules(settings: Settings, more: list[Path] | None = None):
    """The user's own rules of lotse.toml and the command line; raises BadRule."""
    paths = [*map(Path, settings.check.rules), *(more or [])]
    if not paths:
        return []
    from kb.own_rules import read

    return read(paths)


def _earlier(against: Path | None):
    """The findings of an earlier report; raises BadReport."""
    if against is None:
        return None
    from kb.comparison import BadReport, read

    try:
        return read(against.read_bytes(), str(against))
    except OSError as error:
        raise BadReport(f"{against}: cannot be read ({error.strerror})") from None
