"""The timeline of an incident: its entries opened, newest true time first, a page at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import ChainHead, EntryBody, EntryHeader, body_place, incident_subject
from incident.models.people import ApiToken
from incident.queries.access import access_to
from incident.queries.people import people_named
from incident.roles import PARTS, Action, Actor, require
from notifications.sealing import Keys

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it. `occurred_at` is its true time, `at` when it was recorded."""

    seq: int
    at: datetime
    occurred_at: datetime
    who: str
    action: str
    text: str
    erased: bool
    hash: str


def read_timeline(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID, *, before: int | None = None, limit: int = PAGE
) -> list[Line]:
    """The latest entries below `before`, the newest recorded first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    subject = incident_subject(incident_id)
    query = (
        select(EntryHeader, EntryBody)
        .join(
            EntryBody,
            (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq)),
            isouter=True,
        )
        .where(col(EntryHeader.subject) == subject)
        .order_by(col(EntryHeader.seq).desc())
        .limit(limit)
    )
    rows = session.exec(query if before is None else query.where(col(EntryHeader.seq) < before)).all()
    names = names_of(session, [header.actor for header, _ in rows])
    return [_opened(session, keys, header, body, names) for header, body in rows]


def last_seq(session: Session, subject: str) -> int:
    """The number of the newest entry of a chain, 0 before the first."""
    return session.exec(select(ChainHead.seq).where(col(ChainHead.subject) == subject)).first() or 0


def names_of(session: Session, labels: Sequence[str]) -> dict[str, str]:
    """How people, programs and parts of the system are called, by the label the timeline keeps."""
    wanted = {UUID(label.removeprefix("user:")) for label in labels if label.startswith("user:")}
    programs = select(ApiToken.id, ApiToken.name).where(col(ApiToken.id).in_(wanted))
    called = people_named(session, wanted) | dict(session.exec(programs).all() if wanted else ())
    found = {f"user:{identity}": name for identity, name in called.items()}
    return {label: found.get(label) or _part(label.partition(":")[2]) for label in labels}


def _part(name: str) -> str:
    return PARTS.get(name, name)


def said_in(session: Session, keys: Keys, body: EntryBody | None) -> dict[str, object]:
    """What a line says, opened; nothing once it is erased. For callers that have asked for permission."""
    if body is None or body.sealed is None:
        return {}
    opened: dict[str, object] = json.loads(keys.open(session, body.sealed, body_place(body.subject, body.seq)))
    return opened


def body_of(session: Session, keys: Keys, header: EntryHeader) -> dict[str, object]:
    """What one entry says, for callers that have asked for permission; empty once it was erased."""
    return said_in(session, keys, session.get(EntryBody, (header.subject, header.seq)))


def lines_of(session: Session, keys: Keys, headers: Sequence[EntryHeader]) -> list[Line]:
    """These entries opened, for callers that have asked for permission."""
    names = names_of(session, [header.actor for header in headers])
    bodies = (session.get(EntryBody, (header.subject, header.seq)) for header in headers)
    return [_opened(session, keys, header, body, names) for header, body in zip(headers, bodies, strict=True)]


def _opened(session: Session, keys: Keys, header: EntryHeader, body: EntryBody | None, names: dict[str, str]) -> Line:
    said = said_in(session, keys, body)
    occurred = datetime.fromisoformat(str(said["occurred_at"])) if "occurred_at" in said else header.at
    return Line(
        seq=header.seq,
        at=header.at,
        occurred_at=occurred,
        who=str(said.get("by") or names[header.actor]),
        action=header.action,
        text=str(said.get("text", "")),
        erased=not said,
        hash=header.hash,
    )
