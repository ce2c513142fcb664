"""Classes of devices: virtual Fibre Channel, NUMA nodes, devices passed through, graphics cards.

Property names: the type definitions of the module Hyper-V 2.0.0.0; lists that may be empty come in an object of their own, as the
commands in `kb.inventory.collect` print them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import count, flag, megabytes, scalar, text, time
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row
from kb import inventory as inv
from kb.inventory import NumaNode, Vm

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _length(value: Any) -> int | None:
    """How many there are: a number, or a list."""
    value = scalar(value)
    return len(value) if isinstance(value, list) else count(value)


def _node(row: Row, node: NumaNode, context: Context, reader: Reader) -> bool | None:
    """Get-VMHostNumaNodeStatus tells of nodes too, by VM."""
    return False if node.memory is None and node.processors is None else None


class _Counted:
    """Counts the rows of a device that belong to a VM."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __call__(self, row: Row, vm: Vm, context: Context, reader: Reader) -> None:
        setattr(vm, self.field, (getattr(vm, self.field) or 0) + 1)
        vm.at.setdefault(self.field, row.location)


def of_vm(row: Row, vm: Vm) -> None:
    """What Get-VM says of RemoteFX: its adapter, or that there is none."""
    there, value, _ = row.find("RemoteFxAdapter")
    if there:
        put(vm, "remotefx_adapters", 0 if scalar(value) in (None, "", [], {}) else 1, row.location)


def _never(value: Any) -> str | None:
    """A time, "" where there is none or where it is the zero of Windows."""
    return time(value) or ""


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind(
        "VMFibreChannelHba",
        ("SanName WorldWidePortNameSetA", "SanName VMName", "SanName VMId"),
        inv.FibreChannelAdapter,
        "vm",
        "fibre_channel",
        (is_("name", text, "WorldWidePortNameSetA", "Id", "Name"), is_("san", text, "SanName", null="")),
        hints="VMFibreChannelHbas FibreChannelHostBusAdapters",
    ),
    Kind(
        "VMSan",
        ("HBAs", "Name HostBusAdapters", "VirtualSan Adapters"),
        inv.VirtualSan,
        "host",
        "virtual_sans",
        (is_("name", text, "Name", "VirtualSan"), is_("adapters", _length, "Adapters", "HBAs", "HostBusAdapters", null=0)),
        hints="VMSans VirtualSans",
    ),
    Kind("HostVirtualSans", ("VirtualSans",), inv.Host, "host", children={"VirtualSans": "VMSan"}),
    Kind(
        "VMHostNumaNode",
        ("NodeId MemoryTotal", "NodeId ProcessorsAvailability"),
        inv.NumaNode,
        "host",
        "numa_nodes",
        (is_("id", count, "NodeId"), is_("processors", _length, "ProcessorsAvailability"), is_("memory", megabytes, "MemoryTotal")),
        hints="VMHostNumaNodes NumaNodes",
        finish=_node,
    ),
    Kind(
        "VMDevices",
        ("AssignedDevices GpuPartitions",),
        inv.Vm,
        "vm",
        properties=(is_("assigned_devices", _length, "AssignedDevices"), is_("gpu_partitions", _length, "GpuPartitions")),
    ),
    Kind("VMAssignedDevice", ("LocationPath VMName",), inv.Vm, "vm", finish=_Counted("assigned_devices")),
    Kind("VMGpuPartitionAdapter", ("MinPartitionVRAM VMName",), inv.Vm, "vm", finish=_Counted("gpu_partitions")),
    Kind("VMRemoteFx3DVideoAdapter", ("MaximumMonitors VMName",), inv.Vm, "vm", finish=_Counted("remotefx_adapters")),
    Kind(
        "VMBackup",
        ("VMName LastSuccessfulBackupTime",),
        inv.Vm,
        "vm",
        properties=(is_("last_backup", _never, "LastSuccessfulBackupTime"),),
    ),
    Kind(
        "VMFibreChannelRedundancy",
        ("VMName AllowReducedFcRedundancy",),
        inv.Vm,
        "vm",
        properties=(is_("reduced_fc_redundancy", flag, "AllowReducedFcRedundancy"),),
    ),
    Kind("RemoteFxHost", ("IsGPUCapable",), inv.Host, "host", properties=(is_("gpu_capable", flag, "IsGPUCapable"),)),
)
