"""Monitors by the API: what came of each, rules tried on its stored alerts and replaced; for administrators only."""

import json

import pytest

from incident.roles import Role
from tests.api.conftest import Front
from tests.hooks.gate import ALERTMANAGER, Gate
from tests.incident.monitor import alert, notification

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = f"/api/sources/{ALERTMANAGER}"
RULES = {"rules": {"matches": [{"action": "record", "title": "mail*", "name": "Mail"}]}}


@pytest.fixture
def gate(front: Front) -> Gate:
    made = Gate(front.stage)
    made.post(notification(alert("eu-1")))
    made.post(notification(alert("mx-1", name="MailStuck"), group="mail"))
    return made


def test_rules_are_tried_saved_and_shown_with_what_came_of_alerts(front: Front, gate: Gate) -> None:
    program = front.program(Role.ADMINISTRATOR)
    before = program.get(HERE).json()
    assert [(one["outcome"], one["rule"], one["alerts"]) for one in before["came"]] == [
        ("incident", "", 1),
        ("incident", "rule 1", 1),
    ]
    trial = program.post(f"{HERE}/rules/trials", json=RULES).json()
    assert (trial["tried"], trial["stored"], trial["erased"], trial["changed"]) == (2, 2, 0, 2)
    assert {"course": "recorded", "before": 0, "after": 1} in trial["counts"]
    assert {line["title"] for line in trial["lines"]} == {""}
    assert program.get(HERE).json()["rules"] == before["rules"]
    assert program.put(f"{HERE}/rules", json=RULES).status_code == 204
    assert program.get(HERE).json()["rules"] == RULES["rules"]


def test_every_source_is_listed(front: Front, gate: Gate) -> None:
    found = front.program(Role.ADMINISTRATOR).get("/api/sources").json()["sources"]
    assert [(one["slug"], one["received"]) for one in found] == [("alertmanager", 2), ("basic", 0), ("signed", 0)]


@pytest.mark.parametrize("way", ["put", "post"])
@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"matches": [{"action": "ignore"}]}, "rules.matches[0].expires"),
        ({"matches": [{"kind": "k", "title": "\x00"}]}, "rules"),
        ({"matches": [{"kind": "k", "title": "\ud800"}]}, "rules"),
        ({"alike_minutes": 1e300}, "rules.alike_minutes"),
    ],
    ids=["no expiry", "NUL", "surrogate", "huge"],
)
def test_rules_that_cannot_be_used_name_the_field(
    front: Front, gate: Gate, way: str, rules: dict[str, object], field: str
) -> None:
    program = front.program(Role.ADMINISTRATOR)
    path = f"{HERE}/rules" + ("/trials" if way == "post" else "")
    sent = json.dumps({"rules": rules})
    answer = program.request(way.upper(), path, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["field"].startswith(field)


def test_an_unknown_source_is_not_found(front: Front, gate: Gate) -> None:
    assert front.program(Role.ADMINISTRATOR).get("/api/sources/nobody").status_code == 404
