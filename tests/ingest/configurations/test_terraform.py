"""Terraform for Hyper-V: configurations in HCL, and states and plans as JSON."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins

TALIESINS = r"""
terraform {
  required_providers { hyperv = { source = "taliesins/hyperv" } }
}
/* a lab */
locals {
  folder = "D:\\vm"
  switch = hyperv_network_switch.lan.name
}
resource "hyperv_network_switch" "lan" {
  name                   = "LAN"
  switch_type            = "External"
  allow_management_os    = true
  enable_iov             = false
  minimum_bandwidth_mode = "Weight"
  net_adapter_names      = ["Port 1", "Port 2",]
}
resource "hyperv_vhd" "os" {
  path       = "D:\\vm\\kiste.vhdx" # absolute
  size       = 10 * 1024 * 1024 * 1024
  vhd_type   = "Dynamic"
  block_size = 0
}
resource "hyperv_machine_instance" "kiste" {
  name                   = "kiste"
  path                   = local.folder
  generation             = 2
  processor_count        = 4
  static_memory          = true
  memory_startup_bytes   = 536870912
  automatic_start_action = "StartIfRunning"
  automatic_stop_action  = "ShutDown"
  checkpoint_type        = "Disabled"
  notes                  = "${var.who}/${lookup({ a = "}" }, "a")}"
  vm_firmware {
    enable_secure_boot = "On"
    boot_order {
      boot_type         = "HardDiskDrive"
      controller_number = "0"
    }
  }
  vm_processor {
    compatibility_for_migration_enabled = true
    expose_virtualization_extensions    = false
  }
  integration_services = {
    "Time Synchronization" = false
    VSS                    = true
  }
  network_adaptors {
    name                 = "wan"
    switch_name          = local.switch
    mac_address_spoofing = "Off"
    dynamic_mac_address  = true
    static_mac_address   = ""
    vlan_access          = true
    vlan_id              = 12
  }
  hard_disk_drives {
    controller_type     = "Scsi"
    controller_number   = "0"
    controller_location = "0"
    path                = hyperv_vhd.os.path
    disk_number         = 4294967295
  }
  dvd_drives {
    controller_number   = 0
    controller_location = 1
  }
}
"""
EXPORTED = {
    "VMSwitches": [
        {"Name": "LAN", "SwitchType": 2, "AllowManagementOS": True, "IovEnabled": False, "BandwidthReservationMode": 1,
         "NetAdapterInterfaceDescriptions": ["Port 1", "Port 2"]},
    ],
    "VMs": [
        {
            "Name": "kiste", "Path": "D:\\vm", "Generation": 2, "ProcessorCount": 4, "MemoryStartup": 536870912, "DynamicMemoryEnabled": False,
            "AutomaticStartAction": 3, "AutomaticStopAction": 4, "CheckpointType": 2, "Firmware": {"SecureBoot": 0, "BootOrder": ["Drive"]},
            "Processor": {"CompatibilityForMigrationEnabled": True, "ExposeVirtualizationExtensions": False},
            "VMIntegrationService": [{"Name": "Time Synchronization", "Enabled": False}, {"Name": "VSS", "Enabled": True}],
            "NetworkAdapters": [
                {"Name": "wan", "SwitchName": "LAN", "DynamicMacAddressEnabled": True, "MacAddressSpoofing": 1, "VlanSetting": {"OperationMode": 1, "AccessVlanId": 12}},
            ],
            "HardDrives": [{"ControllerType": 1, "ControllerNumber": 0, "ControllerLocation": 0, "Path": "D:\\vm\\kiste.vhdx", "VhdType": 3, "Size": 10 * 2**30}],
            "DVDDrives": [{"ControllerNumber": 0, "ControllerLocation": 1, "Path": ""}],
        },
    ],
}  # fmt: skip
WINDSORCLI = """
resource "hyperv_vm" "kiste" {
  name       = "kiste"
  generation = 2
  cpu        = { count = 2 }
  memory = {
    startup_bytes = 4294967296, dynamic = true
    min_bytes     = 2147483648 # 2 GiB
  }
  secure_boot     = false
  network_adapter = [{ name = "primary", switch_name = "lab" }, ]
  hard_disk_drive = [{ path = "C:/vm/kiste.vhdx", controller_type = "SCSI", controller_number = 0, controller_location = 0 }]
  dvd_drive       = []
  boot_order      = [{ type = "dvd_drive", controller_number = 0 }, { type = "hard_disk_drive" }, { type = "network_adapter", name = "primary" }]
  state           = { desired = "Off" }
}
resource "hyperv_virtual_switch" "lab" {
  name        = "lab"
  switch_type = "NAT"
}
"""
STATE: dict[str, Any] = {
    "version": 4,
    "terraform_version": "1.9.0",
    "resources": [
        {"mode": "data", "type": "hyperv_machine_instance", "name": "other", "instances": [{"attributes": {"name": "other"}}]},
        {
            "mode": "managed",
            "type": "hyperv_machine_instance",
            "name": "kiste",
            "instances": [
                {
                    "attributes": {
                        "id": "kiste", "name": "kiste", "generation": 2, "processor_count": 4, "state": "Running", "dynamic_memory": False, "static_memory": True,
                        "memory_startup_bytes": 1073741824, "memory_minimum_bytes": 536870912, "vm_processor": [{"compatibility_for_migration_enabled": True}],
                        "network_adaptors": [{"name": "wan", "switch_name": "LAN", "dynamic_mac_address": True, "ip_addresses": ["10.0.0.4"], "vlan_access": False, "vlan_id": 0}],
                        "hard_disk_drives": [{"controller_type": "Scsi", "controller_number": 0, "controller_location": 0, "path": "D:\\k.vhdx", "disk_number": 4294967295}],
                        "dvd_drives": [],
                    }
                }
            ],
        },
    ],
}  # fmt: skip
OF_STATE = {
    "name": "kiste", "generation": 2, "processors": 4, "state": "Running", "dynamic_memory": False, "memory": 2**30, "processor_compatibility": True,
    "adapters": [{"name": "wan", "switch": "LAN", "dynamic_mac": True, "addresses": ["10.0.0.4"]}], "dvds": [],
    "disks": [{"path": "D:\\k.vhdx", "controller": "scsi", "controller_number": 0, "location": 0, "format": "vhdx", "pass_through": False}],
}  # fmt: skip


def read(text: str, name: str = "main.tf") -> Reading:
    return read_uploads([Upload(name, text.encode())])


def test_a_configuration_declares_what_the_cmdlets_would_tell():
    declared = read(TALIESINS)
    exported = read(json.dumps(EXPORTED), "export.json")
    assert declared.warnings == ["main.tf: declares what shall be, not what is"]
    assert to_builtins(declared.inventory) == to_builtins(exported.inventory)


def test_the_other_provider():
    found = to_builtins(read(WINDSORCLI).inventory)
    assert found["vms"] == [
        {
            "name": "kiste", "generation": 2, "processors": 2, "memory": 2**32, "memory_minimum": 2**31, "dynamic_memory": True, "secure_boot": False,
            "state": "Off", "boot_order": ["cd", "disk", "network"], "adapters": [{"name": "primary", "switch": "lab"}], "dvds": [],
            "disks": [{"path": "C:/vm/kiste.vhdx", "controller": "scsi", "controller_number": 0, "location": 0, "format": "vhdx", "pass_through": False}],
        }
    ]  # fmt: skip
    assert found["hosts"] == [{"switches": [{"name": "lab", "type": "internal"}]}]


def test_a_state_tells_what_is_and_a_plan_what_shall_be():
    state = read(json.dumps(STATE), "terraform.tfstate")
    assert to_builtins(state.inventory)["vms"] == [OF_STATE]
    assert not state.warnings
    module = {
        "resources": [],
        "child_modules": [
            {
                "resources": [
                    {
                        "mode": "managed",
                        "type": "hyperv_machine_instance",
                        "name": "kiste",
                        "values": STATE["resources"][1]["instances"][0]["attributes"],
                    }
                ]
            }
        ],
    }
    for key, declares in (("values", False), ("planned_values", True)):
        shown = read(json.dumps({"format_version": "1.0", "terraform_version": "1.9.0", key: {"root_module": module}}), "plan.json")
        assert to_builtins(shown.inventory)["vms"] == [OF_STATE]
        assert any("declares" in warning for warning in shown.warnings) is declares


@pytest.mark.parametrize(
    "value",
    [
        "var.cpus",
        '"${var.cpus}"',
        "each.value",
        "var.big ? 4 : 2",
        "max(2, 4)",
        "hyperv_vm.other.cpus[0]",
        "local.missing",
        "2 + 2",
        "{ for k in var.l : k => k }",
        "-2",
    ],
)
def test_what_is_no_literal_is_not_known(value: str):
    reading = read(f'resource "hyperv_machine_instance" "a" {{\n  name = "a"\n  processor_count = {value}\n  generation = 2\n}}\n')
    (vm,) = reading.inventory.vms or []
    assert (vm.processors, vm.generation) == (None, 2)
    assert any("processor_count" in warning for warning in reading.warnings)


def test_a_list_with_something_unknown_in_it_is_not_known():
    text = 'resource "hyperv_network_switch" "a" {\n  name = "LAN"\n  net_adapter_names = ["Port 1", var.second]\n}\n'
    (host,) = read(text).inventory.hosts or []
    assert host.switches
    assert host.switches[0].adapters is None
    blocks = 'resource "hyperv_machine_instance" "a" {\n name = "a"\n network_adaptors {\n name = "x"\n }\n dynamic "network_adaptors" {\n for_each = var.more\n content {}\n }\n}\n'
    (vm,) = read(blocks).inventory.vms or []
    assert vm.adapters is None


def test_what_has_no_name_or_is_made_zero_times_is_left_out():
    text = 'resource "hyperv_vm" "a" {\n name = each.key\n}\nresource "hyperv_vm" "b" {\n name = "b"\n count = 0\n}\nresource "hyperv_vm" "c" {\n name = "c"\n}\n'
    reading = read(text)
    assert [vm.name for vm in reading.inventory.vms or []] == ["c"]
    assert any("left out" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('name = "a', "does not end"),
        ("name = <<EOT\na", "does not end"),
        ("name =\n}", "none of its objects"),
        ("/* a", "does not end"),
        ("x = " + "[" * 300, "nested more than 100 levels deep"),
        ("x {\n" * 300, "nested more than 100 levels deep"),
        ("= 4", "name of an attribute or block expected"),
        ("x 4", "or a block expected"),
    ],
)
def test_damaged_configurations_are_left_out(body: str, says: str):
    (out,) = read(f'resource "hyperv_vm" "a" {{\n{body}\n').left_out
    assert says in str(out)
    assert out.remedy


@given(st.data())
def test_damaged_text_is_read_or_left_out(draw: st.DataObject):
    damaged = bytearray((TALIESINS + WINDSORCLI).encode())
    for _ in range(draw.draw(st.integers(1, 5))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 300))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)


SIGNS = [
    "name",
    "cpu",
    "vm_firmware",
    "boot_order",
    "state",
    "=",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    ".",
    "\n",
    '"',
    '"a"',
    "${",
    "*",
    "1",
    "true",
    "null",
    "local.a",
    "#",
    "/*",
    "<<E\n",
    "for",
    "hyperv_vm.a.name",
]


@given(st.lists(st.sampled_from(SIGNS)), st.sampled_from(["hyperv_vm", "hyperv_machine_instance", "hyperv_vhd", "hyperv_network_switch"]))
def test_any_signs_are_read_or_left_out(signs: list[str], kind: str):
    reading = read(f'resource "{kind}" "a" {{\nname = "a"\npath = "a"\n{" ".join(signs)}\n}}\n')
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)


values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
    ["name", "vm_firmware", "boot_order", "vm_processor", "integration_services", "network_adaptors", "hard_disk_drives", "dvd_drives", "cpu", "memory", "state", "path", "resources", "instances", "attributes", "type", "mode", "root_module", "child_modules", "values"]), inner, max_size=4))  # fmt: skip


@given(
    values,
    st.sampled_from(["resources", "values", "planned_values"]),
    st.sampled_from(["hyperv_vm", "hyperv_machine_instance", "hyperv_vhd"]),
)
def test_any_state_is_read_or_left_out(value: Any, key: str, kind: str):
    for document in (
        {key: value},
        {
            "resources": [
                {
                    "mode": "managed",
                    "type": kind,
                    "instances": [{"attributes": {"name": "a", "path": "a", **(value if isinstance(value, dict) else {})}}],
                }
            ]
        },
    ):
        reading = read(json.dumps({"terraform_version": "1.9.0", **document}), "state.json")
        assert len(reading.files) + len(reading.left_out) == 1
        msgspec.json.encode(reading)
