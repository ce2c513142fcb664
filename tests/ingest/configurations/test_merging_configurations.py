"""Several files into one inventory: who belongs to whom, what contradicts, and what stays unknown."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ingest.configurations.read import Reading, Upload, read_paths, read_uploads
from kb.inventory import Inventory, to_builtins, walk

CLUSTER = Path(__file__).parent / "fixtures" / "cluster"
ONE, TWO = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"


def reading(*values: Any) -> Reading:
    result = read_uploads([Upload(f"{number}.json", json.dumps(value).encode()) for number, value in enumerate(values)])
    assert result.left_out == []
    return result


def names(inventory: Inventory) -> list[str | None]:
    return [vm.name for vm in inventory.vms or []]


@pytest.fixture(scope="module")
def cluster() -> Reading:
    return read_paths([CLUSTER])


def test_a_cluster_exported_command_by_command(cluster: Reading):
    inventory = cluster.inventory
    assert cluster.left_out == []
    assert cluster.files == sorted(cluster.files)
    assert inventory.counts() == {
        "clusters": 1, "hosts": 2, "nodes": 2, "networks": 3, "volumes": 1, "vms": 3,
        "disks": 4, "adapters": 2, "switches": 2, "checkpoints": 1,
    }  # fmt: skip
    assert sorted(str(name) for name in names(inventory)) == ["Boje", "Kutter", "Möwe"]


def test_its_hosts(cluster: Reading):
    one, two = (to_builtins(host) for host in cluster.inventory.hosts or [])
    assert (one["version"], one["edition"], one["domain"]) == ("2012R2", "datacenter", "hafen.example")
    assert (two["version"], two["edition"], two["domain"]) == ("2012R2", "standard", "")
    assert [len(host["processors"]) for host in (one, two)] == [2, 1]
    assert one["memory"] == 2**37  # the slightly smaller figure of Win32_ComputerSystem contradicts nothing
    assert [(a["name"], a.get("speed")) for a in one["adapters"]] == [("Ethernet 1", 10**10), ("Ethernet 2", None)]
    assert one["antivirus_exclusions"] == ["C:\\ClusterStorage", "vmms.exe", "vmwp.exe"]
    assert "antivirus_exclusions" not in two  # hidden from whoever ran the command
    assert (one["hyperv_installed"], one["clustering_installed"]) == (True, False)
    assert one["switches"][0] == {
        "name": "Produktion", "type": "external", "allow_management_os": True, "embedded_teaming": False, "sr_iov": False,
        "adapters": ["Teamed-Interface"], "extensions": [{"id": "e", "name": "Microsoft-NDIS-Aufzeichnung", "enabled": False}],
    }  # fmt: skip


def test_its_cluster(cluster: Reading):
    found = to_builtins(cluster.inventory)["cluster"]
    assert [(n["name"], n["state"], n["version"], n["votes"]) for n in found["nodes"]] == [
        ("LOTSE1", "Up", "2012R2", 1),
        ("LOTSE2", "Paused", "2012R2", 1),
    ]
    assert [(n["name"], n["role"], n["subnet"]) for n in found["networks"]] == [
        ("Verwaltung", "cluster_and_client", "10.1.0.0/24"),
        ("Live Migration", "cluster", "10.2.0.0/16"),
        ("iSCSI", "none", "10.3.0.0/24"),
    ]
    assert found["vms"] == ["Möwe", "Kutter"]
    assert found["witness"] == {"kind": "file_share", "resource": "Zeuge"}
    (volume,) = found["volumes"]
    assert (volume["state"], volume["redirection_reason"]) == ("block_redirected", "NoDiskConnectivity")  # as the worse node sees it
    assert (volume["file_system"], volume["owner"], len(volume["files"])) == ("CSVFS", "LOTSE1", 2)


def test_its_vms(cluster: Reading):
    vms = {vm["name"]: vm for vm in to_builtins(cluster.inventory)["vms"]}
    gull, cutter = vms["Möwe"], vms["Kutter"]
    assert (gull["host"], gull["processor_compatibility"], gull["secure_boot"]) == ("LOTSE1", True, True)
    assert gull["boot_order"] == ["disk", "network", "file"]
    assert [(d["type"], d["format"], d["size"]) for d in gull["disks"]] == [("dynamic", "vhdx", 107374182400)]
    assert gull["adapters"] == [
        {
            "name": "Netzwerkkarte",
            "switch": "Produktion",
            "legacy": False,
            "mac": "00155D0A0C01",
            "dynamic_mac": True,
            "vlan": 20,
            "vlan_mode": "access",
        }
    ]
    assert [c["created"] for c in gull["checkpoints"]] == ["2014-01-06T16:00:00Z"]
    assert {s["service"]: (s["enabled"], s.get("up_to_date")) for s in gull["integration_services"]} == {
        "heartbeat": (True, None),
        "vss": (True, False),
        "guest": (False, None),
    }
    assert [(d["controller"], d.get("type"), d["pass_through"]) for d in cutter["disks"]] == [("ide", "fixed", False), ("scsi", None, True)]
    assert (cutter["scsi_controllers"], cutter["boot_order"]) == (2, ["cd", "disk", "network", "floppy"])
    assert "dvds" not in cutter
    assert "integration_version" not in vms["Boje"]


def test_its_warnings_say_what_is_missing(cluster: Reading):
    assert len(cluster.warnings) == 2
    assert any("vms-lotse2.json" in warning and "-Depth 4" in warning for warning in cluster.warnings)
    assert any("defender.json" in warning and "administrator" in warning for warning in cluster.warnings)


def test_every_object_knows_where_it_stands_and_every_value_where_it_was_read(cluster: Reading):
    for thing in walk(cluster.inventory):
        for name in thing.__struct_fields__:
            if name != "at" and getattr(thing, name) is not None and thing is not cluster.inventory:
                assert thing.where(name), (type(thing).__name__, name)


VM = {"Name": "Ewer", "Id": ONE, "ComputerName": "kai1", "ProcessorCount": 2}
PROCESSOR = {"VMName": "Ewer", "VMId": ONE, "Count": 2, "CompatibilityForMigrationEnabled": True}
DISKS = [{"VMName": "EWER", "Path": "D:\\a.vhdx", "ControllerType": 1, "ControllerNumber": 0, "ControllerLocation": 0}]
VHD = {"Path": "d:\\A.VHDX", "VhdType": 3, "VhdFormat": 3, "Size": 5}


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_the_files_does_not_matter(order: tuple[int, ...]):
    files = [VM, PROCESSOR, DISKS, VHD]
    result = reading(*(files[number] for number in order))
    assert result.warnings == []
    disk = {"path": "D:\\a.vhdx", "controller": "scsi", "controller_number": 0, "location": 0, "pass_through": False}
    disk |= {"format": "vhdx", "type": "dynamic", "size": 5}
    vm = {"name": "Ewer", "id": ONE, "host": "kai1", "processors": 2, "processor_compatibility": True, "disks": [disk]}
    assert to_builtins(result.inventory) == {"vms": [vm]}


def test_a_row_makes_its_vm_when_no_other_file_does():
    assert to_builtins(reading(PROCESSOR).inventory) == {
        "vms": [{"name": "Ewer", "id": ONE, "processors": 2, "processor_compatibility": True}]
    }


def test_a_contradiction_keeps_the_first_and_names_both_places():
    result = reading(VM, VM | {"ProcessorCount": 8})
    (vm,) = result.inventory.vms or []
    assert vm.processors == 2
    assert result.warnings == ["vm Ewer: processors is 2 in 0.json $.ProcessorCount but 8 in 1.json $.ProcessorCount; the first is kept"]


def test_what_one_file_does_not_know_the_other_supplies():
    (vm,) = reading(VM | {"State": None}, VM | {"State": 2}).inventory.vms or []
    assert vm.state == "Running"
    assert vm.at["state"].file == "1.json"


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ({"Id": ONE}, {"Id": TWO}, 2),  # one name, two ids
        ({"Id": ONE}, {"Id": ONE, "Name": "Umbenannt"}, 1),  # one id, two names
        ({"Id": ONE}, {"Id": None}, 1),
        ({"Id": None, "ComputerName": "kai1"}, {"Id": None, "ComputerName": "kai2"}, 2),
        ({"Id": None, "ComputerName": "kai1"}, {"Id": None, "ComputerName": "KAI1.hafen.example"}, 1),
        ({"Id": None, "ComputerName": None}, {"Id": None, "ComputerName": "kai2"}, 1),
    ],
)
def test_which_vms_are_the_same(one: dict[str, Any], other: dict[str, Any], count: int):
    assert len(reading(VM | one, VM | other).inventory.vms or []) == count


def test_two_vms_of_one_name_in_one_file_stay_two_and_a_row_that_could_be_of_both_is_left_out():
    twins = [{"Name": "Zwilling", "ProcessorCount": 1}, {"Name": "Zwilling", "ProcessorCount": 2}]
    result = reading(twins, {"VMName": "Zwilling", "CompatibilityForMigrationEnabled": True})
    assert [(vm.processors, vm.processor_compatibility) for vm in result.inventory.vms or []] == [(1, None), (2, None)]
    assert "2 VMs could be the one" in result.warnings[0]


def test_rows_that_name_no_owner_belong_to_the_only_one():
    exclusions = {"ExclusionPath": ["C:\\ClusterStorage"]}
    host = {"Name": "kai1", "LogicalProcessorCount": 8}
    (only,) = reading(exclusions, host).inventory.hosts or []
    assert (only.name, only.antivirus_exclusions) == ("kai1", ["C:\\ClusterStorage"])
    result = reading(exclusions, host, host | {"Name": "kai2"})
    assert [h.antivirus_exclusions for h in result.inventory.hosts or []] == [None, None]
    assert "does not say which of 2 hosts" in result.warnings[0]


@pytest.mark.parametrize(
    ("other", "count"),
    [
        ({"SerialNumber": "s1"}, 1),
        ({"SerialNumber": "S1", "UniqueId": "eui.1"}, 1),
        ({"SerialNumber": "S1", "Number": 4, "@type": "MSFT_Disk"}, 2),
        ({"SerialNumber": "S2"}, 2),
    ],
)
def test_a_physical_disk_is_known_by_its_serial_where_nothing_better_tells(other: dict[str, Any], count: int):
    disk = {"@type": "MSFT_Disk", "PSComputerName": "HV01", "Number": 3, "SerialNumber": "S1", "BusType": 17}
    of_one, of_other = [disk], [{"@type": "MSFT_PhysicalDisk", "PSComputerName": "HV01", "MediaType": 4, **other}]
    (host,) = reading(of_one, of_other).inventory.hosts or []
    assert len(host.disks or []) == count


def test_a_second_cluster_is_left_out():
    result = reading({"Name": "A", "DynamicQuorum": 1}, {"Name": "B", "DynamicQuorum": 0})
    assert result.inventory.cluster
    assert result.inventory.cluster.name == "A"
    assert "cluster B is left out" in result.warnings[0]


def test_virtual_disks_that_no_vm_uses_are_named_once():
    result = reading([VHD, VHD | {"Path": "E:\\b.vhdx"}])
    assert to_builtins(result.inventory) == {}
    assert len(result.warnings) == 1
    assert "and 1 more: no VM that was read uses it" in result.warnings[0]


def test_an_inventory_by_hand_completes_an_export():
    uploads = [Upload("vm.json", json.dumps(VM).encode()), Upload("more.yaml", b"vms:\n  - name: ewer\n    host_backup: true\n")]
    (vm,) = read_uploads(uploads).inventory.vms or []
    assert (vm.name, vm.host_backup, vm.at["host_backup"].path) == ("Ewer", True, "line 3")
