"""People of the console: who may sign in, how they are called, whose names do not belong into a text that leaves."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.people import UserAccount
from incident.queries.access import access_to
from incident.roles import Action, Actor, known_roles, may, require


def read_accounts(session: Session, actor: Actor) -> list[UserAccount]:
    """Every account, also disabled ones, by address. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    return list(session.exec(select(UserAccount).order_by(col(UserAccount.email))).all())


def people_not_in(session: Session, said: Iterable[str]) -> frozenset[str]:
    """Full names of people of the console that none of these public words names. A single word is no full name."""
    public = " ".join(said).casefold()
    names = session.exec(select(UserAccount.name)).all()
    return frozenset(name for name in names if " " in name and name.casefold() not in public)


def people_named(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """How these people are called, for callers that may know of them; an id that is nobody's is left out."""
    wanted = select(UserAccount.id, UserAccount.name).where(col(UserAccount.id).in_(ids))
    return dict(session.exec(wanted).all()) if ids else {}


def people_who_may(session: Session, incident_id: UUID | None, action: Action) -> list[tuple[UUID, str]]:
    """Who may do this to an incident, or to what belongs to none, by name; for callers that have read it.

    Raises NotFound.
    """
    access = access_to(session, incident_id) if incident_id else None
    accounts = session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    able = [one for one in accounts if may(Actor(one.id, one.name, known_roles(one.roles)), action, access)]
    return sorted(((one.id, one.name) for one in able), key=lambda pair: (pair[1], pair[0]))


def everybody_named(session: Session) -> list[tuple[UUID, str]]:
    """Everybody with an account by name, for callers that may know of them."""
    rows = session.exec(select(UserAccount.id, UserAccount.name)).all()
    return sorted(((one, name) for one, name in rows), key=lambda row: row[1].casefold())
