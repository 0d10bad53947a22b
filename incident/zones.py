"""Moments as the system writes them, in UTC, said in a named zone."""

import re
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

STAMPED = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d)(:\d\d)?(?:Z| UTC)(?!\w)")


def beside_utc(text: str, zone: str) -> str:
    """The text with each moment in a named zone, and in UTC beside it: 2026-11-27 10:00 CET (09:00 UTC)."""
    if zone_named(zone).key == "UTC":
        return text

    def both(found: re.Match[str]) -> str:
        moment = stamped(found)
        clock = "%H:%M:%S" if moment.second else "%H:%M"
        there = moment.astimezone(zone_named(zone))
        day = "" if there.date() == moment.date() else "%Y-%m-%d "
        return f"{there:%Y-%m-%d {clock} %Z} ({moment:{day}{clock}} UTC)"

    return STAMPED.sub(both, text)


def stamped(found: re.Match[str]) -> datetime:
    """The moment that was found in a text."""
    return datetime.fromisoformat(f"{found[1]}{found[2] or ':00'}+00:00")


def own_zone(zone: str, usual: str) -> str:
    """The zone a person reads times in: their own, else the organisation's; UTC is nobody's choice."""
    return zone if zone and zone != "UTC" else usual


@cache
def zone_named(name: str) -> ZoneInfo:
    """The zone of this name, UTC for one that is not known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
