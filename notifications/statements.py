"""Statements a law wants in a notice: its date, that of the breach, a delay by the police, who else can help."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from notifications.contents import ContentsList, Known, Statement
from notifications.contradictions import Stated, days_in
from notifications.findings import Finding, Rule
from notifications.formats import Formats
from notifications.languages import Language
from notifications.message import Text
from notifications.passages import flat, passages, section_named
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Reading:
    """What a statement is looked for with."""

    stated: Stated
    formats: Formats
    language: Language


def check_statements(
    text: Text, required: ContentsList, headings: Mapping[str, str], reading: Reading, known: Known
) -> list[Finding]:
    """Which statements a text lacks that its law wants in these circumstances. Each names law and article."""
    parts = passages(text.text)
    findings = []
    for statement in required.statements:
        if statement.when and statement.when not in known.circumstances:
            continue
        heading = headings.get(statement.section, statement.section)
        section = section_named(parts, heading) if statement.section else None
        if statement.section and section is None:
            continue  # the missing section has a finding of its own
        if SHOWN_BY[statement.finds](statement, section.text if section else text.text, reading):
            continue
        message = worded("the text does not state {what}", what=statement.text)
        if section:
            message = worded("the section “{heading}” does not state {what}", heading=heading, what=statement.text)
        law, line = f"{required.law} {statement.article}".strip(), section.line if section else 0
        locale = reading.language.locale
        findings.append(
            Finding(statement.level, Rule.STATEMENT, statement.text, message, worded("Add it"), law, locale, line=line)
        )
    return findings


def _notice_day(_statement: Statement, written: str, reading: Reading) -> bool:
    return any(reading.stated.is_written_on(day, reading.formats) for day in days_in(written, reading.formats))


def _day(_statement: Statement, written: str, reading: Reading) -> bool:
    """A day, or that it is not known."""
    return any(days_in(written, reading.formats)) or _not_known(written, reading)


def _not_known(written: str, reading: Reading) -> bool:
    return bool(reading.language.patterns["not_known"].search(written))


def _names(statement: Statement, written: str, _reading: Reading) -> bool:
    said = flat(written)
    return all(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", said) for name in statement.names)


def _table(name: str) -> Callable[[Statement, str, Reading], bool]:
    return lambda _statement, written, reading: bool(reading.language.patterns[name].search(written))


SHOWN_BY: Mapping[str, Callable[[Statement, str, Reading], bool]] = {
    "notice_day": _notice_day,
    "day": _day,
    "names": _names,
    "police": _table("police"),
    "free": _table("free"),
}
