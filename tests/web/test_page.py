"""The web page in a real Chromium: asking, checking, walking, in both languages, by mouse and by keyboard."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kb import versions

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api")
Browser, Page, expect = sync_api.Browser, sync_api.Page, sync_api.expect

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NODES = "How many nodes can one failover cluster have?"

# Two nodes whose virtual switches are named differently, which live migration does not survive.
INVENTORY = """\
cluster:
  name: cl1
  nodes:
    - {name: hv1, version: "2019"}
    - {name: hv2, version: "2019"}
hosts:
  - {name: hv1, version: "2019", switches: [{name: SWITCH1, type: external}]}
  - {name: hv2, version: "2019", switches: [{name: LAN 2, type: external}]}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_api.sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path
        executable = next(filter(None, map(shutil.which, _NAMES)), bundled if Path(bundled).exists() else None)
        if executable is None:
            pytest.skip("no Chromium found")
        browser = playwright.chromium.launch(executable_path=executable, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, live_server: str):
    """Opens pages like a visitor with this locale and window. A script error, a dialog, a blocked or a foreign resource fails the test."""
    contexts, wrong = [], []
    home = urlsplit(live_server).netloc

    def open(path: str = "", **visitor) -> Page:
        context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1100, "height": 900}, **visitor})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("request", lambda request: None if urlsplit(request.url).netloc == home else wrong.append(f"foreign: {request.url}"))
        page.goto(f"{live_server.rstrip('/')}/{path}")
        return page

    yield open
    for context in contexts:
        context.close()
    assert wrong == []


def ask(page: Page, question: str):
    """Ask with the Enter key → the turn with the finished answer."""
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    return answered(page, before)


def answered(page: Page, number: int):
    turn = page.locator(".turn").nth(number)
    expect(turn.locator(".badge")).to_be_visible()
    return turn


def drop(page: Page, name: str, content: str) -> None:
    transfer = page.evaluate_handle(
        "([name, content]) => { const t = new DataTransfer(); t.items.add(new File([content], name)); return t; }", [name, content]
    )
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})


def choose(page: Page, name: str, content: str) -> None:
    page.set_input_files("#files", files=[{"name": name, "mimeType": "text/plain", "buffer": content.encode()}])


# --- asking -----------------------------------------------------------------------------------------------------------


def test_an_answer_shows_its_sources_and_the_value_by_version(open_page):
    turn = ask(open_page(), f"{NODES[:-1]} on 2012 R2?")
    expect(turn.locator(".prose")).to_contain_text("64")
    expect(turn.locator(".badge")).to_have_text("Answer")
    expect(turn.locator(".matrix mark")).to_contain_text("2012 R2")
    expect(turn.locator(".matrix tr.asked td")).to_contain_text("64")
    mark = turn.locator("a.cite").first
    source = turn.locator(f"li[id='{mark.get_attribute('href')[1:]}']")
    expect(source.locator("a")).to_have_attribute("href", re.compile("^https?://"))
    expect(source.locator(".address")).to_have_text(source.locator("a").get_attribute("href"))


def test_a_german_visitor_reads_german_and_can_switch(open_page):
    page = open_page(locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was möchten Sie wissen?")
    turn = ask(page, "Wie viele Knoten darf ein Failovercluster unter 2012 R2 haben?")
    expect(turn.locator(".badge")).to_have_text("Antwort")
    expect(turn.locator(".prose")).to_contain_text("64 Knoten")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".turn .badge")).to_have_text("Answer")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_version_picker_decides_the_answer(open_page):
    page = open_page()
    picker = page.locator("#ask").get_by_label("Windows Server")
    picker.select_option("2008 R2")
    expect(ask(page, NODES).locator(".prose > p").first).to_contain_text("16")
    picker.select_option("2019")
    expect(ask(page, NODES).locator(".prose > p").first).to_contain_text("64")


def test_the_picker_offers_every_version_and_none(open_page):
    offered = open_page().locator("#ask select[data-context=version] option").evaluate_all("all => all.map((option) => option.value)")
    assert sorted(offered) == sorted(["", *versions.IDS])


