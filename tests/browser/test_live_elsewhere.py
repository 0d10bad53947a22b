"""Pages beside the incident are live too: what one person does is on the other's page, and no typed text is lost."""

import logging
import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from incident.models.incidents import Task
from incident.models.intake import Source
from incident.models.people import Notice
from incident.runbooks import load
from incident.settings import shipped
from incident.verbs.act import Act
from incident.verbs.entries import note
from incident.verbs.intake import Delivery, quarantine, receive, settle
from incident.verbs.task_hands import take_task
from incident.verbs.tasks import copy_runbook
from tests.browser.accessibility import faults
from tests.browser.conftest import Console
from tests.web.stage import session_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SOON_MS = 15_000
CHANGED = "This changed meanwhile."


def at(console: Console, who: str, path: str, width: int = 1440) -> Page:
    """Somebody's browser at a page, once it is live."""
    page = console.page(who, width=width)
    page.goto(f"{console.base}{path}")
    page.wait_for_selector("html[data-live]")
    return page


def free_task(console: Console) -> Task:
    with session_of(console.stage) as session:
        mine = (Task.incident_id == console.stage.incident_id, Task.state == "open")
        return session.exec(select(Task).where(*mine).order_by(col(Task.position))).all()[0]


def test_a_task_somebody_else_takes_leaves_the_page_and_typed_words_stay(console: Console) -> None:
    book = load([shipped("runbooks")])["public_bucket"]
    console.stage.act("operator", copy_runbook, console.stage.incident_id, book)
    task = free_task(console)
    console.stage.act("mara", take_task, console.stage.incident_id, task.id)
    mara = at(console, "mara", "/tasks")
    lea = at(console, "mara", "/tasks?whose=mine", width=390)
    lea.locator(".own-task summary").first.click()
    lea.locator(".own-task textarea").first.fill("Half a sentence")
    mara.locator(".own-task summary").first.click()
    mara.locator(".own-task select[name=to]").first.select_option(index=0)
    mara.locator(".own-task").first.get_by_role("button", name="Hand it on").click()
    expect(lea.get_by_text(CHANGED)).to_be_visible(timeout=SOON_MS)
    expect(lea.locator(".own-task textarea").first).to_have_value("Half a sentence")
    assert list(faults(lea)) == []
    lea.locator(".own-task textarea").first.fill("")
    console.stage.act("mara", note, console.stage.incident_id, "one more event")
    expect(lea.get_by_text("You have no task")).to_be_visible(timeout=SOON_MS)
    expect(lea.get_by_text(CHANGED)).to_be_hidden()
    assert console.seen.troubles == []


def kept_apart(act: Act, number: int) -> UUID:
    """A delivery that nobody can read; returns its id."""
    source = act.session.exec(select(Source).where(Source.slug == "prometheus")).first()
    if source is None:
        source = Source(slug="prometheus", adapter="alertmanager", scheme="bearer", created_at=act.now)
        act.session.add(source)
        act.session.flush()
    kept = receive(act, Delivery(source.id, f"delivery-{number}", {}, b"<html>%d</html>" % number))
    quarantine(act, kept.intake_id, f"body number {number} is not JSON")
    return kept.intake_id


def test_what_comes_into_quarantine_and_leaves_it_is_seen_by_everybody(console: Console) -> None:
    first = console.stage.act("operator", kept_apart, 1)
    mara = at(console, "mara", "/quarantine")
    console.stage.act("operator", kept_apart, 2)
    expect(mara.get_by_text("Body number 2 is not JSON.")).to_be_visible(timeout=SOON_MS)
    console.stage.act("mara", settle, first, "A test of ours.", None)
    expect(mara.get_by_text("Body number 1 is not JSON.")).to_be_hidden(timeout=SOON_MS)
    mara.locator("article summary").first.click()
    mara.get_by_label("What was done about it").fill("The monitor was")
    console.stage.act("operator", kept_apart, 3)
    expect(mara.get_by_text(CHANGED)).to_be_visible(timeout=SOON_MS)
    expect(mara.get_by_label("What was done about it")).to_have_value("The monitor was")
    assert list(faults(mara)) == []
    assert console.seen.troubles == []


def test_a_notice_in_work_says_that_somebody_saved_and_keeps_what_is_typed(console: Console) -> None:
    with session_of(console.stage) as session:
        notice = session.exec(select(Notice).where(Notice.kind == "people")).all()[0]
    mara, other = (at(console, "mara", f"/notices/{notice.id}", width) for width in (1440, 390))
    text, version = other.locator("#text"), other.locator("#release form input[name=version]").first
    before = version.get_attribute("value") if version.count() else ""
    typed = text.input_value() + "\n\nHalf a sentence"
    text.fill(typed)
    mara.locator("#text").fill(mara.locator("#text").input_value() + "\n\nWe are sorry.")
    mara.get_by_role("button", name="Save the text").click()
    expect(other.locator("#notice-news")).to_contain_text("was saved meanwhile", timeout=SOON_MS)
    expect(text).to_have_value(typed)
    if before:
        expect(version).to_have_value(before)  # what is asked for is the text that was read
    assert list(faults(other)) == []
    other.locator("#notice-news a").click()
    expect(other.locator("#text")).to_have_value(re.compile("Half a sentence"))
    expect(other.locator("#main")).to_contain_text("We are sorry.")


def test_a_page_whose_server_is_gone_says_since_when_and_is_calm_once_it_is_back(
    console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    console.seen.means("net::ERR_", "Failed to fetch", "htmx")
    wide, narrow = at(console, "mara", console.stage.path), at(console, "mara", "/tasks", 390)
    german = at(console, "lea", "/deadlines")
    logging.getLogger("uvicorn.error").addHandler(caplog.handler)

    def away() -> None:
        assert wide.locator("#stale p").is_hidden()
        for page in (wide, narrow, german):
            expect(page.locator("#stale p")).to_be_visible(timeout=3 * SOON_MS)
        expect(wide.locator("#stale")).to_have_text(
            re.compile(r"^\s*Not live since \d\d:\d\d; what you see may be old\. Trying again\.$")
        )
        assert narrow.evaluate("document.documentElement.scrollWidth") == 390
        box = narrow.locator("#stale p").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390

    console.restart(away)
    for page in (wide, narrow, german):
        expect(page.locator("#stale p")).to_be_hidden(timeout=4 * SOON_MS)
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
