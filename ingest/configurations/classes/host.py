"""Classes of hosts: Hyper-V settings, operating system, hardware."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.bridging import bridging_of
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
    mac,
    size,
    text,
    texts,
    time,
)
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb import versions
from kb.inventory import (
    Host,
    Processor,
)

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _host(row: Row, host: Host, context: Context, reader: Reader) -> None:
    if row.value(flag, "PartOfDomain") is False:
        host.domain = ""
    model, place = row.read(name_of, "Model")
    if model and place:
        put(host, "model", f"{row.value(name_of, 'Manufacturer') or ''} {model}".strip(), place)


def architecture(value: Any) -> str | None:
    """x86, x64 or arm64 from what Windows calls it, such as `64-bit`, `64-Bit` or `ARM 64-bit Processor`."""
    found = (text(value) or "").lower()
    if "arm" in found:
        return "arm64"
    return "x64" if "64" in found else "x86" if "32" in found or "86" in found else None


_CLIENT = re.compile(r"windows\s+(?:xp|vista|7|8|8\.1|10|11)\b", re.I)
_EDITIONS = {7: "standard", 13: "standard", 36: "standard", 10: "enterprise", 14: "enterprise", 38: "enterprise"}
_EDITIONS |= {8: "datacenter", 12: "datacenter", 37: "datacenter", 42: "hyper-v-server"}
_CORE = {12, 13, 14, 39, 40, 41, 42}  # the others are used for both since a desktop can be removed


def _operating_system(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """Release by build, edition by SKU number (Win32_OperatingSystem), else by the product name."""
    caption, at_caption = row.read(name_of, "Caption")
    row.fill(host, "build", dotted, "Version")
    if host.build and not _CLIENT.search(caption or ""):
        put(host, "version", versions.of_build(host.build), host.at["build"])
    row.fill(host, "data_execution_prevention", flag, "DataExecutionPrevention_Available")
    sku, at_sku = row.read(count, "OperatingSystemSKU")
    if at_sku and sku in _CORE:
        put(host, "installation", "core", at_sku)
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
    name = row.value(name_of, "Name") or ""
    installed, place = row.read(flag, "Installed")
    if not place and (state := row.value(name_of, "InstallState")) and not state.isdigit():
        installed, place = state.lower() == "installed", row.location
    if not place:
        return
    if name.lower() in _FEATURES:
        put(host, _FEATURES[name.lower()], installed, place)
    if name.lower() == "data-center-bridging":
        put(bridging_of(host, row), "installed", installed, place)
    put(host, "features", [], row.location)
    if installed and name and host.features is not None:
        host.features.append(name)


def _processor(row: Row, processor: Processor, context: Context, reader: Reader) -> None:
    """Both the firmware and the processor must offer virtualization; while a hypervisor runs, Windows sees neither."""
    for name in ("VMMonitorModeExtensions", "VirtualizationFirmwareEnabled"):
        offered, place = row.read(flag, name)
        if place and processor.virtualization is not False:
            processor.virtualization, processor.at["virtualization"] = offered, place


_NON_VOLATILE = 4096  # a bit of Win32_PhysicalMemory.TypeDetail


def _memory_module(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """Error correction needs bits beyond the data; one module without decides. Virtual machines tell no widths."""
    total, place = row.read(count, "TotalWidth")
    data, detail = row.value(count, "DataWidth"), row.value(count, "TypeDetail")
    if place and total and data and not (detail or 0) & _NON_VOLATILE and host.ecc_memory is not False:
        host.ecc_memory, host.at["ecc_memory"] = total > data, place


_PLANS = {
    "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c": "High performance",
    "381b4222-f694-41f0-9685-ff5bb260df2e": "Balanced",
    "a1841308-3541-4fab-bc81-f71556f20b4a": "Power saver",
    "e9a42b02-d5df-448d-aa00-03f14749eb61": "Ultimate performance",
}


def _power_plan(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """The active plan by its GUID; its name is in the language of the host."""
    if row.value(flag, "IsActive"):
        id = (row.value(name_of, "InstanceID") or "").rpartition("{")[2].rstrip("}").lower()
        put(host, "power_plan", _PLANS.get(id) or row.value(name_of, "ElementName"), row.location)


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
    "HostNumaStatus": "VMHostNumaNode",
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
            is_("enhanced_session", flag, "EnableEnhancedSessionMode"),
            is_("mac_minimum", mac, "MacAddressMinimum"),
            is_("mac_maximum", mac, "MacAddressMaximum"),
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
        properties=(
            is_("architecture", architecture, "OSArchitecture"),
            is_("system_drive", text, "SystemDrive"),
            is_("installed", time, "InstallDate"),
        ),
        finish=_operating_system,
    ),
    Kind(
        "Win32_ComputerSystem",
        ("PartOfDomain", "TotalPhysicalMemory Domain", "HypervisorPresent Name"),
        inv.Host,
        "host",
        properties=(
            is_("domain", text, "Domain"),
            is_("hypervisor_present", flag, "HypervisorPresent"),
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
            is_("logical_processors", count, "NumberOfLogicalProcessors"),
            is_("slat", flag, "SecondLevelAddressTranslationExtensions"),
        ),
        finish=_processor,
    ),
    Kind("Win32_PhysicalMemory", ("DataWidth TotalWidth",), inv.Host, "host", finish=_memory_module),
    Kind("Win32_BIOS", ("SMBIOSBIOSVersion",), inv.Host, "host", properties=(is_("bios", text, "SMBIOSBIOSVersion"),)),
    Kind("Win32_PowerPlan", ("ElementName IsActive",), inv.Host, "host", finish=_power_plan),
    Kind(
        "LocalGroups",
        ("HyperVAdministrators", "ComputerName Administrators"),
        inv.Host,
        "host",
        properties=(is_("administrators", texts, "Administrators"), is_("hyperv_administrators", texts, "HyperVAdministrators")),
    ),
    Kind(
        "MpPreference",
        ("ExclusionPath", "ExclusionProcess", "ExclusionExtension"),
        inv.Host,
        "host",
        types="MSFT_MpPreference",
        finish=_exclusions,
    ),
    Kind("WindowsFeature", ("InstallState", "FeatureType Installed"), inv.Host, "host", finish=_feature),
)
