"""Options and messages that the commands share."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer

from assistant.settings import BadSettings, Settings
from assistant.settings import load as load_settings

USAGE, FOUND = 2, 1


class Lang(StrEnum):
    """The languages of the texts."""

    EN = "en"
    DE = "de"


VersionOption = Annotated[
    str | None, typer.Option("--version", "-v", help="Windows Server version: 2008 2008R2 2012 2012R2 2016 2019 2022 2025.")
]
LangOption = Annotated[Lang | None, typer.Option("--lang", "-l", help="Language of the texts.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def fail(message: str) -> NoReturn:
    """End with a message and the status for unusable input."""
    typer.echo(f"lotse: {message}", err=True)
    raise typer.Exit(USAGE)


def settings_in_force() -> Settings:
    """The settings; ends with a message when one cannot be used."""
    try:
        return load_settings()
    except BadSettings as error:
        fail(str(error))


def version_of(text: str | None) -> str | None:
    """The version a user named, as an id; ends with a message when it names none."""
    from kb import versions

    if text is None:
        return None
    try:
        return versions.parse_one(text)
    except versions.UnknownVersion as error:
        fail(f"--version: {error}")


def knowledge_of(settings: Settings):
    """All entries; ends with a message when they have mistakes."""
    from kb.load import BadKnowledge, load

    try:
        return load(settings.data)
    except BadKnowledge as error:
        fail(f"the knowledge base has mistakes:\n{error}")


def print_json(data: Any) -> None:
    """Print data as JSON, readable."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def lang_of(lang: Lang | None) -> str:
    """The language wanted, English by default."""
    return lang.value if lang else "en"
