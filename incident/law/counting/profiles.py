"""The profiles by name, and the label of each that can stand beside a deadline as another reading."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from incident.law.counting.terms import Counted, Period, Place, Profile, Uncountable, Unit, amount_of, stamp


def _plain_elapsed_hours(start: datetime, period: Period | None, _place: Place) -> Counted:
    """Elapsed time in UTC: neither weekends, holidays nor a change of clocks move it."""
    hours = amount_of(period, Unit.HOURS)
    due = start.astimezone(UTC) + timedelta(seconds=hours * 3600)
    return Counted(due, (f"{stamp(start)} + {hours} h ({hours * 3600} s elapsed, in UTC) = {stamp(due)}",))


def _no_fixed_period(_start: datetime, period: Period | None, _place: Place) -> Counted:
    if period is not None:
        raise Uncountable(f"no_fixed_period has no number, but the rule says {period}")
    return Counted(None, ("The law sets no number: without undue delay.",))


def _calendar_days(start: datetime, period: Period | None, place: Place) -> Counted:
    """The day of the event is not counted; the last day ends at 23:59:59 of the place the law names."""
    days = amount_of(period, Unit.DAYS)
    zone = place.zone
    last = start.astimezone(zone).date() + timedelta(days=days)
    due = datetime.combine(last, time(23, 59, 59), zone).astimezone(UTC)
    return Counted(
        due, (f"day 0 is {start.astimezone(zone):%Y-%m-%d} ({zone.key})", f"{_end(last, zone.key)} = {stamp(due)}")
    )


def _eu_1182_71_hours(start: datetime, period: Period | None, place: Place) -> Counted:
    """Regulation (EEC, Euratom) No 1182/71 Art. 3(1), (2)(a): the hour of the event is not counted."""
    hours = amount_of(period, Unit.HOURS)
    local = start.astimezone(place.zone)
    into_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    begins = start.astimezone(UTC) - into_hour + timedelta(hours=1)
    due = begins + timedelta(hours=hours)
    return Counted(due, (f"next full hour {stamp(begins)} + {hours} h = {stamp(due)}",))


def _end(day: object, zone: str) -> str:
    return f"last day {day}, ends 23:59:59 in {zone}"


PROFILES: Mapping[str, Profile] = {
    "plain_elapsed_hours": _plain_elapsed_hours,
    "no_fixed_period": _no_fixed_period,
    "calendar_days": _calendar_days,
    "eu_1182_71_hours": _eu_1182_71_hours,
}

READINGS: Mapping[str, str] = {
    "eu_1182_71_hours": "full hours after the hour of the event, Reg. (EEC, Euratom) 1182/71 Art. 3(1), information",
}
