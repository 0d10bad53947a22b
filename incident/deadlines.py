"""Where a deadline stands, and which reminders it has: thresholds before it, the moment itself, then every day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BEFORE = (48, 24, 12, 4, 1)  # hours
EVERY = timedelta(hours=24)  # once the moment has passed
SOON = timedelta(hours=24)
DUE = "due"


class Standing(StrEnum):
    """Exactly one holds. Whether the moment is provisional is a flag beside it."""

    MET = "met"
    WAIVED = "waived"
    NOT_DUE = "not due"
    BLOCKED = "blocked"
    LATE = "late"
    SOON = "soon"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Deadline:
    """What standing is read from. All moments are aware and UTC.

    `due_at` is the law's, the contract's or the promise's moment; `target_at` the organisation's own where there is no
    number. `owed` False: the facts answer no, a decision says not due, or the obligation was withdrawn.
    """

    starts_at: datetime | None = None
    due_at: datetime | None = None
    target_at: datetime | None = None
    owed: bool = True
    blocked: bool = False
    provisional: bool = False
    met_at: datetime | None = None
    waived_at: datetime | None = None

    @property
    def moment(self) -> datetime | None:
        """The moment that is watched."""
        return self.due_at or self.target_at

    @property
    def is_open(self) -> bool:
        return self.owed and self.met_at is None and self.waived_at is None


def standing(deadline: Deadline, now: datetime) -> Standing:
    """Where the deadline stands. A duty without a number and without an own target is ahead until it is met."""
    settled = (
        (deadline.met_at is not None, Standing.MET),
        (deadline.waived_at is not None, Standing.WAIVED),
        (not deadline.owed, Standing.NOT_DUE),
        (deadline.blocked, Standing.BLOCKED),
    )
    for holds, name in settled:
        if holds:
            return name
    moment = deadline.moment
    if moment is None:
        return Standing.AHEAD
    if now >= moment:
        return Standing.LATE
    return Standing.SOON if moment - now < SOON else Standing.AHEAD


@dataclass(frozen=True, slots=True)
class Threshold:
    """One reminder a deadline has: "48h", "due", "late+24h", … and the moment it fires."""

    name: str
    fires_at: datetime


def thresholds(deadline: Deadline, now: datetime) -> tuple[Threshold, ...]:
    """The reminders that exist for an open deadline at `now`, in order of firing.

    Only thresholds shorter than the period; the moment itself; and for a numbered deadline one every 24 hours after,
    up to the first that is still to come. An own target is not repeated daily. A clock without a start or a moment
    has none.
    """
    moment, start = deadline.moment, deadline.starts_at
    if moment is None or start is None or deadline.blocked or not deadline.is_open:
        return ()
    before = tuple(
        Threshold(f"{hours}h", moment - timedelta(hours=hours))
        for hours in BEFORE
        if timedelta(hours=hours) < moment - start
    )
    return (*before, Threshold(DUE, moment), *(_late(moment, now) if deadline.due_at else ()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do at this tick: the one to send, and the earlier ones it stands for."""

    send: Threshold | None
    superseded: tuple[Threshold, ...]


def verdict(waiting: Iterable[Threshold], now: datetime) -> Verdict:
    """Of the reminders neither sent nor superseded: the latest that has come goes, earlier ones are superseded.

    So a gap of any length, a clock that jumped or a machine that was down, sends one reminder and hides nothing.
    """
    come: Sequence[Threshold] = sorted((item for item in waiting if now >= item.fires_at), key=_order)
    return Verdict(come[-1], tuple(come[:-1])) if come else Verdict(None, ())


def _late(moment: datetime, now: datetime) -> tuple[Threshold, ...]:
    days = max(0, (now - moment) // EVERY) + 1
    return tuple(Threshold(f"late+{24 * day}h", moment + day * EVERY) for day in range(1, days + 1))


def _order(threshold: Threshold) -> tuple[datetime, str]:
    return (threshold.fires_at, threshold.name)
