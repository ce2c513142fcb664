"""Splitting documents along their headings and telling what versions each section speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

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
        if path.exists() and not path.is_file():
            raise BadDocument(f"{path}: not a file; name a document or a folder of documents")
        size = path.stat().st_size
        if size > limit:
            raise BadDocument(
                f"{path}: {size / 2**20:.1f} MB is more than the limit of {limit / 2**20:.1f} MB; split it, or raise LOTSE_MAX_FILE_MB"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise BadDocument(f"{path}: cannot be read: {error.strerror}; check the path and who may read it") from None
    text = _decoded(raw)
    if text is None:
        raise BadDocument(f"{path}: not a text in UTF-8, UTF-16 or Windows-1252; save it as UTF-8")
    if not text.strip():
        raise BadDocument(f"{path}: the document is empty; leave it out, or save it again")
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
    """A document's sections, in order; long ones are cut between paragraphs. `name` is the title where there is no heading.

    Nothing is left out of a text or of Markdown but front matter; of a page, what is not meant to be read.
    """
    rows = {"markdown": _markdown_rows, "html": _html_rows, "text": _text_rows}[kind](text)
    sections: list[Section] = []
    for headings, body in _under_headings(rows):
        named = next((ids for heading in reversed(headings) if (ids := versions.parse(heading).ids)), [])
        for piece, line in _pieces(body):
            found = versions.parse(piece).ids or named
            sections.append(Section(title=" › ".join(headings) or name, text=piece, line=line, versions=tuple(found)))
    return sections


class _Row(NamedTuple):
    """A line of a document: where it stands, its text, and the level of the heading it is (0 for none)."""

    line: int
    text: str
    level: int = 0


_LINE_END = re.compile(r"\r\n?|\n")
_FRONT_MATTER = re.compile(r"---[ \t]*\n[\w.-]+:.*\n(?:[\w.-]+:.*\n|[ \t#-].*\n|\n)*?---[ \t]*(?:\n|\Z)")


def _text_rows(text: str) -> list[_Row]:
    return [_Row(number, line) for number, line in enumerate(_LINE_END.split(text), start=1)]


def _markdown_rows(text: str) -> list[_Row]:
    """markdown-it finds the headings, so that code which looks like one stays code. Front matter is left out."""
    text = _LINE_END.sub("\n", text)
    front = _FRONT_MATTER.match(text)
    if front:
        text = "\n" * front[0].count("\n") + text[front.end() :]
    tokens = MarkdownIt("commonmark").enable("table").disable("inline").parse(text)
    lines = text.split("\n")
    rows: list[_Row] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.map and token.level == 0:
            first, end = token.map
            rows += [_Row(n + 1, lines[n]) for n in range(rows[-1].line if rows else 0, first)]
            rows.append(_Row(first + 1, " ".join(inline.content.split()), int(token.tag[1])))
            rows += [_Row(n + 1, "") for n in range(first + 1, end)]
    return rows + [_Row(n + 1, lines[n]) for n in range(rows[-1].line if rows else 0, len(lines))]


def _under_headings(rows: Iterable[_Row]) -> Iterator[tuple[list[str], list[_Row]]]:
    """What stands below each heading, with the headings from the outermost in; one that nothing follows is its own body."""
    path: list[_Row] = []
    body: list[_Row] = []
    for row in [*rows, None]:
        if row is not None and not (row.level and row.text):
            body.append(row)
            continue
        written = any(r.text.strip() for r in body)
        if path and not written and (row is None or row.level <= path[-1].level):
            yield [r.text for r in path], path[-1:]
        elif written:
            yield [r.text for r in path], body
        if row is not None:
            path, body = [*(r for r in path if r.level < row.level), row], []


_WORDS = re.compile(rf"\S.{{0,{MAX_CHARACTERS - 1}}}(?!\S)|\S{{1,{MAX_CHARACTERS}}}", re.S)


def _pieces(rows: Iterable[_Row]) -> Iterator[tuple[str, int]]:
    """Pieces of at most MAX_CHARACTERS, each with the line it begins on."""
    piece, start = "", 0
    for gap, text, line in _units(rows):
        if piece and len(piece) + len(gap) + len(text) > MAX_CHARACTERS:
            yield piece, start
            piece = ""
        piece, start = (f"{piece}{gap}{text}", start) if piece else (text, line)
    if piece:
        yield piece, start


def _units(rows: Iterable[_Row]) -> Iterator[tuple[str, str, int]]:
    """(what parts it from the one before, text, line): paragraphs; of too long a paragraph its lines, of too long a line its words."""
    for written, group in groupby(rows, key=lambda row: bool(row.text.strip())):
        if not written:
            continue
        paragraph = list(group)
        whole = "\n".join(row.text for row in paragraph).strip()
        if len(whole) <= MAX_CHARACTERS:
            yield "\n\n", whole, paragraph[0].line
            continue
        gap = "\n\n"
        for row in paragraph:
            for words in _WORDS.findall(row.text):
                yield gap, words.rstrip(), row.line
                gap = " "
            gap = "\n"


class _Html(HTMLParser):
    """The readable rows of a page; scripts, styles and navigation are left out, code keeps its lines."""

    _SKIP = frozenset({"script", "style", "nav", "template", "noscript", "title", "footer"})
    _BLOCK = frozenset({
        "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "form", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "thead", "tr", "ul",
    })  # fmt: skip
    _TOGETHER = frozenset({"li", "tr", "tbody", "thead", "dt", "dd"})  # no empty row between items of a list and rows of a table
    _HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[_Row] = []
        self._text, self._line, self._level = "", 0, 0
        self._skipping = self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SKIP:
            self._skipping += 1
        elif tag in self._HEADINGS:
            self.end_row()
            self._level = int(tag[1])
        elif tag in self._BLOCK:
            self.end_row(paragraph=tag not in self._TOGETHER)
            self._text = "- " if tag == "li" else ""
            self._code += tag == "pre"
        elif tag == "br" and not self._level:
            self.end_row()
        elif tag in ("br", "td", "th"):
            self._text += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SKIP:
            self._skipping = max(0, self._skipping - 1)
        elif tag in self._HEADINGS:
            self.end_row()
            self._level = 0
        elif tag in self._BLOCK:
            self.end_row(paragraph=tag not in self._TOGETHER)
            self._code = max(0, self._code - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        if self._code:
            first, *others = _LINE_END.split(data)
            self._add(first, self.getpos()[0])
            for number, line in enumerate(others, start=1):
                self.end_row()
                self._add(line, self.getpos()[0] + number)
            return
        before = data[: len(data) - len(data.lstrip())]
        self._add(re.sub(r"\s+", " ", data), self.getpos()[0] + before.count("\n"))

    def _add(self, text: str, line: int) -> None:
        if not self._text.strip(" -"):
            self._line = line
        self._text += text

    def end_row(self, *, paragraph: bool = False) -> None:
        """What was gathered becomes a row; after a `paragraph` comes an empty one."""
        text = self._text.rstrip() if self._code else " ".join(self._text.split())
        if text.strip(" -"):
            self.rows.append(_Row(self._line, text, self._level))
            self._level = 0
        if paragraph:
            self.rows.append(_Row(self._line, ""))
        self._text = ""


def _html_rows(page: str) -> list[_Row]:
    parser = _Html()
    parser.feed(page)
    parser.close()
    parser.end_row()
    return parser.rows
