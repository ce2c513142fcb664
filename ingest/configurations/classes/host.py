"""Classes of hosts: Hyper-V settings, operating system, hardware."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.configurations.classes.enumerations import (
    AUTHENTICATION,
    PERFORMANCE,
)
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import (
    count,
    count_or_none,
    dotted,
    flag,
    size,
    text,
    texts,
)
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb import versions
from kb.inventory import (
    Host,
)

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _host(row: Row, host: Host, context: Context, reader: Reader) -> None:
    if row.value(flag, "PartOfDomain") is False:
        host.domain = ""


_CLIENT = re.compile(r"windows\s+(?:xp|vista|7|8|8\.1|10|11)\b", re.I)
_EDITIONS = {7: "standard", 13: "standard", 36: "standard", 10: "enterprise", 14: "enterprise", 38: "enterprise"}
_EDITIONS |= {8: "datacenter", 12: "datacenter", 37: "datacenter", 42: "hyper-v-server"}


def _operating_system(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """Release by build, edition by SKU number (Win32_OperatingSystem), else by the product name."""
    caption, at_caption = row.read(name_of, "Caption")
    row.fill(host, "build", dotted, "Version")
    if host.build and not _CLIENT.search(caption or ""):
        put(host, "version", versions.of_build(host.build), host.at["build"])
    sku, at_sku = row.read(count, "OperatingSystemSKU")
    if at_sku and sku in _EDITIONS:
        put(host, "edition", _EDITIONS[sku], at_sku)
    elif at_caption and caption:
        words = caption.lower().replace("-", " ")
        named = (edition for edition in ("hyper-v-server", "datacenter", "enterprise", "standard") if edition.replace("-", " ") in words)
        put(host, "edition", next(named, None), at_caption)


def _exclusions(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """The paths, processes and extensions Defender leaves alone; it hides them from users who are no administrators."""
    found: list[str] = []
    read_any = False
    for name in ("ExclusionPath", "ExclusionProcess", "ExclusionExtension"):
        listed, _ = row.read(texts, name, null=[])
        if listed is None:
            continue
        if any(item.startswith("N/A:") for item in listed):
            reader.warn("exclusions", f"{row.path}.{name}: hidden; run Get-MpPreference as administrator")
            continue
        found += listed
        read_any = True
    if read_any:
        put(host, "antivirus_exclusions", found, row.location)


_FEATURES = {"hyper-v": "hyperv_installed", "failover-clustering": "clustering_installed"}


def _feature(row: Row, host: Host, context: Context, reader: Reader) -> None:
    name = (row.value(name_of, "Name") or "").lower()
    if name in _FEATURES:
        installed, place = row.read(flag, "Installed")
        if not place and (state := row.value(name_of, "InstallState")) and not state.isdigit():
            installed, place = state.lower() == "installed", row.location
        if place:
            put(host, _FEATURES[name], installed, place)


# --- the classes ---

_HOST_PARTS = {
    "VMHost": "VMHost",
    "OS": "Win32_OperatingSystem",
    "OperatingSystem": "Win32_OperatingSystem",
    "ComputerSystem": "Win32_ComputerSystem",
    "Processors": "Win32_Processor",
    "Switches": "VMSwitch",
    "VMSwitches": "VMSwitch",
    "NetAdapters": "NetAdapter",
    "Adapters": "NetAdapter",
    "Nics": "NetAdapter",
    "MpPreference": "MpPreference",
    "Features": "WindowsFeature",
    "VMs": "VM",
}

KINDS: tuple[Kind, ...] = (
    Kind(
        "VMHost",
        ("VirtualMachineMigrationEnabled", "VirtualHardDiskPath", "VirtualMachinePath", "LogicalProcessorCount", "MemoryCapacity"),
        inv.Host,
        properties=(
            is_("name", text, "Name", "ComputerName", "DnsHostName", "PSComputerName"),
            is_("domain", text, "Domain"),
            is_("logical_processors", count, "LogicalProcessorCount"),
            is_("memory", size, "MemoryCapacity", "TotalPhysicalMemory"),
            is_("vm_path", text, "VirtualMachinePath"),
            is_("disk_path", text, "VirtualHardDiskPath"),
            is_("live_migration", flag, "VirtualMachineMigrationEnabled", "LiveMigrationEnabled"),
            is_("live_migrations", count_or_none, "MaximumVirtualMachineMigrations", "MaximumLiveMigrations"),
            is_("storage_migrations", count_or_none, "MaximumStorageMigrations"),
            is_("live_migration_authentication", AUTHENTICATION, "VirtualMachineMigrationAuthenticationType"),
            is_("live_migration_performance", PERFORMANCE, "VirtualMachineMigrationPerformanceOption"),
            is_("live_migration_any_network", flag, "UseAnyNetworkForMigration"),
            is_("numa_spanning", flag, "NumaSpanningEnabled"),
        ),
        children=_HOST_PARTS,
        hints="VMHosts VMHost Hosts Host",
        finish=_host,
    ),
    Kind(
        "Win32_OperatingSystem",
        ("OperatingSystemSKU", "CSName Version", "Caption BuildNumber", "OSArchitecture Version"),
        inv.Host,
        "host",
        finish=_operating_system,
    ),
    Kind(
        "Win32_ComputerSystem",
        ("PartOfDomain", "TotalPhysicalMemory Domain"),
        inv.Host,
        "host",
        properties=(
            is_("domain", text, "Domain"),
            is_("memory", size, "TotalPhysicalMemory"),
            is_("logical_processors", count, "NumberOfLogicalProcessors"),
        ),
        finish=_host,
    ),
    Kind(
        "Win32_Processor",
        ("NumberOfCores",),
        inv.Processor,
        "host",
        "processors",
        (
            is_("manufacturer", text, "Manufacturer"),
            is_("model", text, "Name"),
            is_("cores", count, "NumberOfCores"),
        ),
    ),
    Kind("MpPreference", ("ExclusionPath", "ExclusionProcess", "ExclusionExtension"), inv.Host, "host", finish=_exclusions),
    Kind("WindowsFeature", ("InstallState", "FeatureType Installed"), inv.Host, "host", finish=_feature),
)
