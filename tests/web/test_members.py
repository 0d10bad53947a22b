"""The people of an incident by its page: who works on it, who is let in and taken out, and how grave it is."""

from html import unescape

import pytest
from sqlmodel import col, select

from incident.models.incidents import Incident, Severity
from incident.roles import Role, Visibility
from incident.verbs.incidents import Report, open_incident
from incident.verbs.people import NewUser, add_user
from tests.web.conftest import Enter
from tests.web.reading import send
from tests.web.stage import HASHED, Stage

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def sealed(stage: Stage) -> Stage:
    seen = Report("Payroll read by a colleague", "other", Severity.HIGH, Visibility.SEALED)
    stage.incident = stage.act("mara", open_incident, seen)
    return stage


def test_somebody_is_let_into_a_sealed_incident_and_taken_out_again(sealed: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    page, who = f"{sealed.path}/people", str(sealed.people["lea"].id)
    assert lea.get(page).status_code == 404
    assert "Lea Brandt: " in mara.get(page).text  # among those who may be let in
    assert send(mara, f"{sealed.path}/members", person=who).headers["location"] == page
    html = lea.get(page).text
    assert "Nobody else learns that there is one" in html
    assert 'name="person"' not in html  # she lets nobody in
    assert "Lea Brandt joined this incident." in lea.get(f"{sealed.path}/timeline").text
    assert send(mara, f"{sealed.path}/members/{who}/removal").status_code == 303
    assert lea.get(page).status_code == 404
    assert "Lea Brandt left this incident." in mara.get(f"{sealed.path}/timeline").text


@ONE
def test_the_last_who_could_let_others_in_is_told_why_they_stay(sealed: Stage, enter: Enter) -> None:
    mara = enter("mara")
    refused = send(mara, f"{sealed.path}/members/{sealed.people['mara'].id}/removal")
    assert refused.status_code == 409
    assert "Nobody else could let anybody in" in refused.text


@ONE
def test_a_member_whose_roles_read_no_incident_is_said_to_be_one(stage: Stage, enter: Enter) -> None:
    row = stage.act("operator", add_user, NewUser("tom@example.org", "Tom Reyes", (Role.REPORTER,), HASHED))
    tom = enter("tom")
    fields = {"title": "A laptop is gone", "kind": "other", "severity": "high"}
    assert send(tom, "/incidents", **fields).status_code == 303
    mara = enter("mara")
    with stage.installation.store.read() as session:
        made = session.exec(select(Incident).where(col(Incident.opened_by).contains(str(row.id)))).first()
    assert made is not None
    html = mara.get(f"/incidents/{made.codename}/people").text
    assert "Tom Reyes" in html
    assert "Reads no incident" in html
    assert "By everybody whose role reads incidents" in html


@ONE
def test_an_incident_is_called_otherwise_and_the_timeline_says_how_it_was_called(stage: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    assert "Change the title" in mara.get(stage.path).text
    assert "Change the title" not in lea.get(stage.path).text
    assert send(lea, f"{stage.path}/title", title="No.").status_code == 403
    refused = send(mara, f"{stage.path}/title", title="x" * 301)
    assert refused.status_code == 422
    assert "1 to 300 characters" in refused.text
    assert send(mara, f"{stage.path}/title", title="  Order histories lay open ").status_code == 303
    html = unescape(mara.get(stage.path).text)
    assert "<h1>Order histories lay open</h1>" in html
    assert "to “Order histories lay open”." in html
    assert "Order histories lay open" in mara.get("/").text


def test_a_severity_is_changed_with_its_reason(stage: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    assert "Change the severity" in mara.get(stage.path).text
    assert "Change the severity" not in lea.get(stage.path).text
    refused = send(mara, f"{stage.path}/severity", severity="low", reason=" ")
    assert refused.status_code == 422
    assert send(mara, f"{stage.path}/severity", severity="low", reason="Test data only.").status_code == 303
    assert "→ Low: Test data only." in mara.get(f"{stage.path}/timeline").text
    assert send(lea, f"{stage.path}/severity", severity="info", reason="No.").status_code == 403


def test_an_incident_is_sealed_by_its_page_and_opened_by_its_name(stage: Stage, enter: Enter) -> None:
    mara, lea = enter("mara"), enter("lea")
    page, form = f"{stage.path}/people", f"{stage.path}/visibility"
    assert lea.get(page).status_code == 200
    assert "Seal it" not in lea.get(page).text
    assert send(lea, form, visibility="sealed", reason="No.").status_code == 403
    assert send(mara, form, visibility="sealed", reason=" ").status_code == 422
    assert send(mara, form, visibility="sealed", reason="A colleague is suspected.").headers["location"] == page
    assert lea.get(page).status_code == 404
    assert stage.path not in lea.get("/").text
    html = mara.get(page).text
    assert "Nobody else learns that there is one" in html
    assert "Seal it" not in html
    refused = send(mara, form, visibility="open", reason="It was the scanner.", confirmation="fern")
    assert refused.status_code == 422
    assert "is not the name of this incident" in refused.text
    assert lea.get(page).status_code == 404
    name = stage.path.rsplit("/", 1)[1].upper()
    assert send(mara, form, visibility="open", reason="It was the scanner.", confirmation=name).status_code == 303
    assert "sealed → open: It was the scanner." in lea.get(f"{stage.path}/timeline").text


@ONE
def test_nobody_is_shut_out_of_what_is_hidden(stage: Stage, enter: Enter) -> None:
    seen = Report("A letter with salaries went astray", "other", Severity.LOW)
    stage.incident = stage.act("ines", open_incident, seen)
    mara, page, form = enter("mara"), f"{stage.path}/people", f"{stage.path}/visibility"
    refused = send(mara, form, visibility="restricted", reason="Salaries are in it.")
    assert refused.status_code == 409
    assert "let a commander or privacy officer in first" in refused.text
    assert send(mara, f"{stage.path}/members", person=str(stage.people["mara"].id)).status_code == 303
    assert send(mara, form, visibility="restricted", reason="Salaries are in it.").headers["location"] == page
    assert mara.get(page).status_code == 200
