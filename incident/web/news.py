"""How the store stands, in numbers that change when something happens: what the live events are told from."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import ChainHead, incident_subject
from incident.queries.counting import counts_of
from incident.queries.presence import attended
from incident.queries.shelves import shelves
from incident.web.attendance import Saying
from notifications.models import Release, ReleaseState
from notifications.store import Store

BOARD = ""


@dataclass(frozen=True, slots=True)
class News:
    """How the store stands: numbers that change when a chain grows, a release moves, somebody comes or goes.

    `stale`: rows of presence say nothing any more and are to be deleted.
    """

    heads: dict[str, int]
    sending: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    stale: bool = False


def release_key(release_id: UUID) -> str:
    """What a release is watched under."""
    return f"release:{release_id}"


def look(store: Store, now: datetime, watched: frozenset[str], saying: Saying | None = None) -> News:
    """Say who is here, then read how everything stands; `watched`: the subjects anybody watches, BOARD for all."""
    if saying is not None:
        store.write(saying)
    with store.read() as session:
        heads = dict(session.exec(select(ChainHead.subject, ChainHead.seq)).all())
        there = attended(session, now)
        present = {incident_subject(incident_id): state for incident_id, state in there.states.items()}
        moved = _sending(session, watched) if watched else {}
        return News(heads | shelves(session, watched), moved, present, there.stale)


def _sending(session: Session, watched: frozenset[str]) -> dict[str, int]:
    """For each case that is watched and each release of it on its way, a number that changes when a delivery does.

    Counted by index, and at most once a second where there are very many. Who has just come is told once.
    """
    running = select(Release.id, Release.subject).where(col(Release.state) == ReleaseState.APPROVED)
    if BOARD not in watched:
        running = running.where(col(Release.subject).in_(watched))
    found: dict[str, int] = {}
    for release_id, subject in session.exec(running.order_by(col(Release.id))).all():
        moved = hash(tuple(sorted(counts_of(session, release_id).items())))
        found[release_key(release_id)] = moved
        found[subject] = hash((found.get(subject, 0), moved))
    return found