def test_an_ambiguous_r2_is_asked_back_and_a_button_settles_it(open_page):
    page = open_page()
    turn = ask(page, f"{NODES[:-1]} in R2?")
    expect(turn.locator(".badge")).to_have_text("Question back")
    turn.get_by_role("button", name="2008 R2", exact=True).click()
    settled = answered(page, 1)
    expect(settled.locator(".badge")).to_have_text("Answer")
    expect(settled.locator(".matrix mark")).to_contain_text("2008 R2")
    expect(settled.locator(".prose > p").first).to_contain_text("16")


def test_whoever_says_the_version_once_need_not_say_it_again(open_page):
    page = open_page()
    turn = ask(page, NODES)
    turn.get_by_role("button", name="2008", exact=True).click()
    expect(answered(page, 1).locator(".prose > p").first).to_contain_text("16")
    expect(page.locator("#ask").get_by_label("Windows Server")).to_have_value("2008")
    # The older answer's buttons still ask the older question.
    ask(page, "Can a CSV be the disk witness?")
    turn.get_by_role("button", name="2022", exact=True).click()
    expect(answered(page, 3).locator(".prose > p").first).to_contain_text("64")


def test_examples_can_be_asked_with_a_click_and_a_new_conversation_starts_over(open_page):
    page = open_page()
    page.locator("#examples button").first.click()
    answered(page, 0)
    expect(page.locator("#examples")).to_be_hidden()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#examples")).to_be_visible()


def test_a_conversation_survives_a_reload(open_page):
    page = open_page()
    ask(page, NODES)
    page.reload()
    expect(page.locator(".turn .question")).to_contain_text(NODES)
    expect(page.locator(".turn .prose")).to_contain_text("64")


def test_feedback_is_taken_with_a_comment(open_page):
    page = open_page()
    turn = ask(page, NODES)
    with page.expect_request("**/api/feedback") as vote:
        turn.get_by_role("button", name="No, not helpful").click()
    assert vote.value.post_data_json["helpful"] is False
    turn.get_by_label("What should be better?").fill("name the free edition")
    with page.expect_request("**/api/feedback") as remark:
        turn.get_by_role("button", name="Send").click()
    assert remark.value.post_data_json["comment"] == "name the free edition"
    expect(turn).to_contain_text("Thank you")


@pytest.mark.parametrize(
    ("reply", "shown", "retry"),
    [
        ({"status": 503, "json": {"title": "Being updated", "detail": "back at noon"}}, "back at noon", True),
        ({"status": 502, "body": "<html><script>alert(1)</script>Bad Gateway"}, "502", True),
        (
            {"status": 422, "json": {"type": "about:blank", "title": "Unprocessable Content", "detail": "version: unknown"}},
            "version: unknown",
            False,
        ),
        (None, "cannot be reached", True),
    ],
    ids=["problem", "proxy", "bad-request", "no-server"],
)
def test_an_error_is_shown_where_the_answer_would_be(open_page, reply, shown, retry):
    page = open_page()
    page.route("**/api/ask", lambda route: route.fulfill(**reply) if reply else route.abort())
    page.fill("#question", NODES)
    page.press("#question", "Enter")
    error = page.locator(".turn").get_by_role("alert")
    expect(error).to_contain_text(shown)
    page.unroute("**/api/ask")
    again = error.get_by_role("button", name="Try again")
    if retry:
        again.click()
        expect(answered(page, 0).locator(".prose")).to_contain_text("64")
    else:
        expect(again).to_have_count(0)


def test_the_progress_of_the_index_is_told_until_it_is_ready(open_page):
    page = open_page("readyz")  # a page without scripts, to set the scene
    state = {"hybrid": False, "done": 340, "total": 2600}
    page.route("**/healthz", lambda route: route.fulfill(json={"status": "ok", "index": state}))
    page.goto(page.url.replace("readyz", ""))
    expect(page.locator("#preparing")).to_contain_text("340 of 2,600")
    state |= {"hybrid": True, "done": 2600}
    expect(page.locator("#preparing")).to_be_hidden()


# --- checking ---------------------------------------------------------------------------------------------------------


