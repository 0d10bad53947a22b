"""Notices over the API: what is no number, no line or nothing at all is answered by field, on both databases."""

from typing import Any

import pytest

from incident.roles import Role
from tests.api.conftest import Front


def test_a_notice_tells_of_no_offer_by_nobody_or_that_nobody_can_take_up(front: Front) -> None:
    play(front.stage)
    assert front.stage.incident is not None
    where, officer = f"/api/incidents/{front.stage.incident.codename}/notices", front.program(Role.PRIVACY_OFFICER)
    new: dict[str, Any] = {"kind": "california", "dataset": "accounts", "locales": ["en"]}
    offer = {"provider": "Guard Inc.", "months": 12, "how": "guard.example/enrol"}
    for changed in ({"provider": " \n"}, {"how": ""}):
        assert officer.post(where, json={**new, "offer": {**offer, **changed}}).status_code == 422
    drafted = officer.post(where, json={**new, "offer": offer})
    assert drafted.status_code == 201, drafted.text
    assert "guard.example/enrol" in drafted.json()["texts"]["en"]["text"]
