"""Versions in free text, in both languages, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import versions

SINCE_2012 = ["2012", "2012R2", "2016", "2019", "2022", "2025"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("2k8r2", ["2008R2"]),
        ("WS2016", ["2016"]),
        ("Server 2012 R2", ["2012R2"]),
        ("Win2k12R2", ["2012R2"]),
        ("2008R2SP1", ["2008R2SP1"]),
        ("Windows Server 2008 R2 (SP1)", ["2008R2SP1"]),
        ("Windows Server 2008 R2 Service Pack 1", ["2008R2SP1"]),
        ("R2 (2008)", ["2008R2"]),
        ("2019er Cluster", ["2019"]),
        ("6.1.7601", ["2008R2SP1"]),
        ("Microsoft Windows [Version 10.0.17763.1]", ["2019"]),
        ("Build 17763", ["2019"]),
        ("Buildnummer 20348", ["2022"]),
        ("seit 2012", SINCE_2012),
        ("ab 2016", ["2016", "2019", "2022", "2025"]),
        ("2012 or later", SINCE_2012),
        ("2022+", ["2022", "2025"]),
        ("2016 und neuer", ["2016", "2019", "2022", "2025"]),
        ("from 2012R2 to 2019", ["2012R2", "2016", "2019"]),
        ("von 2012 bis 2016", ["2012", "2012R2", "2016"]),
        ("2012-2016", ["2012", "2012R2", "2016"]),
        ("vor 2012", ["2008", "2008R2", "2008R2SP1"]),
        ("before Windows Server 2008 R2", ["2008"]),
        ("bis 2008R2", ["2008", "2008R2"]),
        ("2012 vs 2012 R2 vs 2019?", ["2012", "2012R2", "2019"]),
        ("2016/2019", ["2016", "2019"]),
        ("upgrade of SQL Server 2012 on 2016", ["2016"]),
        ("on 12 May 2016 the 2019 host failed", ["2019"]),
        ("a disk of 2,016 MB and 2048 GB", []),
        ("KB2012345", []),
        ("configuration version 10.0", []),
        ("", []),
    ],
)
def test_versions_are_found(text: str, ids: list[str]) -> None:
    assert versions.parse(text).ids == ids


def test_a_bare_r2_is_reported_as_ambiguous_and_never_guessed() -> None:
    found = versions.parse("wieviele vCPUs max bei R2?")
    assert found.ids == []
    assert found.ambiguous is not None
    assert found.ambiguous.ids == ("2008R2", "2012R2")


def test_r2_is_not_ambiguous_beside_the_version_it_belongs_to() -> None:
    assert versions.parse("Hyper-V R2 cluster on 2008 R2").ambiguous is None


@pytest.mark.parametrize("text", ["Windows Server 2028", "Server 2030", "Build 99999"])
def test_a_release_that_does_not_exist_is_named_as_unknown(text: str) -> None:
    found = versions.parse(f"How many vCPUs on {text}?")
    assert found.ids == []
    assert found.unknown == text


def test_the_free_edition_is_told_apart() -> None:
    assert versions.get("2008R2").free_name == "Microsoft Hyper-V Server 2008 R2"
    assert versions.get("2022").free_name is None
    mention = versions.parse("Hyper-V Server 2008 R2").mentions[0]
    assert (mention.ids, mention.free_edition) == (("2008R2",), True)


def test_positions_point_at_the_words() -> None:
    text = "Gilt die Grenze aus 2008 R2 auch seit 2016?"
    assert [text[m.start : m.end] for m in versions.parse(text).mentions] == ["2008 R2", "seit 2016"]


@given(st.text(max_size=300))
def test_any_text_can_be_parsed(text: str) -> None:
    for mention in versions.parse(text).mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        assert set(mention.ids) <= set(versions.IDS)


@given(st.sampled_from(versions.IDS), st.sampled_from(["{}", "on {}", "unter {} bitte", "Windows Server {}?", "({})"]))
def test_every_version_is_found_under_its_id_and_its_name(id: str, frame: str) -> None:
    assert versions.parse(frame.format(id)).ids == [id]
    assert versions.parse(frame.format(versions.short(id))).ids == [id]


@given(st.sets(st.sampled_from(versions.IDS), min_size=1))
def test_compact_and_expand_agree(ids: set[str]) -> None:
    runs = versions.compact(ids).replace("–", "..").replace(" R2", "R2").replace(" SP1", "SP1")
    assert versions.expand(runs) == versions.ordered(ids)


@pytest.mark.parametrize("text", ["2012..", "2019..2012", "2013", "..2016", "2012..2028"])
def test_open_or_wrong_ranges_are_refused(text: str) -> None:
    with pytest.raises(versions.UnknownVersion):
        versions.expand(text)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("2012 R2", "2012R2"),
        ("2008r2sp1", "2008R2SP1"),
        ("WS2019", "2019"),
        ("17763", None),
        ("R2", None),
        ("2012 R3", None),
        ("2012 or 2016", None),
    ],
)
def test_one_version_for_an_option(text: str, id: str | None) -> None:
    if id:
        assert versions.parse_one(text) == id
    else:
        with pytest.raises(versions.UnknownVersion):
            versions.parse_one(text)


def test_builds_levels_and_dates_agree_with_the_entries(knowledge) -> None:
    """The table in versions.py and the entries with sources say the same."""
    from kb import limits

    for version in versions.ALL:
        level = limits.limit(knowledge["cluster-functional-level"], version.id).value
        assert level is None or version.functional_level in (level, None)
        build = limits.limit(knowledge["os-build-number"], version.id).text("en")
        assert build == "not documented" or version.build in build or version.build.rpartition(".")[2] in build
