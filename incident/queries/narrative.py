"""Words looked for in timelines: lines are sealed, so the latest of the incidents one may see are opened and read."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import EntryBody, EntryHeader, incident_subject
from incident.queries.timeline import said_in
from incident.roles import Action, Actor, require
from notifications.sealing import Keys

MOST = 4000  # lines opened for one search: about half a second


@dataclass(frozen=True, slots=True)
class Narrative:
    """Incidents with a line that has all the words, each with its latest one. `whole`: every line was read."""

    found: dict[UUID, tuple[int, str]]
    whole: bool


def search_timelines(session: Session, keys: Keys, actor: Actor, visible: Collection[UUID], words: str) -> Narrative:
    """Look through the latest lines of these incidents, which the actor may see. Raises Forbidden."""
    require(actor, Action.READ, None)
    wanted = words.lower().split()
    subjects = {incident_subject(one): one for one in visible}
    if not wanted or not subjects:
        return Narrative({}, whole=True)
    same = (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq))
    query = select(EntryHeader, EntryBody).join(EntryBody, same).where(col(EntryHeader.subject).in_(subjects))
    rows = session.exec(query.order_by(col(EntryHeader.at).desc(), col(EntryHeader.seq).desc()).limit(MOST + 1)).all()
    found: dict[UUID, tuple[int, str]] = {}
    for header, body in rows[:MOST]:
        identity = subjects[header.subject]
        if identity in found:
            continue
        text = str(said_in(session, keys, body).get("text", ""))
        if all(word in text.lower() for word in wanted):
            found[identity] = (header.seq, text)
    return Narrative(found, whole=len(rows) <= MOST)
