"""How hard a text is to read: the published formula of each language over words, sentences and syllables (pyphen).

pyphen finds where a word may be hyphenated, not its syllables: some languages hyphenate no word after its first vowel
alone ("open", "école"), most none between vowels ("idea", "copié"). With minima of one letter on either side, only
parts that hold a vowel counted, and a second vowel of a first part that begins with one counted too, it stays within a
tenth of a count by hand in each language (see the tests). Where it errs it counts too few, so that a text scores a
little easier than by hand.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt

import pyphen

from notifications.blocks import FACT
from notifications.findings import Finding, Level, Rule
from notifications.passages import Sentence
from notifications.wording import worded

VOWELS = re.compile("[aeiouyàáâãäåæąèéêëęìíîïòóôõöøœóùúûüýÿ]+")
PIECES = re.compile(r"[^\W\d_]+")
DICTIONARIES = {
    "en": "en_US",
    "de": "de_DE",
    "es": "es",
    "fr": "fr",
    "it": "it_IT",
    "nl": "nl_NL",
    "pl": "pl_PL",
    "pt-BR": "pt_BR",
}
SILENT = ("en", "fr")  # languages in which a final e is not heard
ENOUGH = 100  # words: the formulas were made for samples of a hundred and say nothing of less
LONGEST = 35  # words of a sentence


@dataclass(frozen=True, slots=True)
class Counts:
    """What the formulas work on. `long_words` have four syllables or more."""

    sentences: int
    words: int
    syllables: int
    letters: int
    long_words: int

    @property
    def sentence_length(self) -> float:
        """Words for each sentence."""
        return self.words / self.sentences

    @property
    def word_length(self) -> float:
        """Syllables for each word."""
        return self.syllables / self.words


def flesch(counts: Counts) -> float:
    """English: R. Flesch, A new readability yardstick, J. of Applied Psychology 32 (1948) 221. 60 to 70: standard."""
    return 206.835 - 1.015 * counts.sentence_length - 84.6 * counts.word_length


def amstad(counts: Counts) -> float:
    """German: T. Amstad, Wie verständlich sind unsere Zeitungen?, Zürich 1978. Read as Flesch's."""
    return 180 - counts.sentence_length - 58.5 * counts.word_length


def fernandez_huerta(counts: Counts) -> float:
    """Spanish: J. Fernández Huerta, Medidas sencillas de lecturabilidad, Consigna 214 (1959) 29. 60 to 70: normal.

    Printed as 206.84 - 0.60 P - 1.02 F with P syllables and F sentences in a hundred words, which would call longer
    sentences easier. G. Law (LINGUIST List 22.2332, 2011) showed that F must be words for each sentence; so it is here.
    """
    return 206.84 - 60 * counts.word_length - 1.02 * counts.sentence_length


def kandel_moles(counts: Counts) -> float:
    """French: L. Kandel and A. Moles, Application de l'indice de Flesch à la langue française, 1958. As Flesch's."""
    return 207 - 1.015 * counts.sentence_length - 73.6 * counts.word_length


def gulpease(counts: Counts) -> float:
    """Italian: P. Lucisano and M. E. Piemontese, Gulpease, Scuola e città 3 (1988) 110. By letters, not syllables.

    Below 60 hard for who has finished middle school, below 40 for who has finished high school.
    """
    return 89 + (300 * counts.sentences - 10 * counts.letters) / counts.words


def douma(counts: Counts) -> float:
    """Dutch: W. H. Douma, De leesbaarheid van landbouwbladen, Wageningen 1960. 60 to 70: normal."""
    return 206.84 - 0.93 * counts.sentence_length - 77 * counts.word_length


def pisarek(counts: Counts) -> float:
    """Polish: W. Pisarek, Jak mierzyć zrozumiałość tekstu?, Zeszyty Prasoznawcze 4 (1969) 35, in its form by roots.

    Higher is harder: half the root of the squares of words for each sentence and of the percentage of words with four
    syllables or more. It goes with Gunning's years of school (B. Broda and others, LREC 2014).
    """
    return sqrt(counts.sentence_length**2 + (100 * counts.long_words / counts.words) ** 2) / 2


def martins(counts: Counts) -> float:
    """Brazilian Portuguese: T. B. F. Martins and others, Readability formulas applied to textbooks, ICMC 1996.

    Flesch's with 42 more; 50 to 75 is easy, of the fifth to eighth year of school.
    """
    return 248.835 - 1.015 * counts.sentence_length - 84.6 * counts.word_length


