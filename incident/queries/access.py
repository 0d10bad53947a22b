"""What permission needs to know: an incident's visibility and members, and which incidents an actor may see."""

import contextlib
from collections.abc import Sequence
from functools import cache
from uuid import UUID

import sqlalchemy as sql
from sqlalchemy import ColumnElement, Executable, bindparam, or_, true
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.models.incidents import Incident, Membership
from incident.roles import Access, Actor, Visibility, sees
from notifications.wording import worded


def access_to(session: Session, incident_id: UUID) -> Access:
    """The access facts of one incident. Raises NotFound."""
    found = session.execute(_access(), {"incident": incident_id}).all()
    if not found:
        raise NotFound(worded("There is no such incident."))
    return Access(Visibility(found[0].visibility), frozenset(row.user_id for row in found if row.user_id is not None))


@cache
def _access() -> Executable:
    """The incident with each of its members, in one question: every page asks it several times."""
    members = col(Membership.incident_id) == col(Incident.id)
    joined = sql.select(col(Incident.visibility), col(Membership.user_id)).outerjoin_from(Incident, Membership, members)
    return joined.where(col(Incident.id) == bindparam("incident"))


def visible_incidents(actor: Actor) -> ColumnElement[bool]:
    """The condition every query over incidents starts from."""
    if actor.is_system:
        return true()
    mine = col(Incident.id).in_(select(Membership.incident_id).where(col(Membership.user_id) == actor.id))
    if sees(Actor(UUID(int=0), "", actor.roles), Access(Visibility.OPEN, frozenset())):
        return or_(col(Incident.visibility) == Visibility.OPEN, mine)
    return mine


def incidents_seen(session: Session, actor: Actor) -> Sequence[Incident]:
    """Every incident the actor may see, but its review, which is large and wanted for one at a time."""
    query = select(Incident).options(defer(col(Incident.review_sealed)))  # type: ignore[arg-type]
    return session.exec(query.where(visible_incidents(actor))).all()


def find_incident(session: Session, actor: Actor, reference: str | UUID) -> Incident:
    """One incident by id or codename, if the actor may see it. Raises NotFound, alike for absent and hidden."""
    wanted = col(Incident.codename) == str(reference).strip().lower()
    with contextlib.suppress(ValueError):
        wanted = col(Incident.id) == (reference if isinstance(reference, UUID) else UUID(reference))
    incident = session.exec(select(Incident).where(wanted, visible_incidents(actor))).first()
    if incident is None:
        raise NotFound(worded("There is no such incident."))
    return incident
