"""Numbers, moments and places are printed for one language and zone, with the zone named."""

from datetime import UTC, date, datetime

import pytest

from notifications.contradictions import days_in
from notifications.formats import Formats

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "zone", "expected"),
    [
        ("en", "Europe/Berlin", "1 July 2026, 14:00 (Europe/Berlin, UTC+02:00)"),
        ("de", "Europe/Berlin", "1. Juli 2026, 14:00 Uhr (Europe/Berlin, UTC+02:00)"),
        ("en", "UTC", "1 July 2026, 12:00 (UTC)"),
        ("en", "Asia/Kolkata", "1 July 2026, 17:30 (Asia/Kolkata, UTC+05:30)"),
        ("es", "UTC", "1 de julio de 2026 a las 12:00 (UTC)"),
        ("it", "UTC", "1 luglio 2026 alle ore 12:00 (UTC)"),
        ("nl", "UTC", "1 juli 2026 om 12:00 uur (UTC)"),
        ("pl", "UTC", "1 lipca 2026 o godzinie 12:00 (UTC)"),
        ("fr", "UTC", "1er juillet 2026 à 12:00 (UTC)"),
        ("pt-BR", "UTC", "1º de julho de 2026 às 12:00 (UTC)"),
    ],
)
def test_a_moment_names_its_zone(locale: str, zone: str, expected: str) -> None:
    assert Formats(locale, zone).moment(NOON) == expected


def test_one_oclock_is_said_in_the_singular_where_a_language_has_one() -> None:
    one = datetime(2026, 7, 1, 1, 5, tzinfo=UTC)
    assert Formats("es").clock(one) == "1 de julio de 2026 a la 01:05"
    assert Formats("pt-BR").clock(one) == "1º de julho de 2026 à 01:05"


def test_a_sentence_of_moments_names_the_zone_once() -> None:
    formats = Formats("en", "Europe/Berlin")
    assert formats.clock(NOON) == "1 July 2026, 14:00"
    assert formats.zone_of(NOON) == "Europe/Berlin, UTC+02:00"
    assert Formats("en").zone_of(NOON) == "UTC"


def test_a_day_is_the_readers_day() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert Formats("de", "Europe/Berlin").day(late) == "25. November 2026"
    assert Formats("en", "America/New_York").local_day(late) == date(2026, 11, 24)
    assert Formats("en").day(date(2026, 2, 3)) == "3 February 2026"


@pytest.mark.parametrize(
    ("locale", "first", "eleventh"),
    [
        ("fr", "1er mai 2026", "11 mai 2026"),
        ("fr-CA", "1er mai 2026", "11 mai 2026"),
        ("pt-BR", "1º de maio de 2026", "11 de maio de 2026"),
        ("it", "1 maggio 2026", "11 maggio 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_where_the_language_says_so(locale: str, first: str, eleventh: str) -> None:
    formats = Formats(locale)
    assert (formats.day(date(2026, 5, 1)), formats.day(date(2026, 5, 11))) == (first, eleventh)
    assert list(days_in(f"le {formats.day(date(2026, 5, 1))}.", formats)) == [date(2026, 5, 1)]


def test_numbers_lists_and_places() -> None:
    assert Formats("de").number(12345) == "12.345"
    assert Formats("en").listed(["a", "b"]) == "a and b"
    assert Formats("de").reach({"AT": None, "DE": 1200, "US-CA": 3}) == (
        "Deutschland (1.200), Vereinigte Staaten (US-CA, 3), Österreich"
    )
