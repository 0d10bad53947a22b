"""Filings to authorities for programs: read with what a draft lacks, its text put right, or thrown away."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from incident.api.shapes import PROSE, AtEdge, Codename, FaultOut, In, Out
from incident.auth.dependencies import acting
from incident.models.law import Obligation
from incident.organisation import profile_of
from incident.queries.access import find_incident
from incident.queries.briefs import case_for
from incident.queries.filings import read_filings, text_mark
from incident.queries.notice_checks import Checker
from incident.roles import Action, Actor
from incident.verbs.filings import discard_filing, edit_filing
from incident.writing import templates_of
from notifications.message import Text

router = APIRouter(prefix="/api", tags=["notices"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Filer = Annotated[Actor, Depends(acting(Action.FILE))]


class FilingOut(Out):
    """A filing; `lacking` is what its draft lacks by its own law, and `mark` names the text that stands."""

    id: UUID
    obligation: UUID
    form: str
    locale: str
    subject: str
    text: str
    mark: str
    lacking: list[FaultOut]
    drafted_at: datetime
    submitted_at: datetime | None
    submitted_to: str
    channel: str
    reference: str


class FilingsOut(Out):
    """The newest first."""

    filings: list[FilingOut]


class FilingTextIn(In):
    """The text of a draft; `mark` is that of the text it was begun from, null: whatever stands."""

    subject: str = Field(max_length=2000, pattern=PROSE)
    text: str = Field(max_length=60_000, pattern=PROSE)
    mark: str | None = Field(default=None, max_length=64, pattern=PROSE)


class FilingDiscardIn(In):
    """Why the draft is not needed; `mark` as of a text."""

    reason: str = Field(max_length=500, pattern=PROSE)
    mark: str | None = Field(default=None, max_length=64, pattern=PROSE)


@router.get("/incidents/{codename}/filings", response_model=FilingsOut)
def list_filings(by: Reader, edge: AtEdge, codename: Codename) -> FilingsOut:
    """Every filing of the incident, opened."""
    settings = edge.settings
    checker = Checker(templates_of(settings), profile_of(settings), edge.clock.now(), settings.own_hosts)
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
        case, found = case_for(session, edge.keys, incident_id), []
        for row, text in read_filings(session, edge.keys, by, incident_id):
            duty = session.get_one(Obligation, row.obligation_id)
            lacking = () if row.submitted_at else checker.check_draft(case, duty, row, text)
            faults = [FaultOut(field=one.field, message=one.message, mend=one.mend) for one in lacking]
            said = {"subject": text.subject, "text": text.text, "mark": text_mark(text), "lacking": faults}
            names = set(FilingOut.model_fields) - {*said, "obligation"}
            kept = {name: getattr(row, name) for name in names}
            found.append(FilingOut(**kept, **said, obligation=row.obligation_id))
    return FilingsOut(filings=found)


@router.put("/filings/{filing_id}/text", status_code=204, response_model=None)
def put_text(by: Filer, edge: AtEdge, filing_id: UUID, body: FilingTextIn) -> None:
    """Put the text of a draft right; 409 once it was submitted, or when somebody else changed it meanwhile."""
    edge.write(by, lambda act: edit_filing(act, filing_id, Text(body.subject, body.text), body.mark))


@router.post("/filings/{filing_id}/discarding", status_code=204, response_model=None)
def discard(by: Filer, edge: AtEdge, filing_id: UUID, gone: FilingDiscardIn) -> None:
    """Throw a draft away; 409 once it was submitted, or when somebody else changed it meanwhile."""
    edge.write(by, lambda act: discard_filing(act, filing_id, gone.reason, gone.mark))
