"""The questions of the fact sheet in words: what each fact asks, a hint where one helps, and what its words mean."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from incident.facts.vocabulary import FIELDS, MOMENT
from incident.law.counting import stamp
from incident.queries.open_questions import is_shared
from notifications.wording import Counted, Country, Said, worded, worded_list

UNWORDED = worded("Not worded yet")
ELSEWHERE = frozenset({"organisation.role"})  # asked of each data set
DATA = Path(__file__).parent / "data" / "questions.toml"
Groups: TypeAlias = Mapping[str, tuple[str, ...]]  # what words stand under → the words


@dataclass(frozen=True, slots=True)
class Asked:
    """What one fact asks, in plain words."""

    path: str
    ask: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together. `shared`: one answer for all data sets. `single`: only single laws ask them."""

    title: str
    facts: tuple[Asked, ...]
    shared: bool = False
    single: bool = False


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def facts_named(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths of facts in short words, those of one section together: "people: count, kinds"."""
    sections: dict[str, list[str]] = {}
    for path in paths:
        section, _, name = path.partition(".")
        sections.setdefault(section, []).append(name.replace(".", " ").replace("_", " "))
    called = {"anchor": "moment", "dataset": "data set", "reach": "where people live"}
    return tuple(
        called.get(section, section) + (f": {', '.join(names)}" if any(names) else "")
        for section, names in sections.items()
    )


def _read() -> tuple[tuple[Section, ...], Mapping[str, Mapping[str, str]], Mapping[str, Groups]]:
    document: Mapping[str, Any] = tomllib.loads(DATA.read_text(encoding="utf-8"))
    sections = tuple(
        Section(
            worded(raw["title"]),
            tuple(_asked(one) for one in raw["facts"]),
            raw.get("shared", False),
            raw.get("single", False),
        )
        for raw in document["sections"]
    )
    groups = {path: dict(_groups(inside)) for path, inside in document["groups"].items()}
    return (*sections, *_unworded(sections)), {path: dict(_labels(path, document["words"])) for path in FIELDS}, groups


def _groups(said: Mapping[str, list[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for title, words in said.items():
        yield worded(title), tuple(words)


def _labels(path: str, said: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Every word that answers a fact with its label; one without a text of its own is read as it is spelled."""
    own = said.get(path, {})
    for word in (*own, *(word for word in FIELDS[path].words if word not in own)):
        yield word, worded(capital(own.get(word) or word.replace("_", " ")))


def _asked(raw: Mapping[str, str]) -> Asked:
    return Asked(raw["fact"], worded(raw["ask"]), worded(raw["hint"]) if raw.get("hint") else "")


def _unworded(sections: tuple[Section, ...]) -> Iterator[Section]:
    """Facts without a question yet, by their names, so that the form loses none."""
    worded = {one.path for section in sections for one in section.facts} | ELSEWHERE
    left = [path for path in FIELDS if path not in worded]
    for shared in (True, False):
        found = [Asked(path, f"{facts_named([path])[0]}?".capitalize()) for path in left if is_shared(path) is shared]
        if found:
            yield Section(UNWORDED, tuple(found), shared, single=True)


SECTIONS, WORDS, GROUPS = _read()
SHARED = tuple(section for section in SECTIONS if section.shared)
OWN = tuple(section for section in SECTIONS if not section.shared)
ROLE_WORDS: Mapping[str, str] = WORDS["organisation.role"]
YES, NO, UNKNOWN = "yes", "no", "unknown"
REASON = re.compile(r"([a-z]+(?:\.[a-z_]+)*) ?(has none of:|has|is|:) (.+)")
BOUNDS: Mapping[str, str] = {
    ">=": worded("at least {number}"),
    "<=": worded("at most {number}"),
    ">": worded("more than {number}"),
    "<": worded("fewer than {number}"),
    "==": worded("exactly {number}"),
}
RANGE = re.compile(r"(at least )?(\d+)(?: to (\d+))?")
FEW = 6
MOST = 4  # of a list that is said beside other things
WORD_ONLY = re.compile(r"[a-z_]+")
PATH = re.compile(r"(?<![\w./@-])[a-z]+(?:\.[a-z_]+)+(?![\w@/])")  # no part of an address
TO_ADD = re.compile(r"\badd ([a-z_]+) to ([a-z]+\.[a-z_.]*[a-z_])")
FLAGS = ((YES, worded("Yes")), (NO, worded("No")), (UNKNOWN, worded("Unknown")))
FLAG_WORDS: Mapping[str, str] = dict(FLAGS)

OF_DATASET = (
    Asked("organisation.role", worded("What are we for these data?"), worded("It decides which duties are ours.")),
    Asked(
        "controllers",
        worded("Which customers' data is it?"),
        worded("Their ids in the register of customers, one a line."),
    ),
)
ASKED: Mapping[str, Asked] = {one.path: one for section in SECTIONS for one in section.facts} | {
    one.path: one for one in OF_DATASET
}
SHORT: Mapping[str, str] = {
    "organisation.role": worded("Our role"),
    "role": worded("Our role"),
    "controllers": worded("Customers whose data it is"),
}


def question(path: str) -> str:
    """What a fact asks, in words; a path that asks nothing stays as it is. A data set may stand before it: "lists/"."""
    name = path.rpartition("/")[2].removeprefix("dataset.")
    found = ASKED.get(name)
    return SHORT.get(name) or (found.ask if found else ", ".join(facts_named([name])))


def in_questions(text: str) -> str:
    """What a check says, with the questions of the fact sheet in place of the paths of its facts."""
    if isinstance(text, Said):
        values = {name: _value(name, value, text) for name, value in text.values.items()}
        return worded(text.message, **values)
    text = TO_ADD.sub(lambda found: f"add “{word_label(found[1], found[2])}” to {found[2]}", text)
    return PATH.sub(lambda found: f"“{question(found[0])}”" if found[0] in ASKED else found[0], text)


def _value(name: str, value: object, said: Said) -> object:
    """A value of a sentence, in words: a `word` as an answer to the `fact` beside it."""
    if name == "word" and WORD_ONLY.fullmatch(str(value)):
        return worded("“{words}”", words=word_label(str(value), str(said.values["fact"])))
    if value in ASKED:
        return worded("“{words}”", words=question(str(value)))
    return in_questions(value) if isinstance(value, str) else value


def first_fact(text: str) -> str:
    """The first fact that a text names by its path; "" where it names none."""
    return next((found[0] for found in PATH.finditer(text) if found[0] in ASKED), "")


def asked(path: str) -> Asked:
    """The question of a fact. Raises KeyError."""
    return ASKED[path]


def plain_reason(text: str) -> str:
    """What an engine read from the facts, in words: "breach.malicious is yes" → "Did somebody mean harm? Yes"."""
    found = REASON.fullmatch(text)
    if found is None or found[1] not in ASKED:
        return text
    path, verb, rest = found.groups()
    head, asks, test = rest.partition(", test ")
    answers = [answer.strip() for answer in head.split(",")]
    words = worded_list(word_label(one, path) if WORD_ONLY.fullmatch(one) else figure(one) for one in answers)
    if "none" in verb:
        many = len(answers) > FEW
        words = (
            worded("none of {number} others", number=len(answers)) if many else worded("none of: {words}", words=words)
        )
    ask = question(path)
    said = worded_list((ask, words), " " if ask.endswith("?") else ": ")
    return worded("{answer}; the rule asks for {test}", answer=said, test=bound_in_words(test)) if asks else said


def bound_in_words(test: str) -> str:
    """What a rule compares a number with: ">= 500" → "at least 500"."""
    order, _, number = test.partition(" ")
    return worded(BOUNDS[order], number=figure(number)) if order in BOUNDS else test


def figure(text: str) -> object:
    """A whole number, or from where to where one lies, as a page's readers write it; what is none stays."""
    found = RANGE.fullmatch(text)
    if found is None:
        return text
    low = Counted(int(found[2]))
    if found[3]:
        return worded("{low} to {high}", low=low, high=Counted(int(found[3])))
    return worded(BOUNDS[">="], number=low) if found[1] else low


def word_label(word: str, path: str = "") -> str:
    """A word of the vocabulary as people read it, as an answer to one fact where the path is given."""
    return WORDS.get(path, {}).get(word) or FLAG_WORDS.get(word) or capital(word.replace("_", " "))


def grouped(path: str, words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The words that answer a fact, each with what it stands under, group by group; "" where there are no groups."""
    inside = [(group, word) for group, some in GROUPS.get(path, {}).items() for word in some]
    known = {word for _, word in inside}
    return (*inside, *(("", word) for word in words if word not in known))


def said(path: str, value: object, most: int | None = MOST) -> str:
    """An answer in a few words, of a list at most so many; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return FLAGS[0][1] if value else FLAGS[1][1]
    if isinstance(value, Mapping):
        if value and not any(count is not None for count in value.values()):
            return worded("{place} (number unknown)", place=worded_list(map(Country, value)))
        return worded_list(map(_place, value, value.values())) or worded("Nowhere")
    if isinstance(value, list | tuple):
        labels = [str(word) if path == "controllers" else word_label(str(word), path) for word in value]
        more = [worded("{number} more", number=len(labels[most:]))] if most and labels[most:] else []
        return worded_list([*labels[:most], *more]) or worded("None")
    if isinstance(value, int):
        return worded_list([Counted(value)])
    if path in FIELDS and FIELDS[path].shape == MOMENT:
        return _stamped(str(value))
    return f"{value:,}" if isinstance(value, float) else word_label(str(value), path)


def _stamped(text: str) -> str:
    """A moment as the system writes moments, which pages say in the reader's zone; what is none stays."""
    try:
        return stamp(datetime.fromisoformat(text))
    except ValueError:
        return text


def _place(code: object, count: int | None) -> str:
    if count is None:
        return worded("{place} (number unknown)", place=Country(code))
    return worded_list((Country(code), Counted(count)), " ")
