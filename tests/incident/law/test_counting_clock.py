"""Days, months and years where the clock or the calendar is odd: changes of clocks, leap days, short months."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from incident.law.counting import Counted, Period, Place, Unit, count


def counted(profile: str, start: str, amount: int, unit: Unit, zone: str) -> Counted:
    return count(profile, datetime.fromisoformat(start), Period(amount, unit), Place(ZoneInfo(zone)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2027-01-31T10:00+01:00", 1, "2027-02-28T10:00+01:00"),
        ("2028-01-31T10:00+01:00", 1, "2028-02-29T10:00+01:00"),
        ("2027-01-28T10:00+01:00", 1, "2027-02-28T10:00+01:00"),
        ("2027-02-28T10:00+01:00", 2, "2027-04-28T10:00+02:00"),
        ("2027-08-31T10:00+02:00", 1, "2027-09-30T10:00+02:00"),
        ("2026-12-15T10:00+01:00", 1, "2027-01-15T10:00+01:00"),
        ("2026-12-31T10:00+01:00", 14, "2028-02-29T10:00+01:00"),
    ],
)
def test_a_month_ends_on_the_same_date_or_its_last_day_at_the_same_time(start: str, months: int, end: str) -> None:
    found = counted("same_time_months", start, months, Unit.MONTHS, "Europe/Brussels")
    assert found.due_at == at(end)
    assert counted("calendar_months", start, months, Unit.MONTHS, "Europe/Brussels") == found
    assert any("has no day" in line for line in found.trace) == (at(start).day != at(end).day)


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2028-02-29T10:00+01:00", 1, "2029-02-28T10:00+01:00"),
        ("2028-02-29T10:00+01:00", 4, "2032-02-29T10:00+01:00"),
        ("2027-02-28T10:00+01:00", 1, "2028-02-28T10:00+01:00"),
        ("2026-07-01T10:00+02:00", 2, "2028-07-01T10:00+02:00"),
    ],
)
def test_a_year_ends_on_the_same_date_or_28_february(start: str, years: int, end: str) -> None:
    found = counted("same_time_years", start, years, Unit.YEARS, "Europe/Brussels")
    assert found.due_at == at(end)
    assert counted("calendar_years", start, years, Unit.YEARS, "Europe/Brussels") == found


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-03-26T10:00+01:00", "2027-03-29T10:00+02:00"),  # 71 hours
        ("2027-10-29T10:00+02:00", "2027-11-01T10:00+01:00"),  # 73 hours
        ("2028-02-27T10:00+01:00", "2028-03-01T10:00+01:00"),
    ],
)
def test_days_to_the_same_time_follow_the_clock_on_the_wall(start: str, end: str) -> None:
    assert counted("same_time_days", start, 3, Unit.DAYS, "Europe/Brussels").due_at == at(end)


@pytest.mark.parametrize(
    ("start", "zone", "end"),
    [
        ("2027-02-28T02:30+01:00", "Europe/Brussels", "2027-03-28T01:00Z"),  # 02:00 becomes 03:00
        ("2027-02-28T02:00+01:00", "Europe/Brussels", "2027-03-28T01:00Z"),
        ("2027-02-28T01:59:59+01:00", "Europe/Brussels", "2027-03-28T00:59:59Z"),
        ("2027-02-28T03:00+01:00", "Europe/Brussels", "2027-03-28T01:00Z"),
        ("2027-09-03T02:15+10:30", "Australia/Lord_Howe", "2027-10-02T15:30Z"),  # half an hour only
    ],
)
def test_a_clock_time_that_is_skipped_is_due_when_the_clock_jumps(start: str, zone: str, end: str) -> None:
    assert counted("same_time_months", start, 1, Unit.MONTHS, zone).due_at == at(end)


def test_the_trace_says_that_the_clock_jumps() -> None:
    trace = counted("same_time_months", "2027-02-28T02:30+01:00", 1, Unit.MONTHS, "Europe/Brussels").trace
    assert "The clock of Europe/Brussels skips 02:30:00 that day: the moment it jumps counts." in trace


def test_a_clock_time_that_comes_twice_is_due_the_first_time() -> None:
    found = counted("same_time_days", "2027-10-01T02:30+02:00", 30, Unit.DAYS, "Europe/Brussels")
    assert found.due_at == at("2027-10-31T02:30+02:00")
    assert any("twice" in line for line in found.trace)


@pytest.mark.parametrize("start", ["2027-10-31T00:30Z", "2027-10-31T01:30Z"])
def test_both_half_past_two_of_that_night_end_at_half_past_two(start: str) -> None:
    assert counted("same_time_months", start, 1, Unit.MONTHS, "Europe/Brussels").due_at == at("2027-11-30T01:30Z")


@pytest.mark.parametrize(
    ("start", "days", "zone", "end"),
    [
        ("2026-10-20T12:00-07:00", 30, "America/Los_Angeles", "2026-11-19T23:59:59-08:00"),
        ("2027-03-01T12:00-08:00", 30, "America/Los_Angeles", "2027-03-31T23:59:59-07:00"),
        ("2028-02-27T23:30-05:00", 3, "America/New_York", "2028-03-01T23:59:59-05:00"),
        ("2026-10-26T12:00+03:00", 3, "Africa/Cairo", "2026-10-29T23:59:59+03:00"),  # put back at 24:00: comes twice
        ("2027-04-01T12:00-03:00", 2, "America/Santiago", "2027-04-03T23:59:59-03:00"),
        ("2011-12-28T12:00-10:00", 2, "Pacific/Apia", "2011-12-30T10:00Z"),  # Samoa left 30 December out
    ],
)
def test_a_day_ends_with_its_last_second_by_the_clock_of_the_place(start: str, days: int, zone: str, end: str) -> None:
    assert counted("calendar_days", start, days, Unit.DAYS, zone).due_at == at(end)


@pytest.mark.parametrize(
    ("zone", "end"),
    [("America/Los_Angeles", "2026-12-23T23:59:59-08:00"), ("America/New_York", "2026-12-24T23:59:59-05:00")],
)
def test_the_day_of_the_event_is_that_of_the_place(zone: str, end: str) -> None:
    late_in_the_west = "2026-11-23T23:30-08:00"
    assert counted("us_calendar_days_no_roll", late_in_the_west, 30, Unit.DAYS, zone).due_at == at(end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-01T00:00-05:00", "2027-03-01T23:59:59-05:00"),
        ("2026-12-31T23:30-05:00", "2027-03-01T23:59:59-05:00"),  # already 2027 in UTC
        ("2027-06-29T12:00-04:00", "2028-02-29T23:59:59-05:00"),  # day 60 of a leap year
    ],
)
def test_60_days_after_the_end_of_the_year_of_discovery(start: str, end: str) -> None:
    found = counted("us_calendar_days_after_year_end", start, 60, Unit.DAYS, "America/New_York")
    assert found.due_at == at(end)
    assert "Day 1 is" in found.trace[1]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2027-01-31T10:00+01:00", 1, "2027-03-01T24:00+01:00"),  # 28 February is a Sunday
        ("2026-12-15T10:00+01:00", 1, "2027-01-15T24:00+01:00"),
        ("2027-02-27T10:00+01:00", 1, "2027-03-29T24:00+02:00"),  # Saturday 27 March: Monday after the change
    ],
)
def test_european_months_end_at_midnight_of_a_working_day(start: str, months: int, end: str) -> None:
    day, midnight = end.split("T24:00")
    found = counted("eu_1182_71_months", start, months, Unit.MONTHS, "Europe/Brussels").due_at
    assert found is not None
    assert (found - at(f"{day}T23:59:59{midnight}")).total_seconds() == 1
