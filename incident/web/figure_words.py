"""Words of the figures: lengths of time in one unit, months, and how many is said of what is not known."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from incident.figures import Month, Spread
from incident.web.times import lasted

NOT_KNOWN = "not known"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def length(span: timedelta | None) -> str:
    """A length of time in words; "not known" for none."""
    return NOT_KNOWN if span is None else lasted(span)


def unit_for(spans: Iterable[timedelta | None]) -> tuple[timedelta, str]:
    """The unit a chart of these is drawn in, and its sign: minutes below three hours, days from three days on."""
    longest = max((span for span in spans if span is not None), default=timedelta())
    if longest < 3 * HOUR:
        return timedelta(minutes=1), "min"
    return (HOUR, "h") if longest < 3 * DAY else (DAY, "d")


def in_unit(sign: str) -> Callable[[float], str]:
    """How a value is written beside its bar."""
    return lambda value: f"{round(value, 1 if value < 10 else 0):g} {sign}"


def month_short(month: Month, first: bool) -> str:
    """A month on an axis; the year stands at the first one and at each January."""
    year, number = month
    return f"{MONTHS[number - 1]} {year % 100:02d}" if first or number == 1 else MONTHS[number - 1]


def month_name(month: Month) -> str:
    """A month in a table."""
    return f"{MONTHS[month[1] - 1]} {month[0]}"


def of_all(spread: Spread) -> str:
    """The median, and of how many it is where not all are known."""
    if not spread.known:
        return NOT_KNOWN if spread.unknown else ""
    said = length(spread.median)
    return f"{said} ({spread.known} of {spread.known + spread.unknown})" if spread.unknown else said


def counted(number: int, one: str, many: str) -> str:
    """ "1 drill", "2 drills"."""
    return f"{number:,} {one if number == 1 else many}"
