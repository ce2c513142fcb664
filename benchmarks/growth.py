"""Measures how reading time grows with the size of a file: shapes of every notation that invite quadratic work, at 1/4, 1/2 and 1 MB.

Each shape is a name and a function that makes a file of about so many bytes; a shape is worse than linear when twice the size takes
more than about 2.3 times as long. The tests read the same shapes at a small size.

Run: python -m benchmarks.growth [PART OF A NAME]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable

from ingest.configurations.read import Upload, read_uploads

Shape = Callable[[int], str | bytes]


def _rows(make: Callable[[int], str], size: int, start: str = "", end: str = "", between: str = "") -> str:
    """As many numbered pieces as fit."""
    return start + between.join(make(number) for number in range(max(1, size // (len(make(10_000)) + len(between))))) + end


def _json(make: Callable[[int], str]) -> Shape:
    return lambda size: _rows(make, size, "[", "]", ",")


def _guid(number: int) -> str:
    return f"{number:08x}-0000-0000-0000-000000000001"


_NAME = "n" * 50
_VM_XML = "<configuration><properties><name>A</name></properties>"
_IDE = "_83f8638b-8dca-4152-9eda-2ca8b33039b4_"
_OVF = '<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:m="http://schemas.microsoft.com/ovf" m:a="1">'
_REPORT = "<title>Failover Cluster Validation Report</title>"
_DSC = "Configuration C\n{\nImport-DscResource -ModuleName HyperVDsc\n"
_TF = 'resource "hyperv_vhd" "d" {\npath = "a.vhdx"\n}\n'
_WSMAN = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Service"
_OWNER = f"{_guid(1)}"

# Name of the shape, which begins with the notation → its file.
SHAPES: dict[str, Shape] = {
    "json VMs of one name": _json(lambda n: f'{{"VMName":"A","Name":"A","VMId":"{_guid(n)}","ProcessorCount":2,"Generation":2}}'),
    "json VMs of one name on many hosts": _json(lambda n: f'{{"Name":"A","ComputerName":"h{n}","ProcessorCount":2,"Generation":2}}'),
    "json disks of one VM": _json(lambda n: f'{{"VMName":"A","Path":"C:\\\\{n}.vhdx","ControllerType":"SCSI","ControllerLocation":{n}}}'),
    "json adapters of one name": _json(lambda n: f'{{"VMName":"A","Name":"N","MacAddress":"{n:012X}","SwitchName":"S","IsLegacy":false}}'),
    "json hosts of one name in many domains": _json(
        lambda n: f'{{"ComputerName":"h.d{n}","Name":"h.d{n}","LogicalProcessorCount":2,"VirtualMachinePath":"C"}}'
    ),
    "json hosts of many clusters in VMM": _json(
        lambda n: f'{{"type":"host","id":"{n}","name":"h{n}","clusterName":"c{n}","operatingSystem":"x"}}'
    ),
    "json DVD drives of one VM": lambda size: _rows(
        lambda n: f'{{"Path":"{n}.iso"}}', size, '{"Name":"A","Generation":2,"ProcessorCount":2,"HardDrives":[', "]}", ","
    ),
    "json COM ports of one VM": _json(lambda n: f'{{"@type":"VMComPort","VMName":"A","Path":"p{n}"}}'),
    "json flow control of many priorities": _json(lambda n: f'{{"Priority":{n},"Enabled":true}}'),
    "json VLAN lists": _json(
        lambda n: f'{{"VMName":"A{n}","OperationMode":"Trunk","AccessVlanId":1,"AllowedVlanIdListString":"{n}-99999"}}'
    ),
    "json long key with many objects": lambda size: _rows(lambda n: '{"Name":1}', size // 2, f'{{"{"k" * (size // 2)}":[', "]}", ","),
    "json long name of a host with many objects": lambda size: _rows(
        lambda n: f'{{"Name":"s{n}","SwitchType":2}}', size // 2, f'{{"ComputerName":"{"h" * (size // 2)}","x":[', "]}", ","
    ),
    "json contradictions": _json(lambda n: f'{{"Name":"A","Id":"{_guid(1)}","Generation":2,"ProcessorCount":{n}}}'),
    "json documents": lambda size: _rows(lambda n: f'{{"Name":"A{n}","ProcessorCount":2,"Generation":2}}\n', size),
    "json groups": _json(lambda n: f'{{"Name":"A{n}","GroupType":111,"State":0,"OwnerNode":"n"}}'),
    "json numbers": _json(str),
    "json empty lists": _json(lambda n: "[]"),
    "json digits": lambda size: '[{"Name":"A","ProcessorCount":' + "9" * size + "}]",
    "json unclosed": lambda size: "[" * size,
    "json WMI controllers": _json(
        lambda n: (
            f'{{"__CLASS":"Msvm_ResourceAllocationSettingData","ResourceSubType":"Microsoft:Hyper-V:Synthetic {"SCSI Controller" if n % 2 else "Disk Drive"}","InstanceID":"Microsoft:{_OWNER}\\\\{n // 2}{"" if n % 2 else chr(92) * 2 + "0" + chr(92) * 2 + "0"}"}}'
        )
    ),
    "json inventory with unknown fields": lambda size: _rows(lambda n: f'"f{n}":1', size, '{"vms":[{', "}]}", ","),
    "json inventory of a long key": lambda size: _rows(lambda n: "1", size // 2, f'{{"vms":[{{"{"k" * (size // 2)}":[', "]}]}", ","),
    "json export with mistakes": lambda size: _rows(
        lambda n: "1", size, '{"format":"lotse-inventory-export","version":1,"taken":1,"cluster":null,"notRead":[],"hosts":[', "]}", ","
    ),
    "json Terraform state": lambda size: _rows(
        lambda n: f'{{"mode":"managed","type":"hyperv_vhd","name":"n","instances":[{{"attributes":{{"path":"{n}.vhdx"}}}}]}}',
        size,
        '{"terraform_version":"1","resources":[',
        "]}",
        ",",
    ),
    "yaml inventory with unknown fields": lambda size: _rows(lambda n: f"  f{n}: 1\n", size, "vms:\n- name: A\n"),
    "yaml inventory of VMs": lambda size: _rows(lambda n: f"- name: vm{n}\n", size, "vms:\n"),
    "yaml inventory with tags": lambda size: _rows(lambda n: f"%TAG !a{n}! b\n", size, "", "---\nvms:\n- name: A\n"),
    "yaml inventory of questions": lambda size: "vms:\n" + "?\n" * (size // 2),
    "yaml inventory with long aliases": lambda size: _rows(lambda n: "- *a\n", size // 2, f"taken: &a {'ä' * (size // 4)}\nvms:\n"),
    "yaml playbook": lambda size: _rows(lambda n: f"  - name: vm{n}\n    generation: 2\n    processor_count: 2\n", size, "hyperv_vms:\n"),
    "yaml playbook with long aliases": lambda size: _rows(lambda n: "  - *a\n", size // 2, f"x: &a {'ä' * (size // 4)}\nhyperv_vms:\n"),
    "xml elements": lambda size: _rows(lambda n: "<a/>", size, "<configuration>", "</configuration>"),
    "xml attributes": lambda size: _rows(lambda n: f' a{n}=""', size, "<configuration", "/>"),
    "xml namespaces": lambda size: _rows(lambda n: f' xmlns:a{n}="b{n}"', size, "<configuration", "/>"),
    "xml VM with drives of one slot": lambda size: _rows(
        lambda n: "<drive0><type>VHD</type></drive0>", size, f"{_VM_XML}<{_IDE}><controller0>", f"</controller0></{_IDE}></configuration>"
    ),
    "xml VM with adapters": lambda size: (
        _rows(
            lambda n: f"<a{n}><device>{{{_OWNER}}}</device><name>Ethernet Port</name><instance>{{{_guid(n)}}}</instance></a{n}>",
            size // 2,
            f"{_VM_XML}<manifest>",
            "</manifest>",
        )
        + _rows(lambda n: f"<_{_guid(n)}_><FriendlyName>a</FriendlyName></_{_guid(n)}_>", size // 2, "", "</configuration>")
    ),
    "xml CLIXML of long texts": lambda size: _rows(
        lambda n: '<Obj><MS><Ref N="Name" RefId="1"/><I32 N="ProcessorCount">2</I32></MS></Obj>',
        size // 2,
        f'<Objs><Obj RefId="1"><ToString>{"ä" * (size // 4)}</ToString></Obj>',
        "</Objs>",
    ),
    "xml CLIXML folded": lambda size: _rows(
        lambda n: f'- <Obj><MS><S N="Name">v{n}</S><I32 N="ProcessorCount">2</I32></MS></Obj>\n', size, "- <Objs>\n"
    ),
    "xml CLIXML groups": lambda size: _rows(lambda n: '<S N="Name">v</S></Obj>', size, "<Objs>"),
    "xml CIM instances": lambda size: _rows(
        lambda n: f'<INSTANCE CLASSNAME="Win32_Service"><PROPERTY NAME="Name"><VALUE>s{n}</VALUE></PROPERTY></INSTANCE>',
        size,
        "<CIM>",
        "</CIM>",
    ),
    "xml WS-Management array": lambda size: _rows(
        lambda n: "<p:A>1</p:A>", size, f'<Results xmlns:p="{_WSMAN}"><p:Win32_Service>', "</p:Win32_Service></Results>"
    ),
    "xml OVF items": lambda size: _rows(
        lambda n: f"<Item><InstanceID>{n}</InstanceID><ResourceType>{6 if n % 2 else 17}</ResourceType></Item>",
        size,
        f"{_OVF}<VirtualSystem>",
        "</VirtualSystem></Envelope>",
    ),
    "xml OVF systems in systems": lambda size: _rows(
        lambda n: "<Item/>", size, _OVF + "<VirtualSystem>" * 90, "</VirtualSystem>" * 90 + "</Envelope>"
    ),
    "xml LabBuilder": lambda size: _rows(
        lambda n: f'<vm name="v{n}" template="t" generation="2"/>', size, "<labbuilderconfig><vms>", "</vms></labbuilderconfig>"
    ),
    "xml report of one test": lambda size: _rows(
        lambda n: '<Channel><Title>T</Title><Result Value="x">Failed</Result><Message Level="Fail">m</Message></Channel>',
        size,
        "<Report><Channel>",
        "</Channel></Report>",
    ),
    "xml report of channels in channels": lambda size: _rows(
        lambda n: "<r><c>Node</c><c>n</c></r>",
        size,
        "<Report>" + "<Channel>" * 90 + "<Table>",
        "</Table>" + "</Channel>" * 90 + "</Report>",
    ),
    "html tables": lambda size: _rows(lambda n: "<table><tr><td>Node<td>Network</table>", size, f"<html>{_REPORT}"),
    "html rows": lambda size: _rows(
        lambda n: f"<tr><td>v{n}</td><td>2</td></tr>", size, "<html><table><tr><th>Name</th><th>ProcessorCount</th></tr>", "</table>"
    ),
    "html titles in a cell": lambda size: _rows(lambda n: "x</title>", size, "<html><table><tr><td>"),
    "html open tables": lambda size: _rows(lambda n: "<table><tr><td>", size, "<html>"),
    "html tags that do not end": lambda size: _rows(lambda n: "<a ", size, "<html>"),
    "html attributes": lambda size: _rows(lambda n: "<a href='" + 'x="' * 500 + ">", size, "<html><table><tr><td>"),
    "html comments that do not end": lambda size: _rows(lambda n: "<!--", size, "<html>"),
    "mht headers": lambda size: 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"' + ";" * size + "\n\n--b\n",
    "mht parts in parts": lambda size: _rows(
        lambda n: f'Content-Type: multipart/related; boundary="b{n}"\n\n--b{n}\n', size, "MIME-Version: 1.0\n"
    ),
    "mht parts": lambda size: _rows(
        lambda n: "--b\nContent-Type: text/plain\n\nx\n", size, 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n'
    ),
    "csv rows": lambda size: _rows(lambda n: f"v{n},2,2\n", size, "Name,ProcessorCount,Generation\n"),
    "csv columns": lambda size: _rows(lambda n: f"a{n},", size // 2, "", "z\n") + _rows(lambda n: "12345,", size // 2, "", "z\n"),
    "csv quotes": lambda size: 'Name,ProcessorCount\n"' + '""' * (size // 2),
    "list objects": lambda size: _rows(lambda n: f"Name           : v{n}\nProcessorCount : 2\n\n", size),
    "list values that go on": lambda size: _rows(lambda n: "       x\n", size, "Name : v\n"),
    "list braces": lambda size: "Name : v\nHardDrives : {" + "{" * size + "}\n",
    "list names": lambda size: _rows(lambda n: "(" * 90 + " : x\n", size),
    "list one record a name": lambda size: _rows(lambda n: "Name : a\n", size, "PS C:\\> " + "Get-Cluster " * 150 + "\n"),
    "table rows": lambda size: _rows(lambda n: f"v{n:<20} Running\n", size, "Name                  State\n----                  -----\n"),
    "table rows that go on": lambda size: _rows(lambda n: "          x\n", size, "Name Stat Type\n---- ---- ----\naaaa bbbb c d e f g h\n"),
    "tables": lambda size: _rows(lambda n: "Name State\n---- -----\na    Up\n\n", size),
    "tables of wide headers": lambda size: _rows(lambda n: f"a{' ' * 4900}b\n{'-' * 4902}\n", size),
    "tables of many columns": lambda size: _rows(
        lambda n: "abcde... " * 45 + "\n" + "-------- " * 45 + "\n" + "x        " * 45 + "\n\n", size
    ),
    "table of wide signs": lambda size: "Name State\n---- -----\n" + "漢" * (size // 3) + "\n",
    "console prompts": lambda size: _rows(lambda n: "PS>\n", size),
    "console prompts that go on": lambda size: _rows(lambda n: ">>\n", size, "PS>\n"),
    "console commands": lambda size: _rows(lambda n: "PS C:\\> Get-VM\nName : a\n", size),
    "console escapes": lambda size: _rows(lambda n: "\x1b[1", size, "PS>\n"),
    "console blanks": lambda size: "PS>" + " " * size,
    "console tabs": lambda size: "PS>" + "\t" * size,
    "console systeminfo": lambda size: _rows(lambda n: f"Host Name: h{n}\nOS Name: Windows\nHotfix(s): 1\n           [01]: KB{n}\n", size),
    "lines": lambda size: "\n" * size,
    "lines of one letter": lambda size: "x\n" * (size // 2),
    "one line": lambda size: "x" * size,
    "one line of blanks": lambda size: "x" + " " * size + "x",
    "one line of colons": lambda size: "x" + " :x" * (size // 3),
    "one line of dashes": lambda size: "Name\n" + "- " * (size // 2),
    "bytes": lambda size: bytes(range(256)) * (size // 256),
    "utf-16 of wide signs": lambda size: ("漢 : \n" * (size // 10)).encode("utf-16"),
    "wmic list": lambda size: _rows(lambda n: f"Name=s{n}\nState=Running\n\n", size),
    "wmic values that go on": lambda size: _rows(lambda n: "x\n", size, "Name=a\nState=b\n" * 200),
    "mof instances": lambda size: _rows(lambda n: f'instance of Win32_Service {{ Name = "s{n}"; }};\n', size),
    "mof texts that do not end": lambda size: 'instance of Win32_Service { Name = "' + "x" * size,
    "mof comments that do not end": lambda size: "instance of Win32_Service /*" + "*x" * (size // 2),
    "mof starts": lambda size: _rows(lambda n: "instance\n", size),
    "dsc disks of one VM": lambda size: _rows(lambda n: f"VMHardDiskDrive d{n} {{ VMName = 'A'; Path = '{n}.vhdx' }}\n", size, _DSC, "}\n"),
    "dsc names without blocks": lambda size: _rows(lambda n: "Cluster a{ ", size, _DSC),
    "dsc nodes without blocks": lambda size: _rows(lambda n: "Node,\n", size, _DSC),
    "dsc blank lines": lambda size: _DSC + "Cluster a" + "\n" * size + "{\n}\n}",
    "dsc arrays": lambda size: _rows(lambda n: "@(", size, f"{_DSC}VMSwitch a {{ Name = "),
    "dsc texts": lambda size: _DSC + 'VMSwitch a { Name = "' + "$(" * (size // 2),
    "terraform disks": lambda size: _rows(lambda n: f'resource "hyperv_vhd" "d{n}" {{\npath = "{n}.vhdx"\n}}\n', size),
    "terraform lists in lists": lambda size: _rows(lambda n: "1,", size, _TF + "locals {\nx = " + "[" * 90, "1" + "] x" * 90 + "\n}\n"),
    "terraform references": lambda size: _rows(
        lambda n: 'resource "hyperv_vhd" "d" {\npath = local.a\n}\n', size // 2, f'locals {{\na = "{"ä" * (size // 4)}"\n}}\n'
    ),
    "terraform heredocs": lambda size: _rows(lambda n: "a = <<E\n", size, f"{_TF}locals {{\n", "E\n}\n"),
    "checkmk VMs": lambda size: _rows(lambda n: f"<<<<vm{n}>>>>\n<<<hyperv_vm_general>>>\nname vm{n}\nconfig.generation 2\n", size),
    "checkmk sections of one VM": lambda size: _rows(lambda n: "<<<<v>>>>\n<<<hyperv_vm_nic>>>\nnic.name a\nnic.id b\n", size),
    "checkmk table": lambda size: _rows(
        lambda n: f"v{n} Running 1.02:03:04 Operating normally\n", size, "<<<hyperv_vms>>>\nName State Uptime Status\n"
    ),
    "checkmk keys": lambda size: _rows(lambda n: f"vhd.k{n} x\n", size, "<<<<v>>>>\n<<<hyperv_vm_vhd>>>\n"),
    "prometheus instances": lambda size: _rows(lambda n: f'windows_mscluster_node_state{{instance="h{n}:1",name="n{n}"}} 0\n', size),
    "prometheus VMs": lambda size: _rows(lambda n: f'windows_hyperv_vm_cpu_total{{vm="v{n}",core="0"}} 1\n', size),
    "prometheus labels": lambda size: _rows(lambda n: f'l{n}="x",', size, "windows_os_info{", "} 1\n"),
    "prometheus labels that do not end": lambda size: 'windows_os_info{a="' + "x" * size,
}


def pathological(names: Iterable[str] = SHAPES) -> Iterable[tuple[str, Shape]]:
    """The shapes of these names."""
    return ((name, SHAPES[name]) for name in names)


def content(shape: Shape, size: int) -> bytes:
    """A file of a shape of about so many bytes."""
    made = shape(size)
    return made if isinstance(made, bytes) else made.encode()


def main() -> None:
    """Print seconds by size and how much the last doubling cost."""
    wanted = " ".join(sys.argv[1:])
    for name, shape in pathological(name for name in SHAPES if wanted in name):
        taken, told = [], ""
        for size in (2**18, 2**19, 2**20):
            file = content(shape, size)
            start = time.perf_counter()
            reading = read_uploads([Upload("file", file)])
            taken.append(time.perf_counter() - start)
            told = "read" if reading.files else reading.left_out[0].problem[:60]
        worse = " WORSE" if taken[-1] > max(2.3 * taken[-2], 0.3) or taken[-1] > 5 else ""
        print(
            f"{name:45}" + "".join(f"{seconds:7.2f} s" for seconds in taken) + f"  ×{taken[-1] / taken[-2]:4.1f}{worse}  {told}", flush=True
        )


if __name__ == "__main__":
    main()
