"""A duty met by mistake, a warning accepted, a deputy ended: taken back at once or later, by entries of their own."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlmodel import col, select

from incident.models.incidents import Incident
from incident.models.law import Obligation, Reminder
from incident.models.releasing import Deputy
from incident.phases import Phase
from notifications.clock import MovableClock
from tests.web.conftest import Enter
from tests.web.reading import links, send
from tests.web.stage import Stage, session_of
from tests.web.test_authoring import findings
from tests.web.test_undo import can_be_undone, undo

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DEPUTIES = "/account/deputies"


def owed(stage: Stage) -> Obligation:
    """A duty that is open, runs, and warns."""
    with session_of(stage) as session:
        wanted = (col(Obligation.incident_id) == stage.incident_id, col(Obligation.met_at).is_(None))
        runs = (Obligation.applies == "yes", col(Obligation.due_at).is_not(None))
        return session.exec(select(Obligation).where(*wanted, *runs).order_by(col(Obligation.due_at))).all()[0]


def again(stage: Stage, row: Obligation) -> tuple[bool, str, int]:
    """Whether it is met, by what, and how many warnings wait to be sent."""
    with session_of(stage) as session:
        now = session.get_one(Obligation, row.id)
        waiting = (
            Reminder.obligation_id == row.id,
            col(Reminder.sent_at).is_(None),
            col(Reminder.superseded_at).is_(None),
        )
        return now.met_at is not None, now.met_by, len(session.exec(select(Reminder).where(*waiting)).all())


def test_a_duty_recorded_as_met_by_mistake_is_open_again_and_warns_again(played: Stage, enter: Enter) -> None:
    mara, row = enter("mara"), owed(played)
    page = f"{played.path}/obligations/{row.id}"
    before = again(played, row)
    assert before[2] > 0
    done = send(mara, f"{page}/fulfilment", by="register no. 12")
    assert again(played, row) == (True, "register no. 12", 0)
    assert undo(mara, done).status_code == 303
    assert again(played, row) == before
    said = mara.get(f"{played.path}/timeline").text
    assert "is not met after all. It had been recorded as met at" in said
    assert "by register no. 12." in said
    assert send(mara, f"{page}/reopening").status_code == 409  # it is open


def test_no_clock_begins_to_run_unseen_in_an_incident_that_is_over(played: Stage, enter: Enter) -> None:
    mara, row = enter("mara"), owed(played)
    page = f"{played.path}/obligations/{row.id}"
    send(mara, f"{page}/fulfilment", by="register no. 12")
    over = update(Incident).where(col(Incident.id) == played.incident_id).values(phase=Phase.CLOSED)
    played.installation.store.write(lambda session: session.execute(over))
    refused = send(mara, f"{page}/reopening")
    assert refused.status_code == 409
    assert "is over: reopen it" in refused.text
    assert again(played, row)[0]


def test_a_duty_is_opened_again_later_from_its_page_with_the_reason(played: Stage, enter: Enter) -> None:
    mara, row = enter("mara"), owed(played)
    send(mara, f"{played.path}/obligations/{row.id}/fulfilment", by="register no. 12")
    html = mara.get(f"{played.path}/duties/{row.id}").text
    assert f'action="{played.path}/obligations/{row.id}/reopening"' in html
    send(mara, f"{played.path}/obligations/{row.id}/reopening", reason="It was number 21, of another incident.")
    assert not again(played, row)[0]
    told = mara.get(f"{played.path}/timeline").text
    assert "is not met after all: It was number 21, of another incident. It had been recorded" in told


def test_what_is_on_record_is_not_taken_back(played: Stage, enter: Enter) -> None:
    mara, row = enter("mara"), owed(played)
    send(mara, f"{played.path}/obligations/{row.id}/fulfilment", by="filing:019-7")
    refused = send(mara, f"{played.path}/obligations/{row.id}/reopening", reason="No.")
    assert (refused.status_code, "by what is on record" in refused.text) == (409, True)
    assert "reopening" not in mara.get(f"{played.path}/duties/{row.id}").text
    assert again(played, row)[0]


def warned(browser: TestClient, stage: Stage) -> tuple[str, str]:
    """A notice with a warning, and the key of it."""
    notice = links(browser.get(f"{stage.path}/notices").text, "/notices/")[0]
    html = browser.get(notice).text
    text = html.partition('name="text"')[2].partition(">")[2].partition("</textarea>")[0]
    subject = html.partition('name="subject"')[2].partition('value="')[2].partition('"')[0]
    version = html.partition('name="version" value="')[2].partition('"')[0]
    hedged = text.replace("We must assume that", "Possibly,") + "\n\nThe data were possibly read."
    saved = send(browser, notice, version=version, locale="en", subject=subject, text=hedged)
    assert saved.status_code == 303, saved.text[:2000]
    found = re.search(r'/ticks".*?name="key" value="([^"]+)"', findings(browser.get(notice).text))
    assert found
    return notice, found[1]


def test_a_warning_that_was_accepted_blocks_again(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    notice, key = warned(mara, played)

    def version() -> str:
        return mara.get(notice).text.partition('name="version" value="')[2].partition('"')[0]

    done = send(mara, f"{notice}/ticks", version=version(), key=key, reason="counsel: so it is")
    assert undo(mara, done).status_code == 303
    assert "Accepted:" not in findings(mara.get(notice).text)
    assert "may stand no more. It had been accepted: counsel: so it is" in mara.get(f"{played.path}/timeline").text
    assert send(mara, f"{notice}/ticks/withdrawal", version=version(), key=key).status_code == 404
    send(mara, f"{notice}/ticks", version=version(), key=key, reason="Once more.")
    assert "Accepted: Once more." in findings(mara.get(notice).text)
    assert "Take the acceptance back" in findings(mara.get(notice).text)


def test_the_page_of_the_notice_comes_back_as_it_was_looked_at(played: Stage, enter: Enter) -> None:
    mara = enter("mara")
    notice, key = warned(mara, played)
    version = mara.get(notice).text.partition('name="version" value="')[2].partition('"')[0]
    looked = {"locale": "de", "view": "text"}
    fields = findings(mara.get(f"{notice}?locale=de&view=text").text).partition("/ticks")[2].partition("</form>")[0]
    assert 'name="locale" value="de"' in fields
    assert 'name="view" value="text"' in fields
    done = send(mara, f"{notice}/ticks", version=version, key=key, reason="so it is", **looked)
    asked = "&".join(f"{name}={value}" for name, value in looked.items())
    assert done.headers["location"] == f"{notice}?{asked}#findings"
    assert undo(mara, done).headers["location"] == f"{notice}?{asked}#findings"


def test_a_deputy_who_was_ended_stands_in_again_by_a_naming_of_its_own(
    stage: Stage, enter: Enter, clock: MovableClock
) -> None:
    ines, lea = enter("ines"), enter("lea")
    span = {"begins_at": "2026-11-24T09:00", "ends_at": "2026-12-08T09:00"}
    send(ines, DEPUTIES, deputy=str(stage.people["lea"].id), **span)

    def rows() -> list[Deputy]:
        with session_of(stage) as session:
            return list(session.exec(select(Deputy).order_by(col(Deputy.named_at))).all())

    clock.move(timedelta(minutes=5))
    assert undo(ines, send(ines, f"{DEPUTIES}/{rows()[0].id}/revocation")).status_code == 303
    ended, again = rows()
    assert ended.revoked_at is not None
    assert (again.revoked_at, again.ends_at, again.deputy_id) == (None, ended.ends_at, ended.deputy_id)
    assert not can_be_undone(lea, send(lea, f"{DEPUTIES}/{again.id}/revocation"))  # nobody names themselves
