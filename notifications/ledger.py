"""The ledger of deliveries: claim rows, mark them transmitting, record what came of them, take over from the dead.

Every statement names the state it expects, and those of a worker also its name and the row's attempt, so that a worker
which lost its rows can change nothing. The same statements run on SQLite and on PostgreSQL.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CursorResult, Update, and_, func, select, tuple_, update
from sqlmodel import Session, col

from notifications.ledger_conditions import FREE, GOING, ROW, TABLE, as_release_says, may_go
from notifications.ledger_statements import BEGIN, CLAIM, CLAIM_INTERNAL, PUT_OFF, RECORD, SETTLE, SHARED, Claim
from notifications.models import IN_FLIGHT, INTERNAL, WAITING, Channel, DeliveryState, Release
from notifications.provider_ids import provider_id_of
from notifications.transitions import Fate, Outcome, Reply, Settled, Tried, settle

NEW_SHARED = tuple(f"new_{name}" for name in SHARED)
WINDOW = 100  # rows one worker may have in transmission: what a crash can leave uncertain


@dataclass(frozen=True, slots=True)
class Worker:
    """Who claims: a name that no other process ever has, and for how long a claim holds without being renewed.

    The name is `<node>.<random>`: the node is what a lock file guards, so that whoever holds the lock knows that every
    other worker of its node is dead.
    """

    name: str
    lease: timedelta = timedelta(seconds=60)

    @property
    def node(self) -> str:
        return self.name.rpartition(".")[0]


class Claimed(NamedTuple):
    """One row in the hands of a worker. `attempt` is what makes it this worker's and no later one's."""

    id: int
    attempt: int
    occasion: str
    release_id: UUID | None
    member_id: int | None
    person: str
    message_id: str
    tried: Tried


def claim(session: Session, worker: Worker, now: datetime, limit: int = WINDOW) -> list[Claimed]:
    """Take up to `limit` rows that may be sent now; messages to people inside go before releases.

    Each row is taken by one worker only. Rows of a release that is not approved are left alone.
    """
    urgent = claim_internal(session, worker, now, limit)
    return urgent + claim_by(CLAIM, session, worker, now, limit - len(urgent))


def claim_internal(session: Session, worker: Worker, now: datetime, limit: int) -> list[Claimed]:
    """Take up to `limit` messages to people inside."""
    return claim_by(CLAIM_INTERNAL, session, worker, now, limit)


def claim_by(
    words: Claim, session: Session, worker: Worker, now: datetime, limit: int, **where: object
) -> list[Claimed]:
    """Take up to `limit` of the rows that these words choose, by their number; `where` are their values besides."""
    if limit < 1:
        return []
    until = now + worker.lease
    taken = words.run(session.connection(), mine=worker.name, now=now, until=until, limit=limit, **where)
    return sorted(map(read_row, taken), key=lambda row: row.id)


def begin(session: Session, worker: Worker, rows: Sequence[Claimed], now: datetime) -> set[int]:
    """Mark claimed rows as transmitting, to be committed before the first byte of a body. Returns whose turn it is.

    Left out are rows that were taken over, and rows whose release was stopped or voided meanwhile: give those back.
    """
    if not rows:
        return set()
    alike: dict[int, list[int]] = {}
    for row in rows:
        alike.setdefault(row.attempt, []).append(row.id)
    connection, until = session.connection(), now + worker.lease
    begun = [BEGIN.run(connection, ids, attempt, worker.name, now, until) for attempt, ids in alike.items()]
    return {row for found in begun for row in found}


def record(
    session: Session, worker: Worker, outcomes: Sequence[tuple[Claimed, Outcome]], now: datetime
) -> dict[int, Settled]:
    """Write down what came of transmitting rows. Returns what each became, also of rows that were taken over since.

    A result that comes after its row was taken over changes nothing.
    """
    changes: list[tuple[Claimed, Settled, Reply]] = []
    decided: dict[int, Settled] = {}  # by deferrals: rows that end alike share what they become
    for row, (fate, reply) in outcomes:
        if fate is not Fate.ACCEPTED:
            after = settle(row.tried, fate, now, jitter())
        elif (found := decided.get(row.tried.deferrals)) is None:
            after = decided[row.tried.deferrals] = settle(row.tried, fate, now, 0)
        else:
            after = found
        changes.append((row, after, reply))
    write_back(session, worker, changes)
    return {row.id: after for row, after, _ in changes}


def reject(session: Session, worker: Worker, faults: Sequence[tuple[Claimed, str]], now: datetime) -> None:
    """Claimed rows of which no mail can be made: this person needs another way. The fault is kept with the row."""
    for row, fault in faults:
        mine = and_(_these([row]), ROW.worker == worker.name, ROW.state == DeliveryState.CLAIMED)
        values = {"state": DeliveryState.REJECTED, "settled_at": now, "reply_text": fault[:500], **FREE}
        session.connection().execute(update(TABLE).where(mine).values(values))


def give_back(session: Session, worker: Worker, rows: Sequence[Claimed]) -> int:
    """Rows of which no body was begun wait again, or are held or cancelled where their release says so."""
    if not rows:
        return 0
    mine = and_(_these(rows), ROW.worker == worker.name, IN_FLIGHT)
    return changed(session, update(TABLE).where(mine).values(state=as_release_says(), **FREE))


def put_off(session: Session, worker: Worker, rows: Sequence[tuple[Claimed, datetime]]) -> None:
    """Claimed rows wait until a moment, each its own, or are held or cancelled where their release says so."""
    moments = [(row.id, row.attempt, until) for row, until in rows]
    PUT_OFF.run(session.connection(), moments, mine=worker.name)


def renew(session: Session, worker: Worker, rows: Sequence[Claimed], now: datetime) -> int:
    """A live worker keeps what it has in hand for another lease. Returns how many of the rows are still its own."""
    if not rows:
        return 0
    mine = and_(_these(rows), ROW.worker == worker.name, IN_FLIGHT)
    return changed(session, update(TABLE).where(mine).values(lease_until=now + worker.lease))


def counts(session: Session, release_id: UUID) -> dict[DeliveryState, int]:
    """How many rows of a release are in each state; states without a row are left out."""
    query = select(ROW.state, func.count()).where(ROW.release_id == release_id).group_by(ROW.state)
    return {DeliveryState(state): int(number) for state, number in session.execute(query)}


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a row could be claimed at this moment."""
    return _is_one(session, WAITING, ROW.channel == Channel.EMAIL, ROW.next_at <= now, may_go())


