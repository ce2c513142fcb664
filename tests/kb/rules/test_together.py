"""Judging equal objects together says of each what judging it alone says."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec
import pytest
from test_rules import CASES, KNOWLEDGE  # the folder of a test file is on the path

from kb.inventory import Inventory, Vm
from kb.report import Report
from kb.rules import engine, together


def _said(report: Report) -> set[tuple]:
    """Every verdict of a report that names an object, and how often each rule came to which outcome."""
    failures = {(r.rule, r.subject.name, r.observed and r.observed.en, str(r.location)) for r in report.failures}
    unknowns = {(u.rule, subject.name, *u.missing) for u in report.unknowns for subject in u.subjects}
    counts = {(id, t.fail, t.passed, t.not_applicable, t.unknown, t.error) for id, t in report.rules.items()}
    return failures | unknowns | counts


def _crowds() -> Iterator[Inventory]:
    """Big inventories made of the VMs and hosts of the rules' own cases, which hold every oddity that a rule knows."""
    chance = random.Random(7)
    pool = [case.inventory() for cases in CASES.values() for case in cases.cases]
    vms = [vm for one in pool for vm in one.vms or []]
    hosts = [host for one in pool for host in one.hosts or []]
    clusters = [one.cluster for one in pool if one.cluster and one.cluster.nodes]
    for number in range(6):
        crowd = [msgspec.structs.replace(vm) for vm in chance.choices(vms, k=300)]
        for position, vm in enumerate(crowd):
            vm.name = f"VM{position}"
            vm.host = chance.choice((None, "HV1", "HV2"))
            vm.highly_available = chance.choice((None, True, True, False)) if number % 2 else vm.highly_available
        machines = [msgspec.structs.replace(host) for host in chance.choices(hosts, k=40)]
        for position, host in enumerate(machines):
            host.name = f"HV{position + 1}"
        yield Inventory(taken="2026-01-31T00:00:00+00:00", cluster=chance.choice(clusters), hosts=machines, vms=crowd)


@pytest.mark.parametrize("crowd", list(_crowds()), ids=range(6))
def test_together_is_as_alone(crowd: Inventory, monkeypatch: pytest.MonkeyPatch) -> None:
    together_says = _said(engine.check(crowd, KNOWLEDGE))
    monkeypatch.setattr(together, "FEW", 10**9)
    assert together_says == _said(engine.check(crowd, KNOWLEDGE))


def test_equal_objects_are_judged_once() -> None:
    seen: list[str] = []
    rule = engine.rules(KNOWLEDGE)["VM001"]
    watched = engine.replace(rule, judge=lambda vm, look: seen.append("x") or rule.judge(vm, look))
    crowd = Inventory(vms=[Vm(name=f"VM{n}", generation=2, processors=4) for n in range(1_000)])
    (tally,) = engine.check(crowd, KNOWLEDGE, version="2019", own=[watched], choice=engine.Choice(select=["VM001"])).rules.values()
    assert tally.passed == 1_000
    assert len(seen) <= 2
