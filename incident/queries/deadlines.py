"""Deadlines over all incidents a person may see: the next first, for the page, the wall and the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from incident.calendars import address_digest
from incident.deadlines import Standing
from incident.models.desk import DeadlineFeed
from incident.models.incidents import Incident
from incident.models.law import Obligation
from incident.models.people import UserAccount
from incident.queries.access import visible_incidents
from incident.queries.case import open_obligation
from incident.queries.duties import DutyLine, line_of
from incident.queries.seats import actor_of
from incident.roles import Action, Actor, may, require


@dataclass(frozen=True, slots=True)
class DueLine:
    """An open obligation with a moment, and the incident it belongs to."""

    incident: Incident
    line: DutyLine

    @property
    def moment(self) -> datetime:
        assert self.line.moment is not None
        return self.line.moment


def open_deadlines(session: Session, actor: Actor, now: datetime) -> list[DueLine]:
    """Every open obligation with a moment, the next first. Raises Forbidden."""
    require(actor, Action.READ, None)
    query = (
        select(Obligation, Incident)
        .join(Incident, col(Incident.id) == col(Obligation.incident_id))
        .where(visible_incidents(actor), *open_obligation())  # type: ignore[arg-type]
    )
    found = [DueLine(incident, line_of(row, now)) for row, incident in session.exec(query).all()]
    dated = [one for one in found if one.line.moment is not None and one.line.standing is not Standing.BLOCKED]
    return sorted(dated, key=lambda one: (one.moment, one.incident.codename, str(one.line.obligation.id)))


def has_feed(session: Session, actor: Actor) -> bool:
    """Whether the address of this person's calendar was made."""
    return session.get(DeadlineFeed, actor.id) is not None


def behind_feed(session: Session, token: str, now: datetime) -> Sequence[DueLine] | None:
    """What the calendar behind an address shows: what its person may see now. None where the address opens nothing."""
    joined = select(UserAccount).join(DeadlineFeed, col(DeadlineFeed.user_id) == col(UserAccount.id))
    account = session.exec(joined.where(col(DeadlineFeed.digest) == address_digest(token))).first()
    actor = actor_of(account) if account else None
    return open_deadlines(session, actor, now) if actor and may(actor, Action.READ, None) else None
