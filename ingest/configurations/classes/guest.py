"""Classes that tell of guests: data exchange (KVP), security of the VM, and what its domain controllers and keys need.

Items and their numbers: Msvm_KvpExchangeComponent and Msvm_KvpExchangeDataItem of the Hyper-V WMI provider
(learn.microsoft.com/windows/win32/hyperv_v2); Linux guests write the same names with values of their own.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import Enum, count, dotted, flag, scalar, text, texts
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row
from kb import guests
from kb import inventory as inv
from kb.inventory import Guest

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader

_PRODUCT = Enum(
    "product type",
    {1: "Workstation", 2: "DomainController", 3: "Server"},
    {"Workstation": "workstation", "DomainController": "domain-controller", "Server": "server"},
)
_ARCHITECTURES = {"0": "x86", "9": "x64", "12": "arm64", "x86_64": "x64", "amd64": "x64", "i686": "x86", "i386": "x86", "aarch64": "arm64"}


def _architecture(value: Any) -> str | None:
    """The number of Windows (PROCESSOR_ARCHITECTURE_…) or the name that Linux writes; others say nothing."""
    return _ARCHITECTURES.get(str(scalar(value)).strip().lower())


_PROPERTIES = (
    is_("name", text, "FullyQualifiedDomainName"),
    is_("architecture", _architecture, "ProcessorArchitecture"),
)


def _guest(row: Row, guest: Guest, context: Context, reader: Reader) -> bool:
    """Fill a guest from its items; the name of the system and the version of the services belong to the VM."""
    vm = reader.owner(GUEST, row, context)
    row.fill(vm, "guest_os", text, "OSName")
    row.fill(vm, "integration_version", dotted, "IntegrationServicesVersion")
    named = row.value(text, "OSName")
    family = guests.family(inv.Vm(guest_os=named)) or ("windows" if row.value(_PRODUCT, "ProductType") else None)
    put(guest, "family", family, row.location)
    if family == "windows":  # Linux writes its own numbers there
        row.fill(guest, "kind", _PRODUCT, "ProductType")
        row.fill(guest, "service_pack", count, "ServicePackMajor")
        version, place = row.read(text, "OSVersion")
        if place and (numbers := re.match(r"(\d+\.\d+)(?:\.(\d{1,9}))?", version)):
            put(guest, "version", numbers[1], place)
            put(guest, "build", int(numbers[2]) if numbers[2] else None, place)
        row.fill(guest, "build", count, "OSBuildNumber")
    return any(getattr(guest, name) is not None for name in guest.__struct_fields__ if name != "at")


_ITEM = re.compile(r'<PROPERTY NAME="(Name|Data)"[^>]*>\s*<VALUE>([^<]*)</VALUE>', re.I)


def _exchange(row: Row, guest: Guest, context: Context, reader: Reader) -> bool:
    """The items of data exchange, each an instance in CIM-XML with a name and its data; a VM that is off has none."""
    vm = reader.owner(EXCHANGE, row, context)
    found: dict[str, str] = {}
    for item in row.value(texts, "GuestIntrinsicExchangeItems") or []:
        named = {name.lower(): html.unescape(value) for name, value in _ITEM.findall(item)}
        if "name" in named and "data" in named:
            found[named["name"]] = named["data"]
    items = Row(found, f"{row.path}.GuestIntrinsicExchangeItems", reader)
    for property in _PROPERTIES:
        items.fill(guest, property.field, property.convert, *property.names)
    return _guest(items, guest, replace(context, vm=vm), reader)


EXCHANGE = Kind(
    "Msvm_KvpExchangeComponent",
    ("GuestIntrinsicExchangeItems",),
    inv.Guest,
    "vm",
    "guest",
    finish=_exchange,
    single=True,
)
GUEST = Kind(
    "VMGuest",
    ("OSName VMName", "OSName VMId"),
    inv.Guest,
    "vm",
    "guest",
    _PROPERTIES,
    finish=_guest,
    single=True,
)

KINDS: tuple[Kind, ...] = (
    EXCHANGE,
    GUEST,
    Kind(
        "VMSecurity",
        ("TpmEnabled", "EncryptStateAndVmMigrationTraffic"),
        inv.Vm,
        "vm",
        properties=(is_("tpm", flag, "TpmEnabled"), is_("shielded", flag, "Shielded")),
        hints="VMSecurity",
    ),
    Kind(
        "VMKeyProtector",
        ("KeyProtectorOwner KeyProtectorGuardians",),
        inv.Vm,
        "vm",
        properties=(is_("key_owner", text, "KeyProtectorOwner"), is_("key_guardians", count, "KeyProtectorGuardians")),
        hints="VMKeyProtectors",
    ),
    Kind(
        "GuardianCertificates",
        ("GuardianCertificates",),
        inv.Host,
        "host",
        properties=(is_("guardian_certificates", texts, "GuardianCertificates", null=[]),),
    ),
    Kind(
        "DomainControllers",
        ("DomainControllers",),
        inv.Cluster,
        "cluster",
        properties=(is_("domain_controllers", texts, "DomainControllers"),),
    ),
)
