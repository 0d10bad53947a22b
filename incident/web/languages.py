"""The languages of the console: their catalogues (GNU gettext), and which one a reader is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial, wraps
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from notifications.wording import in_language

CATALOGUES = Path(__file__).parent / "locales"
SOURCE = "en"  # the language the messages themselves are in
LANGUAGES: Mapping[str, str] = {SOURCE: "English", "de": "Deutsch"}  # those offered, each in its own words
ON_WORDS = ("capitalize", "join", "lower", "replace", "title", "trim", "truncate", "upper")  # what makes plain text


@cache
def catalogue(language: str) -> NullTranslations:
    """The messages of a language, read from its .po files; English says the messages as they are."""
    if language not in LANGUAGES or language == SOURCE:
        return NullTranslations()
    found: NullTranslations | None = None
    for file in sorted((CATALOGUES / language / "LC_MESSAGES").glob("*.po")):
        compiled = BytesIO()
        with file.open("rb") as written:
            write_mo(compiled, read_po(written, locale=language))
        compiled.seek(0)
        read = GNUTranslations(compiled)
        if found is None:
            found = read
        else:
            found.add_fallback(read)
    return found or NullTranslations()


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
