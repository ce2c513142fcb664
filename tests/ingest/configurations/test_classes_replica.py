"""Replica, virtual Fibre Channel, NUMA and what live migration needs of a host: what cmdlets print becomes which field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins

ID = "5b0c1d2e-1111-4222-8333-444455556666"
OF_VM = {"VMName": "Ewer", "VMId": ID, "ComputerName": "KAI1"}
ON_HOST = {"ComputerName": "KAI1"}
# The number 4 of a state means different things on different hosts.
REPLICATION = OF_VM | {
    "ReplicationMode": 1,
    "ReplicationState": 4,
    "ReplicationHealth": 2,
    "AuthenticationType": 1,
    "CompressionEnabled": True,
    "ReplicationFrequencySec": 300,
    "RecoveryHistory": 0,
    "VSSSnapshotFrequencyHour": 4,
    "VSSSnapshotReplicationEnabled": False,
    "AutoResynchronizeEnabled": True,
    "AutoResynchronizeIntervalStart": {"Ticks": 666000000000, "TotalSeconds": 66600},
    "AutoResynchronizeIntervalEnd": "06:00:00",
    "ReplicatedDisks": [{"Path": "D:\\Ewer.vhdx"}],
    "ExcludedDisks": ["Microsoft.HyperV.PowerShell.HardDiskDrive"],
    "ReplicaServerPort": 80,
    "PrimaryServerName": "kai1.hafen.example",
    "ReplicaServerName": "kai9.hafen.example",
    "LastReplicationTime": "/Date(1714557600000)/",
}
FAILOVER = OF_VM | {"VMNetworkAdapterName": "LAN", "MacAddress": "00155D010203", "IPv4Address": "10.1.0.5", "IPv6Address": ""}
HBAS = [OF_VM | {"Name": "Fibre Channel Adapter", "SanName": san, "WorldWidePortNameSetA": f"C00{san}"} for san in "AB"]
VM = {"Name": "Ewer", "Id": ID, "ProcessorCount": 2, "ReplicationMode": 0, "ReplicationState": 0, "ReplicationHealth": 0}
SERVER = ON_HOST | {
    "ReplicationEnabled": True,
    "AllowedAuthenticationType": 3,
    "KerberosAuthenticationPort": 80,
    "CertificateAuthenticationPort": 8443,
    "CertificateThumbprint": None,
    "DefaultStorageLocation": "D:\\Replica",
    "AuthorizationEntries": [{"AllowedPrimaryServer": "*", "ReplicaStorageLocation": "D:\\Replica", "TrustGroup": "hafen"}],
}
ENTRY = ON_HOST | {"AllowedPrimaryServer": "kai2", "ReplicaStorageLocation": "E:\\R", "TrustGroup": "werft"}
RULE = ON_HOST | {"Name": "VIRT-MIGL-In-TCP-NoScope", "DisplayName": "MIGL", "Enabled": 2, "Profile": 3, "Direction": 1}
NODES = [ON_HOST | {"NodeId": n, "ProcessorsAvailability": [100, 100, 98, 100], "MemoryTotal": 65536} for n in (0, 1)]


def reading(value: Any) -> Reading:
    return read_uploads([Upload("x.json", json.dumps(value).encode())])


@pytest.mark.parametrize(
    ("exported", "field", "expected"),
    [
        (
            REPLICATION,
            "replication",
            {
                "mode": "primary",
                "health": "Warning",
                "primary_server": "kai1.hafen.example",
                "replica_server": "kai9.hafen.example",
                "port": 80,
                "authentication": "kerberos",
                "compression": True,
                "frequency": 300,
                "history": 0,
                "vss_interval": 0,
                "auto_resync": True,
                "resync_start": "18:30",
                "resync_end": "06:00",
                "replicated_disks": ["D:\\Ewer.vhdx"],
                "last_replication": "2024-05-01T10:00:00Z",
            },
        ),
        (REPLICATION | {"ReplicationStateName": "Replicating"}, "replication.state", "Replicating"),
        (
            OF_VM | {"ReplicationMode": "Replica", "LastTestFailoverInitiatedTime": None, "PendingReplicationSize": 4096},
            "replication",
            {"mode": "replica", "last_test_failover": "", "pending": 4096},
        ),
        (VM, "replication", {"mode": "none", "state": "Disabled", "health": "NotApplicable"}),
        (VM | {"RemoteFxAdapter": None}, "remotefx_adapters", 0),
        (VM | {"FibreChannelHostBusAdapters": []}, "fibre_channel", []),
        (HBAS, "fibre_channel", [{"name": "C00A", "san": "A"}, {"name": "C00B", "san": "B"}]),
        ([FAILOVER], "adapters", [{"name": "LAN", "mac": "00155D010203", "failover_addresses": ["10.1.0.5"]}]),
        (OF_VM | {"AssignedDevices": 1, "GpuPartitions": 0}, "assigned_devices", 1),
        ([OF_VM | {"LocationPath": path, "InstanceID": path} for path in ("A", "B")], "assigned_devices", 2),
        (OF_VM | {"LastSuccessfulBackupTime": "/Date(-11644473600000)/"}, "last_backup", ""),
        (OF_VM | {"LastSuccessfulBackupTime": "2024-05-01T10:00:00Z"}, "last_backup", "2024-05-01T10:00:00Z"),
        (OF_VM | {"AllowReducedFcRedundancy": True}, "reduced_fc_redundancy", True),
    ],
)
def test_what_cmdlets_say_of_a_vm(exported: Any, field: str, expected: Any) -> None:
    found: Any = to_builtins(reading(exported).inventory)["vms"][0]
    for name in field.split("."):
        found = found[name]
    assert found == expected


@pytest.mark.parametrize(
    ("exported", "field", "expected"),
    [
        (
            SERVER,
            "replica",
            {
                "enabled": True,
                "authentication": ["kerberos", "certificate"],
                "http_port": 80,
                "https_port": 8443,
                "certificate": "",
                "storage": "D:\\Replica",
                "authorizations": [{"server": "*", "storage": "D:\\Replica", "trust_group": "hafen"}],
            },
        ),
        (SERVER | {"AuthorizationEntries": []}, "replica.authorizations", []),
        ([ENTRY], "replica.authorizations", [{"server": "kai2", "storage": "E:\\R", "trust_group": "werft"}]),
        (ON_HOST | {"VirtualSans": []}, "virtual_sans", []),
        (ON_HOST | {"VirtualSans": [{"VirtualSan": "A", "Adapters": 0}]}, "virtual_sans", [{"name": "A", "adapters": 0}]),
        ([ON_HOST | {"Name": "A", "HBAs": [{}, {}], "ResourcePoolType": 6}], "virtual_sans", [{"name": "A", "adapters": 2}]),
        (NODES, "numa_nodes", [{"id": n, "processors": 4, "memory": 2**36} for n in (0, 1)]),
        (ON_HOST | {"QosPolicies": []}, "qos_policies", []),
        (ON_HOST | {"MigrationNetworks": ["10.0.0.0/24"]}, "live_migration_networks", ["10.0.0.0/24"]),
        (
            [ON_HOST | {"Subnet": f"10.0.{n}.0/24", "Priority": n} for n in (1, 2)],
            "live_migration_networks",
            ["10.0.1.0/24", "10.0.2.0/24"],
        ),
        (ON_HOST | {"LiveMigrationBytesPerSecond": 0}, "smb.live_migration_limit", 0),
        ([ON_HOST | {"Category": 2, "BytesPerSecond": 750}], "smb.live_migration_limit", 750),
        (ON_HOST | {"AllowedToDelegateTo": []}, "delegation", []),
        (ON_HOST | {"SeServiceLogonRight": "*S-1-5-80-0,*S-1-5-83-0"}, "service_logon_right", ["*S-1-5-80-0", "*S-1-5-83-0"]),
        (ON_HOST | {"IpsecRules": 0}, "ipsec_rules", 0),
        (ON_HOST | {"IsGPUCapable": False}, "gpu_capable", False),
        (
            [RULE],
            "firewall",
            [{"id": "VIRT-MIGL-In-TCP-NoScope", "name": "MIGL", "enabled": False, "profile": "Domain, Private", "direction": "inbound"}],
        ),
        (
            [ON_HOST | {"Thumbprint": "AB12", "DnsNames": ["kai1.hafen.example"], "ServerAuthentication": True, "Valid": False}],
            "certificates",
            [{"thumbprint": "AB12", "names": ["kai1.hafen.example"], "server_authentication": True, "valid": False}],
        ),
        (
            [ON_HOST | {"Name": "vEthernet (LAN)", "InterfaceDescription": "Hyper-V Virtual Ethernet Adapter", "Status": "Disabled"}],
            "virtual_adapters",
            [{"name": "LAN", "enabled": False}],
        ),
        ({"Name": "KAI1", "MemoryCapacity": 1, "MacAddressMinimum": "00155D010000"}, "mac_minimum", "00155D010000"),
    ],
)
def test_what_cmdlets_say_of_a_host(exported: Any, field: str, expected: Any) -> None:
    found: Any = to_builtins(reading(exported).inventory)["hosts"][0]
    assert found["name"] == "KAI1"
    for name in field.split("."):
        found = found[name]
    assert found == expected


def test_a_limit_of_other_traffic_says_nothing_of_live_migration() -> None:
    hosts = reading([ON_HOST | {"Category": 0, "BytesPerSecond": 5}]).inventory.hosts
    assert not hosts or hosts[0].smb is None


def test_disks_cut_by_depth_are_not_known() -> None:
    vms = reading(REPLICATION | {"ReplicatedDisks": ["HardDiskDrive"]}).inventory.vms
    assert vms
    assert vms[0].replication
    assert vms[0].replication.replicated_disks is None
