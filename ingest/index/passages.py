"""Passages: the pieces of text that are indexed, and how entries and runbooks become passages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from kb.entry import LANGUAGES, Entry
from kb.load import Knowledge

Kind = Literal["entry", "runbook", "document"]


class Passage(Struct, frozen=True, kw_only=True):
    """A piece of text that can be found. `ref` is what it belongs to (an entry id, a runbook id, a document's path).

    `versions` are the releases it speaks of; empty means that it names none. `part` tells pieces of one thing
    apart: a question, the statement, a section's heading.
    """

    kind: Kind
    ref: str
    lang: str
    part: str
    text: str
    title: str = ""
    versions: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Stable for the same content, so that only what changed is embedded again."""
        content = "\x1f".join((self.kind, self.ref, self.lang, self.part, self.title, self.text, ",".join(self.versions)))
        return hashlib.blake2b(content.encode(), digest_size=12).hexdigest()


def of_entry(entry: Entry) -> Iterator[Passage]:
    """The passages of an entry: in each language every question, and the statement with its reason."""
    covered = tuple(entry.covered)
    for lang in LANGUAGES:
        title = entry.title.in_(lang)
        common = {"kind": "entry", "ref": entry.id, "lang": lang, "title": title, "versions": covered}
        yield Passage(part="statement", text=f"{title}. {entry.statement.in_(lang)}", **common)
        for number, question in enumerate(entry.questions.in_(lang)):
            yield Passage(part=f"question {number}", text=question, **common)


def of_knowledge(knowledge: Knowledge) -> list[Passage]:
    """The passages of all entries that are not replaced by others."""
    return [passage for entry in knowledge if not entry.replaced_by for passage in of_entry(entry)]


_PER = re.compile(
    r"\b(?:per|pro|je|each|for\s+(?:a|one)|in\s+(?:a|one|the\s+whole|einem|ganzen)|of\s+(?:a|one)|im|eine[rsm]?)[\s-]+(?:single\s+|one\s+|ganzen\s+|einzelne[nr]?\s+|hyper-?v[\s-]+|failover[\s-]?|clustered\s+|virtual\s+|virtuelle[rn]?\s+|scsi[\s-]|csv[\s-])*"
    r"(vms?|machine|maschine|guest|gast|host|hyper-v-host|node|knoten|cluster|failovercluster|controller|volume|csv|server|switch|team)\b",
    re.I,
)
_SAME = {
    "machine": "vm",
    "maschine": "vm",
    "vms": "vm",
    "guest": "vm",
    "gast": "vm",
    "hyper-v-host": "host",
    "knoten": "node",
    "failovercluster": "cluster",
    "csv": "volume",
}


def counted_per(text: str) -> str | None:
    """What a number is counted for: `vm` in "how much RAM per VM", `host` in "Memory of a Hyper-V host"; None when not said."""
    found = _PER.search(text)
    return _SAME.get(found[1].lower(), found[1].lower()) if found else None


_QUANTIFIER = re.compile(
    r"(?:\bhow\s+(?:many|much)|\bnumber\s+of|\bamount\s+of|\bmax(?:imum|imal\w*|\.)?(?:\s+(?:number|amount|count)\s+of|\s+anzahl(?:\s+(?:an|von|der))?)?|\bmin(?:imum|destens|\.)?"
    r"|\bwie\s?viele?|\banzahl(?:\s+(?:an|von|der))?|\bmaximal\w*|\bhöchstens|\blimit\s+(?:of|for|on)|(?<![\w.])\d[\d.,]*(?:\s?[TGM]B)?)\s+",
    re.I,
)
_END_OF_COUNTED = re.compile(
    r"[?.,;:()]|\b(?:per|pro|je|each|in|on|at|im|am|auf|bei|unter|an|for|für|of|von|der|with|mit|is|are|can|could|may|do|does|should|kann|können|darf|dürfen|ist|sind|gibt|hat|haben|"
    r"will|i|we|ich|wir|a|an|one|eine[rsmn]?|max|fit|supported|unterstützt|possible|möglich|geht|gehen|und|and|or|oder|there|simultaneously|gleichzeitig)\b",
    re.I,
)


def counted(text: str) -> str | None:
    """What a question counts: `vCPUs` in "how many vCPUs per VM", `nodes` in "can I have 20 nodes on it"; None when nothing."""
    for match in _QUANTIFIER.finditer(text):
        rest = text[match.end() : match.end() + 60]
        end = _END_OF_COUNTED.search(rest)
        phrase = rest[: end.start() if end else None].strip()
        if phrase:
            return phrase
    return None


_HOW_TO = re.compile(
    r"\bhow\s+(?:do|can|could|should|would)\s+(?:i|we|you|one)\b|\bhow\s+to\b|\bwie\s+(?:kann|bekomme|mache|richte|stelle|schalte|aktiviere|lege|setze|verschiebe|erstelle|ändere|finde|sehe|prüfe|"
    r"lösche|entferne|mache)\b|\b(?:powershell|cmdlets?|commandlet|befehl|command|kommando|skript|script)\b|\b(?:in|per|via|mit)\s+PS\b|^\s*(?:create|enable|disable|set|move|add|remove|change|convert|"
    r"configure|delete|force|throw|empty|drain)\b|\b(?:anlegen|einrichten|einschalten|umstellen|anstossen|anstoßen|erzwingen|konfigurieren)\b",
    re.I,
)


def asks_how(text: str) -> bool:
    """True for a question that wants to be told what to do or to type."""
    return bool(_HOW_TO.search(text))


def head(title: str) -> str:
    """The noun a title is about: `Nodes` in "Nodes per failover cluster"."""
    return re.split(r"\b(?:per|of|in|for|on|by|with|pro|je|von|der|für|im|eines|einer)\b|\(", title, maxsplit=1, flags=re.I)[0].strip()


def full_text(entry: Entry, lang: str) -> str:
    """Everything an entry says in one language, for lexical search."""
    says = [row.say.in_(lang) for row in entry.values if row.say]
    parts: Iterable[str] = (
        entry.title.in_(lang),
        entry.title.in_(lang),
        entry.id.replace("-", " "),
        "maximum" if entry.kind == "limit" else "",
        *entry.questions.in_(lang),
        entry.statement.in_(lang),
        *says,
        entry.why.in_(lang),
        *(advice.in_(lang) for advice in entry.fix),
        *entry.keywords,
        *entry.keywords,
    )
    return "\n".join(parts)
