"""What people copy from a console: transcripts with lists and tables, in the languages Windows speaks."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations import console, format_list, format_table, plain_text
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins


def reading(*texts: str, encoding: str = "utf-8") -> Reading:
    return read_uploads([Upload(f"{number}.txt", text.encode(encoding)) for number, text in enumerate(texts)])


def data(*texts: str) -> dict[str, Any]:
    result = reading(*texts)
    assert result.left_out == []
    return to_builtins(result.inventory)


def vms(text: str) -> list[dict[str, Any]]:
    return data(text)["vms"]


LIST = """PS C:\\> Get-VM Ewer | fl *

VMName                    : Ewer
VMId                      : 5b0c1d2e-1111-4222-8333-444455556666
Id                        : 5b0c1d2e-1111-4222-8333-444455556666
Name                      : Ewer
State                     : Running
OperationalStatus         : {Ok}
HardDrives                : {Festplatte auf SCSI-Controllernummer 0 an Position 0, Festplatte auf
                            SCSI-Controllernummer 0 an Position 3}
DVDDrives                 : {}
ComPort1                  : Microsoft.HyperV.PowerShell.VMComPort
DynamicMemoryEnabled      : True
MemoryMaximum             : 8589934592
MemoryMinimum             : 536870912
MemoryStartup             : 1073741824
ProcessorCount            : 4
Generation                : 2
Version                   : 10.0
CreationTime              : 23.05.2024 09:29:29
Notes                     : Rolle : Datenbank
Path                      : C:\\ClusterStorage\\Volume1\\Ein Ordner mit einem langen
                            Namen\\Ewer
AutomaticStartAction      : StartIfRunning
ComputerName              : KAI1

"""

EWER = {
    "name": "Ewer",
    "id": "5b0c1d2e-1111-4222-8333-444455556666",
    "host": "KAI1",
    "generation": 2,
    "configuration_version": "10.0",
    "state": "Running",
    "created": "2024-05-23T09:29:29Z",
    "processors": 4,
    "memory": 2**30,
    "memory_minimum": 2**29,
    "memory_maximum": 2**33,
    "dynamic_memory": True,
    "configuration_path": "C:\\ClusterStorage\\Volume1\\Ein Ordner mit einem langen Namen\\Ewer",
    "start_action": "start_if_running",
    "disks": [
        {"controller": "scsi", "controller_number": 0, "location": 0},
        {"controller": "scsi", "controller_number": 0, "location": 3},
    ],
    "dvds": [],
}


def test_a_list_tells_all_it_prints():
    (vm,) = vms(LIST)
    assert {key: vm.get(key) for key in EWER} == EWER


def test_the_same_objects_in_json_and_as_a_list_give_the_same_inventory():
    drives = [{"ControllerType": "SCSI", "ControllerNumber": 0, "ControllerLocation": location} for location in (0, 3)]
    (entries,), _ = format_list.records(LIST.split("\n"), 2)
    printed = {entry.name: format_list.joined(entry, 90) for entry in entries}
    printed |= {"HardDrives": drives, "DVDDrives": [], "OperationalStatus": ["Ok"], "CreationTime": "2024-05-23T09:29:29"}
    assert data(LIST) == data(json.dumps(printed))


ROWS = [
    {
        "VMName": "Ewer",
        "ControllerType": "IDE",
        "ControllerNumber": "0",
        "ControllerLocation": "1",
        "DiskNumber": "",
        "Path": "D:\\a b.vhdx",
    },
    {
        "VMName": "Möwe 2",
        "ControllerType": "SCSI",
        "ControllerNumber": "0",
        "ControllerLocation": "12",
        "DiskNumber": "4",
        "Path": "Disk 4",
    },
]


def table(rows: list[dict[str, str]], right: tuple[str, ...] = (), gap: str = " ") -> str:
    """Rows the way Format-Table prints them."""
    names = list(rows[0])
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in names}

    def line(cells: dict[str, str]) -> str:
        return gap.join(f"{cells[name]:>{widths[name]}}" if name in right else f"{cells[name]:<{widths[name]}}" for name in names)

    lines = [line({name: name for name in names}), line({name: "-" * len(name) for name in names}), *map(line, rows)]
    return "\n".join(text.rstrip() for text in lines) + "\n\n"


@pytest.mark.parametrize("right", [(), ("ControllerNumber",), ("ControllerNumber", "ControllerLocation", "DiskNumber")])
@pytest.mark.parametrize("gap", [" ", "    "])
def test_the_same_objects_in_json_and_as_a_table_give_the_same_inventory(right: tuple[str, ...], gap: str):
    assert data(table(ROWS, right, gap)) == data(json.dumps(ROWS))


# Words without blanks at the ends, among them such as one finds in names of VMs, some in scripts of double width.
words = st.text(st.sampled_from("abcXYZ09 (){}äß-_漢字運行"), max_size=18).map(str.strip)
cells = st.fixed_dictionaries({"Name": words.filter(bool), "State": words, "Size": st.integers(0, 10**6).map(str), "Path": words})


@given(st.lists(cells, min_size=1, max_size=6))
def test_columns_are_found_by_display_width(rows: list[dict[str, str]]):
    def width(text: str) -> int:
        return sum(2 if sign > "\u2e80" else 1 for sign in text)

    header = {name: name for name in rows[0]}
    widths = {name: max(len(name), *(width(row[name]) for row in rows)) for name in header}

    def line(row: dict[str, str]) -> str:
        padded = {name: " " * (widths[name] - width(row[name])) for name in header}
        return " ".join(padded[name] + row[name] if name == "Size" else row[name] + padded[name] for name in header).rstrip()

    lines = [line(header), line({name: "-" * len(name) for name in header}), *map(line, rows)]
    found = format_table.read(lines, 0)
    assert found is not None
    assert (found.names, found.unreadable, found.end) == (list(header), [], len(lines))
    if len(found.rows) == len(rows):  # a row of which only one text is left looks like the second line of a wrapped one
        assert [dict(zip(found.names, cells, strict=True)) for _, cells in found.rows] == rows


TRANSCRIPT = """**********************
Windows PowerShell transcript start
Start time: 20240523092900
Machine: kai1 (Microsoft Windows NT 10.0.20348.0)
**********************
PS C:\\Users\\lotse> Get-VM

