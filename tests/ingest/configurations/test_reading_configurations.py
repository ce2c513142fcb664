"""Finding, recognising and refusing files: one bad file never stops the others, and nothing is ever raised."""

from __future__ import annotations

import codecs
import json
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_paths, read_uploads
from ingest.configurations.text import decode

FIXTURES = Path(__file__).parent / "fixtures"
VM = {"Name": "Möwe €", "ProcessorCount": 2}
GOOD = Upload("good.json", json.dumps(VM).encode())


def refused(content: bytes, name: str = "vm.json", limit: int = 2**20) -> str:
    """What is said about a bad file, between two good ones."""
    reading = read_uploads([GOOD, Upload(name, content), Upload("also.json", b'{"Name": "b", "ProcessorCount": 1}')], limit)
    assert reading.files == ["good.json", "also.json"]
    assert [vm.name for vm in reading.inventory.vms or []] == ["Möwe €", "b"]
    (out,) = reading.left_out
    assert out.remedy
    assert "\n" not in str(out)
    return str(out)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vm.json: empty"),
        (b" \r\n\t", "empty"),
        (codecs.BOM_UTF16_LE, "empty"),
        (b'[\n  {"Name": "a",\n   "x" 1}\n]', "vm.json line 3 column 8: not valid JSON (expecting ':' delimiter)"),
        (b'[{"Name": "a", "ProcessorCount": 2', "not valid JSON"),
        (b"[" * 5000 + b"]" * 5000, "nested more than 100 levels deep"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested more than 100 levels deep"),
        (b"[" * 500_000, "nested more than 100 levels deep"),
        (b"[" + b"9" * 10_000 + b"]", "not usable JSON"),
        (b"\x14\x20\x28\x01" + bytes(2000), "Get-VM | ConvertTo-Json -Depth 4"),
        (b"PK\x03\x04" + bytes(100), "ZIP"),
        (b"vhdxfile" + bytes(100), "virtual disk"),
        (bytes(range(256)) * 20, "unknown format"),
        (b"Moewe is running, and so is Ewer\n", "unknown format (tried VM configuration XML, JSON"),
        (b"[1, 2, 3]", "none of its objects"),
        (b"[]", "none of its objects"),
        (b"{}" + b" " * 2**20, "larger than 1 MB"),
    ],
)
def test_bad_files_are_left_out_with_place_reason_and_remedy(content: bytes, says: str):
    assert says in refused(content)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("cp1252", b""),
    ],
)
def test_every_encoding_windows_tools_write(encoding: str, mark: bytes):
    text = json.dumps(VM, ensure_ascii=False)
    assert decode(mark + text.encode(encoding)) == text
    reading = read_uploads([Upload("vm.json", mark + text.encode(encoding))])
    assert [vm.name for vm in reading.inventory.vms or []] == ["Möwe €"]


def test_the_wrong_name_does_not_matter():
    renamed = Upload("notes.txt", (FIXTURES / "vm-generation1.xml").read_bytes())
    assert [vm.name for vm in read_uploads([renamed]).inventory.vms or []] == ["Möwe"]


def test_folders_are_read_in_order_and_hidden_files_passed_over(tmp_path: Path):
    for name in ("b/vm.json", "a.json", ".hidden/x.json", ".secret.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"Name": name, "ProcessorCount": 1}))
    reading = read_paths([tmp_path, tmp_path / "a.json"])
    assert reading.files == [str(tmp_path / "a.json"), str(tmp_path / "b" / "vm.json")]
    assert reading.left_out == []


def test_paths_that_cannot_be_read(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".only-hidden").write_text("x")
    (tmp_path / "good.json").write_bytes(GOOD.content)
    reading = read_paths([tmp_path / "absent.json", tmp_path / "empty", tmp_path / "good.json", Path("nul\0byte")])
    assert reading.files == [str(tmp_path / "good.json")]
    assert ["no such file" in reading.left_out[0].problem, "a folder without files" in reading.left_out[1].problem] == [True, True]
    assert len(reading.left_out) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.json")
    reading = read_paths([tmp_path])
    assert "not a regular file" in reading.left_out[0].problem


def test_a_file_over_the_limit_is_left_out(tmp_path: Path):
    (tmp_path / "big.json").write_bytes(GOOD.content + b" " * 1000)
    assert "larger than" in str(read_paths([tmp_path], limit=1000).left_out[0])
    assert read_paths([tmp_path], limit=2000).left_out == []


def test_no_files_make_an_empty_inventory():
    assert read_uploads([]) == Reading(read_uploads([]).inventory, [], [], [])


SEEDS = [path.read_bytes() for path in sorted(FIXTURES.rglob("*")) if path.is_file()]
PROPERTIES = (
    "Name Id VMName VMId ComputerName State ProcessorCount Generation HardDrives Path ControllerType ControllerLocation ControllerNumber",
    "DiskNumber SwitchType SwitchName MacAddress SharedVolumeInfo Partition NodeWeight Role Metric Address AddressMask GroupType",
    "QuorumResource ResourceType Version CSName OperatingSystemSKU Caption ExclusionPath SnapshotType CreationTime Enabled Cluster",
    "PrimaryOperationalStatus BootOrder SecureBoot StartupOrder Device Drives FullName StateInfo VolumeFriendlyName VhdType Size Startup",
    "Minimum LogicalProcessorCount VMs value Count vms hosts cluster memory disks taken",
)
names = st.sampled_from([name for line in PROPERTIES for name in line.split()]) | st.text(max_size=5)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["/Date(1)/", "40GB", "\ud800"])
json_values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=8), max_leaves=30)


def check(content: bytes, name: str) -> None:
    reading = read_uploads([Upload(name, content)], limit=2**20)
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)  # what was read can be stored and sent
    assert all("\n" not in str(out) for out in reading.left_out)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_left_out(content: bytes):
    check(content, "any")


@given(json_values)
def test_any_json_is_read_or_left_out(value):
    check(json.dumps(value).encode(), "any.json")


@given(st.sampled_from(SEEDS), st.data())
def test_damaged_files_are_read_or_left_out(seed: bytes, draw: st.DataObject):
    damaged = bytearray(seed)
    for _ in range(draw.draw(st.integers(1, 4))):
        start = draw.draw(st.integers(0, len(damaged)))
        end = min(len(damaged), start + draw.draw(st.integers(0, 40)))
        damaged[start:end] = draw.draw(st.binary(max_size=10))
    check(bytes(damaged), "damaged")


@given(st.text(st.sampled_from("vmshot:-[]{}&*!'\"|>#, \n\t01azÄ\\u"), max_size=80))
def test_any_yaml_is_read_or_left_out(text: str):
    check(b"vms:\n" + text.encode(), "any.yaml")
