"""The rules of one delivery row: which moves exist, what an attempt's outcome makes of it, when it is tried again."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from notifications.models import DeliveryState

STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
SPREAD = 0.1  # each wait is up to a tenth shorter or longer, so that a relay that was down is not stormed

_S = DeliveryState
# A report or a provider's event proves that the relay had the mail: whoever waits for an answer, or waits flagged to go
# out a second time, has it. A provider that took a mail and suppressed it has rejected it.
_PROVEN = (_S.DELIVERED, _S.BOUNCED, _S.REJECTED)
AGAIN = frozenset({_S.PENDING, _S.HELD, _S.DEFERRED})  # moved by such a proof only where flagged as possible duplicate
# A cancelled row begins anew where its notice is released again: `fan_out`.
MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    _S.PENDING: frozenset({_S.CLAIMED, _S.HELD, _S.CANCELLED, *_PROVEN}),
    _S.HELD: frozenset({_S.PENDING, _S.CANCELLED, *_PROVEN}),
    _S.CLAIMED: frozenset({_S.TRANSMITTING, _S.PENDING, _S.HELD, _S.CANCELLED, _S.REJECTED}),
    _S.TRANSMITTING: frozenset(
        {_S.ACCEPTED, _S.DEFERRED, _S.REJECTED, _S.UNCERTAIN, _S.PENDING, _S.HELD, _S.CANCELLED}
    ),
    _S.DEFERRED: frozenset({_S.PENDING, _S.CANCELLED, *_PROVEN}),
    _S.UNCERTAIN: frozenset({_S.PENDING, _S.CANCELLED, *_PROVEN}),
    _S.ACCEPTED: frozenset(_PROVEN),
    _S.DELIVERED: frozenset({_S.BOUNCED}),
    _S.REJECTED: frozenset(),
    _S.BOUNCED: frozenset(),
    _S.CANCELLED: frozenset(),
}
OPEN = frozenset({_S.PENDING, _S.HELD, _S.CLAIMED, _S.TRANSMITTING, _S.DEFERRED, _S.UNCERTAIN})


class Fate(StrEnum):
    """How one attempt ended, seen from our side of the connection."""

    ACCEPTED = "accepted"  # the relay answered the final dot with 250
    DEFERRED = "deferred"  # it said no for now, before or after the body
    REJECTED = "rejected"  # it said no for good
    UNCERTAIN = "uncertain"  # the connection ended after the body had begun and before the answer
    UNTOUCHED = "untouched"  # nothing of this mail was tried: it goes back as it was


DECIDED = (Fate.ACCEPTED, Fate.REJECTED)


class Reply(NamedTuple):
    """What the relay said: three digits, the enhanced code (RFC 3463) where there is one, and its words."""

    code: int | None = None
    enhanced: str = ""
    text: str = ""


class Outcome(NamedTuple):
    """One attempt's end."""

    fate: Fate
    reply: Reply = Reply()


class Tried(NamedTuple):
    """What of a row decides how it goes on after an attempt. `deferrals`: attempts so far that ended undecided."""

    deferrals: int
    created_at: datetime
    give_up_at: datetime | None
    first_tried_at: datetime | None


class Settled(NamedTuple):
    """The row after an attempt."""

    state: DeliveryState
    next_at: datetime
    deferrals: int
    settled_at: datetime | None


def wait_before(deferrals: int, jitter: float) -> timedelta:
    """How long to wait after so many undecided attempts: 1, 5, 15, 30, 60 minutes, then hourly.

    `jitter` from -1 to 1 moves it by at most a tenth.
    """
    step = STEPS[min(max(deferrals, 1), len(STEPS)) - 1]
    return step * (1 + SPREAD * jitter)


def gives_up_at(row: Tried, now: datetime) -> datetime | None:
    """When to stop trying: what the row says, and never sooner after the first attempt than it would have been.

    So a release that was held for days is not given up at its first deferral.
    """
    if row.give_up_at is None:
        return None
    patience = row.give_up_at - row.created_at
    return max(row.give_up_at, (row.first_tried_at or now) + patience)


def settle(row: Tried, fate: Fate, now: datetime, jitter: float) -> Settled:
    """What an attempt makes of a row that was being transmitted.

    An undecided one is tried again later, for the last time at the moment it is given up; deferred beyond that, it is
    rejected. Raises ValueError for UNTOUCHED, which is no end of an attempt.
    """
    if fate is Fate.UNTOUCHED:
        raise ValueError("a mail that was never begun has no outcome: give the row back")
    if fate in DECIDED:
        return Settled(_S.ACCEPTED if fate is Fate.ACCEPTED else _S.REJECTED, now, row.deferrals, now)
    deferrals = row.deferrals + 1
    last = gives_up_at(row, now)
    if fate is Fate.DEFERRED and last is not None and now >= last:
        return Settled(DeliveryState.REJECTED, now, deferrals, now)
    next_at = now + wait_before(deferrals, jitter)
    return Settled(DeliveryState(fate), min(next_at, last) if last and last > now else next_at, deferrals, None)


def orphan(row: Tried, now: datetime, jitter: float) -> Settled:
    """A mail whose sender died or stalled in the middle: nobody knows. Due at once the first time, later each time."""
    next_at = now + wait_before(row.deferrals, jitter) if row.deferrals else now
    return Settled(DeliveryState.UNCERTAIN, next_at, row.deferrals + 1, None)


def resend(row: Tried, now: datetime, *, by_person: bool = False) -> Settled:
    """An uncertain row whose time has come: it waits to be sent again, or is given up and needs another channel.

    Where a person decides so it is sent again, however late they were asked.
    """
    last = gives_up_at(row, now)
    if last is not None and now >= last and not by_person:
        return Settled(DeliveryState.REJECTED, now, row.deferrals, now)
    return Settled(DeliveryState.PENDING, now, row.deferrals, None)
