"""In which languages the people are to be told whom the facts name: the official ones of where they live."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from babel.languages import get_official_languages

from incident.facts import FactSheet
from incident.notice_kinds import KINDS, LOCALES, PROCESSING, NoticeKind, Readers
from incident.web.outgoing import LANGUAGES
from notifications.message import other_language
from notifications.wording import Counted, Country, worded, worded_list

PLACES = 5  # in a sentence
LIVING = (Readers.PEOPLE, Readers.GUARDIANS, Readers.CHILDREN, Readers.PUBLIC)  # of them the facts say where they live
Living = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Tongues:
    """The languages a notice is begun in, with the reason for each that the settings do not have."""

    ticked: tuple[str, ...]
    reasons: tuple[str, ...] = ()


def living(sheet: FactSheet, dataset: str = "", kind: str = "") -> dict[str, int | None]:
    """How many people live in which country, None where the number is not known; most first, unknown last.

    Of one data set, or of all we do not process for others, where the largest number counts. Nobody for a kind of
    notice that others than the people concerned read, and only those of its place for one that is for a single place.
    """
    told = KINDS[NoticeKind(kind)] if kind in KINDS else None
    if told and told.readers not in LIVING:
        return {}
    most: dict[str, int | None] = {}
    for one in sheet.datasets:
        reach = one.facts.get("reach")
        if isinstance(reach, Mapping) and (one.id == dataset if dataset else one.role not in PROCESSING):
            for country, number in _by_country(reach).items():
                most[country] = max((most.get(country), number), key=lambda known: known or 0)
    place = told.place.partition("-")[0] if told else ""
    here = {code: number for code, number in most.items() if not place or code == place}
    return dict(sorted(here.items(), key=lambda pair: (-(pair[1] or 0), pair[0])))


def tongues_begun(usual: Sequence[str], people: Living) -> Tongues:
    """The usual languages and those of where the people live, as far as texts come in them."""
    added = {locale: places for locale, places in _by_language(people).items() if locale not in usual}
    reasons = [
        worded("{language} is ticked too. People live in: {places}.", language=LANGUAGES[locale], places=_said(places))
        for locale, places in added.items()
    ]
    if unwritten := _unwritten(people):
        reasons.append(worded("No text comes in a language of: {places}.", places=_said(unwritten)))
    return Tongues((*usual, *added), tuple(reasons))


def tongues_lacking(written: Collection[str], people: Living) -> tuple[str, ...]:
    """Languages of where the people live that these texts are not in, each with where that is."""
    texts = dict.fromkeys(written)
    return tuple(
        worded("{language}. People live in: {places}.", language=LANGUAGES[locale], places=_said(places))
        for locale, places in _by_language(people).items()
        if other_language(locale, texts)
    )


def _by_country(reach: Living) -> dict[str, int | None]:
    """The people of a country with those of its regions; 0 is said where nobody lives."""
    known: dict[str, int | None] = {}
    for code, number in reach.items():
        country = code.partition("-")[0]
        if number != 0:
            known[country] = (known.get(country) or 0) + (number or 0) or None
    return known


def _by_language(people: Living) -> dict[str, dict[str, int | None]]:
    found: dict[str, dict[str, int | None]] = {}
    for country, number in people.items():
        for locale in _official(country):
            found.setdefault(locale, {})[country] = number
    return found


def _unwritten(people: Living) -> dict[str, int | None]:
    return {country: number for country, number in people.items() if not _official(country)}


def _official(country: str) -> tuple[str, ...]:
    """The languages texts come in that are official in a country, or are so in fact."""
    tags = {str(tag).partition("_")[0] for tag in get_official_languages(country, de_facto=True)}
    return tuple(locale for locale in LOCALES if locale.partition("-")[0] in tags)


def _said(places: Living) -> str:
    """France (14), Belgium; and how many more countries."""
    named = [
        worded("{country} ({number})", country=Country(code), number=Counted(number)) if number else Country(code)
        for code, number in places.items()
    ]
    if len(named) <= PLACES:
        return worded_list(named)
    some = worded_list(named[:PLACES])
    return worded("{some} and {number} more", some=some, number=Counted(len(named) - PLACES))
