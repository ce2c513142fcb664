"""The knowledge itself: complete, bilingual, sourced, and answering every statement of the notes of 2011."""

from pathlib import Path

import pytest
import yaml

from kb import limits
from kb.entry import schema
from kb.lint import lint
from kb.load import BadKnowledge, compile_entries, load, read_entry

NOTES = yaml.safe_load(Path(__file__).with_name("notes_of_2011.yaml").read_text(encoding="utf-8"))
GOOD = """\
id: example
subject: vm
kind: limit
severity: error
title: {en: Disks, de: Datenträger}
statement: {en: One., de: Einer.}
why: {en: So., de: So.}
fix:
- {en: Fewer., de: Weniger.}
questions:
  en: [one, two, three]
  de: [eins, zwei, drei]
sources:
- {title: T, url: "https://example.org/", says: one}
reviewed: '2026-01-31'
confidence: high
values:
- {versions: 2012..2016, value: 1}
unit: disks
"""


def test_there_are_enough_entries_and_no_mistakes(knowledge) -> None:
    mistakes, count = lint()
    assert mistakes == []
    assert count == len(knowledge) >= 150


def test_every_entry_has_both_languages_and_enough_questions(knowledge) -> None:
    for entry in knowledge:
        assert entry.title.en != "" != entry.title.de
        assert len(entry.questions.en) >= 3 <= len(entry.questions.de), entry.id


@pytest.mark.parametrize("number", range(1, 73))
def test_every_statement_of_the_notes_is_answered(knowledge, number: int) -> None:
    covering = [(e, s) for e in knowledge for s in e.seed if s.statement == number]
    assert covering, f"no entry answers note {number}: {NOTES[number]}"
    for _, statement in covering:
        assert statement.verdict == "correct" or statement.note, "what the notes got wrong is said"


def test_the_page_on_the_notes_is_up_to_date(knowledge) -> None:
    from docs.notes import page  # the generator of docs/notes-of-2011.md

    written = Path(__file__).parents[2] / "docs" / "notes-of-2011.md"
    assert written.read_text(encoding="utf-8") == page(knowledge, NOTES), "run: python -m docs.notes"


def test_the_schema_in_the_repository_is_that_of_the_types() -> None:
    import json

    written = Path(__file__).parents[2] / "kb" / "entry.schema.json"
    assert json.loads(written.read_text(encoding="utf-8")) == schema(), "run: python -m docs.schema"


def write(folder: Path, text: str, name: str = "example.yaml") -> Path:
    path = folder / "vm" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_entry_is_read(tmp_path: Path) -> None:
    entry, mistakes = read_entry(write(tmp_path, GOOD))
    assert mistakes == []
    assert entry is not None
    assert limits.limit(entry, "2012").value == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("kind: limit", "kind: limits", 3, "limits"),
        ("severity: error", "severity: fatal", 4, "fatal"),
        ("  de: [eins, zwei, drei]", "  de: [eins]", 12, "too short"),
        ("reviewed: '2026-01-31'", "reviewed: yesterday", 15, "yesterday"),
        ("unit: disks", "unit: disks\ncolour: red", 19, "colour"),
        ('url: "https://example.org/"', "url: ftp://example.org/", 14, "ftp"),
        ("id: example", "id: other", 1, "file name"),
        ("subject: vm", "subject: network", 2, "network"),
        ("title: {en: Disks, de: Datenträger}", "title: {en: Disks}", 5, "de"),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    _, mistakes = read_entry(path)
    assert [m.file for m in mistakes] == [path] * len(mistakes)
    assert any(problem in m.problem for m in mistakes), mistakes
    if "colour" not in new:
        assert line in [m.line for m in mistakes], mistakes


def test_every_mistake_of_a_file_is_reported_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("kind: limit", "kind: x").replace("severity: error", "severity: y").replace("confidence: high", "confidence: z")
    assert len(read_entry(write(tmp_path, text))[1]) == 3


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "\tid: x", "a: 1\nb: {"])
def test_what_is_no_entry_is_a_mistake_and_no_crash(tmp_path: Path, text: str) -> None:
    entry, mistakes = read_entry(write(tmp_path, text))
    assert entry is None
    assert mistakes


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("unit: disks", "unit: discs", "unknown unit"),
        ("- {versions: 2012..2016, value: 1}", "- {versions: 2012..2016, value: many}", "`say` is needed"),
        ("- {versions: 2012..2016, value: 1}", "- {versions: 2012..2016, value: 1}\n- {versions: 2016, value: 2}", "second time"),
        ("fix:\n- {en: Fewer., de: Weniger.}\n", "", "needs a `fix`"),
        ("  en: [one, two, three]", "  en: [one, two, One]", "same question"),
    ],
)
def test_the_linter_finds_what_the_format_cannot(tmp_path: Path, old: str, new: str, problem: str) -> None:
    write(tmp_path, GOOD.replace(old, new))
    mistakes, _ = lint(tmp_path)
    assert any(problem in m.problem for m in mistakes), mistakes


def test_the_pack_gives_what_the_files_say_and_follows_their_changes(tmp_path: Path) -> None:
    folder, cache = tmp_path / "entries", tmp_path / "cache"
    path = write(folder, GOOD)
    assert load(cache, folder).entries == compile_entries(folder).entries
    assert load(cache, folder)["example"].values[0].value == 1
    path.write_text(GOOD.replace("value: 1}", "value: 22}"), encoding="utf-8")
    assert load(cache, folder)["example"].values[0].value == 22
    for pack in cache.iterdir():
        pack.write_bytes(b"broken")
    assert load(cache, folder)["example"].values[0].value == 22


def test_bad_files_stop_loading_with_all_their_mistakes(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("kind: limit", "kind: x"))
    write(tmp_path, GOOD.replace("id: example", "id: other").replace("severity: error", "severity: x"), "other.yaml")
    with pytest.raises(BadKnowledge) as caught:
        compile_entries(tmp_path)
    assert len(caught.value.mistakes) == 2


def test_a_replaced_entry_is_found_under_its_old_id(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("unit: disks", "unit: disks\nreplaced_by: [newer]"))
    write(tmp_path, GOOD.replace("id: example", "id: newer"), "newer.yaml")
    assert compile_entries(tmp_path)["example"].id == "newer"


@pytest.mark.parametrize(
    ("en", "de", "agree"),
    [
        ("at most 2,048 processors", "höchstens 2.048 Prozessoren", True),
        ("0.5 TB", "0,5 TB", True),
        ("since 2012", "seit 2012er Hosts", True),
        ("on 2024-11-01", "am 01.11.2024", True),
        ("generation 2", "Generation-2-VM", True),
        ("64 nodes", "46 Knoten", False),
        ("64 nodes", "viele Knoten", False),
    ],
)
def test_numbers_are_the_same_in_both_languages(en: str, de: str, agree: bool) -> None:
    from kb.lint import _numbers

    assert (_numbers(en) == _numbers(de)) is agree
