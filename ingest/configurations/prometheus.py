"""Metrics of windows_exporter (before 0.13 wmi_exporter) in the text format of Prometheus.

Most metrics count events; those of cluster, operating system and hardware tell configuration. Several exporters may be in one
file, as a server that was asked for them writes it: then `instance` says of which host a line is.
Names: the collectors mscluster, hyperv, os, cs, cpu_info, memory, service, logical_disk in the documentation of windows_exporter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ingest.configurations import objects
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE

NAME = "metrics of windows_exporter"

_OURS = re.compile(r"^(?:windows|wmi)_(?:hyper|hyperv|mscluster|os|cs|cpu_info|cpu|memory|service|logical_disk)_\w+(?=[{ \t])", re.M)
_METRIC = re.compile(r"(?:windows|wmi)_([a-zA-Z0-9_]{1,200})")
_LABEL = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]++|\\.)*+)"\s*,?')
_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}
_UNKNOWN_STATE = 2**32 - 1  # -1 as an unsigned number


class Sample(NamedTuple):
    """A line: the name without `windows_`, labels, value (None for NaN and infinities), number of the line."""

    name: str
    labels: dict[str, str]
    value: int | float | None
    line: int


ByName = defaultdict[str, list[Sample]]


def recognises(text: str) -> bool:
    """True for a text with a metric that this module knows."""
    return _OURS.search(text) is not None


def read(text: str, file: str) -> Part:
    """What the metrics tell; raises BadFile when it is nothing of a host or cluster."""
    exporter = _Exporter(text, file)
    part = objects.read_groups(exporter.groups(), file, NAME)
    part.warnings += exporter.warnings
    return part


class _Exporter:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.taken: int | None = None
        self.unreadable: list[int] = []
        self.samples = list(self._samples(text))
        self.warnings: list[str] = []
        if self.unreadable:
            more = f" (and {len(self.unreadable) - 1} more lines like it)" if len(self.unreadable) > 1 else ""
            self.warnings.append(f"{file} line {self.unreadable[0]}: no metric and left out{more}")

    def _samples(self, text: str) -> Iterator[Sample]:
        for number, line in enumerate(text.split("\n"), 1):
            written = line.strip()
            name = _METRIC.match(written)
            if not name:  # comments, and metrics of other exporters and of the Go runtime
                continue
            position, labels = name.end(), {}
            if written[position : position + 1] == "{":
                position += 1
                while label := _LABEL.match(written, position):
                    labels[label[1]] = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), label[2])
                    position = label.end()
                if written[position : position + 1] != "}":
                    self.unreadable.append(number)
                    continue
                position += 1
            words = written[position:].split()
            try:
                value = _number(words[0])
                if len(words) > 1 and 10**12 < (moment := int(words[1])) < 10**13:  # milliseconds
                    self.taken = max(self.taken or 0, moment // 1000)
            except (IndexError, ValueError):
                self.unreadable.append(number)
                continue
            yield Sample(name[1], labels, value, number)

    def groups(self) -> Iterator[list[Any]]:
        """The objects of each host, and those of the cluster as each node tells them."""
        by_host: dict[str, list[Sample]] = {}
        for sample in self.samples:
            by_host.setdefault(sample.labels.get("instance", ""), []).append(sample)
        moment = None if self.taken is None else datetime.fromtimestamp(self.taken, UTC).isoformat()
        for instance, samples in by_host.items():
            by_name: ByName = defaultdict(list)
            for sample in samples:
                by_name[sample.name].append(sample)
            name = _host_name(by_name) or _of_instance(instance)
            self._refuse_guest(samples)
            rows = [*_system(by_name, name), *_hardware(by_name, name), *_hyperv(samples), *_cluster(samples)]
            if rows:
                yield [{"ComputerName": name, "CollectedAt": moment, "Rows": rows}]

    def _refuse_guest(self, samples: list[Sample]) -> None:
        """What a guest tells of itself must not be taken for its host."""
        inside = any(s.name == "os_smbios_info" and s.labels.get("name") == "Virtual Machine" for s in samples)
        if inside and not any(s.name.startswith(("hyper", "mscluster")) for s in samples):
            raise BadFile(
                self.file,
                "",
                "metrics of a guest, not of a Hyper-V host",
                "pass the metrics of the hosts, with the collectors hyperv and mscluster",
            )


def _number(written: str) -> int | float | None:
    value = float(written)
    if value != value or value in (float("inf"), float("-inf")):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**63 else value


def _on(samples: ByName, *names: str) -> Iterator[Sample]:
    """The samples of these names whose value is 1, the way a metric picks one of several labels."""
    return (sample for name in names for sample in samples.get(name, ()) if sample.value == 1)


def _value(samples: ByName, *names: str) -> Sample | None:
    """The first sample of these names, best name first, that has a whole number."""
    return next((sample for name in names for sample in samples.get(name, ()) if isinstance(sample.value, int)), None)


def _host_name(samples: ByName) -> str | None:
    return next((s.labels["hostname"] for s in _on(samples, "os_hostname", "cs_hostname") if s.labels.get("hostname")), None)


def _of_instance(instance: str) -> str | None:
    """`hv01.example.com:9182` names a host, an address does not."""
    name = instance.rpartition(":")[0] if re.search(r":\d+$", instance) else instance
    return name if re.fullmatch(r"[A-Za-z][\w.-]*", name) and name.lower() != "localhost" else None


def _system(samples: ByName, name: str | None) -> Iterator[dict[str, Any]]:
    for sample in _on(samples, "os_info"):
        labels, revision = sample.labels, sample.labels.get("revision", "")
        version = labels.get("version", "")
        build = f"{version}.{revision}" if version.count(".") == 2 and revision.isdecimal() else version
        place = {AT: f"line {sample.line}", "PSComputerName": name}
        yield {TYPE: "Win32_OperatingSystem", **place, "Version": build, "Caption": labels.get("product")}
        if labels.get("installation_type"):
            yield {TYPE: "WindowsSettings", **place, "InstallationType": labels["installation_type"]}
    for sample in _on(samples, "os_hostname", "cs_hostname"):
        if "." in (domain := sample.labels.get("domain", "")):  # a workgroup, or none, is written here too
            yield {TYPE: "Win32_ComputerSystem", AT: f"line {sample.line}", "DNSHostName": name, "Domain": domain}
    starts = {s.labels.get("name"): s.labels.get("start_mode") for s in _on(samples, "service_start_mode")}
    for sample in _on(samples, "service_state"):
        service = sample.labels.get("name")
        row = {"Name": service, "State": sample.labels.get("state"), "StartMode": starts.get(service)}
        yield {TYPE: "Win32_Service", AT: f"line {sample.line}", **row}


def _hardware(samples: ByName, name: str | None) -> Iterator[dict[str, Any]]:
    for property, names in _FIGURES.items():
        if sample := _value(samples, *names):
            yield {TYPE: "Win32_ComputerSystem", AT: f"line {sample.line}", "DNSHostName": name, property: sample.value}
    processors: dict[str | None, dict[str, Any]] = {}
    for sample in _on(samples, "cpu_info"):
        row = {TYPE: "Win32_Processor", AT: f"line {sample.line}", "Name": sample.labels.get("name")}
        processors[sample.labels.get("device_id")] = row
    _add(
        processors,
        samples,
        "device_id",
        {"cpu_info_core_total": "NumberOfCores", "cpu_info_logical_processor_total": "NumberOfLogicalProcessors"},
    )
    yield from processors.values()
    volumes: dict[str | None, dict[str, Any]] = {}
    for sample in samples.get("logical_disk_size_bytes", ()):
        if re.match(r"[A-Za-z]:", volume := sample.labels.get("volume", "")):
            volumes[volume] = {TYPE: "Win32_Volume", AT: f"line {sample.line}", "Name": volume}
    _add(volumes, samples, "volume", {"logical_disk_size_bytes": "Capacity", "logical_disk_free_bytes": "FreeSpace"})
    yield from volumes.values()


_FIGURES = {
    "NumberOfLogicalProcessors": (
        *("hyperv_hypervisor_logical_processors", "hyper_hypervisor_logical_processors"),
        *("cs_logical_processors", "cpu_logical_processor"),
    ),
    "TotalPhysicalMemory": ("cs_physical_memory_bytes", "memory_physical_total_bytes"),
}


def _add(rows: dict[str | None, dict[str, Any]], samples: ByName, label: str, properties: dict[str, str]) -> None:
    """Put values of metrics under the property they are to the rows that a label names."""
    for metric, property in properties.items():
        for sample in samples.get(metric, ()):
            if (row := rows.get(sample.labels.get(label))) and sample.value is not None:
                row[property] = sample.value


def _hyperv(samples: list[Sample]) -> Iterator[dict[str, Any]]:
    """Switches by name, and VMs with as many processors as there are counters of; both only while they are in use."""
    switches: dict[str, int] = {}
    vms: dict[str, int] = {}
    processors: dict[str, set[str]] = {}
    for sample in samples:
        if not sample.name.startswith(("hyperv_", "hyper_")):
            continue
        if switch := sample.labels.get("vswitch"):
            switches.setdefault(switch, sample.line)
        if vm := sample.labels.get("vm"):
            vms.setdefault(vm, sample.line)
            if "vm_cpu_" in sample.name and sample.labels.get("core", "").isdecimal():
                processors.setdefault(vm, set()).add(sample.labels["core"])
    for name, line in switches.items():
        if name != "_Total":
            yield {TYPE: "VMSwitch", AT: f"line {line}", "Name": name}
    for name, line in vms.items():
        if name != "_Total":
            known = {"ProcessorCount": len(processors[name])} if name in processors else {}
            yield {TYPE: "VirtualMachine", AT: f"line {line}", "Name": name, **known}


_CLASSES = {
    "mscluster_resourcegroup_": "Groups",
    "mscluster_resource_": "Resources",
    "mscluster_shared_volumes_": "SharedVolumes",
    "mscluster_network_": "Networks",
    "mscluster_node_": "Nodes",
    "mscluster_cluster_": "",
}
_VOLUME = {"total_bytes": "Size", "free_bytes": "FreeSpace"}


def _cluster(samples: list[Sample]) -> Iterator[dict[str, Any]]:
    """The cluster: the metrics of a class are the properties of its WMI class, which the names keep but for case and underscores."""
    found: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in _CLASSES.values()}
    for sample in samples:
        prefix = next((prefix for prefix in _CLASSES if sample.name.startswith(prefix)), None)
        if prefix is None:
            continue
        kind, property, labels = _CLASSES[prefix], sample.name[len(prefix) :], sample.labels
        name, node = labels.get("name", ""), labels.get("node_name")
        if not name and kind:
            continue
        rows = found[kind]
        key = labels.get("volume_guid", name)
        row = rows.setdefault(key, {AT: f"line {sample.line}", "Name": name})
        if kind == "Resources":
            row |= {"ResourceType": labels.get("type"), "OwnerGroup": labels.get("owner_group")}
        if property.replace("_", "").lower() == "ownernode" and node:
            found["Nodes"].setdefault(node, {AT: f"line {sample.line}", "Name": node})
            group = labels.get("owner_group") if kind == "Resources" else name
            if sample.value == 1 and group:
                owned = found["Groups"].setdefault(group, {AT: f"line {sample.line}", "Name": group})
                owned["OwnerNode"] = node
        elif kind == "SharedVolumes":
            row.setdefault("FriendlyVolumeName", labels.get("path"))
            if property in _VOLUME and sample.value is not None:
                row[_VOLUME[property]] = sample.value
        elif sample.value is not None:
            unknown = property.lower() == "state" and sample.value == _UNKNOWN_STATE
            row[_PROPERTIES.get(property, property)] = -1 if unknown else sample.value
    for volume in found["SharedVolumes"].values():
        if not volume.get("FriendlyVolumeName"):
            volume.pop("FriendlyVolumeName", None)
    parts = {kind: list(rows.values()) for kind, rows in found.items() if kind and rows}
    own = next(iter(found[""].values()), None)
    if own or parts:
        first = own or next(iter(parts.values()))[0]
        cluster = {**own, "Name": own["Name"] or None} if own else {}
        yield {TYPE: "Cluster", AT: first[AT], **cluster, **parts}


_PROPERTIES = {"dynamic_quorum_enabled": "DynamicQuorum", "DynamicQuorumEnabled": "DynamicQuorum"}
