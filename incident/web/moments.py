"""Record the moments the law counts from, correct them, and decide when we knew."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.organisation import organisation_of
from incident.roles import Action, Actor
from incident.verbs.anchors import Moment, correct_moment, decide_awareness, propose_awareness, record_moment
from incident.web.case_acts import find
from incident.web.forms import AwarenessForm, MomentForm
from incident.web.frame import Desk, Seated, see
from incident.web.times import read_local
from notifications.wording import worded

router = APIRouter(include_in_schema=False)


@router.post("/incidents/{reference}/awareness")
def set_awareness(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.PROPOSE_ANCHOR, programs=False))],
    reference: str,
    form: Annotated[AwarenessForm, Form()],
) -> Response:
    """Decide the moment of awareness, or put a candidate on the worksheet."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    moment = Moment(local_moment(form.at, desk), form.why, scope=form.scope, clue=form.clue)
    if form.act == "decide":
        desk.edge.write(by, lambda act: decide_awareness(act, incident_id, form.version, organisation, moment))
    else:
        desk.edge.write(by, lambda act: propose_awareness(act, incident_id, organisation, moment))
    return see(f"/incidents/{reference}/duties#awareness")


@router.post("/incidents/{reference}/moments")
def add_moment(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.PROPOSE_ANCHOR, programs=False))],
    reference: str,
    form: Annotated[MomentForm, Form()],
) -> Response:
    """Record a moment, or correct a record of it where one is named."""
    incident_id, organisation = find(desk, reference), organisation_of(desk.edge.settings)
    moment = Moment(local_moment(form.at, desk), form.why, form.name, form.scope, form.evidence)
    wrong = _corrected(form.corrects)
    if wrong is None:
        desk.edge.write(by, lambda act: record_moment(act, incident_id, organisation, moment))
    else:
        desk.edge.write(by, lambda act: correct_moment(act, incident_id, organisation, wrong, moment))
    return see(f"/incidents/{reference}/duties#moments")


def local_moment(text: str, desk: Desk) -> datetime:
    """The moment a local field names in the reader's zone. Raises Invalid."""
    try:
        return read_local(text, desk.zone)
    except ValueError:
        raise Invalid(Fault("at", worded("names no moment"), worded("such as 2026-11-24T09:00"))) from None


def _corrected(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(
            Fault("corrects", worded("names no record"), worded("choose the record on the page of duties"))
        ) from None