def test_a_dropped_file_is_judged(open_page):
    page = open_page()
    drop(page, "inventory.yaml", INVENTORY)
    report = page.locator("#report")
    expect(report.get_by_role("heading", level=2)).to_contain_text("Windows Server 2019")
    finding = report.locator("details.finding", has=page.get_by_role("link", name="Rule LM101"))
    expect(finding).to_have_attribute("open", "")
    expect(finding.locator("tbody")).to_contain_text("SWITCH1")
    expect(finding.locator("td[data-label=Where]")).to_contain_text("inventory.yaml")
    expect(finding.get_by_role("heading", name="What to do")).to_be_visible()
    expect(finding.locator(".sources a").first).to_have_attribute("href", re.compile("^https?://"))
    expect(report.locator(".unjudged .commands pre").first).to_contain_text("Get-")
    page.reload()
    expect(page.locator("#report")).to_contain_text("SWITCH1")


def test_findings_can_be_filtered_by_severity(open_page):
    page = open_page("#check")
    choose(page, "inventory.yaml", INVENTORY)
    errors = page.locator("#report section.error")
    expect(errors).to_be_visible()
    page.get_by_role("checkbox", name="Errors").uncheck()
    expect(errors).to_be_hidden()
    page.get_by_role("checkbox", name="Errors").check()
    expect(errors).to_be_visible()


def test_a_folder_keeps_its_paths_and_its_disks_stay_at_home(open_page, tmp_path):
    folder = tmp_path / "site-a"
    folder.mkdir()
    (folder / "inventory.yaml").write_text(INVENTORY, encoding="utf-8")
    (folder / "sql01.vhdx").write_bytes(b"vhdxfile")
    page = open_page("#check")
    with page.expect_request("**/api/check") as sent:
        page.set_input_files("#folder", folder)
    assert b"sql01.vhdx" not in (sent.value.post_data_buffer or b"")
    expect(page.locator("#check-status")).to_contain_text("1 virtual disk")
    expect(page.locator("#report td[data-label=Where]").first).to_contain_text("site-a/inventory.yaml")


def test_the_same_files_can_be_judged_for_another_version(open_page):
    page = open_page("#check")
    choose(page, "inventory.yaml", INVENTORY)
    heading = page.locator("#report").get_by_role("heading", level=2)
    expect(heading).to_contain_text("2019")
    page.locator("#check").get_by_label("Windows Server").select_option("2022")
    page.get_by_role("button", name="Check again").click()
    expect(heading).to_contain_text("2022")


def test_a_version_chosen_for_a_question_does_not_overrule_the_files(open_page):
    page = open_page()
    page.locator("#ask").get_by_label("Windows Server").select_option("2008")
    drop(page, "inventory.yaml", INVENTORY)
    expect(page.locator("#report").get_by_role("heading", level=2)).to_contain_text("2019")


def test_an_unreadable_file_is_refused_by_name(open_page):
    page = open_page("#check")
    choose(page, "holiday.txt", "nothing about clusters")
    expect(page.locator("#check-status").get_by_role("alert")).to_contain_text("holiday.txt")
    expect(page.locator("#report")).to_be_empty()


# --- runbooks ---------------------------------------------------------------------------------------------------------


def test_a_runbook_can_be_walked_back_and_left(open_page):
    page = open_page("#runbooks")
    page.locator("#runbooks .card", has_text="Live migration fails").get_by_role("button").click()
    walk = page.locator("#walk")
    first = walk.get_by_role("heading", level=2).inner_text()
    walk.locator(".options button").first.click()
    expect(walk.get_by_role("heading", level=2)).not_to_have_text(first)
    second = walk.get_by_role("heading", level=2).inner_text()
    page.reload()
    expect(walk.get_by_role("heading", level=2)).to_have_text(second)
    walk.get_by_role("button", name="Back").click()
    expect(walk.get_by_role("heading", level=2)).to_have_text(first)
    walk.get_by_role("button", name="All runbooks").click()
    expect(page.locator("#runbooks .card").first).to_be_visible()


