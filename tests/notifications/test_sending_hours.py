"""Sending hours on the clocks of a zone, on days of 23, 24 and 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.sending_hours import BadHours, Hours, read_hours

BERLIN = Hours(time(8), time(20), "Europe/Berlin")
NIGHT = Hours(time(22), time(6), "Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC")
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
hours = st.tuples(times, times, st.sampled_from(ZONES)).filter(lambda it: it[0] != it[1]).map(lambda it: Hours(*it))
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
moments = st.integers(0, 15 * 366 * 86_400).map(lambda seconds: EPOCH + timedelta(seconds=seconds))


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("own", "now", "opens"),
    [
        (BERLIN, "2026-11-24 07:59", "2026-11-24 08:00"),
        (BERLIN, "2026-11-24 08:00", "2026-11-24 08:00"),
        (BERLIN, "2026-11-24 19:59", "2026-11-24 19:59"),
        (BERLIN, "2026-11-24 20:00", "2026-11-25 08:00"),
        (NIGHT, "2026-11-24 21:00", "2026-11-24 22:00"),
        (NIGHT, "2026-11-24 03:00", "2026-11-24 03:00"),
        (NIGHT, "2026-11-24 06:00", "2026-11-24 22:00"),
        (BERLIN, "2026-03-28 21:00", "2026-03-29 08:00"),  # the clocks go forward in that night
        (BERLIN, "2026-10-24 21:00", "2026-10-25 08:00"),  # and back in that one
    ],
)
def test_mail_begins_within_the_hours_on_the_clocks_there(own: Hours, now: str, opens: str) -> None:
    assert own.opens_at(at(now)) == at(opens)
    assert own.is_open(at(now)) is (now == opens)


def test_a_night_in_which_clocks_change_is_an_hour_shorter_or_longer() -> None:
    assert BERLIN.opens_at(at("2026-03-28 20:00")) - at("2026-03-28 20:00") == timedelta(hours=11)
    assert BERLIN.opens_at(at("2026-10-24 20:00")) - at("2026-10-24 20:00") == timedelta(hours=13)


def test_hours_that_begin_at_a_time_that_is_skipped_begin_when_it_would_have_been() -> None:
    skipped = Hours(time(2, 30), time(4), "Europe/Berlin")
    assert skipped.opens_at(at("2026-03-29 01:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert not skipped.is_open(at("2026-03-29 04:00"))


def test_work_goes_on_only_within_the_hours() -> None:
    assert BERLIN.after(at("2026-11-24 19:00"), timedelta(minutes=30)) == at("2026-11-24 19:30")
    assert BERLIN.after(at("2026-11-24 19:00"), timedelta(hours=2)) == at("2026-11-25 09:00")
    assert BERLIN.after(at("2026-11-24 21:00"), timedelta(hours=13)) == at("2026-11-26 09:00")


@given(hours, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(own: Hours, now: datetime) -> None:
    opens = own.opens_at(now)
    assert now <= opens <= now + timedelta(hours=49)
    assert own.is_open(opens)
    if opens > now:
        assert not own.is_open(now + (opens - now) / 2)


@given(hours, moments)
def test_away_from_changes_of_the_clock_the_wall_says_whether_it_is_open(own: Hours, now: datetime) -> None:
    zone = ZoneInfo(own.zone)
    if len({(now + timedelta(hours=n)).astimezone(zone).utcoffset() for n in (-48, -24, 0, 24, 48)}) > 1:
        return
    wall = now.astimezone(zone).time()
    between = own.begins <= wall < own.ends
    over = wall >= own.begins or wall < own.ends
    assert own.is_open(now) is (between if own.begins < own.ends else over)


@given(hours, moments, st.integers(0, 100))
def test_so_much_time_within_the_hours_ends_within_them(own: Hours, now: datetime, needed: int) -> None:
    ends = own.after(now, timedelta(hours=needed))
    assert ends >= now + timedelta(hours=needed)
    assert own.is_open(ends - timedelta(seconds=1)) or not needed or ends == now


def test_hours_are_read_as_they_are_written() -> None:
    assert read_hours("08:00-20:00 Europe/Berlin") == BERLIN
    assert read_hours(str(NIGHT)) == NIGHT
    assert read_hours(" 08:00 \u2013 20:00 Europe/Berlin ") == BERLIN
    assert read_hours("") is None


@pytest.mark.parametrize(
    "text", ["8-20", "08:00-20:00", "08:00-24:30 UTC", "08:00-20:00 Europe/Bremen", "08:00-08:00 UTC", "08:00-09:00 .."]
)
def test_what_are_no_hours_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadHours):
        read_hours(text)


def test_every_day_of_a_year_has_its_stretch() -> None:
    days = {BERLIN.opens_at(at(f"{date(2026, 1, 1) + timedelta(days=n)} 12:00")).date() for n in range(365)}
    assert len(days) == 365
