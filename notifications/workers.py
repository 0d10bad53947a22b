"""The workers of an installation: each proves by a heartbeat of its own that it lives, and reads how many others do."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from notifications.ledger import Worker
from notifications.models import Heartbeat

PREFIX = "sender:"
BEAT_EVERY = timedelta(seconds=10)
SILENT = timedelta(seconds=60)  # the lease: what a worker holds is free by then
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """What is known of the worker of a node. `trouble`: why it cannot send; `ended`: it took its leave."""

    node: str
    at: datetime
    host: str
    pid: int
    trouble: str
    ended: bool

    def lives(self, now: datetime) -> bool:
        """Whether it can be at work: it counts until what it holds is free."""
        return not self.ended and now - self.at <= SILENT


def beat(session: Session, worker: Worker, now: datetime, trouble: str) -> None:
    """Prove that this worker lives; of a node's workers the last one is known, and nodes are forgotten after a day."""
    session.merge(Heartbeat(name=name_of(worker), at=now, document=_said(worker, trouble)))
    old = (col(Heartbeat.name).startswith(PREFIX, autoescape=True), col(Heartbeat.at) < now - FORGOTTEN)
    session.execute(delete(Heartbeat).where(*old))


def beat_due(session: Session, worker: Worker, now: datetime, trouble: str) -> bool:
    """Whether its last beat is old, of the future, or says something else."""
    last = session.get(Heartbeat, name_of(worker))
    return last is None or not last.at <= now < last.at + BEAT_EVERY or last.document != _said(worker, trouble)


def take_leave(session: Session, worker: Worker, now: datetime) -> None:
    """It ends by itself: nobody need wait for it. Its node's next worker may have begun already; that one's stays."""
    last = session.get(Heartbeat, name_of(worker))
    if last is not None and last.document.get("worker") == worker.name:
        last.at, last.document = now, {**last.document, "ended": True}
        session.add(last)


def beats(session: Session) -> list[Beat]:
    """Every worker that is known, by node."""
    query = select(Heartbeat).where(col(Heartbeat.name).startswith(PREFIX, autoescape=True))
    return [_read(row) for row in session.execute(query.order_by(col(Heartbeat.name))).scalars()]


def living(session: Session, now: datetime, mine: Worker) -> int:
    """How many workers may be sending at this moment; this one always counts."""
    others = (one for one in beats(session) if one.node != mine.node)
    return 1 + sum(one.lives(now) for one in others)


def name_of(worker: Worker) -> str:
    """Under which name its heartbeat is kept."""
    return PREFIX + worker.node


def _said(worker: Worker, trouble: str) -> dict[str, object]:
    return {"worker": worker.name, "host": socket.gethostname(), "pid": os.getpid(), "trouble": trouble}


def _read(row: Heartbeat) -> Beat:
    said: Mapping[str, object] = row.document
    return Beat(
        node=row.name.removeprefix(PREFIX),
        at=row.at,
        host=str(said.get("host") or "?"),
        pid=int(str(said.get("pid") or 0)),
        trouble=str(said.get("trouble") or ""),
        ended=bool(said.get("ended")),
    )
