"""Sending hours: between which times of day of a zone mail may begin, also over changes of the clock. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

SAID = re.compile(r"(\d{2}):(\d{2})\s*[-\u2013]\s*(\d{2}):(\d{2})\s+(\S+)")
DAY = timedelta(days=1)
MOST_DAYS = 36_600  # how far `after` looks


class BadHours(ValueError):
    """These are no sending hours; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begins` to before `ends`, on the clocks of `zone`, every day; over midnight where `ends` comes first."""

    begins: time
    ends: time
    zone: str

    def __post_init__(self) -> None:
        if self.begins == self.ends:
            raise BadHours("they begin and end at the same time; leave them out for any hour")

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M} {self.zone}"

    def is_open(self, now: datetime) -> bool:
        """Whether mail may begin at this moment."""
        return self.opens_at(now) == now

    def opens_at(self, now: datetime) -> datetime:
        """The first moment, from now on, at which mail may begin; now itself within the hours."""
        return next(max(now, begins) for begins, ends in self._from(now) if now < ends)

    def after(self, now: datetime, needed: timedelta) -> datetime:
        """When so much time within the hours has passed, counted from now."""
        at = now
        for begins, ends in self._from(now):
            at = max(at, begins)
            if at + needed <= ends:
                return at + needed
            needed -= max(ends - at, timedelta(0))
        return at + needed

    def _from(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches from yesterday's on, in UTC: a day on which clocks change is an hour shorter or longer."""
        zone = ZoneInfo(self.zone)
        first = now.astimezone(zone).date() - DAY
        for number in range(MOST_DAYS):
            day = first + number * DAY
            last = day if self.begins < self.ends else day + DAY
            begins = datetime.combine(day, self.begins, zone)
            ends = datetime.combine(last, self.ends.replace(fold=1), zone)
            yield begins.astimezone(UTC), ends.astimezone(UTC)


def read_hours(text: str) -> Hours | None:
    """Hours such as "08:00-20:00 Europe/Berlin"; None for "". Raises BadHours."""
    if not text.strip():
        return None
    found = SAID.fullmatch(text.strip())
    if found is None:
        raise BadHours("they look like 08:00-20:00 Europe/Berlin")
    *numbers, zone = found.groups()
    begin_hour, begin_minute, end_hour, end_minute = (int(number) for number in numbers)
    try:
        ZoneInfo(zone)
        return Hours(time(begin_hour, begin_minute), time(end_hour, end_minute), zone)
    except BadHours:
        raise
    except (KeyError, ValueError, OSError) as error:  # ZoneInfo names a folder of its data with OSError
        raise BadHours("there is no such time of day or no such IANA zone") from error
