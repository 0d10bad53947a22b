"""A line that begins with a time of day means that time: "18:14 ACL removed". Pure."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LEADING = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)\s+(?P<text>\S.*)", re.DOTALL)


def split_time(text: str, now: datetime, zone: str) -> tuple[datetime | None, str]:
    """The true time a line names, as an instant, and the rest of it; (None, text) when it names none.

    The time is read in `zone` (IANA) as its last occurrence not after `now`. A time that a clock change shows twice is
    read as the earlier one.
    """
    match = LEADING.fullmatch(text.strip())
    if match is None:
        return None, text
    here = now.astimezone(ZoneInfo(zone))
    clock = time(int(match["hour"]), int(match["minute"]))
    at = datetime.combine(here.date(), clock, here.tzinfo)
    if at > now:
        at = datetime.combine(here.date() - timedelta(days=1), clock, here.tzinfo)
    return at.astimezone(now.tzinfo), match["text"]
