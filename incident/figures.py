"""Figures of incidents: phases, how soon it was known, decided and told, deadlines kept, causes, deliveries. Pure.

What is not known is counted as not known, never as nought.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from incident.phases import FINAL, PRIMARY, Phase

Month = tuple[int, int]  # year and month
LASTING = tuple(phase for phase in PRIMARY if phase not in FINAL)
NOT_KNOWN = ""  # of a cause


@dataclass(frozen=True, slots=True)
class Course:
    """One incident as its figures need it. A moment that is not known, or has not come, is None.

    `first_sign_at` is the first of alert, opening, first sign and discovery; `moves` are the phases it
    was moved into and when, in their order; `decided_at` is the first decision, `told_at` the first notice to anybody
    outside; `aware_at` is decided, never provisional. `cause` is a word of the facts.
    """

    codename: str
    opened_at: datetime
    first_sign_at: datetime
    moves: tuple[tuple[Phase, datetime], ...] = ()
    aware_at: datetime | None = None
    decided_at: datetime | None = None
    told_at: datetime | None = None
    cause: str = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in a phase. `lasted` is None while it goes on: how long it will last is not known."""

    phase: Phase
    begun_at: datetime
    lasted: timedelta | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took over many incidents. Without one that is known the three lengths are None."""

    known: int
    unknown: int
    median: timedelta | None = None
    shortest: timedelta | None = None
    longest: timedelta | None = None


class Kept(StrEnum):
    """What became of a deadline that has come, or was met."""

    IN_TIME = "in_time"
    LATE = "late"  # met, after its moment
    MISSED = "missed"  # open, and its moment has passed


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline with a number. `settled`: waived, not due or withdrawn, so that nobody has to keep it."""

    due_at: datetime
    met_at: datetime | None = None
    settled: bool = False

    @property
    def counts_at(self) -> datetime:
        """When it was known what became of it: met before it came due, it counts from then on as kept."""
        return min(self.met_at, self.due_at) if self.met_at else self.due_at


@dataclass(frozen=True, slots=True)
class Batch:
    """The people of one release by what became of them; dated by the moment the release was approved."""

    at: datetime
    counts: Mapping[str, int] = field(default_factory=dict)


def stays(course: Course) -> tuple[Stay, ...]:
    """Every stay in a phase that lasts, in order; an incident that is over stays in none."""
    steps = ((Phase.DETECTION, course.opened_at), *course.moves)
    ends: list[datetime | None] = [*(at for _, at in steps[1:]), None]
    return tuple(
        Stay(phase, at, None if end is None else max(end - at, timedelta()))
        for (phase, at), end in zip(steps, ends, strict=True)
        if phase not in FINAL
    )


def phase_spreads(courses: Iterable[Course]) -> dict[Phase, Spread]:
    """How long each phase lasted: all stays of one incident together; one that is in the phase now is not known."""
    found: dict[Phase, list[timedelta | None]] = {phase: [] for phase in LASTING}
    for course in courses:
        mine: dict[Phase, timedelta | None] = {}
        for stay in stays(course):
            before = mine.get(stay.phase, timedelta())
            mine[stay.phase] = None if before is None or stay.lasted is None else before + stay.lasted
        for phase, lasted in mine.items():
            found[phase].append(lasted)
    return {phase: spread(values) for phase, values in found.items()}


def spread(values: Iterable[timedelta | None]) -> Spread:
    """Median, shortest and longest of those that are known."""
    every = list(values)
    known = [value for value in every if value is not None]
    if not known:
        return Spread(0, len(every))
    middle = timedelta(seconds=median(value.total_seconds() for value in known))
    return Spread(len(known), len(every) - len(known), middle, min(known), max(known))


def time_to(course: Course, moment: datetime | None) -> timedelta | None:
    """How long from the first sign until a moment; None where it is not known. A moment before the sign is no time."""
    return None if moment is None else max(moment - course.first_sign_at, timedelta())


def kept(due: Due, now: datetime) -> Kept | None:
    """What became of a deadline; None: it is still ahead, or nobody has to keep it."""
    if due.met_at is not None:
        return Kept.IN_TIME if due.met_at <= due.due_at else Kept.LATE
    if due.settled or now < due.due_at:
        return None
    return Kept.MISSED


def month_of(moment: datetime, zone: ZoneInfo) -> Month:
    """The month of a moment by the clocks of a zone."""
    there = moment.astimezone(zone)
    return there.year, there.month


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """Every month from the first to the last, those without anything too."""
    count = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    return tuple(((first[0] * 12 + first[1] - 1 + at) // 12, (first[1] - 1 + at) % 12 + 1) for at in range(count))


def by_month(courses: Iterable[Course], zone: ZoneInfo) -> dict[Month, list[Course]]:
    """Incidents by the month they were opened in."""
    found: dict[Month, list[Course]] = {}
    for course in courses:
        found.setdefault(month_of(course.opened_at, zone), []).append(course)
    return found


def kept_by_month(dues: Iterable[Due], now: datetime, zone: ZoneInfo) -> dict[Month, Counter[Kept]]:
    """Deadlines by the month they were met in time, or else due in, and what became of them."""
    found: dict[Month, Counter[Kept]] = {}
    for due in dues:
        outcome = kept(due, now)
        if outcome is not None:
            found.setdefault(month_of(due.counts_at, zone), Counter())[outcome] += 1
    return found


def sent_by_month(batches: Iterable[Batch], zone: ZoneInfo) -> dict[Month, Counter[str]]:
    """People by the month their release was approved in and the state of their delivery."""
    found: dict[Month, Counter[str]] = {}
    for batch in batches:
        found.setdefault(month_of(batch.at, zone), Counter()).update(batch.counts)
    return found


def leading_causes(courses: Sequence[Course], most: int) -> tuple[str, ...]:
    """The causes that come most often, at most so many; equal ones by name. What is not known is no cause."""
    counted = Counter(course.cause for course in courses if course.cause != NOT_KNOWN)
    return tuple(cause for cause, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:most])
