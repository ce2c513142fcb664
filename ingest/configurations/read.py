"""Reading configuration: files and folders, or files given by name and content, into one inventory.

Every file is recognised by what is in it. A file that cannot be read is left out with the reason and never stops the
others.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from ingest.configurations import archive, export, lotse_yaml, objects, terraform
from ingest.configurations.merge import merge
from ingest.configurations.parts import BadFile, LeftOut, Part
from ingest.configurations.text import decode, parse_json
from kb.inventory import Inventory

__all__ = ["LIMIT", "BadFile", "LeftOut", "Reading", "Upload", "read_paths", "read_uploads"]

LIMIT = 50 * 2**20  # bytes a file


class Upload(Struct):
    """A file given by name and content."""

    name: str
    content: bytes


class Reading(Struct):
    """What was read: the inventory, the files it came from, what contradicted, and the files left out."""

    inventory: Inventory
    files: list[str]
    warnings: list[str]
    left_out: list[LeftOut]


def read_paths(paths: Iterable[Path], limit: int = LIMIT) -> Reading:
    """Read files, and folders with everything below them in order of name; hidden files are passed over."""
    return _read(_open(paths), limit)


def read_uploads(uploads: Iterable[Upload], limit: int = LIMIT) -> Reading:
    """Read files given by name and content."""
    return _read(((upload.name, lambda limit, upload=upload: upload.content) for upload in uploads), limit)


Source = tuple[str, Callable[[int], bytes]]  # a name, and what gives at most so many bytes and one more


def _read(sources: Iterable[Source], limit: int) -> Reading:
    parts: list[Part] = []
    files: list[str] = []
    left_out: list[LeftOut] = []
    for name, content in _unpacked(sources, limit, left_out):
        try:
            parts.append(_part(name, content(limit), limit))
            files.append(name)
        except BadFile as bad:
            left_out.append(bad.record())
        except RecursionError:  # the caller may have left little room
            left_out.append(LeftOut(name, "", "nested too deep", "export with `Get-VM | ConvertTo-Json -Depth 4`"))
    inventory, warnings = merge(parts)
    return Reading(inventory, files, warnings, left_out)


def _unpacked(sources: Iterable[Source], limit: int, left_out: list[LeftOut]) -> Iterator[Source]:
    """The sources, with the members of an archive in its place."""
    for name, content in sources:
        try:
            read = content(limit)
            if len(read) <= limit and archive.recognises(read):
                yield from archive.members(name, read, limit)
            else:
                yield name, lambda limit, read=read: read
        except BadFile as bad:
            left_out.append(bad.record())


# --- finding files ----------------------------------------------------------------------------------------------------


def _open(paths: Iterable[Path]) -> Iterator[Source]:
    seen: set[str] = set()
    for path in paths:
        for file in _files(Path(path)):
            try:
                real = os.path.realpath(file)
            except ValueError:  # a NUL in the name, which `_content` refuses
                real = str(file)
            if real not in seen:
                seen.add(real)
                yield str(file), lambda limit, file=file: _content(file, limit)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    found = False
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            found = True
            yield Path(folder, name)
    if not found:
        yield path  # which `_content` refuses


def _content(path: Path, limit: int) -> bytes:
    """The bytes of a regular file, one more than `limit` at most; raises BadFile."""
    name = str(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise BadFile(name, "", "a folder without files", "pass the folder that holds the exported files")
        if not stat.S_ISREG(mode):
            raise BadFile(name, "", "not a regular file", "pass a file or a folder")
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        raise BadFile(name, "", "no such file or folder", "check the path") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadFile(name, "", f"cannot be read ({reason})", "check the path and its permissions") from None


# --- recognising formats ----------------------------------------------------------------------------------------------

_EXPORT = "`Get-VM | ConvertTo-Json -Depth 4 | Set-Content vms.json -Encoding UTF8`"
_REMOTE_PROMPT = re.compile(r"\s*\[[^\]\s]{1,255}\]: PS ")  # what was copied from a remote session begins like JSON
_UNPACK = "unpack it and pass the files in it, or pack them as ZIP"
_NO_XML = re.compile(r"\s*<[<#]")  # a section of Checkmk, a comment of PowerShell
_NO_JSON = re.compile(r"\s*\[[A-Z]")  # an attribute of PowerShell
_FOLDED = re.compile(r"\s*[-+]\s*<")  # XML that was copied out of a browser
_VMCX = b"\x14\x20\x28\x01"
_BINARY = (
    (_VMCX, "a binary VM configuration (.vmcx or .vmrs, Windows Server 2016 and later)", f"export the VM instead with {_EXPORT}"),
    (b"vhdxfile", "a virtual disk", "pass the configuration of the VM, not its disks"),
    (b"conectix", "a virtual disk", "pass the configuration of the VM, not its disks"),
    (b"MSCF", "a cabinet file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"ElfFile\0", "an event log", "pass exports of the configuration, such as `Get-VM | ConvertTo-Json -Depth 4`"),
)


def _part(name: str, content: bytes, limit: int) -> Part:
    """The part of the inventory in a file; raises BadFile."""
    if len(content) > limit:
        raise BadFile(name, "", f"larger than {limit / 2**20:g} MB", "split the export, for example one file per host")
    for magic, what, remedy in _BINARY:
        if content.startswith(magic):
            raise BadFile(name, "", what, remedy)
    text = decode(content)
    start = text.lstrip()[:1]
    if not start:
        raise BadFile(
            name, "", "empty, as ConvertTo-Json leaves it when there is nothing to print", "check that the command printed something"
        )
    if "\0" in text:
        raise BadFile(name, "", "a binary file of unknown format", f"export with {_EXPORT}")
    if (start == "<" and not _NO_XML.match(text)) or _FOLDED.match(text):
        from ingest.configurations import xml

        return xml.read(text.lstrip(), name)
    if start in "[{" and not _REMOTE_PROMPT.match(text) and not _NO_JSON.match(text):
        if export.recognises(text):
            return export.read(text, name)
        documents = parse_json(text, name)
        if len(documents) == 1 and export.recognises_json(documents[0]):
            return export.read_json(documents[0], name)
        if len(documents) == 1 and lotse_yaml.recognises_json(documents[0]):
            return lotse_yaml.read_json(documents[0], name)
        if len(documents) == 1 and terraform.recognises_json(documents[0]):
            return terraform.read_json(documents[0], name)
        return objects.read(documents, name)
    if lotse_yaml.recognises(text):
        return lotse_yaml.read(text, name)
    from ingest.configurations import plain_text

    return plain_text.read(text, name)
