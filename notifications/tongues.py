"""In which language a text is written, by a vote of the commonest words: what is in another one than it says."""

from collections.abc import Collection, Mapping

from notifications.findings import Finding, Level, Rule
from notifications.passages import Passage, sentences
from notifications.wording import worded

ENOUGH = 12  # words of a section: below, a list of names says nothing
CLEAR = 2  # times as many common words of the other language


def check_tongue(parts: Collection[Passage], locale: str, stop_words: Mapping[str, frozenset[str]]) -> list[Finding]:
    """Sections that are written in another language than `locale`: warnings. Headings are not read."""
    findings = []
    for part in parts:
        words = [word.casefold() for sentence in sentences(part) for word in sentence.words]
        votes = {name: sum(word in common for word in words) for name, common in stop_words.items()}
        likely = max(votes, key=lambda name: (votes[name], name == locale), default=locale)
        mine = votes.get(locale, 0)
        if len(words) < ENOUGH or likely == locale or votes[likely] < max(CLEAR * mine, 3):
            continue
        message = worded("the beginning reads as {likely}, not as {locale}", likely=likely, locale=locale)
        if part.heading:
            message = worded(
                "the section “{heading}” reads as {likely}, not as {locale}",
                heading=part.heading,
                likely=likely,
                locale=locale,
            )
        mend = worded("Write it in {locale}", locale=locale)
        line = part.line or part.start
        findings.append(
            Finding(Level.WARNING, Rule.LANGUAGE, worded("language"), message, mend, locale=locale, line=line)
        )
    return findings
