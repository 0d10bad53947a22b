"""Filings to authorities, opened: drafts and submissions of an incident."""

import json
from uuid import UUID

from sqlmodel import Session

from incident.models.entries import incident_subject
from incident.models.law import Filing
from incident.queries.notices import filings_of
from incident.roles import Actor
from notifications.message import Text, read_text
from notifications.sealing import Keys, Place


def read_filings(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[tuple[Filing, Text]]:
    """Every filing with its text, the newest first. Raises NotFound and Forbidden by permission."""
    subject = incident_subject(incident_id)
    found = []
    for row in filings_of(session, actor, incident_id):
        place = Place("filing", "draft_sealed", str(row.id), subject)
        found.append((row, read_text(json.loads(keys.open(session, row.draft_sealed, place)))))
    return found
