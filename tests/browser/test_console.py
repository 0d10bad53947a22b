"""A person with a browser: from the sign-in to a line on the timeline and a move, watched by somebody else."""

import pytest
from playwright.sync_api import Page, expect

from incident.verbs.entries import note
from tests.browser.accessibility import faults
from tests.browser.conftest import Console
from tests.browser.in_german import SECTIONS

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SEEN_WITHIN_MS = 10_000  # how long it takes in the middle is measured in test_together


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the window sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)])
def test_from_the_board_to_a_line_and_a_move(console: Console, scheme: str, width: int) -> None:
    page = console.page("mara", scheme, width)
    assert console.stage.incident is not None
    page.get_by_role("link", name=console.stage.incident.codename).first.or_(
        page.get_by_role("link", name="Export bucket is readable by everybody").first
    ).first.click()
    page.wait_for_url(f"**{console.stage.path}")
    page.get_by_label("Add a line").fill("Asked the provider for a copy of the logs")
    page.get_by_role("button", name="Add to the timeline").click()
    expect(page.get_by_text("Asked the provider for a copy of the logs")).to_be_visible()
    page.get_by_role("button", name="Go on to recovery").click()
    expect(page.get_by_role("heading", name="Recovery", exact=True)).to_be_visible()
    for section in SECTIONS:
        page.goto(f"{console.base}{console.stage.path}/{section}")
        assert fits(page), section
    assert console.seen.troubles == []


def test_another_browser_sees_a_line_by_itself(console: Console) -> None:
    writer, watcher, board = console.page("mara"), console.page("ines"), console.page("lea")
    watcher.goto(console.base + console.stage.path)
    for page in (watcher, board):
        page.wait_for_selector("html[data-live]")
    writer.goto(console.base + console.stage.path)
    writer.get_by_label("Add a line").fill("The bucket is closed")
    writer.get_by_role("button", name="Add to the timeline").click()
    expect(watcher.get_by_text("The bucket is closed")).to_be_visible(timeout=SEEN_WITHIN_MS)
    writer.get_by_role("button", name="Go on to recovery").click()
    expect(board.get_by_role("cell", name="Recovery")).to_be_visible(timeout=SEEN_WITHIN_MS)
    assert console.seen.troubles == []


def test_what_somebody_is_writing_survives_a_live_refresh(console: Console) -> None:
    writer, other = console.page("mara"), console.page("lea")
    other.goto(console.base + console.stage.path)
    other.get_by_label("Add a line").fill("half a sentence")
    other.locator(".deadline summary").click()
    writer.goto(console.base + console.stage.path)
    writer.get_by_label("Add a line").fill("News")
    writer.get_by_role("button", name="Add to the timeline").click()
    expect(other.get_by_text("News", exact=True)).to_be_visible()
    expect(other.get_by_label("Add a line")).to_have_value("half a sentence")
    expect(other.locator(".deadline details")).to_have_attribute("open", "")


def test_the_countdown_runs_and_the_theme_changes_at_once(console: Console) -> None:
    page = console.page("mara")
    page.goto(console.base + console.stage.path)
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 18, 22)"
    expect(page.locator(".deadline time[data-countdown]")).to_contain_text("h")
    assert console.seen.troubles == []


def test_everything_works_without_javascript(console: Console) -> None:
    context = console.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(console.base + console.stage.path)
    page.fill("#email", "mara@example.org")
    page.fill("#password", "correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{console.stage.path}")
    page.get_by_label("Add a line").fill("Without scripts")
    page.get_by_role("button", name="Add to the timeline").click()
    expect(page.get_by_text("Without scripts")).to_be_visible()
    page.get_by_role("button", name="Go on to recovery").click()
    expect(page.get_by_role("heading", name="Recovery", exact=True)).to_be_visible()


def test_keys_lead_about(console: Console) -> None:
    page = console.page("mara")
    page.keyboard.press("/")
    expect(page.get_by_label("Search incidents")).to_be_focused()
    page.keyboard.press("Escape")
    page.goto(console.base + console.stage.path)
    page.keyboard.press("5")
    page.wait_for_url("**/assessment")
    page.keyboard.press("6")
    page.wait_for_url("**/duties")
    page.keyboard.press("b")
    page.wait_for_url(f"{console.base}/")
    assert console.seen.troubles == []


def test_a_release_opens_to_the_typed_number_only_also_after_news(console: Console) -> None:
    mara, ines = console.page("mara"), console.page("ines", width=390)
    mara.goto(f"{console.base}{console.stage.path}/notices")
    mara.get_by_role("link", name="E-mail to the people affected").click()
    mara.get_by_role("button", name="Build it from the register").click()
    mara.get_by_role("button", name="Ask for the release").click()
    mara.wait_for_url("**/releases/*")
    ines.goto(mara.url)
    ines.wait_for_selector("html[data-live]")
    approve = ines.get_by_role("button", name="Approve and send")
    expect(approve).to_be_disabled()
    console.stage.act("mara", note, console.stage.incident_id, "something else happens")
    ines.wait_for_timeout(1200)
    expect(approve).to_be_disabled()
    typed, wrong = (
        ines.get_by_label("How many people does this reach?"),
        ines.get_by_text("the number of recipients, whatever else"),
    )
    typed.press_sequentially("4")
    expect(wrong).to_be_hidden()
    typed.press("Enter")
    expect(wrong).to_be_visible()
    typed.fill("41")
    expect(approve).to_be_disabled()
    expect(wrong).to_be_visible()
    assert list(faults(ines)) == []
    typed.fill("40")
    expect(wrong).to_be_hidden()
    approve.click()
    expect(ines.get_by_text("Sending", exact=True)).to_be_visible()
    expect(mara.get_by_text("Sending", exact=True)).to_be_visible(timeout=SEEN_WITHIN_MS)
    assert fits(ines)
    assert console.seen.troubles == []
