"""A made-up but realistic cluster of any size, as `Get-VM` and its sisters would export it through ConvertTo-Json."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

GB = 2**30
VERSION = {
    "Version": "10.0.20348",
    "Caption": "Microsoft Windows Server 2022 Datacenter",
    "OperatingSystemSKU": 8,
    "OSArchitecture": "64-bit",
}
SERVICES = (
    ("Heartbeat", "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47"),
    ("VSS", "5CED1297-4598-4915-A5FC-AD21BB4D02A4"),
    ("Time Synchronization", "2497F4DE-E9FA-4204-80E4-4B75C46419C0"),
    ("Shutdown", "9F8233AC-BE49-4C79-8EE3-E7E1985B2077"),
    ("Key-Value Pair Exchange", "2A34B1C2-FD73-4043-8A5B-DD2159BC743F"),
)


def export(nodes: int, vms: int, seed: int = 1) -> dict[str, Any]:
    """The export of a cluster: a few VMs in twenty have something wrong with them."""
    chance = random.Random(seed)
    names = [f"HV{n + 1:02}" for n in range(nodes)]
    volumes = [f"Volume{n + 1}" for n in range(max(2, nodes // 2))]
    by_host: dict[str, list[dict]] = {name: [] for name in names}
    groups = []
    for number in range(vms):
        host = names[number % nodes]
        by_host[host].append(_vm(number, host, chance.choice(volumes), chance))
        groups.append({"Name": f"VM{number + 1:05}", "GroupType": 111, "State": 0, "OwnerNode": host})
    return {
        "CollectedAt": "2026-01-31T06:00:00Z",
        "Cluster": {
            "Name": "CL01",
            "Domain": "contoso.local",
            "ClusterFunctionalLevel": 11,
            "DynamicQuorum": 1,
            "EnableSharedVolumes": 1,
            "S2DEnabled": 0,
            "SameSubnetDelay": 1000,
            "SameSubnetThreshold": 10,
            "CrossSubnetDelay": 1000,
            "CrossSubnetThreshold": 20,
            "BlockCacheSize": 1024,
        },
        "ClusterNodes": [
            {"Name": n, "State": 0, "NodeWeight": 1, "DynamicWeight": 1, "MajorVersion": 10, "MinorVersion": 0, "BuildNumber": 20348} for n in names
        ],
        "ClusterNetworks": [
            {"Name": f"Network {n}", "Role": role, "State": 3, "Metric": 10000 * n, "AutoMetric": True, "Address": f"10.0.{n}.0", "AddressMask": "255.255.255.0"}
            for n, role in ((1, 3), (2, 1), (3, 1))
        ],
        "ClusterSharedVolumes": [
            {"Name": f"Cluster Disk {n + 1}", "OwnerNode": names[n % nodes], "State": 2, "SharedVolumeInfo": [{"FriendlyVolumeName": f"C:\\ClusterStorage\\{v}", "Partition": {"FileSystem": "CSVFS_NTFS", "Size": 20000 * GB, "FreeSpace": 8000 * GB}}]}
            for n, v in enumerate(volumes)
        ],
        "ClusterGroups": groups,
        "Quorum": {"QuorumResource": {"Name": "Cloud Witness", "ResourceType": "Cloud Witness", "State": 2}, "QuorumType": 1},
        "Hosts": [_host(name, by_host[name]) for name in names],
    }  # fmt: skip


def _host(name: str, vms: list[dict]) -> dict[str, Any]:
    return {
        "VMHost": {
            "Name": name,
            "LogicalProcessorCount": 128,
            "MemoryCapacity": 2048 * GB,
            "VirtualHardDiskPath": "C:\\ClusterStorage\\Volume1",
            "VirtualMachinePath": "C:\\ClusterStorage\\Volume1",
            "VirtualMachineMigrationEnabled": True,
            "VirtualMachineMigrationAuthenticationType": 1,
            "VirtualMachineMigrationPerformanceOption": 1,
            "MaximumVirtualMachineMigrations": 2,
            "MaximumStorageMigrations": 2,
            "UseAnyNetworkForMigration": False,
            "NumaSpanningEnabled": True,
            "EnableEnhancedSessionMode": False,
            "MacAddressMinimum": f"00155D{int(name[2:]):02X}0000",
            "MacAddressMaximum": f"00155D{int(name[2:]):02X}00FF",
            "OperatingSystem": {"CSName": name} | VERSION,
            "ComputerSystem": {"Name": name, "Domain": "contoso.local", "PartOfDomain": True, "HypervisorPresent": True},
            "Processors": [{"Manufacturer": "GenuineIntel", "Name": "Intel(R) Xeon(R) Gold 6338", "NumberOfCores": 32, "NumberOfLogicalProcessors": 64}] * 2,
            "Switches": [{"Name": "LAN", "SwitchType": 2, "AllowManagementOS": True, "EmbeddedTeamingEnabled": True, "IovEnabled": False, "NetAdapterInterfaceDescriptions": ["NIC 1", "NIC 2"]}],
            "NetAdapters": [{"Name": f"NIC{n}", "InterfaceDescription": f"NIC {n}", "Status": "Up", "Speed": 25 * 10**9} for n in (1, 2, 3, 4)],
            "VMs": vms,
        }
    }  # fmt: skip


def _vm(number: int, host: str, volume: str, chance: random.Random) -> dict[str, Any]:
    name = f"VM{number + 1:05}"
    id = f"{number:08x}-0000-4000-8000-000000000000"
    folder = f"C:\\ClusterStorage\\{volume}\\{name}"
    odd = number % 20 == 0
    generation = 1 if number % 7 == 0 else 2
    return {
        "Name": name,
        "Id": id,
        "ComputerName": host,
        "State": 2 if number % 9 else 3,
        "Generation": generation,
        "Version": "10.0" if not odd else "9.0",
        "ProcessorCount": chance.choice((2, 4, 8)),
        "MemoryStartup": chance.choice((2, 4, 8)) * GB,
        "MemoryMinimum": GB,
        "MemoryMaximum": 16 * GB,
        "DynamicMemoryEnabled": number % 3 == 0,
        "IsClustered": True,
        "Path": folder,
        "ConfigurationLocation": folder,
        "SnapshotFileLocation": folder,
        "SmartPagingFilePath": folder,
        "CheckpointType": 3,
        "AutomaticCheckpointsEnabled": odd,
        "AutomaticStartAction": 2,
        "AutomaticStopAction": 3,
        "CreationTime": "2025-01-31T06:00:00Z",
        "HardDrives": [
            {"Path": f"{folder}\\{disk}.vhdx", "ControllerType": 0 if generation == 1 and disk == 0 else 1, "ControllerNumber": 0, "ControllerLocation": disk}
            for disk in range(2)
        ],
        "DVDDrives": [{"DvdMediaType": 0, "Path": None, "ControllerType": 0 if generation == 1 else 1, "ControllerNumber": 0, "ControllerLocation": 3}],
        "NetworkAdapters": [
            {"Name": "Network Adapter", "SwitchName": "LAN" if not odd else "Lan", "IsLegacy": False, "MacAddress": f"00155D{number + 0x800000:06X}", "DynamicMacAddressEnabled": True, "IsManagementOs": False}
        ],
        "VMIntegrationService": [
            {"Name": service, "Id": f"Microsoft:{id}\\{guid}", "Enabled": True, "PrimaryOperationalStatus": 2} for service, guid in SERVICES
        ],
        "Snapshots": [{"Name": "before", "Id": f"{number:08x}-0000-4000-8000-0000000000ff", "SnapshotType": 0, "CreationTime": "2025-12-01T06:00:00Z", "VMName": name}] if odd else [],
        "Processor": {"CompatibilityForMigrationEnabled": odd, "ExposeVirtualizationExtensions": False, "HwThreadCountPerCore": 0},
    }  # fmt: skip


def write(path: Path, nodes: int, vms: int) -> Path:
    """Write the export as a JSON file."""
    path.write_text(json.dumps(export(nodes, vms)), encoding="utf-8")
    return path
