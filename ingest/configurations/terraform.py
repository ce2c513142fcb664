"""Terraform for Hyper-V: configurations in HCL, and the state or plan as JSON, of the providers taliesins/hyperv and windsorcli/hyperv.

A configuration is not run: only literal values are read, and references to literal values of other resources and of `locals`
in the same file; what any other expression would give is not known. Names: the documentation of the two providers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ingest.configurations import objects
from ingest.configurations.declared import UNKNOWN, Declared, group_ends, known, on_off, unknown_names
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE
from ingest.configurations.text import MAX_DEPTH

NAME = "Terraform configuration"

_RESOURCE = re.compile(r'^[ \t]*resource[ \t]+"hyperv_\w{1,60}"[ \t]+"', re.M)
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*|//[^\n]*)
    |(?P<newline>\n)
    |(?P<heredoc><<-?(?P<end>[A-Za-z_][\w-]{0,100})[ \t]*\r?\n)
    |(?P<number>\d{1,20}(?:\.\d{1,10})?(?![\w.]))
    |(?P<word>[A-Za-z_][\w-]*)
    |(?P<mark>=>|==|!=|<=|>=|&&|\|\||\.\.\.|.)""",
    re.X,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_MOST_TOKENS = 300_000
_REMEDY = "pass the configuration as `terraform validate` accepts it"


def recognises(text: str) -> bool:
    """True for a text with a resource of a Hyper-V provider."""
    return _RESOURCE.search(text) is not None


def read(text: str, file: str) -> Part:
    """What the configuration declares; raises BadFile."""
    declared = Declared(file)
    blocks = _Parser(text, declared).body(0)[1]
    _add_all(_resources(blocks, declared), declared)
    return declared.finish(objects.read_groups(([row] for row in declared.rows), file, NAME))


def recognises_json(document: Any) -> bool:
    """True for a state or a plan of Terraform, or what `terraform show -json` makes of them."""
    return (
        isinstance(document, dict) and "terraform_version" in document and bool(document.keys() & {"resources", "values", "planned_values"})
    )


def read_json(document: Any, file: str) -> Part:
    """What a state says that is, or a plan that shall be; raises BadFile."""
    declared = Declared(file)
    _add_all(_of_json(document), declared)
    part = objects.read_groups(([row] for row in declared.rows), file, "Terraform state")
    return declared.finish(part) if isinstance(document.get("planned_values"), dict) else part


class Resource(NamedTuple):
    """A resource: its type, its name, a value per attribute or kind of block, its place and line."""

    type: str
    name: str
    values: dict[str, Any]
    place: str
    line: int = 1


# --- HCL --------------------------------------------------------------------------------------------------------------


class Reference(NamedTuple):
    """A reference such as `hyperv_vhd.root.path`, its parts."""

    parts: tuple[str, ...]


class Block(NamedTuple):
    """A block: its type, labels, attributes, blocks and line."""

    type: str
    labels: list[str]
    values: dict[str, Any]
    blocks: list[Block]
    line: int


class Token(NamedTuple):
    """A word of the notation: string, number, word, mark, newline or end."""

    kind: str
    value: Any
    line: int


