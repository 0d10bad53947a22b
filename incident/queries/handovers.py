"""The note one shift left for the next, and who took over; what is open when a shift ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import EntryHeader, incident_subject
from incident.queries.access import access_to
from incident.queries.timeline import body_of, names_of
from incident.roles import Action, Actor, require
from incident.shift_notes import TAKEN, WRITTEN, ShiftNote
from notifications.sealing import Keys


@dataclass(frozen=True, slots=True)
class Handover:
    """The last note. `note` is None once its text was erased; `taken_at` None while nobody has taken over."""

    seq: int
    at: datetime
    by: str  # label of the actor
    who: str
    note: ShiftNote | None
    taken_at: datetime | None = None
    taken_by: str = ""


def read_handover(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> Handover | None:
    """The note that is pinned: the last one, None before the first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    subject = incident_subject(incident_id)
    header = last_header(session, subject, (WRITTEN,))
    if header is None:
        return None
    taken = last_header(session, subject, (TAKEN,), above=header.seq)
    said = body_of(session, keys, header)
    names = names_of(session, [header.actor, *([taken.actor] if taken else [])])
    note = ShiftNote(str(said["runs"]), str(said["awaited"]), str(said["worries"])) if said else None
    return Handover(
        seq=header.seq,
        at=header.at,
        by=header.actor,
        who=str(said["by"]) if said.get("by") else names[header.actor],
        note=note,
        taken_at=taken.at if taken else None,
        taken_by=names[taken.actor] if taken else "",
    )


def last_header(session: Session, subject: str, actions: Iterable[str], above: int = 0) -> EntryHeader | None:
    """The newest entry of a chain with one of these actions, above a number."""
    found = last_headers(session, subject, actions, 1, above)
    return found[0] if found else None


def last_headers(
    session: Session, subject: str, actions: Iterable[str], limit: int, above: int = 0
) -> Sequence[EntryHeader]:
    """The newest entries of a chain with one of these actions, the newest first."""
    wanted = (col(EntryHeader.subject) == subject, col(EntryHeader.action).in_(list(actions)))
    newer = (col(EntryHeader.seq) > above,) if above else ()
    query = select(EntryHeader).where(*wanted, *newer).order_by(col(EntryHeader.seq).desc())
    return session.exec(query.limit(limit)).all()
