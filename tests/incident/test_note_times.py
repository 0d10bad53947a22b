"""The true time of a line typed in a hurry."""

from datetime import UTC, datetime

import pytest

from incident.note_times import split_time

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "at", "text"),
    [
        ("10:14 ACL removed", datetime(2026, 11, 24, 9, 14, tzinfo=UTC), "ACL removed"),
        ("18:14 ACL removed", datetime(2026, 11, 23, 17, 14, tzinfo=UTC), "ACL removed"),
        ("ACL removed at 18:14", None, "ACL removed at 18:14"),
        ("25:00 is no time", None, "25:00 is no time"),
        ("9:05 called\nthe host", datetime(2026, 11, 24, 8, 5, tzinfo=UTC), "called\nthe host"),
    ],
)
def test_a_leading_time_of_day_is_the_last_such_time_in_the_zone(line: str, at: datetime | None, text: str) -> None:
    assert split_time(line, NOON, "Europe/Berlin") == (at, text)