Name   State   CPUUsage(%) MemoryAssigned(M) Uptime     Status            Version
----   -----   ----------- ----------------- ------     ------            -------
Ewer   Running 2           4096              4.21:44:29 Normaler Betri... 9.0
Möwe 2 Aus     0           0                 00:00:00   Normaler Betri... 8.0

PS C:\\Users\\lotse> Get-VMMemory *

VMName DynamicMemoryEnabled Minimum(M) Startup(M) Maximum(M)
------ -------------------- ---------- ---------- ----------
Ewer   True                 512        2048       8192

PS C:\\Users\\lotse> Get-VMProcessor * | ft

VMName Count CompatibilityForMigr... CompatibilityForOlde...
------ ----- ----------------------- -----------------------
Ewer   4     True                    False

PS C:\\Users\\lotse> Get-VMSnapshot *

VMName Name                               SnapshotType CreationTime        ParentSnapshotName
------ ----                               ------------ ------------        ------------------
Ewer   Ewer - (23.05.2024 - 09:29:29)     Standard     23.05.2024 09:29:29
Ewer   vor Update                         Production   24.05.2024 21:00:00 Ewer - (23.05.2024 - 09:29:29)

PS C:\\Users\\lotse> Get-VMNetworkAdapter *

Name          IsManagementOs VMName SwitchName MacAddress   Status IPAddresses
----          -------------- ------ ---------- ----------   ------ -----------
Netzwerkkarte False          Ewer   LAN        00155D0A0B01 {Ok}   {10.1.0.5, fe80::1}
Netzwerkkarte False          Möwe 2            00155D0A0B03        {}

PS C:\\Users\\lotse> Get-VMNetworkAdapterVlan

