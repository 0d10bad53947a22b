"""Wording that regulators and readers fault: hedges, "no evidence", soothing words, and those before the facts."""

from collections.abc import Iterator

from notifications.findings import Finding, Level, Rule
from notifications.languages import Language
from notifications.message import Text
from notifications.passages import line_at
from notifications.wording import worded

RULES = {
    "hedges": (
        Rule.HEDGE,
        worded("leaves open whether the reader is affected"),
        worded("Say it, or say what is not known yet"),
    ),
    "no_evidence": (
        Rule.NO_EVIDENCE,
        worded("reads as all-clear and rests on what was looked for"),
        worded("Say what was examined, how far the logs reach, and what that cannot rule out"),
    ),
    "reassurance": (
        Rule.REASSURANCE,
        worded("soothes instead of informing"),
        worded("Take it out; say what you have done"),
    ),
}
WORDING = worded("wording")
SOOTHING = ("no_evidence", "reassurance")


def check_language(text: Text, language: Language, data_line: int = 0) -> list[Finding]:
    """Phrases that regulators and readers fault, as warnings.

    `data_line` is the line of the section that lists the data: what soothes above it comes before the facts. 0: there
    is no such section.
    """
    findings: dict[str, Finding] = {}
    for table in RULES:
        for found, line in _found(text, language, table):
            finding = _finding(table, found, line, language.locale)
            if table in SOOTHING and line < data_line:
                finding = _before_facts(found, line, language.locale)
            findings.setdefault(finding.key, finding)
    return list(findings.values())


def check_told(text: Text, language: Language) -> list[Finding]:
    """Claims that everybody was told, for a text of which that is not true."""
    findings: dict[str, Finding] = {}
    for found, line in _found(text, language, "all_told"):
        message = worded("“{said}” claims that everybody was told, and the ledger does not show it", said=found)
        mend = worded("Say how many were told, or take it out")
        told = Finding(Level.ERROR, Rule.ALL_TOLD, WORDING, message, mend, locale=language.locale, line=line)
        findings.setdefault(told.key, told)
    return list(findings.values())


def _finding(table: str, found: str, line: int, locale: str) -> Finding:
    rule, why, mend = RULES[table]
    return Finding(
        Level.WARNING, rule, WORDING, worded("“{said}” {why}", said=found, why=why), mend, locale=locale, line=line
    )


def _before_facts(found: str, line: int, locale: str) -> Finding:
    message = worded("“{said}” stands before the reader has learnt which data are concerned", said=found)
    mend = worded("Put the facts first; what soothes does not belong before them, or at all")
    return Finding(Level.WARNING, Rule.BEFORE_FACTS, WORDING, message, mend, locale=locale, line=line)


def _found(text: Text, language: Language, table: str) -> Iterator[tuple[str, int]]:
    """What of a table stands in subject and text, in order, with its line; 0 for the subject."""
    pattern = language.patterns[table]
    for match in pattern.finditer(text.subject):
        yield " ".join(match[0].split()), 0
    for match in pattern.finditer(text.text):
        yield " ".join(match[0].split()), line_at(text.text, match.start())
