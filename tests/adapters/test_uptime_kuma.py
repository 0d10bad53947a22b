"""Uptime Kuma: each status, repeats, notices without a monitor, and what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.signals import Signal, SignalState, Unreadable
from incident.adapters.uptime_kuma import ADAPTER

MONITOR = {"id": 7, "name": "Members", "tags": [{"name": "data_categories", "value": "name,contact"}, {"name": "web"}]}


def read(monitor: object = MONITOR, **heartbeat: object) -> Signal:
    beat = {"status": 0, "time": "2026-01-15 04:00:00.1", "important": True, **heartbeat}
    document = {"heartbeat": beat, "monitor": monitor, "msg": "[Members] [Down] 503"}
    return ADAPTER.read({}, json.dumps(document).encode())[0]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0, SignalState.FIRING),
        (1, SignalState.RESOLVED),
        (2, SignalState.INFORMATIONAL),
        (3, SignalState.INFORMATIONAL),
    ],
)
def test_each_status_and_that_only_down_begins(status: int, state: SignalState) -> None:
    signal = read(status=status)
    assert signal.state is state
    assert (signal.started_at is None) is (status != 0)


def test_the_time_of_a_repeat_is_no_beginning() -> None:
    assert read().started_at == datetime(2026, 1, 15, 4, 0, 0, 100000, UTC)
    assert read(important=False).started_at is None


def test_what_is_down_is_a_matter_of_availability_and_tags_name_categories() -> None:
    assert [(hint.fact, hint.value) for hint in read().hints] == [
        ("breach.kinds", ("availability",)),
        ("data.categories", ("name", "contact")),
    ]
    assert [hint.fact for hint in read(status=1).hints] == ["data.categories"]


def test_no_secret_of_a_monitor_becomes_a_label() -> None:
    secrets = {"basic_auth_pass": "hunter2", "databaseConnectionString": "postgres://u:hunter2@db", "url": "https://"}
    assert "hunter2" not in str(read(monitor=MONITOR | secrets))


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "msg"),
        ({"msg": " "}, "msg"),
        ({"monitor": MONITOR, "msg": "x"}, "heartbeat.status"),
        ({"heartbeat": {"status": 4}, "monitor": MONITOR, "msg": "x"}, "heartbeat.status"),
        ({"heartbeat": {"status": 0}, "monitor": {}, "msg": "x"}, "monitor.id"),
    ],
)
def test_what_decides_and_is_wrong_is_named(document: object, field: str) -> None:
    with pytest.raises(Unreadable, match=field):
        ADAPTER.read({}, json.dumps(document).encode())
