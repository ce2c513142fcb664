"""What to run to collect a value that is missing."""

from __future__ import annotations

# Settings of the registry and the like, as one object; ConvertTo-Json needs PowerShell 3.0, Format-List runs everywhere.
_SETTINGS = (
    "[pscustomobject]@{ComputerName=$env:COMPUTERNAME; "
    "InstallationType=(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion').InstallationType; "
    "VerifyDrivers=(Get-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management').VerifyDrivers; "
    "fDisableCpm=(Get-ItemProperty 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services' -EA SilentlyContinue).fDisableCpm; "
    'PowerShellVersion="$($PSVersionTable.PSVersion)"} | ConvertTo-Json (before PowerShell 3.0: | Format-List)'
)
_PROCESSORS = (
    "Get-CimInstance Win32_Processor | Select-Object SystemName, Manufacturer, Name, NumberOfCores, NumberOfLogicalProcessors, "
    "SecondLevelAddressTranslationExtensions, VirtualizationFirmwareEnabled, VMMonitorModeExtensions | ConvertTo-Json"
)
_SYSTEM = (
    "Get-CimInstance Win32_ComputerSystem | Select-Object Name, Domain, PartOfDomain, Manufacturer, Model, TotalPhysicalMemory, "
    "HypervisorPresent | ConvertTo-Json"
)
_GROUPS = (
    "[pscustomobject]@{ComputerName=$env:COMPUTERNAME; "
    'Administrators=@(Get-LocalGroupMember -SID S-1-5-32-544 | ForEach-Object { "$($_.Name) $($_.SID)" }); '
    'HyperVAdministrators=@(Get-LocalGroupMember -SID S-1-5-32-578 | ForEach-Object { "$($_.Name) $($_.SID)" })} | ConvertTo-Json'
)
_FEATURES = "Get-WindowsFeature | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, Name, FeatureType, Installed | ConvertTo-Json"

# What the guests tell of themselves, as Hyper-V keeps it.
_GUESTS = "Get-CimInstance -Namespace root\\virtualization\\v2 -ClassName Msvm_KvpExchangeComponent | Select-Object SystemName, GuestIntrinsicExchangeItems | ConvertTo-Json -Depth 3"
# The certificate that opens the key protector of a VM, and how many other guardians may.
_KEY_PROTECTORS = (
    "Get-VM | ForEach-Object { $bytes = Get-VMKeyProtector -VM $_; if ($bytes.Length -gt 4) { $protector = ConvertTo-HgsKeyProtector -Bytes $bytes; "
    "[pscustomobject]@{VMName=$_.Name; VMId=$_.Id; KeyProtectorOwner=$protector.Owner.EncryptionCertificate.Thumbprint; "
    "KeyProtectorGuardians=@($protector.Guardians | Where-Object Name).Count} } } | ConvertTo-Json"
)

_UPDATES = "$p = Get-ItemProperty HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate -ErrorAction SilentlyContinue; $a = Get-ItemProperty HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU -ErrorAction SilentlyContinue; $w = (netsh winhttp show proxy) -join ' '; [pscustomobject]@{ ComputerName = $env:COMPUTERNAME; AUOptions = $a.AUOptions; NoAutoUpdate = $a.NoAutoUpdate; UseWUServer = [int]$a.UseWUServer; WUServer = \"$($p.WUServer)\"; WinHttpProxy = [regex]::Match($w, '\\S+:\\d+').Value; WinHttpBypassLocal = $w -match '<local>'; CauPlugins = @((Get-CauPlugin).Name) } | ConvertTo-Json"

