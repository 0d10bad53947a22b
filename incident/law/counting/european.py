"""European days and months: Regulation (EEC, Euratom) No 1182/71, and Article 5(4) of Regulation (EU) 2025/301."""

from datetime import date, datetime, time
from itertools import islice

from incident.law.counting import calendars
from incident.law.counting.clock import ONE_DAY, day_of, ends_after, named, reached, said, until
from incident.law.counting.elapsed import plain_elapsed_hours
from incident.law.counting.same_time import later_date, same_time
from incident.law.counting.terms import Counted, Period, Place, Profile, Unit, amount_of

_NOON = time(12)


def full_days(unit: Unit) -> Profile:
    """Art. 3 of Regulation 1182/71 for days or months: the day of the event is not counted, the period ends at 24:00.

    A last day that is no working day lets it end with the next working day (Art. 3(4)), and two days or more hold at
    least two working days (Art. 3(5)). Working days are those of the Member State where the act is to be done (Art. 2).
    """

    def counted(start: datetime, period: Period | None, place: Place) -> Counted:
        amount = amount_of(period, unit)
        event = day_of(start, place)
        last, odd = later_date(event, period)
        out = (
            f"Day 0, not counted, is {named(event)} in {place.zone.key} (Art. 3(1)); day 1 is {named(event + ONE_DAY)}."
        )
        lines = [out, odd, f"{period} from then: to {named(last)}.", calendars.whose(place)]
        ends = _working_day(last, place, lines)
        if unit is not Unit.DAYS or amount >= 2:
            ends = _holding_two(event + ONE_DAY, ends, place, lines)
        return ends_after(ends, "The last day", place, *lines)

    return counted


def noon_of_next_working_day(start: datetime, period: Period | None, place: Place) -> Counted:
    """Commission Delegated Regulation (EU) 2025/301 Art. 5(4): a limit that falls on a weekend or bank holiday of the
    entity's Member State moves to 12:00 of the next working day.

    Only as the law has it: a limit on Sunday evening moves to Monday noon, one on Monday at 08:00 stays.
    """
    amount_of(period, Unit.HOURS, Unit.MONTHS)
    hours = period is None or period.unit is Unit.HOURS
    limit = (plain_elapsed_hours if hours else same_time(Unit.MONTHS))(start, period, place)
    if limit.due_at is None:
        return limit
    day, holidays = day_of(limit.due_at, place), calendars.of_place(place)
    if not calendars.off(day, holidays):
        stays = f"{named(day)} in {place.zone.key} is a working day: the limit stays (Art. 5(4))"
        return until(limit.due_at, stays, *limit.trace, calendars.whose(place))
    ends = calendars.on_or_after(day, holidays)
    missed = calendars.skipped(day, ends - ONE_DAY, holidays)
    due, _ = reached(ends, _NOON, place.zone)
    moved = f"The limit moves to noon of the next working day (Art. 5(4)): {said(due, place.zone)}"
    return until(due, moved, *limit.trace, calendars.whose(place), missed)


def _working_day(last: date, place: Place, lines: list[str]) -> date:
    """The last day or the next working day (Art. 3(4)); says so."""
    holidays = calendars.of_place(place)
    ends = calendars.on_or_after(last, holidays)
    if ends != last:
        lines += [
            f"{named(last)} is no working day: the period ends with the next one (Art. 3(4)).",
            calendars.skipped(last, ends - ONE_DAY, holidays),
        ]
    return ends


def _holding_two(first: date, ends: date, place: Place, lines: list[str]) -> date:
    """The end, put off until the period holds two working days (Art. 3(5)); says so."""
    holidays = calendars.of_place(place)
    _, second = islice(calendars.business_days(first, holidays), 2)
    if second > ends:
        lines += [
            "The period must hold two working days (Art. 3(5)): it ends with the second.",
            calendars.skipped(first, second - ONE_DAY, holidays),
        ]
    return max(ends, second)
