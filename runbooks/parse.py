"""Reading runbooks: a Markdown file in one language → a page of steps; two pages of one id → a runbook.

A file has YAML front matter (`Header`), a title, the five sections of `SECTIONS`, and below *Steps* one `###`
heading a step. The line before the heading holds the step's id, the same in both languages:

    <a id="switch-names"></a>

    ### Compare the names of the virtual switches

    <!-- proves: LM001 -> #processors -->
    <!-- fails: LM001 -> #rename-switch -->
    <!-- only: 2012 R2–2025 -> #memory -->

    What to do, with commands in fenced code that names its shell.

    - **2008 R2:** advice for that release
    - **2012–2025:** advice for the others

    **Expect:** what is to be seen

    - [The names differ](#rename-switch)
    - [They are equal](#processors)

The comments say which evidence decides the step instead of a person: the rules passed, a rule failed, or the step
concerns certain versions only. The last list holds the branches. Steps whose id begins with `done-solved` or
`done-support` are ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from kb import versions
from kb.entry import Id, Language, NonEmpty, RuleId, Source, Text
from kb.load import Mistake

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

Outcome = Literal["solved", "support"]
SECTIONS: dict[str, Text] = {
    "when": Text("When to use it", "Wann verwenden"),
    "before": Text("Before you start", "Vorbereitung"),
    "steps": Text("Steps", "Schritte"),
    "undo": Text("Undo", "Rückgängig machen"),
    "support": Text("When to call support", "Wann den Support rufen"),
}
EXPECT = Text("Expect:", "Erwartet:")

_ANCHOR = re.compile(r'<a id="([^"]*)">')
_DIRECTIVE = re.compile(r"<!--\s*(proves|fails|only):\s*(\S.*?)\s*->\s*#(\S+)\s*-->")
_RELEASE = re.compile(r"20\d\d\b")


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """The front matter. `versions` is a closed range (`2008R2..2025`); `entries` and `rules` are what the runbook rests on."""

    id: Id
    title: NonEmpty
    lang: Language
    versions: NonEmpty
    symptoms: Annotated[list[NonEmpty], Meta(min_length=1)]
    entries: Annotated[list[Id], Meta(min_length=1)]
    rules: list[RuleId]
    time: NonEmpty
    risk: NonEmpty
    sources: Annotated[list[Source], Meta(min_length=1)]
    reviewed: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Link(Struct, frozen=True):
    """A link: its words, its address and its line. A branch is a link to `#` and the id of another step."""

    text: str
    to: str
    line: int


class Directive(Struct, frozen=True):
    """Which evidence leads past a step, and to where: `rules` passed (`proves`) or failed (`fails`), or other `versions` (`only`)."""

    kind: Literal["proves", "fails", "only"]
    to: str
    line: int
    rules: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


class Part(Struct, frozen=True):
    """A piece of Markdown, for the versions it is labelled with or (None) for all."""

    text: str
    versions: tuple[str, ...] | None = None


class Fence(Struct, frozen=True):
    """A block of commands and the shell it is for; `versions` as in `Part`."""

    shell: str
    code: str
    line: int
    versions: tuple[str, ...] | None = None


class Warn(Struct, frozen=True):
    """Where a warning (block quote) stands; `versions` as in `Part`."""

    line: int
    versions: tuple[str, ...] | None = None


class Variants(Struct, frozen=True):
    """A list whose items are labelled with versions: which ones they cover, and whether an item has no label."""

    line: int
    versions: tuple[str, ...]
    mixed: bool


class Step(Struct, frozen=True):
    """A step in one language. `body` has neither the comments nor the branches, which are `directives` and `options`."""

    id: str
    title: str
    line: int
    body: tuple[Part, ...] = ()
    options: tuple[Link, ...] = ()
    directives: tuple[Directive, ...] = ()
    fences: tuple[Fence, ...] = ()
    warnings: tuple[Warn, ...] = ()
    variants: tuple[Variants, ...] = ()
    expects: bool = False

    @property
    def outcome(self) -> Outcome | None:
        """How the walk ends here; None for a step that is no end."""
        if not self.id.startswith("done-"):
            return None
        return "solved" if self.id.split("-")[1] == "solved" else "support"

    def text(self, version: str | None = None) -> str:
        """The body as Markdown, without what concerns other versions only; all of it when the version is not known."""
        return "".join(p.text for p in self.body if version is None or p.versions is None or version in p.versions).strip()


class Page(Struct, frozen=True):
    """A runbook in one language: its sections as Markdown (all but *steps*), its steps in order, and every link."""

    path: Path
    header: Header
    title: Link
    sections: dict[str, str]
    steps: dict[str, Step]
    links: tuple[Link, ...]


class Runbook(Struct, frozen=True):
    """A runbook with its pages by language. The graph of steps is the same in all of them."""

    id: str
    pages: dict[str, Page]

    def page(self, lang: str) -> Page:
        """The page in `lang`, or in the language there is."""
        return self.pages.get(lang) or next(iter(self.pages.values()))

    @property
    def title(self) -> Text:
        """The title in both languages."""
        return Text(self.page("en").header.title, self.page("de").header.title)

    @property
    def versions(self) -> list[str]:
        """The versions the runbook is for, in order."""
        return versions.expand(self.page("en").header.versions)

    @property
    def entries(self) -> list[str]:
        """The ids of the entries it rests on."""
        return self.page("en").header.entries

    @property
    def rules(self) -> list[str]:
        """The ids of the rules that can decide its steps."""
        return self.page("en").header.rules

    @property
    def start(self) -> str:
        """The id of the first step."""
        return next(iter(self.page("en").steps))


def label_versions(label: str) -> tuple[str, ...]:
    """`2008 R2`, `2012–2025` or `2008 R2, 2016` → version ids; a release includes its service packs.

    Raises kb.versions.UnknownVersion.
    """
    ids: list[str] = []
    for part in label.split(","):
        first, _, last = part.replace(" ", "").replace("-", "–").partition("–")
        last = last or first
        ids += versions.between(first, "2008R2SP1" if last == "2008R2" else last)
    return tuple(versions.ordered(ids))


def read(path: Path) -> tuple[Page | None, list[Mistake]]:
    """One file → its page with the mistakes that make it unusable, or None when not even a page came of it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return None, [Mistake(path, 1, f"not readable as UTF-8 text: {error}")]
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if not lines or lines[0].strip() != "---" or end is None:
        return None, [Mistake(path, 1, "no front matter; a runbook begins with YAML between two lines `---`")]
    header = _header(path, lines[1:end])
    if isinstance(header, Mistake):
        return None, [header]
    # Front matter becomes blank lines, so that the line numbers of what follows stay those of the file.
    reader = _Reader(path, header, [""] * (end + 1) + lines[end + 1 :])
    return reader.page(), reader.mistakes


