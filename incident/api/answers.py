"""The bank of approved answers, and what support may learn, for programs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from incident import replying
from incident.answer_texts import LONGEST, LONGEST_QUESTION, AnswerText
from incident.api.shapes import PROSE, AtEdge, In, Out, Reason, Reference, word_of
from incident.auth.dependencies import acting
from incident.queries.access import find_incident
from incident.queries.answers import BankAnswer, read_bank
from incident.queries.lookups import read_lookups
from incident.queries.support import Asked
from incident.roles import Action, Actor
from incident.verbs.answers import Draft, draft_answer, refuse_answer
from incident.verbs.support import Question

router = APIRouter(prefix="/api", tags=["answers"])
Reader = Annotated[Actor, Depends(acting(Action.READ_ANSWERS))]
Writer = Annotated[Actor, Depends(acting(Action.WRITE_ANSWER))]
Approver = Annotated[Actor, Depends(acting(Action.APPROVE_ANSWER, programs=False))]
Asker = Annotated[Actor, Depends(acting(Action.ASK_SUPPORT))]
Auditor = Annotated[Actor, Depends(acting(Action.READ_LOOKUPS))]
Words = Annotated[str, Field(max_length=LONGEST, pattern=PROSE)]


class VersionOut(Out):
    """One version. `stale`: a fact it rests on has changed; it is not sent until it is approved anew."""

    id: UUID
    number: int
    state: str
    question: str
    texts: dict[str, str]
    digest: str
    fact_version: int
    stale: bool
    drafted_at: datetime
    approved_at: datetime | None


class BankAnswerOut(Out):
    """One answer of the bank, its newest version first; `incident_id` null: for all incidents."""

    id: UUID
    incident_id: UUID | None
    key: str
    versions: list[VersionOut]

    @classmethod
    def of(cls, found: BankAnswer) -> "BankAnswerOut":
        versions = [
            VersionOut(
                question=one.text.question,
                texts=dict(one.text.texts),
                stale=one.stale,
                **{name: getattr(one.row, name) for name in OF_ROW},
            )
            for one in found.versions
        ]
        return cls(id=found.row.id, incident_id=found.row.incident_id, key=found.row.key, versions=versions)


OF_ROW = ("id", "number", "state", "digest", "fact_version", "drafted_at", "approved_at")


class BankOut(Out):
    answers: list[BankAnswerOut]


class DraftIn(In):
    """A version to be. `incident`: codename or id; left out, it is for all incidents."""

    key: Annotated[str, Field(max_length=64)]
    question: Annotated[str, Field(max_length=LONGEST_QUESTION, pattern=PROSE)]
    texts: Annotated[dict[str, Words], Field(max_length=8)]
    incident: Reference = ""


class DraftedOut(Out):
    """The version that waits for another person, with the digest that person approves."""

    id: UUID
    answer_id: UUID
    number: int
    state: str
    digest: str


class SeenIn(In):
    """`reason`: why warnings may stand."""

    digest: Annotated[str, Field(max_length=64)]
    reason: Reason = ""


class ReasonIn(In):
    reason: Reason


class QuestionIn(In):
    """Whom support asks about: the host's id of a customer or person, or an address. `locale`: of whoever asks."""

    asked: Annotated[Asked, word_of(Asked)]
    value: Annotated[str, Field(max_length=320)]
    locale: Annotated[str, Field(max_length=16)] = "en"


class SupportOut(Out):
    """All there is to learn. `sentence` is approved, "" where none is; `announcement` a public id, "" for none."""

    affected: str
    sentence: str
    locale: str
    announcement: str


class LookupOut(Out):
    """One question of support; `subject` is a keyed fingerprint, the same for the same person."""

    by: str
    asked: str
    subject: str
    answer: str
    locale: str
    at: datetime


class LookupsOut(Out):
    lookups: list[LookupOut]


@router.get("/answers", response_model=BankOut)
def bank(by: Reader, edge: AtEdge, incident: Annotated[Reference, Query()] = "") -> BankOut:
    """The bank of an incident, or the general one."""
    with edge.read() as session:
        incident_id = find_incident(session, by, incident).id if incident else None
        return BankOut(answers=[BankAnswerOut.of(one) for one in read_bank(session, edge.keys, by, incident_id)])


@router.post("/answers", status_code=201, response_model=DraftedOut)
def draft(by: Writer, edge: AtEdge, body: DraftIn) -> DraftedOut:
    """Add a version, to be approved by somebody who wrote none."""
    with edge.read() as session:
        incident_id = find_incident(session, by, body.incident).id if body.incident else None
    new = Draft(incident_id, body.key, AnswerText(body.question, body.texts))
    return DraftedOut.from_row(edge.write(by, lambda act: draft_answer(act, new)))


@router.post("/answer-versions/{version_id}/approvals", response_model=DraftedOut)
def approve(by: Approver, edge: AtEdge, version_id: UUID, body: SeenIn) -> DraftedOut:
    """Approve a version as it was seen, or approve it anew after a fact has changed."""
    return DraftedOut.from_row(replying.approve(edge, by, version_id, body.digest, body.reason))


@router.post("/answer-versions/{version_id}/refusal", response_model=DraftedOut)
def refuse(by: Approver, edge: AtEdge, version_id: UUID, body: ReasonIn) -> DraftedOut:
    """Say no to a draft."""
    return DraftedOut.from_row(edge.write(by, lambda act: refuse_answer(act, version_id, body.reason)))


@router.post("/support/questions", response_model=SupportOut)
def ask(by: Asker, edge: AtEdge, body: QuestionIn) -> SupportOut:
    """Whether somebody is affected, and the approved sentence; every question is kept."""
    found = replying.ask(edge, by, Question(body.asked, body.value, body.locale))
    return SupportOut(affected=found.affected, sentence=found.sentence, locale=found.locale, announcement=found.public)


@router.get("/support/lookups", response_model=LookupsOut)
def lookups(by: Auditor, edge: AtEdge) -> LookupsOut:
    """The latest 200 questions of support."""
    with edge.read() as session:
        rows = read_lookups(session, by).rows
    return LookupsOut(
        lookups=[
            LookupOut(
                by=row.by, asked=row.asked, subject=row.subject_blind, answer=row.answer, locale=row.locale, at=row.at
            )
            for row in rows
        ]
    )
