"""Classes of what Windows says of a network connection by its alias: addresses, bindings, queues, RDMA, advanced properties.

One connection is told by many rows; those of a physical adapter join the adapter when the files are merged.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from ingest.configurations.classes.enumerations import ADDRESS_FAMILY, ADDRESS_STATE, ENABLED, RDMA_TECHNOLOGY, SRIOV_SUPPORT
from ingest.configurations.classes.kind import Kind, is_
from ingest.configurations.convert import count, flag, scalar, text, texts
from ingest.configurations.parts import put
from ingest.configurations.rows import Context, Row, name_of
from kb import inventory as inv
from kb.inventory import Adapter, Host, Interface

if TYPE_CHECKING:
    from ingest.configurations.objects import Reader

_VIRTUAL = "hyper-v virtual ethernet"
_ALIAS = re.compile(r"vEthernet \((.*)\)", re.I)
# Virtual adapters of the management operating system; a row of Get-VMNetworkAdapter says by a property that it is one.
HOST_VIRTUAL_ADAPTER = Kind("HostVirtualAdapter", (), inv.Adapter, "host", "virtual_adapters")


def _of(row: Row, host: Host, reader: Reader) -> Interface | None:
    """The connection a row tells of; None for the loopback and for a row that names none."""
    name = row.value(name_of, "InterfaceAlias", "Name")
    if not name or name.lower().startswith("loopback"):
        return None
    found = reader.find_or_add(host, "interfaces", Interface, name, row)
    row.fill(found, "description", text, "InterfaceDescription")
    return found


def _address(row: Row, host: Host, context: Context, reader: Reader) -> None:
    address, place = row.read(name_of, "IPAddress")
    interface = _of(row, host, reader)
    if interface is None or not address or not place:
        return
    prefix = row.value(count, "PrefixLength")
    written = address.partition("%")[0] + (f"/{prefix}" if prefix is not None else "")
    put(interface, "addresses", [], place)
    assert interface.addresses is not None
    interface.addresses.append(written)
    if state := row.value(ADDRESS_STATE, "AddressState"):
        put(interface, "conflicts", [], place)
        if state == "Duplicate" and interface.conflicts is not None:
            interface.conflicts.append(written)


def _ip_interface(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """Every connection has a row for IPv6 too, where DHCP is on even when nothing answers."""
    if row.value(ADDRESS_FAMILY, "AddressFamily") != "IPv6" and (interface := _of(row, host, reader)):
        row.fill(interface, "dhcp", ENABLED, "Dhcp")


def _route(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """A connection that has routes but none of them a default route has no gateway."""
    interface = _of(row, host, reader)
    target, place = row.read(name_of, "DestinationPrefix")
    if interface is None or not target or not place:
        return
    if target in ("0.0.0.0/0", "::/0") and row.value(name_of, "NextHop") not in (None, "0.0.0.0", "::"):
        interface.gateway = True
        interface.at["gateway"] = place
    else:
        put(interface, "gateway", False, place)


def _dns_servers(row: Row, host: Host, context: Context, reader: Reader) -> None:
    """Rows for IPv4 and IPv6; fec0:0:0:ffff::1 to 3 are what Windows lists where no server was set."""
    interface = _of(row, host, reader)
    servers, place = row.read(texts, "ServerAddresses", null=[])
    if interface is not None and place:
        put(interface, "dns_servers", [], place)
        assert interface.dns_servers is not None
        interface.dns_servers += [server for server in servers if not server.lower().startswith("fec0:0:0:ffff:")]


def _dns_client(row: Row, host: Host, context: Context, reader: Reader) -> None:
    if interface := _of(row, host, reader):
        row.fill(interface, "dns_registration", flag, "RegisterThisConnectionsAddress")


def _binding(row: Row, host: Host, context: Context, reader: Reader) -> None:
    component, place = row.read(name_of, "ComponentID")
    enabled = row.value(flag, "Enabled")
    interface = _of(row, host, reader)
    if interface is not None and component and place and enabled is not None:
        put(interface, "bindings", {}, place)
        assert interface.bindings is not None
        interface.bindings[component.lower()] = enabled


def _value(value: Any) -> str | None:
    """The value of an advanced property, which Windows keeps as a list of texts."""
    value = scalar(value)
    found = texts(value) if isinstance(value, list) else text(value)
    return ",".join(found) if isinstance(found, list) else found


_KNOWN = {"*jumbopacket": ("jumbo", count), "vlanid": ("vlan", count), "*networkdirecttechnology": ("rdma_technology", RDMA_TECHNOLOGY)}


def _advanced_property(row: Row, host: Host, context: Context, reader: Reader) -> None:
    keyword, place = row.read(name_of, "RegistryKeyword")
    value = row.value(_value, "RegistryValue", "DisplayValue")
    interface = _of(row, host, reader)
    if interface is None or not keyword or not place or value is None:
        return
    put(interface, "properties", {}, place)
    assert interface.properties is not None
    interface.properties[keyword] = value
    if keyword.lower() in _KNOWN and value.strip().isdigit():
        field, convert = _KNOWN[keyword.lower()]
        try:
            put(interface, field, convert(value), place)
        except ValueError as error:
            reader.warn(keyword, f"{place.path}: {error}")


def _rdma(row: Row, interface: Interface, context: Context, reader: Reader) -> bool | None:
    """RDMA of a virtual adapter belongs to the virtual adapter."""
    if not (interface.description or "").lower().startswith(_VIRTUAL):
        return None
    alias = _ALIAS.fullmatch(interface.name or "")
    host = reader.owner(HOST_VIRTUAL_ADAPTER, row, context)
    adapter = reader.find_or_add(host, "virtual_adapters", Adapter, alias[1] if alias else interface.name, row)
    row.fill(adapter, "rdma", flag, "Enabled")
    return False


def _configuration(row: Row, interface: Interface, context: Context, reader: Reader) -> bool | None:
    """WMI tells of adapters without an address too, and writes the mask beside each address."""
    if row.value(flag, "IPEnabled") is False:
        return False
    addresses, place = row.read(texts, "IPAddress")
    masks = row.value(texts, "IPSubnet") or []
    if place:
        put(interface, "addresses", [_with_prefix(*pair) for pair in zip(addresses, [*masks, *[""] * len(addresses)], strict=False)], place)
    gateways, place = row.read(texts, "DefaultIPGateway", null=[])
    if place:
        put(interface, "gateway", bool(gateways), place)
    option, place = row.read(count, "TcpipNetbiosOptions")
    if place:
        put(interface, "netbios", option != _NETBIOS_OFF, place)
    return None


_NETBIOS_OFF = 2  # 0: as DHCP says, which is on unless it says otherwise; 1: on


def _with_prefix(address: str, mask: str) -> str:
    try:
        return str(ipaddress.ip_interface(f"{address}/{mask}" if mask else address))
    except ValueError:
        return address


# --- the classes ---

_NAMES = (is_("name", text, "Name", "InterfaceAlias"), is_("description", text, "InterfaceDescription"))

KINDS: tuple[Kind, ...] = (
    Kind("NetAdapterBinding", ("ComponentID Enabled",), inv.Host, "host", types="MSFT_NetAdapterBindingSettingData", finish=_binding),
    Kind(
        "NetAdapterAdvancedProperty",
        ("RegistryKeyword",),
        inv.Host,
        "host",
        types="MSFT_NetAdapterAdvancedPropertySettingData",
        hints="NetAdapterAdvancedProperties",
        finish=_advanced_property,
    ),
    Kind(
        "NetAdapterRss",
        ("Profile MaxProcessors", "RssProcessorArray", "IndirectionTable"),
        inv.Interface,
        "host",
        "interfaces",
        (*_NAMES, is_("rss", flag, "Enabled")),
        types="MSFT_NetAdapterRssSettingData",
    ),
    Kind(
        "NetAdapterVmq",
        ("BaseProcessorNumber MaxProcessors", "AnyVlanSupported", "InterfaceDescription NumberOfReceiveQueues"),
        inv.Interface,
        "host",
        "interfaces",
        (
            *_NAMES,
            is_("vmq", flag, "Enabled"),
            is_("vmq_base_processor", count, "BaseProcessorNumber"),
            is_("vmq_processors", count, "MaxProcessors"),
        ),
        types="MSFT_NetAdapterVmqSettingData",
    ),
    Kind(
        "NetAdapterSriov",
        ("SriovSupport",),
        inv.Interface,
        "host",
        "interfaces",
        (*_NAMES, is_("sriov_support", SRIOV_SUPPORT, "SriovSupport"), is_("virtual_functions", count, "NumVFs")),
        types="MSFT_NetAdapterSriovSettingData",
    ),
    Kind(
        "NetAdapterRdma",
        ("MaxQueuePairCount", "InterfaceDescription Operational"),
        inv.Interface,
        "host",
        "interfaces",
        (*_NAMES, is_("rdma", flag, "Enabled"), is_("rdma_operational", flag, "Operational")),
        types="MSFT_NetAdapterRdmaSettingData",
        finish=_rdma,
    ),
    Kind(
        "NetAdapterQos",
        ("OperationalFlowControl", "OperationalTrafficClasses", "RemoteFlowControl"),
        inv.Interface,
        "host",
        "interfaces",
        (*_NAMES, is_("qos", flag, "Enabled")),
        types="MSFT_NetAdapterQosSettingData",
    ),
    Kind(
        "Win32_NetworkAdapterConfiguration",
        ("TcpipNetbiosOptions", "DHCPEnabled IPEnabled"),
        inv.Interface,
        "host",
        "interfaces",
        (
            is_("name", text, "InterfaceAlias", "NetConnectionID"),
            is_("description", text, "Description"),
            is_("dhcp", flag, "DHCPEnabled"),
            is_("dns_servers", texts, "DNSServerSearchOrder", null=[]),
            is_("dns_registration", flag, "FullDNSRegistrationEnabled"),
        ),
        finish=_configuration,
    ),
    Kind("NetIPAddress", ("InterfaceAlias IPAddress",), inv.Host, "host", types="MSFT_NetIPAddress", finish=_address),
    Kind("NetIPInterface", ("InterfaceAlias Dhcp",), inv.Host, "host", types="MSFT_NetIPInterface", finish=_ip_interface),
    Kind("NetRoute", ("DestinationPrefix NextHop",), inv.Host, "host", types="MSFT_NetRoute", finish=_route),
    Kind(
        "DnsClientServerAddress",
        ("InterfaceAlias ServerAddresses",),
        inv.Host,
        "host",
        types="MSFT_DNSClientServerAddress",
        finish=_dns_servers,
    ),
    Kind("DnsClient", ("RegisterThisConnectionsAddress",), inv.Host, "host", types="MSFT_DNSClient", finish=_dns_client),
    Kind(
        "BindingOrder",
        ("BindingOrder",),
        inv.Host,
        "host",
        properties=(is_("binding_order", texts, "BindingOrder"),),
    ),
)
