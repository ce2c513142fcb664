"""Output of the Checkmk agent of a Hyper-V host or cluster node: its Hyper-V sections, and what it tells of the host.

Sections: the agent plug-ins hyperv_vms (a table), hyperv_vms_guestinfos, hyperv_host (values by key, in newer versions JSON)
and hyperv_host for clusters. `<<<<name>>>>` says that what follows is of the machine of this name; other sections, and lines
that a plug-in printed by mistake, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ingest.configurations import localised, objects
from ingest.configurations.classes.enumerations import VM_STATE
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.rows import AT, TYPE
from ingest.configurations.text import parse_json

NAME = "Checkmk agent output"

_OURS = re.compile(r"^<<<(?:windows_)?hyperv_\w", re.M)
_TABLE = re.compile(r'\s{0,100}"?Name"?\t"?State"?\t"?Uptime"?\t"?Status"?[ \t]*\r?\n', re.I)
_MACHINE = re.compile(r"<<<<([^<>]{0,255})>>>>")
_HEADER = re.compile(r"<<<([\w.-]{1,80})(:[^<>]{0,300})?>>>")
_CACHED = re.compile(r":cached\((\d{9,11}),\d{1,9}\)")

Block = dict[str, Any]  # values by key in lower case, with the line in `@at`; a key that may come again holds a list


def recognises(text: str) -> bool:
    """True for a text with the header of a Hyper-V section, or the table of hyperv_vms without one."""
    return _OURS.search(text) is not None or _TABLE.match(text) is not None


def read(text: str, file: str) -> Part:
    """What the sections tell; raises BadFile when they tell nothing."""
    agent = _Agent(text, file)
    part = objects.read_groups(agent.groups(), file, NAME)
    part.warnings += [f"{file} {place}: {problem}" for problem, place in agent.problems()]
    return part


@dataclass(slots=True)
class Section:
    """A section without `windows_`, `_json`: the machine it is of, the number of its header's line, and its lines that are not blank."""

    name: str
    machine: str | None
    first: int
    json: bool = False
    lines: list[tuple[int, str]] = field(default_factory=list)


