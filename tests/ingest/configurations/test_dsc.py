"""PowerShell DSC configurations with the resources of HyperVDsc and FailoverClusterDsc, and what is compiled from them."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins

HEAD = """<#
    Schuppen 4 # not a comment of its own
#>
#Requires -Module HyperVDsc
$data = @{ AllNodes = @( @{ NodeName = 'KRAN9'; VMSwitch = 'x' } ) }
Configuration Schuppen
{
    param ( [string[]] $NodeName = 'localhost', [string] $VMName = 'nobody' )
    Import-DscResource -ModuleName 'HyperVDsc', 'FailoverClusterDsc'
"""
NODE = """
    Node 'KRAN1'
    {
        WindowsFeature HyperV { Ensure = 'Present'; Name = 'Hyper-V' }
        WindowsFeature Ohne { Ensure = 'Absent'; Name = 'FS-SMB1' }
        xVMSwitch LAN
        {
            Name                  = 'LAN'
            Type                  = "External"   # with team
            NetAdapterName        = @(
                'Port 1'
                'Port 2'
            )
            AllowManagementOS     = $true
            EnableEmbeddedTeaming = $true
            LoadBalancingAlgorithm = 'HyperVPort'
            DependsOn             = '[WindowsFeature]HyperV', "[WindowsFeature]Ohne"
        }
        xVhd Platte { Name = 'kiste'; Path = 'D:\\VHDs\\'; Generation = 'Vhdx'; MaximumSizeBytes = 60GB; Type = 'Fixed' }
        VMHyperV Kiste {
            Ensure = 'Present'
            Name = 'kiste'
            VhdPath = 'D:\\VHDs\\kiste.vhdx'
            SwitchName = 'LAN', 'Lager''s'
            MACAddress = '00155D00AA01'
            Generation = 2
            StartupMemory = 4GB
            MinimumMemory = 2GB
            MaximumMemory = 0x200000000
            ProcessorCount = 4
            SecureBoot = $false
            EnableGuestService = $true
        }
        VMProcessor P { VMName = 'kiste'; CompatibilityForMigrationEnabled = $true }
        VMHardDiskDrive D { VMName = 'kiste'; Path = 'D:\\VHDs\\daten.vhdx'; ControllerType = 'SCSI'; ControllerNumber = 0; ControllerLocation = 1 }
        VMDvdDrive V { VMName = 'kiste'; ControllerNumber = 0; ControllerLocation = 2; Path = 'D:\\a.iso' }
        VMNetworkAdapter M { Id = 'm'; Name = 'Verwaltung'; SwitchName = 'LAN'; VMName = 'ManagementOS'; VlanId = '12' }
        VMHost H { IsSingleInstance = 'Yes'; VirtualMachineMigrationEnabled = $true; MaximumVirtualMachineMigrations = 4; VirtualHardDiskPath = 'D:\\VHDs' }
        VMSwitch Weg { Ensure = 'Absent'; Name = 'Weg'; Type = 'Private' }
    }
}
"""
EXPORTED = {
    "VMHost": {"ComputerName": "KRAN1", "VirtualMachineMigrationEnabled": True, "MaximumVirtualMachineMigrations": 4, "VirtualHardDiskPath": r"D:\VHDs"},
    "Features": [
        {"PSComputerName": "KRAN1", "Name": "Hyper-V", "InstallState": "Installed"},
        {"PSComputerName": "KRAN1", "Name": "FS-SMB1", "InstallState": "Available"},
    ],
    "VMSwitches": [
        {"PSComputerName": "KRAN1", "Name": "LAN", "SwitchType": 2, "AllowManagementOS": True, "EmbeddedTeamingEnabled": True,
         "NetAdapterInterfaceDescriptions": ["Port 1", "Port 2"]},
    ],
    "VMSwitchTeams": [{"PSComputerName": "KRAN1", "Name": "LAN", "LoadBalancingAlgorithm": 4, "TeamingMode": None, "Id": "1"}],
    "Management": [
        {"PSComputerName": "KRAN1", "Name": "Verwaltung", "IsManagementOs": True, "SwitchName": "LAN", "VlanSetting": {"OperationMode": 1, "AccessVlanId": 12}},
    ],
    "VMs": [
        {
            "Name": "kiste", "ComputerName": "KRAN1", "Generation": 2, "MemoryStartup": 2**32, "MemoryMinimum": 2**31, "MemoryMaximum": 2**33,
            "DynamicMemoryEnabled": True, "ProcessorCount": 4, "Processor": {"CompatibilityForMigrationEnabled": True}, "Firmware": {"SecureBoot": 1},
            "VMIntegrationService": [{"Name": "Guest Service Interface", "Enabled": True}],
            "NetworkAdapters": [{"SwitchName": "LAN", "MacAddress": "00155D00AA01", "DynamicMacAddressEnabled": False}, {"SwitchName": "Lager's"}],
            "HardDrives": [
                {"Path": r"D:\VHDs\kiste.vhdx", "VhdType": 2, "Size": 60 * 2**30},
                {"Path": r"D:\VHDs\daten.vhdx", "ControllerType": 1, "ControllerNumber": 0, "ControllerLocation": 1},
            ],
            "DVDDrives": [{"Path": r"D:\a.iso", "ControllerNumber": 0, "ControllerLocation": 2}],
        },
    ],
}  # fmt: skip


def read(text: str) -> Reading:
    return read_uploads([Upload("schuppen.ps1", text.encode())])


def resources(lines: str) -> Reading:
    return read(f"configuration A {{\n Import-DscResource -ModuleName HyperVDsc\n{lines}\n}}\n")


def test_a_configuration_declares_what_the_cmdlets_would_tell():
    declared = read(HEAD + NODE)
    exported = read_uploads([Upload("host.json", json.dumps(EXPORTED).encode())])
    assert declared.warnings == ["schuppen.ps1: declares what shall be, not what is"]
    assert to_builtins(declared.inventory) == to_builtins(exported.inventory)


def test_a_cluster():
    reading = resources(
        """
        Node @('KRAN1', 'KRAN2') { Cluster C { Name = 'HAFEN'; StaticIPAddress = '10.0.0.1/24' } }
        ClusterProperty P { Name = 'HAFEN'; SameSubnetThreshold = 20 }
        ClusterQuorum Q { IsSingleInstance = 'Yes'; Type = 'NodeAndFileShareMajority'; Resource = '\\\\fs1\\zeuge$' }
        ClusterNetwork N { Address = '10.0.0.0'; AddressMask = '255.255.255.0'; Name = 'Verwaltung'; Role = '3' }
        ClusterPreferredOwner O { ClusterName = 'HAFEN'; ClusterGroup = 'kiste'; Nodes = 'KRAN2', 'KRAN1' }
        """
    )
    cluster = to_builtins(reading.inventory)["cluster"]
    assert {name: cluster[name] for name in ("name", "quorum", "same_subnet_threshold", "networks", "groups")} == {
        "name": "HAFEN",
        "quorum": "NodeAndFileShareMajority",
        "same_subnet_threshold": 20,
        "networks": [{"name": "Verwaltung", "role": "cluster_and_client", "subnet": "10.0.0.0/24"}],
        "groups": [{"name": "kiste", "preferred_owners": ["KRAN2", "KRAN1"]}],
    }
    assert not cluster.keys() & {"nodes", "resources"}  # some would look like all
    assert cluster["witness"] == {"kind": "file_share", "resource": "File Share Witness", "path": "\\\\fs1\\zeuge$"}


@pytest.mark.parametrize(
    "value",
    [
        "$cpus", '"$cpus"', '"$($Node["cpus"])"', "2 * 2", "(Get-Thing 'a' { b })", "@(1, $x)", "$true -and $x", "[int] 4", "4 | Out-Null",
        "@{ a = 4 }", "Get-Thing -Name @(\n 'a'\n)",
    ],
)  # fmt: skip
def test_what_is_no_literal_is_not_known(value: str):
    reading = resources(f"VMHyperV V {{ Name = 'a'\n ProcessorCount = {value}\n Generation = 2 }}")
    (vm,) = reading.inventory.vms or []
    assert (vm.processors, vm.generation) == (None, 2)
    assert any("processorcount of vmhyperv is an expression" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("VMHyperV V { Name = $VMName; VhdPath = 'D:\\a.vhdx' }", "its name is an expression"),
        ("if ($big) { VMHyperV V { Name = 'b' } } else\n{ VMHyperV V { Name = 'c' } }", "inside a condition"),
        ("foreach ($s in $all) { VMSwitch $s { Name = $s; Type = 'Internal' } }", "its name is an expression"),
        ("Vhd D { Name = 'a'; Path = $folder }", "its path is an expression"),
        ("Vhd D { Name = 'a'; Path = 'D:\\' }", "tells the format"),
    ],
)
def test_what_may_not_apply_or_cannot_be_named_is_left_out(lines: str, says: str):
    reading = resources(f"VMHyperV V {{ Name = 'a' }}\n{lines}")
    assert [vm.name for vm in reading.inventory.vms or []] == ["a"]
    assert not reading.inventory.hosts
    assert any(says in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("memory", "dynamic"),
    [
        ("StartupMemory = 2GB", False),
        ("StartupMemory = 2GB; MaximumMemory = 4GB", True),
        ("StartupMemory = 2GB; MinimumMemory = 2GB; MaximumMemory = 2GB", False),
        ("StartupMemory = 2GB; MaximumMemory = $max", None),
        ("", None),
    ],
)
def test_dynamic_memory_follows_from_the_sizes_given(memory: str, dynamic: bool | None):
    (vm,) = resources(f"VMHyperV V {{ Name = 'a'; {memory} }}").inventory.vms or []
    assert vm.dynamic_memory is dynamic


def test_nodes_that_are_expressions_have_no_name():
    reading = resources("Node $AllNodes.Where{ $_.Role -eq 'a' }.NodeName\n{\n VMSwitch S { Name = 'LAN'; Type = 'Private' }\n}")
    (host,) = reading.inventory.hosts or []
    assert host.name is None
    assert host.switches
    assert host.switches[0].type == "private"


def test_a_compiled_configuration():
    reading = read(
        "/*\n@TargetNode='KRAN1'\n@GeneratedBy=a\n*/\n"
        'instance of MSFT_xVMSwitch as $MSFT_xVMSwitch1ref\n{\n ResourceID = "[xVMSwitch]LAN";\n Type = "Internal";\n Name = "LAN";\n};\n'
        'instance of OMI_ConfigurationDocument\n{\n Version="2.0.0";\n};\n'
    )
    (host,) = reading.inventory.hosts or []
    assert host.name == "KRAN1"
    assert host.switches
    assert host.switches[0].type == "internal"
    assert reading.warnings == ["schuppen.ps1: declares what shall be, not what is"]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("VMHyperV V { Name = 'a", "does not end"),
        ("VMHyperV V { Name = 'a'", "not closed"),
        ("<# a", "does not end"),
        ("VMSwitch S { NetAdapterName = " + "@(" * 300, "nested more than 100 levels deep"),
        ("File F { }", "none of its objects"),
    ],
)
def test_damaged_configurations_are_left_out(lines: str, says: str):
    (out,) = read(f"configuration A {{\n Import-DscResource -ModuleName HyperVDsc\n{lines}").left_out
    assert says in str(out)
    assert out.remedy


@given(st.data())
def test_damaged_text_is_read_or_left_out(draw: st.DataObject):
    damaged = bytearray((HEAD + NODE).encode())
    for _ in range(draw.draw(st.integers(1, 5))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 300))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)


SIGNS = [
    "VMHyperV",
    "Node",
    "Name",
    "=",
    "{",
    "}",
    "(",
    ")",
    "@(",
    "@{",
    ",",
    ";",
    "\n",
    "'",
    '"',
    "'a'",
    "$x",
    "$true",
    "$(",
    "`",
    "#",
    "<#",
    "#>",
    "1",
    "4GB",
    "@'\n",
    "if",
]


@given(st.lists(st.sampled_from(SIGNS)))
def test_any_signs_are_read_or_left_out(signs: list[str]):
    reading = resources(f"VMHyperV V {{ Name = 'a' }}\n{' '.join(signs)}")
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)
