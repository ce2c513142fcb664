"""ZIP archives: read like a folder, within bounds."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_paths, read_uploads


def vm(name: str) -> bytes:
    return json.dumps({"VMName": name, "ProcessorCount": 2}).encode()


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(content: bytes, limit: int = 2**20) -> Reading:
    return read_uploads([Upload("hafen.zip", content)], limit)


MANY = {
    "KAI02/vm.json": vm("b"),
    "KAI01/vm.json": vm("a"),
    "KAI01/": b"",
    "broken.json": b"{",
    "__MACOSX/KAI01/._vm.json": vm("no"),
    ".hidden/vm.json": vm("no"),
    "KAI01/.DS_Store": b"no",
}


def test_an_archive_reads_like_a_folder():
    reading = read(packed(MANY))
    assert reading.files == ["hafen.zip › KAI01/vm.json", "hafen.zip › KAI02/vm.json"]
    assert [v.name for v in reading.inventory.vms or []] == ["a", "b"]
    (out,) = reading.left_out
    assert str(out).startswith("hafen.zip › broken.json line 1")


def test_an_archive_in_a_folder(tmp_path: Path):
    (tmp_path / "hafen.zip").write_bytes(packed({"vm.json": vm("a")}))
    reading = read_paths([tmp_path])
    assert reading.files == [f"{tmp_path / 'hafen.zip'} › vm.json"]


def test_the_name_of_a_member_hints_at_its_class():
    reading = read(packed({"GetClusterNode.json": json.dumps([{"Name": "KAI01", "State": 0}]).encode()}))
    assert reading.inventory.cluster
    assert [node.name for node in reading.inventory.cluster.nodes or []] == ["KAI01"]


def encrypted(content: bytes) -> bytes:
    """The archive with the flag of encryption set, as a password sets it."""
    marked = bytearray(content)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.index(magic) + offset
        marked[at : at + 2] = struct.pack("<H", struct.unpack("<H", marked[at : at + 2])[0] | 1)
    return bytes(marked)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (packed({"inner.zip": packed({"vm.json": vm("a")})}), "hafen.zip › inner.zip: an archive in an archive"),
        (packed({"big.json": b" " * (2**20 + 1)}), "hafen.zip › big.json: larger than 1 MB"),
        (packed({f"{n:04}.json": b" " * 2**20 for n in range(6)}), "hafen.zip › 0004.json: left out, for the archive unpacks to more"),
        (packed({f"{n}.json": b"" for n in range(2001)}, zipfile.ZIP_STORED), "more than 2000 files"),
        (packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}), "an Office document"),
        (packed({}), "without files"),
        (packed({".hidden": b"x"}), "without files"),
        (packed({"vm.json": vm("a")})[:40], "not a usable ZIP archive"),
        (encrypted(packed({"vm.json": vm("a")})), "hafen.zip › vm.json: encrypted"),
        (b"MSCF" + bytes(50), "a cabinet file"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "a 7-Zip archive"),
        (b"ElfFile\0" + bytes(50), "an event log"),
    ],
)
def test_what_is_refused(content: bytes, says: str):
    reading = read(content)
    assert reading.files == []
    assert any(says in str(out) for out in reading.left_out)
    assert all(out.remedy for out in reading.left_out)


def test_a_bomb_unpacks_no_further_than_its_bound():
    bomb = packed({"a.json": b"0" * (8 * 2**20), "b.json": vm("b")})
    assert len(bomb) < 2**20
    reading = read(bomb)
    assert reading.files == ["hafen.zip › b.json"]
    assert "larger than 1 MB" in str(reading.left_out[0])


def test_names_that_would_break_a_line():
    reading = read(packed({"a\nb\x1b[31m.json": vm("a")}))
    assert reading.files == ["hafen.zip › a?b?[31m.json"]


@given(st.data())
def test_damaged_archives_are_read_or_left_out(draw: st.DataObject):
    damaged = bytearray(packed(MANY))
    for _ in range(draw.draw(st.integers(1, 4))):
        start = draw.draw(st.integers(4, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 20))] = draw.draw(st.binary(max_size=10))
    reading = read(bytes(damaged))
    assert reading.files or reading.left_out
    msgspec.json.encode(reading)