def test_a_walk_ends_with_a_protocol(open_page):
    page = open_page("#walk/live-migration-fails")
    walk = page.locator("#walk")
    seen = []
    for _ in range(40):
        expect(walk.get_by_role("heading", level=2)).to_be_visible()
        if walk.locator(".protocol").count():
            break
        seen.append(walk.get_by_role("heading", level=2).inner_text())
        walk.locator(".options button").last.click()
        expect(walk.locator("p.how").first).to_contain_text(re.compile(rf"Step {len(seen) + 1}\b|Done"))
    expect(walk.locator(".protocol")).to_contain_text(seen[0])
    expect(walk.get_by_role("button", name="Copy the protocol")).to_be_visible()


def test_a_walk_skips_what_the_last_check_decides(open_page):
    page = open_page("#check")
    choose(page, "inventory.yaml", INVENTORY)
    expect(page.locator("#report details.finding").first).to_be_visible()
    page.evaluate("location.hash = '#walk/live-migration-fails'")
    page.locator("#walk .options button").first.click()
    expect(page.locator("#walk .skipped")).to_contain_text("LM101")


# --- everybody --------------------------------------------------------------------------------------------------------

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>[x](javascript:window.hacked=1)'


def test_hostile_text_stays_text(open_page):
    page = open_page()
    turn = ask(page, f"{NODES} {HOSTILE}")
    expect(turn.locator(".question")).to_contain_text(HOSTILE)
    drop(page, f"{HOSTILE.replace('/', '')}.yaml", INVENTORY.replace("LAN 2", json.dumps(HOSTILE)))
    expect(page.locator("#report")).to_contain_text("<img src=x onerror=")
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script, a[href^=javascript]").count() == 0


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus is on an element that matches."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the Tab key never reaches {selector}")


def test_everything_works_by_keyboard(open_page):
    page = open_page()
    tab_to(page, "#question")
    page.keyboard.type("How many nodes")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("can one failover cluster have?")
    assert page.input_value("#question") == "How many nodes\ncan one failover cluster have?"
    page.keyboard.press("Enter")
    answered(page, 0)
    page.evaluate("document.activeElement.blur(); document.querySelector('.skip').focus()")
    page.keyboard.press("Enter")  # skips to the content
    tab_to(page, ".suggestions button:last-child")
    page.keyboard.press("Enter")
    answered(page, 1)
    page.evaluate("document.querySelector('.skip').focus()")
    tab_to(page, "nav a[href='#runbooks']")
    page.keyboard.press("Enter")
    tab_to(page, "#runbooks button")
    page.keyboard.press("Enter")
    expect(page.locator("#walk h2")).to_be_focused()
    tab_to(page, ".options button")
    page.keyboard.press("Enter")
    expect(page.locator("#walk")).to_contain_text("Step 2")


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_nothing_is_cut_off_on_a_phone(open_page, locale):
    page = open_page(locale=locale, viewport={"width": 360, "height": 700})
    ask(page, f"{NODES[:-1]} on 2012 R2?")
    drop(page, "inventory.yaml", INVENTORY)
    expect(page.locator("#report details.finding").first).to_be_visible()
    for view in ("ask", "check", "runbooks"):
        page.evaluate("view => { location.hash = view; }", f"#{view}")
        expect(page.locator(f"#view-{view}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, view


def test_every_control_has_a_name(open_page):
    page = open_page()
    ask(page, NODES)
    drop(page, "inventory.yaml", INVENTORY)
    expect(page.locator("#report details.finding").first).to_be_visible()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, a, select, textarea, input:not([hidden]), nav, [role=group], [role=log]")]
            .filter((e) => !e.textContent.trim() && !e.labels?.length && !e.ariaLabel && !e.hasAttribute("aria-labelledby"))
            .map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_both_languages_say_the_same_things(open_page):
    page = open_page()
    strings = page.evaluate("async () => (await import('/static/strings.js')).STRINGS")

    def shape(value):
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        return [shape(v) for v in value] if isinstance(value, list) else sorted(re.findall(r"\{\w+\}", value))

    assert shape(strings["en"]) == shape(strings["de"])
    leaves = page.locator("[data-t]").evaluate_all("all => all.map((e) => e.dataset.t)")
    assert set(leaves) <= strings["en"].keys()
