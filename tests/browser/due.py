"""The pages of deadlines: by day, on a wall, on paper, as a calendar."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

Place = tuple[str, str, str, Callable[[Page], None] | None]
EMPTY: tuple[Place, ...] = (("deadlines-empty", "/deadlines", "mara", None), ("wall-empty", "/wall", "mara", None))


def pages(path: str) -> tuple[Place, ...]:
    """Name, address, as whom, and what is done first, for the incident at `path`."""
    return (
        ("deadlines", "/deadlines", "mara", None),
        ("deadlines-calendar", "/deadlines", "mara", _calendar_made),
        ("wall", "/wall", "mara", None),
        ("clock-sheet", f"{path}/clock-sheet", "mara", None),
    )


def _calendar_made(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Make (the|a new) address")).click()
    page.get_by_text("It is shown this once").wait_for()