VMName VMNetworkAdapterName Mode     VlanList
------ -------------------- ----     --------
Ewer   Netzwerkkarte        Access   20
Möwe 2 Netzwerkkarte        Isolated 5,105

PS C:\\Users\\lotse> Get-VMIntegrationService Ewer

VMName Name                               Enabled PrimaryStatusDescription SecondaryStatusDescription
------ ----                               ------- ------------------------ --------------------------
Ewer   Gastdienstschnittstelle            False   OK
Ewer   Takt                               True    Kein Kontakt
Ewer   Austausch von Schlüsselwertepaaren True    OK
Ewer   VSS                                True    OK                       Die Protokollversion der auf dem vir...

PS C:\\Users\\lotse> Get-VMScsiController *

VMName ControllerNumber Drives
------ ---------------- ------
Ewer   0                {Hard Drive on SCSI controller number 0 at location 0}
Ewer   1                {}

PS C:\\Users\\lotse> Get-VMFirmware Ewer

VMName SecureBoot SecureBootTemplate PreferredNetworkBootProtocol BootOrder
------ ---------- ------------------ ---------------------------- ---------
Ewer   On         MicrosoftWindows   IPv4                         {Network, Drive}

PS C:\\Users\\lotse> Get-VMReplication

VMName State       Health Mode    FrequencySec PrimaryServer ReplicaServer ReplicaPort AuthType
------ -----       ------ ----    ------------ ------------- ------------- ----------- --------
Ewer   Replicating Normal Primary 300          kai1          kai9          80          Kerberos

PS C:\\Users\\lotse>
"""


def test_default_views_of_vms_in_one_transcript():
    ewer, gull = vms(TRANSCRIPT)
    assert ewer["host"] == gull["host"] == "kai1"
    assert (ewer["state"], gull["state"]) == ("Running", "Off")
    assert (ewer["configuration_version"], gull["configuration_version"]) == ("9.0", "8.0")
    assert (ewer["memory_assigned"], ewer["memory"], ewer["memory_maximum"]) == (2**32, 2**31, 2**33)
    assert (ewer["processors"], ewer["processor_compatibility"]) == (4, True)
    assert [(c["name"], c["type"], c["created"], c.get("parent")) for c in ewer["checkpoints"]] == [
        ("Ewer - (23.05.2024 - 09:29:29)", "Standard", "2024-05-23T09:29:29Z", None),
        ("vor Update", "Production", "2024-05-24T21:00:00Z", "Ewer - (23.05.2024 - 09:29:29)"),
    ]
    assert [(a["switch"], a["addresses"], a["vlan"]) for a in ewer["adapters"]] == [("LAN", ["10.1.0.5", "fe80::1"], 20)]
    assert [(a["switch"], a["private_vlan_mode"], a["primary_vlan"], a["secondary_vlans"]) for a in gull["adapters"]] == [
        ("", "isolated", 5, [105])
    ]
    assert [(s["service"], s["enabled"], s["status"], s.get("up_to_date")) for s in ewer["integration_services"]] == [
        ("guest", False, "Ok", None),
        ("heartbeat", True, "NoContact", None),
        ("kvp", True, "Ok", None),
        ("vss", True, "Ok", False),
    ]
    assert (ewer["scsi_controllers"], ewer["secure_boot"], ewer["boot_order"]) == (2, True, ["network", "disk"])
    assert ewer["replication"]["mode"] == "primary"
    assert ewer["replication"]["frequency"] == 300


HOST = """[kai1]: PS C:\\> Get-VMHost

Name LogicalProcessorCount MemoryCapacity(M) VirtualMachinePath VirtualHardDiskPath
---- --------------------- ----------------- ------------------ -------------------
KAI1 32                    262037,5          D:\\VMs             D:\\VHDs

[kai1]: PS C:\\> Get-VMSwitch

Name     SwitchType NetAdapterInterfaceDescription
----     ---------- ------------------------------
LAN      External   Intel(R) Ethernet Server Adapter X520-2 #2
Intern 2 Internal

[kai1]: PS C:\\> Get-NetAdapter

