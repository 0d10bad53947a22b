"""The clock of one duty: from when it runs, when it ends, which other limits and readings there are, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from incident.anchors import NAMES, Anchor, Start, stand_in, start_of
from incident.law.circumstances import Circumstances, place_of
from incident.law.counting import READINGS, Place, count, stamp
from incident.law.duties import SUBMITTED, Bound, Duty

Scopes = list[tuple[frozenset[str], ...]]  # for each data set, the scopes that fit, nearest first


@dataclass(frozen=True, slots=True)
class Reading:
    """Another defensible way to count, for information."""

    reading: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """When a duty is due. `blocked` says what is waited for while there is no moment; moments are UTC."""

    started_at: datetime | None = None
    starts_from: str = ""
    provisional: bool = False
    due_at: datetime | None = None
    target_at: datetime | None = None
    trace: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    blocked: str = ""
    awaits_anchor: bool = False  # its own moment is not recorded; another stands in, or another limit gives a date


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """Reads the moments of one legal entity, by name. `establishment` is where its day ends if no law names a place."""

    circumstances: Circumstances
    entity: str
    establishment: str | None
    moments: Mapping[str, Sequence[Anchor]]

    def start(self, duty: Duty, datasets: Iterable[str]) -> Start | None:
        """From when the clock of a duty runs, or None while the moment is not known.

        Of several data sets the one whose clock began first: what is decided of one says nothing of another.
        """
        return self._begin(duty.anchor, duty.after, self._scopes(duty, datasets))

    def day(self, duty: Duty, at: datetime) -> date:
        """The day it is then, where the law's days begin."""
        return at.astimezone(place_of(duty, self.circumstances.organisation, self.establishment).zone).date()

    def clock(self, duty: Duty, datasets: Sequence[str]) -> Clock:
        """The deadline of a duty that is, or may be, owed."""
        scopes = self._scopes(duty, datasets)
        start = self._begin(duty.anchor, duty.after, scopes)
        place = place_of(duty, self.circumstances.organisation, self.establishment)
        limits = list(self._limits(duty, start, place, scopes))
        if start is None and not limits:
            waits = f"The moment is not known: {_awaited(duty)}."
            return Clock(starts_from=_awaited(duty), blocked=waits, trace=(waits,))
        return self._ended(duty, start, limits, place, scopes)

    def _ended(
        self,
        duty: Duty,
        start: Start | None,
        limits: "list[_Limit]",
        place: Place,
        scopes: Scopes,
    ) -> Clock:
        trace = [line for limit in limits for line in limit.trace]
        dated = [limit for limit in limits if limit.due_at is not None]
        first = min(dated, key=lambda limit: (limit.due_at, limit.provisional), default=None)
        due_at = first.due_at if first else None
        if len(dated) > 1 and due_at:
            trace.append(f"The earlier counts: {stamp(due_at)}.")
        hold = self._held(duty, due_at, place, scopes)
        if hold:
            due_at, said = hold
            trace.append(said)
            if due_at is None:
                return Clock(start.at if start else None, str(start), trace=tuple(trace), blocked=said)
        target_at = self._target(duty, start)
        if target_at and start:
            trace.append(_own_target(start, target_at))
        began = start or (first.start if first else None)
        return Clock(
            started_at=began.at if began else None,
            starts_from=str(start) if start else _awaited(duty),
            provisional=(first.provisional if first else start.provisional if start else False),
            due_at=due_at,
            target_at=target_at,
            trace=tuple(trace),
            readings=_other_readings(duty, start, place),
            awaits_anchor=start is None or bool(start.stands_in_for),
        )

    def _limits(self, duty: Duty, start: Start | None, place: Place, scopes: Scopes) -> "Iterator[_Limit]":
        """The main limit and every bound that binds."""
        if start is not None:
            counted = count(duty.counting, start.at, duty.period, place)
            said = f"Start: {stamp(start.at)}, {start}."
            yield _Limit(start, counted.due_at, (said, *counted.trace), start.provisional)
        for bound in duty.bounds:
            began = self._begin(bound.anchor, bound.after, scopes, stand_ins=False)
            if began is None:
                continue
            limit = _bounded(bound, began, place)
            if bound.lapses and start is not None and limit.due_at is not None and start.at > limit.due_at:
                said = f"{bound.why}: {stamp(limit.due_at)} had passed when the clock started, so it does not bind."
                yield _Limit(start, None, (said,), start.provisional)
            else:
                open_end = bound.lapses and start is None
                yield _Limit(limit.start, limit.due_at, limit.trace, limit.provisional or open_end)

    def _begin(
        self,
        anchor: str,
        after: Sequence[str],
        scopes: Scopes,
        *,
        stand_ins: bool = True,
    ) -> Start | None:
        filed = self.circumstances.filed(self.entity, after)
        starts = [Start(Anchor(SUBMITTED, filed[1], why=filed[0]), provisional=False)] if filed else []
        if anchor != SUBMITTED:
            own = (start_of(self.moments.get(anchor, ()), anchor, scope) for scope in scopes)
            starts.extend(start for start in own if start is not None)
            if not starts and stand_ins:
                others = (stand_in(self.moments, anchor, scope) for scope in scopes)
                starts.extend(start for start in others if start is not None)
        settled = [start for start in starts if not start.provisional] if filed else starts
        return min(settled, key=lambda start: (start.at, start.provisional), default=None)

    def _scopes(self, duty: Duty, datasets: Iterable[str]) -> Scopes:
        wider = (frozenset({f"entity:{self.entity}"}), frozenset({f"regime:{duty.regime}"}))
        own = [frozenset({f"dataset:{name}"}) for name in datasets] or [frozenset[str]()]
        return [(nearest, *wider) for nearest in own]

    def _held(
        self, duty: Duty, due_at: datetime | None, place: Place, scopes: Scopes
    ) -> tuple[datetime | None, str] | None:
        """What a request of law enforcement does to the deadline, where the rule permits delay for it."""
        asked = self._begin("hold_requested", (), scopes) if duty.hold else None
        if asked is None or asked.provisional:
            return None
        lifted = self._begin("hold_lifted", (), scopes)
        if lifted is None or lifted.provisional or lifted.at < asked.at:
            since = stamp(asked.at)
            return None, f"Held since {since} at the request of law enforcement; runs again once it is lifted."
        rest = lifted.at
        if duty.after_hold is not None:
            profile = "plain_elapsed_hours" if duty.after_hold.unit == "hours" else duty.counting
            rest = count(profile, lifted.at, duty.after_hold, place).due_at or rest
        if due_at is None:
            return None
        due_at = max(due_at, rest)
        return due_at, f"Law enforcement lifted its request at {stamp(lifted.at)}: {stamp(due_at)}."

    def _target(self, duty: Duty, start: Start | None) -> datetime | None:
        own = self.circumstances.organisation
        hours = own.targets.get(duty.id, None if duty.stage == "record" else own.target_hours)
        if hours is None or duty.period is not None or start is None:
            return None
        return start.at + timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class _Limit:
    """One limit that was counted, with its arithmetic."""

    start: Start
    due_at: datetime | None
    trace: tuple[str, ...]
    provisional: bool


