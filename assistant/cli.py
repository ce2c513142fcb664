"""The command `lotse`. Data goes to standard output, messages to standard error.

Heavy libraries are imported by the commands that need them, so that `lotse limit` and `lotse check` start at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from assistant.settings import BadSettings, Settings, described
from assistant.settings import load as load_settings

app = typer.Typer(
    name="lotse",
    help="Knowledge, checks and walkthroughs for Hyper-V and Windows failover clusters.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
kb_app = typer.Typer(help="Look into the knowledge base.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(kb_app, name="kb")

USAGE, FOUND = 2, 1


class Lang(StrEnum):
    """The languages of the texts."""

    EN = "en"
    DE = "de"


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


VersionOption = Annotated[
    str | None, typer.Option("--version", "-v", help="Windows Server version: 2008 2008R2 2012 2012R2 2016 2019 2022 2025.")
]
LangOption = Annotated[Lang | None, typer.Option("--lang", "-l", help="Language of the texts.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def fail(message: str) -> NoReturn:
    """End with a message and the status for unusable input."""
    typer.echo(f"lotse: {message}", err=True)
    raise typer.Exit(USAGE)


def _settings() -> Settings:
    try:
        return load_settings()
    except BadSettings as error:
        fail(str(error))


def _version(text: str | None) -> str | None:
    from kb import versions

    if text is None:
        return None
    try:
        return versions.parse_one(text)
    except versions.UnknownVersion as error:
        fail(f"--version: {error}")


def _knowledge(settings: Settings):
    from kb.load import BadKnowledge, load

    try:
        return load(settings.data)
    except BadKnowledge as error:
        fail(f"the knowledge base has mistakes:\n{error}")


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _lang(lang: Lang | None) -> str:
    return lang.value if lang else "en"


# --- asking -------------------------------------------------------------------------------------------------------------


@app.command(epilog='Examples:  lotse ask "How many nodes can a 2012 R2 cluster have?"    lotse ask "wieviel RAM je VM" -v 2019 -l de')
def ask(
    question: Annotated[str, typer.Argument(help="The question, in English or German.")],
    version: VersionOption = None,
    lang: LangOption = None,
    session: Annotated[str | None, typer.Option("--session", "-s", help="Go on with a conversation of this name.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question, with its sources."""
    import msgspec

    settings, wanted = _settings(), _version(version)
    with _lotse(settings) as lotse:
        lotse.prepare(wait=False)
        reply = lotse.ask(question, session=session, version=wanted, lang=lang.value if lang else None)
    if as_json:
        _print_json(
            {
                "answer_id": reply.answer_id,
                "session_id": reply.session_id,
                **msgspec.to_builtins(reply.answer),
                "latency_ms": round(reply.milliseconds, 1),
            }
        )
        return
    typer.echo(reply.answer.text)
    if reply.answer.citations:
        typer.echo("")
    for citation in reply.answer.citations:
        typer.echo(f"[{citation.n}] {citation.title} {citation.url or citation.document or ''}")
    if reply.answer.runbook:
        typer.echo(f"→ lotse walk {reply.answer.runbook}")
    if lotse.problem:
        typer.echo(f"lotse: {lotse.problem}", err=True)


@contextmanager
def _lotse(settings: Settings) -> Iterator[Any]:
    from assistant.lotse import Lotse

    lotse = Lotse(settings)
    try:
        yield lotse
    finally:
        lotse.close()


# --- checking -----------------------------------------------------------------------------------------------------------


