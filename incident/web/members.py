"""The people of an incident: who works on it, who is here now, whom it is open to; let in, and taken out again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.models.people import UserAccount
from incident.queries.access import find_incident
from incident.queries.incident import IncidentPage
from incident.queries.members import Member, read_crew
from incident.queries.presence import Present
from incident.roles import Action, Actor, Visibility
from incident.verbs.incidents import add_member, remove_member, set_visibility
from incident.web.case_acts import find
from incident.web.forms import Line, Sent
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from incident.web.presence import TABS, initials, present_lines
from incident.web.role_words import role_said
from incident.web.typed import NOT_THE_INCIDENT, require_name
from incident.web.views import Choice
from incident.web.views.members import MemberLine, MembersView, VisibilityChange
from notifications.wording import worded, worded_list

router = APIRouter(include_in_schema=False)
Commander = Annotated[Actor, Depends(acting(Action.COMMAND, programs=False))]
WIDER = {Visibility.SEALED: 0, Visibility.RESTRICTED: 1, Visibility.OPEN: 2}
CHANGES = (
    (
        Visibility.RESTRICTED,
        worded("Restrict it"),
        worded("Only those who belong to it see it. Everybody else loses sight of it at once."),
    ),
    (
        Visibility.SEALED,
        worded("Seal it"),
        worded(
            "Only those who belong to it see it, and nobody else learns that there is one. "
            "What chats and mails said of it before stays where it is."
        ),
    ),
    (
        Visibility.OPEN,
        worded("Open it"),
        worded(
            "Everybody whose role reads incidents sees it, with all that was ever written in it. "
            "What they have read cannot be taken back."
        ),
    ),
)


class VisibilityForm(Sent):
    """By whom it may be seen from now on; `confirmation`, its name, is asked for where more would see it."""

    visibility: Visibility
    reason: Line
    confirmation: Line = ""


@router.get("/incidents/{reference}/people")
def show_members(desk: Seated, reference: str) -> Response:
    """Who works on it, who has it open, and by whom it may be seen."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        return show(desk, session, page, "people", "members.html", {"view": _view(desk, session, page)})


@router.post("/incidents/{reference}/members")
def let_in(desk: Seated, by: Commander, reference: str, person: Annotated[UUID, Form()]) -> Response:
    """Somebody works on it from now on, also on a restricted or sealed one."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: add_member(act, incident_id, person))
    return see(f"/incidents/{reference}/people")


@router.post("/incidents/{reference}/members/{user_id}/removal")
def take_out(desk: Seated, by: Commander, reference: str, user_id: UUID) -> Response:
    """Somebody works on it no more; who took themselves out of a hidden one is led to the board."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: remove_member(act, incident_id, user_id))
    return see("/" if user_id == desk.actor.id else f"/incidents/{reference}/people")


@router.post("/incidents/{reference}/visibility")
def change_visibility(desk: Seated, by: Commander, reference: str, form: Annotated[VisibilityForm, Form()]) -> Response:
    """Fewer may see it, at once; or more, once its name is typed."""
    with desk.edge.read() as session:
        incident = find_incident(session, by, reference)
    if WIDER[form.visibility] > WIDER[incident.visibility]:
        require_name(form.confirmation, incident.codename, NOT_THE_INCIDENT)
    desk.edge.write(by, lambda act: set_visibility(act, incident.id, form.visibility, form.reason))
    return see(f"/incidents/{reference}/people")


def _view(desk: Desk, session: Session, page: IncidentPage) -> MembersView:
    crew = read_crew(session, desk.actor, page.incident.id)
    here = {one.user_id: one for one in page.present}
    members = {one.user_id for one in crew.members}
    return MembersView(
        lines=tuple(_line(desk, one, here.get(one.user_id)) for one in crew.members),
        visitors=present_lines(one for one in page.present if one.user_id not in members),
        others=tuple(Choice(str(one.id), _with_roles(one)) for one in crew.others),
        changes=_changes(Visibility(page.incident.visibility)),
    )


def _changes(now: Visibility) -> tuple[VisibilityChange, ...]:
    return tuple(
        VisibilityChange(to.value, label, about, widens=WIDER[to] > WIDER[now])
        for to, label, about in CHANGES
        if to is not now
    )


def _line(desk: Desk, one: Member, present: Present | None) -> MemberLine:
    oneself = one.user_id == desk.actor.id
    return MemberLine(
        id=str(one.user_id),
        name=one.name,
        initials=initials(one.name),
        roles=worded_list(role_said(role) for role in one.roles),
        since=one.since,
        commands=one.commands,
        oneself=oneself,
        here=oneself or (present is not None and present.here),
        tab=TABS.get(present.section, "") if present else "",
        reads=one.reads,
        disabled=one.disabled,
    )


def _with_roles(account: UserAccount) -> str:
    return worded("{name}: {roles}", name=account.name, roles=worded_list(role_said(role) for role in account.roles))
