"""The page where people name who approves in their place, and administrators do it for others."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.queries.deputies import deputies_of, who_can_stand_in
from incident.roles import Action, Actor, Role
from incident.verbs.deputies import name_deputy, revoke_deputy
from incident.web.approval_forms import DeputyForm
from incident.web.done import can_undo
from incident.web.frame import Desk, Seated, see
from incident.web.moment_view import local_input
from incident.web.times import read_local
from incident.web.views import Choice
from incident.web.views.approvals import DeputiesView, DeputyLine
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/account/deputies"
Naming = Annotated[Actor, Depends(acting(Action.DEPUTE, programs=False))]
USUAL_SPAN = timedelta(days=14)


@router.get(PAGE)
def show_deputies(desk: Seated, by: Naming) -> Response:
    """Who stands in for whom, and the form to name somebody."""
    now, admin = desk.edge.clock.now(), Role.ADMINISTRATOR in by.roles
    with desk.edge.read() as session:
        found = deputies_of(session, by, now)
        seated = who_can_stand_in(session, by)
        lines = tuple(
            DeputyLine(
                id=str(one.row.id),
                deputy=one.deputy,
                principal=one.principal,
                begins_at=one.row.begins_at,
                ends_at=one.row.ends_at,
                over=one.over,
                may_end=not one.over and (admin or by.id in (one.row.principal_id, one.row.deputy_id)),
            )
            for one in found
        )
        everybody = tuple(Choice(str(row.id), row.name) for row in seated)
        others = tuple(choice for choice in everybody if choice.value != str(by.id))
        view = DeputiesView(
            lines, everybody if admin else others, everybody if admin else (), len(others) < len(seated)
        )
        span = {"begins": local_input(now, desk.zone), "ends": local_input(now + USUAL_SPAN, desk.zone)}
        return desk.page("deputies.html", session, {"view": view, **span})


@router.post(PAGE)
def name(desk: Seated, by: Naming, form: Annotated[DeputyForm, Form()]) -> Response:
    """Name somebody from a moment to another."""
    begins, ends = (_moment(desk, field, getattr(form, field)) for field in ("begins_at", "ends_at"))
    principal = _person(form.principal)
    desk.edge.write(by, lambda act: name_deputy(act, form.deputy, begins, ends, principal))
    return see(PAGE)


@router.post(f"{PAGE}/{{deputy_id}}/revocation")
def end(desk: Seated, by: Naming, deputy_id: UUID) -> Response:
    """End it at once."""
    row = desk.edge.write(by, lambda act: revoke_deputy(act, deputy_id))
    if by.id == row.principal_id or Role.ADMINISTRATOR in by.roles:  # the deputy does not name themselves
        begins = local_input(max(row.begins_at, desk.edge.clock.now()), desk.zone)
        people = {"deputy": row.deputy_id, "principal": row.principal_id}
        can_undo(desk.request, PAGE, **people, begins_at=begins, ends_at=local_input(row.ends_at, desk.zone))
    return see(PAGE)


def _moment(desk: Desk, field: str, text: str) -> datetime:
    try:
        return read_local(text, desk.zone)
    except ValueError:
        raise Invalid(Fault(field, worded("names no moment"), worded("such as 2026-11-24T09:00"))) from None


def _person(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(Fault("principal", worded("is nobody"), worded("choose one of the people listed"))) from None
