"""Walking: whole paths, back, what a report or the version decides, and a state that survives being stored."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook_samples import write

from kb.entry import Text
from kb.inventory import Cluster, Host, Inventory, Node, Switch
from kb.load import Knowledge
from kb.report import Outcome, Platform, Report, Result, Subject, Tally
from kb.rules import engine
from runbooks import find, walkthrough
from runbooks.parse import Runbook, label_versions
from runbooks.walkthrough import Walk, WalkError

LIBRARY = sorted(find.runbooks())


@pytest.fixture
def sample(tmp_path: Path) -> Runbook:
    return find.get("sample", write(tmp_path))


def report(version: str | None = None, **outcomes: list[Outcome]) -> Report:
    """A report with the given outcomes for each rule."""
    text, seen = Text("Too full", "Zu voll"), Text("99 percent", "99 Prozent")
    failures = [
        Result(rule, outcome, "error", Subject("host", f"hv{n}"), text, observed=seen)
        for rule, each in outcomes.items()
        for n, outcome in enumerate(each, 1)
        if outcome == "fail"
    ]
    tallies = {
        rule: Tally(
            fail=each.count("fail"),
            passed=each.count("pass"),
            not_applicable=each.count("not_applicable"),
            unknown=each.count("unknown"),
            error=each.count("error"),
            observed=seen if "pass" in each else None,
        )
        for rule, each in outcomes.items()
    }
    platform = Platform(version, Text("-", "-"))
    return Report(id="r1", platform=platform, target=None, failures=failures, unknowns=[], rules=tallies, counts={})


def test_a_walk_to_its_end(sample: Runbook):
    walk = walkthrough.start(sample, version="2019")
    view = walkthrough.current(walk, sample)
    assert (view.step, view.title, view.done, view.outcome) == ("look", "Look at the disk", False, None)
    assert [(o.id, o.text) for o in view.options] == [("clean", "The disk is full"), ("format-check", "There is room")]
    for choice in ("clean", "Still full"):
        walk = walkthrough.choose(walk, choice, sample)
    view = walkthrough.current(walk, sample)
    assert (view.step, view.text, view.options, view.done, view.outcome) == ("done-support", "Somebody else.", [], True, "support")


@pytest.mark.parametrize("choice", ["clean", "#clean", "1", 1, " the disk  IS full ", "The disk is full"])
def test_an_option_is_chosen_by_id_number_or_words(sample: Runbook, choice: str | int):
    assert walkthrough.choose(walkthrough.start(sample), choice, sample).at == "clean"


@pytest.mark.parametrize("choice", ["", "3", 0, -1, "done-support", "full"])
def test_a_wrong_choice_names_the_options(sample: Runbook, choice: str | int):
    with pytest.raises(WalkError, match=r"1 = The disk is full \(clean\); 2 = There is room \(format-check\)"):
        walkthrough.choose(walkthrough.start(sample), choice, sample)


def test_messages_are_in_the_language_of_the_walk(sample: Runbook):
    walk = walkthrough.start(sample, lang="de")
    assert walkthrough.current(walk, sample).title == "Datenträger ansehen"
    with pytest.raises(WalkError, match="steht hier nicht zur Wahl"):
        walkthrough.choose(walk, "x", sample)
    with pytest.raises(WalkError, match="erste Schritt"):
        walkthrough.back(walk)


def test_nothing_can_be_chosen_at_an_end(sample: Runbook):
    walk = walkthrough.start(sample)
    for choice in ("format-check", "done-solved"):
        walk = walkthrough.choose(walk, choice, sample)
    with pytest.raises(WalkError, match="ended"):
        walkthrough.choose(walk, 1, sample)


def test_back_undoes_a_choice(sample: Runbook):
    first = walkthrough.start(sample)
    second = walkthrough.choose(first, "clean", sample)
    third = walkthrough.choose(second, "done-support", sample)
    assert walkthrough.back(third) == second
    assert walkthrough.back(second) == first
    with pytest.raises(WalkError, match="first step"):
        walkthrough.back(first)


# --- versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "there", "absent"),
    [
        ("2008R2", ["Open the console", "dir C:"], ["Get-Disk", "Get-Volume"]),
        ("2008R2SP1", ["Open the console"], ["Get-Disk"]),
        ("2012", ["Get-Disk"], ["Open the console", "Get-Volume"]),
        ("2022", ["Get-Disk", "a page for it", "Get-Volume"], ["Open the console"]),
        (None, ["Open the console", "Get-Disk", "Get-Volume"], []),
    ],
)
def test_advice_for_other_versions_is_left_out(sample: Runbook, version: str | None, there: list[str], absent: list[str]):
    text = walkthrough.current(walkthrough.start(sample, version=version), sample).text
    assert all(piece in text for piece in [*there, "See what is there.", "This holds for all.", "\n\n**Expect:**"])
    assert not any(piece in text for piece in [*absent, "<!--", "<a id", "](#"])


def test_a_version_the_runbook_is_not_for_is_refused(sample: Runbook):
    with pytest.raises(WalkError, match="2008 R2–2022, not for 2025"):
        walkthrough.start(sample, version="2025")


def test_a_step_for_other_versions_is_skipped_every_time(sample: Runbook):
    walk = walkthrough.choose(walkthrough.start(sample, version="2008R2"), "format-check", sample)
    assert walk.at == "done-solved"
    assert [(s.step, s.title, s.reason) for s in walkthrough.current(walk, sample).skipped] == [
        ("format-check", "Check the format", "concerns Windows Server 2012–2022 only")
    ]
    assert walkthrough.back(walk).at == "look"


@pytest.mark.parametrize(
    ("label", "ids"),
    [
        ("2008 R2", ("2008R2", "2008R2SP1")),
        ("2008 R2 SP1", ("2008R2SP1",)),
        ("2012-2016", ("2012", "2012R2", "2016")),
        ("2008 R2, 2019–2022", ("2008R2", "2008R2SP1", "2019", "2022")),
    ],
)
def test_labels_name_versions(label: str, ids: tuple[str, ...]):
    assert label_versions(label) == ids


# --- evidence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "at"),
    [
        ({"ABC001": ["pass", "pass"], "ABC002": ["pass"]}, "format-check"),
        ({"ABC001": ["pass"], "ABC002": ["not_applicable"]}, "format-check"),
        ({"ABC001": ["not_applicable"], "ABC002": ["not_applicable"]}, "look"),
        ({"ABC001": ["pass"]}, "look"),
        ({"ABC001": ["pass", "unknown"], "ABC002": ["pass"]}, "look"),
        ({"ABC001": ["pass", "error"], "ABC002": ["pass"]}, "look"),
        ({"ABC001": ["unknown"], "ABC002": ["unknown"]}, "look"),
        ({"ABC001": ["pass", "fail"], "ABC002": ["pass"]}, "clean"),
        ({"ABC002": ["fail"]}, "clean"),
        ({"XYZ999": ["fail"]}, "look"),
        ({}, "look"),
    ],
)
def test_a_report_decides_only_what_it_shows(sample: Runbook, outcomes: dict[str, list[Outcome]], at: str):
    assert walkthrough.start(sample, report(**outcomes)).at == at


def test_a_skipped_step_says_why(sample: Runbook):
    proven = walkthrough.start(sample, report(ABC001=["pass"], ABC002=["pass"]))
    refuted = walkthrough.start(sample, report(ABC001=["fail", "fail", "fail", "fail"]), lang="de")
    assert walkthrough.current(proven, sample).skipped[0].reason == "the configuration passes ABC001, ABC002 (2 checked)"
    assert walkthrough.current(refuted, sample).skipped[0].reason == (
        "ABC001, ABC002: Zu voll (hv1: 99 Prozent); Zu voll (hv2: 99 Prozent); Zu voll (hv3: 99 Prozent); … (+1)"
    )


def test_the_version_of_the_report_counts_unless_another_is_given(sample: Runbook):
    assert walkthrough.start(sample, report("2012")).version == "2012"
    assert walkthrough.start(sample, report("2012"), version="2016").version == "2016"
    assert walkthrough.start(sample, report(None)).version is None
    assert walkthrough.start(sample, report("2012")).report == "r1"


def test_back_past_skipped_steps_leads_to_the_last_choice(sample: Runbook):
    first = walkthrough.start(sample, report("2008R2", ABC001=["fail"]))
    assert (first.at, [p.step for p in first.skipped]) == ("clean", ["look"])
    done = walkthrough.choose(first, "format-check", sample)
    assert (done.at, [p.step for p in done.skipped]) == ("done-solved", ["look", "format-check"])
    assert walkthrough.back(done) == first


def test_back_to_before_any_choice_overrules_the_report(sample: Runbook):
    walk = walkthrough.back(walkthrough.start(sample, report(ABC001=["fail"])))
    assert (walk.at, walk.skipped) == ("look", [])
    assert walkthrough.choose(walk, "format-check", sample).at == "format-check"


def test_a_step_that_was_decided_is_shown_to_whoever_comes_back_to_it(sample: Runbook):
    walk = walkthrough.start(sample, report(ABC001=["fail"]))
    assert walkthrough.choose(walk, "Look again", sample).at == "look"


def test_findings_of_the_checker_lead_to_their_step(knowledge: Knowledge):
    hosts = [Host(name=f"hv{n}", version="2019", switches=[Switch(name=name, type="external")]) for n, name in ((1, "LAN"), (2, "Lan-1"))]
    inventory = Inventory(cluster=Cluster(name="c", nodes=[Node(name="hv1"), Node(name="hv2")]), hosts=hosts)
    found = engine.check(inventory, knowledge)
    walk = walkthrough.choose(walkthrough.start(find.get("live-migration-fails"), found), "switch-names")
    assert walk.at == "rename-switch"
    assert "Lan-1" in walkthrough.current(walk).skipped[0].reason


# --- the protocol -----------------------------------------------------------------------------------------------------


def test_the_protocol_tells_the_whole_walk(sample: Runbook):
    walk = walkthrough.start(sample, report("2016", ABC001=["fail"]))
    assert walkthrough.protocol(walk, sample).endswith("\n\n**Open:** Clean up\n")
    walk = walkthrough.choose(walk, "done-support", sample)
    assert walkthrough.protocol(walk, sample) == (
        "# Protocol: A disk is full\n\n- Runbook: `sample`\n- Windows Server 2016\n- Report: `r1`\n\n"
        "1. **Look at the disk** (skipped): ABC001, ABC002: Too full (hv1: 99 percent)\n"
        "2. **Clean up**: Still full\n\n"
        "**Outcome: handed over to support**\n"
    )


def test_words_of_a_configuration_stay_words_in_the_protocol(sample: Runbook):
    hostile = report(ABC001=["fail"])
    subject = Subject("host", "[click](http://evil.example)\n# <b>`x`")
    hostile.failures = [msgspec.structs.replace(r, subject=subject) for r in hostile.failures]
    text = walkthrough.protocol(walkthrough.start(sample, hostile), sample)
    assert r"\[click\](http://evil.example) \# \<b\>\`x\`" in text


# --- the state --------------------------------------------------------------------------------------------------------


def stored(walk: Walk) -> Walk:
    return msgspec.json.decode(msgspec.json.encode(walk), type=Walk)


@given(data=st.data())
def test_any_walk_goes_on_or_ends_and_survives_being_stored(data: st.DataObject):
    runbook = find.get(data.draw(st.sampled_from(LIBRARY)))
    outcomes = st.lists(st.sampled_from(["pass", "fail", "unknown", "not_applicable"]), max_size=2)
    found = report(**{rule: data.draw(outcomes, label=rule) for rule in runbook.rules})
    version = data.draw(st.none() | st.sampled_from(runbook.versions))
    walks = {lang: walkthrough.start(runbook, found, version=version, lang=lang) for lang in ("en", "de")}
    for _ in range(data.draw(st.integers(0, 30))):
        assert stored(walks["en"]) == walks["en"]
        english, german = (walkthrough.current(walk) for walk in walks.values())
        assert english.step == german.step
        assert [o.id for o in english.options] == [o.id for o in german.options]
        assert [s.step for s in english.skipped] == [s.step for s in german.skipped]
        assert english.done == (not english.options) == (english.outcome is not None)
        assert walkthrough.protocol(walks["de"]).startswith("# Protokoll")
        if english.done:
            break
        number = data.draw(st.integers(1, len(english.options)))
        onward = {lang: walkthrough.choose(stored(walk), number) for lang, walk in walks.items()}
        assert all(walkthrough.back(onward[lang]) == walk for lang, walk in walks.items())
        walks = onward


# Steps that nobody comes to with this version, because the step before concerns others only.
BEYOND = {
    ("live-migration-fails", "2008R2"): {"version-too-new", "kerberos"},
    ("live-migration-fails", "2012"): {"version-too-new"},
}


@pytest.mark.parametrize("id", LIBRARY)
@pytest.mark.parametrize("version", ["2008R2", "2012", "2012R2", "2019", "2025", None])
def test_every_step_is_reached_or_skipped(id: str, version: str | None):
    runbook = find.get(id)
    todo, seen = [walkthrough.start(runbook, version=version)], set()
    while todo:
        walk = todo.pop()
        seen |= {passed.step for passed in walk.skipped}
        if walk.at in seen:
            continue
        seen.add(walk.at)
        view = walkthrough.current(walk)
        assert view.text
        todo += [walkthrough.choose(walk, option.id) for option in view.options]
    assert set(runbook.page("en").steps) - seen == BEYOND.get((id, str(version)), set())


def test_a_step_that_no_longer_exists_is_explained(sample: Runbook):
    walk = msgspec.structs.replace(walkthrough.start(sample), at="gone")
    with pytest.raises(WalkError, match="has no step 'gone' any more"):
        walkthrough.current(walk, sample)


def test_an_unknown_runbook_is_answered_with_near_ones():
    with pytest.raises(find.UnknownRunbook) as raised:
        find.get("live-migration-failed")
    assert str(raised.value).startswith("There is no runbook 'live-migration-failed'. Did you mean live-migration-fails?")
    assert all(id in str(raised.value) for id in LIBRARY)
