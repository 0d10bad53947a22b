"""Two people, a browser each, on one incident: who is here, whose move it is, what a lost race keeps, a restart."""

import re
import threading
from collections.abc import Callable
from statistics import median

import pytest
from playwright.sync_api import Page, Route, expect

from incident.verbs.entries import note
from incident.web.events import EVERY_SECONDS
from tests.browser.accessibility import faults
from tests.browser.conftest import Console

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
LIVE_WITHIN_MS = 1000  # in the middle of ten
SEEN_WITHIN_MS = 15_000  # on a busy machine
MOVES = 10
LOOKING = """(words) => { window.seen = new Promise((done, failed) => {
  setTimeout(() => failed(new Error(`not seen: ${words}`)), 30000);
  const look = () => document.body.textContent.includes(words) && !watch.disconnect() && done(Date.now());
  const watch = new MutationObserver(look);
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
}); }"""


def at(console: Console, who: str, section: str = "", width: int = 1440) -> Page:
    """Somebody's browser at the incident, once it is live."""
    page = console.page(who, width=width)
    page.goto(f"{console.base}{console.stage.path}{section}")
    page.wait_for_selector("html[data-live]")
    return page


def test_each_sees_the_other_come_change_the_tab_and_go(console: Console) -> None:
    mara = at(console, "mara")
    expect(mara.locator("#present")).to_contain_text("Nobody else here")
    ines = at(console, "ines", "/duties", width=390)
    expect(mara.locator("#present summary")).to_contain_text("1 other here", timeout=SEEN_WITHIN_MS)
    mara.locator("#present summary").click()
    told = mara.locator("#present li")
    expect(told).to_contain_text("Ines Moreau")
    expect(told).to_contain_text("Duties")
    expect(told).to_contain_text("here")
    expect(ines.locator("#present")).to_contain_text("1 other here", timeout=SEEN_WITHIN_MS)
    ines.locator("#present summary").click()
    expect(ines.locator("#present li")).to_contain_text("Mara Lindqvist")
    ines.goto(f"{console.base}{console.stage.path}/timeline")
    expect(told).to_contain_text("Timeline", timeout=SEEN_WITHIN_MS)
    assert list(faults(ines)) == []
    ines.goto(f"{console.base}/")
    expect(mara.locator("#present")).to_contain_text("Nobody else here", timeout=SEEN_WITHIN_MS)
    assert console.seen.troubles == []
    assert list(faults(mara)) == []


def test_nothing_moves_when_somebody_comes(console: Console) -> None:
    mara = at(console, "mara", width=390)
    before = mara.locator("h1").bounding_box()
    at(console, "ines")
    expect(mara.locator("#present summary")).to_be_visible(timeout=SEEN_WITHIN_MS)
    assert mara.locator("h1").bounding_box() == before
    mara.locator("#present summary").click()
    assert mara.locator("h1").bounding_box() == before


def test_what_one_writes_another_sees_within_a_second_of_the_answer(
    console: Console, say: Callable[[str], None]
) -> None:
    """The middle of ten: from when the writer's browser had the answer to when the other page shows it."""
    mara, ines = at(console, "mara"), at(console, "ines")
    took = []
    for number in range(MOVES):
        words = f"Line {number} of a long night."
        ines.evaluate(LOOKING, words)
        mara.get_by_label("Add a line").fill(words)
        with mara.expect_response(lambda got: got.request.method == "POST" and got.url.endswith("/notes")) as answer:
            mara.get_by_role("button", name="Add to the timeline").click()
        timing = answer.value.request.timing
        took.append(ines.evaluate("window.seen") - timing["startTime"] - max(timing["responseStart"], 0))
        mara.wait_for_load_state("load")
    say(f"another browser sees a line {median(took):.0f} ms after its writer was answered, at most {max(took):.0f} ms")
    assert median(took) < LIVE_WITHIN_MS, took
    assert console.seen.troubles == []


def test_each_sees_the_others_phase_move_by_itself(console: Console) -> None:
    mara, ines = at(console, "mara"), at(console, "ines")
    mara.get_by_role("button", name="Go on to recovery").click()
    expect(ines.locator(".phases [aria-current=step]")).to_contain_text("Recovery", timeout=SEEN_WITHIN_MS)
    assert console.seen.troubles == []


