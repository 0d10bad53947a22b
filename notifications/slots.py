"""Slots nobody filled, placeholders that are not allowed, parts that are empty."""

import re
from collections.abc import Collection, Iterator

from notifications.findings import PARTS, Finding, Level, Rule
from notifications.languages import Language
from notifications.message import Text
from notifications.passages import line_at
from notifications.placeholders import GREETING, check_placeholders, names_in
from notifications.wording import worded

ALWAYS = re.compile(
    r"\b(?-i:TODO|FIXME|XXX+|T\.?B\.?[DCA]\.?|tbd|tba)(?!\w)|\blorem ipsum\b|_{3,}|\.{4,}|\?{3,}"  # words of drafts
    r"|\[\s*(?:\.{2,}|\u2026)?\s*\]"  # [ ], [...]
    r"|<(?![^<>\n]*(?:@|://))[^\W\d_][^<>\n]{0,60}>"  # <name>, but no <mail@address>
    r"|(?<!\{)\{(?![{%#])[^{}\n]{0,60}\}(?!\})",  # {name}
    re.IGNORECASE,
)
BRACKETED = re.compile(r"\[[^\[\]\n]{1,80}\]")
MEND = worded("Write what belongs there, or take it out")


def check_slots(text: Text, allowed: Collection[str], locale: str) -> list[Finding]:
    """Slots nobody filled, in any language, placeholders that are not allowed, empty parts: errors all."""
    findings = []
    for part, written in _parts(text):
        findings += [_open(slot, part, line, locale) for slot, line in _matches(ALWAYS, written)]
        for fault in check_placeholders(part, written, allowed):
            at = written.find(fault.found)
            line = line_at(written, at) if part == "text" else 0
            message = worded("{found} {fault}", found=fault.found, fault=fault.message)
            findings.append(
                Finding(Level.ERROR, Rule.PLACEHOLDER, PARTS[part], message, fault.mend, locale=locale, line=line)
            )
        if not written.strip():
            findings.append(
                Finding(Level.ERROR, Rule.EMPTY, PARTS[part], worded("is empty"), worded("Write it"), locale=locale)
            )
    return _once(findings)


def check_greeting(text: Text, allowed: Collection[str], locale: str) -> list[Finding]:
    """A text that could greet each reader and greets nobody: a warning."""
    if GREETING not in allowed or GREETING in names_in(text.text):
        return []
    mend = worded("Write {placeholder} at its head, or say why it needs none", placeholder=f"{{{{ {GREETING} }}}}")
    message = worded("nobody is greeted: readers cannot tell that it is meant for them")
    return [Finding(Level.WARNING, Rule.GREETING, worded("greeting"), message, mend, locale=locale)]


def check_unfilled(text: Text, language: Language) -> list[Finding]:
    """Slots as writers of one language leave them: "[Name]", "to be completed"."""
    findings = []
    for part, written in _parts(text):
        for bracket in BRACKETED.finditer(written):
            if language.patterns["slots"].search(bracket[0]):
                findings.append(_open(bracket[0], part, line_at(written, bracket.start()), language.locale))
        for slot, line in _matches(language.patterns["unfilled"], written):
            findings.append(_open(slot, part, line, language.locale))
    return _once(findings)


def _parts(text: Text) -> tuple[tuple[str, str], ...]:
    return ("subject", text.subject), ("text", text.text)


def _matches(pattern: re.Pattern[str], written: str) -> Iterator[tuple[str, int]]:
    for match in pattern.finditer(written):
        yield match[0], line_at(written, match.start())


def _open(slot: str, part: str, line: int, locale: str) -> Finding:
    message = worded("{slot} was not filled", slot=repr(slot))
    at = line if part == "text" else 0
    return Finding(Level.ERROR, Rule.OPEN_SLOT, PARTS[part], message, MEND, locale=locale, line=at)


def _once(findings: list[Finding]) -> list[Finding]:
    return list({finding.key: finding for finding in reversed(findings)}.values())[::-1]
