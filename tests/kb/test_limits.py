"""The limits engine: known, not documented and does-not-apply are kept apart, and numbers are right for their version."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb import limits, units, versions
from kb.entry import Entry, Questions, Row, Source, Text
from kb.limits import Status

NUMBERS = yaml.safe_load(Path(__file__).with_name("numbers.yaml").read_text(encoding="utf-8"))


def entry(*rows: Row, unit: str | None = "disks") -> Entry:
    t = Text("x", "x")
    return Entry(
        id="e", subject="vm", kind="limit", severity="error", title=t, statement=t, why=t, questions=Questions(["a", "b", "c"], ["a", "b", "c"]),
        sources=[Source("t", "https://example.org", "s")], reviewed="2026-01-01", confidence="high", values=list(rows), unit=unit,
    )  # fmt: skip


IDE = entry(
    Row(versions="2012", value=4),
    Row(versions="2016..2025", value=4, generation=1),
    Row(versions="2016..2025", generation=2, applies=False, say=Text("none", "keine")),
)


@pytest.mark.parametrize(
    ("version", "generation", "status", "value"),
    [
        ("2012", None, Status.KNOWN, 4),
        ("2012", 2, Status.KNOWN, 4),
        ("2019", 1, Status.KNOWN, 4),
        ("2019", 2, Status.DOES_NOT_APPLY, None),
        ("2012R2", None, Status.NOT_DOCUMENTED, None),
        ("2008", 1, Status.NOT_DOCUMENTED, None),
    ],
)
def test_three_states_are_kept_apart(version, generation, status, value) -> None:
    found = limits.limit(IDE, version, generation=generation)
    assert (found.status, found.value) == (status, value)


def test_a_service_pack_keeps_what_its_release_documents_unless_it_says_otherwise() -> None:
    both = entry(Row(versions="2008R2", value=1), Row(versions="2012", value=2))
    own = entry(Row(versions="2008R2", value=1), Row(versions="2008R2SP1", value=3))
    assert limits.limit(both, "2008R2SP1").value == 1
    assert limits.limit(own, "2008R2SP1").value == 3


def test_an_unknown_version_is_an_error_and_never_an_answer() -> None:
    with pytest.raises(versions.UnknownVersion):
        limits.limit(IDE, "2028")


@pytest.mark.parametrize(
    ("observed", "operator", "outcome"),
    [
        (3, "at_most", "pass"),
        (4, "at_most", "pass"),
        (5, "at_most", "fail"),
        (4, "at_least", "pass"),
        (3, "at_least", "fail"),
        (4, "equals", "pass"),
        (5, "equals", "fail"),
    ],
)
def test_comparisons(observed, operator, outcome) -> None:
    assert limits.compare(observed, operator, limits.limit(IDE, "2012")).outcome == outcome


def test_nothing_passes_where_nothing_is_documented() -> None:
    assert limits.compare(1, "at_most", limits.limit(IDE, "2008")).outcome == "unknown"
    assert limits.compare(1, "at_most", limits.limit(IDE, "2019", generation=2)).outcome == "not_applicable"


def test_an_open_condition_is_only_decided_when_all_rows_agree() -> None:
    memory = entry(
        Row(versions="2022", value=256, when=Text("4-level", "4-level")),
        Row(versions="2022", value=4096, when=Text("5-level", "5-level")),
        unit="TB",
    )
    found = limits.limit(memory, "2022")
    assert limits.compare(100 * 2**40, "at_most", found).outcome == "pass"
    assert limits.compare(5000 * 2**40, "at_most", found).outcome == "fail"
    assert limits.compare(1000 * 2**40, "at_most", found).outcome == "unknown"


@given(st.integers(1, 2**20), st.sampled_from(sorted(units.BYTES)), st.integers(-1, 1))
def test_sizes_are_compared_in_bytes(value: int, unit: str, delta: int) -> None:
    found = limits.limit(entry(Row(versions="2019", value=value), unit=unit), "2019")
    observed = value * units.BYTES[unit] + delta
    assert limits.compare(observed, "at_most", found).outcome == ("fail" if delta > 0 else "pass")


@given(st.sampled_from(versions.IDS), st.sampled_from([None, 1, 2]), st.sampled_from([None, "standard", "datacenter"]))
def test_a_filter_never_widens(knowledge, version, generation, edition) -> None:
    """Naming a generation or edition can only narrow what is said, and a row never speaks for a version it does not name."""
    for e in knowledge:
        wide, narrow = limits.limit(e, version), limits.limit(e, version, edition, generation)
        assert set(map(id, narrow.rows)) <= set(map(id, wide.rows))
        release = "2008R2" if version == "2008R2SP1" else version
        assert all(version in r.ids or release in r.ids for r in narrow.rows)


@pytest.mark.parametrize("id", sorted(NUMBERS))
def test_numbers_are_right_for_their_version(knowledge, id: str) -> None:
    for version, expected in NUMBERS[id].items():
        by_generation = expected if isinstance(expected, dict) else {None: expected}
        for generation, number in by_generation.items():
            found = limits.limit(knowledge[id], version, generation=generation)
            said = {r.value for r in found.rows if r.applies} | ({0} if found.status is Status.DOES_NOT_APPLY else set())
            texts = " ".join(str(v) for v in said)
            assert number in said or str(number) in texts, f"{id} {version} generation {generation}: {said} instead of {number}"


@pytest.mark.parametrize(
    ("value", "unit", "en", "de"),
    [
        (1, "nodes", "1 node", "1 Knoten"),
        (8000, "virtual machines", "8,000 virtual machines", "8.000 virtuelle Maschinen"),
        (12288, "GB", "12 TB", "12 TB"),
        (2040, "GB", "2,040 GB", "2.040 GB"),
        (0, "devices", "0 devices", "0 Geräte"),
        (80, "percent", "80 %", "80 %"),
    ],
)
def test_quantities_read_well_in_both_languages(value, unit, en, de) -> None:
    assert units.quantity(value, unit, "en") == en
    assert units.quantity(value, unit, "de") == de


@pytest.mark.parametrize(
    ("text", "size"), [("40GB", 40 * 2**30), ("2,5 TB", int(2.5 * 2**40)), ("512 MiB", 512 * 2**20), (4096, 4096), ("17", 17)]
)
def test_sizes_as_people_write_them(text, size) -> None:
    assert units.parse_size(text) == size


@pytest.mark.parametrize("text", ["big", "12 XB", "", "-3 GB"])
def test_a_text_that_is_no_size_is_refused(text) -> None:
    with pytest.raises(ValueError, match="not a size"):
        units.parse_size(text)
