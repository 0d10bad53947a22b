"""Filings to authorities, opened: drafts and submissions of an incident."""

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.law import Filing
from incident.queries.access import visible_incidents
from incident.queries.notices import filings_of
from incident.roles import Actor
from notifications.message import Text, read_text
from notifications.sealing import Keys, Place

KEPT_IN_MIND = 20  # authorities offered when the next submission is recorded


def read_filings(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[tuple[Filing, Text]]:
    """Every filing with its text, the newest first. Raises NotFound and Forbidden by permission."""
    subject = incident_subject(incident_id)
    found = []
    for row in filings_of(session, actor, incident_id):
        place = Place("filing", "draft_sealed", str(row.id), subject)
        found.append((row, read_text(json.loads(keys.open(session, row.draft_sealed, place)))))
    return found


def authorities_before(session: Session, actor: Actor) -> tuple[str, ...]:
    """To whom filings of the incidents this actor may see were submitted, as it was written down, the latest first."""
    query = (
        select(Filing.submitted_to, func.max(Filing.submitted_at))
        .join(Incident, col(Incident.id) == col(Filing.incident_id))
        .where(visible_incidents(actor), col(Filing.submitted_at).is_not(None))
        .group_by(col(Filing.submitted_to))
        .order_by(func.max(Filing.submitted_at).desc())
        .limit(KEPT_IN_MIND)
    )
    return tuple(name for name, _ in session.exec(query).all() if name)


def still_said(left_open: Mapping[str, str], text: Text) -> dict[str, str]:
    """Those of the points a draft left open whose words still stand in it: a person may have filled in the others."""
    told = " ".join(text.text.split())
    return {point: said for point, said in left_open.items() if " ".join(said.split()) in told}


def text_mark(text: Text) -> str:
    """By which an edit knows that it was begun from the text that stands: a digest of subject and text."""
    return hashlib.sha256(f"{text.subject}\n{text.text}".encode()).hexdigest()
