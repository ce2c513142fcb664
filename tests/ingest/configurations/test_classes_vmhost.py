"""Hardware, features and settings of hosts, and devices of virtual machines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.configurations.read import Upload, read_uploads
from kb.inventory import Inventory, to_builtins


def read(*values: Any, name: str = "x.json") -> Inventory:
    result = read_uploads([Upload(f"{number}-{name}", json.dumps(value).encode()) for number, value in enumerate(values)])
    assert result.left_out == []
    return result.inventory


def module(total: int | None, detail: int = 128) -> dict[str, Any]:
    return {"ComputerName": "kai1", "DeviceLocator": "A1", "DataWidth": 64, "TotalWidth": total, "TypeDetail": detail}


def plan(guid: str, active: bool, name: str = "Höchstleistung") -> dict[str, Any]:
    return {"ComputerName": "kai1", "ElementName": name, "InstanceID": f"Microsoft:PowerPlan\\{{{guid}}}", "IsActive": active}


HIGH, BALANCED = "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c", "381b4222-f694-41f0-9685-ff5bb260df2e"


@pytest.mark.parametrize(
    ("exported", "host"),
    [
        (
            {"Name": "KAI1", "Manufacturer": "Contoso", "Model": "R1", "HypervisorPresent": True, "PartOfDomain": True, "Domain": "d.test"},
            {"hypervisor_present": True, "model": "Contoso R1", "domain": "d.test"},
        ),
        (
            {"SystemName": "KAI1", "Name": "Xeon", "NumberOfCores": 8, "NumberOfLogicalProcessors": 16}
            | {"SecondLevelAddressTranslationExtensions": True, "VirtualizationFirmwareEnabled": False, "VMMonitorModeExtensions": True},
            {"processors": [{"model": "Xeon", "cores": 8, "logical_processors": 16, "slat": True, "virtualization": False}]},
        ),
        ([module(72), module(80)], {"ecc_memory": True}),
        ([module(72), module(64), module(72)], {"ecc_memory": False}),
        ([module(72), module(64, detail=4096)], {"ecc_memory": True}),  # non-volatile memory does not count
        ({"ComputerName": "kai1", "Manufacturer": "Contoso", "SMBIOSBIOSVersion": "2.1"}, {"bios": "2.1"}),
        ([plan(BALANCED, False, "Ausbalanciert"), plan(HIGH, True)], {"power_plan": "High performance"}),
        ([plan("0" * 8, True, "Eigener")], {"power_plan": "Eigener"}),
        (
            [
                {"ComputerName": "kai1", "Name": "Hyper-V", "FeatureType": "Role", "Installed": True},
                {"ComputerName": "kai1", "Name": "DNS", "FeatureType": "Role", "Installed": False},
                {"ComputerName": "kai1", "Name": "Storage-Services", "FeatureType": "Role Service", "Installed": True},
            ],
            {"hyperv_installed": True, "features": ["Hyper-V", "Storage-Services"]},
        ),
        ({"ComputerName": "kai1", "VerifyDrivers": None, "fDisableCpm": None}, {"driver_verifier": False, "printer_redirection": True}),
        ({"ComputerName": "kai1", "VerifyDrivers": "a.sys", "fDisableCpm": 1}, {"driver_verifier": True, "printer_redirection": False}),
        ({"ComputerName": "kai1", "HypervisorSchedulerType": 3}, {"scheduler": "core"}),
        ({"ComputerName": "kai1", "HypervisorSchedulerType": "Classic"}, {"scheduler": "classic"}),
        (
            {"ComputerName": "kai1", "Administrators": ["KAI1\\Chef S-1-5-21-1-2-3-500"], "HyperVAdministrators": []},
            {"administrators": ["KAI1\\Chef S-1-5-21-1-2-3-500"], "hyperv_administrators": []},
        ),
        ({"PSComputerName": "kai1", "EnableSMB1Protocol": True}, {"smb": {"smb1": True}}),
        (
            {"CSName": "KAI1", "Version": "10.0.20348", "DataExecutionPrevention_Available": True},
            {"data_execution_prevention": True, "version": "2022", "build": "10.0.20348"},
        ),
    ],
)
def test_hosts(exported: Any, host: dict[str, Any]) -> None:
    (found,) = to_builtins(read(exported))["hosts"]
    assert found.pop("name").lower() == "kai1"
    assert found == host


def test_memory_of_a_virtual_machine_tells_no_widths() -> None:
    (found,) = to_builtins(read([module(None)]))["hosts"]
    assert "ecc_memory" not in found


@pytest.mark.parametrize(
    ("exported", "vm"),
    [
        (
            [
                {"VMName": "Ewer", "ComputerName": "kai1", "Name": f"COM {n}", "Path": path, "DebuggerMode": 1}
                for n, path in ((1, "\\\\.\\pipe\\a"), (2, ""))
            ],
            {"com_ports": ["\\\\.\\pipe\\a"]},
        ),
        ([{"VMName": "Ewer", "ComputerName": "kai1", "Name": "COM 1", "Path": None, "DebuggerMode": 1}], {"com_ports": []}),
        ({"VMName": "Ewer", "ComputerName": "kai1", "Name": "Diskette Drive", "PoolName": "Primordial", "Path": ""}, {"floppy": ""}),
        (
            {"VMName": "Ewer", "ComputerName": "kai1", "ControllerType": 0, "ControllerNumber": 1, "ControllerLocation": 0}
            | {"PoolName": "Primordial", "Path": "D:", "DvdMediaType": 2},
            {"dvds": [{"path": "D:", "controller": "ide", "controller_number": 1, "location": 0, "media": "physical"}]},
        ),
        ({"VMName": "Ewer", "ComputerName": "kai1", "Count": 4, "HwThreadCountPerCore": 0}, {"processors": 4, "threads_per_core": 0}),
        (
            {"VMName": "Ewer", "ComputerName": "kai1", "ConfigurationFileExists": False, "LastRun": "/Date(1767225600000)/"},
            {"configuration_exists": False, "last_started": "2026-01-01T00:00:00Z"},
        ),
        (
            {"Name": "Ewer", "ComputerName": "kai1", "ProcessorCount": 2, "AutomaticCheckpointsEnabled": True, "MemoryAssigned": 2**31}
            | {
                "CreationTime": "/Date(1767225600000)/",
                "ComPort1": {"Name": "COM 1", "Path": "\\\\.\\pipe\\a"},
                "FloppyDrive": {"Path": "f.vfd"},
            },
            {"processors": 2, "automatic_checkpoints": True, "memory_assigned": 2**31, "created": "2026-01-01T00:00:00Z"}
            | {"com_ports": ["\\\\.\\pipe\\a"], "floppy": "f.vfd"},
        ),
    ],
)
def test_machines(exported: Any, vm: dict[str, Any]) -> None:
    (found,) = to_builtins(read(exported))["vms"]
    assert (found.pop("name"), found.pop("host")) == ("Ewer", "kai1")
    assert found == vm
