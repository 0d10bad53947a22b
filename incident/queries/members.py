"""Who works on an incident: its members since when, and who can still be let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.incidents import Incident, Membership
from incident.models.people import UserAccount
from incident.queries.access import access_to
from incident.roles import ALLOWED, Action, Actor, known_roles, may, require


@dataclass(frozen=True, slots=True)
class Member:
    """One person on an incident. `reads` False: their roles read no incident; `disabled`: they may not sign in."""

    user_id: UUID
    name: str
    roles: tuple[str, ...]
    since: datetime
    commands: bool
    reads: bool
    disabled: bool


@dataclass(frozen=True, slots=True)
class Crew:
    """Members by name, the commander first; whom the reader may let in, nobody for one who may let nobody in."""

    members: tuple[Member, ...]
    others: Sequence[UserAccount]


def read_crew(session: Session, actor: Actor, incident_id: UUID) -> Crew:
    """Who works on an incident, and who could. Raises NotFound and Forbidden by permission."""
    access = access_to(session, incident_id)
    require(actor, Action.READ, access)
    commander = session.exec(select(Incident.commander_id).where(col(Incident.id) == incident_id)).one()
    joined = select(UserAccount, Membership.since).join(Membership, col(Membership.user_id) == col(UserAccount.id))
    rows = session.exec(joined.where(col(Membership.incident_id) == incident_id)).all()
    members = [_member(account, since, commander) for account, since in rows]
    there = {one.user_id for one in members}
    others: list[UserAccount] = []
    if may(actor, Action.COMMAND, access):
        able = select(UserAccount).where(col(UserAccount.disabled_at).is_(None))
        others = [one for one in session.exec(able).all() if one.id not in there and reads_incidents(one)]
    return Crew(
        tuple(sorted(members, key=lambda one: (not one.commands, one.name.casefold(), one.user_id))),
        sorted(others, key=lambda one: (one.name.casefold(), one.id)),
    )


def reads_incidents(account: UserAccount) -> bool:
    """Whether somebody with these roles can read an incident they are a member of."""
    return not ALLOWED[Action.READ].isdisjoint(account.roles)


def _member(account: UserAccount, since: datetime, commander: UUID | None) -> Member:
    roles = tuple(sorted(known_roles(account.roles)))
    commands = account.id == commander
    return Member(
        account.id, account.name, roles, since, commands, reads_incidents(account), account.disabled_at is not None
    )