def internal_due(session: Session, now: datetime) -> bool:
    """Whether a message to people inside could be claimed at this moment."""
    return _is_one(session, INTERNAL, ROW.channel == Channel.EMAIL, ROW.next_at <= now)


def not_approved(session: Session, releases: Collection[UUID]) -> set[UUID]:
    """Which of these releases may not be sent at this moment: not approved, or outside their sending hours."""
    going = select(col(Release.id)).where(col(Release.id).in_(releases), *GOING)
    return set(releases) - set(session.execute(going).scalars())


def read_row(row: Any) -> Claimed:
    """A row of COLUMNS."""
    identity, attempt, occasion, release_id, member_id, person, message_id, *tried = row
    return Claimed(identity, attempt, occasion, release_id, member_id, person, message_id, Tried(*tried))


def _is_one(session: Session, *where: Any) -> bool:
    return session.execute(select(ROW.id).where(*where).limit(1)).first() is not None


def write_back(session: Session, worker: Worker | None, changes: Sequence[tuple[Claimed, Settled, Reply]]) -> None:
    """Many rows at once; each only where it is still the attempt that was read, in a state that leads there."""
    if not changes:
        return
    alike: dict[tuple[object, ...], list[tuple[object, ...]]] = {}
    last: tuple[object, ...] = ()
    for row, after, reply in changes:
        if last != (same := (id(after), reply.code, reply.enhanced)):
            last, own = same, alike.setdefault((*after, reply.code, reply.enhanced[:16]), [])
        provider_id = provider_id_of(reply.text) if after.state is DeliveryState.ACCEPTED else ""
        own.append((row.id, row.attempt, reply.text[:500], provider_id))
    connection = session.connection()
    for shared, rows in alike.items():
        values = dict(zip(NEW_SHARED, shared, strict=True))
        if worker:
            RECORD.run(connection, rows, mine=worker.name, **values)
        else:
            SETTLE.run(connection, rows, **values)


def _these(rows: Sequence[Claimed]) -> Any:
    """Exactly these attempts; by id alone first, so that the primary key finds them."""
    pairs = [(row.id, row.attempt) for row in rows]
    return and_(ROW.id.in_([row.id for row in rows]), tuple_(ROW.id, ROW.attempt).in_(pairs))


def changed(session: Session, statement: Update) -> int:
    """Run it and tell how many rows it changed."""
    result = session.connection().execute(statement)
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def jitter() -> float:
    """From -1 to 1."""
    return random.uniform(-1, 1)  # noqa: S311 (spreads load, guards nothing)
