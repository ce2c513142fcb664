"""The inventory written by hand: YAML (or JSON) with the fields of `kb.inventory`.

Sizes may be written `40GB`, speeds `10 Gbps`, versions `2012 R2`. Every mistake is reported with its line.
"""

from __future__ import annotations

import difflib
import itertools
import re
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.configurations.convert import clean, count, dotted, guid, mac, release, size, speed, time
from ingest.configurations.parts import BadFile, Part, put
from ingest.configurations.rows import below
from ingest.configurations.text import MAX_DEPTH
from kb.inventory import Checkpoint, Guest, Inventory, Location, Thing, Vm

_KEYS = ("cluster", "clustered", "hosts", "vms", "taken")
_MAX_BYTES = 10 * 2**20
_MAX_NODES = 500_000
_MOST_MISTAKES = 20
_START = re.compile(rf"^(?:{'|'.join(_KEYS)})[ \t]*:", re.M)
_DIRECTIVE = re.compile(r"^%", re.M)
_MOST_DIRECTIVES = 100
_INDENTED = re.compile(r"^[ \t?:-]{1000}", re.M)
_REMEDY = "correct the places named; the fields are those of the inventory's documentation"


def recognises(text: str) -> bool:
    """True for YAML with one of the inventory's keys at the margin."""
    return _START.search(text) is not None


def recognises_json(document: Any) -> bool:
    """True for an object of the inventory's keys whose contents are written as the inventory writes them, in lower case."""
    if not isinstance(document, dict) or not document or not document.keys() <= set(_KEYS):
        return False
    inner = [item for value in document.values() for item in (value if isinstance(value, list) else [value])]
    return not any(key != key.lower() for item in inner if isinstance(item, dict) for key in item)


def read(text: str, file: str) -> Part:
    """The inventory of a YAML file; raises BadFile with every mistake."""
    import yaml

    if len(text) > _MAX_BYTES:
        raise BadFile(
            file, "", f"larger than {_MAX_BYTES // 2**20} MB, too large for an inventory written by hand", "split it into several files"
        )
    refuse_bombs(text, file)
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1} column {mark.column + 1}" if mark else ""
        raise BadFile(
            file, place, f"not valid YAML ({error.problem or error.context})", "check indentation, colons and quotes there"
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise BadFile(file, "", f"not valid YAML ({clean(str(error)).splitlines()[0]})", "check the file") from None
    return _part(_of_yaml(root, file), file)


def read_json(document: Any, file: str) -> Part:
    """The inventory of a JSON document; raises BadFile with every mistake."""
    return _part(_of_json(document, "$", file, itertools.count(1)), file)


# --- both notations as one tree ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Value:
    """A value and its place: a mapping, a list, or a scalar with its text; `plain` is the scalar as YAML or JSON sees it."""

    place: str
    mapping: list[tuple[str, str, _Value]] | None = None  # key, place of the key, value
    items: list[_Value] | None = None
    text: str = ""
    plain: Any = None

    @property
    def shape(self) -> str:
        return "a mapping" if self.mapping is not None else "a list" if self.items is not None else f"{_short(self.text)!r}"


def _of_json(value: Any, place: str, file: str, numbers: Iterator[int]) -> _Value:
    if next(numbers) > _MAX_NODES:
        raise BadFile(file, place, f"more than {_MAX_NODES} values", "split it into several files")
    if isinstance(value, dict):
        pairs = [(key, below(place, key), inner) for key, inner in value.items()]
        return _Value(place, mapping=[(key, where, _of_json(inner, where, file, numbers)) for key, where, inner in pairs])
    if isinstance(value, list):
        return _Value(place, items=[_of_json(inner, f"{place}[{index}]", file, numbers) for index, inner in enumerate(value)])
    return _Value(place, text="" if value is None else clean(str(value)), plain=value)


def _of_yaml(root: Any, file: str) -> _Value:
    """The tree of a YAML document with aliases written out, up to a bound that stops alias bombs."""
    import yaml

    nodes = 0

    def convert(node: Any, depth: int) -> _Value:
        nonlocal nodes
        nodes += 1 + (len(node.value) // 100 if isinstance(node, yaml.ScalarNode) else 0)  # aliases can stand for long texts, too
        place = f"line {node.start_mark.line + 1}"
        if nodes > _MAX_NODES or depth > MAX_DEPTH:
            what = f"more than {_MAX_NODES} values with its aliases" if nodes > _MAX_NODES else f"nested more than {MAX_DEPTH} levels deep"
            raise BadFile(file, place, what, "write the values out instead of using aliases (*name)")
        if isinstance(node, yaml.MappingNode):
            pairs = []
            for key, value in node.value:
                where = f"line {key.start_mark.line + 1}"
                if not isinstance(key, yaml.ScalarNode):
                    raise BadFile(file, where, "a list or mapping where the name of a field belongs", "check brackets and question marks")
                pairs.append((clean(key.value), where, convert(value, depth + 1)))
            return _Value(place, mapping=pairs)
        if isinstance(node, yaml.SequenceNode):
            return _Value(place, items=[convert(item, depth + 1) for item in node.value])
        kind = node.tag.rpartition(":")[2]
        plain: Any = clean(node.value)
        if kind == "null":
            plain = None
        elif kind == "bool":
            plain = node.value.lower() in ("yes", "true", "on")
        return _Value(place, text=clean(node.value), plain=plain)

    return _Value("line 1") if root is None else convert(root, 0)


def refuse_bombs(text: str, file: str) -> None:
    """Refuse what the YAML parser must not see, for it recurses (and its C form crashes) or takes too long; raises BadFile."""
    if text.count("\n") + text.count(",") > _MAX_NODES // 2:  # a key and a value each
        raise BadFile(file, "", f"YAML with more than {_MAX_NODES // 2} lines or items", "split it into several files")
    if len(_DIRECTIVE.findall(text)) > _MOST_DIRECTIVES:  # which take time with the square of their number
        raise BadFile(file, "line 1", f"YAML with more than {_MOST_DIRECTIVES} lines that begin with %", "remove them")
    if indented := _INDENTED.search(text):  # each level by indentation stands one column further to the right
        line = text.count("\n", 0, indented.start()) + 1
        raise BadFile(file, f"line {line}", f"nested more than {MAX_DEPTH} levels deep", "check indentation and dashes")
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise BadFile(
                file,
                f"line {text.count(chr(10), 0, bracket.start()) + 1}",
                f"nested more than {MAX_DEPTH} levels deep",
                "check the brackets",
            )


# --- the tree into the inventory --------------------------------------------------------------------------------------

_BY_FIELD: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("size", "file_size", "block_size", "memory", "memory_minimum", "memory_maximum", "free"), size),
    **dict.fromkeys(("taken", "created", "installed"), time),
    **dict.fromkeys(("integration_version", "configuration_version"), dotted),
    "version": release,
    "edition": lambda written: written.strip().lower().replace(" ", "-"),
    "speed": speed,
    "mac": mac,
}
_GUIDS = {Vm, Checkpoint}  # whose ids are GUIDs


