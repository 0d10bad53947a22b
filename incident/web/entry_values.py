"""What may stand at a place of a line that the system wrote, by the name of the place, and how pages say it. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from incident.endpoint_events import WORDS as EVENTS
from incident.law.duties import undertaken
from incident.law.packs import shipped_duties
from incident.roles import ROLE_WORDS
from incident.web.fact_questions import ASKED, WORDS, question, word_label
from incident.web.words import (
    CONTACTS,
    CUSTOMER_CHANNELS,
    FORMS,
    GUARDS,
    MOMENTS,
    NOTICES,
    PHASES,
    SEVERITIES,
)
from notifications.wording import Counted, Day, Language, Measured, listed, worded, worded_list

Say = Callable[[str], object]

ANY = r".+?"
NUMBER = r"\d[\d,]*"
MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?(?:Z| UTC)"
TAG = r"[a-z]{2,3}(?:-[\w-]+)?(?:@\w+)?"
COUNTED = (
    *("number", "total", "rows", "told", "new", "changed", "unchanged", "refused", "left", "given"),
    *("version", "edition", "entry", "step", "steps", "hours", "minutes"),
)
QUOTED = re.compile("“(.+)”")
UNDERTAKEN = re.compile(r"Tell (.+) within (\d+) hours")
EVERY_CUSTOMER = "every affected customer"
UNDERTAKINGS = {"contract": worded("contract"), "promise": worded("promise")}
RULE = re.compile(r"(.+?) \((.+)\)")
CHANGE = re.compile(r"(?:datasets\.([\w-]+)\.)?([a-z]+(?:\.[a-z_]+)*): ([^;→]*) → ([^;]*)")
GROUND = re.compile(r"(?:([\w-]+)/)?([a-z]+(?:\.[a-z_]+)+)")
CHANGED_MOMENT = worded("a recorded moment")
UNSAID = {"not stated": worded("not stated"), "none": worded("none"), "yes": worded("yes"), "no": worded("no")}


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a sentence: what fits there, as a regular expression without groups of its own, and how it is said."""

    fits: str
    say: Say


def number(text: str) -> object:
    """A number, which a page writes as its readers do."""
    return Counted(text.replace(",", ""))


def duty(text: str) -> object:
    """A duty by its title, and its rule in brackets."""
    known = next((title for title in _titles() if text.startswith(f"{title} (")), "")
    found = re.fullmatch(rf"({re.escape(known)}) \((.+)\)", text) if known else RULE.fullmatch(text)
    if found is None:
        return duty_title(text)
    return worded("{title} ({rule})", title=duty_title(found[1]), rule=UNDERTAKINGS.get(found[2], listed(found[2])))


def duty_title(text: str) -> object:
    """What a duty is called: its title in a law pack, or what a customer is promised."""
    found = UNDERTAKEN.fullmatch(text)
    if found is None:
        return listed(text)
    return undertaken(int(found[2]), "" if found[1] == EVERY_CUSTOMER else found[1])


def fact(text: str) -> object:
    """A fact and its answer: exposure.exfiltration = no_evidence."""
    path, _, word = text.partition(" = ")
    return worded("“{question}”: {answer}", question=question(path), answer=word_label(word, path))


def answer(text: str) -> object:
    """A question, and what was answered, as both were worded: What was copied? They copied nothing."""
    asked, _, said = text.partition("? ")
    if not said:
        return text
    return worded("{question} {answer}.", question=listed(f"{asked}?"), answer=listed(said.removesuffix(".")))


def change(text: str) -> object:
    """A fact that was answered otherwise, of all data or of one data set."""
    found = CHANGE.fullmatch(text)
    if found is None or found[2] not in ASKED:
        return text
    dataset, path, before, after = found.groups()
    return worded(
        "{asked}: {before} → {after}",
        asked=_asked_of(path, dataset) if dataset else worded("“{question}”", question=question(path)),
        before=_answers(before, path),
        after=_answers(after, path),
    )


