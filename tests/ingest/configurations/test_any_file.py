"""Whatever a file holds, it is read or left out with a reason; the other files are read, and the rules can judge what came out."""

from __future__ import annotations

import ast
import io
import json
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.growth import SHAPES, content
from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins
from kb.load import Knowledge, compile_entries
from kb.rules import engine

HERE = Path(__file__).parent
GOOD = Upload("good.json", b'[{"Name":"GOOD","Id":"00000000-0000-4000-8000-00000000900d","Generation":2,"ProcessorCount":2}]')


def _collected() -> list[bytes]:
    """The fixtures, and the long texts in the tests of the notations."""
    files = [path.read_bytes() for path in sorted((HERE / "fixtures").rglob("*")) if path.is_file()]
    for path in sorted(HERE.glob("test_*.py")):
        if path != Path(__file__):
            values = [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)]
            files += [text.encode() for text in values if isinstance(text, str) and len(text) >= 60]
    return files


FIXTURES = _collected()
KNOWLEDGE: Knowledge = compile_entries()


def holds(reading: Reading, files: int) -> None:
    """What holds for every reading of so many files, of which the last is good."""
    assert len(reading.files) + len(reading.left_out) >= files
    assert GOOD.name in reading.files
    assert any(vm.id and vm.id.endswith("900d") for vm in reading.inventory.vms or [])
    assert all(one.problem and str(one) for one in reading.left_out)
    json.dumps(to_builtins(reading.inventory), ensure_ascii=False).encode()  # nothing that no encoding can store
    "\n".join((*reading.warnings, *map(str, reading.left_out))).encode()
    assert engine.check(reading.inventory, KNOWLEDGE).summary["error"] == 0


def read(*files: bytes, name: str = "file") -> Reading:
    """The reading of files and of a good one behind them."""
    uploads = [Upload(f"{name}-{number}", file) for number, file in enumerate(files)]
    reading = read_uploads([*uploads, GOOD])
    holds(reading, len(files) + 1)
    return reading


# --- any bytes, any text, damaged files -------------------------------------------------------------------------------

