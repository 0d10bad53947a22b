"""What is done on the page of an assessment before its picture is taken."""

from playwright.sync_api import Page

ANSWERED = (
    {"act": "answer", "fact": "data.form", "answer": "electronic"},
    {"act": "answer", "fact": "protection.encryption", "answer": "strong"},
    {"act": "answer", "fact": "protection.key", "answer": "safe"},
    {"act": "unknown", "fact": "people.vulnerable"},
)


def tried(page: Page) -> None:
    """An answer is typed, and what it would change is shown beside it before anything is kept."""
    page.fill("#answer", "2400")
    page.press("#answer", "Tab")
    page.wait_for_selector("#effect:has-text('not kept yet')")


def odd_answer(page: Page) -> None:
    """An answer that is none, and what the page says of it."""
    page.fill("#answer", "Bavaria = 12")
    page.get_by_role("button", name="Keep and go on").click()
    page.wait_for_selector(".fault")


def ticked(page: Page) -> None:
    """A folded line of many states and one duty more are ticked for one decision."""
    for box in page.locator(".bundle > .tick input, .rows > .duty:not(.bundle) > .tick input").all()[:3]:
        box.check()
    page.locator(".bundle > details > summary").first.click()
    page.locator(".bundle .duty > details > summary").first.click()
    page.wait_for_selector(".bundle .duty-body .kv")  # what the law says of it is fetched when it is unfolded
