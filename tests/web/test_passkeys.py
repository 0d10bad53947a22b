"""Passkeys through the pages: added and removed by their owner, and a release approved by one that signs for it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from incident import web
from incident.installation import Installation
from incident.keys import KeyRing
from incident.notice_kinds import NoticeKind
from incident.queries.notices import read_release
from incident.roles import Role
from incident.settings import Settings
from incident.verbs.signing_in import Attempt, sign_in
from notifications.clock import MovableClock
from notifications.models import Release, ReleaseState
from notifications.store import Store
from tests.authenticator import UP, Authenticator
from tests.incident.cases import begin_case
from tests.incident.keyholders import Keyholder, record_of
from tests.incident.notices import Desk, prepare
from tests.web.reading import links

ORIGIN = "https://console.example.org"
PAGE = "/account/passkeys"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Browser:
    """Somebody signed in, with a passkey in software, who sends what the script of the page sends."""

    client: TestClient
    csrf: str
    device: Authenticator

    def send(self, path: str, body: dict[str, Any], token: str | None = None) -> Any:
        headers = {"X-CSRF-Token": self.csrf if token is None else token, "Accept": "application/json"}
        return self.client.post(path, json=body, headers=headers)

    def asked(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.send(f"{path}/options", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def enrol(self, name: str = "Phone") -> None:
        options = self.asked(PAGE, {"name": name})
        answer = self.send(PAGE, {"name": name, "credential": self.device.create(options)})
        assert (answer.status_code, answer.json()) == (201, {"next": PAGE})

    def form(self, path: str, **fields: str) -> Any:
        return self.client.post(path, data={"csrf_token": self.csrf, **fields}, headers={"Accept": "text/html"})


@dataclass
class Console:
    """An installation under its own address, and a release that waits for an approver."""

    desk: Desk
    app: FastAPI
    release: Release

    @property
    def path(self) -> str:
        return f"/releases/{self.release.id}/passkey"

    @property
    def seen(self) -> dict[str, str]:
        approver, keys = self.desk.case.people[Role.APPROVER], self.desk.case.keys
        seen = self.desk.case.look(lambda session: read_release(session, keys, approver, self.release.id).seen)
        digests = {"edition_digest": seen.edition, "audience_digest": seen.audience, "facts_digest": seen.facts}
        return {**digests, "count": f"{self.release.recipients:,}"}

    @property
    def state(self) -> ReleaseState:
        return self.desk.release(self.release.id).state


Enter = Callable[[Role], Browser]


@pytest.fixture
def console(store: Store, clock: MovableClock, tmp_path: Path) -> Console:
    keys = KeyRing(os.urandom(32), clock)
    settings = Settings(home=tmp_path, public_url=ORIGIN, secure_cookies=False)
    installation = Installation(settings, clock, store, keys)
    app = FastAPI(lifespan=lambda _app: web.watching(installation))
    app.state.store, app.state.keys, app.state.clock, app.state.settings = store, keys, clock, settings
    web.install(app)
    desk = prepare(begin_case(store, keys, clock))
    release = desk.request(desk.freeze(desk.start(NoticeKind.PEOPLE)), desk.users())
    return Console(desk, app, release)


@pytest.fixture
def enter(console: Console) -> Iterator[Enter]:
    opened: list[TestClient] = []

    def begin(role: Role) -> Browser:
        case = console.desk.case
        begun = case.act(role, sign_in, case.people[role].id, "-", Attempt("digest", "192.0.2.1"))
        client = TestClient(console.app, follow_redirects=False, cookies={"seventytwo": begun.token})
        opened.append(client)
        return Browser(client, begun.csrf, Authenticator("console.example.org", ORIGIN))

    yield begin
    for client in opened:
        client.close()


def test_a_passkey_is_added_used_and_removed(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    assert "No passkey yet" in ines.client.get(PAGE).text
    assert "once you have one" in ines.client.get(f"/releases/{console.release.id}").text
    ines.enrol("Work phone")
    assert "Not used yet" in ines.client.get(PAGE).text
    options = ines.asked(console.path, console.seen)
    answer = ines.send(console.path, {**console.seen, "credential": ines.device.get(options)})
    assert (answer.status_code, answer.json()) == (200, {"next": f"/releases/{console.release.id}"})
    assert console.state is ReleaseState.APPROVED
    assert "Last used" in ines.client.get(PAGE).text
    (row,) = Keyholder(console.desk.case).kept
    assert ines.form(f"{PAGE}/{row.id}/removal", reason="new phone").headers["location"] == PAGE
    assert "No passkey yet" in ines.client.get(PAGE).text
    said = [text for action, text in record_of(console.desk.case) if action.startswith("passkey.")]
    assert said == [
        "approver added the passkey “Work phone”.",
        "approver removed the passkey “Work phone”: new phone",
    ]


def test_the_same_answer_again_or_later_is_refused(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    ines.enrol()
    first = {**console.seen, "credential": ines.device.get(ines.asked(console.path, console.seen))}
    late = ines.asked(console.path, console.seen)
    assert ines.send(console.path, first).status_code == 409  # a later challenge has taken its place
    console.desk.case.clock.move(timedelta(minutes=5))
    answer = ines.send(console.path, {**console.seen, "credential": ines.device.get(late)})
    assert (answer.status_code, "begin again" in answer.json()["detail"]) == (409, True)
    assert console.state is ReleaseState.REQUESTED
    good = {**console.seen, "credential": ines.device.get(ines.asked(console.path, console.seen))}
    assert [ines.send(console.path, good).status_code for _ in range(2)] == [200, 409]


def test_what_does_not_prove_it_is_refused_and_approves_nothing(console: Console, enter: Enter) -> None:
    ines, other = enter(Role.APPROVER), enter(Role.DECIDER)
    ines.enrol()
    other.enrol()
    wrong = (
        replace(ines.device, origin="https://console.example.net"),
        replace(ines.device, rp_id="example.org"),
        replace(ines.device, flags=UP),
        replace(ines.device, key=other.device.key),
        other.device,
    )
    for device in wrong:
        options = ines.asked(console.path, console.seen)
        answer = ines.send(console.path, {**console.seen, "credential": device.get(options)})
        assert answer.status_code == 403, answer.text
        assert "does not prove" in answer.json()["detail"]
    assert console.state is ReleaseState.REQUESTED


def test_an_answer_to_one_persons_challenge_is_not_taken_from_another(console: Console, enter: Enter) -> None:
    ines, other = enter(Role.APPROVER), enter(Role.LEGAL)
    options = ines.asked(PAGE, {"name": "Phone"})
    answer = other.send(PAGE, {"name": "Phone", "credential": other.device.create(options)})
    assert (answer.status_code, "not yours" in answer.json()["detail"]) == (409, True)
    assert Keyholder(console.desk.case, Role.LEGAL).kept == []


def test_an_enrolment_does_not_answer_an_approval(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    ines.enrol()
    options = ines.asked(PAGE, {"name": "Second"})
    answer = ines.send(console.path, {**console.seen, "credential": ines.device.get(options)})
    assert answer.status_code == 409
    assert console.state is ReleaseState.REQUESTED


def test_what_was_seen_is_signed_and_cannot_be_exchanged(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    ines.enrol()
    options = ines.asked(console.path, console.seen)
    signed = ines.device.get(options)
    for name, value in (("edition_digest", "0" * 64), ("facts_digest", "0" * 64), ("count", "4")):
        answer = ines.send(console.path, {**console.seen, name: value, "credential": signed})
        assert answer.status_code == 409, name
    assert ines.send(console.path, {**console.seen, "credential": signed}).status_code == 200


def test_the_number_of_people_is_asked_before_the_passkey(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    ines.enrol()
    for count in ("4", "", "many", "³", "-3", "9" * 21):
        answer = ines.send(f"{console.path}/options", {**console.seen, "count": count})
        assert answer.status_code == 422, count
        assert answer.json()["faults"][0]["field"] == "count"


def test_a_counter_that_goes_back_is_refused_and_written_down(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    ines.device.count = 9
    ines.enrol()
    ines.device.count = 3
    signed = {**console.seen, "credential": ines.device.get(ines.asked(console.path, console.seen))}
    answer = ines.send(console.path, signed)
    assert (answer.status_code, "written down" in answer.json()["detail"]) == (409, True)
    assert console.state is ReleaseState.REQUESTED
    action, text = record_of(console.desk.case)[-1]
    assert (action, "from 9 to 4" in text) == ("passkey.refused", True)
    assert ines.send(console.path, signed).status_code == 409
    assert [line for line, _ in record_of(console.desk.case)].count("passkey.refused") == 1


def test_without_the_sessions_token_nothing_is_done(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    for path in (f"{PAGE}/options", PAGE, f"{console.path}/options", console.path):
        assert ines.send(path, {"name": "Phone"}, token="").status_code == 403
        crossing = {"X-CSRF-Token": ines.csrf, "Sec-Fetch-Site": "cross-site"}
        assert ines.client.post(path, json={"name": "Phone"}, headers=crossing).status_code == 403


def test_a_session_that_was_left_open_adds_no_passkey_but_removes_and_approves(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    ines.enrol()
    options = ines.asked(PAGE, {"name": "Second"})
    console.desk.case.clock.move(timedelta(minutes=10))
    for path, body in ((f"{PAGE}/options", {}), (PAGE, {"credential": replace(ines.device).create(options)})):
        answer = ines.send(path, {"name": "Second", **body})
        assert (answer.status_code, "sign in again" in answer.json()["detail"]) == (409, True)
    page = ines.client.get(PAGE).text
    assert 'href="/login?next=/account/passkeys"' in page
    assert "data-passkey-enrol" not in page
    signed = {**console.seen, "credential": ines.device.get(ines.asked(console.path, console.seen))}
    assert ines.send(console.path, signed).status_code == 200
    (row,) = Keyholder(console.desk.case).kept
    assert ines.form(f"{PAGE}/{row.id}/removal", reason="phone lost").status_code == 303


def test_nobody_approves_with_a_passkey_who_may_not_approve(console: Console, enter: Enter) -> None:
    asker = enter(Role.LEGAL)
    asker.enrol()
    assert asker.send(f"{console.path}/options", console.seen).status_code == 403


def test_an_address_without_a_host_name_says_why_it_has_no_passkeys(console: Console, enter: Enter) -> None:
    ines = enter(Role.APPROVER)
    console.app.state.settings = console.app.state.settings.model_copy(update={"public_url": "http://127.0.0.1:8072"})
    page = ines.client.get(PAGE).text
    assert "SEVENTYTWO_PUBLIC_URL" in page
    assert "data-passkey-enrol" not in page
    for path, body in ((PAGE, {"name": "Phone"}), (console.path, console.seen)):
        answer = ines.send(f"{path}/options", body)
        assert (answer.status_code, "SEVENTYTWO_PUBLIC_URL" in answer.json()["detail"]) == (409, True)


def test_where_only_passkeys_count_a_public_page_is_published_and_withdrawn_by_one(
    console: Console, enter: Enter
) -> None:
    changed = {"approval_way": "passkey"}
    console.app.state.settings = console.app.state.settings.model_copy(update=changed)
    edition = console.desk.freeze(console.desk.start(NoticeKind.ANNOUNCEMENT))
    ines, page = enter(Role.APPROVER), f"/editions/{edition.id}"
    ines.enrol()
    html = ines.client.get(page).text
    assert f'data-passkey-approve="{page}/passkey"' in html
    assert "Approve and publish" not in html
    click = ines.form(f"{page}/approval", edition_digest=edition.digest)
    assert (click.status_code, "with your passkey" in click.text) == (409, True)
    seen = {"edition_digest": edition.digest, "audience_digest": "", "facts_digest": edition.facts_digest}
    answer = ines.send(f"{page}/passkey", {**seen, "credential": ines.device.get(ines.asked(f"{page}/passkey", seen))})
    assert answer.json() == {"next": page}
    html = ines.client.get(page).text
    (public,) = links(html, "/announcements/")
    assert (ines.client.get(public).status_code, "Withdraw the page" in html) == (200, False)
    why = {"reason": "Wrong system.", "confirmation": html.split('data-must-equal="')[1].split('"')[0]}
    assert ines.form(f"{page}/withdrawal", **why).status_code == 409
    assert ines.send(f"{page}/withdrawal/passkey/options", {**why, "confirmation": ""}).status_code == 422
    way = f"{page}/withdrawal/passkey"
    assert ines.send(way, {**why, "credential": ines.device.get(ines.asked(way, why))}).json() == {"next": page}
    assert ("Wrong system." in ines.client.get(public).text, "Withdrawn" in ines.client.get(page).text) == (True, True)
    assert ines.send(f"{way}/options", why).status_code == 409


def test_another_persons_passkey_is_not_there(console: Console, enter: Enter) -> None:
    ines, other = enter(Role.APPROVER), enter(Role.LEGAL)
    ines.enrol("Her phone")
    (row,) = Keyholder(console.desk.case).kept
    assert "Her phone" not in other.client.get(PAGE).text
    assert other.form(f"{PAGE}/{row.id}/removal", reason="not mine").status_code == 404
    assert len(Keyholder(console.desk.case).kept) == 1
