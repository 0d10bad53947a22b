"""Canary and ramp: how many people of a large release may be written to so far, when more, and what holds it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

UNTRIED = 5  # at most one in so many of a step is untried when the next one begins
NEARLY = 0.8  # a step that would reach this share of everybody is the last


class Stage(StrEnum):
    """How far a release is opened: a few people, a person who looks at what came of it, more and more, everybody."""

    CANARY = "canary"
    CONFIRM = "confirm"
    RAMP = "ramp"
    HELD = "held"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Pace:
    """What the organisation asks of large releases. `begins_at`: recipients from which it holds, 0: never.

    `canary` people come first; then each step reaches `factor` times as many in all, `minutes` after the one before.
    A step of which more than `percent` per cent, and at least `least` people, are in trouble holds the next one.
    """

    begins_at: int = 1000
    canary: int = 20
    factor: int = 5
    minutes: int = 15
    percent: int = 5
    least: int = 5

    def plan(self, recipients: int) -> "Plan":
        """The steps for so many recipients."""
        if not self.begins_at or recipients < max(self.begins_at, 2):
            return Plan()
        steps = [min(self.canary, recipients - 1)]
        while steps[-1] * self.factor < recipients * NEARLY:
            steps.append(steps[-1] * self.factor)
        return Plan((*steps, recipients), self.minutes, self.percent, self.least)


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps of one release: how many people in all may be written to at each, the last one everybody; (): no steps."""

    steps: tuple[int, ...] = ()
    minutes: int = 0
    percent: int = 0
    least: int = 0

    @property
    def wait(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def document(self) -> dict[str, object]:
        """As it is kept with the release."""
        if not self.steps:
            return {}
        return {"steps": list(self.steps), "minutes": self.minutes, "percent": self.percent, "least": self.least}


def read_plan(document: Mapping[str, object]) -> Plan:
    """A plan from its document."""
    steps = document.get("steps")
    if not isinstance(steps, list):
        return Plan()
    minutes, percent, least = (int(str(document[name])) for name in ("minutes", "percent", "least"))
    return Plan(tuple(int(step) for step in steps), minutes, percent, least)


@dataclass(frozen=True, slots=True)
class Course:
    """Where a release is on its plan. `troubled`: people in trouble when the last step began.

    `next_at`: in the canary until when answers are waited for, in the ramp when the next step may begin.
    """

    plan: Plan
    stage: Stage = Stage.WHOLE
    step: int = 0
    troubled: int = 0
    next_at: datetime | None = None

    @property
    def admitted(self) -> int | None:
        """How many people may have a row so far; None: everybody."""
        return None if self.stage is Stage.WHOLE else self.plan.steps[self.step]

    @property
    def people(self) -> int:
        """How many people the last step added."""
        steps = (0, *self.plan.steps)
        return steps[self.step + 1] - steps[self.step] if self.plan.steps else 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of those admitted. `made`: each has a row. `untried` have had no attempt since they were last due.

    `deferred` are to be tried again; `troubled` were rejected, bounced, or nobody knows.
    """

    made: bool
    untried: int = 0
    deferred: int = 0
    troubled: int = 0


def begin(plan: Plan) -> Course:
    """The course of a release nobody of which has been written to."""
    return Course(plan, Stage.CANARY) if plan.steps else Course(plan)


def advance(course: Course, tally: Tally, now: datetime) -> Course:
    """Where the course is at this moment, by the clock and by what came of the last step; the same where nothing moves.

    The canary ends when each of its people has an answer, or was tried and waited for long enough; then a person
    confirms. A step in trouble holds the ramp at once, the next one begins when its time has come and most of the last
    have been tried.
    """
    if course.stage is Stage.CANARY:
        return _after_canary(course, tally, now)
    if course.stage is not Stage.RAMP or not tally.made:
        return course
    if in_trouble(course, tally):
        return replace(course, stage=Stage.HELD, next_at=None)
    tried = tally.untried * UNTRIED <= course.people
    if course.next_at is None or now < course.next_at or not tried:
        return course
    return _step(course, tally, now)


def go_on(course: Course, tally: Tally, now: datetime, *, all_at_once: bool = False) -> Course:
    """A person lets it go on: the canary is confirmed, or what held the ramp was looked at. All at once: everybody."""
    if course.stage is Stage.WHOLE or (course.stage is Stage.RAMP and not all_at_once):
        return course
    return replace(course, stage=Stage.WHOLE, next_at=None) if all_at_once else _step(course, tally, now)


def in_trouble(course: Course, tally: Tally) -> bool:
    """Whether more of the last step than the plan allows were rejected, bounced or uncertain."""
    more = tally.troubled - course.troubled
    return more >= course.plan.least and more * 100 > course.plan.percent * course.people


def everybody_by(course: Course, now: datetime) -> datetime:
    """When everybody may be written to, if nothing holds it and a person who is waited for confirms at this moment."""
    left = len(course.plan.steps) - 1 - course.step
    if course.stage is Stage.WHOLE or left <= 0:
        return now
    first = max(now, course.next_at) if course.stage is Stage.RAMP and course.next_at else now
    return first + (left - 1) * course.plan.wait


def _after_canary(course: Course, tally: Tally, now: datetime) -> Course:
    if not tally.made:
        return course
    if course.next_at is None:
        course = replace(course, next_at=now + course.plan.wait)
    waited = course.next_at is not None and now >= course.next_at
    if tally.untried or (tally.deferred and not waited):
        return course
    return replace(course, stage=Stage.CONFIRM, next_at=None)


def _step(course: Course, tally: Tally, now: datetime) -> Course:
    step = course.step + 1
    if step >= len(course.plan.steps) - 1:
        return replace(course, stage=Stage.WHOLE, step=len(course.plan.steps) - 1, next_at=None)
    next_at = now + course.plan.wait
    return Course(course.plan, Stage.RAMP, step, tally.troubled, next_at)