Name                      InterfaceDescription                    ifIndex Status       MacAddress             LinkSpeed
----                      --------------------                    ------- ------       ----------             ---------
Ethernet 2                Intel(R) Ethernet Server Adapter X520-2      12 Up           00-1B-21-AA-BB-CC        10 Gbps

[kai1]: PS C:\\> Get-Disk

Number Friendly Name Serial Number                    HealthStatus         OperationalStatus      Total Size Partition
                                                                                                             Style
------ ------------- -------------                    ------------         -----------------      ---------- ----------
0      Msft Virtu...                                  Healthy              Online                     127 GB GPT
2      DGC VRAID     60060160ABC                      Healthy              Offline                   1,25 TB RAW

[kai1]: PS C:\\> Get-Volume

DriveLetter FriendlyName FileSystemType DriveType HealthStatus OperationalStatus SizeRemaining      Size
----------- ------------ -------------- --------- ------------ ----------------- -------------      ----
C                        NTFS           Fixed     Healthy      OK                      96.5 GB 126.25 GB
D           Daten Eins   ReFS           Fixed     Healthy      OK                         1 TB      2 TB

[kai1]: PS C:\\> Get-HotFix

Source        Description      HotFixID      InstalledBy          InstalledOn
------        -----------      --------      -----------          -----------
KAI1          Update           KB5012170     NT AUTHORITY\\SYSTEM  14.10.2023 00:00:00
KAI1          Security Update  KB5031539     NT AUTHORITY\\SYSTEM  14.10.2023 00:00:00

[kai1]: PS C:\\> Get-Service vmms, clussvc

Status   Name               DisplayName
------   ----               -----------
Running  clussvc            Clusterdienst
Stopped  vmms               Hyper-V-Verwaltung virtueller Computer

[kai1]: PS C:\\> Get-SmbConnection

ServerName ShareName UserName    Credential  Dialect NumOpens
---------- --------- --------    ----------  ------- --------
filer1     vms$      LOTSE\\KAI1$ LOTSE\\KAI1$ 3.1.1   12

[kai1]: PS C:\\> dir C:\\ClusterStorage\\Volume1\\Ewer


    Verzeichnis: C:\\ClusterStorage\\Volume1\\Ewer


Mode                LastWriteTime         Length Name
----                -------------         ------ ----
d-----       09.01.2024     13:00                Snapshots
-a----       09.01.2024     13:00     4194304000 Ewer.vhdx

"""


def test_default_views_of_a_host():
    found = data(HOST)
    (host,) = found["hosts"]
    assert (host["name"], host["logical_processors"], host["memory"], host["vm_path"]) == ("KAI1", 32, 262037 * 2**20 + 2**19, "D:\\VMs")
    assert [(s["name"], s["type"]) for s in host["switches"]] == [("LAN", "external"), ("Intern 2", "internal")]
    assert host["switches"][0]["adapters"] == ["Intel(R) Ethernet Server Adapter X520-2 #2"]
    assert [(a["name"], a["mac"], a["speed"]) for a in host["adapters"]] == [("Ethernet 2", "001B21AABBCC", 10**10)]
    assert [(d["number"], d["size"], d["partition_style"]) for d in host["disks"]] == [(0, 127 * 2**30, "GPT"), (2, 1280 * 2**30, "RAW")]
    assert [(v["path"], v["size"], v["free"]) for v in host["volumes"]] == [
        ("C:", 126 * 2**30 + 2**28, 96 * 2**30 + 2**29),
        ("D:", 2**41, 2**40),
    ]
    assert host["updates"] == ["KB5012170", "KB5031539"]
    assert {s["name"]: s["state"] for s in host["services"]} == {"clussvc": "Running", "vmms": "Stopped"}
    assert host["smb_connections"] == [{"server": "filer1", "share": "vms$", "dialect": "3.1.1"}]
    assert found["cluster"]["volumes"][0]["files"] == ["C:\\ClusterStorage\\Volume1\\Ewer\\Ewer.vhdx"]


CLUSTER = """PS C:\\> Get-Cluster | fl Name, EnableSharedVolumes, DynamicQuorum, RecentEventsResetTime

