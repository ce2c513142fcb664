"""Rules about RemoteFX vGPU, the shared graphics card of 2008 R2 SP1 to 2016."""

from __future__ import annotations

from kb.inventory import Host
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, not_applicable, passed, rule, words
from kb.rules.shared import places, vms_on

ROLE = "rds-virtualization"  # the role service Remote Desktop Virtualization Host


def _features(host: Host) -> set[str]:
    return {name.lower() for name in need(host, "features")}


def _uses_remotefx(host: Host, look: Look) -> None:
    """Raises NotApplicable for a host without RemoteFX: no adapter in a VM and no role service; Missing when that is not known."""
    if host.features is not None and ROLE in _features(host):
        return
    vms = vms_on(host, look)
    if any(vm.remotefx_adapters for vm in vms):
        return
    need(host, "features")
    if any(vm.remotefx_adapters is None for vm in vms):
        raise Missing("vm.remotefx_adapters")
    raise NotApplicable("the host does not use RemoteFX", "der Host nutzt RemoteFX nicht")


@rule(
    "RFX101",
    on="host",
    entry="remotefx-requirements",
    en="RemoteFX on processors without second-level address translation",
    de="RemoteFX auf Prozessoren ohne Second Level Address Translation (SLAT)",
    severity="error",
    implements=("remotefx-slat",),
    only="2008R2SP1..2012",
)
def remotefx_without_slat(host: Host, look: Look) -> Verdict:
    """A 3D adapter does not work without it; since 2016 Hyper-V itself does not start without it."""
    _uses_remotefx(host, look)
    processors = need(host, "processors")
    without = [processor for processor in processors if processor.slat is False]
    if without:
        return failed(words(f"{without[0].model or '?'}: SLAT –"), location=places(without, "slat"))
    if not processors:
        raise Missing("host.processors")
    for processor in processors:
        need(processor, "slat")
    return passed(words("SLAT"))


@rule(
    "RFX102",
    on="host",
    entry="remotefx-requirements",
    en="RemoteFX without a capable graphics card",
    de="RemoteFX ohne geeignete Grafikkarte",
    severity="error",
    implements=("remotefx-gpu",),
    only="2008R2SP1..2012R2",
)
def remotefx_without_gpu(host: Host, look: Look) -> Verdict:
    """Machines with a 3D adapter do not start without a card that RemoteFX can use."""
    _uses_remotefx(host, look)
    if need(host, "gpu_capable"):
        return passed(words("capable graphics card", "geeignete Grafikkarte"))
    return failed(words("no capable graphics card", "keine geeignete Grafikkarte"), location=host.where("gpu_capable"))


@rule(
    "RFX103",
    on="host",
    entry="remotefx-domain-controller",
    en="RemoteFX on a domain controller",
    de="RemoteFX auf einem Domänencontroller",
    severity="error",
    implements=("remotefx-on-dc",),
    only="2008R2SP1..2016",
)
def remotefx_on_domain_controller(host: Host, look: Look) -> Verdict:
    """The two roles do not go together on one machine."""
    features = _features(host)
    hyper_v = True if "hyper-v" in features else host.hyperv_installed is not False
    if not hyper_v or ROLE not in features:
        return not_applicable("the host does not use RemoteFX", "der Host nutzt RemoteFX nicht")
    if "ad-domain-services" in features:
        return failed(words("AD-Domain-Services, RDS-Virtualization, Hyper-V"), location=host.where("features"))
    return passed(words("RDS-Virtualization"))