class _Parser:
    def __init__(self, text: str, declared: Declared) -> None:
        self.text, self.file = text, declared.file
        self.tokens = list(self._tokens())
        self.ends = group_ends([token.value if token.kind == "mark" else "" for token in self.tokens])
        self.position = 0

    def _bad(self, line: int, problem: str) -> BadFile:
        return BadFile(self.file, f"line {line}", problem, _REMEDY)

    def _tokens(self) -> Iterator[Token]:
        text, position, line, count = self.text, 0, 1, 0
        while position < len(text):
            start, value = position, None
            if text.startswith("/*", position):
                kind, position = "space", self._end(text.find("*/", position + 2), line) + 2
            elif text[position] == '"':
                value, position = self._string(position, line)
                kind = "string"
            else:
                match = _TOKEN.match(text, position)
                assert match
                kind, value, position = match.lastgroup or "", match[0], match.end()
                if match["heredoc"]:
                    kind, value, position = "string", *self._heredoc(match, line)
            if kind != "space":
                count += 1
                if count > _MOST_TOKENS:
                    raise self._bad(line, f"more than {_MOST_TOKENS} words")
                yield Token(kind, value, line)
            line += text.count("\n", start, position)

    def _end(self, found: int, line: int) -> int:
        if found < 0:
            raise self._bad(line, "a comment or text that does not end")
        return found

    def _heredoc(self, match: re.Match[str], line: int) -> tuple[Any, int]:
        """The text up to a line that holds its mark only."""
        position = match.end()
        while position < len(self.text):
            end = self.text.find("\n", position)
            end = len(self.text) if end < 0 else end
            if self.text[position:end].strip() == match["end"]:
                inner = self.text[match.end() : position]
                return UNKNOWN if "${" in inner or "%{" in inner else inner, end
            position = end + 1
        raise self._bad(line, "a text that does not end")

    def _string(self, position: int, line: int) -> tuple[Any, int]:
        """A text in quotes, and where it ends; not known when something is to be put in (`${…}`, `%{…}`)."""
        found: list[str] = []
        known, text, depth = True, self.text, 0
        position += 1
        inside = False  # a text inside an expression
        while position < len(text):
            sign = text[position]
            if sign == "\n" and not depth:
                break
            if depth:
                if sign == "\\" and inside:
                    position += 1
                elif sign == '"':
                    inside = not inside
                elif not inside:
                    depth += (sign == "{") - (sign == "}")
            elif sign == "\\":
                position += 1
                found.append(_ESCAPES.get(text[position : position + 1], text[position : position + 1]))
            elif text.startswith(("$${", "%%{"), position):
                found.append(sign + "{")
                position += 2
            elif text.startswith(("${", "%{"), position):
                known, depth = False, 1
                position += 1
            elif sign == '"':
                return ("".join(found) if known else UNKNOWN), position + 1
            else:
                found.append(sign)
            position += 1
        raise self._bad(line, "a text that does not end")

    # --- blocks and values ---

    def _peek(self, offset: int = 0) -> Token:
        index = self.position + offset
        return self.tokens[index] if index < len(self.tokens) else Token("end", "", self.tokens[-1].line if self.tokens else 1)

    def _is(self, mark: str, offset: int = 0) -> bool:
        token = self._peek(offset)
        return token.kind == "mark" and token.value == mark

    def _newlines(self) -> None:
        while self._peek().kind == "newline":
            self.position += 1

    def body(self, depth: int) -> tuple[dict[str, Any], list[Block]]:
        """The attributes and blocks up to the closing brace, or to the end at the outermost level."""
        if depth > MAX_DEPTH:
            raise self._bad(self._peek().line, f"nested more than {MAX_DEPTH} levels deep")
        values: dict[str, Any] = {}
        blocks: list[Block] = []
        while True:
            self._newlines()
            token = self._peek()
            if token.kind == "end" and not depth:
                return values, blocks
            if self._is("}") and depth:
                self.position += 1
                return values, blocks
            if token.kind != "word":
                raise self._bad(token.line, f"the name of an attribute or block expected, not {str(token.value)[:40]!r}")
            self.position += 1
            if self._is("="):
                self.position += 1
                values[token.value] = self._expression(depth)
                continue
            labels: list[str] = []
            while self._peek().kind in ("string", "word"):
                labels.append(str(self._peek().value))
                self.position += 1
            if not self._is("{"):
                raise self._bad(self._peek().line, f"`=` or a block expected after {token.value[:40]!r}")
            self.position += 1
            blocks.append(Block(token.value, labels, *self.body(depth + 1), token.line))

    def _expression(self, depth: int) -> Any:
        """A literal or reference up to the end of its line, comma or bracket; anything else is UNKNOWN and passed over."""
        start = self.position
        value = self._factor(depth)
        while isinstance(value, int) and not isinstance(value, bool) and self._is("*"):  # as in 4 * 1024 * 1024
            self.position += 1
            other = self._factor(depth)
            value = value * other if isinstance(other, int) and value < 2**63 and other < 2**63 else UNKNOWN
        if self._peek().kind in ("newline", "end") or any(self._is(mark) for mark in ",}])"):
            return value
        self.position = start
        self._skip()
        return UNKNOWN

    def _factor(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise self._bad(self._peek().line, f"nested more than {MAX_DEPTH} levels deep")
        token = self._peek()
        if token.kind == "string":
            self.position += 1
            return token.value
        if token.kind == "number":
            self.position += 1
            return float(token.value) if "." in token.value else int(token.value)
        if token.kind == "word":
            self.position += 1
            if token.value in _WORDS:
                return _WORDS[token.value]
            parts = [token.value]
            while self._is(".") and self._peek(1).kind == "word":
                parts.append(self._peek(1).value)
                self.position += 2
            return Reference(tuple(parts))
        if self._is("["):
            return self._list(depth)
        if self._is("{"):
            return self._object(depth)
        return UNKNOWN

    def _list(self, depth: int) -> Any:
        start = self.position
        self.position += 1
        items: list[Any] = []
        self._newlines()
        if self._peek().kind == "word" and self._peek().value == "for":
            self.position = start
            self._group()
            return UNKNOWN
        while not self._is("]"):
            items.append(self._expression(depth + 1))
            self._newlines()
            if self._is(","):
                self.position += 1
                self._newlines()
            elif not self._is("]"):
                raise self._bad(self._peek().line, "`]` expected")
        self.position += 1
        return items

    def _object(self, depth: int) -> Any:
        start = self.position
        self.position += 1
        found: dict[str, Any] = {}
        while True:
            while self._peek().kind == "newline" or self._is(","):
                self.position += 1
            token = self._peek()
            if self._is("}"):
                self.position += 1
                return found
            if token.kind not in ("word", "string") or token.value == "for" or not (self._is("=", 1) or self._is(":", 1)):
                self.position = start
                self._group()
                return UNKNOWN
            self.position += 2
            found[str(token.value)] = self._expression(depth + 1)

    def _skip(self) -> None:
        """To the end of an expression, over everything in brackets."""
        while self._peek().kind not in ("newline", "end"):
            if any(self._is(mark) for mark in ",}])"):
                return
            if any(self._is(mark) for mark in "([{"):
                self._group()
            else:
                self.position += 1

    def _group(self) -> None:
        end = self.ends.get(self.position)
        if end is None:
            raise self._bad(self._peek().line, "a bracket that is not closed")
        self.position = end


_WORDS = {"true": True, "false": False, "null": None}


def _resources(blocks: list[Block], declared: Declared) -> Iterator[Resource]:
    """The resources of Hyper-V providers, with references to literal values put in."""
    literal: dict[tuple[str, ...], Any] = {}
    for block in blocks:
        if block.type == "resource" and len(block.labels) == 2:
            literal |= {(*block.labels, name): value for name, value in block.values.items()}
        elif block.type == "locals":
            literal |= {("local", name): value for name, value in block.values.items()}

    steps = 0  # what lists of references to lists of references grow to is bounded

    def resolved(value: Any, depth: int = 0) -> Any:
        nonlocal steps
        steps += 1 + (len(value) // 100 if isinstance(value, str) else 0)
        if depth > 20 or steps > _MOST_TOKENS:
            return UNKNOWN
        if isinstance(value, Reference):
            return resolved(literal[value.parts], depth + 1) if value.parts in literal else UNKNOWN
        if isinstance(value, list):
            return [resolved(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {key: resolved(item, depth + 1) for key, item in value.items()}
        return value

    def values(block: Block) -> dict[str, Any]:
        found = {name: resolved(value) for name, value in block.values.items()}
        for inner in block.blocks:
            if inner.type == "dynamic":  # how many there will be is not known
                found[inner.labels[0] if inner.labels else ""] = UNKNOWN
            elif found.get(inner.type) is not UNKNOWN:
                found.setdefault(inner.type, []).append(values(inner))
        return found

    for block in blocks:
        if block.type == "resource" and len(block.labels) == 2 and block.labels[0] in _TYPES:
            found = values(block)
            if found.get("count") == 0:
                continue
            for name in dict.fromkeys(unknown_names({key: value for key, value in found.items() if key not in _NO_MATTER})):
                declared.warn(block.line, f"{name} of {block.labels[0]} is an expression and not known")
            yield Resource(block.labels[0], block.labels[1], found, f"line {block.line}", block.line)


# --- JSON -------------------------------------------------------------------------------------------------------------


def _of_json(document: dict[str, Any]) -> Iterator[Resource]:
    """The resources of a state file, or those below the root module, each with its path."""
    for index, resource in enumerate(_dicts(document.get("resources"))):
        if resource.get("mode") == "managed":
            for number, instance in enumerate(_dicts(resource.get("instances"))):
                if isinstance(attributes := instance.get("attributes"), dict):
                    place = f"$.resources[{index}].instances[{number}].attributes"
                    yield Resource(str(resource.get("type")), str(resource.get("name")), attributes, place)
    for name in ("planned_values", "values"):
        if isinstance(part := document.get(name), dict):
            yield from _of_module(part.get("root_module"), f"$.{name}.root_module")
            return


def _of_module(module: Any, place: str) -> Iterator[Resource]:
    if not isinstance(module, dict):
        return
    for index, resource in enumerate(_dicts(module.get("resources"))):
        if resource.get("mode", "managed") == "managed" and isinstance(values := resource.get("values"), dict):
            yield Resource(str(resource.get("type")), str(resource.get("name")), values, f"{place}.resources[{index}].values")
    for index, child in enumerate(_dicts(module.get("child_modules"))):
        yield from _of_module(child, f"{place}.child_modules[{index}]")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


# --- the resources in the words of the cmdlets ------------------------------------------------------------------------

_NO_MATTER = {
    "count",
    "for_each",
    "depends_on",
    "provider",
    "lifecycle",
    "provisioner",
    "timeouts",
    "notes",
    "connection",
    "source",
    "name",
}


def _add_all(resources: Iterator[Resource], declared: Declared) -> None:
    for resource in resources:
        if resource.type in _TYPES and isinstance(resource.values.get("path" if resource.type == "hyperv_vhd" else "name"), str):
            declared.rows.append({AT: resource.place, **known(_TYPES[resource.type](resource.values))})
        elif resource.type in _TYPES:
            declared.warn(resource.line, f"{resource.type} {resource.name!r:.60} left out, for what it is called is an expression")


def _renamed(values: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The values of these names; what a name of its own is not needed for keeps its name, which the cmdlets share."""
    return {names.get(key, key): value for key, value in values.items() if names.get(key, key)}


def _only(value: Any) -> dict[str, Any]:
    """The only block of its kind, which is a list of one or a value."""
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    return value if isinstance(value, dict) else {}


def _rows(value: Any, names: dict[str, str]) -> Any:
    """A list of blocks, renamed; not known as a whole when one is not."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return UNKNOWN
    return [_renamed(item, names) for item in value]


def _drives(value: Any, path: str) -> Any:
    """DVD drives; one that names no image is empty."""
    rows = _rows(value, {path: "Path"})
    for row in rows if rows is not UNKNOWN else ():
        row["Path"] = "" if row.get("Path") is None else row["Path"]
    return rows


_ADAPTER = {
    "dynamic_mac_address": "DynamicMacAddressEnabled",
    "static_mac_address": "MacAddress",
    "port_mirroring": "PortMirroringMode",
    "management_os": "",
    "ip_addresses": "IPAddresses",
    "wait_for_ips": "",
}
_PROCESSOR = {"count": "", "maximum": "", "reserve": ""}


def _instance(values: dict[str, Any]) -> dict[str, Any]:
    """hyperv_machine_instance of taliesins."""
    inner = (
        "vm_firmware",
        "vm_processor",
        "integration_services",
        "network_adaptors",
        "hard_disk_drives",
        "dvd_drives",
        "id",
        "count",
        "notes",
    )
    row = {TYPE: "VirtualMachine", **{key: value for key, value in values.items() if key not in inner}}
    row["DynamicMemoryEnabled"] = values.get("dynamic_memory")
    if values.get("static_memory") is True:
        row["DynamicMemoryEnabled"] = False
    firmware = _only(values.get("vm_firmware"))
    order = firmware.get("boot_order")
    row["Firmware"] = {
        "SecureBoot": firmware.get("enable_secure_boot"),
        "SecureBootTemplate": firmware.get("secure_boot_template") or None,
        "BootOrder": [{"BootType": _text(item.get("boot_type"))} for item in _dicts(order)] if order else None,
    }
    processor = _only(values.get("vm_processor"))
    row["Processor"] = _renamed(processor, _PROCESSOR)
    services = values.get("integration_services")
    if isinstance(services, dict):
        row["VMIntegrationService"] = [{"Name": name, "Enabled": enabled} for name, enabled in services.items()]
    row["NetworkAdapters"] = _rows(values.get("network_adaptors"), _ADAPTER)
    for adapter in row["NetworkAdapters"] if row["NetworkAdapters"] is not UNKNOWN else ():
        if adapter.get("vlan_access") is True:
            adapter["VlanSetting"] = {"OperationMode": "Access", "AccessVlanId": adapter.get("vlan_id")}
    row["HardDrives"] = _rows(values.get("hard_disk_drives"), {})
    row["DVDDrives"] = _drives(values.get("dvd_drives"), "path")
    return row


def _vm(values: dict[str, Any]) -> dict[str, Any]:
    """hyperv_vm of windsorcli."""
    cpu, memory, state = (_only(values.get(name)) for name in ("cpu", "memory", "state"))
    names = ("name", "generation", "path")
    row: dict[str, Any] = {TYPE: "VirtualMachine", **{name: values.get(name) for name in names}}
    row |= {"ProcessorCount": cpu.get("count"), "MemoryStartup": memory.get("startup_bytes")}
    row |= {
        "MemoryMinimum": memory.get("min_bytes"),
        "MemoryMaximum": memory.get("max_bytes"),
        "DynamicMemoryEnabled": memory.get("dynamic"),
    }
    row["State"] = state.get("current") or state.get("desired")
    order = values.get("boot_order")
    kinds = {"hard_disk_drive": "HardDiskDrive", "dvd_drive": "DvdDrive", "network_adapter": "NetworkAdapter"}
    row["Firmware"] = {
        "SecureBoot": on_off(values.get("secure_boot")),
        "SecureBootTemplate": values.get("secure_boot_template"),
        "BootOrder": [{"BootType": kinds.get(str(item.get("type")))} for item in _dicts(order)] if order else None,
    }
    row["NetworkAdapters"] = _rows(values.get("network_adapter"), {})
    row["HardDrives"] = _rows(values.get("hard_disk_drive"), {})
    row["DVDDrives"] = _drives(values.get("dvd_drive"), "iso_path")
    return row


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else None


_SWITCH = {
    "enable_embedded_teaming": "EmbeddedTeamingEnabled",
    "enable_iov": "IovEnabled",
    "enable_packet_direct": "PacketDirectEnabled",
    "minimum_bandwidth_mode": "BandwidthReservationMode",
    "net_adapter_names": "NetAdapterInterfaceDescriptions",
    "id": "",
    "notes": "",
    "count": "",
}


def _switch(values: dict[str, Any]) -> dict[str, Any]:
    """A switch with a NAT is an internal one."""
    row = {TYPE: "VMSwitch", **_renamed(values, _SWITCH)}
    return {**row, "switch_type": "Internal"} if row.get("switch_type") == "NAT" else row


def _disk_file(values: dict[str, Any]) -> dict[str, Any]:
    """A virtual disk; 0 leaves the choice of a size to Hyper-V."""
    row: dict[str, Any] = {
        TYPE: "VirtualHardDisk",
        "Path": values.get("path"),
        "Size": values.get("size") or values.get("size_bytes") or None,
    }
    row |= {name: values.get(name) or None for name in ("block_size", "logical_sector_size", "physical_sector_size", "parent_path")}
    row["VhdType"] = None if values.get("vhd_type") in ("Unknown", "") else values.get("vhd_type")
    return row


_TYPES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "hyperv_machine_instance": _instance,
    "hyperv_vm": _vm,
    "hyperv_network_switch": _switch,
    "hyperv_virtual_switch": _switch,
    "hyperv_vhd": _disk_file,
}
