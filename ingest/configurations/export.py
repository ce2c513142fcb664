"""What Export-LotseInventory.ps1 writes: objects by host and class, which say by themselves what they are.

The schema stands beside the script, in `ingest/collect/export.schema.json`.
"""

from __future__ import annotations

import itertools
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from ingest.configurations import classes
from ingest.configurations.classes.interfaces import HOST_VIRTUAL_ADAPTER
from ingest.configurations.classes.kind import Kind
from ingest.configurations.convert import time
from ingest.configurations.objects import Reader
from ingest.configurations.parts import BadFile, Part, put
from ingest.configurations.rows import TYPE, Context, Row
from ingest.configurations.text import parse_json
from kb.inventory import Host, Interface, Inventory, Location

FORMAT, VERSION = "lotse-inventory-export", 1
FOLDER = Path(__file__).parents[1] / "collect"
SCRIPT = FOLDER / "Export-LotseInventory.ps1"

_COMPARED = 20  # errors, of which the one that tells most is shown
_START = re.compile(rf'\s*\{{\s*"format"\s*:\s*"{FORMAT}"')
_REMEDY = "collect again with Export-LotseInventory.ps1 (`lotse collect` prints it), and do not edit what it writes"

# What an empty list says of the host or the cluster it was read from.
_NONE: dict[str, tuple[str, Any]] = {
    "VMSwitch": ("switches", []),
    "NetAdapter": ("adapters", []),
    "NetLbfoTeam": ("teams", []),
    "NetQosPolicy": ("qos_policies", []),
    "NetIntentStatus": ("intents", []),
    "HotFix": ("updates", []),
    "Certificate": ("certificates", []),
    "File": ("disk_files", []),
    "IscsiSession": ("iscsi", []),
    "MSFC_FCAdapterHBAAttributes": ("hbas", []),
    "SmbConnection": ("smb_connections", []),
    "VMSan": ("virtual_sans", []),
    "VMResourcePool": ("resource_pools", []),
    "ClusterSharedVolume": ("volumes", []),
    "MSFT_StoragePool": ("pools", []),
    "MSFT_VirtualDisk": ("virtual_disks", []),
}
# What a list says of each VM that has no row in it.
_NONE_OF_VM: dict[str, tuple[str, Any]] = {
    "HardDiskDrive": ("disks", []),
    "DvdDrive": ("dvds", []),
    "VMNetworkAdapter": ("adapters", []),
    "VMSnapshot": ("checkpoints", []),
    "VMScsiController": ("scsi_controllers", 0),
    "VMFibreChannelHba": ("fibre_channel", []),
}
_HOST = Kind("HostOfExport", (), Host, "host")


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
        raise BadFile(
            file, bad.place, f"an export that is damaged or cut off; {bad.problem}", f"copy the file again, or {_REMEDY}"
        ) from None
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
    export = _Export(document, Reader(file), Part())
    export.read()
    return export.part


