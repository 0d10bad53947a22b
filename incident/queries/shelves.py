"""What lies on a shelf that belongs to no incident, as a number that changes when something comes or is settled."""

from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Row, String, cast, func
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from incident.models.intake import Intake, IntakeState
from incident.models.replies import Reply

QUARANTINE, REPLIES = "shelf:quarantine", "shelf:replies"


def shelves(session: Session, watched: Collection[str]) -> dict[str, int]:
    """Each shelf that somebody watches, with its number; by index, for it is asked twice a second."""
    return {name: read(session) for name, read in _READ.items() if name in watched}


def _quarantine(session: Session) -> int:
    waiting = select(func.count(), func.sum(Intake.repeats), _newest(col(Intake.id)))
    return _number(session.execute(waiting.where(col(Intake.state) == IntakeState.QUARANTINED)).one())


def _replies(session: Session) -> int:
    stray = (col(Reply.incident_id).is_(None), col(Reply.settled_at).is_(None))
    waiting = select(func.count(), func.sum(Reply.version), _newest(col(Reply.id))).where(*stray)
    return _number(session.execute(waiting).one())


def _newest(identity: Mapped[UUID]) -> ColumnElement[str | None]:
    """Ids grow with time: where one came and another was settled since the last look, this alone tells."""
    return func.max(cast(identity, String))


def _number(found: Row[tuple[int, int | None, str | None]]) -> int:
    return hash(tuple(found)) & 0x7FFFFFFF  # it is the id of an event: digits alone


_READ: dict[str, Callable[[Session], int]] = {QUARANTINE: _quarantine, REPLIES: _replies}
