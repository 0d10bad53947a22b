"""Numbers, dates, places and lists as a reader of one language and time zone expects them (Unicode CLDR by Babel)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, get_timezone_gmt
from babel.lists import format_list
from babel.numbers import format_decimal

CLOCK = {
    "de": "d. MMMM y, HH:mm 'Uhr'",
    "en": "d MMMM y, HH:mm",
    "es": "d 'de' MMMM 'de' y 'a las' HH:mm",
    "fr": "d MMMM y 'à' HH:mm",
    "it": "d MMMM y 'alle ore' HH:mm",
    "nl": "d MMMM y 'om' HH:mm 'uur'",
    "pl": "d MMMM y 'o godzinie' HH:mm",
    "pt": "d 'de' MMMM 'de' y 'às' HH:mm",
}
ONE = {"es": ("'a las'", "'a la'"), "pt": ("'às'", "'à'")}  # one o'clock is no plural
DAY = {"de": "d. MMMM y", "en": "d MMMM y"}
FIRST = {"fr": ("d MMMM", "d'er' MMMM"), "pt": ("d 'de'", "d'º' 'de'")}  # the first of a month is an ordinal


@dataclass(frozen=True, slots=True)
class Formats:
    """How one reader reads. `zone` is an IANA name and is always printed beside a time."""

    locale: str
    zone: str = "UTC"

    @property
    def language(self) -> str:
        return self._cldr.language

    @property
    def direction(self) -> str:
        """Which way the language is written, as HTML's dir says it: "ltr" or "rtl"."""
        return str(self._cldr.text_direction)

    def number(self, value: int | float) -> str:
        """A number with the grouping of the language: 1,200 or 1.200."""
        return str(format_decimal(value, locale=self._cldr))

    def day(self, moment: datetime | date) -> str:
        """A calendar day in the reader's zone: 24 November 2026."""
        local = self.local_day(moment)
        return str(format_date(local, self._ordinal(local, self._day_pattern), locale=self._cldr))

    def moment(self, moment: datetime) -> str:
        """A day and a time of day with the zone named: 24 November 2026, 15:45 (Europe/Berlin, UTC+01:00)."""
        return f"{self.clock(moment)} ({self.zone_of(moment)})"

    def clock(self, moment: datetime) -> str:
        """A day and a time of day without the zone, for a sentence after which `zone_of` names it."""
        return self._written(moment.astimezone(ZoneInfo(self.zone)))

    def zone_of(self, moment: datetime) -> str:
        """The zone's name and its offset at that moment: Europe/Berlin, UTC+01:00."""
        if self.zone == "UTC":
            return "UTC"
        local = moment.astimezone(ZoneInfo(self.zone))
        return f"{self.zone}, {str(get_timezone_gmt(local, 'long', locale='en')).replace('GMT', 'UTC')}"

    def local_day(self, moment: datetime | date) -> date:
        """The calendar day of a moment in the reader's zone."""
        return moment.astimezone(ZoneInfo(self.zone)).date() if isinstance(moment, datetime) else moment

    def listed(self, items: Iterable[str]) -> str:
        """A list in one sentence: a, b and c."""
        return str(format_list(list(items), locale=self._cldr))

    def country(self, code: str) -> str:
        """The name of an ISO 3166-1 country; a region (3166-2) is named by its country with the code in brackets."""
        nation, _, region = code.partition("-")
        name = str(self._cldr.territories.get(nation, nation))
        return f"{name} ({code})" if region else name

    def reach(self, people: Mapping[str, int | None]) -> str:
        """Where people live, the most first: Germany (120), United States (US-CA, 12), Austria."""
        rows = sorted(people.items(), key=lambda row: (-(row[1] or 0), row[0]))
        return ", ".join(self._counted(code, n) for code, n in rows)

    def _counted(self, code: str, people: int | None) -> str:
        """A place and its number in one pair of brackets: Germany (120), United States (US-CA, 12)."""
        place = self.country(code)
        if not people:
            return place
        if "-" in code:
            return f"{place.removesuffix(')')}, {self.number(people)})"
        return f"{place} ({self.number(people)})"

    def _written(self, local: datetime) -> str:
        if self.language in CLOCK:
            pattern = self._ordinal(local, CLOCK[self.language])
            pattern = pattern.replace(*ONE.get(self.language, ("", ""))) if local.hour == 1 else pattern
            return str(format_datetime(local, pattern, locale=self._cldr))
        return f"{self.day(local)}, {format_time(local, 'short', locale=self._cldr)}"

    @property
    def _day_pattern(self) -> str:
        return DAY.get(self.language) or str(self._cldr.date_formats["long"].pattern)

    def _ordinal(self, day: date, pattern: str) -> str:
        """The pattern with the ordinal some languages write for the first of a month: 1er mai, 1º de maio."""
        return pattern.replace(*FIRST.get(self.language, ("", ""))) if day.day == 1 else pattern

    @property
    def _cldr(self) -> Locale:
        return Locale.parse(self.locale.replace("-", "_"))


@cache
def direction_of(locale: str) -> str:
    """Which way a language is written: "ltr", also for one that is not known, or "rtl"."""
    try:
        return Formats(locale).direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
