"""Who has an incident open, as each process says of its own streams. No entry: it is over within a minute."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, delete, select, update

from incident.models.desk import Presence
from incident.queries.presence import GONE, TURNING


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page of an incident that somebody has open: its stream, whose, on which tab, since when."""

    id: UUID
    incident_id: UUID
    user_id: UUID
    section: str
    opened_at: datetime


def say_who_is_here(session: Session, pages: Iterable[OpenPage], left: Iterable[UUID], now: datetime) -> None:
    """Write down every page this process has open and those that were left; delete what says nothing any more."""
    here, gone = {page.id: page for page in pages}, list(left)
    session.execute(
        delete(Presence).where(or_(col(Presence.seen_at) <= now - GONE, col(Presence.left_at) <= now - TURNING))
    )
    known = set(session.exec(select(Presence.id).where(col(Presence.id).in_(here))).all()) if here else set()
    if known:
        session.execute(update(Presence).where(col(Presence.id).in_(known)).values(seen_at=now))
    session.add_all(
        Presence(
            id=page.id,
            incident_id=page.incident_id,
            user_id=page.user_id,
            section=page.section,
            opened_at=page.opened_at,
            seen_at=now,
        )
        for key, page in here.items()
        if key not in known
    )
    if gone:
        session.execute(update(Presence).where(col(Presence.id).in_(gone)).values(left_at=now))
    session.flush()
