"""Requests that were not taken, by reason: of one source, and of no source there is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.intake import Refusal, StrayRefusal
from incident.roles import Action, Actor, require

NO_SOURCE = "address"  # posted to /hooks/ where no source is, or a disabled one
PLACES = {NO_SOURCE: "an address that is no source"}


@dataclass(frozen=True, slots=True)
class Refused:
    """Requests refused for one reason. `place` says where, "" for the source that was asked for."""

    reason: str
    count: int
    last_at: datetime
    place: str = ""

    @property
    def where(self) -> str:
        """The place in words; "" for the source that was asked for."""
        return PLACES.get(self.place, self.place)

    @property
    def told(self) -> str:
        """One line."""
        where = f" at {self.where}" if self.place else ""
        return f"{self.count:,} refused{where} ({self.reason}), the last {self.last_at:%Y-%m-%d %H:%M} UTC"


def refusals_of(session: Session, source_id: UUID) -> tuple[Refused, ...]:
    """What was refused to a source, most first; for queries that have asked for permission."""
    query = (
        select(Refusal.reason, func.sum(Refusal.count), func.max(Refusal.last_at))
        .where(col(Refusal.source_id) == source_id)
        .group_by(col(Refusal.reason))
    )
    found = [Refused(reason, int(count), last) for reason, count, last in session.exec(query).all()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.reason)))


def read_strays(session: Session, actor: Actor) -> tuple[Refused, ...]:
    """What was refused and is of no source, most first. Raises Forbidden by permission."""
    require(actor, Action.ADMINISTER, None)
    query = select(
        StrayRefusal.reason, func.sum(StrayRefusal.count), func.max(StrayRefusal.last_at), StrayRefusal.place
    ).group_by(col(StrayRefusal.reason), col(StrayRefusal.place))
    found = [Refused(reason, int(count), last, place) for reason, count, last, place in session.exec(query).all()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.place, one.reason)))