def _bounded(bound: Bound, began: Start, place: Place) -> _Limit:
    if bound.period is None:
        return _Limit(began, began.at, (f"{bound.why}: {stamp(began.at)}.",), began.provisional)
    counted = count(bound.counting, began.at, bound.period, place)
    return _Limit(began, counted.due_at, (f"{bound.why}, from {stamp(began.at)}.", *counted.trace), began.provisional)


def _awaited(duty: Duty) -> str:
    if duty.anchor == SUBMITTED:
        return f"the filing of {' or '.join(duty.after)}"
    named = f"{duty.anchor} ({NAMES[duty.anchor]})"
    return f"{named}, or the filing of {' or '.join(duty.after)}" if duty.after else named


def _own_target(start: Start, target_at: datetime) -> str:
    hours = round((target_at - start.at) / timedelta(hours=1))
    return f"Own target, no number of the law: {stamp(start.at)} + {hours} h = {stamp(target_at)}"


def _other_readings(duty: Duty, start: Start | None, place: Place) -> tuple[Reading, ...]:
    """The readings that give another moment; of those that give one moment the first."""
    if start is None or not duty.alternatives:
        return ()
    found = {count(duty.counting, start.at, duty.period, place).due_at: ""}
    for name in duty.alternatives:
        found.setdefault(count(name, start.at, duty.period, place).due_at, READINGS[name])
    return tuple(Reading(label, due_at) for due_at, label in found.items() if label and due_at is not None)
