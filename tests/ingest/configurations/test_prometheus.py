"""Metrics of windows_exporter in the text format of Prometheus."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins

HOST = r"""# HELP windows_os_info Contains full product name & version in labels.
# TYPE windows_os_info gauge
windows_os_info{build_number="20348",installation_type="Server Core",product="Windows Server 2022 Datacenter",revision="2340",version="10.0.20348"} 1
windows_os_hostname{domain="hafen.example",fqdn="kran1.hafen.example",hostname="kran1"} 1 1760000000000
windows_cs_physical_memory_bytes 1.37438953472e+11
windows_cs_logical_processors 64
windows_cpu_info{architecture="9",device_id="CPU0",name="Intel(R) Xeon(R) Gold 6338 CPU"} 1
windows_cpu_info_core_total{device_id="CPU0"} 32
windows_service_state{name="vmms",state="running"} 1
windows_service_state{name="vmms",state="stopped"} 0
windows_service_start_mode{name="vmms",start_mode="auto"} 1
windows_logical_disk_size_bytes{volume="C:"} 1.0e+11
windows_logical_disk_free_bytes{volume="C:"} NaN
windows_logical_disk_size_bytes{volume="HarddiskVolume1"} 1.0e+08
windows_hyperv_vm_cpu_total_run_time{core="0",vm="Lager \"alt\""} 5
windows_hyperv_vm_cpu_total_run_time{core="1",vm="Lager \"alt\""} 5
windows_hyperv_vswitch_bytes_total{vswitch="LAN"} +Inf
go_goroutines 12
"""
CLUSTER = r"""
windows_mscluster_cluster_same_subnet_threshold{name="HAFEN"} 20
windows_mscluster_cluster_DynamicQuorumEnabled{name="HAFEN"} 1
windows_mscluster_cluster_block_cache_size{name="HAFEN"} 512
windows_mscluster_node_state{name="kran1"} 0
windows_mscluster_node_node_weight{name="kran1"} 1
windows_mscluster_network_role{name="LAN"} 3
windows_mscluster_network_metric{name="LAN"} 40000
windows_mscluster_network_state{name="LAN"} 4294967295
windows_mscluster_resourcegroup_group_type{name="lager"} 111
windows_mscluster_resourcegroup_owner_node{name="lager",node_name="kran1"} 1
windows_mscluster_resourcegroup_owner_node{name="lager",node_name="kran2"} 0
windows_mscluster_resource_state{name="Cloud Witness",type="Cloud Witness",owner_group="Cluster"} 2
windows_mscluster_resource_owner_node{name="Cloud Witness",type="Cloud Witness",owner_group="Cluster",node_name="kran2"} 1
windows_mscluster_shared_volumes_info{name="Disk 1",path="C:\\ClusterStorage\\Volume1"} 1
windows_mscluster_shared_volumes_total_bytes{name="Disk 1"} 1.099511627776e+12
windows_mscluster_shared_volumes_free_bytes{name="Disk 1"} 5.49755813888e+11
"""
EXPORTED = {
    "Name": "HAFEN", "SameSubnetThreshold": 20, "DynamicQuorum": 1, "BlockCacheSize": 512,
    "Nodes": [{"Name": "kran1", "State": 0, "NodeWeight": 1}, {"Name": "kran2"}],
    "Networks": [{"Name": "LAN", "Role": 3, "Metric": 40000, "State": -1}],
    "Groups": [{"Name": "lager", "GroupType": 111, "OwnerNode": "kran1"}, {"Name": "Cluster", "OwnerNode": "kran2"}],
    "Resources": [{"Name": "Cloud Witness", "ResourceType": "Cloud Witness", "OwnerGroup": "Cluster", "State": 2}],
    "SharedVolumes": [{"Name": "Disk 1", "FriendlyVolumeName": r"C:\ClusterStorage\Volume1", "Size": 2**40, "FreeSpace": 2**39}],
}  # fmt: skip


def read(text: str) -> Reading:
    return read_uploads([Upload("metrics.prom", text.encode())])


def test_a_host():
    reading = read(HOST)
    found = to_builtins(reading.inventory)
    assert found["taken"] == "2025-10-09T08:53:20Z"
    assert found["hosts"] == [
        {
            "name": "kran1", "domain": "hafen.example", "version": "2022", "build": "10.0.20348.2340", "edition": "datacenter", "installation": "core",
            "memory": 2**37, "logical_processors": 64, "processors": [{"model": "Intel(R) Xeon(R) Gold 6338 CPU", "cores": 32}],
            "services": [{"name": "vmms", "state": "Running", "start": "automatic"}], "switches": [{"name": "LAN"}],
            "volumes": [{"path": "C:", "size": 100_000_000_000}],
        }
    ]  # fmt: skip
    assert found["vms"] == [{"name": 'Lager "alt"', "host": "kran1", "processors": 2}]
    assert not reading.warnings


def test_a_cluster_is_told_as_the_cmdlets_tell_it():
    exported = read_uploads([Upload("cluster.json", json.dumps(EXPORTED).encode())])
    assert to_builtins(read(CLUSTER).inventory)["cluster"] == to_builtins(exported.inventory)["cluster"]


def test_the_old_prefix_and_several_hosts_in_one_file():
    text = (
        'wmi_cs_logical_processors{instance="kran1.hafen.example:9182"} 16\n'
        'windows_cs_logical_processors{instance="kran2:9182"} 32\nwindows_cs_logical_processors{instance="10.0.0.9:9182"} 8\n'
    )
    reading = read(text)
    assert {host.name: host.logical_processors for host in reading.inventory.hosts or []} == {"kran1.hafen.example": 16, "kran2": 32}
    (warning,) = reading.warnings  # an address is no name
    assert "line 3" in warning
    assert "which of 2 hosts" in warning


def test_a_guest_is_refused():
    inside = 'windows_os_smbios_info{name="Virtual Machine",vendor="Microsoft Corporation"} 1\nwindows_cs_logical_processors 2\n'
    (out,) = read(inside).left_out
    assert "guest" in str(out)
    assert "hosts" in out.remedy
    assert read(inside + 'windows_hyperv_vswitch_bytes_total{vswitch="LAN"} 1\n').files  # nested: a guest that is a host too


@pytest.mark.parametrize(
    "line", ['windows_cs_x{a="b 1', "windows_cs_x{a=b} 1", "windows_cs_x", "windows_cs_x one", "windows_cs_x{} 1 soon"]
)
def test_lines_that_are_no_metrics_are_named_and_left_out(line: str):
    reading = read(f"{HOST}{line}\n")
    (warning,) = reading.warnings
    assert f"line {HOST.count(chr(10)) + 1}" in warning
    assert reading.inventory.hosts


@given(st.data())
def test_damaged_metrics_are_read_or_left_out(draw: st.DataObject):
    damaged = bytearray((HOST + CLUSTER).encode())
    for _ in range(draw.draw(st.integers(1, 5))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 300))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)


@given(
    st.lists(
        st.sampled_from(
            ["{", "}", '"', "\\", "=", ",", " ", "\n", "1", "-1", "1e400", "NaN", "windows_mscluster_node_state", "name", 'name="n"', "²"]
        )
    )
)
def test_any_signs_are_read_or_left_out(signs: list[str]):
    reading = read("windows_cs_logical_processors 4\n" + "".join(signs))
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)
