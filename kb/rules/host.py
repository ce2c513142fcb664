"""Rules about hosts: edition, memory, processors, antivirus exclusions, licences and support."""

from __future__ import annotations

import re

from kb import limits, units, versions
from kb.entry import Text
from kb.inventory import Host
from kb.rules.engine import Look, Verdict, failed, need, not_applicable, passed, rule, unknown, words
from kb.rules.measures import virtual_processors
from kb.rules.shared import aspect, is_node, moment, running, vms_on

# --- edition ----------------------------------------------------------------------------------------------------------


@rule(
    "HOST101",
    on="host",
    entry="failover-clustering-standard",
    en="Edition without failover clustering on a cluster node",
    de="Edition ohne Failoverclustering auf einem Clusterknoten",
    severity="error",
    implements=("host-version-edition-failover",),
)
def edition_without_clustering(host: Host, look: Look) -> Verdict:
    """Standard of 2008 and 2008 R2; a wish to migrate there ends in an upgrade of the edition."""
    edition = need(host, "edition")
    if edition != "standard":
        return not_applicable("concerns the Standard edition only", "betrifft nur die Standard-Edition")
    found = look.limit("failover-clustering-standard")
    if found.value is True:
        return passed(words("Standard"))
    if not is_node(host, look) and not host.clustering_installed:
        return not_applicable("the host is not a cluster node", "der Host ist kein Clusterknoten")
    return failed(words("Standard"), words("Enterprise, Datacenter"), host.where("edition"))


@rule(
    "HOST102",
    on="host",
    entry="standard-2008r2-host-limits",
    en="More memory than Windows Server 2008 R2 Standard uses",
    de="Mehr Arbeitsspeicher, als Windows Server 2008 R2 Standard nutzt",
    severity="warning",
    implements=("host-2008r2-standard-memory",),
    only="2008R2..2008R2SP1",
)
def memory_beyond_standard(host: Host, look: Look) -> Verdict:
    """Windows leaves the rest unused."""
    if need(host, "edition") != "standard":
        return not_applicable("concerns the Standard edition only", "betrifft nur die Standard-Edition")
    memory = need(host, "memory")
    allowed = aspect(look.limit("standard-2008r2-host-limits"), "host memory in GB") * units.BYTES["GB"]
    shown = Text(units.of_bytes(memory, "en"), units.of_bytes(memory, "de"))
    bound = Text(units.of_bytes(allowed, "en"), units.of_bytes(allowed, "de"))
    return failed(shown, bound, host.where("memory")) if memory > allowed else passed(shown, bound)


@rule(
    "LIC101",
    on="host",
    entry="standard-virtualization-rights",
    en="More virtual machines than one licence of this edition covers",
    de="Mehr virtuelle Maschinen, als eine Lizenz dieser Edition abdeckt",
    severity="info",
)
def more_vms_than_one_licence(host: Host, look: Look) -> Verdict:
    """Licences can be stacked, and guests may not be Windows: a number to check, not a fault."""
    edition = need(host, "edition")
    found = look.limit("standard-virtualization-rights", edition=edition)
    if found.status is not limits.Status.KNOWN:
        return unknown("nothing is documented for this edition", "für diese Edition ist nichts dokumentiert")
    if not isinstance(found.value, int):
        return not_applicable("the edition covers any number", "die Edition deckt beliebig viele ab")
    count = sum(running(vm) for vm in vms_on(host, look))
    shown = Text(units.quantity(count, "virtual machines", "en"), units.quantity(count, "virtual machines", "de"))
    bound = Text(found.text("en"), found.text("de"))
    return failed(shown, bound, host.where("edition")) if count > found.value else passed(shown, bound)


@rule(
    "SEC102",
    on="host",
    entry="extended-support-end",
    en="Windows Server version without support",
    de="Windows-Server-Version ohne Support",
    severity="warning",
    implements=("host-updates",),
)
def out_of_support(host: Host, look: Look) -> Verdict:
    """Judged for the day on which the inventory was taken."""
    found = look.limit("extended-support-end")
    if found.status is not limits.Status.KNOWN:
        return unknown("the end of support is not documented", "das Ende des Supports ist nicht dokumentiert")
    if host.hyperv_installed is False:
        return not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    day = moment(need(look.inventory, "taken"), "inventory.taken").date().isoformat()
    end = str(found.value)
    name = versions.name(found.version)
    bound = words(f"extended support until {end}", f"erweiterter Support bis {end}")
    return failed(words(name), bound, host.where("version")) if day > end else passed(words(name), bound)


# --- domain -----------------------------------------------------------------------------------------------------------


@rule(
    "HOST103",
    on="host",
    entry="domain-membership-recommended",
    en="Host in a workgroup",
    de="Host in einer Arbeitsgruppe",
    severity="warning",
    implements=("host-domain-joined",),
)
def host_in_a_workgroup(host: Host, look: Look) -> Verdict:
    """Management, Kerberos and live migration are easier, and the latter often only possible, in a domain."""
    if host.hyperv_installed is False or host.hypervisor_present is False:
        return not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    domain = need(host, "domain")
    if domain:
        return passed(words(domain))
    return failed(words("member of a workgroup", "Mitglied einer Arbeitsgruppe"), location=host.where("domain"))


