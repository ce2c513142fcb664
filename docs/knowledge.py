"""Writes docs/knowledge.md (what the knowledge base covers, by subject, kind, version and source) and docs/glossary.md.

Run: python -m docs.knowledge
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from kb import versions
from kb.entry import LANGUAGES, Entry
from kb.glossary import terms
from kb.load import Knowledge, compile_entries

HERE = Path(__file__).parent
_MICROSOFT = ("microsoft.com", "windows.com", "technet.com", "msdn.com", "azure.com")


def publisher(url: str) -> str:
    """Who publishes a page: Microsoft, a repository of Microsoft's or of others, or the site's name."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if any(host == name or host.endswith(f".{name}") for name in _MICROSOFT):
        return "Microsoft"
    if host in ("github.com", "raw.githubusercontent.com"):
        return "Microsoft" if urlsplit(url).path.lower().startswith(("/microsoft", "/azure", "/dotnet")) else "GitHub, others"
    return host


def official(entry: Entry) -> bool:
    """True for an entry with a source of Microsoft's."""
    return any(publisher(source.url) == "Microsoft" for source in entry.sources)


def page(knowledge: Knowledge) -> str:
    """The whole page."""
    entries = list(knowledge)
    questions = {lang: sum(len(entry.questions.in_(lang)) for entry in entries) for lang in LANGUAGES}
    share = sum(map(official, entries)) / len(entries)
    lines = [
        "# What Lotse knows",
        "",
        f"{len(entries)} entries, each in English and German, with {questions['en']:,} English and {questions['de']:,} German questions that they answer.",
        f"{share:.0%} have a source of Microsoft's. What could not be verified or is missing: [knowledge-gaps.md](knowledge-gaps.md).",
        "This page is written by `python -m docs.knowledge`.",
        "",
    ]
    lines += _table("subject", Counter(entry.subject for entry in entries))
    lines += _table("kind", Counter(entry.kind for entry in entries))
    lines += _table("confidence", Counter(entry.confidence for entry in entries))
    covered = Counter(version for entry in entries for version in entry.covered)
    lines += ["| version | entries that speak of it |", "| --- | --- |"]
    lines += [f"| {versions.name(id)} | {covered[id]} |" for id in versions.IDS]
    lines.append("")
    sources = Counter(publisher(source.url) for entry in entries for source in entry.sources)
    lines += _table("source", Counter(dict(sources.most_common(12))))
    others = sum(sources.values()) - sum(count for _, count in sources.most_common(12))
    lines += [f"And {others} sources of {max(len(sources) - 12, 0)} other publishers."]
    return "\n".join(lines) + "\n"


def _table(name: str, counts: Counter[str]) -> list[str]:
    return [f"| {name} | number |", "| --- | --- |", *(f"| {key} | {count} |" for key, count in counts.most_common()), ""]


def glossary() -> str:
    """The page of concepts with the words that name them."""
    lines = [
        "# Glossary",
        "",
        "Concepts of the field and the words and abbreviations that people use for them in English and German. Search takes the words of a",
        "line for one (`kb/glossary.yaml`). This page is written by `python -m docs.knowledge`.",
        "",
        "| concept | words |",
        "| --- | --- |",
    ]
    lines += [f"| {concept.replace('-', ' ')} | {', '.join(words)} |" for concept, words in sorted(terms().items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (HERE / "glossary.md").write_text(glossary(), encoding="utf-8")
    (HERE / "knowledge.md").write_text(page(compile_entries()), encoding="utf-8")
