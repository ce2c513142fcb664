"""Loading the knowledge: entry files → typed entries, by way of a compiled pack.

Reading the YAML files takes twenty times as long as reading one file, so they are compiled once into a *pack*
(MessagePack) that is found again by a fingerprint of their names, sizes and times. One that does not match is rebuilt.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kb.entry import Entry, schema

if TYPE_CHECKING:
    import yaml

ENTRIES = Path(__file__).parent / "entries"


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong in a file: where, what, and what to do about it."""

    file: Path
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}"


class BadKnowledge(ValueError):
    """The entry files cannot be used; `mistakes` names every one of them."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(m) for m in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Knowledge:
    """All entries by id."""

    entries: dict[str, Entry]

    def __getitem__(self, id: str) -> Entry:
        """The entry with this id or the one that replaced it; raises KeyError otherwise."""
        return self.entries[self._redirects.get(id, id)]

    def get(self, id: str) -> Entry | None:
        """Like indexing, but None for an id that does not exist."""
        return self.entries.get(self._redirects.get(id, id))

    def __iter__(self):
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def _redirects(self) -> dict[str, str]:
        return {e.id: e.replaced_by[0] for e in self.entries.values() if e.replaced_by}


def load(cache: Path | None = None, folder: Path = ENTRIES) -> Knowledge:
    """All knowledge, from the pack in `cache` when it fits the files, else compiled from them and cached.

    Raises BadKnowledge when a file is not a valid entry. A cache that cannot be written is not an error.
    """
    if cache is None:
        return compile_entries(folder)
    fingerprint = _fingerprint(folder)
    pack = cache / f"knowledge-{fingerprint}.pack"
    try:
        return Knowledge(msgspec.msgpack.decode(pack.read_bytes(), type=dict[str, Entry]))
    except (OSError, msgspec.DecodeError):
        pass
    knowledge = compile_entries(folder)
    with contextlib.suppress(OSError):
        _write_pack(pack, knowledge)
    return knowledge


def compile_entries(folder: Path = ENTRIES) -> Knowledge:
    """Read every entry file below `folder`; raises BadKnowledge naming every mistake with file and line."""
    entries: dict[str, Entry] = {}
    mistakes: list[Mistake] = []
    for path in sorted(folder.rglob("*.yaml")):
        entry, wrong = read_entry(path)
        mistakes += wrong
        if entry is None:
            continue
        if entry.id in entries:
            mistakes.append(Mistake(path, 1, f"the id {entry.id!r} is taken by another file; ids are unique"))
        entries[entry.id] = entry
    if mistakes:
        raise BadKnowledge(mistakes)
    return Knowledge(entries)


def read_entry(path: Path) -> tuple[Entry | None, list[Mistake]]:
    """One entry file → the entry, or None with every mistake found in it."""
    import yaml

    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=loader())
    except (yaml.MarkedYAMLError, UnicodeDecodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        return None, [Mistake(path, mark.line + 1 if mark else 1, f"not readable as YAML: {getattr(error, 'problem', None) or error}")]
    if not isinstance(node, yaml.MappingNode):
        return None, [Mistake(path, 1, "an entry is a mapping of fields to values")]
    data = construct(node)
    mistakes = [Mistake(path, _line(node, keys), problem) for keys, problem in _problems(data)]
    if mistakes:
        return None, mistakes
    entry = msgspec.convert(data, Entry)
    if entry.id != path.stem:
        mistakes.append(Mistake(path, _line(node, ["id"]), f"the id {entry.id!r} differs from the file name {path.stem!r}"))
    if entry.subject != path.parent.name:
        mistakes.append(Mistake(path, _line(node, ["subject"]), f"subject {entry.subject!r}, but the file lies in {path.parent.name!r}"))
    return entry, mistakes


def line_of(path: Path, keys: Sequence[str | int]) -> int:
    """The line of a field, given by its keys, in an entry file (1 when it is not there)."""
    import yaml

    return _line(yaml.compose(path.read_text(encoding="utf-8"), Loader=loader()), keys)


def loader():
    """The fastest safe YAML loader there is."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def construct(node: yaml.Node) -> Any:
    """Plain data from composed YAML; dates stay the text they were written as."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        return {key.value if isinstance(key, yaml.ScalarNode) else str(construct(key)): construct(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [construct(item) for item in node.value]
    if node.tag in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"):
        return node.value
    return yaml.constructor.SafeConstructor().construct_object(node)


def _problems(data: dict) -> list[tuple[list[str | int], str]]:
    """Every way in which `data` is not an entry, with the keys that lead there."""
    try:
        msgspec.convert(data, Entry)  # fast, and enough for a good file
        return []
    except msgspec.ValidationError as error:
        first = str(error)
    import jsonschema

    found = [(list(e.absolute_path), e.message) for e in jsonschema.Draft202012Validator(schema()).iter_errors(data)]
    return found or [([], first)]


def _line(node: yaml.Node, keys: Sequence[str | int]) -> int:
    import yaml

    line = node.start_mark.line
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(key)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line
    return line + 1


def _fingerprint(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=10)
    digest.update(Path(__file__).with_name("entry.py").read_bytes())
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".yaml"):
                stat = os.stat(os.path.join(root, name))
                digest.update(f"{name}:{stat.st_size}:{stat.st_mtime_ns};".encode())
    return digest.hexdigest()


def _write_pack(pack: Path, knowledge: Knowledge) -> None:
    pack.parent.mkdir(parents=True, exist_ok=True)
    for stale in pack.parent.glob("knowledge-*.pack"):
        stale.unlink(missing_ok=True)
    written = pack.with_suffix(f".{os.getpid()}.tmp")
    written.write_bytes(msgspec.msgpack.encode(knowledge.entries))
    written.replace(pack)  # another process may be reading: never leave half a pack
