"""What every counting profile has in common: units, refusals, words, and no holidays loaded before they are needed."""

import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from incident.law.counting import PROFILES, READINGS, Period, Place, Uncountable, Unit, count, stamp

BRUSSELS = Place(ZoneInfo("Europe/Brussels"), "BE")
SEVENTY_TWO = Period(72, Unit.HOURS)
NOON = datetime.fromisoformat("2026-11-23T12:00:00Z")
HOURS = ("plain_elapsed_hours", "eu_1182_71_hours", "eu_1182_71_3_5_part_days", "eu_1182_71_3_5_full_days", "dora_5_4")
MONTHS = ("same_time_months", "calendar_months", "eu_1182_71_months", "dora_5_4")
YEARS = ("same_time_years", "calendar_years")


def units_of(profile: str) -> set[Unit]:
    named = ((Unit.HOURS, HOURS), (Unit.MONTHS, MONTHS), (Unit.YEARS, YEARS))
    found = {unit for unit, profiles in named if profile in profiles}
    return found or {Unit.BUSINESS_DAYS if "business_days" in profile else Unit.DAYS}


@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "no_fixed_period"])
def test_a_profile_counts_the_units_it_is_for_and_refuses_the_others(profile: str) -> None:
    for unit in Unit:
        if unit in units_of(profile):
            assert count(profile, NOON, Period(3, unit), BRUSSELS).due_at
        else:
            with pytest.raises(Uncountable, match=f"the rule says 3 {unit.replace('_', ' ')}"):
                count(profile, NOON, Period(3, unit), BRUSSELS)
    with pytest.raises(Uncountable, match="no period"):
        count(profile, NOON, None, BRUSSELS)


def test_without_undue_delay_has_no_number() -> None:
    assert count("no_fixed_period", NOON, None, BRUSSELS).due_at is None
    with pytest.raises(Uncountable, match="72 hours"):
        count("no_fixed_period", NOON, SEVENTY_TWO, BRUSSELS)


@pytest.mark.parametrize(
    ("profile", "period"),
    [
        ("lunar_months", Period(1, Unit.MONTHS)),
        ("calendar_days", Period(0, Unit.DAYS)),
        ("plain_elapsed_hours", Period(-1, Unit.HOURS)),
        ("br_business_days", Period(10**9, Unit.BUSINESS_DAYS)),
        ("same_time_years", Period(9000, Unit.YEARS)),
        ("same_time_months", Period(100_000, Unit.MONTHS)),
        ("jp_days_window_end", Period(30, Unit.DAYS)),
    ],
)
def test_what_cannot_be_counted_is_refused(profile: str, period: Period) -> None:
    with pytest.raises(Uncountable):
        count(profile, NOON, period, BRUSSELS)


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(Uncountable, match="no time zone"):
        count("plain_elapsed_hours", NOON.replace(tzinfo=None), SEVENTY_TWO, BRUSSELS)


def test_an_end_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Uncountable, match="beyond the calendar"):
        count("calendar_days", datetime.fromisoformat("9999-12-30T00:00:00Z"), Period(9, Unit.DAYS), BRUSSELS)


def test_no_hours_are_at_once() -> None:
    assert count("plain_elapsed_hours", NOON, Period(0, Unit.HOURS), BRUSSELS).due_at == NOON


def test_every_reading_is_a_profile_and_says_where_it_comes_from() -> None:
    assert set(READINGS) <= set(PROFILES)
    known = ("1182/71", "2025/301", "Code", "legal holidays", "CD/ANPD", "PPC")
    assert [label for label in READINGS.values() if not any(source in label for source in known)] == []


@pytest.mark.parametrize("profile", [name for name in READINGS if "_3_5_" in name])
def test_two_working_days_in_an_hour_period_are_marked_as_disputed(profile: str) -> None:
    assert "disputed" in READINGS[profile]
    assert "information only" in READINGS[profile]


def test_the_trace_of_hours_is_one_sum() -> None:
    (line,) = count("plain_elapsed_hours", datetime.fromisoformat("2026-12-18T16:40:00Z"), SEVENTY_TWO, BRUSSELS).trace
    assert line == "2026-12-18 16:40:00Z + 72 h (259200 s elapsed, in UTC) = 2026-12-21 16:40:00Z"


def test_the_trace_of_business_days_names_the_first_day_each_skipped_day_and_the_end() -> None:
    known = datetime.fromisoformat("2026-12-22T12:00:00Z")
    found = count("br_business_days", known, Period(3, Unit.BUSINESS_DAYS), Place(ZoneInfo("America/Sao_Paulo")))
    assert found.trace == (
        "Day 0, not counted, is Tue 2026-12-22 in America/Sao_Paulo; "
        "Saturdays, Sundays and the national holidays of Brazil are skipped.",
        "Day 1 is Wed 2026-12-23.",
        "Skipped: Fri 2026-12-25 (Christmas Day), Sat 2026-12-26, Sun 2026-12-27.",
        "Day 3 is Mon 2026-12-28 and ends at 23:59:59 in America/Sao_Paulo = 2026-12-29 02:59:59Z",
    )


def test_the_trace_of_european_days_names_the_article_of_each_step() -> None:
    available = datetime.fromisoformat("2026-12-24T09:00:00Z")
    assert count("eu_1182_71_days", available, Period(3, Unit.DAYS), BRUSSELS).trace == (
        "Day 0, not counted, is Thu 2026-12-24 in Europe/Brussels (Art. 3(1)); day 1 is Fri 2026-12-25.",
        "3 days from then: to Sun 2026-12-27.",
        "Saturdays, Sundays and the public holidays of BE are no working days.",
        "Sun 2026-12-27 is no working day: the period ends with the next one (Art. 3(4)).",
        "Skipped: Sun 2026-12-27.",
        "The period must hold two working days (Art. 3(5)): it ends with the second.",
        "Skipped: Fri 2026-12-25 (Christmas Day), Sat 2026-12-26, Sun 2026-12-27.",
        "The last day is Tue 2026-12-29 and ends at 24:00 in Europe/Brussels = 2026-12-29 23:00:00Z",
    )


def test_stamp_is_utc_to_the_second() -> None:
    assert stamp(datetime.fromisoformat("2026-12-18T17:40:30.9+01:00")) == "2026-12-18 16:40:30Z"


def test_holidays_are_loaded_only_by_a_profile_that_skips_them() -> None:
    """The commands start fast because most rules count no holidays."""
    program = """
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from incident.law.counting import Period, Place, Unit, count
place = Place(ZoneInfo("America/New_York"), "US-VT")
start = datetime(2026, 12, 18, tzinfo=UTC)
count("plain_elapsed_hours", start, Period(72, Unit.HOURS), place)
count("us_calendar_days_no_roll", start, Period(45, Unit.DAYS), place)
count("same_time_months", start, Period(1, Unit.MONTHS), place)
print("holidays" in sys.modules)
count("us_state_business_days", start, Period(14, Unit.BUSINESS_DAYS), place)
print("holidays" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
