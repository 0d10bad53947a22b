"""Which days are no business days, and why: weekends, and public holidays as the `holidays` library knows them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from incident.law.counting.clock import ONE_DAY, named
from incident.law.counting.terms import Place

Holidays = Callable[[date], str]  # the name of the holiday on that day, or ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """What a count of business days leaves out beside weekends, and how a trace says it, weekends included."""

    holidays: Holidays
    words: str


_WEEKEND = {5: "Saturday", 6: "Sunday"}
_CARNIVAL = "Carnival"
_ASH_WEDNESDAY = "Ash Wednesday"


def off(day: date, holidays: Holidays) -> str:
    """Why a day is no business day; empty for a business day."""
    return holidays(day) or _WEEKEND.get(day.weekday(), "")


def on_or_after(day: date, holidays: Holidays) -> date:
    """The first business day from that day on."""
    while off(day, holidays):
        day += ONE_DAY
    return day


def business_days(day: date, holidays: Holidays) -> Iterator[date]:
    """The business days from that day on."""
    while True:
        day = on_or_after(day, holidays)
        yield day
        day += ONE_DAY


def skipped(first: date, last: date, holidays: Holidays) -> str:
    """The days from first to last that are no business days, each with its reason, as one line; empty for none."""
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    found = [f"{named(day)} ({holidays(day)})" if holidays(day) else named(day) for day in days if off(day, holidays)]
    return f"Skipped: {', '.join(found)}." if found else ""


def no_holidays(_day: date) -> str:
    return ""


def federal(day: date) -> str:
    """5 U.S.C. 6103(a), (b) with the observed days.

    Neither the Inauguration Day of 6103(c), which is one around Washington only, nor closings by executive order: on
    those days the period runs.
    """
    return _public("US", "", day.year).get(day, "")


FEDERAL = Skipped(federal, "Saturdays, Sundays and federal holidays")


def federal_and_state(place: Place) -> Skipped:
    """The federal holidays and those of the state the place is in.

    The library's list of a state leaves federal holidays out that the state does not keep, hence both.
    """
    state = _known(place.calendar)
    if not state.startswith("US-"):
        return Skipped(federal, f"{FEDERAL.words} (no calendar of a state is known)")
    own = of_place(place)
    return Skipped(lambda day: federal(day) or own(day), f"{FEDERAL.words} and those of {state}")


def colombian(day: date) -> str:
    """Ley 51 de 1983: most holidays are kept on the Monday after; the library lists that Monday only."""
    return _public("CO", "", day.year).get(day, "")


def japanese(day: date) -> str:
    """National holidays with their substitutes."""
    return _public("JP", "", day.year).get(day, "")


def brazilian(day: date) -> str:
    """The national holidays by statute, and Good Friday, which no federal statute names but practice keeps.

    Carnival, Ash Wednesday and Corpus Christi are optional points of the public service (ponto facultativo): they are
    business days here, and in the library another category.
    """
    return _public("BR", "", day.year).get(day, "")


def brazilian_with_carnival(day: date) -> str:
    return brazilian(day) or _optional(day, _CARNIVAL)


def brazilian_with_ash_wednesday(day: date) -> str:
    return brazilian(day) or _optional(day, _CARNIVAL, _ASH_WEDNESDAY)


def of_place(place: Place) -> Holidays:
    """The public holidays of a place, of its country where the region is not known; none where neither is.

    Only those that are public everywhere there: a wider list (banks, schools) would put an end later.
    """
    country, _, region = _known(place.calendar).partition("-")
    return (lambda day: _public(country, region, day.year).get(day, "")) if country else no_holidays


def whose(place: Place) -> str:
    """Whose holidays `of_place` counts, in words."""
    known = _known(place.calendar)
    if known:
        return f"Saturdays, Sundays and the public holidays of {known} are no working days."
    asked = f"of {place.calendar}" if place.calendar else "for this place"
    return f"No calendar of holidays is known {asked}: only Saturdays and Sundays are taken as no working days."


@lru_cache(maxsize=256)
def _known(calendar: str) -> str:
    """As much of a calendar's code as the library knows: the region, else the country, else nothing."""
    country, _, region = calendar.partition("-")
    if not calendar:
        return ""
    from holidays.registry import EntityLoader  # imported late: a command that counts no holiday starts without it

    if len(country) != 2 or country not in EntityLoader.get_country_codes():
        return ""
    try:
        _public(country, region, 2026)
    except NotImplementedError:
        return country
    return calendar


@lru_cache(maxsize=1024)
def _public(country: str, region: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year, observed days included, in English where the library has it."""
    import holidays

    found = holidays.country_holidays(country, subdiv=region or None, years=year, expand=False, language="en_US")
    return dict(found)


@lru_cache(maxsize=128)
def _points(year: int) -> Mapping[date, str]:
    """Brazil's optional points of a year."""
    import holidays

    return dict(
        holidays.country_holidays("BR", years=year, expand=False, language="en_US", categories=(holidays.OPTIONAL,))
    )


def _optional(day: date, *names: str) -> str:
    name = _points(day.year).get(day, "")
    return name if name in names else ""
