"""Webhooks and chat in the ledger: one row at a time for each endpoint, what came of it, and what waits behind it.

The states, leases and takeovers are those of mail; only the claim and the reading of an answer differ.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, update
from sqlmodel import Session

from notifications.endpoints import person_of
from notifications.ledger import Claimed, Worker, changed, jitter, read_row, write_back
from notifications.ledger_conditions import ROW, TABLE
from notifications.ledger_statements import COLUMNS
from notifications.models import INTERNAL, Channel, DeliveryState
from notifications.transitions import Fate, Settled, gives_up_at, settle
from notifications.webhooks_out import LATER, Answer

CHANNELS = (Channel.WEBHOOK, Channel.CHAT)
REST = timedelta(minutes=1)  # of an endpoint's other rows, when it cannot be reached and names no time itself
UNSENT = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Turn:
    """A claimed row. `part` counts the pieces of what does not fit into one; `last_code` is the answer before."""

    row: Claimed
    part: int
    last_code: int | None


def claim(session: Session, worker: Worker, now: datetime, limit: int, busy: Collection[str] = ()) -> list[Turn]:
    """Take the oldest row that is due of each of up to `limit` endpoints, without those that are `busy`.

    So a receiver that is slow keeps nobody else waiting, and none gets two requests of a worker at once.
    """
    if limit < 1:
        return []
    due = and_(_due(now), ROW.person.not_in(busy))
    oldest = select(func.min(ROW.id).label("id")).where(due).group_by(ROW.person).order_by(func.min(ROW.id))
    chosen = oldest.limit(limit).cte("chosen")
    values = {
        "state": DeliveryState.CLAIMED,
        "attempt": ROW.attempt + 1,
        "worker": worker.name,
        "lease_until": now + worker.lease,
    }
    # The state is asked for again: of two workers on PostgreSQL that chose the same row one waits and finds it taken.
    mine = and_(ROW.id.in_(select(chosen.c.id)), ROW.state == DeliveryState.PENDING)
    taken = update(TABLE).where(mine).values(values).returning(*COLUMNS, ROW.address_version, ROW.reply_code)
    found = [Turn(read_row(row[:-2]), row[-2], row[-1]) for row in session.connection().execute(taken)]
    return sorted(found, key=lambda turn: turn.row.id)


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a row could be claimed at this moment."""
    return session.execute(select(ROW.id).where(_due(now)).limit(1)).first() is not None


def settle_post(turn: Turn, answer: Answer, now: datetime) -> Settled:
    """What an answer makes of a row that was being transmitted.

    A refusal (3xx, 4xx) is looked at twice, for a receiver in the middle of a change; one after another is final, and
    so is 410. What a receiver asks for in Retry-After is waited, until the row is given up.
    """
    tried, fate = turn.row.tried, answer.outcome.fate
    code = answer.outcome.reply.code
    if fate is Fate.REJECTED and _refuses(code) and not answer.gone and not _refuses(turn.last_code):
        fate = Fate.DEFERRED
    after = settle(tried, fate, now, jitter())
    if after.state is not DeliveryState.DEFERRED or answer.wait is None:
        return after
    asked, last = now + answer.wait, gives_up_at(tried, now)
    return after._replace(next_at=max(after.next_at, min(asked, last) if last else asked))


def record(session: Session, worker: Worker, turn: Turn, answer: Answer, now: datetime) -> Settled:
    """Write down what came of a request. Where the receiver cannot take anything now, its other rows rest as well."""
    after = settle_post(turn, answer, now)
    write_back(session, worker, [(turn.row, after, answer.outcome.reply)])
    if answer.outcome.fate in (Fate.DEFERRED, Fate.UNCERTAIN):
        _let_rest(session, turn.row.person, now + (REST if answer.wait is None else answer.wait))
    return after


def cancel_waiting(session: Session, endpoint_id: UUID) -> int:
    """Nothing more goes to this endpoint. Returns how many rows were cancelled; what is on its way ends by itself."""
    waiting = and_(_to(person_of(endpoint_id)), ROW.state.in_(UNSENT))
    return changed(session, update(TABLE).where(waiting).values(state=DeliveryState.CANCELLED))


def cancel_occasions(session: Session, occasions: Collection[str]) -> int:
    """What has not gone of these messages inside, by mail or to endpoints, does not go any more."""
    if not occasions:
        return 0
    waiting = and_(ROW.occasion.in_(occasions), ROW.release_id.is_(None), ROW.state.in_(UNSENT))
    return changed(session, update(TABLE).where(waiting).values(state=DeliveryState.CANCELLED))


def _let_rest(session: Session, person: str, until: datetime) -> None:
    waiting = and_(_to(person), ROW.state == DeliveryState.PENDING, ROW.next_at < until)
    changed(session, update(TABLE).where(waiting).values(next_at=until))


def _to(person: str) -> Any:
    return and_(ROW.person == person, ROW.channel.in_(CHANNELS))


def _due(now: datetime) -> Any:
    return and_(INTERNAL, ROW.channel.in_(CHANNELS), ROW.next_at <= now)


def _refuses(code: int | None) -> bool:
    return code is not None and 300 <= code < 500 and code not in LATER
