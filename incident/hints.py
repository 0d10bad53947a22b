"""Hints: what alerts and declared assets make likely, gathered by fact and held against what is answered; pure.

Nothing that derives, checks or writes may import this: a hint becomes a fact only by a person who saves it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from incident.errors import Invalid
from incident.facts import read_sheet
from incident.facts.reading import SHARED
from incident.facts.sheet import Value

ROLE = "organisation.role"
OF_DATASET: Mapping[str, str] = {ROLE: "role", "controllers": "controllers", "entity": "entity"}
TELLERS = 10  # alerts named with a hint; the rest are counted
KEY = 16  # characters of a key
SOME_ID = "x"


class Stance(StrEnum):
    """How a hint stands to an answer, which always wins."""

    OPEN = "open"  # nothing is answered
    AGREES = "agrees"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Teller:
    """An alert that was read for hints."""

    source: str
    title: str
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Declared:
    """Where a hint comes from a declared asset: of what, when, by whom. `outdated`: longer ago than the setting."""

    asset: str
    at: datetime
    by: str
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One hint of one alert: a path of the fact sheet, a value, and why."""

    fact: str
    value: Value
    why: str
    declared: Declared | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """A reason, and how many alerts give it."""

    text: str
    alerts: int
    declared: Declared | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One value that is suggested for one fact: why, by how many alerts, and which, the first of them.

    `key` names fact and value, whichever alerts say so.
    """

    key: str
    fact: str
    value: Value
    whys: tuple[Why, ...]
    alerts: int
    tellers: tuple[Teller, ...]

    @property
    def outdated(self) -> bool:
        """Whether it rests on outdated declarations alone."""
        return all(why.declared is not None and why.declared.outdated for why in self.whys)


def gather(told: Iterable[tuple[Teller, Sequence[Said]]]) -> tuple[Suggestion, ...]:
    """The hints of alerts by fact and value, in order of fact, what most alerts say first.

    A hint that no fact sheet could hold is left out.
    """
    found: dict[tuple[str, str], _Gathered] = {}
    known: dict[str, Value | None] = {}  # by what was said: alerts of a storm say the same
    for teller, hints in told:
        heard: set[tuple[str, str]] = set()
        for said in hints:
            raw = key_of(said.fact, said.value)
            value = known[raw] if raw in known else known.setdefault(raw, usable(said.fact, said.value))
            if value is None:
                continue
            place = (said.fact, key_of(said.fact, value))
            found.setdefault(place, _Gathered(value)).take(teller, said, first=place not in heard)
            heard.add(place)
    made = [gathered.suggestion(fact, key) for (fact, key), gathered in found.items()]
    return tuple(sorted(made, key=lambda one: (one.fact, -one.alerts, one.key)))


class _Gathered:
    """What was said of one value of one fact so far."""

    def __init__(self, value: Value) -> None:
        self._value, self._alerts = value, 0
        self._tellers: list[Teller] = []
        self._whys: dict[tuple[str, Declared | None], int] = {}

    def take(self, teller: Teller, said: Said, *, first: bool) -> None:
        """One more hint; `first`: of this alert for this value."""
        why = (said.why, said.declared)
        self._whys[why] = self._whys.get(why, 0) + 1
        if first:
            self._alerts += 1
            if len(self._tellers) < TELLERS:
                self._tellers.append(teller)

    def suggestion(self, fact: str, key: str) -> Suggestion:
        whys = sorted(self._whys.items(), key=lambda item: (-item[1], item[0][0]))
        reasons = tuple(Why(text, alerts, declared) for (text, declared), alerts in whys)
        return Suggestion(key, fact, self._value, reasons, self._alerts, tuple(self._tellers))


def is_shared(fact: str) -> bool:
    """Whether all data sets share the answer."""
    return fact != ROLE and fact.partition(".")[0] in SHARED


def usable(fact: str, value: object) -> Value | None:
    """The value as a fact sheet would hold it; None where it could not, or where it says nothing."""
    document: dict[str, object] = {}
    *sections, name = OF_DATASET.get(fact, fact).split(".")
    inner = document
    for section in sections:
        inner = inner.setdefault(section, {})  # type: ignore[assignment]
    inner[name] = list(value) if isinstance(value, tuple) else value
    shared = is_shared(fact)
    whole = {**(document if shared else {}), "datasets": [{"id": SOME_ID, **({} if shared else document)}]}
    try:
        sheet = read_sheet(whole)
    except Invalid:
        return None
    (dataset,) = sheet.datasets
    own = getattr(dataset, OF_DATASET[fact]) if fact in OF_DATASET else dataset.facts.get(fact)
    found: Value | None = sheet.shared.get(fact) if shared else own
    return None if found in ("", (), {}) else found


def key_of(fact: str, value: Value) -> str:
    """A short name of a fact with a value, equal for equal ones."""
    text = json.dumps([fact, _plain(value)], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:KEY]


def stance(suggested: Value, answer: object) -> Stance:
    """How a hint stands to what is answered; None is no answer. Of a list it agrees when all it names is there."""
    if answer in (None, ""):
        return Stance.OPEN
    held = False
    if isinstance(suggested, Mapping):
        held = isinstance(answer, Mapping) and set(suggested) <= set(answer)
    elif isinstance(suggested, tuple):
        held = isinstance(answer, list | tuple) and set(suggested) <= set(answer)
    else:
        held = type(suggested) is type(answer) and suggested == answer
    return Stance.AGREES if held else Stance.CONTRADICTS


def taken(suggested: Value, answer: object) -> object:
    """The answer once a hint is taken over: a list or a count by place keeps what it has, anything else gives way."""
    if isinstance(suggested, Mapping):
        return {**suggested, **(answer if isinstance(answer, Mapping) else {})}
    if isinstance(suggested, tuple):
        before = answer if isinstance(answer, list | tuple) else ()
        return list(dict.fromkeys([*before, *suggested]))
    return suggested


def _plain(value: Value) -> object:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
