"""A notice that all have had, or on a closed incident, offers no release; the list counts what was really sent."""

import re

import pytest
from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.people import Notice
from notifications.ids import new_id
from notifications.models import Delivery, DeliveryState, Edition, Release
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.sending import sent_release
from tests.web.stage import Stage, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASK = "Ask for the release"


def test_who_has_had_it_is_not_offered_to_be_told_again(played: Stage, enter: Enter) -> None:
    release_id = sent_release(played)
    with session_of(played) as session:
        release = session.get_one(Release, release_id)
        notice = session.get_one(Notice, session.get_one(Edition, release.edition_id).notice_id)
    mara, page = enter("mara"), f"/notices/{notice.id}"
    html = mara.get(page).text
    assert ("Everybody here has had this edition." in html, ASK in html) == (True, False)
    refused = send(mara, f"{page}/releases", version=str(notice.version))
    assert (refused.status_code, "has had this edition" in refused.text) == (409, True)
    listed = mara.get(f"{played.path}/notices").text

    def repeat(session: Session) -> None:
        """A second release that found everybody told, as could be asked for once."""
        later = release.model_dump() | {"id": new_id(), "requested_at": played.installation.clock.now()}
        session.add(Release(**later))

    played.installation.store.write(repeat)
    again = mara.get(f"{played.path}/notices").text
    assert counts(again) == counts(listed)
    assert any(str(release.recipients) in line for line in counts(listed))


def test_people_found_later_are_counted_with_those_told_before(played: Stage, enter: Enter) -> None:
    release_id = sent_release(played)
    with session_of(played) as session:
        release = session.get_one(Release, release_id)
        row = session.exec(select(Delivery).where(col(Delivery.release_id) == release_id)).all()[0]
    mara = enter("mara")
    (before,) = counts(mara.get(f"{played.path}/notices").text)
    reached, total = figures(before)

    def join(session: Session) -> None:
        """A release that added one person, who was reached."""
        now, joined = played.installation.clock.now(), new_id()
        session.add(Release(**(release.model_dump() | {"id": joined, "requested_at": now, "recipients": 1})))
        session.flush()
        told = {"id": None, "release_id": joined, "person": "found-later", "message_id": "<later@nimbus.example>"}
        session.add(Delivery(**(row.model_dump() | told | {"state": DeliveryState.ACCEPTED})))

    played.installation.store.write(join)
    (after,) = counts(mara.get(f"{played.path}/notices").text)
    assert figures(after) == (reached + 1, total + 1)


def test_a_closed_incident_offers_no_release(played: Stage, enter: Enter) -> None:
    with session_of(played) as session:
        notice = session.exec(select(Notice).order_by(col(Notice.created_at))).all()[0]
    mara, page = enter("mara"), f"/notices/{notice.id}"
    send(mara, f"{page}/audience")
    assert ASK in mara.get(page).text

    def close(session: Session) -> None:
        session.get_one(Incident, played.incident_id).closed_at = played.installation.clock.now()

    played.installation.store.write(close)
    html = mara.get(page).text
    assert ("The incident is closed: reopen it" in html, ASK in html) == (True, False)
    assert send(mara, f"{page}/releases", version="1").status_code == 409


def figures(line: str) -> tuple[int, int]:
    """How many were reached, of how many."""
    found = re.search(r"([\d,]+) of ([\d,]+)", line)
    assert found
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))


def counts(html: str) -> list[str]:
    """The lines of the list that say how many were reached."""
    return [line.strip() for line in html.splitlines() if " of " in line and "Finished" in line]
