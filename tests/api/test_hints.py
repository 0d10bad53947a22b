"""Hints and declared assets by API: the same list with reasons, alerts and how it stands to the facts."""

from typing import Any

import pytest

from incident.roles import Role
from tests.api.conftest import Front
from tests.incident.hinting import LEAK, NAMES, hear, signal

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/api/assets"
EXPORTS = {"categories": ["health"], "regions": ["DE"], "role": "processor", "customers": ["acme"], "entity": "main"}


def hints(front: Front, role: Role = Role.RESPONDER) -> dict[str, Any]:
    assert front.stage.incident is not None
    answer = front.program(role).get(f"/api/incidents/{front.stage.incident.codename}/hints")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_hints_say_what_why_by_which_alerts_and_how_they_stand(front: Front) -> None:
    assert hints(front) == {"hints": [], "alerts": 0, "read": 0, "erased": 0}
    put = front.program(Role.PRIVACY_OFFICER).put(f"{PATH}/bucket/exports-*", json=EXPORTS)
    assert (put.status_code, put.json()) == (201, {"outcome": "new"})
    front.stage.act("mara", hear, front.stage.incident_id, signal(NAMES, LEAK))
    found = hints(front)
    assert (found["alerts"], found["read"]) == (1, 1)
    by_fact = {(one["fact"], str(one["value"])): one for one in found["hints"]}
    cause = by_fact["breach.cause", "misconfiguration"]
    assert cause["reasons"] == [{"why": LEAK.why, "alerts": 1, "declared": None}]
    assert cause["said_by"][0]["title"] == "Bucket is public"
    assert cause["places"] == [{"dataset": "", "stance": "open"}]
    health = by_fact["data.categories", "['health']"]
    assert health["reasons"][0]["declared"]["asset"] == "bucket exports-*"
    assert health["reasons"][0]["declared"]["declared_by"] == "program privacy_officer"
    assert health["reasons"][0]["declared"]["outdated"] is False
    assert by_fact["reach", "{'DE': None}"]["value"] == {"DE": None}


def test_assets_are_put_listed_imported_and_deleted(front: Front) -> None:
    keeper = front.program(Role.PRIVACY_OFFICER)
    assert keeper.put(f"{PATH}/bucket/a%2Fb-%3F", json=EXPORTS).status_code == 201
    again = keeper.put(f"{PATH}/bucket/a%2Fb-%3F", json=EXPORTS)
    assert (again.status_code, again.json()) == (200, {"outcome": "unchanged"})
    table = b"kind,name,categories\nhost,db-*,name\nboat,x,name\n"
    report = keeper.post(f"{PATH}/import", content=table, headers={"Content-Type": "text/csv"}).json()
    assert (report["new"], report["refused"], report["faults"][0]["line"]) == (1, 1, 3)
    listed = keeper.get(PATH).json()["assets"]
    assert [(one["kind"], one["pattern"], one["outdated"]) for one in listed] == [
        ("bucket", "a/b-?", False),
        ("host", "db-*", False),
    ]
    assert (listed[0]["customers"], listed[0]["customer_count"]) == (["acme"], 1)
    assert keeper.delete(f"{PATH}/host/db-*").status_code == 204
    assert keeper.delete(f"{PATH}/host/db-*").status_code == 404
    refused = keeper.put(f"{PATH}/bucket/x", json={"regions": ["EU"]})
    assert (refused.status_code, refused.json()["faults"][0]["field"]) == (422, "regions")
    assert front.program(Role.RESPONDER).get(PATH).status_code == 403


def test_who_may_not_read_customers_is_told_how_many_an_asset_names_and_keeps_them(front: Front) -> None:
    officer, administrator = front.program(Role.PRIVACY_OFFICER), front.program(Role.ADMINISTRATOR)
    path = f"{PATH}/bucket/exports-*"
    assert officer.put(path, json=EXPORTS).status_code == 201
    (one,) = administrator.get(PATH).json()["assets"]
    assert (one["customers"], one["customer_count"]) == (None, 1)
    other = {"categories": ["name"], "role": "processor", "customers": one["customers"]}
    assert administrator.put(path, json=other).json() == {"outcome": "changed"}
    table = b"kind,name,categories\nbucket,exports-*,contact\n"
    assert administrator.post(f"{PATH}/import", content=table, headers={"Content-Type": "text/csv"}).json()["new"] == 0
    (one,) = officer.get(PATH).json()["assets"]
    assert (one["categories"], one["customers"]) == (["contact"], ["acme"])
