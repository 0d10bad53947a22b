"""Words of the figures: lengths of time in one unit, months, and how many is said of what is not known."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from incident.figures import Month, Spread
from incident.web.times import lasted
from notifications.wording import Counted, Measured, worded, worded_list

NOT_KNOWN: str = worded("not known")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONTHS = (
    worded("Jan"),
    worded("Feb"),
    worded("Mar"),
    worded("Apr"),
    worded("May"),
    worded("Jun"),
    worded("Jul"),
    worded("Aug"),
    worded("Sep"),
    worded("Oct"),
    worded("Nov"),
    worded("Dec"),
)


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
    """How a value is written beside its bar, with the decimal sign of the reader's language."""
    return lambda value: worded_list((Measured(round(value, 1 if value < 10 else 0)), sign), " ")


def month_short(month: Month, first: bool) -> str:
    """A month on an axis; the year stands at the first one and at each January."""
    year, number = month
    name: str = MONTHS[number - 1]
    return worded_list((name, f"{year % 100:02d}"), " ") if first or number == 1 else name


def month_name(month: Month) -> str:
    """A month in a table."""
    return worded_list((MONTHS[month[1] - 1], str(month[0])), " ")


def of_all(spread: Spread) -> str:
    """The median, and of how many it is where not all are known."""
    if not spread.known:
        return NOT_KNOWN if spread.unknown else ""
    said = length(spread.median)
    values = {"median": said, "known": spread.known, "all": spread.known + spread.unknown}
    return worded("{median} ({known} of {all})", **values) if spread.unknown else said


def number(value: int) -> str:
    """A number in a cell of a table."""
    return worded_list((Counted(value),))