STARTS = (
    '[{"Name":"A","ProcessorCount":2,"Generation":', '{"format":"lotse-inventory-export","version":1,', '{"terraform_version":"1","resources":[', '{"vms":[{',
    "vms:\n- ", "hyperv_vms:\n  - name: ", "<configuration><properties>", "<Objs>", "<Objects>", "<Report>", "<labbuilderconfig>", "<CIM>", "<Envelope ",
    "<html><table><tr>", "- <Objs>", "MIME-Version: 1.0\nContent-Type: text/html\n\n", "#TYPE Microsoft.HyperV.PowerShell.VirtualMachine\nName,State\n",
    "Name : A\n", "Name State\n---- -----\n", "PS C:\\> Get-VM\n", "[HV01]: PS C:\\> Get-VM\n", "Host Name: A\nOS Name: ", "Name=A\nState=",
    "instance of Msvm_ComputerSystem {", "Configuration C\n{\nVMHyperV a {\n", 'resource "hyperv_vhd" "a" {\n', "<<<hyperv_vms>>>\nName State Uptime Status\n",
    "<<<<A>>>>\n<<<hyperv_vm_general>>>\n", "windows_os_info{", "# dmidecode 3.3\n", "PK\x03\x04", "\x14\x20\x28\x01", "\ufeff",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32")
RUNS = tuple(
    b"\0 | |\n|\t|\"|'|\\|`|{|}|[|]|(|)|<|>|</|<!--|/*|<#|---- |: | : |=|,|;|#|$|@|&a |*a |${|$(|{{|9|...|\xc3|\xff|\xed\xa0\x80|\xc2\xb2|"
    b"\\ud800|_xD800_|\x1b[|null|NaN|1e999|-1|{}|[]|PS>|/Date(99999999999999999)/".split(b"|")
)
SIZE = st.integers(0, 2**16)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A fixture with slices lost, doubled or moved, bytes flipped, runs put in, parts of others, another encoding, or its end cut off."""
    file = draw(st.sampled_from(FIXTURES))
    for _ in range(draw(st.integers(1, 4))):
        size = len(file) + 1
        one, two = sorted((draw(SIZE) % size, draw(SIZE) % size))
        match draw(st.sampled_from(("lose", "double", "move", "flip", "run", "mix", "encode", "cut"))):
            case "lose":
                file = file[:one] + file[two:]
            case "double":
                file = file[:two] + file[one:two] * draw(st.integers(1, 3)) + file[two:]
            case "move":
                file = file[two:] + file[one:two] + file[:one]
            case "flip" if file:
                file = file[: one - 1] + bytes([draw(st.integers(0, 255))]) + file[one:]
            case "run":
                file = file[:one] + draw(st.sampled_from(RUNS)) * draw(st.sampled_from((1, 2, 200, 5_000))) + file[one:]
            case "mix":
                file = file[:one] + draw(st.sampled_from(FIXTURES))[:2_000] + file[two:]
            case "encode":
                file = file.decode("utf-8", "ignore").encode(draw(st.sampled_from(ENCODINGS)), "ignore")
            case "cut":
                file = file[:two]
    return file


@given(st.binary(max_size=2_000))
def test_any_bytes(file: bytes):
    read(file)


@given(st.sampled_from(STARTS), st.text(max_size=500), st.sampled_from(ENCODINGS))
def test_any_text_that_begins_like_a_notation(start: str, text: str, encoding: str):
    read((start + text).encode(encoding, "replace"))


@given(damaged(), damaged())
def test_damaged_files(one: bytes, other: bytes):
    read(one, other)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(("2", "x" * 40_000, "\ud800", "1-4094", "²")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("value", "Name", "Id", "@type", "@at")), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "Name",
        "VMName",
        "Id",
        "Generation",
        "ProcessorCount",
        "HardDrives",
        "NetworkAdapters",
        "Path",
        "State",
        "ComputerName",
        "QuorumResource",
        "VlanSetting",
        "AccessVlanId",
        "AllowedVlanIdList",
        "Address",
        "AddressMask",
        "Priority",
        "GroupType",
        "OwnerNode",
        "MacAddress",
        "CreationTime",
        "SharedVolumeInfo",
        "IPAddresses",
        "Memory",
        "ReplicationFrequencySec",
        "SerialNumber",
        "UniqueId",
        "ReplicationMode",
        "StateInfo",
        "DaysOfWeek",
    ]
)
CLASSES = st.sampled_from(
    [
        "VirtualMachine",
        "VMHost",
        "Cluster",
        "ClusterNode",
        "ClusterNetwork",
        "ClusterGroup",
        "ClusterResource",
        "ClusterSharedVolume",
        "VMSwitch",
        "VMNetworkAdapter",
        "VMNetworkAdapterVlan",
        "HardDiskDrive",
        "VMSnapshot",
        "MSFT_Disk",
        "MSFT_Volume",
        "Msvm_ComputerSystem",
        "VMReplication",
        "Msvm_StorageAllocationSettingData",
        "NetQosFlowControl",
        "Win32_OperatingSystem",
        "SCVirtualMachine",
        "ClusterQuorum",
        "VMComPort",
    ]
)


@given(st.lists(st.builds(lambda kind, values: {"@type": kind, **values}, CLASSES, st.dictionaries(NAMES, VALUES, max_size=6)), max_size=5))
def test_any_values_of_known_classes(rows: list[dict[str, Any]]):
    read(json.dumps(rows).encode())


# --- contradictions ---------------------------------------------------------------------------------------------------

NOTATIONS: dict[str, Callable[[int], str]] = {
    "json": lambda count: f'[{{"Name":"VM1","Generation":2,"ProcessorCount":{count}}}]',
    "csv": lambda count: f"Name,Generation,ProcessorCount\nVM1,2,{count}\n",
    "list": lambda count: f"Name           : VM1\nGeneration     : 2\nProcessorCount : {count}\n",
    "yaml": lambda count: f"vms:\n- name: VM1\n  processors: {count}\n",
    "clixml": lambda count: (
        f'<Objs><Obj><Props><S N="Name">VM1</S><I32 N="Generation">2</I32><I32 N="ProcessorCount">{count}</I32></Props></Obj></Objs>'
    ),
    "mof": lambda count: f'instance of VirtualMachine {{ Name = "VM1"; Generation = 2; ProcessorCount = {count}; }};',
}


@given(st.sampled_from(sorted(NOTATIONS)), st.sampled_from(sorted(NOTATIONS)), st.integers(1, 240), st.integers(1, 240))
def test_two_files_that_contradict_each_other(one: str, other: str, first: int, second: int):
    reading = read_uploads([Upload("one", NOTATIONS[one](first).encode()), Upload("two", NOTATIONS[other](second).encode())])
    assert reading.left_out == []
    (vm,) = reading.inventory.vms or []
    assert vm.processors == first
    about = [warning for warning in reading.warnings if "processors" in warning]
    assert len(about) == (first != second)
    assert all("one" in warning and "two" in warning and str(second) in warning for warning in about)


# --- bombs ------------------------------------------------------------------------------------------------------------


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


MB = 2**20
# What a file is → the file, and a part of the reason for which it is left out.
BOMBS: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "entities that grow": (
        lambda: '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9)) + "]><configuration>&a8;</configuration>",
        "document type",
    ),
    "an external entity": (lambda: '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><configuration>&a;</configuration>', "document type"),
    "elements in elements": (lambda: "<a>" * 50_000 + "</a>" * 50_000, "levels deep"),
    "many tags": (lambda: "<configuration>" + "<a/>" * 2_000_001 + "</configuration>", "tags"),
    "lists in lists": (lambda: "[" * 50_000 + "]" * 50_000, "levels deep"),
    "lists in lists that end too early for the parser": (lambda: "[" * 500 + "]" * 500, "levels deep"),
    "many objects": (lambda: "[" + '{"a":1},' * 200_001 + "{}]", "more than 200000 objects"),
    "many empty lists": (lambda: "[" + "[]," * 3_000_001 + "[]]", "objects and lists"),
    "a number of many digits": (lambda: '{"Name":"A","ProcessorCount":' + "9" * 10_000 + "}", "digits"),
    "ranges of numbers": (
        lambda: json.dumps([{"VMName": f"A{n}", "OperationMode": "Trunk", "AccessVlanId": 1, "AllowedVlanIdListString": f"{n}-99999999"} for n in range(1_300)]),
        "numbers and texts in lists",
    ),
    "aliases that grow": (
        lambda: "vms:\n- &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)),
        "aliases",
    ),
    "an alias inside itself": (lambda: "vms: &a\n- *a\n", "levels deep"),
    "aliases of a long text": (lambda: f"taken: &a {'ä' * MB}\nvms:\n" + "- *a\n" * 10_000, "aliases"),
    "aliases of a long text in a playbook": (lambda: f"x: &a {'ä' * MB}\nhyperv_vms:\n" + "  - *a\n" * 10_000, "aliases"),
    "YAML in brackets": (lambda: "vms: " + "[" * 10_000, "levels deep"),
    "YAML in dashes": (lambda: "vms:\n" + "- " * 10_000 + "a\n", "levels deep"),
    "YAML of directives": (lambda: "%TAG !a! b\n" * 200 + "---\nvms:\n- name: A\n", "begin with %"),
    "YAML of questions": (lambda: "vms:\n" + "?\n" * 300_000, "lines or items"),
    "references in references": (
        lambda: (
            '<Objs><Obj RefId="0"><LST><S>x</S></LST></Obj>'
            + "".join(f'<Obj RefId="{n}"><LST>' + f'<Ref RefId="{n - 1}"/>' * 10 + "</LST></Obj>" for n in range(1, 9))
            + "</Objs>"
        ),
        "with its references",
    ),
    "references to a long text": (
        lambda: f'<Objs><Obj RefId="1"><ToString>{"ä" * MB}</ToString></Obj>' + '<Obj><MS><Ref N="Name" RefId="1"/></MS></Obj>' * 200 + "</Objs>",
        "with its references",
    ),
    "a list in MOF that does not end": (lambda: "instance of A { B = " + "{" * 50_000, "levels deep"),
    "a text in MOF that does not end": (lambda: 'instance of A { B = "' + "x" * MB, "does not end"),
    "a DSC configuration of blocks without an end": (lambda: "Configuration C\n{\nImport-DscResource -ModuleName HyperVDsc\n" + "Cluster a{ " * 20_000, "without a block"),
    "a DSC configuration of many nodes": (lambda: "Configuration C\n{\nImport-DscResource -ModuleName HyperVDsc\n" + "Node,\n" * 20_000, "without a block"),
    "a Terraform configuration of blocks in blocks": (lambda: 'resource "hyperv_vhd" "a" {\n' + "a {\n" * 1_000, "levels deep"),
    "messages in messages": (lambda: "MIME-Version: 1.0\nContent-Type: multipart/related\n\n" + 'Content-Type: multipart/related; boundary="a"\n\n--a\n' * 1_000, "parts with parts"),
    "many lines": (lambda: "x\n" * 2_000_001, "lines"),
    "one line of 40 MB": (lambda: "x" * (40 * MB), "unknown format"),
    "one line of 40 MB of blanks": (lambda: "x" + " " * (40 * MB) + "x", "unknown format"),
    "an archive of zeros": (lambda: packed(("a.json", bytes(60 * MB))), "larger than 50 MB"),
    "an archive in an archive": (lambda: packed(("a.zip", packed(("b.zip", packed(("c.json", b"{}")))))), "archive in an archive"),
    "an archive of many files": (lambda: packed(*((f"{n}.json", b"") for n in range(2_001)), method=zipfile.ZIP_STORED), "more than 2000 files"),
    "an archive of very many entries": (lambda: packed(("a.json", b"{}")) + b"PK\x01\x02" * 20_001, "more than 20000 files"),
    "an archive packed by another method": (lambda: packed(("a.json", b"{}"), method=zipfile.ZIP_LZMA), "method"),
    "an archive that lies about its sizes": (lambda: _lying(packed(("a.json", bytes(MB)))), "unpack"),
}  # fmt: skip


@given(
    st.sampled_from((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA)),
    st.lists(st.tuples(SIZE, st.integers(0, 255)), max_size=8),
)
def test_damaged_archives(method: int, flips: list[tuple[int, int]]):
    archive = bytearray(packed(("a/b.json", GOOD.content), ("ü.txt", b"Name : A\n" * 20), method=method))
    for at, value in flips:
        archive[at % len(archive)] = value
    reading = read_uploads([Upload("a.zip", bytes(archive)), GOOD])
    assert GOOD.name in reading.files


def test_an_archive_with_a_file_without_a_name():
    archive = packed(("a", b"x"), ("b.json", GOOD.content))
    at = archive.index(b"PK\x01\x02")  # its entry in the directory: the length of the name, then the name
    archive = archive[: at + 28] + b"\0\0" + archive[at + 30 : at + 46] + archive[at + 47 :]
    end = archive.index(b"PK\x05\x06")
    size, start = struct.unpack("<II", archive[end + 12 : end + 20])
    archive = archive[: end + 12] + struct.pack("<II", size - 1, start) + archive[end + 20 :]
    reading = read_uploads([Upload("a.zip", archive), GOOD])
    assert reading.left_out == []
    assert [name.rpartition(" ")[2] for name in reading.files] == ["b.json", GOOD.name]


def _lying(archive: bytes) -> bytes:
    """An archive that says 1 of the size of its only file."""
    at = archive.index(b"PK\x01\x02")
    return archive[: at + 24] + struct.pack("<I", 1) + archive[at + 28 :]


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_left_out_and_the_file_beside_them_is_read(name: str):
    make, reason = BOMBS[name]
    made = make()
    reading = read_uploads([Upload("bomb", made.encode() if isinstance(made, str) else made), GOOD])
    assert reading.files == [GOOD.name]
    assert reason in str(reading.left_out[0])
    assert len(str(reading.left_out[0])) < 2_000


def test_what_an_archive_unpacks_to_is_bounded_as_a_whole():
    archive = packed(*((f"{n}.txt", b"Name : A\n" * 2_000) for n in range(10)))
    reading = read_uploads([Upload("a.zip", archive), GOOD], limit=20_000)
    assert sum("unpacks to more" in one.problem for one in reading.left_out) >= 5
    assert GOOD.name in reading.files


def test_a_reader_with_little_room_on_the_stack_leaves_the_file_out():
    deep = ('{"a":' * 90 + "[]" + "}" * 90).encode()

    def called_from(depth: int) -> Reading:
        return called_from(depth - 1) if depth else read_uploads([Upload("deep.json", deep), GOOD])

    frames, frame = 0, sys._getframe()
    while frame:
        frames, frame = frames + 1, frame.f_back
    reading = called_from(sys.getrecursionlimit() - frames - 130)
    assert reading.files == [GOOD.name]


# --- work grows with the size of the file, and no faster --------------------------------------------------------------


def work(file: bytes) -> int:
    """How many lines of Python reading a file takes."""
    lines = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read_uploads([Upload("file", file)])
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_size_is_twice_the_work(name: str):
    small, large = content(SHAPES[name], 6_000), content(SHAPES[name], 12_000)
    read(large)  # also fills the caches
    assert work(large) <= 2.4 * work(small) + 2_000


def test_files_that_tell_of_the_same_objects_are_merged_in_one_pass():
    def uploads(count: int) -> list[Upload]:
        rows = [
            [{"VMName": "A", "Path": f"{n}.vhdx", "ControllerType": 1}, {"VMName": "A", "Name": f"n{n}", "IsLegacy": False}]
            for n in range(count)
        ]
        return [Upload(f"{n}.json", json.dumps(row).encode()) for n, row in enumerate(rows)]

    def merging(count: int) -> int:
        lines = 0

        def trace(frame: FrameType, event: str, arg: object) -> Any:
            nonlocal lines
            lines += event == "line" and frame.f_code.co_filename.endswith("merge.py")
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            read_uploads(uploads(count))
        finally:
            sys.settrace(before)
        return lines

    merging(20)
    assert merging(80) <= 2.4 * merging(40)
