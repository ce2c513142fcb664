"""The linter: the library is sound, and every mistake is named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook_samples import DE, EN, write

from kb.load import BadKnowledge, Knowledge
from kb.rules.engine import rules
from runbooks import find, lint, walkthrough
from runbooks.parse import EXPECT, SECTIONS

KNOWN_ENTRIES, KNOWN_RULES = {"known-entry"}, {"ABC001", "ABC002"}


def test_the_library_has_no_mistakes(knowledge: Knowledge):
    assert lint.library(find.LIBRARY, set(knowledge.entries), set(rules(knowledge))) == []
    assert {"live-migration-fails", "set-up-csv", "copy-vhd-to-csv"} <= set(find.runbooks())


def test_a_sound_runbook_has_no_mistakes(tmp_path: Path):
    assert lint.library(write(tmp_path), KNOWN_ENTRIES, KNOWN_RULES) == []


# what is replaced, by what, a piece of the message, and the text on whose line the mistake is placed
BROKEN = {
    "no front matter": ("---\nid: sample", "id: sample", "no front matter", "id: sample"),
    "front matter without end": ("reviewed: 2026-11-23\n---", "reviewed: 2026-11-23", "no front matter", "---"),
    "YAML": ("risk: none", "risk: a: b", "not readable as YAML", "risk: a: b"),
    "missing field": ("risk: none\n", "", "required field `risk`", "---"),
    "unknown field": ("risk: none", "risk: none\ncolour: red", "unknown field `colour`", "---"),
    "bad id": ("id: sample", "id: Sample!", "matching regex", "id: Sample!"),
    "bad source": ("url: https://example.org/page", "url: example.org", "field 'sources'", "sources:"),
    "bad range": ("versions: 2008R2..2022", "versions: 2022..2012", "runs backwards", "versions: 2022..2012"),
    "file name": ("id: sample", "id: other", "to be named other.en.md", "---"),
    "title": ("\n# A disk is full", "\n# A disk is empty", "differs from the title", "# A disk is empty"),
    "unknown section": ("## Undo", "## Oops", "unknown section 'Oops'", "## Oops"),
    "missing section": ("## Undo\n", "", "## Undo", "---"),
    "step without id": ('<a id="clean"></a>\n\n', "", "has no id", "### Clean up"),
    "two steps of one id": ('<a id="format-check"></a>', '<a id="clean"></a>', "two steps have the id 'clean'", "### Check the format"),
    "text before the steps": ("## Steps\n", "## Steps\n\nHello.\n", "text before the first step", "Hello."),
    "dead branch": ("[Still full](#done-support)", "[Still full](#done-supprt)", "'done-supprt'", "[Still full](#done-supprt)"),
    "dead link in the text": ("[the other page](#look)", "[the other page](#loook)", "dead link", "See [the other"),
    "dead file": ("Sign in.", "Sign in as in [this](nowhere.en.md).", "there is no file 'nowhere.en.md'", "Sign in as"),
    "step without branches": ("- [It is NTFS](#done-solved)\n- [It is not](#done-support)\n", "", "leads nowhere", "### Check the format"),
    "end with branches": ("Somebody else.", "Somebody else.\n\n- [Back](#look)", "has branches", "- [Back](#look)"),
    "unknown kind of end": ("done-support", "done-later", "begins with done-solved or done-support", "### Call"),
    "two branches to one step": ("[Still full](#done-support)", "[Still full](#look)", "two branches of 'clean' lead to", "- [Look again]"),
    "two branches of one wording": ("[It is not]", "[It is NTFS]", "have the same words", "- [It is NTFS](#done-solved)"),
    "branch outside the last list": ("See what is there.", "- [Go](#clean)\n\nSee.", "not in the last list", "- [Go](#clean)"),
    "unreachable step": ("## Undo", '<a id="done-solved-b"></a>\n\n### Lost\n\nLost.\n\n## Undo', "no branch leads to", "### Lost"),
    "no end in reach": (
        "- [There is room now](#format-check)\n- [Look again](#look)\n- [Still full](#done-support)",
        "- [Round](#round)",
        "no end can be reached",
        "### Clean up",
    ),
    "comment that is none": ("<!-- only: 2012–2022 ->", "<!-- ony: 2012–2022 ->", "only comments like", "<!-- ony"),
    "comment in the text": ("See [the other page](#look), too.", "See.\n\n<!-- hidden -->", "HTML in the text", "<!-- hidden"),
    "comment leads astray": (
        "-> #format-check -->",
        "-> #done-support -->",
        "no branch of 'look'",
        "<!-- proves: ABC001, ABC002 -> #done-support -->",
    ),
    "rule not declared": ("rules: [ABC001, ABC002]", "rules: [ABC001]", "ABC002 is not among", "<!-- fails"),
    "versions of a comment": ("only: 2012–2022", "only: 2012–2011", "does not name versions", "<!-- only: 2012–2011"),
    "versions of a label": ("**2012–2022:** Ask", "**2012–2023:** Ask", "does not name versions", "- **2012–2023:**"),
    "version without advice": ("**2012–2022:** Ask", "**2012–2019:** Ask", "says nothing for 2022", "- **2008 R2:**"),
    "label missing": ("**2012–2022:** Ask", "Ask", "label every item or none", "- **2008 R2:**"),
    "nothing to expect": ("**Expect:** a number.\n", "", "does not say what to expect", "### Look at the disk"),
    "no shell": ("```cmd", "```", "commands without their shell", "  ```"),
    "unknown shell": ("```cmd", "```bash", "commands without their shell", "  ```bash"),
    "no warning": ("> **Warning:** This deletes files.\n\n", "", "Remove-Item deletes or interrupts", "```powershell\nRemove-Item"),
    "unknown entry": ("- known-entry", "- unknown-entry", "no entry has the id 'unknown-entry'", "---"),
    "unknown rule": ("rules: [ABC001, ABC002]", "rules: [ABC001, ABC002, ABC003]", "no rule has the id 'ABC003'", "---"),
}


@pytest.mark.parametrize(("old", "new", "message", "place"), BROKEN.values(), ids=BROKEN)
def test_every_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, message: str, place: str):
    assert old in EN
    text = EN.replace(old, new)
    if "#round" in new:
        text = text.replace(
            '<a id="format-check">', '<a id="round"></a>\n\n### Round\n\n**Expect:** x\n\n- [Round](#clean)\n\n<a id="format-check">'
        )
    mistakes = lint.library(write(tmp_path, en=text), KNOWN_ENTRIES, KNOWN_RULES)
    line = text[: text.index(place)].count("\n") + 1
    assert [m for m in mistakes if message in m.problem and m.line == line and m.file.name == "sample.en.md"], mistakes


DIFFERENT = {
    "a step less": ("](#done-support)", "](#done-solved)", "the branches differ"),
    "other versions": ("versions: 2008R2..2022", "versions: 2012..2022", "versions differs"),
    "another source": ("example.org/page", "example.org/seite", "the sources differ"),
    "another command": ("Get-Disk", "Get-PhysicalDisk", "step 'look': the commands differ"),
    "another comment": ("<!-- only: 2012–2022", "<!-- only: 2016–2022", "step 'format-check': the comments"),
    "a warning less": ("> **Warning:** This deletes files.\n\n", "", "step 'clean': the warnings differ"),
    "advice for another version": ("**2022:** There", "**2019:** There", "step 'look': the versions of the advice differ"),
    "a step of another name": ("format-check", "format-pruefen", "the steps differ from sample.en.md: format-check, format-pruefen"),
}


@pytest.mark.parametrize(("old", "new", "message"), DIFFERENT.values(), ids=DIFFERENT)
def test_languages_that_differ_are_a_mistake(tmp_path: Path, old: str, new: str, message: str):
    assert old in DE
    mistakes = lint.library(write(tmp_path, de=DE.replace(old, new)), KNOWN_ENTRIES, KNOWN_RULES)
    assert [m for m in mistakes if message in m.problem and m.file.name == "sample.de.md"], mistakes


def test_a_missing_language_is_a_mistake(tmp_path: Path):
    assert [m.problem for m in lint.library(write(tmp_path, de=None), KNOWN_ENTRIES, KNOWN_RULES)] == [
        "sample.de.md is missing; every runbook exists in both languages"
    ]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Get-VM | Stop-VM -TurnOff", "Stop-VM"),
        ("remove-vm VM1", "remove-vm"),
        ("Get-Disk; Initialize-Disk -Number 3", "Initialize-Disk"),
        ("Get-VM | ForEach-Object { Remove-VMSnapshot $_ }", "Remove-VMSnapshot"),
        ("del *.avhd", "del"),
        ("Move-ClusterVirtualMachineRole VM1 -MigrationType Quick", "-migrationtype quick"),
        ("cluster group VM1 /moveto:NODE2", "/moveto"),
        ("Get-VM | Format-Table Name", None),
        ("Move-ClusterVirtualMachineRole VM1 -Node NODE2", None),
        ("Get-ClusterResource -Name Remove-me", None),
    ],
)
def test_commands_that_delete_or_interrupt_are_recognised(code: str, found: str | None):
    assert lint.is_destructive(code) == found


def test_a_warning_for_other_versions_does_not_count(tmp_path: Path):
    text = EN.replace("  ```powershell\n  Get-Disk\n", "  ```powershell\n  Clear-Disk 3\n").replace(
        "Open the console.", "Open it.\n\n  > Careful."
    )
    assert any("Clear-Disk deletes" in m.problem for m in lint.library(write(tmp_path, en=text), KNOWN_ENTRIES, KNOWN_RULES))


def test_a_broken_runbook_is_never_loaded(tmp_path: Path):
    write(tmp_path, en=EN.replace("#done-solved", "#nowhere"))
    with pytest.raises(BadKnowledge, match=r"sample\.en\.md:\d+: dead link"):
        find.runbooks(tmp_path)


def test_an_unreadable_file_is_a_mistake(tmp_path: Path):
    (tmp_path / "latin.en.md").write_bytes(b"---\nid: \xe4\n---\n")
    assert [m.problem.split(":")[0] for m in lint.library(tmp_path, set(), set())] == ["not readable as UTF-8 text"]


def test_headings_differ_between_the_languages():
    assert all(text.en != text.de for text in [*SECTIONS.values(), EXPECT])


NOISE = ["", "- [x](#look)", "```", "> x", "- ", "**2012:**", "<a id=", "<!-- only: x -> #y -->", "---", "#", "### ", *EN.splitlines()]


@given(data=st.data())
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    """Lines lost, doubled, moved or garbled: mistakes, or a runbook that can be walked, but never another exception."""
    folder = tmp_path_factory.mktemp("garbled")
    lines = EN.splitlines()
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(lines) - 1))
        lines[place : place + data.draw(st.integers(0, 3))] = [data.draw(st.sampled_from(NOISE))]
    write(folder, en="\n".join(lines), de=None)
    mistakes = lint.library(folder, KNOWN_ENTRIES, KNOWN_RULES)
    try:
        loaded = find.runbooks(folder)
    except BadKnowledge as error:
        assert {str(m) for m in error.mistakes} <= {str(m) for m in mistakes}  # noqa: PT017
    else:
        assert all(walkthrough.current(walkthrough.start(runbook), runbook).title for runbook in loaded.values())
