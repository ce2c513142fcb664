"""What Format-Table prints: a header underlined with dashes, and rows in columns of fixed width.

The dashes tell where the header of a column stands, not how wide the column is: numbers stand right-aligned and reach
over the left end of their header, texts over the right one. Between two columns there is a place that is blank in every row.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.configurations.printed import MOST

_DASHES = re.compile(r"[ \t]*-+(?:[ \t]+-+)*[ \t]*")
_MOST_HEADER_LINES = 3
_MOST_COLUMNS = 50
_WIDEST = 10_000


@dataclass(slots=True)
class Table:
    """The columns by header, the rows as (line from 0, cells), the lines that fit no column, and the line after the table."""

    names: list[str]
    rows: list[tuple[int, list[str]]]
    unreadable: list[int]
    end: int


def read(lines: Sequence[str], start: int) -> Table | None:
    """The table whose header begins in line `start`; None when none does. It ends with a blank line."""
    dashes = next(
        (at for at in range(start + 1, min(start + 1 + _MOST_HEADER_LINES, len(lines))) if is_dashes(lines[at])),
        None,
    )
    if dashes is None or any(not lines[at].strip() or is_dashes(lines[at]) for at in range(start, dashes)):
        return None
    if max(len(lines[at]) for at in range(start, dashes + 1)) > _WIDEST:
        return None
    spans = [(match.start(), match.end()) for match in re.finditer(r"-+", lines[dashes])]
    names = _names([lines[at] for at in range(start, dashes)], spans)
    if names is None:
        return None
    end = dashes + 1
    while end < len(lines) and lines[end].strip() and not _starts_another(lines, end):
        end += 1
    numbers = list(range(dashes + 1, min(end, dashes + 1 + MOST)))
    rows, unreadable = _cells([lines[at][:_WIDEST].rstrip() for at in numbers], spans)
    table = Table(names, [], [numbers[at] for at in unreadable], end)
    more: dict[int, list[str]] = {}  # the further lines of the last row's cells
    for at, cells in rows:
        if not _goes_on(table.rows[-1][1] if table.rows else None, cells, spans):
            _join(table, more)
            table.rows.append((numbers[at], cells))
            continue
        column = next(i for i, cell in enumerate(cells) if cell)
        more.setdefault(column, []).append(cells[column])
    _join(table, more)
    return table


def _join(table: Table, more: dict[int, list[str]]) -> None:
    """Put the further lines of cells to the last row."""
    for column, texts in more.items():
        table.rows[-1][1][column] = " ".join((table.rows[-1][1][column], *texts))
    more.clear()


def is_dashes(line: str) -> bool:
    """True for a line of nothing but dashes, as it stands below a header."""
    return "--" in line and _DASHES.fullmatch(line) is not None


def _starts_another(lines: Sequence[str], at: int) -> bool:
    return at + 1 < len(lines) and is_dashes(lines[at + 1])


def _names(header: list[str], spans: list[tuple[int, int]]) -> list[str] | None:
    """The header of every column; None when the lines over the dashes are no headers."""
    if len(spans) > _MOST_COLUMNS:
        return None
    names = [" ".join(text for line in header if (text := line[s:e].strip())) for s, e in spans]
    outside = any(
        line[end:start].strip()
        for line in header
        for end, start in zip((0, *(e for _, e in spans)), (*(s for s, _ in spans), None), strict=True)
    )
    if outside or not all(names):
        words = re.split(r" {2,}", header[-1].strip())  # copied with other blanks; names of one word each
        if len(words) != len(spans):
            words = header[-1].split()
        names = words if len(header) == 1 and len(words) == len(spans) else []
    if len(spans) == 1 and names and len(names[0]) != spans[0][1] - spans[0][0]:
        return None  # a heading between lines
    return names or None


def _goes_on(before: list[str] | None, cells: list[str], spans: list[tuple[int, int]]) -> bool:
    """True for the second line of a wrapped cell: nothing but a text below a long one, and not in the first column."""
    filled = [column for column, cell in enumerate(cells) if cell]
    if before is None or len(filled) != 1 or filled[0] == 0 or len(cells) < 3:
        return False
    above = before[filled[0]]
    return " " in above.strip() and len(above) > spans[filled[0]][1] - spans[filled[0]][0]


# --- columns ----------------------------------------------------------------------------------------------------------


class _Line:
    """A line by display columns: characters of East Asian scripts take two of them (`wide`), or one in some files."""

    def __init__(self, text: str, wide: bool) -> None:
        self.text = text
        self.starts: list[int] | None = None
        self.width = len(text)
        if wide and not text.isascii():
            self.starts, column = [], 0
            for sign in text:
                self.starts.append(column)
                column += 2 if unicodedata.east_asian_width(sign) in "WF" else 0 if unicodedata.combining(sign) else 1
            self.width = column

    def index(self, column: int) -> int:
        """The first character at or after a display column."""
        return min(column, len(self.text)) if self.starts is None else bisect_left(self.starts, column)

    def blank(self, column: int) -> bool:
        """True when nothing stands at this display column."""
        if column >= self.width:
            return True
        at = self.index(column)
        if self.starts is not None and (at == len(self.starts) or self.starts[at] > column):
            at -= 1  # the second half of a wide character
        return self.text[at] == " "

    def cut(self, bounds: list[int]) -> list[str]:
        """The texts between these display columns."""
        at = [0, *(self.index(bound) for bound in bounds), len(self.text)]
        return [self.text[one:other].strip() for one, other in itertools.pairwise(at)]


def _cells(texts: list[str], spans: list[tuple[int, int]]) -> tuple[list[tuple[int, list[str]]], list[int]]:
    """The cells of every row, and the rows in which two columns run into each other."""
    gaps = [(end, start) for (_, end), (start, _) in itertools.pairwise(spans)]
    best: tuple[list[tuple[int, list[str]]], list[int]] | None = None
    for wide in (True, False):
        rows = [_Line(text, wide) for text in texts]
        common = [_bound(rows, gap) for gap in gaps]
        cells: list[tuple[int, list[str]]] = []
        bad: list[int] = []
        for number, row in enumerate(rows):
            bounds = [bound if row.blank(bound) else _bound([row], gap) for bound, gap in zip(common, gaps, strict=True)]
            if all(row.blank(bound) for bound in bounds):
                cells.append((number, row.cut(bounds)))
            elif len(words := row.text.split()) == len(spans):  # copied without its blanks
                cells.append((number, words))
            else:
                bad.append(number)
        if best is None or len(bad) < len(best[1]):
            best = cells, bad
        if not bad or all(text.isascii() for text in texts):
            break
    assert best is not None
    return best


def _bound(rows: list[_Line], gap: tuple[int, int]) -> int:
    """The display column at which to part two columns: between their headers, blank in as many rows as possible.

    The last such column counts: texts on the left may have blanks in them, numbers on the right have none.
    """
    end, start = gap
    filled = [0] * (start - end)
    for row in rows:
        for column in range(end, min(start, row.width)):
            filled[column - end] += not row.blank(column)
    least = min(filled)
    return next(column for column in reversed(range(end, start)) if filled[column - end] == least)
