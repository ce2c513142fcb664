"""What makes a runbook good, beyond being readable: its graph is sound, its commands are safe, both languages agree.

Every mistake names file and line. `page` judges one file, `compare` the two languages of one runbook, `library` a
folder with everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from kb import versions
from kb.entry import LANGUAGES
from kb.load import Mistake
from runbooks.parse import EXPECT, Page, Step, read

SHELLS = ("powershell", "cmd")
# Commands that delete data or interrupt a service. A step with one of them warns before it.
DESTRUCTIVE = (
    *("remove-*", "stop-*", "clear-*", "restart-*", "suspend-*", "reset-*", "initialize-disk", "format-volume", "dismount-*"),
    *("new-vmswitch", "move-clustergroup", "resize-vhd", "merge-vhd", "update-vmversion"),
    *("format", "diskpart", "del", "erase", "rmdir", "rd", "shutdown", "chkdsk"),
)
# The same for what a parameter makes destructive.
_INTERRUPTING = ("-migrationtype quick", "-migrationtype shutdown", "-migrationtype turnoff", "/moveto")
_COMMAND = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)?")


def page(page: Page) -> list[Mistake]:
    """Every mistake in one file: names, links, graph, commands."""
    return [Mistake(page.path, line, problem) for judge in _JUDGES for line, problem in judge(page)]


def compare(one: Page, other: Page) -> list[Mistake]:
    """Where two languages of a runbook differ in what must be the same; placed in `other`."""
    return [Mistake(other.path, line, problem) for line, problem in _differences(one, other)]


def library(folder: Path, entries: Collection[str], rules: Collection[str]) -> list[Mistake]:
    """Every mistake in the runbooks of a folder, judged against the ids of the entries and rules there are."""
    mistakes: list[Mistake] = []
    pages: dict[str, dict[str, Page]] = {}
    for path in sorted(folder.glob("*.md")):
        read_page, wrong = read(path)
        mistakes += wrong
        if read_page:
            mistakes += [*page(read_page), *_unknown_ids(read_page, entries, rules)]
            pages.setdefault(path.name.split(".")[0], {})[read_page.header.lang] = read_page
    for id, by_lang in pages.items():
        if len(by_lang) == len(LANGUAGES):
            mistakes += compare(by_lang["en"], by_lang["de"])
            continue
        there = next(iter(by_lang.values()))
        for lang in LANGUAGES:
            if not (folder / f"{id}.{lang}.md").exists():
                mistakes.append(Mistake(there.path, 1, f"{id}.{lang}.md is missing; every runbook exists in both languages"))
    return mistakes


def is_destructive(code: str) -> str | None:
    """The first command in `code` that deletes something or interrupts a service."""
    for line in code.splitlines():
        for command in re.split(r"[|;({]", line):
            found = _COMMAND.match(command.strip())
            if found and any(fnmatchcase(found.group().lower(), pattern) for pattern in DESTRUCTIVE):
                return found.group()
        if parameter := next((p for p in _INTERRUPTING if p in line.lower()), None):
            return parameter
    return None


Problems = Iterator[tuple[int, str]]


def _names(page: Page) -> Problems:
    header = page.header
    if page.path.name != f"{header.id}.{header.lang}.md":
        yield 1, f"the front matter says {header.id!r} in {header.lang!r}, so the file is to be named {header.id}.{header.lang}.md"
    if page.title.text != header.title:
        yield page.title.line, f"the heading {page.title.text!r} differs from the title {header.title!r} in the front matter"


def _dead_links(page: Page) -> Problems:
    for link in page.links:
        if link.to.startswith("#"):
            if link.to[1:] not in page.steps:
                yield link.line, f"dead link: no step has the id {link.to[1:]!r}"
        elif not link.to.startswith(("http://", "https://")) and not (page.path.parent / link.to.split("#")[0]).is_file():
            yield link.line, f"dead link: there is no file {link.to!r}"


def _branches(page: Page) -> Problems:
    for step in page.steps.values():
        targets = [option.to for option in step.options]
        if step.id.startswith("done-") and step.id.split("-")[1] not in ("solved", "support"):
            yield step.line, f"end {step.id!r}: the id of an end begins with done-solved or done-support"
        if step.outcome and targets:
            yield step.options[0].line, f"the end {step.id!r} has branches"
        if not step.outcome and not targets:
            yield step.line, f"step {step.id!r} leads nowhere; end it with a list of links to steps, or name it done-solved or done-support"
        for option in step.options:
            if targets.count(option.to) > 1:
                yield option.line, f"two branches of {step.id!r} lead to {option.to!r}; make them one"
            if [o.text for o in step.options].count(option.text) > 1:
                yield option.line, f"two branches of {step.id!r} have the same words"
        for directive in step.directives:
            if directive.to not in targets:
                yield directive.line, f"`{directive.kind}` leads to {directive.to!r}, which is no branch of {step.id!r}"
            for rule in directive.rules:
                if rule not in page.header.rules:
                    yield directive.line, f"rule {rule} is not among the `rules` of the front matter"


def _graph(page: Page) -> Problems:
    if not page.steps:
        yield 1, "no steps"
        return
    onward = {step.id: [o.to for o in step.options if o.to in page.steps] for step in page.steps.values()}
    reached = _closure([next(iter(page.steps))], onward)
    backward: dict[str, list[str]] = {id: [] for id in page.steps}
    for id, targets in onward.items():
        for target in targets:
            backward[target].append(id)
    ending = _closure([step.id for step in page.steps.values() if step.outcome], backward)
    for step in page.steps.values():
        if step.id not in reached:
            yield step.line, f"no branch leads to step {step.id!r}"
        elif step.id not in ending and step.options:
            yield step.line, f"from step {step.id!r} no end can be reached"


def _closure(start: list[str], edges: dict[str, list[str]]) -> set[str]:
    found, todo = set(start), list(start)
    while todo:
        for target in edges[todo.pop()]:
            if target not in found:
                found.add(target)
                todo.append(target)
    return found


def _advice(page: Page) -> Problems:
    concerned = set(versions.expand(page.header.versions))
    for step in page.steps.values():
        if not step.outcome and not step.expects:
            yield step.line, f"step {step.id!r} does not say what to expect; add a paragraph **{EXPECT.in_(page.header.lang)}**"
        only = next((set(d.versions) for d in step.directives if d.kind == "only"), concerned)
        for variants in step.variants:
            if variants.mixed:
                yield variants.line, "a list with and without versions; label every item or none"
            elif left := (concerned & only) - set(variants.versions):
                yield variants.line, f"the list says nothing for {versions.compact(left)}"


def _commands(page: Page) -> Problems:
    for step in page.steps.values():
        for fence in step.fences:
            if fence.shell not in SHELLS:
                yield fence.line, f"commands without their shell; begin the block with ```{' or ```'.join(SHELLS)}"
            warned = any(w.line < fence.line and w.versions in (None, fence.versions) for w in step.warnings)
            if (command := is_destructive(fence.code)) and not warned:
                yield fence.line, f"{command} deletes or interrupts something; put a warning (block quote, `> …`) before it"


_JUDGES: tuple[Callable[[Page], Problems], ...] = (_names, _dead_links, _branches, _graph, _advice, _commands)


def _unknown_ids(page: Page, entries: Collection[str], rules: Collection[str]) -> list[Mistake]:
    unknown = [f"no entry has the id {id!r}" for id in page.header.entries if id not in entries]
    unknown += [f"no rule has the id {id!r}" for id in page.header.rules if id not in rules]
    return [Mistake(page.path, 1, problem) for problem in unknown]


def _differences(one: Page, other: Page) -> Problems:
    for field in ("id", "versions", "entries", "rules", "reviewed"):
        if getattr(one.header, field) != getattr(other.header, field):
            yield 1, f"{field} differs from {one.path.name}"
    if [s.url for s in one.header.sources] != [s.url for s in other.header.sources]:
        yield 1, f"the sources differ from {one.path.name}"
    if list(one.steps) != list(other.steps):
        different = [id for id in {**one.steps, **other.steps} if (id in one.steps) != (id in other.steps)]
        yield 1, f"the steps differ from {one.path.name}: {', '.join(different) or 'their order'}"
    for id in (id for id in one.steps if id in other.steps):
        for name, look in _SAME.items():
            if look(one.steps[id]) != look(other.steps[id]):
                yield other.steps[id].line, f"step {id!r}: {name} differ from {one.path.name}"


_SAME: dict[str, Callable[[Step], list]] = {
    "the branches": lambda step: [option.to for option in step.options],
    "the comments that decide it": lambda step: [(d.kind, d.rules, d.versions, d.to) for d in step.directives],
    "the commands": lambda step: [(fence.shell, fence.code, fence.versions) for fence in step.fences],
    "the warnings": lambda step: [warning.versions for warning in step.warnings],
    "the versions of the advice": lambda step: [part.versions for part in step.body if part.versions],
}
