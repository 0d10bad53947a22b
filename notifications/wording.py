"""Sentences that remember what they were made of, so that a page can say them in its reader's language.

A `Said` is the English sentence, an ordinary string for the API, the command line and the database; beside it stand
the message it is listed under in the catalogues (GNU gettext's msgid) and what was put in. No language is chosen here.
"""

from collections.abc import Iterable, Mapping
from gettext import NullTranslations

from babel.numbers import format_decimal


class Counted(int):
    """A number whose thousands are set apart where it is said, as the reader's language does it."""

    def __format__(self, spec: str) -> str:
        return f"{int(self):{spec or ','}}"

    def within(self, catalogue: NullTranslations) -> str:
        language = catalogue.info().get("language", "")
        return str(format_decimal(int(self), locale=language)) if language else f"{self}"


class Said(str):
    """English words with their message. `many` is the message for several, chosen by `number`, "" where none is."""

    message: str
    many: str
    number: int
    values: Mapping[str, object]

    def within(self, catalogue: NullTranslations) -> str:
        """The same in the language of a catalogue; English where it has no such message."""
        if self.many:
            found = catalogue.ngettext(self.message, self.many, self.number)
        else:
            found = catalogue.gettext(self.message)
        return _filled(found, {name: in_language(value, catalogue) for name, value in self.values.items()})


def worded(message: str, /, **values: object) -> Said:
    """A sentence; `{name}` in it stands for a value. Without values braces are plain characters."""
    said = Said(_filled(message, values))
    said.message, said.many, said.number, said.values = message, "", 0, values
    return said


def worded_number(one: str, many: str, number: int, /, **values: object) -> Said:
    """A sentence about a number of things; `{number}` stands for the number itself, with thousands set apart."""
    values = {"number": Counted(number), **values}
    said = Said(_filled(one if number == 1 else many, values))
    said.message, said.many, said.number, said.values = one, many, number, values
    return said


def worded_list(words: Iterable[object], between: str = ", ") -> str:
    """Several words in one, each of which is said in the reader's language; `between` is a sign, no word."""
    parts = list(words)
    said = Said(between.join(f"{part}" for part in parts))
    said.message = between.join(f"{{at{at}}}" for at in range(len(parts)))
    said.many, said.number, said.values = "", 0, {f"at{at}": part for at, part in enumerate(parts)}
    return said


def in_language(value: object, catalogue: NullTranslations) -> object:
    """A value for a page: translated when it remembers its message, else as it is."""
    return value.within(catalogue) if isinstance(value, Said | Counted) else value


def _filled(message: str, values: Mapping[str, object]) -> str:
    return message.format(**values) if values else message
