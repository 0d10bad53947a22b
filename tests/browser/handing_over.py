"""A night shift hands over, the situation report of the same night, and what of it is on paper, for pictures."""

from collections.abc import Callable

from playwright.sync_api import Page

from incident.models.incidents import Severity
from tests.browser import crewing, on_paper
from tests.browser.story import Story, into_investigation

Looked = tuple[str, str, str, Callable[[Page], None] | None]
NOTE = {
    "runs": "- Jonas copies the logs of the provider; done by 14:00.\n- Mails to customers go out by themselves.",
    "awaited": "- The provider calls about its own logs.\n- Ines approves the notice to the people.",
    "worries": "A second bucket with the same policy turned up; nobody has looked into it yet.",
}


def pages(story: Story) -> list[Looked]:
    """The pages, each with its name, who looks, and what is done there first."""
    story.report("mara", "File server encrypted", "ransomware", Severity.HIGH)
    fresh = story.stage.path
    story.after(30)
    into_investigation(story)
    path = story.stage.path
    story.approve(story.ask(story.notice("customer")))
    story.post(troubled=True)
    story.draft_filing()
    story.ask(story.notice("people"))
    story.sent("mara", f"{path}/situation/rhythm", every="240")
    story.sent("mara", f"{path}/handovers", **NOTE)
    story.after(14)
    story.sweep()
    return [
        ("situation", f"{path}/situation", "mara", _unfolded),
        ("situation-reader", f"{path}/situation", "lea", None),
        ("situation-printed", f"{path}/situation", "mara", _printed),
        ("situation-fresh", f"{fresh}/situation", "mara", None),
        ("handover", f"{path}/handover", "mara", None),
        ("handover-fresh", f"{fresh}/handover", "mara", None),
        ("handover-pinned", path, "lea", None),
        *on_paper.pages(path),
        *crewing.pages(story),
    ]


def _unfolded(page: Page) -> None:
    page.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")


def _printed(page: Page) -> None:
    page.emulate_media(media="print")
