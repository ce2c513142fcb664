"""The whole assessment of a configuration: the rules, and what follows from it beyond single rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kb import comparison
from kb.capacity import capacity
from kb.choice import Choice
from kb.comparison import Finding
from kb.inventory import Inventory
from kb.load import Knowledge
from kb.mobility import mobility
from kb.report import Report
from kb.rules import engine
from kb.rules.engine import Rule
from kb.topology import topology
from kb.upgrade import upgrade


def assess(
    inventory: Inventory,
    knowledge: Knowledge,
    *,
    version: str | None = None,
    target: str | None = None,
    edition: str | None = None,
    choice: Choice | None = None,
    own: Sequence[Rule] = (),
    against: list[Finding] | None = None,
    lang: str = "en",
    today: date | None = None,
    warnings: list[str] | None = None,
    files: list[str] | None = None,
) -> Report:
    """Judge an inventory (see `engine.check`) and add topology, capacity and the live migration matrix.

    With `target` the upgrade from today's version is added, with `against` what changed since an earlier report;
    `lang` is the language of the titles in both.
    """

    def judged(aim: str | None) -> Report:
        return engine.check(
            inventory,
            knowledge,
            version=version,
            target=aim,
            edition=edition,
            choice=choice,
            own=own,
            today=today,
            warnings=warnings,
            files=files,
        )

    report = judged(target)
    report.topology = topology(inventory)
    report.capacity = capacity(inventory, knowledge)
    report.mobility = mobility(inventory, knowledge, target)
    source = report.platform.version
    if target and source:
        changes = comparison.compare(comparison.findings(judged(None), lang), comparison.findings(report, lang))
        report.upgrade = upgrade(source, target, inventory, knowledge, changes)
    if against is not None:
        report.changes = comparison.compare(against, comparison.findings(report, lang))
    return report
