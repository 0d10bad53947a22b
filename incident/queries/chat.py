"""Reads for chats: who somebody is here, and what may be said of open incidents in a room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.law import Obligation
from incident.models.paging import ChatIdentity
from incident.models.people import UserAccount
from incident.phases import FINAL
from incident.queries.access import visible_incidents
from incident.queries.case import open_obligation
from incident.queries.pages import waiting_of
from incident.queries.seats import actor_of
from incident.roles import Action, Actor, Visibility, require

MOST = 5  # incidents a status names


@dataclass(frozen=True, slots=True)
class Talker:
    """Who somebody in a chat is here, and the zone their times of day are in."""

    actor: Actor
    zone: str


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """Who somebody is in a chat, as whoever administers it sees it."""

    id: UUID
    chat: str
    chat_id: str
    name: str
    email: str


def talker(session: Session, chat: str, chat_id: str) -> Talker | None:
    """Who this is; None for nobody we know, or who may not sign in any more."""
    mine = (col(ChatIdentity.chat) == chat, col(ChatIdentity.chat_id) == chat_id)
    joined = select(UserAccount).join(ChatIdentity, col(ChatIdentity.user_id) == col(UserAccount.id))
    account = session.exec(joined.where(*mine, col(UserAccount.disabled_at).is_(None))).first()
    if account is None:
        return None
    return Talker(actor_of(account), "" if account.zone == "UTC" else account.zone)


def read_identities(session: Session, actor: Actor) -> list[IdentityLine]:
    """Everybody who may give commands from a chat, by name. Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    joined = select(ChatIdentity, UserAccount).join(UserAccount, col(UserAccount.id) == col(ChatIdentity.user_id))
    rows = session.exec(joined.order_by(col(UserAccount.name), col(ChatIdentity.id))).all()
    return [IdentityLine(row.id, row.chat, row.chat_id, account.name, account.email) for row, account in rows]


def open_incidents(session: Session, actor: Actor) -> Sequence[Incident]:
    """Open incidents that everybody inside may know, the latest first: a room may hear of no others unasked."""
    conditions = (visible_incidents(actor), col(Incident.phase).not_in(FINAL))
    everybodys = col(Incident.visibility) == Visibility.OPEN
    return session.exec(
        select(Incident).where(*conditions, everybodys).order_by(col(Incident.opened_at).desc(), col(Incident.id))
    ).all()


def status_of(session: Session, incident: Incident, now: datetime) -> str:
    """One line without names of people and without what happened."""
    mine = (col(Obligation.incident_id) == incident.id, col(Obligation.due_at).is_not(None), *open_obligation())
    due = session.exec(select(func.min(Obligation.due_at)).where(*mine)).one()  # type: ignore[arg-type]
    words = [incident.phase.value.replace("_", " "), incident.severity.value]
    words.append("somebody commands" if incident.commander_id else "NOBODY commands")
    if due is not None:
        words.append(f"next deadline {due:%Y-%m-%d %H:%M} UTC{', LATE' if due <= now else ''}")
    if waiting_of(session, incident.id):
        words.append("a page waits for an answer")
    return f"{incident.codename}: {', '.join(words)}"
