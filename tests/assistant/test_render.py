"""Markdown to HTML: what hostile files and questions put into a text stays text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.render import html

ALLOWED = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "br", "hr", "img",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def harmless(page: str) -> bool:
    """True when a page has no element or address that could run anything."""
    for tag, attributes in Elements(page).found:
        if tag not in ALLOWED or any(name.startswith("on") or name == "style" for name in attributes):
            return False
        for name in ("href", "src"):
            scheme = (attributes.get(name) or "").strip().lower().partition(":")[0]
            if scheme in ("javascript", "vbscript", "data", "file"):
                return False
    return True


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<iframe src='//evil.example'></iframe>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java&#115;cript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:x)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    '# Title {#x"onclick="alert(1)}',
    "| <b>a</b> |\n| --- |\n| <svg onload=alert(1)> |",
    "`</code><script>alert(1)</script>`",
    "```\n</pre><script>alert(1)</script>\n```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_runs_nothing(text: str) -> None:
    assert harmless(html(text)), html(text)


@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(HOSTILE)), max_size=6).map("\n".join))
def test_no_mixture_of_hostile_texts_runs_anything(text: str) -> None:
    assert harmless(html(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**64 nodes** [1]", "<p><strong>64 nodes</strong> [1]</p>"),
        ("[source](https://example.org/a)", '<p><a href="https://example.org/a">source</a></p>'),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("### Look {#look}", '<h3 id="look">Look</h3>'),
        ("C:\\ClusterStorage", "<p>C:\\ClusterStorage</p>"),
    ],
)
def test_ordinary_markdown_looks_as_it_should(text: str, expected: str) -> None:
    assert html(text).strip() == expected


def test_tables_become_tables() -> None:
    tags = [tag for tag, _ in Elements(html("| Version | Value |\n| --- | --- |\n| 2012 | 64 |")).found]
    assert tags.count("td") == 2 == tags.count("th")
