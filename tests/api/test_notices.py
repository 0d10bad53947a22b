"""Notices over the API: what is no number, no line or nothing at all is answered by field, on both databases."""

from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from sqlmodel import select

from incident.models.people import Notice
from incident.roles import Role
from tests.api.conftest import Front
from tests.web.stage import session_of

NEW: dict[str, Any] = {"kind": "california", "dataset": "accounts", "locales": ["en"]}


def officer_of(played: Front) -> tuple[TestClient, str]:
    assert played.stage.incident is not None
    return played.program(Role.PRIVACY_OFFICER), f"/api/incidents/{played.stage.incident.codename}"


def first_notice(played: Front) -> str:
    with session_of(played.stage) as session:
        return f"/api/notices/{session.exec(select(Notice.id)).all()[0]}"


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [fault["field"] for fault in answer.json()["faults"]]


def test_a_notice_tells_of_no_offer_by_nobody_or_that_nobody_can_take_up(played: Front) -> None:
    officer, here = officer_of(played)
    offer = {"provider": "Guard Inc.", "months": 12, "how": "guard.example/enrol"}
    for changed in ({"provider": " \n"}, {"how": ""}):
        fields(officer.post(f"{here}/notices", json={**NEW, "offer": {**offer, **changed}}))
    drafted = officer.post(f"{here}/notices", json={**NEW, "offer": offer})
    assert drafted.status_code == 201, drafted.text
    assert "guard.example/enrol" in drafted.json()["texts"]["en"]["text"]


def test_a_version_no_database_can_hold_is_no_version(played: Front) -> None:
    officer, _ = officer_of(played)
    notice = first_notice(played)
    more = {"draft": {}, "ticks": {"key": "k", "reason": "r"}, "editions": {}}
    for version in (2**31 - 1, 10**30, -1):
        for name, body in more.items():
            assert fields(officer.post(f"{notice}/{name}", json={"version": version, **body})) == ["version"]
        edited = {"version": version, "subject": "s", "text": "t"}
        assert fields(officer.put(f"{notice}/texts/en", json=edited)) == ["version"]
    largest = {"version": 2**31 - 2, "subject": "s", "text": "t"}
    assert officer.put(f"{notice}/texts/en", json=largest).status_code == 409


def test_what_no_database_can_hold_is_named_by_its_field(played: Front) -> None:
    officer, here = officer_of(played)
    audiences, notices = f"{here}/audiences", f"{here}/notices"
    audience = {"name": "people", "channel": "email"}
    assert fields(officer.post(audiences, json={**audience, "name": "a\0b"})) == ["name"]
    assert fields(officer.post(audiences, json={**audience, "name": "two\nlines"})) == ["name"]
    assert fields(officer.post(audiences, json={**audience, "controller": "a\0"})) == ["controller"]
    for name, value in (("controller", "a\0"), ("dataset", "a\0"), ("follows", "a\0"), ("locales", ["e\0"])):
        assert fields(officer.post(notices, json={**NEW, name: value}))[0].startswith(name)
    notice = first_notice(played)
    assert fields(officer.post(f"{notice}/ticks", json={"version": 1, "key": "a\0", "reason": "r"})) == ["key"]
    assert fields(officer.put(f"{notice}/texts/en", json={"version": 1, "subject": "a\0", "text": "t"})) == ["subject"]
    assert fields(officer.put(f"{notice}/texts/en", json={"version": 1, "subject": "s", "text": "a\0"})) == ["text"]
    asked = {"edition": str(uuid4()), "audience": str(uuid4()), "order_reason": "a\0"}
    assert fields(officer.post("/api/releases", json=asked)) == ["order_reason"]
    stopped = played.program(Role.COMMANDER).post(f"/api/releases/{uuid4()}/stop", json={"reason": "a\0"})
    assert fields(stopped) == ["reason"]


def test_no_next_update_is_promised_for_a_moment_that_is_past(played: Front) -> None:
    officer, here = officer_of(played)
    past = {"next_update": "2020-11-20T16:00:00Z"}
    assert fields(officer.post(f"{here}/notices", json={**NEW, **past})) == ["next_update"]
    assert fields(officer.post(f"{first_notice(played)}/draft", json={"version": 1, **past})) == ["next_update"]


def test_a_draft_is_discarded_over_the_api_and_takes_no_change_any_more(played: Front) -> None:
    officer, here = officer_of(played)
    drafted = officer.post(f"{here}/notices", json={**NEW, "taken": ["access_closed"]}).json()
    notice = f"/api/notices/{drafted['id']}"
    assert drafted["discarded_at"] is None
    assert fields(officer.post(f"{notice}/discarding", json={"version": 1, "reason": " "})) == ["reason"]
    gone = officer.post(f"{notice}/discarding", json={"version": 1, "reason": "Written twice."})
    assert (gone.status_code, gone.json()["discarded_at"] is not None) == (200, True)
    assert officer.put(f"{notice}/texts/en", json={"version": 2, "subject": "s", "text": "t"}).status_code == 409
    listed = officer.get(f"{here}/notices").json()["notices"]
    assert [one["id"] for one in listed if one["discarded_at"]] == [drafted["id"]]


def test_a_line_is_given_in_each_language_and_an_unknown_placeholder_named_by_its_place(played: Front) -> None:
    officer, here = officer_of(played)
    line = "We called every shop."
    said = {line: {"en": line, "fr": "Nous avons appelé chaque magasin."}}
    new = {"kind": "people", "dataset": "accounts", "locales": ["en", "fr"], "taken": [line], "said": said}
    drafted = officer.post(f"{here}/notices", json=new).json()
    assert "Nous avons appelé chaque magasin." in drafted["texts"]["fr"]["text"]
    assert [item for item in drafted["findings"] if item["rule"] == "untranslated"] == []
    alone = officer.post(f"{here}/notices", json={**new, "said": {}}).json()
    found = [item for item in alone["findings"] if item["rule"] == "untranslated"]
    assert [(item["level"], item["locale"], item["field"]) for item in found] == [("warning", "fr", "measures")]
    edited = {"version": 1, "subject": "s", "text": "Bonjour {{ prenom }}"}
    answer = officer.put(f"/api/notices/{drafted['id']}/texts/fr", json=edited)
    assert fields(answer) == ["fr.text"]
    assert answer.json()["faults"][0]["message"] == "{{ prenom }} is unknown"
