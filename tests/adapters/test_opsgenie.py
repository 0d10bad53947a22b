"""Opsgenie: its actions and priorities one by one, and what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.opsgenie import ADAPTER
from incident.adapters.signals import Severity, Signal, SignalState, Unreadable

LEAST = {"alertId": "0526-52ac", "message": "Exports", "createdAt": 1768449600250}


def read(action: object = "Create", **alert: object) -> Signal:
    return ADAPTER.read({}, json.dumps({"action": action, "alert": LEAST | alert}).encode())[0]


@pytest.mark.parametrize(
    ("actions", "state"),
    [
        ("Create Acknowledge UnAcknowledge AssignOwnership TakeOwnership AddTeam", SignalState.FIRING),
        ("Escalate EscalateNext EscalateToNext Snooze UpdatePriority AddResponder", SignalState.FIRING),
        ("Close Delete", SignalState.RESOLVED),
        ("AddNote AddTags RemoveTags UpdateMessage TestAction", SignalState.INFORMATIONAL),
    ],
)
def test_each_action_says_a_state(actions: str, state: SignalState) -> None:
    assert {read(action).state for action in actions.split()} == {state}


@pytest.mark.parametrize(
    ("priority", "expected"),
    [
        ("P1", Severity.CRITICAL),
        (2, Severity.HIGH),
        ("3", Severity.MEDIUM),
        ("p5", Severity.INFO),
        (9, None),
        ("", None),
    ],
)
def test_a_priority_is_a_word_or_a_number(priority: object, expected: Severity | None) -> None:
    assert read(priority=priority).severity is expected


def test_an_alert_began_when_it_was_created_also_when_it_is_closed() -> None:
    at = datetime(2026, 1, 15, 4, 0, 0, 250000, UTC)
    assert read("Create").started_at == read("Close", updatedAt=1768449700250000123).started_at == at


def test_an_escalation_that_names_only_the_alert_is_read() -> None:
    document = {"action": "Escalate", "alert": {"alertId": "7ba9-7e3a"}, "escalationName": "night"}
    (signal,) = ADAPTER.read({}, json.dumps(document).encode())
    assert (signal.title, signal.key, signal.state) == ("7ba9-7e3a", "7ba9-7e3a", SignalState.FIRING)
    assert signal.labels["escalation"] == "night"


def test_details_and_tags_are_labels_and_hints() -> None:
    signal = read(details={"data_categories": "health", "env": "prod"}, tags=["vip", "data_categories:name"], alias="a")
    assert signal.hints[0].value == ("health",)
    assert (signal.labels["env"], signal.labels["tags"]) == ("prod", "vip, data_categories:name")
    assert signal.group == "a"
    assert read(tags=["data_categories:name+contact"]).hints[0].value == ("name", "contact")


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "alert"),
        ({"alert": {"message": "x"}, "action": "Create"}, "alertId"),
        ({"alert": LEAST}, "action"),
        ({"alert": LEAST, "action": 7}, "action"),
    ],
)
def test_what_decides_and_is_wrong_is_named(document: object, field: str) -> None:
    with pytest.raises(Unreadable, match=field):
        ADAPTER.read({}, json.dumps(document).encode())
