"""Which operating system a guest runs: by its name in words, or by what data exchange tells."""

from __future__ import annotations

import pytest

from kb import guests
from kb.inventory import Guest, Vm


@pytest.mark.parametrize(
    ("text", "family", "system"),
    [
        ("Windows Server 2012 R2 Standard", "windows", "ws2012r2"),
        ("Windows Server 2012 Datacenter", "windows", "ws2012"),
        ("Microsoft® Windows Server® 2008 Standard", "windows", "ws2008"),
        ("64-bit edition of Windows Server 2008 R2 Enterprise", "windows", "ws2008r2"),
        ("Microsoft Windows Server 2003 R2 Standard x64 Edition", "windows", "ws2003"),
        ("Hyper-V Server 2019", "windows", "ws2019"),
        ("Windows Vista (TM) Business", "windows", "vista"),
        ("Windows(R) XP Professional", "windows", "xp"),
        ("Windows 8.1 Pro", "windows", "win81"),
        ("Windows 8 Pro", "windows", "win8"),
        ("Windows 10 Enterprise LTSC", "windows", "win10"),
        ("Windows 2000 Server", "windows", "w2000"),
        ("Windows Server 2040 Standard", "windows", None),
        ("Red Hat Enterprise Linux release 8.9 (Ootpa)", "linux", None),
        ("SUSE SLES 15", "linux", None),
        ("FreeBSD 13.2", "bsd", None),
        ("Haiku", None, None),
    ],
)
def test_a_name_tells_the_system(text: str, family: str | None, system: str | None) -> None:
    vm = Vm(guest_os=text)
    assert guests.family(vm) == family
    assert (found.id if (found := guests.system(vm)) else None) == system


@pytest.mark.parametrize(
    ("guest", "system"),
    [
        (Guest(version="5.1"), "xp"),
        (Guest(version="5.2", kind="workstation"), "xp"),
        (Guest(version="5.2", kind="server"), "ws2003"),
        (Guest(version="6.1", kind="domain-controller"), "ws2008r2"),
        (Guest(version="6.1"), None),
        (Guest(version="10.0", kind="server", build=17763), "ws2019"),
        (Guest(version="10.0", kind="server", build=18363), None),
        (Guest(version="10.0", kind="server"), None),
        (Guest(version="10.0", kind="workstation", build=19045), "win10"),
        (Guest(version="10.0", kind="workstation", build=26100), "win11"),
        (Guest(version="10.0", kind="workstation", build=10240, family="linux"), None),
        (Guest(kind="server"), None),
    ],
)
def test_data_exchange_tells_the_system(guest: Guest, system: str | None) -> None:
    assert (found.id if (found := guests.system(Vm(guest=guest))) else None) == system


@pytest.mark.parametrize(
    ("vm", "expected"),
    [
        (Vm(guest=Guest(kind="domain-controller")), True),
        (Vm(guest=Guest(kind="server", roles=["domain-controller"])), True),
        (Vm(guest=Guest(kind="server")), False),
        (Vm(guest=Guest(roles=["sql"])), False),
        (Vm(guest_os="Windows 10 Pro"), False),
        (Vm(guest_os="Debian"), False),
        (Vm(guest_os="Windows Server 2019 Standard"), None),
        (Vm(), None),
    ],
)
def test_a_domain_controller_is_known_or_not(vm: Vm, expected: bool | None) -> None:
    assert guests.is_domain_controller(vm) is expected
