"""Upkeep of the ledger: take over from the dead, let rows wait again whose time has come, follow stopped releases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlmodel import Session

from notifications.ledger import (
    COLUMNS,
    ENDED,
    FREE,
    ROW,
    TABLE,
    Worker,
    as_release_says,
    changed,
    jitter,
    may_go,
    read_row,
    release_is,
    write_back,
)
from notifications.models import IN_FLIGHT, UNDECIDED, WAITING, DeliveryState, ReleaseState
from notifications.transitions import Reply, orphan, resend

PIECE = 1000  # rows changed in one transaction


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was taken over from workers that are gone: rows that go back, and rows of which nobody knows."""

    returned: int
    uncertain: int


def take_over(session: Session, worker: Worker, now: datetime, *, holds_lock: bool = False) -> Recovered:
    """Free what workers left behind: claimed rows wait again, transmitting ones are uncertain.

    Left behind is what is past its lease; and with `holds_lock` everything of this node's earlier workers, because
    the lock says that they are dead.
    """
    gone = ROW.lease_until < now
    if holds_lock:
        gone = or_(gone, and_(ROW.worker.startswith(f"{worker.node}.", autoescape=True), ROW.worker != worker.name))
    claimed = and_(IN_FLIGHT, ROW.state == DeliveryState.CLAIMED, gone)
    returned = changed(session, update(TABLE).where(claimed).values(state=as_release_says(), **FREE))
    lost = select(*COLUMNS).where(IN_FLIGHT, ROW.state == DeliveryState.TRANSMITTING, gone).limit(PIECE)
    orphans = [read_row(row) for row in session.connection().execute(lost.with_for_update(skip_locked=True))]
    unknown = Reply(text="the sender ended before the relay answered")
    write_back(session, None, [(row, orphan(row.tried, now, jitter()), unknown) for row in orphans])
    return Recovered(returned, len(orphans))


def wake(session: Session, now: datetime) -> int:
    """Let deferred and uncertain rows whose time has come wait to be sent again. Returns how many.

    An uncertain one is flagged as a possible duplicate. Where a release asks a person, it stays uncertain until
    `resend_now` or `leave` is called.
    """
    due = (UNDECIDED, ROW.next_at <= now)
    deferred = and_(*due, ROW.state == DeliveryState.DEFERRED, may_go())
    ids = select(ROW.id).where(deferred).limit(PIECE).with_for_update(skip_locked=True).cte("due")
    woken = changed(session, update(TABLE).where(ROW.id.in_(select(ids.c.id))).values(state=DeliveryState.PENDING))
    doubtful = and_(*due, ROW.state == DeliveryState.UNCERTAIN, may_go(resend=True))
    return woken + _resend(session, doubtful, now)


def resend_now(session: Session, release_id: UUID, now: datetime) -> int:
    """A person decides that the uncertain rows of a release are sent again. Returns how many."""
    return _resend(session, and_(ROW.release_id == release_id, ROW.state == DeliveryState.UNCERTAIN), now)


def leave(session: Session, release_id: UUID) -> int:
    """A person decides that the uncertain rows of a release are not sent again. Returns how many."""
    mine = and_(ROW.release_id == release_id, ROW.state == DeliveryState.UNCERTAIN)
    return changed(session, update(TABLE).where(mine).values(state=DeliveryState.CANCELLED))


def follow_releases(session: Session) -> int:
    """Hold or cancel waiting rows that came to a release after it was stopped or voided. Returns how many."""
    stopped = and_(ROW.state == DeliveryState.PENDING, release_is(ReleaseState.STOPPED))
    kept = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEFERRED)
    ended = and_(ROW.state.in_(kept), release_is(*ENDED))
    held = changed(session, update(TABLE).where(stopped).values(state=DeliveryState.HELD))
    return held + changed(session, update(TABLE).where(ended).values(state=DeliveryState.CANCELLED))


def next_moment(session: Session) -> datetime | None:
    """When the next row may move by itself; None when nothing waits."""
    moments = [
        session.execute(select(func.min(ROW.next_at)).where(where)).scalar_one() for where in (WAITING, UNDECIDED)
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def _resend(session: Session, which: Any, now: datetime) -> int:
    query = select(*COLUMNS).where(which).limit(PIECE).with_for_update(skip_locked=True)
    rows = [read_row(row) for row in session.connection().execute(query)]
    given_up = Reply(text="given up: no relay confirmed it, though one may have taken it")
    changes = [(row, resend(row.tried, now)) for row in rows]
    write_back(session, None, [(row, after, given_up if after.settled_at else Reply()) for row, after in changes])
    return len(rows)
