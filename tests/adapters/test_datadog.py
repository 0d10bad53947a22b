"""Datadog: its words one by one, variables that say nothing, and what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.datadog import ADAPTER, SNIPPET
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

AT = datetime(2026, 1, 15, 4, 0, 0, 250000, UTC)
LEAST = {"alert_title": "Exports", "alert_transition": "Triggered", "alert_cycle_key": "9bd4", "date": "1768449600250"}


def read(**members: object) -> Signal:
    return ADAPTER.read({}, json.dumps(LEAST | members).encode())[0]


@pytest.mark.parametrize(
    ("transition", "state", "begins"),
    [
        ("Triggered", SignalState.FIRING, True),
        ("No Data", SignalState.FIRING, True),
        ("Warn", SignalState.FIRING, True),
        ("Re-Triggered", SignalState.FIRING, False),
        ("Re-No Data", SignalState.FIRING, False),
        ("Re-Warn", SignalState.FIRING, False),
        ("Renotify", SignalState.FIRING, False),
        ("Recovered", SignalState.RESOLVED, False),
        ("Null", SignalState.INFORMATIONAL, False),
    ],
)
def test_each_transition_and_whether_its_date_is_a_beginning(transition: str, state: SignalState, begins: bool) -> None:
    signal = read(alert_transition=transition)
    assert signal.state is state
    assert signal.started_at == (AT if begins else None)


@pytest.mark.parametrize(
    ("priority", "kind", "expected"),
    [
        ("P1", "warning", Severity.CRITICAL),
        ("P5", "error", Severity.INFO),
        ("$ALERT_PRIORITY", "error", Severity.HIGH),
        (None, "warning", Severity.MEDIUM),
        ("", "success", None),
        ("P9", "error", None),
    ],
)
def test_the_priority_says_the_severity_and_without_it_the_type(
    priority: str | None, kind: str, expected: Severity | None
) -> None:
    assert read(alert_priority=priority, alert_type=kind).severity is expected


def test_without_a_cycle_key_monitor_and_scope_tell_the_alert() -> None:
    assert read(alert_cycle_key="$ALERT_CYCLE_KEY", alert_id="12", alert_scope="env:prod").key == "12/env:prod"
    assert read(alert_cycle_key="", alert_id=12, alert_scope="$ALERT_SCOPE").key == "12/"


def test_the_asset_is_the_host_else_what_the_scope_names() -> None:
    assert read(hostname="i-0123", tags="region:eu-west-1").asset == Asset(AssetKind.HOST, "i-0123", "eu-west-1")
    assert read(hostname="$HOSTNAME", alert_scope="env:prod,service:crm").asset == Asset(AssetKind.SERVICE, "crm")


def test_tags_are_labels_and_hints() -> None:
    signal = read(tags="env:prod, data_categories:name+contact,bare", org={"id": "11", "name": "$ORG_NAME"})
    assert signal.labels["env"] == "prod"
    assert signal.labels["org_id"] == "11"
    assert "org_name" not in signal.labels
    assert signal.hints[0].value == ("name", "contact")


def test_the_snippets_payload_is_what_is_read() -> None:
    payload = SNIPPET.partition("form):\n")[2].partition("\n\n")[0]
    filled = payload.replace("$ALERT_TITLE", "Exports").replace("$ALERT_TRANSITION", "Triggered")
    assert ADAPTER.read({}, filled.replace("$ALERT_CYCLE_KEY", "9bd4").encode())[0].key == "9bd4"


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"alert_title": "$ALERT_TITLE"}, "alert_title"),
        ({"alert_transition": "Sideways"}, "alert_transition"),
        ({"alert_transition": "$ALERT_TRANSITION"}, "alert_transition"),
        ({"alert_cycle_key": None}, "alert_cycle_key"),
    ],
)
def test_what_decides_and_is_wrong_is_named(members: dict[str, object], field: str) -> None:
    with pytest.raises(Unreadable, match=field):
        read(**members)
