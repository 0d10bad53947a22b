"""Replies for programs: counted and listed without their words, sorted, dealt with and answered from the bank."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from incident import replying
from incident.api.answers import Words
from incident.api.shapes import AtEdge, Codename, Identity, In, Out, Reason, Reference, word_of
from incident.auth.dependencies import acting
from incident.models.replies import Reply
from incident.queries.access import find_incident
from incident.queries.replies import Wanted, list_replies
from incident.roles import Action, Actor
from incident.verbs.reply_acts import assign_reply, correct_class, settle_reply, view_reply
from incident.verbs.reply_answers import take_back_answer
from notifications.replies import ReplyClass

router = APIRouter(prefix="/api", tags=["replies"])
Reader = Annotated[Actor, Depends(acting(Action.READ_REPLIES))]
Answerer = Annotated[Actor, Depends(acting(Action.ANSWER))]
Second = Annotated[Actor, Depends(acting(Action.ANSWER, programs=False))]
Kind = Annotated[ReplyClass, word_of(ReplyClass)]
Locale = Annotated[str, Field(max_length=16)]


class ReplyOut(Out):
    """A reply without its words. `person` and `account` are the host's ids, "" where nobody knows or may say any more.

    `same_address`: it came from the address the mail went to. `automatic`: a program sent it, and nothing answers it.
    """

    id: UUID
    incident_id: UUID | None
    edition_id: UUID | None
    delivery_id: int | None
    person: str
    account: str
    matched_by: str
    same_address: bool
    kind: str
    read_as: str
    ground: str
    automatic: bool
    locale: str
    received_at: datetime
    due_at: datetime | None
    settled_at: datetime | None


class RepliesOut(Out):
    """A page of replies, open ones first, with counts by class. `next`: give it as `after`; null at the end."""

    replies: list[ReplyOut]
    open: dict[str, int]
    all: dict[str, int]
    next: UUID | None


class WordsOut(Out):
    """What a reply says; that it was read is kept."""

    sender: str
    name: str
    subject: str
    text: str
    cut: bool


class ClassIn(In):
    kind: Kind
    reason: Reason


class SettlementIn(In):
    reason: Reason


class AssignmentIn(In):
    incident: Reference
    reason: Reason


class AnswerIn(In):
    """`version_id`: an approved version of the bank. `again`: why a reply that was answered is answered once more."""

    version_id: Identity
    locale: Locale
    again: Reason = ""


class FreeIn(In):
    """An answer in words of its own; another person approves it."""

    text: Words
    locale: Locale
    again: Reason = ""


class ApprovalIn(In):
    """`digest`: of the text that was seen."""

    digest: Annotated[str, Field(max_length=64)]


class GivenOut(Out):
    """An answer to a reply. `state`: waiting for a second person, sent, refused or withdrawn."""

    id: UUID
    reply_id: UUID
    number: int
    state: str
    digest: str
    occasion: str


def _listed(edge: AtEdge, by: Actor, reference: str | None, wanted: Wanted) -> RepliesOut:
    with edge.read() as session:
        incident_id = find_incident(session, by, reference).id if reference else None
        found = list_replies(session, by, incident_id, wanted)
    return RepliesOut(
        replies=[ReplyOut.from_row(row) for row in found.rows],
        open={kind.value: left for kind, (left, _) in found.counts.items()},
        all={kind.value: number for kind, (_, number) in found.counts.items()},
        next=found.rows[-1].id if found.more else None,
    )


@router.get("/incidents/{reference}/replies", response_model=RepliesOut)
def of_incident(
    by: Reader,
    edge: AtEdge,
    reference: Codename,
    kind: ReplyClass | None = None,
    after: UUID | None = None,
    *,
    open_only: Annotated[bool, Query(alias="open")] = False,
) -> RepliesOut:
    """Replies of an incident."""
    return _listed(edge, by, reference, Wanted(kind, open_only, after))


@router.get("/replies", response_model=RepliesOut)
def of_nobody(by: Reader, edge: AtEdge, after: UUID | None = None) -> RepliesOut:
    """Replies that nobody has matched to an incident."""
    return _listed(edge, by, None, Wanted(after=after))


@router.post("/replies/{reply_id}/views", response_model=WordsOut)
def view(by: Reader, edge: AtEdge, reply_id: UUID) -> WordsOut:
    """What a reply says; that it was read is kept."""
    said = edge.write(by, lambda act: view_reply(act, reply_id))
    return WordsOut(sender=said.sender, name=said.name, subject=said.subject, text=said.text, cut=said.cut)


@router.post("/replies/{reply_id}/class", response_model=ReplyOut)
def correct(by: Answerer, edge: AtEdge, reply_id: UUID, body: ClassIn) -> ReplyOut:
    """Say what it is, against the rules."""
    rules = replying.reply_rules_of(edge)
    return ReplyOut.from_row(edge.write(by, lambda act: correct_class(act, reply_id, body.kind, body.reason, rules)))


@router.post("/replies/{reply_id}/assignment", response_model=ReplyOut)
def assign(by: Answerer, edge: AtEdge, reply_id: UUID, body: AssignmentIn) -> ReplyOut:
    """Say which incident a reply belongs to that nobody could match."""
    rules = replying.reply_rules_of(edge)
    with edge.read() as session:
        incident_id = find_incident(session, by, body.incident).id
    return ReplyOut.from_row(edge.write(by, lambda act: assign_reply(act, reply_id, incident_id, body.reason, rules)))


@router.post("/replies/{reply_id}/settlement", response_model=ReplyOut)
def settle(by: Answerer, edge: AtEdge, reply_id: UUID, body: SettlementIn) -> ReplyOut:
    """Say that it is dealt with, and how."""
    rules = replying.reply_rules_of(edge)
    return ReplyOut.from_row(edge.write(by, lambda act: settle_reply(act, reply_id, body.reason, rules)))


@router.post("/replies/{reply_id}/next-channel", response_model=ReplyOut)
def open_next(by: Answerer, edge: AtEdge, reply_id: UUID) -> ReplyOut:
    """Open the next channels for somebody whose address is no longer used."""
    replying.open_next(edge, by, reply_id)
    with edge.read() as session:
        return ReplyOut.from_row(session.get_one(Reply, reply_id))


@router.post("/replies/{reply_id}/answers", status_code=201, response_model=GivenOut)
def answer(by: Answerer, edge: AtEdge, reply_id: UUID, body: AnswerIn) -> GivenOut:
    """Answer it by an approved version; it goes out by the ledger."""
    return GivenOut.from_row(replying.send(edge, by, reply_id, body.version_id, body.locale, body.again))


@router.post("/replies/{reply_id}/drafts", status_code=201, response_model=GivenOut)
def write_free(by: Second, edge: AtEdge, reply_id: UUID, body: FreeIn) -> GivenOut:
    """Answer it in words of its own; a second person sends them."""
    return GivenOut.from_row(replying.write_free(edge, by, reply_id, body.text, body.locale, body.again))


@router.post("/reply-answers/{given_id}/approvals", response_model=GivenOut)
def approve_free(by: Second, edge: AtEdge, given_id: UUID, body: ApprovalIn) -> GivenOut:
    """Send what somebody else wrote."""
    return GivenOut.from_row(replying.approve_free(edge, by, given_id, body.digest))


@router.post("/reply-answers/{given_id}/withdrawal", response_model=GivenOut)
def take_back(by: Second, edge: AtEdge, given_id: UUID) -> GivenOut:
    """Take back what waits for a second person."""
    return GivenOut.from_row(edge.write(by, lambda act: take_back_answer(act, given_id)))
