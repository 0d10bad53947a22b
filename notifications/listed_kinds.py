"""Kinds of data a text names against those that were lost: none too many, none left out, each in a list."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from notifications.findings import Finding, Level, Rule
from notifications.languages import Language
from notifications.passages import Passage, flat, line_at
from notifications.wording import worded

MANY = 3  # kinds in one paragraph: from here on a reader wants a list
FACT = ("data.categories",)
FIELD = worded("kinds of data")


@dataclass(frozen=True, slots=True)
class Kinds:
    """How kinds of data are called in a language, and which of them were lost.

    `phrases` maps each word to every way to say it ("your name", "names"); `lost` is None where nobody has said.
    """

    phrases: Mapping[str, tuple[str, ...]]
    lost: frozenset[str] | None


def check_kinds(section: Passage, kinds: Kinds, language: Language) -> list[Finding]:
    """Kinds the section names that the facts do not carry, and kinds the facts carry that it leaves out: errors.

    A kind under another name than the phrases have ("passport number") that the facts do not carry is a warning: it may
    stand in a sentence that says it was not lost.
    """
    locale, found = language.locale, list(_named(section.text, kinds))
    lost = kinds.lost or frozenset()
    findings: dict[str, Finding] = {}
    for word, said, at in found:
        if word not in lost:
            message = worded("“{said}” is named, and the facts do not carry it", said=said)
            mend = _add(word)
            line = line_at(section.text, at, section.start)
            finding = _finding(FIELD, message, mend, locale, line)
            findings.setdefault(finding.key, finding)
    named = {word for word, _, _ in found}
    for words, said, at in _otherwise_named(section.text, kinds, language):
        named |= words & lost
        if not words & lost:
            message = worded("“{said}” is named, and the facts carry no kind of data it stands for", said=said)
            mend = _add(" or ".join(sorted(words)))
            line = line_at(section.text, at, section.start)
            finding = replace(_finding(FIELD, message, mend, locale, line), level=Level.WARNING)
            findings.setdefault(finding.key, finding)
    for word in sorted(lost - named):
        if word in kinds.phrases:
            message = worded(
                "“{kind}” was lost as well, and the section “{heading}” leaves it out",
                kind=kinds.phrases[word][0],
                heading=section.heading,
            )
            mend = worded("Name it in these words, or correct {fact} and draft anew", fact=FACT[0])
            finding = _finding(FIELD, message, mend, locale, section.line)
            findings.setdefault(finding.key, finding)
    return list(findings.values())


def check_joined(section: Passage, kinds: Kinds, language: Language) -> list[Finding]:
    """Kinds of data joined in one sentence, so that nobody can tell which apply to them: warnings."""
    mend = worded("List what the reader lost, one kind in each line")
    findings: dict[str, Finding] = {}
    for match in language.patterns["joined"].finditer(section.text):
        message = worded("“{said}” leaves open which kinds of data were lost", said=" ".join(match[0].split()))
        line = line_at(section.text, match.start(), section.start)
        finding = Finding(Level.WARNING, Rule.JOINED_KINDS, FIELD, message, mend, locale=language.locale, line=line)
        findings.setdefault(finding.key, finding)
    if findings:
        return list(findings.values())
    for block in section.blocks:
        if block.kind == "paragraph" and len({word for word, _, _ in _named(block.text, kinds)}) >= MANY:
            message = worded(
                "the section “{heading}” names many kinds of data in one paragraph", heading=section.heading
            )
            args = (Level.WARNING, Rule.JOINED_KINDS, FIELD, message, mend)
            return [Finding(*args, locale=language.locale, line=section.line)]
    return []


def _add(word: str) -> str:
    return worded("Take it out, or add {word} to {fact} and draft anew", word=word, fact=FACT[0])


def _finding(field: str, message: str, mend: str, locale: str, line: int) -> Finding:
    return Finding(Level.ERROR, Rule.DATA_KIND, field, message, mend, locale=locale, facts=FACT, line=line)


def _named(text: str, kinds: Kinds) -> Iterator[tuple[str, str, int]]:
    """Each kind named: its word, as written there, and where. The longest phrase counts: "user names" are no names."""
    words, pattern = _phrases(kinds)
    for match in pattern.finditer(text):
        yield words[flat(match[0])], " ".join(match[0].split()), match.start()


def _otherwise_named(text: str, kinds: Kinds, language: Language) -> Iterator[tuple[frozenset[str], str, int]]:
    """Each other name of kinds, outside of the phrases: the kinds it can stand for, as written there, and where."""
    words = {_plain(name): frozenset(of.split()) for of, names in language.also.items() for name in names}
    if not words:
        return
    each = (re.escape(name).replace(r"\ ", r"[\s-]+").replace("'", "['\u2019]") for name in _longest_first(words))
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(each) + r")(?!\w)", re.IGNORECASE)
    rest = _phrases(kinds)[1].sub(lambda match: "\0" * len(match[0]), text)
    for match in pattern.finditer(rest):
        yield words[_plain(match[0])], " ".join(match[0].split()), match.start()


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", " ", name.replace("\u2019", "'")).casefold()


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)


def _phrases(kinds: Kinds) -> tuple[dict[str, str], re.Pattern[str]]:
    """The word of each phrase, and the pattern that finds the longest."""
    words: dict[str, str] = {}
    for word, phrases in kinds.phrases.items():
        for phrase in phrases:
            words.setdefault(flat(phrase), word)
    each = (re.escape(phrase).replace(r"\ ", r"\s+") for phrase in _longest_first(words))
    return words, re.compile(r"(?<!\w)(?:" + "|".join(each) + r")(?!\w)", re.IGNORECASE)


def phrases_of(tables: Mapping[str, Mapping[str, str]], names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Every way to say each word, of the named tables in their order."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        for word, phrase in tables.get(name, {}).items():
            found[word] = (*found.get(word, ()), phrase)
    return found
