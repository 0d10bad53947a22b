"""Filings to authorities: drafted from the facts, and the record of where, when and how they were submitted."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.notice_texts import FILING, write_filing
from incident.organisation import organisation_of
from incident.queries.briefs import filing_brief
from incident.roles import Action, Actor
from incident.verbs.filings import Submission, keep_filing, record_submission
from incident.web.authoring import authoring_from, templates_of
from incident.web.case_acts import find
from incident.web.forms import FilingForm, SubmissionForm
from incident.web.frame import Desk, Seated, see
from incident.web.times import read_local

router = APIRouter(include_in_schema=False)


@router.post("/incidents/{reference}/filings")
def draft_filing(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    form: Annotated[FilingForm, Form()],
) -> Response:
    """Draft a filing for one obligation."""
    find(desk, reference)
    authoring = authoring_from(desk, form, form.delay)
    with desk.edge.read() as session:
        brief = filing_brief(session, desk.edge.keys, by, form.obligation, authoring)
    written = write_filing(templates_of(desk), FILING, brief, form.locale)
    desk.edge.write(by, lambda act: keep_filing(act, form.obligation, FILING, brief, written))
    return see(f"/incidents/{reference}/notices#filings")


@router.post("/incidents/{reference}/filings/{filing_id}/submission")
def record(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FILE, programs=False))],
    reference: str,
    filing_id: UUID,
    form: Annotated[SubmissionForm, Form()],
) -> Response:
    """Record where, when and under which reference a filing was submitted, and the evidence of its receipt."""
    find(desk, reference)
    organisation = organisation_of(desk.edge.settings)
    at, receipt = _moment(desk, form.at), _receipt(form.receipt)
    submission = Submission(form.submitted_to, form.channel, at, form.reference, receipt)
    desk.edge.write(by, lambda act: record_submission(act, filing_id, submission, organisation))
    return see(f"/incidents/{reference}/notices#filings")


def _moment(desk: Desk, said: str) -> datetime:
    """The moment a field names in the reader's zone; an empty one is now. Raises Invalid."""
    try:
        return read_local(said, desk.zone) if said else desk.edge.clock.now()
    except ValueError:
        raise Invalid(Fault("at", "names no moment", "such as 2026-11-25T14:00")) from None


def _receipt(said: str) -> UUID | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Invalid(Fault("receipt", "is no evidence of this incident", "choose one of the list")) from None
