"""Requests that were authentic but could not be read: shown as received, settled by a person."""

import logging
from typing import Annotated
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import StreamingResponse
from sqlmodel import col, select

from incident.auth.dependencies import acting
from incident.errors import Conflict, Fault, Invalid
from incident.models.incidents import Incident
from incident.models.intake import Intake, IntakeState, Source
from incident.phases import FINAL
from incident.queries.access import visible_incidents
from incident.queries.shelves import QUARANTINE
from incident.roles import Action, Actor
from incident.verbs.confirmations import ASKS, asked_to_confirm
from incident.verbs.intake import settle, view
from incident.web.events import stream_of
from incident.web.forms import STORABLE
from incident.web.frame import Seated, see
from incident.web.views import Choice, QuarantineLine
from notifications.wording import worded

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
Reader = Annotated[Actor, Depends(acting(Action.READ_QUARANTINE, programs=False))]
SHOWN = 20_000


@router.get("/quarantine")
def show_quarantine(desk: Seated, _by: Reader) -> Response:
    """Everything that waits for a person."""
    return _show(desk, None)


@router.get("/quarantine/events")
async def news(desk: Seated, _by: Reader) -> StreamingResponse:
    """That something came, came again or was settled, for a page that is open."""
    return stream_of(desk, QUARANTINE)


@router.post("/quarantine/{intake_id}/views")
def look(desk: Seated, by: Reader, intake_id: UUID) -> Response:
    """Show one request as it was received; that it was looked at is written down, so it is a form."""
    seen = desk.edge.write(by, lambda act: view(act, intake_id))
    head = "\n".join(f"{name}: {value}" for name, value in seen.headers.items())
    return _show(desk, (intake_id, f"{head}\n\n{seen.body.decode(errors='replace')}"[:SHOWN]))


@router.post("/quarantine/{intake_id}/settlement")
def settle_one(
    desk: Seated,
    by: Reader,
    intake_id: UUID,
    reason: Annotated[str, Form(max_length=2000, pattern=STORABLE)],
    incident: Annotated[str, Form(max_length=64, pattern=STORABLE)] = "",
) -> Response:
    """Say what the request was and what came of it."""
    belongs = _named(incident) if incident else None
    desk.edge.write(by, lambda act: settle(act, intake_id, reason, belongs))
    return see("/quarantine")


@router.post("/quarantine/{intake_id}/confirmation")
def confirm(desk: Seated, by: Reader, request: Request, intake_id: UUID) -> Response:
    """Confirm what the delivery asks for: its vendor's address is fetched once, guarded; then it is settled."""
    asked = desk.edge.write(by, lambda act: asked_to_confirm(act, intake_id))
    try:
        request.app.state.certificates.fetch(asked.address)
    except (httpx.HTTPError, OSError, ValueError) as error:
        log.warning("quarantine: a confirmation could not be fetched: %s", type(error).__name__)
        raise Conflict(
            worded("It could not be confirmed: the address did not answer as it should. Try again later.")
        ) from None
    desk.edge.write(by, lambda act: settle(act, intake_id, f"Confirmed. {asked.what}"))
    return see("/quarantine")


def _named(incident: str) -> UUID:
    try:
        return UUID(incident)
    except ValueError:
        raise Invalid(
            Fault("incident", worded("is none of those on the page"), worded("choose one, or none"))
        ) from None


def _show(desk: Seated, opened: tuple[UUID, str] | None) -> Response:
    with desk.edge.read() as session:
        waiting = (
            select(Intake, Source.slug)
            .join(Source, col(Source.id) == col(Intake.source_id))
            .where(col(Intake.state) == IntakeState.QUARANTINED)
            .order_by(col(Intake.received_at).desc())
        )
        items = tuple(
            QuarantineLine(
                str(row.id),
                slug,
                row.received_at,
                row.trouble,
                row.sha256,
                row.size,
                row.repeats,
                opened[1] if opened and opened[0] == row.id else "",
                row.trouble.startswith(ASKS),
            )
            for row, slug in session.exec(waiting).all()
        )
        live = (visible_incidents(desk.actor), col(Incident.phase).not_in(FINAL))
        incidents = session.exec(select(Incident.id, Incident.codename).where(*live)).all()
        choices = tuple(Choice(str(identity), codename) for identity, codename in incidents)
        return desk.page("quarantine.html", session, {"items": items, "incidents": choices})