@app.command(
    epilog="Examples:  lotse check vm.xml    lotse check ./export --version 2019 --format html > report.html    lotse check host.json --target 2025"
)
def check(
    paths: Annotated[list[Path], typer.Argument(help="Configuration files or folders.")],
    version: VersionOption = None,
    target: Annotated[str | None, typer.Option("--target", help="Judge as if the hosts ran this version (before an upgrade).")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the report.")] = Format.TEXT,
    fail_on: Annotated[Severity, typer.Option("--fail-on", help="Exit with status 1 from this severity on.")] = Severity.ERROR,
    lang: LangOption = None,
) -> None:
    """Judge configuration files. Status: 0 nothing at --fail-on or above, 1 findings, 2 unusable input."""
    from assistant.formats import render
    from ingest.configurations.read import read_paths
    from kb.rules.engine import check as judge

    settings, wanted, aim = _settings(), _version(version), _version(target)
    reading = read_paths(paths, settings.max_file)
    if not reading.files:
        fail("no file could be read:\n" + "\n".join(f"  {left}" for left in reading.left_out))
    warnings = [*reading.warnings, *(str(left) for left in reading.left_out)]
    report = judge(reading.inventory, _knowledge(settings), version=wanted, target=aim, warnings=warnings, files=reading.files)
    typer.echo(render(report, format.value, _lang(lang)), nl=False)
    for left in reading.left_out:
        typer.echo(f"lotse: left out: {left}", err=True)
    if report.fails_at(fail_on.value):
        raise typer.Exit(FOUND)


# --- knowledge ----------------------------------------------------------------------------------------------------------


@app.command(epilog="Examples:  lotse limit cluster-max-nodes    lotse limit vm-max-memory --version 2019 --json")
def limit(
    entry_id: Annotated[str, typer.Argument(help="Id of an entry; see: lotse kb list")],
    version: VersionOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print one entry's value, for a version or for all of them."""
    from assistant.formats import limit_json, similar
    from kb import versions

    wanted = _version(version)
    knowledge = _knowledge(_settings())
    entry = knowledge.get(entry_id)
    if entry is None:
        near = similar(entry_id, [e.id for e in knowledge])
        fail(f"no entry has the id {entry_id!r}" + (f"; did you mean {', '.join(near)}?" if near else "; see: lotse kb list"))
    data = limit_json(entry, wanted, None, None, _lang(lang))
    if as_json:
        _print_json(data)
        return
    typer.echo(data["title"])
    for cell in data.get("matrix", [data]):
        typer.echo(f"  {versions.short(cell['version']):12} {cell['text']}")
    for citation in data["citations"][:3]:
        typer.echo(f"  [{citation['n']}] {citation['title']} {citation['url']}")


@kb_app.command("list", epilog="Example:  lotse kb list --subject csv")
def kb_list(
    subject: Annotated[str | None, typer.Option(help="Only entries of this subject.")] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List all entries."""
    from assistant.formats import entry_summary

    found = [entry_summary(e) for e in _knowledge(_settings()) if subject in (None, e.subject)]
    if as_json:
        _print_json(found)
        return
    for entry in found:
        typer.echo(f"{entry['id']:42} {entry['subject']:12} {entry['kind']:14} {entry['title'][_lang(lang)]}")


@kb_app.command("show", epilog="Example:  lotse kb show cluster-max-nodes --lang de")
def kb_show(entry_id: Annotated[str, typer.Argument(help="Id of an entry.")], lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Print one entry, whole."""
    import msgspec

    from assistant.formats import similar
    from kb import limits, versions

    knowledge = _knowledge(_settings())
    entry = knowledge.get(entry_id)
    if entry is None:
        fail(f"no entry has the id {entry_id!r}; similar: {', '.join(similar(entry_id, [e.id for e in knowledge])) or 'none'}")
    if as_json:
        _print_json(msgspec.to_builtins(entry))
        return
    chosen = _lang(lang)
    typer.echo(f"{entry.title.in_(chosen)}  [{entry.id}, {entry.kind}, {entry.severity}]\n\n{entry.statement.in_(chosen)}\n")
    for found in limits.matrix(entry) if entry.values else []:
        typer.echo(f"  {versions.short(found.version):12} {found.text(chosen)}")
    typer.echo(f"\n{entry.why.in_(chosen)}")
    for advice in entry.fix:
        typer.echo(f"→ {f'[{advice.versions}] ' if advice.versions else ''}{advice.in_(chosen)}")
    for source in entry.sources:
        typer.echo(f"- {source.title} {source.url}: {source.says}")


@kb_app.command("lint", epilog="Example:  lotse kb lint")
def kb_lint(folder: Annotated[Path | None, typer.Argument(help="Folder of entries; the built-in ones by default.")] = None) -> None:
    """Check every entry file; print each mistake with file and line."""
    from kb.lint import lint

    if folder and not folder.is_dir():
        fail(f"{folder}: no such folder")
    mistakes, count = lint(folder)
    for mistake in mistakes:
        typer.echo(str(mistake))
    typer.echo(f"{count} entries, {len(mistakes)} mistakes", err=True)
    if mistakes:
        raise typer.Exit(FOUND)


@kb_app.command("diff", epilog="Example:  lotse kb diff 2012R2 2019")
def kb_diff(
    old: Annotated[str, typer.Argument(help="A version.")],
    new: Annotated[str, typer.Argument(help="Another version.")],
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what differs between two versions."""
    from kb import limits

    one, two = _version(old), _version(new)
    assert one
    assert two
    chosen = _lang(lang)
    rows = []
    for entry in _knowledge(_settings()):
        before, after = limits.limit(entry, one), limits.limit(entry, two)
        if before.text(chosen) != after.text(chosen):
            rows.append({"id": entry.id, "title": entry.title.in_(chosen), one: before.text(chosen), two: after.text(chosen)})
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['title']} ({row['id']})\n  {one}: {row[one]}\n  {two}: {row[two]}")


@kb_app.command("gaps")
def kb_gaps(as_json: JsonOption = False) -> None:
    """List questions that could not be answered, most frequent first."""
    from assistant.storage import Storage

    storage = Storage(_settings().database)
    found = storage.gaps()
    storage.close()
    if as_json:
        _print_json(found)
        return
    for gap in found:
        typer.echo(f"{gap['count']:4} {gap['lang']} {','.join(gap['versions']) or '-':10} {gap['question']}")
    if not found:
        typer.echo("no unanswered questions", err=True)


# --- runbooks -----------------------------------------------------------------------------------------------------------


@app.command(epilog="Examples:  lotse walk live-migration-fails    lotse walk set-up-csv --config ./export --lang de")
def walk(
    runbook: Annotated[str, typer.Argument(help="Id of a runbook; `lotse walk list` lists them.")],
    config: Annotated[list[Path] | None, typer.Option("--config", "-c", help="Configuration files; steps they prove are skipped.")] = None,
    version: VersionOption = None,
    lang: LangOption = None,
) -> None:
    """Walk through a runbook, step by step."""
    from assistant.terminal import walk_in_terminal

    settings, wanted = _settings(), _version(version)
    walk_in_terminal(runbook, config or [], wanted, _lang(lang), settings, _knowledge, fail)


# --- documents and the server -------------------------------------------------------------------------------------------


@app.command(epilog="Examples:  lotse ingest ./handbook --version 2019    lotse ingest cluster-notes.md --lang de")
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Markdown, HTML or text files, or folders of them.")],
    version: Annotated[
        str | None,
        typer.Option(
            "--version", "-v", help="The version(s) the documents speak of, e.g. 2019 or 2012..2016; found in the text by default."
        ),
    ] = None,
    lang: LangOption = None,
) -> None:
    """Add your own documents to what Lotse searches."""
    from assistant.documents import ingest_paths

    settings = _settings()
    ingest_paths(paths, version, lang.value if lang else None, settings, fail)


@app.command()
def index() -> None:
    """Prepare search by meaning now, instead of while the server runs."""
    import logging

    logging.disable(logging.INFO)
    with _lotse(_settings()) as lotse:
        bar = typer.progressbar(length=1, label="Preparing search by meaning", file=sys.stderr)
        with bar:

            def report(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            lotse.prepare(report)
            bar.update(max(bar.length or 1, 1) - bar.pos)
        if lotse.problem:
            fail(lotse.problem)


@app.command(epilog="Example:  lotse serve --port 8080")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Start the web page and the API."""
    import logging
    import threading
    import webbrowser
    from urllib.parse import quote

    import uvicorn

    from assistant.channels.http import create_app
    from assistant.storage import connect

    settings = _settings()
    connect(settings.database).close()  # an unusable data folder is told before the server starts
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "chromadb"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    address, number = host or settings.host, port or settings.port
    url = f"http://{'localhost' if address in ('0.0.0.0', '127.0.0.1', '::') else address}:{number}/"
    typer.echo(f"Lotse answers at {url} (stop with Ctrl+C)", err=True)
    if open_browser and (sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        question = quote("How many nodes can a failover cluster have on 2012 R2?", safe="")
        threading.Timer(1.5, webbrowser.open, (f"{url}#ask/{question}",)).start()
    uvicorn.run(create_app(settings), host=address, port=number, log_level="warning", timeout_graceful_shutdown=5)


@app.command("eval", epilog="Example:  lotse eval tests/evaluation/golden.jsonl --min 0.9 --show-wrong")
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="Question sets, a JSON object a line.")],
    minimum: Annotated[float, typer.Option("--min", help="Exit with status 1 below this share of right answers.")] = 0.0,
    show_wrong: Annotated[bool, typer.Option("--show-wrong", help="Print every wrong answer.")] = False,
) -> None:
    """Grade the answers to question sets."""
    from assistant import evaluate

    try:
        rows = [row for file in files for row in evaluate.read(file)]
    except (evaluate.BadRow, OSError) as error:
        fail(str(error))
    with _lotse(_settings()) as lotse:
        lotse.prepare(wait=False)
        if lotse.problem:
            typer.echo(f"lotse: {lotse.problem}", err=True)
        graded = evaluate.grade(rows, lotse.conversations)
    typer.echo(evaluate.as_text(graded, show_wrong=show_wrong))
    right = sum(g.wrong is None for g in graded)
    if right < minimum * len(graded):
        raise typer.Exit(FOUND)


@app.command()
def config(as_json: JsonOption = False) -> None:
    """Print the settings in force, secrets masked."""
    shown = described(_settings())
    if as_json:
        _print_json(shown)
        return
    for name, value in shown.items():
        typer.echo(f"{name} = {value}")


def main() -> None:
    """Run the command; nothing but messages reaches the user."""
    from assistant.storage import StorageUnavailable

    try:
        app()
    except StorageUnavailable as error:
        typer.echo(f"lotse: {error}", err=True)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        typer.echo("\nlotse: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


if __name__ == "__main__":
    main()
