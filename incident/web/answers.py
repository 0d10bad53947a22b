"""The bank of approved answers: drafted, compared with the version before, approved by another person, retired."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from pydantic import Field
from sqlmodel import Session

from incident import replying
from incident.answer_texts import PLACEHOLDERS, AnswerText
from incident.auth.dependencies import acting
from incident.models.incidents import Incident
from incident.queries.access import find_incident
from incident.queries.answers import BankAnswer, read_bank, read_bank_answer
from incident.queries.support import decision_of
from incident.roles import Action, Actor
from incident.verbs.answers import Draft, draft_answer, refuse_answer, retire_answer
from incident.verbs.support import state_complete, withdraw_complete
from incident.web.case_acts import find
from incident.web.forms import Line, Reason, Sent, Text
from incident.web.frame import Seated, see
from incident.web.incidents import opened, show
from incident.web.outgoing import languages
from incident.web.reply_views import bank_line, version_lines
from incident.web.views.replies import AnswerView, BankView

router = APIRouter(include_in_schema=False)
Reader = Annotated[Actor, Depends(acting(Action.READ_ANSWERS, programs=False))]
Writer = Annotated[Actor, Depends(acting(Action.WRITE_ANSWER, programs=False))]
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_ANSWER, programs=False))]
Decider = Annotated[Actor, Depends(acting(Action.DECIDE, programs=False))]
NAMES = tuple(sorted(PLACEHOLDERS))


class AnswerDraftForm(Sent):
    """A version to be. `incident`: of which incident, "" for all; `locale` and `text` go in pairs."""

    key: Line
    question: Line
    incident: Line = ""
    locale: list[Line] = Field(default_factory=list)
    text: list[Text] = Field(default_factory=list)


class SeenForm(Sent):
    """`digest`: of what was read; `reason`: why warnings may stand."""

    digest: Line
    reason: Line = ""


@router.get("/answers")
def show_bank(desk: Seated, by: Reader) -> Response:
    """Answers that belong to no incident, those of support among them."""
    with desk.edge.read() as session:
        view = _bank(read_bank(session, desk.edge.keys, by, None))
        return desk.page("answers.html", session, {"view": view})


@router.get("/incidents/{reference}/answers")
def show_bank_of(desk: Seated, by: Reader, reference: str) -> Response:
    """The bank of an incident."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        here = page.incident
        complete = decision_of(session, desk.edge.keys, here.id)
        found = read_bank(session, desk.edge.keys, by, here.id)
        values = {"view": _bank(found, here.codename, complete.at if complete else None)}
        return show(desk, session, page, "notices", "incident_answers.html", values)


@router.post("/answers")
def draft(desk: Seated, by: Writer, form: Annotated[AnswerDraftForm, Form()]) -> Response:
    """Add a version."""
    with desk.edge.read() as session:
        incident_id = find_incident(session, desk.actor, form.incident).id if form.incident else None
    texts = dict(zip(form.locale, form.text, strict=False))
    new = Draft(incident_id, form.key, AnswerText(form.question, texts))
    version = desk.edge.write(by, lambda act: draft_answer(act, new))
    return see(f"/answers/{version.answer_id}")


@router.get("/answers/{answer_id}")
def show_answer(desk: Seated, by: Reader, answer_id: UUID) -> Response:
    """One answer with its versions."""
    with desk.edge.read() as session:
        found = read_bank_answer(session, desk.edge.keys, by, answer_id)
    waiting = found.draft or (found.current if found.current and found.current.stale else None)
    findings = replying.check_text(desk.edge, found.row.incident_id, waiting.text) if waiting else ()
    with desk.edge.read() as session:
        newest = found.versions[0].text
        view = AnswerView(
            id=str(found.row.id),
            key=found.row.key,
            codename=_codename(session, found),
            versions=version_lines(desk, session, found),
            findings=tuple(findings),
            locales=languages(),
            texts=dict(newest.texts),
            question=newest.question,
            placeholders=NAMES,
        )
        return desk.page("answer.html", session, {"view": view})


@router.post("/answer-versions/{version_id}/approvals")
def approve(desk: Seated, by: Approver, version_id: UUID, form: Annotated[SeenForm, Form()]) -> Response:
    """Approve what was read."""
    version = replying.approve(desk.edge, by, version_id, form.digest, form.reason)
    return see(f"/answers/{version.answer_id}")


@router.post("/answer-versions/{version_id}/refusal")
def refuse(desk: Seated, by: Approver, version_id: UUID, reason: Reason) -> Response:
    """Say no to a draft."""
    version = desk.edge.write(by, lambda act: refuse_answer(act, version_id, reason))
    return see(f"/answers/{version.answer_id}")


@router.post("/answers/{answer_id}/retirement")
def retire(desk: Seated, by: Approver, answer_id: UUID) -> Response:
    """Take it out of the bank."""
    desk.edge.write(by, lambda act: retire_answer(act, answer_id))
    return see("/answers")


@router.post("/incidents/{reference}/completeness")
def complete(desk: Seated, by: Decider, reference: str, reason: Reason) -> Response:
    """Decide that nobody else is affected, so that support may say no."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: state_complete(act, incident_id, reason))
    return see(f"/incidents/{reference}/answers#complete")


@router.post("/incidents/{reference}/completeness/withdrawal")
def incomplete(desk: Seated, by: Decider, reference: str, reason: Reason) -> Response:
    """Take that decision back."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: withdraw_complete(act, incident_id, reason))
    return see(f"/incidents/{reference}/answers#complete")


def _bank(found: list[BankAnswer], incident: str = "", complete_at: datetime | None = None) -> BankView:
    return BankView(tuple(map(bank_line, found)), languages("en"), NAMES, incident, complete_at)


def _codename(session: Session, found: BankAnswer) -> str:
    row = session.get(Incident, found.row.incident_id) if found.row.incident_id else None
    return row.codename if row else ""
