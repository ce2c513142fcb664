"""Classes of Hyper-V Replica: the replication of VMs, and the servers that receive it.

Property names and numbers: the type definitions of the module Hyper-V 2.0.0.0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import Enum, count, flag, mac, scalar, size, text, texts, time
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row
from kb import inventory as inv
from kb.inventory import Adapter, Host, ReplicaAuthorization, ReplicaServer, Replication, Vm

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader

MODE = Enum(
    "replication mode",
    {0: "None", 1: "Primary", 2: "Replica", 3: "TestReplica", 4: "ExtendedReplica"},
    {"None": "none", "Primary": "primary", "Replica": "replica", "TestReplica": "test_replica", "ExtendedReplica": "extended_replica"},
)
HEALTH = Enum("replication health", {0: "NotApplicable", 1: "Normal", 2: "Warning", 3: "Critical"})
_AUTHENTICATION = Enum(
    "authentication of replication", {1: "Kerberos", 2: "Certificate"}, {"Kerberos": "kerberos", "Certificate": "certificate"}
)
_ALLOWED = Enum(
    "authentication of a replica server",
    {1: "Kerberos", 2: "Certificate", 3: "CertificateAndKerberos"},
    {"Kerberos": ["kerberos"], "Certificate": ["certificate"], "CertificateAndKerberos": ["kerberos", "certificate"]},
    others=("KerberosAndCertificate",),
)


def state(value: Any) -> str | None:
    """A state by its name. The numbers differ between hosts and modules, so a number says nothing, but for 0 (Disabled)."""
    value = scalar(value)
    if str(value).strip().isdigit():
        return "Disabled" if int(value) == 0 else None
    return text(value)


def _never(value: Any) -> str | None:
    """A time, "" where there is none or where it is the zero of Windows."""
    return time(value) or ""


def _clock(value: Any) -> str | None:
    """`18:30:00`, or what JSON makes of a TimeSpan, as `18:30`."""
    minutes = _seconds(value)
    return None if minutes is None else f"{minutes // 3600:02}:{minutes // 60 % 60:02}"


def _seconds(value: Any) -> int | None:
    """A span of time in seconds."""
    value = scalar(value)
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        inner = next((inner for key, inner in value.items() if key.lower() == "totalseconds"), None)
        return int(inner) if isinstance(inner, int | float) and 0 <= inner < 10**10 else None
    if match := re.fullmatch(r"\s*(?:(\d{1,6})\.)?(\d{1,2}):(\d\d):(\d\d)(?:\.\d+)?\s*", str(value)):
        return ((int(match[1] or 0) * 24 + int(match[2])) * 60 + int(match[3])) * 60 + int(match[4])
    raise ValueError(f"{value!r:.60} is not a span of time")


def _paths(value: Any) -> list[str] | None:
    """The files of disks, which are objects or texts; None when one was cut to the name of its class."""
    value = scalar(value)
    if value is None:
        return None
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        path = next((inner for key, inner in item.items() if key.lower() == "path"), None) if isinstance(item, dict) else item
        if not isinstance(path, str) or not re.search(r"[\\/]", path):
            return None
        found.append(path)
    return found


def _replication(row: Row, replication: Replication, context: Context, reader: Reader) -> None:
    """Recovery points by the volume shadow copy service are off whatever interval is left over."""
    if row.value(flag, "VSSSnapshotReplicationEnabled") is False:
        replication.vss_interval = 0
        replication.at["vss_interval"] = row.location


def of_vm(row: Row, vm: Vm) -> None:
    """What Get-VM says of replication: that there is none, or its mode, state and health."""
    if not row.find("ReplicationMode")[0]:
        return
    replication = Replication(at={"": row.location})
    for property in _OF_VM:
        row.fill(replication, property.field, property.convert, *property.names)
    if replication.mode:
        put(vm, "replication", replication, row.location)


def _authorization(row: Row, entry: ReplicaAuthorization) -> ReplicaAuthorization:
    row.fill(entry, "server", text, "AllowedPrimaryServer")
    row.fill(entry, "storage", text, "ReplicaStorageLocation", null="")
    row.fill(entry, "trust_group", text, "TrustGroup", null="")
    return entry


def _entry(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """An entry on its own belongs to the settings of its host."""
    put(host, "replica", ReplicaServer(at={"": row.location}), row.location)
    assert host.replica is not None
    put(host.replica, "authorizations", [], row.location)
    assert host.replica.authorizations is not None
    host.replica.authorizations.append(_authorization(row, ReplicaAuthorization(at={"": row.location})))


def _server(row: Row, server: ReplicaServer, context: Context, reader: Reader) -> None:
    there, value, path = row.find("AuthorizationEntries")
    value = scalar(value)
    entries = value if isinstance(value, list) else [value] if value else []
    if there and all(isinstance(entry, dict) for entry in entries):
        rows = [Row(entry, f"{path}[{index}]", reader) for index, entry in enumerate(entries)]
        found = [_authorization(inner, ReplicaAuthorization(at={"": inner.location})) for inner in rows]
        put(server, "authorizations", found, row.location)


def _failover(row: Row, adapter: Adapter, context: Context, reader: Reader) -> None:
    addresses = [address for name in ("IPv4Address", "IPv6Address") if (address := row.value(text, name))]
    put(adapter, "failover_addresses", addresses, row.location)


# --- the classes ---

_STATE = (
    is_("mode", MODE, "ReplicationMode", "Mode"),
    is_("state", state, "ReplicationStateName", "ReplicationState", "State"),
    is_("health", HEALTH, "ReplicationHealth", "Health"),
)
_OF_VM = (  # whose `State` is its own
    is_("mode", MODE, "ReplicationMode"),
    is_("state", state, "ReplicationStateName", "ReplicationState"),
    is_("health", HEALTH, "ReplicationHealth"),
)
_SIDES = (
    *_STATE,
    is_("primary_server", text, "PrimaryServerName", "PrimaryServer"),
    is_("replica_server", text, "ReplicaServerName", "ReplicaServer"),
    is_("last_replication", time, "LastReplicationTime"),
    is_("replicated_disks", _paths, "ReplicatedDisks"),
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "VMReplicationHealth",
        ("PendingReplicationSize", "LastTestFailoverInitiatedTime", "AverageReplicationLatency"),
        inv.Replication,
        "vm",
        "replication",
        (
            *_SIDES,
            is_("last_test_failover", _never, "LastTestFailoverInitiatedTime"),
            is_("pending", size, "PendingReplicationSize"),
            is_("latency", _seconds, "AverageReplicationLatency"),
        ),
        single=True,
    ),
    Kind(
        "VMReplication",
        ("ReplicationFrequencySec", "VSSSnapshotFrequencyHour", "AutoResynchronizeEnabled", "ReplicaServer LastReplicationTime"),
        inv.Replication,
        "vm",
        "replication",
        (
            *_SIDES,
            is_("port", count, "ReplicaServerPort", "ReplicaPort"),
            is_("authentication", _AUTHENTICATION, "AuthenticationType", "AuthType"),
            is_("compression", flag, "CompressionEnabled"),
            is_("frequency", count, "ReplicationFrequencySec", "FrequencySec"),
            is_("history", count, "RecoveryHistory"),
            is_("vss_interval", count, "VSSSnapshotFrequencyHour", "VSSFrequencyHour"),
            is_("auto_resync", flag, "AutoResynchronizeEnabled"),
            is_("resync_start", _clock, "AutoResynchronizeIntervalStart"),
            is_("resync_end", _clock, "AutoResynchronizeIntervalEnd"),
            is_("excluded_disks", _paths, "ExcludedDisks"),
        ),
        finish=_replication,
        hints="VMReplications",
        single=True,
    ),
    Kind(
        "VMReplicationServer",
        ("ReplicationAllowedFromAnyServer", "KerberosAuthenticationPort", "ReplicationEnabled AllowedAuthenticationType"),
        inv.ReplicaServer,
        "host",
        "replica",
        (
            is_("enabled", flag, "ReplicationEnabled", "RepEnabled"),
            is_("authentication", _ALLOWED, "AllowedAuthenticationType", "AuthType"),
            is_("http_port", count, "KerberosAuthenticationPort", "KerbAuthPort"),
            is_("https_port", count, "CertificateAuthenticationPort", "CertAuthPort"),
            is_("certificate", text, "CertificateThumbprint", null=""),
            is_("storage", text, "DefaultStorageLocation", null=""),
        ),
        finish=_server,
        hints="VMReplicationServers",
        single=True,
    ),
    Kind("VMReplicationAuthorizationEntry", ("AllowedPrimaryServer TrustGroup",), inv.Host, "host", finish=_entry),
    Kind(
        "VMNetworkAdapterFailoverSetting",
        ("VMNetworkAdapterName IPv4Address",),
        inv.Adapter,
        "vm",
        "adapters",
        (is_("name", text, "VMNetworkAdapterName"), is_("mac", mac, "MacAddress")),
        finish=_failover,
    ),
    Kind(
        "Certificate",
        ("Thumbprint",),
        inv.Certificate,
        "host",
        "certificates",
        (
            is_("thumbprint", text, "Thumbprint"),
            is_("names", texts, "DnsNames"),
            is_("server_authentication", flag, "ServerAuthentication"),
            is_("valid", flag, "Valid"),
        ),
        hints="Certificates",
        types="X509Certificate2",
    ),
)
