"""Reports as one self-contained HTML page: no script, no other file, no request; it prints well."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from assistant.formats.map import draw
from assistant.formats.reading import GROUPS, by_command, by_rule, seen
from assistant.formats.words import WORDS
from kb import units, versions
from kb.report import Report

_HERE = Path(__file__).parent
_MOST, _MOST_GROUPS = 20, 200


@cache
def _template():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined).get_template("report.html.j2")


def write(report: Report, lang: str) -> str:
    """The whole page."""
    from markupsafe import Markup, escape

    words = WORDS[lang]

    def code(text: str) -> Markup:
        """Text in which `commands` are marked as code."""
        return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))

    say: Callable[[Any], str] = lambda text: text.in_(lang)  # noqa: E731
    return (
        _template().render(
            report=report,
            lang=lang,
            w=words,
            css=Markup((_HERE / "report.css").read_text(encoding="utf-8")),
            map=Markup(draw(report, lang)),
            say=say,
            code=code,
            size=lambda value: "?" if value is None else units.of_bytes(value, lang),
            short=versions.short,
            version=versions.short(report.platform.version) if report.platform.version else words["unknown"],
            seen=seen(report, lang),
            groups=GROUPS,
            by_severity={severity: [r for r in report.failures if r.severity == severity] for severity, _ in GROUPS},
            by_rule=by_rule,
            losses={loss.node: loss for loss in report.capacity.losses} if report.capacity else {},
            unknown=by_command(report),
            most=_MOST,
            most_groups=_MOST_GROUPS,
        )
        + "\n"
    )
