"""The command `lotse`. Data goes to standard output, messages to standard error.

Heavy libraries are imported by the commands that need them, so that `lotse limit` and `lotse check` start at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import checking, collecting
from assistant.options import (
    FOUND,
    USAGE,
    JsonOption,
    LangOption,
    VersionOption,
    fail,
    knowledge_of,
    lang_of,
    print_json,
    settings_in_force,
    version_of,
)
from assistant.settings import Settings, described

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
checking.register(app)
collecting.register(app)

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

    settings, wanted = settings_in_force(), version_of(version)
    with _lotse(settings) as lotse:
        lotse.prepare(wait=False)
        reply = lotse.ask(question, session=session, version=wanted, lang=lang.value if lang else None)
    if as_json:
        print_json(
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

    wanted = version_of(version)
    knowledge = knowledge_of(settings_in_force())
    entry = knowledge.get(entry_id)
    if entry is None:
        near = similar(entry_id, [e.id for e in knowledge])
        fail(f"no entry has the id {entry_id!r}" + (f"; did you mean {', '.join(near)}?" if near else "; see: lotse kb list"))
    data = limit_json(entry, wanted, None, None, lang_of(lang))
    if as_json:
        print_json(data)
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

    found = [entry_summary(e) for e in knowledge_of(settings_in_force()) if subject in (None, e.subject)]
    if as_json:
        print_json(found)
        return
    for entry in found:
        typer.echo(f"{entry['id']:42} {entry['subject']:12} {entry['kind']:14} {entry['title'][lang_of(lang)]}")


@kb_app.command("show", epilog="Example:  lotse kb show cluster-max-nodes --lang de")
def kb_show(entry_id: Annotated[str, typer.Argument(help="Id of an entry.")], lang: LangOption = None, as_json: JsonOption = False) -> None:
    """Print one entry, whole."""
    import msgspec

    from assistant.formats import similar
    from kb import limits, versions

    knowledge = knowledge_of(settings_in_force())
    entry = knowledge.get(entry_id)
    if entry is None:
        fail(f"no entry has the id {entry_id!r}; similar: {', '.join(similar(entry_id, [e.id for e in knowledge])) or 'none'}")
    if as_json:
        print_json(msgspec.to_builtins(entry))
        return
    chosen = lang_of(lang)
    typer.echo(f"{entry.title.in_(chosen)}  [{entry.id}, {entry.kind}, {entry.severity}]\n\n{entry.statement.in_(chosen)}\n")
    for found in limits.matrix(entry) if entry.values else []:
        typer.echo(f"  {versions.short(found.version):12} {found.text(chosen)}")
    typer.echo(f"\n{entry.why.in_(chosen)}")
    for advice in entry.fix:
        typer.echo(f"→ {f'[{advice.versions}] ' if advice.versions else ''}{advice.in_(chosen)}")
    for source in entry.sources:
        typer.echo(f"- {source.title} {source.url}: {source.says}")


@kb_app.command("lint", epilog="Examples:  lotse kb lint    lotse kb lint --rules my-rules.yaml")
def kb_lint(
    folder: Annotated[Path | None, typer.Argument(help="Folder of entries; the built-in ones by default.")] = None,
    own: Annotated[list[Path] | None, typer.Option("--rules", help="Rules of your own, with their cases; may be repeated.")] = None,
) -> None:
    """Check entry files, or your own rules and their cases; print each mistake with file and line."""
    from kb.lint import lint

    if own:
        from kb import own_rules
        from kb.rules.engine import rules

        knowledge = knowledge_of(settings_in_force())
        mistakes, count = own_rules.lint(own, set(rules(knowledge)), knowledge)
        kind = "rules"
    else:
        if folder and not folder.is_dir():
            fail(f"{folder}: no such folder")
        mistakes, count = lint(folder)
        kind = "entries"
    for mistake in mistakes:
        typer.echo(str(mistake))
    typer.echo(f"{count} {kind}, {len(mistakes)} mistakes", err=True)
    if mistakes:
        raise typer.Exit(FOUND)


@kb_app.command("rules", epilog="Examples:  lotse kb rules    lotse kb rules LM103 --lang de")
def kb_rules(
    id: Annotated[str | None, typer.Argument(help="Id of a rule; all rules by default.")] = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rules of `lotse check`, or show one."""
    from assistant.formats import rule_json, similar
    from kb.rules.engine import rules

    knowledge = knowledge_of(settings_in_force())
    book, told = rules(knowledge), lang_of(lang)
    if id is not None and id not in book:
        fail(f"no rule has the id {id!r}; similar: {', '.join(similar(id, list(book))) or 'none'}")
    found = [rule_json(rule, knowledge, told) for rule in (book.values() if id is None else [book[id]])]
    if as_json:
        print_json(found if id is None else found[0])
        return
    for rule in found:
        typer.echo(f"{rule['id']:8} {rule['severity']:8} {rule['object']:12} {rule['title']}")
    if id is not None:
        rule = found[0]
        typer.echo(f"\n{rule['why']}")
        for advice in rule["fix"]:
            typer.echo(f"- {advice}")
        typer.echo(f"\nlotse kb show {rule['entry']}" + (f"    ({', '.join(rule['implements'])})" if rule["implements"] else ""))


@kb_app.command("diff", epilog="Example:  lotse kb diff 2012R2 2019")
def kb_diff(
    old: Annotated[str, typer.Argument(help="A version.")],
    new: Annotated[str, typer.Argument(help="Another version.")],
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what differs between two versions."""
    from kb import limits

    one, two = version_of(old), version_of(new)
    assert one
    assert two
    chosen = lang_of(lang)
    rows = []
    for entry in knowledge_of(settings_in_force()):
        before, after = limits.limit(entry, one), limits.limit(entry, two)
        if before.text(chosen) != after.text(chosen):
            rows.append({"id": entry.id, "title": entry.title.in_(chosen), one: before.text(chosen), two: after.text(chosen)})
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['title']} ({row['id']})\n  {one}: {row[one]}\n  {two}: {row[two]}")


@kb_app.command("gaps")
def kb_gaps(as_json: JsonOption = False) -> None:
    """List questions that could not be answered, most frequent first."""
    from assistant.storage import Storage

    storage = Storage(settings_in_force().database)
    found = storage.gaps()
    storage.close()
    if as_json:
        print_json(found)
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

    settings, wanted = settings_in_force(), version_of(version)
    walk_in_terminal(runbook, config or [], wanted, lang_of(lang), settings, knowledge_of, fail)


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

    settings = settings_in_force()
    ingest_paths(paths, version, lang.value if lang else None, settings, fail)


@app.command()
def index() -> None:
    """Prepare search by meaning now, instead of while the server runs."""
    import logging

    logging.disable(logging.INFO)
    with _lotse(settings_in_force()) as lotse:
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

    settings = settings_in_force()
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
    with _lotse(settings_in_force()) as lotse:
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
    shown = described(settings_in_force())
    if as_json:
        print_json(shown)
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
