"""What people copy from a console, or redirect into a file: commands with what they printed, lists and tables in any order.

A prompt begins a new section; its command tells the class of the objects below it where they do not tell it themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.configurations import classes, format_list, format_table, localised, objects, printed, systeminfo, views
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE, Cut, plain
from ingest.configurations.text import parse_json

NAME = "lists and tables of PowerShell, systeminfo"

_LONGEST_COMMAND = 2_000
_LONGEST_LINE = 100_000  # in which tabs count

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])|[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\ufeff]")
_PROMPT = re.compile(r"(?:\[(?P<host>[^\]\s]{1,255})\]: ?)?(?:PS(?: [^<>|\"*?]{0,300})?>|[A-Za-z]:\\[^<>|\"*?:]{0,300}>)(?P<command>.*)")
_MORE = re.compile(r">> ?(?P<command>.*)")
_HEADING = re.compile(r"(?:#+|>)\s+(?P<command>Get-\w.*)")
_BARE = re.compile(r"(?:\$\w+\s*=\s*)?\(?(?:Get|Add|Compare|Test|New|Set|Invoke|Import|Measure|Resolve)-[A-Z]\w+(?=$|[ \t|)]).*")
_MACHINE = re.compile(r"(?:Machine|Computer)\s*: (?P<host>[\w.-]{1,255}) \(Microsoft Windows NT [\d.]+\)")
_ON = re.compile(r"-(?:ComputerName|CN)\s+['\"]?([\w.-]{1,255})['\"]?(?=[\s|)]|$)", re.I)
_CONTEXT = re.compile(r" {2,}(?P<name>[^\W\d][\w ]{0,60}) ?: (?P<value>\S.*)")  # of a group, above its table
_FOLDER: dict[str, str] = dict.fromkeys(("directory", "verzeichnis", "répertoire", "ディレクトリ", "目录", "目錄"), "Directory")


@dataclass(slots=True)
class Section:
    """The lines that a command printed; `first` is the number of the first of them, `host` where the command ran."""

    command: str = ""
    host: str | None = None
    first: int = 1
    lines: list[str] = field(default_factory=list)


def recognises(text: str) -> bool:
    """True for a text with a prompt, a property in the form `Name : value`, a header over dashes, or a label of systeminfo."""
    before = ""
    for line in _lines(text):
        if not line.strip():
            before = ""
            continue
        if _PROMPT.match(line) or format_list.split(line) or systeminfo.label(line) or (before and format_table.is_dashes(line)):
            return True
        before = line
    return False


def read(text: str, file: str) -> Part:
    """What the text tells; raises BadFile when nothing in it is known."""
    reader = _Reader(localised.day_comes_first(text))
    groups = (reader.section(section) for section in _sections(_lines(text)))
    try:
        part = objects.read_groups(groups, file, NAME)
    except BadFile as bad:
        if bad.place or not reader.problems:
            raise
        problem, places = next(iter(reader.problems.items()))
        raise BadFile(file, places[0], problem, "print it with Format-List, or export it with ConvertTo-Json") from None
    for problem, places in reader.problems.items():
        more = f" (and {len(places) - 1} more like it)" if len(places) > 1 else ""
        part.warnings.append(f"{file} {places[0]}: {problem}{more}")
    return part


def _lines(text: str) -> list[str]:
    return [line.rstrip("\r").expandtabs() if len(line) <= _LONGEST_LINE else line for line in _ESCAPES.sub("", text).split("\n")]


def _sections(lines: Sequence[str]) -> Iterator[Section]:
    section = Section()
    machine: str | None = None  # where a transcript was taken, which holds for every command that names no other
    blank = True  # whether the line before was blank, where a command may stand without a prompt
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        prompt = _PROMPT.match(stripped) if ">" in stripped else None
        if header := _MACHINE.match(stripped):
            machine = header["host"]
        if prompt or _HEADING.match(stripped) or (blank and _BARE.match(stripped) and not format_list.split(line)):
            yield section
            command = prompt["command"] if prompt else stripped.lstrip("#> ")
            on = _ON.search(command[:_LONGEST_COMMAND])
            local = on and on[1].lower() in ("localhost", ".")
            host = on[1] if on and not local else prompt["host"] if prompt and prompt["host"] else None
            section = Section(command.strip()[:_LONGEST_COMMAND], host or machine, number + 1)
            blank = True
        elif not section.lines and (more := _MORE.match(stripped)):
            section.command = f"{section.command} {more['command']}"[:_LONGEST_COMMAND]
            section.first = number + 1
        elif stripped == section.command and not any(section.lines):  # an echo
            section.first = number + 1
            section.lines.clear()
        else:
            section.lines.append("" if stripped.startswith("```") else line)
            blank = not section.lines[-1].strip()
    yield section


class _Reader:
    """Turns sections into objects, each with its class where it can be told and its line; keeps what could not be made out."""

    def __init__(self, day_first: bool | None) -> None:
        self.day_first = day_first
        self.problems: dict[str, list[str]] = {}  # what is wrong, and the places

    def warn(self, line: int, problem: str) -> None:
        """Remember what could not be made out in a line."""
        self.problems.setdefault(problem, []).append(f"line {line}")

    def section(self, section: Section) -> list[Any]:
        """The objects that one command printed."""
        of_command = views.of_command(section.command)
        lines = section.lines
        if re.search(r"\bConvertTo-Json\b", section.command, re.I) and any(line.strip() for line in lines):
            try:
                return parse_json("\n".join(lines), "")
            except BadFile as bad:
                self.warn(section.first, bad.problem)
                return []
        found: list[Any] = []
        context: dict[str, Any] = {}
        at = 0
        while at < len(lines):
            if not lines[at].strip():
                at += 1
            elif table := format_table.read(lines, at):
                found += self.of_table(table, section, of_command, context)
                at = table.end
            elif systeminfo.label(lines[at]):
                records, at = systeminfo.documents(lines, at, section.first, self.day_first)
                found += records
            elif format_list.split(lines[at]):
                records, at = format_list.records(lines, at)
                found += self.of_list(records, section, of_command)
            else:
                group = _CONTEXT.fullmatch(lines[at].rstrip())
                context = {_FOLDER.get(group["name"].lower()) or re.sub(r"\s", "", group["name"]): group["value"]} if group else {}
                at += 1
        return [record for record in found if record]

    def of_list(self, records: list[list[format_list.Entry]], section: Section, of_command: str | None) -> list[Any]:
        """The objects of a list."""
        width = format_list.width_of(records)
        found: list[Any] = []
        for record in records:
            values: dict[str, Any] = {}
            for entry in record:
                name, factor = printed.name_and_factor(entry.name)
                values[name] = printed.value(name, format_list.joined(entry, width), factor, self.day_first)
            found.append(self.record(values, section, of_command, record[0].line))
        return found

    def of_table(self, table: format_table.Table, section: Section, of_command: str | None, context: dict[str, Any]) -> list[Any]:
        """The objects of a table; a table of names and values is one object."""
        for line in table.unreadable:
            self.warn(section.first + line, "left out, for its columns run into each other")
        names = [printed.name_and_factor(name) for name in table.names]
        names = [(views.completed(name) or "" if name.endswith(printed.ELLIPSES) else name, factor) for name, factor in names]
        if [plain(name) for name, _ in names] == ["name", "value"] and not views.class_of(of_command) and table.rows:
            values = {cells[0]: printed.value(cells[0], cells[1], 1, self.day_first) for _, cells in table.rows if cells[0]}
            return [self.record(values, section, of_command, table.rows[0][0])]
        found: list[Any] = []
        for line, cells in table.rows:
            values = {
                name: printed.value(name, cell, factor, self.day_first) for (name, factor), cell in zip(names, cells, strict=True) if name
            }
            found.append(self.record({**context, **values}, section, of_command, line))
        return found

    def record(self, values: dict[str, Any], section: Section, of_command: str | None, line: int) -> dict[str, Any] | None:
        """An object as the walk over objects wants it; None when the console cut off the name it would be known by."""
        kind, values = views.seen(values, of_command, section.command)
        keys = {plain(name): name for name in values}
        of_class = classes.named(kind) or classes.classify(frozenset(keys))
        known_by = ("vmname",) if of_class and of_class.owner else ("vmname", "name")  # parts count even without their name
        if any(isinstance(values.get(keys.get(name, "")), Cut) for name in known_by):
            self.warn(section.first + line, "left out, for its name is cut short")
            return None
        if section.host and not {"computername", "pscomputername"} & keys.keys():
            values["PSComputerName"] = section.host
        return {**values, TYPE: kind, AT: f"line {section.first + line}"}
