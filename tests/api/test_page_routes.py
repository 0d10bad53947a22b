"""Pages, watches and members of chats by API."""

import pytest

from incident.roles import Role
from incident.verbs.sources import add_source
from tests.api.conftest import Front

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LAYER = {"people": ["mara@example.org"], "begins": "2026-11-23"}


def test_a_team_is_tried_and_the_page_acknowledged(front: Front) -> None:
    keeper, reader = front.program(Role.ADMINISTRATOR), front.program(Role.RESPONDER)
    keeper.post("/api/teams", json={"name": "platform"})
    keeper.put("/api/teams/platform/layers/first", json=LAYER)
    made = reader.post("/api/teams/platform/tests")
    assert made.status_code == 201
    path = f"/api/pages/{made.json()['id']}"
    whole = reader.get(path).json()
    assert (whole["page"]["kind"], whole["page"]["subject"], whole["page"]["step"]) == ("test", "platform", 1)
    assert [(call["whom"], call["way"], call["state"]) for call in whole["calls"]] == [
        ("Mara Lindqvist", "mail", "pending")
    ]
    assert [page["id"] for page in reader.get("/api/pages?waiting=true").json()["pages"]] == [made.json()["id"]]
    for _ in range(2):
        assert reader.put(f"{path}/acknowledgement").status_code == 204
    answered = reader.get(path).json()["page"]
    assert (answered["way"], answered["ended_because"]) == ("api", "acknowledged")
    assert reader.get("/api/pages?waiting=true").json() == {"pages": []}
    assert len(reader.get("/api/pages").json()["pages"]) == 1
    assert front.program(Role.AUDITOR).get("/api/pages").status_code == 403


def test_something_is_expected_of_a_source(front: Front) -> None:
    front.stage.act("operator", add_source, "scanner", "standard_webhooks", "standard_webhooks")
    keeper = front.program(Role.ADMINISTRATOR)
    assert keeper.put("/api/sources/scanner/watch", json={"minutes": 10}).status_code == 204
    (found,) = [one for one in keeper.get("/api/sources").json()["sources"] if one["slug"] == "scanner"]
    assert (found["expected"], found["silent_since"]) == (10, None)
    assert keeper.put("/api/sources/scanner/watch", json={"minutes": -1}).status_code == 422
    assert keeper.put("/api/sources/none/watch", json={"minutes": 1}).status_code == 404
    assert keeper.put("/api/sources/scanner/watch", json={"minutes": 0}).status_code == 204


def test_members_of_chats_are_recorded_once(front: Front) -> None:
    keeper = front.program(Role.ADMINISTRATOR)
    member = {"chat": "slack", "chat_id": "U1", "email": "mara@example.org"}
    made = keeper.post("/api/chat-members", json=member)
    assert made.status_code == 201
    assert keeper.post("/api/chat-members", json=member).status_code == 409
    assert keeper.post("/api/chat-members", json={**member, "chat": "irc"}).status_code == 422
    (found,) = keeper.get("/api/chat-members").json()["members"]
    assert (found["chat_id"], found["name"]) == ("U1", "Mara Lindqvist")
    assert keeper.delete(f"/api/chat-members/{found['id']}").status_code == 204
    assert keeper.delete(f"/api/chat-members/{found['id']}").status_code == 404


def test_services_that_call_people_bring_their_key(front: Front) -> None:
    keeper = front.program(Role.ADMINISTRATOR)
    assert keeper.post("/api/endpoints", json={"name": "pager", "kind": "pagerduty"}).status_code == 422
    made = keeper.post("/api/endpoints", json={"name": "pager", "kind": "pagerduty", "secret": "R" * 32})
    assert (made.status_code, made.json()) == (201, {"secret": ""})
    assert keeper.get("/api/endpoints/pager").json()["host"] == "events.pagerduty.com"
    told = keeper.post(
        "/api/endpoints", json={"name": "p2", "kind": "opsgenie", "secret": "k", "events": ["incident.opened"]}
    )
    assert [fault["field"] for fault in told.json()["faults"]] == ["events"]
    texts = {"name": "texts", "kind": "provider", "url": "https://api.texts.example/x", "secret": "a:b"}
    assert keeper.post("/api/endpoints", json=texts).status_code == 422
    template = '{"fields": {"To": "{to}", "Body": "{text}"}}'
    assert keeper.post("/api/endpoints", json={**texts, "template": template}).status_code == 201
    assert keeper.post("/api/endpoints/texts/tests").status_code == 409
