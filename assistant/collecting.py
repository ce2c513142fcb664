"""The command `lotse collect`: the script that collects an inventory, and how to use it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.options import LangOption, fail, lang_of

_HOW = {
    "en": """\
1. Copy {name} to a node of the cluster, or to the host.
2. Run it there in a PowerShell opened as administrator (2.0 or later; Windows Server 2008 and later):
     powershell -ExecutionPolicy Bypass -File .\\{name}
   It reads all nodes from there. With -Pseudonyms it replaces the names.
3. Bring the JSON file it writes back here, and run: lotse check FILE
The script only reads: it changes no setting, installs nothing, and connects to nothing but your hosts and their domain.""",
    "de": """\
1. Kopieren Sie {name} auf einen Knoten des Clusters oder auf den Host.
2. Führen Sie es dort in einer als Administrator geöffneten PowerShell aus (ab 2.0; ab Windows Server 2008):
     powershell -ExecutionPolicy Bypass -File .\\{name}
   Es liest alle Knoten von dort aus. Mit -Pseudonyms ersetzt es die Namen.
3. Bringen Sie die JSON-Datei, die es schreibt, hierher zurück und rufen Sie auf: lotse check DATEI
Das Skript liest nur: Es ändert keine Einstellung, installiert nichts und verbindet sich nur mit Ihren Hosts und deren Domäne.""",
}
_EXAMPLES = """Examples:
  lotse collect > Export-LotseInventory.ps1
  lotse collect --output Export-LotseInventory.ps1"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=_EXAMPLES.replace("\n", "\n\n"))(collect)


def script() -> bytes:
    """The script as Windows writes text files, with both ends of a line."""
    from ingest.configurations.export import SCRIPT

    return SCRIPT.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def collect(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the script to this file instead of printing it.")] = None,
    lang: LangOption = None,
) -> None:
    """Print the PowerShell script that collects an inventory for `lotse check`; what to do with it goes to standard error."""
    from ingest.configurations.export import SCRIPT

    name = SCRIPT.name
    if output is None:
        typer.echo(script().decode("ascii").replace("\r\n", "\n"), nl=False)
    else:
        target = output / name if output.is_dir() else output
        name = target.name
        try:
            target.write_bytes(script())
        except OSError as error:
            fail(f"{target}: cannot be written ({error.strerror}); give another file with --output")
    typer.echo(_HOW[lang_of(lang)].format(name=name), err=True)
