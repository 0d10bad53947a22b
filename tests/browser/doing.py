"""The page of one's tasks: none, those that are free, one that was taken and is about to be done."""

from collections.abc import Callable

from playwright.sync_api import Page

Place = tuple[str, str, str, Callable[[Page], None] | None]


def _taken(page: Page) -> None:
    page.get_by_role("button", name="Take it").first.click()
    page.goto(page.url.replace("whose=free", "whose=mine"))
    page.locator("summary[data-row-key]").first.click()


PAGES: tuple[Place, ...] = (
    ("own-tasks-none", "/tasks?whose=mine", "lea", None),
    ("own-tasks-free", "/tasks?whose=free", "mara", None),
    ("own-tasks-everybody", "/tasks?whose=all", "ines", None),
    ("own-tasks-taken", "/tasks?whose=free", "mara", _taken),
)
