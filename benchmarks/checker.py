"""Measures the checker: evaluation against the size of a cluster, the whole command, and twenty rules beside other engines.

The same twenty rules are written in Rego (evaluated by regopy) and as JSON Schema (jsonschema), over the same inventory as
plain data; all three must name the same violations before a time counts. Ratios are to Lotse in the same run.

Run: python -m benchmarks.checker        (needs `pip install regopy`)
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from benchmarks.cluster import write
from ingest.configurations.read import read_paths
from kb.inventory import Inventory, to_builtins
from kb.load import Knowledge, compile_entries
from kb.rules import engine
from kb.rules.engine import Choice

ROOT = Path(__file__).parents[1]
SIZES = ((1, 10), (2, 50), (8, 200), (16, 1_000), (32, 4_000), (64, 8_000))
GB = 2**30

# Rule of Lotse → what is wrong with a VM (v) in Rego, and what is right in JSON Schema; limits are those of 2022.
TWENTY: dict[str, tuple[str, dict[str, Any]]] = {
    "VM001": ("v.processors > {1: 64, 2: 1024}[v.generation]", {"if": {"properties": {"generation": {"const": 1}}}, "then": {"properties": {"processors": {"maximum": 64}}}, "else": {"properties": {"processors": {"maximum": 1024}}}}),
    "VM103": ("count(v.checkpoints) > 0", {"properties": {"checkpoints": {"maxItems": 0}}}),
    "VM104": ("count(v.checkpoints) > 3", {"properties": {"checkpoints": {"maxItems": 3}}}),
    "VM009": ("count(v.checkpoints) > 50", {"properties": {"checkpoints": {"maxItems": 50}}}),
    "VM106": ('v.checkpoint_type == "Standard"', {"properties": {"checkpoint_type": {"not": {"const": "Standard"}}}}),
    "VM112": ('v.configuration_version != "10.0"', {"properties": {"configuration_version": {"const": "10.0"}}}),
    "VM117": ('v.state in {"Paused", "PausedCritical", "OffCritical"}', {"properties": {"state": {"not": {"enum": ["Paused", "PausedCritical", "OffCritical"]}}}}),
    "VM206": ("v.nested_virtualization", {"properties": {"nested_virtualization": {"const": False}}}),
    "VM209": ("v.automatic_checkpoints", {"properties": {"automatic_checkpoints": {"const": False}}}),
    "CLU114": ("not v.highly_available", {"properties": {"highly_available": {"const": True}}}),
    "CLU115": ('v.start_action != "nothing"', {"properties": {"start_action": {"const": "nothing"}}}),
    "NET001": ("count([a | some a in v.adapters; a.legacy]) > 4", {"properties": {"adapters": {"contains": {"properties": {"legacy": {"const": True}}}, "minContains": 0, "maxContains": 4}}}),
    "NET110": ("count([a | some a in v.adapters; not a.legacy]) > 64", {"properties": {"adapters": {"contains": {"properties": {"legacy": {"const": False}}}, "minContains": 0, "maxContains": 64}}}),
    "LM103": ('some a in v.adapters; a.switch != ""; not a.switch in {"LAN"}', {"properties": {"adapters": {"items": {"properties": {"switch": {"enum": ["", "LAN"]}}}}}}),
    "CSV103": ('some d in v.disks; not contains(lower(d.path), "clusterstorage")', {"properties": {"disks": {"items": {"properties": {"path": {"pattern": r"^[cC]:\\[cC]luster[sS]torage\\"}}}}}}),
    "STO101": ('some d in v.disks; regex.match(`^[a-zA-Z]:\\\\[^\\\\]+$`, d.path)', {"properties": {"disks": {"items": {"properties": {"path": {"not": {"pattern": r"^[a-zA-Z]:\\[^\\]+$"}}}}}}}),
    "VM003": ('v.generation == 1; count([d | some d in array.concat(v.disks, v.dvds); d.controller == "ide"]) > 4', {"if": {"properties": {"generation": {"const": 1}}}, "then": {"properties": {"disks": {"contains": {"properties": {"controller": {"const": "ide"}}}, "minContains": 0, "maxContains": 4}}}}),
    "VM007": ('count([d | some d in v.disks; d.controller == "scsi"]) > 256', {"properties": {"disks": {"contains": {"properties": {"controller": {"const": "scsi"}}}, "minContains": 0, "maxContains": 256}}}),
    "VM107": ('some s in v.integration_services; not s.enabled; s.service != "time"', {"properties": {"integration_services": {"items": {"if": {"properties": {"service": {"const": "time"}}}, "else": {"properties": {"enabled": {"const": True}}}}}}}),
    "STO105": ('v.generation == 1; count([d | some d in v.disks; d.controller == "ide"]) == 0', {"if": {"properties": {"generation": {"const": 1}}}, "then": {"properties": {"disks": {"contains": {"properties": {"controller": {"const": "ide"}}}}}}}),
}  # fmt: skip


def main() -> None:
    """Measure and print three tables."""
    knowledge = compile_entries()
    with tempfile.TemporaryDirectory(prefix="lotse-benchmark-") as name:
        folder = Path(name)
        print("| nodes | VMs | export | reading | evaluation | a VM | memory |\n| --- | --- | --- | --- | --- | --- | --- |", flush=True)
        for nodes, vms in SIZES:
            print(_size(folder, nodes, vms, knowledge), flush=True)
        print("\n| the whole command | time | memory |\n| --- | --- | --- |", flush=True)
        for nodes, vms in (SIZES[0], SIZES[2], SIZES[-1]):
            seconds, memory = _command(folder, nodes, vms)
            print(f"| `lotse check`, {nodes} nodes, {vms} VMs | {seconds:.2f} s | {memory / 2**20:.0f} MB |", flush=True)
        print("\n| twenty rules | 200 VMs | ratio | 2,000 VMs | ratio |\n| --- | --- | --- | --- | --- |", flush=True)
        for line in _engines(folder, knowledge):
            print(line, flush=True)


def _size(folder: Path, nodes: int, vms: int, knowledge: Knowledge) -> str:
    path = write(folder / "cluster.json", nodes, vms)
    started = time.perf_counter()
    inventory = read_paths([path]).inventory
    reading = time.perf_counter() - started
    seconds = _best(lambda: engine.check(inventory, knowledge), 3 if vms > 1_000 else 7)
    memory = psutil.Process().memory_info().rss / 2**20
    return (
        f"| {nodes} | {vms:,} | {path.stat().st_size / 1e6:.1f} MB | {reading:.2f} s | {seconds * 1e3:.0f} ms "
        f"| {seconds / vms * 1e6:.0f} µs | {memory:.0f} MB |"
    )


def _best(run: Callable[[], Any], times: int) -> float:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        found.append(time.perf_counter() - started)
    return min(found)


def _command(folder: Path, nodes: int, vms: int) -> tuple[float, int]:
    """Time and greatest memory of `lotse check` in a process of its own; the second run, when the pack is written."""
    path = write(folder / "cluster.json", nodes, vms)
    environment = os.environ | {"LOTSE_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT)}
    seconds, most = 0.0, 0
    for _ in range(2):
        started = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "assistant.cli", "check", str(path)], stdout=subprocess.DEVNULL, env=environment
        ) as process:
            watched, most = psutil.Process(process.pid), 0
            while process.poll() is None:
                try:
                    most = max(most, watched.memory_info().rss)
                except psutil.NoSuchProcess:
                    break
                time.sleep(0.01)
        seconds = time.perf_counter() - started
    return seconds, most


def _engines(folder: Path, knowledge: Knowledge) -> list[str]:
    times: dict[str, list[float]] = {}
    for vms in (200, 2_000):
        inventory = read_paths([write(folder / "cluster.json", 8, vms)]).inventory
        plain = to_builtins(inventory)["vms"]
        runs = {"Lotse": lambda inventory=inventory: _lotse(inventory, knowledge), "JSON Schema": _schema(plain), "Rego": _rego(plain)}
        expected = runs["Lotse"]()
        for name, run in runs.items():
            found = run()
            if found != expected:
                raise SystemExit(f"{name} differs from Lotse: {sorted(expected ^ found)[:5]}")
            times.setdefault(name, []).append(_best(run, 3))
    return [
        f"| {name} | {a * 1e3:.0f} ms | {a / times['Lotse'][0]:.1f} | {b * 1e3:.0f} ms | {b / times['Lotse'][1]:.1f} |"
        for name, (a, b) in times.items()
    ]


Violations = set[tuple[str, str]]


def _lotse(inventory: Inventory, knowledge: Knowledge) -> Violations:
    report = engine.check(inventory, knowledge, version="2022", choice=Choice(select=list(TWENTY)))
    return {(failure.rule, failure.subject.name.partition(" › ")[0]) for failure in report.failures}


def _schema(vms: list[dict[str, Any]]) -> Callable[[], Violations]:
    from jsonschema import Draft202012Validator

    validators = {id: Draft202012Validator(schema) for id, (_, schema) in TWENTY.items()}
    return lambda: {(id, vm["name"]) for vm in vms for id, validator in validators.items() if not validator.is_valid(vm)}


def _rego(vms: list[dict[str, Any]]) -> Callable[[], Violations]:
    import regopy

    body = "\n".join(f'wrong contains ["{id}", v.name] if {{ some v in input.vms; {condition} }}' for id, (condition, _) in TWENTY.items())
    interpreter = regopy.Interpreter()
    interpreter.add_module("lotse", f"package lotse\n{body}\n")

    def run() -> Violations:
        interpreter.set_input({"vms": vms})
        found = interpreter.query("data.lotse.wrong")
        return {tuple(pair) for pair in _plain(found)}

    return run


def _plain(output: Any) -> list[list[str]]:
    """The pairs that a query of regopy gave."""
    import json

    return json.loads(str(output))["expressions"][0]


if __name__ == "__main__":
    main()
