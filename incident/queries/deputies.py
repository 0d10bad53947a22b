"""Deputies and approvals in peacetime, as their pages list them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from incident.approval_rules import SEATED
from incident.models.people import UserAccount
from incident.models.releasing import Deputy, StandingApproval
from incident.queries.people import people_named
from incident.queries.seats import roles_of
from incident.roles import Action, Actor, Role, require

PAST = timedelta(days=90)  # how long what is over is still listed


@dataclass(frozen=True, slots=True)
class Named:
    """One deputy with both names. `over`: ended, or its time is past."""

    row: Deputy
    deputy: str
    principal: str
    over: bool


@dataclass(frozen=True, slots=True)
class Given:
    """One approval in peacetime with its giver's name. `over`: taken back, or its time is past."""

    row: StandingApproval
    giver: str
    over: bool


def deputies_of(session: Session, actor: Actor, now: datetime) -> list[Named]:
    """The actor's deputies and those the actor stands in for; an administrator sees everybody's. The latest first."""
    require(actor, Action.DEPUTE, None)
    query = select(Deputy).where(col(Deputy.ends_at) > now - PAST).order_by(col(Deputy.named_at).desc(), col(Deputy.id))
    if Role.ADMINISTRATOR not in actor.roles:
        query = query.where(or_(col(Deputy.principal_id) == actor.id, col(Deputy.deputy_id) == actor.id))
    rows = session.exec(query).all()
    names = people_named(session, {one for row in rows for one in (row.deputy_id, row.principal_id)})
    return [
        Named(row, names[row.deputy_id], names[row.principal_id], row.revoked_at is not None or row.ends_at <= now)
        for row in rows
    ]


def who_can_stand_in(session: Session, actor: Actor) -> list[UserAccount]:
    """Everybody with a role that approves, by name."""
    require(actor, Action.DEPUTE, None)
    return _seated(session)


def standing_approvals(session: Session, actor: Actor, now: datetime) -> list[Given]:
    """Every approval given in peacetime that stands or stood of late, the latest first."""
    require(actor, Action.APPROVE_RELEASE, None)
    recent = col(StandingApproval.ends_at) > now - PAST
    query = select(StandingApproval).where(recent).order_by(col(StandingApproval.given_at).desc())
    rows = session.exec(query.order_by(col(StandingApproval.id))).all()
    names = people_named(session, {row.given_by for row in rows})
    return [Given(row, names[row.given_by], row.revoked_at is not None or row.ends_at <= now) for row in rows]


def _seated(session: Session) -> list[UserAccount]:
    rows = session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    return sorted((row for row in rows if not roles_of(row).isdisjoint(SEATED)), key=lambda row: (row.name, row.email))
