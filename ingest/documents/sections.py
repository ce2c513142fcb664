"""Splitting documents along their headings and telling what language and versions each section speaks of."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from msgspec import Struct

from kb import versions

SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".txt": "text", ".text": "text"}
MAX_CHARACTERS = 1200


class BadDocument(ValueError):
    """A document cannot be used; the message names it, the problem and the remedy."""


class Section(Struct, frozen=True):
    """A piece of a document: its headings from the outermost in, its text, the line it begins on, and the versions it names.

    `versions` are those named in the text or, when it names none, in its headings, outermost last.
    """

    title: str
    text: str
    line: int
    versions: tuple[str, ...] = ()


def read(path: Path, limit: int) -> str:
    """A document's text; raises BadDocument for one that is too large, empty, binary or of an unknown kind."""
    if path.suffix.lower() not in SUFFIXES:
        raise BadDocument(f"{path}: unknown kind {path.suffix or '(none)'!r}; documents are {', '.join(sorted(SUFFIXES))}")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadDocument(f"{path}: cannot be read: {error.strerror}") from None
    if len(raw) > limit:
        raise BadDocument(
            f"{path}: {len(raw) // 2**20} MB is more than the limit of {limit // 2**20} MB; split it, or raise LOTSE_MAX_FILE_MB"
        )
    text = _decoded(raw)
    if text is None:
        raise BadDocument(f"{path}: not a text in UTF-8, UTF-16 or Windows-1252; save it as UTF-8")
    if not text.strip():
        raise BadDocument(f"{path}: the document is empty")
    return text


def _decoded(raw: bytes) -> str | None:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                return None
    if b"\x00" in raw:
        return None
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def split(text: str, kind: str, name: str) -> list[Section]:
    """A document's sections, in order; long ones are cut between paragraphs. `name` is the title where there is no heading."""
    if kind == "html":
        text = _markdown_of(text)
    blocks = _blocks(text) if kind != "text" else [([], text, 1)]
    sections: list[Section] = []
    for headings, body, line in blocks:
        for piece, offset in _cut(body):
            found = versions.parse(piece).ids or next((ids for h in reversed(headings) if (ids := versions.parse(h).ids)), [])
            sections.append(Section(title=" › ".join(headings) or name, text=piece, line=line + offset, versions=tuple(found)))
    return sections


def _blocks(text: str) -> list[tuple[list[str], str, int]]:
    """(headings, body, line) for each heading; markdown-it finds the headings, so that code which looks like one stays code."""
    lines = text.splitlines()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    marks = [
        (token.map[0], token.map[1], int(token.tag[1]), inline.content)
        for token, inline in pairwise(tokens)
        if token.type == "heading_open" and token.map and token.level == 0
    ]
    blocks: list[tuple[list[str], str, int]] = []
    path: list[tuple[int, str]] = []
    ends = [start for start, *_ in marks[1:]] + [len(lines)]
    if not marks or marks[0][0] > 0:
        blocks.append(([], "\n".join(lines[: marks[0][0] if marks else len(lines)]), 1))
    for (_, below, level, title), end in zip(marks, ends, strict=True):
        path = [(known, text) for known, text in path if known < level] + [(level, title)]
        blocks.append(([text for _, text in path], "\n".join(lines[below:end]), below + 1))
    return [(headings, body, line) for headings, body, line in blocks if body.strip()]


def _cut(body: str) -> list[tuple[str, int]]:
    """Pieces of at most MAX_CHARACTERS with the line offset of each; a single longer paragraph is cut between words."""
    pieces: list[tuple[str, int]] = []
    current, start, line = "", 0, 0
    for paragraph in re.split(r"(\n\s*\n)", body):
        if current and len(current) + len(paragraph) > MAX_CHARACTERS:
            pieces.append((current, start))
            current, start = "", line
        current += paragraph
        line += paragraph.count("\n")
        while len(current) > MAX_CHARACTERS:
            cut = current.rfind(" ", 1, MAX_CHARACTERS)
            cut = cut if cut > 0 else MAX_CHARACTERS
            pieces.append((current[:cut], start))
            current = current[cut:]
    pieces.append((current, start))
    return [(piece.strip(), offset) for piece, offset in pieces if piece.strip()]


class _Html(HTMLParser):
    """The readable text of a page, with its headings and lists as Markdown; scripts, styles and navigation are left out."""

    _SKIP = frozenset({"script", "style", "nav", "template", "noscript", "head", "footer"})
    _BLOCK = frozenset({"p", "div", "section", "article", "table", "tr", "ul", "ol", "pre", "br", "blockquote", "main"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SKIP:
            self._skipping += 1
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.parts.append(f"\n\n{'#' * int(tag[1])} ")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in self._BLOCK:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SKIP:
            self._skipping = max(0, self._skipping - 1)
        elif tag in self._BLOCK or (len(tag) == 2 and tag[0] == "h" and tag[1] in "123456"):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(re.sub(r"\s+", " ", data))


def _markdown_of(page: str) -> str:
    parser = _Html()
    parser.feed(page)
    parser.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in "".join(parser.parts).splitlines())).strip()
