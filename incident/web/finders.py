"""Conversations with finders: listed closed, opened on record, answered, and what they said put into the facts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident import finding
from incident.auth.dependencies import acting
from incident.errors import Conflict
from incident.finder_rules import Question
from incident.queries.access import find_incident
from incident.queries.finders import find_thread, list_threads, open_thread
from incident.roles import Action, Actor
from incident.verbs.finder_acts import decline_statement, record_statement, view_finder_mail, view_thread
from incident.web.finder_views import thread_lines, thread_view
from incident.web.forms import Line, Reason, Sent, Text, Version
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Reader = Annotated[Actor, Depends(acting(Action.READ_REPLIES, programs=False))]
Answerer = Annotated[Actor, Depends(acting(Action.ANSWER, programs=False))]
Knower = Annotated[Actor, Depends(acting(Action.FACTS, programs=False))]
Noter = Annotated[Actor, Depends(acting(Action.NOTE, programs=False))]
Sorter = Annotated[Actor, Depends(acting(Action.READ_QUARANTINE, programs=False))]
SHOWN = 20_000


class LetterForm(Sent):
    text: Text


class StatementForm(Sent):
    question: Question
    answer: Line
    note: Line = ""


class TakingForm(Sent):
    dataset: Line = ""
    based_on: Version


class AddressForm(Sent):
    """`anew` ends the address there was."""

    anew: bool = False


@router.get("/incidents/{reference}/finders")
def show_finders(desk: Seated, by: Reader, reference: str) -> Response:
    """Conversations of an incident, and the address mails become lines by."""
    return _list(desk, by, reference)


@router.post("/incidents/{reference}/address")
def show_address(desk: Seated, by: Noter, reference: str, form: Annotated[AddressForm, Form()]) -> Response:
    """The address, made when it is first asked for; the timeline says that, so it is a form."""
    with desk.edge.read() as session:
        incident_id = find_incident(session, by, reference).id
    found = finding.incident_address(desk.edge, by, incident_id, anew=form.anew)
    return _list(desk, by, reference, found)


@router.get("/finder-threads/{thread_id}")
def show_thread(desk: Seated, by: Reader, thread_id: UUID) -> Response:
    """One conversation, closed."""
    return _page(desk, by, thread_id)


@router.post("/finder-threads/{thread_id}/views")
def look(desk: Seated, by: Reader, thread_id: UUID) -> Response:
    """Open it; that it was read is kept, so it is a form."""
    desk.edge.write(by, lambda act: view_thread(act, thread_id))
    return _page(desk, by, thread_id, words=True)


@router.post("/finder-mails/{mail_id}/original")
def look_at_mail(desk: Seated, by: Reader, mail_id: UUID) -> Response:
    """One mail as it was received; the timeline says so."""
    raw = desk.edge.write(by, lambda act: view_finder_mail(act, mail_id)).decode(errors="replace")[:SHOWN]
    thread_id = finding.thread_of_mail(desk.edge, mail_id)
    desk.edge.write(by, lambda act: view_thread(act, thread_id))
    return _page(desk, by, thread_id, words=True, raw=(mail_id, raw))


@router.post("/finder-threads/{thread_id}/mails")
def write(desk: Seated, by: Answerer, thread_id: UUID, form: Annotated[LetterForm, Form()]) -> Response:
    """Write to the finder."""
    finding.write(desk.edge, by, thread_id, form.text)
    return see(f"/finder-threads/{thread_id}")


@router.post("/finder-threads/{thread_id}/statements")
def put_down(desk: Seated, by: Answerer, thread_id: UUID, form: Annotated[StatementForm, Form()]) -> Response:
    """Put down what they said."""
    desk.edge.write(by, lambda act: record_statement(act, thread_id, form.question, form.answer, form.note))
    return see(f"/finder-threads/{thread_id}#said")


@router.post("/finder-threads/{thread_id}/incident")
def open_own(desk: Seated, by: Answerer, thread_id: UUID) -> Response:
    """Open an incident of its own."""
    incident = finding.open_gathered(desk.edge, by, thread_id)
    return see(f"/incidents/{incident.codename}/finders")


@router.post("/finder-statements/{statement_id}/acceptance")
def take(desk: Seated, by: Knower, statement_id: UUID, form: Annotated[TakingForm, Form()]) -> Response:
    """Put it into the facts."""
    row = finding.take(desk.edge, by, statement_id, form.dataset, form.based_on)
    return see(f"/finder-threads/{row.thread_id}#said")


@router.post("/finder-statements/{statement_id}/refusal")
def decline(desk: Seated, by: Knower, statement_id: UUID, reason: Reason) -> Response:
    """Leave the facts as they are."""
    row = desk.edge.write(by, lambda act: decline_statement(act, statement_id, reason))
    return see(f"/finder-threads/{row.thread_id}#said")


@router.post("/incoming/{mail_id}/report")
def take_aside(desk: Seated, by: Sorter, mail_id: UUID) -> Response:
    """A mail that was set aside is a report after all."""
    thread_id = finding.take_set_aside(desk.edge, by, mail_id)
    if thread_id is None:
        raise Conflict(worded("Somebody else has just dealt with this mail."))
    return see(f"/finder-threads/{thread_id}" if desk.may(Action.READ_REPLIES) else "/incoming")


def _list(desk: Desk, by: Actor, reference: str, address: str = "") -> Response:
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        found = list_threads(session, by, page.incident.id) if desk.may(Action.READ_REPLIES) else []
        values = {
            "threads": thread_lines(desk, session, found),
            "address": address,
            "may_address": bool(desk.edge.settings.incident_address),
        }
        return show(desk, session, page, "finders", "finders.html", values)


def _page(
    desk: Desk, by: Actor, thread_id: UUID, *, words: bool = False, raw: tuple[UUID, str] | None = None
) -> Response:
    with desk.edge.read() as session:
        row = find_thread(session, by, thread_id)
        found = open_thread(session, desk.edge.keys, row) if words else None
        view = thread_view(desk, session, row, found, raw)
        return desk.page("finder_thread.html", session, {"view": view})
