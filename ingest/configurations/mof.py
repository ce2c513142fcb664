"""Instances in Managed Object Format (DSP0004): `instance of Msvm_ComputerSystem { Name = "…"; };`.

Only instances are read; classes, qualifiers and compiler directives are passed over, and so are references by alias (`$name`).
"""

from __future__ import annotations

import re
from typing import Any

from ingest.configurations import objects
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE
from ingest.configurations.text import MAX_DEPTH

NAME = "instances in MOF"
_START = re.compile(r"^[ \t]*instance[ \t\r\n]+of[ \t\r\n]+\w+", re.M | re.I)
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|\#pragma[^\n]*|/\*(?:[^*]++|\*(?!/))*+\*/)
    |"(?P<string>(?:[^"\\]++|\\.)*+)"
    |(?P<mark>[{}=;,\[\]()])
    |(?P<word>(?!/\*)[^\s{}=;,"\[\]()]+)""",
    re.X | re.S,
)
_NODE = re.compile(r"^@TargetNode='([^'\n]{1,255})'", re.M)  # in the comment at the top of a compiled DSC configuration
_MOST_TOKENS = 3_000_000
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_REMEDY = "pass the MOF text as the tool wrote it, complete and unchanged"


def recognises(text: str) -> bool:
    """True for text in which a line begins with `instance of`."""
    return _START.search(text) is not None


def read(text: str, file: str) -> Part:
    """The inventory of the instances; raises BadFile."""
    from ingest.configurations import cim_xml, dsc

    found = documents(text, file)
    if "OMI_ConfigurationDocument" in text and (declared := dsc.of_instances(found, _NODE.search(text), file)):
        return declared
    return objects.read(cim_xml.with_embedded(found), file, "MOF")


def documents(text: str, file: str) -> list[dict[str, Any]]:
    """The instances as plain data, with the class in `@type` and the line in `@at`; raises BadFile."""
    return _Parser(text, file).instances()


class _Parser:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.tokens = self._tokens()
        self.position = 0

    def _tokens(self) -> list[tuple[str, str, int]]:
        """Kind (string, mark, word), text and line of every token."""
        found = []
        position, line = 0, 1
        while position < len(self.text):
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise BadFile(self.file, f"line {line}", "a text or comment in the MOF that does not end", _REMEDY)
            kind = match.lastgroup or ""
            if kind != "space":
                found.append((kind, match[kind], line))
            if len(found) > _MOST_TOKENS:
                raise BadFile(self.file, f"line {line}", f"MOF of more than {_MOST_TOKENS} words", "split the export, one file per host")
            line += match[0].count("\n")
            position = match.end()
        return found

    def instances(self) -> list[dict[str, Any]]:
        found = []
        while self.position < len(self.tokens):
            if self._is_instance():
                found.append(self._instance(0))
            else:
                self.position += 1
        return found

    def _peek(self, offset: int = 0) -> tuple[str, str, int]:
        index = self.position + offset
        return self.tokens[index] if index < len(self.tokens) else ("end", "", self.tokens[-1][2] if self.tokens else 1)

    def _is_instance(self) -> bool:
        return [self._peek(n)[0] for n in range(3)] == ["word"] * 3 and [self._peek(n)[1].lower() for n in range(2)] == ["instance", "of"]

    def _expect(self, mark: str) -> None:
        kind, text, line = self._peek()
        if kind != "mark" or text != mark:
            raise BadFile(self.file, f"line {line}", f"{mark!r} expected in the MOF, not {text[:40]!r}", _REMEDY)
        self.position += 1

    def _instance(self, depth: int) -> dict[str, Any]:
        if depth > MAX_DEPTH:
            raise BadFile(self.file, f"line {self._peek()[2]}", f"nested more than {MAX_DEPTH} levels deep", _REMEDY)
        _, name, line = self._peek(2)
        self.position += 3
        found: dict[str, Any] = {TYPE: name, AT: f"line {line}"}
        if self._peek()[1].lower() == "as":
            self.position += 2
        self._expect("{")
        while self._peek()[1] != "}" or self._peek()[0] != "mark":
            self._qualifiers()
            kind, property, line = self._peek()
            if kind != "word":
                raise BadFile(self.file, f"line {line}", f"the name of a property expected in the MOF, not {property[:40]!r}", _REMEDY)
            self.position += 1
            self._expect("=")
            found[property] = self._value(depth)
            self._expect(";")
        self.position += 1
        if self._peek()[:2] == ("mark", ";"):
            self.position += 1
        return found

    def _qualifiers(self) -> None:
        if self._peek()[:2] == ("mark", "["):
            while self._peek()[0] != "end" and self._peek()[:2] != ("mark", "]"):
                self.position += 1
            self._expect("]")

    def _value(self, depth: int) -> Any:
        if self._is_instance():
            return self._instance(depth + 1)
        kind, text, line = self._peek()
        self.position += 1
        if kind == "string":
            parts = [text]
            while self._peek()[0] == "string":  # texts side by side are one
                parts.append(self._peek()[1])
                self.position += 1
            return re.sub(r"\\(x[0-9A-Fa-f]{1,4}|.)", _unescaped, "".join(parts), flags=re.S)
        if kind == "mark" and text == "{":
            if depth > MAX_DEPTH:
                raise BadFile(self.file, f"line {line}", f"nested more than {MAX_DEPTH} levels deep", _REMEDY)
            items = []
            while self._peek()[:2] != ("mark", "}"):
                if items:
                    self._expect(",")
                items.append(self._value(depth + 1))
            self.position += 1
            return items
        if kind != "word":
            raise BadFile(self.file, f"line {line}", f"a value expected in the MOF, not {text[:40]!r}", _REMEDY)
        lowered = text.lower()
        if lowered in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[lowered]
        if re.fullmatch(r"[+-]?\d{1,20}", text):
            return int(text)
        return None if text.startswith("$") else text


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    return chr(int(escape[1:], 16)) if len(escape) > 1 else _ESCAPES.get(escape, escape)
