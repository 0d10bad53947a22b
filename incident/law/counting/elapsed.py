"""Periods in hours: plain elapsed time, and what Regulation (EEC, Euratom) No 1182/71 may add to it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from incident.law.counting import calendars
from incident.law.counting.clock import day_of, named, reached, said, until
from incident.law.counting.terms import Counted, Period, Place, Uncountable, Unit, amount_of, stamp

HOUR = timedelta(hours=1)
TWO_DAYS = 48  # hours: Art. 3(5) speaks of periods of two days or more
_HOUR_OUT = "The hour of the event is not counted (Art. 3(1))"


def plain_elapsed_hours(start: datetime, period: Period | None, _place: Place) -> Counted:
    """Elapsed time in UTC: neither weekends, holidays nor a change of clocks move it."""
    hours = amount_of(period, Unit.HOURS)
    due = start.astimezone(UTC) + hours * HOUR
    return until(due, f"{stamp(start)} + {hours} h ({hours * 3600} s elapsed, in UTC)")


def no_fixed_period(_start: datetime, period: Period | None, _place: Place) -> Counted:
    """Without undue delay, as soon as practicable, promptly: a number would be invented."""
    if period is not None:
        raise Uncountable(f"no_fixed_period has no number, but the rule says {period}")
    return Counted(None, ("The law sets no number: without undue delay.",))


def full_hours(start: datetime, period: Period | None, place: Place) -> Counted:
    """Regulation (EEC, Euratom) No 1182/71 Art. 3(1), (2)(a): from the next full hour of the place on.

    What happens on the stroke of an hour belongs to the hour that begins. Art. 3(4) never moves a period in hours.
    """
    hours = amount_of(period, Unit.HOURS)
    begins = _next_hour(start, place)
    counted = f"{_HOUR_OUT}: the period begins {said(begins, place.zone)}."
    return until(begins + hours * HOUR, f"next full hour {stamp(begins)} + {hours} h", counted)


def part_days_count(start: datetime, period: Period | None, place: Place) -> Counted:
    """Art. 3(5) of the Regulation read onto hours, where a part of a working day is enough. Disputed.

    If the period touches only one working day it ends with the first hour of the next.
    """
    plain = full_hours(start, period, place)
    begins, first, second = _working_days(start, place, whole=False)
    touched, _ = reached(second, time(0), place.zone)
    return _extended(plain, touched + HOUR, period, place, f"a part of {named(first)} and of {named(second)}", begins)


def full_days_count(start: datetime, period: Period | None, place: Place) -> Counted:
    """Art. 3(5) of the Regulation read onto hours, where only whole working days are enough. Disputed."""
    plain = full_hours(start, period, place)
    begins, first, second = _working_days(start, place, whole=True)
    over, _ = reached(second + timedelta(days=1), time(0), place.zone)
    return _extended(plain, over, period, place, f"the whole of {named(first)} and of {named(second)}", begins)


def _extended(
    plain: Counted, holds_two: datetime, period: Period | None, place: Place, two: str, begins: datetime
) -> Counted:
    if plain.due_at is None or amount_of(period, Unit.HOURS) < TWO_DAYS:
        return Counted(
            plain.due_at, ("Art. 3(5) speaks of periods of two days or more: nothing is added.", *plain.trace)
        )
    due = max(plain.due_at, holds_two)
    rule = f"Two working days within the period (Art. 3(5), disputed for hours): {two}. {calendars.whose(place)}"
    holidays = calendars.of_place(place)
    missed = calendars.skipped(day_of(begins, place), day_of(due - timedelta(seconds=1), place), holidays)
    ends = "The period is extended to" if due > plain.due_at else "No change: it ends"
    return until(due, f"{ends} {_end(due, place)}", *plain.trace, rule, missed)


def _end(due: datetime, place: Place) -> str:
    """Midnight as 24:00 of the day that ends, as the Regulation says it."""
    local = due.astimezone(place.zone)
    if local.time() == time(0):
        return f"{named(local.date() - timedelta(days=1))} 24:00 in {place.zone.key}"
    return said(due, place.zone)


def _working_days(start: datetime, place: Place, *, whole: bool) -> tuple[datetime, date, date]:
    """When the period begins, and its first two working days."""
    begins = _next_hour(start, place)
    day = day_of(begins, place)
    if whole and begins > reached(day, time(0), place.zone)[0]:
        day += timedelta(days=1)
    first, second = islice(calendars.business_days(day, calendars.of_place(place)), 2)
    return begins, first, second


def _next_hour(start: datetime, place: Place) -> datetime:
    local = start.astimezone(place.zone)
    into_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return start.astimezone(UTC) - into_hour + HOUR
