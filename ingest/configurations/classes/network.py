"""Classes of physical adapters and virtual switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.configurations.classes.enumerations import (
    SWITCH_TYPE,
)
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import (
    flag,
    speed,
    text,
    texts,
)
from ingest.configurations.rows import Context, Row
from kb import inventory as inv
from kb.inventory import (
    HostAdapter,
)

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _host_adapter(row: Row, adapter: HostAdapter, context: Context, reader: Reader) -> bool | None:
    """Only physical adapters count: no ports of virtual switches, no teams."""
    virtual = row.value(flag, "Virtual") or row.value(flag, "HardwareInterface") is False
    described = (adapter.description or "").lower()
    return False if virtual or described.startswith(("hyper-v virtual", "microsoft network adapter multiplexor")) else None


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind(
        "NetAdapter",
        ("InterfaceDescription LinkSpeed", "InterfaceDescription Status", "InterfaceDescription Speed", "InterfaceDescription SpeedBps"),
        inv.HostAdapter,
        "host",
        "adapters",
        (
            is_("name", text, "Name", "InterfaceAlias"),
            is_("description", text, "InterfaceDescription"),
            is_("speed", speed, "Speed", "SpeedBps", "LinkSpeed", "TransmitLinkSpeed"),
        ),
        hints="NetAdapters NetAdapter",
        finish=_host_adapter,
    ),
    Kind(
        "VMSwitch",
        ("SwitchType",),
        inv.Switch,
        "host",
        "switches",
        (
            is_("name", text, "Name"),
            is_("type", SWITCH_TYPE, "SwitchType"),
            is_("allow_management_os", flag, "AllowManagementOS"),
            is_("embedded_teaming", flag, "EmbeddedTeamingEnabled"),
            is_("sr_iov", flag, "IovEnabled"),
            is_("adapters", texts, "NetAdapterInterfaceDescriptions", "NetAdapterInterfaceDescription"),
        ),
        hints="VMSwitches Switches VirtualSwitches",
    ),
)
