"""What monitoring agents print as JSON: discovery and full data of zbx-hyperv, lists of the Centreon plug-ins.

Names: the scripts zbx-hyperv.ps1 (0.1 to 0.2.8 and its descendants) and the plug-ins nodevmstatus and nodesnapshot of Centreon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.configurations.classes.enumerations import START_ACTION, STOP_ACTION, VM_STATE
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.classes.replica import MODE
from ingest.configurations.convert import count, dotted, flag, guid, size, text, time
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import Checkpoint, Replication, Vm

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _replication(row: Row, vm: Vm, context: Context, reader: Reader) -> None:
    """The mode is all that is told, and 0 says that there is none."""
    replication = Replication(at={"": row.location})
    row.fill(replication, "mode", MODE, "{#VM.ISREPLICA}", "ReplMode")
    if replication.mode:
        put(vm, "replication", replication, row.location)


def _checkpoint(row: Row, checkpoint: Checkpoint, context: Context, reader: Reader) -> bool | None:
    """A running backup is listed among the checkpoints; it is none that anybody made."""
    return False if row.value(name_of, "type") == "backing" else None


KINDS: tuple[Kind, ...] = (
    Kind(
        "ZabbixDiscovery",
        ("{#VM.NAME}",),
        inv.Vm,
        properties=(
            is_("name", text, "{#VM.NAME}"),
            is_("id", guid, "{#VM.ID}"),
            is_("state", VM_STATE, "{#VM.STATE}"),
            is_("configuration_version", dotted, "{#VM.VERSION}"),
            is_("highly_available", flag, "{#VM.CLUSTERED}"),
            is_("host", text, "{#VM.HOST}", "{#HYPERV.NAME}"),
            is_("generation", count, "{#VM.GEN}"),
            is_("processors", count, "{#VM.VCPUS}"),
        ),
        finish=_replication,
    ),
    Kind(
        "ZabbixVM",  # under its name
        ("IntSvcVer State", "IntSvcState State"),
        inv.Vm,
        properties=(
            is_("state", VM_STATE, "State"),
            is_("integration_version", dotted, "IntSvcVer"),
            is_("memory_assigned", size, "Memory"),
            is_("start_action", START_ACTION, "StartAction"),
            is_("stop_action", STOP_ACTION, "StopAction"),
            is_("highly_available", flag, "IsClustered"),
            is_("processors", count, "VCPUs", "ProcessorCount"),
        ),
        children={"Disks": "HardDiskDrive", "NetworkInterfaces": "VMNetworkAdapter"},
        finish=_replication,
    ),
    Kind(
        "CentreonVM",
        ("Name State Note",),
        inv.Vm,
        properties=(is_("name", text, "Name"), is_("state", VM_STATE, "State"), is_("highly_available", flag, "is_clustered")),
        children={"Checkpoints": "CentreonCheckpoint"},
    ),
    Kind(
        "CentreonCheckpoint",
        (),
        inv.Checkpoint,
        "vm",
        "checkpoints",
        (is_("created", time, "creation_time"),),
        finish=_checkpoint,
    ),
)
