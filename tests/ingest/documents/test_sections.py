"""Documents are split along their headings, nothing of them is lost, and bad ones are refused with a remedy."""

import re
from html import escape
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.documents import sections
from ingest.documents.sections import MAX_CHARACTERS, BadDocument, read, split

LIMIT = 2**20


def outline(text: str, kind: str = "markdown") -> list[tuple[str, str]]:
    return [(s.title, s.text) for s in split(text, kind, "notes")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("just text", [("notes", "just text")], id="no heading: the document's name"),
        pytest.param("# A\none\n\n## B\ntwo\n", [("A", "one"), ("A › B", "two")], id="nested"),
        pytest.param("# A\n## B\ntwo\n# C\nthree", [("A › B", "two"), ("C", "three")], id="a heading ends those below it"),
        pytest.param("### A\none\n## B\ntwo", [("A", "one"), ("B", "two")], id="levels out of order"),
        pytest.param("before\n\n# A\none", [("notes", "before"), ("A", "one")], id="text before the first heading"),
        pytest.param("A\n===\none\n\nB\n---\ntwo", [("A", "one"), ("A › B", "two")], id="setext"),
        pytest.param("long\nname\n====\none", [("long name", "one")], id="setext of two lines"),
        pytest.param("# A ##\none", [("A", "one")], id="closing marks"),
        pytest.param("# A\n```powershell\n# no heading\nGet-VM\n```", [("A", "```powershell\n# no heading\nGet-VM\n```")], id="fence"),
        pytest.param("# A\n\ntext\n\n    # no heading", [("A", "text\n\n# no heading")], id="indented code"),
        pytest.param("# A\n- one\n- # two", [("A", "- one\n- # two")], id="heading inside a list"),
        pytest.param("# A\n#5 disks", [("A", "#5 disks")], id="a mark without a space"),
        pytest.param("# A\n#\none", [("A", "one")], id="empty heading"),
        pytest.param("# A\n## B\n## C\nthree", [("A › B", "B"), ("A › C", "three")], id="a heading that nothing follows"),
        pytest.param("---\ntitle: Notes\ntags:\n  - csv\n---\n# A\none", [("A", "one")], id="front matter"),
        pytest.param("---\none\n\n---\ntwo", [("notes", "---\none\n\n---\ntwo")], id="rules are no front matter"),
        pytest.param("# A\r\none\r\n\r\ntwo\r\n", [("A", "one\n\ntwo")], id="Windows line ends"),
        pytest.param("# Prüfpunkte\nSie wachsen.", [("Prüfpunkte", "Sie wachsen.")], id="umlauts"),
    ],
)
def test_markdown_is_split_along_its_headings(text: str, expected: list[tuple[str, str]]) -> None:
    assert outline(text) == expected


PAGE = """<!doctype html>
<html><head><title>Window title</title><style>h1 { color: red }</style><script>let a = "<h1>Not a heading</h1>";</script></head>
<body><nav><ul><li>Menu entry</li></ul></nav>
<h1>Pr&uuml;fpunkte
 &amp; Sicherung</h1>
<p>Ein <b>fetter</b> Satz &ndash; mit Strich.<br>Neue Zeile</p>
<ul><li>erstens</li><li>zweitens</li></ul>
<h2><a href="#x"><div>Im Detail</div></a></h2>
<pre><code># a comment, no heading
Get-VM | Where State -eq 'Running'</code></pre>
<table><tr><th>Version</th><th>Limit</th></tr><tr><td>2016</td><td>64</td></tr></table>
<p># written, no heading</p>
<noscript>Turn on JavaScript</noscript><footer>Imprint</footer></body></html>"""


