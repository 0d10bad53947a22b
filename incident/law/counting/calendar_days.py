"""Periods in calendar days that end with the last second of a day of the place the law names."""

from datetime import date, datetime, timedelta

from incident.law.counting import calendars
from incident.law.counting.calendars import Holidays
from incident.law.counting.clock import ONE_DAY, day_of, ends_with, named
from incident.law.counting.terms import Counted, Period, Place, Uncountable, Unit, amount_of

JAPANESE_WINDOW = (3, 5)  # days: the guideline's "about three to five"


def calendar_days(start: datetime, period: Period | None, place: Place) -> Counted:
    """The day of the event is not counted, every other day is, and nothing moves the last one."""
    days = amount_of(period, Unit.DAYS)
    event = day_of(start, place)
    return ends_with(event + timedelta(days=days), f"Day {days}", place, *_from(event, place))


def moved_to_business_day(start: datetime, period: Period | None, place: Place) -> Counted:
    """As calendar days in the United States, where a state's general rules on time move the last day on."""
    days = amount_of(period, Unit.DAYS)
    event = day_of(start, place)
    last = event + timedelta(days=days)
    skips = calendars.federal_and_state(place)
    lines = (*_from(event, place), f"No business days are {skips.words}.")
    return _moved(last, f"Day {days}", place, skips.holidays, lines)


def after_year_end(start: datetime, period: Period | None, place: Place) -> Counted:
    """Days after the end of the calendar year of the start, such as 45 CFR 164.408(c) and 16 CFR 318.5(c)."""
    days = amount_of(period, Unit.DAYS)
    event = day_of(start, place)
    eve = date(event.year, 12, 31)
    year = f"The start, {named(event)} in {place.zone.key}, lies in the calendar year {event.year}."
    begins = f"Day 1 is {named(eve + ONE_DAY)}, the day after that year ends."
    return ends_with(eve + timedelta(days=days), f"Day {days}", place, year, begins)


def japanese_days(start: datetime, period: Period | None, place: Place) -> Counted:
    """The day of knowledge is day 1; weekends and holidays count and nothing moves the last day."""
    days = amount_of(period, Unit.DAYS)
    event = day_of(start, place)
    return ends_with(event + timedelta(days=days - 1), f"Day {days}", place, _from_knowledge(event, place))


def japanese_days_moved(start: datetime, period: Period | None, place: Place) -> Counted:
    """As `japanese_days`; a last day on a weekend, a holiday or 29 December to 3 January moves to the next day."""
    days = amount_of(period, Unit.DAYS)
    event = day_of(start, place)
    last = event + timedelta(days=days - 1)
    return _moved(last, f"Day {days}", place, _japanese_closed, (_from_knowledge(event, place),))


def japanese_window(start: datetime, period: Period | None, place: Place) -> Counted:
    """The later end of the guideline's window. Raises Uncountable unless the rule gives its first day."""
    first, last = JAPANESE_WINDOW
    if amount_of(period, Unit.DAYS) != first:
        raise Uncountable(f"this reading widens {first} days to {last}, the rule says {period}")
    return japanese_days(start, Period(last, Unit.DAYS), place)


def _moved(last: date, what: str, place: Place, holidays: Holidays, before: tuple[str, ...]) -> Counted:
    """The last day, or the next on which work is done."""
    ends = calendars.on_or_after(last, holidays)
    if ends == last:
        return ends_with(last, what, place, *before)
    shut = f"{what}, {named(last)}, is no business day."
    missed = calendars.skipped(last, ends - ONE_DAY, holidays)
    return ends_with(ends, "The next business day", place, *before, shut, missed)


def _from(event: date, place: Place) -> tuple[str, str]:
    return (
        f"Day 0, not counted, is {named(event)} in {place.zone.key}.",
        f"Day 1 is {named(event + ONE_DAY)}; weekends and holidays count.",
    )


def _from_knowledge(event: date, place: Place) -> str:
    return f"Day 1 is the day of knowledge, {named(event)} in {place.zone.key}; weekends and holidays count."


def _japanese_closed(day: date) -> str:
    turn_of_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return calendars.japanese(day) or ("turn of the year" if turn_of_year else "")
