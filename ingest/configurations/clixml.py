"""CLIXML, which Export-Clixml writes, and the XML of ConvertTo-Xml: objects of PowerShell with their types.

Elements and their meaning: [MS-PSRP] section 2.2.5. What is left of a file that was copied out of a browser (with the signs
of its folding) or cut off is read as far as its objects are complete enough.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ingest.configurations import classes, objects
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE, plain
from ingest.configurations.text import MAX_DEPTH
from ingest.configurations.xml import local, parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_VALUES = 1_000_000
_MOST_GROUPS = 1_000
_WHOLE_NUMBERS = {"By", "SB", "U16", "I16", "U32", "I32", "U64", "I64"}
_TEXTS = {"S", "C", "DT", "TS", "G", "URI", "Version", "XD", "SBK", "D", "Db", "Sg"}
_LISTS = {"LST", "QUE", "STK", "IE"}
_START = re.compile(r"<Objs[\s>]|<Obj[\s>]|<[A-Z][A-Za-z0-9]{0,6} N=\"")
_ADDED = re.compile(r"^(?:(?:Deserialized|Selected)\.)+")  # by remoting and by Select-Object
_REMEDY = "export again with `Get-VM | Export-Clixml vms.xml -Depth 4` and pass that file itself"


def recognises(content: str) -> bool:
    """True for text that is CLIXML by its tags, well-formed or not."""
    return _START.search(content[:4096]) is not None


def read(root: Element, file: str) -> Part:
    """The inventory of CLIXML (`Objs`) or of what ConvertTo-Xml writes (`Objects`); raises BadFile."""
    return objects.read(documents(root, file), file, "CLIXML" if local(root.tag) == "Objs" else "XML of ConvertTo-Xml")


def documents(root: Element, file: str) -> list[Any]:
    """The objects as plain data: properties as dictionaries with the type in `@type`, enumerations by name."""
    if local(root.tag) == "Objects":
        return [_converted(item, f"/Objects/Object[{number}]") for number, item in enumerate(root, 1)]
    reader = _Reader(file)
    found = []
    for number, item in enumerate(root, 1):
        place = f"/Objs/{local(item.tag)}[{number}]"
        value = reader.value(item)
        found += [_placed(one, place) for one in (value if isinstance(value, list) else [value])]
    return found


def _placed(value: Any, place: str) -> Any:
    return {AT: place, **value} if isinstance(value, dict) else value


class _Reader:
    """Turns elements into values and remembers those that later ones refer to, with how much they stand for."""

    def __init__(self, file: str, whole: bool = True) -> None:
        self.file, self.whole = file, whole
        self.types: dict[str, str] = {}
        self.known: dict[str, tuple[Any, int, int]] = {}  # by RefId: value, values below it, levels below it
        self.count = 0
        self.depth = 0

    def value(self, element: Element) -> Any:
        """The value of an element: None, text, number, truth, list or dictionary."""
        tag = local(element.tag)
        self.count += 1
        if self.count > _MOST_VALUES:
            raise BadFile(self.file, "", f"more than {_MOST_VALUES} values with its references", "split the export, one file per host")
        if tag in _TEXTS:
            return _text(element.text or "")
        if tag == "B":
            return {"true": True, "false": False}.get((element.text or "").strip().lower())
        if tag in _WHOLE_NUMBERS:
            written = (element.text or "").strip()
            return int(written) if re.fullmatch(r"-?\d{1,20}", written) else None
        if tag == "Ref":
            return self.referred(element.get("RefId", ""))
        if tag == "Obj":
            return self.object(element)
        if tag in _LISTS:
            return [self.value(child) for child in element]
        if tag == "DCT":
            return self.dictionary(element)
        return None

    def referred(self, id: str) -> Any:
        """The object referred to; None inside itself (a cycle) and when it is not there."""
        value, count, depth = self.known.get(id, (None, 0, 0))
        self.count += count
        self.depth = max(self.depth, depth + 1)
        if self.depth > MAX_DEPTH:
            raise BadFile(self.file, "", f"references nested more than {MAX_DEPTH} levels deep", _REMEDY)
        return value

    def object(self, element: Element) -> Any:
        before, outer = self.count, self.depth
        self.depth = 0
        shown: str | None = None
        type_name: str | None = None
        properties: dict[str, Any] | None = None
        content: Any = None
        for child in element:
            match local(child.tag):
                case "TN":
                    type_name = _text(child[0].text or "") if len(child) else None
                    if type_name and child.get("RefId"):
                        self.types[child.get("RefId", "")] = type_name
                case "TNRef":
                    type_name = self.types.get(child.get("RefId", ""))
                case "ToString":
                    shown = _text(child.text or "")
                case "Props" | "MS":
                    properties = properties if properties is not None else {}
                    for inner in child:
                        properties.setdefault(_text(inner.get("N", "")), self.value(inner))
                case _:
                    content = self.value(child)
        value = content
        if properties is not None and not isinstance(content, list | dict):
            type_name = _ADDED.sub("", type_name or "")
            value = {**({TYPE: type_name} if type_name else {}), **properties}
            if not self.whole:
                _named(value, shown)
        elif isinstance(content, dict) and properties:
            value = {**properties, **content}
        elif shown and not isinstance(content, list | dict):  # an enumeration, or an object cut to text
            value = shown
        if isinstance(value, str):
            self.count += len(value) // 100  # references can stand for long texts, too
        depth = self.depth + 1
        self.depth = max(outer, depth)
        if element.get("RefId"):
            self.known[element.get("RefId", "")] = (value, self.count - before, depth)
        return value

    def dictionary(self, element: Element) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry in element:
            parts = {child.get("N"): child for child in entry}
            if "Key" in parts and "Value" in parts:
                found[str(self.value(parts["Key"]))] = self.value(parts["Value"])
        return found


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _text(written: str) -> str:
    """Text without the escapes for characters that XML cannot hold (`_x000A_` is a line break)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), written) if "_x" in written else written