@cache
def _fields(kind: type[Thing]) -> dict[str, Any]:
    """The type of every field without its None."""
    hints = typing.get_type_hints(kind)
    return {
        name: next((arg for arg in typing.get_args(hints[name]) if arg is not types.NoneType), hints[name])
        for name in kind.__struct_fields__
        if name != "at"
    }


def _part(root: _Value, file: str) -> Part:
    mistakes: list[tuple[str, str]] = []
    inventory = _build(Inventory, root, file, mistakes)
    if mistakes:
        place, first = mistakes[0]
        others = [f"{where}: {problem}" for where, problem in mistakes[1:_MOST_MISTAKES]]
        if len(mistakes) > _MOST_MISTAKES:
            others.append(f"and {len(mistakes) - _MOST_MISTAKES} more mistakes")
        raise BadFile(file, place, "; ".join([first, *others]), _REMEDY)
    return Part(whole=[inventory])


def _build(kind: type[Thing], value: _Value, file: str, mistakes: list[tuple[str, str]]) -> Any:
    thing = kind(at={"": Location(file, value.place)})
    if value.mapping is None:
        mistakes.append((value.place, f"{kind.__name__} must be a mapping of fields, not {value.shape}"))
        return thing
    fields = _fields(kind)
    seen: set[str] = set()
    for key, place, inner in value.mapping:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, 1) if len(mistakes) < _MOST_MISTAKES else []  # which takes time
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(fields)}"
            mistakes.append((place, f"{kind.__name__} has no field {_short(key)!r}{hint}"))
        elif key in seen:
            mistakes.append((place, f"field {key!r} is given twice"))
        else:
            seen.add(key)
            try:
                written_as = "kernel" if kind is Guest and key == "version" else key  # a guest's is no release of Windows Server
                read = _value(written_as, fields[key], inner, file, mistakes)
                put(thing, key, guid(read) if key == "id" and kind in _GUIDS else read, Location(file, place))
            except ValueError as error:
                mistakes.append((inner.place, f"{key}: {error}"))
    return thing


def _value(field: str, kind: Any, value: _Value, file: str, mistakes: list[tuple[str, str]]) -> Any:
    """One value as its field wants it; null stays unknown. Raises ValueError."""
    if value.mapping is None and value.items is None and value.plain is None:
        return None
    if isinstance(kind, type) and issubclass(kind, Thing):
        return _build(kind, value, file, mistakes)
    if typing.get_origin(kind) is list:
        (item,) = typing.get_args(kind)
        if value.items is None and not (item is str and value.mapping is None):
            raise ValueError(f"must be a list, not {value.shape}")
        items = [value] if value.items is None else value.items
        return [built for inner in items if (built := _value(field, item, inner, file, mistakes)) is not None]
    if typing.get_origin(kind) is dict:
        if value.mapping is None:
            raise ValueError(f"must be a mapping, not {value.shape}")
        kinds = typing.get_args(kind)
        return {key: _value(key, kinds[1], inner, file, mistakes) for key, _, inner in value.mapping}
    if value.mapping is not None or value.items is not None:
        raise ValueError(f"must be one value, not {value.shape}")
    if field in _BY_FIELD:
        return _BY_FIELD[field](value.text)
    if typing.get_origin(kind) is typing.Literal:
        allowed = typing.get_args(kind)
        for choice in allowed:
            if str(choice) == value.text.strip().lower():
                return choice
        raise ValueError(f"{_short(value.text)!r} is not one of {', '.join(map(str, allowed))}")
    if kind is bool:
        if not isinstance(value.plain, bool):
            raise ValueError(f"{_short(value.text)!r} is neither true nor false")
        return value.plain
    return count(value.text) if kind is int else value.text


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
