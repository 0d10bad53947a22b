"""Which days each reading skips, where laws and calendars of holidays differ."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incident.law.counting import Period, Place, Unit, calendars, count

NEW_YORK = ZoneInfo("America/New_York")
BRUSSELS = ZoneInfo("Europe/Brussels")
TOKYO = ZoneInfo("Asia/Tokyo")
BOGOTA = ZoneInfo("America/Bogota")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def last_day(profile: str, day: str, period: tuple[int, Unit], place: Place) -> date:
    """The local day on which a period from noon of a day ends."""
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=place.zone)
    found = count(profile, noon, Period(*period), place).due_at
    assert found is not None
    return (found - timedelta(seconds=1)).astimezone(place.zone).date()


def days_off(holidays: calendars.Holidays, year: int) -> set[str]:
    days = (date(year, 1, 1) + timedelta(days=at) for at in range(365))
    return {f"{day:%m-%d}" for day in days if holidays(day)}


def test_brazil_skips_the_statutory_holidays_and_good_friday_and_no_optional_point() -> None:
    statutory = {"01-01", "03-26", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "11-20", "12-25"}
    assert days_off(calendars.brazilian, 2027) == statutory
    assert days_off(calendars.brazilian_with_carnival, 2027) == statutory | {"02-08", "02-09"}
    assert days_off(calendars.brazilian_with_ash_wednesday, 2027) == statutory | {"02-08", "02-09", "02-10"}


@pytest.mark.parametrize(("year", "monday"), [(2026, "02-16"), (2028, "02-28"), (2030, "03-04")])
def test_carnival_follows_easter(year: int, monday: str) -> None:
    tuesday = date.fromisoformat(f"{year}-{monday}") + timedelta(days=1)
    found = days_off(calendars.brazilian_with_carnival, year) - days_off(calendars.brazilian, year)
    assert found == {monday, f"{tuesday:%m-%d}"}


@pytest.mark.parametrize(
    ("profile", "end"), [("br_business_days", "2026-11-24"), ("br_business_days_no_holidays", "2026-11-23")]
)
def test_a_stricter_reading_skips_no_brazilian_holiday(profile: str, end: str) -> None:
    """20 November 2026 is a Friday."""
    found = last_day(profile, "2026-11-18", (3, Unit.BUSINESS_DAYS), Place(SAO_PAULO))
    assert found == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("determined", "end"),
    [
        ("2027-12-28", "2028-01-04"),  # New Year's Day 2028 is a Saturday: Friday 31 December is observed
        ("2026-12-22", "2026-12-29"),  # 24 December, often closed by executive order, counts
        ("2026-06-30", "2026-07-07"),  # 4 July 2026 is a Saturday
        ("2033-01-18", "2033-01-24"),  # Thursday 20 January 2033: Inauguration Day counts
    ],
)
@pytest.mark.parametrize("profile", ["us_sec_business_days", "us_federal_business_days", "us_state_business_days"])
def test_federal_holidays_are_those_of_the_statute(profile: str, determined: str, end: str) -> None:
    assert last_day(profile, determined, (4, Unit.BUSINESS_DAYS), Place(NEW_YORK)) == date.fromisoformat(end)


def test_the_federal_list_is_complete() -> None:
    assert days_off(calendars.federal, 2029) == {
        *("01-01", "01-15", "02-19", "05-28", "06-19", "07-04", "09-03", "10-08", "11-11", "11-12", "11-22", "12-25")
    }


def test_the_day_of_a_form_8_k_is_that_of_new_york() -> None:
    """Friday 01:00 in Brussels is Thursday evening in New York: Friday is day 1."""
    start = datetime.fromisoformat("2026-11-13T01:00+01:00")
    found = count("us_sec_business_days", start, Period(4, Unit.BUSINESS_DAYS), Place(BRUSSELS, "BE"))
    assert found.due_at == datetime.fromisoformat("2026-11-18T17:30-05:00")
    assert "Day 1 is Fri 2026-11-13." in found.trace


def test_the_lenient_reading_skips_the_holidays_of_the_state_and_still_the_federal_ones() -> None:
    """Town Meeting Day, Tuesday 3 March 2026, is Vermont's; Columbus Day Vermont does not keep."""
    vermont = Place(NEW_YORK, "US-VT")
    for profile, end in (
        ("us_state_business_days", "2026-03-04"),
        ("us_state_business_days_state_holidays", "2026-03-05"),
    ):
        assert last_day(profile, "2026-02-27", (3, Unit.BUSINESS_DAYS), vermont) == date.fromisoformat(end)
        assert last_day(profile, "2026-10-09", (1, Unit.BUSINESS_DAYS), vermont) == date(2026, 10, 13)


def test_a_state_whose_calendar_is_not_known_is_counted_with_the_federal_one_and_says_so() -> None:
    start = datetime.fromisoformat("2026-02-27T12:00Z")
    period = Period(3, Unit.BUSINESS_DAYS)
    found = count("us_state_business_days_state_holidays", start, period, Place(NEW_YORK, "BE"))
    assert found.due_at == count("us_state_business_days", start, period, Place(NEW_YORK)).due_at
    assert "no calendar of a state is known" in found.trace[0]


def test_colombia_keeps_epiphany_on_the_monday_after() -> None:
    assert last_day("co_business_days", "2027-01-05", (1, Unit.BUSINESS_DAYS), Place(BOGOTA)) == date(2027, 1, 6)
    assert last_day("co_business_days", "2027-01-08", (1, Unit.BUSINESS_DAYS), Place(BOGOTA)) == date(2027, 1, 12)


