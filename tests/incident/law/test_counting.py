"""How periods are counted: hours elapse in UTC whatever the local clock does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.law.counting import Period, Place, Uncountable, Unit, count

BRUSSELS = ZoneInfo("Europe/Brussels")
SEVENTY_TWO = Period(72, Unit.HOURS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("aware", "due", "full_hours"),
    [
        ("2026-12-18T16:40:00Z", "2026-12-21T16:40:00Z", "2026-12-21T17:00:00Z"),
        ("2026-11-24T13:00:00Z", "2026-11-27T13:00:00Z", "2026-11-27T14:00:00Z"),
        ("2027-03-26T09:00:00Z", "2027-03-29T09:00:00Z", "2027-03-29T10:00:00Z"),
        ("2027-10-29T08:00:00Z", "2027-11-01T08:00:00Z", "2027-11-01T09:00:00Z"),
    ],
)
def test_72_hours_over_weekends_holidays_and_changes_of_clocks(aware: str, due: str, full_hours: str) -> None:
    assert count("plain_elapsed_hours", at(aware), SEVENTY_TWO, Place(BRUSSELS)).due_at == at(due)
    assert count("eu_1182_71_hours", at(aware), SEVENTY_TWO, Place(BRUSSELS)).due_at == at(full_hours)


def test_the_trace_shows_the_arithmetic() -> None:
    (line,) = count("plain_elapsed_hours", at("2026-12-18T16:40:00Z"), SEVENTY_TWO, Place(BRUSSELS)).trace
    assert line == "2026-12-18 16:40:00Z + 72 h (259200 s elapsed, in UTC) = 2026-12-21 16:40:00Z"


def test_days_end_with_the_last_second_of_the_place() -> None:
    found = count(
        "calendar_days", at("2026-11-23T20:00:00Z"), Period(30, Unit.DAYS), Place(ZoneInfo("America/Los_Angeles"))
    )
    assert found.due_at == at("2026-12-24T07:59:59Z")
    assert "America/Los_Angeles" in " ".join(found.trace)


def test_without_undue_delay_has_no_number() -> None:
    assert count("no_fixed_period", at("2026-11-23T20:00:00Z"), None, Place(BRUSSELS)).due_at is None


@pytest.mark.parametrize(
    ("profile", "period"),
    [
        ("no_fixed_period", SEVENTY_TWO),
        ("plain_elapsed_hours", None),
        ("plain_elapsed_hours", Period(3, Unit.DAYS)),
        ("calendar_days", SEVENTY_TWO),
        ("lunar_months", SEVENTY_TWO),
    ],
)
def test_a_profile_refuses_what_it_does_not_count(profile: str, period: Period | None) -> None:
    with pytest.raises(Uncountable):
        count(profile, at("2026-11-23T20:00:00Z"), period, Place(BRUSSELS))


instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001


@given(instants, st.sampled_from(["Europe/Brussels", "Asia/Kolkata", "Australia/Lord_Howe"]))
def test_72_hours_are_259200_seconds_and_the_plain_reading_is_the_strictest(aware: datetime, zone: str) -> None:
    plain = count("plain_elapsed_hours", aware, SEVENTY_TWO, Place(ZoneInfo(zone))).due_at
    full = count("eu_1182_71_hours", aware, SEVENTY_TWO, Place(ZoneInfo(zone))).due_at
    assert plain is not None
    assert full is not None
    assert (plain - aware).total_seconds() == 259_200
    assert plain < full <= plain + timedelta(hours=1)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=400)), st.integers(1, 90))
def test_a_later_start_never_gives_an_earlier_end(start: datetime, later: timedelta, days: int) -> None:
    period = Period(days, Unit.DAYS)
    first = count("calendar_days", start, period, Place(BRUSSELS)).due_at
    second = count("calendar_days", start + later, period, Place(BRUSSELS)).due_at
    assert first is not None
    assert second is not None
    assert first <= second
