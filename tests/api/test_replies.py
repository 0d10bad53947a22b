"""Replies, the bank and support over the API: what is no id, no codename or no text is answered by field."""

from uuid import uuid4

from incident.roles import Role
from tests.api.conftest import Front
from tests.api.test_notices import fields


def test_what_no_database_can_hold_is_named_by_its_field(played: Front) -> None:
    responder = played.program(Role.RESPONDER)
    here = f"/api/replies/{uuid4()}"
    assert fields(responder.post(f"{here}/answers", json={"version_id": "none", "locale": "en"})) == ["version_id"]
    assigned = {"incident": "a\0b", "reason": "r"}
    assert fields(responder.post(f"{here}/assignment", json=assigned)) == ["incident"]
    new = {"key": "k", "question": "q", "texts": {"en": "t"}}
    assert fields(responder.post("/api/answers", json={**new, "incident": "a\0b"})) == ["incident"]
    assert fields(responder.get("/api/answers", params={"incident": "a\0b"})) == ["incident"]
    officer = played.program(Role.PRIVACY_OFFICER)
    asked = {"asked": "person", "value": "a\0b"}
    assert fields(officer.post("/api/support/questions", json=asked)) == ["value"]
    missing = {"version_id": str(uuid4()), "locale": "en"}
    assert responder.post(f"{here}/answers", json=missing).status_code == 404
