"""What a text says against the facts: numbers of people nobody counted, days on which nothing happened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import get_month_names

from notifications.findings import Finding, Level
from notifications.formats import Formats
from notifications.languages import Language
from notifications.message import Text

NUMBER = "\\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\\d{3})+|\\d+"
NUMERIC = re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b|\b(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})\b")


@dataclass(frozen=True, slots=True)
class Stated:
    """What the facts say: numbers of people, moments, and the present moment. Moments may lie ahead (next update)."""

    people: frozenset[int]
    moments: frozenset[datetime]
    now: datetime


def check_contradictions(text: Text, stated: Stated, formats: Formats, language: Language) -> list[Finding]:
    """Numbers and days of a text that the facts do not carry.

    A number of people, or a past day, that no fact states is an error; a day to come is a warning.
    """
    return [
        *_numbers(text.text, stated, formats, language),
        *_days(f"{text.subject}\n{text.text}", stated, formats),
    ]


def _numbers(text: str, stated: Stated, formats: Formats, language: Language) -> Iterator[Finding]:
    people = language.patterns["people"].pattern
    between = language.patterns["between"].pattern
    counted = re.compile(rf"(?<![\d.,])({NUMBER})\s+(?:{between}\s+){{0,3}}{people}", re.IGNORECASE)
    known = ", ".join(formats.number(number) for number in sorted(stated.people)) or "none"
    for match in counted.finditer(text):
        number = int(re.sub(r"\D", "", match[1]))
        if number not in stated.people:
            message = f"“{' '.join(match[0].split())}” is no number of the fact sheet (known: {known})"
            mend = "Take the number from the facts, or correct the facts and draft anew"
            yield Finding(Level.ERROR, "contradiction", "number of people", message, mend, locale=formats.locale)


def _days(text: str, stated: Stated, formats: Formats) -> Iterator[Finding]:
    known = {formats.local_day(moment) for moment in (*stated.moments, stated.now)}
    today = formats.local_day(stated.now)
    for day in dict.fromkeys(_found_days(text, formats)):
        if day in known:
            continue
        past = day <= today
        message = f"{formats.day(day)} is no day the facts name"
        mend = "Take the day from the recorded moments" if past else "Check that this day was agreed"
        level = Level.ERROR if past else Level.WARNING
        yield Finding(level, "contradiction", "date", message, mend, locale=formats.locale)


def _found_days(text: str, formats: Formats) -> Iterator[date]:
    months = _months(formats.language)
    written = re.compile(r"\b(\d{1,2})\.?\s+(" + "|".join(map(re.escape, months)) + r")\s+(\d{4})\b", re.IGNORECASE)
    for match in written.finditer(text):
        yield from _day(match[3], months[match[2].casefold()], match[1])
    for match in NUMERIC.finditer(text):
        yield from _day(match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"])


def _day(year: str, month: int | str, day: str) -> Iterator[date]:
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:  # such as 31.02.2026 or a version number: no day
        return


@cache
def _months(language: str) -> dict[str, int]:
    locale = Locale.parse(language)
    forms = (get_month_names(width, locale=locale) for width in ("wide", "abbreviated"))
    return {str(name).rstrip(".").casefold(): number for names in forms for number, name in names.items()}
