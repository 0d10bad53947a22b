"""Wazuh: its levels, the three ways an alert comes, its script, and what is refused."""

import json
from typing import Any

import pytest

from incident.adapters.signals import AssetKind, Severity, Signal, Unreadable
from incident.adapters.wazuh import ADAPTER

ALERT: dict[str, Any] = {"id": "1785571200.1", "rule": {"level": 7, "description": "File added", "id": "554"}}


def read(document: object) -> Signal:
    return ADAPTER.read({}, json.dumps(document).encode())[0]


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        (16, Severity.CRITICAL),
        (15, Severity.CRITICAL),
        (14, Severity.HIGH),
        (12, Severity.HIGH),
        ("11", Severity.MEDIUM),
        (7, Severity.MEDIUM),
        (6, Severity.LOW),
        (4, Severity.LOW),
        (3, Severity.INFO),
        (0, Severity.INFO),
        (17, None),
        (-1, None),
        (7.5, None),
        (True, None),
        (None, None),
    ],
)
def test_each_level(level: object, severity: Severity | None) -> None:
    assert read(ALERT | {"rule": {"level": level, "description": "x"}}).severity is severity


def test_an_alert_is_the_same_however_it_comes() -> None:
    bare = read(ALERT)
    assert read({"_index": "wazuh-alerts-4.x", "_source": ALERT}) == bare
    assert read({"severity": 2, "title": "File added", "all_fields": ALERT}) == bare
    assert read({"hits": {"hits": [{"_source": ALERT}]}}) == bare
    line = json.dumps(ALERT).encode()
    assert ADAPTER.read({}, line + b"\n" + line + b"\n") == (bare, bare)


def test_frameworks_and_the_labels_of_the_agent_can_be_matched() -> None:
    agent = {"name": "nas-2", "id": "007", "labels": {"data_categories": "health", "site": "Nord"}}
    rule = {**ALERT["rule"], "gdpr": ["IV_35.7.d"], "mitre": {"id": ["T1486"]}, "groups": "syscheck"}
    signal = read(ALERT | {"agent": agent, "rule": rule, "syscheck": {"path": "/srv/a", "event": "added"}})
    assert signal.labels["gdpr"] == "IV_35.7.d"
    assert signal.labels["mitre_id"] == "T1486"
    assert signal.labels["agent.site"] == "Nord"
    assert signal.labels["file"] == "/srv/a"
    assert signal.hints[0].value == ("health",)
    assert signal.asset is not None
    assert (signal.asset.kind, signal.asset.name, signal.group) == (AssetKind.HOST, "nas-2", "554@nas-2")


def test_the_script_of_the_snippet_is_python() -> None:
    script = ADAPTER.pasted("https://incident.example/hooks/w", "w").partition("#!/usr/bin/env python3\n")[2]
    compile(script, "custom-seventytwo", "exec")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[]", "no alert"),
        (b'{"rule": {"description": "x"}}', "^id must"),
        (b'{"id": "1.1", "rule": []}', "^rule must"),
        (b'[{"id": "1.1"}]', r"^\[0\].rule must"),
    ],
)
def test_what_decides_must_be_there(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        ADAPTER.read({}, body)
