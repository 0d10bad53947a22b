"""Kinds of data a text names against those that were lost: none too many, none left out, each in a list."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from notifications.findings import Finding, Level, Rule
from notifications.languages import Language
from notifications.passages import Passage, flat, line_at

MANY = 3  # kinds in one paragraph: from here on a reader wants a list
FACT = ("data.categories",)


@dataclass(frozen=True, slots=True)
class Kinds:
    """How kinds of data are called in a language, and which of them were lost.

    `phrases` maps each word to every way to say it ("your name", "names"); `lost` is None where nobody has said.
    """

    phrases: Mapping[str, tuple[str, ...]]
    lost: frozenset[str] | None


def check_kinds(section: Passage, kinds: Kinds, locale: str) -> list[Finding]:
    """Kinds the section names that the facts do not carry, and kinds the facts carry that it leaves out: errors."""
    found = list(_named(section.text, kinds))
    lost = kinds.lost or frozenset()
    findings: dict[str, Finding] = {}
    for word, said, at in found:
        if word not in lost:
            message = f"“{said}” is named, and the facts do not carry it"
            mend = f"Take it out, or add {word} to data.categories and draft anew"
            line = line_at(section.text, at, section.start)
            finding = _finding("kinds of data", message, mend, locale, line)
            findings.setdefault(finding.key, finding)
    named = {word for word, _, _ in found}
    for word in sorted(lost - named):
        if word in kinds.phrases:
            message = f"“{kinds.phrases[word][0]}” was lost as well, and the section “{section.heading}” leaves it out"
            mend = "Name it in these words, or correct data.categories and draft anew"
            finding = _finding("kinds of data", message, mend, locale, section.line)
            findings.setdefault(finding.key, finding)
    return list(findings.values())


def check_joined(section: Passage, kinds: Kinds, language: Language) -> list[Finding]:
    """Kinds of data joined in one sentence, so that nobody can tell which apply to them: warnings."""
    mend = "List what the reader lost, one kind in each line"
    findings: dict[str, Finding] = {}
    for match in language.patterns["joined"].finditer(section.text):
        message = f"“{' '.join(match[0].split())}” leaves open which kinds of data were lost"
        line = line_at(section.text, match.start(), section.start)
        finding = Finding(
            Level.WARNING, Rule.JOINED_KINDS, "kinds of data", message, mend, locale=language.locale, line=line
        )
        findings.setdefault(finding.key, finding)
    if findings:
        return list(findings.values())
    for block in section.blocks:
        if block.kind == "paragraph" and len({word for word, _, _ in _named(block.text, kinds)}) >= MANY:
            message = f"the section “{section.heading}” names many kinds of data in one paragraph"
            args = (Level.WARNING, Rule.JOINED_KINDS, "kinds of data", message, mend)
            return [Finding(*args, locale=language.locale, line=section.line)]
    return []


def _finding(field: str, message: str, mend: str, locale: str, line: int) -> Finding:
    return Finding(Level.ERROR, Rule.DATA_KIND, field, message, mend, locale=locale, facts=FACT, line=line)


def _named(text: str, kinds: Kinds) -> Iterator[tuple[str, str, int]]:
    """Each kind named: its word, as written there, and where. The longest phrase counts: "user names" are no names."""
    words: dict[str, str] = {}
    for word, phrases in kinds.phrases.items():
        for phrase in phrases:
            words.setdefault(flat(phrase), word)
    each = (re.escape(phrase).replace(r"\ ", r"\s+") for phrase in sorted(words, key=len, reverse=True))
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(each) + r")(?!\w)", re.IGNORECASE)
    for match in pattern.finditer(text):
        yield words[flat(match[0])], " ".join(match[0].split()), match.start()


def phrases_of(tables: Mapping[str, Mapping[str, str]], names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Every way to say each word, of the named tables in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        for word, phrase in tables.get(name, {}).items():
            found[word] = (*found.get(word, ()), phrase)
    return found
