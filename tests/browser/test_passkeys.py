"""A real browser with an authenticator inside: a passkey is added by hand and approves a release, on a phone too."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from incident.installation import Installation
from incident.keys import KeyRing
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.settings import Settings
from incident.verbs.signing_in import Attempt, sign_in
from notifications.clock import MovableClock, SystemClock
from notifications.models import Release, ReleaseState
from notifications.store import Store
from tests.browser.server import free_port, serving
from tests.browser.watching import Seen
from tests.databases import Content
from tests.incident.cases import begin_case
from tests.incident.notices import ACCOUNT, Desk, prepare
from tests.web.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PHONE: Any = {"width": 390, "height": 844}
INSIDE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Console:
    """The console at http://localhost, where browsers take passkeys, with a release that waits for its approver."""

    base: str
    desk: Desk
    release: Release
    browser: Browser
    seen: Seen

    def page(self, **context: Any) -> Page:
        """A browser of its own in which the approver is signed in, with an authenticator in it."""
        case = self.desk.case
        begun = case.act(Role.APPROVER, sign_in, case.people[Role.APPROVER].id, "-", Attempt("digest", "127.0.0.1"))
        made = self.browser.new_context(**context)
        made.add_cookies([{"name": "seventytwo", "value": begun.token, "url": self.base}])
        page = made.new_page()
        self.seen.watch(page, self.base)
        devices = made.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": INSIDE})
        return page


@pytest.fixture
def content() -> Content | None:
    """The console of this file is another, and begins with nothing."""
    return None


@pytest.fixture
def console(store: Store, tmp_path: Path, chromium: Browser) -> Iterator[Console]:
    clock, port = SystemClock(), free_port()
    base = f"http://localhost:{port}"
    keys = KeyRing(os.urandom(32), clock)
    stage = Stage(Installation(Settings(home=tmp_path, port=port, public_url=base), clock, store, keys))
    desk = prepare(begin_case(store, keys, MovableClock(clock.now() - timedelta(hours=1))))
    account = replace(ACCOUNT, next_update=clock.now() + timedelta(days=3))
    release = desk.request(desk.freeze(desk.start(NoticeKind.PEOPLE, account=account)), desk.users())
    with serving(stage):
        yield Console(base, desk, release, chromium, Seen())
        for context in chromium.contexts:
            context.close()


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the window sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_on_a_phone_a_passkey_is_added_and_approves_a_release(console: Console) -> None:
    page = console.page(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"{console.base}/account/passkeys")
    page.get_by_label("Name").fill("Work phone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Work phone")).to_be_visible()
    expect(page.get_by_text("Not used yet")).to_be_visible()
    assert fits(page)
    page.get_by_label("Name").fill("The same phone")
    page.get_by_role("button", name="Add a passkey").tap()
    expect(page.get_by_text("holds a passkey of yours for this console already")).to_be_visible()
    page.goto(f"{console.base}/releases/{console.release.id}")
    approve = page.get_by_role("button", name="Approve with passkey")
    page.get_by_label("How many people does this reach?").fill("4")
    approve.tap()
    expect(page.get_by_text("4 is not how many this reaches")).to_be_visible()
    page.get_by_label("How many people does this reach?").fill(str(console.release.recipients))
    assert fits(page)
    approve.tap()
    expect(page.get_by_text("Sending", exact=True)).to_be_visible()
    assert console.desk.release(console.release.id).state is ReleaseState.APPROVED
    assert [said for said in console.seen.troubles if "status of 422" not in said] == []


def test_without_javascript_the_pages_say_what_a_passkey_needs(console: Console) -> None:
    page = console.page(java_script_enabled=False)
    release = f"/releases/{console.release.id}"
    for path, said in (("/account/passkeys", "A passkey needs JavaScript"), (release, "once you have one")):
        page.goto(console.base + path)
        expect(page.get_by_text(said)).to_be_visible()
        expect(page.get_by_role("button", name="passkey")).to_be_hidden()