class _Agent:
    """The sections of one output, and what could not be made out in them."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.day_first = localised.day_comes_first(text)
        self.unclear: dict[str, list[int]] = {}
        self.host: str | None = None
        self.taken: int | None = None
        self.sections = list(self._sections(text))

    def _sections(self, text: str) -> Iterator[Section]:
        section: Section | None = None
        machine: str | None = None
        if _TABLE.match(text):
            section = Section("hyperv_vms", None, 1)
            yield section
        for number, line in enumerate(text.split("\n"), 1):
            written = line.strip()
            if not written:
                continue
            if of := _MACHINE.fullmatch(written):
                machine, section = of[1].strip() or None, None
            elif header := _HEADER.fullmatch(written):
                if cached := _CACHED.search(header[2] or ""):
                    self.taken = max(self.taken or 0, int(cached[1]))
                name = header[1].removeprefix("windows_")
                section = Section(name.removesuffix("_json"), machine, number, name.endswith("_json"))
                yield section
            elif section:
                section.lines.append((number, line))

    def unknown(self, line: int, problem: str) -> None:
        self.unclear.setdefault(problem, []).append(line)

    def problems(self) -> Iterator[tuple[str, str]]:
        for problem, lines in self.unclear.items():
            more = f" (and {len(lines) - 1} more lines like it)" if len(lines) > 1 else ""
            yield f"{problem}{more}", f"line {lines[0]}"

    # --- objects in the words of the cmdlets ---

    def groups(self) -> Iterator[list[Any]]:
        """The objects in groups: the host, the table of VMs, the VMs in detail, the cluster."""
        host = list(self._host())
        vms = self._vms()
        replicas = [{TYPE: "VMReplication", **vm.pop("Replica")} for vm in vms if "Replica" in vm]
        roles = [{TYPE: "ClusterGroup", **vm.pop("Role")} for vm in vms if "Role" in vm]
        tables = (list(self._table(section)) for section in self.sections if section.name == "hyperv_vms")
        moment = None if self.taken is None else datetime.fromtimestamp(self.taken, UTC).isoformat()
        for rows in (host, *tables, vms, replicas, self._cluster(), roles):
            if rows:
                yield [{"ComputerName": self.host, "CollectedAt": moment, "Rows": rows}]

    def _table(self, section: Section) -> Iterator[dict[str, Any]]:
        """Name, State, Uptime, Status as CSV by tabs, or by blanks where a name may have blanks: the state stands before the time."""
        for number, line in section.lines:
            cells = [cell.strip().strip('"').replace('""', '"') for cell in line.strip().split("\t")]
            if len(cells) < 3:
                cells = _by_blanks(line)
            if [cell.lower() for cell in cells[:2]] == ["name", "state"] or set(line) <= set("- \t"):
                continue
            if len(cells) >= 3 and cells[0] and _is_state(cells[1]):
                yield {TYPE: "VirtualMachine", AT: f"line {number}", "Name": cells[0], "State": cells[1]}
            else:
                self.unknown(number, f"no row of the table of VMs and left out: {line.strip()[:60]!r}")

    def _vms(self) -> list[dict[str, Any]]:
        """The VMs of the sections about one VM each; without a name in between, a section that comes again begins another VM."""
        vms: list[dict[str, Any]] = []
        by_name: dict[str, dict[str, Any]] = {}
        unnamed: dict[str, Any] | None = None
        seen: set[str] = set()
        for section in self.sections:
            if section.name not in _OF_VM:
                continue
            if section.machine:
                if section.machine not in by_name:
                    by_name[section.machine] = {TYPE: "VirtualMachine", AT: f"line {section.first}", "Name": section.machine}
                    vms.append(by_name[section.machine])
                vm = by_name[section.machine]
            else:
                if unnamed is None or section.name in seen:
                    unnamed, seen = {TYPE: "VirtualMachine", AT: f"line {section.first}"}, set()
                    vms.append(unnamed)
                seen.add(section.name)
                vm = unnamed
            _OF_VM[section.name](self, section, vm)
        return vms

    def blocks(self, section: Section, several: tuple[str, ...] = ()) -> tuple[list[Block], int | None]:
        """The values of a section, a new block where a key comes again, and the number that its first line counts."""
        if section.json:
            return self._json_blocks(section)
        blocks: list[Block] = []
        count: int | None = None
        for number, line in section.lines:
            key, _, value = line.strip().partition(" ")
            key, value = key.lower(), value.strip()
            if "." not in key and key not in ("name", "access", "s2d"):
                if value.isdecimal() or value == "none":
                    count = 0 if value == "none" else int(value[:9])
                continue
            if ".number_of_" in key and value.isdecimal():
                count = int(value[:9])
                continue
            if not blocks or (key in blocks[-1] and key not in several):
                blocks.append({AT: f"line {number}"})
            if key in several:
                blocks[-1].setdefault(key, []).append(value)
            else:
                blocks[-1][key] = value
        return blocks, count

    def _json_blocks(self, section: Section) -> tuple[list[Block], int | None]:
        if not section.lines:
            return [], 0
        try:
            documents = parse_json("\n".join(line for _, line in section.lines), self.file)
        except BadFile as bad:
            self.unknown(section.first, f"section {section.name} is {bad.problem}")
            return [], None
        rows = [row for document in documents for row in (document if isinstance(document, list) else [document])]
        first = section.lines[0][0]
        step = 1 if len(rows) == len(section.lines) else 0  # compressed: a line each
        found = [
            {AT: f"line {first + index * step}", **{key.lower(): value for key, value in row.items()}}
            for index, row in enumerate(rows)
            if isinstance(row, dict) and row
        ]
        return found, 0 if not found else None

    def moment(self, written: Any) -> Any:
        """A date as the host writes it; as it stands where its order cannot be told."""
        return localised.moment(written, self.day_first) or written if isinstance(written, str) else written

    # --- sections of a VM ---

    def _general(self, section: Section, vm: dict[str, Any]) -> None:
        for block in self.blocks(section)[0]:
            for name, value in _renamed(block, _GENERAL).items():
                vm.setdefault(name, value)
            if block.get("name"):
                vm["Name"] = block["name"]
            if "CreationTime" in vm:
                vm["CreationTime"] = self.moment(vm["CreationTime"])
            if vm.get("CheckpointType") == "Standard_(legacy)":
                vm["CheckpointType"] = "Standard"
            vm["Guest"] = {AT: block[AT], **_renamed(block, {"guest.os": "OSName", "guest.fqdn": "FullyQualifiedDomainName"})}
            vm["Security"] = {AT: block[AT], **_renamed(block, {"security.shieldedvm": "Shielded", "security.tpmenabled": "TpmEnabled"})}
            self._replication(block, vm)
            if group := block.get("cluster.group"):
                # Without its type: the roles of some VMs would look like those of all.
                vm["Role"] = {AT: block[AT], "Name": group, "Priority": block.get("cluster.startup_priority")}

    def _replication(self, block: Block, vm: dict[str, Any]) -> None:
        mode = block.get("replication.mode")
        if not mode:
            return
        vm["ReplicationMode"] = "None" if mode == "not configured" else mode
        vm |= _renamed(block, {"replication.state": "ReplicationState", "replication.health": "ReplicationHealth"})
        if block.get("replication.frequency"):
            about = {"VMName": vm.get("Name"), "VMId": vm.get("VMId"), "ComputerName": vm.get("ComputerName")}
            vm["Replica"] = {AT: block[AT], **about, "ReplicationFrequencySec": block["replication.frequency"]}

    def _processor(self, section: Section, vm: dict[str, Any]) -> None:
        for block in self.blocks(section)[0]:
            vm |= _renamed(block, {"config.hardware.numcpu": "ProcessorCount"})
            vm["Processor"] = {AT: block[AT], **_renamed(block, _PROCESSOR)}

    def _memory(self, section: Section, vm: dict[str, Any]) -> None:
        for block in self.blocks(section)[0]:
            found = _renamed(block, _MEMORY)
            if not section.json:
                found = {name: _megabytes(value) for name, value in found.items()}
            kind = block.get("config.hardware.ramtype")
            found["DynamicMemoryEnabled"] = {"dynamic memory": True, "static memory": False}.get(str(kind).lower(), kind)
            vm["Memory"] = {AT: block[AT], **found}
            vm |= _renamed(block, {"config.hardware.assignedram": "MemoryAssigned"})

    def _disks(self, section: Section, vm: dict[str, Any]) -> None:
        blocks, count = self.blocks(section)
        disks = [_renamed(block, _DISK) for block in blocks if not any(key.startswith(("vsan.", "vasn.")) for key in block)]
        for disk in disks:
            if disk.get("VhdType") == "Direct":  # which also says that the file could not be read
                del disk["VhdType"]
            for name in ("Size", "FileSize"):
                if name in disk and not section.json:
                    disk[name] = _megabytes(disk[name])
        if disks or count == 0:
            vm["HardDrives"] = disks
        sans = [_renamed(block, _SAN) for block in blocks if any(key.startswith(("vsan.", "vasn.")) for key in block)]
        if sans:
            vm["FibreChannelHostBusAdapters"] = sans

    def _adapters(self, section: Section, vm: dict[str, Any]) -> None:
        blocks, count = self.blocks(section, ("nic.ip",))
        adapters = []
        for block in blocks:
            adapter = _renamed(block, _ADAPTER)
            if adapter.get("SwitchName") == "none":
                adapter["SwitchName"] = ""
            if str(adapter.get("MacAddress")).lower() == "not assigned":
                del adapter["MacAddress"]
            addresses = block.get("nic.ip") or []
            if addresses and addresses != ["not assigned"]:
                adapter["IPAddresses"] = addresses
            if block.get("nic.vlan.mode") not in (None, ""):
                adapter["VlanSetting"] = {"OperationMode": block["nic.vlan.mode"], "AccessVlanId": block.get("nic.vlan.id")}
            if str(block.get("nic.bandwidth.min", "")).isdecimal():
                adapter["BandwidthSetting"] = {"MinimumBandwidthAbsolute": block["nic.bandwidth.min"]}
            adapters.append(adapter)
        if adapters or count == 0:
            vm["NetworkAdapters"] = adapters

    def _services(self, section: Section, vm: dict[str, Any]) -> None:
        services: list[dict[str, Any]] = []
        if section.json:
            names = {"name": "Name", "enabled": "Enabled", "primarystatusdescription": "PrimaryStatusDescription"}
            names["secondarystatusdescription"] = "SecondaryStatusDescription"
            services = [_renamed(block, names) for block in self.blocks(section)[0]]
        else:
            for number, line in section.lines:
                written = line.strip()
                if not written.lower().startswith("guest.tools.service."):
                    continue
                name, _, state = written[len("guest.tools.service.") :].rpartition(" ")
                if state.lower() in ("active", "inactive"):
                    enabled = state.lower() == "active"
                    services.append({AT: f"line {number}", "Name": name.strip().replace("_", " "), "Enabled": enabled})
                else:
                    self.unknown(number, f"state of an integration service that is not known: {state[:40]!r}")
        if services:
            vm["VMIntegrationService"] = services

    def _checkpoints(self, section: Section, vm: dict[str, Any]) -> None:
        blocks, count = self.blocks(section)
        if any("checkpoint.name" in block for block in blocks) or count == 0:
            found = [_renamed(block, _CHECKPOINT) for block in blocks if "checkpoint.name" in block]
            for checkpoint in found:
                checkpoint |= {name: self.moment(checkpoint[name]) for name in ("CreationTime",) if name in checkpoint}
            vm["Snapshots"] = found

    def _ages(self, section: Section, vm: dict[str, Any]) -> None:
        """Checkpoints by id and age in seconds, which is a time only where the output says when it was made."""
        found: list[dict[str, Any]] = []
        for number, line in section.lines:
            id, _, age = line.strip().partition(" ")
            if id.lower() == "no_checkpoints":
                continue
            if not re.fullmatch(r"[0-9A-Fa-f-]{36}", id):
                self.unknown(number, f"no checkpoint and left out: {line.strip()[:60]!r}")
                continue
            checkpoint: dict[str, Any] = {AT: f"line {number}", "Id": id}
            if self.taken is not None and re.fullmatch(r"\d{1,10}", age.strip()) and int(age) < self.taken:
                checkpoint["CreationTime"] = datetime.fromtimestamp(self.taken - int(age), UTC).isoformat()
            found.append(checkpoint)
        vm.setdefault("Snapshots", found)

    def _only_name(self, section: Section, vm: dict[str, Any]) -> None:
        """A section that tells no more than that the VM is there."""

    # --- the cluster ---

    def _cluster(self) -> list[Any]:
        cluster: dict[str, Any] = {}
        hosts: list[Any] = []
        for section in self.sections:
            if section.machine is None and section.name in _OF_CLUSTER and section.lines:
                cluster.setdefault(AT, f"line {section.first}")
                name, names, more = _OF_CLUSTER[section.name]
                blocks = self.blocks(section)[0]
                found = [{AT: block[AT], **_renamed(block, names), **more} for block in blocks]
                if not name:
                    for one in found:
                        cluster |= {key: value for key, value in one.items() if key != AT}
                else:
                    cluster.setdefault(name, []).extend(one for one in found if one.get("Name"))
                for block in blocks:
                    if block.get("cluster.node_vendor.model"):
                        parts = {"DNSHostName": block.get("cluster.node.name"), "Model": block["cluster.node_vendor.model"]}
                        parts["Manufacturer"] = block.get("cluster.node_vendor.manufacturer")
                        hosts.append({TYPE: "Win32_ComputerSystem", AT: block[AT], **parts})
        updating = cluster.pop("UpdatingState", None)
        if cluster.get("S2DEnabled"):
            cluster["S2DEnabled"] = {"enabled": True, "disabled": False}.get(str(cluster["S2DEnabled"]).lower())
        found: list[Any] = [{TYPE: "Cluster", **cluster}] if cluster else []
        if updating:
            installed = str(updating).lower() != "not installed"
            status = {"Status": updating} if installed else {}
            found.append({TYPE: "CauClusterRole", AT: cluster[AT], "CauRoleInstalled": installed, **status})
        return found + hosts

    # --- the host ---

    def _host(self) -> Iterator[dict[str, Any]]:
        """What the agent tells of the machine it runs on, when that is a Hyper-V host under Windows."""
        own = [section for section in self.sections if section.machine is None]
        by_name = {section.name: section for section in reversed(own)}
        about = _labelled(by_name.get("check_mk"))
        self.host = about.get("hostname")
        if (node := by_name.get("hyperv_node")) and node.json:
            rows, _ = self.blocks(node)
            self.host = self.host or next((row["host"] for row in rows if isinstance(row.get("host"), str)), None)
        if (clock := by_name.get("systemtime")) and clock.lines and re.fullmatch(r"\d{9,11}", clock.lines[0][1].strip()):
            self.taken = int(clock.lines[0][1])
        if not any(section.name.startswith("hyperv_") for section in own) and not any(s.name in _OF_VM for s in self.sections):
            return
        if about.get("agentos", "windows").lower() != "windows":
            return
        if about.get("osversion") or about.get("osname"):
            version = (about.get("osversion") or "").removeprefix("Microsoft Windows Version ").strip()
            known = {"Caption": about.get("osname"), **({"Version": version} if re.fullmatch(r"[\d.]{3,20}", version) else {})}
            yield {TYPE: "Win32_OperatingSystem", AT: f"line {by_name['check_mk'].first}", "CSName": self.host, **known}
        if total := re.fullmatch(r"(\d{1,12}) kB", _labelled(by_name.get("mem")).get("memtotal", "")):
            place = f"line {by_name['mem'].first}"
            yield {TYPE: "Win32_ComputerSystem", AT: place, "DNSHostName": self.host, "TotalPhysicalMemory": int(total[1]) * 1024}
        for number, line in by_name["services"].lines if "services" in by_name else ():
            if service := re.fullmatch(r"(\S+) (\w+)/(\w+)(?: .*)?", line.strip()):
                start = _STARTS.get(service[3].lower())
                state = {"running": "Running", "stopped": "Stopped", "paused": "Paused"}.get(service[2].lower())
                yield {TYPE: "Win32_Service", AT: f"line {number}", "Name": service[1], "State": state, "StartMode": start}


_STARTS = {"auto": "Automatic", "demand": "Manual", "manual": "Manual", "disabled": "Disabled", "boot": "Boot", "system": "System"}
_UPTIME = re.compile(r"(?:\d{1,6}\.)?\d{1,2}:\d\d:\d\d(?:\.\d{1,9})?")


def _by_blanks(line: str) -> list[str]:
    words = line.split()
    at = next((n for n, word in enumerate(words) if n > 1 and _UPTIME.fullmatch(word) and _is_state(words[n - 1])), None)
    return [] if at is None else [" ".join(words[: at - 1]), words[at - 1], words[at], " ".join(words[at + 1 :])]


def _is_state(word: str) -> bool:
    try:
        return not word.isdecimal() and VM_STATE(word) is not None
    except ValueError:
        return False


def _labelled(section: Section | None) -> dict[str, str]:
    """Lines such as `Hostname: HV01`."""
    pairs = (line.partition(":") for _, line in (section.lines if section else ()))
    return {label.strip().lower(): value.strip() for label, colon, value in pairs if colon}


def _renamed(block: Block, names: dict[str, str]) -> dict[str, Any]:
    """The values under the names that the cmdlets give them; what is empty in the text says nothing."""
    found: dict[str, Any] = {AT: block[AT]}
    for key, name in names.items():
        if block.get(key) not in (None, ""):
            found.setdefault(name, block[key])
    return found


def _megabytes(written: Any) -> Any:
    """A number of MB, which may have decimals, as bytes."""
    if isinstance(written, str) and re.fullmatch(r"\d{1,12}(?:[.,]\d{1,20})?", written):
        return int(Decimal(written.replace(",", ".")) * 2**20)
    return written


_GENERAL = {
    "name": "Name",
    "cluster.clustered": "IsClustered",
    "runtime.host": "ComputerName",
    "runtime.powerstate": "State",
    "config.vmid": "VMId",
    "config.generation": "Generation",
    "config.version": "Version",
    "config.created": "CreationTime",
    "config.creationtime": "CreationTime",
    "guest.integrationservicesversion": "IntegrationServicesVersion",
    "guest.integrationservicesstate": "IntegrationServicesState",
    "config.automaticstartaction": "AutomaticStartAction",
    "config.automaticstopaction": "AutomaticStopAction",
    "config.configurationlocation": "ConfigurationLocation",
    "config.configurationpath": "ConfigurationLocation",
    "config.path": "Path",
    "config.snapshotfilelocation": "SnapshotFileLocation",
    "config.checkpointpath": "SnapshotFileLocation",
    "config.smartpagingfilepath": "SmartPagingFilePath",
    "config.checkpointtype": "CheckpointType",
    "config.currentcheckpointtype": "CheckpointType",
}
_PROCESSOR = {
    "config.hardware.compatibilityformigration": "CompatibilityForMigrationEnabled",
    "config.hardware.nestedvirtualization": "ExposeVirtualizationExtensions",
}
_MEMORY = {
    "config.hardware.ram": "Startup",
    "config.hardware.startram": "Startup",
    "config.hardware.minram": "Minimum",
    "config.hardware.maxram": "Maximum",
}
_DISK = {
    "vhd.path": "Path",
    "vhd.controller.type": "ControllerType",
    "vhd.controller.number": "ControllerNumber",
    "vhd.controller.location": "ControllerLocation",
    "vhd.format": "VhdFormat",
    "vhd.type": "VhdType",
    "vhd.maximumcapacity": "Size",
    "vhd.disksize": "Size",
    "vhd.usedcapacity": "FileSize",
    "vhd.filesize": "FileSize",
}
_SAN = {f"{prefix}.{key}": name for prefix in ("vsan", "vasn") for key, name in (("name", "SanName"), ("id", "Id"))} | {
    "vsan.primarywwpn": "WorldWidePortNameSetA",
    "vasn.worldwideportnameseta": "WorldWidePortNameSetA",
}
_ADAPTER = {
    "nic.name": "Name",
    "nic.vswitch": "SwitchName",
    "nic.dynamicmac": "DynamicMacAddressEnabled",
    "nic.mac": "MacAddress",
    "nic.ipaddresses": "IPAddresses",
    "nic.security.dhcpguard": "DhcpGuard",
    "nic.security.routerguard": "RouterGuard",
    "nic.bandwidthsetting": "BandwidthSetting",
}
_CHECKPOINT = {
    "checkpoint.name": "Name",
    "checkpoint.id": "Id",
    "checkpoint.created": "CreationTime",
    "checkpoint.parent": "ParentSnapshotName",
    "checkpoint.parentsnapshotname": "ParentSnapshotName",
}
_OF_VM = {
    "hyperv_vm_general": _Agent._general,
    "hyperv_vm_cpu": _Agent._processor,
    "hyperv_vm_ram": _Agent._memory,
    "hyperv_vm_vhd": _Agent._disks,
    "hyperv_vm_nic": _Agent._adapters,
    "hyperv_vm_integration": _Agent._services,
    "hyperv_vm_checkpoints": _Agent._checkpoints,
    "hyperv_checkpoints": _Agent._ages,
    "hyperv_vmstatus": _Agent._only_name,
}
# hyperv_cluster_disks is left out: disks alone would look like all resources of the cluster.
# Of a cluster: the property that holds its objects ("" for its own), the names of theirs, and what all of them have.
_OF_CLUSTER: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "hyperv_cluster_general": ("", {"cluster.name": "Name", "quorum.resourcename": "QuorumResource", "quorum.type": "QuorumType"}, {}),
    "hyperv_cluster_s2d": ("", {"s2d": "S2DEnabled"}, {}),
    "hyperv_cluster_updater": ("", {"cluster.cau.state": "UpdatingState"}, {}),
    "hyperv_cluster_nodes": (
        "Nodes",
        {"cluster.node.name": "Name", "cluster.node.state": "State", "cluster.node.weight": "NodeWeight"},
        {},
    ),
    "hyperv_cluster_network": (
        "Networks",
        {
            "cluster.network.name": "Name",
            "cluster.network.role": "Role",
            "cluster.network.state": "State",
            "cluster.network.ip": "Address",
            "cluster.network.netmask": "AddressMask",
        },
        {},
    ),
    "hyperv_cluster_csv": (
        "SharedVolumes",
        {
            "cluster.csv.name": "Name",
            "cluster.csv.owner": "OwnerNode",
            "cluster.csv.volume": "FriendlyVolumeName",
            "cluster.csv.size": "Size",
            "cluster.csv.free_space": "FreeSpace",
        },
        {},
    ),
    "hyperv_cluster_roles": (
        "Groups",
        {"cluster.vm.name": "Name", "cluster.vm.state": "State", "cluster.vm.owner": "OwnerNode"},
        {"GroupType": "VirtualMachine"},
    ),
    "hyperv_cluster_additional_roles": (
        "Groups",
        {
            "cluster.role.name": "Name",
            "cluster.role.state": "State",
            "cluster.role.type": "GroupType",
            "cluster.role.owner": "OwnerNode",
        },
        {},
    ),
}
