"""Text that is neither XML, JSON nor YAML: which notation it is written in, and the reader for it.

A notation is a module of its own that knows its texts (`recognises`) and turns them into a part of the inventory
(`read`, which raises BadFile). They are asked in the order of `NOTATIONS`, those that are hard to mistake first.
"""

from __future__ import annotations

from typing import Protocol

from ingest.configurations import ansible, checkmk, console, delimited, dsc, guest_view, mof, prometheus, terraform, validation, wmi_list
from ingest.configurations.parts import BadFile, Part

_MOST_LINES = 2_000_000


class Notation(Protocol):
    """What a module of a notation offers."""

    @property
    def NAME(self) -> str:
        """What messages call the notation."""
        ...

    def recognises(self, text: str) -> bool:
        """True when the text is written this way."""
        ...

    def read(self, text: str, file: str) -> Part:
        """The part of the inventory that the text tells; raises BadFile."""
        ...


NOTATIONS: tuple[Notation, ...] = (checkmk, prometheus, dsc, terraform, guest_view, mof, wmi_list, validation, ansible, delimited, console)


def read(text: str, file: str) -> Part:
    """The part of the inventory in a text; raises BadFile, which names the notations that were tried."""
    if text.count("\n") > _MOST_LINES:
        raise BadFile(file, "", f"a text of more than {_MOST_LINES} lines", "split the export, for example one file per host")
    for notation in NOTATIONS:
        if notation.recognises(text):
            return notation.read(text, file)
    tried = ", ".join(("VM configuration XML", "JSON of the cmdlets", "Lotse inventory in YAML or JSON", *(n.NAME for n in NOTATIONS)))
    remedy = "export with `Get-VM | ConvertTo-Json -Depth 4 | Set-Content vms.json -Encoding UTF8`"
    raise BadFile(file, "", f"unknown format (tried {tried})", remedy)
