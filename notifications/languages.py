"""What the checks know of a language: words for people, for not knowing, hedging, soothing. Data from files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

FOLDER = "notices/language"
TABLES = ("people", "between", "not_known", "hedges", "no_evidence", "reassurance")


@dataclass(frozen=True, slots=True)
class Language:
    """The word lists of a language, each as a pattern that matches whole words in any case."""

    locale: str
    patterns: Mapping[str, re.Pattern[str]]

    def found(self, table: str, text: str) -> list[str]:
        """What of a table stands in a text, each once, as written there."""
        return list(dict.fromkeys(self.patterns[table].findall(text)))


def read_language(locale: str, document: Mapping[str, object]) -> Language:
    """A language of its TOML document. Raises KeyError for one that lacks a table."""
    return Language(locale, {table: _pattern(document[table]) for table in TABLES})


def _pattern(words: object) -> re.Pattern[str]:
    assert isinstance(words, list)
    longest_first = sorted((str(word) for word in words), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)
