"""Everybody who may come in, for administrators: people with their sign-ins and passkeys, programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from incident.errors import NotFound
from incident.models.entries import ADMINISTRATION, EntryHeader
from incident.models.people import ApiToken, UserAccount, UserSession
from incident.models.releasing import Passkey
from incident.roles import Action, Actor, Role, known_roles, require
from notifications.wording import worded

SIGNED_IN = "signed_in"
CONSOLE_ONLY = (Role.HOST, Role.EDGE)  # roles of programs: whoever has no other needs no passkey


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One account. `sessions` counts its browsers signed in; `last_signed_in` None: never."""

    id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    zone: str
    created_at: datetime
    disabled_at: datetime | None
    last_signed_in: datetime | None
    passkeys: int
    sessions: int


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """One bearer token: its name and what became of it."""

    name: str
    roles: tuple[Role, ...]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def read_people(session: Session, actor: Actor) -> list[PersonLine]:
    """Every account, those that may sign in first, by name. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    rows = session.exec(select(UserAccount)).all()
    found = _lines(session, rows)
    return sorted(found, key=lambda line: (line.disabled_at is not None, line.name.casefold(), line.email))


def read_person(session: Session, actor: Actor, user_id: UUID) -> PersonLine:
    """One account. Raises Forbidden and NotFound."""
    require(actor, Action.ADMINISTER, None)
    row = session.get(UserAccount, user_id)
    if row is None:
        raise NotFound(worded("There is no such person."))
    return _lines(session, [row])[0]


def read_passkey_names(session: Session, actor: Actor, user_id: UUID) -> list[tuple[str, datetime, datetime | None]]:
    """A person's passkeys that can be used: name, made, last used. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    theirs = (col(Passkey.user_id) == user_id, col(Passkey.removed_at).is_(None))
    query = select(Passkey.name, Passkey.created_at, Passkey.last_used_at).where(*theirs)
    return [(name, made, used) for name, made, used in session.exec(query.order_by(col(Passkey.created_at)))]


def read_programs(session: Session, actor: Actor) -> list[ProgramLine]:
    """Every bearer token, the live ones first, by name. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    rows = session.exec(select(ApiToken)).all()
    lines = [ProgramLine(r.name, _roles(r.roles), r.created_at, r.last_used_at, r.revoked_at) for r in rows]
    return sorted(lines, key=lambda line: (line.revoked_at is not None, line.name.casefold()))


def _lines(session: Session, rows: Sequence[UserAccount]) -> list[PersonLine]:
    ids = [row.id for row in rows]
    last = _last_signed_in(session, ids)
    usable = (col(Passkey.user_id).in_(ids), col(Passkey.removed_at).is_(None))
    keys = session.exec(select(Passkey.user_id, func.count()).where(*usable).group_by(col(Passkey.user_id)))
    passkeys: dict[UUID, int] = dict(keys.all())
    here = select(UserSession.user_id, func.count()).where(col(UserSession.user_id).in_(ids))
    sessions: dict[UUID, int] = dict(session.exec(here.group_by(col(UserSession.user_id))).all())
    return [
        PersonLine(
            id=row.id,
            name=row.name,
            email=row.email,
            roles=_roles(row.roles),
            zone=row.zone,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            last_signed_in=last.get(f"user:{row.id}"),
            passkeys=passkeys.get(row.id, 0),
            sessions=sessions.get(row.id, 0),
        )
        for row in rows
    ]


def _last_signed_in(session: Session, ids: Sequence[UUID]) -> dict[str, datetime]:
    """When each of these last began a session, by the label the timeline keeps."""
    labels = [f"user:{one}" for one in ids]
    theirs = (
        col(EntryHeader.subject) == ADMINISTRATION,
        col(EntryHeader.action) == SIGNED_IN,
        col(EntryHeader.actor).in_(labels),
    )
    latest = func.max(col(EntryHeader.at))
    return dict(session.exec(select(EntryHeader.actor, latest).where(*theirs).group_by(EntryHeader.actor)).all())


def _roles(stored: Sequence[str]) -> tuple[Role, ...]:
    return tuple(sorted(known_roles(stored), key=list(Role).index))
