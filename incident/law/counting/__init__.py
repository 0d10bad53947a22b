"""Counting profiles: how a law turns a start and a period into a moment, with the arithmetic in words."""

from datetime import datetime

from incident.law.counting.profiles import PROFILES, READINGS
from incident.law.counting.terms import Counted, Period, Place, Profile, Uncountable, Unit, stamp

__all__ = [
    "PROFILES",
    "READINGS",
    "Counted",
    "Period",
    "Place",
    "Profile",
    "Uncountable",
    "Unit",
    "count",
    "stamp",
]


def count(profile: str, start: datetime, period: Period | None, place: Place) -> Counted:
    """Count by a named profile from a moment that has a time zone; the end is in UTC.

    Raises Uncountable for an unknown profile, a unit it does not count, and what lies beyond the calendar.
    """
    if profile not in PROFILES:
        raise Uncountable(f"{profile!r} is no counting profile; there are: {', '.join(PROFILES)}")
    if start.tzinfo is None:
        raise Uncountable("the start has no time zone, so it is no moment")
    try:
        return PROFILES[profile](start, period, place)
    except OverflowError as error:
        raise Uncountable(f"{period} from {start:%Y-%m-%d} ends beyond the calendar") from error
