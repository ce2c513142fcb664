"""Writes docs/notes-of-2011.md: what the administrator's notes said, and what is true for which version.

Run: python -m docs.notes
"""

from __future__ import annotations

from pathlib import Path

import yaml

from kb.load import Knowledge, compile_entries

HERE = Path(__file__).parent
_VERDICTS = {
    "correct": "correct",
    "version_only": "for some versions only",
    "imprecise": "imprecise",
    "wrong": "wrong",
    "not_verified": "not verified",
}


def page(knowledge: Knowledge, notes: dict[int, str]) -> str:
    """The page: a row for each of the 72 statements with the verdict, what is true, and the entries that say it."""
    lines = [
        "# The notes of 2011",
        "",
        "Lotse began with one administrator's notes on Hyper-V from 2011. Each of their 72 statements was compared with documentation; the",
        "entries named here say what holds for which version. This page is written by `python -m docs.notes`.",
        "",
        "| no. | the notes say | verdict | what is true | entries |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, says in notes.items():
        covering = [(e, s) for e in knowledge for s in e.seed if s.statement == number]
        verdict = _VERDICTS[covering[0][1].verdict]
        true = " ".join(dict.fromkeys(s.note.en for _, s in covering if s.note)) or covering[0][0].statement.en
        entries = ", ".join(f"[{e.id}](../kb/entries/{e.subject}/{e.id}.yaml)" for e, _ in covering)
        lines.append(f"| {number} | {says} | {verdict} | {true.replace('|', '/')} | {entries} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    said = yaml.safe_load((HERE.parent / "tests" / "kb" / "notes_of_2011.yaml").read_text(encoding="utf-8"))
    (HERE / "notes-of-2011.md").write_text(page(compile_entries(), said), encoding="utf-8")
