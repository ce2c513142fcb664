"""Writes docs/rules.md and docs/rules-not-implemented.md: every rule, and how many of the public checks they cover.

Run: python -m docs.rules
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from kb import versions
from kb.load import Knowledge, compile_entries
from kb.rules import engine
from kb.rules.engine import Rule

HERE = Path(__file__).parent
_RULES = Path(engine.__file__).parent
_ORIGINS = {
    "bpa": "Best Practices Analyzer for Hyper-V (2008 R2 to 2016)",
    "bpa-cau": "Best Practices Analyzer for Cluster-Aware Updating",
    "test-cluster": "cluster validation (`Test-Cluster`)",
    "docs": "other Microsoft documentation",
    "seed": "the notes of 2011",
    "community": "community scripts and checklists",
}


def catalogue() -> dict[str, dict[str, Any]]:
    """The public checks by id: title, origin, whether an exported configuration can decide them."""
    return yaml.safe_load((_RULES / "catalogue.yaml").read_text(encoding="utf-8"))


def left_out() -> dict[str, str]:
    """The public checks without a rule, and why."""
    return yaml.safe_load((_RULES / "not_implemented.yaml").read_text(encoding="utf-8"))


def page(knowledge: Knowledge) -> str:
    """The page of all rules: coverage by origin, by community tool, and each rule in its group."""
    rules, public = engine.rules(knowledge), catalogue()
    covered = {id for rule in rules.values() for id in rule.implements}
    lines = [
        "# Rules",
        "",
        f"`lotse check` has {len(rules)} rules. They cover {len(covered)} of the {len(public)} checks that the Best Practices Analyzer,",
        "cluster validation, Microsoft's documentation and the community's scripts and checklists name; the others need a running system",
        "([why](rules-not-implemented.md)). A check that several origins name is counted for each of them. Every rule has a page in Lotse",
        "(`/rules/<id>`, `lotse kb rules <id>`). This page is written by `python -m docs.rules`.",
        "",
        "## Coverage by origin",
        "",
        "| origin | checks | decidable from a configuration | implemented |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        _row(name, [id for id, c in public.items() if any(o.partition(":")[0] == key for o in c["origin"])], public, covered)
        for key, name in _ORIGINS.items()
    ]
    tools = sorted({o.partition(":")[2] for c in public.values() for o in c["origin"] if ":" in o}, key=str.lower)
    lines += ["", "## Coverage by community tool", "", "| tool | checks | decidable | implemented |", "| --- | --- | --- | --- |"]
    lines += [_row(tool, [id for id, c in public.items() if f"community:{tool}" in c["origin"]], public, covered) for tool in tools]
    groups: dict[str, list[Rule]] = {}
    for rule in rules.values():
        groups.setdefault(re.sub(r"\d+$", "", rule.id), []).append(rule)
    for group, members in groups.items():
        lines += [
            "",
            f"## {group}",
            "",
            "| rule | finds | judges | severity | versions | covers | entry |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        lines += [_rule(rule, knowledge) for rule in members]
    return "\n".join(lines) + "\n"


def _row(name: str, ids: list[str], public: dict[str, dict[str, Any]], covered: Iterable[str]) -> str:
    static = sum(public[id].get("static", True) for id in ids)
    return f"| {name} | {len(ids)} | {static} | {len(set(ids) & set(covered))} |"


def _rule(rule: Rule, knowledge: Knowledge) -> str:
    assert rule.entry
    entry = knowledge[rule.entry]
    concerned = versions.compact(list(rule.versions)) if rule.versions else "all"
    covers = ", ".join(rule.implements) or "–"
    where = f"[{entry.id}](../kb/entries/{entry.subject}/{entry.id}.yaml)"
    return f"| {rule.id} | {rule.title.en} | {rule.on.replace('_', ' ')} | {rule.severity or entry.severity} | {concerned} | {covers} | {where} |"


def reasons() -> str:
    """The page of the checks without a rule."""
    public = catalogue()
    lines = [
        "# Checks without a rule",
        "",
        "Publicly documented checks that `lotse check` does not make, and why. Most look inside a running system, which no exported",
        "configuration shows. This page is written by `python -m docs.rules` from `kb/rules/not_implemented.yaml`.",
        "",
        "| check | what it finds | origin | why there is no rule |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {id} | {public[id]['title']} | {', '.join(public[id]['origin'])} | {reason} |" for id, reason in left_out().items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (HERE / "rules.md").write_text(page(compile_entries()), encoding="utf-8")
    (HERE / "rules-not-implemented.md").write_text(reasons(), encoding="utf-8")
