"""Suricata: its priorities, which side is touched, events of other types, and what is refused."""

import json
from typing import Any

import pytest

from incident.adapters.signals import Severity, Signal, Unreadable
from incident.adapters.suricata import ADAPTER

ALERT: dict[str, Any] = {"gid": 1, "signature_id": 7200001, "signature": "LOCAL upload", "severity": 2}
EVENT: dict[str, Any] = {"event_type": "alert", "flow_id": 2**60, "src_ip": "203.0.113.4", "dest_ip": "198.51.100.7"}


def read(alert: Any = None, **members: object) -> Signal:
    return ADAPTER.read({}, json.dumps(EVENT | {"alert": ALERT | (alert or {})} | members).encode())[0]


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (1, Severity.HIGH),
        (2, Severity.MEDIUM),
        ("3", Severity.LOW),
        (4, Severity.INFO),
        (255, Severity.INFO),
        (256, None),
        (0, None),
        ("high", None),
        (None, None),
    ],
)
def test_each_priority(given: object, severity: Severity | None) -> None:
    assert read({"severity": given}).severity is severity


@pytest.mark.parametrize(
    ("source", "destination", "touched"),
    [
        ("10.1.1.9", "198.51.100.7", "10.1.1.9"),
        ("198.51.100.7", "192.168.1.2", "192.168.1.2"),
        ("10.1.1.9", "10.1.1.10", "10.1.1.10"),
        ("fd00::1", "2001:db8::2", "fd00::1"),
        ("198.51.100.7", None, None),
        ("not an address", "nor this", "nor this"),
    ],
)
def test_the_private_side_is_touched_else_the_destination(
    source: str | None, destination: str | None, touched: str | None
) -> None:
    signal = read(src_ip=source, dest_ip=destination)
    assert (signal.asset.name if signal.asset else None) == touched
    assert signal.group == f"1:7200001@{touched or ''}"


def test_a_flow_of_64_bits_is_the_key_digit_for_digit() -> None:
    assert read().key == f"1:7200001:{2**60}"
    assert read(flow_id=None).key == "1:7200001:203.0.113.4>198.51.100.7"


def test_events_of_other_types_are_no_alerts() -> None:
    body = b"\r\n".join(json.dumps({"event_type": kind}).encode() for kind in ("stats", "flow", "anomaly"))
    assert ADAPTER.read({}, body) == ()


def test_classes_and_what_the_traffic_was_can_be_matched() -> None:
    alert = {"category": "Domain Observed Used for C2 Detected", "metadata": {"attack_target": ["Server", "Client"]}}
    signal = read(alert, tls={"sni": "c2.example"}, host="sensor-1")
    assert signal.labels["metadata.attack_target"] == "Server, Client"
    assert (signal.labels["tls.sni"], signal.labels["host"]) == ("c2.example", "sensor-1")
    assert [(hint.fact, hint.value) for hint in signal.hints] == [("breach.cause", "malware")]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "event_type"),
        ([1], r"^\[0\] must"),
        ({"event_type": "alert", "alert": {"signature": "x"}}, "alert.signature_id"),
        ({"event_type": "alert", "alert": {"signature_id": 1}}, "flow_id"),
    ],
)
def test_what_decides_must_be_there(document: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        ADAPTER.read({}, json.dumps(document).encode())
