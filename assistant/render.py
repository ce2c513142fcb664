"""Markdown to HTML for pages and channels; raw HTML in a text stays text."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt

_ANCHOR = re.compile(r"\s*\{#([\w-]+)\}$")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").use(heading_anchors)


def heading_anchors(parser: MarkdownIt) -> None:
    """A heading that ends in `{#name}` gets that id, so that pages can link to their parts."""

    def name_headings(state) -> None:
        for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
            found = _ANCHOR.search(inline.content) if opening.type == "heading_open" else None
            if found and inline.children:
                opening.attrSet("id", found[1])
                inline.content = inline.content[: found.start()]
                inline.children[-1].content = _ANCHOR.sub("", inline.children[-1].content)

    parser.core.ruler.push("heading_ids", name_headings)


def html(markdown: str) -> str:
    """Safe HTML: tags in the text are escaped, and links with other schemes than http, https or mailto are dropped."""
    return _markdown().render(markdown)