def test_a_page_is_read_without_what_is_not_meant_to_be_read() -> None:
    assert outline(PAGE, "html") == [
        ("Prüfpunkte & Sicherung", "Ein fetter Satz – mit Strich.\nNeue Zeile\n\n- erstens\n- zweitens"),
        (
            "Prüfpunkte & Sicherung › Im Detail",
            "# a comment, no heading\nGet-VM | Where State -eq 'Running'\n\nVersion Limit\n2016 64\n\n# written, no heading",
        ),
    ]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param("<head><title>T</title><body><h1>A</h1><p>one", [("A", "one")], id="head that is never closed"),
        pytest.param("<h1>A</h1><p>one<p>two", [("A", "one\n\ntwo")], id="paragraphs that are never closed"),
        pytest.param("<h1>A<br>B</h1>one", [("A B", "one")], id="line break in a heading"),
        pytest.param("<h1></h1><p>one</p>", [("notes", "one")], id="empty heading"),
        pytest.param("<div><h2>A</h2><div>one</div></div><h2>B</h2>two", [("A", "one"), ("B", "two")], id="headings in containers"),
        pytest.param("</nav></div>one", [("notes", "one")], id="closed but never opened"),
    ],
)
def test_pages_as_people_write_them(page: str, expected: list[tuple[str, str]]) -> None:
    assert outline(page, "html") == expected


def test_plain_text_has_no_headings() -> None:
    assert outline("# one\n\ntwo\n===", "text") == [("notes", "# one\n\ntwo\n===")]


def test_every_section_knows_the_line_it_begins_on() -> None:
    markdown = "---\ntitle: x\n---\nintro\n\n# A\n\n\none\n\n" + "two " * 250 + "\n\nthree " + "x " * 200
    for kind, text in (("markdown", markdown), ("html", PAGE), ("text", "\n\none\n\n" + "two " * 290 + "\n\nthree " + "x" * 200)):
        lines = text.split("\n")
        for section in split(text, kind, "notes"):
            first = section.text.split()[0 if not section.text.startswith(("-", "#")) else 1]
            assert first in lines[section.line - 1], (kind, section)


def test_long_sections_are_cut_between_paragraphs() -> None:
    paragraphs = [f"Paragraph {n} " + "word " * 60 for n in range(12)]
    found = split("# A\n\n" + "\n\n".join(paragraphs), "markdown", "notes")
    assert len(found) > 2
    assert all(s.title == "A" and s.text.startswith("Paragraph") and s.text.endswith("word") for s in found)


def test_too_long_a_paragraph_is_cut_between_lines_and_too_long_a_line_between_words() -> None:
    table = "\n".join(f"| row {n} | some value |" for n in range(100))
    assert all(line.startswith("| row") and line.endswith("value |") for s in split(table, "markdown", "n") for line in s.text.split("\n"))
    line = " ".join(f"word{n}" for n in range(1000))
    assert " ".join(s.text for s in split(line, "text", "n")) == line


def test_a_word_without_end_is_cut_all_the_same() -> None:
    assert [len(s.text) for s in split("x" * (2 * MAX_CHARACTERS + 5), "text", "n")] == [MAX_CHARACTERS, MAX_CHARACTERS, 5]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# A\nOn Windows Server 2016 it is 64.", ("2016",), id="the text's own"),
        pytest.param("# Windows Server 2012 R2\nIt is 64.", ("2012R2",), id="the heading's"),
        pytest.param("# Server 2012 R2\n## Server 2019\nIt is 64.", ("2019",), id="the nearest heading's"),
        pytest.param("# Server 2012 R2\n## Disks\nIt is 64.", ("2012R2",), id="an outer heading's"),
        pytest.param("# Server 2012 R2\nSince 2016 it is 64.", ("2016", "2019", "2022", "2025"), id="the text overrules its heading"),
        pytest.param("# A\nSeit Windows Server 2019 geht das.", ("2019", "2022", "2025"), id="German range"),
        pytest.param("# A\nWritten in May 2016 for SQL Server 2012.", (), id="dates and other products"),
        pytest.param("# A\nIt is 64.", (), id="none is none"),
    ],
)
def test_versions_come_from_the_text_or_else_from_its_headings(text: str, expected: tuple[str, ...]) -> None:
    assert [s.versions for s in split(text, "markdown", "notes")] == [expected]


