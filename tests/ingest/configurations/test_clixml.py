"""CLIXML of Export-Clixml: types, enumerations, references, damaged copies, and files that want to do harm."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import Vm, to_builtins

HEAD = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
ID = "5d0c7e6a-91c4-4f0f-9a53-0c2b7d1e4f10"


def enum(kind: str, name: str, number: int, id: int) -> str:
    return (
        f'<Obj N="{kind}" RefId="{id}"><TN RefId="{id}"><T>Microsoft.HyperV.PowerShell.{kind}</T><T>System.Enum</T></TN>'
        f"<ToString>{name}</ToString><I32>{number}</I32></Obj>"
    )


DISK = (
    '<Obj RefId="20"><TN RefId="20"><T>Microsoft.HyperV.PowerShell.HardDiskDrive</T><T>System.Object</T></TN>'
    "<ToString>HardDiskDrive (Name = 'Festplatte', VMName = 'Kogge')</ToString><Props>"
    r'<S N="Path">D:\VMs\Kogge_x0020_1.vhdx</S><Nil N="DiskNumber" />'
    + enum("ControllerType", "SCSI", 1, 21)
    + '<I32 N="ControllerNumber">0'
    '</I32><I32 N="ControllerLocation">3</I32><S N="VMName">Kogge</S></Props></Obj>'
)
VM = f"""{HEAD}
  <Obj RefId="0">
    <TN RefId="0"><T>Microsoft.HyperV.PowerShell.VirtualMachine</T><T>System.Object</T></TN>
    <ToString>VirtualMachine (Name = 'Kogge') [Id = '{ID}']</ToString>
    <Props>
      <S N="Name">Kogge</S><G N="Id">{ID}</G>
      {enum("State", "Off", 3, 1)}{enum("AutomaticStopAction", "ShutDown", 4, 2)}
      <TS N="Uptime">PT0S</TS><DT N="CreationTime">2021-03-04T05:06:07.1234567+01:00</DT>
      <I64 N="ProcessorCount">2</I64><I64 N="MemoryStartup">2147483648</I64><B N="DynamicMemoryEnabled">false</B>
      <S N="Version">9.0</S><I32 N="Generation">2</I32><S N="Notes">eine Zeile_x000D__x000A_noch eine</S>
      <Obj N="HardDrives" RefId="19">
        <TN RefId="19"><T>System.Collections.Generic.List`1[[Microsoft.HyperV.PowerShell.HardDiskDrive]]</T></TN>
        <LST>{DISK}</LST>
      </Obj>
      <Obj N="NetworkAdapters" RefId="22"><TNRef RefId="19"/><LST/></Obj>
    </Props>
    <MS><S N="PSComputerName">KAI02</S></MS>
  </Obj>
  <Obj RefId="30"><TN RefId="30"><T>Microsoft.HyperV.PowerShell.VMProcessor</T></TN>
    <Props><S N="VMName">Kogge</S><G N="VMId">{ID}</G><B N="CompatibilityForMigrationEnabled">true</B><I64 N="Count">2</I64></Props></Obj>
</Objs>"""
OBJECTS = [
    {
        "Name": "Kogge", "Id": ID, "State": 3, "AutomaticStopAction": 4, "CreationTime": "2021-03-04T05:06:07+01:00", "ProcessorCount": 2,
        "MemoryStartup": 2147483648, "DynamicMemoryEnabled": False, "Version": "9.0", "Generation": 2, "Notes": "eine Zeile\r\nnoch eine",
        "HardDrives": [{"Path": r"D:\VMs\Kogge 1.vhdx", "DiskNumber": None, "ControllerType": 1, "ControllerNumber": 0,
                        "ControllerLocation": 3, "VMName": "Kogge"}],
        "NetworkAdapters": [], "PSComputerName": "KAI02",
    },
    {"VMName": "Kogge", "VMId": ID, "CompatibilityForMigrationEnabled": True, "Count": 2},
]  # fmt: skip


def read(content: str, name: str = "vms.xml") -> Reading:
    return read_uploads([Upload(name, content.encode())])


def vm_of(reading: Reading) -> Vm:
    assert reading.left_out == []
    (vm,) = reading.inventory.vms or []
    return vm


def test_it_tells_what_json_tells():
    clixml, plain = read(VM), read(json.dumps(OBJECTS))
    assert clixml.warnings == plain.warnings
    assert to_builtins(clixml.inventory) == to_builtins(plain.inventory)
    vm = vm_of(clixml)
    assert (vm.state, vm.stop_action, vm.host, vm.processor_compatibility) == ("Off", "shut_down", "KAI02", True)
    assert str(vm.at["processors"]) == "vms.xml /Objs/Obj[1]/ProcessorCount"


def test_objects_that_came_over_remoting_or_were_selected():
    for added in ("Deserialized.", "Selected.", "Selected.Deserialized."):
        text = VM.replace("<T>Microsoft.HyperV.PowerShell.Virt", f"<T>{added}Microsoft.HyperV.PowerShell.Virt")
        assert to_builtins(read(text).inventory) == to_builtins(read(VM).inventory)


def test_the_type_tells_the_class_where_the_properties_do_not():
    few = f'{HEAD}<Obj RefId="0"><TN RefId="0"><T>Microsoft.HyperV.PowerShell.VirtualMachine</T></TN><Props><S N="Name">Prahm</S></Props></Obj></Objs>'
    assert vm_of(read(few)).name == "Prahm"


def test_what_is_referred_to_is_read_where_it_stands():
    name = "ClusterSharedVolumes"
    text = (
        f'{HEAD}<Obj RefId="0"><MS><S N="Name">HAFEN</S><I32 N="DynamicQuorum">1</I32>'
        '<Obj N="Nodes" RefId="1"><LST><Obj RefId="2"><MS><S N="Name">KAI01</S><I32 N="NodeWeight">1</I32></MS></Obj></LST></Obj>'
        f'<Obj N="{name}" RefId="3"><LST/></Obj><Ref N="ClusterNodes" RefId="1"/><Ref N="Missing" RefId="99"/></MS></Obj></Objs>'
    )
    cluster = read(text).inventory.cluster
    assert cluster is not None
    assert [node.name for node in cluster.nodes or []] == ["KAI01", "KAI01"]  # both properties hold the same list


def test_an_object_in_itself_ends_there():
    text = f'{HEAD}<Obj RefId="0"><MS><S N="VMName">Prahm</S><I64 N="ProcessorCount">1</I64><Ref N="VM" RefId="0"/></MS></Obj></Objs>'
    assert vm_of(read(text)).processors == 1


def test_dictionaries_and_what_depth_cut_to_text():
    text = (
        f'{HEAD}<Obj RefId="0"><DCT><En><S N="Key">Name</S><S N="Value">Prahm</S></En><En><S N="Key">ProcessorCount</S><I32 N="Value">4</I32>'
        '</En><En><S N="Key">HardDrives</S><Obj N="Value" RefId="1"><LST><S>Microsoft.HyperV.PowerShell.HardDiskDrive</S></LST></Obj></En></DCT></Obj></Objs>'
    )
    reading = read(text)
    assert (vm_of(reading).processors, vm_of(reading).disks) == (4, None)
    assert "cut to text by -Depth" in reading.warnings[0]


def test_convertto_xml():
    def property(name: str, value: Any) -> str:
        return f'<Property Name="{name}" Type="System.String">{escape(str(value))}</Property>'

    inner = "".join(property(name, value) for name, value in (("Name", "Prahm"), ("ProcessorCount", 8), ("State", "Running")))
    text = f'<?xml version="1.0" encoding="utf-8"?><Objects><Object Type="Microsoft.HyperV.PowerShell.VirtualMachine">{inner}</Object></Objects>'
    assert (vm_of(read(text)).name, vm_of(read(text)).processors, vm_of(read(text)).state) == ("Prahm", 8, "Running")


# --- damaged copies ---------------------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """As a browser shows it: a sign before what can be folded, and blank lines."""
    return text.replace("><", ">\n\n<").replace("<Obj ", "-<Obj ").replace("<Props>", "-<Props>").replace("<Objs ", "-<Objs ")


@pytest.mark.parametrize("head", ['<?xml version="1.0"?>\n', ""])
def test_a_copy_out_of_a_browser(head: str):
    reading = read(head + folded(VM))
    assert to_builtins(reading.inventory) == to_builtins(read(VM).inventory)
    assert "damaged CLIXML" in reading.warnings[0]


def test_a_file_that_was_cut_off():
    reading = read(VM[: VM.index('<B N="DynamicMemoryEnabled">') + 20])
    vm = vm_of(reading)
    assert (vm.name, vm.processors, vm.memory, vm.dynamic_memory) == ("Kogge", 2, 2**31, None)
    assert "damaged CLIXML" in reading.warnings[0]


def test_the_name_of_a_cut_object_is_in_its_text():
    start = VM.replace('<S N="Name">Kogge</S>', "").replace(f'<G N="Id">{ID}</G>', "")
    vm = vm_of(read(start[: start.index("<TS ")]))
    assert (vm.name, vm.id, vm.state) == ("Kogge", ID, "Off")


def test_a_file_whose_beginning_is_missing():
    """The properties left of the VM are its own, and its devices tell which VM it is."""
    tail = f'<S N="PoolName">Primordial</S></Props></Obj>{DISK}</LST></Obj><I64 N="MemoryStartup">1073741824</I64><I64 N="ProcessorCount">6</I64>'
    vm = vm_of(read(folded(tail + '<S N="No')))
    assert (vm.name, vm.memory, vm.processors) == ("Kogge", 2**30, 6)
    assert [disk.location for disk in vm.disks or []] == [3]


# --- files that want to do harm ---------------------------------------------------------------------------------------


def doubling(levels: int) -> str:
    """Every list holds the one before twice."""
    lists = "".join(f'<Obj RefId="{n}"><LST><Ref RefId="{n - 1}"/><Ref RefId="{n - 1}"/></LST></Obj>' for n in range(1, levels))
    return f'{HEAD}<Obj RefId="0"><LST><S>x</S></LST></Obj>{lists}</Objs>'


def chain(levels: int) -> str:
    """Every list holds the one before."""
    lists = "".join(f'<Obj RefId="{n}"><LST><Ref RefId="{n - 1}"/></LST></Obj>' for n in range(1, levels))
    return f'{HEAD}<Obj RefId="0"><LST><S>x</S></LST></Obj>{lists}</Objs>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (doubling(60), "values with its references"),
        (chain(3000), "nested more than 100 levels deep"),
        (HEAD + "<Obj><LST>" * 60 + "</LST></Obj>" * 60 + "</Objs>", "nested more than 100 levels deep"),
        (f"<!DOCTYPE Objs [<!ENTITY a 'b'>]>{HEAD}&a;</Objs>", "document type or entities"),
        (HEAD + "</Objs>", "none of its objects"),
        (HEAD + "<Obj><<<<", "damaged CLIXML"),
        (HEAD + '<Obj RefId="0"><I32>' + "9" * 5000 + "</I32></Obj></Objs>", "none of its objects"),
    ],
)
def test_harmful_files_are_left_out(content: str, says: str):
    reading = read(content)
    assert reading.files == []
    (out,) = reading.left_out
    assert says in str(out)
    assert out.remedy


@given(st.data())
def test_damaged_files_are_read_or_left_out(draw: st.DataObject):
    damaged = bytearray(VM.encode())
    for _ in range(draw.draw(st.integers(1, 4))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 200))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)


@given(
    st.lists(
        st.sampled_from(
            ["<Obj>", "</Obj>", "<Props>", "</Props>", "<LST>", "</LST>", '<S N="Name">', "</S>", "a", '<Ref RefId="0"/>', "-<"]
        )
    )
)
def test_any_tags_are_read_or_left_out(tags: list[str]):
    reading = read(HEAD + "".join(tags))
    assert len(reading.files) + len(reading.left_out) == 1
