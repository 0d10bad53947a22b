"""Counting profiles: how a law turns a start and a period into a moment, with the arithmetic in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Period:
    """How long a law gives."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, slots=True)
class Counted:
    """The moment (UTC; None where the law sets no number) and the lines that show how it was reached."""

    due_at: datetime | None
    trace: tuple[str, ...]


Profile = Callable[[datetime, Period | None, ZoneInfo], Counted]


class Uncountable(Exception):
    """This profile cannot count this period."""


def count(profile: str, start: datetime, period: Period | None, zone: ZoneInfo) -> Counted:
    """Count by a named profile. Raises Uncountable for an unknown profile or a unit it does not count."""
    if profile not in PROFILES:
        raise Uncountable(f"{profile!r} is no counting profile; there are: {', '.join(PROFILES)}")
    return PROFILES[profile](start, period, zone)


def stamp(moment: datetime) -> str:
    """A moment as every trace prints it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _plain_elapsed_hours(start: datetime, period: Period | None, _zone: ZoneInfo) -> Counted:
    """Elapsed time in UTC: neither weekends, holidays nor a change of clocks move it."""
    hours = _amount(period, Unit.HOURS)
    due = start.astimezone(UTC) + timedelta(seconds=hours * 3600)
    return Counted(due, (f"{stamp(start)} + {hours} h ({hours * 3600} s elapsed, in UTC) = {stamp(due)}",))


def _no_fixed_period(_start: datetime, period: Period | None, _zone: ZoneInfo) -> Counted:
    if period is not None:
        raise Uncountable(f"no_fixed_period has no number, but the rule says {period}")
    return Counted(None, ("The law sets no number: without undue delay.",))


def _calendar_days(start: datetime, period: Period | None, zone: ZoneInfo) -> Counted:
    """The day of the event is not counted; the last day ends at 23:59:59 of the place the law names."""
    days = _amount(period, Unit.DAYS)
    last = start.astimezone(zone).date() + timedelta(days=days)
    due = datetime.combine(last, time(23, 59, 59), zone).astimezone(UTC)
    return Counted(
        due, (f"day 0 is {start.astimezone(zone):%Y-%m-%d} ({zone.key})", f"{_end(last, zone)} = {stamp(due)}")
    )


def _eu_1182_71_hours(start: datetime, period: Period | None, zone: ZoneInfo) -> Counted:
    """Regulation (EEC, Euratom) No 1182/71 Art. 3(1), (2)(a): the hour of the event is not counted."""
    hours = _amount(period, Unit.HOURS)
    local = start.astimezone(zone)
    into_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    begins = start.astimezone(UTC) - into_hour + timedelta(hours=1)
    due = begins + timedelta(hours=hours)
    return Counted(due, (f"next full hour {stamp(begins)} + {hours} h = {stamp(due)}",))


def _amount(period: Period | None, unit: Unit) -> int:
    if period is None or period.unit is not unit:
        raise Uncountable(f"this profile counts {unit}, the rule says {period or 'no period'}")
    return period.amount


def _end(day: object, zone: ZoneInfo) -> str:
    return f"last day {day}, ends 23:59:59 in {zone.key}"


PROFILES: Mapping[str, Profile] = {
    "plain_elapsed_hours": _plain_elapsed_hours,
    "no_fixed_period": _no_fixed_period,
    "calendar_days": _calendar_days,
    "eu_1182_71_hours": _eu_1182_71_hours,
}

READINGS: Mapping[str, str] = {
    "eu_1182_71_hours": "full hours after the hour of the event, Reg. (EEC, Euratom) 1182/71 Art. 3(1), information",
}
