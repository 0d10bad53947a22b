"""Zabbix: its words and numbers, macros that were not resolved, tags in both forms, and what is refused."""

import json

import pytest
import yaml

from incident.adapters.signals import Asset, AssetKind, Severity, Signal, SignalState, Unreadable
from incident.adapters.zabbix import ADAPTER

LEAST = {"trigger": "Share is open", "status": "PROBLEM", "trigger_id": "14032"}


def read(**members: object) -> Signal:
    return ADAPTER.read({}, json.dumps(LEAST | members).encode())[0]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"severity": "Disaster"}, Severity.CRITICAL),
        ({"severity": "High"}, Severity.HIGH),
        ({"severity": "average"}, Severity.MEDIUM),
        ({"severity": "Warning"}, Severity.LOW),
        ({"severity": "Information"}, Severity.INFO),
        ({"severity": "Not classified"}, None),
        ({"severity": "Katastrophe", "nseverity": "5"}, Severity.CRITICAL),
        ({"severity": "Egal", "nseverity": 0}, None),
        ({"severity": 4}, Severity.HIGH),
    ],
)
def test_the_severity_is_the_name_else_the_number(members: dict[str, object], expected: Severity | None) -> None:
    assert read(**members).severity is expected


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PROBLEM", SignalState.FIRING),
        ("1", SignalState.FIRING),
        ("OK", SignalState.RESOLVED),
        ("RESOLVED", SignalState.RESOLVED),
        (0, SignalState.RESOLVED),
    ],
)
def test_each_status(status: object, state: SignalState) -> None:
    assert read(status=status).state is state


def test_the_key_is_the_trigger_also_when_only_the_link_names_it() -> None:
    link = "https://zabbix.example/tr_events.php?triggerid=99&eventid=10528"
    assert read(link=link).key == "14032"
    assert read(link=link, trigger_id=None).key == "99"
    assert read(link=link, trigger_id="{TRIGGER.ID}").key == "99"


def test_a_macro_that_was_not_resolved_is_absent() -> None:
    signal = read(hostname="*UNKNOWN*", host_group="{TRIGGER.HOSTGROUP.NAME}", item="free: {x}")
    assert signal.asset is None
    assert "host_group" not in signal.labels
    assert signal.labels["item"] == "free: {x}"
    assert read(hostname="share-1").asset == Asset(AssetKind.HOST, "share-1")


@pytest.mark.parametrize(
    "tags",
    ["scope:security, data_categories:name+contact", [{"tag": "data_categories", "value": "name,contact"}, 7]],
)
def test_tags_come_as_text_or_as_a_list(tags: object) -> None:
    assert read(tags=tags).hints[0].value == ("name", "contact")


def test_the_snippets_parameters_are_what_is_read() -> None:
    document = yaml.safe_load(ADAPTER.pasted("https://incident.example.org/hooks/x", "x"))
    (media,) = document["zabbix_export"]["media_types"]
    sent = {one["name"]: one["value"] for one in media["parameters"]}
    assert sent["endpoint"] == "https://incident.example.org/hooks/x"
    filled = {name: value.replace("{EVENT.STATUS}", "RESOLVED") for name, value in sent.items()}
    filled |= {"trigger": "Share is open", "trigger_id": "14032", "nseverity": "4"}
    signal = read(**filled)
    assert (signal.key, signal.state, signal.severity) == ("14032", SignalState.RESOLVED, Severity.HIGH)
    assert signal.asset is None


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"trigger": None}, "trigger"),
        ({"status": "LATE"}, "status"),
        ({"status": "{EVENT.STATUS}"}, "status"),
        ({"trigger_id": None}, "trigger_id"),
        ({"trigger_id": "*UNKNOWN*", "link": "https://zabbix.example/?triggerid=x"}, "trigger_id"),
        ({"trigger_id": "", "link": "https://[zabbix"}, "trigger_id"),
    ],
)
def test_what_decides_and_is_wrong_is_named(members: dict[str, object], field: str) -> None:
    with pytest.raises(Unreadable, match=field):
        read(**members)