# --- ConvertTo-Xml ----------------------------------------------------------------------------------------------------


def _converted(element: Element, place: str = "") -> Any:
    """An Object or Property of ConvertTo-Xml: its properties, its items, or its text."""
    children = list(element)
    if not children:
        return element.text or None
    named = {child.get("Name", ""): _converted(child) for child in children if child.get("Name")}
    if not named:
        return [_converted(child) for child in children]
    type_name = element.get("Type")
    return {**({AT: place} if place else {}), **({TYPE: type_name} if type_name else {}), **named}


# --- damaged files ----------------------------------------------------------------------------------------------------

_FOLDING = re.compile(r"^[ \t]*[-+][ \t]*(?=<)", re.M)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})(\s[^<>]{0,2000}|/|)>")


def salvage(content: str, file: str) -> Part:
    """What can be read of a browser copy or of a part of a file; raises BadFile when nothing complete is left."""
    text = _FOLDING.sub("", content)
    try:
        return _warned(objects.read(_salvaged(text, file), file, "CLIXML"), file)
    except BadFile as bad:
        raise BadFile(file, bad.place, f"damaged CLIXML ({bad.problem})", _REMEDY) from None


def _warned(part: Part, file: str) -> Part:
    part.warnings.insert(
        0, f"{file}: damaged CLIXML (copied out of a browser, or cut off); read as far as it goes, check that nothing is missing"
    )
    return part


def _salvaged(text: str, file: str) -> list[Any]:
    """The objects of a text whose start or end is missing.

    What was opened is closed at the end. A closing tag of something that began before the text ends a group: the properties of a
    group, of which the object itself is missing, make an object of their own.
    """
    groups: list[list[str]] = [[]]
    open_tags: list[str] = []
    position: int | None = None
    for tag in _TAG.finditer(text):
        closing, name, rest = tag.groups()
        between = "" if position is None else text[position : tag.start()]
        if "<" in between:
            break  # a tag that is cut off
        position = tag.end()
        if name == "Objs":
            continue
        if closing and (not open_tags or open_tags[-1] != name):
            if open_tags:
                break
            if name == "Obj":
                groups.append([])
            continue
        groups[-1].append((between if open_tags else "") + tag[0])
        if closing:
            open_tags.pop()
        elif not rest.endswith("/"):
            open_tags.append(name)
    groups[-1] += [f"</{name}>" for name in reversed(open_tags)]
    groups = [pieces for pieces in groups if pieces]
    if len(groups) > _MOST_GROUPS:
        raise BadFile(file, "", "too many of its tags have no counterpart")
    reader = _Reader(file, whole=False)
    found: list[Any] = []
    for number, pieces in enumerate(groups, 1):
        loose: dict[str, Any] = {AT: f"/Objs[{number}]"}
        for item in parse(f"<Objs>{''.join(pieces)}</Objs>", file):
            value = reader.value(item)
            if item.get("N"):
                loose[_text(item.get("N", ""))] = value
            elif isinstance(value, dict):
                found.append(_placed(value, f"/Objs/Obj[{len(found) + 1}]"))
        names = frozenset(plain(name) for name in loose)
        if names >= {"memorystartup", "processorcount"}:
            found.append(_of_devices({TYPE: "VirtualMachine", **loose}, found))
        elif classes.classify(names):
            found.append(loose)
    return found


def _of_devices(vm: dict[str, Any], devices: list[Any]) -> dict[str, Any]:
    """A VM of which the name is missing is the one whose devices stand before it."""
    for name, own in (("VMName", "Name"), ("VMId", "Id")):
        said = {device[name] for device in devices if isinstance(device, dict) and isinstance(device.get(name), str)}
        if len(said) == 1:
            vm.setdefault(own, said.pop())
    return vm


def _named(properties: dict[str, Any], shown: str | None) -> None:
    """A cut object still tells in its text whose it is: `VirtualMachine (Name = 'A') [Id = '…']`."""
    for name, written in re.findall(r"\b(Name|Id|VMName|VMId) = '([^']{1,300})'", (shown or "")[:2000]):
        properties.setdefault(name, written)
