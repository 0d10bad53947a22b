"""The page of a release: who is wanted, what differs from the last time, calls written down, confirmed and denied."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.organisation import organisation_of
from incident.roles import Actor, Role
from incident.verbs.audiences import Importer, open_audience
from incident.verbs.facts import save_facts
from incident.verbs.people import NewUser, add_user
from notifications.audience import NewMember
from notifications.clock import MovableClock
from notifications.models import Approval, Channel, Outgoing, Release, ReleaseState
from notifications.sealing import Place
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import HASHED, Stage, facts, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DIGESTS = ("edition_digest", "audience_digest", "facts_digest")


def joined(stage: Stage, name: str, *roles: Role) -> None:
    new = NewUser(f"{name}@example.org", name.title(), tuple(roles), HASHED)
    row = stage.act("operator", add_user, new)
    stage.people[name] = Actor(row.id, row.name, frozenset(roles))


def seen(html: str) -> dict[str, str]:
    return {name: html.split(f'name="{name}" value="')[1].split('"')[0] for name in DIGESTS}


def ask(browser: TestClient, stage: Stage, version: str = "1") -> str:
    """Ask for the release of the first notice; returns the address of the release."""
    notice = links(browser.get(f"{stage.path}/notices").text, "/notices/")[0]
    send(browser, f"{notice}/audience")
    asked = send(browser, f"{notice}/releases", version=version)
    assert asked.status_code == 303, asked.text[:3000]
    return str(asked.headers["location"])


def state_of(stage: Stage, release: str) -> ReleaseState:
    with session_of(stage) as session:
        return session.get_one(Release, UUID(release.rsplit("/", 1)[1])).state


def heard(browser: TestClient, stage: Stage, release: str, **changed: Any) -> Any:
    """Jonas writes down that Ines said yes, as the page has it."""
    html = browser.get(release).text
    at = html.split('id="call-at" name="at" value="')[1].split('"')[0]
    fields = {"approver": str(stage.people["ines"].id), "at": at, "recognised": "Called back.", **changed}
    return send(browser, f"{release}/spoken-approval", **seen(html), **fields)


def test_several_are_wanted_and_the_page_says_who_is_missing(
    played: Stage, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played.installation.settings, "approvals", {"*": [Role.APPROVER, Role.LEGAL]})
    mara, ines, lea = enter("mara"), enter("ines"), enter("lea")
    release = ask(mara, played)
    html = lea.get(release).text
    assert "2 of 2 wanted" in html
    assert "You approve as legal" in html
    assert send(lea, f"{release}/approval", count="40", **seen(html)).status_code == 303
    html = ines.get(release).text
    assert "1 of 2 wanted" in html
    assert "Lea Brandt" in html
    assert send(ines, f"{release}/approval", count="40", **seen(html)).status_code == 303
    assert state_of(played, release) is ReleaseState.APPROVED


def test_the_board_of_who_may_approve_leads_to_what_waits_and_nobody_elses_does(played: Stage, enter: Enter) -> None:
    release = ask(enter("mara"), played)
    board = enter("ines").get("/").text
    assert "Waits for your approval" in board
    assert release in links(board, "/releases/")
    assert "Waits for your approval" not in enter("mara").get("/").text
    with session_of(played) as session:
        said = session.exec(select(Outgoing).where(col(Outgoing.occasion).contains("requested"))).one()
        place = Place("outgoing", "content_sealed", said.occasion, said.scope)
        text = json.loads(played.installation.keys.open(session, said.content_sealed, place))["text"]
    assert "“E-mail to the people affected” to 40 recipients waits for your approval: read it and approve" in text
    assert f"{played.installation.settings.base_url}{release}" in text


def test_a_call_is_written_down_and_confirmed_by_the_approver(played: Stage, enter: Enter) -> None:
    joined(played, "jonas", Role.COMMANDER)
    mara, jonas, ines = enter("mara"), enter("jonas"), enter("ines")
    release = ask(mara, played)
    assert "said yes by telephone" not in mara.get(release).text  # she wrote it
    assert heard(jonas, played, release, recognised=" ").status_code == 422
    assert heard(jonas, played, release).status_code == 303
    assert state_of(played, release) is ReleaseState.APPROVED
    html = ines.get(release).text
    assert "Did you approve this by telephone?" in html
    assert "heard by Jonas; not confirmed yet" in html
    assert "Did you approve" not in jonas.get(release).text
    assert send(ines, f"{release}/confirmation", **seen(html)).status_code == 303
    assert "heard by Jonas; confirmed" in ines.get(release).text


def test_a_call_that_was_not_made_is_denied(played: Stage, enter: Enter) -> None:
    joined(played, "jonas", Role.COMMANDER)
    mara, jonas, ines = enter("mara"), enter("jonas"), enter("ines")
    release = ask(mara, played)
    heard(jonas, played, release)
    assert send(ines, f"{release}/denial").status_code == 303
    assert state_of(played, release) is ReleaseState.VOID
    assert "denies having approved it by telephone" in mara.get(release).text


def test_what_differs_from_the_last_release_is_shown_word_by_word(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    first = ask(mara, played)
    assert 'id="difference"' not in ines.get(first).text
    send(ines, f"{first}/approval", count="40", **seen(ines.get(first).text))
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    page = mara.get(notice).text
    subject = page.split('id="subject" name="subject"')[1].split('value="')[1].split('"')[0]
    text = page.split('name="text"')[1].split(">", 1)[1].split("</textarea>")[0]
    edited = send(mara, notice, version="1", locale="en", subject=f"Again: {subject}", text=text)
    assert edited.status_code == 303, edited.text[:2000]
    html = ines.get(f"{ask(mara, played, version='2')}?locale=en").text
    assert "Edition 1 of this notice, released before" in html
    assert '<ins><span class="visually-hidden">added: </span><span aria-hidden="true">+</span>Again:</ins>' in html


def test_facts_that_do_not_concern_it_are_named_and_void_nothing(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    release = ask(mara, played)
    assert "was saved since" not in ines.get(release).text
    changed = facts()
    changed["datasets"][0]["people"]["count"] = 3500  # of the customers' lists
    organisation = organisation_of(played.installation.settings)
    played.act("mara", save_facts, played.incident_id, organisation, changed)
    html = ines.get(release).text
    assert "Facts version 2 was saved since; nothing this text rests on changed." in html
    assert state_of(played, release) is ReleaseState.REQUESTED


def test_who_comes_too_late_finds_the_request_void(played: Stage, enter: Enter, clock: MovableClock) -> None:
    mara = enter("mara")
    release = ask(mara, played)
    had = seen(enter("ines").get(release).text)
    clock.move(timedelta(hours=24))
    late = send(enter("ines"), f"{release}/approval", count="40", **had)
    assert late.status_code == 409
    assert state_of(played, release) is ReleaseState.VOID
    with session_of(played) as session:
        assert session.exec(select(Approval)).all() == []


def test_people_found_later_are_shown_alone(played: Stage, enter: Enter) -> None:
    mara, ines = enter("mara"), enter("ines")
    first = ask(mara, played)
    send(ines, f"{first}/approval", count="40", **seen(ines.get(first).text))
    with session_of(played) as session:
        told = session.get_one(Release, UUID(first.rsplit("/", 1)[1])).audience_id
    audience = played.act("mara", open_audience, played.incident_id, "found later", Channel.EMAIL, told)
    parts, mara_acts = played.installation, played.people["mara"]
    found = enumerate((NewMember("new-1", "new1@example.net"), NewMember("new-2", "new2@example.net")), 1)
    Importer(parts.store, parts.keys, mara_acts, parts.clock).fill(played.incident_id, audience.id, found)
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    release = send(mara, f"{notice}/releases", version="1", audience=str(audience.id)).headers["location"]
    html = ines.get(release).text
    assert "2 newly found people join" in html
    assert "0 were told before" in html  # no relay has taken a mail yet
    assert f'href="{first}"' in html
    assert 'data-must-equal="2"' in html
    assert 'id="difference"' not in html


def test_whom_a_law_wants_told_first_is_said_before_it_is_asked_for(played: Stage, enter: Enter) -> None:
    changed = facts()
    changed["datasets"][1]["reach"] = {"US-MD": 40}
    changed["datasets"][1]["data"]["categories"] = ["name", "national_id"]
    organisation = organisation_of(played.installation.settings)
    played.act("mara", save_facts, played.incident_id, organisation, changed)
    mara = enter("mara")
    notice = links(mara.get(f"{played.path}/notices").text, "/notices/")[0]
    told = {"taken": "access_closed", "planned": "configuration_checks", "next_update": "2026-11-27T16:00"}
    assert send(mara, f"{notice}/draft", version="1", **told).status_code == 303
    send(mara, f"{notice}/audience")
    page = mara.get(notice).text
    assert "A law wants somebody told before the people" in page
    assert "Notify the Attorney General of Maryland" in page
    refused = send(mara, f"{notice}/releases", version="2")
    assert refused.status_code == 409, refused.text[:2000]
    assert "Attorney General of Maryland" in refused.text
    asked = send(mara, f"{notice}/releases", version="2", order_reason="It cannot wait for the morning.")
    assert asked.status_code == 303, asked.text[:2000]


def test_a_next_update_that_is_past_is_refused_on_the_form(played: Stage, enter: Enter) -> None:
    wanted = {"kind": "media", "locales": "en", "next_update": "2020-11-20T16:00"}
    answer = send(enter("mara"), f"{played.path}/notices", **wanted)
    assert (answer.status_code, "lies ahead" in answer.text) == (422, True), answer.text[:2000]
