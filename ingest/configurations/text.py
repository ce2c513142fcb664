"""Bytes to text, and text to JSON values, the way Windows tools write them."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from ingest.configurations.parts import BadFile

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MAX_DEPTH = 100
_MOST_OBJECTS = 3_000_000
_SPACE = re.compile(r"\s*")


def decode(content: bytes) -> str:
    """The text of a file: byte order mark, else many NUL bytes (UTF-16), else UTF-8, else Windows-1252. Never raises."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if content[:4096].count(0) * 20 > len(content[:4096]):
        even, odd = content[0:4096:2].count(0), content[1:4096:2].count(0)
        return content.decode("utf-16-le" if odd >= even else "utf-16-be", "replace")
    if content.count(0) * 200 < len(content):  # control characters that a program printed by mistake
        content = content.replace(b"\0", b"")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def parse_json(text: str, file: str) -> list[Any]:
    """The JSON documents of a text, usually one; two commands redirected into one file make two. Raises BadFile."""
    decoder = json.JSONDecoder()
    documents: list[Any] = []
    if text.count("[") + text.count("{") > _MOST_OBJECTS:
        raise BadFile(file, "", f"JSON with more than {_MOST_OBJECTS} objects and lists", "split the export, for example one file per host")
    position = _after_space(text, 0)
    while position < len(text):
        try:
            value, end = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise BadFile(
                file,
                f"line {error.lineno} column {error.colno}",
                f"not valid JSON ({error.msg[:1].lower()}{error.msg[1:]})",
                "write the file again, for example with `Get-VM | ConvertTo-Json -Depth 4`, and do not edit it by hand",
            ) from None
        except RecursionError:
            raise _too_deep(file) from None
        except ValueError as error:  # a number of thousands of digits
            raise BadFile(file, "", f"not usable JSON ({error})", "check how the file was made") from None
        documents.append(value)
        position = _after_space(text, end)
    level = list(documents)
    for _ in range(MAX_DEPTH):
        level = [
            child for value in level if isinstance(value, dict | list) for child in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return documents
    raise _too_deep(file)


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _too_deep(file: str) -> BadFile:
    return BadFile(file, "", f"nested more than {MAX_DEPTH} levels deep", "export with `ConvertTo-Json -Depth 4`")
