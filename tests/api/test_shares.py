"""Customers' own figures over the API: one at a time or from a file, refused by field, name and line."""

import pytest
from sqlmodel import select

from incident.models.releasing import CustomerShare
from incident.organisation import organisation_of
from incident.roles import Role
from incident.verbs.facts import save_facts
from tests.api.conftest import Front
from tests.web.stage import facts

CSV = {"Content-Type": "text/csv"}
SHARE = {
    "people": 120,
    "countries": {"DE": 117, "FR": None},
    "fields": ["first_name", "mail"],
    "exposed_from": "2026-11-21T06:00:00+01:00",
    "exposed_until": "2026-11-23T17:30:00+01:00",
    "logs": "partial",
}


@pytest.fixture
def there(front: Front) -> str:
    """The address of the shares of an incident whose facts name fourteen customers."""
    stage = front.stage
    assert stage.incident is not None
    stage.act("mara", save_facts, stage.incident_id, organisation_of(stage.installation.settings), facts())
    return f"/api/incidents/{stage.incident.codename}/shares"


def test_one_customers_figures_are_put_and_listed(front: Front, there: str) -> None:
    program = front.program(Role.RESPONDER)
    first = program.put(f"{there}/customer-000", json=SHARE)
    assert (first.status_code, first.json()) == (201, {"outcome": "new"})
    assert program.put(f"{there}/customer-000", json=SHARE).json() == {"outcome": "unchanged"}
    again = program.put(f"{there}/customer-000", json={**SHARE, "people": 121})
    assert (again.status_code, again.json()) == (200, {"outcome": "changed"})
    (found,) = front.program(Role.AUDITOR).get(there).json()["shares"]
    assert found["recorded_at"]
    assert {name: found[name] for name in ("dataset", "host_id", "people", "countries", "fields", "logs")} == {
        "dataset": "lists",
        "host_id": "customer-000",
        "people": 121,
        "countries": {"DE": 117, "FR": None},
        "fields": ["first_name", "mail"],
        "logs": "partial",
    }


def test_what_cannot_be_is_refused_by_field(front: Front, there: str) -> None:
    program = front.program(Role.RESPONDER)
    for host_id, body, field in (
        ("nobody", SHARE, "host_id"),
        ("customer-000", {**SHARE, "people": -1}, "people"),
        ("customer-000", {**SHARE, "people": "120"}, "people"),
        ("customer-000", {**SHARE, "countries": {"XYZ": 1}}, "countries"),
        ("customer-000", {**SHARE, "fields": ["as at Cedar & Söhne"]}, "fields"),
        ("customer-000", {**SHARE, "exposed_from": "2026-11-21T06:00:00"}, "exposed_from"),
        ("customer-000", {**SHARE, "logs": "most"}, "logs"),
        ("customer-000", {**SHARE, "dataset": "accounts"}, "dataset"),
        ("customer-000", {**SHARE, "notes": "x"}, "notes"),
    ):
        answer = program.put(f"{there}/{host_id}", json=body)
        assert answer.status_code == 422, (host_id, body)
        assert {fault["field"] for fault in answer.json()["faults"]} == {field}, answer.text
    with front.stage.installation.store.read() as session:
        assert session.exec(select(CustomerShare)).all() == []


def test_a_file_is_taken_line_by_line(front: Front, there: str) -> None:
    program = front.program(Role.RESPONDER)
    text = "host_id,people\ncustomer-000,3\ncustomer-777,4\ncustomer-001,many\n"
    answer = program.post(f"{there}/import?dataset=lists", content=text.encode(), headers=CSV)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("new", "changed", "unchanged", "refused")} == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 2,
    }
    assert [(one["line"], one["field"]) for one in answer.json()["faults"]] == [(3, "host_id"), (4, "people")]
    assert (
        program.post(f"{there}/import", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415
    )
    lines = {"Content-Type": "application/x-ndjson"}
    assert program.post(f"{there}/import", content=b"{}", headers=lines).status_code == 415
    other = program.post(f"{there}/import?dataset=accounts", content=text.encode(), headers=CSV)
    assert other.json()["faults"][0]["field"] == "dataset"


def test_the_host_platform_reads_and_records_nothing_of_an_incident(front: Front, there: str) -> None:
    host = front.program(Role.HOST)
    assert host.put(f"{there}/customer-000", json=SHARE).status_code == 403
    assert host.get(there).status_code == 404
    assert front.program(Role.AUDITOR).put(f"{there}/customer-000", json=SHARE).status_code == 403