_CHAINS = (
    "Get-VM | Get-VMHardDiskDrive | ForEach-Object { $chain = @(); $file = $_.Path;"
    " while ($file -and ($file = (Get-VHD $file -ErrorAction SilentlyContinue).ParentPath)) { $chain += $file };"
    ' [pscustomobject]@{ VMName = $_.VMName; VMId = $_.VMId; ComputerName = $_.ComputerName; ControllerType = "$($_.ControllerType)";'
    " ControllerNumber = $_.ControllerNumber; ControllerLocation = $_.ControllerLocation; Path = $_.Path;"
    " Exists = Test-Path -LiteralPath $_.Path; Chain = $chain; ChainValid = Test-VHD $_.Path -ErrorAction SilentlyContinue } } | ConvertTo-Json"
)
_VOLUMES = "Get-CimInstance Win32_Volume | Select-Object SystemName, Name, DriveLetter, FileSystem, Capacity, FreeSpace, Compressed | ConvertTo-Json"
_DISKS = (  # the numbers are those of partitions of a dynamic disk, in MBR and GPT
    "Get-Disk | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, Number, UniqueId, SerialNumber, Model, BusType, FirmwareVersion, Size,"
    " PartitionStyle, PhysicalSectorSize, HealthStatus, IsClustered, @{n='FileSystems';e={@(($_ | Get-Partition | Get-Volume).FileSystem)}},"
    " @{n='Dynamic';e={[bool]($_ | Get-Partition | Where-Object { $_.MbrType -eq 66 -or $_.GptType -in"
    " '{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}', '{af9b60a0-1431-4f62-bc68-3311714a69ad}' })}} | ConvertTo-Json"
)
_DRIVES = (
    "$pool = (Get-StoragePool -IsPrimordial $false | Get-PhysicalDisk).UniqueId; Get-StorageNode"
    ' | Where-Object Name -like "$env:COMPUTERNAME*" | Select-Object -First 1 | Get-PhysicalDisk -PhysicallyConnected'
    " | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, UniqueId, SerialNumber, Model, MediaType, BusType, FirmwareVersion, Size,"
    " HealthStatus, Usage, @{n='Pooled';e={$_.UniqueId -in $pool}} | ConvertTo-Json"
)
_HBAS = (
    r"Get-CimInstance -Namespace root\wmi MSFC_FCAdapterHBAAttributes"
    " | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, Model, DriverName, DriverVersion, FirmwareVersion | ConvertTo-Json"
)
_ISCSI = (
    "Get-IscsiSession | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, TargetNodeAddress, IsConnected, IsPersistent,"
    " NumberOfConnections | ConvertTo-Json"
)
_POOLS = (
    "Get-VMResourcePool | Select-Object ComputerName, Name, ResourcePoolType, ParentName,"
    " @{n='Paths';e={ if (\"$($_.ResourcePoolType)\" -in 'VHD', 'ISO', 'VFD') { @(Get-VMStoragePath -ResourcePoolName $_.Name"
    " -ResourcePoolType $_.ResourcePoolType | ForEach-Object { if ($_ -is [string]) { $_ } else { $_.Path } }) } }} | ConvertTo-Json"
)
_SMB = (
    "Get-SmbConnection | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, ServerName, ShareName, Dialect,"
    " ContinuouslyAvailable | ConvertTo-Json"
)
_NTLM = (
    r"$key = Get-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0; [pscustomobject]@{ ComputerName = $env:COMPUTERNAME;"
    " RestrictSendingNTLMTraffic = $key.RestrictSendingNTLMTraffic; RestrictReceivingNTLMTraffic = $key.RestrictReceivingNTLMTraffic }"
    " | ConvertTo-Json"
)

# Cmdlets of network connections do not say of which host they are.
_HERE = "@{n='ComputerName';e={$env:COMPUTERNAME}}"


def _of_adapters(command: str, properties: str) -> str:
    return f"{command} | Select-Object {_HERE}, Name, InterfaceDescription, {properties} | ConvertTo-Json"


_ADDRESSES = (
    f"Get-NetIPAddress | Select-Object {_HERE}, InterfaceAlias, AddressFamily, IPAddress, PrefixLength, AddressState | ConvertTo-Json"
)
_PROPERTIES = _of_adapters("Get-NetAdapterAdvancedProperty", "RegistryKeyword, RegistryValue, DisplayValue")
_VMQ = _of_adapters("Get-NetAdapterVmq", "Enabled, BaseProcessorNumber, MaxProcessors")
_RDMA = _of_adapters("Get-NetAdapterRdma", "Enabled, Operational")
_SRIOV = _of_adapters("Get-NetAdapterSriov", "SriovSupport, NumVFs")
_VIRTUAL = "Get-VMNetworkAdapter -ManagementOS | ConvertTo-Json -Depth 2"
_CONNECTIONS = {  # by field of a network connection
    "use": "say in the inventory what each adapter is for (`use: [management]`: management, vm, live-migration, cluster, storage, iscsi, backup)",
    "addresses": _ADDRESSES,
    "conflicts": _ADDRESSES,
    "dhcp": f"Get-NetIPInterface | Select-Object {_HERE}, InterfaceAlias, AddressFamily, Dhcp | ConvertTo-Json",
    "gateway": f"Get-NetRoute | Select-Object {_HERE}, InterfaceAlias, DestinationPrefix, NextHop | ConvertTo-Json",
    "dns_servers": f"Get-DnsClientServerAddress | Select-Object {_HERE}, InterfaceAlias, ServerAddresses | ConvertTo-Json",
    "dns_registration": f"Get-DnsClient | Select-Object {_HERE}, InterfaceAlias, RegisterThisConnectionsAddress | ConvertTo-Json",
    "netbios": "Get-CimInstance Win32_NetworkAdapterConfiguration -Filter 'IPEnabled=1' | Select-Object DNSHostName, @{n='InterfaceAlias';e={"
    '(Get-CimInstance Win32_NetworkAdapter -Filter "Index=$($_.Index)").NetConnectionID}}, Description, IPEnabled, IPAddress, IPSubnet, '
    "DHCPEnabled, DefaultIPGateway, DNSServerSearchOrder, FullDNSRegistrationEnabled, TcpipNetbiosOptions | ConvertTo-Json",
    "bindings": _of_adapters("Get-NetAdapterBinding", "ComponentID, Enabled"),
    "properties": _PROPERTIES,
    "jumbo": _PROPERTIES,
    "rdma_technology": _PROPERTIES,
    "vlan": _PROPERTIES,
    "rss": _of_adapters("Get-NetAdapterRss", "Enabled, Profile, MaxProcessors"),
    "vmq": _VMQ,
    "vmq_base_processor": _VMQ,
    "vmq_processors": _VMQ,
    "rdma": _RDMA,
    "rdma_operational": _RDMA,
    "qos": _of_adapters("Get-NetAdapterQos", "Enabled, OperationalFlowControl"),
    "sriov_support": _SRIOV,
    "virtual_functions": _SRIOV,
}
_BINDING_ORDER = (
    "[pscustomobject]@{ComputerName=$env:COMPUTERNAME; BindingOrder=@((Get-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Linkage)"
    ".Bind | ForEach-Object { (Get-WmiObject Win32_NetworkAdapter -Filter \"GUID='$($_ -replace '.*\\\\')'\").NetConnectionID } | "
    "Where-Object { $_ })} | ConvertTo-Json (before PowerShell 3.0: | Format-List)"
)

