"""Missing is never a pass, and no inventory, however odd, makes a rule raise."""

from __future__ import annotations

import types
import typing
from typing import Any, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rules import KNOWLEDGE, TABLE, Case  # the folder of a test file is on the path

from kb import versions
from kb.inventory import Inventory, Thing, walk
from kb.rules import engine

FAILING = [param for param in TABLE if param.values[1].expect == "fail"]
# What other facts of the case tell anyway: a device on IDE can only belong to generation 1.
TOLD_BY_OTHERS = {("VM003", "Vm.generation")}


def _forgetful(inventory: Inventory) -> list[tuple[str, Inventory]]:
    """The inventory with one value less, for each of its values but names, which say what an object is."""
    found = []
    for position, thing in enumerate(walk(inventory)):
        for name in thing.__struct_fields__:
            if name not in ("at", "name") and getattr(thing, name) is not None:
                copy = msgspec.convert(msgspec.to_builtins(inventory), Inventory)
                setattr(list(walk(copy))[position], name, None)
                found.append((f"{type(thing).__name__}.{name}", copy))
    return found


@pytest.mark.parametrize(("id", "case"), FAILING)
def test_forgetting_a_value_never_turns_a_failure_into_a_pass(id: str, case: Case) -> None:
    if len(list(walk(case.inventory()))) > 40:  # the limits: many equal parts
        return
    version = None if case.version is None else str(case.version)
    for name, poorer in _forgetful(case.inventory()):
        if (id, name) in TOLD_BY_OTHERS:
            continue
        results = engine.judge(id, poorer, KNOWLEDGE, version=version)
        assert results[0].outcome != "pass", f"passes without {name}: {results[0].observed}"


NAMES = st.sampled_from(
    ["HV1", "HV2", "VM1", "VM2", "LAN", "lan", "", "C:\\ClusterStorage\\Volume1\\a.vhdx", "D:\\a.avhd", "\\\\s\\x\\a.iso"]
)
WORDS = st.sampled_from(["Up", "Running", "Off", "direct", "file_system_redirected", "Standard", "5.0", "9.0", "2024-01-31", "x"])
MAY_BE_EMPTY = {"path", "switch", "domain"}  # "" is an empty drive, no switch, a workgroup


def _strategy(hint: Any, name: str) -> st.SearchStrategy:
    if get_origin(hint) in (types.UnionType, typing.Union):
        return st.one_of(*(st.none() if kind is type(None) else _strategy(kind, name) for kind in get_args(hint)))
    if get_origin(hint) is list:
        return st.lists(_strategy(get_args(hint)[0], name), max_size=2)
    if get_origin(hint) is dict:
        return st.dictionaries(NAMES, _strategy(get_args(hint)[1], name), max_size=2)
    if get_origin(hint) is typing.Literal:
        return st.sampled_from(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Thing):
        return _things(hint)
    if name == "version":
        return st.sampled_from(versions.IDS)
    texts = NAMES | WORDS
    return {bool: st.booleans(), int: st.integers(0, 2**45), str: texts if name in MAY_BE_EMPTY else texts.filter(bool)}[hint]


def _things(kind: type[Thing]) -> st.SearchStrategy:
    hints = typing.get_type_hints(kind)
    fields = {name: _strategy(hint, name) for name, hint in hints.items() if name != "at"}
    return st.fixed_dictionaries({}, optional=fields).map(lambda given: kind(**given))


@given(inventory=_things(Inventory), version=st.none() | st.sampled_from(versions.IDS))
def test_no_inventory_makes_a_rule_raise(inventory: Inventory, version: str | None) -> None:
    report = engine.check(inventory, KNOWLEDGE, version=version)
    assert report.summary["error"] == 0
    for failure in report.failures:
        assert failure.observed is not None
        assert failure.observed.en
    for unknown in report.unknowns:
        assert unknown.missing or unknown.reason
