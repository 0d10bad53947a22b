"""What permission needs to know: an incident's visibility and members, and which incidents an actor may see."""

import contextlib
from uuid import UUID

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.models.incidents import Incident, Membership
from incident.roles import Access, Actor, Visibility, sees


def access_to(session: Session, incident_id: UUID) -> Access:
    """The access facts of one incident. Raises NotFound."""
    visibility = session.exec(select(Incident.visibility).where(col(Incident.id) == incident_id)).first()
    if visibility is None:
        raise NotFound("There is no such incident.")
    members = session.exec(select(Membership.user_id).where(col(Membership.incident_id) == incident_id)).all()
    return Access(Visibility(visibility), frozenset(members))


def visible_incidents(actor: Actor) -> ColumnElement[bool]:
    """The condition every query over incidents starts from."""
    if actor.is_system:
        return true()
    mine = col(Incident.id).in_(select(Membership.incident_id).where(col(Membership.user_id) == actor.id))
    if sees(Actor(UUID(int=0), "", actor.roles), Access(Visibility.OPEN, frozenset())):
        return or_(col(Incident.visibility) == Visibility.OPEN, mine)
    return mine


def find_incident(session: Session, actor: Actor, reference: str | UUID) -> Incident:
    """One incident by id or codename, if the actor may see it. Raises NotFound, alike for absent and hidden."""
    wanted = col(Incident.codename) == str(reference).strip().lower()
    with contextlib.suppress(ValueError):
        wanted = col(Incident.id) == (reference if isinstance(reference, UUID) else UUID(reference))
    incident = session.exec(select(Incident).where(wanted, visible_incidents(actor))).first()
    if incident is None:
        raise NotFound("There is no such incident.")
    return incident
