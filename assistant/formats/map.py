"""The map of a configuration as SVG: networks above, nodes with their VMs, volumes below, coloured by their worst finding."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from assistant.formats.words import WORDS
from kb import units, versions
from kb.entry import SEVERITIES, Severity
from kb.inventory import same_name
from kb.report import Report
from kb.topology import Guest, Machine, Topology

_WIDTH, _GAP, _CELL, _ROW = 200, 24, 14, 20  # the box of a node, the space between boxes, a VM, a line of text
_PER_ROW = 6  # nodes side by side
_COLUMNS = (_WIDTH - 24) // _CELL  # VMs side by side in a node
_NAMED = 8  # up to so many VMs are written out by name

Marks = dict[tuple[str, str], tuple[Severity, int]]  # kind and name → the worst severity and how many findings


def draw(report: Report, lang: str) -> str:
    """The map as an `<svg>` element; "" when there is nothing to draw."""
    plan = report.topology
    if plan is None or not (plan.machines or plan.vms):
        return ""
    marks = _marks(report)
    groups = _by_machine(plan)
    parts: list[str] = []
    y = _networks(plan, marks, parts, lang)
    y = _machines(plan, groups, marks, parts, y, lang)
    y = _volumes(plan, marks, parts, y, lang)
    y = _legend(parts, y, lang)
    width = min(_PER_ROW, max(1, len(groups), min(len(plan.volumes), _PER_ROW))) * (_WIDTH + _GAP) + _GAP
    title = escape(WORDS[lang]["map"] + (f" {plan.cluster}" if plan.cluster else ""))
    return (
        f'<svg class="map" viewBox="0 0 {width} {y}" width="{width}" height="{y}" role="img" aria-label="{title}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{title}</title>\n' + "\n".join(parts) + "\n</svg>"
    )


def _legend(parts: list[str], y: int, lang: str) -> int:
    w = WORDS[lang]
    x = _GAP
    for kind, name in (("error", w["errors"]), ("warning", w["warnings"]), ("info", w["infos"]), ("fine", w["no_finding"])):
        box = f'<rect x="{x}" y="{y}" width="{_CELL - 3}" height="{_CELL - 3}" rx="3"/>'
        parts.append(f'<g class="vm {kind}">{box}{_text(x + 16, y + 10, name, 11)}</g>')
        x += 32 + 7 * len(name)
    return y + _GAP


def _marks(report: Report) -> Marks:
    """Findings by object; those of a part (a disk, a switch) count for what it is part of."""
    found: Marks = {}
    kinds = {
        "disk": "vm",
        "adapter": "vm",
        "checkpoint": "vm",
        "service": "vm",
        "node": "host",
        "switch": "host",
        "host_adapter": "host",
        "team": "host",
    }
    for failure in report.failures:
        kind, name = failure.subject.kind, failure.subject.name
        key = (kinds.get(kind, kind), name.partition(" › ")[0].lower())
        worst, count = found.get(key, (failure.severity, 0))
        found[key] = (worst if SEVERITIES.index(worst) < SEVERITIES.index(failure.severity) else failure.severity, count + 1)
    return found


def _by_machine(plan: Topology) -> list[tuple[Machine, list[Guest]]]:
    """Each node or host with its VMs; VMs whose host is not known stand in a box of their own."""
    groups: list[tuple[Machine, list[Guest]]] = [(machine, []) for machine in plan.machines]
    short = {machine.name.lower().partition(".")[0]: guests for machine, guests in groups}
    homeless: list[Guest] = []
    for vm in plan.vms:
        name = (vm.host or "").lower().partition(".")[0]
        (short.get(name) if name in short else groups[0][1] if len(groups) == 1 and not name else homeless).append(vm)  # type: ignore[union-attr]
    if homeless:
        groups.append((Machine("?"), homeless))
    return groups


def _class(marks: Marks, kind: str, name: str) -> str:
    return marks.get((kind, name.lower()), ("fine", 0))[0]


def _tip(lines: Iterable[str]) -> str:
    return f"<title>{escape(chr(10).join(line for line in lines if line))}</title>"


def _told(marks: Marks, kind: str, name: str, lang: str) -> str:
    count = marks.get((kind, name.lower()), ("", 0))[1]
    return f"{count} {WORDS[lang]['finding' if count == 1 else 'findings']}" if count else ""


def _text(x: float, y: float, text: str, size: int = 12, most: int = 27, style: str = "") -> str:
    shown = text if len(text) <= most else f"{text[: most - 1]}…"
    return f'<text x="{x}" y="{y}" font-size="{size}"{f" {style}" if style else ""}>{escape(shown)}</text>'


def _networks(plan: Topology, marks: Marks, parts: list[str], lang: str) -> int:
    y = _GAP
    wide = min(_PER_ROW, max(1, len(plan.machines))) * (_WIDTH + _GAP) - _GAP
    for network in plan.networks:
        role = (network.role or "").replace("_", " ")
        name = " · ".join(part for part in (network.name, network.subnet or "", role) if part)
        parts.append(
            f'<g class="{_class(marks, "network", network.name)}">{_tip((name, _told(marks, "network", network.name, lang)))}'
            f'<line x1="{_GAP}" y1="{y}" x2="{_GAP + wide}" y2="{y}"/>{_text(_GAP + 4, y - 5, name, 11, 90)}</g>'
        )
        y += _ROW + 6
    return y


def _machines(plan: Topology, groups: list[tuple[Machine, list[Guest]]], marks: Marks, parts: list[str], y: int, lang: str) -> int:
    for start in range(0, len(groups), _PER_ROW):
        row = groups[start : start + _PER_ROW]
        height = max(_height(guests) for _, guests in row)
        for column, (machine, guests) in enumerate(row):
            parts.append(_machine(machine, guests, marks, _GAP + column * (_WIDTH + _GAP), y, height, lang))
        y += height + _GAP
    return y


def _height(guests: list[Guest]) -> int:
    inside = len(guests) * _ROW if len(guests) <= _NAMED else -(-len(guests) // _COLUMNS) * _CELL
    return 56 + inside + 10


def _machine(machine: Machine, guests: list[Guest], marks: Marks, x: int, y: int, height: int, lang: str) -> str:
    w = WORDS[lang]
    version = versions.short(machine.version) if machine.version else ""
    memory = units.of_bytes(machine.memory, lang) if machine.memory else ""
    about = " · ".join(part for part in (version, memory, machine.state if machine.state and machine.state != "Up" else "") if part)
    worst = _class(marks, "host", machine.name)
    down = " down" if machine.state and machine.state.lower() != "up" else ""
    parts = [
        f'<g class="node {worst}{down}">{_tip((machine.name, about, f"{len(guests)} VMs", _told(marks, "host", machine.name, lang)))}',
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{height}" rx="8"/>',
        _text(x + 12, y + 22, machine.name if machine.name != "?" else w["no_host"], 14, 22, 'font-weight="600"'),
        _text(x + 12, y + 40, about or f"{len(guests)} VMs", 11),
        "</g>",
    ]
    for number, vm in enumerate(guests):
        tip = _tip((vm.name, vm.state or "", units.of_bytes(vm.memory, lang) if vm.memory else "", _told(marks, "vm", vm.name, lang)))
        off = "" if (vm.state or "running").lower() == "running" else " off"
        style = f'<g class="vm {_class(marks, "vm", vm.name)}{off}">{tip}'
        if len(guests) <= _NAMED:
            top = y + 52 + number * _ROW
            box = (
                f'<rect x="{x + 12}" y="{top}" width="{_CELL - 3}" height="{_CELL - 3}" rx="3"/>{_text(x + 30, top + 10, vm.name, 12, 24)}'
            )
        else:
            left, top = x + 12 + number % _COLUMNS * _CELL, y + 52 + number // _COLUMNS * _CELL
            box = f'<rect x="{left}" y="{top}" width="{_CELL - 3}" height="{_CELL - 3}" rx="3"/>'
        parts.append(f"{style}{box}</g>")
    return "".join(parts)


def _volumes(plan: Topology, marks: Marks, parts: list[str], y: int, lang: str) -> int:
    for start in range(0, len(plan.volumes), _PER_ROW):
        for column, store in enumerate(plan.volumes[start : start + _PER_ROW]):
            x = _GAP + column * (_WIDTH + _GAP)
            used = 1 - store.free / store.size if store.size and store.free is not None else None
            about = (
                f"{units.of_bytes(store.free or 0, lang)} / {units.of_bytes(store.size, lang)}" if store.size and used is not None else ""
            )
            owner = next((m.name for m in plan.machines if same_name(m.name, store.owner)), store.owner or "")
            tip = _tip((store.name, store.path or "", owner, about, _told(marks, "volume", store.name, lang)))
            fill = (
                f'<rect class="used" x="{x}" y="{y + 20}" width="{_WIDTH * min(max(used, 0), 1):.0f}" height="10" rx="5"/>'
                if used is not None
                else ""
            )
            parts.append(
                f'<g class="volume {_class(marks, "volume", store.name)}">{tip}{_text(x, y + 12, store.name, 12)}'
                f'<rect x="{x}" y="{y + 20}" width="{_WIDTH}" height="10" rx="5"/>{fill}{_text(x, y + 44, about, 11)}</g>'
            )
        y += 44 + _GAP
    return y
