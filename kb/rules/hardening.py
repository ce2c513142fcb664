"""Rules about the security of hosts: old protocols, wide groups, encryption, settings left over from a test."""

from __future__ import annotations

import re

from kb import versions
from kb.entry import Text
from kb.inventory import Cluster, Host, Vm
from kb.rules.engine import Look, Missing, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.hypervisor import NO_HYPERV, features
from kb.rules.shared import places, same_on_all_nodes, vms_on, volume


@rule(
    "SEC201",
    on="host",
    entry="host-smb1",
    en="SMB 1 is enabled on the host",
    de="SMB 1 ist auf dem Host eingeschaltet",
    severity="warning",
    implements=("host-smb1",),
    only="2012..2025",
)
def smb1_enabled(host: Host, look: Look) -> Verdict:
    """The server may speak it, or the feature is still installed, which makes the client speak it; 2012 has no such feature."""
    if host.smb is not None and host.smb.smb1:
        return failed(words("SMB 1 enabled", "SMB 1 eingeschaltet"), location=host.smb.where("smb1"))
    installed = sorted(name for name in host.features or [] if name.casefold().startswith("fs-smb1"))
    if installed:
        return failed(words(", ".join(installed)), location=host.where("features"))
    if host.smb is None or host.smb.smb1 is None:
        raise Missing("smb.smb1")
    if look.needs_version() != "2012":
        features(host, look)
    return passed(words("off", "aus"))


@rule(
    "SEC202",
    on="host",
    entry="driver-verifier-off",
    en="Driver Verifier is active",
    de="Driver Verifier ist aktiv",
    severity="warning",
    implements=("host-driver-verifier",),
)
def driver_verifier_active(host: Host, look: Look) -> Verdict:
    """Made to crash a machine on the first mistake of a driver."""
    if need(host, "driver_verifier"):
        return failed(words("active", "aktiv"), location=host.where("driver_verifier"))
    return passed(words("off", "aus"))


# Groups that hold everybody: by the end of their SID, and by name where no SID is known.
_EVERYBODY = re.compile(r"(?:S-1-1-0|S-1-5-11|S-1-5-32-545|S-1-5-21(?:-\d+){3}-51[35])$", re.I)
_EVERYBODY_NAMES = {
    *("everyone", "jeder", "authenticated users", "authentifizierte benutzer", "users", "benutzer"),
    *("domain users", "domänen-benutzer", "domänenbenutzer", "domain computers", "domänencomputer"),
}


def _everybody(member: str) -> bool:
    name = re.sub(r"\s+S-1-[\d-]+$", "", member.strip()).rpartition("\\")[2]
    return bool(_EVERYBODY.search(member.strip())) or name.casefold() in _EVERYBODY_NAMES


@rule(
    "SEC203",
    on="host",
    entry="hyper-v-administrators",
    en="Everybody is an administrator of the host or of Hyper-V",
    de="Alle sind Administratoren des Hosts oder von Hyper-V",
    severity="info",
    implements=("host-hyperv-admins",),
)
def wide_groups(host: Host, look: Look) -> Verdict:
    """Who belongs there only the site knows; groups that hold everybody never do. Hyper-V has its own group since 2012."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    groups = ["administrators"]
    if versions.position(look.needs_version()) >= versions.position("2012"):
        groups.append("hyperv_administrators")
    wide = [(group, member) for group in groups for member in getattr(host, group) or [] if _everybody(member)]
    if wide:
        return failed(words(", ".join(dict.fromkeys(member for _, member in wide))), location=host.where(wide[0][0]))
    need(host, *groups)
    count = sum(len(getattr(host, group)) for group in groups)
    return passed(words(f"{count} members", f"{count} Mitglieder"))


def _volumes_used(vms: list[Vm]) -> tuple[set[str], str]:
    """The volumes that the virtual disks lie on (not shares), and what is missing to know all of them ("" for nothing)."""
    used, missing = set(), ""
    for vm in vms:
        if vm.disks is None:
            missing = missing or "vm.disks"
        for disk in vm.disks or []:
            if not disk.pass_through and disk.path is None:
                missing = missing or "disk.path"
            elif not disk.pass_through and disk.path and (place := volume(disk.path)) and not place.startswith("\\\\"):
                used.add(place.casefold())
    return used, missing


@rule(
    "SEC204",
    on="host",
    entry="bitlocker-vm-volumes",
    en="Virtual machines lie on volumes that are not encrypted",
    de="Virtuelle Maschinen liegen auf unverschlüsselten Volumes",
    severity="info",
    implements=("host-bitlocker",),
    only="2012..2025",
)
def volumes_not_encrypted(host: Host, look: Look) -> Verdict:
    """Of the volumes that the machines of this host use; shares are encrypted by the server that offers them."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    used, missing = _volumes_used(vms_on(host, look))
    cluster = look.inventory.cluster
    known = {(v.path or "").rstrip("\\").casefold(): v for v in [*(host.volumes or []), *((cluster.volumes or []) if cluster else [])]}
    plain = [path for path in sorted(used) if path in known and known[path].encrypted is False]
    if plain:
        return failed(words(", ".join(known[path].path or path for path in plain)), location=places([known[plain[0]]], "encrypted"))
    if missing:
        raise Missing(missing)
    if not used:
        return not_applicable(
            "no virtual disk lies on a volume of this host", "kein virtueller Datenträger liegt auf einem Volume dieses Hosts"
        )
    for path in used:
        if path not in known:
            raise Missing("cluster.volumes" if "clusterstorage" in path else "host.volumes")
        need(known[path], "encrypted")
    return passed(words(", ".join(sorted(used))))


@rule(
    "SEC205",
    on="cluster",
    entry="enhanced-session-mode",
    en="Enhanced session mode differs between nodes",
    de="Der erweiterte Sitzungsmodus ist auf den Knoten verschieden",
    severity="info",
    implements=("host-enhanced-session",),
    only="2012R2..2025",
)
def enhanced_session_differs(cluster: Cluster, look: Look) -> Verdict:
    """Whether it is wanted only the site knows; that the nodes differ is never wanted."""
    what = Text("enhanced session mode", "erweiterter Sitzungsmodus")
    return same_on_all_nodes(look, "enhanced_session", what, lambda on: words("on", "ein") if on else words("off", "aus"))


@rule(
    "SEC206",
    on="host",
    entry="host-printer-redirection",
    en="Remote Desktop brings printers to the host",
    de="Remotedesktop bringt Drucker auf den Host",
    severity="info",
    implements=("host-rdp-printer-redirection",),
)
def printers_redirected(host: Host, look: Look) -> Verdict:
    """Allowed unless a policy forbids it; drivers of printers have no business on a host."""
    if host.hyperv_installed is False:
        return NO_HYPERV
    if need(host, "printer_redirection"):
        return failed(words("allowed", "erlaubt"), words("forbidden", "verboten"), host.where("printer_redirection"))
    return passed(words("forbidden", "verboten"))
