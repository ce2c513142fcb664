"""System Center Virtual Machine Manager: its cmdlets, its templates, and discoveries from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import Vm, to_builtins

GB = 2**30
VM: dict[str, Any] = {
    "Name": "Bark", "VMId": "6F0E9D4C-8B37-4F7C-8E52-2A1D3C4B5E60", "VMHost": {"Name": "kai01.hafen.example"}, "Status": "PowerOff",
    "StatusString": "Stopped", "CPUCount": 4, "CPULimitForMigration": True, "Memory": 8192, "DynamicMemoryEnabled": True,
    "DynamicMemoryMinimumMB": 2048, "DynamicMemoryMaximumMB": 16384, "IsHighlyAvailable": True, "Generation": 2,
    "OperatingSystem": {"Name": "Windows Server 2019 Datacenter"}, "StartAction": "TurnOnVMIfRunningWhenVSStopped", "StopAction": "ShutdownGuestOS",
    "Location": r"C:\ClusterStorage\Volume1\Bark",
    "VirtualNetworkAdapters": [
        {"Name": "Bark", "DeviceID": "Netz 1", "VirtualNetwork": "Produktion", "MACAddress": "00:1D:D8:B7:1C:00", "MACAddressType": "Static",
         "VLanEnabled": True, "VLanID": 30, "VirtualNetworkAdapterType": "Synthetic", "MACAddressSpoofingEnabled": False},
    ],
    "VirtualDiskDrives": [
        {"BusType": "SCSI", "Bus": 0, "LUN": 1, "IsVHD": True,
         "VirtualHardDisk": {"Location": r"C:\ClusterStorage\Volume1\Bark\os.vhdx", "VHDType": "DynamicallyExpanding", "VHDFormatType": "VHDX",
                             "MaximumSize": 40 * GB, "Size": 9 * GB}},
        {"BusType": "SCSI", "Bus": 0, "LUN": 2, "IsVHD": False, "VirtualHardDisk": None},
    ],
}  # fmt: skip


def read(*documents: Any) -> Reading:
    reading = read_uploads([Upload(f"{n}.json", json.dumps(document).encode()) for n, document in enumerate(documents)])
    assert reading.left_out == []
    return reading


def vm_of(reading: Reading) -> Vm:
    (vm,) = reading.inventory.vms or []
    return vm


def test_a_vm():
    assert to_builtins(vm_of(read(VM))) == {
        "name": "Bark", "id": VM["VMId"].lower(), "host": "kai01.hafen.example", "generation": 2, "state": "Off", "processors": 4,
        "processor_compatibility": True, "memory": 8 * GB, "memory_minimum": 2 * GB, "memory_maximum": 16 * GB, "dynamic_memory": True,
        "highly_available": True, "configuration_path": r"C:\ClusterStorage\Volume1\Bark", "start_action": "start_if_running",
        "stop_action": "shut_down", "guest_os": "Windows Server 2019 Datacenter",
        "disks": [
            {"path": r"C:\ClusterStorage\Volume1\Bark\os.vhdx", "controller": "scsi", "controller_number": 0, "location": 1,
             "pass_through": False, "format": "vhdx", "type": "dynamic", "size": 40 * GB, "file_size": 9 * GB},
            {"controller": "scsi", "controller_number": 0, "location": 2, "pass_through": True},
        ],
        "adapters": [{"name": "Netz 1", "switch": "Produktion", "legacy": False, "mac": "001DD8B71C00", "dynamic_mac": False, "vlan": 30,
                      "vlan_mode": "access", "mac_spoofing": False}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "state"),
    [(0, "Running"), (1, "Off"), ("Stopped", "Off"), ("Saved State", "Saved"), ("Paused", "Paused"), ("HostNotResponding", None)],
)
def test_states(written: Any, state: str | None):
    assert vm_of(read({"Name": "Bark", "CPUCount": 1, "Memory": 512, "Status": written})).state == state


def test_memory_is_in_megabytes_and_static_memory_has_no_bounds():
    vm = vm_of(read(VM | {"DynamicMemoryEnabled": False}))
    assert (vm.memory, vm.memory_minimum, vm.memory_maximum) == (8 * GB, None, None)


def test_the_type_tells_it_from_a_vm_of_hyper_v():
    text = (
        '<Objs xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0">'
        "<T>Microsoft.SystemCenter.VirtualMachineManager.VM</T></TN><Props>"
        '<S N="Name">Bark</S><I32 N="Memory">2048</I32><I32 N="Generation">1</I32></Props></Obj></Objs>'
    )
    (vm,) = read_uploads([Upload("vms.xml", text.encode())]).inventory.vms or []
    assert (vm.name, vm.memory, vm.generation) == ("Bark", 2 * GB, 1)


def test_a_host_of_a_cluster():
    host = {
        "Name": "kai01.hafen.example", "FQDN": "kai01.hafen.example", "HostCluster": {"Name": "hafen.example"}, "LogicalProcessorCount": 32,
        "TotalMemory": 256 * GB, "OperatingSystem": {"Name": "Windows Server 2022 Datacenter"}, "OperatingSystemVersion": "10.0.20348",
        "PhysicalCPUCount": 2, "CoresPerCPU": 8, "ProcessorModel": "Xeon Gold", "ProcessorManufacturer": "Intel",
        "LiveMigrationMaximum": 2, "MigrationPerformanceOption": "UseSmbTransport",
    }  # fmt: skip
    inventory = read(host).inventory
    (found,) = inventory.hosts or []
    assert (found.name, found.version, found.edition, found.logical_processors) == ("kai01.hafen.example", "2022", "datacenter", 32)
    assert (found.memory, found.live_migrations, found.live_migration_performance) == (256 * GB, 2, "smb")
    assert [p.cores for p in found.processors or []] == [8, 8]
    assert inventory.cluster
    assert (inventory.cluster.name, [n.name for n in inventory.cluster.nodes or []]) == ("hafen.example", ["kai01"])


def test_a_discovery_names_the_host_of_a_vm_by_its_id():
    discovery = [
        {"type": "vm", "vmId": "A-1", "vmHostId": "H-1", "name": "Bark", "computerName": "bark.hafen.example", "status": 3,
         "operatingSystem": "Windows Server 2019 Standard", "hostGroupPath": "Alle", "enabled": True},
        {"type": "host", "id": "H-1", "fqdn": "kai01.hafen.example", "name": "kai01", "clusterName": "hafen",
         "operatingSystem": "Windows Server 2022 Datacenter"},
    ]  # fmt: skip
    inventory = read(discovery).inventory
    (vm,) = inventory.vms or []
    assert (vm.name, vm.host, vm.state, vm.guest_os) == ("Bark", "kai01.hafen.example", "Saved", "Windows Server 2019 Standard")
    assert [(host.version, host.edition) for host in inventory.hosts or []] == [("2022", "datacenter")]
    assert inventory.cluster
    assert inventory.cluster.name == "hafen"


def test_a_template_in_azure_arc():
    template = {"CpuCount": 2, "MemoryMB": 4096, "DynamicMemoryMaxMb": None, "DynamicMemoryEnabled": "false", "Generation": 1, "OsName": "Linux",
                "LimitCpuForMigration": "false", "Name": "Vorlage",
                "Disk": [{"displayName": "disk.vhd", "maxDiskSizeGB": 40, "diskSizeGB": 9, "bus": 0, "lun": 1, "busType": "IDE",
                          "vhdType": "Dynamic", "vhdFormatType": "VHD"}]}  # fmt: skip
    vm = vm_of(read(template))
    assert (vm.name, vm.generation, vm.processors, vm.memory, vm.processor_compatibility) == ("Vorlage", 1, 2, 4 * GB, False)
    assert [(d.controller, d.location, d.type, d.format, d.size) for d in vm.disks or []] == [("ide", 1, "dynamic", "vhd", 40 * GB)]


# --- templates as OVF -------------------------------------------------------------------------------------------------


def item(**fields: Any) -> str:
    return "<ovf:Item>" + "".join(f"<rasd:{name}>{value}</rasd:{name}>" for name, value in fields.items()) + "</ovf:Item>"


OVF = f"""<?xml version="1.0" encoding="utf-8"?>
<ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
 xmlns:vmm="http://schemas.microsoft.com/example/vmm">
 <ovf:References><ovf:File ovf:id="f1" ovf:href="os.vhd"/></ovf:References>
 <ovf:DiskSection><ovf:Disk ovf:diskId="d1" ovf:fileRef="f1" ovf:capacity="40" ovf:capacityAllocationUnits="byte * 2^30"><vmm:VHDType>Dynamic</vmm:VHDType>
 </ovf:Disk></ovf:DiskSection>
 <ovf:VirtualSystem ovf:id="v1"><ovf:Name>Vorlage</ovf:Name>
  <ovf:OperatingSystemSection><ovf:Description>Windows Server 2016</ovf:Description></ovf:OperatingSystemSection>
  <ovf:VirtualHardwareSection><vmm:LimitProcessorFeatures>false</vmm:LimitProcessorFeatures>
   {item(InstanceID=1, ResourceType=3, VirtualQuantity=2)}
   {item(InstanceID=2, ResourceType=4, VirtualQuantity=2048, AllocationUnits="MB")}
   {item(InstanceID=3, ResourceType=5, Address=0)}
   {item(InstanceID=4, ResourceType=5, Address=1)}
   {item(InstanceID=5, ResourceType=6)}
   {item(InstanceID=6, ResourceType=17, Parent=3, AddressOnParent=0, HostResource="ovf:/disk/d1")}
   {item(InstanceID=7, ResourceType=16, Parent=4, AddressOnParent=0)}
   <ovf:Item><rasd:InstanceID>8</rasd:InstanceID><rasd:ResourceType>10</rasd:ResourceType><rasd:ElementName>Netz</rasd:ElementName>
    <rasd:ResourceSubType>Synthetic</rasd:ResourceSubType><vmm:EnableMACAddressSpoofing>true</vmm:EnableMACAddressSpoofing></ovf:Item>
  </ovf:VirtualHardwareSection></ovf:VirtualSystem></ovf:Envelope>"""


def test_a_template():
    reading = read_uploads([Upload("vorlage.xml", OVF.encode())])
    assert reading.warnings == ["vorlage.xml: a template, which declares what a VM shall be"]
    vm = vm_of(reading)
    assert (vm.name, vm.generation, vm.processors, vm.memory, vm.processor_compatibility) == ("Vorlage", 1, 2, 2 * GB, False)
    assert [(d.path, d.controller, d.controller_number, d.location, d.type, d.size) for d in vm.disks or []] == [
        ("os.vhd", "ide", 0, 0, "dynamic", 40 * GB)
    ]
    assert [(d.controller, d.controller_number) for d in vm.dvds or []] == [("ide", 1)]
    assert (vm.scsi_controllers, vm.guest_os) == (1, "Windows Server 2016")
    assert [(a.name, a.legacy, a.mac_spoofing) for a in vm.adapters or []] == [("Netz", False, True)]


def test_envelopes_of_other_products_are_left_out():
    other = OVF.replace("http://schemas.microsoft.com/example/vmm", "http://www.vmware.com/schema/ovf")
    (out,) = read_uploads([Upload("other.ovf", other.encode())]).left_out
    assert "not of Virtual Machine Manager" in str(out)


@given(st.data())
def test_damaged_templates_are_read_or_left_out(draw: st.DataObject):
    damaged = bytearray(OVF.encode())
    for _ in range(draw.draw(st.integers(1, 3))):
        start = draw.draw(st.integers(0, len(damaged)))
        damaged[start : start + draw.draw(st.integers(0, 60))] = draw.draw(st.binary(max_size=10))
    reading = read_uploads([Upload("damaged", bytes(damaged))])
    assert len(reading.files) + len(reading.left_out) == 1
