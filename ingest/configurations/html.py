"""HTML: cluster validation reports, and tables whose heads are properties, as ConvertTo-Html prints them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from ingest.configurations import objects
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT

_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,300}>\s*)?(?:<!--[^>]{0,1000}-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta|colgroup)\b", re.I
)
_MOST_BYTES = 20 * 2**20
_MOST_CELLS = 1_000_000
_BLOCKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "title", "hr"}


@dataclass(slots=True)
class Cell:
    """A cell of a table: its text, whether it heads a column, the anchors it links to, the names of its images."""

    text: str
    head: bool = False
    links: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """What stands on a page, in its order: rows of tables (lists of cells), and between them texts; `tables` numbers the rows' tables."""

    content: list[list[Cell] | str] = field(default_factory=list)
    tables: list[list[list[Cell]]] = field(default_factory=list)
    title: str = ""


def recognises(text: str) -> bool:
    """True for text that begins like a page of HTML."""
    return _START.match(text[:4096]) is not None


def read(content: str, file: str) -> Part:
    """The inventory's share of a page; raises BadFile."""
    from ingest.configurations import validation

    found = page(content, file)
    if validation.is_report(found):
        return validation.of_page(found, file)
    return objects.read(documents(found), file, "HTML")


def page(content: str, file: str) -> Page:
    """The tables and texts of a page; raises BadFile when there is too much of it."""
    if len(content) > _MOST_BYTES:
        raise BadFile(file, "", f"HTML of more than {_MOST_BYTES // 2**20} MB", "export with `Get-VM | ConvertTo-Json -Depth 4`")
    builder = _Builder(file)
    for name, attributes, text in _tokens(content):
        if not name:
            builder.words.append(text)
        elif name.startswith("/"):
            builder.close(name[1:])
        else:
            builder.open(name, attributes)
    builder.end_row()
    builder.end_text()
    return builder.page


# The parser of the standard library takes time with the square of what is left open, so tags are found here.
_TAG = re.compile(r"<(/?[a-z][a-z0-9:]{0,30})((?:[\s/][^<>]{0,4000})?)>", re.I)
_SILENT = re.compile(r"</(?:script|style)\s*>", re.I)


def _tokens(content: str) -> Iterator[tuple[str, str, str]]:
    """Tags as (name in lower case, attributes, ""), texts as ("", "", text); comments, scripts and styles are passed over."""
    position = 0
    while position < len(content):
        start = content.find("<", position)
        if start < 0:
            start = len(content)
        if start > position:
            yield "", "", unescape(content[position:start])
        if content.startswith(("<!", "<?"), start):
            comment = content.startswith("<!--", start)
            end = content.find("-->" if comment else ">", start)
            position = len(content) if end < 0 else end + (3 if comment else 1)
        elif tag := _TAG.match(content, start):
            name = tag[1].lower()
            yield name, tag[2], ""
            position = tag.end()
            if name in ("script", "style"):
                end = _SILENT.search(content, position)
                position = end.end() if end else len(content)
        else:
            if start < len(content):
                yield "", "", "<"
            position = start + 1


_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([a-z][\w:.-]{0,60})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)


def _attribute(attributes: str, *names: str) -> str | None:
    """The value of the first of these attributes that is there."""
    found = {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(attributes)}
    return next((unescape(found[name]).strip() for name in names if name in found), None)


def documents(found: Page) -> list[dict[str, object]]:
    """The rows of the tables as plain data, with the names at their heads (or, in a table of two columns, at their left) as properties."""
    result: list[dict[str, object]] = []
    for number, rows in enumerate(found.tables, 1):
        if not rows:
            continue
        heads = [cell.text for cell in rows[0]]
        if len(rows) > 1 and len(heads) > 1 and (all(cell.head for cell in rows[0]) or _distinct(heads)):
            for index, row in enumerate(rows[1:], 2):
                if len(row) == len(heads):
                    place = {AT: f"/table[{number}]/tr[{index}]"}
                    result.append({**place, **{head: cell.text or None for head, cell in zip(heads, row, strict=True)}})
        if all(len(row) == 2 for row in rows) and not rows[0][1].head:  # ConvertTo-Html -As List
            listed = {row[0].text.rstrip(": "): row[1].text or None for row in rows}
            if len(listed) == len(rows):
                result.append({AT: f"/table[{number}]", **listed})
    return result


def _distinct(heads: list[str]) -> bool:
    return len(set(heads)) == len(heads) and all(re.fullmatch(r"[A-Za-z_][\w.() ]{0,60}", head) for head in heads)


class _Builder:
    """Puts tags and texts together to a page; cells and rows that are not closed end where the next begin."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.page = Page()
        self.words: list[str] = []
        self.cells = 0
        self.rows: list[list[list[Cell]]] = []  # of the tables that are open
        self.row: list[Cell] | None = None
        self.cell: Cell | None = None

    def open(self, tag: str, attributes: str) -> None:
        match tag:
            case "table":
                self.end_cell()
                self.end_text()
                self.rows.append([])
                self.page.tables.append(self.rows[-1])
            case "tr":
                self.end_row()
                self.row = []
            case "td" | "th":
                self.end_cell()
                self.cells += 1
                if self.cells > _MOST_CELLS:
                    raise BadFile(
                        self.file, "", f"HTML with more than {_MOST_CELLS} cells", "export with `Get-VM | ConvertTo-Json -Depth 4`"
                    )
                if self.row is None:
                    self.row = []
                self.end_text()
                self.cell = Cell("", tag == "th")
            case "a" if self.cell and (link := _attribute(attributes, "href")):
                self.cell.links.append(link)
            case "img" if self.cell:
                self.cell.images.append(_attribute(attributes, "name", "alt") or "")
            case _ if tag in _BLOCKS:
                self.end_line()

    def close(self, tag: str) -> None:
        match tag:
            case "td" | "th":
                self.end_cell()
            case "tr":
                self.end_row()
            case "table":
                self.end_row()
                if self.rows:
                    self.rows.pop()
            case "title" if self.cell is None:
                self.page.title = " ".join("".join(self.words).split())
                self.end_text()
            case _ if tag in _BLOCKS:
                self.end_line()

    def end_line(self) -> None:
        if self.cell is None:
            self.end_text()
        else:
            self.words.append(" ")

    def end_text(self) -> None:
        if self.cell is None:
            text = " ".join("".join(self.words).split())
            self.words = []
            if text:
                self.page.content.append(text)

    def end_cell(self) -> None:
        if self.cell is not None:
            self.cell.text = " ".join("".join(self.words).split())
            self.words = []
            if self.row is not None:
                self.row.append(self.cell)
            self.cell = None

    def end_row(self) -> None:
        self.end_cell()
        if self.row:
            self.page.content.append(self.row)
            if self.rows:
                self.rows[-1].append(self.row)
        self.row = None
