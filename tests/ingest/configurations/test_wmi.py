"""WMI classes of Hyper-V and of clusters in every notation they are exported in, and their instances put together."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins

VM1, VM2, SNAP = "4B1D6C58-0A53-4C42-9A5B-6C8B7A3E1F01", "4B1D6C58-0A53-4C42-9A5B-6C8B7A3E1F02", "4B1D6C58-0A53-4C42-9A5B-6C8B7A3E1FAA"
IDE, SCSI, NIC, SWITCH = (
    "83F8638B-8DCA-4152-9EDA-2CA8B33039B4",
    "7D0D1B4E-1111-4222-8333-944455556666",
    "0FA20D6C-5B2C-4D38-8F39-6D3C0B5F7D11",
    "C08CB7B8-9B3C-408E-8E30-5E16A3AEB444",
)
Instance = tuple[str, dict[str, Any]]


def path(name: str, id: str, key: str = "InstanceID") -> str:
    return rf'\\KAI01\root\virtualization\v2:{name}.{key}="{id.replace(chr(92), chr(92) * 2)}"'


def resource(what: str, id: str, **more: Any) -> dict[str, Any]:
    return {"InstanceID": id, "ResourceSubType": f"Microsoft:Hyper-V:{what}", "ResourceType": 1, **more}


RASD, SASD = "Msvm_ResourceAllocationSettingData", "Msvm_StorageAllocationSettingData"
V2: list[Instance] = [
    ("Msvm_ComputerSystem", {"Name": "KAI01", "ElementName": "KAI01", "EnabledState": 2, "Caption": "Hostcomputersystem"}),
    ("Msvm_ComputerSystem", {"Name": VM1, "ElementName": "Barkasse", "EnabledState": 2, "Caption": "Virtueller Computer"}),
    ("Msvm_ComputerSystem", {"Name": VM2, "ElementName": "Schute", "EnabledState": 6, "Caption": "Virtueller Computer"}),
    (
        "Msvm_VirtualSystemSettingData",
        {
            "InstanceID": f"Microsoft:{VM1}", "VirtualSystemIdentifier": VM1, "ElementName": "Barkasse", "Version": "9.0",
            "VirtualSystemType": "Microsoft:Hyper-V:System:Realized", "VirtualSystemSubType": "Microsoft:Hyper-V:SubType:2",
            "ConfigurationDataRoot": r"C:\ClusterStorage\Volume2\Barkasse", "SnapshotDataRoot": r"C:\ClusterStorage\Volume2\Barkasse",
            "AutomaticStartupAction": 3, "AutomaticShutdownAction": 4, "UserSnapshotType": 3, "SecureBootEnabled": True,
            "CreationTime": "20230512081500.000000-000", "LastSuccessfulBackupTime": "16010101000000.000000-000",
        },
    ),
    (
        "Msvm_VirtualSystemSettingData",
        {
            "InstanceID": f"Microsoft:{SNAP}", "VirtualSystemIdentifier": VM1, "ElementName": "vor dem Update", "Version": "9.0",
            "VirtualSystemType": "Microsoft:Hyper-V:Snapshot:Realized", "CreationTime": "20240102030405.000000+060",
        },
    ),
    (
        "Msvm_VirtualSystemSettingData",
        {
            "InstanceID": r"Microsoft:Definition\4B1D6C58-0000-4C42-9A5B-6C8B7A3E1F01\Default", "VirtualSystemIdentifier": None,
            "VirtualSystemType": "Microsoft:Hyper-V:Definition", "ElementName": "Vorlage",
        },
    ),
    (
        "Msvm_ProcessorSettingData",
        resource("Processor", rf"Microsoft:{VM1}\b637f346-6a0e-4dec-af52-bd70cb80a21d\0", VirtualQuantity=4, LimitProcessorFeatures=True,
                 ExposeVirtualizationExtensions=False, HwThreadsPerCore=2),
    ),
    (
        "Msvm_ProcessorSettingData",
        resource("Processor", rf"Microsoft:{SNAP}\b637f346-6a0e-4dec-af52-bd70cb80a21d\0", VirtualQuantity=64, LimitProcessorFeatures=False),
    ),
    (
        "Msvm_ProcessorSettingData",
        resource("Processor", r"Microsoft:Definition\B637F346-6A0E-4DEC-AF52-BD70CB80A21D\Maximum", VirtualQuantity=240,
                 LimitProcessorFeatures=False),
    ),
    (
        "Msvm_MemorySettingData",
        resource("Memory", rf"Microsoft:{VM1}\4764334d-e001-4176-82ee-5594ec9b530e", VirtualQuantity=4096, Reservation=1024, Limit=8192,
                 DynamicMemoryEnabled=True, TargetMemoryBuffer=20, AllocationUnits="byte * 2^20"),
    ),
    (RASD, resource("Synthetic SCSI Controller", rf"Microsoft:{VM1}\{SCSI}\0")),
    (RASD, resource("Synthetic Disk Drive", rf"Microsoft:{VM1}\{SCSI}\0\0\D", AddressOnParent="0",
                    Parent=path(RASD, rf"Microsoft:{VM1}\{SCSI}\0"))),
    (SASD, resource("Virtual Hard Disk", rf"Microsoft:{VM1}\{SCSI}\0\0\L", HostResource=[r"C:\ClusterStorage\Volume2\Barkasse\os.vhdx"],
                    IOPSLimit=500, IOPSReservation=0, PersistentReservationsSupported=False,
                    Parent=path(RASD, rf"Microsoft:{VM1}\{SCSI}\0\0\D"))),
    (RASD, resource("Synthetic DVD Drive", rf"Microsoft:{VM1}\{SCSI}\0\1\D", AddressOnParent="1")),
    (RASD, resource("Physical Disk Drive", rf"Microsoft:{VM1}\{SCSI}\0\3\D", AddressOnParent="3",
                    HostResource=[path("Msvm_DiskDrive", r"Microsoft:353B3BE8-310C-4cf4-839E-4E1B14616136\2", "DeviceID")])),
    ("Msvm_VirtualEthernetSwitch", {"Name": SWITCH, "ElementName": "Hafen", "EnabledState": 5, "MaxVMQOffloads": 0}),
    ("Msvm_SyntheticEthernetPortSettingData",
     resource("Synthetic Ethernet Port", rf"Microsoft:{VM1}\{NIC}", ElementName="Netzwerkkarte", Address="00155D0A0B0C",
              StaticMacAddress=False)),
    ("Msvm_EthernetPortAllocationSettingData",
     resource("Ethernet Connection", rf"Microsoft:{VM1}\{NIC}\C", EnabledState=2, LastKnownSwitchName="",
              HostResource=[path("Msvm_VirtualEthernetSwitch", SWITCH, "Name")])),
    ("Msvm_EthernetSwitchPortVlanSettingData",
     {"InstanceID": rf"Microsoft:{VM1}\{NIC}\C\952C5004-4465-451C-8CB8-FA9AB382B773\1", "OperationMode": 1, "AccessVlanId": 42}),
    ("Msvm_HeartbeatComponentSettingData", {"InstanceID": rf"Microsoft:{VM1}\84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47", "EnabledState": 2}),
    ("Msvm_TimeSyncComponentSettingData", {"InstanceID": rf"Microsoft:{VM1}\2497F4DE-E9FA-4204-80E4-4B75C46419C0", "EnabledState": 3}),
]  # fmt: skip

BARKASSE = {
    "name": "Barkasse", "id": VM1.lower(), "host": "KAI01", "generation": 2, "configuration_version": "9.0", "state": "Running",
    "created": "2023-05-12T08:15:00Z", "processors": 4, "processor_compatibility": True, "nested_virtualization": False,
    "threads_per_core": 2, "memory": 4 * 2**30, "memory_minimum": 2**30, "memory_maximum": 8 * 2**30, "memory_buffer": 20,
    "dynamic_memory": True, "configuration_path": r"C:\ClusterStorage\Volume2\Barkasse",
    "checkpoint_path": r"C:\ClusterStorage\Volume2\Barkasse", "checkpoint_type": "Production", "start_action": "start_if_running",
    "stop_action": "shut_down", "secure_boot": True, "last_backup": "",
    "disks": [
        {"path": r"C:\ClusterStorage\Volume2\Barkasse\os.vhdx", "controller": "scsi", "controller_number": 0, "location": 0,
         "pass_through": False, "format": "vhdx", "shared": False, "minimum_iops": 0, "maximum_iops": 500},
        {"controller": "scsi", "controller_number": 0, "location": 3, "pass_through": True},
    ],
    "dvds": [{"path": "", "controller": "scsi", "controller_number": 0, "location": 1, "media": "none"}],
    "scsi_controllers": 1,
    "adapters": [{"name": "Netzwerkkarte", "switch": "Hafen", "legacy": False, "mac": "00155D0A0B0C", "dynamic_mac": True, "vlan": 42,
                  "vlan_mode": "access"}],
    "checkpoints": [{"name": "vor dem Update", "id": SNAP.lower(), "created": "2024-01-02T02:04:05Z", "type": "Standard"}],
    "integration_services": [{"service": "heartbeat", "enabled": True}, {"service": "time", "enabled": False}],
}  # fmt: skip


# --- the notations ----------------------------------------------------------------------------------------------------


def as_json(instances: list[Instance]) -> bytes:
    """Get-WmiObject | ConvertTo-Json."""
    return json.dumps([{"__CLASS": name, "__SERVER": "KAI01", **fields} for name, fields in instances]).encode()


def as_cim_json(instances: list[Instance]) -> bytes:
    """Get-CimInstance | ConvertTo-Json."""
    return json.dumps(
        [{**fields, "CimClass": {"CimClassName": name}, "CimSystemProperties": {"ServerName": "KAI01"}} for name, fields in instances]
    ).encode()


def cim_type(value: Any) -> str:
    return "boolean" if isinstance(value, bool) else "uint64" if isinstance(value, int) else "string"


def plain(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else escape(str(value))


def as_cim_xml(instances: list[Instance]) -> bytes:
    lines = ['<?xml version="1.0"?><CIM CIMVERSION="2.0" DTDVERSION="2.0"><DECLARATION><DECLGROUP>']
    for name, fields in instances:
        lines.append(f'<INSTANCE CLASSNAME="{name}"><PROPERTY NAME="__SERVER" TYPE="string"><VALUE>KAI01</VALUE></PROPERTY>')
        for key, value in fields.items():
            if isinstance(value, list):
                items = "".join(f"<VALUE>{plain(item)}</VALUE>" for item in value)
                lines.append(f'<PROPERTY.ARRAY NAME="{key}" TYPE="string"><VALUE.ARRAY>{items}</VALUE.ARRAY></PROPERTY.ARRAY>')
            elif value is None:
                lines.append(f'<PROPERTY NAME="{key}" TYPE="string"/>')
            else:
                lines.append(f'<PROPERTY NAME="{key}" TYPE="{cim_type(value)}"><VALUE>{plain(value)}</VALUE></PROPERTY>')
        lines.append("</INSTANCE>")
    return "\n".join([*lines, "</DECLGROUP></DECLARATION></CIM>"]).encode()


def as_mof(instances: list[Instance]) -> bytes:
    def written(value: Any) -> str:
        if isinstance(value, list):
            return "{" + ", ".join(written(item) for item in value) + "}"
        if isinstance(value, str):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return "NULL" if value is None else str(value).upper()

    lines = ["/* exported */", '#pragma namespace("root")']
    for name, fields in instances:
        lines += [f"instance of {name}", "{", '\t__SERVER = "KAI01"; // host']
        lines += [f"\t{key} = {written(value)};" for key, value in fields.items()]
        lines.append("};")
    return "\n".join(lines).encode("utf-16")


def as_wsman(instances: list[Instance]) -> bytes:
    space = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
    lines = ['<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body>']
    for name, fields in instances:
        lines.append(f"<p:{name} xmlns:p={quoteattr(space + name)}><p:__SERVER>KAI01</p:__SERVER>")
        for key, value in fields.items():
            for item in value if isinstance(value, list) else [value]:
                lines.append(f'<p:{key} xsi:nil="true"/>' if item is None else f"<p:{key}>{plain(item)}</p:{key}>")
        lines.append(f"</p:{name}>")
    return "\n".join([*lines, "</s:Body></s:Envelope>"]).encode()


def as_lists(instances: list[Instance]) -> list[Upload]:
    """One file for each class, as inventory agents dump them."""

    def written(value: Any) -> str:
        if isinstance(value, list):
            return "{" + ",".join(f'"{item}"' for item in value) + "}"
        return "" if value is None else plain(value).replace("&amp;", "&").replace("&quot;", '"')

    files: dict[str, list[str]] = {}
    for name, fields in instances:
        lines = [f"{key}={written(value)}" for key, value in fields.items()]
        files.setdefault(name, []).append("\r\n\r\n" + "\r\n".join([*lines, "__SERVER=KAI01"]) + "\r\n")
    return [Upload(f"kai01-{name}.wmi", "".join(blocks).encode("utf-16")) for name, blocks in files.items()]


def read(content: bytes, name: str = "export") -> Reading:
    reading = read_uploads([Upload(name, content)])
    assert reading.left_out == []
    return reading


@pytest.mark.parametrize("write", [as_json, as_cim_json, as_cim_xml, as_mof, as_wsman])
def test_every_notation_tells_the_same(write):
    reading = read(write(V2))
    assert reading.warnings == []
    one, two = (to_builtins(vm) for vm in reading.inventory.vms or [])
    assert one == BARKASSE
    assert two == {"name": "Schute", "id": VM2.lower(), "host": "KAI01", "state": "Saved"}
    assert [to_builtins(host) for host in reading.inventory.hosts or []] == [
        {"name": "KAI01", "hyperv_installed": True, "switches": [{"name": "Hafen"}]}
    ]


def test_dumps_of_one_class_each_are_joined_by_the_ids_of_the_vms():
    reading = read_uploads(
        as_lists([i for i in V2 if i[0] in ("Msvm_ComputerSystem", "Msvm_ProcessorSettingData", "Msvm_MemorySettingData")])
    )
    assert reading.left_out == []
    one, two = reading.inventory.vms or []
    assert (one.name, one.host, one.processors, one.memory, one.processor_compatibility) == ("Barkasse", "KAI01", 4, 4 * 2**30, True)
    assert (two.name, two.processors, two.memory) == ("Schute", None, None)
    (warning,) = reading.warnings  # the processor of a checkpoint, which this dump cannot tell from that of a VM
    assert f"none of the VMs has the id {SNAP.lower()}" in warning


def test_where_a_value_stood():
    (vm, _) = read(as_mof(V2), "hv.mof").inventory.vms or []
    line = next(n for n, text in enumerate(as_mof(V2).decode("utf-16").splitlines(), 1) if "of Msvm_ProcessorSettingData" in text)
    assert str(vm.at["processors"]) == f"hv.mof line {line} VirtualQuantity"
    (vm, _) = read(as_cim_xml(V2), "hv.xml").inventory.vms or []
    assert str(vm.at["processors"]) == "hv.xml /CIM/DECLARATION/DECLGROUP/INSTANCE[7]/VirtualQuantity"


# --- the first namespace ----------------------------------------------------------------------------------------------


def v1(what: str, **more: Any) -> dict[str, Any]:
    return {"ResourceSubType": f"Microsoft {what}", "__NAMESPACE": r"root\virtualization", **more}


def old_path(id: str) -> str:
    return rf'\\KAI09\root\virtualization:Msvm_ResourceAllocationSettingData.InstanceID="{id.replace(chr(92), chr(92) * 2)}"'


V1: list[Instance] = [
    ("Msvm_VirtualSystemGlobalSettingData", {
        "SystemName": VM1, "ElementName": "Ewer", "ExternalDataRoot": r"D:\VMs\Ewer", "SnapshotDataRoot": r"D:\VMs\Ewer",
        "AutomaticStartupAction": 2, "AutomaticShutdownAction": 1, "AutomaticRecoveryAction": 1, "Version": "2.0"}),
    ("Msvm_VirtualSystemSettingData", {
        "InstanceID": f"Microsoft:{VM1}", "SystemName": VM1, "ElementName": "Ewer", "SettingType": 3, "VirtualSystemType": None,
        "BootOrder": [1, 2, 3, 0], "__NAMESPACE": r"root\virtualization"}),
    ("Msvm_VirtualSystemSettingData", {
        "InstanceID": f"Microsoft:{SNAP}", "SystemName": VM1, "ElementName": "alt", "SettingType": 5,
        "__NAMESPACE": r"root\virtualization", "VirtualSystemType": None}),
    (RASD, v1("Emulated IDE Controller", InstanceID=rf"Microsoft:{VM1}\{IDE}\0")),
    (RASD, v1("Synthetic Disk Drive", InstanceID=rf"Microsoft:{VM1}\{IDE}\0\0\D")),
    (RASD, v1("Virtual Hard Disk", InstanceID=rf"Microsoft:{VM1}\{IDE}\0\0\L", Connection=[r"D:\VMs\Ewer\Ewer.vhd"])),
    (RASD, v1("Virtual Hard Disk", InstanceID=rf"Microsoft:{SNAP}\{IDE}\0\0\L", Connection=[r"D:\VMs\Ewer\Ewer_old.avhd"])),
    # what is only described so far: the parent tells whose it is, and where
    (RASD, v1("Synthetic Disk Drive", InstanceID=r"Microsoft:Definition\118C3BE5-0D31-4804-85F0-5C6074ABEA8F\Default", Address="1",
              Parent=old_path(rf"Microsoft:{VM1}\{IDE}\1"))),
    (RASD, v1("Virtual Hard Disk", InstanceID=r"Microsoft:Definition\70BB60D2-A9D3-46AA-B654-3DE53004B4F8\Default",
              Connection=[r"D:\VMs\Ewer\Daten.vhd"], Parent=old_path(rf"Microsoft:{VM1}\{IDE}\1\1\D"))),
    (RASD, v1("Synthetic SCSI Controller", InstanceID=r"Microsoft:Definition\BDE5D4D6-E450-46D2-B925-976CA3E989B4\Default")),
    ("Msvm_VirtualSwitch", {"Name": SWITCH, "ElementName": "LAN", "EnabledState": 5, "__NAMESPACE": r"root\virtualization"}),
    ("Msvm_EmulatedEthernetPortSettingData",
     v1("Emulated Ethernet Port", InstanceID=rf"Microsoft:{VM1}\{NIC}", ElementName="Legacy", Address="00155d010203", StaticMacAddress=True,
        Connection=[r'\\KAI09\root\virtualization:Msvm_SwitchPort.CreationClassName="Msvm_SwitchPort",Name="x",SystemName="' + SWITCH + '"'])),
    ("Msvm_SyntheticEthernetPortSettingData",
     v1("Synthetic Ethernet Port", InstanceID=rf"Microsoft:{VM1}\AAAAAAAA-5B2C-4D38-8F39-6D3C0B5F7D11", Connection=[])),
]  # fmt: skip


@pytest.mark.parametrize("write", [as_json, as_cim_xml, as_mof])
def test_a_vm_of_the_first_namespace(write):
    (vm,) = read(write(V1)).inventory.vms or []
    assert (vm.name, vm.generation, vm.configuration_version) == ("Ewer", 1, "2.0")
    assert (vm.start_action, vm.stop_action) == ("start", "save")  # other numbers than those of the second namespace
    assert vm.boot_order == ["cd", "disk", "network", "floppy"]
    assert [(d.path, d.controller, d.controller_number, d.location) for d in vm.disks or []] == [
        (r"D:\VMs\Ewer\Ewer.vhd", "ide", 0, 0),
        (r"D:\VMs\Ewer\Daten.vhd", "ide", 1, 1),
    ]
    assert vm.scsi_controllers is None  # the one that is there is the host's template
    assert sorted((a.name or "", a.legacy, a.switch) for a in vm.adapters or []) == [("", False, ""), ("Legacy", True, "LAN")]
    assert [c.name for c in vm.checkpoints or []] == ["alt"]


def test_what_ports_guests_and_hosts_are_set_to():
    port = rf"Microsoft:{VM1}\{NIC}"
    found = [
        ("Msvm_ComputerSystem", {"Name": VM1, "ElementName": "Barkasse", "EnabledState": 3}),
        ("Msvm_SyntheticEthernetPortSettingData", resource("Synthetic Ethernet Port", port, ElementName="a", Address="000000000000")),
        ("Msvm_EthernetPortAllocationSettingData",
         resource("Ethernet Connection", rf"{port}\C", EnabledState=3, HostResource=[], LastKnownSwitchName="Alt")),
        ("Msvm_EthernetSwitchPortVlanSettingData",
         {"InstanceID": rf"{port}\C\x\1", "OperationMode": 2, "AccessVlanId": 0, "TrunkVlanIdArray": [10, 20]}),
        ("Msvm_EthernetSwitchPortSecuritySettingData",
         {"InstanceID": rf"{port}\C\y\1", "AllowMacSpoofing": True, "EnableDhcpGuard": False, "EnableRouterGuard": True, "MonitorMode": 2,
          "AllowTeaming": False, "AllowIeeePriorityTag": True}),
        ("Msvm_EthernetSwitchPortOffloadSettingData",
         {"InstanceID": rf"{port}\C\z\1", "VMQOffloadWeight": 100, "IOVOffloadWeight": 0, "IOVQueuePairCount": 1}),
        ("Msvm_GuestNetworkAdapterConfiguration",
         {"InstanceID": rf"Microsoft:GuestNetwork\{VM1}\{NIC}", "IPAddresses": ["10.1.2.3"], "DHCPEnabled": True}),
        ("Msvm_SecuritySettingData", {"InstanceID": rf"Microsoft:{VM1}\s", "TpmEnabled": True, "ShieldingRequested": False}),
        ("Msvm_SerialPortSettingData", resource("Serial Port", rf"Microsoft:{VM1}\c\0", Connection=[r"\\.\pipe\com1"])),
        ("Msvm_SerialPortSettingData", resource("Serial Port", rf"Microsoft:{VM1}\c\1", Connection=[])),
        (RASD, resource("Synthetic Diskette Drive", rf"Microsoft:{VM1}\f\0\0\D")),
        (SASD, resource("Virtual Floppy Disk", rf"Microsoft:{VM1}\f\0\0\L", HostResource=[r"D:\boot.vfd"])),
        (RASD, resource("Virtual Pci Express Port", rf"Microsoft:{VM1}\p")),
        ("Msvm_VssComponentSettingData", {"InstanceID": rf"Microsoft:{VM1}\v", "EnabledState": 2}),
        ("Msvm_VssComponent", {"SystemName": VM1, "EnabledState": 2, "OperationalStatus": [32775]}),
        ("Msvm_SummaryInformation",
         {"Name": VM2, "ElementName": "Schute", "EnabledState": 2, "NumberOfProcessors": 2, "GuestOperatingSystem": "Windows Server 2012 R2"}),
        ("Msvm_VirtualSystemManagementServiceSettingData",
         {"DefaultExternalDataRoot": r"D:\VMs", "DefaultVirtualHardDiskPath": r"D:\Disks", "MinimumMacAddress": "00155D0A0B00",
          "MaximumMacAddress": "00155D0A0BFF", "NumaSpanningEnabled": True, "EnhancedSessionModeEnabled": False}),
        ("Msvm_VirtualSystemMigrationServiceSettingData",
         {"EnableVirtualSystemMigration": True, "MaximumActiveVirtualSystemMigration": 2, "MaximumActiveStorageMigration": 4,
          "EnableCompression": True, "EnableSmbTransport": False}),
    ]  # fmt: skip
    reading = read(as_json(found))
    assert reading.warnings == []
    vm, other = reading.inventory.vms or []
    assert to_builtins(other) == {
        "name": "Schute", "id": VM2.lower(), "host": "KAI01", "state": "Running", "processors": 2, "guest_os": "Windows Server 2012 R2",
    }  # fmt: skip
    assert to_builtins(vm) == {
        "name": "Barkasse", "id": VM1.lower(), "host": "KAI01", "state": "Off", "tpm": True, "shielded": False,
        "com_ports": [r"\\.\pipe\com1"], "floppy": r"D:\boot.vfd", "assigned_devices": 1,
        "integration_services": [{"service": "vss", "enabled": True, "status": "ProtocolMismatch", "up_to_date": False}],
        "adapters": [
            {"name": "a", "switch": "", "legacy": False, "addresses": ["10.1.2.3"], "dhcp": True, "vlan_mode": "trunk",
             "allowed_vlans": [10, 20], "mac_spoofing": True, "dhcp_guard": False, "router_guard": True, "teaming": False,
             "port_mirroring": "source", "iov_weight": 0, "queue_pairs": 1, "vmq_weight": 100, "priority_tag": True},
        ],
    }  # fmt: skip
    assert [to_builtins(host) for host in reading.inventory.hosts or []] == [
        {"name": "KAI01", "hyperv_installed": True, "numa_spanning": True, "vm_path": r"D:\VMs", "disk_path": r"D:\Disks",
         "enhanced_session": False, "mac_minimum": "00155D0A0B00", "mac_maximum": "00155D0A0BFF", "live_migration": True,
         "live_migrations": 2, "storage_migrations": 4, "live_migration_performance": "compression"}
    ]  # fmt: skip


def test_associations_tell_what_devices_there_are():
    def define(device: str, rest: str, setting: str = RASD) -> Instance:
        return "Msvm_SettingsDefineState", {
            "ManagedElement": path(device, rf"Microsoft:{rest}", "DeviceID"),
            "SettingData": path(setting, rf"Microsoft:{VM1}\{rest}"),
        }

    found = [
        define("Msvm_IDEController", rf"{IDE}\0"),
        define("Msvm_DiskDrive", rf"{IDE}\0\1\D"),
        define("Msvm_LogicalDisk", rf"{IDE}\0\1\L", SASD),
        define("Msvm_DVDDrive", rf"{IDE}\1\0\D"),
        define("Msvm_SCSIProtocolController", rf"{SCSI}\0"),
        define("Msvm_EmulatedEthernetPort", NIC, "Msvm_EmulatedEthernetPortSettingData"),
    ]
    (vm,) = read(as_mof(found)).inventory.vms or []
    assert to_builtins(vm) == {
        "id": VM1.lower(), "host": "KAI01",
        "disks": [{"controller": "ide", "controller_number": 0, "location": 1}],
        "dvds": [{"path": "", "controller": "ide", "controller_number": 1, "location": 0, "media": "none"}],
        "scsi_controllers": 1, "adapters": [{"legacy": True}],
    }  # fmt: skip


def test_instances_inside_of_texts():
    inner = as_cim_xml([("Msvm_VirtualHardDiskSettingData", {"Path": r"D:\x.vhdx", "Type": 3, "MaxInternalSize": 2**35})]).decode()
    inner = inner[inner.index("<INSTANCE") : inner.index("</DECLGROUP>")]
    vm = {"Name": "x", "VMName": "x", "ProcessorCount": 1, "HardDrives": [{"Path": r"D:\x.vhdx"}]}
    reading = read_uploads(
        [
            Upload("vm.json", json.dumps(vm).encode()),
            Upload("info.xml", as_cim_xml([("Msvm_ImageManagementServiceOutput", {"SettingData": inner})])),
        ]
    )
    (disk,) = (reading.inventory.vms or [])[0].disks or []
    assert (disk.type, disk.size) == ("dynamic", 2**35)


def test_the_cluster_classes():
    found = [
        ("MSCluster_Cluster", {"Name": "HAFEN", "EnableSharedVolumes": 1, "DynamicQuorum": 1, "SameSubnetDelay": 1000}),
        ("MSCluster_Node", {"Name": "KAI01", "State": 0, "NodeWeight": 1, "MajorVersion": 10, "MinorVersion": 0, "BuildNumber": 17763}),
        ("MSCluster_Network", {"Name": "Heartbeat", "Role": 1, "State": 3, "Address": "10.1.2.0", "AddressMask": "255.255.255.0"}),
        ("MSCluster_ResourceGroup", {"Name": "Barkasse", "GroupType": 111, "State": 0, "OwnerNode": "KAI01"}),
        ("MSCluster_Resource", {"Name": "Virtual Machine Barkasse", "Type": "Virtual Machine", "State": 2, "OwnerGroup": "Barkasse"}),
    ]
    cluster = read(as_cim_xml(found)).inventory.cluster
    assert cluster is not None
    assert (cluster.name, cluster.csv_enabled, cluster.vms) == ("HAFEN", True, ["Barkasse"])
    (node,) = cluster.nodes or []
    assert (node.name, node.state, node.version, node.votes) == ("KAI01", "Up", "2019", 1)
    (network,) = cluster.networks or []
    assert (network.role, network.subnet) == ("cluster", "10.1.2.0/24")


# --- files that are not as they should be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'instance of Msvm_ComputerSystem\n{\n  Name = "x', "line 3: a text or comment in the MOF that does not end"),
        (b"instance of Msvm_ComputerSystem\n{\n  Name = ;\n};", "line 3: a value expected in the MOF, not ';'"),
        (b"instance of Msvm_ComputerSystem\n{ Name }", "line 2: '=' expected"),
        (b"instance of Msvm_A { x = " + b"{" * 5000, "nested more than 100 levels deep"),
        (b"instance of Msvm_A { x = " + b"instance of B { y = " * 5000, "nested more than 100 levels deep"),
        (b'instance of Win32_Fan { Name = "x"; };', "none of its objects"),
        (b"<CIM><DECLARATION/></CIM>", "CIM-XML, but none of its objects"),
        (b"<CIM>" + b"<a>" * 200 + b"</a>" * 200 + b"</CIM>", "nested more than 100 levels deep"),
        (b"<!DOCTYPE CIM [<!ENTITY a 'b'>]><CIM>&a;</CIM>", "document type or entities"),
        (b"Status=OK\nName=Fan\n", "none of its objects"),
    ],
)
def test_bad_files_are_left_out_with_place_and_remedy(content: bytes, says: str):
    reading = read_uploads([Upload("bad", content)])
    assert reading.files == []
    (out,) = reading.left_out
    assert says in str(out)
    assert out.remedy


SEEDS = [as_cim_xml(V2), as_mof(V1), as_wsman(V2), as_lists(V2)[0].content, as_json(V1)]


@given(st.sampled_from(SEEDS), st.data())
def test_damaged_files_are_read_or_left_out(seed: bytes, draw: st.DataObject):
    damaged = bytearray(seed)
    for _ in range(draw.draw(st.integers(1, 4))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 60))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)


@given(st.text(st.sampled_from('instance of Msvm_A{}=;,"\\$[]/*#\n 01tTaAnNuU'), max_size=120))
def test_any_mof_is_read_or_left_out(text: str):
    reading = read_uploads([Upload("any.mof", f"instance of {text}".encode())])
    assert len(reading.files) + len(reading.left_out) == 1


values = st.none() | st.booleans() | st.integers(-5, 2**40) | st.text(max_size=8) | st.lists(st.text(max_size=8), max_size=3)
ids = st.sampled_from(
    [rf"Microsoft:{VM1}", rf"Microsoft:{VM1}\{IDE}\0\0\D", rf"Microsoft:{VM1}\x", "Microsoft:", "Microsoft:Definition\\x", ""]
)
rows = st.fixed_dictionaries(
    {"__CLASS": st.sampled_from(sorted({name for name, _ in V2}))},
    optional={
        name: (ids | ids.map(lambda id: path(RASD, id)) | values)
        for name in (
            "InstanceID",
            "Parent",
            "Name",
            "VirtualSystemIdentifier",
            "SystemName",
            "ManagedElement",
            "SettingData",
            "HostResource",
        )
    }
    | dict.fromkeys(
        ("ElementName", "EnabledState", "VirtualQuantity", "Limit", "BootOrder", "Address", "OperationMode", "TrunkVlanIdArray"), values
    )
    | {
        "ResourceSubType": st.sampled_from([f"Microsoft {what}" for what in ("Virtual Hard Disk", "Synthetic Disk Drive", "Serial Port")])
        | st.sampled_from(["Microsoft:Hyper-V:Synthetic DVD Drive", "Microsoft:Hyper-V:Synthetic SCSI Controller", "x"]),
        "VirtualSystemType": st.sampled_from(["Microsoft:Hyper-V:Snapshot:Realized", "Microsoft:Hyper-V:System:Realized", "x"]) | values,
    },
)


@given(st.lists(rows, max_size=8))
def test_any_instances_are_read_or_left_out(found: list[dict[str, Any]]):
    reading = read_uploads([Upload("any.json", json.dumps(found).encode())])
    assert len(reading.files) + len(reading.left_out) == 1
    msgspec.json.encode(reading)
