"""Rules about backup by the host."""

from __future__ import annotations

from kb.inventory import Vm
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import pass_through_disks


def _backed_up(vm: Vm) -> Verdict | None:
    if not need(vm, "host_backup"):
        return not_applicable("the host does not back this machine up", "der Host sichert diese Maschine nicht")
    return None


@rule(
    "BAK101",
    on="vm",
    entry="passthrough-host-backup",
    en="Backup by the host leaves out the pass-through disks",
    de="Sicherung durch den Host lässt die Pass-Through-Datenträger aus",
    severity="error",
    implements=("vm-passthrough-no-host-backup",),
)
def pass_through_not_backed_up(vm: Vm, look: Look) -> Verdict:
    """The host's VSS has no snapshot of a physical disk that belongs to a guest."""
    disks = pass_through_disks(vm)
    if not disks:
        return passed(words("no pass-through disk", "kein Pass-Through-Datenträger"))
    if other := _backed_up(vm):
        return other
    return failed(words(", ".join(disk.path or "?" for disk in disks)), location=disks[0].where("pass_through"))


@rule(
    "BAK102",
    on="vm",
    entry="integration-services-vss",
    en="Backup by the host without the volume shadow copy service of the guest",
    de="Sicherung durch den Host ohne den Volumeschattenkopie-Dienst des Gastes",
    severity="warning",
    implements=("vm-integration-services-offered",),
)
def backup_without_vss(vm: Vm, look: Look) -> Verdict:
    """Applications in the guest are then not told, and older hosts save the machine's state meanwhile."""
    if other := _backed_up(vm):
        return other
    services = [service for service in need(vm, "integration_services") if service.service == "vss"]
    if not services:
        raise Missing("vm.integration_services")
    if need(services[0], "enabled"):
        return passed(words("on", "ein"))
    return failed(words("off", "aus"), location=services[0].where("enabled"))
