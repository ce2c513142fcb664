#requires -Version 2.0
<#
.SYNOPSIS
Writes what a Hyper-V host or a failover cluster says about itself into one JSON file for `lotse check`.

.DESCRIPTION
Collects the settings of the hosts, of their virtual machines and of the cluster they form. Run it as administrator on one node: the
other nodes are read from there, over PowerShell remoting where they answer to it, over WMI where they do not. A node that does not
answer is reported and left out.

The script only reads. It changes no setting, installs nothing, downloads nothing and sends nothing anywhere: the file it writes is all
that is left behind. It needs Windows PowerShell 2.0 or later and runs on Windows Server 2008 and later.

.PARAMETER Path
The file to write. Default: lotse-inventory-<name>-<yyyyMMdd-HHmm>.json in the current folder.

.PARAMETER ComputerName
The hosts to read. Default: the nodes of this computer's cluster, or this computer alone when it is not a node.

.PARAMETER Pseudonyms
Replaces the names of computers, virtual machines, clusters, domains, switches, adapters, accounts and folders and the last part of IP
addresses by pseudonyms. The same name always gets the same pseudonym of the same length, and names that differ in case or blanks keep
differing, so that the checks come to the same results.

.PARAMETER PseudonymKey
The secret the pseudonyms are made with; the same key makes the same pseudonyms again. Default: a new key, shown at the end.

.PARAMETER Quiet
Shows no progress and no summary.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File .\Export-LotseInventory.ps1
Collects the cluster this node belongs to, or this host.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File .\Export-LotseInventory.ps1 -ComputerName HV01,HV02 -Path C:\Temp\inventory.json
Collects two hosts into a file of this name.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File .\Export-LotseInventory.ps1 -Pseudonyms
Collects for somebody who shall not see the names.

.NOTES
Exit code: 0 when anything could be read, 1 when nothing could.
#>
[CmdletBinding()]
param(
    [string]$Path,
    [string[]]$ComputerName,
    [switch]$Pseudonyms,
    [string]$PseudonymKey,
    [switch]$Quiet
)

