"""The administration in pictures: people come and go, a relay is tried, the record is proven."""

from collections.abc import Callable

from playwright.sync_api import Page

from incident.verbs.people import NewUser, add_api_token, add_user, disable
from tests.browser.story import Story
from tests.web.stage import HASHED

Place = tuple[str, str, str, Callable[[Page], None] | None]
LONG = "Maximiliane Konstantinopoulos-Wolfeschlegelstein"


def pages(story: Story) -> tuple[Place, ...]:
    """Names, addresses, who looks, and what they do first."""
    stage = story.stage
    new = stage.act("operator", add_user, NewUser("maximiliane@example.org", LONG, ("responder", "support"), HASHED))
    gone = stage.act("operator", add_user, NewUser("jonas@example.org", "Jonas Weber", ("approver",), HASHED))
    stage.act("operator", disable, gone.id)
    stage.act("operator", add_api_token, "host-platform", ("host",))
    person = f"/admin/people/{new.id}"
    return (
        ("admin", "/admin", "mara", None),
        ("admin-people", "/admin/people", "mara", None),
        ("admin-person", person, "mara", None),
        ("admin-person-password", person, "mara", _new_password),
        ("admin-person-own", f"/admin/people/{stage.people['mara'].id}", "mara", None),
        ("admin-person-gone", f"/admin/people/{gone.id}", "mara", None),
        ("admin-roles", "/admin/roles", "mara", None),
        ("admin-roles-one", "/admin/roles?role=privacy_officer", "mara", None),
        ("admin-organisation", "/admin/organisation", "mara", None),
        ("admin-law", "/admin/law", "mara", None),
        ("admin-law-nothing", "/admin/law?q=atlantis", "mara", None),
        ("admin-law-pack", "/admin/law/ae-adgm", "mara", None),
        ("admin-runbooks", "/admin/runbooks", "mara", None),
        ("admin-runbook", "/admin/runbooks/public_bucket", "mara", None),
        ("admin-templates", "/admin/templates", "mara", None),
        ("admin-relays", "/admin/relays", "mara", None),
        ("admin-relays-tried", "/admin/relays", "mara", _tried),
        ("admin-retention", "/admin/retention", "mara", None),
        ("own-password", "/account/password", "lea", None),
        ("own-password-refused", "/account/password", "lea", _wrong_password),
        ("admin-audit", "/admin/audit", "lea", None),
        ("admin-audit-proven", "/admin/audit", "mara", _proven),
        ("admin-audit-nothing", "/admin/audit?day=1999-01-01", "lea", None),
    )


def _wrong_password(page: Page) -> None:
    page.fill("#old", "guessed and wrong")
    page.fill("#password", "seven rivers meet below the mill")
    page.fill("#again", "seven rivers meet below the mill")
    page.locator("main form button").click()
    page.locator("#old-fault").wait_for()


def _new_password(page: Page) -> None:
    page.get_by_role("button", name="Make a new password").click()
    page.get_by_label("Hand it over").wait_for()


def _tried(page: Page) -> None:
    page.locator("#relay-1 button").click()
    page.locator(".trial").wait_for()


def _proven(page: Page) -> None:
    page.get_by_role("button", name="Prove it now").click()
    page.locator("#chain [role=status]").wait_for()
