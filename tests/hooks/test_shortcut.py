"""Deliveries pass by the layers of pages, and what is answered looks as if they had not."""

import json

import pytest

from incident.web.headers import ALWAYS
from tests.hooks.gate import ALERTMANAGER, Gate
from tests.incident.monitor import alert, notification


def test_a_delivery_bears_the_headers_of_every_answer_and_is_kept(gate: Gate) -> None:
    body = notification(alert())
    answer = gate.post(body)
    assert answer.status_code == 202
    assert answer.headers["content-type"] == "application/json"
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert answer.json() == {"intake": str(gate.intakes()[0].id), "repeat": False}
    assert gate.post(body).json() == {"intake": str(gate.intakes()[0].id), "repeat": True}


def test_no_layer_of_pages_sees_a_delivery(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def seen(*_: object) -> None:
        raise AssertionError("a delivery went through every layer")

    gate.client.get("/livez")  # the layers are laid at the first request
    monkeypatch.setattr(gate.app, "middleware_stack", seen)
    assert gate.post(notification(alert())).status_code == 202


@pytest.mark.parametrize(("method", "path"), [("PUT", ALERTMANAGER), ("POST", f"{ALERTMANAGER}/more"), ("POST", "")])
def test_what_is_no_delivery_goes_the_long_way_and_is_refused_there(gate: Gate, method: str, path: str) -> None:
    answer = gate.client.request(method, f"/hooks/{path}", content=json.dumps({}))
    assert answer.status_code in (404, 405)
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert gate.intakes() == []
