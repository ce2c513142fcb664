"""Export-LotseInventory.ps1 as a syntax tree: it reads only, runs on PowerShell 2.0, and writes what the reader reads."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

from ingest.configurations import classes
from ingest.configurations.export import SCRIPT
from ingest.configurations.rows import plain

EXPORTS = sorted(Path(__file__).parent.glob("*.json"))


@cache
def tree(text: bytes | None = None) -> Node:
    return Parser(Language(tree_sitter_powershell.language())).parse(SCRIPT.read_bytes() if text is None else text).root_node


def words(written: str) -> set[str]:
    return set(written.split())


def nodes(*types: str, of: Node | None = None) -> Iterator[Node]:
    todo = [of or tree()]
    while todo:
        node = todo.pop()
        if node.type in types:
            yield node
        todo += reversed(node.children)


def text(node: Node) -> str:
    assert node.text is not None
    return node.text.decode("ascii")


def place(node: Node) -> str:
    return f"line {node.start_point.row + 1}: {text(node)[:80]}"


def broken(root: Node) -> list[str]:
    return [place(node) for node in nodes("ERROR", of=root)] if root.has_error else []


# --- syntax -----------------------------------------------------------------------------------------------------------


def test_the_script_is_ascii_and_parses_with_either_end_of_line() -> None:
    source = SCRIPT.read_bytes()
    assert source.isascii()
    assert b"\r" not in source
    assert not tree().has_error, broken(tree())
    windows = tree(source.replace(b"\n", b"\r\n"))
    assert not windows.has_error, broken(windows)


# What came after PowerShell 2.0, in the words of the grammar.
NEWER_STATEMENTS = words("class_statement enum_statement using_statement parallel_statement sequence_statement inlinescript_statement")
NEWER_TYPES = re.compile(r"\[(ordered|pscustomobject|CimInstance)", re.I)
OLD_OPERATORS = words(
    """-eq -ne -gt -ge -lt -le -like -notlike -match -notmatch -contains -notcontains -is -isnot -as -replace -split -join"""
)
NEWER_COMMANDS = words("ConvertTo-Json ConvertFrom-Json Invoke-RestMethod Invoke-WebRequest Get-FileHash Test-NetConnection New-Guid")
NEWER_PARAMETERS = words("""-depth -raw -file -directory -parallel -nonewline -ashashtable -asbytestream -pipelinevariable -informationaction -enumsasstrings
    -compress -tail -stream -skip -skiplast -shuffle -bottom -including -followsymlink""")
NEWER_VARIABLES = {"$psitem", "$psscriptroot", "$pscommandpath", "$iswindows", "$psedition", "$using"}


def test_nothing_in_it_is_newer_than_powershell_2() -> None:
    assert [place(node) for node in nodes(*NEWER_STATEMENTS)] == []
    assert [place(node) for node in nodes("type_literal", "attribute") if NEWER_TYPES.match(text(node))] == []
    assert {text(node).lower() for node in nodes("comparison_operator")} <= OLD_OPERATORS
    assert {text(node).lower() for node in nodes("command_parameter")}.isdisjoint(NEWER_PARAMETERS)
    assert {text(node) for node in nodes("command_name")}.isdisjoint(NEWER_COMMANDS)
    assert {text(node).lower().partition(":")[0] for node in nodes("variable")}.isdisjoint(NEWER_VARIABLES)
    code = re.sub(r"'[^']*'|\"[^\"\n]*\"|#[^\n]*|<#.*?#>", "", SCRIPT.read_text("ascii"), flags=re.S)
    assert not re.search(r"\?\?|\?\.|&&|\|\||::new\(|\.(?:Where|ForEach)\(", code)


@pytest.mark.parametrize("name", ["Where-Object", "ForEach-Object"])
def test_filters_and_loops_of_the_pipeline_are_given_blocks(name: str) -> None:
    used = [node for node in nodes("command") if text(node.children[0]) == name]
    assert used
    for node in used:
        written = text(node)[len(name) :].strip()
        assert written.startswith(("{", "$EachBlock")), place(node)


# What PowerShell 2.0 has by itself on Windows Server 2008.
CORE = words("""Get-ChildItem Get-Command Get-Date Get-Item Get-Service Get-WinEvent Get-WmiObject Import-Module Invoke-Command New-Object Select-Object
    Sort-Object Where-Object ForEach-Object Test-Path Test-WSMan Write-Host Write-Progress Write-Warning netsh.exe powercfg.exe secedit.exe""")
# Functions that only run where the cmdlets they need are there; the first of each line is what is asked for.
GUARDED = {
    "Read-HyperVByCmdlets": "Test-Command 'Get-VMHost'",
    "Get-Drive": "Test-Command 'Get-VMHost'",
    "Read-ClusterByCmdlets": "Test-Command 'Get-ClusterNode'",
    "Read-Storage": "-not (Test-Command 'Get-Disk')",
}


def around(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def is_guarded(node: Node) -> bool:
    """True when the command of its Read-Class, a condition, or the function around it asks whether there is such a command."""
    for outer in around(node):
        if outer.type == "command" and (found := read_class(outer)) and found[1]:
            return True
        if outer.type == "if_statement" and re.search(r"Test-Command|\$Wmi\b", text(outer.children[2])):
            return True
        if outer.type == "function_statement":
            asked = GUARDED.get(text(next(nodes("function_name", of=outer))))
            return asked is not None and asked in SCRIPT.read_text("ascii")
    return False


def test_a_cmdlet_that_an_old_release_lacks_is_only_called_where_it_is_there() -> None:
    for node in nodes("command_name"):
        if text(node) not in CORE | functions():
            assert is_guarded(node), place(node)


# --- read-only --------------------------------------------------------------------------------------------------------

READING_VERBS = re.compile(r"(?:Get|Test|Measure|Select|Where|ForEach|Sort)-\w+")
OTHER_COMMANDS = {
    "ConvertTo-HgsKeyProtector",  # bytes into an object
    "Import-Module",
    "Invoke-Command",  # of this script's own block, on the nodes
    "New-Object",
    "Write-Host",
    "Write-Progress",
    "Write-Warning",
}
NATIVE = {
    "netsh.exe": "winhttp show proxy",
    "powercfg.exe": "-getactivescheme",
    "secedit.exe": "/export /areas USER_RIGHTS /cfg $file /quiet",
}
OBJECTS = {
    "PSObject",
    "string",
    "System.Collections.ArrayList",
    "System.Collections.Hashtable",
    "System.Collections.Stack",
    "System.DirectoryServices.DirectoryEntry",
    "System.DirectoryServices.DirectorySearcher",
    "System.Net.IPAddress",
    "System.Security.Cryptography.HMACSHA1",
    "System.Security.Principal.WindowsPrincipal",
    "System.Text.RegularExpressions.Regex",
    "System.Text.StringBuilder",
    "System.Text.UTF8Encoding",
    "System.Xml.XmlDocument",
    "-ComObject",  # the rules of the firewall, of 2008
}
STATIC = {
    "Microsoft.Win32.RegistryKey::OpenRemoteBaseKey",
    "System.BitConverter::ToString",
    "System.DirectoryServices.ActiveDirectory.Domain::GetComputerDomain",
    "System.Management.ManagementDateTimeConverter::ToDateTime",
    "System.Net.IPAddress::TryParse",
    "System.Security.Cryptography.SHA256::Create",
    "System.Security.Principal.WindowsIdentity::GetCurrent",
    *(f"System.IO.Directory::{name}" for name in ("Exists", "GetDirectories", "GetFileSystemEntries", "GetFiles")),
    *(f"System.IO.File::{name}" for name in ("Exists", "GetAttributes", "GetLastWriteTimeUtc", "OpenRead", "ReadAllText")),
    *(f"System.IO.Path::{name}" for name in ("Combine", "GetDirectoryName", "GetFileName", "GetTempPath")),
    *("array::Reverse", "char::ToLowerInvariant", "double::IsInfinity", "double::IsNaN", "guid::NewGuid", "regex::Match"),
    *(f"math::{name}" for name in ("Floor", "Max", "Min", "Pow")),
}
WRITING = {"System.IO.File::WriteAllText": "$File, $Json, ", "System.IO.File::Delete": "$file"}  # the export; the file of secedit
METHODS = {
    *(
        "Add",
        "AddRange",
        "Append",
        "Close",
        "ComputeHash",
        "Contains",
        "ContainsKey",
        "EndsWith",
        "GetBytes",
        "GetType",
        "IsMatch",
        "LoadXml",
    ),
    *(
        "Matches",
        "Pop",
        "Push",
        "Remove",
        "Replace",
        "Split",
        "StartsWith",
        "Substring",
        "ToArray",
        "ToCharArray",
        "ToString",
        "Trim",
        "TrimEnd",
    ),
    *("ToUniversalTime", "SelectNodes", "SelectSingleNode", "GetAttribute", "GetAddressBytes", "GetUnresolvedProviderPathFromPSPath"),
    *("OpenSubKey", "GetValue", "IsInRole", "Verify"),
    *("FindAll", "FindOne", "GetDirectoryEntry", "GetAccessRules", "GetRelated", "GetVirtualHardDiskInfo", "GetVirtualHardDiskSettingData"),
}


@cache
def functions() -> set[str]:
    return {text(node) for node in nodes("function_name")}


def test_every_command_reads() -> None:
    for node in nodes("command_name"):
        name = text(node)
        if name in NATIVE:
            arguments = text(node.parent)[len(name) :].strip() if node.parent else ""
            assert arguments == NATIVE[name], place(node)
        else:
            assert name in functions() | OTHER_COMMANDS or READING_VERBS.fullmatch(name), place(node)


def test_blocks_that_are_called_are_its_own() -> None:
    called = {text(node).lstrip("&. ").split()[0] for node in nodes("command") if text(node).startswith(("&", "."))}
    assert called == {"$Collector", "$ReadBlock", "$ValueBlock", "$section"}
    sent = [text(node) for node in nodes("command") if text(node).startswith("Invoke-Command")]
    assert len(sent) == 2
    assert all("-ScriptBlock $Collector" in call or "@with" in call for call in sent)


def test_every_method_reads() -> None:
    for node in nodes("invokation_expression"):
        name = text(next(child for child in node.children if child.type == "member_name"))
        if node.children[0].type == "type_literal":
            call = f"{text(node.children[0]).strip('[]')}::{name}"
            given = text(next(child for child in node.children if child.type == "argument_list")).removeprefix("(")
            assert call in STATIC or given.startswith(WRITING.get(call, "\0")), place(node)
        else:
            assert name in METHODS, place(node)


def test_every_object_made_stays_in_memory() -> None:
    for node in nodes("command"):
        if text(node.children[0]) == "New-Object":
            assert re.split(r"[\s(]+", text(node))[1] in OBJECTS, place(node)


def test_properties_are_only_assigned_on_its_own_objects() -> None:
    assigned = {text(node.children[0]).strip() for node in nodes("assignment_expression")}
    members = {name for name in assigned if "." in name and "[" not in name}
    own = {"$Hmac.Key", "$document.XmlResolver"} | {f"$searcher.{name}" for name in ("Filter", "PageSize", "SearchRoot", "SearchScope")}
    assert members == own


# --- what it writes ---------------------------------------------------------------------------------------------------


@cache
def table() -> dict[str, list[str]]:
    """The script's own table of classes and their properties, with the stars of what -Pseudonyms replaces."""
    for node in nodes("assignment_expression"):
        if text(node.children[0]).strip() == "$Classes":
            entries = [
                (text(entry.children[0]).strip("'"), text(entry.children[-1]).strip("'").split()) for entry in nodes("hash_entry", of=node)
            ]
            assert len({name.lower() for name, _ in entries}) == len(entries)
            return dict(entries)
    raise AssertionError("no table $Classes")


