"""osquery: its three formats, what it logs of itself, rows told apart, and what is refused."""

import json
from typing import Any

import pytest

from incident.adapters.osquery import ADAPTER
from incident.adapters.signals import Signal, SignalState, Unreadable

ROW = {"address": "203.0.113.66", "port": "4444"}
RESULT: dict[str, Any] = {"name": "sockets", "hostIdentifier": "lap-9", "unixTime": "1773136800"}


def read(*documents: object) -> tuple[Signal, ...]:
    return ADAPTER.read({}, b"\n".join(json.dumps(one).encode() for one in documents))


def test_a_row_that_is_removed_ends_what_its_adding_began() -> None:
    added, removed = read(RESULT | {"action": "added", "columns": ROW}, RESULT | {"action": "removed", "columns": ROW})
    assert (added.state, removed.state) == (SignalState.FIRING, SignalState.RESOLVED)
    assert added.key == removed.key
    assert (added.started_at is None, removed.started_at) == (False, None)


def test_batch_format_says_the_same_as_event_format() -> None:
    batch = RESULT | {"diffResults": {"added": [ROW], "removed": [ROW | {"port": "80"}]}}
    events = [
        RESULT | {"action": "removed", "columns": ROW | {"port": "80"}},
        RESULT | {"action": "added", "columns": ROW},
    ]
    assert read(batch) == read(*events)
    assert read(RESULT | {"diffResults": {"added": "", "removed": ""}}) == ()


def test_rows_that_differ_only_at_their_ends_are_two() -> None:
    long = [RESULT | {"action": "added", "columns": {"cmd": "x" * 5000 + end}} for end in "ab"]
    first, second = read(*long)
    assert first.key != second.key


def test_what_osquery_logs_of_itself_is_no_alert() -> None:
    line = {"hostIdentifier": "lap-9", "severity": "0", "filename": "scheduler.cpp", "line": "1", "message": "x"}
    assert read(line, line) == ()
    assert read({"log_type": "status", "data": [line]}) == ()


def test_columns_and_decorations_can_be_matched() -> None:
    (signal,) = read(
        RESULT | {"action": "added", "columns": ROW, "decorations": {"data_categories": "health", "team": "it"}}
    )
    assert signal.labels["address"] == "203.0.113.66"
    assert signal.labels["decoration.team"] == "it"
    assert signal.hints[0].value == ("health",)
    assert signal.group == "sockets@lap-9"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"action": "added"}, "name must"),
        ({"name": "x", "action": "moved"}, "action must"),
        ({"name": "x"}, "action must"),
        ({"log_type": "result", "data": []}, "^data must"),
        ([1], "must be an object"),
    ],
)
def test_what_decides_must_be_there(document: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(document)