# Replication states have other numbers on other hosts, so the command writes their names.
_REPLICATION = "Get-VMReplication | Select-Object *, @{n='ReplicationStateName';e={\"$($_.ReplicationState)\"}} | ConvertTo-Json -Depth 2"
_CERTIFICATES = (
    "Get-ChildItem Cert:\\LocalMachine\\My | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, Thumbprint,"
    " @{n='DnsNames';e={@($_.DnsNameList.Unicode)}}, @{n='ServerAuthentication';e={-not $_.EnhancedKeyUsageList -or $_.EnhancedKeyUsageList.ObjectId -contains"
    " '1.3.6.1.5.5.7.3.1'}}, @{n='Valid';e={$_.HasPrivateKey -and $_.Verify()}} | ConvertTo-Json"
)
_FIREWALL = (
    "Get-NetFirewallRule | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, Name, DisplayName, Group, Enabled, Profile, Direction"
    " | ConvertTo-Json"
)
_VIRTUAL_SANS = (
    "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; VirtualSans = @(Get-VMSan | Select-Object @{n='VirtualSan';e={$_.Name}},"
    " @{n='Adapters';e={@(@($_.HBAs) + @($_.HostBusAdapters) | Where-Object { $_ } | Sort-Object InstanceID -Unique).Count}}) } | ConvertTo-Json -Depth 3"
)
_DEVICES = (
    "Get-VM | Select-Object ComputerName, VMName, VMId, @{n='AssignedDevices';e={@(Get-VMAssignableDevice -VM $_).Count}},"
    " @{n='GpuPartitions';e={@(Get-VMGpuPartitionAdapter -VM $_).Count}} | ConvertTo-Json"
)

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
    "cluster.groups": "Get-ClusterGroup | ConvertTo-Json -Depth 2",
    "cluster.resources": "Get-ClusterResource | ConvertTo-Json -Depth 2",
    "cluster.excluded_networks": "Get-ClusterResourceType 'Virtual Machine' | Get-ClusterParameter MigrationExcludeNetworks | ConvertTo-Json -Depth 2",
    "cluster.scvmm_optimization": "inventory.yaml: cluster: {scvmm_optimization: false} (true where System Center moves virtual machines by itself)",
    "cluster.computer_objects": "Get-ClusterResource | Where-Object ResourceType -eq 'Network Name' | Get-ClusterParameter Name | ForEach-Object { $n = $_.Value; try { Get-ADComputer $n -Properties ProtectedFromAccidentalDeletion, servicePrincipalName } catch { [pscustomobject]@{ Name = $n; AccountExists = $false } } } | ConvertTo-Json",
    "cluster.validated": "[pscustomobject]@{ ValidationReports = @(Get-ChildItem C:\\Windows\\Cluster\\Reports\\Valid* -ErrorAction SilentlyContinue | ForEach-Object { $_.LastWriteTimeUtc.ToString('o') }) } | ConvertTo-Json",
    "cluster.updating": '$r = [ordered]@{}; try { Get-CauClusterRole -ErrorAction Stop | ForEach-Object { $r[$_.Name] = "$($_.Value)" }; $r.CauRoleInstalled = $true } catch { $r.CauRoleInstalled = $false }; [pscustomobject]$r | ConvertTo-Json',
    "updatingrole": '$r = [ordered]@{}; Get-CauClusterRole | ForEach-Object { $r[$_.Name] = "$($_.Value)" }; $r.CauRoleInstalled = $true; [pscustomobject]$r | ConvertTo-Json',
    "group": "Get-ClusterGroup | ConvertTo-Json -Depth 2",
    "resource": "Get-ClusterResource | ConvertTo-Json -Depth 2",
    "resource.possible_owners": "Get-ClusterResource | ForEach-Object { [pscustomobject]@{ Resource = $_.Name; PossibleOwners = @(($_ | Get-ClusterOwnerNode).OwnerNodes.Name) } } | ConvertTo-Json",
    "resource.parameters": "Get-ClusterResource | Where-Object ResourceType -in 'Virtual Machine', 'Network Name', 'File Share Witness' | Get-ClusterParameter VmID, Name, HostRecordTTL, RegisterAllProvidersIP, SharePath -ErrorAction SilentlyContinue | ConvertTo-Json -Depth 2",
    "computerobject": "Get-ADComputer -Filter * -Properties ProtectedFromAccidentalDeletion, servicePrincipalName | ConvertTo-Json",
    "node": "Get-ClusterNode | ConvertTo-Json -Depth 2",
    "network": "Get-ClusterNetwork | ConvertTo-Json -Depth 2",
    "volume": "Get-ClusterSharedVolume | ConvertTo-Json -Depth 4",
    "volume.state": "Get-ClusterSharedVolumeState | ConvertTo-Json -Depth 2",
    "volume.files": "Get-ChildItem C:\\ClusterStorage -Recurse -File | Select-Object FullName | ConvertTo-Json",
    "host": "Get-VMHost | ConvertTo-Json -Depth 3",
    "host.version": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, Caption, OperatingSystemSKU | ConvertTo-Json",
    "host.edition": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, Caption, OperatingSystemSKU | ConvertTo-Json",
    "host.domain": "Get-CimInstance Win32_ComputerSystem | Select-Object Name, Domain, PartOfDomain | ConvertTo-Json",
    "host.processors": _PROCESSORS,
    "host.memory": _SYSTEM,
    "host.model": _SYSTEM,
    "host.hypervisor_present": _SYSTEM,
    "host.data_execution_prevention": "Get-CimInstance Win32_OperatingSystem | "
    "Select-Object CSName, Version, DataExecutionPrevention_Available | ConvertTo-Json",
    "host.ecc_memory": "Get-CimInstance Win32_PhysicalMemory | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, "
    "DeviceLocator, DataWidth, TotalWidth, TypeDetail | ConvertTo-Json",
    "host.bios": "Get-CimInstance Win32_BIOS | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, "
    "Manufacturer, SMBIOSBIOSVersion | ConvertTo-Json",
    "smb.smb1": "Get-SmbServerConfiguration | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, EnableSMB1Protocol, "
    "EnableMultiChannel, RequireSecuritySignature, EncryptData | ConvertTo-Json",
    "host.power_plan": "Get-CimInstance -Namespace root/cimv2/power Win32_PowerPlan | Select-Object "
    "@{n='ComputerName';e={$env:COMPUTERNAME}}, ElementName, InstanceID, IsActive | ConvertTo-Json",
    "host.scheduler": "[pscustomobject]@{ComputerName=$env:COMPUTERNAME; HypervisorSchedulerType=(Get-WinEvent -FilterHashtable "
    "@{ProviderName='Microsoft-Windows-Hyper-V-Hypervisor'; Id=2} -MaxEvents 1).Properties[0].Value} | ConvertTo-Json",
    "host.features": _FEATURES,
    "host.hyperv_installed": _FEATURES,
    "host.clustering_installed": _FEATURES,
    "host.installation": _SETTINGS,
    "host.driver_verifier": _SETTINGS,
    "host.printer_redirection": _SETTINGS,
    "host.powershell_version": _SETTINGS,
    "host.administrators": _GROUPS,
    "host.hyperv_administrators": _GROUPS,
    "host.switches": "Get-VMSwitch | ConvertTo-Json -Depth 2",
    "host.adapters": "Get-NetAdapter | ConvertTo-Json -Depth 2",
    "host.virtual_adapters": _VIRTUAL,
    "host.interfaces": _ADDRESSES,
    "host.teams": "Get-NetLbfoTeam | ConvertTo-Json -Depth 2",
    "host.binding_order": _BINDING_ORDER,
    "host.bridging": f"Get-NetQosFlowControl | Select-Object {_HERE}, Priority, Enabled, IfAlias | ConvertTo-Json",
    # An object around the list says that it was read even where it is empty.
    "host.qos_policies": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; QosPolicies = @(Get-NetQosPolicy | Select-Object Name, Template,"
    " IPPortMatchCondition, IPDstPortStartMatchCondition, IPDstPortEndMatchCondition, NetDirectPortMatchCondition, PriorityValue8021Action,"
    " ThrottleRateAction) } | ConvertTo-Json -Depth 3",
    "host.intents": "Get-NetIntentStatus | ConvertTo-Json -Depth 2",
    "host.smb": f"Get-SmbServerConfiguration | Select-Object {_HERE}, * | ConvertTo-Json -Depth 2",
    "datacenterbridging.installed": _FEATURES,
    "datacenterbridging.willing": f"Get-NetQosDcbxSetting | Select-Object {_HERE}, Willing, InterfaceAlias | ConvertTo-Json",
    "datacenterbridging.flow_control": f"Get-NetQosFlowControl | Select-Object {_HERE}, Priority, Enabled, IfAlias | ConvertTo-Json",
    "datacenterbridging.classes": f"Get-NetQosTrafficClass | Select-Object {_HERE}, Name, Algorithm, Priority, BandwidthPercentage, IfAlias | ConvertTo-Json",
    "trafficclass": f"Get-NetQosTrafficClass | Select-Object {_HERE}, Name, Algorithm, Priority, BandwidthPercentage, IfAlias | ConvertTo-Json",
    "qospolicy": f"Get-NetQosPolicy | Select-Object {_HERE}, Name, Template, NetDirectPortMatchCondition, IPPortMatchCondition, "
    "PriorityValue8021Action, ThrottleRateAction | ConvertTo-Json",
    "networkintent": "Get-NetIntentStatus | ConvertTo-Json -Depth 2",
    "smb": f"Get-SmbServerConfiguration | Select-Object {_HERE}, * | ConvertTo-Json -Depth 2",
    "smb.multichannel_client": f"Get-SmbClientConfiguration | Select-Object {_HERE}, * | ConvertTo-Json -Depth 2",
    "smb.signing_client": f"Get-SmbClientConfiguration | Select-Object {_HERE}, * | ConvertTo-Json -Depth 2",
    "team": "Get-NetLbfoTeam | ConvertTo-Json -Depth 2",
    "team.interfaces": "Get-NetLbfoTeamNic | ConvertTo-Json -Depth 2",
    "teaminterface": "Get-NetLbfoTeamNic | ConvertTo-Json -Depth 2",
    "switch.extensions": "Get-VMSwitch | Get-VMSwitchExtension | ConvertTo-Json -Depth 2",
    "switch.load_balancing": "Get-VMSwitchTeam | ConvertTo-Json -Depth 2",
    "switch.teaming_mode": "Get-VMSwitchTeam | ConvertTo-Json -Depth 2",
    "extension": "Get-VMSwitch | Get-VMSwitchExtension | ConvertTo-Json -Depth 2",
    "network.interfaces": "Get-ClusterNetworkInterface | ConvertTo-Json -Depth 2",
    "networkinterface": "Get-ClusterNetworkInterface | ConvertTo-Json -Depth 2",
    "adapter.vlan": "Get-VM | Get-VMNetworkAdapterVlan | ConvertTo-Json -Depth 2; Get-VMNetworkAdapterVlan -ManagementOS | ConvertTo-Json -Depth 2",
    "adapter.vlan_mode": "Get-VM | Get-VMNetworkAdapterVlan | ConvertTo-Json -Depth 2; Get-VMNetworkAdapterVlan -ManagementOS | ConvertTo-Json -Depth 2",
    "adapter.rdma": _RDMA,
    "adapter.minimum_bandwidth": _VIRTUAL,
    "adapter.priority_tag": _VIRTUAL,
    "adapter.team_member": "Get-VMNetworkAdapter -ManagementOS | Select-Object ComputerName, IsManagementOs, Name, SwitchName, @{n='TeamMember';e={"
    "(Get-VMNetworkAdapterTeamMapping -ManagementOS -Name $_.Name -EA SilentlyContinue).NetAdapterName}} | ConvertTo-Json",
    "adapter.required_extensions": "$f = Get-VMSystemSwitchExtensionPortFeature; Get-VM | Get-VMNetworkAdapter | Select-Object ComputerName, VMName, "
    "VMId, Name, MacAddress, @{n='RequiredExtensions';e={@($f | Where-Object Id -in $_.MandatoryFeatureId | ForEach-Object ExtensionName)}} | "
    "ConvertTo-Json",
    "host.antivirus_exclusions": "Get-MpPreference | Select-Object ExclusionPath, ExclusionProcess, ExclusionExtension | ConvertTo-Json",
    "host.services": "Get-CimInstance Win32_Service | Select-Object SystemName, Name, State, StartMode | ConvertTo-Json; Get-CimInstance Win32_SystemDriver -Filter \"Name='ClusDisk' or Name='NetFT'\" | Select-Object SystemName, Name, State, StartMode | ConvertTo-Json",
    "windowsservice": "Get-CimInstance Win32_Service | Select-Object SystemName, Name, State, StartMode | ConvertTo-Json",
    "host.updates": "Get-HotFix | Select-Object PSComputerName, HotFixID | ConvertTo-Json",
    "host.build": "[pscustomobject]@{ CSName = $env:COMPUTERNAME; Version = [Environment]::OSVersion.Version.ToString(3) + '.' + (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion').UBR } | ConvertTo-Json",
    "host.architecture": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, OSArchitecture | ConvertTo-Json",
    "host.system_drive": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, SystemDrive | ConvertTo-Json",
    "host.installed": "Get-CimInstance Win32_OperatingSystem | Select-Object CSName, Version, InstallDate | ConvertTo-Json",
    "host.pending_reboot": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; RebootPending = (Test-Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending') -or (Test-Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired') } | ConvertTo-Json",
    "host.crash_dump": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; CrashDumpEnabled = (Get-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Control\\CrashControl).CrashDumpEnabled } | ConvertTo-Json",
    "host.drivers": "Get-CimInstance Win32_PnPSignedDriver | Select-Object SystemName, DeviceName, DriverVersion, DriverProviderName, IsSigned | ConvertTo-Json",
    "driverpackage": "Get-CimInstance Win32_PnPSignedDriver | Select-Object SystemName, DeviceName, DriverVersion, DriverProviderName, IsSigned | ConvertTo-Json",
    "host.distinguished_name": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; MachineDistinguishedName = (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\State\\Machine').'Distinguished-Name' } | ConvertTo-Json",
    "host.ou_members": "$ou = (Get-ADComputer $env:COMPUTERNAME).DistinguishedName -replace '^[^,]+,'; [pscustomobject]@{ ComputerName = $env:COMPUTERNAME; OuMembers = @((Get-ADComputer -Filter * -SearchBase $ou -SearchScope OneLevel).Name) } | ConvertTo-Json",
    "host.authorization_store": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; AuthorizationStore = (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Virtualization').StoreLocation } | ConvertTo-Json",
    "host.virtual_disk_keys": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; VirtualDiskKeys = @(Get-ChildItem 'HKLM:\\SYSTEM\\CurrentControlSet\\Enum\\SCSI\\Disk&Ven_Msft&Prod_Virtual_Disk' -ErrorAction SilentlyContinue).Count } | ConvertTo-Json",
    "host.dotnet_version": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; DotNetVersion = (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full').Version } | ConvertTo-Json",
    "host.remoting": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; PowerShellRemoting = [bool](Get-PSSessionConfiguration -Name microsoft.powershell -ErrorAction SilentlyContinue).Enabled } | ConvertTo-Json",
    "host.update_settings": _UPDATES,
    "updatesettings": _UPDATES,
    "updatesettings.scripts": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; CauScriptHashes = @(Get-FileHash C:\\Scripts\\PreUpdate.ps1, C:\\Scripts\\PostUpdate.ps1 | ForEach-Object Hash) } | ConvertTo-Json",
    "hostadapter": "Get-NetAdapter | ConvertTo-Json -Depth 2",
    "network.use": "say in the inventory what each cluster network is for (`use: [live-migration]`)",
    "witness": "Get-ClusterQuorum | ConvertTo-Json -Depth 3",
    "witness.path": "Get-ClusterResource | Where-Object ResourceType -eq 'File Share Witness' | Get-ClusterParameter SharePath | ConvertTo-Json -Depth 2",
    "witness.free": "[pscustomobject]@{ WitnessFree = 52428800 } | ConvertTo-Json (free bytes of the share, as its server says)",
    "witness.size": '$d = Get-CimInstance -Namespace root/MSCluster MSCluster_Resource -Filter "Name=\'$((Get-ClusterQuorum).QuorumResource.Name)\'" | Get-CimAssociatedInstance -ResultClassName MSCluster_Disk; $p = $d | Get-CimAssociatedInstance -ResultClassName MSCluster_DiskPartition; $k = Get-Disk -Number $d.Number -ErrorAction SilentlyContinue; [pscustomobject]@{ WitnessSize = $p.TotalSize * 1MB; WitnessFileSystem = $p.FileSystem; WitnessPartitionStyle = "$($k.PartitionStyle)"; WitnessDynamic = [bool](Get-CimInstance Win32_DiskPartition -Filter "DiskIndex=$($d.Number)" | Where-Object Type -like \'*Logical Disk Manager*\'); WitnessIsCsv = $false; WitnessDriveLetter = "$($p.Path)" } | ConvertTo-Json',
    "witness.account_kind": "Get-AzStorageAccount -ResourceGroupName … -Name … | ConvertTo-Json -Depth 2",
    "vm": "Get-VM | ConvertTo-Json -Depth 4",
    "vm.processor_compatibility": "Get-VM | Get-VMProcessor | ConvertTo-Json -Depth 2",
    "vm.threads_per_core": "Get-VM | Get-VMProcessor | ConvertTo-Json -Depth 2",
    "vm.nested_virtualization": "Get-VM | Get-VMProcessor | ConvertTo-Json -Depth 2",
    "vm.memory_buffer": "Get-VM | Get-VMMemory | ConvertTo-Json -Depth 2",
    "vm.com_ports": "Get-VM | Get-VMComPort | ConvertTo-Json -Depth 2",
    "vm.floppy": "Get-VM | Get-VMFloppyDiskDrive | ConvertTo-Json -Depth 2",
    "vm.configuration_exists": "Get-VM | Select-Object ComputerName, VMName, VMId, @{n='ConfigurationFileExists';e={[bool](Get-ChildItem "
    "(Join-Path $_.Path 'Virtual Machines') -Filter \"$($_.Id).*\" -EA SilentlyContinue | "
    "Where-Object Extension -in '.vmcx', '.xml')}} | ConvertTo-Json",
    "vm.last_started": "Get-VM | Where-Object State -eq Off | Select-Object ComputerName, VMName, VMId, @{n='LastRun';e={$_.HardDrives | "
    "Get-Item -EA SilentlyContinue | Sort-Object LastWriteTimeUtc | Select-Object -Last 1 -ExpandProperty LastWriteTimeUtc}} | ConvertTo-Json",
    "vm.disks": "Get-VM | Get-VMHardDiskDrive | ConvertTo-Json -Depth 2",
    "vm.dvds": "Get-VM | Get-VMDvdDrive | ConvertTo-Json -Depth 2",
    "vm.scsi_controllers": "Get-VM | Get-VMScsiController | ConvertTo-Json -Depth 2",
    "vm.adapters": "Get-VM | Get-VMNetworkAdapter | ConvertTo-Json -Depth 2",
    "vm.checkpoints": "Get-VM | Get-VMSnapshot | ConvertTo-Json -Depth 2",
    "vm.integration_services": "Get-VM | Get-VMIntegrationService | ConvertTo-Json -Depth 2",
    "vm.boot_order": "Get-VM | Get-VMBios | ConvertTo-Json; Get-VM | Get-VMFirmware | ConvertTo-Json -Depth 3",
    "vm.guest": _GUESTS,
    "vm.guest_os": _GUESTS,
    "guest": _GUESTS,
    "guest.roles": "inventory.yaml: vms: [{name: …, guest: {roles: [sql]}}]",
    "vm.tpm": "Get-VM | Get-VMSecurity | ConvertTo-Json -Depth 2",
    "vm.secure_boot_template": "Get-VM | Get-VMFirmware | ConvertTo-Json -Depth 3",
    "vm.key_owner": _KEY_PROTECTORS,
    "vm.key_guardians": _KEY_PROTECTORS,
    "host.guardian_certificates": "[pscustomobject]@{ComputerName=$env:COMPUTERNAME; GuardianCertificates=@(Get-ChildItem 'Cert:\\LocalMachine\\Shielded VM Local Certificates' | Where-Object HasPrivateKey | ForEach-Object Thumbprint)} | ConvertTo-Json",
    "cluster.domain_controllers": "[pscustomobject]@{Cluster=(Get-Cluster).Name; DomainControllers=@(Get-ADDomainController -Filter * | ForEach-Object HostName)} | ConvertTo-Json",
    "disk.use": "inventory.yaml: vms: [{name: …, disks: [{path: …, use: [ntds]}]}]",
    "vm.host_backup": "inventory.yaml: vms: [{name: …, host_backup: true}]",
    "disk.type": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.format": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.block_size": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.size": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk": "Get-VM | Get-VMHardDiskDrive | ConvertTo-Json -Depth 2",
    "dvd": "Get-VM | Get-VMDvdDrive | ConvertTo-Json -Depth 2",
    "adapter": "Get-VM | Get-VMNetworkAdapter | ConvertTo-Json -Depth 2",
    "checkpoint": "Get-VM | Get-VMSnapshot | ConvertTo-Json -Depth 2",
    "switch": "Get-VMSwitch | ConvertTo-Json -Depth 2",
    "integrationservice": "Get-VM | Get-VMIntegrationService | ConvertTo-Json -Depth 2",
    "processor": _PROCESSORS,
    "disk.alignment": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.parent": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.physical_sector_size": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.file_size": "Get-VM | Get-VMHardDiskDrive | Get-VHD | ConvertTo-Json",
    "disk.exists": _CHAINS,
    "disk.chain": _CHAINS,
    "disk.chain_valid": _CHAINS,
    "vm.unfiltered_scsi": r"Get-CimInstance -Namespace root\virtualization\v2 Msvm_VirtualSystemSettingData"
    " | Where-Object VirtualSystemType -like '*Realized' | Where-Object VirtualSystemType -notlike '*Snapshot*'"
    " | Select-Object @{n='VMName';e={$_.ElementName}}, @{n='VMId';e={$_.VirtualSystemIdentifier}}, AllowFullSCSICommandSet | ConvertTo-Json",
    "volume.compressed": _VOLUMES,
    "volume.deduplication": "Get-DedupVolume | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, Volume, Enabled, UsageType | ConvertTo-Json",
    "volume.physical_sector_size": "Get-Disk | ForEach-Object { $size = $_.PhysicalSectorSize; $_ | Get-Partition | ForEach-Object AccessPaths"
    r" | Where-Object { $_ -notlike '\\?\*' } | ForEach-Object { [pscustomobject]@{ ComputerName = $env:COMPUTERNAME; Volume = $_;"
    " PhysicalSectorSize = $size } } } | ConvertTo-Json",
    "volume.resiliency": "Get-VirtualDisk | ConvertTo-Json",
    "cluster.pools": "Get-StoragePool | ConvertTo-Json",
    "cluster.virtual_disks": "Get-VirtualDisk | ConvertTo-Json",
    "storagepool": "Get-StoragePool | ConvertTo-Json",
    "virtualdisk": "Get-VirtualDisk | ConvertTo-Json",
    "host.volumes": _VOLUMES,
    "host.disks": _DISKS,
    "host.disk_files": "Get-Volume | Where-Object { $_.DriveLetter -and $_.DriveType -eq 'Fixed' }"
    ' | ForEach-Object { Get-ChildItem "$($_.DriveLetter):\\" -Recurse -File -Include *.vhd, *.vhdx, *.vhds, *.avhd, *.avhdx'
    " -ErrorAction SilentlyContinue } | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, FullName | ConvertTo-Json",
    "host.mpio": '[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; Mpio = (Get-Item "$env:windir\\System32\\drivers\\mpio.sys",'
    ' "$env:windir\\System32\\drivers\\*dsm*.sys" -ErrorAction SilentlyContinue'
    " | ForEach-Object { \"$($_.Name) $($_.VersionInfo.ProductVersion)\" }) -join '; ' } | ConvertTo-Json",
    "host.hbas": _HBAS,
    "host.iscsi": _ISCSI,
    "host.resource_pools": _POOLS,
    "host.smb_connections": _SMB,
    "host.nfs_mounts": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; NfsMounts = @(Get-CimInstance Win32_NetworkConnection"
    " | Where-Object ProviderName -like '*NFS*' | ForEach-Object { $_.RemoteName; $_.LocalName }) } | ConvertTo-Json",
    "host.ntlm_incoming": _NTLM,
    "host.ntlm_outgoing": _NTLM,
    "physicaldisk": _DISKS,
    "physicaldisk.pooled": _DRIVES,
    "physicaldisk.journal": _DRIVES,
    "physicaldisk.media": _DRIVES,
    "physicaldisk.firmware": _DRIVES,
    "physicaldisk.model": _DRIVES,
    "hostbusadapter": _HBAS,
    "iscsisession": _ISCSI,
    "resourcepool": _POOLS,
    "smbconnection": _SMB,
    "vm.replication": "Get-VM | ConvertTo-Json -Depth 4; " + _REPLICATION,
    "replication": _REPLICATION,
    "replication.mode": "Get-VM | ConvertTo-Json -Depth 4",
    "replication.last_test_failover": "Measure-VMReplication | ConvertTo-Json -Depth 2",
    "replication.pending": "Measure-VMReplication | ConvertTo-Json -Depth 2",
    "replication.latency": "Measure-VMReplication | ConvertTo-Json -Depth 2",
    "adapter.failover_addresses": "Get-VM | Get-VMNetworkAdapter | ForEach-Object { $f = Get-VMNetworkAdapterFailoverConfiguration -VMNetworkAdapter $_;"
    " [pscustomobject]@{ ComputerName = $env:COMPUTERNAME; VMName = $_.VMName; VMId = $_.VMId; VMNetworkAdapterName = $_.Name;"
    " MacAddress = $_.MacAddress; IPv4Address = $f.IPv4Address; IPv6Address = $f.IPv6Address } } | ConvertTo-Json",
    "adapter.dhcp": "inventory.yaml: vms: [{name: …, adapters: [{name: …, dhcp: false}]}]",
    "host.replica": "Get-VMReplicationServer | ConvertTo-Json -Depth 3",
    "replicaserver": "Get-VMReplicationServer | ConvertTo-Json -Depth 3",
    "replicaauthorization": "Get-VMReplicationAuthorizationEntry | ConvertTo-Json -Depth 2",
    "host.certificates": _CERTIFICATES,
    "certificate": _CERTIFICATES,
    "host.firewall": _FIREWALL,
    "firewallrule": _FIREWALL,
    "host.ipsec_rules": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; IpsecRules = @(Get-NetIPsecRule -PolicyStore ActiveStore"
    " | Where-Object Enabled -eq True).Count } | ConvertTo-Json",
    "host.live_migration_networks": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; MigrationNetworks = @(Get-VMMigrationNetwork"
    " | ForEach-Object Subnet) } | ConvertTo-Json",
    "host.delegation": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; AllowedToDelegateTo = @((Get-ADComputer $env:COMPUTERNAME"
    " -Properties msDS-AllowedToDelegateTo).'msDS-AllowedToDelegateTo') } | ConvertTo-Json",
    "host.service_logon_right": 'secedit /export /areas USER_RIGHTS /cfg "$env:TEMP\\rights.inf" | Out-Null; [pscustomobject]@{'
    ' ComputerName = $env:COMPUTERNAME; SeServiceLogonRight = "$((Select-String -Path "$env:TEMP\\rights.inf" -Pattern'
    " '^SeServiceLogonRight\\s*=\\s*(.*)').Matches.Groups[1].Value)\" } | ConvertTo-Json",
    "host.numa_nodes": "Get-VMHostNumaNode | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, NodeId, ProcessorsAvailability, MemoryTotal"
    " | ConvertTo-Json -Depth 2",
    "numanode": "Get-VMHostNumaNode | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, NodeId, ProcessorsAvailability, MemoryTotal"
    " | ConvertTo-Json -Depth 2",
    "host.virtual_sans": _VIRTUAL_SANS,
    "virtualsan": _VIRTUAL_SANS,
    "host.gpu_capable": "Get-CimInstance -Namespace root\\virtualization\\v2 Msvm_Synth3dVideoPool"
    " | Select-Object @{n='ComputerName';e={$env:COMPUTERNAME}}, IsGPUCapable | ConvertTo-Json",
    "smb.live_migration_limit": "[pscustomobject]@{ ComputerName = $env:COMPUTERNAME; LiveMigrationBytesPerSecond = [long](Get-SmbBandwidthLimit"
    " | Where-Object Category -eq LiveMigration).BytesPerSecond } | ConvertTo-Json",
    "vm.fibre_channel": "Get-VM | ConvertTo-Json -Depth 4",
    "fibrechanneladapter": "Get-VM | ConvertTo-Json -Depth 4",
    "vm.reduced_fc_redundancy": r"Get-CimInstance -Namespace root\virtualization\v2 Msvm_VirtualSystemSettingData"
    " | Where-Object VirtualSystemType -like '*Realized'"
    " | Select-Object @{n='VMName';e={$_.ElementName}}, @{n='VMId';e={$_.VirtualSystemIdentifier}}, AllowReducedFcRedundancy | ConvertTo-Json",
    "vm.assigned_devices": _DEVICES,
    "vm.gpu_partitions": _DEVICES,
    "vm.last_backup": r"Get-CimInstance -Namespace root\virtualization\v2 Msvm_ComputerSystem | Where-Object Name -match '^[0-9A-F]{8}-'"
    " | Select-Object @{n='VMName';e={$_.ElementName}}, @{n='VMId';e={$_.Name}}, LastSuccessfulBackupTime | ConvertTo-Json",
    "vm.numa_processors": "Get-VM | Get-VMProcessor | ConvertTo-Json -Depth 2",
    "vm.numa_memory": "Get-VM | Get-VMMemory | ConvertTo-Json -Depth 2",
}
COLLECT |= {f"{kind}.{field}": command for kind in ("interface", "hostadapter") for field, command in _CONNECTIONS.items()}


def collect(missing: str) -> str:
    """The command that collects a missing value, such as `vm.disks` or `host.edition`."""
    return COLLECT.get(missing) or COLLECT.get(missing.partition(".")[0], "")
