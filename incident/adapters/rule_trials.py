"""Rules run over signals as if these came now: what each would do, beside what the present rules would; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from incident.adapters.likeness import reads_as
from incident.adapters.rules import Decision, Join, RuleAction, Rules
from incident.adapters.signals import Signal


class Course(StrEnum):
    """What would come of a signal."""

    OPENS = "opens"
    JOINS = "joins"
    RECORDED = "recorded"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Stored:
    """A signal that is kept, and when it was first and last heard. `hidden`: whoever asks may not read its title."""

    signal: Signal
    first_at: datetime
    last_at: datetime
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What would come of a signal, and by which rule. What opens an incident says what kind, how grave, and so on."""

    course: Course
    rule: str = ""
    kind: str = ""
    severity: str = ""
    restricted: bool = False
    page: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialLine:
    """Signals that read alike and fare alike: how many, heard last when, what becomes of them before and after.

    `title` is that of the first of them; empty: none of them may be read.
    """

    title: str
    state: str
    number: int
    last_at: datetime
    before: Fate
    after: Fate

    @property
    def changed(self) -> bool:
        return self.before != self.after


def compare(present: Rules, proposed: Rules, stored: Sequence[Stored], now: datetime) -> list[TrialLine]:
    """What both would do with these signals if they came now: what changes first, then by number.

    Incidents count as open once opened; storms and floods are left out of it.
    """
    in_order = sorted(stored, key=lambda one: one.first_at)
    fates = zip(in_order, run(present, in_order, now), run(proposed, in_order, now), strict=True)
    found: dict[tuple[str, str, Fate, Fate], TrialLine] = {}
    for one, before, after in fates:
        key = ("" if one.hidden else reads_as(one.signal), one.signal.state.value, before, after)
        known = found.get(key)
        if known is None:
            title = "" if one.hidden else one.signal.title
            found[key] = TrialLine(title, one.signal.state.value, 1, one.last_at, before, after)
        else:
            found[key] = replace(known, number=known.number + 1, last_at=max(known.last_at, one.last_at))
    return sorted(found.values(), key=lambda line: (not line.changed, -line.number, line.title))


def run(rules: Rules, stored: Iterable[Stored], now: datetime) -> list[Fate]:
    """What the rules would do with each, in the order given, were it received now."""
    course = _Course(rules)
    return [_fate(course.of(one, decision := rules.decide(one.signal, now)), decision) for one in stored]


class _Course:
    """Which groups and which sorts of alerts have an incident by now."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._groups: set[str] = set()
        self._alike: dict[str, datetime] = {}

    def of(self, one: Stored, decision: Decision) -> Course:
        """What would come of this one, after those before it."""
        if decision.action in (RuleAction.RECORD, RuleAction.IGNORE):
            return Course.RECORDED if decision.action is RuleAction.RECORD else Course.IGNORED
        group = self._rules.belongs_to(one.signal, restricted=decision.restricted)
        joins = group in self._groups
        if decision.action is RuleAction.JOIN and not joins:
            return Course.RECORDED
        joins = self._joins_alike(one, decision) or joins
        self._groups.add(group)
        return Course.JOINS if joins else Course.OPENS

    def _joins_alike(self, one: Stored, decision: Decision) -> bool:
        within = self._rules.alike
        if within is None or one.signal.group or self._rules.join is Join.SOURCE:
            return False
        sort = f"{decision.restricted} {decision.kind} {reads_as(one.signal)}"
        last, self._alike[sort] = self._alike.get(sort), one.last_at
        return last is not None and one.first_at - last <= within


def _fate(course: Course, decision: Decision) -> Fate:
    if course is not Course.OPENS:
        return Fate(course, decision.rule)
    kind, severity = decision.kind, decision.severity.value
    return Fate(course, decision.rule, kind, severity, decision.restricted, decision.page)
