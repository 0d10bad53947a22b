"""The legal holds of an incident, standing and lifted, with their reasons."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.retention import LegalHold
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.sealing import Keys, Place


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold with its reasons opened. Who: as the timeline names actors."""

    reason: str
    set_at: datetime
    set_by: str
    lifted_at: datetime | None
    lifted_by: str
    lift_reason: str


def holds_of(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[Hold]:
    """Every hold, the newest first. Raises NotFound and Forbidden."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = select(LegalHold).where(col(LegalHold.incident_id) == incident_id).order_by(col(LegalHold.set_at).desc())

    def opened(row: LegalHold, column: str, sealed: bytes | None) -> str:
        place = Place("legal_hold", column, str(row.id), incident_subject(incident_id))
        return keys.open(session, sealed, place) if sealed else ""

    return [
        Hold(
            opened(row, "reason_sealed", row.reason_sealed),
            row.set_at,
            row.set_by,
            row.lifted_at,
            row.lifted_by,
            opened(row, "lift_reason_sealed", row.lift_reason_sealed),
        )
        for row in session.exec(mine).all()
    ]
