"""Words become terms that meet across inflections, compounds, spellings and languages, while names stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.words import split_compound, terms, tokens
from kb import glossary

VOCABULARY = frozenset({"cluster", "knoten", "sicherung", "dateien", "netzwerk", "karte", "host", "speicher", "platz"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("migrating", "migrations"),
        ("supported", "supports"),
        ("the limits", "limit"),
        ("Festplatten", "Festplatte"),
        ("unterstützt", "unterstützte"),
        ("Sicherungen", "Sicherung"),
        ("MERGED", "merging"),
    ],
)
def test_inflections_of_both_languages_meet(one: str, other: str) -> None:
    assert set(terms(one)) & set(terms(other))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("clusterknoten", ["cluster", "knoten"]),
        ("sicherungsdateien", ["sicherung", "dateien"]),
        ("netzwerkkarte", ["netzwerk", "karte"]),
        ("speicherplatz", ["speicher", "platz"]),
        ("clusterfremdwort", []),
        ("cluster", []),
        ("knoten", []),
    ],
)
def test_german_compounds_are_split_into_words_that_are_known(word: str, parts: list[str]) -> None:
    assert split_compound(word, VOCABULARY) == parts


def test_a_compound_meets_its_parts() -> None:
    compound = set(terms("Sicherungsdateien", VOCABULARY))
    assert compound & set(terms("Dateien"))
    assert compound & set(terms("Sicherung"))
    assert not set(terms("Sicherungsdateien")) & set(terms("Sicherung"))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Error 0x80070005 again", "0x80070005"),
        ("error 0X8007000E.", "0x8007000e"),
        ("Event ID 1135", "1135"),
        ("Get-VMHost fails", "get-vmhost"),
        ("an .avhdx file", ".avhdx"),
        ("configuration version 9.0", "9.0"),
        ("ein Hyper-V-Host", "hyper-v-host"),
    ],
)
def test_codes_cmdlets_and_names_stay_whole(text: str, whole: str) -> None:
    assert whole in tokens(text)
    assert whole in terms(text)


def test_the_parts_of_a_cmdlet_are_found_as_well() -> None:
    assert tokens("Get-VMHost") == ["get-vmhost", "get", "vm", "host"]
    assert "checkpoint" in tokens("Remove-VMCheckpoint")


def test_filler_of_both_languages_carries_nothing() -> None:
    assert terms("How many of the … can I have in a Windows Server?") == []
    assert terms("Wie viele kann ich denn bitte auf einem haben?") == []


@pytest.mark.parametrize(
    ("one", "other", "concept"),
    [
        ("Momentaufnahmen", "snapshot", "§checkpoint"),
        ("Prüfpunkt", "checkpoints", "§checkpoint"),
        ("Clusterknoten", "nodes", "§node"),
        ("Arbeitsspeicher", "RAM", "§memory"),
        ("Livemigration", "live migration", "§live-migration"),
        ("live-migration", "Live Migrations", "§live-migration"),
        ("vCPUs", "virtuelle Prozessoren", "§vcpu"),
    ],
)
def test_synonyms_of_both_languages_are_one_concept(one: str, other: str, concept: str) -> None:
    assert concept in set(terms(one)) & set(terms(other))


@pytest.mark.parametrize(("text", "concept"), [("a setting", "set"), ("Rampe", "memory"), ("hostile", "host"), ("nodelist", "node")])
def test_a_concept_is_not_found_inside_another_word(text: str, concept: str) -> None:
    assert concept not in glossary.concepts(text)


def test_every_word_of_the_glossary_names_its_concept() -> None:
    wrong = [
        (concept, word) for concept, words in glossary.terms().items() for word in words if concept not in glossary.concepts(f"x {word} y")
    ]
    assert wrong == []


@given(st.text(), st.text())
def test_two_texts_together_have_the_terms_of_both(one: str, other: str) -> None:
    def words(text: str) -> list[str]:
        return [term for term in terms(text, VOCABULARY) if not term.startswith("§")]

    assert words(f"{one}\n{other}") == words(one) + words(other)
    assert all(words(one))
