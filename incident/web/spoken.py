"""Approvals by telephone on the page of a release: written down by a witness, confirmed or denied by the approver."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.organisation import approval_rules_of
from incident.roles import Action, Actor
from incident.verbs.spoken import Spoken, confirm_spoken_approval, deny_spoken_approval, record_spoken_approval
from incident.web.approval_forms import SeenForm, SpokenForm
from incident.web.frame import Seated, see
from incident.web.moments import local_moment

router = APIRouter(include_in_schema=False)
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_RELEASE, programs=False))]


@router.post("/releases/{release_id}/spoken-approval")
def write_down(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.REQUEST_RELEASE, programs=False))],
    release_id: UUID,
    form: Annotated[SpokenForm, Form()],
) -> Response:
    """Write down that an approver said yes by telephone."""
    spoken = Spoken(form.approver, local_moment(form.at, desk), form.recognised)
    page = f"/releases/{release_id}"
    address = f"{desk.edge.settings.base_url}{page}"
    desk.edge.write(by, lambda act: record_spoken_approval(act, release_id, form.seen, spoken, address))
    return see(page)


@router.post("/releases/{release_id}/confirmation")
def confirm(desk: Seated, by: Approver, release_id: UUID, form: Annotated[SeenForm, Form()]) -> Response:
    """The approver confirms what they said."""
    rules = approval_rules_of(desk.edge.settings)
    desk.edge.write(by, lambda act: confirm_spoken_approval(act, release_id, form.seen, rules=rules))
    return see(f"/releases/{release_id}")


@router.post("/releases/{release_id}/denial")
def deny(desk: Seated, by: Approver, release_id: UUID) -> Response:
    """The approver said nothing of the kind: nothing further goes out."""
    desk.edge.write(by, lambda act: deny_spoken_approval(act, release_id))
    return see(f"/releases/{release_id}")