Name                  : HAFEN
EnableSharedVolumes   : 已啟用
DynamicQuorum         : 1
RecentEventsResetTime : 2024/5/23 上午 02:05:58

PS C:\\> Get-ClusterNode

Name State Type
---- ----- ----
kai1    Up Node
kai2  Down Node

PS C:\\> Get-ClusterNetwork

Name                                  State Metric             Role
----                                  ----- ------             ----
Netz 1                                   Up  39841 ClusterAndClient
Netz 2                          Unavailable  69600             None

PS C:\\> Get-ClusterNetworkInterface

Name                Node                Network                           State
----                ----                -------                           -----
kai1 - Ether ...    kai1                Netz 1                               Up

PS C:\\> Get-ClusterGroup

Name             OwnerNode  State
----             ---------  -----
Clustergruppe    kai1      Online
VM Ewer          kai2      Online

PS C:\\> Get-ClusterResource

Name                    State  OwnerGroup     ResourceType
----                    -----  ----------     ------------
Cluster IP Addre...     Online Clustergruppe  IP Address
Virtueller Computer ... Online VM Ewer        Virtual Machine
Zeuge                   Online Clustergruppe  File Share Witness

PS C:\\> Get-ClusterSharedVolume

Name                           State  Node
----                           -----  ----
Cluster Virtual Disk (Volume1) Online kai1

PS C:\\> Get-ClusterGroup 'VM Ewer' | Get-ClusterOwnerNode

ClusterObject OwnerNodes
------------- ----------
VM Ewer       {kai2, kai1}

PS C:\\> Get-ClusterResource Zeuge | Get-ClusterParameter

Object Name              Value                Type
------ ----              -----                ----
Zeuge  SharePath         \\\\filer1\\zeuge       String
Zeuge  ArbitrationDelay  {16, 0, 0, 0...}     ByteArray

PS C:\\> Get-Cluster -Domain lotse.example

Name
----
HAFEN
WERFT
"""


def test_default_views_of_a_cluster():
    cluster = data(CLUSTER)["cluster"]
    assert (cluster["name"], cluster["csv_enabled"], cluster["dynamic_quorum"]) == ("HAFEN", True, True)
    assert [(n["name"], n["state"]) for n in cluster["nodes"]] == [("kai1", "Up"), ("kai2", "Down")]
    assert [(n["name"], n["state"], n["metric"], n["role"]) for n in cluster["networks"]] == [
        ("Netz 1", "Up", 39841, "cluster_and_client"),
        ("Netz 2", "Unavailable", 69600, "none"),
    ]
    assert cluster["networks"][0]["interfaces"] == [{"node": "kai1", "state": "Up"}]
    assert [(g["name"], g["owner"], g.get("preferred_owners")) for g in cluster["groups"]] == [
        ("Clustergruppe", "kai1", None),
        ("VM Ewer", "kai2", ["kai2", "kai1"]),
    ]
    assert [(r["name"], r["group"], r.get("parameters")) for r in cluster["resources"]] == [
        ("Zeuge", "Clustergruppe", {"SharePath": "\\\\filer1\\zeuge"})
    ]
    assert cluster["witness"]["kind"] == "file_share"
    assert [(v["name"], v["owner"]) for v in cluster["volumes"]] == [("Cluster Virtual Disk (Volume1)", "kai1")]


def test_roles_in_a_table_do_not_say_that_there_is_no_vm_among_them():
    assert "vms" not in data("PS C:\\> Get-ClusterGroup\n\nName OwnerNode State\n---- --------- -----\nA    kai1      Online\n")["cluster"]


def test_what_was_cut_is_reported_by_line():
    warnings = "\n".join(reading(CLUSTER).warnings)
    assert "line 26 Name: not known, for only 'kai1 - Ether ...' is printed; export with ConvertTo-Json (and 2 more like it)" in warnings
    assert "HAFEN" not in warnings


CLUSTER_EXE = """C:\\>cluster node

Listing status for all available nodes:

