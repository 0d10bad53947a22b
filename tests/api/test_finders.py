"""Conversations with finders for programs: listed without a word, opened on record, answered, and put into facts."""

from dataclasses import replace

import pytest

from incident.roles import Role
from tests.api.conftest import Front
from tests.web.test_finders import SECURITY, report

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def reporting(front: Front) -> Front:
    """With addresses for reports and notes."""
    chosen = {"security_addresses": SECURITY, "incident_address": "incident@reply.nimbus.example"}
    settings = front.stage.installation.settings.model_copy(update=chosen)
    front.stage.installation = replace(front.stage.installation, settings=settings)
    front.app.state.settings = settings
    return front


def test_a_program_of_a_responder_does_what_the_page_does(reporting: Front) -> None:
    path, home = report(reporting.stage, "I copied nothing.", subject="Open bucket")
    program, api, here = reporting.program(Role.RESPONDER), f"/api{path}", f"/api{home}"
    (listed,) = program.get(f"{here}/finders").json()["threads"]
    assert (listed["unread"], listed["mails"], listed["state"], listed["statements"]) == (1, 2, "open", [])
    assert "ann@" not in program.get(f"{here}/finders").text
    opened = program.post(f"{api}/views").json()
    assert (opened["address"], [one["way"] for one in opened["mails"]]) == ("ann@finder.example", ["in", "out"])
    assert (opened["mails"][0]["dkim"], opened["mails"][0]["aligned"]) == ("pass", True)
    assert opened["mails"][0]["text"] == "I copied nothing."
    sent = program.post(f"{api}/mails", json={"text": "Thank you."})
    assert (sent.status_code, sent.json()["number"]) == (201, 3)
    assert program.post(f"{api}/mails", json={"text": home.rpartition("/")[2]}).status_code == 422
    said = program.post(f"{api}/statements", json={"question": "copied", "answer": "nothing"}).json()
    assert (said["fact"], said["value"], said["state"]) == ("exposure.exfiltration", "no_evidence", "proposed")
    assert program.post(f"{api}/statements", json={"question": "colour", "answer": "x"}).status_code == 422
    there = f"/api/finder-statements/{said['id']}"
    assert program.post(f"{there}/acceptance", json={"based_on": 7}).status_code == 409
    taken = program.post(f"{there}/acceptance", json={}).json()
    assert (taken["state"], taken["fact_version"]) == ("taken", 1)
    assert program.post(f"{there}/refusal", json={"reason": "Late."}).status_code == 409
    assert program.get(f"{here}/finders").json()["threads"][0]["unread"] == 0


def test_a_gathered_report_and_the_address_of_an_incident(reporting: Front) -> None:
    report(reporting.stage, "First.", number=1, an_hour=1)
    path, _ = report(reporting.stage, "Second.", number=2, an_hour=1, sender="bob@finder.example")
    program = reporting.program(Role.RESPONDER)
    made = program.post(f"/api{path}/incident")
    assert made.status_code == 201
    there = f"/api/incidents/{made.json()['codename']}/address"
    first = program.post(there, json={}).json()["address"]
    assert program.post(there, json={}).json()["address"] == first
    assert program.post(there, json={"anew": True}).json()["address"] != first
    assert program.get(f"/api/incidents/{made.json()['codename']}/timeline").status_code == 200


def test_without_addresses_in_the_settings_there_is_nothing_to_make(front: Front) -> None:
    assert front.stage.incident is not None
    program = front.program(Role.RESPONDER)
    answer = program.post(f"/api/incidents/{front.stage.incident.codename}/address", json={})
    assert answer.status_code == 409
    assert "SEVENTYTWO_INCIDENT_ADDRESS" in answer.json()["detail"]
