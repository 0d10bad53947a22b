"""Who let a warning of a notice's checks stand, and why: read from the timeline, for those who approve it."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from incident.models.entries import EntryHeader, incident_subject
from incident.models.people import Notice
from incident.queries.access import access_to
from incident.queries.timeline import body_of, names_of
from incident.roles import Action, Actor, require
from notifications.sealing import Keys

TICKED = "notice.warning_ticked"


def accepted_by(session: Session, keys: Keys, actor: Actor, notice: Notice, ticks: Mapping[str, str]) -> dict[str, str]:
    """The name of who accepted each of these warnings last, by the key of its finding; an erased line says nobody.

    Raises NotFound and Forbidden.
    """
    require(actor, Action.READ, access_to(session, notice.incident_id))
    mine = (col(EntryHeader.subject) == incident_subject(notice.incident_id), col(EntryHeader.action) == TICKED)
    found: dict[str, str] = {}
    for header in session.exec(select(EntryHeader).where(*mine).order_by(col(EntryHeader.seq))).all():
        body = body_of(session, keys, header)
        key, of = str(body.get("finding", "")), body.get("notice", str(notice.id))
        if key in ticks and of == str(notice.id) and str(body.get("text", "")).endswith(ticks[key]):
            found[key] = header.actor
    names = names_of(session, list(found.values()))
    return {key: names[label] for key, label in found.items()}
