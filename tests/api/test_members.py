"""The people of an incident by API: read, let in, taken out; and how grave it is."""

import pytest

from incident.roles import Role
from tests.api.conftest import Front


def test_members_are_let_in_and_taken_out(front: Front) -> None:
    assert front.stage.incident is not None
    there = f"/api/incidents/{front.stage.incident.codename}"
    program, lea = front.program(Role.COMMANDER), front.stage.people["lea"]
    crew = program.get(f"{there}/members").json()
    assert [one["name"] for one in crew["members"]] == ["Mara Lindqvist"]
    assert {one["name"] for one in crew["others"]} == {"Ines Moreau", "Lea Brandt"}
    for _ in range(2):
        assert program.put(f"{there}/members/{lea.id}").status_code == 204
    assert len(program.get(f"{there}/members").json()["members"]) == 2
    assert program.delete(f"{there}/members/{lea.id}").status_code == 204
    assert program.delete(f"{there}/members/{lea.id}").status_code == 404
    assert front.program(Role.RESPONDER).get(f"{there}/members").json()["others"] == []
    assert front.program(Role.RESPONDER).put(f"{there}/members/{lea.id}").status_code == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_severity_needs_its_reason(front: Front) -> None:
    assert front.stage.incident is not None
    there = f"/api/incidents/{front.stage.incident.codename}"
    program = front.program(Role.PRIVACY_OFFICER)
    was = program.get(there).json()["severity"]
    now = "low" if was != "low" else "high"
    assert program.put(f"{there}/severity", json={"severity": now, "reason": ""}).status_code == 422
    assert program.put(f"{there}/severity", json={"severity": "grave", "reason": "x"}).status_code == 422
    assert program.put(f"{there}/severity", json={"severity": now, "reason": "Test data."}).status_code == 204
    assert program.get(there).json()["severity"] == now
    assert program.put(f"{there}/severity", json={"severity": now, "reason": "Again."}).status_code == 422


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_may_see_it_is_changed_with_a_reason(front: Front) -> None:
    assert front.stage.incident is not None
    there = f"/api/incidents/{front.stage.incident.codename}"
    program = front.program(Role.PRIVACY_OFFICER)
    seal = {"visibility": "sealed", "reason": "A colleague is suspected."}
    assert program.put(f"{there}/visibility", json={**seal, "reason": ""}).status_code == 422
    assert program.put(f"{there}/visibility", json={**seal, "visibility": "secret"}).status_code == 422
    assert program.put(f"{there}/visibility", json=seal).status_code == 204
    assert program.get(there).status_code == 404  # a program belongs to no incident


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_incident_is_called_otherwise(front: Front) -> None:
    assert front.stage.incident is not None
    there = f"/api/incidents/{front.stage.incident.codename}"
    program = front.program(Role.PRIVACY_OFFICER)
    assert program.put(f"{there}/title", json={"title": " "}).status_code == 422
    assert program.put(f"{there}/title", json={"title": "Order histories at the newsletter tool"}).status_code == 204
    assert program.get(there).json()["title"] == "Order histories at the newsletter tool"
    assert program.put(f"{there}/title", json={"title": "Order histories at the newsletter tool"}).status_code == 422
