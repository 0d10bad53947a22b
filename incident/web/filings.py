"""Filings to authorities: drafted from the facts, and the record of where, when and how they were submitted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.notice_texts import FILING, write_filing
from incident.queries.notices import filing_brief
from incident.roles import Action, Actor
from incident.verbs.filings import Submission, keep_filing, record_submission
from incident.web.authoring import authoring_from, templates_of
from incident.web.case_acts import find
from incident.web.forms import FilingForm, SubmissionForm
from incident.web.frame import Seated, see

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
    """Record that a filing was submitted, now."""
    find(desk, reference)
    submission = Submission(form.submitted_to, form.channel, desk.edge.clock.now(), form.reference)
    desk.edge.write(by, lambda act: record_submission(act, filing_id, submission))
    return see(f"/incidents/{reference}/notices#filings")
