"""Reports as one self-contained HTML page."""

from __future__ import annotations

from assistant.formats.reading import markdown
from assistant.formats.words import WORDS
from assistant.render import html
from kb.report import Report


def write(report: Report, lang: str) -> str:
    """The whole page."""
    title, body = WORDS[lang]["report"], html(markdown(report, lang))
    return f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body>\n{body}</body></html>\n'
