"""Conversations with finders for programs: listed without their words, opened on record, answered, put into facts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from incident import finding
from incident.api.shapes import LARGEST, PROSE, AtEdge, Codename, In, Out, Reason, word_of
from incident.auth.dependencies import acting
from incident.finder_rules import Question
from incident.models.finders import FinderMail, FinderStatement
from incident.queries.access import find_incident
from incident.queries.finders import ListedThread, OpenedMail, list_threads
from incident.roles import Action, Actor
from incident.verbs.finder_acts import decline_statement, record_statement, view_thread

router = APIRouter(prefix="/api", tags=["finders"])
Reader = Annotated[Actor, Depends(acting(Action.READ_REPLIES))]
Answerer = Annotated[Actor, Depends(acting(Action.ANSWER))]
Knower = Annotated[Actor, Depends(acting(Action.FACTS))]
Writer = Annotated[Actor, Depends(acting(Action.NOTE))]
Asked = Annotated[Question, word_of(Question)]
Word = Annotated[str, Field(max_length=64, pattern=r"^[\w-]*$")]


class StatementOut(Out):
    """What a finder said of a question, and the fact it proposes. `state`: proposed, taken, declined, superseded."""

    id: UUID
    thread_id: UUID
    question: str
    answer: str
    fact: str
    value: str
    state: str
    recorded_at: datetime
    decided_at: datetime | None
    fact_version: int | None


class ThreadOut(Out):
    """A conversation without a word of it. `reference`: what the finder knows; `automatic`: nothing answers it.

    `door`: mail, form, inside or program. `followed_up_at`: when who reported by form last read what was answered.
    """

    id: UUID
    reference: str
    incident_id: UUID
    state: str
    door: str
    locale: str
    automatic: bool
    detected_at: datetime
    detected_how: str
    opened_at: datetime
    greeted_at: datetime | None
    mails: int
    last_at: datetime
    purged_at: datetime | None
    followed_up_at: datetime | None
    unread: int
    statements: list[StatementOut]

    @classmethod
    def of(cls, found: ListedThread) -> "ThreadOut":
        own = ("unread", "statements")
        row = {name: getattr(found.row, name) for name in cls.model_fields if name not in own}
        said = [StatementOut.from_row(one) for one in found.statements]
        return cls(**row, unread=found.unread, statements=said)


class ThreadsOut(Out):
    """Conversations of an incident, the latest first."""

    threads: list[ThreadOut]


class FileOut(Out):
    """What was attached to a mail. `kept`: it is evidence of the incident."""

    name: str
    type: str
    size: int
    sha256: str
    kept: bool


class MailOut(Out):
    """One message. `way`: in or out. `delivery`: what the ledger says of one of ours. `sha256`: of one as received.

    `details`: answers to what the form asks after a report: noticed, data, whose, naming.
    """

    id: UUID
    number: int
    way: str
    at: datetime
    automatic: bool
    same_address: bool
    dkim: str
    dkim_domain: str
    aligned: bool
    sha256: str
    repeats: int
    delivery: str
    sender: str
    name: str
    subject: str
    text: str
    details: dict[str, str]
    cut: bool
    attachments: list[FileOut]

    @classmethod
    def of(cls, mail: OpenedMail) -> "MailOut":
        row, words = mail.row, mail.words
        named = ("id", "number", "way", "at", "automatic", "same_address", "dkim", "dkim_domain", "aligned", "sha256")
        own = {name: getattr(row, name) for name in (*named, "repeats")}
        said = {name: getattr(words, name, "") for name in ("sender", "name", "subject", "text")}
        files = [FileOut.model_validate(dict(one)) for one in (words.attachments if words else ())]
        details = dict(words.details) if words else {}
        cut = bool(words and words.cut)
        return cls(**own, **said, details=details, delivery=mail.delivery, cut=cut, attachments=files)


class OpenedOut(Out):
    """A conversation opened; that it was read is kept. `reach`: how they are reached, where that is no address."""

    address: str
    name: str
    reach: str
    mails: list[MailOut]


class LetterIn(In):
    """A mail to the finder, as it is to be read."""

    text: Annotated[str, Field(max_length=8000, pattern=PROSE)]


class SentOut(Out):
    """A mail of ours: it is in the ledger under `occasion`."""

    id: UUID
    thread_id: UUID
    number: int
    occasion: str


class StatementIn(In):
    """`answer`: one of the question's own words, such as nothing, part, everything, not_said for copied."""

    question: Asked
    answer: Word
    note: Annotated[str, Field(max_length=1000, pattern=PROSE)] = ""


