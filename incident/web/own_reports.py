"""Reports of people who are signed in: the same two fields in the console, their own reports, what was answered."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from incident import finding
from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid, NotFound
from incident.models.finders import Door
from incident.queries.finders import Contact, threads_reported
from incident.report_rules import Message, Told
from incident.roles import Action, Actor
from incident.verbs.finder_follow_ups import FollowedUp, view_own_report, write_to_own_report
from incident.verbs.finder_reports import Whence, take_report
from incident.web.frame import Desk, Seated, see
from incident.web.report_forms import Sent, Short, new_once, told_in, typed
from incident.web.report_forms import Words as Text
from incident.web.report_views import FALLBACK, conversation_view, report_words, said_of
from incident.web.views.reports import OwnReport
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Reporter = Annotated[Actor, Depends(acting(Action.REPORT, programs=False))]
BASE = "/reports"


@router.get(BASE)
def show_form(desk: Seated, by: Reporter) -> Response:
    """The two fields, and what one has reported before."""
    _check(desk)
    return _form(desk, by)


@router.post(BASE)
def report(desk: Seated, by: Reporter, what: Text = "", reach: Short = "", once: Short = "") -> Response:
    """Take a report of a person whose name is known, and go to it."""
    _check(desk)
    told = told_in(what, reach, desk.person.locale or FALLBACK, once)
    contact = Contact(desk.person.email, by.name, told.reach)
    try:
        rules, whence = finding.desk_of(desk.edge), Whence(Door.INSIDE, reporter=contact)
        receipt = desk.edge.write(by, lambda act: take_report(act, told, rules, whence))
    except Invalid as error:
        return _form(desk, by, told, error.faults)
    return see(f"{BASE}/{receipt.thread_id}")


@router.get(BASE + "/{thread_id}")
def show_own(desk: Seated, by: Reporter, thread_id: UUID) -> Response:
    """One of one's own reports; that it was looked at is kept."""
    return _own(desk, desk.edge.write(by, lambda act: view_own_report(act, thread_id)))


@router.post(BASE + "/{thread_id}/messages")
def write_more(desk: Seated, by: Reporter, thread_id: UUID, message: Sent) -> Response:
    """Add a message, answers and files."""
    rules = finding.desk_of(desk.edge)
    try:
        desk.edge.write(by, lambda act: write_to_own_report(act, thread_id, message, rules))
    except Invalid as error:
        faults = error.faults
        return _own(desk, desk.edge.write(by, lambda act: view_own_report(act, thread_id)), faults, message)
    return see(f"{BASE}/{thread_id}")


def _check(desk: Desk) -> None:
    if desk.edge.settings.report_form == "off":
        raise NotFound(worded("There is no such page."))


def _form(desk: Desk, by: Actor, told: Told | None = None, faults: tuple[Fault, ...] = ()) -> Response:
    with desk.edge.read() as session:
        own = tuple(
            OwnReport(f"{BASE}/{row.id}", row.reference, row.detected_at, row.last_at)
            for row in threads_reported(session, by)
        )
        values = {
            "own": own,
            **typed(told),
        }
        return _page(desk, session, "own_reports.html", values, faults)


def _own(desk: Desk, found: FollowedUp, faults: tuple[Fault, ...] = (), message: Message | None = None) -> Response:
    values = {
        "view": conversation_view(found, report_words(desk.edge.settings.template_folders, FALLBACK)),
        "path": f"{BASE}/{found.thread_id}",
        "text": message.text if message else "",
        "once": new_once(),
    }
    with desk.edge.read() as session:
        return _page(desk, session, "own_report.html", values, faults)


def _page(
    desk: Desk, session: Session, template: str, values: Mapping[str, object], faults: tuple[Fault, ...]
) -> Response:
    settings = desk.edge.settings
    words = report_words(settings.template_folders, FALLBACK)
    usual = {
        "say": words,
        "problems": said_of(faults, words, settings.attachment_mib),
        "megabytes": settings.attachment_mib,
    }
    response = desk.page(template, session, {**usual, **values}, 422 if faults else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
