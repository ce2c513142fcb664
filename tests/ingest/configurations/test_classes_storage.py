"""What hosts tell of disks, volumes, Storage Spaces, shares and the ways to storage."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.configurations.read import Upload, read_uploads
from kb.inventory import to_builtins


def data(*values: Any) -> dict[str, Any]:
    result = read_uploads([Upload(f"{number}/x.json", json.dumps(value).encode()) for number, value in enumerate(values)])
    assert result.left_out == []
    return to_builtins(result.inventory)


def of_host(name: str, *found: Any) -> dict[str, Any]:
    return {"hosts": [{"name": "kai1", name: list(found)}]}


HOST = {"ComputerName": "kai1"}
TABLE: dict[str, tuple[Any, dict[str, Any]]] = {
    "Win32_Volume, a drive and a mount point": (
        [
            {"SystemName": "kai1", "Name": "D:\\", "FileSystem": "NTFS", "Capacity": 1000, "FreeSpace": 400, "Compressed": False},
            {"SystemName": "kai1", "Name": "D:\\Mount\\", "FileSystem": "ReFS", "Capacity": 10, "FreeSpace": 4, "Compressed": False},
            {"SystemName": "kai1", "Name": "\\\\?\\Volume{0}\\", "FileSystem": "NTFS", "Capacity": 10, "FreeSpace": 4, "Compressed": False},
        ],
        of_host(
            "volumes",
            {"path": "D:", "file_system": "NTFS", "size": 1000, "free": 400, "compressed": False},
            {"path": "D:\\Mount", "file_system": "ReFS", "size": 10, "free": 4, "compressed": False},
        ),
    ),
    "Win32_Volume below ClusterStorage, told by two nodes": (
        [
            {
                "SystemName": name,
                "Name": "C:\\ClusterStorage\\Volume1\\",
                "FileSystem": "CSVFS",
                "Capacity": 9,
                "FreeSpace": 4,
                "Compressed": True,
            }
            for name in ("kai1", "kai2")
        ],
        {"cluster": {"volumes": [{"path": "C:\\ClusterStorage\\Volume1", "size": 9, "free": 4, "compressed": True}]}},
    ),
    "Get-Volume": (
        HOST | {"DriveLetter": "E", "FileSystem": "NTFS", "Size": 1000, "SizeRemaining": 400, "DedupMode": 2},
        of_host("volumes", {"path": "E:", "file_system": "NTFS", "size": 1000, "free": 400, "deduplication": True}),
    ),
    "Get-DedupVolume": (
        HOST | {"Volume": "C:\\ClusterStorage\\Volume1", "Enabled": True, "UsageType": "HyperV"},
        {"cluster": {"volumes": [{"path": "C:\\ClusterStorage\\Volume1", "deduplication": True}]}},
    ),
    "Get-BitLockerVolume": (
        HOST | {"MountPoint": "D:", "VolumeStatus": "FullyEncrypted", "KeyProtector": []},
        of_host("volumes", {"path": "D:", "encrypted": True}),
    ),
    "sectors of volumes": (
        HOST | {"Volume": "D:\\", "PhysicalSectorSize": 4096},
        of_host("volumes", {"path": "D:", "physical_sector_size": 4096}),
    ),
    "Get-Disk": (
        HOST
        | {"Number": 3, "UniqueId": "6001405A", "SerialNumber": "S1", "Model": "LUN", "BusType": "Fibre Channel", "Size": 10**12}
        | {
            "PartitionStyle": 2,
            "PhysicalSectorSize": 512,
            "HealthStatus": 0,
            "IsClustered": True,
            "FileSystems": ["CSVFS"],
            "Dynamic": False,
        },
        of_host(
            "disks",
            {"number": 3, "id": "6001405A", "serial": "S1", "model": "LUN", "bus": "FibreChannel", "size": 10**12, "partition_style": "GPT"}
            | {"physical_sector_size": 512, "health": "Healthy", "clustered": True, "file_systems": ["CSVFS"], "dynamic": False},
        ),
    ),
    "Get-PhysicalDisk": (
        HOST
        | {
            "UniqueId": "eui.1",
            "SerialNumber": "S2",
            "Model": "P4510",
            "MediaType": 4,
            "BusType": 17,
            "FirmwareVersion": "VDV1",
            "Size": 2**40,
        }
        | {"HealthStatus": "Warning", "Usage": 5, "Pooled": True},
        of_host(
            "disks",
            {"id": "eui.1", "serial": "S2", "model": "P4510", "media": "SSD", "bus": "NVMe", "firmware": "VDV1", "size": 2**40}
            | {"health": "Warning", "journal": True, "pooled": True},
        ),
    ),
    "Get-StoragePool, told by two nodes": (
        [
            {
                "FriendlyName": "S2D on C1",
                "IsPrimordial": False,
                "Size": 100,
                "AllocatedSize": 60,
                "HealthStatus": "Healthy",
                "PSComputerName": name,
            }
            for name in ("kai1", "kai2")
        ],
        {"cluster": {"pools": [{"name": "S2D on C1", "primordial": False, "size": 100, "allocated": 60, "health": "Healthy"}]}},
    ),
    "Get-VirtualDisk": (
        {"FriendlyName": "V1", "ResiliencySettingName": "Mirror", "NumberOfDataCopies": 3, "PhysicalDiskRedundancy": 2, "Size": 5}
        | {"HealthStatus": 1, "OperationalStatus": ["Degraded", "Incomplete"]},
        {
            "cluster": {
                "virtual_disks": [
                    {"name": "V1", "resiliency": "Mirror", "copies": 3, "redundancy": 2, "size": 5, "health": "Warning"}
                    | {"status": "Degraded, Incomplete"}
                ]
            }
        },
    ),
    "Get-IscsiSession": (
        HOST | {"TargetNodeAddress": "iqn.x:t1", "IsConnected": True, "IsPersistent": False, "NumberOfConnections": 1},
        of_host("iscsi", {"target": "iqn.x:t1", "connected": True, "persistent": False, "connections": 1}),
    ),
    "host bus adapters": (
        HOST | {"Model": "QLE2742", "DriverName": "ql2300.sys", "DriverVersion": "9.4", "FirmwareVersion": "8.8"},
        of_host("hbas", {"model": "QLE2742", "driver": "9.4", "firmware": "8.8"}),
    ),
    "multipath drivers, none": (HOST | {"Mpio": ""}, {"hosts": [{"name": "kai1", "mpio": ""}]}),
    "Get-SmbConnection": (
        HOST | {"ServerName": "fs1", "ShareName": "vms", "Dialect": "3.1.1", "ContinuouslyAvailable": True},
        of_host("smb_connections", {"server": "fs1", "share": "vms", "dialect": "3.1.1", "continuously_available": True}),
    ),
    "NFS mounts, none": (HOST | {"NfsMounts": []}, of_host("nfs_mounts")),
    "NTLM, one policy is not set": (
        HOST | {"RestrictSendingNTLMTraffic": 2, "RestrictReceivingNTLMTraffic": None},
        {"hosts": [{"name": "kai1", "ntlm_outgoing": 2, "ntlm_incoming": 0}]},
    ),
    "resource pools without the primordial ones": (
        [
            HOST | {"Name": "Primordial", "ResourcePoolType": 3, "ParentName": [], "Paths": None},
            HOST | {"Name": "Gold", "ResourcePoolType": 3, "ParentName": ["Primordial"], "Paths": ["D:\\VMs"]},
        ],
        of_host("resource_pools", {"name": "Gold", "type": "VHD", "parents": ["Primordial"], "paths": ["D:\\VMs"]}),
    ),
    "a host with primordial pools only has none": (
        [HOST | {"Name": "Primordial", "ResourcePoolType": "Memory", "ParentName": []}],
        of_host("resource_pools"),
    ),
    "virtual disk files of a host": (
        [HOST | {"FullName": "D:\\VMs\\a.vhdx"}, HOST | {"FullName": "D:\\VMs\\a.txt"}, HOST | {"FullName": "D:\\VMs\\b.AVHDX"}],
        of_host("disk_files", "D:\\VMs\\a.vhdx", "D:\\VMs\\b.AVHDX"),
    ),
    "shared volume in maintenance": (
        {
            "Name": "Cluster Disk 1",
            "SharedVolumeInfo": [{"FriendlyVolumeName": "C:\\ClusterStorage\\V", "MaintenanceMode": True, "FaultState": 4}],
        },
        {
            "cluster": {
                "volumes": [{"name": "Cluster Disk 1", "path": "C:\\ClusterStorage\\V", "maintenance": True, "fault": "InMaintenance"}],
            }
        },
    ),
    "SCSI commands": (
        {"VMName": "Ewer", "VMId": "5B0C1D2E-1111-4222-8333-444455556666", "AllowFullSCSICommandSet": False},
        {"vms": [{"name": "Ewer", "id": "5b0c1d2e-1111-4222-8333-444455556666", "unfiltered_scsi": False}]},
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_an_object_tells_its_part_of_the_inventory(name: str) -> None:
    value, expected = TABLE[name]
    assert data(value) == expected


def test_the_files_of_a_disk_and_its_limits() -> None:
    drive = {"VMName": "Ewer", "ControllerType": "SCSI", "ControllerNumber": 0, "ControllerLocation": 0, "Path": "D:\\a.avhdx"}
    found = data(
        drive | {"MinimumIOPS": None, "MaximumIOPS": 500},
        drive | {"Exists": True, "ChainValid": True, "Chain": ["D:\\a.vhdx"]},
        {
            "Path": "D:\\a.avhdx",
            "VhdFormat": 3,
            "VhdType": 4,
            "FileSize": 9,
            "Alignment": 1,
            "PhysicalSectorSize": 4096,
            "BlockSize": 2**21,
        },
    )
    disk = found["vms"][0]["disks"][0]
    assert {name: disk[name] for name in ("minimum_iops", "maximum_iops", "exists", "chain_valid", "chain", "alignment")} == {
        "minimum_iops": 0,
        "maximum_iops": 500,
        "exists": True,
        "chain_valid": True,
        "chain": ["D:\\a.vhdx"],
        "alignment": 1,
    }
    assert (disk["physical_sector_size"], disk["block_size"]) == (4096, 2**21)


def test_a_disk_that_two_cmdlets_tell_of_is_one_and_two_paths_are_two() -> None:
    disk = HOST | {"UniqueId": "a1", "SerialNumber": "S1", "BusType": 9, "PartitionStyle": "GPT"}
    pooled = HOST | {"UniqueId": "a1", "MediaType": 4, "BusType": 9, "Pooled": False}
    found = data([disk | {"Number": 1}, disk | {"Number": 2}], pooled)["hosts"][0]["disks"]
    assert [(one["number"], one.get("media")) for one in found] == [(1, "SSD"), (2, None)]
