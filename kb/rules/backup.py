"""Rules about backup by the host."""

from __future__ import annotations

from kb.inventory import Vm
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import moment, pass_through_disks


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


# Once a week: the rule of the Best Practices Analyzer that the entry tells of.
LONGEST_WITHOUT_BACKUP = 7  # days


@rule(
    "BAK201",
    on="vm",
    entry="vm-weekly-backup",
    en="Virtual machine has not been backed up for a week",
    de="Virtuelle Maschine wurde seit einer Woche nicht gesichert",
    severity="error",
    implements=("vm-backed-up-weekly",),
    only="2012..2025",
)
def not_backed_up_for_a_week(vm: Vm, look: Look) -> Verdict:
    """Backups by the host count from the last one, or from the creation of the machine; judged at the time of collecting."""
    if vm.host_backup is False:
        return not_applicable("the host does not back this machine up", "der Host sichert diese Maschine nicht")
    if vm.replication and vm.replication.mode in ("replica", "extended_replica", "test_replica"):
        return not_applicable(
            "it is a replica; the primary machine is backed up", "es ist ein Replikat; gesichert wird die primäre Maschine"
        )
    last = need(vm, "last_backup")
    field = "last_backup" if last else "created"
    days = (moment(need(look.inventory, "taken"), "inventory.taken") - moment(need(vm, field), f"vm.{field}")).days
    if last:
        shown = words(f"{last}: {days} days before", f"{last}: {days} Tage zuvor")
    else:
        shown = words(f"never; created {days} days before", f"nie; vor {days} Tagen erstellt")
    bound = words(f"at most {LONGEST_WITHOUT_BACKUP} days", f"höchstens {LONGEST_WITHOUT_BACKUP} Tage")
    return failed(shown, bound, vm.where("last_backup")) if days > LONGEST_WITHOUT_BACKUP else passed(shown, bound)
