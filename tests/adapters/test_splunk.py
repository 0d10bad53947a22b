"""Splunk: rows with odd fields, searches without a name, and what is refused."""

import json
from datetime import UTC, datetime

import pytest

from incident.adapters.signals import Asset, AssetKind, Signal, Unreadable
from incident.adapters.splunk import ADAPTER


def read(result: object = None, **members: object) -> Signal:
    document = {"sid": "rt_1", "search_name": "sudo", "result": result, **members}
    return ADAPTER.read({}, json.dumps(document).encode())[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1768449600", datetime(2026, 1, 15, 4, tzinfo=UTC)),
        ("1768449600.25", datetime(2026, 1, 15, 4, 0, 0, 250000, UTC)),
        ("1768449600.123456789", datetime(2026, 1, 15, 4, 0, 0, 123456, UTC)),
        (1768449600, datetime(2026, 1, 15, 4, tzinfo=UTC)),
        ("2026-01-15T05:00:00.000+01:00", datetime(2026, 1, 15, 4, tzinfo=UTC)),
        ("2026-01-15 05:00:00", None),
        ("9" * 40, None),
        (None, None),
    ],
)
def test_the_time_of_the_row_is_the_beginning(given: object, expected: datetime | None) -> None:
    assert read({"_time": given}).started_at == expected


def test_a_search_without_a_name_is_called_by_its_sid() -> None:
    signal = read(search_name=None)
    assert (signal.title, signal.key, signal.group) == ("rt_1", "rt_1", None)


def test_what_one_search_finds_on_one_host_belongs_together() -> None:
    assert read({"host": "web-1"}).group == read({"host": ["web-1", "web-2"]}, sid="rt_2").group == "sudo@web-1"
    assert read({"host": ["web-1", "web-2"]}).asset == Asset(AssetKind.HOST, "web-1")
    assert read([]).group == "sudo@"


def test_fields_of_the_row_are_labels_without_the_raw_event() -> None:
    row = {"user": "ada", "_raw": "password=hunter2", "date_hour": "4", "data_categories": "health", "rows": ["a", "b"]}
    signal = read(row, app="search")
    assert signal.labels == {
        "search_name": "sudo",
        "app": "search",
        "user": "ada",
        "data_categories": "health",
        "rows": "a",
    }
    assert signal.hints[0].value == ("health",)


@pytest.mark.parametrize("sid", [None, "", True, ["rt_1"]])
def test_what_decides_and_is_wrong_is_named(sid: object) -> None:
    with pytest.raises(Unreadable, match="sid"):
        read(sid=sid)
