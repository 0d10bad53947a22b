"""Chunks of the ledger: ranges of rows by their number, which never change, so that a chunk can be named by one number.

A chunk says where to look and nothing else: what may be sent is in the rows.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, bindparam, literal, select, true, tuple_
from sqlmodel import Session

from notifications.columns import BigId
from notifications.ledger import Claimed, Worker, claim_by
from notifications.ledger_conditions import ROW, may_go
from notifications.ledger_statements import NOW, Claim
from notifications.models import WAITING, Channel

CHUNK = 500  # rows; a job costs a few milliseconds of the database, and one worker sends a chunk
LAST = 2**63 // CHUNK - 1  # the last whole chunk of a bigint

_WITHIN = ROW.id.between(bindparam("first", type_=BigId), bindparam("last", type_=BigId))
_CLAIM = Claim(and_(WAITING, may_go(), _WITHIN), ROW.id)


def claim(session: Session, worker: Worker, now: datetime, limit: int, chunk: int) -> list[Claimed]:
    """Take up to `limit` rows of a chunk that may be sent now. Fewer than that: no more of it may be, at this moment.

    A number no row belongs to has no rows.
    """
    if not 0 <= chunk <= LAST:
        return []
    first = chunk * CHUNK
    return claim_by(_CLAIM, session, worker, now, limit, first=first, last=first + CHUNK - 1)


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Chunks with rows that may be sent now, those that wait longest first; PostgreSQL only.

    Goes from the first row of a chunk to the first one after it, so that it reads about one row a chunk: at most
    `limit` rows, and so many chunks or fewer.
    """
    waiting = (WAITING, ROW.channel == Channel.EMAIL, ROW.next_at <= NOW, may_go())
    first = select(ROW.next_at, ROW.id, literal(1).label("step")).where(*waiting).order_by(ROW.next_at, ROW.id).limit(1)
    walk: Any = select(first.subquery()).cte("walk", recursive=True)
    end = walk.c.id - walk.c.id % CHUNK + (CHUNK - 1)
    beyond = (
        select(ROW.next_at, ROW.id)
        .where(*waiting, tuple_(ROW.next_at, ROW.id) > tuple_(walk.c.next_at, end))
        .order_by(ROW.next_at, ROW.id)
        .limit(1)
        .lateral("beyond")
    )
    step = select(beyond.c.next_at, beyond.c.id, walk.c.step + 1).select_from(walk.join(beyond, true()))
    walk = walk.union_all(step.where(walk.c.step < bindparam("limit", type_=Integer)))
    found = session.execute(select(walk.c.id).order_by(walk.c.step), {"now": now, "limit": limit}).scalars()
    return list(dict.fromkeys(chunk_of(row) for row in found))


def chunk_of(row: int) -> int:
    """The chunk a row belongs to, for ever."""
    return row // CHUNK
