"""JSON of monitoring agents: zbx-hyperv of Zabbix and the plug-ins of Centreon."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.configurations.read import Upload, read_uploads
from kb.inventory import to_builtins

SERVICES = [
    {"service": "Time Synchronization", "enabled": False, "primary_operational_status": None, "secondary_operational_status": None},
    {"service": "VSS", "enabled": True, "primary_operational_status": 12, "secondary_operational_status": 32775},
]


def vms(document: Any) -> list[dict[str, Any]]:
    reading = read_uploads([Upload("export.json", json.dumps(document).encode())])
    assert not reading.left_out
    assert not reading.warnings
    return to_builtins(reading.inventory)["vms"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(
            {
                "data": [
                    {"{#VM.NAME}": "a", "{#VM.ID}": "5B1D6C58-0A53-4C42-9A5B-6C8B7A3E1F01", "{#VM.STATE}": "RUNNING", "{#VM.VERSION}": "9.0",
                     "{#VM.CLUSTERED}": 1, "{#VM.HOST}": "KRAN1", "{#VM.GEN}": 2, "{#VM.ISREPLICA}": 2, "{#VM.VCPUS}": 4, "{#VM.NOTES}": ""},
                    {"{#VM.NAME}": "b", "{#VM.CLUSTERED}": 0, "{#VM.ISREPLICA}": 0},
                ]
            },
            [
                {"name": "a", "id": "5b1d6c58-0a53-4c42-9a5b-6c8b7a3e1f01", "state": "Running", "configuration_version": "9.0", "highly_available": True,
                 "host": "KRAN1", "generation": 2, "processors": 4, "replication": {"mode": "replica"}},
                {"name": "b", "highly_available": False, "replication": {"mode": "none"}},
            ],
            id="discovery of zbx-hyperv",
        ),
        pytest.param(
            {"a": {"State": "Running", "Status": "Operating normally", "NumaSockets": 1, "IntegrationServicesVersion": "6.3.9600.18692", "CPUUsage": 0,
                   "IntegrationServicesState": "", "MemoryAssigned": 1073741824}},
            [{"name": "a", "state": "Running", "integration_version": "6.3.9600.18692", "memory_assigned": 2**30}],
            id="zbx-hyperv 0.1",
        ),
        pytest.param(
            {
                "a": {"State": 3, "IntSvcVer": "0.0", "IntSvcState": 2, "Memory": 0, "ReplMode": 1, "StopAction": 3, "StartAction": 4, "IsClustered": 0,
                      "VCPUs": 2},
                "b": {"State": 2, "IntSvcVer": "10.0", "IntSvcState": 0, "Disks": {"Path": "D:\\b.vhdx", "Size": 1024, "FileSize": 512},
                      "NetworkInterfaces": [{"Name": "N", "MacAddress": "00155D0A0B0C", "IPAddresses": ["10.0.0.4"]}]},
            },
            [
                {"name": "a", "state": "Off", "memory_assigned": 0, "start_action": "start", "stop_action": "save", "highly_available": False,
                 "processors": 2, "replication": {"mode": "primary"}},
                {"name": "b", "state": "Running", "integration_version": "10.0",
                 "disks": [{"path": "D:\\b.vhdx", "size": 1024, "file_size": 512, "format": "vhdx", "pass_through": False, "exists": True}],
                 "adapters": [{"name": "N", "mac": "00155D0A0B0C", "addresses": ["10.0.0.4"]}]},
            ],
            id="zbx-hyperv 0.2.8",
        ),
        pytest.param(
            [{"name": "a", "state": 2, "note": None, "integration_services_state": "Update required", "integration_services_version": "3.1", "services": SERVICES}],
            [{"name": "a", "state": "Running", "integration_version": "3.1", "integration_services": [
                {"service": "time", "enabled": False, "up_to_date": False}, {"service": "vss", "enabled": True, "status": "NoContact", "up_to_date": False}]}],
            id="integration services of Centreon",
        ),
        pytest.param(
            [{"name": "a", "state": 2, "status": "Operating normally", "note": "", "is_clustered": True}, {"name": "a", "state": 3, "note": "", "status": ""}],
            [{"name": "a", "state": "Running", "highly_available": True}, {"name": "a", "state": "Off"}],
            id="two VMs of one name in Centreon",
        ),
        pytest.param(
            [{"name": "a", "state": 2, "note": "", "checkpoints": [{"type": "snapshot", "creation_time": "1760000000.12345"}, {"type": "backing", "creation_time": "1760000000"}]},
             {"name": "b", "state": 3, "note": "", "checkpoints": []}],
            [{"name": "a", "state": "Running", "checkpoints": [{"created": "2025-10-09T08:53:20Z"}]}, {"name": "b", "state": "Off", "checkpoints": []}],
            id="checkpoints of Centreon",
        ),
        pytest.param(
            [{"name": "a", "status": 0, "description": "", "cloud": None, "host_group_path": "All Hosts", "vm_addition": "Detected",
              "time_synchronization_enabled": True, "heartbeat_enabled": False}],
            [{"name": "a", "state": "Running", "integration_services": [{"service": "time", "enabled": True}, {"service": "heartbeat", "enabled": False}]}],
            id="VMM in Centreon",
        ),
    ],
)  # fmt: skip
def test_vms(document: Any, expected: list[dict[str, Any]]):
    assert vms(document) == expected