# Everything that may run on another host stands in this block, so that Invoke-Command can send it there as it is.
$Collector = {
    param([string]$Part, [string]$Target, [string]$HideKey, [string[]]$Names, [bool]$Silent)
    $ErrorActionPreference = 'Stop'

    # --- what is read -------------------------------------------------------------------------------------------------
    # The classes of the file and their properties. A star marks what -Pseudonyms replaces. Values that no cmdlet prints
    # have the names that Lotse gives them.

    $Classes = @{
        # the cluster
        'Cluster' = 'Name* Domain* ClusterFunctionalLevel EnableSharedVolumes DynamicQuorum S2DEnabled BlockCacheSize
            SharedVolumeBlockCacheSizeInMB SameSubnetDelay SameSubnetThreshold CrossSubnetDelay CrossSubnetThreshold
            RouteHistoryLength AutoBalancerMode AutoBalancerLevel'
        'ClusterNode' = 'Name* State NodeWeight DynamicWeight MajorVersion MinorVersion BuildNumber'
        'ClusterNetwork' = 'Name* Id Role State Metric AutoMetric Address* AddressMask Ipv4PrefixLengths'
        'ClusterNetworkInterface' = 'Name* Node* Network* Adapter Address* DhcpEnabled State'
        'ClusterResource' = 'Name* ResourceType State OwnerGroup* IsCoreResource'
        'ClusterGroup' = 'Name* GroupType State OwnerNode* AutoFailbackType FailbackWindowStart FailbackWindowEnd
            FailoverThreshold FailoverPeriod Priority AntiAffinityClassNames*'
        'ClusterOwnerNodeList' = 'Resource* PossibleOwners* Role* PreferredOwners*'
        'ClusterParameter' = 'Object* Name Value*'
        'ClusterAffinityRule' = 'Name* RuleType Groups* Enabled'
        'ClusterQuorum' = 'QuorumType QuorumResource.Name* QuorumResource.ResourceType QuorumResource.State'
        'ClusterSharedVolume' = 'Name* OwnerNode* FriendlyVolumeName* FileSystem Size FreeSpace MaintenanceMode FaultState RedirectedAccess'
        'ClusterSharedVolumeState' = 'Name* VolumeFriendlyName* StateInfo FileSystemRedirectedIOReason BlockRedirectedIOReason'
        'ClusterValidation' = 'ValidationReports'
        'WitnessDisk' = 'WitnessSize WitnessFileSystem WitnessPartitionStyle WitnessDynamic WitnessIsCsv WitnessDriveLetter'
        'CauClusterRole' = 'CauRoleInstalled Status CauPluginName DaysOfWeek WeeksOfMonth WarnAfter StopAfter MaxFailedNodes MaxRetriesPerNode'
        'ADComputer' = 'Name* AccountExists DistinguishedName* Enabled ProtectedFromAccidentalDeletion ServicePrincipalNames*'
        'DomainControllers' = 'DomainControllers*'
        'MSFT_StoragePool' = 'FriendlyName* IsPrimordial Size AllocatedSize HealthStatus'
        'MSFT_VirtualDisk' = 'FriendlyName* ResiliencySettingName NumberOfDataCopies PhysicalDiskRedundancy Size HealthStatus OperationalStatus'
        'File' = 'FullName*'

        # Windows
        'Win32_OperatingSystem' = 'Version Caption OperatingSystemSKU OSArchitecture SystemDrive InstallDate DataExecutionPrevention_Available'
        'Win32_ComputerSystem' = 'Name* Domain* PartOfDomain Manufacturer Model TotalPhysicalMemory NumberOfLogicalProcessors HypervisorPresent'
        'Win32_Processor' = 'Manufacturer Name NumberOfCores NumberOfLogicalProcessors SecondLevelAddressTranslationExtensions
            VirtualizationFirmwareEnabled VMMonitorModeExtensions'
        'Win32_PhysicalMemory' = 'DataWidth TotalWidth TypeDetail'
        'Win32_BIOS' = 'SMBIOSBIOSVersion'
        'Win32_PowerPlan' = 'ElementName InstanceID IsActive'
        'LocalGroups' = 'Administrators* HyperVAdministrators*'
        'MpPreference' = 'ExclusionPath* ExclusionProcess* ExclusionExtension'
        'WindowsFeature' = 'Name Installed'
        'WindowsService' = 'Name State StartMode'
        'HotFix' = 'HotFixID'
        'PnPSignedDriver' = 'DeviceName DriverVersion DriverProviderName IsSigned'
        'WindowsSettings' = 'CrashDumpEnabled RebootPending InstallationType VirtualDiskKeys AuthorizationStore* MachineDistinguishedName*
            OuMembers* PowerShellVersion DotNetVersion PowerShellRemoting VerifyDrivers fDisableCpm HypervisorSchedulerType'
        'UpdateSettings' = 'AUOptions NoAutoUpdate UseWUServer WUServer* WinHttpProxy* WinHttpBypassLocal CauPlugins CauScriptHashes'
        'NtlmPolicy' = 'RestrictSendingNTLMTraffic RestrictReceivingNTLMTraffic'
        'Certificate' = 'Thumbprint DnsNames* ServerAuthentication Valid'
        'GuardianCertificates' = 'GuardianCertificates'
        'NetFirewallRule' = 'Name DisplayName Group Enabled Profile Direction'
        'MigrationSettings' = 'MigrationNetworks* IpsecRules AllowedToDelegateTo* SeServiceLogonRight*'

        # the network of a host
        'NetAdapter' = 'Name* InterfaceDescription MacAddress Status Speed VlanID DriverProvider DriverVersion DriverDate Virtual HardwareInterface'
        'NetLbfoTeam' = 'Name* Members* TeamingMode LoadBalancingAlgorithm'
        'NetLbfoTeamNic' = 'Name* Team* InterfaceDescription Default VlanID'
        'NetIPAddress' = 'InterfaceAlias* IPAddress* PrefixLength AddressState'
        'NetIPInterface' = 'InterfaceAlias* AddressFamily Dhcp'
        'NetRoute' = 'InterfaceAlias* DestinationPrefix* NextHop*'
        'DnsClientServerAddress' = 'InterfaceAlias* ServerAddresses*'
        'DnsClient' = 'InterfaceAlias* RegisterThisConnectionsAddress'
        'Win32_NetworkAdapterConfiguration' = 'InterfaceAlias* Description IPEnabled IPAddress* IPSubnet DHCPEnabled DefaultIPGateway*
            DNSServerSearchOrder* FullDNSRegistrationEnabled TcpipNetbiosOptions'
        'NetAdapterBinding' = 'Name* ComponentID Enabled'
        'NetAdapterAdvancedProperty' = 'Name* RegistryKeyword RegistryValue'
        'NetAdapterRss' = 'Name* InterfaceDescription Enabled'
        'NetAdapterVmq' = 'Name* InterfaceDescription Enabled BaseProcessorNumber MaxProcessors'
        'NetAdapterRdma' = 'Name* InterfaceDescription Enabled Operational'
        'NetAdapterSriov' = 'Name* InterfaceDescription SriovSupport NumVFs'
        'NetAdapterQos' = 'Name* InterfaceDescription Enabled'
        'NetQosPolicy' = 'Name* Template IPPortMatchCondition IPDstPortStartMatchCondition IPDstPortEndMatchCondition NetDirectPortMatchCondition
            PriorityValue8021Action ThrottleRateAction'
        'NetQosTrafficClass' = 'Name* Algorithm Priority BandwidthPercentage IfAlias*'
        'NetQosFlowControl' = 'Priority Enabled IfAlias*'
        'NetQosDcbxSetting' = 'Willing'
        'NetIntentStatus' = 'IntentName* ConfigurationStatus ProvisioningStatus Error'
        'BindingOrder' = 'BindingOrder*'
        'SmbServerConfiguration' = 'EnableSMB1Protocol EnableMultiChannel RequireSecuritySignature EncryptData'
        'SmbClientConfiguration' = 'EnableMultiChannel RequireSecuritySignature'
        'SmbConnection' = 'ServerName* ShareName* Dialect ContinuouslyAvailable'
        'LiveMigrationLimit' = 'LiveMigrationBytesPerSecond'

        # the storage of a host
        'Win32_Volume' = 'Name* DriveLetter FileSystem Capacity FreeSpace Compressed'
        'DedupVolume' = 'Volume* Enabled UsageType'
        'BitLockerVolume' = 'MountPoint* VolumeStatus'
        'VolumeSectors' = 'Volume* PhysicalSectorSize'
        'MSFT_Disk' = 'Number UniqueId* SerialNumber* Model BusType FirmwareVersion Size PartitionStyle PhysicalSectorSize HealthStatus
            IsClustered FileSystems Dynamic'
        'MSFT_PhysicalDisk' = 'UniqueId* SerialNumber* Model MediaType BusType FirmwareVersion Size HealthStatus Usage Pooled'
        'MSFC_FCAdapterHBAAttributes' = 'Model DriverVersion FirmwareVersion'
        'IscsiSession' = 'TargetNodeAddress* IsConnected IsPersistent NumberOfConnections'
        'Mpio' = 'Mpio'
        'NfsMounts' = 'NfsMounts*'

        # Hyper-V of a host, by its cmdlets
        'VMHost' = 'Name* LogicalProcessorCount MemoryCapacity VirtualMachinePath* VirtualHardDiskPath* VirtualMachineMigrationEnabled
            MaximumVirtualMachineMigrations MaximumStorageMigrations VirtualMachineMigrationAuthenticationType
            VirtualMachineMigrationPerformanceOption UseAnyNetworkForMigration NumaSpanningEnabled EnableEnhancedSessionMode
            MacAddressMinimum MacAddressMaximum'
        'VMHostNumaNode' = 'NodeId ProcessorsAvailability MemoryTotal'
        'VMSwitch' = 'Name* SwitchType AllowManagementOS EmbeddedTeamingEnabled BandwidthReservationMode IovEnabled PacketDirectEnabled
            NetAdapterInterfaceDescriptions NetAdapterInterfaceDescription'
        'VMSwitchTeam' = 'Name* TeamingMode LoadBalancingAlgorithm NetAdapterInterfaceDescription'
        'VMSwitchExtension' = 'SwitchName* Id Name Enabled Running'
        'VMSan' = 'VirtualSan* Adapters'
        'VMResourcePool' = 'Name* ResourcePoolType ParentName* Paths*'
        'RemoteFxHost' = 'IsGPUCapable'
        'VMReplicationServer' = 'ReplicationEnabled RepEnabled AllowedAuthenticationType AuthType KerberosAuthenticationPort KerbAuthPort
            CertificateAuthenticationPort CertAuthPort CertificateThumbprint DefaultStorageLocation* AuthorizationEntries*'

        # virtual machines, by the cmdlets
        'VM' = 'Name* Id Generation Version State ProcessorCount MemoryStartup MemoryMinimum MemoryMaximum DynamicMemoryEnabled MemoryAssigned
            IsClustered ConfigurationLocation* CheckpointFileLocation* SnapshotFileLocation* SmartPagingFilePath* CheckpointType
            AutomaticCheckpointsEnabled CreationTime AutomaticStartAction AutomaticStopAction IntegrationServicesVersion
            IntegrationServicesState ReplicationMode RemoteFxAdapter'
        'HardDiskDrive' = 'VMName* VMId Path* ControllerType ControllerNumber ControllerLocation DiskNumber MinimumIOPS MaximumIOPS
            SupportPersistentReservations Exists Chain* ChainValid'
        'VHD' = 'Path* VhdFormat VhdType Size FileSize ParentPath* BlockSize Alignment LogicalSectorSize PhysicalSectorSize'
        'DvdDrive' = 'VMName* VMId Path* DvdMediaType ControllerType ControllerNumber ControllerLocation'
        'VMNetworkAdapter' = 'VMName* VMId Name* IsManagementOs SwitchName* IsLegacy MacAddress DynamicMacAddressEnabled Status IPAddresses*
            MacAddressSpoofing DhcpGuard RouterGuard AllowTeaming PortMirroringMode IovWeight IovQueuePairsRequested VMQWeight
            IeeePriorityTag TeamMember* RequiredExtensions MandatoryFeatureId VlanSetting.OperationMode VlanSetting.AccessVlanId
            VlanSetting.NativeVlanId VlanSetting.AllowedVlanIdList VlanSetting.PrivateVlanMode VlanSetting.PrimaryVlanId
            VlanSetting.SecondaryVlanId VlanSetting.SecondaryVlanIdList IsolationSetting.IsolationMode IsolationSetting.DefaultIsolationID
            BandwidthSetting.MinimumBandwidthWeight BandwidthSetting.MinimumBandwidthAbsolute'
        'VMNetworkAdapterFailoverSetting' = 'VMName* VMId VMNetworkAdapterName* MacAddress IPv4Address* IPv6Address*'
        'VMSnapshot' = 'VMName* VMId Name* Id CreationTime SnapshotType ParentSnapshotName* ParentCheckpointName*'
        'VMProcessor' = 'VMName* VMId Count CompatibilityForMigrationEnabled ExposeVirtualizationExtensions HwThreadCountPerCore MaximumCountPerNumaNode'
        'VMMemory' = 'VMName* VMId Startup Minimum Maximum DynamicMemoryEnabled Buffer MaximumPerNumaNode'
        'VMFirmware' = 'VMName* VMId SecureBoot SecureBootTemplate BootOrder'
        'VMBios' = 'VMName* VMId StartupOrder'
        'VMSecurity' = 'VMName* VMId TpmEnabled Shielded'
        'VMKeyProtector' = 'VMName* VMId KeyProtectorOwner KeyProtectorGuardians'
        'VMIntegrationService' = 'VMName* VMId Id Name Enabled PrimaryOperationalStatus SecondaryOperationalStatus'
        'VMScsiController' = 'VMName* VMId Id Name'
        'VMComPort' = 'VMName* VMId Path*'
        'VMFloppyDiskDrive' = 'VMName* VMId Path*'
        'VMFibreChannelHba' = 'VMName* VMId SanName* WorldWidePortNameSetA*'
        'VMDevices' = 'VMName* VMId AssignedDevices GpuPartitions'
        'VMFiles' = 'VMName* VMId ConfigurationFileExists LastRun'
        'VMGuest' = 'VMName* VMId FullyQualifiedDomainName* OSName OSVersion OSBuildNumber ServicePackMajor ProductType ProcessorArchitecture
            IntegrationServicesVersion'
        'VMBackup' = 'VMName* VMId LastSuccessfulBackupTime'
        'VirtualSystemSettingData' = 'VMName* VMId AllowFullSCSICommandSet'
        'VMFibreChannelRedundancy' = 'VMName* VMId AllowReducedFcRedundancy'
        'VMReplication' = 'VMName* VMId ReplicationMode ReplicationState ReplicationHealth Mode State Health PrimaryServerName* PrimaryServer*
            ReplicaServerName* ReplicaServer* LastReplicationTime ReplicatedDisks* ReplicaServerPort ReplicaPort AuthenticationType AuthType
            CompressionEnabled ReplicationFrequencySec FrequencySec RecoveryHistory VSSSnapshotReplicationEnabled VSSSnapshotFrequencyHour
            VSSFrequencyHour AutoResynchronizeEnabled AutoResynchronizeIntervalStart AutoResynchronizeIntervalEnd ExcludedDisks*'
        'VMReplicationHealth' = 'VMName* VMId LastTestFailoverInitiatedTime PendingReplicationSize AverageReplicationLatency'

        # Hyper-V and its virtual machines by WMI, where there are no cmdlets: 2008 and 2008 R2, and hosts without remoting
        'Msvm_ComputerSystem' = 'Name* ElementName* EnabledState LastSuccessfulBackupTime'
        'Msvm_VirtualSystemSettingData' = '__NAMESPACE InstanceID ElementName* SystemName VirtualSystemIdentifier VirtualSystemType VirtualSystemSubType
            SettingType Parent Version CreationTime ConfigurationDataRoot* ExternalDataRoot* SnapshotDataRoot* SwapFileDataRoot* UserSnapshotType
            AutomaticSnapshotsEnabled SecureBootEnabled SecureBootTemplateId AllowFullSCSICommandSet AllowReducedFcRedundancy
            LastSuccessfulBackupTime AutomaticStartupAction AutomaticShutdownAction BootOrder'
        'Msvm_VirtualSystemGlobalSettingData' = 'InstanceID SystemName ElementName* Version CreationTime ExternalDataRoot* SnapshotDataRoot*
            AllowFullSCSICommandSet AutomaticStartupAction AutomaticShutdownAction'
        'Msvm_ProcessorSettingData' = 'InstanceID VirtualQuantity LimitProcessorFeatures ExposeVirtualizationExtensions HwThreadsPerCore
            MaxProcessorsPerNumaNode'
        'Msvm_MemorySettingData' = 'InstanceID VirtualQuantity DynamicMemoryEnabled Reservation Limit TargetMemoryBuffer MaxMemoryBlocksPerNumaNode'
        'Msvm_ResourceAllocationSettingData' = 'InstanceID ResourceSubType Parent Address AddressOnParent Connection* HostResource*'
        'Msvm_StorageAllocationSettingData' = 'InstanceID ResourceSubType Parent Address AddressOnParent HostResource*
            PersistentReservationsSupported IOPSLimit IOPSReservation'
        'Msvm_SyntheticEthernetPortSettingData' = 'InstanceID ResourceSubType ElementName* Address StaticMacAddress Connection'
        'Msvm_EmulatedEthernetPortSettingData' = 'InstanceID ResourceSubType ElementName* Address StaticMacAddress Connection'
        'Msvm_EthernetPortAllocationSettingData' = 'InstanceID EnabledState LastKnownSwitchName* HostResource'
        'Msvm_EthernetSwitchPortVlanSettingData' = 'InstanceID OperationMode AccessVlanId TrunkVlanIdArray PvlanMode PrimaryVlanId
            SecondaryVlanId SecondaryVlanIdArray'
        'Msvm_EthernetSwitchPortSecuritySettingData' = 'InstanceID AllowMacSpoofing EnableDhcpGuard EnableRouterGuard AllowTeaming
            AllowIeeePriorityTag MonitorMode'
        'Msvm_EthernetSwitchPortOffloadSettingData' = 'InstanceID VMQOffloadWeight IOVOffloadWeight IOVQueuePairCount'
        'Msvm_GuestNetworkAdapterConfiguration' = 'InstanceID IPAddresses* DHCPEnabled'
        'Msvm_VirtualSwitch' = 'Name ElementName*'
        'Msvm_VirtualEthernetSwitch' = 'Name ElementName*'
        'Msvm_VirtualEthernetSwitchSettingData' = 'VirtualSystemIdentifier ElementName* IOVPreferred TeamingEnabled'
        'Msvm_SecuritySettingData' = 'InstanceID TpmEnabled ShieldingRequested'
        'Msvm_HeartbeatComponentSettingData' = 'InstanceID EnabledState'
        'Msvm_VssComponentSettingData' = 'InstanceID EnabledState'
        'Msvm_TimeSyncComponentSettingData' = 'InstanceID EnabledState'
        'Msvm_ShutdownComponentSettingData' = 'InstanceID EnabledState'
        'Msvm_KvpExchangeComponentSettingData' = 'InstanceID EnabledState'
        'Msvm_GuestServiceInterfaceComponentSettingData' = 'InstanceID EnabledState'
        'Msvm_HeartbeatComponent' = 'SystemName EnabledState OperationalStatus'
        'Msvm_VssComponent' = 'SystemName EnabledState OperationalStatus'
        'Msvm_TimeSyncComponent' = 'SystemName EnabledState OperationalStatus'
        'Msvm_ShutdownComponent' = 'SystemName EnabledState OperationalStatus'
        'Msvm_GuestServiceInterfaceComponent' = 'SystemName EnabledState OperationalStatus'
        'Msvm_VirtualSystemManagementServiceSettingData' = 'DefaultExternalDataRoot* DefaultVirtualHardDiskPath* MinimumMacAddress
            MaximumMacAddress NumaSpanningEnabled EnhancedSessionModeEnabled'
        'Msvm_VirtualSystemMigrationServiceSettingData' = 'EnableVirtualSystemMigration MaximumActiveVirtualSystemMigration
            MaximumActiveStorageMigration EnableSmbTransport EnableCompression'
        'Msvm_VirtualHardDiskSettingData' = 'Path* Type Format MaxInternalSize FileSize ParentPath* BlockSize LogicalSectorSize PhysicalSectorSize'
    }

    # --- this host, and the one that is read --------------------------------------------------------------------------

    $Invariant = [System.Globalization.CultureInfo]::InvariantCulture
    $Columns = @{}
    foreach ($key in $Classes.Keys) { $Columns[$key] = @($Classes[$key] -split '\s+') }
    $Collected = @{}
    $NotRead = New-Object System.Collections.ArrayList
    $Absent = New-Object System.Collections.ArrayList
    $Here = @{}
    if ($Target) { $Here = @{ ComputerName = $Target } }
    $Remote = $null -ne $PSSenderInfo
    $Identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    $Elevated = (New-Object System.Security.Principal.WindowsPrincipal $Identity).IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)

    function Test-Command([string]$Name) {
        [bool](Get-Command $Name -CommandType 'Cmdlet, Function' -ErrorAction SilentlyContinue)
    }

    # PowerShell 6 and later have no Get-WmiObject, PowerShell 2.0 has no Get-CimInstance.
    $Wmi = Test-Command 'Get-WmiObject'

    # --- pseudonyms ---------------------------------------------------------------------------------------------------
    # A keyed cipher that keeps the length and the kind of each character, and the case: letters become letters, digits digits.
    # Two names are the same afterwards, with or without regard to case, exactly if they were the same before.

    $Hmac = New-Object System.Security.Cryptography.HMACSHA1
    $Hmac.Key = [System.Text.Encoding]::UTF8.GetBytes("lotse $HideKey")
    $Pseudonym = New-Object System.Collections.Hashtable
    # What says nothing about its owner and is kept: file types, folders of Windows and Hyper-V, names that Windows gives itself.
    $Kept = '\.(?:a?vhdx?|vhds|vhdpmem|iso|vfd|vmcx|vmrs|vmgs|xml|bin|vsv|rct|mrt|exe|sys)$' +
        '|^[a-z]:(?=\\|$)|%[a-z()]+%' +
        '|(?<=^|\\)(?:ClusterStorage|Volume\d+|Virtual Machines|Virtual Hard Disks|Snapshots|ProgramData|Microsoft|Windows|Users|Public|' +
        'Documents|Public Documents|Hyper-V|Program Files|System32|Cluster|InitialStore)(?=\\|$)' +
        '|^(?:BUILTIN|NT AUTHORITY|NT SERVICE|NT VIRTUAL MACHINE)\\[^\\]*?(?=\sS-1-|$)' +
        '|(?<=^|\\)(?:Vmms|Vmwp|Vmsp|Vmcompute|Vmconnect|Clussvc|Rhs)(?=\.exe$)' +
        '|\b(?:CN|OU|DC)(?==)|^https?(?=://)|^iqn(?=\.)' +
        '|^(?:Hyper-V Replica Service|Microsoft Virtual System Migration Service|Microsoft Virtual Console Service|MSServerCluster|' +
        'MSServerClusterMgmtAPI|MSClusterVirtualServer|HOST|RestrictedKrbHost|TERMSRV|WSMAN|cifs|http|ldap)(?=/)' +
        '|\bvEthernet(?=\s\()|^(?:Ethernet|Local Area Connection|LAN-Verbindung|WLAN|Wi-Fi)(?=\s\d+$|$)|^Network Adapter$|^Primordial$' +
        '|^SCVMM(?=\s)|(?<=\s)Resources$|^Virtual Machine(?: Configuration| Cluster WMI)?(?=\s|$)|^Default Switch$' +
        '|^(?:Cluster Group|Available Storage|Cluster Name|Cluster IP Address|File Share Witness|Cloud Witness)$|^Cluster (?:Network|Disk|Virtual Disk)(?=\s|$)' +
        '|(?<![a-z0-9])\d{1,2}(?![a-z0-9])'
    $Parts = New-Object System.Text.RegularExpressions.Regex(
        ('(?<address>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w.]))' +
        '|(?<kept>\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?|S-1-(?!5-21-)[\d-]+|' + $Kept + ')' +
        '|S-1-5-21-(?<sid>\d+-\d+-\d+)(?<kept>-\d+)?' +
        '|(?<word>[0-9a-z\u00c0-\ud7ff\ue000-\uffff]+)'),
        [System.Text.RegularExpressions.RegexOptions]'IgnoreCase, CultureInvariant')

    function Get-Shift([string]$Text, [int]$Size) {
        $hash = $Hmac.ComputeHash([System.Text.Encoding]::Unicode.GetBytes($Text))
        (([int]$hash[0] * 65536) + ([int]$hash[1] * 256) + [int]$hash[2]) % $Size
    }

    # Each character is shifted by what stands before it, from the left and then from the right, so that every one depends on all others.
    function Get-HiddenWord([string]$Word) {
        if ($Pseudonym.ContainsKey($Word)) { return $Pseudonym[$Word] }
        $chars = $Word.ToCharArray()
        foreach ($round in 'left', 'right') {
            $before = $round + $chars.Length + ':'
            for ($index = 0; $index -lt $chars.Length; $index++) {
                $char = $chars[$index]
                $code = [int]$char
                $size = 26
                if ($code -ge 48 -and $code -le 57) { $first = 48; $size = 10 }
                elseif ($code -ge 65 -and $code -le 90) { $first = 65 }
                elseif ($code -ge 97 -and $code -le 122) { $first = 97 }
                else { $first = $code - ($code % 32); $size = 32 }
                $chars[$index] = [char]($first + (($code - $first + (Get-Shift $before $size)) % $size))
                $before += [string][char]::ToLowerInvariant($char)
            }
            [array]::Reverse($chars)
        }
        $Pseudonym[$Word] = New-Object string (, $chars)
        $Pseudonym[$Word]
    }

    # The last two numbers of an IPv4 address, bit by bit, so that two addresses share a subnet exactly if they did before.
    function Get-HiddenAddress([string]$Address) {
        $whole, $prefix = $Address.Split('/')
        $numbers = @($whole.Split('.') | ForEach-Object { [int]$_ })
        if (@($numbers | Where-Object { $_ -gt 255 }).Count) { return $Address }
        if (@(0, 127, 255) -contains $numbers[0] -or $numbers[0] -ge 224 -or ($numbers[0] -eq 169 -and $numbers[1] -eq 254)) { return $Address }
        $bits = $numbers[2] * 256 + $numbers[3]
        $before = 'address' + $numbers[0] + '.' + $numbers[1] + ':'
        $hidden = 0
        for ($bit = 15; $bit -ge 0; $bit--) {
            $one = [int][math]::Floor($bits / [math]::Pow(2, $bit)) % 2
            $hidden = $hidden * 2 + (($one + (Get-Shift $before 2)) % 2)
            $before += $one
        }
        $end = ''
        if ($prefix) {
            $end = '/' + $prefix
            $size = [int][math]::Pow(2, [math]::Min(16, [math]::Max(0, 32 - [int]$prefix)))
            if ($bits % $size -eq 0) { $hidden -= $hidden % $size } # a network stays a network
        }
        '{0}.{1}.{2}.{3}{4}' -f $numbers[0], $numbers[1], [int][math]::Floor($hidden / 256), ($hidden % 256), $end
    }

    # The last 64 bits of an IPv6 address; what is not one gives nothing.
    function Get-HiddenAddress6([string]$Text) {
        $match = [regex]::Match($Text, '^([0-9a-f:.]+)(.*)$', 'IgnoreCase')
        $address = $match.Groups[1].Value
        $end = $match.Groups[2].Value
        $parsed = $null
        if (-not $address -or $address.Split(':').Length -lt 3 -or -not [System.Net.IPAddress]::TryParse($address, [ref]$parsed)) { return }
        $bytes = $parsed.GetAddressBytes()
        if ($bytes.Length -ne 16) { return }
        if ($address -match '^fec0:' -or -not @($bytes[8..14] | Where-Object { $_ }).Count) { return $Text } # networks, ::1, and what Windows sets
        $hash = $Hmac.ComputeHash($bytes)
        for ($index = 8; $index -lt 16; $index++) { $bytes[$index] = $hash[$index] }
        (New-Object System.Net.IPAddress (, $bytes)).ToString() + $end
    }

    function Get-HiddenText([string]$Text) {
        if ($Text -match '^\\\\[^\\]+\\root\\' -or $Text -match '^Disk \d+ ') { return $Text } # a path of WMI, a physical disk
        if ($Text.Contains(':')) {
            $address = Get-HiddenAddress6 $Text
            if ($address) { return $address }
        }
        $out = New-Object System.Text.StringBuilder
        $at = 0
        foreach ($match in $Parts.Matches($Text)) {
            [void]$out.Append($Text.Substring($at, $match.Index - $at))
            $at = $match.Index + $match.Length
            if ($match.Groups['address'].Success) { [void]$out.Append((Get-HiddenAddress $match.Value)) }
            elseif ($match.Groups['word'].Success) { [void]$out.Append((Get-HiddenWord $match.Value)) }
            elseif ($match.Groups['sid'].Success) {
                $hidden = @($match.Groups['sid'].Value.Split('-') | ForEach-Object { Get-HiddenWord $_ })
                [void]$out.Append('S-1-5-21-' + ($hidden -join '-') + $match.Groups['kept'].Value)
            }
            else { [void]$out.Append($match.Value) }
        }
        $out.Append($Text.Substring($at)).ToString()
    }

    # --- JSON ---------------------------------------------------------------------------------------------------------

    $Special = New-Object System.Text.RegularExpressions.Regex '[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]'
    $Numbers = [byte], [sbyte], [int16], [uint16], [int32], [uint32], [int64], [uint64], [decimal]

    function Get-JsonText([string]$Text) {
        $escaped = $Text.Replace('\', '\\').Replace('"', '\"')
        if ($Special.IsMatch($escaped)) {
            $out = New-Object System.Text.StringBuilder
            foreach ($char in $escaped.ToCharArray()) {
                if ($Special.IsMatch([string]$char)) { [void]$out.Append('\u' + ([int]$char).ToString('x4', $Invariant)) }
                else { [void]$out.Append($char) }
            }
            $escaped = $out.ToString()
        }
        '"' + $escaped + '"'
    }

    function Get-Json($Value, [bool]$Hidden, [int]$Depth) {
        if ($null -eq $Value -or $Value -is [System.DBNull]) { return 'null' }
        if ($Value -is [bool]) { if ($Value) { return 'true' } else { return 'false' } }
        if ($Value -is [System.Enum]) { return Get-JsonText ($Value.ToString()) }
        if ($Value -is [string] -or $Value -is [char]) {
            $text = [string]$Value
            if ($text -match '^\d{14}\.\d{6}[+-]\d{3}$') { # a time as WMI writes it
                try { return Get-Json ([System.Management.ManagementDateTimeConverter]::ToDateTime($text)) $false $Depth } catch { return Get-JsonText $text }
            }
            $text = $text -replace '^\\\\[^\\]+(?=\\root\\)', '\\.' # a path of WMI names the host
            if ($Hidden -and $HideKey) { $text = Get-HiddenText $text }
            return Get-JsonText $text
        }
        if ($Value -is [datetime]) { return Get-JsonText ($Value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", $Invariant)) }
        if ($Value -is [timespan]) { return Get-JsonText ($Value.ToString()) }
        foreach ($type in $Numbers) { if ($Value -is $type) { return $Value.ToString($Invariant) } }
        if ($Value -is [double] -or $Value -is [single]) {
            if ([double]::IsNaN($Value) -or [double]::IsInfinity($Value)) { return 'null' }
            return $Value.ToString('R', $Invariant)
        }
        if ($Depth -lt 4) {
            if ($Value -is [System.Collections.IDictionary]) {
                $inside = @($Value.Keys | Sort-Object | ForEach-Object { (Get-JsonText $_) + ':' + (Get-Json $Value[$_] $Hidden ($Depth + 1)) })
                return '{' + ($inside -join ',') + '}'
            }
            if ($Value -is [System.Collections.IEnumerable]) {
                $inside = New-Object System.Collections.ArrayList
                foreach ($item in $Value) { [void]$inside.Add((Get-Json $item $Hidden ($Depth + 1))) }
                return '[' + ($inside.ToArray() -join ',') + ']'
            }
        }
        $named = $Value.psobject.Properties['Name']
        if ($null -ne $named -and $null -ne $named.Value) { return Get-Json ([string]$named.Value) $Hidden $Depth } # a node, a group, a type of resource
        Get-Json ($Value.ToString()) $Hidden $Depth
    }

    # The listed properties of an object, or of a table that may name an object in `Of`, as JSON. What it has not is left out.
    function Get-Row([string]$Class, $Source) {
        $of = $Source
        $table = @{}
        if ($Source -is [System.Collections.IDictionary]) { $table = $Source; $of = $Source['Of'] }
        $cells = New-Object System.Collections.ArrayList
        $heads = New-Object System.Collections.ArrayList
        $inner = @{}
        foreach ($column in $Columns[$Class]) {
            $hidden = $column.EndsWith('*')
            $name, $below = $column.TrimEnd('*').Split('.')
            $value = $null
            if ($table.Contains($name)) { $value = $table[$name] }
            else {
                if ($null -eq $of) { continue }
                $property = $of.psobject.Properties[$name]
                if ($null -eq $property) { continue }
                try { $value = $property.Value } catch { continue }
            }
            if (-not $below) { [void]$cells.Add((Get-JsonText $name) + ':' + (Get-Json $value $hidden 0)); continue }
            if (-not $inner.ContainsKey($name)) { [void]$heads.Add($name); $inner[$name] = New-Object System.Collections.ArrayList }
            if ($null -eq $value) { continue }
            $property = $value.psobject.Properties[$below]
            if ($null -ne $property) { [void]$inner[$name].Add((Get-JsonText $below) + ':' + (Get-Json $property.Value $hidden 0)) }
        }
        foreach ($name in $heads) {
            if ($inner[$name].Count) { [void]$cells.Add((Get-JsonText $name) + ':{' + ($inner[$name].ToArray() -join ',') + '}') }
            else { [void]$cells.Add((Get-JsonText $name) + ':null') }
        }
        '{' + ($cells.ToArray() -join ',') + '}'
    }

    # --- reading ------------------------------------------------------------------------------------------------------

    function Add-NotRead([string]$What, $Why) {
        $reason = "$Why"
        if ($Why -is [System.Management.Automation.ErrorRecord]) {
            $reason = $Why.Exception.Message
            if ($HideKey) { $reason = $Why.Exception.GetType().Name + ' ' + $Why.FullyQualifiedErrorId } # messages tell names
        }
        [void]$NotRead.Add((Get-JsonText $What) + "`t" + (Get-JsonText $reason.Trim()))
    }

    function Show-Step([string]$Text) {
        if ($Silent) { return }
        $whom = $Target
        if (-not $whom) { $whom = $env:COMPUTERNAME }
        Write-Progress -Activity "Collecting from $whom" -Status $Text
    }

    # The rows of a class. It is left out when its command is not there, and reported when it fails, for half a list misleads.
    function Read-Class([string]$ReadClass, [string]$ReadCommand, [scriptblock]$ReadBlock) {
        if ($ReadCommand -and -not (Test-Command $ReadCommand)) { [void]$Absent.Add($ReadClass); return }
        $readRows = New-Object System.Collections.ArrayList
        try { & $ReadBlock | ForEach-Object { if ($null -ne $_) { [void]$readRows.Add((Get-Row $ReadClass $_)) } } }
        catch { Add-NotRead $ReadClass $_; return }
        if (-not $readRows.Count -and -not $Elevated) { Add-NotRead $ReadClass 'nothing to be seen without administrator rights'; return }
        if (-not $Collected.ContainsKey($ReadClass)) { $Collected[$ReadClass] = New-Object System.Collections.ArrayList }
        $Collected[$ReadClass].AddRange($readRows)
    }

    # What a block gives for each of many things; the failures of some are reported once and do not stop the others.
    function Get-Each($EachOf, [scriptblock]$EachBlock) {
        $eachFailed = 0
        $eachFirst = $null
        foreach ($eachThing in @($EachOf)) {
            if ($null -eq $eachThing) { continue }
            try { $eachThing | ForEach-Object $EachBlock } catch { $eachFailed++; if (-not $eachFirst) { $eachFirst = $_ } }
        }
        if ($eachFailed) {
            Add-NotRead $ReadClass $eachFirst
            if ($eachFailed -gt 1) { Add-NotRead $ReadClass "failed for $eachFailed of $(@($EachOf).Count) in all" }
        }
    }

    # A value of a table that may fail without the others.
    function Add-Value([System.Collections.IDictionary]$ValueTable, [string]$ValueName, [scriptblock]$ValueBlock) {
        try { $ValueTable[$ValueName] = & $ValueBlock } catch { Add-NotRead $ValueName $_ }
    }

    function Get-Instance([string]$Class, [string]$Namespace, [string]$Filter) {
        $with = @{ ErrorAction = 'Stop' }
        if ($Namespace) { $with['Namespace'] = $Namespace }
        if ($Filter) { $with['Filter'] = $Filter }
        if ($Wmi) { Get-WmiObject -Class $Class -Authentication PacketPrivacy @with @Here } else { Get-CimInstance -ClassName $Class @with @Here }
    }

    function Get-RegistryKey([string]$Key) {
        $root = [Microsoft.Win32.Registry]::LocalMachine
        if ($Target) { $root = [Microsoft.Win32.RegistryKey]::OpenRemoteBaseKey([Microsoft.Win32.RegistryHive]::LocalMachine, $Target) }
        $root.OpenSubKey($Key)
    }

    function Get-RegistryValue([string]$Key, [string]$Name) {
        $opened = Get-RegistryKey $Key
        if ($null -ne $opened) { $opened.GetValue($Name) }
    }

    # The properties of an instance that WMI wrote as XML, by name.
    function Get-Embedded([string]$Xml) {
        $document = New-Object System.Xml.XmlDocument
        $document.XmlResolver = $null
        $document.LoadXml($Xml)
        $found = @{}
        foreach ($property in $document.SelectNodes('//PROPERTY')) {
            $value = $property.SelectSingleNode('VALUE')
            if ($null -ne $value) { $found[$property.GetAttribute('NAME')] = $value.InnerText }
        }
        $found
    }

    # True or false where it is certain; nothing where the file is out of reach: a file that cannot be seen may be there.
    function Test-File([string]$File) {
        if (-not $File -or $Target -or ($Remote -and $File.StartsWith('\\'))) { return }
        try {
            if ([System.IO.File]::Exists($File)) { return $true }
            $child = $File
            $folder = [System.IO.Path]::GetDirectoryName($child)
            while ($folder -and -not [System.IO.Directory]::Exists($folder)) {
                $child = $folder
                $folder = [System.IO.Path]::GetDirectoryName($child)
            }
            if ($folder -and -not [System.IO.Directory]::GetFileSystemEntries($folder, [System.IO.Path]::GetFileName($child)).Length) { return $false }
        }
        catch { return }
    }

    # The virtual disk files below a folder. Folders that are links or cannot be read are passed over.
    function Find-DiskFile([string]$Folder, [string[]]$Except) {
        $waiting = New-Object System.Collections.Stack
        $waiting.Push($Folder)
        while ($waiting.Count) {
            $next = $waiting.Pop()
            try {
                foreach ($file in [System.IO.Directory]::GetFiles($next, '*.*vhd*')) {
                    if ($file -match '\.(?:a?vhdx?|vhds)$') { @{ FullName = $file } }
                }
                foreach ($inner in [System.IO.Directory]::GetDirectories($next)) {
                    $isLink = ([System.IO.File]::GetAttributes($inner) -band [System.IO.FileAttributes]::ReparsePoint) -ne 0
                    if (-not ($isLink -and $inner -notmatch '\\ClusterStorage\\') -and $Except -notcontains $inner) { $waiting.Push($inner) }
                }
            }
            catch { continue }
        }
    }

    # --- Windows ------------------------------------------------------------------------------------------------------

    function Read-Windows {
        Show-Step 'Windows'
        $currentVersion = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion'
        Read-Class 'Win32_OperatingSystem' '' {
            $system = Get-Instance 'Win32_OperatingSystem'
            $row = @{ Of = $system; Version = $system.Version }
            $revision = $null
            try { $revision = Get-RegistryValue $currentVersion 'UBR' } catch { $revision = $null }
            if ($null -ne $revision) { $row['Version'] = "$($system.Version).$revision" }
            $row
        }
        Read-Class 'Win32_ComputerSystem' '' { Get-Instance 'Win32_ComputerSystem' }
        Read-Class 'Win32_Processor' '' { Get-Instance 'Win32_Processor' }
        Read-Class 'Win32_PhysicalMemory' '' { Get-Instance 'Win32_PhysicalMemory' }
        Read-Class 'Win32_BIOS' '' { Get-Instance 'Win32_BIOS' }
        Read-Class 'Win32_PowerPlan' '' {
            $plans = $null
            try { $plans = @(Get-Instance 'Win32_PowerPlan' 'root\cimv2\power') } catch { $plans = $null }
            if ($plans) { $plans; return }
            if ($Target) { throw 'the host does not tell its power plan by WMI' }
            $written = "$(powercfg.exe -getactivescheme)" # Windows Server 2008 has no class for it
            if ($written -match '[0-9a-f]{8}-[0-9a-f-]{27}') { @{ ElementName = $matches[0]; InstanceID = '{' + $matches[0] + '}'; IsActive = $true } }
        }
        Read-Class 'WindowsService' '' {
            Get-Instance 'Win32_Service'
            Get-Instance 'Win32_SystemDriver' '' "Name='ClusDisk' or Name='NetFT'"
        }
        Read-Class 'HotFix' '' { Get-Instance 'Win32_QuickFixEngineering' }
        Read-Class 'PnPSignedDriver' '' { Get-Instance 'Win32_PnPSignedDriver' }
        Read-Class 'LocalGroups' '' {
            $groups = @{}
            foreach ($group in @(('Administrators', 'S-1-5-32-544'), ('HyperVAdministrators', 'S-1-5-32-578'))) {
                $members = Get-GroupMember $group[1]
                if ($null -ne $members) { $groups[$group[0]] = $members }
            }
            $groups
        }

        $settings = @{}
        Add-Value $settings 'InstallationType' { Get-RegistryValue $currentVersion 'InstallationType' }
        Add-Value $settings 'CrashDumpEnabled' { Get-RegistryValue 'SYSTEM\CurrentControlSet\Control\CrashControl' 'CrashDumpEnabled' }
        Add-Value $settings 'VerifyDrivers' { Get-RegistryValue 'SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management' 'VerifyDrivers' }
        Add-Value $settings 'fDisableCpm' { Get-RegistryValue 'SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services' 'fDisableCpm' }
        Add-Value $settings 'AuthorizationStore' { Get-RegistryValue "$currentVersion\Virtualization" 'StoreLocation' }
        Add-Value $settings 'DotNetVersion' { Get-RegistryValue 'SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full' 'Version' }
        Add-Value $settings 'MachineDistinguishedName' {
            Get-RegistryValue 'SOFTWARE\Microsoft\Windows\CurrentVersion\Group Policy\State\Machine' 'Distinguished-Name'
        }
        Add-Value $settings 'RebootPending' {
            $key = 'SOFTWARE\Microsoft\Windows\CurrentVersion'
            $servicing = Get-RegistryKey "$key\Component Based Servicing\RebootPending"
            $update = Get-RegistryKey "$key\WindowsUpdate\Auto Update\RebootRequired"
            $null -ne $servicing -or $null -ne $update
        }
        Add-Value $settings 'VirtualDiskKeys' {
            $key = Get-RegistryKey 'SYSTEM\CurrentControlSet\Enum\SCSI\Disk&Ven_Msft&Prod_Virtual_Disk'
            if ($null -eq $key) { 0 } else { $key.SubKeyCount }
        }
        if (-not $Target) {
            $settings['PowerShellVersion'] = $PSVersionTable.PSVersion
            Add-Value $settings 'PowerShellRemoting' {
                if ($Remote) { return $true }
                if ((Get-Service WinRM).Status -ne 'Running') { return $false }
                [bool](Test-WSMan)
            }
            if ([System.Environment]::OSVersion.Version.Major -ge 10) {
                Add-Value $settings 'HypervisorSchedulerType' {
                    $started = Get-WinEvent -FilterHashtable @{ ProviderName = 'Microsoft-Windows-Hyper-V-Hypervisor'; Id = 2 } -MaxEvents 1
                    $started.Properties[0].Value
                }
            }
        }
        Read-Class 'WindowsSettings' '' { $settings }

        Read-Class 'NtlmPolicy' '' {
            $key = 'SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0'
            @{
                RestrictSendingNTLMTraffic = Get-RegistryValue $key 'RestrictSendingNTLMTraffic'
                RestrictReceivingNTLMTraffic = Get-RegistryValue $key 'RestrictReceivingNTLMTraffic'
            }
        }
        Read-Class 'UpdateSettings' '' {
            $key = 'SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate'
            $updates = @{
                AUOptions = Get-RegistryValue "$key\AU" 'AUOptions'
                NoAutoUpdate = Get-RegistryValue "$key\AU" 'NoAutoUpdate'
                UseWUServer = [int](Get-RegistryValue "$key\AU" 'UseWUServer')
                WUServer = "$(Get-RegistryValue $key 'WUServer')"
            }
            if (-not $Target) {
                $proxy = @(netsh.exe winhttp show proxy) -join ' '
                $updates['WinHttpProxy'] = [regex]::Match($proxy, '\S+:\d+').Value
                $updates['WinHttpBypassLocal'] = $proxy -match '<local>'
                if (Test-Command 'Get-CauPlugin') { Add-Value $updates 'CauPlugins' { , @(Get-CauPlugin | ForEach-Object { $_.Name }) } }
                if ($Names) { Add-Value $updates 'CauScriptHashes' { , @($Names | ForEach-Object { Get-Hash $_ }) } }
            }
            $updates
        }
        if ($Target) { return }

        Show-Step 'roles and features, firewall, certificates'
        Import-Module ServerManager -ErrorAction SilentlyContinue
        Read-Class 'WindowsFeature' 'Get-WindowsFeature' {
            Get-WindowsFeature | Where-Object { $_.Installed -or @('Hyper-V', 'Failover-Clustering', 'Data-Center-Bridging') -contains $_.Name }
        }
        Read-Class 'MpPreference' 'Get-MpPreference' { Get-MpPreference }
        Read-Class 'MigrationSettings' '' { @{ SeServiceLogonRight = Get-ServiceLogonRight } }
        if (Test-Command 'Get-NetFirewallRule') {
            Read-Class 'NetFirewallRule' '' { Get-NetFirewallRule -Direction Inbound | Where-Object { $_.Group } }
            Read-Class 'MigrationSettings' 'Get-NetIPsecRule' {
                @{ IpsecRules = @(Get-NetIPsecRule -PolicyStore ActiveStore | Where-Object { "$($_.Enabled)" -eq 'True' }).Count }
            }
        }
        else {
            Read-Class 'NetFirewallRule' '' {
                foreach ($rule in (New-Object -ComObject HNetCfg.FwPolicy2).Rules) {
                    if ($rule.Direction -eq 1 -and $rule.Grouping) {
                        @{ DisplayName = $rule.Name; Group = $rule.Grouping; Enabled = $rule.Enabled; Profile = ($rule.Profiles -band 7); Direction = 1 }
                    }
                }
            }
        }
        if ($PSVersionTable.PSVersion.Major -ge 3) {
            Read-Class 'Certificate' '' {
                foreach ($certificate in @(Get-ChildItem Cert:\LocalMachine\My)) {
                    @{
                        Thumbprint = $certificate.Thumbprint
                        DnsNames = @($certificate.DnsNameList | ForEach-Object { $_.Unicode })
                        ServerAuthentication = @($certificate.EnhancedKeyUsageList | ForEach-Object { $_.ObjectId }) -contains '1.3.6.1.5.5.7.3.1'
                        Valid = $certificate.HasPrivateKey -and $certificate.Verify()
                    }
                }
            }
        }
        if ([System.Environment]::OSVersion.Version.Major -ge 10) {
            Read-Class 'GuardianCertificates' '' {
                $store = 'Cert:\LocalMachine\Shielded VM Local Certificates'
                $found = @()
                if (Test-Path $store) { $found = @(Get-ChildItem $store | Where-Object { $_.HasPrivateKey } | ForEach-Object { $_.Thumbprint }) }
                @{ GuardianCertificates = $found }
            }
        }
    }

    # The members of a local group by its SID, each as `name SID`; nothing when there is no such group.
    function Get-GroupMember([string]$Sid) {
        if (-not $Target -and (Test-Command 'Get-LocalGroupMember')) {
            return , @(Get-LocalGroupMember -SID $Sid | ForEach-Object { "$($_.Name) $($_.SID)" })
        }
        $group = Get-Instance 'Win32_Group' '' "LocalAccount=True and SID='$Sid'"
        if ($null -eq $group -or -not $Wmi) { return }
        , @($group.GetRelated('Win32_Account', 'Win32_GroupUser', $null, $null, 'PartComponent', 'GroupComponent', $false, $null) |
            ForEach-Object { "$($_.Caption) $($_.SID)" })
    }

    # Who may log on as a service. secedit writes to a file only, which is deleted again.
    function Get-ServiceLogonRight {
        $file = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), "lotse-$([guid]::NewGuid()).inf")
        try {
            [void](secedit.exe /export /areas USER_RIGHTS /cfg $file /quiet)
            $written = [System.IO.File]::ReadAllText($file)
        }
        finally { [System.IO.File]::Delete($file) }
        if ($written -notmatch '\[Privilege Rights\]') { throw 'secedit exported no user rights' }
        [regex]::Match($written, 'SeServiceLogonRight\s*=\s*([^\r\n]*)').Groups[1].Value.Trim()
    }

    function Get-Hash([string]$File) {
        $stream = [System.IO.File]::OpenRead($File)
        try { [System.BitConverter]::ToString([System.Security.Cryptography.SHA256]::Create().ComputeHash($stream)).Replace('-', '') }
        finally { $stream.Close() }
    }

    # --- network ------------------------------------------------------------------------------------------------------

    function Read-Network {
        Show-Step 'network'
        $connections = @{}
        try { foreach ($adapter in @(Get-Instance 'Win32_NetworkAdapter')) { if ($adapter.NetConnectionID) { $connections[[int]$adapter.Index] = $adapter } } }
        catch { Add-NotRead 'Win32_NetworkAdapter' $_ }
        Read-Class 'BindingOrder' '' {
            $byGuid = @{}
            foreach ($adapter in $connections.Values) { if ($adapter.GUID) { $byGuid["$($adapter.GUID)"] = $adapter.NetConnectionID } }
            $bound = @(Get-RegistryValue 'SYSTEM\CurrentControlSet\Services\Tcpip\Linkage' 'Bind')
            @{ BindingOrder = @($bound | ForEach-Object { $byGuid["$_" -replace '.*\\'] } | Where-Object { $_ }) }
        }
        $new = -not $Target -and (Test-Command 'Get-NetAdapter')
        Read-Class 'Win32_NetworkAdapterConfiguration' '' {
            foreach ($configuration in @(Get-Instance 'Win32_NetworkAdapterConfiguration' '' 'IPEnabled=True')) {
                $adapter = $connections[[int]$configuration.Index]
                if ($null -eq $adapter) { continue }
                $row = @{ InterfaceAlias = $adapter.NetConnectionID; Description = $configuration.Description; IPEnabled = $true }
                $row['TcpipNetbiosOptions'] = $configuration.TcpipNetbiosOptions
                if (-not $new) { $row['Of'] = $configuration } # the cmdlets tell the rest better
                $row
            }
        }
        if (-not $new) {
            Read-Class 'NetAdapter' '' {
                foreach ($adapter in $connections.Values) {
                    $status = 'Disconnected'
                    if (@(2, 9) -contains $adapter.NetConnectionStatus) { $status = 'Up' }
                    if ($adapter.ConfigManagerErrorCode -eq 22) { $status = 'Disabled' }
                    $row = @{
                        Name = $adapter.NetConnectionID; InterfaceDescription = $adapter.Name; MacAddress = $adapter.MACAddress; Status = $status
                        HardwareInterface = "$($adapter.PNPDeviceID)" -notlike 'ROOT\*'
                    }
                    if ($status -eq 'Up' -and $null -ne $adapter.Speed) { $row['Speed'] = $adapter.Speed }
                    $row
                }
            }
            if (-not $Target -and [System.Environment]::OSVersion.Version -lt [version]'6.2') {
                Read-Class 'NetLbfoTeam' '' { @() } # Windows knew no teams of its own then
            }
            return
        }
        Read-Class 'NetAdapter' 'Get-NetAdapter' { Get-NetAdapter }
        Read-Class 'NetLbfoTeam' 'Get-NetLbfoTeam' { Get-NetLbfoTeam }
        Read-Class 'NetLbfoTeamNic' 'Get-NetLbfoTeamNic' { Get-NetLbfoTeamNic }
        Read-Class 'NetIPAddress' 'Get-NetIPAddress' { Get-NetIPAddress }
        Read-Class 'NetIPInterface' 'Get-NetIPInterface' { Get-NetIPInterface }
        Read-Class 'NetRoute' 'Get-NetRoute' { Get-NetRoute }
        Read-Class 'DnsClientServerAddress' 'Get-DnsClientServerAddress' { Get-DnsClientServerAddress }
        Read-Class 'DnsClient' 'Get-DnsClient' { Get-DnsClient }
        Read-Class 'NetAdapterBinding' 'Get-NetAdapterBinding' { Get-NetAdapterBinding }
        Read-Class 'NetAdapterAdvancedProperty' 'Get-NetAdapterAdvancedProperty' { Get-NetAdapterAdvancedProperty }
        Read-Class 'NetAdapterRss' 'Get-NetAdapterRss' { Get-NetAdapterRss }
        Read-Class 'NetAdapterVmq' 'Get-NetAdapterVmq' { Get-NetAdapterVmq }
        Read-Class 'NetAdapterRdma' 'Get-NetAdapterRdma' { Get-NetAdapterRdma }
        Read-Class 'NetAdapterSriov' 'Get-NetAdapterSriov' { Get-NetAdapterSriov }
        Read-Class 'NetAdapterQos' 'Get-NetAdapterQos' { Get-NetAdapterQos }
        Read-Class 'NetQosPolicy' 'Get-NetQosPolicy' { Get-NetQosPolicy }
        Read-Class 'NetQosTrafficClass' 'Get-NetQosTrafficClass' { Get-NetQosTrafficClass }
        Read-Class 'NetQosFlowControl' 'Get-NetQosFlowControl' { Get-NetQosFlowControl }
        Read-Class 'NetQosDcbxSetting' 'Get-NetQosDcbxSetting' { Get-NetQosDcbxSetting }
        Read-Class 'NetIntentStatus' 'Get-NetIntentStatus' { Get-NetIntentStatus | Where-Object { "$($_.Host)".Split('.')[0] -eq $env:COMPUTERNAME } }
        Read-Class 'SmbServerConfiguration' 'Get-SmbServerConfiguration' { Get-SmbServerConfiguration }
        Read-Class 'SmbClientConfiguration' 'Get-SmbClientConfiguration' { Get-SmbClientConfiguration }
        Read-Class 'SmbConnection' 'Get-SmbConnection' { Get-SmbConnection }
        Read-Class 'LiveMigrationLimit' 'Get-SmbBandwidthLimit' {
            $limit = Get-SmbBandwidthLimit | Where-Object { "$($_.Category)" -eq 'LiveMigration' }
            $bytes = 0
            if ($null -ne $limit) { $bytes = $limit.BytesPerSecond }
            @{ LiveMigrationBytesPerSecond = $bytes }
        }
    }

    # --- storage ------------------------------------------------------------------------------------------------------

    function Read-Storage {
        Show-Step 'storage'
        $logicalDiskManager = '{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}', '{af9b60a0-1431-4f62-bc68-3311714a69ad}'
        Read-Class 'Win32_Volume' '' { Get-Instance 'Win32_Volume' '' 'DriveType=3' }
        Read-Class 'MSFC_FCAdapterHBAAttributes' '' {
            try { Get-Instance 'MSFC_FCAdapterHBAAttributes' 'root\wmi' }
            catch { # a host without such adapters
                $code = "$($_.Exception.ErrorCode)$($_.Exception.NativeErrorCode)"
                if (@('NotSupported', 'InvalidClass') -notcontains $code) { throw }
            }
        }
        if (-not $Target) {
            Read-Class 'Mpio' '' {
                $drivers = @(Get-Item "$env:windir\System32\drivers\mpio.sys", "$env:windir\System32\drivers\*dsm*.sys" -ErrorAction SilentlyContinue)
                @{ Mpio = @($drivers | ForEach-Object { "$($_.Name) $($_.VersionInfo.ProductVersion)" }) -join '; ' }
            }
            Read-Class 'NfsMounts' '' {
                $mounts = @(Get-Instance 'Win32_NetworkConnection' | Where-Object { $_.ProviderName -like '*NFS*' })
                @{ NfsMounts = @($mounts | ForEach-Object { $_.RemoteName; $_.LocalName }) }
            }
        }
        if ($Target -or -not (Test-Command 'Get-Disk')) {
            Read-Class 'IscsiSession' '' {
                if ((Get-Instance 'Win32_Service' '' "Name='MSiSCSI'").State -ne 'Running') { return }
                $persistent = @(Get-Instance 'MSiSCSIInitiator_PersistentLoginClass' 'root\wmi' | ForEach-Object { $_.TargetName })
                foreach ($session in @(Get-Instance 'MSiSCSIInitiator_SessionClass' 'root\wmi')) {
                    if ($null -eq $session) { continue }
                    $row = @{ TargetNodeAddress = $session.TargetName; IsConnected = $true; IsPersistent = $persistent -contains $session.TargetName }
                    if ($null -ne $session.ConnectionInformation) { $row['NumberOfConnections'] = @($session.ConnectionInformation).Length }
                    $row
                }
            }
            Read-Class 'MSFT_Disk' '' {
                $partitions = @(Get-Instance 'Win32_DiskPartition')
                foreach ($disk in @(Get-Instance 'Win32_DiskDrive')) {
                    $row = @{ Number = $disk.Index; SerialNumber = $disk.SerialNumber; Model = $disk.Model; FirmwareVersion = $disk.FirmwareRevision; Size = $disk.Size }
                    $types = @($partitions | Where-Object { $_.DiskIndex -eq $disk.Index } | ForEach-Object { "$($_.Type)" })
                    if ($types.Length) {
                        $row['PartitionStyle'] = 'MBR'
                        if (@($types | Where-Object { $_ -like 'GPT*' }).Count) { $row['PartitionStyle'] = 'GPT' }
                        $row['Dynamic'] = [bool]@($types | Where-Object { $_ -like '*Logical Disk Manager*' }).Count
                    }
                    $row
                }
            }
            return
        }
        Read-Class 'MSFT_Disk' '' {
            foreach ($disk in @(Get-Disk)) {
                $row = @{ Of = $disk }
                if ($disk.NumberOfPartitions -eq 0) { $row['FileSystems'] = @(); $row['Dynamic'] = $false }
                else {
                    try {
                        $partitions = @(Get-Partition -DiskNumber $disk.Number)
                        $row['Dynamic'] = [bool]@($partitions | Where-Object { $_.MbrType -eq 66 -or $logicalDiskManager -contains "$($_.GptType)" }).Count
                        $row['FileSystems'] = @($partitions | Get-Volume | ForEach-Object { $_.FileSystem } | Where-Object { $_ })
                    }
                    catch { $row.Remove('FileSystems') } # a disk that another node holds
                }
                $row
            }
        }
        Read-Class 'VolumeSectors' '' {
            foreach ($disk in @(Get-Disk)) {
                foreach ($partition in @(Get-Partition -DiskNumber $disk.Number -ErrorAction SilentlyContinue)) {
                    foreach ($place in @($partition.AccessPaths)) {
                        if ($place -and $place -notlike '\\?\*') { @{ Volume = $place; PhysicalSectorSize = $disk.PhysicalSectorSize } }
                    }
                }
            }
        }
        Read-Class 'MSFT_PhysicalDisk' 'Get-StorageNode' {
            $pools = @(Get-StoragePool -IsPrimordial $false -ErrorAction SilentlyContinue)
            if (-not $pools.Length) { return }
            $pooled = @($pools | Get-PhysicalDisk | ForEach-Object { $_.UniqueId })
            $self = Get-StorageNode | Where-Object { $_.Name -like "$env:COMPUTERNAME*" } | Select-Object -First 1
            foreach ($drive in @($self | Get-PhysicalDisk -PhysicallyConnected)) { @{ Of = $drive; Pooled = $pooled -contains $drive.UniqueId } }
        }
        Read-Class 'DedupVolume' 'Get-DedupVolume' { Get-DedupVolume }
        Read-Class 'BitLockerVolume' 'Get-BitLockerVolume' { Get-BitLockerVolume }
        Read-Class 'IscsiSession' 'Get-IscsiSession' {
            $service = Get-Service MSiSCSI -ErrorAction SilentlyContinue
            if ($null -ne $service -and $service.Status -eq 'Running') { Get-IscsiSession }
        }
        Show-Step 'files of virtual disks'
        Read-Class 'File' '' {
            foreach ($volume in @(Get-Instance 'Win32_Volume' '' 'DriveType=3')) {
                if ($volume.DriveLetter) { Find-DiskFile "$($volume.DriveLetter)\" @("$env:SystemDrive\ClusterStorage", $env:windir) }
            }
        }
    }

    # --- Hyper-V ------------------------------------------------------------------------------------------------------

    function Read-HyperV {
        Show-Step 'Hyper-V'
        Import-Module Hyper-V -ErrorAction SilentlyContinue
        $byCmdlets = $false
        if (Test-Command 'Get-VMHost') {
            try { [void](Get-VMHost @Here); $byCmdlets = $true }
            catch { if (-not $Target) { Add-NotRead 'VMHost' $_ } } # a host of another release may still answer to WMI
        }
        $namespace = 'root\virtualization\v2'
        try { [void](Get-Instance 'Msvm_VirtualSystemManagementService' $namespace) } catch { $namespace = 'root\virtualization' }
        if ($namespace -eq 'root\virtualization') {
            try { [void](Get-Instance 'Msvm_VirtualSystemManagementService' $namespace) } catch { if (-not $byCmdlets) { [void]$Absent.Add('Hyper-V'); return } }
        }
        $guests = @{} # names of the VMs by id
        if ($byCmdlets) { Read-HyperVByCmdlets } else { Read-HyperVByWmi }
        Read-Class 'VMGuest' '' {
            foreach ($exchange in @(Get-Instance 'Msvm_KvpExchangeComponent' $namespace)) {
                if ($null -eq $exchange) { continue }
                $row = @{ VMId = $exchange.SystemName; VMName = $guests["$($exchange.SystemName)"] }
                foreach ($item in @($exchange.GuestIntrinsicExchangeItems)) {
                    if (-not $item) { continue }
                    $told = Get-Embedded $item
                    if ($told['Name'] -and -not $row.ContainsKey($told['Name']) -and $told['Name'] -ne 'Of') { $row[$told['Name']] = $told['Data'] }
                }
                if ($row.Count -gt 2) { $row } # a guest that is off tells nothing
            }
        }
    }

    function Read-HyperVByCmdlets {
        Read-Class 'VMHost' '' { Get-VMHost @Here }
        Read-Class 'VMHostNumaNode' 'Get-VMHostNumaNode' {
            foreach ($node in @(Get-VMHostNumaNode @Here)) { @{ Of = $node; ProcessorsAvailability = @($node.ProcessorsAvailability).Length } }
        }
        Read-Class 'VMSwitch' '' { Get-VMSwitch @Here }
        Read-Class 'VMSwitchExtension' 'Get-VMSwitchExtension' { Get-VMSwitch @Here | Get-VMSwitchExtension }
        Read-Class 'VMSwitchTeam' 'Get-VMSwitchTeam' { Get-VMSwitch @Here | Where-Object { $_.EmbeddedTeamingEnabled } | Get-VMSwitchTeam }
        Read-Class 'MigrationSettings' 'Get-VMMigrationNetwork' { @{ MigrationNetworks = @(Get-VMMigrationNetwork @Here | ForEach-Object { $_.Subnet }) } }
        Read-Class 'VMSan' 'Get-VMSan' {
            foreach ($san in @(Get-VMSan @Here)) { if ($null -ne $san) { @{ VirtualSan = $san.Name; Adapters = @($san.HostBusAdapters).Length } } }
        }
        Read-Class 'VMResourcePool' 'Get-VMResourcePool' {
            foreach ($pool in @(Get-VMResourcePool @Here)) {
                $row = @{ Of = $pool }
                if (@('VHD', 'ISO', 'VFD') -contains "$($pool.ResourcePoolType)") {
                    $row['Paths'] = @(Get-VMStoragePath -ResourcePoolName $pool.Name -ResourcePoolType $pool.ResourcePoolType @Here |
                        ForEach-Object { if ($_ -is [string]) { $_ } else { $_.Path } })
                }
                $row
            }
        }
        Read-Class 'VMReplicationServer' 'Get-VMReplicationServer' {
            foreach ($server in @(Get-VMReplicationServer @Here)) {
                $entries = @(Get-VMReplicationAuthorizationEntry @Here | ForEach-Object {
                    @{ AllowedPrimaryServer = $_.AllowedPrimaryServer; ReplicaStorageLocation = $_.ReplicaStorageLocation; TrustGroup = $_.TrustGroup }
                })
                @{ Of = $server; AuthorizationEntries = $entries }
            }
        }
        Read-Class 'RemoteFxHost' '' {
            try { $pools = @(Get-Instance 'Msvm_Synth3dVideoPool' $namespace) } catch { return } # removed from later releases
            foreach ($pool in $pools) { if ($null -ne $pool) { @{ IsGPUCapable = $pool.IsGPUCapable } } }
        }

        Show-Step 'virtual machines'
        Read-Class 'VM' '' {
            foreach ($vm in @(Get-VM @Here)) {
                $row = @{ Of = $vm }
                if ($null -ne $vm.psobject.Properties['RemoteFxAdapter']) {
                    $row['RemoteFxAdapter'] = $null
                    if ($null -ne $vm.RemoteFxAdapter) { $row['RemoteFxAdapter'] = 'RemoteFX' }
                }
                $row
            }
        }
        if (-not $Collected.ContainsKey('VM')) { return }
        $vms = @(Get-VM @Here)
        foreach ($vm in $vms) { $guests["$($vm.Id)"] = $vm.Name }
        $first = @($vms | Where-Object { $null -eq $_.psobject.Properties['Generation'] -or $_.Generation -eq 1 })
        $second = @($vms | Where-Object { $null -ne $_.psobject.Properties['Generation'] -and $_.Generation -eq 2 })

        Read-Class 'VMProcessor' '' { Get-Each $vms { Get-VMProcessor -VM $_ } }
        Read-Class 'VMMemory' '' { Get-Each $vms { Get-VMMemory -VM $_ } }
        Read-Class 'VMBios' 'Get-VMBios' { Get-Each $first { Get-VMBios -VM $_ } }
        Read-Class 'VMFirmware' 'Get-VMFirmware' {
            Get-Each $second {
                $firmware = Get-VMFirmware -VM $_
                $order = foreach ($source in @($firmware.BootOrder)) {
                    if ($null -eq $source) { continue }
                    if ($null -ne $source.Device) { $source.Device.GetType().Name } elseif ("$($source.BootType)" -ne 'Unknown') { "$($source.BootType)" }
                }
                @{ Of = $firmware; BootOrder = @($order | Where-Object { $_ }) }
            }
        }
        Read-Class 'VMSecurity' 'Get-VMSecurity' { Get-Each $vms { Get-VMSecurity -VM $_ } }
        Read-Class 'VMKeyProtector' 'ConvertTo-HgsKeyProtector' {
            Get-Each $vms {
                $bytes = Get-VMKeyProtector -VM $_
                if ($bytes.Length -gt 4) {
                    $protector = ConvertTo-HgsKeyProtector -Bytes $bytes
                    $guardians = @($protector.Guardians | Where-Object { $_.Name }).Count
                    @{ VMName = $_.Name; VMId = $_.Id; KeyProtectorOwner = $protector.Owner.EncryptionCertificate.Thumbprint; KeyProtectorGuardians = $guardians }
                }
            }
        }
        Read-Class 'VMScsiController' '' { Get-Each $vms { Get-VMScsiController -VM $_ } }
        Read-Class 'HardDiskDrive' '' {
            Get-Each $vms { $vm = $_; Get-VMHardDiskDrive -VM $vm | ForEach-Object { Get-Drive $_ "$($vm.State)" } }
        }
        Read-Class 'VHD' '' { $disks.Values }
        Read-Class 'DvdDrive' '' { Get-Each $vms { Get-VMDvdDrive -VM $_ } }
        Read-Class 'VMFloppyDiskDrive' '' { Get-Each $first { Get-VMFloppyDiskDrive -VM $_ } }
        Read-Class 'VMComPort' '' { Get-Each $vms { Get-VMComPort -VM $_ } }
        Read-Class 'VMFibreChannelHba' 'Get-VMFibreChannelHba' { Get-Each $vms { Get-VMFibreChannelHba -VM $_ } }
        Read-Class 'VMDevices' 'Get-VMAssignableDevice' {
            Get-Each $vms {
                $row = @{ VMName = $_.Name; VMId = $_.Id; AssignedDevices = @(Get-VMAssignableDevice -VM $_).Count }
                if (Test-Command 'Get-VMGpuPartitionAdapter') { $row['GpuPartitions'] = @(Get-VMGpuPartitionAdapter -VM $_).Count }
                $row
            }
        }
        Read-Class 'VMIntegrationService' '' { Get-Each $vms { Get-VMIntegrationService -VM $_ } }
        Read-Class 'VMSnapshot' '' { Get-Each $vms { Get-VMSnapshot -VM $_ } }
        Read-Class 'VMNetworkAdapter' '' {
            $features = @()
            if (Test-Command 'Get-VMSystemSwitchExtensionPortFeature') { $features = @(Get-VMSystemSwitchExtensionPortFeature @Here) }
            Get-Each $vms { Get-VMNetworkAdapter -VM $_ | ForEach-Object { Get-Adapter $_ } }
            foreach ($adapter in @(Get-VMNetworkAdapter -ManagementOS @Here)) {
                if ($null -eq $adapter) { continue }
                $row = Get-Adapter $adapter
                if (Test-Command 'Get-VMNetworkAdapterTeamMapping') {
                    Add-Value $row 'TeamMember' {
                        $mapping = Get-VMNetworkAdapterTeamMapping -ManagementOS -Name $adapter.Name -ErrorAction SilentlyContinue @Here | Select-Object -First 1
                        if ($null -eq $mapping) { '' } else { $mapping.NetAdapterName }
                    }
                }
                $row
            }
        }

        Show-Step 'replication, backup, files of the virtual machines'
        if (Test-Command 'Get-VMReplication') {
            $replicated = @($vms | Where-Object { "$($_.ReplicationMode)" -notmatch '^(?:None|)$' })
            Read-Class 'VMReplication' '' {
                Get-Each $replicated {
                    foreach ($replication in @(Get-VMReplication -VM $_)) {
                        @{
                            Of = $replication
                            ReplicatedDisks = @($replication.ReplicatedDisks | ForEach-Object { "$($_.Path)" } | Where-Object { $_ })
                            ExcludedDisks = @($replication.ExcludedDisks | ForEach-Object { "$($_.Path)" } | Where-Object { $_ })
                        }
                    }
                }
            }
            Read-Class 'VMReplicationHealth' '' {
                Get-Each $replicated { $vm = $_; Measure-VMReplication -VM $vm | ForEach-Object { @{ Of = $_; VMName = $vm.Name; VMId = $vm.Id } } }
            }
            Read-Class 'VMNetworkAdapterFailoverSetting' '' {
                Get-Each $replicated {
                    foreach ($adapter in @(Get-VMNetworkAdapter -VM $_)) {
                        $failover = Get-VMNetworkAdapterFailoverConfiguration -VMNetworkAdapter $adapter
                        @{
                            VMName = $adapter.VMName; VMId = $adapter.VMId; VMNetworkAdapterName = $adapter.Name; MacAddress = $adapter.MacAddress
                            IPv4Address = $failover.IPv4Address; IPv6Address = $failover.IPv6Address
                        }
                    }
                }
            }
        }
        if (-not $Target) { Read-Class 'VMFiles' '' { Get-Each $vms { Get-FileState $_ } } }
        Read-Class 'VMBackup' '' {
            foreach ($system in @(Get-Instance 'Msvm_ComputerSystem' $namespace)) {
                if ($guests.ContainsKey($system.Name) -and $null -ne $system.psobject.Properties['LastSuccessfulBackupTime']) {
                    @{ Of = $system; VMName = $guests[$system.Name]; VMId = $system.Name }
                }
            }
        }
        foreach ($kind in 'VirtualSystemSettingData', 'VMFibreChannelRedundancy') {
            Read-Class $kind '' {
                foreach ($system in @(Get-Instance 'Msvm_VirtualSystemSettingData' $namespace "VirtualSystemType='Microsoft:Hyper-V:System:Realized'")) {
                    if ($null -ne $system) { @{ Of = $system; VMName = $system.ElementName; VMId = $system.VirtualSystemIdentifier } }
                }
            }
        }
    }

    $disks = @{} # what Get-VHD says, by path

    # A hard disk drive with what its file is based on. A file that cannot be opened is not taken for missing.
    function Get-Drive($Drive, [string]$State) {
        $row = @{ Of = $Drive }
        if ($null -ne $Drive.DiskNumber -or -not $Drive.Path) { return $row }
        $chain = New-Object System.Collections.ArrayList
        $file = $Drive.Path
        try {
            while ($file -and $chain.Count -le 100) {
                if (-not $disks.ContainsKey($file)) { $disks[$file] = Get-VHD -Path $file @Here }
                $file = $disks[$file].ParentPath
                if ($file) { [void]$chain.Add($file) }
            }
            $row['Exists'] = $true
            $row['Chain'] = $chain.ToArray()
        }
        catch {
            $there = Test-File $Drive.Path
            if ($null -ne $there) { $row['Exists'] = $there }
        }
        try {
            $valid = Test-VHD -Path $Drive.Path -ErrorAction SilentlyContinue @Here
            if ($valid -or ($null -ne $valid -and $State -eq 'Off')) { $row['ChainValid'] = [bool]$valid } # a running machine may hold the file
        }
        catch { $row.Remove('ChainValid') }
        $row
    }

    # An adapter with the extensions that its features ask for ($features of the caller).
    function Get-Adapter($Adapter) {
        $row = @{ Of = $Adapter }
        $wanted = @($Adapter.MandatoryFeatureId | Where-Object { $_ })
        if ($features.Length -or -not $wanted.Length) {
            $row['RequiredExtensions'] = @($features | Where-Object { $wanted -contains "$($_.Id)" } | ForEach-Object { $_.ExtensionName })
        }
        $row
    }

    # Whether the configuration of a VM is where it should be, and when a VM that is off last wrote to its disks.
    function Get-FileState($Vm) {
        $row = @{ VMName = $Vm.Name; VMId = $Vm.Id }
        $found = @(foreach ($type in 'vmcx', 'xml') { Test-File ([System.IO.Path]::Combine([System.IO.Path]::Combine($Vm.Path, 'Virtual Machines'), "$($Vm.Id).$type")) })
        if ($found -contains $true) { $row['ConfigurationFileExists'] = $true }
        elseif ($found.Length -eq 2) { $row['ConfigurationFileExists'] = $false }
        if ("$($Vm.State)" -eq 'Off') {
            $written = foreach ($drive in @($Vm.HardDrives)) {
                if ($null -ne $drive -and (Test-File $drive.Path)) { [System.IO.File]::GetLastWriteTimeUtc($drive.Path) }
            }
            $newest = $written | Sort-Object -Descending | Select-Object -First 1
            if ($null -ne $newest) { $row['LastRun'] = $newest }
        }
        if ($row.Count -gt 2) { $row }
    }

    # The first namespace of WMI is all there is on 2008 and 2008 R2; the second one serves hosts without cmdlets.
    function Read-HyperVByWmi {
        $known = @($Classes.Keys | Where-Object { $_ -like 'Msvm_*' -and $_ -ne 'Msvm_VirtualHardDiskSettingData' } | Sort-Object)
        $there = @()
        if ($Wmi) { $there = @(Get-WmiObject -List 'Msvm_*' -Namespace $namespace @Here | ForEach-Object { $_.Name }) }
        else { $there = @(Get-CimClass -ClassName 'Msvm_*' -Namespace $namespace @Here | ForEach-Object { $_.CimClassName }) }
        foreach ($msvm in $known) {
            if ($there -notcontains $msvm) { continue }
            Read-Class $msvm '' { Get-Instance $msvm $namespace | Where-Object { "$($_.InstanceID)" -notlike 'Microsoft:Definition*' } }
        }
        if ($Collected.ContainsKey('Msvm_ComputerSystem')) {
            foreach ($system in @(Get-Instance 'Msvm_ComputerSystem' $namespace)) { $guests["$($system.Name)"] = $system.ElementName }
        }
        if (-not $Wmi) { return }
        if ($there -contains 'Msvm_VirtualSwitch') { Read-Class 'VMSwitch' '' { Get-OldSwitch } }
        if (-not $Target -and $there -contains 'Msvm_VirtualSystemGlobalSettingData') {
            Read-Class 'VMFiles' '' {
                foreach ($setting in @(Get-Instance 'Msvm_VirtualSystemGlobalSettingData' $namespace)) {
                    if ($null -eq $setting -or -not $setting.ExternalDataRoot -or -not $guests.ContainsKey("$($setting.SystemName)")) { continue }
                    $folder = [System.IO.Path]::Combine($setting.ExternalDataRoot, 'Virtual Machines')
                    $state = Test-File ([System.IO.Path]::Combine($folder, "$($setting.SystemName).xml"))
                    if ($null -ne $state) { @{ VMName = $setting.ElementName; VMId = $setting.SystemName; ConfigurationFileExists = $state } }
                }
            }
        }
        $service = @(Get-Instance 'Msvm_ImageManagementService' $namespace)[0]
        Read-Class 'HardDiskDrive' '' {
            $media = @(Get-Instance 'Msvm_ResourceAllocationSettingData' $namespace | Where-Object { "$($_.ResourceSubType)" -eq 'Microsoft Virtual Hard Disk' })
            if ($namespace -ne 'root\virtualization') {
                $media = @(Get-Instance 'Msvm_StorageAllocationSettingData' $namespace | Where-Object { "$($_.ResourceSubType)" -eq 'Microsoft:Hyper-V:Virtual Hard Disk' })
            }
            Get-Each $media {
                $file = @(@($_.Connection) + @($_.HostResource) | Where-Object { $_ })[0]
                $id = [regex]::Match("$($_.InstanceID)", '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}', 'IgnoreCase').Value
                if (-not $file -or -not $guests.ContainsKey($id)) { return } # a template, or the medium of a checkpoint
                $row = @{ VMName = $guests[$id]; VMId = $id; Path = $file }
                $chain = New-Object System.Collections.ArrayList
                while ($file -and $chain.Count -le 100) {
                    if (-not $disks.ContainsKey($file)) { $disks[$file] = Get-DiskByWmi $service $file }
                    if ($null -eq $disks[$file]) { break }
                    $file = $disks[$file]['ParentPath']
                    if ($file) { [void]$chain.Add($file) }
                }
                if ($null -ne $disks[$row['Path']]) { $row['Exists'] = $true }
                else {
                    $state = Test-File $row['Path']
                    if ($null -ne $state) { $row['Exists'] = $state }
                }
                if (-not $file) { $row['Chain'] = $chain.ToArray() }
                $row
            }
        }
        Read-Class 'Msvm_VirtualHardDiskSettingData' '' { $disks.Values | Where-Object { $null -ne $_ } }
    }

    # The virtual networks of 2008 and 2008 R2: what is plugged into their ports tells their type.
    function Get-OldSwitch {
        $found = New-Object System.Collections.ArrayList
        $plugged = $false
        foreach ($switch in @(Get-Instance 'Msvm_VirtualSwitch' $namespace)) {
            if ($null -eq $switch) { continue }
            $external = @()
            $internal = $false
            foreach ($point in @($switch.GetRelated('Msvm_SwitchPort') | ForEach-Object { $_.GetRelated('CIM_LANEndpoint') })) {
                if ($null -eq $point) { continue }
                $plugged = $true
                $external += @($point.GetRelated('Msvm_ExternalEthernetPort') | Where-Object { $_ } | ForEach-Object { $_.ElementName })
                if (@($point.GetRelated('Msvm_InternalEthernetPort') | Where-Object { $_ }).Length) { $internal = $true }
            }
            $type = 'Private'
            if ($external.Length) { $type = 'External' } elseif ($internal) { $type = 'Internal' }
            [void]$found.Add(@{ Name = $switch.ElementName; SwitchType = $type; AllowManagementOS = $internal; NetAdapterInterfaceDescriptions = $external })
        }
        if ($found.Count -and -not $plugged) { throw 'what is plugged into the ports of the virtual networks is not told' }
        $found
    }

    # What the image service says of a virtual disk, or nothing.
    function Get-DiskByWmi($Service, [string]$File) {
        try {
            if ($namespace -eq 'root\virtualization') { $xml = $Service.GetVirtualHardDiskInfo($File).Info }
            else { $xml = $Service.GetVirtualHardDiskSettingData($File).SettingData }
            if (-not $xml) { return }
            $told = Get-Embedded $xml
        }
        catch { return }
        foreach ($name in @($told.Keys)) { if ($told[$name] -match '^\d{1,18}$') { $told[$name] = [long]$told[$name] } }
        $told['Path'] = $File
        $told
    }

    # --- the cluster --------------------------------------------------------------------------------------------------

    $About = @{ Nodes = @(); Accounts = @(); Scripts = @() }

    function Read-Cluster {
        Show-Step 'cluster'
        $service = Get-Instance 'Win32_Service' '' "Name='ClusSvc'"
        if ($null -eq $service) { return }
        if ($service.StartMode -eq 'Disabled') { return } # the feature is installed, but the host is no node
        if ($service.State -ne 'Running') { Add-NotRead 'Cluster' 'the cluster service does not run on this host'; return }
        Import-Module FailoverClusters -ErrorAction SilentlyContinue
        if (Test-Command 'Get-ClusterNode') { Read-ClusterByCmdlets } else { Read-ClusterByWmi }
        Read-Class 'WitnessDisk' '' { Get-WitnessDisk }
        Read-Class 'ClusterValidation' '' {
            $reports = New-Object System.Collections.ArrayList
            $unseen = 0
            foreach ($node in $About['Nodes']) {
                $folder = '\\' + $node + '\admin$\Cluster\Reports'
                if (-not $Target -and $node -eq $env:COMPUTERNAME) { $folder = "$env:windir\Cluster\Reports" }
                elseif ($Remote) { $unseen++; continue }
                try { foreach ($file in [System.IO.Directory]::GetFiles($folder, 'Valid*')) { [void]$reports.Add([System.IO.File]::GetLastWriteTimeUtc($file)) } }
                catch { $unseen++ }
            }
            if ($reports.Count -or -not $unseen) { @{ ValidationReports = $reports.ToArray() } } # what was not seen is not "never"
        }
        if ($Target) { return }
        Read-Class 'MSFT_StoragePool' 'Get-StoragePool' { Get-StoragePool }
        Read-Class 'MSFT_VirtualDisk' 'Get-VirtualDisk' { Get-VirtualDisk }
        Show-Step 'files on shared volumes'
        Read-Class 'File' '' { if (Test-Path "$env:SystemDrive\ClusterStorage") { Find-DiskFile "$env:SystemDrive\ClusterStorage" @() } }
    }

    function Read-ClusterByCmdlets {
        $at = @{}
        if ($Target) { $at = @{ Cluster = $Target } }
        Read-Class 'Cluster' '' { if ($Target) { Get-Cluster -Name $Target } else { Get-Cluster } }
        Read-Class 'ClusterNode' '' { Get-ClusterNode @at }
        $About['Nodes'] = @(Get-ClusterNode @at | ForEach-Object { $_.Name })
        Read-Class 'ClusterNetwork' '' { Get-ClusterNetwork @at }
        Read-Class 'ClusterNetworkInterface' '' { Get-ClusterNetworkInterface @at }
        Read-Class 'ClusterGroup' '' { Get-ClusterGroup @at }
        Read-Class 'ClusterResource' '' { Get-ClusterResource @at }
        Read-Class 'ClusterQuorum' '' { Get-ClusterQuorum @at }
        Read-Class 'ClusterSharedVolume' 'Get-ClusterSharedVolume' {
            foreach ($volume in @(Get-ClusterSharedVolume @at)) {
                if ($null -eq $volume) { continue }
                $state = @($volume.SharedVolumeInfo)[0]
                @{
                    Of = $volume; FriendlyVolumeName = $state.FriendlyVolumeName; FileSystem = $state.Partition.FileSystem; Size = $state.Partition.Size
                    FreeSpace = $state.Partition.FreeSpace; MaintenanceMode = $state.MaintenanceMode; FaultState = $state.FaultState
                    RedirectedAccess = $state.RedirectedAccess
                }
            }
        }
        Read-Class 'ClusterSharedVolumeState' 'Get-ClusterSharedVolumeState' { Get-ClusterSharedVolumeState @at }
        Read-Class 'ClusterAffinityRule' 'Get-ClusterAffinityRule' { Get-ClusterAffinityRule @at }
        $wanted = 'VmID', 'Name', 'HostRecordTTL', 'RegisterAllProvidersIP', 'SharePath'
        Read-Class 'ClusterParameter' '' {
            $resources = @(Get-ClusterResource @at | Where-Object { @('Virtual Machine', 'Network Name', 'Distributed Network Name', 'File Share Witness') -contains "$($_.ResourceType)" })
            Get-Each $resources {
                $resource = $_
                foreach ($parameter in @($resource | Get-ClusterParameter)) {
                    if ($wanted -notcontains $parameter.Name) { continue }
                    if ($parameter.Name -eq 'Name' -and "$($resource.ResourceType)" -like '*Network Name') { $About['Accounts'] += "$($parameter.Value)" }
                    @{ Object = $resource.Name; Name = $parameter.Name; Value = $parameter.Value }
                }
            }
            $excluded = Get-ClusterResourceType 'Virtual Machine' @at | Get-ClusterParameter | Where-Object { $_.Name -eq 'MigrationExcludeNetworks' }
            if ($null -ne $excluded) { @{ Object = 'Virtual Machine'; Name = 'MigrationExcludeNetworks'; Value = "$($excluded.Value)" } }
        }
        Read-Class 'ClusterOwnerNodeList' '' {
            Get-Each @(Get-ClusterResource @at) { @{ Resource = $_.Name; PossibleOwners = @(($_ | Get-ClusterOwnerNode).OwnerNodes | ForEach-Object { if ($_ -is [string]) { $_ } else { $_.Name } }) } }
            Get-Each @(Get-ClusterGroup @at) { @{ Role = $_.Name; PreferredOwners = @(($_ | Get-ClusterOwnerNode).OwnerNodes | ForEach-Object { if ($_ -is [string]) { $_ } else { $_.Name } }) } }
        }
        Read-Class 'CauClusterRole' 'Get-CauClusterRole' {
            $role = @(Get-ClusterResource @at | Where-Object { "$($_.ResourceType)" -eq 'ClusterAwareUpdatingResource' })
            if (-not $role.Length) { return @{ CauRoleInstalled = $false } }
            $told = @{ CauRoleInstalled = $true }
            foreach ($setting in @(Get-CauClusterRole)) { $told[$setting.Name] = @($setting.Value) -join ', ' }
            $About['Scripts'] = @(foreach ($name in 'PreUpdateScript', 'PostUpdateScript') { if ($told[$name]) { $told[$name] } })
            $told
        }
    }

    # Windows Server 2008 has no cmdlets for clusters. Numbers of the states are those of the cmdlets.
    function Read-ClusterByWmi {
        $space = 'root\MSCluster'
        $cluster = @(Get-Instance 'MSCluster_Cluster' $space)[0]
        $groupOf = @{}
        foreach ($link in @(Get-Instance 'MSCluster_ResourceGroupToResource' $space)) {
            $group = [regex]::Match("$($link.GroupComponent)", 'Name="((?:[^"\\]|\\.)*)"').Groups[1].Value -replace '\\(.)', '$1'
            $resource = [regex]::Match("$($link.PartComponent)", 'Name="((?:[^"\\]|\\.)*)"').Groups[1].Value -replace '\\(.)', '$1'
            $groupOf[$resource] = $group
        }
        Read-Class 'Cluster' '' { $cluster }
        Read-Class 'ClusterQuorum' '' {
            $type = "$($cluster.QuorumType)"
            if ($type -like '*Disk Only*') { $type = 'DiskOnly' }
            @{ QuorumType = $type }
        }
        Read-Class 'ClusterNode' '' { Get-Instance 'MSCluster_Node' $space }
        $About['Nodes'] = @(Get-Instance 'MSCluster_Node' $space | ForEach-Object { $_.Name })
        Read-Class 'ClusterNetwork' '' { foreach ($network in @(Get-Instance 'MSCluster_Network' $space)) { @{ Of = $network; Id = $network.ID } } }
        Read-Class 'ClusterNetworkInterface' '' {
            foreach ($interface in @(Get-Instance 'MSCluster_NetworkInterface' $space)) { @{ Of = $interface; Node = $interface.SystemName } }
        }
        Read-Class 'ClusterResource' '' {
            foreach ($resource in @(Get-Instance 'MSCluster_Resource' $space)) {
                @{ Of = $resource; ResourceType = $resource.Type; OwnerGroup = $groupOf[$resource.Name]; IsCoreResource = $resource.CoreResource }
            }
        }
        Read-Class 'ClusterGroup' '' { Get-Instance 'MSCluster_ResourceGroup' $space }
        Read-Class 'ClusterParameter' '' {
            $wanted = 'VmID', 'Name', 'HostRecordTTL', 'RegisterAllProvidersIP', 'SharePath'
            foreach ($resource in @(Get-Instance 'MSCluster_Resource' $space)) {
                if (@('Virtual Machine', 'Network Name', 'File Share Witness') -notcontains $resource.Type) { continue }
                foreach ($name in $wanted) {
                    $value = $resource.PrivateProperties.psobject.Properties[$name]
                    if ($null -eq $value -or $null -eq $value.Value) { continue }
                    if ($name -eq 'Name' -and $resource.Type -eq 'Network Name') { $About['Accounts'] += "$($value.Value)" }
                    @{ Object = $resource.Name; Name = $name; Value = $value.Value }
                }
            }
            foreach ($type in @(Get-Instance 'MSCluster_ResourceType' $space "Name='Virtual Machine'")) {
                if ($null -eq $type) { continue }
                $value = $type.PrivateProperties.psobject.Properties['MigrationExcludeNetworks']
                if ($null -ne $value) { @{ Object = 'Virtual Machine'; Name = 'MigrationExcludeNetworks'; Value = "$($value.Value)" } }
            }
        }
    }

    # The disk of the witness; nothing when the witness is none.
    function Get-WitnessDisk {
        if (-not $Wmi) { return }
        $core = @(Get-Instance 'MSCluster_Resource' 'root\MSCluster' "Type='Physical Disk' and CoreResource=True")[0]
        if ($null -eq $core) { return }
        $disk = @($core.GetRelated('MSCluster_Disk'))[0]
        if ($null -eq $disk) { return }
        $partition = @($disk.GetRelated('MSCluster_DiskPartition'))[0]
        $row = @{ WitnessIsCsv = $false }
        if ($null -ne $partition) {
            $row['WitnessSize'] = [long]$partition.TotalSize * 1048576
            $row['WitnessFileSystem'] = $partition.FileSystem
            $row['WitnessDriveLetter'] = [regex]::Match("$($partition.Path)", '^[A-Za-z]:').Value
        }
        $types = @(Get-Instance 'Win32_DiskPartition' '' "DiskIndex=$($disk.Number)" | Where-Object { $null -ne $_ } | ForEach-Object { "$($_.Type)" })
        if ($types.Length) { # only the node that owns the disk sees its partitions
            $row['WitnessDynamic'] = [bool]@($types | Where-Object { $_ -like '*Logical Disk Manager*' }).Count
            $row['WitnessPartitionStyle'] = 'MBR'
            if (@($types | Where-Object { $_ -like 'GPT*' }).Count) { $row['WitnessPartitionStyle'] = 'GPT' }
        }
        $row
    }

    # --- the directory ------------------------------------------------------------------------------------------------
    # Read from the computer that runs the script: a remote session cannot pass its credentials on to a domain controller.

    function Get-Searcher([string]$Filter, [string[]]$Properties) {
        $domain = [System.DirectoryServices.ActiveDirectory.Domain]::GetComputerDomain()
        $searcher = New-Object System.DirectoryServices.DirectorySearcher ($domain.GetDirectoryEntry())
        $searcher.Filter = $Filter
        $searcher.PageSize = 500
        foreach ($property in $Properties) { [void]$searcher.PropertiesToLoad.Add($property) }
        $searcher
    }

    function Find-Account([string]$Name, [string[]]$Properties) {
        $plain = $Name.Split('.')[0] -replace '[^\w-]', ''
        (Get-Searcher ('(&(objectCategory=computer)(sAMAccountName=' + $plain + '$))') $Properties).FindOne()
    }

    function Read-ClusterAccounts {
        Show-Step 'directory'
        Read-Class 'ADComputer' '' {
            Get-Each $Names {
                $name = "$_"
                $found = Find-Account $name @('distinguishedname', 'useraccountcontrol', 'serviceprincipalname')
                if ($null -eq $found) { return @{ Name = $name; AccountExists = $false } }
                $row = @{ Name = $name; AccountExists = $true; DistinguishedName = "$($found.Properties['distinguishedname'][0])" }
                $row['Enabled'] = -not ([int]$found.Properties['useraccountcontrol'][0] -band 2)
                $row['ServicePrincipalNames'] = @($found.Properties['serviceprincipalname'] | Where-Object { $_ } | ForEach-Object { "$_" })
                try {
                    $rules = $found.GetDirectoryEntry().psbase.ObjectSecurity.GetAccessRules($true, $false, [System.Security.Principal.SecurityIdentifier])
                    $denied = @($rules | Where-Object { $_.IdentityReference.Value -eq 'S-1-1-0' -and "$($_.AccessControlType)" -eq 'Deny' -and ([int]$_.ActiveDirectoryRights -band 65536) })
                    $row['ProtectedFromAccidentalDeletion'] = [bool]$denied.Length
                }
                catch { $row.Remove('ProtectedFromAccidentalDeletion') }
                $row
            }
        }
        Read-Class 'DomainControllers' '' {
            $found = (Get-Searcher '(&(objectCategory=computer)(userAccountControl:1.2.840.113556.1.4.803:=8192))' @('dnshostname')).FindAll()
            @{ DomainControllers = @($found | ForEach-Object { "$($_.Properties['dnshostname'][0])" }) }
        }
    }

    function Read-HostAccount {
        Read-Class 'MigrationSettings' '' {
            $account = Find-Account $Names[0] @('msds-allowedtodelegateto')
            if ($null -eq $account) { throw 'the directory has no account of this name' }
            @{ AllowedToDelegateTo = @($account.Properties['msds-allowedtodelegateto'] | Where-Object { $_ } | ForEach-Object { "$_" }) }
        }
        Read-Class 'WindowsSettings' '' {
            $account = Find-Account $Names[0] @('distinguishedname')
            if ($null -eq $account) { return }
            $searcher = Get-Searcher '(objectCategory=computer)' @('cn')
            $searcher.SearchRoot = New-Object System.DirectoryServices.DirectoryEntry ($account.GetDirectoryEntry().psbase.Parent.psbase.Path)
            $searcher.SearchScope = [System.DirectoryServices.SearchScope]::OneLevel
            @{ OuMembers = @($searcher.FindAll() | ForEach-Object { "$($_.Properties['cn'][0])" }) }
        }
    }

    # --- the answer ---------------------------------------------------------------------------------------------------

    if ($Part -eq 'Nothing') { return }
    $computer = $env:COMPUTERNAME
    if ($Target) { $computer = (Get-Instance 'Win32_ComputerSystem').Name } # throws when the host does not answer
    # Cmdlets that are functions of a module ask the global preference whether an error ends them; without it they would list nothing.
    $preference = $global:ErrorActionPreference
    $global:ErrorActionPreference = 'Stop'
    try {
        if ($Part -eq 'Host') {
            foreach ($section in 'Read-Windows', 'Read-Network', 'Read-Storage', 'Read-HyperV') { try { & $section } catch { Add-NotRead $section $_ } }
        }
        elseif ($Part -eq 'Cluster') { try { Read-Cluster } catch { Add-NotRead 'Cluster' $_ } }
        elseif ($Part -eq 'ClusterAccounts') { Read-ClusterAccounts }
        elseif ($Part -eq 'HostAccount') { Read-HostAccount }
    }
    finally { $global:ErrorActionPreference = $preference }
    if ($Absent.Count) { Add-NotRead (($Absent.ToArray() | Sort-Object) -join ', ') 'this release of Windows, or what is installed of it, has no command for it' }
    if ($Target -and $Part -eq 'Host') { Add-NotRead 'what only PowerShell remoting can read' 'the host does not answer to PowerShell remoting' }
    # One line for each row, as plain text: remoting shortens objects that are nested.
    $lines = New-Object System.Collections.ArrayList
    foreach ($class in $Collected.Keys) {
        if (-not $Collected[$class].Count) { [void]$lines.Add("$class`t") }
        foreach ($line in $Collected[$class]) { [void]$lines.Add("$class`t$line") }
    }
    New-Object PSObject -Property @{
        Name = $computer; Lines = $lines.ToArray() -join "`n"; NotRead = $NotRead.ToArray() -join "`n"
        Nodes = $About['Nodes'] -join "`n"; Accounts = $About['Accounts'] -join "`n"; Scripts = $About['Scripts'] -join "`n"
    }
}

# --- running ----------------------------------------------------------------------------------------------------------

if ([IntPtr]::Size -eq 4 -and $env:PROCESSOR_ARCHITEW6432) {
    Write-Warning 'This is the 32-bit PowerShell, which sees neither Hyper-V nor the whole registry. Run the script in the 64-bit one.'
    exit 1
}
$HideKey = ''
if ($Pseudonyms) {
    $HideKey = $PseudonymKey
    if (-not $HideKey) { $HideKey = [guid]::NewGuid().ToString('N') + [guid]::NewGuid().ToString('N') }
}
. $Collector 'Nothing' '' $HideKey @() ([bool]$Quiet)
if (-not $Elevated) { Write-Warning 'Not run as administrator: what cannot be seen without these rights is missing. Run it again in a PowerShell opened with "Run as administrator".' }

$Left = New-Object System.Collections.ArrayList # what was not read, as JSON

function Add-Left([string]$Name, [string]$What, [string]$Why) {
    [void]$Left.Add('{"host":' + (Get-Json $Name $true 0) + ',"what":' + $What + ',"reason":' + $Why + '}')
    if (-not $Quiet) { Write-Warning ("{0}: {1} not read: {2}" -f $Name, $What.Trim('"'), $Why.Trim('"')) }
}

function Test-Local([string]$Name) {
    @('.', 'localhost', $env:COMPUTERNAME) -contains $Name -or $Name -like "$env:COMPUTERNAME.*"
}

# Reads a part of one host: here, over remoting, or from here by WMI. Nothing when it does not answer at all.
function Read-Part([string]$Name, [string]$Part, [string[]]$With) {
    if (Test-Local $Name) { return (& $Collector $Part '' $HideKey $With ([bool]$Quiet)) }
    try {
        [void](Test-WSMan -ComputerName $Name -ErrorAction Stop)
        return (Invoke-Command -ComputerName $Name -ScriptBlock $Collector -ArgumentList $Part, '', $HideKey, $With, $true -ErrorAction Stop)
    }
    catch {
        try { return (& $Collector $Part $Name $HideKey $With ([bool]$Quiet)) }
        catch { Add-Left $Name (Get-JsonText 'everything') (Get-JsonText (Get-Why $_)) }
    }
}

function Get-Why($Failure) {
    if ($HideKey) { return $Failure.Exception.GetType().Name }
    $Failure.Exception.Message.Trim()
}

# Rows by class, from the lines of an answer.
function Add-Lines($To, [string]$Text) {
    foreach ($line in $Text.Split([char]10)) {
        if (-not $line) { continue }
        $class, $row = $line.Split([char[]]@([char]9), 2)
        if (-not $To.ContainsKey($class)) { $To[$class] = New-Object System.Collections.ArrayList }
        if ($row) { [void]$To[$class].Add($row) }
    }
}

function Add-Answer($To, $Answer, [string]$Name) {
    Add-Lines $To $Answer.Lines
    foreach ($line in "$($Answer.NotRead)".Split([char]10)) {
        if (-not $line) { continue }
        $what, $why = $line.Split([char[]]@([char]9), 2)
        Add-Left $Name $what $why
    }
}

function Get-Collected($Rows) {
    $out = @(foreach ($class in @($Rows.Keys | Sort-Object)) { (Get-JsonText $class) + ':[' + "`n" + ($Rows[$class].ToArray() -join ",`n") + "`n" + ']' })
    '{' + ($out -join ",`n") + '}'
}

function Get-Lines([string]$Text) {
    , @($Text.Split([char]10) | Where-Object { $_ })
}

$Taken = [datetime]::UtcNow
$Asked = @($ComputerName | Where-Object { $_ } | ForEach-Object { $_.Split(',') } | ForEach-Object { $_.Trim() } | Where-Object { $_ })
$First = $Asked
if (-not $Asked.Length) { $First = @($env:COMPUTERNAME) }

# the cluster, from the first host that belongs to one
$Cluster = @{}
$Accounts = @()
$Scripts = @()
foreach ($name in $First) {
    $answer = Read-Part $name 'Cluster' @() | Select-Object -Last 1
    if ($null -eq $answer) { continue }
    Add-Answer $Cluster $answer $answer.Name
    if (-not $Cluster.Count) { continue }
    $Accounts = Get-Lines $answer.Accounts
    $Scripts = Get-Lines $answer.Scripts
    if (-not $Asked.Length) { $Asked = Get-Lines $answer.Nodes }
    break
}
if (-not $Asked.Length) { $Asked = @($env:COMPUTERNAME) }
$Asked = @($Asked | Select-Object -Unique)

# the hosts; those that answer to remoting all at once
$Answers = @{}
$Over = New-Object System.Collections.ArrayList
foreach ($name in $Asked) {
    if (Test-Local $name) { continue }
    try { [void](Test-WSMan -ComputerName $name -ErrorAction Stop); [void]$Over.Add($name) } catch { continue }
}
if ($Over.Count) {
    if (-not $Quiet) { Write-Progress -Activity 'Collecting' -Status ("from {0} hosts over remoting" -f $Over.Count) }
    $with = @{ ComputerName = $Over.ToArray(); ScriptBlock = $Collector; ErrorAction = 'SilentlyContinue' }
    foreach ($answer in @(Invoke-Command @with -ArgumentList 'Host', '', $HideKey, $Scripts, $true)) {
        if ($null -ne $answer -and $null -ne $answer.psobject.Properties['Lines']) { $Answers["$($answer.PSComputerName)"] = $answer }
    }
}
$Hosts = New-Object System.Collections.ArrayList
foreach ($name in $Asked) {
    $answer = $Answers[$name]
    if ($null -eq $answer) { $answer = Read-Part $name 'Host' $Scripts | Select-Object -Last 1 }
    if ($null -eq $answer) { continue }
    $rows = @{}
    Add-Answer $rows $answer $answer.Name
    [void]$Hosts.Add(@{ Name = $answer.Name; Rows = $rows })
}

# the directory, from here
$System = Get-Instance 'Win32_ComputerSystem'
if ($System.PartOfDomain) {
    foreach ($found in $Hosts) {
        $answer = & $Collector 'HostAccount' '' $HideKey @($found['Name']) ([bool]$Quiet) | Select-Object -Last 1
        Add-Answer $found['Rows'] $answer $found['Name']
    }
    if ($Cluster.Count) {
        $names = @($Accounts) + @($Hosts | ForEach-Object { $_['Name'] })
        $answer = & $Collector 'ClusterAccounts' '' $HideKey $names ([bool]$Quiet) | Select-Object -Last 1
        Add-Answer $Cluster $answer $env:COMPUTERNAME
    }
}
if (-not $Quiet) { Write-Progress -Activity 'Collecting' -Completed -Status 'done' }

# --- writing ----------------------------------------------------------------------------------------------------------

$Count = 0
foreach ($rows in @($Cluster) + @($Hosts | ForEach-Object { $_['Rows'] })) { foreach ($list in $rows.Values) { $Count += $list.Count } }
if (-not $Count) {
    Write-Warning 'Nothing could be read, so no file was written.'
    exit 1
}
$Written = @(foreach ($found in $Hosts) { '{"name":' + (Get-Json $found['Name'] $true 0) + ',"collected":' + (Get-Collected $found['Rows']) + '}' })
$ClusterJson = 'null'
if ($Cluster.Count) { $ClusterJson = Get-Collected $Cluster }
$Json = '{"format":"lotse-inventory-export","version":1,"taken":' + (Get-Json $Taken $false 0) +
    ',"by":"Export-LotseInventory 1.0","pseudonyms":' + (Get-Json ([bool]$Pseudonyms) $false 0) +
    ",`n" + '"cluster":' + $ClusterJson +
    ",`n" + '"hosts":[' + ($Written -join ",`n") + ']' +
    ",`n" + '"notRead":[' + ($Left.ToArray() -join ",`n") + "]}`n"

if (-not $Path) {
    $label = $env:COMPUTERNAME
    if ($Cluster.ContainsKey('Cluster') -and $Cluster['Cluster'].Count) { $label = [regex]::Match($Cluster['Cluster'][0], '"Name":"([^"\\]*)"').Groups[1].Value }
    elseif ($HideKey) { $label = Get-HiddenText $label }
    $Path = '.\lotse-inventory-{0}-{1}.json' -f ($label -replace '[^\w-]', '_'), (Get-Date).ToString('yyyyMMdd-HHmm', $Invariant)
}
$File = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
try { [System.IO.File]::WriteAllText($File, $Json, (New-Object System.Text.UTF8Encoding $false)) }
catch {
    Write-Warning ("The file could not be written: {0}" -f $_.Exception.Message)
    exit 1
}
if (-not $Quiet) {
    Write-Host ("{0} rows of {1} hosts written to {2}" -f $Count, $Hosts.Count, $File)
    if ($Left.Count) { Write-Host ("{0} things could not be read; they are listed above and in the file." -f $Left.Count) }
    Write-Host 'Check it with: lotse check FILE'
}
if ($Pseudonyms -and -not $PseudonymKey) { Write-Host "The names are pseudonyms made with this key; keep it to make the same ones again (-PseudonymKey): $HideKey" }
exit 0
