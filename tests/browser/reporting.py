"""Reports by form, for pictures: the form, its receipt, the follow-up page; the same inside; what the console shows."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

from fastapi.testclient import TestClient
from playwright.sync_api import Page
from sqlmodel import col, select

from incident.models.finders import FinderThread
from incident.models.incidents import Incident
from tests.browser.finding import Looked
from tests.browser.story import Story

SAID = (
    "Your export bucket can be read by everybody who has the link.\n\nI opened one file this morning, saw names and "
    "invoices, and closed it again. I told nobody."
)
KEYS = re.compile(r'<dd class="key">([^<]+)</dd>')


def pages(story: Story) -> list[Looked]:
    """The pages, each with its name, who looks, and what is done there first."""
    parts = story.stage.installation
    settings = parts.settings.model_copy(update={"report_form": "public", "report_forms_an_address": 100})
    story.stage.installation = replace(parts, settings=settings)
    browser = TestClient(story.stage.app(), headers={"Accept": "text/html"}, follow_redirects=False)
    reference, token = map(unescape, KEYS.findall(browser.post("/report", data={"what": SAID}).text))
    key = {"reference": reference, "token": token}
    thread, home = _newest(story)
    path = f"/finder-threads/{thread}"
    story.after(95)
    more = {**key, "noticed": "This morning, about nine", "data": "Names, invoices; some thousands", "naming": "no"}
    listing = [("files", ("listing.png", b"\x89PNG\r\n" * 900, "image/png"))]
    browser.post("/report/follow-up/messages", data=more, files=listing)
    story.after(20)
    story.sent("mara", f"{path}/mails", text="Thank you. It is closed. Has anybody else seen it?")
    story.after(8)
    story.sent("ines", "/reports", what="A laptop of ours was left on a train.", reach="+49 30 1234")
    own, _ = _newest(story)
    story.sent("mara", f"/finder-threads/{own}/mails", text="Thank you, Ines. Was it locked?")
    return [
        ("report-form", "/report", "", None),
        ("report-form-german", "/report?lang=de", "", None),
        ("report-form-refused", "/report", "", _refused),
        ("report-receipt", "/report", "", _reported),
        ("report-receipt-german", "/report?lang=de", "", _reported),
        ("report-key", f"/report/follow-up?reference={reference}", "", None),
        ("report-key-wrong", f"/report/follow-up?reference={reference}", "", _followed_up("2" * 25)),
        ("report-conversation", f"/report/follow-up?reference={reference}", "", _followed_up(token)),
        ("report-conversation-german", f"/report/follow-up?lang=de&reference={reference}", "", _followed_up(token)),
        ("report-own", "/reports", "ines", None),
        ("report-own-one", f"/reports/{own}", "ines", _unfolded),
        ("report-finders", f"{home}/finders", "mara", None),
        ("report-finder-open", path, "mara", _opened),
        ("report-finder-inside", f"/finder-threads/{own}", "mara", _opened),
        ("report-board", "/", "mara", None),
        ("report-tasks", f"{home}/tasks", "mara", None),
    ]


def _newest(story: Story) -> tuple[str, str]:
    with story.stage.installation.store.read() as session:
        found = session.exec(select(FinderThread).order_by(col(FinderThread.opened_at).desc())).first()
        assert found is not None
        story.stage.incident = session.get_one(Incident, found.incident_id)
        return str(found.id), f"/incidents/{story.stage.incident.codename}"


def _refused(page: Page) -> None:
    page.fill("#what", "   ")
    page.locator("button.send").click()
    page.wait_for_selector("[role=alert]")


def _reported(page: Page) -> None:
    page.fill("#what", SAID)
    page.locator("button.send").click()
    page.wait_for_selector(".receipt")


def _followed_up(token: str) -> Callable[[Page], None]:
    def type_in(page: Page) -> None:
        page.fill("#token", token)
        page.locator("button.send").click()
        page.wait_for_selector("[role=alert], .messages")
        if page.locator("details").count():
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    return type_in


def _unfolded(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def _opened(page: Page) -> None:
    page.get_by_role("button", name="Open it").click()
    page.wait_for_selector("text=As received")
