"""Sentences that remember what they were made of, so that a page can say them in its reader's language.

A `Said` is the English sentence, an ordinary string for the API, the command line and the database; beside it stand
the message it is listed under in the catalogues (GNU gettext's msgid) and what was put in. No language is chosen here.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class Catalogue(Protocol):
    """What a language knows: its messages (as gettext has them), and how it writes a number."""

    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, one: str, many: str, number: int, /) -> str: ...
    def number(self, number: float, /) -> str: ...
    def country(self, code: str, /) -> str: ...
    def language(self, tag: str, /) -> str: ...
    def day(self, iso: str, /) -> str: ...


class Country(str):
    """The code of a country (ISO 3166-1) or a part of one (3166-2), which a page says by its name."""

    def within(self, catalogue: Catalogue) -> str:
        """The name in a language."""
        return catalogue.country(str(self))


class Language(str):
    """The tag of a language (BCP 47), which a page says by its name."""

    def within(self, catalogue: Catalogue) -> str:
        """The name, as pages write it."""
        return catalogue.language(str(self))


class Day(str):
    """A calendar day (ISO 8601), which a page writes as its readers do."""

    def within(self, catalogue: Catalogue) -> str:
        """The day as a language writes it."""
        return catalogue.day(str(self))


class Counted(int):
    """A number whose thousands are set apart where it is said, as the reader's language does it."""

    def __format__(self, spec: str) -> str:
        return f"{int(self):{spec or ','}}"

    def within(self, catalogue: Catalogue) -> str:
        """The number as a language writes it."""
        return catalogue.number(int(self))


class Measured(float):
    """A number that may be broken, said with the decimal sign of the reader's language."""

    def __str__(self) -> str:
        return f"{float(self):g}"

    def __format__(self, spec: str) -> str:
        return f"{float(self):{spec or 'g'}}"

    def within(self, catalogue: Catalogue) -> str:
        """The number as a language writes it."""
        return catalogue.number(int(self) if self.is_integer() else float(self))


class Said(str):
    """English words with their message. `many` is the message for several, chosen by `number`, "" where none is."""

    message: str
    many: str
    number: int
    values: Mapping[str, object]

    def within(self, catalogue: Catalogue) -> str:
        """The same in the language of a catalogue; English where it has no such message."""
        if not self.message:
            return ""  # gettext answers nothing with the head of its file
        if self.many:
            found = catalogue.ngettext(self.message, self.many, self.number)
        else:
            found = catalogue.gettext(self.message)
        return _filled(found, {name: in_language(value, catalogue) for name, value in self.values.items()})


def worded(message: str, /, **values: object) -> Said:
    """A sentence; `{name}` in it stands for a value. Without values braces are plain characters."""
    return _said(_filled(message, values), message, values)


def worded_number(one: str, many: str, number: int, /, **values: object) -> Said:
    """A sentence about a number of things; `{number}` stands for the number itself, with thousands set apart."""
    values = {"number": Counted(number), **values}
    return _said(_filled(one if number == 1 else many, values), one, values, many, number)


def listed(text: str) -> Said:
    """A text that a catalogue may list as it stands, such as a rule's title; one that remembers its message stays."""
    return text if isinstance(text, Said) else worded(text)


def worded_list(words: Iterable[object], between: str = ", ") -> str:
    """Several words in one, each of which is said in the reader's language; `between` is a sign, no word."""
    parts = list(words)
    message = between.join(f"{{at{at}}}" for at in range(len(parts)))
    return _said(between.join(f"{part}" for part in parts), message, {f"at{at}": part for at, part in enumerate(parts)})


def as_made(text: str) -> list[object]:
    """What a sentence was made of, as JSON: its message and its values, plain words and numbers. For `said_again`."""
    return [text.message, dict(text.values)] if isinstance(text, Said) else [text, {}]


def said_again(made: str | list[Any]) -> Said:
    """The sentence that `as_made` wrote down, or that an earlier version wrote down as it stood."""
    if isinstance(made, str):
        return worded(made)
    message, values = made
    return worded(message, **values)


def in_language(value: object, catalogue: Catalogue) -> object:
    """A value for a page: translated when it remembers its message, else as it is."""
    known = Said | Counted | Measured | Country | Language | Day
    return value.within(catalogue) if isinstance(value, known) else value


def _said(text: str, message: str, values: Mapping[str, object], many: str = "", number: int = 0) -> Said:
    said = Said(text)
    said.message, said.many, said.number, said.values = message, many, number, values
    return said


def _filled(message: str, values: Mapping[str, object]) -> str:
    return message.format(**values) if values else message