@pytest.mark.parametrize(
    ("known", "days", "strict", "moved"),
    [
        ("2026-12-01", 30, "2026-12-30", "2027-01-04"),  # the turn of the year, then a weekend
        ("2026-11-05", 30, "2026-12-04", "2026-12-04"),
        ("2026-11-07", 30, "2026-12-06", "2026-12-07"),  # a Sunday
        ("2027-04-04", 30, "2027-05-03", "2027-05-06"),  # three holidays in a row
        ("2026-12-10", 3, "2026-12-12", "2026-12-14"),
    ],
)
def test_japan_counts_the_day_of_knowledge_as_day_1(known: str, days: int, strict: str, moved: str) -> None:
    place, period = Place(TOKYO), (days, Unit.DAYS)
    assert last_day("jp_days", known, period, place) == date.fromisoformat(strict)
    assert last_day("jp_days_moved", known, period, place) == date.fromisoformat(moved)


def test_the_japanese_preliminary_report_has_a_window_of_three_to_five_days() -> None:
    period, place = (3, Unit.DAYS), Place(TOKYO)
    assert last_day("jp_days", "2026-12-07", period, place) == date(2026, 12, 9)
    assert last_day("jp_days_window_end", "2026-12-07", period, place) == date(2026, 12, 11)


@pytest.mark.parametrize("calendar", ["", "XX", "contract", "EU"])
def test_without_a_calendar_only_weekends_are_skipped_and_the_trace_says_so(calendar: str) -> None:
    start = datetime.fromisoformat("2026-12-21T12:00Z")
    found = count("eu_1182_71_days", start, Period(4, Unit.DAYS), Place(BRUSSELS, calendar))
    assert found.due_at == datetime.fromisoformat("2026-12-26T00:00+01:00")
    assert any(line.startswith("No calendar of holidays is known") for line in found.trace)


@pytest.mark.parametrize("calendar", ["BE", "BE-XXX", "BE-VLG"])
def test_a_region_that_is_not_known_has_the_holidays_of_its_country(calendar: str) -> None:
    found = last_day("eu_1182_71_days", "2026-12-21", (4, Unit.DAYS), Place(BRUSSELS, calendar))
    assert found == date(2026, 12, 28)


def test_the_holidays_of_a_region_count_only_there() -> None:
    """Epiphany, Wednesday 6 January 2027, is a holiday in Bavaria and not in all of Germany."""
    for calendar, end in (("DE", "2027-01-06"), ("DE-BY", "2027-01-07")):
        place = Place(ZoneInfo("Europe/Berlin"), calendar)
        assert last_day("eu_1182_71_days", "2027-01-03", (3, Unit.DAYS), place) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "part", "whole"),
    [
        (
            "2026-12-24T17:40+01:00",
            "2026-12-28T01:00+01:00",
            "2026-12-30T00:00+01:00",
        ),  # a holiday and a weekend
        ("2026-12-21T00:30+01:00", "2026-12-24T01:00+01:00", "2026-12-24T01:00+01:00"),  # two whole days lie inside
        ("2026-12-24T23:30+01:00", "2026-12-29T01:00+01:00", "2026-12-30T00:00+01:00"),  # begins with the holiday
    ],
)
def test_two_working_days_within_72_hours(start: str, part: str, whole: str) -> None:
    place, period = Place(BRUSSELS, "BE"), Period(72, Unit.HOURS)
    moment = datetime.fromisoformat(start)
    assert count("eu_1182_71_3_5_part_days", moment, period, place).due_at == datetime.fromisoformat(part)
    assert count("eu_1182_71_3_5_full_days", moment, period, place).due_at == datetime.fromisoformat(whole)


@pytest.mark.parametrize("profile", ["eu_1182_71_3_5_part_days", "eu_1182_71_3_5_full_days"])
def test_two_working_days_are_not_read_onto_less_than_two_days(profile: str) -> None:
    start, period = datetime.fromisoformat("2026-12-18T17:40+01:00"), Period(24, Unit.HOURS)
    found = count(profile, start, period, Place(BRUSSELS, "BE"))
    assert found.due_at == datetime.fromisoformat("2026-12-19T18:00+01:00")
    assert "two days or more" in found.trace[0]


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2026-12-23T10:00+01:00", (72, Unit.HOURS), "2026-12-28T12:00+01:00"),  # Saturday 26 December
        ("2026-12-31T10:00+01:00", (4, Unit.HOURS), "2026-12-31T14:00+01:00"),
        ("2026-12-31T10:00+01:00", (24, Unit.HOURS), "2027-01-04T12:00+01:00"),  # New Year's Day, then a weekend
        ("2026-12-25T10:00+01:00", (1, Unit.MONTHS), "2027-01-25T10:00+01:00"),
        ("2027-01-31T10:00+01:00", (1, Unit.MONTHS), "2027-03-01T12:00+01:00"),  # Sunday 28 February
    ],
)
def test_dora_moves_a_limit_to_noon_of_the_next_working_day(start: str, period: tuple[int, Unit], end: str) -> None:
    found = count("dora_5_4", datetime.fromisoformat(start), Period(*period), Place(BRUSSELS, "BE"))
    assert found.due_at == datetime.fromisoformat(end)
