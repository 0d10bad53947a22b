"""The languages of the console: their catalogues (GNU gettext), and which one a reader is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial, wraps
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup

from incident.web.citations import german
from notifications.formats import Formats
from notifications.wording import Said, in_language

CATALOGUES = Path(__file__).parent / "locales"
SOURCE = "en"  # the language the messages themselves are in
LANGUAGES: Mapping[str, str] = {SOURCE: "English", "de": "Deutsch"}  # those offered, each in its own words
CITED: Mapping[str, Callable[[str], str]] = {"de": german}  # how a language writes citations of laws
ON_WORDS = ("capitalize", "join", "lower", "replace", "title", "trim", "truncate", "upper")  # what makes plain text


def autonym(tag: str) -> str:
    """A language in its own words: Deutsch, Português (Brasil); the tag itself where no such language is known."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name() or tag
    except (ValueError, UnknownLocaleError):
        return tag
    return name[:1].upper() + name[1:]


class English(NullTranslations):
    """The messages as they are."""

    def number(self, number: float) -> str:
        """A number with its thousands set apart."""
        return f"{number:,}"

    def country(self, code: str) -> str:
        """A country by its name."""
        return Formats(SOURCE).country(code)

    def language(self, tag: str) -> str:
        """A language in its own words, as everywhere on the pages."""
        return autonym(tag)

    def day(self, iso: str) -> str:
        """A calendar day: 24 Nov 2026."""
        return f"{date.fromisoformat(iso):%-d %b %Y}"


class Translated(GNUTranslations):
    """The messages of a language, read from its file."""

    def __init__(self, language: str) -> None:
        compiled = BytesIO()
        with file_of(language).open("rb") as written:
            write_mo(compiled, read_po(written, locale=language))
        compiled.seek(0)
        super().__init__(compiled)
        self._language = language

    def gettext(self, message: str) -> str:
        """A message in the language; a citation that no catalogue lists as the language writes it."""
        found = super().gettext(message)
        return CITED[self._language](message) if found == message and self._language in CITED else found

    def number(self, number: float) -> str:
        """A number as the language writes it."""
        return str(format_decimal(number, locale=self._language))

    def country(self, code: str) -> str:
        """A country as the language calls it."""
        return Formats(self._language).country(code)

    def language(self, tag: str) -> str:
        """A language in its own words, as everywhere on the pages."""
        return autonym(tag)

    def day(self, iso: str) -> str:
        """A calendar day as the language writes it: 24. Nov. 2026."""
        return str(format_date(date.fromisoformat(iso), "d. MMM y", locale=self._language))


def file_of(language: str) -> Path:
    """Where the messages of a language are kept."""
    return CATALOGUES / language / "LC_MESSAGES" / "console.po"


@cache
def catalogue(language: str) -> English | Translated:
    """What a language knows, read once; English for one that is not offered."""
    return Translated(language) if language in LANGUAGES and language != SOURCE else English()


def chosen(cookie: str, wanted: Sequence[str]) -> str:
    """The language for a reader: the one chosen, else the first the browser asks for that there is, else English."""
    if cookie in LANGUAGES:
        return cookie
    return next((tag for tag in wanted if tag in LANGUAGES), SOURCE)


def on_words(plain: Callable[..., object], language: str) -> Callable[..., object]:
    """A filter of texts that says them in the reader's language before it changes them."""
    within = partial(in_language, catalogue=catalogue(language))
    at = 1 if hasattr(plain, "jinja_pass_arg") else 0  # Jinja hands some of its own their environment first

    @wraps(plain)
    def changed(*given: object, **named: object) -> object:
        text = given[at]
        several = isinstance(text, Iterable) and not isinstance(text, str)
        said = [within(one) for one in text] if several else within(text)  # type: ignore[attr-defined]
        return plain(*given[:at], said, *given[at + 1 :], **named)

    return changed


def foreign(text: object, spoken: str = SOURCE, *, language: str) -> object:
    """A text that is in `spoken` whatever the reader's language: marked where that is another (WCAG 3.1.2).

    A sentence of our own is said in the reader's language, and so is a title of a rule that the catalogue lists; marked
    is only what has no words there.
    """
    within = catalogue(language)
    said = in_language(text, within)
    if spoken == SOURCE and isinstance(text, str) and not isinstance(text, Said) and text.strip():
        said = within.gettext(text)
    ours = isinstance(text, str) and said != str(text)
    if language == spoken or ours or not isinstance(said, str) or not said.strip():
        return said
    return Markup('<span lang="{}">{}</span>').format(spoken, said)
