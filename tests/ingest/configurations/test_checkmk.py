"""Output of the Checkmk agent: its Hyper-V sections, old and new, and what it tells of the host and the cluster."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins

TABLE = """<<<hyperv_vms:sep(9)>>>
"Name"\t"State"\t"Uptime"\t"Status"
"mail 1"\t"Running"\t"12.03:04:05.6000000"\t"Operating normally"
Get-VM : The operation has timed out.
"""
GENERAL = """<<<hyperv_vm_general:cached(1760000000,120)>>>
name LAGER01
cluster.clustered True
cluster.group LAGER01
cluster.startup_priority 3000
runtime.host KNOTEN1
runtime.powerState Running
config.vmid 5b1d6c58-0a53-4c42-9a5b-6c8b7a3e1f01
config.generation 2
config.version 9.0
config.created 2/25/2024 5:34:48 PM
guest.os Windows Server 2022 Standard
config.AutomaticStopAction ShutDown
config.AutomaticStartAction StartIfRunning
config.ConfigurationPath C:\\ClusterStorage\\Volume1\\LAGER01
config.CurrentCheckpointType Production
replication.mode not configured
security.shieldedVM False
security.TPMEnabled True
"""
HARDWARE = """<<<hyperv_vm_cpu>>>
config.hardware.numCPU 4
config.hardware.CompatibilityForMigration True
<<<hyperv_vm_ram>>>
config.hardware.RAMType Dynamic Memory
config.hardware.StartRAM 4096
config.hardware.MinRAM 512.5
config.hardware.MaxRAM 16384
<<<hyperv_vm_vhd>>>
vhd 2
vhd.name Hard Drive
vhd.controller.Type SCSI
vhd.controller.number 0
vhd.controller.location 0
vhd.path C:\\ClusterStorage\\Volume1\\LAGER01\\os.vhdx
vhd.format VHDX
vhd.type Dynamic
vhd.maximumcapacity 61440
vhd.usedcapacity 20480.25
vhd.name Hard Drive
vhd.controller.Type SCSI
vhd.controller.number 0
vhd.controller.location 1
vhd.path Disk 7 100.00 GB Bus 0 Lun 3 Target 1
vhd.type Direct
<<<hyperv_vm_nic>>>
nic 1
nic.name Netzwerkkarte
nic.vswitch none
nic.dynamicMAC False
nic.MAC 00155D0A0B0C
nic.IP 10.1.0.5
nic.IP fe80::5
nic.security.DHCPGuard On
nic.VLAN.mode Access
nic.VLAN.id 12
<<<hyperv_vm_integration>>>
guest.tools.number 2
guest.tools.service.Zeitsynchronisierung inactive
guest.tools.service.Guest_Service_Interface active
<<<hyperv_vm_checkpoints>>>
checkpoints 2
checkpoint.name vor Update (2/25/2024 - 6:00:00 PM)
checkpoint.created 2/25/2024 6:00:00 PM
checkpoint.parent
checkpoint.name danach
checkpoint.created 2/26/2024 6:00:00 AM
checkpoint.parent vor Update (2/25/2024 - 6:00:00 PM)
"""
NEW = """<<<hyperv_node_json:sep(0)>>>
{"host":"KNOTEN1","vmCount":1}
<<<<LAGER01>>>>
<<<hyperv_vm_general_json:sep(0)>>>
{"name":"LAGER01","cluster.clustered":true,"runtime.host":"KNOTEN1","runtime.powerState":"Running","config.generation":2,"config.Path":null}
<<<hyperv_vm_checkpoints_json:sep(0)>>>
{}
<<<hyperv_vm_ram_json:sep(0)>>>
{"config.hardware.StartRAM":4294967296,"config.hardware.RAMType":false,"config.hardware.AssignedRAM":4294967296}
<<<hyperv_vm_nic_json:sep(0)>>>
{"nic.name":"A","nic.vswitch":"LAN","nic.MAC":"00155D0A0B0C","nic.IPAddresses":["10.1.0.5"],"nic.security.DHCPGuard":1,"nic.VLAN.mode":"Untagged"}
<<<hyperv_vm_integration_json:sep(0)>>>
{"enabled":true,"name":"VSS","PrimaryStatusDescription":"OK","SecondaryStatusDescription":""}
<<<hyperv_vm_vhd_json:sep(0)>>>
{"vhd.Path":"D:\\\\os.vhdx","vhd.controller.Type":1,"vhd.controller.Number":0,"vhd.controller.Location":0,"vhd.Type":"Fixed","vhd.DiskSize":1073741824}
<<<<>>>>
"""
CLUSTER = """<<<check_mk>>>
Version: 2.3.0
AgentOS: windows
Hostname: KNOTEN1
OSName: Microsoft Windows Server 2022 Datacenter
OSVersion: 10.0.20348
<<<mem>>>
MemTotal:      33554432 kB
<<<services>>>
vmms running/auto Hyper-V Virtual Machine Management
<<<hyperv_cluster_general>>>
cluster.name HAFEN
quorum.resourcename Cloud Witness
quorum.type Majority
<<<hyperv_cluster_nodes>>>
cluster.number_of_nodes 2
cluster.node.name KNOTEN1
cluster.node.id  1
cluster.node.state Up
cluster.node.weight 1
cluster.node_vendor.manufacturer Dell Inc.
cluster.node_vendor.model PowerEdge R660
cluster.node.name KNOTEN2
cluster.node.state Down
<<<hyperv_cluster_network>>>
cluster.number_of_networks 1
cluster.network.name Verwaltung
cluster.network.role ClusterAndClient
cluster.network.state Up
cluster.network.ip 10.1.0.0
cluster.network.netmask 255.255.255.0
<<<hyperv_cluster_csv>>>
cluster.number_of_csv 1
cluster.csv.name Datentraeger 1
cluster.csv.owner KNOTEN1
cluster.csv.volume C:\\ClusterStorage\\Volume1
cluster.csv.size 1099511627776
cluster.csv.free_space 549755813888
<<<hyperv_cluster_roles>>>
cluster.number_of_vms 1
cluster.vm.name LAGER01
cluster.vm.state Online
cluster.vm.owner KNOTEN1
<<<hyperv_cluster_updater>>>
cluster.cau.state not installed
"""
VM = {
    "Name": "LAGER01", "ComputerName": "KNOTEN1", "VMId": "5b1d6c58-0a53-4c42-9a5b-6c8b7a3e1f01", "IsClustered": True, "State": 2,
    "Generation": 2, "Version": "9.0", "CreationTime": "2024-02-25T17:34:48Z", "AutomaticStopAction": 4, "AutomaticStartAction": 3,
    "ConfigurationLocation": r"C:\ClusterStorage\Volume1\LAGER01", "CheckpointType": 3, "ReplicationMode": 0, "ProcessorCount": 4,
    "Guest": {"OSName": "Windows Server 2022 Standard"}, "Security": {"TpmEnabled": True, "Shielded": False},
    "Processor": {"CompatibilityForMigrationEnabled": True},
    "Memory": {"Startup": 4 * 2**30, "Minimum": 537395200, "Maximum": 16 * 2**30, "DynamicMemoryEnabled": True},
    "HardDrives": [
        {"ControllerType": 1, "ControllerNumber": 0, "ControllerLocation": 0, "Path": r"C:\ClusterStorage\Volume1\LAGER01\os.vhdx",
         "VhdFormat": 3, "VhdType": 3, "Size": 60 * 2**30, "FileSize": 20480 * 2**20 + 2**18},
        {"ControllerType": 1, "ControllerNumber": 0, "ControllerLocation": 1, "Path": "Disk 7 100.00 GB Bus 0 Lun 3 Target 1"},
    ],
    "NetworkAdapters": [
        {"Name": "Netzwerkkarte", "SwitchName": "", "DynamicMacAddressEnabled": False, "MacAddress": "00155D0A0B0C",
         "IPAddresses": ["10.1.0.5", "fe80::5"], "DhcpGuard": 0, "VlanSetting": {"OperationMode": 1, "AccessVlanId": 12}},
    ],
    "VMIntegrationService": [{"Name": "Zeitsynchronisierung", "Enabled": False}, {"Name": "Guest Service Interface", "Enabled": True}],
    "Snapshots": [
        {"Name": "vor Update (2/25/2024 - 6:00:00 PM)", "CreationTime": "2024-02-25T18:00:00Z", "ParentSnapshotName": ""},
        {"Name": "danach", "CreationTime": "2024-02-26T06:00:00Z", "ParentSnapshotName": "vor Update (2/25/2024 - 6:00:00 PM)"},
    ],
}  # fmt: skip


def read(text: str) -> Reading:
    return read_uploads([Upload("agent.txt", text.encode())])


def test_sections_of_a_vm_tell_what_the_cmdlets_tell():
    told = read(GENERAL + HARDWARE)
    exported = read_uploads([Upload("vm.json", json.dumps(VM).encode())])
    assert to_builtins(told.inventory)["vms"] == to_builtins(exported.inventory)["vms"]
    assert told.inventory.taken == "2025-10-09T08:53:20Z"
    assert told.inventory.cluster
    assert told.inventory.cluster.groups
    assert told.inventory.cluster.groups[0].priority == 3000
    assert not told.warnings


def test_sections_in_json():
    (vm,) = to_builtins(read(NEW).inventory)["vms"]
    assert vm == {
        "name": "LAGER01", "host": "KNOTEN1", "state": "Running", "generation": 2, "highly_available": True, "memory": 2**32,
        "memory_assigned": 2**32, "dynamic_memory": False, "checkpoints": [],
        "adapters": [{"name": "A", "switch": "LAN", "mac": "00155D0A0B0C", "addresses": ["10.1.0.5"], "dhcp_guard": False, "vlan": 0, "vlan_mode": "untagged"}],
        "integration_services": [{"service": "vss", "enabled": True, "status": "Ok"}],
        "disks": [{"path": r"D:\os.vhdx", "controller": "scsi", "controller_number": 0, "location": 0, "pass_through": False, "format": "vhdx", "type": "fixed", "size": 2**30}],
    }  # fmt: skip


def test_cluster_and_host():
    found = to_builtins(read(CLUSTER).inventory)
    assert found["cluster"] == {
        "name": "HAFEN", "quorum": "Majority", "witness": {"kind": "cloud", "resource": "Cloud Witness"}, "vms": ["LAGER01"],
        "nodes": [{"name": "KNOTEN1", "state": "Up", "votes": 1}, {"name": "KNOTEN2", "state": "Down"}],
        "networks": [{"name": "Verwaltung", "role": "cluster_and_client", "state": "Up", "subnet": "10.1.0.0/24"}],
        "volumes": [{"name": "Datentraeger 1", "owner": "KNOTEN1", "path": r"C:\ClusterStorage\Volume1", "size": 2**40, "free": 2**39}],
        "groups": [{"name": "LAGER01", "type": "VirtualMachine", "state": "Online", "owner": "KNOTEN1"}],
        "updating": {"installed": False},
    }  # fmt: skip
    (host,) = found["hosts"]
    assert host == {
        "name": "KNOTEN1", "version": "2022", "build": "10.0.20348", "edition": "datacenter", "memory": 32 * 2**30, "model": "Dell Inc. PowerEdge R660",
        "services": [{"name": "vmms", "state": "Running", "start": "automatic"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "name", "state"),
    [
        ('"a b"\t"Off"\t"00:00:00"\t"Operating normally"', "a b", "Off"),
        ("a\tSaved\t00:00:00\tOperating normally", "a", "Saved"),
        ("app Running 1.02:03:04 Operating normally", "app", "Running"),
        ("app_snap (23.05.2031 - 09:29:29) Running 18:20:34 Operating normally", "app_snap (23.05.2031 - 09:29:29)", "Running"),
        ("name with Off inside Paused 00:00:01 Operating normally", "name with Off inside", "Paused"),
    ],
)
def test_rows_of_the_table(line: str, name: str, state: str):
    (vm,) = read(f"<<<hyperv_vms>>>\nName State Uptime Status\n{line}\n").inventory.vms or []
    assert (vm.name, vm.state) == (name, state)


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_the_table_alone(mark: str):
    text = mark.join(("Name", "State", "Uptime", "Status")) + "\n" + mark.join(("app", "Paused", "00:00:01", "Operating normally")) + "\n"
    (vm,) = read(text).inventory.vms or []
    assert (vm.name, vm.state) == ("app", "Paused")
    if mark == "\t":  # as the agent prints it, with errors in between
        reading = read(text + "Get-VM : Access denied\n" + text.splitlines()[1].replace("app", "web"))
        assert [vm.name for vm in reading.inventory.vms or []] == ["app", "web"]
        assert "line 3" in reading.warnings[0]


def test_lines_printed_by_mistake_are_named_and_left_out():
    reading = read(TABLE)
    assert [vm.name for vm in reading.inventory.vms or []] == ["mail 1"]
    (warning,) = reading.warnings
    assert "line 4" in warning
    assert "timed out" in warning


def test_what_is_piggybacked_belongs_to_the_vm_named_and_a_table_to_the_same_vm():
    text = (
        TABLE
        + "<<<<mail 1>>>>\n<<<hyperv_checkpoints>>>\nNo_Checkpoints\n<<<<web>>>>\n<<<hyperv_checkpoints>>>\n"
        + "0" * 35
        + "1 60\n<<<<>>>>\n"
    )
    mail, web = read(text + "<<<systemtime>>>\n1760000000\n").inventory.vms or []
    assert (mail.name, mail.state, mail.checkpoints) == ("mail 1", "Running", [])
    assert web.checkpoints
    assert web.checkpoints[0].created == "2025-10-09T08:52:20Z"
    assert (read(text).inventory.vms or [])[1].checkpoints[0].created is None  # an age needs the time it was told


def test_a_section_that_comes_again_begins_another_vm():
    vms = read(GENERAL + HARDWARE + GENERAL.replace("LAGER01", "LAGER02").replace("1f01", "1f02")).inventory.vms or []
    assert [(vm.name, vm.processors) for vm in vms] == [("LAGER01", 4), ("LAGER02", None)]


def test_dates_whose_order_cannot_be_told_are_not_known():
    reading = read(GENERAL.replace("2/25/2024", "2/5/2024"))
    assert (reading.inventory.vms or [])[0].created is None
    assert any("CreationTime" in warning for warning in reading.warnings)


@given(st.data())
def test_damaged_output_is_read_or_left_out(draw: st.DataObject):
    damaged = bytearray((TABLE + GENERAL + HARDWARE + NEW + CLUSTER).encode())
    for _ in range(draw.draw(st.integers(1, 5))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 300))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)


HEADERS = ("general", "checkpoints", "cpu", "ram", "vhd", "nic", "integration", "general_json", "ram_json", "vhd_json", "checkpoints_json")


@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"<<<hyperv_vm_{name}>>>" for name in HEADERS]),
            st.sampled_from(list((GENERAL + HARDWARE + CLUSTER + TABLE).split("\n"))),
            st.sampled_from(['{"vhd.Path": 1}', '{"name": [], "replication.mode": {}}', "[1, {}]", "vhd ²", "nic.VLAN.mode", "<<<<x>>>>"]),
            st.text(max_size=20),
        )
    )
)
def test_any_lines_are_read_or_left_out(lines: list[str]):
    reading = read("<<<hyperv_vms>>>\n" + "\n".join(lines))
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)
