"""Auth0's log streams beyond the expected ones: every format, the limits over all lines, what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.auth0 import ADAPTER
from incident.adapters.signals import Signal, Unreadable


def read(body: str) -> tuple[Signal, ...]:
    return ADAPTER.read({}, body.encode())


def event(number: int, **members: object) -> dict[str, object]:
    return {"log_id": str(number), "data": {"type": "fp", "user_name": "ines@verein.example", **members}}


EVENTS = [event(1), event(2, type="limit_wc")]
LINES = [json.dumps(one) for one in EVENTS]


@pytest.mark.parametrize(
    "body",
    [
        "\n".join(LINES),
        "\r\n".join([*LINES, ""]),
        "\n\n".join(LINES),
        json.dumps(EVENTS),
        json.dumps(EVENTS, indent=2),
        json.dumps({"logs": EVENTS}),
    ],
)
def test_lines_arrays_and_objects_are_read_alike(body: str) -> None:
    assert [(signal.key, signal.title) for signal in read(body)] == [("1", "fp"), ("2", "limit_wc")]


def test_one_event_may_be_written_over_several_lines() -> None:
    (signal,) = read(json.dumps(event(3), indent=2))
    assert signal.key == "3"


@pytest.mark.parametrize(
    ("date", "began"),
    [
        ("2026-11-11T11:11:11.111Z", datetime(2026, 11, 11, 11, 11, 11, 111000, tzinfo=UTC)),
        ("2026-11-11 11:11:11.111000000", datetime(2026, 11, 11, 11, 11, 11, 111000, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_date_without_a_zone_is_utc(date: object, began: datetime | None) -> None:
    (signal,) = read(json.dumps(event(4, date=date)))
    assert signal.started_at == began
    assert signal.labels.get("started_at_as_sent") == ("yesterday" if date == "yesterday" else None)


def test_without_a_user_the_application_is_touched() -> None:
    (signal,) = read(json.dumps(event(5, user_name="", user_id="", client_name="Members")))
    assert str(signal.asset) == "application Members"


def test_the_same_kind_at_the_same_user_is_one_group() -> None:
    first, again, other = read(json.dumps([event(6), event(7), event(8, user_name="hanne@verein.example")]))
    assert first.group == again.group != other.group


@pytest.mark.parametrize(
    "body", ["[]", "[1]", '{"log_id": "1"}\n{"data": {}}', "{}", '{"log_id": "1"}\nnot json', "[[]]"]
)
def test_what_is_no_log_event_waits_in_quarantine(body: str) -> None:
    with pytest.raises(Unreadable):
        read(body)


def test_the_limit_of_values_holds_for_all_lines_together() -> None:
    with pytest.raises(Unreadable, match="More than"):
        read('{"log_id": "1", "data": {"type": "s"}}\n' * 20_000)
