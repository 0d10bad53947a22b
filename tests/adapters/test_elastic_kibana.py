"""Kibana: its words, names with dots in both forms, what the snippet renders to, and what is refused."""

import json
import re
from typing import Any

import pytest

from incident.adapters.elastic_kibana import ADAPTER
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

LEAST: dict[str, Any] = {"rule": {"id": "r-1", "name": "Bulk download"}, "alert": {"id": "a-1"}}


def read(*alerts: object, **members: object) -> Signal:
    return ADAPTER.read({}, json.dumps(LEAST | {"context": {"alerts": alerts}} | members).encode())[0]


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ({"event": "recovered"}, SignalState.RESOLVED),
        ({"event": "Recovered "}, SignalState.RESOLVED),
        ({"alert": {"id": "a-1", "actionGroup": "recovered"}}, SignalState.RESOLVED),
        ({"event": "active", "alert": {"id": "a-1", "actionGroup": "threshold met"}}, SignalState.FIRING),
        ({"event": 5}, SignalState.FIRING),
        ({}, SignalState.FIRING),
    ],
)
def test_only_recovered_is_an_end(members: dict[str, object], state: SignalState) -> None:
    assert read(**members).state is state


def test_names_with_dots_are_read_in_both_forms() -> None:
    flat = {"kibana.alert.severity": "high", "host.name": ["web-1", "web-2"], "cloud.region": "eu-1"}
    nested = {"kibana": {"alert": {"severity": "high"}}, "host": {"name": "web-1"}, "cloud": {"region": "eu-1"}}
    assert read(flat) == read(nested)
    assert read(flat).asset == Asset(AssetKind.HOST, "web-1", "eu-1")


def test_of_several_alerts_the_gravest_counts() -> None:
    told = [{"kibana.alert.severity": word} for word in ("low", "critical", "medium", "purple")]
    assert read(*told).severity is Severity.CRITICAL
    assert read({"kibana.alert.severity": ""}).severity is None


def test_without_a_uuid_rule_and_alert_are_the_key() -> None:
    assert read().key == "r-1/a-1"
    assert read(alert={"uuid": "u-1"}).key == "u-1"


def test_the_snippet_renders_to_what_is_read() -> None:
    values = {
        "rule.id": "r-1",
        "rule.name": "Bulk download",
        "rule.tags": "crm, data_categories:health+name",
        "alert.uuid": "u-1",
        "context.alerts.0.host.name": "web-1",
        "context.alerts.0.kibana.alert.severity": "high",
        "context.alerts.0.kibana.alert.start": "2026-09-09T08:55:00.000Z",
        "context.results_link": "https://kibana.example/a",
    }
    body = ADAPTER.snippet[ADAPTER.snippet.index("\n{\n") :]
    rendered = re.sub(r"\{\{\{?([a-zA-Z0-9_.]+)\}?\}\}", lambda match: values.get(match[1], ""), body)
    signal = ADAPTER.read({}, rendered.encode())[0]
    assert (signal.key, signal.state, signal.severity) == ("u-1", SignalState.FIRING, Severity.HIGH)
    assert signal.asset == Asset(AssetKind.HOST, "web-1")
    assert signal.hints[0].value == ("health", "name")
    assert signal.started_at is not None
    assert signal.link == "https://kibana.example/a"


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"rule": {}, "alert": {"uuid": "u"}}, "rule.name"),
        ({"alert": {}}, "alert.uuid"),
        ({"rule": None}, "alert.uuid"),
    ],
)
def test_what_decides_must_be_there(members: dict[str, object], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(**members)
