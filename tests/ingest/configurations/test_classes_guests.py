"""What tells of guests: data exchange, security of VMs, guardian certificates, domain controllers."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import pytest

from ingest.configurations.read import Upload, read_uploads
from kb.inventory import to_builtins

ID = "0a1b2c3d-0000-4111-8222-333344445555"
VM = {"Name": "Kogge", "Id": ID, "ProcessorCount": 2, "Generation": 1}


def item(name: str, data: str) -> str:
    """One item of data exchange, as WMI embeds it: an instance in CIM-XML with nine properties, of which two matter."""
    return (
        '<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem"><PROPERTY NAME="Caption" PROPAGATED="true" TYPE="string"></PROPERTY>'
        f'<PROPERTY NAME="Data" TYPE="string"><VALUE>{escape(data)}</VALUE></PROPERTY>'
        '<PROPERTY NAME="ElementName" PROPAGATED="true" TYPE="string"></PROPERTY>'
        f'<PROPERTY NAME="Name" TYPE="string"><VALUE>{name}</VALUE></PROPERTY>'
        '<PROPERTY NAME="Source" TYPE="uint16"><VALUE>2</VALUE></PROPERTY></INSTANCE>'
    )


def exchange(**items: str) -> dict[str, Any]:
    return {"SystemName": ID.upper(), "GuestIntrinsicExchangeItems": [item(name, data) for name, data in items.items()]}


def data(*documents: Any) -> dict[str, Any]:
    uploads = [Upload(f"{number}-x.json", json.dumps(document).encode()) for number, document in enumerate(documents)]
    reading = read_uploads(uploads)
    assert reading.left_out == []
    assert reading.warnings == []
    return to_builtins(reading.inventory)


@pytest.mark.parametrize(
    ("items", "guest_os", "guest"),
    [
        (
            {
                "OSName": "Windows Server 2012 R2 Standard",
                "OSVersion": "6.3.9600",
                "ProductType": "2",
                "ServicePackMajor": "0",
                "ProcessorArchitecture": "9",
                "FullyQualifiedDomainName": "kogge.hanse.example",
            },
            "Windows Server 2012 R2 Standard",
            {
                "name": "kogge.hanse.example",
                "family": "windows",
                "version": "6.3",
                "build": 9600,
                "service_pack": 0,
                "architecture": "x64",
                "kind": "domain-controller",
            },
        ),
        (
            {"OSName": "R&D <Linux>", "OSVersion": "5.15.0-91", "OSBuildNumber": "5.15.0-91-generic", "ProcessorArchitecture": "x86_64"},
            "R&D <Linux>",
            {"family": "linux", "architecture": "x64"},
        ),
    ],
)
def test_data_exchange_tells_of_the_guest(items: dict[str, str], guest_os: str, guest: dict[str, Any]) -> None:
    (vm,) = data([exchange(**items)], [VM])["vms"]
    assert vm["name"] == "Kogge"
    assert vm["guest_os"] == guest_os
    assert vm["guest"] == guest


def test_a_guest_that_is_off_stays_unknown() -> None:
    (vm,) = data([VM], [{"SystemName": ID, "GuestIntrinsicExchangeItems": None}])["vms"]
    assert "guest" not in vm
    assert "guest_os" not in vm


def test_services_of_the_guest_are_the_virtual_machines() -> None:
    (vm,) = data([exchange(OSName="Windows 7", IntegrationServicesVersion="6.1.7600.16385")], [VM])["vms"]
    assert vm["integration_version"] == "6.1.7600.16385"


def test_a_collector_may_nest_the_guest() -> None:
    (vm,) = data([VM | {"Guest": {"OSName": "Windows 10 Pro", "OSVersion": "10.0.19045", "ProductType": 1}}])["vms"]
    assert vm["guest_os"] == "Windows 10 Pro"
    assert vm["guest"] == {"family": "windows", "version": "10.0", "build": 19045, "kind": "workstation"}


@pytest.mark.parametrize(
    ("document", "where", "expected"),
    [
        ({"VMName": "Kogge", "VMId": ID, "TpmEnabled": True, "Shielded": False}, "vms", {"tpm": True, "shielded": False}),
        (
            {"VMName": "Kogge", "VMId": ID, "SecureBoot": 0, "SecureBootTemplate": "MicrosoftWindows"},
            "vms",
            {"secure_boot": True, "secure_boot_template": "MicrosoftWindows"},
        ),
        (
            {"VMName": "Kogge", "VMId": ID, "KeyProtectorOwner": "AB12", "KeyProtectorGuardians": 0},
            "vms",
            {"key_owner": "AB12", "key_guardians": 0},
        ),
        ({"ComputerName": "KAI1", "GuardianCertificates": []}, "hosts", {"guardian_certificates": []}),
        ({"ComputerName": "KAI1", "GuardianCertificates": ["AB12"]}, "hosts", {"guardian_certificates": ["AB12"]}),
    ],
)
def test_security_of_machines_and_hosts(document: dict[str, Any], where: str, expected: dict[str, Any]) -> None:
    (found,) = data(document)[where]
    assert expected.items() <= found.items()


def test_domain_controllers_belong_to_the_cluster() -> None:
    found = data({"Cluster": "HAFEN", "DomainControllers": ["dc1.hanse.example"]})
    assert found["cluster"] == {"name": "HAFEN", "domain_controllers": ["dc1.hanse.example"]}


def test_the_kernel_of_a_guest_is_written_as_a_number_by_hand() -> None:
    text = "vms:\n- name: Kogge\n  guest: {version: 6.1, kind: server, roles: [sql]}\n"
    reading = read_uploads([Upload("inventory.yaml", text.encode())])
    assert reading.left_out == []
    (vm,) = to_builtins(reading.inventory)["vms"]
    assert vm["guest"] == {"version": "6.1", "kind": "server", "roles": ["sql"]}
