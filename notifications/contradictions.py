"""What a text says against the facts: numbers of people nobody counted, days on which nothing happened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import get_month_names

from notifications.findings import Finding, Level, Rule
from notifications.formats import Formats
from notifications.languages import Language
from notifications.message import Text
from notifications.passages import line_at
from notifications.wording import worded

NUMBER = "\\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\\d{3})+|\\d+"
BLANK = r"(?:[^\S\n]+|[^\S\n]*\n(?!\s*\n)[^\S\n]*)"  # a blank or the end of a line, but no empty line
ORDINAL = "(?:\\.|er|\u00ba|\u00b0|st|nd|rd|th)?"
NUMERIC = re.compile(
    r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"
    r"|(?<![\d.])(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})\b"
    r"|(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y3>\d{4})\b"
    r"|(?<![\d-])(?P<d4>\d{1,2})-(?P<m4>\d{1,2})-(?P<y4>\d{4})\b"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the facts say: numbers of people, moments, and the present moment. Moments may lie ahead (next update).

    `begun` is when the text was begun: since then it may bear the day on which it was written; None: now. `promised` is
    the moment it promises the next update for, which is among the moments too; None: it promises none.
    """

    people: frozenset[int]
    moments: frozenset[datetime]
    now: datetime
    begun: datetime | None = None
    promised: datetime | None = None

    def is_written_on(self, day: date, formats: Formats) -> bool:
        """Whether a day is one on which the text may have been written."""
        return formats.local_day(self.begun or self.now) <= day <= formats.local_day(self.now)


def check_contradictions(text: Text, stated: Stated, formats: Formats, language: Language) -> list[Finding]:
    """Numbers and days of a text that the facts do not carry.

    A number of people, or a past day, that no fact states is an error; a day to come is a warning.
    """
    findings: dict[str, Finding] = {}
    for part, written in (("subject", text.subject), ("text", text.text)):
        for finding, at in (*_numbers(written, stated, formats, language), *_days(written, stated, formats)):
            line = line_at(written, at) if part == "text" else 0
            level, message, mend, field = finding
            found = Finding(level, Rule.CONTRADICTION, field, message, mend, locale=language.locale, line=line)
            findings.setdefault(found.key, found)
    return list(findings.values())


def days_in(text: str, formats: Formats) -> Iterator[date]:
    """Every day a text names, in the notations of its language and in numbers."""
    return (days[0] for days, _, _ in _found_days(text, formats))


Fault = tuple[Level, str, str, str]


def _numbers(text: str, stated: Stated, formats: Formats, language: Language) -> Iterator[tuple[Fault, int]]:
    people, between = (language.patterns[table].pattern for table in ("people", "between"))
    counted = re.compile(rf"(?<![\d.,])({NUMBER}){BLANK}(?:{between}{BLANK}){{0,3}}{people}", re.IGNORECASE)
    years = {end for _, _, end in _found_days(text, formats)}  # in "24 November 2026 people began to ask"
    known = ", ".join(formats.number(number) for number in sorted(stated.people)) or worded("none")
    for match in counted.finditer(text):
        if match.end(1) not in years and int(re.sub(r"\D", "", match[1])) not in stated.people:
            message = worded(
                "“{said}” is no number of the fact sheet (known: {known})", said=" ".join(match[0].split()), known=known
            )
            mend = worded("Take the number from the facts, or correct the facts and draft anew")
            yield (Level.ERROR, message, mend, worded("number of people")), match.start()


def _days(text: str, stated: Stated, formats: Formats) -> Iterator[tuple[Fault, int]]:
    known = {formats.local_day(moment) for moment in stated.moments}
    today = formats.local_day(stated.now)
    for days, at, _ in _found_days(text, formats):
        if known & set(days) or any(stated.is_written_on(day, formats) for day in days):
            continue
        past = days[0] <= today
        recorded = worded("Take the day from the recorded moments, or record it: Duties, “When it happened”")
        mend = recorded if past else worded("Check that this day was agreed")
        level = Level.ERROR if past else Level.WARNING
        yield (level, worded("{day} is no day the facts name", day=formats.day(days[0])), mend, worded("date")), at


Found = tuple[tuple[date, ...], int, int]


def _found_days(text: str, formats: Formats) -> Iterator[Found]:
    """Each day of a text, with the other reading of one that has two (3/4/2026), and where it begins and ends."""
    months = _months(formats.language)
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    day_first = rf"(?<!\d)(\d{{1,2}}){ORDINAL}\s+(?:de\s+)?({names})\.?,?\s+(?:de\s+)?(\d{{4}})(?!\d)"
    for match in re.finditer(day_first, text, re.IGNORECASE):
        yield from _at(match, [(match[3], months[match[2].casefold()], match[1])])
    month_first = rf"(?<!\w)({names})\.?\s+(\d{{1,2}}){ORDINAL},?\s+(\d{{4}})(?!\d)"
    for match in re.finditer(month_first, text, re.IGNORECASE):
        yield from _at(match, [(match[3], months[match[1].casefold()], match[2])])
    for match in NUMERIC.finditer(text):
        yield from _at(match, list(_numeric(match, formats.language)))


def _numeric(match: re.Match[str], language: str) -> Iterator[tuple[str, int | str, str]]:
    if match["y3"]:
        yield match["y3"], match["b"], match["a"]
        if language == "en":  # 3/4/2026 is read by some as the fourth of March
            yield match["y3"], match["a"], match["b"]
    else:
        yield (
            match["y"] or match["y2"] or match["y4"],
            match["m"] or match["m2"] or match["m4"],
            match["d"] or match["d2"] or match["d4"],
        )


def _at(match: re.Match[str], written: list[tuple[str, int | str, str]]) -> Iterator[Found]:
    days = tuple(day for parts in written for day in _day(*parts))
    if days:
        yield days, match.start(), match.end()


def _day(year: str, month: int | str, day: str) -> Iterator[date]:
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:  # such as 31.02.2026 or a version number: no day
        return


@cache
def _months(language: str) -> dict[str, int]:
    locale = Locale.parse(language)
    forms = (
        get_month_names(width, context, locale=locale)
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
    )
    return {str(name).rstrip(".").casefold(): number for names in forms for number, name in names.items()}
