"""Exports of Export-LotseInventory.ps1 into the inventory, and what is said of damaged ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ingest.configurations.export import schema
from ingest.configurations.read import Reading, Upload, read_paths, read_uploads
from kb.assess import assess
from kb.inventory import Host, Vm
from kb.load import load

HERE = Path(__file__).parent
CLUSTER, OLD = HERE / "cluster-2022.json", HERE / "host-2008r2.json"


def read(document: dict[str, Any] | str) -> Reading:
    content = document if isinstance(document, str) else json.dumps(document)
    return read_uploads([Upload("export.json", content.encode())])


def export(collected: dict[str, list[dict]] | None = None, **more: Any) -> dict[str, Any]:
    """An export of one host."""
    hosts = [{"name": "HV01", "collected": collected or {"VMHost": [{"Name": "HV01", "LogicalProcessorCount": 8}]}}]
    return {
        "format": "lotse-inventory-export",
        "version": 1,
        "taken": "2024-06-01T12:00:00Z",
        "cluster": None,
        "hosts": hosts,
        "notRead": [],
        **more,
    }


def vm(reading: Reading, name: str) -> Vm:
    return next(vm for vm in reading.inventory.vms or [] if vm.name == name)


def host(reading: Reading, name: str = "HV01") -> Host:
    found = reading.inventory.host(name)
    assert found
    return found


# --- whole exports ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [CLUSTER, OLD], ids=lambda path: path.stem)
def test_the_exports_of_these_tests_are_valid(path: Path) -> None:
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(json.loads(path.read_text("ascii")))


def test_a_cluster_of_2022_is_read_whole() -> None:
    reading = read_paths([CLUSTER])
    inventory = reading.inventory
    assert [warning.partition(" ")[2] for warning in reading.warnings] == ["HV02: MpPreference was not read: Invalid class"]
    assert inventory.taken == "2024-06-01T12:00:00Z"
    assert [found.name for found in inventory.hosts or []] == ["HV01", "HV02"]
    cluster = inventory.cluster
    assert cluster
    assert cluster.name == "CL1"
    assert cluster.witness
    assert (cluster.witness.kind, cluster.witness.path) == ("file_share", r"\\fs01\witness$")
    assert cluster.excluded_networks == [(cluster.networks or [])[0].id]
    assert [(volume.path, volume.state, volume.physical_sector_size, len(volume.files or [])) for volume in cluster.volumes or []] == [
        (r"C:\ClusterStorage\Volume1", "direct", 4096, 5)
    ]
    assert sorted(cluster.vms or []) == ["APP01", "DC01", "SQL01"]
    one = host(reading)
    assert (one.version, one.edition, one.scheduler, one.build) == ("2022", "datacenter", "core", "10.0.20348.2340")
    assert [(adapter.name, adapter.addresses, adapter.jumbo) for adapter in one.adapters or []] == [("NIC1", [], 9014), ("NIC2", [], 9014)]
    assert [(adapter.name, adapter.mac, adapter.rdma, adapter.team_member, adapter.enabled) for adapter in one.virtual_adapters or []] == [
        ("Management", "00155D010000", False, "NIC1", True),
        ("Migration", "00155D010001", True, "NIC1", True),
    ]
    sql = vm(reading, "SQL01")
    assert (sql.host, sql.generation, sql.dynamic_memory, sql.memory_buffer, sql.tpm, sql.scsi_controllers) == (
        "HV01",
        2,
        True,
        20,
        True,
        1,
    )
    assert [(disk.format, disk.type, disk.exists, disk.chain, disk.size) for disk in sql.disks or []] == [
        ("vhdx", "dynamic", True, [], 127 * 2**30)
    ] * 2
    assert sql.replication
    assert (sql.replication.state, sql.replication.latency, sql.replication.resync_start) == ("Replicating", 5, "18:30")
    assert sql.guest
    assert (sql.guest.name, sql.guest.build) == ("SQL01.corp.example", 20348)
    assert vm(reading, "APP01").last_backup == ""
    assert [checkpoint.name for checkpoint in vm(reading, "APP01").checkpoints or []] == ["before update"]


def test_a_host_of_2008_r2_is_read_by_wmi() -> None:
    reading = read_paths([OLD])
    one, web = host(reading, "OLD1"), vm(reading, "WEB1")
    assert reading.inventory.cluster is None
    assert (one.version, one.edition, one.power_plan, one.domain, one.pending_reboot) == ("2008R2SP1", "enterprise", "Balanced", "", True)
    assert [(switch.name, switch.type, switch.allow_management_os) for switch in one.switches or []] == [("LAN", "external", True)]
    assert [(adapter.name, adapter.addresses, adapter.gateway) for adapter in one.adapters or []] == [
        ("LAN-Verbindung", ["192.168.5.20/24"], True)
    ]
    assert one.disk_files == [r"D:\VMs\WEB1\WEB1.vhd", r"D:\VMs\unused.vhd"]
    assert (web.host, web.generation, web.processors, web.memory, web.memory_maximum) == ("OLD1", 1, 2, 4 * 2**30, 8 * 2**30)
    assert [(disk.path, disk.controller, disk.type, disk.size, disk.chain) for disk in web.disks or []] == [
        (r"D:\VMs\WEB1\WEB1.vhd", "ide", "dynamic", 100 * 2**30, [])
    ]
    assert [(adapter.mac, adapter.switch, adapter.legacy) for adapter in web.adapters or []] == [("00155D051401", "LAN", False)]
    assert (web.scsi_controllers, web.highly_available, web.com_ports, web.boot_order) == (
        0,
        False,
        [],
        ["cd", "disk", "network", "floppy"],
    )
    assert [checkpoint.name for checkpoint in web.checkpoints or []] == ["vor dem Update"]


# What nobody can read from hosts (uses of networks, what people know), what the makers never documented, and what HV02 failed to tell.
NOT_TO_BE_COLLECTED = {
    *("hostadapter.use", "interface.use", "network.use", "vm.host_backup", "guest.roles", "cluster.scvmm_optimization", "witness.free"),
    *("host.antivirus_exclusions", "physicaldisk.dynamic", "physicaldisk.file_systems", "integrationservice.up_to_date"),
}


def test_nearly_every_rule_can_judge_an_export() -> None:
    reading = read_paths([CLUSTER])
    report = assess(reading.inventory, load(None), files=reading.files)
    missing = {name for unknown in report.unknowns for name in unknown.missing}
    assert missing <= NOT_TO_BE_COLLECTED
    failed = {failure.rule for failure in report.failures}
    assert {"GST118", "GST119", "REP106", "STO107", "STO209", "VM101"} <= failed


# --- what there is none of --------------------------------------------------------------------------------------------

TWO_VMS = [{"Name": "A", "Id": "00000001-0000-4000-8000-000000000001"}, {"Name": "B", "Id": "00000002-0000-4000-8000-000000000002"}]
SNAPSHOT = {"VMName": "A", "VMId": TWO_VMS[0]["Id"], "Name": "x", "Id": "00000003-0000-4000-8000-000000000003", "SnapshotType": "Standard"}


@pytest.mark.parametrize(
    ("collected", "not_read", "of_a", "of_b"),
    [
        ({"VM": TWO_VMS, "VMSnapshot": [SNAPSHOT]}, [], 1, 0),
        ({"VM": TWO_VMS, "VMSnapshot": []}, [], 0, 0),
        ({"VM": TWO_VMS}, [], None, None),
        ({"VM": TWO_VMS, "VMSnapshot": [SNAPSHOT]}, [{"host": "hv01", "what": "VMSnapshot", "reason": "access denied"}], 1, None),
        ({"VM": TWO_VMS, "VMSnapshot": [SNAPSHOT]}, [{"host": "HV02", "what": "VMSnapshot", "reason": "access denied"}], 1, 0),
    ],
)
def test_a_vm_without_a_row_has_none_unless_the_list_is_not_whole(
    collected: dict, not_read: list, of_a: int | None, of_b: int | None
) -> None:
    reading = read(export(collected, notRead=not_read))
    counted = [None if (found := vm(reading, name).checkpoints) is None else len(found) for name in "AB"]
    assert counted == [of_a, of_b]


@pytest.mark.parametrize(
    ("collected", "field", "value"),
    [
        ({"NetLbfoTeam": []}, "teams", []),
        ({}, "teams", None),
        ({"VMSwitch": []}, "switches", []),
        ({"HotFix": []}, "updates", []),
        ({"HotFix": [{"HotFixID": "KB1"}]}, "updates", ["KB1"]),
        ({"File": []}, "disk_files", []),
        ({"File": [{"FullName": "D:\\a.vhdx"}]}, "disk_files", ["D:\\a.vhdx"]),
        ({"VM": [], "VMNetworkAdapter": []}, "virtual_adapters", []),
        ({"DedupVolume": []}, "volumes", None),
    ],
)
def test_an_empty_list_says_that_there_is_none(collected: dict, field: str, value: object) -> None:
    assert getattr(host(read(export({"VMHost": [{"Name": "HV01", "LogicalProcessorCount": 8}], **collected}))), field) == value


def test_a_host_without_vms_says_so() -> None:
    assert read(export({"VM": []} | {"VMHost": [{"Name": "HV01", "MemoryCapacity": 1}]})).inventory.vms == []
    assert read(export()).inventory.vms is None


def test_a_vm_of_wmi_is_highly_available_or_not_only_where_that_is_known() -> None:
    rows = {
        "Msvm_ComputerSystem": [{"Name": "00000001-0000-4000-8000-000000000001", "ElementName": "A", "EnabledState": 2}],
        "Msvm_ResourceAllocationSettingData": [],
    }
    assert vm(read(export(rows)), "A").highly_available is False
    assert vm(read(export(rows, notRead=[{"host": "HV01", "what": "Cluster", "reason": "stopped"}])), "A").highly_available is None
    assert vm(read(export(rows, cluster={"Cluster": [{"Name": "CL1"}]})), "A").highly_available is None


# --- damaged exports --------------------------------------------------------------------------------------------------


def test_what_was_not_read_is_a_warning() -> None:
    reading = read(export(notRead=[{"host": "HV02", "what": "everything", "reason": "RPC server unavailable"}]))
    assert [warning for warning in reading.warnings if "HV02: everything was not read: RPC server unavailable" in warning]


def test_a_class_of_a_newer_script_is_left_out_with_a_warning() -> None:
    reading = read(export({"VMHost": [{"Name": "HV01", "LogicalProcessorCount": 8}], "Quantum": [{"Name": "HV01"}]}))
    assert host(reading).logical_processors == 8
    assert any("class Quantum" in warning for warning in reading.warnings)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_with_and_without_a_byte_order_mark(mark: str) -> None:
    assert read(mark + json.dumps(export())).left_out == []


def test_written_again_by_another_program_it_is_still_an_export() -> None:
    again = json.dumps(export(), indent=4, sort_keys=True)
    assert host(read(again)).logical_processors == 8


BAD = [
    (lambda text: text[: len(text) // 2], "cut off", "copy the file again"),
    (lambda text: text + "{}", "something else behind", "collect again"),
    (lambda text: text.replace('"version": 1', '"version": 2'), "$.version: an export of version 2", "update Lotse"),
    (lambda text: text.replace('"taken": "2024-06-01T12:00:00Z"', '"taken": "1.6.2024"'), "$.taken", "collect again"),
    (lambda text: text.replace('"name": "HV01"', '"name": ""'), "$.hosts[0].name", "collect again"),
    (lambda text: text.replace('"notRead": []', '"notRead": {}'), "$.notRead", "collect again"),
    (lambda text: text.replace("[{\"Name\"", "[7, {\"Name\""), "$.hosts[0].collected.VMHost[0]", "collect again"),
    (lambda text: text.replace('"hosts"', '"hostes"'), "'hosts' is a required property", "collect again"),
    (lambda text: text.replace("VMHost", "Quantum"), "without any object", "collect again"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "says", "remedy"), BAD, ids=[says for _, says, _ in BAD])
def test_a_damaged_export_is_refused_with_place_and_remedy(damage: Any, says: str, remedy: str) -> None:
    reading = read(damage(json.dumps(export())))
    assert reading.files == []
    message = str(reading.left_out[0])
    assert says in message
    assert remedy in message
    assert message.startswith("export.json")
