"""A small knowledge base and documents of one's own, and backends that can be watched."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ingest.index.passages import Passage
from kb.entry import Entry, Questions, Row, Source, Text
from kb.load import Knowledge

DIMENSIONS = 3


def entry(id: str, versions: str, en: tuple[str, str], de: tuple[str, str], questions: tuple[list[str], list[str]]) -> Entry:
    """An entry that speaks of `versions`; `en` and `de` are title and statement."""
    return Entry(
        id=id, subject="cluster", kind="behaviour", severity="info", title=Text(en[0], de[0]), statement=Text(en[1], de[1]), why=Text("", ""),
        questions=Questions(*questions), sources=[Source("t", "https://example.org", "s")], reviewed="2026-01-01", confidence="high",
        values=[Row(versions=versions, value=True)],
    )  # fmt: skip


KNOWLEDGE = Knowledge(
    {
        e.id: e
        for e in (
            entry(
                "checkpoint-merge", "2008..2025",
                ("Merging checkpoints", "A deleted checkpoint is merged into its parent disk."),
                ("Prüfpunkte zusammenführen", "Ein gelöschter Prüfpunkt wird mit seiner übergeordneten Festplatte zusammengeführt."),
                (["What happens when a checkpoint is deleted?"], ["Was geschieht beim Löschen eines Prüfpunkts?"]),
            ),
            entry(
                "replica-port", "2012..2025",
                ("Ports of Hyper-V Replica", "Replication listens on port 80 or 443."),
                ("Ports von Hyper-V-Replikat", "Die Replikation lauscht auf Port 80 oder 443."),
                (["Which firewall port does replication use?"], ["Welchen Port der Firewall braucht die Replikation?"]),
            ),
            entry(
                "set-teaming", "2016..2025",
                ("Switch Embedded Teaming", "A virtual switch can team adapters by itself."),
                ("Switch Embedded Teaming", "Ein virtueller Switch kann Adapter selbst zu einem Team verbinden."),
                (["Can the virtual switch team adapters?"], ["Kann der virtuelle Switch Adapter zusammenfassen?"]),
            ),
        )
    }
)  # fmt: skip


def document(text: str, *versions: str, ref: str = "/notes.md", part: str = "0 line 1", lang: str = "en") -> Passage:
    """One section of the user's own notes."""
    return Passage(kind="document", ref=ref, lang=lang, part=part, title="notes.md: Notes", text=text, versions=versions)


def runbook(text: str, *versions: str, ref: str = "csv-redirected") -> Passage:
    """One step of a runbook."""
    return Passage(kind="runbook", ref=ref, lang="en", part="step", title="Runbook", text=text, versions=versions)


def vectors(count: int) -> np.ndarray:
    """`count` unit vectors that are all different, float32 [count, DIMENSIONS]."""
    angles = np.linspace(0.1, 1.4, count)
    return np.stack([np.cos(angles), np.sin(angles), np.zeros(count)], axis=1).astype(np.float32)


class Watched:
    """A real backend, and what it was asked to embed."""

    def __init__(self, backend) -> None:
        self.name = backend.name
        self.embedded: list[str] = []
        self._backend = backend

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._backend.queries(texts)

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += texts
        return self._backend.passages(texts)
