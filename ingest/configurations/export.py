"""What Export-LotseInventory.ps1 writes: objects by host and class, which say by themselves what they are.

The schema stands beside the script, in `ingest/collect/export.schema.json`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from ingest.configurations import classes
from ingest.configurations.classes.interfaces import HOST_VIRTUAL_ADAPTER
from ingest.configurations.convert import time
from ingest.configurations.objects import Reader
from ingest.configurations.parts import BadFile, Part, put
from ingest.configurations.rows import TYPE, Context, Row
from ingest.configurations.text import parse_json
from kb.inventory import Inventory, Location

FORMAT, VERSION = "lotse-inventory-export", 1
FOLDER = Path(__file__).parents[1] / "collect"
SCRIPT = FOLDER / "Export-LotseInventory.ps1"

_START = re.compile(rf'\s*\{{\s*"format"\s*:\s*"{FORMAT}"')
_REMEDY = "collect again with Export-LotseInventory.ps1 (`lotse collect` prints it), and do not edit what it writes"

# What an empty list says: of the host or cluster it was read from, or of each VM that has no row in it.
_NONE: dict[str, tuple[str, Any]] = {
    "VMSwitch": ("switches", []),
    "NetAdapter": ("adapters", []),
    "NetLbfoTeam": ("teams", []),
    "NetQosPolicy": ("qos_policies", []),
    "NetIntentStatus": ("intents", []),
    "HotFix": ("updates", []),
    "Certificate": ("certificates", []),
    "IscsiSession": ("iscsi", []),
    "MSFC_FCAdapterHBAAttributes": ("hbas", []),
    "SmbConnection": ("smb_connections", []),
    "VMSan": ("virtual_sans", []),
    "VMResourcePool": ("resource_pools", []),
    "ClusterSharedVolume": ("volumes", []),
    "MSFT_StoragePool": ("pools", []),
    "MSFT_VirtualDisk": ("virtual_disks", []),
    "HardDiskDrive": ("disks", []),
    "DvdDrive": ("dvds", []),
    "VMNetworkAdapter": ("adapters", []),
    "VMSnapshot": ("checkpoints", []),
    "VMScsiController": ("scsi_controllers", 0),
    "VMFibreChannelHba": ("fibre_channel", []),
}


def recognises(text: str) -> bool:
    """True for the text of an export, also of one that is cut off."""
    return _START.match(text) is not None


def recognises_json(document: Any) -> bool:
    """True for an export that another program has written again."""
    return isinstance(document, dict) and document.get("format") == FORMAT


def read(text: str, file: str) -> Part:
    """The inventory of an export; raises BadFile, also for one that is cut off."""
    try:
        documents = parse_json(text, file)
    except BadFile as bad:
        raise BadFile(file, bad.place, f"an export that is damaged or cut off; {bad.problem}", f"copy the file again, or {_REMEDY}") from None
    if len(documents) > 1:
        raise BadFile(file, "", "an export with something else behind it", _REMEDY)
    return read_json(documents[0], file)


def read_json(document: dict[str, Any], file: str) -> Part:
    """The inventory of an export that was parsed; raises BadFile, naming the place, for what is not as the script writes it."""
    version = document.get("version")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        raise BadFile(
            file,
            "$.version",
            f"an export of version {version}, which is newer than this Lotse reads ({VERSION})",
            "update Lotse, or collect with the script that `lotse collect` prints",
        )
    _validate(document, file)
    reader, part = Reader(file), Part()
    reader.taken = (taken, Location(file, "$.taken")) if (taken := time(document["taken"])) else None
    failed = {(entry["host"].lower(), entry["what"]) for entry in document["notRead"]}
    for entry in document["notRead"]:
        reader.warn(f"not read {entry['host']} {entry['what']}", f"{entry['host']}: {entry['what']} was not read: {entry['reason']}")
    if document["cluster"] is not None:
        _collected(document["cluster"], "$.cluster", Context(), reader, lambda name: any(what == name for _, what in failed))
    for index, host in enumerate(document["hosts"]):
        path, own = f"$.hosts[{index}].collected", host["name"].lower()
        _collected(host["collected"], path, Context(host_name=host["name"]), reader, lambda name, own=own: (own, name) in failed)
        if "VM" in host["collected"]:
            part.whole.append(Inventory(vms=[]))
    if not reader.recognised:
        raise BadFile(file, "", "an export without any object that Lotse knows", _REMEDY)
    reader.finish(part)
    return part


def _collected(rows_of: dict[str, list[dict]], path: str, context: Context, reader: Reader, failed: Any) -> None:
    """The objects of a host or of the cluster, and what is said by there being none."""
    for name, rows in rows_of.items():
        kind, place = classes.named(name), f"{path}.{name}"
        if kind is None:
            reader.warn(f"class {name}", f"{place}: objects of the class {name}, which is not known, are left out")
            continue
        reader.walk([{TYPE: name, **row} for row in rows], place, "", context)
        if name not in _NONE or failed(name):
            continue
        field, nothing = _NONE[name]
        vms = rows_of.get("VM", []) if kind.owner == "vm" else [{}]
        for vm in vms:
            row = Row({"VMName": vm.get("Name"), "VMId": vm.get("Id")}, place, reader)
            put(reader.owner(kind, row, context), field, type(nothing)(), row.location)
        if name == "VMNetworkAdapter":
            host = reader.owner(HOST_VIRTUAL_ADAPTER, Row({}, place, reader), context)
            put(host, "virtual_adapters", [], Location(reader.file, place))


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the export."""
    return json.loads((FOLDER / "export.schema.json").read_text(encoding="utf-8"))


def _validate(document: dict[str, Any], file: str) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(schema()).iter_errors(document))
    if error is not None:
        problem = error.message if len(error.message) <= 120 else f"…{error.message[-119:]}"
        raise BadFile(file, error.json_path, f"an export that was changed: {problem}", _REMEDY)