# --- processors -------------------------------------------------------------------------------------------------------


@rule(
    "HOST104",
    on="host",
    entry="host-vp-lp-ratio",
    en="Too many virtual processors for the logical processors of the host",
    de="Zu viele virtuelle Prozessoren für die logischen Prozessoren des Hosts",
    severity="warning",
    implements=("guest-vcpu-ratio",),
)
def processor_ratio(host: Host, look: Look) -> Verdict:
    """The entry states ratios such as `8:1`; the lowest one that may hold counts, and later releases have none."""
    found = look.limit("host-vp-lp-ratio")
    if found.status is not limits.Status.KNOWN:
        return unknown("no ratio is documented for this version", "für diese Version ist kein Verhältnis dokumentiert")
    ratios = [int(ratio[1]) for row in found.rows if (ratio := re.fullmatch(r"(\d+):1", str(row.value)))]
    if not ratios:
        return not_applicable("this version imposes no ratio", "diese Version gibt kein Verhältnis vor")
    virtual, logical = virtual_processors(host, look), need(host, "logical_processors")
    shown, bound = words(f"{virtual}:{logical}"), words(found.text("en"), found.text("de"))
    if virtual > max(ratios) * logical:
        return failed(shown, bound, host.where("logical_processors"))
    if virtual > min(ratios) * logical:
        return unknown(
            f"the ratio of {virtual}:{logical} is only allowed for certain guests",
            f"das Verhältnis von {virtual}:{logical} ist nur für bestimmte Gäste erlaubt",
        )
    return passed(shown, bound)


# --- antivirus --------------------------------------------------------------------------------------------------------


def _plain(exclusion: str) -> str:
    """An exclusion the way it is compared: without wildcards, trailing backslash, folder of a process, and case."""
    text = exclusion.strip().strip('"').replace("/", "\\").rstrip("\\*").removeprefix("*").casefold()
    return text.rpartition("\\")[2] if text.endswith(".exe") else text


def _newest_documented(entry_id: str, look: Look) -> limits.Limit | None:
    """What an entry says for this version or, where it says nothing, for the newest one before it; None without any."""
    for id in reversed(versions.between(versions.IDS[0], look.needs_version())):
        found = limits.limit(look.knowledge[entry_id], id)
        if found.status is limits.Status.KNOWN:
            return found
    return None


@rule(
    "SEC103",
    on="host",
    entry="antivirus-exclusions-host",
    en="Antivirus exclusions for Hyper-V are incomplete",
    de="Virenscanner-Ausnahmen für Hyper-V sind unvollständig",
    severity="error",
    implements=("host-antivirus-exclusions",),
)
def antivirus_exclusions(host: Host, look: Look) -> Verdict:
    """The list of the newest release that the entry documents up to this one; ClusterStorage on nodes only.

    Microsoft Defender sets the exclusions of the role by itself and does not show them, so an empty list is no proof.
    """
    if host.hyperv_installed is False:
        return not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    exclusions = need(host, "antivirus_exclusions")
    found = _newest_documented("antivirus-exclusions-host", look)
    if found is None or not isinstance(found.value, list):
        return unknown("no list is documented for this version", "für diese Version ist keine Liste dokumentiert")
    have = {_plain(exclusion) for exclusion in exclusions}
    have |= {"." + name for name in have if re.fullmatch(r"[a-z]{3,8}", name)}  # Defender lists `vhdx` for `.vhdx`
    wanted = [item for item in found.value if "clusterstorage" not in item.casefold() or is_node(host, look)]
    lacking = [item for item in wanted if _plain(item) not in have]
    if lacking:
        shown = ", ".join(lacking)
        return failed(words(f"missing: {shown}", f"es fehlen: {shown}"), words(", ".join(wanted)), host.where("antivirus_exclusions"))
    return passed(words(", ".join(wanted)))


VIRTUAL_MACHINES = "s-1-5-83-0"  # the identity NT VIRTUAL MACHINE\Virtual Machines


@rule(
    "HOST401",
    on="host",
    entry="hyperv-error-80070569-logon-right",
    en="Virtual machines lost the right to log on as a service",
    de="Virtuelle Maschinen haben das Recht verloren, sich als Dienst anzumelden",
    severity="error",
    implements=("host-symlink-right",),
    only="2012..2025",
)
def logon_right_lost(host: Host, look: Look) -> Verdict:
    """Each machine runs under an identity of its own from this group; a policy that replaces the list takes the right away."""
    if host.hyperv_installed is False:
        return not_applicable("the host does not run Hyper-V", "auf dem Host läuft kein Hyper-V")
    holders = need(host, "service_logon_right")
    plain = [holder.lower().lstrip("*") for holder in holders]
    shown = words(", ".join(holders))
    if any(holder == VIRTUAL_MACHINES or holder.startswith("nt virtual machine\\") for holder in plain):
        return passed(shown)
    return failed(shown, words("S-1-5-83-0"), host.where("service_logon_right"))
