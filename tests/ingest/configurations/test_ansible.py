"""Variable files of Ansible that describe VMs by the names of the cmdlets."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins

VARIABLES = r"""---
# Hafen
hyperv_host: kran1
hyperv_vms:
  - name: kiste
    generation: 2
    processor_count: 4
    memory_startup: 4GB
    dynamic_memory_enabled: no
    automatic_start_action: Start
    network_adapters:
      - name: Netz
        switch_name: LAN
    hard_drives:
      - path: 'D:\VHDs\kiste.vhdx'
        controller_type: SCSI
        controller_number: 0
        controller_location: 0
hyperv_switches:
  - name: LAN
    switch_type: External
    allow_management_os: true
"""
EXPORTED = {
    "VMs": [
        {"Name": "kiste", "Generation": 2, "ProcessorCount": 4, "MemoryStartup": 2**32, "DynamicMemoryEnabled": False, "AutomaticStartAction": 4,
         "NetworkAdapters": [{"Name": "Netz", "SwitchName": "LAN"}],
         "HardDrives": [{"Path": r"D:\VHDs\kiste.vhdx", "ControllerType": 1, "ControllerNumber": 0, "ControllerLocation": 0}]},
    ],
    "VMSwitches": [{"Name": "LAN", "SwitchType": 2, "AllowManagementOS": True}],
}  # fmt: skip


def read(text: str) -> Reading:
    return read_uploads([Upload("host_vars.yml", text.encode())])


def test_objects_with_the_names_of_the_cmdlets():
    declared = read(VARIABLES)
    exported = read_uploads([Upload("export.json", json.dumps(EXPORTED).encode())])
    assert declared.warnings == ["host_vars.yml: declares what shall be, not what is"]
    assert to_builtins(declared.inventory) == to_builtins(exported.inventory)


def test_values_to_be_filled_in_are_not_known():
    reading = read(VARIABLES.replace("processor_count: 4", 'processor_count: "{{ cpus }}"'))
    (vm,) = reading.inventory.vms or []
    assert vm.processors is None
    assert vm.generation == 2
    assert any("line 7" in warning and "not known" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hyperv_vms:\n  - vm: a\n    cpus: 4\n    ram: 8\n", "none of its objects"),
        ("hyperv_vms:\n  - name: a\n   b: c\n", "not valid YAML"),
        ("hyperv_vms:\n" + "- " * 20000 + "a", "nested more than 100 levels deep"),
        ("hyperv_vms:\n" + "- " * 400 + "a", "nested too deep"),
        ("hyperv_vms:\n" + "[" * 400, "nested more than 100 levels deep"),
        ("a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)) + "hyperv_vms:\n  - *h\n", "too large with its aliases"),
    ],
)  # fmt: skip
def test_other_yaml_is_refused(text: str, says: str):
    (out,) = read(text).left_out
    assert says in str(out)
    assert out.remedy


def test_an_inventory_nested_too_deep_is_refused():
    (out,) = read("vms:\n" + "- " * 200_000 + "a").left_out
    assert "nested more than 100 levels deep" in str(out)


@given(st.data())
def test_damaged_text_is_read_or_left_out(draw: st.DataObject):
    damaged = bytearray(VARIABLES.encode())
    for _ in range(draw.draw(st.integers(1, 4))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 100))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)
