"""Which operating system a guest runs, from what data exchange tells or from its name in words.

Names and builds of the releases: Microsoft's *Operating System Version* table (learn.microsoft.com/windows/win32/sysinfo)
and the entry `os-build-number`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kb.inventory import Vm


@dataclass(frozen=True, slots=True)
class System:
    """A Windows release as a guest; releases with the same `kernel` are told apart by `server` and `build`."""

    id: str
    name: str
    kernel: str
    server: bool
    build: int = 0


SYSTEMS: tuple[System, ...] = (
    System("w2000", "Windows 2000", "5.0", True),
    System("xp", "Windows XP", "5.1", False),
    System("ws2003", "Windows Server 2003", "5.2", True),
    System("vista", "Windows Vista", "6.0", False),
    System("ws2008", "Windows Server 2008", "6.0", True),
    System("win7", "Windows 7", "6.1", False),
    System("ws2008r2", "Windows Server 2008 R2", "6.1", True),
    System("win8", "Windows 8", "6.2", False),
    System("ws2012", "Windows Server 2012", "6.2", True),
    System("win81", "Windows 8.1", "6.3", False),
    System("ws2012r2", "Windows Server 2012 R2", "6.3", True),
    System("win10", "Windows 10", "10.0", False),
    System("win11", "Windows 11", "10.0", False, 22000),
    System("ws2016", "Windows Server 2016", "10.0", True, 14393),
    System("ws2019", "Windows Server 2019", "10.0", True, 17763),
    System("ws2022", "Windows Server 2022", "10.0", True, 20348),
    System("ws2025", "Windows Server 2025", "10.0", True, 26100),
)
BY_ID: dict[str, System] = {system.id: system for system in SYSTEMS}

_SERVER = re.compile(r"(?:windows(?: server)?|hyper-v server) (20\d\d)( ?r2)?\b")
_CLIENT = re.compile(r"windows (xp|vista|7|8\.1|8|10|11)\b")
_LINUX = re.compile(
    r"linux|ubuntu|debian|centos|red hat|\brhel\b|fedora|suse|\bsles\b|alma|rocky|gentoo|alpine|photon|mariner|flatcar|mint\b"
)
_BSD = re.compile(r"(?:free|open|net|dragonfly)\s?bsd|pfsense|opnsense")
_64_BIT = re.compile(r"\bx64\b|\b64[- ]?bit|x86[_-]64|amd64")
_32_BIT = re.compile(r"\bx86\b|\b32[- ]?bit|\bi[36]86\b")


@lru_cache(1024)
def in_words(text: str) -> System | None:
    """The Windows release a text names (`Microsoft Windows Server 2008 R2 Standard`); None when it names none that is known."""
    plain = " ".join(re.sub(r"[®™]|\((?:r|tm)\)", "", text.lower()).split())
    if match := _SERVER.search(plain):
        year, second = match[1], match[2]
        found = {"2000": "w2000", "2003": "ws2003"}.get(year) or f"ws{year}{'r2' if second else ''}"
        return BY_ID.get(found)
    if match := _CLIENT.search(plain):
        name = match[1].replace(".", "")
        return BY_ID[name if name in BY_ID else f"win{name}"]
    return None


@lru_cache(1024)
def _family_in_words(text: str) -> str | None:
    plain = text.lower()
    if _LINUX.search(plain):
        return "linux"
    if _BSD.search(plain):
        return "bsd"
    return "windows" if "windows" in plain or in_words(text) else None


def family(vm: Vm) -> str | None:
    """`windows`, `linux`, `bsd` or `other`; None when nothing tells."""
    guest = vm.guest
    if guest and guest.family:
        return guest.family
    if found := _family_in_words(vm.guest_os) if vm.guest_os else None:
        return found
    return "windows" if guest and (guest.kind or guest.version) else None


def system(vm: Vm) -> System | None:
    """The Windows release a guest runs; None when nothing tells or it is none of `SYSTEMS`."""
    if family(vm) not in ("windows", None):
        return None
    if found := in_words(vm.guest_os) if vm.guest_os else None:
        return found
    guest = vm.guest
    if guest is None or guest.version is None:
        return None
    if guest.version in ("5.0", "5.1"):  # one release each
        return BY_ID["w2000" if guest.version == "5.0" else "xp"]
    if guest.kind is None:
        return None
    server = guest.kind != "workstation"
    if guest.version == "5.2" and not server:  # the 64-bit edition has the kernel of the server
        return BY_ID["xp"]
    named = [system for system in SYSTEMS if system.kernel == guest.version and system.server == server]
    if guest.version != "10.0":
        return named[0] if named else None
    if guest.build is None:
        return None
    if server:
        return next((system for system in named if system.build == guest.build), None)
    return named[-1] if guest.build >= named[-1].build else named[0]


def architecture(vm: Vm) -> str | None:
    """`x86`, `x64` or `arm64`, by the word of the guest or by its name; None when neither tells."""
    if vm.guest and vm.guest.architecture:
        return vm.guest.architecture
    plain = (vm.guest_os or "").lower()
    return "x64" if _64_BIT.search(plain) else "x86" if _32_BIT.search(plain) else None


def is_domain_controller(vm: Vm) -> bool | None:
    """True for a guest that is a domain controller, by its product type or by what people say; None when nothing tells."""
    guest = vm.guest
    roles = guest.roles if guest else None
    if guest and (guest.kind == "domain-controller" or "domain-controller" in (roles or [])):
        return True
    if roles is not None or (guest and guest.kind is not None):
        return False
    if family(vm) in ("linux", "bsd", "other"):
        return False
    release = system(vm)
    return False if release and not release.server else None
