"""Legal holds: while one is set on an incident nothing of it is purged, with the reason and who lifted it."""

from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, NotFound
from incident.models.entries import incident_subject
from incident.models.retention import LegalHold
from incident.roles import Action
from incident.verbs.act import Act, place_in
from incident.verbs.entries import record
from incident.verbs.release_steps import require_reason
from notifications.ids import new_id
from notifications.wording import worded


def set_hold(act: Act, incident_id: UUID, reason: str) -> LegalHold:
    """Keep everything of an incident until this is lifted. Raises Conflict where one is set, Invalid for no reason."""
    act.require(Action.LEGAL_HOLD, incident_id)
    why = require_reason(reason)
    if standing_hold(act, incident_id) is not None:
        raise Conflict(worded("A legal hold is set already: lift that one, or leave it."))
    row = LegalHold(id=new_id(), incident_id=incident_id, reason_sealed=b"", set_at=act.now, set_by=act.actor.label)
    row.reason_sealed = act.seal(why, place_in(incident_id, "legal_hold", "reason_sealed", row.id))
    act.session.add(row)
    act.session.flush()
    body = {"text": f"Legal hold set, nothing is purged: {why}", "hold": str(row.id)}
    record(act, incident_subject(incident_id), "hold.set", body)
    return row


def lift_hold(act: Act, incident_id: UUID, reason: str) -> LegalHold:
    """Let retention go on. What came due meanwhile goes at the next look. Raises NotFound where none is set."""
    act.require(Action.LEGAL_HOLD, incident_id)
    why = require_reason(reason)
    row = standing_hold(act, incident_id)
    if row is None:
        raise NotFound(worded("No legal hold is set on this incident."))
    row.lifted_at, row.lifted_by = act.now, act.actor.label
    row.lift_reason_sealed = act.seal(why, place_in(incident_id, "legal_hold", "lift_reason_sealed", row.id))
    act.session.add(row)
    act.session.flush()
    body = {"text": f"Legal hold lifted: {why}", "hold": str(row.id)}
    record(act, incident_subject(incident_id), "hold.lifted", body)
    return row


def standing_hold(act: Act, incident_id: UUID) -> LegalHold | None:
    """The hold that keeps everything of an incident, locked until the transaction ends. A step of other verbs."""
    mine = (col(LegalHold.incident_id) == incident_id, col(LegalHold.lifted_at).is_(None))
    return act.session.exec(select(LegalHold).where(*mine).with_for_update()).first()
