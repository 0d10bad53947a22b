"""From a day and a clock time of a place to a moment in UTC, also where the clock changes; and both in words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incident.law.counting.terms import Counted, Place, stamp

LAST_SECOND = time(23, 59, 59)
ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # strftime would follow the locale of the process


def named(day: date) -> str:
    """A day as traces print it."""
    return f"{_WEEKDAYS[day.weekday()]} {day}"


def said(moment: datetime, zone: ZoneInfo) -> str:
    """A moment by the clock of a place."""
    local = moment.astimezone(zone)
    return f"{named(local.date())} {local:%H:%M:%S} in {zone.key}"


def day_of(start: datetime, place: Place) -> date:
    """The day of a moment, by the calendar on the wall of the place."""
    return start.astimezone(place.zone).date()


def reached(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, str]:
    """The first moment (UTC) at which the clock of the zone shows that time on that day, and what is odd about it.

    Where the clock is put back the time comes twice: the first counts. Where it is put forward over that time, the
    moment of the change counts: the clock then shows no less. Both are the strict choice.
    """
    wall = datetime.combine(day, clock)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(found, zone) != wall:
        return _jump(
            wall, zone
        ), f"The clock of {zone.key} skips {clock:%H:%M:%S} that day: the moment it jumps counts."
    if wall.replace(tzinfo=zone, fold=1).astimezone(UTC) != found:
        return found, f"The clock of {zone.key} shows {clock:%H:%M:%S} twice that day: the first time counts."
    return found, ""


def until(due: datetime, line: str, *before: str) -> Counted:
    """What was counted; the last line of its trace ends with the moment. Empty lines are left out."""
    return Counted(due, (*(text for text in before if text), f"{line} = {stamp(due)}"))


def ends_with(day: date, what: str, place: Place, *before: str) -> Counted:
    """A period that ends with the last second of a day of the place."""
    due, odd = reached(day, LAST_SECOND, place.zone)
    return until(due, f"{what} is {named(day)} and ends at 23:59:59 in {place.zone.key}", *before, odd)


def ends_after(day: date, what: str, place: Place, *before: str) -> Counted:
    """A period that ends at 24:00 of a day of the place, as European law puts it."""
    due, _ = reached(day + ONE_DAY, time(0), place.zone)
    return until(due, f"{what} is {named(day)} and ends at 24:00 in {place.zone.key}", *before)


def _jump(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clock jumps over a time: by halving, to the second, between a moment before and one after it."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC).replace(microsecond=0)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _wall(middle, zone) < wall:
            before = middle
        else:
            after = middle
    return after


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
