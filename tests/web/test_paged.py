"""Pages on the console and behind their link: looked at without effect, acknowledged by a click, a test sent."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.paging import PageCall, PagedOne
from incident.outreach import opened_message
from incident.roles import Visibility, system
from incident.verbs.act import Act
from incident.verbs.page_events import Roads
from incident.verbs.pages import page_opened_incident
from incident.verbs.teams import NewLayer, add_team, put_layer
from notifications.clock import MovableClock
from notifications.models import Outgoing
from notifications.webhook_bodies import content_place
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import Stage, session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BASE = "https://incident.example.org"


@pytest.fixture
def paged(stage: Stage) -> Stage:
    """A team with one person on call, paged for the incident."""
    stage.act("operator", add_team, "platform")
    stage.act("operator", put_layer, "platform", NewLayer("first", ("mara@example.org",), "2026-11-23"))
    incident = stage.incident
    assert incident is not None
    message, roads = opened_message(incident.id, incident.codename, "critical"), Roads("example.org", BASE)

    def begin(act: Act) -> None:
        page_opened_incident(act.by(system("intake")), incident.id, message, roads)

    stage.act("operator", begin)
    return stage


def link(stage: Stage) -> str:
    """The path of the link in the last mail of a page."""

    def read(session: Session) -> str:
        call = session.exec(select(PagedOne).order_by(col(PagedOne.id).desc())).first()
        assert call is not None
        row = session.get_one(Outgoing, call.occasion)
        place = content_place(row.occasion, row.scope)
        text = json.loads(stage.installation.keys.open(session, row.content_sealed, place))["text"]
        (found,) = [line for line in text.splitlines() if "/page-answers/" in line]
        return "/page-answers/" + str(found).rpartition("/")[2]

    with session_of(stage) as session:
        return read(session)


def pages(stage: Stage) -> list[PageCall]:
    with session_of(stage) as session:
        return list(session.exec(select(PageCall)).all())


def test_programs_that_follow_the_link_change_nothing(paged: Stage, enter: Enter) -> None:
    stranger, path = enter(""), link(paged)
    for _ in range(3):
        answer = stranger.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        stranger.request("HEAD", path)
    assert pages(paged)[0].acknowledged_at is None


def test_it_shows_the_codename_and_nothing_of_the_incident(paged: Stage, enter: Enter) -> None:
    html = enter("").get(link(paged)).text
    assert paged.incident is not None
    assert paged.incident.codename in html
    for word in ("bucket", "critical", "platform", "Mara", "mara@"):
        assert word not in html


def test_a_click_acknowledges_and_a_second_one_says_so(paged: Stage, enter: Enter) -> None:
    stranger, path = enter(""), link(paged)
    clicked = stranger.post(path)
    assert (clicked.status_code, clicked.headers["location"]) == (303, path)
    assert "Acknowledged" in stranger.get(path).text
    (page,) = pages(paged)
    assert page.acknowledged_by == f"user:{paged.people['mara'].id}"
    assert stranger.post(path).status_code == 303
    assert "acknowledged the page by the link in the mail" in enter("mara").get(f"{paged.path}/timeline").text


def test_another_site_cannot_click(paged: Stage, enter: Enter) -> None:
    crossed = enter("").post(link(paged), headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert crossed.status_code == 403
    assert pages(paged)[0].acknowledged_at is None


def test_a_link_is_over_after_a_day_and_a_forged_one_never_was(paged: Stage, enter: Enter, clock: MovableClock) -> None:
    stranger, path = enter(""), link(paged)
    forged = path[:-1] + ("0" if path[-1] != "0" else "1")
    assert stranger.get(forged).status_code == 404
    assert stranger.post(forged).status_code == 404
    clock.move(timedelta(hours=24))
    assert stranger.get(path).status_code == 410
    stranger.post(path)
    assert pages(paged)[0].acknowledged_at is None


def test_the_incident_says_that_a_page_waits_and_takes_the_answer(paged: Stage, enter: Enter) -> None:
    mara = enter("mara")
    assert "A page waits for an answer." in mara.get(paged.path).text
    assert send(mara, f"{paged.path}/acknowledgement").status_code == 303
    assert "A page waits for an answer." not in mara.get(paged.path).text
    assert send(mara, f"{paged.path}/acknowledgement").status_code == 409


def test_who_was_told_by_what_and_with_which_answer(paged: Stage, enter: Enter) -> None:
    mara = enter("mara")
    assert "Pages that wait for an answer" in mara.get("/on-call").text
    (page,) = pages(paged)
    html = mara.get(f"/pages/{page.id}").text
    assert "Mara Lindqvist" in html
    assert "by mail" in html
    assert "Waiting" in html
    assert send(mara, f"/pages/{page.id}/acknowledgement").status_code == 303
    html = mara.get(f"/pages/{page.id}").text
    assert "Acknowledged by Mara Lindqvist on the console" in html
    assert "Cancelled" in html  # the mail had not gone
    assert "Acknowledged" in mara.get("/pages").text


def test_a_test_page_goes_out_and_says_that_it_is_one(paged: Stage, enter: Enter) -> None:
    lea, stranger = enter("lea"), enter("")
    made = send(lea, "/on-call/platform/tests")
    assert made.status_code == 303
    assert "Test of team platform" in lea.get(made.headers["location"]).text
    path = link(paged)
    assert "A test of paging: nothing has happened" in stranger.get(path).text
    stranger.post(path)
    assert "Acknowledged by Mara Lindqvist by the link in a mail" in lea.get(made.headers["location"]).text
    assert made.headers["location"] in lea.get("/on-call/platform").text


def test_nobody_learns_of_a_page_of_an_incident_they_may_not_know(paged: Stage, enter: Enter) -> None:
    hidden(paged)
    lea = enter("lea")
    (page,) = pages(paged)
    assert lea.get(f"/pages/{page.id}").status_code == 404
    assert str(page.id) not in lea.get("/pages").text
    assert not_known(lea, paged)


def hidden(stage: Stage) -> None:
    def hide(act: Act) -> None:
        act.session.get_one(Incident, stage.incident_id).visibility = Visibility.SEALED

    stage.act("operator", hide)


def not_known(browser: TestClient, stage: Stage) -> bool:
    return bool(send(browser, f"{stage.path}/acknowledgement").status_code == 404)
