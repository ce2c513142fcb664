"""`lotse ingest`: the user's own documents into the index, with a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from assistant.settings import Settings

if TYPE_CHECKING:
    from ingest.index.passages import Passage


def ingest_paths(paths: list[Path], version: str | None, lang: str | None, settings: Settings, fail: Callable[[str], NoReturn]) -> None:
    """Split, embed and store documents; what a document said before is replaced. One bad document does not stop the others."""
    from assistant.language import Detector
    from ingest.documents.sections import SUFFIXES, BadDocument, read, split
    from ingest.index.embeddings import EmbeddingsUnavailable
    from ingest.index.passages import Passage
    from ingest.index.store import StoreUnavailable
    from kb import versions

    try:
        told = tuple(versions.expand(version.replace(" ", ""))) if version else ()
    except versions.UnknownVersion as error:
        fail(f"--version: {error}")
    listed = [f for path in paths for f in (sorted(f for f in path.rglob("*") if _is_document(f)) if path.is_dir() else [path])]
    files = {str(file.resolve()): file for file in listed}
    if not files:
        fail(f"no documents in {', '.join(map(str, paths))}; documents are {', '.join(sorted(SUFFIXES))}")
    detector, passages, refs, bad = Detector(), [], [], 0
    for ref, file in files.items():
        try:
            text = read(file, settings.max_file)
        except BadDocument as error:
            typer.echo(f"lotse: left out: {error}", err=True)
            bad += 1
            continue
        language = lang or detector.detect(text)
        refs.append(ref)
        for number, section in enumerate(split(text, SUFFIXES[file.suffix.lower()], file.name)):
            passages.append(
                Passage(
                    kind="document", ref=ref, lang=language, part=f"{number} line {section.line}", title=f"{file.name}: {section.title}",
                    text=section.text, versions=told or section.versions,
                )
            )  # fmt: skip
    if not refs:
        fail("none of the documents could be read")
    try:
        _replace(refs, passages, settings)
    except (EmbeddingsUnavailable, StoreUnavailable) as error:
        fail(str(error))
    typer.echo(f"{len(refs)} documents with {len(passages)} sections are searchable; restart a running server to use them", err=True)
    if bad:
        raise typer.Exit(2)


def _is_document(file: Path) -> bool:
    from ingest.documents.sections import SUFFIXES

    return file.suffix.lower() in SUFFIXES and file.is_file()


def _replace(refs: Sequence[str], passages: Sequence[Passage], settings: Settings) -> None:
    """Store the passages of documents in place of what was stored of them; raises EmbeddingsUnavailable or StoreUnavailable."""
    import numpy as np

    from ingest.index.embeddings import open_embeddings
    from ingest.index.store import open_store

    embeddings = open_embeddings(settings.embeddings)
    store = open_store(embeddings, settings.index_folder, settings.chroma_url)
    stale = [p.id for p in store.passages(("document",))[0] if p.ref in refs]
    with typer.progressbar(
        range(0, len(passages), 16), label=f"{len(refs)} documents, {len(passages)} sections", file=typer.get_text_stream("stderr")
    ) as bar:
        for start in bar:
            part = passages[start : start + 16]
            vectors = embeddings.passages([f"{p.title}. {p.text}" for p in part]) if embeddings else np.ones((len(part), 1), np.float32)
            store.add(part, vectors)
    store.remove(set(stale) - {p.id for p in passages})
