"""Templates of the console: Jinja2 with everything escaped, hidden characters made visible, assets by their digest."""

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from incident.web import languages, times
from incident.web.entry_words import entry_shown
from incident.web.fact_moments import moment_shown
from incident.web.fact_questions import question
from incident.web.languages import SOURCE, catalogue, on_words
from incident.web.reasons import step_in_words
from notifications.blocks import spans
from notifications.wording import Catalogue, in_language, worded_number

STATIC = Path(__file__).parent / "static"
FOLDER = "pages"
SAYING = ("gettext", "ngettext")
Said: TypeAlias = Callable[..., object]
ADDRESS = re.compile(r"\S*[:/@]\S")
# C0 and C1 controls but tab and line ends; zero-width, direction and byte-order marks (Trojan Source, CVE-2021-42574)
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Pages:
    """Renders the pages of the console from the template folders, the operator's own before the shipped ones."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._environments: dict[str, Environment] = {}

    def render(self, name: str, **values: object) -> str:
        """One page as HTML, in the language of its shell. A name the page does not get is an error, never a gap."""
        language = getattr(values.get("shell"), "language", SOURCE)
        if language not in self._environments:
            self._environments[language] = environment(self._folders, language)
        return self._environments[language].get_template(name).render(**values)


def environment(folders: Sequence[Path], language: str) -> Environment:
    """The templates as one language's readers get them."""
    words = catalogue(language)
    made = Environment(
        loader=FileSystemLoader([folder / FOLDER for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(in_language(value, words)),
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update({name: _with_values(cast("Said", made.globals[name]), words) for name in SAYING})
    made.filters.update({name: on_words(made.filters[name], language) for name in languages.ON_WORDS})
    made.filters.update(
        local=partial(times.local, language=language),
        spoken=times.spoken,
        zoned=partial(times.zoned, language=language),
        step_in_words=step_in_words,
        entry=lambda line, zone, most=0: entry_shown(line.action, line.text, zone, language, most),
        utc=times.utc,
        iso=times.iso,
        moment_shown=moment_shown,
        left=partial(times.left, language=language),
        spans=spans,
        question=question,
        thousands=partial(times.thousands, language=language),
        bytes=partial(size, language=language),
        autonym=languages.autonym,
        country=partial(times.country, language=language),
        foreign=lambda text, spoken=SOURCE: languages.foreign(visible(text), spoken, language=language),
        capfirst=on_words(capfirst, language),
    )
    made.globals.update(asset=asset, console_languages=languages.LANGUAGES)
    return made


def _with_values(say: Said, words: Catalogue) -> Said:
    """A `trans` whose values are what a page prints: in the reader's language, nothing of them hidden."""

    @pass_context
    def said(context: Context, *messages: object, **values: object) -> object:
        return say(context, *messages, **{name: visible(in_language(value, words)) for name, value in values.items()})

    return said


def capfirst(text: str) -> str:
    """A sentence with a capital first letter; an address or a placeholder at its beginning stays as it is."""
    return text if ADDRESS.match(text) else text[:1].upper() + text[1:]


def visible(value: object) -> object:
    """Text with its control, zero-width and direction characters written out, so that nothing hides in a page."""
    if isinstance(value, Markup) or not isinstance(value, str) or not HIDDEN.search(value):
        return value
    return HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", value)


def size(number: int, language: str = SOURCE) -> str:
    """A number of bytes in the unit a person reads, as their language writes it."""
    within = catalogue(language)
    if number < 1024:
        return worded_number("{number} byte", "{number} bytes", number).within(within)
    value, unit = (number / 1024, "KiB") if number < 1024**2 else (number / 1024**2, "MiB")
    return f"{within.number(round(value, 1))} {unit}"


@cache
def asset(path: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep it for a year."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return str(escape(f"/static/{path}?v={digest}"))
