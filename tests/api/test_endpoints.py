"""Endpoints by API: added with a secret shown once, tested, rotated, switched off; an address is never handed out."""

from typing import Any

import pytest

from incident.roles import Role
from tests.api.conftest import Front

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = "/api/endpoints"
HOST: dict[str, Any] = {
    "name": "host",
    "kind": "webhook",
    "url": "https://app.host.example/hooks/SecretPath",
    "events": ["notice.released", "incident.opened"],
}
ROOM = {"name": "room", "kind": "teams", "url": "https://x.logic.example/SecretPath", "events": ["release.approved"]}


def test_an_endpoint_lives_from_its_secret_to_its_end(front: Front) -> None:
    admin = front.program(Role.ADMINISTRATOR)
    made = admin.post(HERE, json=HOST)
    assert (made.status_code, made.headers["location"]) == (201, f"{HERE}/host")
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    assert admin.post(HERE, json=ROOM).json() == {"secret": ""}
    assert admin.post(HERE, json=ROOM).status_code == 409
    listed = admin.get(HERE)
    assert [one["name"] for one in listed.json()["endpoints"]] == ["host", "room"]
    assert "SecretPath" not in listed.text
    assert secret not in listed.text
    (second,) = admin.post(f"{HERE}/host/secrets", json={}).json().values()
    assert second.startswith("whsec_")
    assert len(admin.get(f"{HERE}/host").json()["secrets"]) == 2
    assert admin.delete(f"{HERE}/host/secrets/oldest").status_code == 204
    assert admin.put(f"{HERE}/host", json={"events": ["incident.opened"]}).status_code == 204
    assert admin.post(f"{HERE}/host/tests").status_code == 201
    (row,) = admin.get(f"{HERE}/host/deliveries").json()["deliveries"]
    assert (row["event"], row["state"], row["attempts"], row["code"]) == ("endpoint.test", "pending", 0, None)
    assert admin.put(f"{HERE}/host/active", json={"active": False}).status_code == 204
    assert admin.post(f"{HERE}/host/tests").status_code == 409
    found = admin.get(f"{HERE}/host").json()
    assert (found["active"], found["host"], found["events"]) == (False, "app.host.example", ["incident.opened"])


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("url", {"url": "http://app.host.example/"}),
        ("url", {"url": "https://192.168.1.1/"}),
        ("kind", {"kind": "irc"}),
        ("events.0", {"events": ["everything"]}),
        ("events", {"events": []}),
        ("name", {"name": "Host Platform"}),
        ("more", {"more": 1}),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(front: Front, field: str, values: dict[str, Any]) -> None:
    refused = front.program(Role.ADMINISTRATOR).post(HERE, json={**HOST, **values})
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["faults"]] == [field]
    assert "SecretPath" not in refused.text


def test_what_does_not_exist_is_not_found(front: Front) -> None:
    admin = front.program(Role.ADMINISTRATOR)
    assert admin.get(f"{HERE}/none").status_code == 404
    assert admin.get(f"{HERE}/none/deliveries").status_code == 404
    assert admin.put(f"{HERE}/none/active", json={"active": True}).status_code == 404
