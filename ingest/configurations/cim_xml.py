"""Instances of WMI classes in XML: CIM-XML (DSP0201) and the answers of WS-Management."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.configurations import classes, objects
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE, below
from ingest.configurations.xml import local, namespace, parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOTS = {"CIM", "DECLGROUP", "INSTANCE", "VALUE.NAMEDINSTANCE"}
_CLASS = re.compile(r"(?:Msvm|MSCluster|Win32|CIM|MSFT)_\w+")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def recognises(root: Element) -> bool:
    """True for CIM-XML, for a WS-Management answer, and for the list that `winrm enumerate` prints."""
    return local(root.tag) in _ROOTS or local(root.tag) in ("Envelope", "Results") or _is_instance(root)


def read(root: Element, file: str) -> Part:
    """The inventory of the instances; raises BadFile."""
    notation = "CIM-XML" if local(root.tag) in _ROOTS else "WS-Management"
    return objects.read(with_embedded(list(instances(root))), file, notation)


def instances(root: Element) -> Iterator[dict[str, Any]]:
    """Every instance below an element as plain data, with its class in `@type` and its place in `@at`."""
    numbers: dict[str, int] = {}
    pending = [(root, f"/{local(root.tag)}")]
    while pending:
        element, place = pending.pop()
        if element.tag == "INSTANCE":
            yield {TYPE: element.get("CLASSNAME"), AT: place, **_properties(element)}
        elif _is_instance(element):
            yield {TYPE: local(element.tag), AT: place, **_fields(element)}
        else:
            inner = []
            for child in element:
                below = f"{place}/{local(child.tag)}"
                numbers[below] = numbers.get(below, 0) + 1
                inner.append((child, f"{below}[{numbers[below]}]" if _holds_instance(child) else below))
            pending += reversed(inner)


def _holds_instance(element: Element) -> bool:
    return element.tag in ("INSTANCE", "VALUE.NAMEDINSTANCE", "VALUE.OBJECTWITHPATH") or _is_instance(element)


# --- CIM-XML ----------------------------------------------------------------------------------------------------------


def _properties(instance: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in instance:
        name, kind = element.get("NAME"), (element.get("TYPE") or "string").lower()
        if not name:
            continue
        if element.tag == "PROPERTY":
            found[name] = _value(element.find("VALUE"), kind)
        elif element.tag == "PROPERTY.ARRAY":
            listed = element.find("VALUE.ARRAY")
            found[name] = None if listed is None else [_value(item, kind) for item in listed]
        elif element.tag == "PROPERTY.REFERENCE":
            found[name] = "".join(element.itertext()).strip() or None
    return found


def _value(element: Element | None, kind: str) -> Any:
    if element is None or element.tag != "VALUE":
        return None
    written = element.text or ""
    if kind == "boolean":
        return {"true": True, "false": False}.get(written.strip().lower())
    if kind.startswith(("uint", "sint")) and re.fullmatch(r"\s*-?\d{1,20}\s*", written):
        return int(written)
    return written


def with_embedded(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The instances, and after them those of known classes that their properties hold as text (in CIM-XML or MOF)."""
    for instance in list(found):
        for name, value in instance.items():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str) and name not in (TYPE, AT):
                    found += [{**inner, AT: below(instance[AT], name)} for inner in _embedded(item) if classes.named(inner[TYPE])]
    return found


def _embedded(value: str) -> list[dict[str, Any]]:
    start = value[:200].lstrip().lower()
    try:
        if start.startswith("<instance"):
            return list(instances(parse(value.lstrip(), "")))
        if start.startswith("instance of"):
            from ingest.configurations import mof

            return mof.documents(value, "")
    except BadFile:  # it stays the text that it is
        pass
    return []


# --- WS-Management ----------------------------------------------------------------------------------------------------


def _is_instance(element: Element) -> bool:
    return "/wsman/1/wmi/" in namespace(element.tag) and _CLASS.fullmatch(local(element.tag)) is not None


def _fields(instance: Element) -> dict[str, Any]:
    """The properties of an instance: repeated ones are lists, structured values (dates, references) their text."""
    found: dict[str, Any] = {}
    for element in instance:
        name = local(element.tag)
        if not name:
            continue
        value = None if element.get(_NIL) == "true" else _simple(element)
        if name in found:
            if not isinstance(found[name], list):
                found[name] = [found[name]]
            found[name].append(value)
        else:
            found[name] = value
    return found


def _simple(element: Element) -> Any:
    selectors = [inner for inner in element.iter() if local(inner.tag) == "Selector"]
    if selectors:  # a reference: the keys are what counts
        uri = next((inner.text for inner in element.iter() if local(inner.tag) == "ResourceURI"), None) or ""
        keys = ",".join(f'{inner.get("Name")}="{(inner.text or "").replace(chr(92), chr(92) * 2)}"' for inner in selectors)
        return f"{uri.rpartition('/')[2]}.{keys}"
    return "".join(element.itertext()).strip()