@cache
def known_in(module: str) -> frozenset[str]:
    """The names of properties in a module of classes and in those it builds on."""
    path = Path(str(importlib.import_module(f"{classes.__name__}.{module}").__file__))
    parsed = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    strings = [node.value for node in parsed if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    own = {plain(word) for string in strings for word in re.split(r"[\s.]+", string)}
    used = [alias.name for node in parsed if isinstance(node, ast.ImportFrom) and node.module == classes.__name__ for alias in node.names]
    return frozenset(own).union(*(known_in(name) for name in used))


@cache
def module_of(kind: str) -> str:
    names = [info.name for info in pkgutil.iter_modules(classes.__path__)]
    return next(
        name for name in names if any(k.name == kind for k in getattr(importlib.import_module(f"{classes.__name__}.{name}"), "KINDS", ()))
    )


def read_class(node: Node) -> tuple[str, str] | None:
    match = re.match(r"Read-Class (\S+) '([\w-]*)'", text(node))
    return (match[1].strip("'"), match[2]) if match else None


# The rows of a VM name it; WMI finds owners by ids.
OWNERS = {plain(name) for name in ("VMName", "VMId", "InstanceID", "SystemName")}


@pytest.mark.parametrize("name", sorted(table()))
def test_the_reader_knows_the_class_and_reads_every_property_of_it(name: str) -> None:
    kind = classes.named(name)
    assert kind is not None
    known = known_in(module_of(kind.name)) | OWNERS
    assert [column for column in table()[name] for part in column.rstrip("*").split(".") if plain(part) not in known] == []
    assert len(set(table()[name])) == len(table()[name])


def test_every_class_of_the_table_is_read_and_no_other() -> None:
    read = {found[0] for node in nodes("command") if (found := read_class(node))}
    by_list = {name for name in table() if name.startswith("Msvm_")} | {"VirtualSystemSettingData", "VMFibreChannelRedundancy"}
    assert read - {"$msvm", "$kind"} | by_list == set(table())


NAMING = re.compile(
    r"\w*(?:Name|Names|Path|Paths|Owner|Owners|Group|Groups|Server|Servers|Share\w*|IPAddress\w*|Alias|DataRoot|Gateway|Node|Network|Networks|Member|Members"
    r"|StorageLocation|FileLocation|ConfigurationLocation|BindingOrder|Chain|Disks|SerialNumber|UniqueId|Administrators|Mounts|Volume|Proxy|Domain|Prefix|Hop)"
)
NOT_NAMES = {  # what says nothing of who owns it
    *(
        "Win32_Processor.Name",
        "WindowsService.Name",
        "WindowsFeature.Name",
        "NetFirewallRule.Name",
        "NetFirewallRule.DisplayName",
        "NetFirewallRule.Group",
    ),
    *("Win32_PowerPlan.ElementName", "PnPSignedDriver.DeviceName", "PnPSignedDriver.DriverProviderName", "ClusterParameter.Name"),
    *("CauClusterRole.CauPluginName", "MSFT_VirtualDisk.ResiliencySettingName", "VMGuest.OSName"),
    *("VMSwitchExtension.Name", "VMIntegrationService.Name", "VMScsiController.Name", "VMKeyProtector.KeyProtectorOwner"),
    *("Msvm_VirtualSwitch.Name", "Msvm_VirtualEthernetSwitch.Name", "Win32_ComputerSystem.PartOfDomain"),
    *(
        "CauClusterRole.MaxRetriesPerNode",
        "Cluster.EnableSharedVolumes",
        "Cluster.SharedVolumeBlockCacheSizeInMB",
        "UpdateSettings.UseWUServer",
    ),
    *("VMHost.UseAnyNetworkForMigration", "VMProcessor.MaximumCountPerNumaNode", "VMMemory.MaximumPerNumaNode"),
    *("Msvm_ProcessorSettingData.MaxProcessorsPerNumaNode", "Msvm_MemorySettingData.MaxMemoryBlocksPerNumaNode"),
}


@pytest.mark.parametrize("name", sorted(table()))
def test_what_names_something_is_replaced_by_pseudonyms(name: str) -> None:
    columns = table()[name]
    forgotten = [
        column
        for column in columns
        if NAMING.fullmatch(column.rpartition(".")[2]) and f"{name}.{column}" not in NOT_NAMES and column != "SystemName"  # an id
    ]
    assert forgotten == []


# --- the exports of these tests ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.stem)
def test_an_export_of_these_tests_holds_nothing_that_the_script_does_not_write(path: Path) -> None:
    document = json.loads(path.read_text("ascii"))
    collected = [document["cluster"] or {}, *(host["collected"] for host in document["hosts"])]
    for rows_of in collected:
        for name, rows in rows_of.items():
            columns = {column.rstrip("*") for column in table()[name]}
            heads = {column.partition(".")[0] for column in columns}
            for row in rows:
                assert set(row) <= heads
                assert all(f"{key}.{inner}" in columns for key, value in row.items() if isinstance(value, dict) for inner in value)
