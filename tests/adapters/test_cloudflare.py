"""Cloudflare's notifications beyond the expected ones: its test message, other alert types, odd times."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.cloudflare import ADAPTER, END, START
from incident.adapters.signals import Signal, SignalState, Unreadable

TEST = (
    "Hello World! This is a test message sent from https://cloudflare.com. "
    "If you can see this, your webhook is configured properly."
)


def read(**members: object) -> Signal:
    (signal,) = ADAPTER.read({}, json.dumps(members).encode())
    return signal


def test_save_and_test_is_a_test() -> None:
    signal = read(text=TEST)
    assert (signal.state, signal.title) == (SignalState.TEST, TEST)
    assert read(name="Errors", text=TEST).state is SignalState.FIRING


def test_an_attack_that_ends_has_the_start_it_began_with() -> None:
    data = {"start_time": "2026-02-03T04:05:06Z", "target_ip": "203.0.113.7"}
    alert = {"name": "DDoS", "alert_type": "advanced_ddos_attack_l4_alert", "alert_correlation_id": "c", "data": data}
    begun, ended = read(**alert, alert_event=START, ts=1796086805), read(**alert, alert_event=END, ts=1796087800)
    assert (begun.key, begun.started_at) == (ended.key, ended.started_at)
    assert (begun.state, ended.state) == (SignalState.FIRING, SignalState.RESOLVED)
    assert str(begun.asset) == "host 203.0.113.7"


@pytest.mark.parametrize("kind", ["advanced_ddos_attack_l7_alert", "dos_attack_l4", "dos_attack_l7", "fbm_dosd_attack"])
def test_an_attack_on_availability_is_a_hint(kind: str) -> None:
    facts = {hint.fact: hint.value for hint in read(name="DDoS", alert_type=kind).hints}
    assert facts == {"breach.kinds": ("availability",), "breach.malicious": True}


@pytest.mark.parametrize("kind", ["universal_ssl_event_type", "billing_usage_alert", None, 5])
def test_nothing_else_is(kind: object) -> None:
    assert read(name="News", alert_type=kind).hints == ()


@pytest.mark.parametrize(
    ("ts", "began"),
    [
        (1136214245, datetime(2006, 1, 2, 15, 4, 5, tzinfo=UTC)),
        ("1136214245", datetime(2006, 1, 2, 15, 4, 5, tzinfo=UTC)),
        (0, None),
        (1e300, None),
        (True, None),
        (-1, None),
        ("soon", None),
    ],
)
def test_the_time_is_in_seconds_and_never_absurd(ts: object, began: datetime | None) -> None:
    assert read(name="Errors", ts=ts).started_at == began


def test_without_a_name_the_policy_or_the_text_is_the_title() -> None:
    assert read(policy_name="Errors", text="Too many").title == "Errors"
    assert read(text="Too many").title == "Too many"
    with pytest.raises(Unreadable, match="name"):
        read(alert_correlation_id="c")


def test_a_member_of_data_never_hides_what_the_message_says() -> None:
    labels = read(name="Workers", alert_type="workers_alert", data={"alert_type": "usage", "scripts": [{}]}).labels
    assert labels == {"alert_type": "workers_alert"}
