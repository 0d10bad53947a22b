"""How moments are written: in the reader's zone, what is left in words, and what a form field means."""

from datetime import UTC, datetime, timedelta

import pytest

from incident.web import times
from notifications.wording import Said, worded, worded_number

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (NOON, "Europe/Berlin", "Tue 24 Nov 2026, 13:00 CET"),
        (NOON, "America/New_York", "Tue 24 Nov 2026, 07:00 EST"),
        (NOON, "Nowhere/Atall", "Tue 24 Nov 2026, 12:00 UTC"),
        (None, "UTC", "-"),
    ],
)
def test_a_moment_names_its_zone(moment: datetime | None, zone: str, words: str) -> None:
    assert times.local(moment, zone) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=59), "0 min 59 s"),
        (timedelta(minutes=59, seconds=59), "59 min 59 s"),
        (timedelta(hours=1), "1 h 00 min"),
        (timedelta(hours=71, minutes=59), "71 h 59 min"),
        (timedelta(hours=72), "3 d 0 h"),
        (-timedelta(hours=2, minutes=4), "2 h 04 min late"),
    ],
)
def test_what_is_left_is_said_in_two_units(left: timedelta, words: str) -> None:
    assert times.left(NOON + left, NOON) == words


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "2026-10-24 07:00:00Z + 72 h (259200 s elapsed, in UTC) = 2026-10-27 07:00:00Z",
            "Sat 24 Oct 2026, 09:00 CEST + 72 h (259200 s elapsed, in UTC) = Tue 27 Oct 2026, 08:00 CET",
        ),
        ("end of the day: 2026-11-24 22:59:59Z", "end of the day: Tue 24 Nov 2026, 23:59:59 CET"),
        ("the law names no number", "the law names no number"),
        ("Decided on 2026-11-24 11:21Z", "Decided on Tue 24 Nov 2026, 12:21 CET"),
        ("it works until 2026-11-27 13:06 UTC.", "it works until Fri 27 Nov 2026, 14:06 CET."),
        ("version 2026-11-27 13:06Zulu", "version 2026-11-27 13:06Zulu"),
    ],
)
def test_a_computation_is_shown_in_the_readers_zone(line: str, said: str) -> None:
    assert times.zoned(line, "Europe/Berlin") == said


def test_a_sentence_keeps_its_message_where_its_moments_are_shown_in_the_readers_zone() -> None:
    said = times.zoned(worded("Decided on {at}: {risk}", at="2026-11-24 11:21Z", risk=worded("Risk")), "Europe/Berlin")
    assert isinstance(said, Said)
    assert (said.message, said) == ("Decided on {at}: {risk}", "Decided on Tue 24 Nov 2026, 12:21 CET: Risk")


def test_a_moment_in_a_sentence_is_written_in_the_readers_language_and_stays_english_in_english_words() -> None:
    at = "2026-11-24 22:59:59Z"
    german = times.zoned(worded("Decided on {at}: {risk}", at=at, risk=worded("Risk")), "Europe/Berlin", "de")
    assert german == "Decided on Di. 24. Nov. 2026, 23:59:59 CET: Risk"
    assert times.zoned(f"until {at}", "Europe/Berlin", "de") == "until Tue 24 Nov 2026, 23:59:59 CET"


def test_a_sentence_of_one_and_many_keeps_both() -> None:
    said = times.zoned(worded_number("{number} customer", "{number} customers", 14), "Europe/Berlin", "de")
    assert isinstance(said, Said)
    assert (said, said.many, said.number) == ("14 customers", "{number} customers", 14)


def test_a_form_field_is_read_in_the_readers_zone() -> None:
    assert times.read_local("2026-11-24T13:00", "Europe/Berlin") == NOON
    with pytest.raises(ValueError, match="isoformat"):
        times.read_local("yesterday", "UTC")


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "1969-12-31T23:59", "2200-01-01", "9999-12-31"])
def test_a_year_that_no_case_is_of_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="is not from 1970 to 2199"):
        times.read_local(text, "America/New_York")
