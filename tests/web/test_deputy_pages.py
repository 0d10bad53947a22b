"""The pages on which people name deputies and approve first notices before anything happens."""

from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select

from incident.models.releasing import Deputy, StandingApproval
from notifications.clock import MovableClock
from notifications.models import ReleaseState
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, session_of
from tests.web.test_release_pages import ask, state_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DEPUTIES, STANDING = "/account/deputies", "/account/standing-approvals"


def test_an_approver_names_a_deputy_who_sees_it_and_either_ends_it(stage: Stage, enter: Enter) -> None:
    ines, lea = enter("ines"), enter("lea")
    assert "Nobody is named" in ines.get(DEPUTIES).text
    span = {"begins_at": "2026-11-24T09:00", "ends_at": "2026-12-08T09:00"}
    named = send(ines, DEPUTIES, deputy=str(stage.people["lea"].id), **span)
    assert named.status_code == 303, named.text[:2000]
    assert "Lea Brandt for Ines Moreau" in lea.get(DEPUTIES).text
    with session_of(stage) as session:
        row = session.exec(select(Deputy)).one()
    assert send(lea, f"{DEPUTIES}/{row.id}/revocation").status_code == 303
    assert "Over" in ines.get(DEPUTIES).text
    assert send(ines, DEPUTIES, deputy=str(stage.people["lea"].id), begins_at="x", ends_at="y").status_code == 422
    assert send(ines, DEPUTIES, deputy=str(stage.people["lea"].id), principal="x", **span).status_code == 422


def test_an_administrator_names_another_persons(stage: Stage, enter: Enter) -> None:
    mara = enter("mara")
    assert "In whose place" in mara.get(DEPUTIES).text
    people = {"principal": str(stage.people["ines"].id), "deputy": str(stage.people["lea"].id)}
    send(mara, DEPUTIES, **people, begins_at="2026-11-24T09:00", ends_at="2026-12-08T09:00")
    assert "Lea Brandt for Ines Moreau" in mara.get(DEPUTIES).text


def test_a_first_notice_approved_beforehand_goes_out_when_it_is_asked_for(
    played: Stage, enter: Enter, clock: MovableClock
) -> None:
    mara, ines = enter("mara"), enter("ines")
    page = unescape(ines.get(STANDING).text)
    assert "Nothing is approved beforehand" in page
    assert "Public announcement" not in page
    digest = page.split('name="kind" value="people"><input type="hidden" name="template_digest" value="')[1][:64]
    sent = {"kind": "people", "template_digest": digest, "ends_on": "2027-06-30"}
    assert send(ines, STANDING, **{**sent, "template_digest": "0" * 64}).status_code == 422
    assert send(ines, STANDING, **{**sent, "ends_on": "soon"}).status_code == 422
    assert send(ines, STANDING, **sent).status_code == 303
    assert "Ines Moreau as approver" in ines.get(STANDING).text
    clock.move(timedelta(minutes=5))
    release = ask(mara, played)
    assert state_of(played, release) is ReleaseState.APPROVED
    assert "in peacetime, to exactly these templates" in mara.get(release).text.lower()
    with session_of(played) as session:
        row = session.exec(select(StandingApproval)).one()
    assert send(ines, f"{STANDING}/{row.id}/revocation").status_code == 303
    assert "Over" in ines.get(STANDING).text
