"""What to run to collect a value that is missing."""

from __future__ import annotations

# What to run to collect a value that is missing, by object and field; the longest prefix counts.
COLLECT: dict[str, str] = {
    "inventory.vms": "Get-VM | ConvertTo-Json -Depth 4",
    "inventory.hosts": "Get-VMHost | ConvertTo-Json -Depth 3",
    "inventory.cluster": "Get-Cluster | ConvertTo-Json -Depth 3",
    "inventory.taken": "inventory.yaml: taken: 2026-01-31",
    "cluster": "Get-Cluster | ConvertTo-Json -Depth 3",
    "cluster.nodes": "Get-ClusterNode | ConvertTo-Json -Depth 2",
    "cluster.networks": "Get-ClusterNetwork | ConvertTo-Json -Depth 2",
    "cluster.volumes": "Get-ClusterSharedVolume | ConvertTo-Json -Depth 4",
    "cluster.vms": "Get-ClusterGroup | ConvertTo-Json -Depth 2",
    "cluster.witness": "Get-ClusterQuorum | ConvertTo-Json -Depth 3",
    "node": "Get-ClusterNode | ConvertTo-Json -Depth 2",
    "network": "Get-ClusterNetwork | ConvertTo-Json -Depth 2",
    "volume": "Get-ClusterSharedVolume | ConvertTo-Json -Depth 4",
    "volume.state": "Get-ClusterSharedVolumeState | ConvertTo-Json -Depth 2",
    "volume.files": "Get-ChildItem C:\\ClusterStorage -Recurse -File | Select-Object FullName | ConvertTo-Json",
    "host": "Get-VMHost | ConvertTo-Json -Depth 3",
    "host.version": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, Caption, OperatingSystemSKU | ConvertTo-Json",
    "host.edition": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, Caption, OperatingSystemSKU | ConvertTo-Json",
    "host.domain": "Get-CimInstance Win32_ComputerSystem | Select-Object Name, Domain, PartOfDomain | ConvertTo-Json",
    "host.processors": "Get-CimInstance Win32_Processor | Select-Object SystemName, Manufacturer, Name, NumberOfCores | ConvertTo-Json",
    "host.switches": "Get-VMSwitch | ConvertTo-Json -Depth 2",
    "host.adapters": "Get-NetAdapter | ConvertTo-Json -Depth 2",
    "host.antivirus_exclusions": "Get-MpPreference | Select-Object ExclusionPath, ExclusionProcess, ExclusionExtension | ConvertTo-Json",
    "hostadapter.use": "say in the inventory what each adapter is for (`use: [management]`: management, vm, live-migration, cluster, iscsi)",
    "hostadapter": "Get-NetAdapter | ConvertTo-Json -Depth 2",
    "network.use": "say in the inventory what each cluster network is for (`use: [live-migration]`)",
    "witness": "Get-ClusterQuorum | ConvertTo-Json -Depth 3",
    "vm": "Get-VM | ConvertTo-Json -Depth 4",
    "vm.processor_compatibility": "Get-VM | Get-VMProcessor | ConvertTo-Json -Depth 2",
    "vm.disks": "Get-VM | Get-VMHardDiskDrive | ConvertTo-Json -Depth 2",
    "vm.dvds": "Get-VM | Get-VMDvdDrive | ConvertTo-Json -Depth 2",
    "vm.scsi_controllers": "Get-VM | Get-VMScsiController | ConvertTo-Json -Depth 2",
    "vm.adapters": "Get-VM | Get-VMNetworkAdapter | ConvertTo-Json -Depth 2",
    "vm.checkpoints": "Get-VM | Get-VMSnapshot | ConvertTo-Json -Depth 2",
    "vm.integration_services": "Get-VM | Get-VMIntegrationService | ConvertTo-Json -Depth 2",
    "vm.boot_order": "Get-VM | Get-VMBios | ConvertTo-Json; Get-VM | Get-VMFirmware | ConvertTo-Json -Depth 3",
    "vm.host_backup": "inventory.yaml: vms: [{name: …, host_backup: true}]",
    "disk.type": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.format": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.size": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk": "Get-VM | Get-VMHardDiskDrive | ConvertTo-Json -Depth 2",
    "dvd": "Get-VM | Get-VMDvdDrive | ConvertTo-Json -Depth 2",
    "adapter": "Get-VM | Get-VMNetworkAdapter | ConvertTo-Json -Depth 2",
    "checkpoint": "Get-VM | Get-VMSnapshot | ConvertTo-Json -Depth 2",
    "switch": "Get-VMSwitch | ConvertTo-Json -Depth 2",
    "integrationservice": "Get-VM | Get-VMIntegrationService | ConvertTo-Json -Depth 2",
    "processor": "Get-CimInstance Win32_Processor | Select-Object SystemName, Manufacturer, Name, NumberOfCores | ConvertTo-Json",
}


def collect(missing: str) -> str:
    """The command that collects a missing value, such as `vm.disks` or `host.edition`."""
    return COLLECT.get(missing) or COLLECT.get(missing.partition(".")[0], "")
