"""Beyond single rules: what a cluster carries after a loss, which VM can move where, and what an upgrade changes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.assess import assess
from kb.capacity import capacity
from kb.inventory import Inventory
from kb.load import Knowledge
from kb.mobility import mobility
from kb.upgrade import lost

GB = 2**30
CPU = [{"manufacturer": "GenuineIntel", "model": "Gold 6338"}]


def cluster(hosts: list[dict[str, Any]], vms: list[dict[str, Any]], **fields: Any) -> Inventory:
    """A cluster of the given hosts (HV1, HV2 …) and running clustered VMs of 4 GB."""
    data = {
        "cluster": {"nodes": [{"name": f"HV{n}", "state": "Up"} for n in range(1, len(hosts) + 1)]} | fields,
        "hosts": [
            {"name": f"HV{n}", "version": "2022", "memory": 64 * GB, "processors": CPU, "switches": [{"name": "LAN"}]} | host
            for n, host in enumerate(hosts, 1)
        ],
        "vms": [
            {"name": f"VM{n}", "host": "HV1", "state": "Running", "highly_available": True, "memory": 4 * GB, "processors": 2,
             "configuration_version": "10.0", "processor_compatibility": False, "adapters": [{"switch": "LAN"}],
             "disks": [{"path": f"C:\\ClusterStorage\\Volume1\\VM{n}.vhdx"}]} | vm
            for n, vm in enumerate(vms, 1)
        ],
    }  # fmt: skip
    return msgspec.convert(data, Inventory)


@pytest.mark.parametrize(
    ("memory", "vms", "survives"),
    [
        ([64, 64], [16, 16], True),
        ([64, 64], [40, 30], False),  # 70 GB do not fit into 64
        ([64, 64, 64], [60, 1, 1], True),
        ([16, 16, 16], [15, 15, 15], False),  # 45 GB in all would fit into no 32
        ([20, 20, 20], [16, 16], True),
    ],
)
def test_whether_a_cluster_survives_the_loss_of_any_node(knowledge: Knowledge, memory: list[int], vms: list[int], survives: bool) -> None:
    hosts = [{"memory": size * GB} for size in memory]
    placed = [{"memory": size * GB, "host": f"HV{n % len(hosts) + 1}"} for n, size in enumerate(vms)]
    found = capacity(cluster(hosts, placed), knowledge)
    assert found
    assert found.survives is survives
    assert len(found.losses) == len(hosts)
    for loss in found.losses:
        assert bool(loss.reasons) is not loss.survives


def test_enough_memory_in_all_but_no_node_with_room_for_the_largest(knowledge: Knowledge) -> None:
    found = capacity(cluster([{"memory": 40 * GB}, {"memory": 24 * GB}, {"memory": 24 * GB}], [{"memory": 32 * GB}]), knowledge)
    assert found
    loss = found.losses[0]
    assert loss.left == 48 * GB
    assert loss.survives is False
    assert "VM1" in loss.reasons[0].en


def test_the_documented_number_of_vms_per_node_counts_too(knowledge: Knowledge) -> None:
    hosts = [{"version": "2008", "memory": 4096 * GB}] * 2
    found = capacity(cluster(hosts, [{"host": f"HV{n % 2 + 1}", "memory": GB} for n in range(260)]), knowledge)
    assert found
    assert found.survives is False
    assert "number of virtual machines" in found.losses[0].reasons[-1].en


@pytest.mark.parametrize("field", ["memory"])
def test_capacity_is_open_where_a_value_is_missing(knowledge: Knowledge, field: str) -> None:
    for part in ("hosts", "vms"):
        inventory = cluster([{}, {}], [{}])
        setattr(getattr(inventory, part)[0], field, None)
        found = capacity(inventory, knowledge)
        assert found
        assert found.survives is None
        assert found.missing == [f"{part[:-1]}.{field}"]


@given(st.lists(st.integers(1, 64), min_size=2, max_size=6), st.lists(st.integers(1, 64), max_size=12))
def test_a_cluster_that_survives_has_room_for_everything(knowledge: Knowledge, memory: list[int], vms: list[int]) -> None:
    hosts = [{"memory": size * GB} for size in memory]
    placed = [{"memory": size * GB, "host": f"HV{n % len(hosts) + 1}"} for n, size in enumerate(vms)]
    found = capacity(cluster(hosts, placed), knowledge)
    assert found
    for loss in found.losses:
        if loss.survives:
            own = sum(1 for vm in placed if vm["host"] == loss.node)
            assert sum(loss.taken.values()) == own


# --- moves ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "vm", "answer", "reason"),
    [
        ({}, {}, {}, "yes", ""),
        ({}, {"switches": [{"name": "Lan"}]}, {}, "no", "'LAN'"),
        ({}, {"processors": [{"manufacturer": "AuthenticAMD", "model": "EPYC"}]}, {"processor_compatibility": True}, "no", "manufacturer"),
        ({}, {"processors": [{"manufacturer": "GenuineIntel", "model": "Gold 5318"}]}, {}, "no", "compatibility mode"),
        ({}, {"processors": [{"manufacturer": "GenuineIntel", "model": "Gold 5318"}]}, {"processor_compatibility": True}, "yes", ""),
        ({}, {"processors": None}, {}, "unknown", ""),
        ({}, {"memory": 2 * GB}, {}, "no", "memory"),
        ({}, {"memory": 2 * GB}, {"state": "Off"}, "yes", ""),
        ({"version": "2019"}, {"version": "2022"}, {"configuration_version": "5.0"}, "no", "5.0"),
        ({"version": "2022"}, {"version": "2019"}, {"configuration_version": "10.0"}, "no", "10.0"),
        ({"version": "2008"}, {"version": "2008"}, {}, "no", "2008"),
        ({"version": "2008R2"}, {"version": "2012"}, {}, "no", "2008 R2"),
        ({}, {}, {"dvds": [{"media": "physical"}]}, "no", "DVD"),
        ({}, {}, {"assigned_devices": 1}, "no", "device"),
        ({}, {}, {"adapters": None}, "unknown", ""),
    ],
)
def test_what_stops_a_move(knowledge: Knowledge, source: dict, target: dict, vm: dict, answer: str, reason: str) -> None:
    found = mobility(cluster([source, target], [vm]), knowledge)
    assert found
    (group,) = found.groups
    here, there = group.moves
    assert here.answer == "here"
    assert there.answer == answer, there
    assert all(text.en and text.de for text in there.reasons)
    if answer == "no":
        assert any(reason in text.en for text in there.reasons), there.reasons
    if answer == "unknown":
        assert there.missing


def test_nothing_moves_to_a_node_that_is_down(knowledge: Knowledge) -> None:
    inventory = cluster([{}, {}], [{}])
    assert inventory.cluster
    assert inventory.cluster.nodes
    inventory.cluster.nodes[1].state = "Down"
    found = mobility(inventory, knowledge)
    assert found
    assert found.groups[0].moves[1].answer == "no"


def test_vms_held_back_by_the_same_are_one_group(knowledge: Knowledge) -> None:
    found = mobility(cluster([{}, {}], [{}] * 5 + [{"assigned_devices": 1}]), knowledge)
    assert found
    assert sorted(len(group.vms) for group in found.groups) == [1, 5]


# --- upgrade ----------------------------------------------------------------------------------------------------------


def test_an_upgrade_goes_step_by_step_and_raises_old_virtual_machines_first(knowledge: Knowledge) -> None:
    inventory = cluster([{"version": "2016"}] * 2, [{"configuration_version": "5.0"}, {"configuration_version": "8.0"}])
    report = assess(inventory, knowledge, target="2022")
    assert report.upgrade
    steps = [step.text.en for step in report.upgrade.steps]
    assert ["2016 to 2019" in steps[0], "VM1" in steps[1], "2019 to 2022" in steps[2]] == [True] * 3
    assert "10.0" in steps[-1]


def test_an_old_cluster_is_built_anew(knowledge: Knowledge) -> None:
    report = assess(cluster([{"version": "2008R2"}] * 2, [{}]), knowledge, target="2019")
    assert report.upgrade
    assert "new cluster" in report.upgrade.steps[0].text.en


def test_an_upgrade_tells_what_is_resolved_new_and_left(knowledge: Knowledge) -> None:
    too_many = {"processors": 100, "generation": 1}
    report = assess(cluster([{"version": "2012R2"}] * 2, [too_many, {"processors": 32, "generation": 1}]), knowledge, target="2025")
    assert report.upgrade
    assert {f.subject.name for f in report.upgrade.changes.unchanged if f.rule == "VM001"} == {"VM1"}
    assert "remotefx-vgpu" in {gone.entry for gone in report.upgrade.lost}


def test_nothing_is_lost_by_staying(knowledge: Knowledge) -> None:
    assert lost("2022", "2022", knowledge) == []
