"""Output of cmdlets through ConvertTo-Json, in all the shapes PowerShell gives it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.classes import enumerations as classes
from ingest.configurations.convert import Enum
from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import Inventory, to_builtins

NO_CHECKPOINT = "00000000-0000-0000-0000-000000000000"
VM = {
    "Name": "Ewer",
    "Id": "5B0C1D2E-1111-4222-8333-444455556666",
    "ComputerName": "kai1",
    "Generation": 2,
    "Version": "9.0",
    "State": 2,
    "ProcessorCount": 4,
    "MemoryStartup": 2**32,
    "DynamicMemoryEnabled": True,
    "MemoryMinimum": 2**31,
    "MemoryMaximum": 2**33,
    "IsClustered": False,
    "AutomaticStartAction": 3,
    "AutomaticStopAction": 4,
    "CheckpointType": 3,
    "CimSession": {"ComputerName": None, "InstanceId": "x"},
    "HardDrives": [{"Path": "D:\\Ewer.vhdx", "ControllerType": 1, "ControllerNumber": 0, "ControllerLocation": 0, "DiskNumber": None}],
}


def reading(*values: Any, name: str = "x.json") -> Reading:
    return read_uploads([Upload(f"{number}-{name}", json.dumps(value).encode()) for number, value in enumerate(values)])


def read(*values: Any) -> Inventory:
    result = reading(*values)
    assert result.left_out == []
    return result.inventory


def data(*values: Any) -> dict[str, Any]:
    return to_builtins(read(*values))


EWER = {
    "name": "Ewer",
    "id": "5b0c1d2e-1111-4222-8333-444455556666",
    "host": "kai1",
    "generation": 2,
    "configuration_version": "9.0",
    "state": "Running",
    "processors": 4,
    "memory": 2**32,
    "memory_minimum": 2**31,
    "memory_maximum": 2**33,
    "dynamic_memory": True,
    "highly_available": False,
    "checkpoint_type": "Production",
    "start_action": "start_if_running",
    "stop_action": "shut_down",
    "disks": [
        {"path": "D:\\Ewer.vhdx", "controller": "scsi", "controller_number": 0, "location": 0, "pass_through": False, "format": "vhdx"}
    ],
}


@pytest.mark.parametrize(
    "shape",
    [
        lambda vm: vm,
        lambda vm: [vm],
        lambda vm: {"value": [vm], "Count": 1},
        lambda vm: {"VMs": [vm]},
        lambda vm: {"Data": {"Node": {"Inner": [vm]}}},
        lambda vm: {key.lower(): value for key, value in vm.items()},
        lambda vm: {"ComputerName": "kai1", "VMs": {key: value for key, value in vm.items() if key != "ComputerName"}},
        lambda vm: vm | {"HardDrives": vm["HardDrives"][0]},
        lambda vm: vm | {"HardDrives": {"value": vm["HardDrives"], "Count": 1}},
    ],
    ids=["object", "array", "value-count", "grouped", "deep", "lower-case", "host-around", "single-disk", "disks-value-count"],
)
def test_one_vm_in_every_shape(shape):
    assert data(shape(VM)) == {"vms": [EWER]}


def notations(number: int, name: str) -> list[Any]:
    return [number, str(number), name, name.upper(), name.lower(), {"value": number, "Value": name}, {"Value": name}, {"value": number}]


@pytest.mark.parametrize(
    ("field", "number", "name"), [("State", 6, "Saved"), ("AutomaticStartAction", 2, "Nothing"), ("CheckpointType", 5, "Standard")]
)
def test_an_enumeration_reads_the_same_in_every_notation(field: str, number: int, name: str):
    results = [data(VM | {field: notation}) for notation in notations(number, name)]
    assert all(result == results[0] for result in results)
    assert results[0] != data({key: value for key, value in VM.items() if key != field})


ENUMS = [value for value in vars(classes).values() if isinstance(value, Enum)]


@given(st.sampled_from(ENUMS), st.data())
def test_every_member_of_every_enumeration_reads_the_same_in_every_notation(enum: Enum, draw: st.DataObject):
    number, name = draw.draw(st.sampled_from(sorted(enum.members.items())))
    assert len({enum(notation) for notation in notations(number, name)}) == 1


@given(
    st.fixed_dictionaries(
        {"State": st.sampled_from(sorted(classes.VM_STATE.members.items())), "Stop": st.sampled_from([(2, "TurnOff"), (3, "Save")])}
    ),
    st.integers(0, 7),
)
def test_the_inventory_does_not_depend_on_the_notation(chosen, notation: int):
    def vm(pick: int) -> dict[str, Any]:
        return VM | {"State": notations(*chosen["State"])[pick], "AutomaticStopAction": notations(*chosen["Stop"])[pick]}

    assert read(vm(notation)) == read(vm(0))


def test_on_is_zero():
    rows = [{"VMName": "a", "SecureBoot": value, "BootOrder": []} for value in (0, 1, "On", "Off", True, False)]
    found = [data(row)["vms"][0]["secure_boot"] for row in rows]
    assert found == [True, False, True, False, True, False]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("/Date(1389024000000)/", "2014-01-06T16:00:00Z"),
        ({"value": "/Date(1389024000000)/", "DisplayHint": 2, "DateTime": "Montag, 6. Januar 2014"}, "2014-01-06T16:00:00Z"),
        ("2014-01-06T17:00:00.0000000+01:00", "2014-01-06T16:00:00Z"),
        ("2014-01-06T16:00:00", "2014-01-06T16:00:00Z"),
        ("/Date(-62135596800000)/", None),
        (None, None),
        ("", None),
    ],
)
def test_times(written: Any, means: str | None):
    (vm,) = read({"Name": "c", "VMName": "Ewer", "SnapshotType": 0, "CreationTime": written}).vms or []
    (checkpoint,) = vm.checkpoints or []
    assert checkpoint.created == means


def test_a_regional_date_is_never_guessed():
    result = reading({"Name": "c", "VMName": "Ewer", "SnapshotType": 0, "CreationTime": "6/10/2025 5:34:48 PM"})
    (vm,) = result.inventory.vms or []
    assert vm.checkpoints
    assert vm.checkpoints[0].created is None
    assert any("CreationTime" in warning and "ISO 8601" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ({"Major": 6, "Minor": 3, "Build": 9600, "Revision": 16384}, "6.3.9600.16384"),
        ("6.3.9600.16384", "6.3.9600.16384"),
        ("0.0", None),
        ({"Major": 0, "Minor": 0, "Build": -1, "Revision": -1}, None),
        ("", None),
    ],
)
def test_version_objects(written: Any, means: str | None):
    (vm,) = read(VM | {"IntegrationServicesVersion": written}).vms or []
    assert vm.integration_version == means


def test_static_memory_has_no_bounds():
    (vm,) = read(VM | {"DynamicMemoryEnabled": False, "MemoryMaximum": 2**40}).vms or []
    assert (vm.memory, vm.memory_minimum, vm.memory_maximum) == (2**32, None, None)


DISK = {"VMName": "Ewer", "VMId": VM["Id"], "ControllerType": 1, "ControllerNumber": 0, "VMSnapshotId": NO_CHECKPOINT}


def test_a_disk_of_a_checkpoint_is_no_disk_of_the_vm():
    rows = [
        DISK | {"Path": "D:\\a.vhdx", "ControllerLocation": 0},
        DISK | {"Path": "D:\\b.vhdx", "ControllerLocation": 1, "VMSnapshotId": "99999999-0000-4000-8000-000000000001"},
        DISK
        | {"Path": "D:\\c.vhdx", "ControllerLocation": 2, "VMSnapshotId": None, "VMCheckpointId": "99999999-0000-4000-8000-000000000001"},
    ]
    (vm,) = read(rows).vms or []
    assert [disk.path for disk in vm.disks or []] == ["D:\\a.vhdx"]


@pytest.mark.parametrize(
    ("path", "number", "pass_through"),
    [
        ("D:\\a.vhdx", None, False),
        ("D:\\a.vhdx", 4294967295, False),
        ("Disk 3 250.00 GB Bus 0", 4, True),
        ("Disk 3 250.00 GB Bus 0", None, True),
        ("Datenträger 4 500 GB", None, True),
        ("weird", None, None),
    ],
)
def test_pass_through_disks(path: str, number: int | None, pass_through: bool | None):
    (vm,) = read(DISK | {"Path": path, "DiskNumber": number, "ControllerLocation": 0}).vms or []
    assert [disk.pass_through for disk in vm.disks or []] == [pass_through]


@pytest.mark.parametrize(("written", "switch"), [("LAN", "LAN"), ("", ""), (None, "")])
def test_an_adapter_without_a_switch_is_not_connected(written: Any, switch: str):
    (vm,) = read({"VMName": "Ewer", "Name": "nic", "IsLegacy": False, "SwitchName": written}).vms or []
    assert [a.switch for a in vm.adapters or []] == [switch]


def test_an_adapter_that_does_not_mention_its_switch_is_unknown():
    (vm,) = read({"VMName": "Ewer", "Name": "nic", "IsLegacy": False}).vms or []
    assert [a.switch for a in vm.adapters or []] == [None]


def test_adapters_of_the_management_os_belong_to_the_host_and_make_no_vm():
    row = {"Name": "Mgmt", "VMName": "", "IsManagementOs": True, "SwitchName": "LAN", "MacAddress": "00155D000001"}
    assert data(row) == {"hosts": [{"virtual_adapters": [{"name": "Mgmt", "switch": "LAN", "mac": "00155D000001"}]}]}


def test_objects_cut_by_depth_are_unknown_and_the_user_is_told():
    for cut in ("Microsoft.HyperV.PowerShell.HardDiskDrive", ["HardDiskDrive (Name = 'x')"]):
        result = reading(VM | {"HardDrives": cut})
        (vm,) = result.inventory.vms or []
        assert vm.disks is None
        assert any("-Depth" in warning for warning in result.warnings)


def test_an_empty_list_means_none_and_an_absent_one_unknown():
    (vm,) = read(VM | {"HardDrives": []}).vms or []
    assert (vm.disks, vm.dvds) == ([], None)


def test_a_value_that_makes_no_sense_is_a_warning_and_unknown():
    result = reading([VM | {"State": "Tanzend"}, VM | {"Name": "b", "Id": "2", "State": "Tanzend"}])
    assert [vm.state for vm in result.inventory.vms or []] == [None, None]
    assert result.warnings == ["0-x.json $[0].State: 'Tanzend' is not a known VM state (and 1 more like it)"]


def test_unknown_objects_are_one_warning_per_file():
    result = reading([VM, *[{"Colour": "red", "Weight": n} for n in range(20)]])
    assert len(result.warnings) == 1
    assert "20 objects are of no known class" in result.warnings[0]
    assert "$[1]" in result.warnings[0]


def test_a_file_of_unknown_objects_only_is_left_out():
    result = reading([{"Colour": "red"}], name="paint.json")
    assert result.files == []
    assert "none of its objects" in str(result.left_out[0])


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"Cluster": "C", "QuorumResource": None, "QuorumType": 1}, "none"),
        ({"Cluster": "C", "QuorumResource": {"Name": "W", "ResourceType": {"Name": "Cloud Witness"}}, "QuorumType": 1}, "cloud"),
        ({"Cluster": "C", "QuorumResource": "Dateifreigabezeuge", "QuorumType": "Majority"}, "file_share"),
        ({"Cluster": "C", "QuorumResource": "Cluster Disk 1", "QuorumType": "NodeAndDiskMajority"}, "disk"),
        ({"Cluster": "C", "QuorumResource": "Zeuge", "QuorumType": 1}, None),
        ({"Name": "W", "ResourceType": "File Share Witness", "IsCoreResource": True, "Cluster": "C"}, "file_share"),
        ({"Name": "D", "ResourceType": {"Name": "Physical Disk"}, "IsCoreResource": True, "Cluster": "C"}, "disk"),
    ],
)
def test_the_witness(row: dict[str, Any], kind: str | None):
    cluster = read(row).cluster
    assert cluster
    assert cluster.witness
    assert cluster.witness.kind == kind


def test_roles_of_vms_are_found_by_their_type_not_their_name():
    rows = [
        {"Name": "SCVMM Ewer Resources", "GroupType": 111},
        {"Name": "Barkasse", "GroupType": "VirtualMachine"},
        {"Name": "Clustergruppe", "GroupType": 1},
        {"Name": "Datei", "GroupType": 100},
    ]
    assert data(rows)["cluster"]["vms"] == ["Ewer", "Barkasse"]
    assert data(rows[2:])["cluster"]["vms"] == []


@pytest.mark.parametrize(
    ("version", "caption", "sku", "release", "edition"),
    [
        ("6.0.6002", "Microsoft® Windows Server® 2008 Enterprise", 10, "2008", "enterprise"),
        ("6.1.7601", "Microsoft Windows Server 2008 R2 Standard", 7, "2008R2SP1", "standard"),
        ("6.2.9200", "Microsoft Hyper-V Server 2012", 42, "2012", "hyper-v-server"),
        ("10.0.20348", "Microsoft Windows Server 2022 Datacenter", None, "2022", "datacenter"),
        ("10.0.26100", "Microsoft Windows 11 Pro", 48, None, None),
        ("10.0.99999", "Microsoft Windows Server 2031 Standard", 7, None, "standard"),
    ],
)
def test_version_and_edition_of_a_host(version: str, caption: str, sku: int | None, release: str | None, edition: str | None):
    (host,) = read({"CSName": "kai1", "Caption": caption, "Version": version, "OperatingSystemSKU": sku}).hosts or []
    assert (host.name, host.version, host.edition, host.build) == ("kai1", release, edition, version)


@pytest.mark.parametrize(
    ("id", "name", "service"),
    [
        ("Microsoft:X\\84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47", "Pulsation", "heartbeat"),
        (None, "Guest Service Interface", "guest"),
        (None, "Zeitsynchronisierung", "time"),
        (None, "Austausch von Schlüsselwertpaaren", "kvp"),
        (None, "Herunterfahren", "shutdown"),
        (None, "Backup (volume checkpoint)", "vss"),
    ],
)
def test_integration_services_by_class_else_by_name(id: str | None, name: str, service: str):
    row = {"VMName": "Ewer", "Id": id, "Name": name, "Enabled": True, "PrimaryOperationalStatus": 2}
    (vm,) = read(row).vms or []
    assert [(s.service, s.status) for s in vm.integration_services or []] == [(service, "Ok")]


def test_hidden_exclusions_are_unknown_and_no_exclusions_are_none():
    hidden = "N/A: Must be an administrator to view exclusions"
    assert data({"ExclusionPath": [hidden], "ExclusionProcess": [hidden]}) == {"hosts": [{}]}
    assert data({"ExclusionPath": None, "ExclusionProcess": None}) == {"hosts": [{"antivirus_exclusions": []}]}


def test_places_are_json_paths():
    (vm,) = read({"My VMs": [VM]}).vms or []
    assert vm.at["processors"].path == '$["My VMs"][0].ProcessorCount'
    assert vm.disks
    assert vm.disks[0].at["path"].path == '$["My VMs"][0].HardDrives[0].Path'


def test_two_commands_redirected_into_one_file():
    content = json.dumps(VM) + "\r\n" + json.dumps([{"Name": "kai1", "LogicalProcessorCount": 8, "MemoryCapacity": 2**36}])
    result = read_uploads([Upload("all.json", content.encode("utf-16"))])
    assert result.left_out == []
    assert result.inventory.counts()["vms"] == result.inventory.counts()["hosts"] == 1


def test_the_name_of_the_file_helps_when_properties_do_not():
    result = read_uploads([Upload("Get-ClusterNode.json", b'[{"Name": "kai1", "State": "Up"}]')])
    assert to_builtins(result.inventory) == {"cluster": {"nodes": [{"name": "kai1", "state": "Up"}]}}
