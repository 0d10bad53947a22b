"""Writing and reading for pictures: the editor while somebody types."""

from playwright.sync_api import Page, expect

TYPED = "\n\nWe take your privacy seriously, and {{ nobody }} need worry about 99,999 records.\n"


def typed(page: Page) -> None:
    """A sentence below the text that the checks have something to say of."""
    field = page.locator("#text")
    field.press("Control+End")
    page.keyboard.insert_text(TYPED)
    expect(page.get_by_text("Of the text in the field")).to_be_visible(timeout=30_000)


def unfolded(page: Page) -> None:
    page.evaluate("for (const fold of document.querySelectorAll('#findings details')) fold.open = true")