# --- nothing is lost -------------------------------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    ["# ", "## ", "#", "\n", "\r\n", "\r", "\n\n", "===", "---", "```", "~~~", "    ", "- ", "> ", "| a | b |", "|---|---|", "\x0b", "\x0c", "\x85",
     "\u2028", "[x]: /y", "<div>", "</div>", "word", "Knoten", "0x80070005", "2016", "lorem ipsum " * 150]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS | st.text(max_size=8), max_size=40).map("".join)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def occur_in_order(wanted: list[str], found: list[str]) -> bool:
    rest = iter(found)
    return all(word in rest for word in wanted)


@given(TEXTS | st.text("w ", min_size=MAX_CHARACTERS - 1, max_size=3 * MAX_CHARACTERS))
def test_plain_text_comes_back_whole(text: str) -> None:
    found = split(text, "text", "notes")
    assert "".join("".join(s.text.split()) for s in found) == "".join(text.split())
    assert all(0 < len(s.text) <= MAX_CHARACTERS for s in found)


@given(TEXTS)
def test_all_words_of_markdown_occur_in_its_sections_in_order(text: str) -> None:
    assume(not text.startswith("---"))  # front matter is left out
    found = split(text, "markdown", "notes")
    assert occur_in_order(words(text), [w for s in found for w in words(f"{s.title}\n{s.text}")])
    assert all(0 < len(s.text) <= MAX_CHARACTERS and s.title for s in found)
    assert [s.line for s in found] == sorted(s.line for s in found)
    assert all(1 <= s.line <= len(re.split(r"\r\n?|\n", text)) for s in found)


TAGS = st.sampled_from(["p", "div", "li", "h1", "h3", "td", "pre", "section"])


@given(st.lists(st.tuples(TAGS, st.sampled_from(["Knoten", "node & more", "a < b", "# x", "64"])), max_size=20))
def test_all_words_of_a_page_occur_in_its_sections_in_order(elements: list[tuple[str, str]]) -> None:
    page = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in elements)
    found = split(page, "html", "notes")
    assert occur_in_order([w for _, text in elements for w in words(text)], [w for s in found for w in words(f"{s.title}\n{s.text}")])


@given(TEXTS)
def test_no_page_is_so_broken_that_it_fails(text: str) -> None:
    assert all(s.text and s.title for s in split(text, "html", "notes"))


# --- bad documents ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        pytest.param("report.pdf", b"%PDF-1.7", r"unknown kind '\.pdf'; documents are .*\.md", id="unknown kind"),
        pytest.param("README", b"text", r"unknown kind '\(none\)'; documents are", id="no suffix"),
        pytest.param("empty.md", b"", r"empty; leave it out", id="empty"),
        pytest.param("blank.txt", b" \n\t\n", r"empty; leave it out", id="only blanks"),
        pytest.param("picture.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", r"not a text.*save it as UTF-8", id="binary"),
        pytest.param("utf16.txt", "Knoten".encode("utf-16-le"), r"not a text.*save it as UTF-8", id="UTF-16 that does not say so"),
        pytest.param("half.txt", b"\xff\xfeK\x00n", r"not a text.*save it as UTF-8", id="UTF-16 cut off"),
        pytest.param("odd.txt", b"Pr\x81fpunkt", r"not a text.*save it as UTF-8", id="no encoding that is read"),
        pytest.param("large.md", b"x" * (LIMIT + 2**19), r"1\.5 MB is more than the limit of 1\.0 MB; .*LOTSE_MAX_FILE_MB", id="too large"),
    ],
)
def test_a_bad_document_is_refused_with_its_name_and_a_remedy(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadDocument, match=problem) as raised:
        read(path, LIMIT)
    assert str(path) in str(raised.value)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=r"missing\.md: cannot be read: .*; check the path"):
        read(tmp_path / "missing.md", LIMIT)
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(BadDocument, match=r"folder\.md: not a file"):
        read(tmp_path / "folder.md", LIMIT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_people_use_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("Prüfpunkte – täglich".encode(encoding))
    assert read(path, LIMIT) == "Prüfpunkte – täglich"


def test_every_suffix_has_a_reader() -> None:
    assert {kind for kind in sections.SUFFIXES.values() if split("one", kind, "n")[0].text == "one"} == {"markdown", "html", "text"}
