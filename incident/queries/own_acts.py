"""What one person did: their own entries, over all chains, for themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import ADMINISTRATION, EntryBody, EntryHeader, incident_of_subject
from incident.models.incidents import Incident
from incident.queries.access import visible_incidents
from incident.queries.timeline import said_in
from incident.roles import Actor
from notifications.sealing import Keys

MOST = 50


@dataclass(frozen=True, slots=True)
class OwnAct:
    """One act. `codename` is of the incident it belongs to, "" for administration; `text` "" once it is erased."""

    at: datetime
    action: str
    text: str
    codename: str
    seq: int


def read_own_acts(session: Session, keys: Keys, actor: Actor) -> list[OwnAct]:
    """The last fifty acts of the actor, the newest first; those in an incident they may no longer see are left out."""
    mine = select(EntryHeader, EntryBody).outerjoin(
        EntryBody,
        (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq)),
    )
    newest = (col(EntryHeader.at).desc(), col(EntryHeader.subject), col(EntryHeader.seq).desc())
    rows = session.exec(mine.where(col(EntryHeader.actor) == actor.label).order_by(*newest).limit(MOST)).all()
    codenames = _codenames(session, actor, {header.subject for header, _ in rows})
    return [
        OwnAct(header.at, header.action, _text(session, keys, body), codenames[header.subject], header.seq)
        for header, body in rows
        if header.subject in codenames
    ]


def _codenames(session: Session, actor: Actor, subjects: set[str]) -> dict[str, str]:
    """The subjects the actor may see, and how their incidents are called."""
    ids: dict[UUID, str] = {}
    for subject in subjects - {ADMINISTRATION}:
        if subject.startswith("incident:"):
            ids[incident_of_subject(subject)] = subject
    seen = select(Incident.id, Incident.codename).where(col(Incident.id).in_(ids), visible_incidents(actor))
    return {ADMINISTRATION: ""} | {ids[identity]: name for identity, name in session.exec(seen).all()}


def _text(session: Session, keys: Keys, body: EntryBody | None) -> str:
    return str(said_in(session, keys, body).get("text", ""))
