"""Replies: listed by class, one opened, sorted anew, answered from the bank or in words a second person reads."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from incident import replying
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.models.replies import Reply, ReplyAnswer
from incident.queries.people import people_who_may
from incident.queries.replies import Wanted, list_replies
from incident.queries.shelves import REPLIES
from incident.roles import Action, Actor
from incident.verbs.reply_acts import (
    assign_reply,
    correct_class,
    settle_reply,
    take_reply,
    view_reply,
    view_reply_mail,
)
from incident.verbs.reply_answers import refuse_free_answer, take_back_answer
from incident.web.approval_forms import Digest
from incident.web.events import stream_of
from incident.web.forms import Line, Reason, Sent, Text
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from incident.web.reply_views import replies_view, reply_view
from incident.web.views.replies import Words
from notifications.replies import ReplyClass
from notifications.wording import worded, worded_list

router = APIRouter(include_in_schema=False)
Reader = Annotated[Actor, Depends(acting(Action.READ_REPLIES, programs=False))]
Answerer = Annotated[Actor, Depends(acting(Action.ANSWER, programs=False))]
SHOWN = 20_000


class LookForm(Sent):
    """Opening a reply; `version`: the answer to look at, in `locale`."""

    version: Line = ""
    locale: Line = ""


class ClassForm(Sent):
    kind: ReplyClass
    reason: Line


class AssignForm(Sent):
    incident: Line
    reason: Line


class AnswerForm(Sent):
    version: Line
    locale: Line
    again: Line = ""


class FreeForm(Sent):
    text: Text
    locale: Line
    again: Line = ""


@router.get("/incidents/{reference}/replies")
def show_replies(
    desk: Seated,
    by: Reader,
    reference: str,
    kind: ReplyClass | None = None,
    after: UUID | None = None,
    *,
    open_only: Annotated[bool, Query(alias="open")] = False,
) -> Response:
    """Replies of an incident, open ones first."""
    wanted = Wanted(kind, open_only, after)
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        found = list_replies(session, by, page.incident.id, wanted)
        view = replies_view(found, wanted, f"/incidents/{page.incident.codename}/replies")
        return show(desk, session, page, "notices", "replies.html", {"view": view})


@router.get("/replies")
def show_strays(
    desk: Seated,
    by: Reader,
    kind: ReplyClass | None = None,
    after: UUID | None = None,
    *,
    open_only: Annotated[bool, Query(alias="open")] = False,
) -> Response:
    """Replies that belong to no incident yet."""
    with desk.edge.read() as session:
        wanted = Wanted(kind, open_only, after)
        view = replies_view(list_replies(session, by, None, wanted), wanted, "/replies")
        return desk.page("stray_replies.html", session, {"view": view})


@router.get("/replies/events")
async def news(desk: Seated, _by: Reader) -> StreamingResponse:
    """That a reply came, was sorted or was dealt with, for the page of those that belong to no incident."""
    return stream_of(desk, REPLIES)


@router.get("/replies/{reply_id}")
def show_reply(desk: Seated, _by: Reader, reply_id: UUID) -> Response:
    """One reply, closed."""
    with desk.edge.read() as session:
        return _page(desk, session, reply_id)


@router.post("/replies/{reply_id}/views")
def look(desk: Seated, by: Reader, reply_id: UUID, form: Annotated[LookForm, Form()]) -> Response:
    """Open what it says; that it was read is kept, so it is a form."""
    said = desk.edge.write(by, lambda act: view_reply(act, reply_id))
    words = Words(said.sender, said.name, said.subject, said.text, said.cut, said.quoted)
    with desk.edge.read() as session:
        return _page(desk, session, reply_id, words, form.version, form.locale)


@router.post("/replies/{reply_id}/original")
def look_at_mail(desk: Seated, by: Reader, reply_id: UUID) -> Response:
    """Show the mail as it was received; the timeline says so."""
    said = desk.edge.write(by, lambda act: view_reply(act, reply_id))
    raw = desk.edge.write(by, lambda act: view_reply_mail(act, reply_id)).decode(errors="replace")[:SHOWN]
    words = Words(said.sender, said.name, said.subject, said.text, said.cut, said.quoted, raw)
    with desk.edge.read() as session:
        return _page(desk, session, reply_id, words)


@router.post("/replies/{reply_id}/owner")
def take(desk: Seated, by: Answerer, reply_id: UUID) -> Response:
    """Be the one who deals with it."""
    desk.edge.write(by, lambda act: take_reply(act, reply_id))
    return see(f"/replies/{reply_id}")


@router.post("/replies/{reply_id}/class")
def correct(desk: Seated, by: Answerer, reply_id: UUID, form: Annotated[ClassForm, Form()]) -> Response:
    """Say what it is."""
    rules = replying.reply_rules_of(desk.edge)
    desk.edge.write(by, lambda act: correct_class(act, reply_id, form.kind, form.reason, rules))
    return see(f"/replies/{reply_id}")


@router.post("/replies/{reply_id}/incident")
def assign(desk: Seated, by: Answerer, reply_id: UUID, form: Annotated[AssignForm, Form()]) -> Response:
    """Say which incident it belongs to."""
    rules, incident_id = replying.reply_rules_of(desk.edge), _id("incident", form.incident)
    desk.edge.write(by, lambda act: assign_reply(act, reply_id, incident_id, form.reason, rules))
    return see(f"/replies/{reply_id}")


@router.post("/replies/{reply_id}/settlement")
def settle(desk: Seated, by: Answerer, reply_id: UUID, reason: Reason) -> Response:
    """Say that it is dealt with."""
    rules = replying.reply_rules_of(desk.edge)
    desk.edge.write(by, lambda act: settle_reply(act, reply_id, reason, rules))
    return see(f"/replies/{reply_id}")


@router.post("/replies/{reply_id}/next-channel")
def open_next(desk: Seated, by: Answerer, reply_id: UUID) -> Response:
    """Open the next channels."""
    replying.open_next(desk.edge, by, reply_id)
    return see(f"/replies/{reply_id}")


@router.post("/replies/{reply_id}/answers")
def answer(desk: Seated, by: Answerer, reply_id: UUID, form: Annotated[AnswerForm, Form()]) -> Response:
    """Send the approved answer that was looked at."""
    replying.send(desk.edge, by, reply_id, _id("version", form.version), form.locale, form.again)
    return see(f"/replies/{reply_id}#answers")


@router.post("/replies/{reply_id}/drafts")
def write_free(desk: Seated, by: Answerer, reply_id: UUID, form: Annotated[FreeForm, Form()]) -> Response:
    """Write an answer that a second person sends."""
    replying.write_free(desk.edge, by, reply_id, form.text, form.locale, form.again)
    return see(f"/replies/{reply_id}#answers")


@router.post("/reply-answers/{given_id}/approvals")
def approve(desk: Seated, by: Answerer, given_id: UUID, digest: Annotated[Digest, Form()]) -> Response:
    """Send what somebody else wrote."""
    given = replying.approve_free(desk.edge, by, given_id, digest)
    return see(f"/replies/{given.reply_id}#answers")


@router.post("/reply-answers/{given_id}/refusal")
def refuse(desk: Seated, by: Answerer, given_id: UUID, reason: Reason) -> Response:
    """Say no to what somebody else wrote."""
    given: ReplyAnswer = desk.edge.write(by, lambda act: refuse_free_answer(act, given_id, reason))
    return see(f"/replies/{given.reply_id}#answers")


@router.post("/reply-answers/{given_id}/withdrawal")
def take_back(desk: Seated, by: Answerer, given_id: UUID) -> Response:
    """Take back what waits for a second person."""
    given = desk.edge.write(by, lambda act: take_back_answer(act, given_id))
    return see(f"/replies/{given.reply_id}#answers")


def _page(
    desk: Desk, session: Session, reply_id: UUID, words: Words | None = None, picked: str = "", locale: str = ""
) -> Response:
    view = reply_view(desk, session, reply_id, words, picked, locale)
    return desk.page("reply.html", session, {"view": view, "seconds": _seconds(desk, session, reply_id)})


def _seconds(desk: Desk, session: Session, reply_id: UUID) -> str:
    """Who else may send an answer to it, by name; "" for nobody."""
    able = people_who_may(session, session.get_one(Reply, reply_id).incident_id, Action.ANSWER)
    return worded_list(name for person, name in able if person != desk.actor.id)


def _id(field: str, value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Invalid(Fault(field, worded("is none of those on the page"), worded("choose one"))) from None
