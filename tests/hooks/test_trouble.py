"""Our own trouble is a 503 with Retry-After, never a 4xx: a monitor then sends again, and nothing is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from incident.hooks import deliveries, group_commit, raw_requests
from incident.models.intake import IntakeState
from incident.organisation import organisation_of
from incident.sweep import ITS_OWN_TURN, tick
from notifications.clock import MovableClock
from tests.hooks.gate import ALERTMANAGER, Gate
from tests.incident.monitor import alert, notification
from tests.unavailable import full, locked, unreachable

BODY = notification(alert("exports-eu-1"))
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
Message = dict[str, Any]


def is_ours(answer: Any) -> bool:
    return (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def call(gate: Gate, receive: Callable[[], Awaitable[Message]], *headers: tuple[bytes, bytes]) -> list[Message]:
    """One request as the web server hands it over, with headers and pieces no client would send."""
    proof = [(name.encode(), value.encode()) for name, value in gate.proof(ALERTMANAGER, BODY).items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"/hooks/{ALERTMANAGER}",
        "raw_path": f"/hooks/{ALERTMANAGER}".encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), *proof, *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    sent: list[Message] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(gate.app(scope, receive, send))
    return sent


def test_a_database_that_is_locked_is_ours(hasty: Gate, database_url: str) -> None:
    with locked(database_url):
        assert is_ours(hasty.post(BODY))
    assert hasty.post(BODY).json()["repeat"] is False
    assert hasty.states() == [IntakeState.APPLIED]


@ON_SQLITE
@pytest.mark.proves("F14")
def test_a_full_disk_is_ours_and_what_was_kept_stays_readable(gate: Gate) -> None:
    gate.post(BODY)
    with full(gate.stage.installation.store):
        large = b'{"alerts": "' + b"x" * 500_000
        assert is_ours(gate.post(large))
        assert gate.states() == [IntakeState.APPLIED]
    assert gate.post(large).status_code == 202
    assert gate.states() == [IntakeState.APPLIED, IntakeState.QUARANTINED]


@ON_POSTGRESQL
def test_a_database_that_is_gone_is_ours(gate: Gate, database_url: str) -> None:
    with unreachable(database_url):
        assert is_ours(gate.post(BODY))
        assert is_ours(gate.client.post("/hooks/never-heard-of", content=BODY))
    assert gate.post(BODY).status_code == 202
    assert len(gate.incidents()) == 1


def test_a_defect_of_ours_is_ours(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("a defect")

    with monkeypatch.context() as broken:
        broken.setattr(group_commit, "receive_all", fail)
        broken.setattr(group_commit, "receive", fail)
        assert is_ours(gate.post(BODY))
    assert "a defect" in caplog.text
    assert gate.post(BODY).status_code == 202


def test_a_refusal_that_cannot_be_counted_is_still_a_refusal(hasty: Gate, database_url: str) -> None:
    with locked(database_url, "refusal"):
        assert hasty.post(BODY, headers={}).status_code == 401
    assert hasty.refusals() == {}


def test_what_is_kept_but_cannot_be_applied_is_still_202_and_the_sweep_applies_it(
    hasty: Gate, database_url: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = deliveries._read
    parts = hasty.stage.installation

    def read_later(*arguments: Any) -> None:
        with locked(database_url):
            kept(*arguments)

    monkeypatch.setattr(deliveries, "_read", read_later)
    assert hasty.post(BODY).status_code == 202
    assert hasty.states() == [IntakeState.OPEN]
    clock.move(ITS_OWN_TURN * 2)
    tick(parts.store, parts.keys, organisation_of(parts.settings), clock.now())
    assert hasty.states() == [IntakeState.APPLIED]
    assert len(hasty.incidents()) == 1


def test_a_body_that_does_not_come_is_408_and_leaves_no_row(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_requests, "PATIENCE_SECONDS", 0.05)

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("never")

    assert call(gate, receive)[0]["status"] == 408
    assert (gate.intakes(), gate.refusals()) == ([], {"slow": 1})


def test_a_sender_that_leaves_half_way_leaves_no_row(gate: Gate) -> None:
    said: Iterator[Message] = iter(
        [{"type": "http.request", "body": BODY[:50], "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Message:
        return next(said)

    call(gate, receive)
    assert (gate.intakes(), gate.refusals()) == ([], {})
    assert gate.post(BODY).status_code == 202


@pytest.mark.parametrize("length", [b"\xb2", b"-1", b"1e9", b""])
def test_a_length_that_is_no_number_is_ours_to_count(gate: Gate, length: bytes) -> None:
    whole: Message = {"type": "http.request", "body": BODY, "more_body": False}

    async def receive() -> Message:
        return whole

    assert call(gate, receive, (b"content-length", length))[0]["status"] == 202
    assert gate.states() == [IntakeState.APPLIED]
