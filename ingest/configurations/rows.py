"""Objects of a file as rows of properties: found without regard to case, converted, with their places."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ingest.configurations.convert import LONGEST, Converter, clean, scalar, shown, text
from ingest.configurations.parts import put
from kb.inventory import Cluster, Host, Location, Thing, Vm

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


_LONGEST_KEY, _LONGEST_PATH = 100, 1_000
TYPE, AT = "@type", "@at"  # keys by which a notation tells the class of an object and its place in the file


class Cut(str):
    """What a console shows of a value that it cut short, or the type it prints in its place: the value is not known."""

    __slots__ = ()


@lru_cache(4096)
def plain(name: str) -> str:
    """A property name the way it is compared: without case and underscores."""
    return name.replace("_", "").lower()


@dataclass(frozen=True, slots=True)
class Context:
    """What the enclosing objects say: the objects themselves, or the names they mention."""

    vm: Vm | None = None
    host: Host | None = None
    cluster: Cluster | None = None
    vm_name: str | None = None
    vm_id: str | None = None
    host_name: str | None = None


@lru_cache(1024)
def _keys(names: tuple[str, ...]) -> dict[str, str]:
    """Plain names of properties → the names in the file; objects of one class share them."""
    return {plain(name): name for name in reversed(names)}


@lru_cache(4096)
def _parts(name: str) -> tuple[str, str]:
    """The plain name of a property and what leads on from there; {#VM.NAME} of Zabbix is one name."""
    head, _, rest = (name, "", "") if name.startswith("{") else name.partition(".")
    return plain(head), rest


def has_any(names: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """True when one of the properties wanted is among these names."""
    keys = _keys(names)
    return any(_parts(name)[0] in keys for name in wanted)


class Row:
    """An object of the file: properties found without regard to case, values converted, places remembered."""

    def __init__(self, data: dict[str, Any], path: str, reader: Reader) -> None:
        place, type = data.get(AT), data.get(TYPE)  # any JSON may have keys of these names
        self.data, self.path, self.reader = data, place if isinstance(place, str) else path, reader
        self.type: str | None = (type if isinstance(type, str) else None) or _wmi_class(data)
        self.names = tuple(data)
        self.keys = _keys(self.names)

    def find(self, name: str) -> tuple[bool, Any, str]:
        """Whether there is such a property (dots go into objects and the first item of lists), its value and path."""
        head, rest = _parts(name)
        key = self.keys.get(head)
        if key is None:
            return False, None, ""
        value, path = self.data[key], below(self.path, key)
        if not rest:
            return True, value, path
        value = scalar(value)
        if isinstance(value, list) and value:
            value, path = value[0], f"{path}[0]"
        return Row(value, path, self.reader).find(rest) if isinstance(value, dict) else (False, None, "")

    def read(self, convert: Converter, *names: str, null: Any = None) -> tuple[Any, Location | None]:
        """The first of the properties that says something, converted; a value that is not understood is a warning."""
        for name in names:
            if _parts(name)[0] not in self.keys:
                continue
            there, value, path = self.find(name)
            if not there:
                continue
            if isinstance(value, str) and len(value) > LONGEST:
                self.reader.warn(name, f"{path}: a text of more than {LONGEST} characters, which is not read")
                continue
            if isinstance(value, Cut):
                self.reader.warn(name, f"{path}: not known, for only {shown(value)} is printed; export with ConvertTo-Json")
                continue
            try:
                found = convert(value)
            except (ValueError, OverflowError) as error:
                self.reader.warn(name, f"{path}: {error}")
                continue
            if found is None and value in (None, "", []):
                found = null
            if found is not None:
                if isinstance(found, list):
                    self.reader.listed(len(found), path)
                return found, Location(self.reader.file, path)
        return None, None

    def value(self, convert: Converter, *names: str) -> Any:
        """The same without the place."""
        return self.read(convert, *names)[0]

    def fill(self, thing: Thing, field: str, convert: Converter, *names: str, null: Any = None) -> None:
        """Read into a field of the thing."""
        value, location = self.read(convert, *names, null=null)
        if location:
            put(thing, field, value, location)

    @property
    def location(self) -> Location:
        """Where the object stands."""
        return Location(self.reader.file, self.path)


def _wmi_class(data: dict[str, Any]) -> str | None:
    """The class that an instance of WMI names itself, as Get-WmiObject and Get-CimInstance print it."""
    found = data.get("__CLASS") or data.get("CimClass") or data.get("CimSystemProperties")
    if isinstance(found, dict):
        found = found.get("CimClassName") or found.get("ClassName")
    return found if isinstance(found, str) else None


def inner_list(value: Any, path: str) -> tuple[Any, str]:
    """The list inside `{"value": […], "Count": n}` with its path; other values unchanged."""
    inner = scalar(value)
    if isinstance(value, dict) and isinstance(inner, list):
        return inner, below(path, next(key for key in value if key.lower() == "value"))
    return value, path


def below(path: str, key: str) -> str:
    """The place of a property: a path in JSON or XML, the line and the property in a text; of a very long one start and end."""
    if len(key) > _LONGEST_KEY:
        key = f"{key[:_LONGEST_KEY]}…"
    if len(path) > _LONGEST_PATH:
        path = f"{path[: _LONGEST_PATH // 4]}…{path[-_LONGEST_PATH // 4 :]}"
    if path.startswith("line "):
        return f"{path} {clean(key)}"
    if path.startswith("/"):
        return f"{path}/{clean(key)}"
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{json.dumps(clean(key))}]"


def name_of(value: Any) -> str | None:
    """A name where there is one; anything else (an object without a name, a number) is no name."""
    try:
        return text(value)
    except ValueError:
        return None


def machine(name: str | None) -> str | None:
    """The name of a machine; what stands for "here" is none."""
    return None if name in (".", "localhost", "::1", "127.0.0.1") else name
