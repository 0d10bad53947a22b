"""Worked examples of deadlines, strict and other readings, each to the second in UTC."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from incident.law.counting import Period, Place, Unit, count

BELGIUM = Place(ZoneInfo("Europe/Brussels"), "BE")
NEW_YORK = Place(ZoneInfo("America/New_York"), "US")
CALIFORNIA = Place(ZoneInfo("America/Los_Angeles"), "US-CA")
BRAZIL = Place(ZoneInfo("America/Sao_Paulo"), "BR")
SINGAPORE = Place(ZoneInfo("Asia/Singapore"), "SG")
COLOMBIA = Place(ZoneInfo("America/Bogota"), "CO")
VERMONT = Place(ZoneInfo("America/New_York"), "US-VT")
IOWA = Place(ZoneInfo("America/Chicago"), "US-IA")
INDIA = Place(ZoneInfo("Asia/Kolkata"), "IN")
CHINA = Place(ZoneInfo("Asia/Shanghai"), "CN")


def due(profile: str, start: str, period: tuple[int, Unit], place: Place) -> datetime | None:
    return count(profile, datetime.fromisoformat(start), Period(*period), place).due_at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("aware", "plain", "full_hours"),
    [
        pytest.param(
            "2026-12-18T17:40+01:00",
            "2026-12-21T16:40Z",
            "2026-12-21T17:00Z",
            id="GDPR, Friday evening",
        ),
        pytest.param(
            "2026-11-24T13:00:00Z",
            "2026-11-27T13:00Z",
            "2026-11-27T14:00Z",
            id="on the stroke of an hour",
        ),
        pytest.param("2027-03-26T10:00+01:00", "2027-03-29T09:00Z", "2027-03-29T10:00Z", id="clocks put forward"),
        pytest.param("2027-10-29T10:00+02:00", "2027-11-01T08:00Z", "2027-11-01T09:00Z", id="clocks put back"),
    ],
)
def test_72_hours_of_the_gdpr(aware: str, plain: str, full_hours: str) -> None:
    assert due("plain_elapsed_hours", aware, (72, Unit.HOURS), BELGIUM) == at(plain)
    assert due("eu_1182_71_hours", aware, (72, Unit.HOURS), BELGIUM) == at(full_hours)


def test_two_working_days_read_onto_72_hours_from_a_friday_evening() -> None:
    """Friday and Monday are enough if part days count; whole days only: Monday and Tuesday."""
    friday = "2026-12-18T17:40+01:00"
    assert due("eu_1182_71_3_5_part_days", friday, (72, Unit.HOURS), BELGIUM) == at("2026-12-21T17:00Z")
    assert due("eu_1182_71_3_5_full_days", friday, (72, Unit.HOURS), BELGIUM) == at("2026-12-22T23:00Z")


@pytest.mark.parametrize(
    ("start", "hours", "place", "end"),
    [
        pytest.param("2026-12-31T22:15+01:00", 24, BELGIUM, "2027-01-01T21:15Z", id="NIS2 early warning"),
        pytest.param("2026-11-25T15:30-05:00", 36, NEW_YORK, "2026-11-27T08:30Z", id="US bank over Thanksgiving"),
        pytest.param("2026-11-26T22:50+05:30", 6, INDIA, "2026-11-26T23:20Z", id="CERT-In by night"),
        pytest.param("2026-11-26T23:30+08:00", 4, CHINA, "2026-11-26T19:30Z", id="China, other operator"),
        pytest.param("2026-12-19T10:00+01:00", 4, BELGIUM, "2026-12-19T13:00Z", id="DORA on Saturday"),
        pytest.param("2026-12-20T09:00+01:00", 4, BELGIUM, "2026-12-20T12:00Z", id="DORA on Sunday"),
    ],
)
def test_hours_know_no_night_and_no_holiday(start: str, hours: int, place: Place, end: str) -> None:
    assert due("plain_elapsed_hours", start, (hours, Unit.HOURS), place) == at(end)


def test_dora_moves_a_sunday_limit_to_monday_noon_where_the_entity_may_use_it() -> None:
    assert due("dora_5_4", "2026-12-20T09:00+01:00", (4, Unit.HOURS), BELGIUM) == at("2026-12-21T11:00Z")


def test_cra_final_report_on_a_vulnerability_14_days_after_the_patch() -> None:
    patch = "2026-12-11T09:00Z"
    assert due("same_time_days", patch, (14, Unit.DAYS), BELGIUM) == at("2026-12-25T09:00Z")
    assert due("eu_1182_71_days", patch, (14, Unit.DAYS), BELGIUM) == at("2026-12-28T23:00Z")


@pytest.mark.parametrize("determined", ["2026-11-28T12:00-05:00", "2026-11-27T16:00-05:00"])
def test_form_8_k_determined_on_saturday_or_the_friday_before(determined: str) -> None:
    assert due("us_sec_business_days", determined, (4, Unit.BUSINESS_DAYS), NEW_YORK) == at("2026-12-03T22:30Z")


@pytest.mark.parametrize(
    ("profile", "end"),
    [
        ("br_business_days", "2027-02-10T02:59:59Z"),  # Tuesday 9 February, Carnival counted
        ("br_business_days_no_holidays", "2027-02-10T02:59:59Z"),
        ("br_business_days_carnival", "2027-02-12T02:59:59Z"),  # Thursday 11 February
        ("br_business_days_ash_wednesday", "2027-02-13T02:59:59Z"),  # Friday 12 February
    ],
)
def test_brazil_over_carnival(profile: str, end: str) -> None:
    assert due(profile, "2027-02-04T18:00Z", (3, Unit.BUSINESS_DAYS), BRAZIL) == at(end)


@pytest.mark.parametrize("assessed", ["2026-12-18T00:00+08:00", "2026-12-18T12:00+08:00", "2026-12-18T23:59:59+08:00"])
def test_singapore_counts_from_the_day_of_assessment(assessed: str) -> None:
    assert due("sg_calendar_days", assessed, (3, Unit.DAYS), SINGAPORE) == at("2026-12-21T15:59:59Z")


def test_california_residents_and_the_sample_for_the_attorney_general() -> None:
    found = due("us_calendar_days_no_roll", "2026-11-23T12:00-08:00", (30, Unit.DAYS), CALIFORNIA)
    assert found == at("2026-12-23T23:59:59-08:00")
    sent = "2026-12-10T12:00-08:00"
    assert due("us_calendar_days_no_roll", sent, (15, Unit.DAYS), CALIFORNIA) == at("2026-12-25T23:59:59-08:00")
    moved = due("us_calendar_days_moved", sent, (15, Unit.DAYS), CALIFORNIA)
    assert moved == at("2026-12-28T23:59:59-08:00")


@pytest.mark.parametrize(
    ("profile", "start", "days", "place", "end"),
    [
        pytest.param(
            "co_business_days", "2026-12-15T10:00-05:00", 15, COLOMBIA, "2027-01-07T23:59:59-05:00", id="Colombia"
        ),
        pytest.param(
            "us_state_business_days", "2026-12-10T10:00-05:00", 14, VERMONT, "2026-12-31T23:59:59-05:00", id="Vermont"
        ),
        pytest.param("us_state_business_days", "2026-12-23T10:00-06:00", 5, IOWA, "2026-12-31T23:59:59-06:00", id="IA"),
    ],
)
def test_business_days_over_the_turn_of_the_year(profile: str, start: str, days: int, place: Place, end: str) -> None:
    assert due(profile, start, (days, Unit.BUSINESS_DAYS), place) == at(end)


@pytest.mark.parametrize("place", [VERMONT, IOWA])
def test_the_holidays_of_the_state_change_nothing_there(place: Place) -> None:
    start, period = "2026-12-10T12:00-05:00", (14, Unit.BUSINESS_DAYS)
    strict = due("us_state_business_days", start, period, place)
    assert due("us_state_business_days_state_holidays", start, period, place) == strict