def ground(text: str) -> object:
    """A fact that a text rests on, of all data or of one data set: accounts/exposure.exfiltration."""
    found = GROUND.fullmatch(text)
    if found is None or found[2] not in ASKED:
        return CHANGED_MOMENT if text == CHANGED_MOMENT else text
    return _asked_of(found[2], found[1]) if found[1] else question(found[2])


def quoted(text: str) -> object:
    """A data set by its title in quotation marks, which each language has its own of; else its id."""
    found = QUOTED.fullmatch(text)
    return worded("“{name}”", name=found[1]) if found else text


def among(words: Mapping[str, object], separator: str = "") -> Place:
    """One of these words; with a separator, several of them."""
    one = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    if not separator:
        return Place(one, lambda text: words[text])
    several = rf"(?:{one})(?:{re.escape(separator)}(?:{one}))*"
    return Place(several, lambda text: worded_list([words[word] for word in text.split(separator)], separator))


def _asked_of(path: str, dataset: str) -> str:
    """The question of a fact of one data set."""
    return worded("“{question}” ({dataset})", question=question(path), dataset=dataset)


def _answers(text: str, path: str) -> object:
    """Answers as they were written down; what is no word of the vocabulary stays."""
    known = UNSAID | dict(WORDS.get(path, {}))
    return worded_list(known.get(word, word) for word in text.split(", "))


@cache
def _titles() -> tuple[str, ...]:
    """Titles of the shipped rules, the longest first."""
    return tuple(sorted({duty.title for duty in shipped_duties()}, key=len, reverse=True))


def _several(fits: str, say: Say) -> Place:
    return Place(rf"{fits}(?:, {fits})*", lambda text: worded_list(map(say, text.split(", "))))


def _spaced(words: Mapping[str, object]) -> dict[str, object]:
    """The same words by their names as lines have them: with blanks, or with hyphens."""
    return {name.replace("_", sign): said for name, said in words.items() for sign in "_ -"}


KINDS = _spaced({kind: title for kind, (title, _) in NOTICES.items()})
PHASE_WORDS = {str(phase): said for phase, said in PHASES.items()}
GUARD_WORDS = {str(guard): said for guard, said in GUARDS.items()}
WAYS = _spaced(CUSTOMER_CHANNELS)
ROLES = _spaced(ROLE_WORDS)
EVENT_WORDS = {said.lower(): said for said in EVENTS.values()} | {
    "the pages whose steps name it": worded("the pages whose steps name it")
}
PLACES: Mapping[str, Place] = {
    **dict.fromkeys(COUNTED, Place(NUMBER, number)),
    "moment": Place(MOMENT, str),
    "day": Place(r"\d{4}-\d\d-\d\d", Day),
    "clock": Place(r"\d\d:\d\d", str),
    "time": Place(r"\d{4}-\d\d-\d\d \d\d:\d\d", lambda text: f"{text} UTC"),
    "steps_of": _several(NUMBER, number),
    **dict.fromkeys(("phase", "next"), among(PHASE_WORDS)),
    "guard": among(GUARD_WORDS),
    "guards": among(GUARD_WORDS, ", "),
    "severity": among(SEVERITIES),
    "kind": among(KINDS),
    "form": Place(ANY, lambda text: FORMS.get(text, text)),
    "language": Place(TAG, Language),
    "languages": _several(TAG, Language),
    "point": among(MOMENTS),
    "role": among(ROLES),
    "roles": among(ROLES, ", "),
    "way": Place(ANY, lambda text: WAYS.get(text, text)),
    "contact": among(CONTACTS),
    "duty": Place(ANY, duty),
    "title_of_duty": Place(ANY, duty_title),
    "said": Place(ANY, answer),
    "dataset": Place(ANY, quoted),
    "step_name": Place(ANY, listed),
    "fact": Place(r"[a-z]+(?:\.[a-z_]+)+ = [a-z_]+", fact),
    "paths": Place(ANY, lambda text: worded_list(map(ground, text.split(", ")))),
    "events": Place(ANY, lambda text: worded_list((EVENT_WORDS.get(one, one) for one in text.split("; ")), "; ")),
    "value": Place(r"[\d.]+", Measured),
}
