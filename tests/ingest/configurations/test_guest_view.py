"""Output of dmidecode, which is recognised so that the refusal says what to pass instead."""

from __future__ import annotations

import pytest

from ingest.configurations.read import Upload, read_uploads

DMIDECODE = "# dmidecode 3.3\nSMBIOS 2.3 present.\n\nHandle 0x0001, DMI type 1, 25 bytes\nSystem Information\n\tManufacturer: {}\n\tProduct Name: {}\n\tVersion: 7.0\n"


@pytest.mark.parametrize(
    ("maker", "product", "says", "remedy"),
    [
        ("Microsoft Corporation", "Virtual Machine", "guest on Hyper-V", "Get-VM "),
        ("Dell Inc.", "PowerEdge R660", "no Hyper-V guest", "Get-VMHost"),
    ],
)
def test_dmidecode_is_refused_with_what_to_pass_instead(maker: str, product: str, says: str, remedy: str):
    (out,) = read_uploads([Upload("dmi.txt", DMIDECODE.format(maker, product).encode())]).left_out
    assert says in out.problem
    assert remedy in out.remedy
