"""Pages that belong to no incident and to everybody: finding a place, what one did, the design, a sign-in refused."""

from playwright.sync_api import Page


def pages(path: str) -> list[tuple[str, str]]:
    """Names of pictures and where they are taken; `path` is the incident one comes from."""
    return [
        ("go", f"/go?at={path}"),
        ("own-acts", "/account/done"),
        ("design", "/design"),
        ("design-looks", "/design?look=contrast&look=contrast-dark&look=print"),
    ]


def wrong_password(page: Page) -> None:
    """Try to sign in with another password."""
    page.fill("#email", "mara@example.org")
    page.fill("#password", "not the password at all")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("[role=alert]")


def told_there(page: Page) -> None:
    """The notice is fetched once the page stands, and may come after it."""
    page.locator("seventytwo-notices .toggle").first.wait_for()
