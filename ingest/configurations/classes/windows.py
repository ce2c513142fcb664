"""Classes of Windows on a host: services, updates, drivers, and settings of the registry.

Registry values have no cmdlet of their own; their properties are those that the commands in `kb.inventory.collect` print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.enumerations import SCHEDULER, SERVICE_START, SERVICE_STATE
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import count, dotted, flag, scalar, text, texts
from ingest.configurations.convert import time as moment
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import DriverPackage, Host, UpdateSettings, WindowsService

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader


def _service(row: Row, service: WindowsService, context: Context, reader: Reader) -> bool | None:
    """A row without a name tells nothing."""
    return None if service.name else False


def _update(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """Security updates of old releases are listed as `File 1` where their number is not known."""
    put(host, "updates", [], row.location)
    number = row.value(name_of, "HotFixID")
    if number and host.updates is not None and number.upper().startswith("KB"):
        host.updates.append(number.upper())


def _driver(row: Row, driver: DriverPackage, context: Context, reader: Reader) -> bool | None:
    """A device without a driver of its own is listed too, and left out."""
    return False if driver.version is None and driver.signed is None else None


def _text(value: Any) -> str | None:
    """A text, where nothing at all is a value too."""
    value = scalar(value)
    return "" if value == "" else text(value)


def _installation(value: Any) -> str | None:
    """The installation option, as the registry writes it (`Server Core`); a client is none of them."""
    return {"server": "desktop", "server core": "core", "nano server": "nano"}.get((text(value) or "").lower())


def _number(value: Any) -> int | None:
    """A number of the registry, written as number or text; `0x4` too."""
    value = scalar(value)
    return int(value, 16) if isinstance(value, str) and value.lower().startswith("0x") else count(value)


def _of_updates(row: Row, settings: UpdateSettings, context: Context, reader: Reader) -> None:
    """`NoAutoUpdate` switches automatic updates off, whatever else is set; without `UseWUServer` the server is not used."""
    if row.value(flag, "NoAutoUpdate"):
        settings.automatic = 1
        settings.at["automatic"] = row.location
    if row.find("UseWUServer")[0] and not row.value(flag, "UseWUServer"):
        settings.server = ""
        settings.at["server"] = row.location


def _verifier(value: Any) -> bool | None:
    """True when the list of drivers to verify names any."""
    return bool((text(value) or "").strip())


def _redirected(value: Any) -> bool | None:
    """The policy forbids (fDisableCpm 1) what is allowed otherwise."""
    forbidden = flag(value)
    return None if forbidden is None else not forbidden


# --- the classes ---

KINDS: tuple[Kind, ...] = (
    Kind(
        "WindowsService",
        ("ServiceName Status", "StartMode State", "StartType Status", "ServiceType Status"),
        inv.WindowsService,
        "host",
        "services",
        (
            is_("name", text, "Name", "ServiceName"),
            is_("state", SERVICE_STATE, "Status", "State"),
            is_("start", SERVICE_START, "StartMode", "StartType"),
        ),
        hints="Services Service",
        types="ServiceController Win32_Service Win32_SystemDriver",
        finish=_service,
    ),
    Kind("HotFix", ("HotFixID",), inv.Host, "host", hints="HotFixes", types="Win32_QuickFixEngineering", finish=_update),
    Kind(
        "PnPSignedDriver",
        ("DeviceName IsSigned", "DriverVersion IsSigned"),
        inv.DriverPackage,
        "host",
        "drivers",
        (
            is_("device", text, "DeviceName", "Description"),
            is_("version", text, "DriverVersion"),
            is_("provider", text, "DriverProviderName", "Manufacturer"),
            is_("signed", flag, "IsSigned"),
        ),
        types="Win32_PnPSignedDriver",
        finish=_driver,
    ),
    Kind(
        "UpdateSettings",
        ("AUOptions", "NoAutoUpdate", "WUServer", "WinHttpProxy", "CauPlugins", "CauScriptHashes"),
        inv.UpdateSettings,
        "host",
        "update_settings",
        (
            is_("automatic", _number, "AUOptions"),
            is_("server", _text, "WUServer"),
            is_("proxy", _text, "WinHttpProxy"),
            is_("proxy_bypass_local", flag, "WinHttpBypassLocal"),
            is_("plugins", texts, "CauPlugins"),
            is_("scripts", texts, "CauScriptHashes"),
        ),
        finish=_of_updates,
        single=True,
    ),
    Kind(
        "WindowsSettings",
        (
            "CrashDumpEnabled",
            "RebootPending",
            "InstallationType",
            "VirtualDiskKeys",
            "AuthorizationStore",
            "MachineDistinguishedName",
            "OuMembers",
            "PowerShellVersion",
            "DotNetVersion",
            "PowerShellRemoting",
            "VerifyDrivers",
            "fDisableCpm",
            "HypervisorSchedulerType",
        ),
        inv.Host,
        "host",
        properties=(
            is_("crash_dump", _number, "CrashDumpEnabled"),
            is_("pending_reboot", flag, "RebootPending"),
            is_("installation", _installation, "InstallationType"),
            is_("virtual_disk_keys", count, "VirtualDiskKeys"),
            is_("authorization_store", text, "AuthorizationStore"),
            is_("distinguished_name", text, "MachineDistinguishedName"),
            is_("ou_members", texts, "OuMembers"),
            is_("powershell_version", dotted, "PowerShellVersion"),
            is_("dotnet_version", text, "DotNetVersion"),
            is_("remoting", flag, "PowerShellRemoting"),
            is_("driver_verifier", _verifier, "VerifyDrivers", null=False),
            is_("printer_redirection", _redirected, "fDisableCpm", null=True),
            is_("scheduler", SCHEDULER, "HypervisorSchedulerType"),
            is_("system_drive", text, "SystemDrive"),
            is_("installed", moment, "InstallDate"),
        ),
    ),
)
