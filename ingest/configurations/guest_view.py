"""What dmidecode prints of the machine it runs in: a guest seen from inside, which tells nothing that Lotse judges.

It is recognised so that the refusal says what to pass instead.
"""

from __future__ import annotations

import re

from ingest.configurations.parts import BadFile, Part

NAME = "dmidecode"

_START = re.compile(r"\A\s*# dmidecode \d|^Handle 0x[0-9A-Fa-f]{2,8}, DMI type \d", re.M)
_HYPERV = re.compile(r"^[ \t]*Manufacturer: Microsoft Corporation[ \t]*\r?\n[ \t]*Product Name: Virtual Machine[ \t]*\r?$", re.M)


def recognises(text: str) -> bool:
    """True for the output of dmidecode."""
    return _START.search(text) is not None


def read(text: str, file: str) -> Part:
    """Always raises BadFile."""
    if _HYPERV.search(text):
        what = "dmidecode of a guest on Hyper-V: how a VM looks from inside, not how it is configured"
        raise BadFile(file, "", what, "export the VM on its host with `Get-VM | ConvertTo-Json -Depth 4`")
    what = "dmidecode of a machine that is no Hyper-V guest"
    raise BadFile(file, "", what, "pass `systeminfo` of the Hyper-V host, or `Get-VMHost | ConvertTo-Json -Depth 4`")
