"""ZIP archives: their members one by one, so that an archive is read like a folder.

How much is unpacked is bounded by what comes out, not by what the archive says of itself.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator

from ingest.configurations.convert import clean
from ingest.configurations.parts import BadFile

MAGIC = b"PK\x03\x04"
_EMPTY = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 20_000  # with folders and hidden files
_MOST_MEMBERS = 2_000
_MOST_BYTES = 4  # times the limit of one file
_NESTED = (MAGIC, _EMPTY, b"MSCF", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b")
_OFFICE = {"[Content_Types].xml"}

Member = tuple[str, Callable[[int], bytes]]  # a name, and what gives its bytes or raises BadFile


def recognises(content: bytes) -> bool:
    """True for a ZIP archive."""
    return content.startswith((MAGIC, _EMPTY))


def members(name: str, content: bytes, limit: int) -> Iterator[Member]:
    """The files in an archive in order of name, called `archive.zip › folder/file`; hidden ones are passed over.

    Raises BadFile for an archive that cannot be opened, or that holds too much; a member that cannot be read raises it itself.
    """
    if content.count(_ENTRY) > _MOST_ENTRIES:
        raise BadFile(name, "", f"a ZIP archive of more than {_MOST_ENTRIES} files", "pass the files that matter, or several archives")
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
        infos = opened.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise BadFile(name, "", f"not a usable ZIP archive ({error})", "pack the files again, or pass them unpacked") from None
    if any(info.filename in _OFFICE for info in infos):
        raise BadFile(
            name, "", "an Office document or a package, not an archive of exports", "save the table in it as CSV and pass that file"
        )
    chosen = sorted(
        (info for info in infos if info.filename and not info.is_dir() and not _hidden(info.filename)), key=lambda info: info.filename
    )
    if not chosen:
        raise BadFile(name, "", "a ZIP archive without files", "pack the folder that holds the exported files")
    if len(chosen) > _MOST_MEMBERS:
        raise BadFile(name, "", f"a ZIP archive of more than {_MOST_MEMBERS} files", "pass the files that matter, or several archives")
    left = [_MOST_BYTES * limit]
    for info in chosen:
        yield f"{name} › {_printable(info.filename)}", lambda limit, info=info: _content(name, opened, info, limit, left)


def _hidden(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return "__MACOSX" in parts or any(part.startswith(".") and part not in (".", "..") for part in parts)


def _printable(path: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in clean(path))


def _content(archive: str, opened: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int, left: list[int]) -> bytes:
    """The bytes of a member, one more than `limit` at most; `left` is how much may still come out of the archive."""
    name = f"{archive} › {_printable(info.filename)}"
    if left[0] <= 0:
        raise BadFile(name, "", "left out, for the archive unpacks to more than Lotse reads at once", "pass it in an archive of its own")
    if info.flag_bits & 0x1:
        raise BadFile(name, "", "encrypted", "pack the files without a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others take memory as they please
        raise BadFile(name, "", "packed by a method other than Deflate", "pack the files again as an ordinary ZIP archive")
    try:
        with opened.open(info) as member:
            content = member.read(min(limit, left[0]) + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise BadFile(name, "", f"cannot be unpacked ({error})", "pack the files again, or pass them unpacked") from None
    left[0] -= len(content)
    if left[0] <= 0:
        raise BadFile(name, "", "left out, for the archive unpacks to more than Lotse reads at once", "pass it in an archive of its own")
    if content.startswith(_NESTED):
        raise BadFile(name, "", "an archive in an archive", "unpack it and pass the files in it")
    return content
