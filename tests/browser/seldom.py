"""Pages somebody comes to once, with their folds open: what is purged when, who is left to tell; the link of a page."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page
from sqlmodel import col, select

from incident.models.paging import PagedOne
from incident.paging import SCOPE, link_token
from incident.verbs.act import Act
from tests.browser.story import Story

Place = tuple[str, str, str, Callable[[Page], None] | None]


def pages(story: Story) -> tuple[Place, ...]:
    """Name, address, as whom, and what is done first, for the incident of the story; its team was paged."""
    path = story.stage.path
    return (
        ("retention-open", f"{path}/retention", "mara", unfolded),
        ("customers-unfolded", f"{path}/customers", "mara", unfolded),
        ("page-link", f"/page-answers/{story.stage.act('operator', _link)}", "", None),
    )


def _link(act: Act) -> str:
    """The token in the message of the last call, made as that message was."""
    call = act.session.exec(select(PagedOne).order_by(col(PagedOne.id).desc())).first()
    assert call is not None
    return link_token(act.keys.for_scope(act.session, SCOPE), call.id, act.now + timedelta(hours=1))


def unfolded(page: Page) -> None:
    """Open every fold of the page."""
    page.evaluate("for (const fold of document.querySelectorAll('#main details')) fold.open = true")
