"""PagerDuty: every kind of webhook V3, the three actions of the Events API v2, and what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.answers import Asked, Noted
from incident.adapters.pagerduty import ADAPTER
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

REFERENCE = {"id": "PGR0VU2", "summary": "A bump", "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2"}
LEAST = {"id": "PGR0VU2", "type": "incident", "title": "A bump", "status": "triggered"}


def body(kind: str, data: object) -> bytes:
    event = {"id": "01B", "event_type": kind, "occurred_at": "2026-04-26T17:36:27.458Z", "data": data}
    return json.dumps({"event": event}).encode()


def webhook(kind: str, **data: object) -> Signal:
    (signal,) = ADAPTER.read({}, body(kind, LEAST | data))
    return signal


def event(**members: object) -> Signal:
    (signal,) = ADAPTER.read({}, json.dumps({"routing_key": "r" * 32, **members}).encode())
    return signal


@pytest.mark.parametrize(
    ("kind", "status", "state"),
    [
        ("incident.triggered", "triggered", SignalState.FIRING),
        ("incident.acknowledged", "acknowledged", SignalState.FIRING),
        ("incident.reopened", "triggered", SignalState.FIRING),
        ("incident.escalated", "acknowledged", SignalState.FIRING),
        ("incident.resolved", "resolved", SignalState.RESOLVED),
        ("incident.resolved", None, SignalState.RESOLVED),
        ("incident.priority_updated", "resolved", SignalState.RESOLVED),
    ],
)
def test_the_status_says_the_state(kind: str, status: str | None, state: SignalState) -> None:
    assert webhook(kind, status=status).state is state


@pytest.mark.parametrize(
    ("priority", "urgency", "expected"),
    [
        ({"summary": "P3"}, "high", Severity.MEDIUM),
        ({"summary": "P5"}, "high", Severity.INFO),
        ({"summary": "SEV-1"}, "high", Severity.HIGH),
        (None, "low", Severity.LOW),
        (None, None, None),
    ],
)
def test_the_priority_says_the_severity_else_the_urgency(
    priority: object, urgency: str | None, expected: Severity | None
) -> None:
    assert webhook("incident.triggered", priority=priority, urgency=urgency).severity is expected


def test_an_incident_began_when_it_was_created_else_when_it_was_triggered() -> None:
    created = webhook("incident.resolved", status="resolved", created_at="2026-04-26T16:00:00Z")
    assert created.started_at == datetime(2026, 4, 26, 16, tzinfo=UTC)
    assert webhook("incident.triggered").started_at == datetime(2026, 4, 26, 17, 36, 27, 458000, UTC)
    assert webhook("incident.escalated").started_at is None


@pytest.mark.parametrize(
    "kind",
    [
        "incident.annotated",
        "incident.status_update_published",
        "incident.responder.added",
        "incident.conference_bridge.updated",
        "incident.workflow.completed",
    ],
)
def test_what_is_about_an_incident_has_its_key_and_says_no_state(kind: str) -> None:
    data = {"id": "P2LA89X", "summary": "Started by hand", "incident": REFERENCE, "message": "A fix is on its way"}
    (signal,) = ADAPTER.read({}, body(kind, data))
    assert (signal.key, signal.title, signal.state) == ("PGR0VU2", "A bump", SignalState.INFORMATIONAL)
    assert signal.labels["note"] == "A fix is on its way"
    assert signal.link == REFERENCE["html_url"]


def test_a_changed_service_is_no_alert_and_a_ping_is_noted() -> None:
    assert ADAPTER.read({}, body("service.updated", {"id": "PF9KMXH", "summary": "API"})) == ()
    assert ADAPTER.read({}, body("incident.role.assigned", {"type": "incident_role_assignment"})) == ()
    ping = body("pagey.ping", {"message": "Hello from your friend Pagey!", "type": "ping"})
    assert isinstance(ADAPTER.answer_to(Asked({}, ping)), Noted)
    assert ADAPTER.read({}, ping) == ()
    assert ADAPTER.answer_to(Asked({}, body("incident.triggered", LEAST))) is None
    assert ADAPTER.answer_to(Asked({}, b"no")) is None


def test_an_event_of_the_events_api_is_an_alert() -> None:
    payload = {
        "summary": "Disk full",
        "source": "db-1.hafen.example",
        "severity": "error",
        "timestamp": "2026-07-17T08:42:58.315+0000",
        "class": "disk",
        "custom_details": {"data_categories": "health", "load": 0.75, "deep": {}},
    }
    signal = event(event_action="trigger", dedup_key="db-1/disk", payload=payload, client_url="https://mon.example/1")
    assert (signal.key, signal.title, signal.severity) == ("db-1/disk", "Disk full", Severity.HIGH)
    assert signal.started_at == datetime(2026, 7, 17, 8, 42, 58, 315000, UTC)
    assert signal.asset == Asset(AssetKind.HOST, "db-1.hafen.example")
    assert signal.hints[0].value == ("health",)
    assert (signal.labels["class"], signal.labels["load"]) == ("disk", "0.75")
    assert "r" * 32 not in str(signal)
    assert signal.link == "https://mon.example/1"


def test_an_acknowledgement_fires_and_a_resolve_ends_under_the_same_key() -> None:
    acknowledged = event(event_action="acknowledge", dedup_key="db-1/disk")
    ended = event(event_action="resolve", dedup_key="db-1/disk", payload={"severity": "critical"})
    assert (acknowledged.state, ended.state) == (SignalState.FIRING, SignalState.RESOLVED)
    assert acknowledged.key == ended.key == acknowledged.title
    assert ended.severity is None


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"event": {}}, "event.data"),
        ({"messages": []}, "event.data"),
        ({"event": {"event_type": "incident.triggered", "data": {"title": "x", "status": "triggered"}}}, "data.id"),
        ({"event": {"data": {"id": "P", "title": "x", "status": "lost"}}}, "data.status"),
        ({"event": {"event_type": "incident.escalated", "data": {"id": "P"}}}, "data.status"),
        ({"event": {"data": {"incident": {"summary": "x"}}}}, "incident.id"),
        ({"routing_key": "r", "payload": {"summary": "A change"}}, "event_action"),
        ({"routing_key": "r", "event_action": "resolve"}, "dedup_key"),
    ],
)
def test_what_decides_and_is_wrong_is_named(document: object, field: str) -> None:
    with pytest.raises(Unreadable, match=field):
        ADAPTER.read({}, json.dumps(document).encode())
