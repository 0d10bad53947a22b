"""How the console writes moments: in the reader's zone with its name, in UTC on hover, and what is left in words."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from babel.dates import format_datetime

from incident.web.languages import SOURCE, catalogue
from incident.zones import STAMPED, stamped, zone_named
from notifications.formats import Formats
from notifications.wording import Said, worded, worded_number

STYLES = {
    "full": "%a %-d %b %Y, %H:%M %Z",
    "exact": "%a %-d %b %Y, %H:%M:%S %Z",
    "short": "%-d %b, %H:%M %Z",
    "date": "%-d %b",
    "day": "%A, %-d %B %Y",
    "weekday": "%A, %-d %B",
    "clock": "%H:%M",
    "zone": "%Z",
}
PATTERNS: Mapping[str, str] = {  # the same for other languages, by Unicode LDML; the zone's letters follow
    "full": "EEE d. MMM y, HH:mm",
    "exact": "EEE d. MMM y, HH:mm:ss",
    "short": "d. MMM, HH:mm",
    "date": "d. MMM",
    "day": "EEEE, d. MMMM y",
    "weekday": "EEEE, d. MMMM",
    "clock": "HH:mm",
}
ZONED = ("full", "exact", "short")

EARLIEST, BEYOND = 1970, 2200  # years: outside them a step into another zone or day can leave what a moment can be


def local(moment: datetime | None, zone: str, style: str = "full", language: str = SOURCE) -> str:
    """A moment in a named zone; a dash for none. Styles: those of STYLES; those of ZONED name the zone."""
    if moment is None:
        return "-"
    there = moment.astimezone(zone_named(zone))
    if language == SOURCE or style not in PATTERNS:
        return there.strftime(STYLES[style])
    words = format_datetime(there, PATTERNS[style], tzinfo=there.tzinfo, locale=language)
    return f"{words} {there:%Z}" if style in ZONED else words


def zoned(text: str, zone: str, language: str = SOURCE) -> str:
    """What the system wrote, with its moments, which are in UTC, as the reader reads moments. English text stays so."""
    if not isinstance(text, Said):
        return _there_in(text, zone, SOURCE)
    values = {name: _there(value, zone, language) for name, value in text.values.items()}
    if text.many:
        return worded_number(text.message, text.many, text.number, **values)
    return worded(text.message, **values)


def _there(value: object, zone: str, language: str) -> object:
    """A value of a sentence: a moment alone stands in the sentence's language."""
    if isinstance(value, Said):
        return zoned(value, zone, language)
    return _there_in(value, zone, language) if type(value) is str else value


def _there_in(text: str, zone: str, language: str) -> str:
    def there(found: re.Match[str]) -> str:
        moment = stamped(found)
        return local(moment, zone, "exact" if moment.second else "full", language)

    return STAMPED.sub(there, text)


def spoken(moment: datetime, locale: str, zone: str) -> str:
    """A moment as readers of a language write it, for pages that are not in English only."""
    return Formats(locale, zone).moment(moment)


def country(code: str, language: str = SOURCE) -> str:
    """A country as its readers call it; a part of one is named by it, with its code: United States (US-CA)."""
    return Formats(language).country(code)


def utc(moment: datetime | None) -> str:
    """The moment in UTC, for hovering."""
    return "" if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def iso(moment: datetime | None) -> str:
    """The moment for machines."""
    return "" if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def left(moment: datetime, now: datetime, language: str = SOURCE) -> str:
    """How long until a moment, or since: "3 d 4 h", "17 h 05 min", "12 min 30 s late"."""
    difference = moment - now
    words = lasted(abs(difference))
    return worded("{span} late", span=words).within(catalogue(language)) if difference < timedelta() else words


def lasted(span: timedelta) -> str:
    """A length of time in two units, by the signs of the SI (d, h, min, s), which every language shares."""
    seconds = int(span.total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600, seconds // 60
    if days >= 3:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60:02d} min"
    return f"{minutes} min {seconds % 60:02d} s"


def thousands(number: int, language: str = SOURCE) -> str:
    """A number with its thousands set apart as the language does."""
    return catalogue(language).number(number)


def read_local(text: str, zone: str) -> datetime:
    """The moment a `datetime-local` field names in a zone. Raises ValueError, also for a year of no case of ours."""
    read = datetime.fromisoformat(text)
    if not EARLIEST <= read.year < BEYOND:
        raise ValueError(f"{read.year} is not from {EARLIEST} to {BEYOND - 1}")
    return read.replace(tzinfo=zone_named(zone))
