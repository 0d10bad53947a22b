"""What was recorded by mistake is taken back by an entry of its own: a duty met."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from incident.auth.dependencies import acting
from incident.organisation import organisation_of
from incident.roles import Action, Actor
from incident.verbs.filings import take_back_met
from incident.web.case_acts import find
from incident.web.forms import Reason
from incident.web.frame import Seated, see

router = APIRouter(include_in_schema=False)


@router.post("/incidents/{reference}/obligations/{obligation_id}/reopening")
def reopen_duty(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    obligation_id: UUID,
    reason: Reason = "",
) -> Response:
    """Say that a duty is not met after all: it was recorded so by hand, by mistake."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    desk.edge.write(by, lambda act: take_back_met(act, incident_id, obligation_id, reason, organisation))
    return see(f"/incidents/{reference}/duties")
