"""Export-Csv with commas, semicolons and tabs."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations import delimited, plain_text
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins

ROWS = [
    {
        "VMName": "Ewer",
        "Name": "Ewer",
        "State": "Running",
        "ProcessorCount": "4",
        "MemoryStartup": "1073741824",
        "DynamicMemoryEnabled": "False",
        "Notes": 'zwei\nZeilen; mit "Anführung", und Komma',
        "Path": "D:\\VMs\\Ewer",
        "CreationTime": "23.05.2024 09:29:29",
    },
    {
        "VMName": "Möwe",
        "Name": "Möwe",
        "State": "Off",
        "ProcessorCount": "2",
        "MemoryStartup": "536870912",
        "DynamicMemoryEnabled": "True",
        "Notes": "",
        "Path": "D:\\VMs\\Möwe",
        "CreationTime": "24.05.2024 09:29:29",
    },
]


def written(rows: list[dict[str, str]], delimiter: str = ",", quoting: Any = csv.QUOTE_ALL, ending: str = "\r\n") -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, quoting=quoting, lineterminator=ending)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def reading(*texts: str) -> Reading:
    return read_uploads([Upload(f"{number}.csv", text.encode()) for number, text in enumerate(texts)])


def data(*texts: str) -> dict[str, Any]:
    result = reading(*texts)
    assert result.left_out == []
    return to_builtins(result.inventory)


AS_JSON = [row | {"CreationTime": f"2024-05-2{day}T09:29:29"} for day, row in zip("34", ROWS, strict=True)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize("head", ["", "#TYPE Microsoft.HyperV.PowerShell.VirtualMachine\r\n", "\ufeff"])
@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_the_same_objects_in_json_and_csv_give_the_same_inventory(delimiter: str, quoting: Any, head: str, ending: str):
    assert data(head + written(ROWS, delimiter, quoting, ending)) == data(json.dumps(AS_JSON))


def test_lines_are_told_even_after_quoted_newlines():
    (ewer, gull) = reading(written(ROWS)).inventory.vms or []
    assert [str(vm.where("state")) for vm in (ewer, gull)] == ["0.csv line 2 State", "0.csv line 4 State"]


def test_the_type_line_tells_the_class_where_the_columns_do_not():
    text = '#TYPE Microsoft.FailoverClusters.PowerShell.ClusterNode\r\n"Name","State"\r\n"kai1","Up"\r\n'
    assert data(text) == {"cluster": {"nodes": [{"name": "kai1", "state": "Up"}]}}


def test_two_exports_in_one_file():
    text = '#TYPE Microsoft.FailoverClusters.PowerShell.ClusterNode\r\n"Name","State"\r\n"kai1","Up"\r\n'
    text += '#TYPE Microsoft.FailoverClusters.PowerShell.ClusterNetwork\r\n"Name","Role"\r\n"LAN","ClusterAndClient"\r\n'
    assert data(text) == {
        "cluster": {"nodes": [{"name": "kai1", "state": "Up"}], "networks": [{"name": "LAN", "role": "cluster_and_client"}]}
    }


@pytest.mark.parametrize(
    "cell",
    [
        "System.Object[]",
        "System.String[]",
        "Microsoft.HyperV.PowerShell.HardDiskDrive[]",
        "System.Collections.Generic.List`1[System.Int32]",
    ],
)
def test_types_in_place_of_values_are_not_known(cell: str):
    text = f'"Name","SwitchType","NetAdapterInterfaceDescriptions"\n"LAN","External","{cell}"\n'
    result = reading(text)
    assert to_builtins(result.inventory) == {"hosts": [{"switches": [{"name": "LAN", "type": "external"}]}]}
    assert any("NetAdapterInterfaceDescriptions: not known" in warning for warning in result.warnings)


def test_rows_of_another_length_are_left_out_and_reported():
    result = reading("Name,State,ProcessorCount\nEwer,Off,2\nMöwe,Off\nKutter,Off,4\n")
    assert [vm.name for vm in result.inventory.vms or []] == ["Ewer", "Kutter"]
    assert any("0.csv line 3: left out" in warning for warning in result.warnings)


def test_units_in_the_header():
    rows = [{"VMName": "Ewer", "Path": "D:\\a.vhdx", "VhdType": "Dynamic", "Size(GB)": "1,5", "FileSize (MB)": "512"}]
    disks = [{"VMName": "Ewer", "ControllerType": "SCSI", "ControllerNumber": "0", "ControllerLocation": "0", "Path": "D:\\a.vhdx"}]
    (disk,) = data(written(rows, ";"), written(disks))["vms"][0]["disks"]
    assert (disk["size"], disk["file_size"], disk["type"]) == (3 * 2**29, 2**29, "dynamic")


@pytest.mark.parametrize(
    "text",
    [
        "Sehr geehrte Damen und Herren, hier die Liste\nEwer, Möwe\nund mehr\n",
        "Name,Name\na,b\n",
        "1,2,3\n4,5,6\n",
        '"Name","ProcessorCount"\n"Ewer,2\n' + '"' * 3,
    ],
)
def test_other_texts_are_no_tables(text: str):
    (out,) = reading(text).left_out
    assert out.remedy


@given(st.text() | st.text(st.sampled_from('"#TYPE,;\t\r\nName0')))
def test_any_text_gives_a_part_or_is_refused(text: str):
    for read in (plain_text.read, delimited.read):
        with contextlib.suppress(BadFile):
            assert isinstance(read(text, "x.csv"), Part)


@given(st.integers(0, 10**6), st.integers(0, 30), st.text(max_size=10), st.sampled_from([",", ";", "\t"]))
def test_any_damage_to_a_table_gives_a_part_or_is_refused(at: int, length: int, new: str, delimiter: str):
    text = written(ROWS, delimiter)
    at %= len(text)
    with contextlib.suppress(BadFile):
        assert isinstance(delimited.read(text[:at] + new + text[at + length :], "x.csv"), Part)
