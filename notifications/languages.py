"""What the checks know of a language: words for people, not knowing, hedging, soothing, selling. Data from files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FOLDER = "notices/language"
TABLES = (
    "people",
    "between",
    "not_known",
    "hedges",
    "no_evidence",
    "reassurance",
    "all_told",
    "joined",
    "slots",
    "unfilled",
    "unsubscribe",
    "attachment",
    "tracking",
    "advertising",
    "police",
    "free",
    "encrypted",
    "not_encrypted",
)


@dataclass(frozen=True, slots=True)
class Language:
    """The word lists of a language, each as a pattern that matches whole words in any case.

    `stop_words` are its commonest words, which tell it from other languages; `abbreviations` end with a full stop that
    ends no sentence. `also` maps kinds of data, one word or several with blanks between, to other names they go by.
    """

    locale: str
    patterns: Mapping[str, re.Pattern[str]]
    stop_words: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def found(self, table: str, text: str) -> list[str]:
        """What of a table stands in a text, each once, as written there."""
        return list(dict.fromkeys(self.patterns[table].findall(text)))


def read_language(locale: str, document: Mapping[str, object]) -> Language:
    """A language of its TOML document. Raises KeyError for one that lacks a table."""
    patterns = {table: _pattern(_words(document[table])) for table in TABLES}
    also = document.get("also", {})
    assert isinstance(also, Mapping)
    named = {str(kinds): tuple(_words(words)) for kinds, words in also.items()}
    return Language(locale, patterns, stop_words_of(document), frozenset(_words(document["abbreviations"])), named)


def stop_words_of(document: Mapping[str, object]) -> frozenset[str]:
    """The commonest words of a language, in lower case. Raises KeyError where the document has none."""
    return frozenset(word.casefold() for word in _words(document["stop_words"]))


def _words(words: object) -> list[str]:
    assert isinstance(words, list)
    return [str(word) for word in words]


def _pattern(words: list[str]) -> re.Pattern[str]:
    """Whole words; a blank matches any white space, so that a phrase is found across the end of a line.

    A phrase with ^ before it is found where a sentence or a line begins, not after another word of its sentence.
    """
    longest_first = sorted(words, key=len, reverse=True)
    each = (_phrase(word) for word in longest_first)
    return re.compile(r"(?<!\w)(?:" + "|".join(each) + r")(?!\w)", re.IGNORECASE)


def _phrase(words: str) -> str:
    said = re.escape(words.removeprefix("^")).replace(r"\ ", r"\s+").replace("'", "['\u2019]")
    return (r"(?<![\w,]\s)" if words.startswith("^") else "") + said
