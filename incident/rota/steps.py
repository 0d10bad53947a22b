"""The steps of a page: who is told, by which ways, and how long an answer is waited for before the next. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from notifications.wording import worded, worded_list

MOST_STEPS = 10
MOST_TARGETS = 10
LONGEST_WAIT = 24 * 60  # minutes
MAIL = "mail"
SLOWER_FROM = 3  # rounds that went unanswered; from then on each step waits an hour at least
SLOW = timedelta(hours=1)
SAID = re.compile(r"(?P<to>[^;]+?)\s+wait\s+(?P<minutes>\d{1,5})(?:\s+min(?:utes)?)?(?:\s+via\s+(?P<via>.+))?")
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
PERSON = re.compile(r"[^\s,;@]{1,64}@[^\s,;@]{1,255}")


class BadStep(ValueError):
    """This is no step; the text says what is wrong."""


class Target(StrEnum):
    """Whom a step can tell. The first, third and fourth are followed by a colon and a name."""

    ON_CALL = "on-call"  # whoever is on call, in all layers or in the one that is named
    TEAM = "team"
    PERSON = "person"
    ENDPOINT = "endpoint"
    RESPONDERS = "responders"  # everybody an alert pages where there is no team


@dataclass(frozen=True, slots=True)
class Step:
    """Whom it tells, by which ways, and for how many minutes it waits. `via`: mail, or a provider endpoint's name."""

    to: tuple[str, ...]
    minutes: int
    via: tuple[str, ...] = (MAIL,)

    def __str__(self) -> str:
        ways = f" via {', '.join(self.via)}" if self.via != (MAIL,) else ""
        return f"{', '.join(self.to)} wait {self.minutes}{ways}"

    def document(self) -> dict[str, object]:
        return {"to": list(self.to), "minutes": self.minutes, "via": list(self.via)}


USUAL_STEPS = (Step(("on-call",), 10), Step(("team",), 15), Step(("responders",), 30))


WHOM: Mapping[str, str] = {
    Target.ON_CALL: worded("Whoever is on call"),
    Target.TEAM: worded("Everybody of the team"),
    Target.RESPONDERS: worded("Every responder, commander and privacy officer"),
}


def step_in_words(step: Step) -> str:
    """A step as a person would say it."""
    whom, minutes = worded_list(map(_in_words, step.to)), step.minutes
    if step.via == (MAIL,):
        return worded("{whom}; {minutes} min for an answer", whom=whom, minutes=minutes)
    ways = worded_list(worded("mail") if way == MAIL else way for way in step.via)
    return worded("{whom}, by {ways}; {minutes} min for an answer", whom=whom, ways=ways, minutes=minutes)


def _in_words(target: str) -> str:
    kind, _, name = target.partition(":")
    if name and kind == Target.ON_CALL:
        return worded("Whoever is on call in “{layer}”", layer=name)
    if kind == Target.ENDPOINT:
        return worded("the service “{name}”", name=name)
    return name or WHOM[kind]


def read_step(text: str) -> Step:
    """A step as people write it: "on-call, endpoint:pager wait 10 via mail, texts". Raises BadStep."""
    found = SAID.fullmatch(" ".join(text.split()))
    if found is None:
        raise BadStep(worded("is written as “on-call wait 10” or “team, endpoint:pager wait 15 via mail, texts”"))
    to, via = _listed(found["to"]), _listed(found["via"] or MAIL)
    minutes = int(found["minutes"])
    if not 1 <= minutes <= LONGEST_WAIT:
        raise BadStep(worded("waits 1 to {longest_wait} minutes", longest_wait=LONGEST_WAIT))
    if not to or len(to) > MOST_TARGETS or len(via) > MOST_TARGETS:
        raise BadStep(worded("tells 1 to {most_targets}, by at most as many ways", most_targets=MOST_TARGETS))
    for target in to:
        _check_target(target)
    for way in via:
        if not NAME.fullmatch(way):
            raise BadStep(worded("goes via mail or the name of an endpoint, and “{way}” is neither", way=way[:64]))
    return Step(to, minutes, via or (MAIL,))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))


def _check_target(text: str) -> None:
    kind, colon, name = text.partition(":")
    plain = {Target.ON_CALL, Target.TEAM, Target.RESPONDERS}
    named = {Target.ON_CALL: NAME, Target.PERSON: PERSON, Target.ENDPOINT: NAME}
    known = kind in named and named[Target(kind)].fullmatch(name) if colon else kind in plain
    if not known:
        words = "on-call, on-call:<layer>, team, person:<e-mail>, endpoint:<name>, responders"
        raise BadStep(worded("tells {words}, and “{text}” is none of them", words=words, text=text[:64]))


@dataclass(frozen=True, slots=True)
class Due:
    """One row of a page: a step of a round, and when it goes unless somebody has answered."""

    round: int
    position: int
    at: datetime


def plan(steps: Sequence[Step], begins: datetime, turn: int = 0) -> tuple[Due, ...]:
    """The rows of one round: the first step at once, each next one when the one before has waited."""
    rows, at = [], begins
    for position, step in enumerate(steps):
        rows.append(Due(turn, position, at))
        at += wait_of(step, turn)
    return tuple(rows)


def wait_of(step: Step, turn: int) -> timedelta:
    """How long a step waits in a round: once three rounds went unanswered an hour at least."""
    wait = timedelta(minutes=step.minutes)
    return max(wait, SLOW) if turn >= SLOWER_FROM else wait


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of the rows that wait: the one that goes now, and earlier ones that it stands for."""

    send: Due | None
    superseded: tuple[Due, ...] = ()


def verdict(waiting: Iterable[Due], now: datetime) -> Verdict:
    """The latest that has come goes, and those before it are recorded: a late look pages once, not three times."""
    come = sorted((row for row in waiting if row.at <= now), key=lambda row: (row.round, row.position))
    return Verdict(come[-1], tuple(come[:-1])) if come else Verdict(None)
