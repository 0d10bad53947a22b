"""What holds for every counting profile, whatever the start, the period and the place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.law.counting import PROFILES, Period, Place, Uncountable, Unit, count, stamp

pytestmark = pytest.mark.untraced

BY_DAY = {
    *("same_time_days", "same_time_months", "same_time_years", "calendar_months", "calendar_years"),  # short months
    "dora_5_4",  # a limit on Sunday moves to Monday noon, one on Monday at 08:00 stays
}
STRICT_AND_OTHERS = (
    ("plain_elapsed_hours", "eu_1182_71_hours", "eu_1182_71_3_5_part_days", "eu_1182_71_3_5_full_days"),
    ("plain_elapsed_hours", "dora_5_4"),
    ("same_time_months", "dora_5_4"),
    ("same_time_days", "eu_1182_71_days"),
    ("same_time_months", "eu_1182_71_months"),
    ("us_calendar_days_no_roll", "us_calendar_days_moved"),
    ("us_state_business_days", "us_state_business_days_state_holidays"),
    ("br_business_days_no_holidays", "br_business_days", "br_business_days_carnival", "br_business_days_ash_wednesday"),
    ("jp_days", "jp_days_moved"),
)
LONGEST = {Unit.HOURS: 240, Unit.DAYS: 120, Unit.BUSINESS_DAYS: 30, Unit.MONTHS: 30, Unit.YEARS: 6}

instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
zones = st.sampled_from(
    [
        *("Europe/Brussels", "Asia/Kolkata", "Australia/Lord_Howe", "America/Los_Angeles", "America/Santiago"),
        *("Africa/Cairo", "Pacific/Auckland", "Atlantic/Azores", "America/Sao_Paulo"),
    ]
).map(ZoneInfo)
places = st.builds(Place, zones, st.sampled_from(["", "BE", "BR", "CO", "US", "US-VT", "US-CA", "JP", "DE-BY", "XX"]))
later = st.one_of(st.timedeltas(timedelta(0), timedelta(hours=30)), st.timedeltas(timedelta(0), timedelta(days=400)))


def period_of(profile: str) -> st.SearchStrategy[Period]:
    """Any period the profile counts: from 2 on, since the Japanese day 1 is the day of the event itself."""
    if profile == "jp_days_window_end":
        return st.just(Period(3, Unit.DAYS))
    fitting = [unit for unit in Unit if _counts(profile, unit)]
    return st.sampled_from(fitting).flatmap(lambda unit: st.integers(2, LONGEST[unit]).map(lambda n: Period(n, unit)))


def _counts(profile: str, unit: Unit) -> bool:
    try:
        count(profile, datetime(2026, 1, 15, tzinfo=UTC), Period(2, unit), Place(ZoneInfo("UTC")))
    except Uncountable:
        return False
    return True


profiles = st.sampled_from([name for name in PROFILES if name != "no_fixed_period"])
counts = profiles.flatmap(lambda profile: st.tuples(st.just(profile), period_of(profile)))


def due(profile: str, start: datetime, period: Period, place: Place) -> datetime:
    found = count(profile, start, period, place).due_at
    assert found is not None
    return found


@given(counts, instants, places)
def test_a_deadline_lies_after_its_start_and_ends_the_trace(
    counting: tuple[str, Period], start: datetime, place: Place
) -> None:
    profile, period = counting
    found = count(profile, start, period, place)
    assert found.due_at is not None
    assert found.due_at > start
    assert found.due_at.utcoffset() == timedelta(0)
    assert found.trace[-1].endswith(f"= {stamp(found.due_at)}")
    assert all(found.trace)
    assert count(profile, start, period, place) == found


@given(counts, instants, later, places)
def test_a_later_start_never_gives_an_earlier_end(
    counting: tuple[str, Period], start: datetime, delay: timedelta, place: Place
) -> None:
    """To the second; where months differ in length, or a law moves only some limits, by the day of the place."""
    profile, period = counting
    first, second = due(profile, start, period, place), due(profile, start + delay, period, place)
    if profile in BY_DAY:
        assert first.astimezone(place.zone).date() <= second.astimezone(place.zone).date()
    else:
        assert first <= second


@given(counts, instants, places)
def test_a_longer_period_never_ends_earlier(counting: tuple[str, Period], start: datetime, place: Place) -> None:
    profile, period = counting
    if profile != "jp_days_window_end":
        longer = due(profile, start, Period(period.amount + 1, period.unit), place)
        assert longer.astimezone(place.zone).date() >= due(profile, start, period, place).astimezone(place.zone).date()


@given(st.sampled_from(STRICT_AND_OTHERS), instants, st.integers(1, 80), places)
def test_the_strict_reading_is_never_later_than_another(
    readings: tuple[str, ...], start: datetime, amount: int, place: Place
) -> None:
    unit = next(unit for unit in Unit if all(_counts(profile, unit) for profile in readings))
    ends = [due(profile, start, Period(amount, unit), place) for profile in readings]
    assert ends == sorted(ends)


@given(instants, zones)
def test_72_hours_are_259200_seconds_and_full_hours_add_at_most_one(aware: datetime, zone: ZoneInfo) -> None:
    period = Period(72, Unit.HOURS)
    plain, full = (due(name, aware, period, Place(zone)) for name in ("plain_elapsed_hours", "eu_1182_71_hours"))
    assert (plain - aware).total_seconds() == 259_200
    assert plain < full <= plain + timedelta(hours=1)


@given(instants, st.integers(1, 60), places)
def test_business_days_end_on_a_business_day(start: datetime, days: int, place: Place) -> None:
    for profile in PROFILES:
        if "business_days" in profile:
            zone = ZoneInfo("America/New_York") if profile == "us_sec_business_days" else place.zone
            last = due(profile, start, Period(days, Unit.BUSINESS_DAYS), place).astimezone(zone)
            assert last.weekday() < 5