def _header(path: Path, lines: list[str]) -> Header | Mistake:
    import yaml

    try:
        plain = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays the text it is
        header = msgspec.convert(yaml.load("\n".join(lines), plain), Header)
        versions.expand(header.versions)
        return header
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        return Mistake(path, line, f"front matter is not readable as YAML: {error.problem}")
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$.")
        field = re.split(r"[.\[`]", place)[0]
        return Mistake(path, _field_line(lines, field), f"front matter: {problem}" + (f" (field {field!r})" if field else ""))
    except versions.UnknownVersion as error:
        return Mistake(path, _field_line(lines, "versions"), f"front matter: {error}; write a closed range like `2008R2..2025`")


def _field_line(lines: list[str], field: str) -> int:
    return next((n for n, text in enumerate(lines, 2) if field and text.startswith(f"{field}:")), 1)


class _Reader:
    """Reads the Markdown of one page, noting mistakes on the way."""

    def __init__(self, path: Path, header: Header, lines: list[str]) -> None:
        from markdown_it import MarkdownIt
        from markdown_it.tree import SyntaxTreeNode

        self.path, self.header, self.lines = path, header, lines
        self.mistakes: list[Mistake] = []
        self.root = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse("\n".join(lines)))

    def page(self) -> Page:
        title = Link("", "", 1)
        sections: dict[str, list[SyntaxTreeNode]] = {}
        open_section: list[SyntaxTreeNode] = []
        for node in self.root.children:
            if node.type != "heading" or node.tag not in ("h1", "h2"):
                open_section.append(node)
            elif node.tag == "h1":
                title = Link(_plain(node), "", _line(node))
            else:
                open_section = sections.setdefault(self._section(node), [])
        missing = [text.in_(self.header.lang) for key, text in SECTIONS.items() if key not in sections]
        if missing:
            self._mistake(1, f"section missing: {', '.join(f'## {name}' for name in missing)}")
        return Page(
            path=self.path,
            header=self.header,
            title=title,
            sections={key: self._source(nodes) for key, nodes in sections.items() if key != "steps"},
            steps=self._steps(sections.get("steps", [])),
            links=tuple(_links(self.root)),
        )

    def _section(self, heading: SyntaxTreeNode) -> str:
        name = _plain(heading)
        for key, text in SECTIONS.items():
            if text.in_(self.header.lang) == name:
                return key
        known = ", ".join(text.in_(self.header.lang) for text in SECTIONS.values())
        self._mistake(_line(heading), f"unknown section {name!r}; a runbook in {self.header.lang!r} has: {known}")
        return name

    def _steps(self, nodes: list[SyntaxTreeNode]) -> dict[str, Step]:
        steps: dict[str, Step] = {}
        anchor: str | None = None
        heading: SyntaxTreeNode | None = None
        id, body = "", []

        def close() -> None:
            if heading is not None:
                if id in steps:
                    self._mistake(_line(heading), f"two steps have the id {id!r}; ids are unique")
                steps[id] = self._step(id, heading, body)

        for node in nodes:
            found = _ANCHOR.match(node.children[0].content) if node.type == "paragraph" else None
            if found:
                anchor = found.group(1)
            elif node.type == "heading" and node.tag == "h3":
                close()
                if anchor is None:
                    self._mistake(
                        _line(node), f'step {_plain(node)!r} has no id; put <a id="…"></a> on a line of its own before the heading'
                    )
                heading, id, body, anchor = node, anchor or f"line-{_line(node)}", [], None
            elif heading is None:
                self._mistake(_line(node), "text before the first step; below this heading there are steps (###) only")
            else:
                body.append(node)
        close()
        return steps

    def _step(self, id: str, heading: SyntaxTreeNode, body: list[SyntaxTreeNode]) -> Step:
        directives: list[Directive] = []
        while body and body[0].type == "html_block":
            directives += self._directive(body.pop(0))
        for node in body:
            if node.type == "html_block":
                self._mistake(_line(node), "HTML in the text of a step; comments that decide it stand right below its heading")
        options = _branches(body[-1]) if body else ()
        if options:
            body = body[:-1]
        marks = [mark for position in range(len(body)) for mark in self._marks(body, position)]

        def labelled(node: SyntaxTreeNode) -> tuple[str, ...] | None:
            return next((ids for start, end, ids in marks if start < _line(node) <= end), None)

        inside = [inner for node in body for inner in node.walk()]
        for item in (n for n in inside if n.type == "list_item" and _is_branch(n)):
            self._mistake(_line(item), "a branch that is not in the last list of the step; put a paragraph before the list of branches")
        expect = EXPECT.in_(self.header.lang)
        return Step(
            id=id,
            title=_plain(heading),
            line=_line(heading),
            body=self._parts(body, marks),
            options=options,
            directives=tuple(directives),
            fences=tuple(Fence(n.info.strip(), n.content, _line(n), labelled(n)) for n in inside if n.type == "fence"),
            warnings=tuple(Warn(_line(n), labelled(n)) for n in inside if n.type == "blockquote"),
            variants=tuple(v for n in body if n.type == "bullet_list" and (v := self._variants(n))),
            expects=any(n.type == "strong" and _plain(n) == expect for n in inside),
        )

    def _directive(self, node: SyntaxTreeNode) -> Iterator[Directive]:
        found = _DIRECTIVE.fullmatch(node.content.strip())
        if found is None:
            self._mistake(_line(node), "only comments like `<!-- proves: LM001 -> #step -->` (proves, fails, only) may stand in a step")
            return
        kind, argument, to = found.groups()
        if kind == "only":
            yield Directive("only", to, _line(node), versions=self._label(argument, node) or ())
        else:
            rules = tuple(rule.strip() for rule in argument.split(","))
            yield Directive("proves" if kind == "proves" else "fails", to, _line(node), rules)

    def _marks(self, body: list[SyntaxTreeNode], position: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Line ranges that a label such as `**2008 R2:**` governs: a list item, or a paragraph with the commands right after it."""
        node = body[position]
        if node.type == "bullet_list":
            for item in node.children:
                if ids := self._labelled(item.children[0]) if item.children else None:
                    start, end = _range(item)
                    while not self.lines[end - 1].strip():  # the blank line after an item belongs to what follows
                        end -= 1
                    yield start, end, ids
        elif ids := self._labelled(node):
            after = position + 1
            while after < len(body) and body[after].type == "fence":
                after += 1
            yield _range(node)[0], _range(body[after - 1])[1], ids

    def _labelled(self, paragraph: SyntaxTreeNode) -> tuple[str, ...] | None:
        if paragraph.type != "paragraph":
            return None
        words = [n for n in paragraph.children[0].children if n.type != "text" or n.content]
        if not words or words[0].type != "strong" or not _RELEASE.match(_plain(words[0])):
            return None
        label = _plain(words[0])
        return self._label(label[:-1], paragraph) if label.endswith(":") else None

    def _label(self, label: str, node: SyntaxTreeNode) -> tuple[str, ...] | None:
        try:
            return label_versions(label)
        except versions.UnknownVersion as error:
            self._mistake(_line(node), f"{label!r} does not name versions, like `2008 R2` or `2012–2025`: {error}")
            return None

    def _variants(self, node: SyntaxTreeNode) -> Variants | None:
        labels = [self._labelled(item.children[0]) if item.children else None for item in node.children]
        ids = versions.ordered(id for label in labels for id in label or ())
        return Variants(_line(node), tuple(ids), mixed=None in labels) if ids else None

    def _parts(self, body: list[SyntaxTreeNode], marks: list[tuple[int, int, tuple[str, ...]]]) -> tuple[Part, ...]:
        if not body:
            return ()
        parts: list[Part] = []
        here, end = _range(body[0])[0], _range(body[-1])[1]
        for start, stop, ids in marks:
            parts += [Part(self._cut(here, start)), Part(self._cut(start, stop), ids)]
            here = stop
        parts.append(Part(self._cut(here, end)))
        return tuple(part for part in parts if part.text)

    def _source(self, nodes: list[SyntaxTreeNode]) -> str:
        return self._cut(_range(nodes[0])[0], _range(nodes[-1])[1]).strip() if nodes else ""

    def _cut(self, start: int, end: int) -> str:
        return "".join(f"{line}\n" for line in self.lines[start:end])

    def _mistake(self, line: int, problem: str) -> None:
        mistake = Mistake(self.path, line, problem)
        if mistake not in self.mistakes:  # a label is looked at more than once
            self.mistakes.append(mistake)


def _range(node: SyntaxTreeNode) -> tuple[int, int]:
    """The lines of a block, from 0, the end not included."""
    return node.map or (0, 0)


def _line(node: SyntaxTreeNode) -> int:
    return _range(node)[0] + 1


def _plain(node: SyntaxTreeNode) -> str:
    words = (" " if n.type == "softbreak" else n.content for n in node.walk() if n.type in ("text", "code_inline", "softbreak"))
    return "".join(words).strip()


def _links(node: SyntaxTreeNode, line: int = 1) -> Iterator[Link]:
    line = _line(node) if node.type != "root" and node.map else line
    if node.type == "link":
        yield Link(_plain(node), str(node.attrs.get("href", "")), line)
    for child in node.children:
        yield from _links(child, line)


def _is_branch(item: SyntaxTreeNode) -> bool:
    """True for a list item that is nothing but a link to a step."""
    inline = item.children[0].children if len(item.children) == 1 and item.children[0].type == "paragraph" else []
    words = inline[0].children if inline else []
    return len(words) == 1 and words[0].type == "link" and str(words[0].attrs.get("href", "")).startswith("#")


def _branches(node: SyntaxTreeNode) -> tuple[Link, ...]:
    """The branches of a list that consists of nothing else."""
    if node.type != "bullet_list" or not all(_is_branch(item) for item in node.children):
        return ()
    return tuple(Link(link.text, link.to[1:], link.line) for link in _links(node))
