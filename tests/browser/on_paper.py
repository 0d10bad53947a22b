"""What paper shows of an incident and of the deadlines, for pictures."""

from collections.abc import Callable

from playwright.sync_api import Page

Looked = tuple[str, str, str, Callable[[Page], None] | None]
TABS = ("timeline", "facts", "assessment", "tasks", "customers", "evidence", "review", "clock-sheet")


def pages(path: str) -> list[Looked]:
    """The pages, each with its name, who looks, and what is done there first, for the incident at `path`."""
    tabs = [(f"{name}-printed", f"{path}/{name}", "mara", _printed) for name in TABS]
    return [*tabs, ("deadlines-printed", "/deadlines", "mara", _printed)]


def _printed(page: Page) -> None:
    page.emulate_media(media="print")