@dataclass(frozen=True, slots=True)
class Scale:
    """The formula of a language and the score a text for an audience must reach, or must not exceed.

    Audiences are "plain" (anybody, about the eighth or ninth year of school) and "children".
    """

    source: str
    score: Callable[[Counts], float]
    limits: Mapping[str, float]
    higher_is_easier: bool = True

    def is_hard(self, counts: Counts, audience: str) -> bool:
        limit, score = self.limits[audience], self.score(counts)
        return score < limit if self.higher_is_easier else score > limit


SCALES: Mapping[str, Scale] = {
    "en": Scale("Flesch (1948)", flesch, {"plain": 60, "children": 80}),
    "de": Scale("Amstad (1978)", amstad, {"plain": 50, "children": 65}),
    "es": Scale("Fernández Huerta (1959)", fernandez_huerta, {"plain": 60, "children": 75}),
    "fr": Scale("Kandel and Moles (1958)", kandel_moles, {"plain": 60, "children": 75}),
    "it": Scale("Gulpease (1988)", gulpease, {"plain": 55, "children": 65}),
    "nl": Scale("Douma (1960)", douma, {"plain": 50, "children": 70}),
    "pl": Scale("Pisarek (1969)", pisarek, {"plain": 11, "children": 9}, higher_is_easier=False),
    "pt-BR": Scale("Martins and others (1996)", martins, {"plain": 50, "children": 65}),
}


def check_reading(sentences: Iterable[Sentence], locale: str, audience: str) -> list[Finding]:
    """Sentences that are too long, and a text that is too hard for its readers: warnings.

    An item such as "Kinds of data: …" is a list in one line, and no long sentence.

    `audience` is "plain" or "children"; a language without a formula is not scored.
    """
    said = tuple(sentences)
    findings = [
        Finding(
            Level.WARNING,
            Rule.LONG_SENTENCE,
            worded("sentence"),
            worded(
                "a sentence of more than {most} words: “{words} …”",
                most=LONGEST,
                words=" ".join(sentence.text.split()[:8]),
            ),
            worded("Make two of it"),
            locale=locale,
            line=sentence.line,
        )
        for sentence in said
        if len(sentence.words) > LONGEST and not (sentence.item and FACT.fullmatch(sentence.text))
    ]
    counts, scale = count(said, locale), SCALES.get(locale)
    if scale is None or counts.words < ENOUGH or not scale.is_hard(counts, audience):
        return findings
    limit = f"{scale.limits[audience]:g}"
    message = worded("the text is hard to read: above {limit} by {source}", limit=limit, source=scale.source)
    if scale.higher_is_easier:
        message = worded("the text is hard to read: below {limit} by {source}", limit=limit, source=scale.source)
    mend = worded(
        "It scores {score}, with {words} words for each sentence and {syllables} syllables for each word: shorten "
        "sentences, take common words",
        score=f"{scale.score(counts):.0f}",
        words=f"{counts.sentence_length:.1f}",
        syllables=f"{counts.word_length:.2f}",
    )
    return [*findings, Finding(Level.WARNING, Rule.READING_EASE, worded("text"), message, mend, locale=locale)]


def count(sentences: Iterable[Sentence], locale: str) -> Counts:
    """Counts of a text; words without letters count one syllable, as Flesch counts figures."""
    said = [sentence.words for sentence in sentences]
    words = [word for sentence in said for word in sentence]
    lengths = [syllables(word, locale) for word in words]
    letters = sum(sum(sign.isalnum() for sign in word) for word in words)
    return Counts(len(said), len(words), sum(lengths), letters, sum(length >= 4 for length in lengths))


@lru_cache(maxsize=20_000)
def syllables(word: str, locale: str) -> int:
    """How many syllables a word has, by hyphenation; at least one."""
    return max(1, sum(_in_piece(piece.lower(), locale) for piece in PIECES.findall(word)))


def _in_piece(piece: str, locale: str) -> int:
    parts = _dictionary(locale).inserted(piece).split("-")
    if len(parts) > 1 and parts[0] == "y":  # "y-our"
        parts = ["".join(parts[:2]), *parts[2:]]
    found = sum(1 for part in parts if VOWELS.search(part))
    first = parts[0] if len(parts) > 1 or locale not in SILENT else parts[0].removesuffix("e")
    begins_open = VOWELS.match(first) and not first.startswith("y")
    return found + len(VOWELS.findall(first)) - 1 if begins_open else found


@cache
def _dictionary(locale: str) -> pyphen.Pyphen:
    name = DICTIONARIES.get(locale) or DICTIONARIES["en"]
    return pyphen.Pyphen(lang=name, left=1, right=1)
