"""What clusters and Windows tell beyond nodes and networks: roles, resources, witness, updating, services, updates."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins


def reading(*values: Any, name: str = "x.json") -> Reading:
    return read_uploads([Upload(f"{number}/{name}", json.dumps(value).encode()) for number, value in enumerate(values)])


def data(*values: Any, name: str = "x.json") -> dict[str, Any]:
    result = reading(*values, name=name)
    assert result.left_out == []
    return to_builtins(result.inventory)


GROUP = {
    "Name": "Ewer",
    "GroupType": 111,
    "State": 0,
    "OwnerNode": {"Name": "kai1"},
    "AutoFailbackType": 1,
    "FailbackWindowStart": 4294967295,
    "FailbackWindowEnd": 4294967295,
    "FailoverThreshold": 4294967295,
    "FailoverPeriod": 6,
    "Priority": 3000,
    "AntiAffinityClassNames": ["DC"],
}
RESOURCE = {
    "Name": "Virtual Machine Ewer",
    "State": 2,
    "OwnerGroup": {"Name": "Ewer"},
    "ResourceType": {"Name": "Virtual Machine"},
    "IsCoreResource": False,
}

CLUSTER = [
    pytest.param(
        GROUP,
        {
            "vms": ["Ewer"],
            "groups": [
                {
                    "name": "Ewer",
                    "type": "VirtualMachine",
                    "state": "Online",
                    "owner": "kai1",
                    "failback": True,
                    "failback_window": "",
                    "failover_period": 6,
                    "priority": 3000,
                    "anti_affinity": ["DC"],
                }
            ],
        },
        id="a role",
    ),
    pytest.param(
        GROUP | {"GroupType": "Cluster", "FailbackWindowStart": 22, "FailbackWindowEnd": 5, "AntiAffinityClassNames": []},
        {
            "vms": [],
            "groups": [
                {"name": "Ewer", "type": "Cluster", "state": "Online", "owner": "kai1", "failback": True}
                | {"failback_window": "22-5", "failover_period": 6, "priority": 3000, "anti_affinity": []}
            ],
        },
        id="a core role with a window for failback",
    ),
    pytest.param(
        RESOURCE,
        {
            "vms": ["Ewer"],
            "resources": [{"name": "Virtual Machine Ewer", "type": "Virtual Machine", "state": "Online", "group": "Ewer", "core": False}],
        },
        id="a resource",
    ),
    pytest.param(
        [
            {"ClusterObject": {"Name": "Cluster Name"}, "Name": "HostRecordTTL", "Value": 1200, "ParameterType": "UInt32"},
            {"ClusterObject": {"Name": "Cluster Name"}, "Name": "Name", "Value": "HAFEN", "ParameterType": "String"},
        ],
        {"resources": [{"name": "Cluster Name", "parameters": {"HostRecordTTL": "1200", "Name": "HAFEN"}}]},
        id="parameters of a resource",
    ),
    pytest.param(
        {"ClusterObject": {"Name": "Virtual Machine"}, "Name": "MigrationExcludeNetworks", "Value": "a-1;b-2", "ParameterType": "String"},
        {"excluded_networks": ["a-1", "b-2"]},
        id="networks without live migration",
    ),
    pytest.param(
        {"ClusterObject": RESOURCE, "OwnerNodes": [{"Name": "kai1"}, {"Name": "kai2"}]},
        {"resources": [{"name": "Virtual Machine Ewer", "possible_owners": ["kai1", "kai2"]}]},
        id="possible owners",
    ),
    pytest.param(
        {"ClusterObject": GROUP, "OwnerNodes": []},
        {"groups": [{"name": "Ewer", "preferred_owners": []}]},
        id="preferred owners",
    ),
    pytest.param(
        {"Name": "apart", "RuleType": "DifferentNode", "Groups": ["Ewer", "Kutter"], "Enabled": True},
        {"groups": [{"name": "Ewer", "anti_affinity": ["apart"]}, {"name": "Kutter", "anti_affinity": ["apart"]}]},
        id="a rule that keeps roles apart",
    ),
    pytest.param(
        {"QuorumType": 1, "QuorumResource": {"Name": "FSW", "State": 4, "ResourceType": {"Name": "File Share Witness"}}},
        {"quorum": "Majority", "witness": {"kind": "file_share", "resource": "FSW", "state": "Failed"}},
        id="the state of the witness",
    ),
    pytest.param(
        {"WitnessSize": 2**30, "WitnessFileSystem": "NTFS", "WitnessDynamic": False, "WitnessIsCsv": False, "WitnessDriveLetter": ""},
        {"witness": {"size": 2**30, "file_system": "NTFS", "dynamic": False, "csv": False, "drive_letter": ""}},
        id="a witness disk",
    ),
    pytest.param(
        {"StorageAccountName": "hafen", "Kind": "StorageV2", "Sku": {"Name": "Standard_LRS", "Tier": "Standard"}},
        {"witness": {"kind": "cloud", "account_kind": "StorageV2", "account_tier": "Standard"}},
        id="the account of a cloud witness",
    ),
    pytest.param(
        {
            "Name": "HAFEN",
            "ObjectClass": "computer",
            "DistinguishedName": "CN=HAFEN,DC=kai",
            "Enabled": True,
            "servicePrincipalName": ["HOST/HAFEN"],
        },
        {
            "computer_objects": [
                {"name": "HAFEN", "exists": True, "distinguished_name": "CN=HAFEN,DC=kai", "enabled": True, "spns": ["HOST/HAFEN"]}
            ]
        },
        id="a computer account",
    ),
    pytest.param({"ValidationReports": []}, {"validated": ""}, id="never validated"),
    pytest.param(
        {"ValidationReports": ["2024-01-31T10:00:00.0000000Z", "2024-03-01T10:00:00.0000000Z"]},
        {"validated": "2024-03-01T10:00:00Z"},
        id="the newest report",
    ),
    pytest.param({"CauRoleInstalled": False}, {"updating": {"installed": False}}, id="no updating role"),
    pytest.param(
        {
            "Name": "HAFEN",
            "SharedVolumesRoot": "C:\\ClusterStorage",
            "SameSubnetThreshold": 10,
            "RouteHistoryLength": 20,
            "AutoBalancerMode": 2,
        },
        {"name": "HAFEN", "same_subnet_threshold": 10, "route_history": 20, "balancer_mode": 2},
        id="heartbeats and balancing",
    ),
]


@pytest.mark.parametrize(("given", "expected"), CLUSTER)
def test_what_the_cluster_tells(given: Any, expected: dict[str, Any]) -> None:
    assert data(given) == {"cluster": expected}


def test_the_updating_role_is_a_list_of_names_and_values() -> None:
    rows = {"Status": "Online", "DaysOfWeek": 4, "WeeksOfMonth": [2, 4], "WarnAfter": "04:00:00", "StopAfter": {"TotalMinutes": 480.0}}
    role = [{"Name": name, "Value": value} for name, value in (rows | {"MaxFailedNodes": -1, "CauPluginName": ["A", "B"]}).items()]
    assert data(role, name="Get-CauClusterRole.json")["cluster"]["updating"] == {
        "installed": True,
        "state": "Online",
        "plugin": "A, B",
        "days": ["Tuesday"],
        "weeks": [2, 4],
        "warn_after": 240,
        "stop_after": 480,
        "max_failed_nodes": -1,
    }


def test_resources_and_their_parameters_come_together_from_several_files() -> None:
    parameter = {"ClusterObject": {"Name": "virtual machine ewer"}, "Name": "VmID", "Value": "ab-1", "ParameterType": "String"}
    other = parameter | {"Name": "OfflineAction", "Value": 1}
    (resource,) = data(RESOURCE, parameter, other)["cluster"]["resources"]
    assert resource["group"] == "Ewer"
    assert resource["parameters"] == {"VmID": "ab-1", "OfflineAction": "1"}


def test_owners_of_a_name_alone_are_left_out_with_a_warning() -> None:
    (warning,) = reading(GROUP, {"ClusterObject": "Ewer", "OwnerNodes": ["kai1"]}).warnings
    assert "owners of a resource or of a role" in warning


HOST = [
    pytest.param(
        [
            {"SystemName": "kai1", "Name": "ClusSvc", "State": "Running", "StartMode": "Auto"},
            {"SystemName": "kai1", "Name": "NetFT", "State": "Running", "StartMode": "Manual"},
        ],
        {
            "services": [
                {"name": "ClusSvc", "state": "Running", "start": "automatic"},
                {"name": "NetFT", "state": "Running", "start": "manual"},
            ]
        },
        id="Win32_Service",
    ),
    pytest.param(
        {"PSComputerName": "kai1", "Name": "WinRM", "ServiceName": "WinRM", "Status": 4, "StartType": 2},
        {"services": [{"name": "WinRM", "state": "Running", "start": "automatic"}]},
        id="Get-Service",
    ),
    pytest.param(
        [{"PSComputerName": "kai1", "HotFixID": "KB2919355"}, {"PSComputerName": "kai1", "HotFixID": "File 1"}],
        {"updates": ["KB2919355"]},
        id="Get-HotFix",
    ),
    pytest.param(
        [
            {"SystemName": "kai1", "DeviceName": "NIC", "DriverVersion": "1.2", "DriverProviderName": "Werft", "IsSigned": False},
            {"SystemName": "kai1", "DeviceName": None, "DriverVersion": None, "IsSigned": None},
        ],
        {"drivers": [{"device": "NIC", "version": "1.2", "provider": "Werft", "signed": False}]},
        id="drivers",
    ),
    pytest.param({"ComputerName": "kai1", "CrashDumpEnabled": 7}, {"crash_dump": 7}, id="memory dump"),
    pytest.param({"ComputerName": "kai1", "InstallationType": "Server Core"}, {"installation": "core"}, id="installation option"),
    pytest.param({"ComputerName": "kai1", "RebootPending": True}, {"pending_reboot": True}, id="pending restart"),
    pytest.param(
        {
            "CSName": "kai1",
            "Version": "10.0.20348",
            "OSArchitecture": "64-bit",
            "SystemDrive": "C:",
            "InstallDate": "20240131120000.000000+060",
        },
        {"version": "2022", "build": "10.0.20348", "architecture": "x64", "system_drive": "C:", "installed": "2024-01-31T11:00:00Z"},
        id="operating system",
    ),
    pytest.param(
        {
            "ComputerName": "kai1",
            "AUOptions": 4,
            "NoAutoUpdate": 0,
            "UseWUServer": 1,
            "WUServer": "http://wsus",
            "WinHttpProxy": "",
            "CauPlugins": ["A"],
        },
        {"update_settings": {"automatic": 4, "server": "http://wsus", "proxy": "", "plugins": ["A"]}},
        id="updates from a server",
    ),
    pytest.param(
        {"ComputerName": "kai1", "AUOptions": 4, "NoAutoUpdate": 1, "UseWUServer": 0, "WUServer": "http://wsus"},
        {"update_settings": {"automatic": 1, "server": ""}},
        id="automatic updates off, server not used",
    ),
]


@pytest.mark.parametrize(("given", "expected"), HOST)
def test_what_windows_tells_of_a_host(given: Any, expected: dict[str, Any]) -> None:
    assert data(given) == {"hosts": [{"name": "kai1"} | expected]}
