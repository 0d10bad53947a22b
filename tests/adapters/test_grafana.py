"""Grafana: what the expected files leave out of its unified and its legacy notifications."""

import json

import pytest
import yaml

from incident.adapters.alertmanager import fingerprint
from incident.adapters.grafana import ADAPTER
from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable

LABELS = {"alertname": "Exports", "instance": "db-2.verein.example"}


def unified(**alert: object) -> Signal:
    document = {"version": "1", "title": "[FIRING:1]", "alerts": [{"status": "firing", **alert}]}
    return ADAPTER.read({}, json.dumps(document).encode())[0]


def legacy(**members: object) -> Signal:
    document = {"ruleId": 7, "ruleName": "CPU", "state": "alerting", "title": "[Alerting] CPU", **members}
    return ADAPTER.read({}, json.dumps(document).encode())[0]


def test_an_alert_without_a_fingerprint_has_the_one_of_its_labels() -> None:
    assert unified(labels=LABELS).key == fingerprint(LABELS)


def test_an_alert_without_labels_has_the_notifications_title() -> None:
    assert unified(labels={}, fingerprint="57c6d9296de2ad39").title == "[FIRING:1]"


def test_what_the_button_test_sends_is_a_test_and_an_alert_of_that_name_is_none() -> None:
    button = {"alertname": "TestAlert", "instance": "Grafana"}
    assert unified(labels=button).state is SignalState.TEST
    assert unified(labels=button | {"team": "web"}).state is SignalState.FIRING
    assert unified(labels={"alertname": "TestAlert"}).state is SignalState.FIRING


def test_values_links_and_organisation_are_labels() -> None:
    signal = unified(labels=LABELS, values={"C": 1, "B": 44.5}, silenceURL="https://grafana.example/silence/new")
    assert signal.labels["value"] == "B=44.5, C=1"
    assert signal.labels["silence_url"] == "https://grafana.example/silence/new"
    assert unified(labels=LABELS, valueString="[ value=1 ]").labels["value"] == "[ value=1 ]"
    assert unified(labels=LABELS, generatorURL="", panelURL="https://grafana.example/d/1").link is not None


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("alerting", SignalState.FIRING),
        ("no_data", SignalState.FIRING),
        ("OK", SignalState.RESOLVED),
        ("pending", SignalState.INFORMATIONAL),
        ("paused", SignalState.INFORMATIONAL),
    ],
)
def test_each_state_of_a_legacy_rule(state: str, expected: SignalState) -> None:
    assert legacy(state=state).state is expected


def test_a_legacy_rule_names_its_asset_by_the_series_that_match_and_its_severity_by_a_tag() -> None:
    matches = [{"metric": "cpu", "value": 97, "tags": None}, {"metric": "cpu", "value": 98, "tags": {"host": "web-1"}}]
    signal = legacy(evalMatches=matches, tags={"severity": "critical", "data_categories": "name,contact"})
    assert signal.asset == Asset(AssetKind.HOST, "web-1")
    assert signal.severity is Severity.CRITICAL
    assert signal.hints[0].value == ("name", "contact")
    assert signal.labels["value"] == "cpu=97, cpu=98"


def test_a_legacy_test_is_a_test() -> None:
    assert legacy(message="Someone is testing the alert notification within Grafana.").state is SignalState.TEST


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "alerts"),
        ({"alerts": []}, "alerts"),
        ({"text": "TestAlert"}, "alerts"),
        ({"alerts": ["x"]}, "alerts[0]"),
        ({"alerts": [{"status": "loud", "labels": LABELS}]}, "status"),
        ({"ruleId": None, "state": "ok"}, "ruleId"),
        ({"ruleId": 7, "state": "sideways"}, "state"),
    ],
)
def test_what_decides_and_is_wrong_is_named(document: object, field: str) -> None:
    with pytest.raises(Unreadable, match=field.replace("[", r"\[")):
        ADAPTER.read({}, json.dumps(document).encode())


def test_the_snippet_asks_for_the_headers_the_proof_reads() -> None:
    document = yaml.safe_load(ADAPTER.pasted("https://incident.example.org/hooks/x", "x"))
    settings = document["contactPoints"][0]["receivers"][0]["settings"]
    assert settings["url"] == "https://incident.example.org/hooks/x"
    assert settings["hmacConfig"]["header"].lower() == "x-grafana-alerting-signature"
    assert settings["hmacConfig"]["timestampHeader"].lower() == "x-grafana-alerting-timestamp"
