"""Variable files and playbooks of Ansible (YAML) that describe VMs and switches by the property names of the Hyper-V cmdlets.

There is no common form for them, so only objects whose keys are unmistakable are taken, in any case and with or without
underscores (`processor_count`, `memory_startup`, `switch_type`); everything else is left out. Values in `{{ … }}` are not known.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.configurations import objects
from ingest.configurations.declared import Declared
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT
from ingest.configurations.text import MAX_DEPTH

NAME = "YAML with VMs"

_START = re.compile(
    r"^[ ]{0,8}(?:- )?(?:\w{0,40}_)?(?:hyper_?v\w{0,60}|vms?|guests?|virtual_machines|v?switch(?:es)?):[ \t]*(?:#[^\n]*)?\r?$", re.M | re.I
)
_NOT_YAML = re.compile(r"^[ \t]*\w[\w ]{0,60} : ", re.M)  # a list of PowerShell
_MOST_BYTES = 10 * 2**20
_MOST_NODES = 200_000
_REMEDY = "name the properties as the cmdlets do (name, generation, processor_count, memory_startup …), or write an inventory of Lotse"


def recognises(text: str) -> bool:
    """True for a text with a key such as `hyperv_vms:` that has a line of its own."""
    return _START.search(text) is not None and not _NOT_YAML.search(text)


def read(text: str, file: str) -> Part:
    """What the objects declare; raises BadFile when none is unmistakable."""
    import yaml

    from ingest.configurations.lotse_yaml import refuse_bombs

    if len(text) > _MOST_BYTES:
        raise BadFile(file, "", f"YAML larger than {_MOST_BYTES // 2**20} MB", "split it into several files")
    refuse_bombs(text, file)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        roots = list(yaml.compose_all(text, Loader=loader))
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        raise BadFile(file, place, "not valid YAML", "check indentation, colons and quotes there") from None
    declared = Declared(file)
    plain = _Plain(declared)
    documents = [plain.value(root, 0) for root in roots if root is not None]
    try:
        return declared.finish(objects.read(documents, file, NAME))
    except BadFile as bad:
        if bad.place:
            raise
        raise BadFile(file, "", "YAML, but none of its objects has the properties of a VM, switch or host", _REMEDY) from None


class _Plain:
    """Nodes of YAML as plain values, each mapping with its line; aliases are written out up to a bound."""

    def __init__(self, declared: Declared) -> None:
        self.declared, self.nodes = declared, 0

    def value(self, node: Any, depth: int) -> Any:
        import yaml

        self.nodes += 1 + (len(node.value) // 100 if isinstance(node, yaml.ScalarNode) else 0)  # aliases can stand for long texts, too
        line = node.start_mark.line + 1
        if self.nodes > _MOST_NODES or depth > MAX_DEPTH:
            raise BadFile(
                self.declared.file, f"line {line}", "YAML that is nested too deep, or too large with its aliases", "split the file"
            )
        if isinstance(node, yaml.MappingNode):
            found: dict[str, Any] = {AT: f"line {line}"}
            for key, inner in node.value:
                value = self.value(inner, depth + 1)
                if isinstance(key, yaml.ScalarNode) and value is not None:
                    found[key.value] = value
            return found
        if isinstance(node, yaml.SequenceNode):
            items = [self.value(item, depth + 1) for item in node.value]
            return None if None in items else items
        kind = node.tag.rpartition(":")[2]
        if kind == "null":
            return None
        if "{{" in node.value or "{%" in node.value:
            self.declared.warn(line, "a value in {{ … }} is not known")
            return None
        if kind == "bool":
            return node.value.lower() in ("yes", "true", "on")
        return int(node.value) if kind == "int" and re.fullmatch(r"\d{1,19}", node.value) else str(node.value)
