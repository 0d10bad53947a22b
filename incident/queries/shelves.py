"""What lies on a shelf that belongs to no incident, as a number that changes when something comes or is settled."""

from collections.abc import Callable, Collection

from sqlalchemy import Row, func
from sqlmodel import Session, col, select

from incident.models.intake import Intake, IntakeState
from incident.models.replies import Reply

QUARANTINE, REPLIES = "shelf:quarantine", "shelf:replies"


def shelves(session: Session, watched: Collection[str]) -> dict[str, int]:
    """Each shelf that somebody watches, with its number; by index, for it is asked twice a second."""
    return {name: read(session) for name, read in _READ.items() if name in watched}


def _quarantine(session: Session) -> int:
    waiting = select(func.count(), func.sum(Intake.repeats)).where(col(Intake.state) == IntakeState.QUARANTINED)
    return _number(session.execute(waiting).one())


def _replies(session: Session) -> int:
    stray = (col(Reply.incident_id).is_(None), col(Reply.settled_at).is_(None))
    waiting = select(func.count(), func.sum(Reply.version)).where(*stray)
    return _number(session.execute(waiting).one())


def _number(found: Row[tuple[int, int | None]]) -> int:
    return hash(tuple(found)) & 0x7FFFFFFF  # it is the id of an event: digits alone


_READ: dict[str, Callable[[Session], int]] = {QUARANTINE: _quarantine, REPLIES: _replies}