Node           Node ID Status
-------------- ------- ---------------------
KAI1                1 Up
KAI2                2 Paused

C:\\>cluster res

Listing status for all available resources:

Resource             Group                Node            Status
-------------------- -------------------- --------------- ------
Cluster Disk 1       Cluster Group        KAI1            Online
"""


def test_cluster_exe():
    cluster = data(CLUSTER_EXE)["cluster"]
    assert [(n["name"], n["state"]) for n in cluster["nodes"]] == [("KAI1", "Up"), ("KAI2", "Paused")]
    assert cluster["resources"] == [{"name": "Cluster Disk 1", "state": "Online", "group": "Cluster Group"}]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("Get-ClusterNode", "nodes"),
        ("get-clusternode -cluster hafen | ft name, state", "nodes"),
        ("Get-ClusterNetwork | Sort-Object Name | Format-Table -AutoSize", "networks"),
        ("$groups = Get-ClusterGroup | where { $_.Name -like 'x' }", "groups"),
    ],
)
def test_the_command_tells_the_class_where_the_columns_do_not(command: str, name: str):
    printed = "Name State\n---- -----\nx    Up\n"
    if name == "groups":
        printed = printed.replace("Up", "Online")
    assert [thing["name"] for thing in data(f"PS C:\\> {command}\n\n{printed}")["cluster"][name]] == ["x"]
    assert reading(printed).left_out


@pytest.mark.parametrize("command", ["Get-Host", "Get-NetIPConfiguration", "Get-VM | Measure-VM"])
def test_what_other_commands_print_is_not_guessed_at(command: str):
    text = f"PS C:\\> {command}\n\nName    : ConsoleHost\nVersion : 5.1.1\n"
    (out,) = read_uploads([Upload("vm.txt", text.encode())]).left_out
    assert "none of its objects" in out.problem


def test_the_same_objects_printed_twice_are_one():
    (ewer, gull) = vms(TRANSCRIPT + TRANSCRIPT)
    assert (len(ewer["checkpoints"]), len(ewer["adapters"]), len(gull["adapters"])) == (2, 1, 1)


def test_words_are_joined_the_way_they_were_broken():
    text = (
        "VMName           : Ewer\nCount            : 2\nId               : Microsoft:8ED410B2-007B-4296-896A-C0B999531D80\\b637f346-6a0\n"
    )
    text += "                   e-4dec-af52-bd70cb80a21d\\0\nHwThreadCountPerCore : 1\n"
    records, end = format_list.records(text.rstrip("\n").split("\n"))
    entry = next(entry for entry in records[0] if entry.name == "Id")
    assert format_list.joined(entry, format_list.width_of(records)).endswith("b637f346-6a0e-4dec-af52-bd70cb80a21d\\0")
    assert end == 5


ANSI = "\x1b[32;1mName \x1b[0m \x1b[32;1mState\x1b[0m\x1b[32;1m  CPUUsage(%)\x1b[0m\r\n\x1b[32;1m---- \x1b[0m \x1b[32;1m-----  -----------\x1b[0m\r\nEwer  Saved            0\r\n"


@pytest.mark.parametrize(
    "text",
    [
        ANSI,
        "Name State CPUUsage(%)\n---- ----- -----------\nEwer Saved 0\n",
        "Name  State            CPUUsage(%)\n----  -----            -----------\nEwer  Gespeichert      0\n",
        "Name  State       CPUUsage(%)\n----  -----       -----------\nEwer  Enregistrée 0\n",
        "Name  State  CPUUsage(%)\n----  -----  -----------\nEwer  已保存 0\n",
        "Name  State  CPUUsage(%)\n----  -----  -----------\nEwer  已保存    0\n",
        "Name : Ewer\nState : 已儲存\nCPUUsage : 0\n",
        "```\nPS /home/x> Get-VM\nName   State CPUUsage(%)\n----   ----- -----------\nEwer   Saved           0\n```\n",
        'PS C:\\> Get-VM | ConvertTo-Json\n{"Name": "Ewer", "State": 6,\n "CPUUsage": 0}\n',
    ],
    ids=["ansi", "exact", "german", "french", "wide", "narrow", "list", "fenced", "json"],
)
def test_one_vm_in_every_dress(text: str):
    assert vms(text) == [{"name": "Ewer", "state": "Saved"}]


def test_objects_of_wmi_name_their_class():
    text = (
        "PS C:\\> gwmi -query 'select * from x' -computername kai1 | fl *\n\n__CLASS : Win32_Processor\nName    : Xeon\nSystemName : KAI1\n"
    )
    assert data(text) == {"hosts": [{"name": "KAI1", "processors": [{"model": "Xeon"}]}]}


@pytest.mark.parametrize("key", ["@at", "@type"])
@pytest.mark.parametrize("value", [5, [], {}, None, "x"])
def test_properties_with_the_names_that_readers_use_among_themselves_do_no_harm(key: str, value: Any):
    assert vms(json.dumps({"Name": "Ewer", "CPUUsage": 0, key: value})) == [{"name": "Ewer"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str):
    (vm,) = reading("Name     : Möwe\r\nCPUUsage : 0\r\n", encoding=encoding).inventory.vms or []
    assert vm.name == "Möwe"


def test_a_name_and_value_table_is_one_object():
    text = "Name                           Value\n----                           -----\nName                           LAN\n"
    text += "SwitchType                     Private\nAllowManagementOS              False\nNotes\n"
    assert data(text) == {"hosts": [{"switches": [{"name": "LAN", "type": "private", "allow_management_os": False}]}]}


def test_lists_that_were_cut_and_types_in_place_of_values_are_not_known():
    text = "VMName      : Ewer\nIsLegacy    : False\nIPAddresses : {10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4...}\nSwitchName  : \n"
    text += "MacAddress  : System.String[]\n"
    result = reading(text)
    (vm,) = result.inventory.vms or []
    assert to_builtins(vm)["adapters"] == [{"switch": "", "legacy": False}]
    assert any("IPAddresses: not known" in warning for warning in result.warnings)


def test_a_report_of_compare_vm_is_told_to_the_user():
    text = (
        "PS C:\\> $report.Incompatibilities | fl\n\nMessage   : Could not find Ethernet switch 'LAN'.\nMessageId : 33012\nSource    : x\n"
    )
    assert any("Compare-VM reports: Could not find Ethernet switch 'LAN'." in warning for warning in reading(text).warnings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "Moewe läuft, und Ewer auch\n",
            "unknown format (tried VM configuration XML, JSON of the cmdlets, Lotse inventory in YAML or JSON, ",
        ),
        ("Remarque : ceci n'est pas une VM\n", "none of its objects"),
        ("PS C:\\> Get-VM\nPS C:\\>\n", "none of its objects"),
        ("Name                State CPUUsage(%)\n---- ----- -----------\nEwer am Kai liegt fest Off 0\n", "line 3: left out"),
        ("Name      State\n----      -----\nEin langer Name Running jetzt\n", "line 3: left out, for its columns run into each other"),
        ("-------------\nSERVER NAME\n-------------\n", "none of its objects"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(text: str, says: str):
    (out,) = reading(text).left_out
    assert says in str(out)
    assert out.remedy


def read(text: str) -> None:
    with contextlib.suppress(BadFile):
        assert isinstance(plain_text.read(text, "x.txt"), Part)


@given(st.text() | st.text(st.sampled_from('Name: -\n\t .…{},;"#T漢\x1b[3m>PS\\'), max_size=300))
def test_any_text_gives_a_part_or_is_refused(text: str):
    read(text)


@given(
    st.sampled_from([LIST, TRANSCRIPT, HOST, CLUSTER, CLUSTER_EXE]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.text(max_size=10)), max_size=6),
)
def test_any_damage_to_a_text_gives_a_part_or_is_refused(text: str, changes: list[tuple[int, int, str]]):
    for at, length, new in changes:
        at %= len(text) or 1
        text = text[:at] + new + text[at + length :]
    read(text)
    assert console.recognises(text) in (True, False)
