"""Upkeep of the ledger: take over from the dead, let rows wait again whose time has come, follow stopped releases."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Update, and_, func, or_, select, update
from sqlmodel import Session, col

from notifications.ledger import Worker, changed, jitter, read_row, write_back
from notifications.ledger_conditions import ENDED, FREE, ROW, TABLE, as_release_says, may_go
from notifications.ledger_statements import COLUMNS
from notifications.models import IN_FLIGHT, UNDECIDED, WAITING, DeliveryState, Release, ReleaseState
from notifications.transitions import Reply, orphan, resend

PIECE = 1000  # rows changed in one transaction
FOLLOWING = 5000  # rows that follow their releases in one transaction


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
    gone = _left_behind(worker, now, holds_lock)
    claimed = and_(gone, ROW.state == DeliveryState.CLAIMED)
    returned = changed(session, update(TABLE).where(claimed).values(state=as_release_says(), **FREE))
    lost = select(*COLUMNS).where(gone, ROW.state == DeliveryState.TRANSMITTING).limit(PIECE)
    orphans = [read_row(row) for row in session.connection().execute(lost.with_for_update(skip_locked=True))]
    unknown = Reply(text="the sender ended before the relay answered")
    write_back(session, None, [(row, orphan(row.tried, now, jitter()), unknown) for row in orphans])
    return Recovered(returned, len(orphans))


def anything_to_do(session: Session, worker: Worker, now: datetime, *, holds_lock: bool = False) -> bool:
    """Whether `take_over` or `wake` would change something: asked by reading, so that an idle worker never writes."""
    due = and_(UNDECIDED, ROW.next_at <= now, or_(ROW.state == DeliveryState.DEFERRED, may_go(resend=True)), may_go())
    wanted = (_left_behind(worker, now, holds_lock), due)
    return any(session.execute(select(ROW.id).where(where).limit(1)).first() is not None for where in wanted)


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
    return _resend(
        session, and_(ROW.release_id == release_id, ROW.state == DeliveryState.UNCERTAIN), now, by_person=True
    )


def leave(session: Session, release_id: UUID) -> int:
    """A person decides that the uncertain rows of a release are not sent again. Returns how many.

    They stay flagged, should the same notice be released anew.
    """
    mine = and_(ROW.release_id == release_id, ROW.state == DeliveryState.UNCERTAIN)
    values = {"state": DeliveryState.CANCELLED, "possible_duplicate": True}
    return changed(session, update(TABLE).where(mine).values(values))


def follow_releases(session: Session) -> int:
    """Bring the next rows of releases that were stopped, resumed or ended into their state. Returns how many rows.

    Rows outside their sending hours are held as well: what waits to be claimed is looked through twice a second.
    Of a large release most are brought along here, in pieces, so that other writers get their turn. And giving back
    and stopping may pass each other on PostgreSQL; then a row waits, or is held, against its release.
    """
    kept = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEFERRED)
    state, closed = col(Release.state), col(Release.window_closed)
    waits = or_(state == ReleaseState.STOPPED, and_(state == ReleaseState.APPROVED, closed))
    held = _follow(waits, (DeliveryState.PENDING,), DeliveryState.HELD)
    freed = _follow(and_(state == ReleaseState.APPROVED, ~closed), (DeliveryState.HELD,), DeliveryState.PENDING)
    cancelled = _follow(state.in_(ENDED), kept, DeliveryState.CANCELLED)
    return changed(session, held) + changed(session, freed) + changed(session, cancelled)


def next_moment(session: Session) -> datetime | None:
    """When the next row may move by itself; None when nothing waits."""
    moments = [
        session.execute(select(func.min(ROW.next_at)).where(where)).scalar_one() for where in (WAITING, UNDECIDED)
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def _resend(session: Session, which: Any, now: datetime, *, by_person: bool = False) -> int:
    query = select(*COLUMNS).where(which).limit(PIECE).with_for_update(skip_locked=True)
    rows = [read_row(row) for row in session.connection().execute(query)]
    given_up = Reply(text="given up: no relay confirmed it, though one may have taken it")
    changes = [(row, resend(row.tried, now, by_person=by_person)) for row in rows]
    write_back(session, None, [(row, after, given_up if after.settled_at else Reply()) for row, after in changes])
    return len(rows)


def _left_behind(worker: Worker, now: datetime, holds_lock: bool) -> Any:
    gone = ROW.lease_until < now
    if holds_lock:
        gone = or_(gone, and_(ROW.worker.startswith(f"{worker.node}.", autoescape=True), ROW.worker != worker.name))
    return and_(IN_FLIGHT, gone)


def _follow(which: Any, before: Collection[DeliveryState], after: DeliveryState) -> Update:
    """From the side of the releases, so that the index on (release, state) finds the rows among a million others."""
    behind = select(col(Release.id)).where(which)
    mine = (ROW.release_id.in_(behind), ROW.state.in_(before))
    ids = select(ROW.id).where(*mine).limit(FOLLOWING).with_for_update(skip_locked=True).cte("behind")
    return update(TABLE).where(ROW.id.in_(select(ids.c.id)), *mine).values(state=after)
