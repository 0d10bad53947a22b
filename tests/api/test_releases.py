"""Releases over the API: programs ask and stop, people approve; what goes out, who is wanted, how far it is."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from incident.auth.edge import Edge
from incident.models.people import Notice
from incident.notice_kinds import NoticeKind
from incident.roles import Role
from incident.web.audiences import build_audience
from incident.writing import freeze
from tests.api.conftest import Front
from tests.web.reading import token
from tests.web.stage import session_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RELEASES = "/api/releases"


@pytest.fixture
def written(played: Front) -> dict[str, str]:
    """A frozen notice to people and its audience, by their ids."""
    parts, mara = played.stage.installation, played.stage.people["mara"]
    edge = Edge(parts.store, parts.keys, parts.clock, parts.settings)
    with session_of(played.stage) as session:
        notice = session.exec(select(Notice).where(col(Notice.kind) == NoticeKind.PEOPLE)).one()
    audience = build_audience(edge, mara, notice)
    edition = freeze(edge, mara, notice.id, notice.version)
    return {"edition": str(edition.id), "audience": str(audience.id)}


def ask(front: Front, written: dict[str, str]) -> dict[str, Any]:
    answer = front.program(Role.COMMANDER).post(RELEASES, json=written)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{RELEASES}/{found['id']}"
    return found


def person(front: Front, who: str) -> TestClient:
    browser = front.signed_in(who)
    browser.headers["X-CSRF-Token"] = token(browser)
    return browser


def said(asked: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {**asked["digests"], "recipients": asked["recipients"], **changed}


def test_a_program_asks_and_a_person_approves_what_was_read(front: Front, written: dict[str, str]) -> None:
    asked = ask(front, written)
    assert (asked["state"], asked["open_seats"], asked["recipients"]) == ("requested", 1, 40)
    assert [(seat["role"], seat["by"], seat["way"]) for seat in asked["seats"]] == [("approver", "", "")]
    assert asked["requested_by"] == f"program {Role.COMMANDER}"
    assert front.program(Role.AUDITOR).get(f"{RELEASES}/{asked['id']}").json() == asked
    here = f"/api/incidents/{asked['incident']}/releases"
    assert [row["id"] for row in front.program(Role.AUDITOR).get(here).json()["releases"]] == [asked["id"]]
    ines, where = person(front, "ines"), f"{RELEASES}/{asked['id']}"
    assert ines.post(f"{where}/approvals", json=said(asked, recipients=41)).status_code == 422
    assert ines.post(f"{where}/approvals", json=said(asked, facts="0" * 64)).status_code == 409
    approved = ines.post(f"{where}/approvals", json=said(asked))
    assert approved.status_code == 200, approved.text
    after = approved.json()
    assert (after["state"], after["open_seats"], after["deliveries"]) == ("approved", 0, {"pending": 40})
    assert [(seat["by"], seat["way"]) for seat in after["seats"]] == [("Ines Moreau", "console")]
    stopped = front.program(Role.RESPONDER).post(f"{where}/stop", json={"reason": "wrong contact"})
    assert (stopped.json()["state"], stopped.json()["deliveries"]) == ("stopped", {"held": 40})
    assert ines.post(f"{where}/resumption").json()["state"] == "approved"


def test_no_program_approves_whatever_its_role(front: Front, written: dict[str, str]) -> None:
    asked = ask(front, written)
    for name, body in (("approvals", said(asked)), ("refusal", {"reason": "no"}), ("resumption", None)):
        answer = front.program(Role.APPROVER).post(f"{RELEASES}/{asked['id']}/{name}", json=body)
        assert answer.status_code == 401, name
    assert front.program(Role.AUDITOR).get(f"{RELEASES}/{asked['id']}").json()["state"] == "requested"


def test_who_wrote_it_is_refused_and_an_approver_refuses_with_a_reason(front: Front, written: dict[str, str]) -> None:
    asked = ask(front, written)
    where = f"{RELEASES}/{asked['id']}"
    assert person(front, "mara").post(f"{where}/approvals", json=said(asked)).status_code == 403
    ines = person(front, "ines")
    assert ines.post(f"{where}/refusal", json={"reason": ""}).status_code == 422
    refused = ines.post(f"{where}/refusal", json={"reason": "the contact is wrong"}).json()
    assert (refused["state"], refused["reason"]) == ("refused", "the contact is wrong")


def test_what_is_not_there_or_no_id_is_named(front: Front, written: dict[str, str]) -> None:
    program = front.program(Role.COMMANDER)
    assert program.post(RELEASES, json={**written, "edition": "x"}).status_code == 422
    assert program.post(RELEASES, json={**written, "adds_to": str(uuid4())}).status_code == 404
    assert program.post(RELEASES, json={**written, "sender": "me@example.org"}).status_code == 422
    assert program.get(f"{RELEASES}/{uuid4()}").status_code == 404
