"""The inventory written by hand."""

from __future__ import annotations

import json

import pytest

from ingest.configurations.read import Upload, read_uploads
from kb.inventory import Inventory, to_builtins

YAML = """\
# Inventar des Hafens
taken: 2024-05-06
cluster:
  name: HAFEN
  version: 2012 R2
  nodes:
    - {name: LOTSE1, state: Up}
    - {name: LOTSE2, state: Down, votes: 0}
  networks:
    - name: iSCSI
      role: None
      use: iscsi
hosts:
  - name: LOTSE1
    version: Windows Server 2008 R2 SP1
    edition: Enterprise
    memory: 64 GB
    adapters:
      - {name: NIC1, speed: 10 Gbps, use: [management, vm]}
vms:
  - name: Möwe
    state: Off
    configuration_version: 8.0
    generation: 1
    memory: 2,5 GB
    dynamic_memory: no
    guest_os: ~
    disks: []
    adapters:
      - {name: 0815, switch: "", mac: 00-15-5d-00-00-01}
"""
EXPECTED = {
    "taken": "2024-05-06T00:00:00Z",
    "cluster": {
        "name": "HAFEN",
        "version": "2012R2",
        "nodes": [{"name": "LOTSE1", "state": "Up"}, {"name": "LOTSE2", "state": "Down", "votes": 0}],
        "networks": [{"name": "iSCSI", "role": "none", "use": ["iscsi"]}],
    },
    "hosts": [
        {
            "name": "LOTSE1",
            "version": "2008R2SP1",
            "edition": "enterprise",
            "memory": 64 * 2**30,
            "adapters": [{"name": "NIC1", "speed": 10**10, "use": ["management", "vm"]}],
        }
    ],
    "vms": [
        {
            "name": "Möwe",
            "state": "Off",
            "configuration_version": "8.0",
            "generation": 1,
            "memory": 5 * 2**29,
            "dynamic_memory": False,
            "disks": [],
            "adapters": [{"name": "0815", "switch": "", "mac": "00155D000001"}],
        }
    ],
}


def read(content: str, name: str = "hafen.yaml") -> Inventory:
    reading = read_uploads([Upload(name, content.encode())])
    assert [str(out) for out in reading.left_out] == []
    return reading.inventory


def problem(content: str, name: str = "hafen.yaml") -> str:
    reading = read_uploads([Upload(name, content.encode())])
    assert reading.files == []
    (out,) = reading.left_out
    return str(out)


def test_values_are_read_as_people_write_them():
    assert to_builtins(read(YAML)) == EXPECTED


def test_values_know_their_line():
    inventory = read(YAML)
    assert inventory.vms
    assert inventory.vms[0].at["memory"].path == "line 25"
    assert inventory.vms[0].where("disks").path == "line 28"  # type: ignore[union-attr]


def test_json_with_the_same_fields_is_the_same_inventory():
    inventory = read(json.dumps(EXPECTED), "hafen.json")
    assert to_builtins(inventory) == EXPECTED
    assert inventory.vms
    assert inventory.vms[0].at["memory"].path == "$.vms[0].memory"


def test_an_inventory_survives_being_written_and_read_again():
    again = read(json.dumps(to_builtins(read(YAML))))
    assert to_builtins(again) == to_builtins(read(YAML))


def test_every_mistake_is_reported_with_its_line():
    text = "vms:\n  - nmae: a\n    memory: 40GBx\n    generation: 3\n    name: b\n    name: c\n  - 5\nhosts: all\n"
    said = problem(text)
    assert said.startswith("hafen.yaml line 2: Vm has no field 'nmae'; did you mean 'name'?")
    for part in (
        "line 3: memory: '40GBx' is not a size",
        "line 4: generation: '3' is not one of 1, 2",
        "line 6: field 'name' is given twice",
        "line 7: Vm must be a mapping of fields, not '5'",
        "line 8: hosts: must be",
    ):
        assert part in said


ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
for before, name in zip("abcdefg", "bcdefgh", strict=True):
    ALIAS_BOMB += f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
ALIAS_BOMB += "vms: *h\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("vms:\n\t- name: a\n", "line 2 column 1: not valid YAML"),
        ("vms:\n  - name: [a\n", "not valid YAML"),
        ("hosts:\n  - version: 2031\n", "line 2: version:"),
        ("hosts:\n  - version: R2\n", "ambiguous"),
        ("vms:\n  - dynamic_memory: vielleicht\n", "neither true nor false"),
        ("vms:\n  - processors: -1\n", "not a whole number"),
        ("taken: 6/10/2025\n", "not a time in ISO 8601"),
        ("vms: {? [a, b] : c}\n", "where the name of a field belongs"),
        ("vms: " + "[" * 5000, "nested more than"),
        ("vms:\n" + "- " * 5000, "nested more than"),
        ("vms: &a [*a]\n", "nested more than"),
        (ALIAS_BOMB, "with its aliases"),
        ("vms: !!python/object/apply:os.system [ls]\n", "line 1"),
    ],
)
def test_mistakes_and_bombs(text: str, says: str):
    assert says in problem(text)


def test_aliases_are_welcome():
    (one, two) = (
        read("hosts:\n  - name: kai1\n    processors: &two [{cores: 8}, {cores: 8}]\n  - {name: kai2, processors: *two}\n").hosts or []
    )
    assert to_builtins(one)["processors"] == to_builtins(two)["processors"] == [{"cores": 8}, {"cores": 8}]


def test_what_is_not_written_is_unknown():
    (vm,) = read("vms:\n  - name: a\n    disks: null\n").vms or []
    assert (vm.disks, vm.dynamic_memory, vm.memory) == (None, None, None)


def test_output_of_cmdlets_under_the_same_keys_is_not_mistaken_for_it():
    assert to_builtins(read('{"vms": [{"Name": "a", "ProcessorCount": 2}]}', "x.json")) == {"vms": [{"name": "a", "processors": 2}]}
