"""Reports of people who are signed in: their name is known, they see their own and nobody else's."""

import pytest

from incident.models.finders import FinderThread
from incident.roles import Role
from incident.verbs.people import NewUser, add_user
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import HASHED, Stage
from tests.web.test_reports import home_of, threads, with_settings

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHAT = "A colleague's laptop was taken from a train."


def only(stage: Stage) -> FinderThread:
    (thread,) = threads(stage)
    return thread


def test_a_person_reports_under_their_name_and_reads_what_is_answered(stage: Stage, enter: Enter) -> None:
    new = NewUser("rita@example.org", "Rita Roe", (Role.REPORTER,), HASHED)
    account = stage.act("operator", add_user, new)
    rita, mara = enter("rita"), enter("mara")
    there = send(rita, "/reports", what=WHAT, reach="+49 30 1234").headers["location"]
    thread = only(stage)
    assert there == f"/reports/{thread.id}"
    assert (thread.door, thread.reporter_id, thread.token_digest) == ("inside", account.id, None)
    assert home_of(stage, thread).opened_by == f"user:{account.id}"
    assert "laptop was taken" in rita.get(there).text
    assert thread.reference in rita.get("/reports").text
    path = f"/finder-threads/{thread.id}"
    opened = send(mara, f"{path}/views").text
    for said in ("rita@example.org", "Rita Roe", "+49 30 1234", "laptop was taken"):
        assert said in opened
    assert send(mara, f"{path}/mails", text="Thank you, Rita.").status_code == 303
    assert "Thank you, Rita." in rita.get(there).text
    assert send(rita, f"{there}/messages", text="It was locked.", noticed="At ten").status_code == 303
    page = send(mara, f"{path}/views").text
    assert "It was locked." in page
    assert "They last looked" in page
    assert send(rita, f"{there}/messages").status_code == 422


def test_nobody_sees_what_another_reported(stage: Stage, enter: Enter) -> None:
    mara, lea, ines = enter("mara"), enter("lea"), enter("ines")
    there = send(ines, "/reports", what=WHAT).headers["location"]
    assert ines.get(there).status_code == 200
    for other in (mara, lea):
        assert other.get(there).status_code == 404
        assert send(other, f"{there}/messages", text="x").status_code == 404
        assert only(stage).reference not in other.get("/reports").text


def test_who_does_not_handle_incidents_has_one_way_to_report(stage: Stage, enter: Enter) -> None:
    stage.act("operator", add_user, NewUser("rita@example.org", "Rita Roe", (Role.REPORTER,), HASHED))
    rita, mara = enter("rita"), enter("mara")
    theirs, ours = rita.get("/").text, mara.get("/").text
    assert ('href="/reports"' in theirs, 'href="/incidents/new"' in theirs) == (True, False)
    assert ('href="/incidents/new"' in ours, ours.count('href="/reports"')) == (True, 1)
    off = with_settings(stage, report_form="off").installation.settings
    for browser in (rita, mara):
        browser.app.state.settings = off  # type: ignore[attr-defined]
        html = browser.get("/").text
        assert ('href="/reports"' in html, 'href="/incidents/new"' in html) == (False, True)