class _Export:
    """An export on its way into the inventory: each class of each host is a unit of its own, joined to the others by `merge`."""

    def __init__(self, document: dict[str, Any], reader: Reader, part: Part) -> None:
        self.document, self.reader, self.part = document, reader, part
        self.failed = {(entry["host"].lower(), entry["what"]) for entry in document["notRead"]}

    @property
    def _alone(self) -> bool:
        """True when the export shows that there is no cluster, and not only that it could not be read."""
        return self.document["cluster"] is None and not any(what in ("Cluster", "everything") for _, what in self.failed)

    def read(self) -> None:
        """Fill the part; raises BadFile when nothing in the export is known."""
        reader, document = self.reader, self.document
        reader.taken = (taken, Location(reader.file, "$.taken")) if (taken := time(document["taken"])) else None
        for entry in document["notRead"]:
            reader.warn(f"{entry}", f"{entry['host']}: {entry['what']} was not read: {entry['reason']}")
        if self._alone:
            self.part.whole.append(Inventory(clustered=False, at={"clustered": Location(reader.file, "$.cluster")}))
        self._collected(document["cluster"] or {}, "$.cluster", Context())
        for index, host in enumerate(document["hosts"]):
            context = Context(host_name=host["name"])
            self._collected(host["collected"], f"$.hosts[{index}].collected", context)
            self._without_address(host["collected"], f"$.hosts[{index}].collected", context)
            if "VM" in host["collected"]:
                self.part.whole.append(Inventory(vms=[]))
        if not reader.recognised:
            raise BadFile(reader.file, "", "an export without any object that Lotse knows", _REMEDY)
        reader.finish(self.part)
        self._of_wmi()

    def _collected(self, rows_of: dict[str, list[dict]], path: str, context: Context) -> None:
        """The objects of a host or of the cluster, and what is said by there being none."""
        for name, rows in rows_of.items():
            kind, place = classes.named(name), f"{path}.{name}"
            if kind is None:
                self.reader.warn(f"class {name}", f"{place}: objects of the class {name}, which is not known, are left out")
                continue
            self.reader.walk([{TYPE: name, **row} for row in rows], place, "", context)
            if not self._failed(name, context):
                self._none(name, kind, rows_of, place, context)
            self.reader.close(self.part)

    def _failed(self, name: str, context: Context) -> bool:
        """True when a class was read in part only."""
        own = (context.host_name or "").lower()
        return any(what == name and own in ("", host) for host, what in self.failed)

    def _none(self, name: str, kind: Kind, rows_of: dict[str, list[dict]], place: str, context: Context) -> None:
        empty, at = Row({}, place, self.reader), Location(self.reader.file, place)
        if name in _NONE and not rows_of[name] and (context.host_name or kind.owner == "cluster"):
            field, nothing = _NONE[name]
            put(self.reader.owner(_HOST if context.host_name else kind, empty, context), field, type(nothing)(), at)
        if name in _NONE_OF_VM:
            field, nothing = _NONE_OF_VM[name]
            for vm in rows_of.get("VM", []):
                row = Row({"VMName": vm.get("Name"), "VMId": vm.get("Id")}, place, self.reader)
                put(self.reader.owner(kind, row, context), field, type(nothing)(), at)
        if name == "VMNetworkAdapter":
            put(self.reader.owner(HOST_VIRTUAL_ADAPTER, empty, context), "virtual_adapters", [], at)

    def _without_address(self, rows_of: dict[str, list[dict]], path: str, context: Context) -> None:
        """An adapter that no address names has none: one of a switch or a team, which does not carry IP itself."""
        if not {"NetAdapter", "NetIPAddress", "NetRoute"} <= rows_of.keys():
            return
        named = {str(row.get("InterfaceAlias")).lower() for name in ("NetIPAddress", "NetRoute") for row in rows_of[name]}
        row = Row({}, f"{path}.NetIPAddress", self.reader)
        host = self.reader.owner(_HOST, row, context)
        for name in (row.get("Name") for row in rows_of["NetAdapter"]):
            if isinstance(name, str) and name.lower() not in named:
                interface = self.reader.find_or_add(host, "interfaces", Interface, name, row)
                put(interface, "addresses", [], row.location)
                put(interface, "gateway", False, row.location)
        self.reader.close(self.part)

    def _of_wmi(self) -> None:
        """WMI lists the controllers of a VM, but does not say that there is none, nor whether it belongs to a cluster."""
        listed = {host["name"].lower() for host in self.document["hosts"] if "Msvm_ResourceAllocationSettingData" in host["collected"]}
        for vm in (vm for unit in self.part.whole for vm in unit.vms or [] if (vm.host or "").lower() in listed):
            place = vm.where() or Location(self.reader.file)
            put(vm, "scsi_controllers", 0, place)
            put(vm, "highly_available", False if self._alone else None, place)


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the export."""
    return json.loads((FOLDER / "export.schema.json").read_text(encoding="utf-8"))


def _validate(document: dict[str, Any], file: str) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(itertools.islice(Draft202012Validator(schema()).iter_errors(document), _COMPARED))
    if error is not None:
        problem = error.message if len(error.message) <= 120 else f"…{error.message[-119:]}"
        raise BadFile(file, error.json_path, f"an export that was changed: {problem}", _REMEDY)
