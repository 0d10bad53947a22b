"""Notices over the API: what is no number, no line or nothing at all is answered by field, on both databases."""

from typing import Any
from uuid import uuid4

from fastapi.testclient import TestClient
from sqlmodel import select

from incident.models.people import Notice
from incident.roles import Role
from tests.api.conftest import Front
from tests.web.stage import play, session_of

NEW: dict[str, Any] = {"kind": "california", "dataset": "accounts", "locales": ["en"]}


def officer_of(front: Front) -> tuple[TestClient, str]:
    play(front.stage)
    assert front.stage.incident is not None
    return front.program(Role.PRIVACY_OFFICER), f"/api/incidents/{front.stage.incident.codename}"


def first_notice(front: Front) -> str:
    with session_of(front.stage) as session:
        return f"/api/notices/{session.exec(select(Notice.id)).all()[0]}"


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [fault["field"] for fault in answer.json()["faults"]]


def test_a_notice_tells_of_no_offer_by_nobody_or_that_nobody_can_take_up(front: Front) -> None:
    officer, here = officer_of(front)
    offer = {"provider": "Guard Inc.", "months": 12, "how": "guard.example/enrol"}
    for changed in ({"provider": " \n"}, {"how": ""}):
        fields(officer.post(f"{here}/notices", json={**NEW, "offer": {**offer, **changed}}))
    drafted = officer.post(f"{here}/notices", json={**NEW, "offer": offer})
    assert drafted.status_code == 201, drafted.text
    assert "guard.example/enrol" in drafted.json()["texts"]["en"]["text"]


def test_a_version_no_database_can_hold_is_no_version(front: Front) -> None:
    officer, _ = officer_of(front)
    notice = first_notice(front)
    more = {"draft": {}, "ticks": {"key": "k", "reason": "r"}, "editions": {}}
    for version in (2**31 - 1, 10**30, -1):
        for name, body in more.items():
            assert fields(officer.post(f"{notice}/{name}", json={"version": version, **body})) == ["version"]
        edited = {"version": version, "subject": "s", "text": "t"}
        assert fields(officer.put(f"{notice}/texts/en", json=edited)) == ["version"]
    largest = {"version": 2**31 - 2, "subject": "s", "text": "t"}
    assert officer.put(f"{notice}/texts/en", json=largest).status_code == 409


def test_what_no_database_can_hold_is_named_by_its_field(front: Front) -> None:
    officer, here = officer_of(front)
    audiences, notices = f"{here}/audiences", f"{here}/notices"
    audience = {"name": "people", "channel": "email"}
    assert fields(officer.post(audiences, json={**audience, "name": "a\0b"})) == ["name"]
    assert fields(officer.post(audiences, json={**audience, "name": "two\nlines"})) == ["name"]
    assert fields(officer.post(audiences, json={**audience, "controller": "a\0"})) == ["controller"]
    for name, value in (("controller", "a\0"), ("dataset", "a\0"), ("follows", "a\0"), ("locales", ["e\0"])):
        assert fields(officer.post(notices, json={**NEW, name: value}))[0].startswith(name)
    notice = first_notice(front)
    assert fields(officer.post(f"{notice}/ticks", json={"version": 1, "key": "a\0", "reason": "r"})) == ["key"]
    assert fields(officer.put(f"{notice}/texts/en", json={"version": 1, "subject": "a\0", "text": "t"})) == ["subject"]
    assert fields(officer.put(f"{notice}/texts/en", json={"version": 1, "subject": "s", "text": "a\0"})) == ["text"]
    asked = {"edition": str(uuid4()), "audience": str(uuid4()), "order_reason": "a\0"}
    assert fields(officer.post("/api/releases", json=asked)) == ["order_reason"]
    stopped = front.program(Role.COMMANDER).post(f"/api/releases/{uuid4()}/stop", json={"reason": "a\0"})
    assert fields(stopped) == ["reason"]


def test_no_next_update_is_promised_for_a_moment_that_is_past(front: Front) -> None:
    officer, here = officer_of(front)
    past = {"next_update": "2020-11-20T16:00:00Z"}
    assert fields(officer.post(f"{here}/notices", json={**NEW, **past})) == ["next_update"]
    assert fields(officer.post(f"{first_notice(front)}/draft", json={"version": 1, **past})) == ["next_update"]