def test_who_moves_second_is_told_and_keeps_the_reason_that_was_typed(console: Console) -> None:
    console.seen.means("409", "net::ERR_FAILED", "Failed to fetch")
    first, second = console.page("mara"), console.page("mara")
    for page in (first, second):
        page.route("**/events*", lambda route: route.abort())  # both pages are a moment old
        page.goto(console.base + console.stage.path)
        page.evaluate("for (const fold of document.querySelectorAll('#moves details')) fold.open = true")
    why = second.get_by_label("Why now")
    why.fill("The bucket is open again in one region.")
    first.get_by_role("button", name="Go on to recovery").click()
    expect(first.locator(".phases [aria-current=step]")).to_contain_text("Recovery")
    why.press("Enter")
    expect(second.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    expect(second.get_by_text("The bucket is open again in one region.")).to_be_visible()
    second.get_by_role("link", name="Read it again").click()
    expect(second.locator(".phases [aria-current=step]")).to_contain_text("Recovery")


def test_who_saves_the_facts_second_sees_both_versions_and_loses_nothing(console: Console) -> None:
    console.seen.means("409", "net::ERR_FAILED", "Failed to fetch")
    first, second = facts_of_a_moment_ago(console, "mara"), facts_of_a_moment_ago(console, "lea")
    count = "[name='datasets.1.people.count']"
    first.fill(count, "41")
    second.fill(count, "57")
    first.get_by_role("button", name="Save as version").click()
    expect(first.get_by_text(re.compile("Version 2")).first).to_be_visible()
    second.get_by_role("button", name="Save as version").click()
    expect(second.locator("#main")).to_contain_text("57")
    second.get_by_role("link", name="Read it again").click()
    second.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")
    expect(second.locator(count)).to_have_value("57")
    expect(second.locator(".theirs").first).to_contain_text("41")
    second.get_by_role("button", name="Save as version").click()
    expect(second.get_by_text(re.compile("Version 3")).first).to_be_visible()


def test_who_chooses_second_sees_what_the_first_chose_by_its_words(console: Console) -> None:
    console.seen.means("409", "net::ERR_FAILED", "Failed to fetch")
    first, second = facts_of_a_moment_ago(console, "mara"), facts_of_a_moment_ago(console, "lea")
    cause, malicious, kinds = (f"[name='breach.{name}']" for name in ("cause", "malicious", "kinds"))
    first.select_option(cause, "spyware")
    first.locator(f"{malicious}[value=yes]").check()
    first.locator(f"{kinds}[value=integrity]").check()
    second.select_option(cause, "data_error")
    second.locator(f"{malicious}[value=unknown]").check()
    second.locator(f"{kinds}[value=availability]").check()
    first.get_by_role("button", name="Save as version").click()
    expect(first.get_by_text(re.compile("Version 2")).first).to_be_visible()
    second.get_by_role("button", name="Save as version").click()
    second.get_by_role("link", name="Read it again").click()
    expect(second.locator(cause)).to_have_value("data_error")
    expect(second.locator(f"{malicious}[value=unknown]")).to_be_checked()
    for kind in ("confidentiality", "integrity", "availability"):  # boxes of both: nobody took one away
        expect(second.locator(f"{kinds}[value={kind}]")).to_be_checked()
    beside = second.locator(".theirs")
    expect(beside).to_have_count(3)
    for said in beside.all():
        expect(said).to_be_visible()
    assert [said.locator("p").inner_text() for said in beside.all()] == ["Confidentiality, Integrity", "Spyware", "Yes"]
    assert list(faults(second)) == []


def facts_of_a_moment_ago(console: Console, who: str) -> Page:
    """The fact sheet in somebody's browser, every fold open, which hears of nothing that happens from now on."""
    page = console.page(who)
    page.route("**/events*", lambda route: route.abort())
    page.goto(f"{console.base}{console.stage.path}/facts")
    page.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")
    return page


def test_what_happens_between_the_page_and_its_stream_is_not_missed(console: Console) -> None:
    watcher = console.page("lea")

    def late(route: Route) -> None:
        console.stage.act("mara", note, console.stage.incident_id, "written while the page was loading")
        threading.Event().wait(3 * EVERY_SECONDS)  # the hub has looked, and nobody watched
        route.continue_()

    watcher.route("**/events*", late, times=1)
    watcher.goto(console.base + console.stage.path)
    expect(watcher.get_by_text("written while the page was loading")).to_be_visible(timeout=SEEN_WITHIN_MS)


def test_a_stream_that_did_not_begin_is_tried_again(console: Console) -> None:
    console.seen.means("net::ERR_", "Failed to fetch", "htmx")
    watcher = console.page("lea")
    watcher.route("**/events*", lambda route: route.abort(), times=1)
    watcher.goto(console.base + console.stage.path)
    console.stage.act("mara", note, console.stage.incident_id, "written before the stream began")
    expect(watcher.get_by_text("written before the stream began")).to_be_visible(timeout=SEEN_WITHIN_MS)


def test_after_a_restart_the_page_has_what_was_written_meanwhile(console: Console) -> None:
    console.seen.means("net::ERR_", "Failed to fetch", "htmx")
    watcher = at(console, "lea")
    console.restart(lambda: console.stage.act("mara", note, console.stage.incident_id, "written while it was away"))
    expect(watcher.get_by_text("written while it was away")).to_be_visible(timeout=SEEN_WITHIN_MS)
    console.stage.act("mara", note, console.stage.incident_id, "written after it came back")
    expect(watcher.get_by_text("written after it came back")).to_be_visible(timeout=SEEN_WITHIN_MS)


def test_without_javascript_the_list_is_that_of_the_moment_the_page_was_read(console: Console) -> None:
    at(console, "mara", "/evidence")
    page = console.browser.new_context(java_script_enabled=False).new_page()
    page.goto(console.base + console.stage.path)
    page.fill("#email", "ines@example.org")
    page.fill("#password", "correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{console.stage.path}")
    page.wait_for_timeout(1200)
    page.reload()
    page.locator("#present summary").click()
    expect(page.locator("#present li")).to_contain_text("Mara Lindqvist")
    expect(page.locator("#present li")).to_contain_text("Evidence")
