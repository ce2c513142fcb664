"""Configurations of PowerShell DSC: resources of HyperVDsc (xHyper-V) and FailoverClusterDsc (xFailOverCluster).

Nothing is run: only literal values are read, and what an expression would give is not known. Resources inside `if` and `switch`
may not apply and are left out. Names of resources and properties: the schemas of the two modules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ingest.configurations import objects
from ingest.configurations.declared import OPENING, UNKNOWN, Declared, group_ends, on_off, unknown_names
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE
from ingest.configurations.text import MAX_DEPTH

NAME = "DSC configuration"

_CONFIGURATION = re.compile(r"^[ \t]*configuration[ \t]+[\w'\"$-]{1,200}[ \t]*(?:\{|\r?$)", re.M | re.I)
_RESOURCE = re.compile(
    r"^[ \t]*(?:Import-DscResource\b|x?(?:VMHyperV|VMSwitch|Vhd|VMHost|VMNetworkAdapter|VMHardDiskDrive|VMProcessor|VMScsiController"
    r"|VMDvdDrive|Cluster\w{0,20})[ \t]+[\w'\"$])",
    re.M | re.I,
)
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|`\r?\n)
    |(?P<newline>\n)
    |(?P<number>[+-]?(?:0x[0-9a-fA-F]{1,15}|\d{1,20}(?:\.\d{1,10})?(?:[KMGTP]B)?)(?![\w.-]))
    |(?P<variable>\$(?:\{[^}\n]{0,200}\}|[\w:?^$]{1,200}))
    |(?P<mark>[{}()\[\];,=@|&])
    |(?P<word>[^\s{}()\[\];,=@|&'"$`]+|.)""",
    re.X | re.I,
)
_FACTORS = {"KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40, "PB": 2**50}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_MOST_TOKENS = 300_000
_MOST_IN_VAIN = 300_000
_REMEDY = "pass the configuration as it is compiled, complete and unchanged"


class Resource(NamedTuple):
    """A resource: its type in lower case without prefixes, its properties by name in lower case, its line and the node it is for."""

    type: str
    values: dict[str, Any]
    line: int
    node: str | None


def recognises(text: str) -> bool:
    """True for a text with a configuration and a resource of these modules, or the import of a module."""
    return _CONFIGURATION.search(text) is not None and _RESOURCE.search(text) is not None


def read(text: str, file: str) -> Part:
    """What the configuration declares; raises BadFile."""
    declared = Declared(file)
    return of_resources(list(_Parser(text, declared).resources()), declared)


def of_resources(resources: list[Resource], declared: Declared) -> Part:
    """What resources declare, also those of a compiled configuration; raises BadFile when they declare nothing."""
    for resource in resources:
        if str(resource.values.get("ensure")).lower() == "absent" and resource.type != "windowsfeature":
            continue
        for name in dict.fromkeys(unknown_names({key: value for key, value in resource.values.items() if key not in _NO_MATTER})):
            declared.warn(resource.line, f"{name} of {resource.type} is an expression and not known")
        _TYPES[resource.type](resource, declared)
    # a row a group: what one resource says of a VM joins what another one says
    return declared.finish(objects.read_groups(([row] for row in declared.rows), declared.file, NAME))


def type_of(written: str) -> str | None:
    """The type of a resource by its name, such as `xVMSwitch` or `MSFT_xVMSwitch`; None for those of other modules."""
    name = re.sub(r"^(?:msft_|dsc_)", "", written.lower())
    return next((found for found in (name, name.removeprefix("x")) if found in _TYPES), None)


# --- the notation -----------------------------------------------------------------------------------------------------


class Token(NamedTuple):
    """A word of the notation: string, number, variable, mark, word, newline or end; `attached` without a blank before it."""

    kind: str
    value: Any
    line: int
    attached: bool


class _Parser:
    def __init__(self, text: str, declared: Declared) -> None:
        self.text, self.declared = text, declared
        self.tokens = list(self._tokens())
        self.ends = group_ends([token.value if token.kind == "mark" else "" for token in self.tokens])
        self.position = 0
        self.in_vain = 0  # words looked at without a block behind them

    def _tokens(self) -> Iterator[Token]:
        text, position, line, attached, newline, count = self.text, 0, 1, False, False, 0
        while position < len(text):
            start, value = position, None
            if text.startswith("<#", position):
                kind, position = "space", self._end(text.find("#>", position + 2), 2, line)
            elif text[position] == "#" and not attached:
                end = text.find("\n", position)
                kind, position = "space", len(text) if end < 0 else end
            elif text[position : position + 2] in ("@'", '@"') and text[position + 2 : position + 4].lstrip("\r").startswith("\n"):
                quote = text[position + 1]
                end = self._end(text.find(f"\n{quote}@", position + 2), 3, line)
                inner = text[text.index("\n", position) + 1 : end - 3].removesuffix("\r")
                kind, value, position = "string", UNKNOWN if quote == '"' and "$" in inner else inner, end
            elif text[position] == "'":
                value, position = self._single(position, line)
                kind = "string"
            elif text[position] == '"':
                value, position = self._double(position, line)
                kind = "string"
            else:
                match = _TOKEN.match(text, position)
                assert match
                kind, value, position = match.lastgroup or "", match[0], match.end()
            if kind != "space" and not (kind == "newline" and newline):  # blank lines tell nothing
                count += 1
                if count > _MOST_TOKENS:
                    raise BadFile(self.declared.file, f"line {line}", f"more than {_MOST_TOKENS} words", "split the configuration")
                yield Token(kind, value, line, attached)
            attached = kind not in ("space", "newline")
            newline = kind == "newline" or (newline and kind == "space")
            line += text.count("\n", start, position)

    def _end(self, found: int, length: int, line: int) -> int:
        if found < 0:
            raise BadFile(self.declared.file, f"line {line}", "a comment or text that does not end", _REMEDY)
        return found + length

    def _single(self, position: int, line: int) -> tuple[str, int]:
        parts, start = [], position + 1
        while True:
            end = self._end(self.text.find("'", start), 1, line)
            parts.append(self.text[start : end - 1])
            if self.text[end : end + 1] != "'":
                return "'".join(parts), end
            start = end + 1

    def _double(self, position: int, line: int) -> tuple[Any, int]:
        """A text in double quotes, and where it ends; not known when it holds a variable or an expression."""
        found: list[str] = []
        known, text = True, self.text
        position += 1
        depth = 0  # of $( … ), whose texts may hold quotes
        while position < len(text):
            sign = text[position]
            if sign == "`" and position + 1 < len(text):
                found.append(_ESCAPES.get(text[position + 1], text[position + 1]))
                position += 2
                continue
            if depth:
                depth += (sign == "(") - (sign == ")")
            elif text.startswith("$(", position):
                known, depth = False, 1
                position += 1
            elif sign == '"' and text.startswith('""', position):
                position += 1
                found.append('"')
            elif sign == '"':
                return ("".join(found) if known else UNKNOWN), position + 1
            elif sign == "$" and re.match(r"[\w{]", text[position + 1 : position + 2]):
                known = False
            else:
                found.append(sign)
            position += 1
        return UNKNOWN, self._end(-1, 0, line)

    # --- resources ---

    def _peek(self, offset: int = 0) -> Token:
        index = self.position + offset
        return self.tokens[index] if index < len(self.tokens) else Token("end", "", self.tokens[-1].line if self.tokens else 1, False)

    def _is(self, mark: str, offset: int = 0) -> bool:
        token = self._peek(offset)
        return token.kind == "mark" and token.value == mark

    def resources(self) -> Iterator[Resource]:
        blocks: list[tuple[list[str | None] | None, bool]] = []  # of the blocks around: the nodes, whether it may not apply
        nodes: list[str | None] | None = None
        pending: str | None = None  # what the next block is
        first = True  # in a statement
        while self._peek().kind != "end":
            token = self._peek()
            word = token.value.lower() if token.kind == "word" else ""
            if token.kind == "newline" or self._is(";"):
                first, self.position = True, self.position + 1
            elif self._is("{"):
                blocks.append(
                    (nodes if pending == "node" else blocks[-1][0] if blocks else None, pending == "if" or bool(blocks and blocks[-1][1]))
                )
                pending, first = None, True
                self.position += 1
            elif self._is("}"):
                if blocks:
                    blocks.pop()
                first = True
                self.position += 1
            elif first and word == "node" and (names := self._node()) is not None:
                nodes, pending, first = names, "node", False
            elif word in ("if", "elseif", "else", "switch"):
                pending, first = "if", False
                self.position += 1
            elif first and (type := type_of(word)) and self._opens():
                around, doubtful = blocks[-1] if blocks else (None, False)
                values = self._values()
                if doubtful:
                    self.declared.warn(token.line, f"{type} inside a condition and left out, for it may not apply")
                else:
                    yield from (Resource(type, values, token.line, node) for node in around or [None])
                first = True
            else:
                first = False
                self.position += 1

    def _node(self) -> list[str | None] | None:
        """The names after `Node`, up to the brace of its block; None when no block follows."""
        start = self.position
        self.position += 1
        names = self._value(in_block=False)
        if not self._to_brace():
            self._back(start)
            return None
        found = names if isinstance(names, list) else [names]
        return [name if isinstance(name, str) and name.lower() not in ("localhost", "*", "") else None for name in found]

    def _opens(self) -> bool:
        """Go from the type of a resource behind the brace that opens its block; stays where it is when there is none."""
        start = self.position
        self.position += 1
        if self._peek().kind in ("string", "word", "variable", "number") or self._is("("):
            self.position += 1
            if self._to_brace():
                self.position += 1
                return True
        self._back(start)
        return False

    def _back(self, start: int) -> None:
        """Go back to where no block was found."""
        self.in_vain += self.position - start
        if self.in_vain > _MOST_IN_VAIN:
            raise BadFile(self.declared.file, f"line {self._peek().line}", "resources and nodes without a block behind them", _REMEDY)
        self.position = start

    def _to_brace(self) -> bool:
        """Go to a brace that opens a block, over the rest of a name before it."""
        for _ in range(200):
            token = self._peek()
            if (self._is("{") and not token.attached) or (self._is("{") and self._peek(-1).kind == "string"):
                return True
            if token.kind == "newline" and not (self._after_newlines_is_brace()):
                return False
            if token.kind == "end" or (token.kind == "mark" and token.value in ("=", ";", "}")):
                return False
            if self._is("{"):
                self._skip_group()
            else:
                self.position += 1
        return False

    def _after_newlines_is_brace(self) -> bool:
        offset = 0
        while self._peek(offset).kind == "newline":
            offset += 1
        return self._is("{", offset)

    def _values(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._peek().kind != "end":
            token = self._peek()
            if self._is("}"):
                self.position += 1
                return found
            if token.kind == "word" and self._is("=", 1):
                self.position += 2
                found[token.value.lower()] = self._value()
            elif token.kind == "newline" or self._is(";"):
                self.position += 1
            else:
                self._skip_statement()
        raise BadFile(self.declared.file, f"line {self._peek().line}", "a resource whose brace is not closed", _REMEDY)

    def _value(self, in_block: bool = True) -> Any:
        """A literal, or several with commas between; anything else is UNKNOWN, and the statement is passed over."""
        items = [self._operand(0)]
        while self._is(","):
            self.position += 1
            self._skip_newlines()
            items.append(self._operand(0))
        if not in_block:
            return UNKNOWN if items[0] is UNKNOWN else items[0] if len(items) == 1 else items
        if self._peek().kind not in ("newline", "end") and not self._is(";") and not self._is("}"):
            self._skip_statement()
            return UNKNOWN
        return items[0] if len(items) == 1 else items

    def _operand(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise BadFile(self.declared.file, f"line {self._peek().line}", f"nested more than {MAX_DEPTH} levels deep", _REMEDY)
        token = self._peek()
        if token.kind == "string":
            self.position += 1
            return token.value
        if token.kind == "number":
            self.position += 1
            return _number(token.value)
        if token.kind == "variable" and token.value.lower() in _CONSTANTS:
            self.position += 1
            return _CONSTANTS[token.value.lower()]
        if self._is("@") and self._is("(", 1):
            return self._array(depth)
        if token.kind == "word" and re.fullmatch(r"[A-Za-z][\w-]*", token.value):  # a name without quotes, as nodes have
            self.position += 1
            return token.value if self._peek().kind in ("newline", "end") or self._is("{") or self._is(",") else UNKNOWN
        return UNKNOWN

    def _array(self, depth: int) -> Any:
        self.position += 2
        items: list[Any] = []
        while True:
            while self._peek().kind == "newline" or self._is(",") or self._is(";"):
                self.position += 1
            if self._is(")"):
                self.position += 1
                return UNKNOWN if any(item is UNKNOWN for item in items) else items
            before = self.position
            items.append(self._operand(depth + 1))
            if self.position == before or not (self._peek().kind == "newline" or any(self._is(mark) for mark in ",;)")):
                items.append(UNKNOWN)
                while self._peek().kind != "end" and not self._is(")"):
                    self._skip_group() if any(self._is(mark) for mark in "({[") else self._step()
                if self._peek().kind == "end":
                    return UNKNOWN

    def _step(self) -> None:
        self.position += 1

    def _skip_newlines(self) -> None:
        while self._peek().kind == "newline":
            self.position += 1

    def _skip_statement(self) -> None:
        """To the end of a statement, over everything in brackets; a comma or pipe at the end of a line continues it."""
        while self._peek().kind != "end":
            token = self._peek()
            if self._is("}") or self._is(";"):
                return
            if token.kind == "newline" and not (self._is(",", -1) or self._is("|", -1) or self._is("=", -1)):
                return
            if any(self._is(mark) for mark in "({["):
                self._skip_group()
            else:
                self.position += 1

    def _skip_group(self) -> None:
        """Go behind the bracket that closes the group which begins here; without one it reaches to the end."""
        opens = self._peek().kind == "mark" and self._peek().value in OPENING
        self.position = self.ends.get(self.position, len(self.tokens) if opens else self.position + 1)


_CONSTANTS = {"$true": True, "$false": False, "$null": None}


def _number(written: str) -> int | Any:
    if written[:2].lower() == "0x" or written[1:3].lower() == "0x":
        return int(written, 16)
    factor = _FACTORS.get(written[-2:].upper(), 1)
    digits = written[:-2] if factor > 1 else written
    value = float(digits) * factor if "." in digits else int(digits) * factor
    return int(value) if float(value).is_integer() else UNKNOWN


# --- the resources in the words of the cmdlets ------------------------------------------------------------------------

# What no field of the inventory is for, and names, of which `_named` speaks.
_NO_MATTER = {
    "dependson",
    "psdscrunascredential",
    "notes",
    "credential",
    "domainadministratorcredential",
    "networksetting",
    "name",
    "vmname",
}


def _renamed(values: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {name: values[key] for key, name in names.items() if values.get(key) is not None}


def _texts(value: Any) -> list[Any] | None:
    """A value or a list of them as a list; None when it is not known."""
    if value is None or value is UNKNOWN:
        return None
    return value if isinstance(value, list) else [value]


def _named(resource: Resource, declared: Declared, key: str = "name") -> bool:
    """Whether the resource says whose it is; else a warning."""
    name = resource.values.get(key)
    if isinstance(name, str) and name:
        return True
    declared.warn(resource.line, f"{resource.type} left out, for its name is an expression")
    return False


def _vm(resource: Resource, declared: Declared) -> None:
    """Dynamic memory is on when a minimum or maximum is given that differs from the memory at start."""
    values = resource.values
    if not _named(resource, declared):
        return
    names = {key: key for key in ("name", "state", "path", "generation", "processorcount", "automaticcheckpointsenabled")}
    row: dict[str, Any] = {TYPE: "VirtualMachine", "ComputerName": resource.node, **_renamed(values, names)}
    memory = [values.get(key) for key in ("startupmemory", "minimummemory", "maximummemory")]
    row |= {"MemoryStartup": memory[0], "MemoryMinimum": memory[1], "MemoryMaximum": memory[2]}
    if UNKNOWN not in memory and any(size is not None for size in memory):
        row["DynamicMemoryEnabled"] = any(memory[1:]) and not memory[0] == memory[1] == memory[2]
    row["Firmware"] = {"SecureBoot": on_off(values.get("secureboot"))}
    if isinstance(values.get("enableguestservice"), bool):
        row["VMIntegrationService"] = [{"Name": "Guest Service Interface", "Enabled": values["enableguestservice"]}]
    switches, macs = _texts(values.get("switchname")), _texts(values.get("macaddress")) or []
    if switches:
        row["NetworkAdapters"] = [
            {"SwitchName": switch, **({"MacAddress": mac, "DynamicMacAddressEnabled": False} if mac else {})}
            for switch, mac in zip(switches, [*macs, *[None] * len(switches)], strict=False)
        ]
    declared.add(resource.line, row)
    if isinstance(values.get("vhdpath"), str):  # the first of possibly more disks
        disk = {TYPE: "HardDiskDrive", "VMName": values["name"], "ComputerName": resource.node, "Path": values["vhdpath"]}
        declared.add(resource.line, disk)


def _disk_file(resource: Resource, declared: Declared) -> None:
    """A virtual disk in a folder; without an extension it has that of its format."""
    values = resource.values
    name, folder, format = values.get("name"), values.get("path"), values.get("generation")
    if not isinstance(name, str) or not isinstance(folder, str):
        declared.warn(resource.line, "vhd left out, for its path is an expression")
        return
    if not name.lower().endswith((".vhd", ".vhdx", ".avhd", ".avhdx", ".vhds")):
        if not isinstance(format, str):
            declared.warn(resource.line, "vhd left out, for neither its name nor `Generation` tells the format")
            return
        name = f"{name}.{format.lower()}"
    names = {"parentpath": "ParentPath", "maximumsizebytes": "Size", "type": "VhdType"}
    declared.add(resource.line, {TYPE: "VirtualHardDisk", "Path": f"{folder.rstrip(chr(92))}\\{name}", **_renamed(values, names)})


def _of_vm(type: str, names: dict[str, str]) -> Callable[[Resource, Declared], None]:
    def add(resource: Resource, declared: Declared) -> None:
        if _named(resource, declared, "vmname"):
            about = {TYPE: type, "VMName": resource.values["vmname"], "ComputerName": resource.node}
            declared.add(resource.line, {**about, **_renamed(resource.values, names)})

    return add


def _adapter(resource: Resource, declared: Declared) -> None:
    values = resource.values
    if not _named(resource, declared, "vmname"):
        return
    row: dict[str, Any] = {
        TYPE: "VMNetworkAdapter",
        **_renamed(values, {"name": "Name", "switchname": "SwitchName", "macaddress": "MacAddress"}),
    }
    if values["vmname"].lower() == "managementos":
        row |= {"IsManagementOs": True, "ComputerName": resource.node}
    else:
        row |= {"VMName": values["vmname"], "ComputerName": resource.node}
    if values.get("macaddress"):
        row["DynamicMacAddressEnabled"] = False
    if str(values.get("vlanid") or "").isdecimal():
        row["VlanSetting"] = {"OperationMode": "Access", "AccessVlanId": int(values["vlanid"])}
    declared.add(resource.line, row)


def _switch(resource: Resource, declared: Declared) -> None:
    values = resource.values
    if not _named(resource, declared):
        return
    names = {
        "name": "Name",
        "type": "SwitchType",
        "allowmanagementos": "AllowManagementOS",
        "enableembeddedteaming": "EmbeddedTeamingEnabled",
        "netadaptername": "NetAdapterInterfaceDescriptions",
    }
    row = {TYPE: "VMSwitch", "ComputerName": resource.node, **_renamed(values, names)}
    if str(values.get("bandwidthreservationmode")).upper() != "NA":
        row["BandwidthReservationMode"] = values.get("bandwidthreservationmode")
    declared.add(resource.line, row)
    if values.get("enableembeddedteaming") is True and isinstance(values.get("loadbalancingalgorithm"), str):
        team = {"Name": values["name"], "LoadBalancingAlgorithm": values["loadbalancingalgorithm"]}
        declared.add(resource.line, {TYPE: "VMSwitchTeam", "ComputerName": resource.node, **team})


def _host(resource: Resource, declared: Declared) -> None:
    row = {key: value for key, value in resource.values.items() if key not in ("issingleinstance", "name", "computername")}
    declared.add(resource.line, {TYPE: "VMHost", "ComputerName": resource.node, **row})


def _feature(resource: Resource, declared: Declared) -> None:
    values = resource.values
    ensure = values.get("ensure", "Present")
    if isinstance(values.get("name"), str) and isinstance(ensure, str):
        installed = ensure.lower() == "present"
        row = {TYPE: "WindowsFeature", "ComputerName": resource.node, "Name": values["name"], "Installed": installed}
        declared.add(resource.line, row)


def _cluster(resource: Resource, declared: Declared) -> None:
    """The cluster. Its nodes are not: each may have a configuration of its own, and some of them would look like all."""
    if _named(resource, declared):
        name = resource.values["name"]
        declared.add(
            resource.line, {TYPE: "Cluster", **{key: value for key, value in resource.values.items() if key in _CLUSTER}, "Name": name}
        )


_CLUSTER = {"blockcachesize", "crosssubnetdelay", "crosssubnetthreshold", "dynamicquorum", "samesubnetdelay", "samesubnetthreshold"}


def _network(resource: Resource, declared: Declared) -> None:
    names = {"name": "Name", "address": "Address", "addressmask": "AddressMask", "role": "Role", "metric": "Metric"}
    declared.add(resource.line, {TYPE: "ClusterNetwork", **_renamed(resource.values, names)})


_WITNESSES = {
    "nodeanddiskmajority": "Physical Disk",
    "diskonly": "Physical Disk",
    "nodeandfilesharemajority": "File Share Witness",
    "nodeandcloudmajority": "Cloud Witness",
}


def _quorum(resource: Resource, declared: Declared) -> None:
    """The resource of a disk witness is named, that of a file share witness told by its share."""
    kind, witness = resource.values.get("type"), resource.values.get("resource")
    row: dict[str, Any] = {TYPE: "ClusterQuorum", "QuorumType": kind}
    type = _WITNESSES.get(str(kind).lower())
    if type:
        row["QuorumResource"] = {"Name": witness if type == "Physical Disk" else type, "ResourceType": type}
        if type == "File Share Witness":
            row["QuorumResource"]["SharePath"] = witness
    declared.add(resource.line, row)


def _owners(resource: Resource, declared: Declared) -> None:
    values = resource.values
    nodes = _texts(values.get("nodes"))
    if nodes and _named(resource, declared, "clustergroup"):
        declared.add(resource.line, {"Role": values["clustergroup"], "PreferredOwners": nodes, "Cluster": values.get("clustername")})


_PLACE = {"controllertype": "ControllerType", "controllernumber": "ControllerNumber", "controllerlocation": "ControllerLocation"}
_TYPES: dict[str, Callable[[Resource, Declared], None]] = {
    "vmhyperv": _vm,
    "vhd": _disk_file,
    "vmharddiskdrive": _of_vm("HardDiskDrive", {"path": "Path", **_PLACE}),
    "vmdvddrive": _of_vm("DvdDrive", {"path": "Path", **_PLACE}),
    "vmprocessor": _of_vm(
        "VMProcessor",
        {
            "compatibilityformigrationenabled": "CompatibilityForMigrationEnabled",
            "exposevirtualizationextensions": "ExposeVirtualizationExtensions",
            "hwthreadcountpercore": "HwThreadCountPerCore",
            "maximumcountpernumanode": "MaximumCountPerNumaNode",
        },
    ),
    "vmnetworkadapter": _adapter,
    "vmscsicontroller": _of_vm("VMScsiController", {"controllernumber": "ControllerNumber"}),
    "vmswitch": _switch,
    "vmhost": _host,
    "windowsfeature": _feature,
    "cluster": _cluster,
    "clusterproperty": _cluster,
    "clusternetwork": _network,
    "clusterquorum": _quorum,
    "clusterpreferredowner": _owners,
}


def of_instances(instances: list[dict[str, Any]], target: re.Match[str] | None, file: str) -> Part | None:
    """What the instances of a compiled configuration (MOF) for a node declare; None when none of them is of these modules."""
    node = target[1] if target and target[1].lower() != "localhost" else None
    found = [
        Resource(type, {key.lower(): value for key, value in instance.items() if key not in (TYPE, AT)}, int(instance[AT].split()[1]), node)
        for instance in instances
        if (type := type_of(str(instance.get(TYPE)))) and "ResourceID" in instance
    ]
    return of_resources(found, Declared(file)) if found else None
