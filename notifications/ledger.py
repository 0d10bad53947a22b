"""The ledger of deliveries: claim rows, mark them transmitting, record what came of them, take over from the dead.

Every statement names the state it expects, and those of a worker also its name and the row's attempt, so that a worker
which lost its rows can change nothing. The same statements run on SQLite and on PostgreSQL.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CursorResult,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlmodel import Session, col

from notifications.models import (
    IN_FLIGHT,
    INTERNAL,
    WAITING,
    Channel,
    Delivery,
    DeliveryState,
    Release,
    ReleaseState,
)
from notifications.transitions import Outcome, Reply, Settled, Tried, settle

TABLE: Table = Delivery.__table__  # type: ignore[attr-defined]
ROW = TABLE.c
WINDOW = 100  # rows one worker may have in transmission: what a crash can leave uncertain
ENDED = (ReleaseState.VOID, ReleaseState.REFUSED)
FREE = {"worker": null(), "lease_until": null()}
_GOING = (col(Release.state) == ReleaseState.APPROVED, col(Release.window_closed).is_(False))


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


@dataclass(frozen=True, slots=True)
class Claimed:
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
    urgent = _claim(session, worker, now, limit, internal=True)
    return urgent + _claim(session, worker, now, limit - len(urgent), internal=False)


def begin(session: Session, worker: Worker, rows: Sequence[Claimed], now: datetime) -> set[int]:
    """Mark claimed rows as transmitting, to be committed before the first byte of a body. Returns whose turn it is.

    Left out are rows that were taken over, and rows whose release was stopped or voided meanwhile: give those back.
    """
    if not rows:
        return set()
    mine = and_(_these(rows), ROW.worker == worker.name, ROW.state == DeliveryState.CLAIMED, may_go())
    values = {
        "state": DeliveryState.TRANSMITTING,
        "lease_until": now + worker.lease,
        "first_transmitting_at": func.coalesce(ROW.first_transmitting_at, now),
    }
    changed = session.connection().execute(update(TABLE).where(mine).values(values).returning(ROW.id))
    return {int(identity) for identity in changed.scalars()}


def record(
    session: Session, worker: Worker, outcomes: Sequence[tuple[Claimed, Outcome]], now: datetime
) -> dict[int, Settled]:
    """Write down what came of transmitting rows. Returns what each became, also of rows that were taken over since.

    A result that comes after its row was taken over changes nothing.
    """
    settled = {row.id: settle(row.tried, outcome.fate, now, jitter()) for row, outcome in outcomes}
    write_back(session, worker, [(row, settled[row.id], outcome.reply) for row, outcome in outcomes])
    return settled


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
    due = select(ROW.id).where(WAITING, ROW.channel == Channel.EMAIL, ROW.next_at <= now, may_go())
    return session.execute(due.limit(1)).first() is not None


def not_approved(session: Session, releases: Collection[UUID]) -> set[UUID]:
    """Which of these releases may not be sent at this moment: not approved, or outside their sending hours."""
    going = select(col(Release.id)).where(col(Release.id).in_(releases), *_GOING)
    return set(releases) - set(session.execute(going).scalars())


COLUMNS = (
    ROW.id,
    ROW.attempt,
    ROW.occasion,
    ROW.release_id,
    ROW.member_id,
    ROW.person,
    ROW.message_id,
    ROW.deferrals,
    ROW.created_at,
    ROW.give_up_at,
    ROW.first_transmitting_at,
)


def read_row(row: Any) -> Claimed:
    """A row of COLUMNS."""
    identity, attempt, occasion, release_id, member_id, person, message_id, *tried = row
    return Claimed(identity, attempt, occasion, release_id, member_id, person, message_id, Tried(*tried))


def _claim(session: Session, worker: Worker, now: datetime, limit: int, *, internal: bool) -> list[Claimed]:
    """`SKIP LOCKED` lets workers on PostgreSQL pass each other; SQLite has one writer and drops the clause."""
    if limit < 1:
        return []
    waiting = INTERNAL if internal else and_(WAITING, ROW.release_id.is_not(None), may_go())
    chosen = (
        select(ROW.id)
        .where(waiting, ROW.channel == Channel.EMAIL, ROW.next_at <= now)
        .order_by(ROW.next_at, ROW.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=TABLE)
        .cte("chosen")
    )
    values = {
        "state": DeliveryState.CLAIMED,
        "attempt": ROW.attempt + 1,
        "worker": worker.name,
        "lease_until": now + worker.lease,
    }
    taken = update(TABLE).where(ROW.id.in_(select(chosen.c.id))).values(values).returning(*COLUMNS)
    return sorted((read_row(row) for row in session.connection().execute(taken)), key=lambda row: row.id)


def write_back(session: Session, worker: Worker | None, changes: Sequence[tuple[Claimed, Settled, Reply]]) -> None:
    """Many rows at once; each only where it is still the attempt that was read, in a state that leads there."""
    if not changes:
        return
    before: Any = ROW.state == DeliveryState.TRANSMITTING
    if worker is None:
        before = or_(before, ROW.state == DeliveryState.UNCERTAIN)  # IN cannot be said to many rows at once
    statement = (
        update(TABLE)
        .where(ROW.id == bindparam("row"), ROW.attempt == bindparam("mine"), before)
        .values(
            {name: bindparam(f"new_{name}", type_=ROW[name].type) for name in _WRITTEN}
            | FREE
            | {"possible_duplicate": or_(ROW.possible_duplicate, ROW.state == DeliveryState.UNCERTAIN)}
        )
    )
    if worker:
        statement = statement.where(ROW.worker == worker.name)
    session.connection().execute(statement, [_values(*change) for change in changes])


_WRITTEN = ("state", "next_at", "deferrals", "settled_at", "reply_code", "reply_enhanced", "reply_text")


def _values(row: Claimed, after: Settled, reply: Reply) -> dict[str, object]:
    return {
        "row": row.id,
        "mine": row.attempt,
        "new_state": after.state,
        "new_next_at": after.next_at,
        "new_deferrals": after.deferrals,
        "new_settled_at": after.settled_at,
        "new_reply_code": reply.code,
        "new_reply_enhanced": reply.enhanced[:16],
        "new_reply_text": reply.text[:500],
    }


def _these(rows: Sequence[Claimed]) -> Any:
    """Exactly these attempts; by id alone first, so that the primary key finds them."""
    pairs = [(row.id, row.attempt) for row in rows]
    return and_(ROW.id.in_([row.id for row in rows]), tuple_(ROW.id, ROW.attempt).in_(pairs))


def release_is(*states: ReleaseState) -> Any:
    """SQL: the row's release is in one of these states."""
    return exists().where(col(Release.id) == ROW.release_id, col(Release.state).in_(states)).correlate(TABLE)


def may_go(*, resend: bool = False) -> Any:
    """A row of no release, or of an approved one within its sending hours; with `resend` one that resends by itself."""
    wanted = [col(Release.id) == ROW.release_id, *_GOING]
    if resend:
        wanted.append(col(Release.resend_uncertain).is_(True))
    return or_(ROW.release_id.is_(None), exists().where(*wanted).correlate(TABLE))


def as_release_says() -> Any:
    """SQL: the state of a row that nobody holds any more."""
    return case(
        (release_is(ReleaseState.STOPPED), literal_column("'held'")),
        (release_is(*ENDED), literal_column("'cancelled'")),
        else_=literal_column("'pending'"),
    )


def changed(session: Session, statement: Update) -> int:
    """Run it and tell how many rows it changed."""
    result = session.connection().execute(statement)
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def jitter() -> float:
    """From -1 to 1."""
    return random.uniform(-1, 1)  # noqa: S311 (spreads load, guards nothing)
