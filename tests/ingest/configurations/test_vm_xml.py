"""Hyper-V VM configuration XML: what it says, what it does not say, and files that want to do harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.configurations.read import Upload, read_paths, read_uploads
from kb.inventory import Vm, to_builtins

FIXTURES = Path(__file__).parent / "fixtures"


def vm_of(name: str) -> Vm:
    reading = read_paths([FIXTURES / name])
    assert reading.left_out == []
    assert reading.warnings == []
    (vm,) = reading.inventory.vms or []
    return vm


def test_a_generation_1_vm_of_2008_r2():
    vm = vm_of("vm-generation1.xml")
    assert to_builtins(vm) == {
        "name": "Möwe",
        "id": "3d5a7c11-0b9e-4f60-9c3e-51a0b7d2e801",
        "generation": 1,
        "configuration_version": "3.0",
        "processors": 4,
        "processor_compatibility": True,
        "memory": 2 * 2**30,
        "memory_minimum": 2**30,
        "memory_maximum": 8 * 2**30,
        "dynamic_memory": True,
        "highly_available": True,
        "start_action": "nothing",
        "stop_action": "shut_down",
        "boot_order": ["disk", "cd", "network", "floppy"],
        "disks": [
            {
                "path": r"C:\ClusterStorage\Volume1\Möwe\Möwe_5F3A.avhd",
                "controller": "ide",
                "controller_number": 0,
                "location": 0,
                "pass_through": False,
                "format": "vhd",
            },
            {
                "path": r"C:\ClusterStorage\Volume1\Möwe\Daten.vhd",
                "controller": "scsi",
                "controller_number": 0,
                "location": 0,
                "pass_through": False,
                "format": "vhd",
            },
            {
                "path": "Disk 3 250.00 GB Bus 0 Lun 2 Target 1",
                "controller": "scsi",
                "controller_number": 0,
                "location": 3,
                "pass_through": True,
            },
        ],
        "dvds": [
            {"path": r"D:\ISO\setup.iso", "controller": "ide", "controller_number": 1, "location": 0},
            {"path": "", "controller": "ide", "controller_number": 1, "location": 1},
        ],
        "scsi_controllers": 2,
        "adapters": [
            {"name": "Netzwerkkarte", "switch": "Produktion", "legacy": False, "mac": "00155D0A0B01", "dynamic_mac": False},
            {"name": "Ältere Netzwerkkarte", "switch": "", "legacy": True, "dynamic_mac": True},
        ],
        "checkpoint_count": 2,
        "integration_services": [
            {"service": "heartbeat", "enabled": True},
            {"service": "vss", "enabled": True},
            {"service": "time", "enabled": False},
            {"service": "shutdown", "enabled": True},
            {"service": "kvp", "enabled": True},
        ],
    }
    assert vm.disks
    assert vm.disks[0].is_checkpoint


def test_a_generation_2_vm_of_2012_r2():
    vm = vm_of("vm-generation2.xml")
    assert (vm.generation, vm.configuration_version, vm.secure_boot) == (2, "5.0", True)
    assert vm.boot_order is None  # it is in binary firmware variables; the four names in the file mean nothing
    assert (vm.memory, vm.dynamic_memory, vm.memory_maximum) == (4 * 2**30, False, None)
    assert [(d.controller, d.format, d.shared) for d in vm.disks or []] == [("scsi", "vhdx", False)]
    assert [a.switch for a in vm.adapters or []] == ["LAN 1"]  # not the id beside it
    assert {s.service: s.enabled for s in vm.integration_services or []}["guest"] is False
    assert vm.checkpoint_count == 0


def test_type_and_size_of_disks_stay_unknown():
    for disk in vm_of("vm-generation1.xml").disks or []:
        assert (disk.type, disk.size, disk.parent) == (None, None, None)


def test_every_value_knows_its_place():
    vm = vm_of("vm-generation1.xml")
    assert vm.at["processors"].path == "/configuration/settings/processors/count"
    assert vm.at["processors"].file.endswith("vm-generation1.xml")
    assert vm.disks
    assert vm.disks[0].at["path"].path == "/configuration/_83f8638b-8dca-4152-9eda-2ca8b33039b4_/controller0/drive0/pathname"


def minimal(inner: str = "", version: int = 1280) -> bytes:
    body = f'<properties><name type="string">V</name><version type="integer">{version}</version></properties>{inner}'
    return f'<?xml version="1.0"?><configuration>{body}</configuration>'.encode()


@pytest.mark.parametrize(("version", "name"), [(256, "1.0"), (512, "2.0"), (768, "3.0"), (1024, "4.0"), (1280, "5.0")])
def test_the_format_version_tells_the_release(version: int, name: str):
    (vm,) = read_uploads([Upload("v.xml", minimal(version=version))]).inventory.vms or []
    assert vm.configuration_version == name
    assert vm.generation == (None if version == 1280 else 1)  # there were no generations before 2012 R2


def test_a_file_without_devices_says_nothing_about_them():
    (vm,) = read_uploads([Upload("v.xml", minimal())]).inventory.vms or []
    for unknown in ("disks", "dvds", "adapters", "integration_services", "scsi_controllers", "memory", "highly_available"):
        assert getattr(vm, unknown) is None, unknown


def test_a_value_that_makes_no_sense_is_a_warning_and_unknown():
    reading = read_uploads([Upload("v.xml", minimal('<settings><processors><count type="integer">many</count></processors></settings>'))])
    (vm,) = reading.inventory.vms or []
    assert vm.processors is None
    assert reading.warnings == ["v.xml /configuration/settings/processors/count: 'many' is not a whole number from 0 up"]


ENTITY_BOMB = b"""<?xml version="1.0"?><!DOCTYPE configuration [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><configuration><properties><name>&c;</name></properties></configuration>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE configuration [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<configuration><properties><name type="string">&x;</name></properties></configuration>"""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (ENTITY_BOMB, "document type or entities"),
        (EXTERNAL, "document type or entities"),
        (b"<configuration><properties>", "line 1 column 28: not valid XML"),
        (b"<a>" * 5000, "not valid XML"),
        (b"<Objs xmlns='http://schemas.microsoft.com/powershell/2004/04'></Objs>", "CLIXML"),
        (b"<labor><vm/></labor>", "/labor: XML, but not a Hyper-V VM configuration"),
        (minimal().replace(b"</properties>", b"<type_id>Snapshots</type_id></properties>"), "a checkpoint"),
        ((FIXTURES / "vm-generation1.xml").read_bytes()[:3001], "not valid XML"),
    ],
)
def test_other_and_hostile_xml_is_left_out(content: bytes, says: str):
    reading = read_uploads([Upload("bad.xml", content)])
    assert reading.files == []
    (out,) = reading.left_out
    assert says in str(out)
    assert str(out).startswith("bad.xml ") or str(out).startswith("bad.xml:")
    assert out.remedy


def test_utf8_reads_like_utf16():
    utf16 = (FIXTURES / "vm-generation1.xml").read_bytes()
    utf8 = utf16.decode("utf-16").replace('encoding="UTF-16"', 'encoding="utf-8"').encode()
    one, other = (read_uploads([Upload("v.xml", content)]).inventory for content in (utf16, utf8))
    assert one == other
