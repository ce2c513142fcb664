"""Classes of quality of service, Data Center Bridging and SMB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.enumerations import TRAFFIC_ALGORITHM
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import count, counts, flag, scalar, text
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import DataCenterBridging, Host, QosPolicy, TrafficClass

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def bridging_of(host: Host, row: Row) -> DataCenterBridging:
    """What is known of Data Center Bridging of a host."""
    put(host, "bridging", DataCenterBridging(at={"": row.location}), row.location)
    assert host.bridging is not None
    return host.bridging


def _is_global(row: Row) -> bool:
    """True for a setting of the host, not one of a single adapter."""
    return row.value(name_of, "IfAlias", "InterfaceAlias") is None


def _traffic_class(row: Row, host: Host, context: Context, reader: Reader) -> None:
    if not _is_global(row):
        return
    bridging = bridging_of(host, row)
    put(bridging, "classes", [], row.location)
    found = TrafficClass(at={"": row.location})
    row.fill(found, "name", text, "Name")
    row.fill(found, "algorithm", TRAFFIC_ALGORITHM, "Algorithm")
    row.fill(found, "priorities", counts, "Priority")
    row.fill(found, "bandwidth", count, "BandwidthPercentage", "Bandwidth")
    assert bridging.classes is not None
    bridging.classes.append(found)


def _flow_control(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """One row per priority; the inventory keeps those that are on."""
    priority, enabled = row.value(count, "Priority"), row.value(flag, "Enabled")
    if not _is_global(row) or priority is None or enabled is None:
        return
    bridging = bridging_of(host, row)
    put(bridging, "flow_control", [], row.location)
    assert bridging.flow_control is not None
    if enabled and priority < 8 and priority not in bridging.flow_control:  # IEEE 802.1p has eight
        bridging.flow_control.append(priority)


def _dcbx(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """One setting for the host and possibly one per adapter: willing anywhere counts."""
    bridging, willing = bridging_of(host, row), row.value(flag, "Willing")
    if willing is not None:
        bridging.willing = bool(bridging.willing) or willing
        bridging.at["willing"] = row.location


def _priority(value: Any) -> int | None:
    """A priority; -1 (or 255) means that the policy sets none."""
    value = scalar(value)
    return None if value in (-1, "-1", 255, "255") else count(value)


_SMB_PORT = 445


def _policy(row: Row, policy: QosPolicy, context: Context, reader: Reader) -> None:
    """A policy made with `-SMB` matches its port over TCP and over RDMA without naming it."""
    if (row.value(name_of, "Template") or "").upper() == "SMB":
        put(policy, "net_direct_port", _SMB_PORT, row.location)


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind(
        "NetQosPolicy",
        ("PriorityValue8021Action", "NetDirectPortMatchCondition", "NetworkProfile Precedence"),
        inv.QosPolicy,
        "host",
        "qos_policies",
        (
            is_("name", text, "Name"),
            is_("port_start", count, "IPPortMatchCondition", "IPDstPortStartMatchCondition", "IPDstPortMatchCondition"),
            is_("port_end", count, "IPPortMatchCondition", "IPDstPortEndMatchCondition", "IPDstPortMatchCondition"),
            is_("net_direct_port", count, "NetDirectPortMatchCondition", "NetDirectPort"),
            is_("priority", _priority, "PriorityValue8021Action", "PriorityValue"),
            is_("throttle", count, "ThrottleRateAction", "ThrottleRateActionBitsPerSecond", null=0),
        ),
        types="MSFT_NetQosPolicySettingData",
        hints="NetQosPolicies",
        finish=_policy,
    ),
    Kind(
        "NetQosTrafficClass",
        ("Algorithm BandwidthPercentage", "Algorithm Priority PolicySet"),
        inv.Host,
        "host",
        types="MSFT_NetQosTrafficClassSettingData",
        hints="NetQosTrafficClasses",
        finish=_traffic_class,
    ),
    Kind("NetQosDcbxSetting", ("Willing",), inv.Host, "host", types="MSFT_NetQosDcbxSettingData", hints="NetQosDcbxSettings", finish=_dcbx),
    Kind(
        "NetQosFlowControl",
        ("Priority Enabled",),
        inv.Host,
        "host",
        types="MSFT_NetQosFlowControlSettingData",
        finish=_flow_control,
    ),
    Kind(
        "SmbServerConfiguration",
        ("EnableSMB2Protocol EnableMultiChannel", "EncryptData EnableMultiChannel", "RejectUnencryptedAccess", "EnableSMB1Protocol"),
        inv.Smb,
        "host",
        "smb",
        (
            is_("smb1", flag, "EnableSMB1Protocol"),
            is_("multichannel_server", flag, "EnableMultiChannel"),
            is_("signing", flag, "RequireSecuritySignature"),
            is_("encryption", flag, "EncryptData"),
        ),
        types="MSFT_SmbServerConfiguration",
        single=True,
    ),
    Kind(
        "SmbClientConfiguration",
        ("ConnectionCountPerRssNetworkInterface", "EnableBandwidthThrottling"),
        inv.Smb,
        "host",
        "smb",
        (is_("multichannel_client", flag, "EnableMultiChannel"), is_("signing_client", flag, "RequireSecuritySignature")),
        types="MSFT_SmbClientConfiguration",
        single=True,
    ),
)
