"""Periods in business days: the day of the event is not counted, nor are weekends and the holidays of the reading."""

from collections.abc import Callable
from datetime import date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from incident.law.counting import calendars
from incident.law.counting.calendars import FEDERAL, Holidays, Skipped
from incident.law.counting.clock import ONE_DAY, day_of, ends_with, named, reached, until
from incident.law.counting.terms import Counted, Period, Place, Profile, Unit, amount_of

_EDGAR = ZoneInfo("America/New_York")
_EDGAR_CLOSES = time(17, 30)  # 17 CFR 232.13(a)(2): what comes later is filed on the next business day


def business_days(skips: Callable[[Place], Skipped]) -> Profile:
    """A profile that skips weekends and some holidays and ends with the last second of the place's day."""

    def counted(start: datetime, period: Period | None, place: Place) -> Counted:
        last, days, lines = _counted(start, period, place, skips(place))
        return ends_with(last, f"Day {days}", place, *lines)

    return counted


def everywhere(holidays: Holidays, words: str) -> Profile:
    """A profile with the calendar of one authority, wherever the day ends."""
    return business_days(lambda _place: Skipped(holidays, words))


def sec_business_days(start: datetime, period: Period | None, _place: Place) -> Counted:
    """Form 8-K, General Instruction B.1: business days after the day of the event, by the clock of New York.

    An event on a day that is no business day lets the period begin with the next one, which is the same count. Days
    the Commission closes by executive order are counted: they are not in the statute.
    """
    place = Place(_EDGAR)
    last, days, lines = _counted(start, period, place, FEDERAL)
    due, _ = reached(last, _EDGAR_CLOSES, _EDGAR)
    late = f"A filing after 17:30 in {_EDGAR.key} counts as of the next business day (17 CFR 232.13(a)(2))."
    return until(due, f"Day {days} is {named(last)} and ends for filings at 17:30 in {_EDGAR.key}", *lines, late)


def _counted(start: datetime, period: Period | None, place: Place, skips: Skipped) -> tuple[date, int, tuple[str, ...]]:
    days = amount_of(period, Unit.BUSINESS_DAYS)
    event = day_of(start, place)
    counted = list(islice(calendars.business_days(event + ONE_DAY, skips.holidays), days))
    lines = (
        f"Day 0, not counted, is {named(event)} in {place.zone.key}; {skips.words} are skipped.",
        f"Day 1 is {named(counted[0])}.",
        calendars.skipped(event + ONE_DAY, counted[-1], skips.holidays),
    )
    return counted[-1], days, lines
