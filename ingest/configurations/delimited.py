"""Export-Csv and other tables with delimiters: comma, semicolon (as German and French systems write) or tab.

`#TYPE` lines name the class; without one the columns tell it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from ingest.configurations import classes, localised, objects, printed, systeminfo
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE, plain

NAME = "CSV"

_DELIMITERS = (",", ";", "\t", "|")
_COLUMN = re.compile(r"[^\W\d][\w .()%/#\[\]:'’-]{0,99}")
_LONGEST_FIELD = 2**20
_TYPE_LINE = "#TYPE"
_COMPARED = 5  # rows that must have as many cells as the header


def recognises(text: str) -> bool:
    """True for a header of property names with rows of as many cells."""
    return _delimiter(text) is not None


def read(text: str, file: str) -> Part:
    """What the table tells; raises BadFile when its columns are of no known class."""
    warnings: list[str] = []
    part = objects.read(documents(text, file, warnings), file, NAME)
    part.warnings += warnings
    return part


def documents(text: str, file: str, warnings: list[str] | None = None) -> list[Any]:
    """A row for each line after the header; rows of another length are left out and added to `warnings`. Raises BadFile."""
    day_first = localised.day_comes_first(text)
    found: list[Any] = []
    ragged: list[int] = []
    header: list[tuple[str, int]] | None = None
    type_name: str | None = None
    delimiter = _delimiter(text)
    if delimiter is None:
        raise BadFile(file, "", "not a table with delimiters", "export with `Get-VM | Export-Csv vms.csv -Encoding UTF8`")
    try:
        for line, cells in _rows(text, delimiter):
            if len(found) == printed.MOST:
                break
            if cells[0].startswith(_TYPE_LINE):  # two exports appended to one file have two headers
                type_name, header = _class_of(cells[0]), None
            elif header is None:
                header = [_column(cell) for cell in cells]
            elif len(cells) != len(header):
                ragged.append(line)
            elif [_column(cell) for cell in cells] != header:
                found += _documents(header, cells, type_name, line, day_first)
    except csv.Error as error:
        raise BadFile(file, "", f"not valid CSV ({error})", "export it again with Export-Csv") from None
    if ragged and warnings is not None:
        more = f" and {len(ragged) - 1} more" if len(ragged) > 1 else ""
        warnings.append(f"{file} line {ragged[0]}{more}: left out, for the row has another number of cells than the header")
    return found


def _column(cell: str) -> tuple[str, int]:
    return printed.name_and_factor(cell.strip()[:200])


def _documents(header: list[tuple[str, int]], cells: list[str], type_name: str | None, line: int, day_first: bool | None) -> list[Any]:
    keys = {key: cell for (name, _), cell in zip(header, cells, strict=True) if (key := systeminfo.key_of(name))}
    told = {key: (line, re.split(r",(?=\[\d+\])", cell)) for key, cell in keys.items()}
    if len(told) >= 3 and (rows := systeminfo.rows(told, day_first)):  # systeminfo /fo csv
        return rows
    values = {name: printed.value(name, cell, factor, day_first) for (name, factor), cell in zip(header, cells, strict=True) if name}
    return [{**values, TYPE: type_name, AT: f"line {line}"}]


def _class_of(line: str) -> str | None:
    """`#TYPE Selected.Microsoft.HyperV.PowerShell.VirtualMachine` → the class."""
    name = line.removeprefix(_TYPE_LINE).strip()
    kind = classes.named(name) or classes.BY_HINT.get(plain(re.split(r"[./\\]", name)[-1]))
    return kind.name if kind else None


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not empty with the number of its first line."""
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield before + 1, cells
        before = reader.line_num


def _delimiter(text: str) -> str | None:
    """The delimiter of a table; None for a text that is none."""
    start = text.lstrip("\ufeff\r\n\t ")[: 4 * _LONGEST_FIELD]
    for delimiter in _DELIMITERS:
        rows: list[list[str]] = []
        typed = False
        try:
            for _, cells in _rows(start, delimiter):
                if cells[0].startswith(_TYPE_LINE):
                    typed = True
                else:
                    rows.append(cells)
                if len(rows) > _COMPARED:
                    break
        except csv.Error:
            continue
        if rows and _is_table(rows, typed, quoted=start.startswith('"')):
            return delimiter
    return None


def _is_table(rows: list[list[str]], typed: bool, quoted: bool) -> bool:
    header = [cell.strip() for cell in rows[0]]
    if len(set(header)) != len(header) or not all(_COLUMN.fullmatch(name) for name in header):
        return False
    if typed:
        return True
    same = len(rows) > 1 and all(len(row) == len(header) for row in rows[1:_COMPARED])
    known = classes.classify(frozenset(plain(printed.name_and_factor(name)[0]) for name in header)) is not None
    return len(header) > 1 and (known or (same and (quoted or len(header) > 2)))
