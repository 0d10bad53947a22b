"""The public pages' own words by language, and which language a reader is shown."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from markupsafe import Markup, escape

from incident.notice_kinds import LOCALES

FOLDER = "announcements"
MOST_RANGES = 50  # of a header a stranger sends


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words. Called with the name of a sentence and what stands in its braces."""

    locale: str
    said: Mapping[str, str]

    def __call__(self, name: str, **values: object) -> Markup:
        """The sentence as HTML; values that are no HTML are escaped."""
        return escape(self.said[name]).format(**values)

    def plain(self, name: str, **values: object) -> str:
        """The sentence as plain text."""
        return self.said[name].format(**values)

    def language(self, locale: str) -> str:
        """What another language is called in this one."""
        return str(_cldr(locale).get_language_name(str(_cldr(self.locale))) or locale)


@cache
def words_of(folders: tuple[Path, ...], locale: str, folder: str = FOLDER) -> Words:
    """The words of a language; an operator's lie over the shipped ones, sentence by sentence."""
    said: dict[str, str] = {}
    for root in reversed(folders):
        file = root / folder / f"{locale}.toml"
        if file.is_file():
            said |= {str(name): str(text) for name, text in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    return Words(locale, said)


def known(wanted: str) -> str:
    """The language of the public pages that a tag names, also by its first part ("de-AT", "pt"); "" for none."""
    tag = wanted.replace("_", "-").casefold()
    exact = (locale for locale in LOCALES if locale.casefold() == tag)
    kin = (locale for locale in LOCALES if locale.split("-")[0].casefold() == tag.split("-")[0])
    return next(exact, None) or next(kin, "")


def preferred(header: str) -> list[str]:
    """The languages of an Accept-Language header that the public pages have, the most wanted first.

    RFC 9110 §12.5.4: ranges with a weight from 0 (not wanted) to 1, which is also the weight of one without.
    """
    ranges = []
    for part in header.split(",")[:MOST_RANGES]:
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if weight > 0 and known(tag.strip()):
            ranges.append((-weight, known(tag.strip())))
    return list(dict.fromkeys(locale for _, locale in sorted(ranges, key=lambda one: one[0])))


def choose(wanted: Sequence[str], written: Collection[str], usual: str) -> str:
    """The language to show: the most wanted one a text is written in, else the most wanted, else the usual one."""
    return next((locale for locale in wanted if locale in written), next(iter(wanted), usual))


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if not name.strip():
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0) if name.strip().casefold() == "q" else 1.0
    except ValueError:
        return 0.0


def _cldr(locale: str) -> Locale:
    return Locale.parse(locale.replace("-", "_"))
