"""Days, months and years to the same clock time: the strict reading, which no weekend and no holiday moves."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from incident.law.counting.clock import named, reached, said, until
from incident.law.counting.terms import Counted, Period, Place, Profile, Unit, amount_of


def same_time(unit: Unit) -> Profile:
    """A profile for one unit: the clock time of the start, in the place's zone, on the target date.

    A month without that date gives its last day, so that of two starts the later may be due earlier on the same day (28
    February for 28 January 15:00 and 31 January 10:00), never on an earlier day.
    """

    def counted(start: datetime, period: Period | None, place: Place) -> Counted:
        amount_of(period, unit)
        begins = start.astimezone(place.zone)
        target, odd = later_date(begins.date(), period)
        due, jump = reached(target, begins.time(), place.zone)
        start_line = f"Start: {said(start, place.zone)}."
        day_line = f"{period} later: {named(target)}, at the same clock time; weekends and holidays move nothing."
        return until(due, said(due, place.zone), start_line, day_line, odd, jump)

    return counted


def later_date(day: date, period: Period | None) -> tuple[date, str]:
    """The same date so many months or years later, else the last day of that month, which the text then says; or the
    day so many days later.
    """
    amount = amount_of(period, Unit.DAYS, Unit.MONTHS, Unit.YEARS)
    if period is None or period.unit is Unit.DAYS:
        return day + timedelta(days=amount), ""
    months = day.year * 12 + day.month - 1 + amount * (12 if period.unit is Unit.YEARS else 1)
    year, month = months // 12, months % 12 + 1
    if year > date.max.year:
        raise OverflowError(f"the year {year}")
    last = monthrange(year, month)[1]
    odd = f"{year}-{month:02} has no day {day.day}: its last day counts." if last < day.day else ""
    return date(year, month, min(day.day, last)), odd
