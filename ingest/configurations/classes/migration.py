"""Classes of what live migration needs of a host: its networks, the firewall, IPsec, SMB limits, delegation, user rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import Enum, count, scalar, text, texts
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import Host, Smb

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader

_ENABLED = Enum("state of a rule", {1: "True", 2: "False"}, {"True": True, "False": False})
_DIRECTION = Enum("direction", {1: "Inbound", 2: "Outbound"}, {"Inbound": "inbound", "Outbound": "outbound"})
_PROFILES = ((1, "Domain"), (2, "Private"), (4, "Public"))
_CATEGORY = Enum("category of SMB traffic", {0: "Default", 1: "VirtualMachine", 2: "LiveMigration"})


def _enabled(value: Any) -> bool | None:
    value = scalar(value)
    return value if isinstance(value, bool) else _ENABLED(value)


def _profile(value: Any) -> str | None:
    """Profiles by name, or as the bits of a number (0: any)."""
    value = scalar(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return ", ".join(name for bit, name in _PROFILES if value & bit) or "Any"
    return text(value)


def _network(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """One row for each subnet that live migration may use."""
    put(host, "live_migration_networks", [], row.location)
    subnet = row.value(name_of, "Subnet")
    if subnet and host.live_migration_networks is not None:
        host.live_migration_networks.append(subnet)


def _limit(row: Row, smb: Smb, context: Context, reader: Reader) -> bool | None:
    """Only the limit of live migration counts."""
    return None if row.value(_CATEGORY, "Category") == "LiveMigration" else False


def _list(value: Any) -> list[str] | None:
    """A list of texts, also written as one text with commas between."""
    value = scalar(value)
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return texts(value)


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind("VMMigrationNetwork", ("Subnet Priority",), inv.Host, "host", finish=_network),
    Kind(
        "NetFirewallRule",
        ("EdgeTraversalPolicy", "DisplayName Enabled Profile Direction", "Name Enabled Profile Direction"),
        inv.FirewallRule,
        "host",
        "firewall",
        (
            is_("id", text, "Name", "InstanceID", "ID"),
            is_("name", text, "DisplayName"),
            is_("group", text, "Group", "RuleGroup", "DisplayGroup"),
            is_("enabled", _enabled, "Enabled"),
            is_("profile", _profile, "Profile", "Profiles"),
            is_("direction", _DIRECTION, "Direction"),
        ),
        hints="NetFirewallRules FirewallRules",
        types="MSFT_NetFirewallRule",
    ),
    Kind(
        "SmbBandwidthLimit",
        ("Category BytesPerSecond",),
        inv.Smb,
        "host",
        "smb",
        (is_("live_migration_limit", count, "BytesPerSecond"),),
        finish=_limit,
        types="MSFT_SmbBandwidthLimit",
        single=True,
    ),
    Kind(
        "LiveMigrationLimit",
        ("LiveMigrationBytesPerSecond",),
        inv.Smb,
        "host",
        "smb",
        (is_("live_migration_limit", count, "LiveMigrationBytesPerSecond", null=0),),
        single=True,
    ),
    Kind(
        "MigrationSettings",
        ("MigrationNetworks", "IpsecRules", "AllowedToDelegateTo", "SeServiceLogonRight"),
        inv.Host,
        "host",
        properties=(
            is_("live_migration_networks", texts, "MigrationNetworks", null=[]),
            is_("ipsec_rules", count, "IpsecRules"),
            is_("delegation", texts, "AllowedToDelegateTo", null=[]),
            is_("service_logon_right", _list, "SeServiceLogonRight", null=[]),
        ),
    ),
    Kind("HostQosPolicies", ("QosPolicies",), inv.Host, "host", children={"QosPolicies": "NetQosPolicy"}),
)
