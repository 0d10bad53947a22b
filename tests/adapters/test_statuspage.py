"""Statuspage: each status of incidents, maintenances and components, and what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.signals import Severity, Signal, SignalState, Unreadable
from incident.adapters.statuspage import ADAPTER


def incident(**members: object) -> Signal:
    least = {"id": "z3lc", "name": "Slow queries", "status": "investigating"}
    return ADAPTER.read({}, json.dumps({"incident": least | members}).encode())[0]


def component(status: object, **update: object) -> Signal:
    document = {"component": {"id": "sqm6", "name": "Databases", "status": status}, "component_update": update}
    return ADAPTER.read({}, json.dumps(document).encode())[0]


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ("investigating identified monitoring", SignalState.FIRING),
        ("resolved postmortem completed", SignalState.RESOLVED),
        ("scheduled in_progress verifying", SignalState.INFORMATIONAL),
    ],
)
def test_each_status_of_an_incident_or_a_maintenance(statuses: str, state: SignalState) -> None:
    assert {incident(status=status).state for status in statuses.split()} == {state}


@pytest.mark.parametrize(
    ("impact", "expected"),
    [
        ("critical", Severity.CRITICAL),
        ("major", Severity.HIGH),
        ("minor", Severity.MEDIUM),
        ("none", Severity.LOW),
        ("maintenance", Severity.INFO),
        (None, None),
    ],
)
def test_each_impact(impact: str | None, expected: Severity | None) -> None:
    assert incident(impact=impact).severity is expected


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ("degraded_performance partial_outage major_outage", SignalState.FIRING),
        ("operational", SignalState.RESOLVED),
        ("under_maintenance", SignalState.INFORMATIONAL),
    ],
)
def test_each_status_of_a_component(statuses: str, state: SignalState) -> None:
    assert {component(status).state for status in statuses.split()} == {state}


def test_a_component_is_as_it_is_since_its_status_was_changed() -> None:
    changed = {"new_status": "major_outage", "created_at": "2026-01-15T04:00:00.100Z"}
    assert component("major_outage", **changed).started_at == datetime(2026, 1, 15, 4, 0, 0, 100000, UTC)
    assert component(None, **changed).state is SignalState.FIRING
    assert component("operational", created_at="2026-01-15T05:00:00Z").started_at is None


def test_the_link_that_ends_the_subscription_is_not_kept() -> None:
    ends = "https://supplier.statuspage.io/?unsubscribe=zjcd"
    document = {"meta": {"unsubscribe": ends}, "incident": {"id": "z", "name": "x", "status": "resolved"}}
    assert "unsubscribe" not in str(ADAPTER.read({}, json.dumps(document).encode()))


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "incident"),
        ({"incident": {"name": "x", "status": "resolved"}}, "incident.id"),
        ({"incident": {"id": "x", "name": "x", "status": "odd"}}, "incident.status"),
        ({"component": {"name": "x", "status": "operational"}}, "component.id"),
        ({"component": {"id": "x", "name": "x"}}, "component.status"),
    ],
)
def test_what_decides_and_is_wrong_is_named(document: object, field: str) -> None:
    with pytest.raises(Unreadable, match=field):
        ADAPTER.read({}, json.dumps(document).encode())
