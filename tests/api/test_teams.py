"""Teams by API: made, their layers and steps said, somebody stands in, a calendar made."""

import pytest

from incident.roles import Role
from tests.api.conftest import Front

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/api/teams"
LAYER = {"people": ["mara@example.org", "lea@example.org"], "begins": "2026-11-23", "zone": "Europe/Berlin"}


def test_a_team_is_made_read_and_given_up(front: Front) -> None:
    keeper, reader = front.program(Role.ADMINISTRATOR), front.program(Role.RESPONDER)
    made = keeper.post(PATH, json={"name": "platform"})
    assert (made.status_code, made.headers["location"]) == (201, f"{PATH}/platform")
    assert keeper.put(f"{PATH}/platform/layers/first", json=LAYER).status_code == 204
    steps = ["on-call wait 5", "team wait 10"]
    assert keeper.put(f"{PATH}/platform/steps", json={"steps": steps}).status_code == 204
    span = {"begins_at": "2026-11-24T12:00:00+01:00", "ends_at": "2026-11-25T12:00:00+01:00"}
    put = reader.post(f"{PATH}/platform/overrides", json={"person": "lea@example.org", **span})
    assert put.status_code == 201, put.text
    found = reader.get(f"{PATH}/platform").json()
    assert found["default"]
    assert found["steps"] == steps
    assert [turn["person"] for turn in found["on_call"]] == ["Mara Lindqvist"]
    assert [turn["stands_in"] for turn in found["turns"][:3]] == [False, True, False]
    assert reader.delete(f"{PATH}/platform/overrides/{put.json()['id']}").status_code == 204
    assert reader.delete(f"{PATH}/platform/overrides/{put.json()['id']}").status_code == 404
    assert keeper.delete(f"{PATH}/platform/layers/first").status_code == 204
    assert keeper.delete(f"{PATH}/platform").status_code == 204
    assert reader.get(PATH).json() == {"teams": []}


def test_the_calendars_address_is_told_once(front: Front) -> None:
    keeper = front.program(Role.ADMINISTRATOR)
    keeper.post(PATH, json={"name": "platform"})
    url = keeper.post(f"{PATH}/platform/calendars").json()["url"]
    path = "/on-call-calendars/" + url.rpartition("/")[2]
    assert front.client().get(path).text.startswith("BEGIN:VCALENDAR\r\n")


def test_what_cannot_be_used_is_named(front: Front) -> None:
    keeper = front.program(Role.ADMINISTRATOR)
    assert keeper.post(PATH, json={"name": "Platform!"}).status_code == 422
    keeper.post(PATH, json={"name": "platform"})
    assert keeper.post(PATH, json={"name": "platform"}).status_code == 409
    refused = keeper.put(f"{PATH}/platform/layers/first", json={**LAYER, "people": ["nobody@example.org"]})
    assert [fault["field"] for fault in refused.json()["faults"]] == ["people"]
    assert front.program(Role.RESPONDER).put(f"{PATH}/platform/default").status_code == 403
