"""What lies over a page or in its place: the palette, the keys, the menu of an account, refusals; a full board."""

from collections.abc import Callable

from playwright.sync_api import Page

from incident.models.incidents import Severity
from incident.phases import Move
from tests.browser.story import Story

Place = tuple[str, str, str, Callable[[Page], None] | None, str]
MANY = 20
ENGLISH, GERMAN = "en-GB", "de-DE"
KINDS = ("public_bucket", "ransomware", "misdirected_email", "leaked_credentials", "other")


def pages(story: Story) -> list[Place]:
    """Names, addresses, who looks, what is done first, and the locale of their browser."""
    _many(story)
    return [
        ("board-full", "/", "mara", None, ENGLISH),
        ("board-full-wall", "/wall", "mara", None, ENGLISH),
        ("palette", "/", "mara", _palette, ENGLISH),
        ("keys", "/", "mara", _keys, ENGLISH),
        ("account", "/", "mara", _account, ENGLISH),
        ("error-forbidden", "/admin", "lea", None, ENGLISH),
        ("error-unusable", "/design?look=neon", "mara", None, ENGLISH),
        ("page-link-void", "/page-answers/none", "", None, ENGLISH),
        ("german-account", "/", "mara", _account, GERMAN),
        ("german-keys", "/", "mara", _keys, GERMAN),
        ("german-error-forbidden", "/admin", "lea", None, GERMAN),
    ]


def _many(story: Story) -> None:
    severities = list(Severity)
    for number in range(MANY):
        title = f"Alert {number + 1}: unusual reads of the export store"
        story.report("mara", title, KINDS[number % len(KINDS)], severities[number % len(severities)])
        if number % 3 == 0:
            story.command()
            story.go(Move.CONTAIN)
        if number % 5 == 4:
            story.go(Move.DISMISS, reason="A test of the monitor, as announced.")
        story.after(11)


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#palette").wait_for()


def _keys(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#keys").wait_for()


def _account(page: Page) -> None:
    if page.locator(".menu-button").is_visible():
        page.locator(".menu-button").click()
    page.locator(".account > summary").click()