class TakingIn(In):
    """`dataset` "": the only one there is. `based_on`: the version of the facts that was seen."""

    dataset: Word = ""
    based_on: Annotated[int, Field(ge=0, le=LARGEST)] | None = None


class DecliningIn(In):
    reason: Reason


class OwnOut(Out):
    """The incident a report has of its own now."""

    id: UUID
    codename: str


class AddressIn(In):
    """`anew` ends the address there was."""

    anew: bool = False


class AddressOut(Out):
    """Mail to it, from people of the console, becomes a line of the timeline."""

    address: str


@router.get("/incidents/{codename}/finders", response_model=ThreadsOut)
def of_incident(by: Reader, edge: AtEdge, codename: Codename) -> ThreadsOut:
    """Conversations of an incident."""
    with edge.read() as session:
        found = list_threads(session, by, find_incident(session, by, codename).id)
    return ThreadsOut(threads=[ThreadOut.of(one) for one in found])


@router.post("/finder-threads/{thread_id}/views", response_model=OpenedOut)
def view(by: Reader, edge: AtEdge, thread_id: UUID) -> OpenedOut:
    """What stands in a conversation; that it was read is kept."""
    found = edge.write(by, lambda act: view_thread(act, thread_id))
    contact = found.contact
    mails = [MailOut.of(one) for one in found.mails]
    named = {name: getattr(contact, name, "") for name in ("address", "name", "reach")}
    return OpenedOut(**named, mails=mails)


@router.post("/finder-threads/{thread_id}/mails", status_code=201, response_model=SentOut)
def write(by: Answerer, edge: AtEdge, thread_id: UUID, body: LetterIn) -> SentOut:
    """Write to the finder."""
    row: FinderMail = finding.write(edge, by, thread_id, body.text)
    return SentOut.from_row(row)


@router.post("/finder-threads/{thread_id}/incident", status_code=201, response_model=OwnOut)
def open_own(by: Answerer, edge: AtEdge, thread_id: UUID) -> OwnOut:
    """Open an incident of its own for a report that was gathered with others."""
    return OwnOut.from_row(finding.open_gathered(edge, by, thread_id))


@router.post("/finder-threads/{thread_id}/statements", status_code=201, response_model=StatementOut)
def put_down(by: Answerer, edge: AtEdge, thread_id: UUID, body: StatementIn) -> StatementOut:
    """Put down what the finder said; it proposes a fact and changes none."""
    row = edge.write(by, lambda act: record_statement(act, thread_id, body.question, body.answer, body.note))
    return StatementOut.from_row(row)


@router.post("/finder-statements/{statement_id}/acceptance", response_model=StatementOut)
def take(by: Knower, edge: AtEdge, statement_id: UUID, body: TakingIn) -> StatementOut:
    """Put what an answer proposes into the facts: a new version."""
    row: FinderStatement = finding.take(edge, by, statement_id, body.dataset, body.based_on)
    return StatementOut.from_row(row)


@router.post("/finder-statements/{statement_id}/refusal", response_model=StatementOut)
def decline(by: Knower, edge: AtEdge, statement_id: UUID, body: DecliningIn) -> StatementOut:
    """Leave the facts as they are."""
    return StatementOut.from_row(edge.write(by, lambda act: decline_statement(act, statement_id, body.reason)))


@router.post("/incidents/{codename}/address", response_model=AddressOut)
def address(by: Writer, edge: AtEdge, codename: Codename, body: AddressIn) -> AddressOut:
    """The address mails become lines of the timeline by; made when it is first asked for."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    return AddressOut(address=finding.incident_address(edge, by, incident_id, anew=body.anew))
