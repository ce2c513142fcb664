"""Which fields of its object a rule reads, for pages and lists: found in the rule's source, not by running it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import lru_cache

from kb.inventory import cluster, host, vm
from kb.inventory.thing import Thing
from kb.rules.engine import Rule

_FIELDS = {
    name: set(kind.__struct_fields__)
    for module in (vm, host, cluster)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Thing)
}
_KINDS = {"vm": "Vm", "host": "Host", "cluster": "Cluster", "node": "Node", "network": "ClusterNetwork", "volume": "ClusterVolume",
          "group": "Group", "resource": "Resource", "switch": "Switch", "host_adapter": "HostAdapter", "team": "Team", "disk": "Disk",
          "adapter": "Adapter", "checkpoint": "Checkpoint", "service": "IntegrationService"}  # fmt: skip


def reads(rule: Rule) -> list[str]:
    """The fields of the object itself, such as `vm.memory`; what lies around it is not listed."""
    if rule.reads:
        return list(rule.reads)
    known = _FIELDS.get(_KINDS.get(rule.on, ""), set())
    return [f"{rule.on}.{name}" for name in dict.fromkeys(_read_by(rule.judge, 0)) if name in known]


@lru_cache(maxsize=2048)
def _read_by(function: Callable, position: int, depth: int = 4) -> tuple[str, ...]:
    """The names a function reads from its argument at this position, itself and through the functions of `kb` it hands it to."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):
        return ()
    body = next((node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)), None)
    if body is None or len(body.args.args) <= position:
        return ()
    thing = body.args.args[position].arg
    found: list[str] = []
    for node in ast.walk(body):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == thing:
            found.append(node.attr)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            places = [n for n, arg in enumerate(node.args) if isinstance(arg, ast.Name) and arg.id == thing]
            if places:
                found += [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                called = function.__globals__.get(node.func.id)
                if depth and inspect.isfunction(called) and called.__module__.startswith("kb."):
                    found += _read_by(called, places[0], depth - 1)
    return tuple(found)
