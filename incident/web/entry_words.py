"""What the system wrote on a timeline, as pages say it: in the reader's language, without words of the code. Pure.

A line is recorded once, in English, and hashed; that text stays. Pages look for the sentence it was made of, which
`data/entries.toml` lists by what was done, and say it again with what was put in. A line of no such sentence is shown
as it was recorded.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from incident.web.entry_values import ANY, PLACES, change
from incident.web.languages import catalogue, foreign
from incident.web.times import zoned
from notifications.wording import Said, in_language, worded, worded_list

DATA = Path(__file__).parent / "data" / "entries.toml"
BY_HAND = frozenset({"noted", "commented"})
"""What people wrote themselves, who may have written anything."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it was recorded, and as pages say it; `{name}` stands for what was put in."""

    written: str
    said: str


@dataclass(frozen=True, slots=True)
class Series:
    """Several things in one place: the sign between two of them, how one is said, and what begins the next.

    `begins` is a regular expression, for things that may hold the sign themselves.
    """

    sign: str
    say: Callable[[str], object]
    begins: str = ""


def sentences() -> Iterator[Sentence]:
    """Every sentence and part of one, for those who translate them."""
    acts, parts = _read()
    for rows in (*acts.values(), *parts.values()):
        yield from (row for row in rows if row.said)


def entry_in_words(action: str, text: str) -> str:
    """A line by what was done and its text: one that remembers its message, or the text where no sentence fits."""
    rows = () if action in BY_HAND else _read()[0].get(action, ())
    return next(_fitting(rows, text), text)


def step_named(title: str) -> str:
    """The title of a step of a runbook, or of one that the system added: said in the reader's language on pages."""
    return _part("step_title", title)


def entry_said(action: str, text: str, zone: str, language: str) -> str:
    """A line in its reader's language and zone."""
    return _said_there(entry_in_words(action, text), zone, language)


def entry_shown(action: str, text: str, zone: str, language: str, most: int = 0) -> object:
    """A line for a page, cut after `most` letters; marked where it is in another language than the reader's."""
    if action in BY_HAND:
        return _cut(text, most)
    worded_line = entry_in_words(action, text)
    shown = _cut(_said_there(worded_line, zone, language), most)
    return shown if isinstance(worded_line, Said) else foreign(shown, language=language)


def _said_there(line: str, zone: str, language: str) -> str:
    return str(in_language(zoned(line, zone, language), catalogue(language)))


def _cut(text: str, most: int) -> str:
    """The words of a text that fit, and that there are more."""
    return text if not most or len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"


@cache
def _read() -> tuple[Mapping[str, tuple[Sentence, ...]], Mapping[str, tuple[Sentence, ...]]]:
    """Sentences by what was done, and parts of sentences by name."""
    found = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return _sentences(found["acts"]), _sentences(found["parts"])


def _sentences(raw: Mapping[str, list[str | list[str]]]) -> Mapping[str, tuple[Sentence, ...]]:
    return {
        name: tuple(Sentence(row, row) if isinstance(row, str) else Sentence(*row) for row in rows)
        for name, rows in raw.items()
    }


def _fitting(rows: tuple[Sentence, ...], text: str) -> Iterator[str]:
    for row in rows:
        found = _expression(row.written).fullmatch(text)
        if found:
            yield worded(row.said, **{name: _said(name, value) for name, value in found.groupdict().items()})


@cache
def _expression(written: str) -> re.Pattern[str]:
    """What fits a sentence, with a group for each place."""
    return re.compile(_fits(written, named=True), re.DOTALL)


def _fits(written: str, *, named: bool = False) -> str:
    fits = ""
    for text, name, _, _ in Formatter().parse(written):
        fits += re.escape(text)
        if name:
            fits += f"({f'?P<{name}>' if named else '?:'}{_fits_at(name)})"
    return fits


def _fits_at(name: str) -> str:
    place = name.rstrip("0123456789")
    parts = _read()[1]
    if place in parts:
        return "|".join(_fits(row.written) for row in parts[place])
    return PLACES[place].fits if place in PLACES else ANY


def _said(name: str, text: str) -> object:
    place = name.rstrip("0123456789")
    if place in SERIES:
        several = SERIES[place]
        pieces = re.split(f"{several.sign}(?={several.begins})", text)
        return worded_list(map(several.say, pieces), several.sign)
    if place in _read()[1]:
        return _part(place, text)
    return PLACES[place].say(text) if place in PLACES else text


def _part(place: str, text: str) -> str:
    return next(_fitting(_read()[1][place], text), text) if text else ""


def _of(place: str) -> Callable[[str], object]:
    return lambda text: _part(place, text)


def _change(text: str) -> object:
    further = _part("further", text)
    return further if isinstance(further, Said) else change(text)


SERIES: Mapping[str, Series] = {
    "facts": Series("; ", _change, r"(?:datasets\.[\w-]+\.)?[a-z]+(?:\.[a-z_]+)*: |and \d+ more"),
    "duties": Series("; ", _of("duty_change"), f"(?:{_fits_at('change')}): "),
    "reminders": Series("; ", _of("reminder"), r"due since |less than |late by |and \d"),
    "rulings": Series("; ", _of("ruling")),
    "states": Series(", ", _of("state_of_rows")),
    "heard": Series(", ", _of("news")),
    "reached": Series(", ", _of("way_on")),
    "channels": Series(", ", _of("next_way")),
    "replies": Series(", ", _of("reply_class")),
    "figures": Series("; ", _of("figure")),
    "gets": Series(", ", _of("got")),
    "rota_steps": Series("; ", _of("rota_step")),
    "targets": Series(", ", _of("target")),
}
