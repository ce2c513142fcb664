"""Cmdlets of networks through ConvertTo-Json: switches, teams, adapters, addresses, bridging and SMB of a host."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.configurations.read import Upload, read_uploads
from kb.inventory import to_builtins

HERE = {"ComputerName": "KAI1"}
NIC = {"Name": "SLOT 2", "InterfaceDescription": "Mellanox ConnectX-5"}
GUID = "5B0C1D2E-1111-4222-8333-444455556666"


def read(*values: Any) -> dict[str, Any]:
    result = read_uploads([Upload(f"{number}-x.json", json.dumps(value).encode()) for number, value in enumerate(values)])
    assert (result.left_out, result.warnings) == ([], [])
    return to_builtins(result.inventory)


def host(*values: Any) -> dict[str, Any]:
    (found,) = read(*values)["hosts"]
    assert found.pop("name") == "KAI1"
    return found


# What a cmdlet prints, and what the host of the inventory then has.
OF_HOST: dict[str, tuple[Any, dict[str, Any]]] = {
    "Get-NetAdapter": (
        HERE | NIC | {"Status": "Up", "LinkSpeed": "25 Gbps", "MacAddress": "00-15-5D-00-00-01", "DriverProvider": "NVIDIA", "VlanID": 0},
        {
            "adapters": [
                {
                    "name": "SLOT 2",
                    "description": "Mellanox ConnectX-5",
                    "mac": "00155D000001",
                    "status": "Up",
                    "speed": 25 * 10**9,
                    "vlan": 0,
                    "driver_provider": "NVIDIA",
                }
            ]
        },
    ),
    "Get-VMSwitch": (
        HERE
        | {"Name": "S", "SwitchType": 2, "BandwidthReservationMode": 1, "PacketDirectEnabled": False}
        | {"Extensions": [{"Id": GUID, "Name": "Filter", "Enabled": True, "Running": False}]},
        {
            "switches": [
                {
                    "name": "S",
                    "type": "external",
                    "bandwidth_mode": "Weight",
                    "packet_direct": False,
                    "extensions": [{"id": GUID.lower(), "name": "Filter", "enabled": True, "running": False}],
                }
            ]
        },
    ),
    "Get-VMSwitchExtension": (
        [HERE | {"Id": GUID, "Name": "Filter", "SwitchName": "S", "ExtensionType": 1, "Enabled": False}],
        {"switches": [{"name": "S", "extensions": [{"id": GUID.lower(), "name": "Filter", "enabled": False}]}]},
    ),
    "Get-VMSwitchTeam": (
        HERE | {"Name": "S", "Id": GUID, "NetAdapterInterfaceDescription": ["A", "B"], "TeamingMode": 1, "LoadBalancingAlgorithm": 4},
        {
            "switches": [
                {
                    "name": "S",
                    "adapters": ["A", "B"],
                    "embedded_teaming": True,
                    "teaming_mode": "SwitchIndependent",
                    "load_balancing": "HyperVPort",
                }
            ]
        },
    ),
    "Get-NetLbfoTeam": (
        HERE | {"Name": "T", "Members": ["A", "B"], "TeamNics": "T", "TeamingMode": 2, "LoadBalancingAlgorithm": "Dynamic"},
        {"teams": [{"name": "T", "members": ["A", "B"], "mode": "Lacp", "load_balancing": "Dynamic"}]},
    ),
    "Get-NetLbfoTeamNic": (
        [HERE | {"Name": "T - VLAN 5", "Team": "T", "Primary": False, "Default": False, "VlanID": 5}],
        {"teams": [{"name": "T", "interfaces": [{"name": "T - VLAN 5", "default": False, "vlan": 5}]}]},
    ),
    "Get-NetLbfoTeamMember": (
        [HERE | {"Name": name, "Team": "T", "AdministrativeMode": 0} for name in ("A", "B")],
        {"teams": [{"name": "T", "members": ["A", "B"]}]},
    ),
    "Get-NetAdapterVmq": (
        HERE | NIC | {"Enabled": True, "BaseProcessorNumber": 2, "MaxProcessors": 8},
        {"interfaces": [{"name": "SLOT 2", "description": NIC["InterfaceDescription"], "vmq": True, "vmq_base_processor": 2, "vmq_processors": 8}]},
    ),
    "Get-NetAdapterRss": (
        HERE | NIC | {"Enabled": False, "Profile": 4, "MaxProcessors": 8, "BaseProcessorNumber": 0},
        {"interfaces": [{"name": "SLOT 2", "description": NIC["InterfaceDescription"], "rss": False}]},
    ),
    "Get-NetAdapterSriov": (
        HERE | NIC | {"SriovSupport": 2, "NumVFs": 0, "SwitchName": "Default Switch", "SwitchType": 1},
        {"interfaces": [{"name": "SLOT 2", "description": NIC["InterfaceDescription"], "sriov_support": "MissingAcs", "virtual_functions": 0}]},
    ),
    "Get-NetAdapterRdma": (
        [
            HERE | NIC | {"Enabled": True, "Operational": False},
            HERE | {"Name": "vEthernet (SMB1)", "InterfaceDescription": "Hyper-V Virtual Ethernet Adapter #2", "Enabled": True, "Operational": True},
        ],
        {
            "interfaces": [{"name": "SLOT 2", "description": NIC["InterfaceDescription"], "rdma": True, "rdma_operational": False}],
            "virtual_adapters": [{"name": "SMB1", "rdma": True}],
        },
    ),
    "Get-NetAdapterQos": (
        HERE | NIC | {"Enabled": True, "OperationalFlowControl": "Priority 3 Enabled"},
        {"interfaces": [{"name": "SLOT 2", "description": NIC["InterfaceDescription"], "qos": True}]},
    ),
    "Get-NetAdapterBinding": (
        [HERE | NIC | {"ComponentID": "ms_tcpip", "Enabled": True}, HERE | NIC | {"ComponentID": "vms_pp", "Enabled": False}],
        {"interfaces": [{"name": "SLOT 2", "description": NIC["InterfaceDescription"], "bindings": {"ms_tcpip": True, "vms_pp": False}}]},
    ),
    "Get-NetAdapterAdvancedProperty": (
        [
            HERE | NIC | {"RegistryKeyword": "*JumboPacket", "RegistryValue": ["9014"], "DisplayValue": "9014 Bytes"},
            HERE | NIC | {"RegistryKeyword": "*NetworkDirectTechnology", "RegistryValue": ["4"]},
            HERE | NIC | {"RegistryKeyword": "VlanID", "RegistryValue": ["0"]},
        ],
        {
            "interfaces": [
                {
                    "name": "SLOT 2",
                    "description": NIC["InterfaceDescription"],
                    "properties": {"*JumboPacket": "9014", "*NetworkDirectTechnology": "4", "VlanID": "0"},
                    "jumbo": 9014,
                    "vlan": 0,
                    "rdma_technology": "rocev2",
                }
            ]
        },
    ),
    "Get-NetIPAddress": (
        [
            HERE | {"InterfaceAlias": "M", "AddressFamily": 2, "IPAddress": "10.0.0.5", "PrefixLength": 24, "AddressState": 2},
            HERE | {"InterfaceAlias": "M", "AddressFamily": 23, "IPAddress": "fe80::1%7", "PrefixLength": 64, "AddressState": 4},
            HERE | {"InterfaceAlias": "Loopback Pseudo-Interface 1", "IPAddress": "127.0.0.1", "PrefixLength": 8, "AddressState": 4},
        ],
        {"interfaces": [{"name": "M", "addresses": ["10.0.0.5/24", "fe80::1/64"], "conflicts": ["10.0.0.5/24"]}]},
    ),
    "Get-NetIPInterface": (
        [HERE | {"InterfaceAlias": "M", "AddressFamily": 23, "Dhcp": 1}, HERE | {"InterfaceAlias": "M", "AddressFamily": 2, "Dhcp": 0}],
        {"interfaces": [{"name": "M", "dhcp": False}]},
    ),
    "Get-NetRoute": (
        [
            HERE | {"InterfaceAlias": "M", "DestinationPrefix": "10.0.0.0/24", "NextHop": "0.0.0.0"},
            HERE | {"InterfaceAlias": "M", "DestinationPrefix": "0.0.0.0/0", "NextHop": "10.0.0.1"},
            HERE | {"InterfaceAlias": "S", "DestinationPrefix": "10.1.0.0/24", "NextHop": "0.0.0.0"},
        ],
        {"interfaces": [{"name": "M", "gateway": True}, {"name": "S", "gateway": False}]},
    ),
    "Get-DnsClientServerAddress": (
        [
            HERE | {"InterfaceAlias": "M", "ServerAddresses": ["10.0.0.9"]},
            HERE | {"InterfaceAlias": "M", "ServerAddresses": ["fec0:0:0:ffff::1"]},
            HERE | {"InterfaceAlias": "S", "ServerAddresses": []},
        ],
        {"interfaces": [{"name": "M", "dns_servers": ["10.0.0.9"]}, {"name": "S", "dns_servers": []}]},
    ),
    "Get-DnsClient": (
        HERE | {"InterfaceAlias": "M", "RegisterThisConnectionsAddress": True},
        {"interfaces": [{"name": "M", "dns_registration": True}]},
    ),
    "Win32_NetworkAdapterConfiguration": (
        [
            {"DNSHostName": "KAI1", "InterfaceAlias": "M", "Description": "Intel", "IPEnabled": True, "IPAddress": ["10.0.0.5"]}
            | {"IPSubnet": ["255.255.255.0"], "DHCPEnabled": False, "DefaultIPGateway": None, "DNSServerSearchOrder": None}
            | {"FullDNSRegistrationEnabled": True, "TcpipNetbiosOptions": 2},
            {"DNSHostName": "KAI1", "Description": "WAN Miniport", "IPEnabled": False, "TcpipNetbiosOptions": None},
        ],
        {
            "interfaces": [
                {
                    "name": "M",
                    "description": "Intel",
                    "addresses": ["10.0.0.5/24"],
                    "dhcp": False,
                    "gateway": False,
                    "dns_servers": [],
                    "dns_registration": True,
                    "netbios": False,
                }
            ]
        },
    ),
    "binding order": (HERE | {"BindingOrder": ["M", "S"]}, {"binding_order": ["M", "S"]}),
    "Get-NetQosPolicy": (
        HERE | {"Name": "SMB", "NetDirectPortMatchCondition": 445, "PriorityValue8021Action": 3, "ThrottleRateAction": None},
        {"qos_policies": [{"name": "SMB", "net_direct_port": 445, "priority": 3, "throttle": 0}]},
    ),
    "Get-NetQosTrafficClass": (
        [
            HERE | {"Name": "SMB", "Algorithm": 2, "Priority": [3], "BandwidthPercentage": 50, "IfAlias": None},
            HERE | {"Name": "SMB", "Algorithm": 2, "Priority": [3], "BandwidthPercentage": 50, "IfAlias": "SLOT 2"},
        ],
        {"bridging": {"classes": [{"name": "SMB", "algorithm": "ETS", "priorities": [3], "bandwidth": 50}]}},
    ),
    "Get-NetQosFlowControl": (
        [HERE | {"Priority": number, "Enabled": number == 3, "IfAlias": None} for number in range(8)],
        {"bridging": {"flow_control": [3]}},
    ),
    "Get-NetQosDcbxSetting": (
        [HERE | {"Willing": False}, HERE | {"Willing": True, "InterfaceAlias": "SLOT 2"}],
        {"bridging": {"willing": True}},
    ),
    "Get-SmbServerConfiguration": (
        HERE | {"EnableSMB1Protocol": False, "EnableSMB2Protocol": True, "EnableMultiChannel": True}
        | {"RequireSecuritySignature": True, "EncryptData": False},
        {"smb": {"smb1": False, "multichannel_server": True, "signing": True, "encryption": False}},
    ),
    "Get-SmbClientConfiguration": (
        HERE | {"ConnectionCountPerRssNetworkInterface": 4, "EnableMultiChannel": False, "RequireSecuritySignature": False},
        {"smb": {"multichannel_client": False, "signing_client": False}},
    ),
    "Get-NetIntentStatus": (
        {"Host": "kai1", "IntentName": "compute", "ConfigurationStatus": "Failed", "ProvisioningStatus": "Completed", "Error": "X"},
        {"intents": [{"name": "compute", "configuration": "Failed", "provisioning": "Completed", "error": "X"}]},
    ),
    "Get-VMNetworkAdapter -ManagementOS": (
        HERE | {"Name": "SMB1", "IsManagementOs": True, "SwitchName": "S", "IeeePriorityTag": 0, "PortMirroringMode": 0, "Status": [2]}
        | {"IsolationSetting": {"IsolationMode": 3, "DefaultIsolationID": 42}, "BandwidthSetting": None},
        {
            "virtual_adapters": [
                {
                    "name": "SMB1",
                    "switch": "S",
                    "status": "Ok",
                    "vlan": 42,
                    "vlan_mode": "access",
                    "port_mirroring": "none",
                    "priority_tag": True,
                    "minimum_bandwidth": 0,
                }
            ]
        },
    ),
    "Get-VMNetworkAdapterTeamMapping": (
        HERE | {"NetAdapterName": "SLOT 2", "ParentAdapter": {"Name": "SMB1", "IsManagementOs": True}},
        {"virtual_adapters": [{"name": "SMB1", "team_member": "SLOT 2"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("cmdlet", OF_HOST)
def test_what_a_cmdlet_prints_belongs_to_its_host(cmdlet: str) -> None:
    printed, expected = OF_HOST[cmdlet]
    found = read(printed)["hosts"]
    assert [(one.pop("name").lower(), one) for one in found] == [("kai1", expected)]


# The VLAN settings of an adapter of a VM, of which each mode uses some.
VLANS = (
    ({"OperationMode": 0, "AccessVlanId": 7}, {"vlan_mode": "untagged", "vlan": 0}),
    ({"OperationMode": 1, "AccessVlanId": 7}, {"vlan_mode": "access", "vlan": 7}),
    (
        {"OperationMode": 2, "AccessVlanId": 0, "NativeVlanId": 0, "AllowedVlanIdList": [5, 6]},
        {"vlan_mode": "trunk", "vlan": 0, "allowed_vlans": [5, 6]},
    ),
    (
        {"OperationMode": 2, "AccessVlanId": 0, "AllowedVlanIdListString": "5-7,9"},
        {"vlan_mode": "trunk", "allowed_vlans": [5, 6, 7, 9]},
    ),
    (
        {"OperationMode": 3, "AccessVlanId": 0, "PrivateVlanMode": 1, "PrimaryVlanId": 100, "SecondaryVlanId": 101},
        {"vlan_mode": "private", "private_vlan_mode": "isolated", "primary_vlan": 100, "secondary_vlans": [101]},
    ),
    (
        {
            "OperationMode": "Private",
            "AccessVlanId": 0,
            "PrivateVlanMode": "Promiscuous",
            "PrimaryVlanId": 100,
            "SecondaryVlanIdList": [101, 102],
        },
        {"vlan_mode": "private", "private_vlan_mode": "promiscuous", "primary_vlan": 100, "secondary_vlans": [101, 102]},
    ),
)


@pytest.mark.parametrize(("printed", "expected"), VLANS)
def test_each_vlan_mode_uses_its_own_properties(printed: dict[str, Any], expected: dict[str, Any]) -> None:
    row = printed | {"ParentAdapter": {"Name": "LAN", "VMName": "Ewer", "VMId": GUID}}
    (vm,) = read(row)["vms"]
    assert vm["adapters"] == [{"name": "LAN"} | expected]


def test_guards_mirroring_and_sriov_of_an_adapter_of_a_vm() -> None:
    row = {"Name": "LAN", "VMName": "Ewer", "VMId": GUID, "IsManagementOs": False, "SwitchName": "S", "MandatoryFeatureId": []}
    row |= {"MacAddressSpoofing": 1, "DhcpGuard": 0, "RouterGuard": "Off", "AllowTeaming": "On", "PortMirroringMode": 2}
    row |= {"IovWeight": 100, "IovQueuePairsRequested": 1, "VMQWeight": 0}
    (vm,) = read(row)["vms"]
    assert vm["adapters"] == [
        {
            "name": "LAN", "switch": "S", "mac_spoofing": False, "dhcp_guard": True, "router_guard": False, "teaming": True,
            "port_mirroring": "source", "iov_weight": 100, "queue_pairs": 1, "vmq_weight": 0, "required_extensions": [],
        }
    ]  # fmt: skip


def test_ids_of_required_features_do_not_tell_the_extensions() -> None:
    row = {"Name": "LAN", "VMName": "Ewer", "VMId": GUID, "SwitchName": "S", "MandatoryFeatureId": [GUID]}
    assert "required_extensions" not in read(row)["vms"][0]["adapters"][0]


def test_a_cluster_network_interface_goes_by_the_name_of_its_connection() -> None:
    row = {"Name": "kai1 - vEthernet (SMB1)", "Node": "kai1", "Network": {"Name": "SMB"}, "Adapter": "Hyper-V Virtual Ethernet Adapter"}
    found = read(row | {"Address": "10.0.0.5", "DhcpEnabled": 0, "State": 3})["cluster"]
    interface = {"node": "kai1", "adapter": "vEthernet (SMB1)", "address": "10.0.0.5", "dhcp": False, "state": "Up"}
    assert found["networks"] == [{"name": "SMB", "interfaces": [interface]}]


def test_settings_of_a_physical_adapter_join_it_and_others_stay_connections() -> None:
    found = host(
        HERE | NIC | {"Status": "Up", "LinkSpeed": "25 Gbps"},
        HERE | NIC | {"Enabled": True, "BaseProcessorNumber": 2, "MaxProcessors": 8},
        [HERE | {"InterfaceAlias": alias, "IPAddress": "10.0.0.5", "PrefixLength": 24} for alias in ("SLOT 2", "vEthernet (M)")],
    )
    (adapter,) = found["adapters"]
    assert (adapter["speed"], adapter["vmq"], adapter["addresses"]) == (25 * 10**9, True, ["10.0.0.5/24"])
    assert found["interfaces"] == [{"name": "vEthernet (M)", "addresses": ["10.0.0.5/24"]}]


def test_listing_settings_of_some_adapters_does_not_make_them_all_there_are() -> None:
    assert "adapters" not in host(HERE | NIC | {"Enabled": True, "BaseProcessorNumber": 2, "MaxProcessors": 8})
