"""LabBuilder files: the switches and VMs of a lab, with what their templates say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Upload, read_uploads
from kb.inventory import to_builtins

LAB = """<?xml version="1.0" encoding="utf-8"?>
<labbuilderconfig xmlns="labbuilderconfig" name="Hafen" version="1.0">
  <settings labid="HAFEN" domainname="hafen.example" />
  <switches>
    <switch name="Extern" type="External"><adapters><adapter name="Verwaltung" macaddress="00155D010701" /></adapters></switch>
    <switch name="Intern" type="Private" vlan="7" />
    <switch name="Nat" type="NAT" />
  </switches>
  <templatevhds><templatevhd name="Core" edition="Windows Server 2016 SERVERDATACENTERCORE" ostype="Server" generation="2" vhdtype="dynamic" />
  </templatevhds>
  <templates><template name="Knoten" templatevhd="CORE" memorystartupbytes="2GB" processorcount="4" dynamicmemoryenabled="N" /></templates>
  <vms>
    <vm name="KAI01" template="knoten" processorcount="8" exposevirtualizationextensions="Y">
      <datavhds><datavhd vhd="KAI01 Daten.vhdx" size="40GB" type="fixed" supportpr="Y" /></datavhds>
      <adapters><adapter name="a" switchname="Intern" macaddressspoofing="On" /><adapter name="b" switchname="Extern" vlan="9" macaddress="00155D010702"/>
      </adapters>
    </vm>
    <vm name="KAI02" template="unbekannt" />
  </vms>
</labbuilderconfig>"""


def test_a_lab():
    reading = read_uploads([Upload("lab.xml", LAB.encode())])
    assert reading.left_out == []
    assert reading.warnings == ["lab.xml: declares what shall be, not what is"]
    assert to_builtins(reading.inventory) == {
        "hosts": [
            {
                "switches": [
                    {"name": "Extern", "type": "external", "allow_management_os": True},
                    {"name": "Intern", "type": "private"},
                    {"name": "Nat", "type": "internal"},
                ]
            }
        ],
        "vms": [
            {
                "name": "KAI01", "generation": 2, "processors": 8, "nested_virtualization": True, "memory": 2 * 2**30,
                "dynamic_memory": False, "guest_os": "Windows Server 2016 SERVERDATACENTERCORE", "guest": {"family": "windows"},
                "disks": [
                    {"path": "KAI01 Daten.vhdx", "pass_through": False, "format": "vhdx", "type": "fixed", "size": 40 * 2**30, "shared": True}
                ],
                "adapters": [
                    {"name": "a", "switch": "Intern", "vlan": 7, "vlan_mode": "access", "mac_spoofing": True},
                    {"name": "b", "switch": "Extern", "mac": "00155D010702", "dynamic_mac": False, "vlan": 9, "vlan_mode": "access"},
                ],
            },
            {"name": "KAI02"},
        ],
    }  # fmt: skip
    (vm, _) = reading.inventory.vms or []
    assert str(vm.at["name"]) == "lab.xml /labbuilderconfig/vms/vm[1]/Name"


def test_a_lab_of_nothing_is_left_out():
    (out,) = read_uploads([Upload("lab.xml", b'<labbuilderconfig xmlns="labbuilderconfig"/>')]).left_out
    assert "LabBuilder XML, but none of its objects" in str(out)


@given(st.data())
def test_damaged_files_are_read_or_left_out(draw: st.DataObject):
    damaged = bytearray(LAB.encode())
    for _ in range(draw.draw(st.integers(1, 3))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 60))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
