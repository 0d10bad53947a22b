"""What people do on an incident: write lines, move it, command it, say how grave it is, settle passes, review it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response

from incident.auth.dependencies import acting, safe_next
from incident.models.incidents import Incident
from incident.note_times import split_time
from incident.phases import Move
from incident.queries.access import find_incident
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.entries import note
from incident.verbs.incidents import rename, set_severity, take_command, write_review
from incident.verbs.moves import move, settle_pass
from incident.web.done import can_undo, say
from incident.web.done_words import CLOSED
from incident.web.forms import STORABLE, MoveForm, NoteForm, SeverityForm
from incident.web.frame import Desk, Seated, see

router = APIRouter(include_in_schema=False)


@router.post("/incidents/{reference}/notes")
def add_note(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.NOTE, programs=False))],
    reference: str,
    form: Annotated[NoteForm, Form()],
) -> Response:
    """A line by hand; one that begins with a time of day means that time."""
    incident_id = find(desk, reference)
    at, said = split_time(form.text.replace("\r\n", "\n"), desk.edge.clock.now(), desk.zone)
    desk.edge.write(by, lambda act: note(act, incident_id, said, at=at, on=form.on or None))
    return see(safe_next(form.back) if form.back else f"/incidents/{reference}")


@router.post("/incidents/{reference}/moves")
def make_move(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.MOVE, programs=False))],
    reference: str,
    form: Annotated[MoveForm, Form()],
) -> Response:
    """One move of the table, at the version the page showed."""
    incident_id = find(desk, reference)
    desk.edge.write(
        by, lambda act: move(act, incident_id, form.version, form.move, reason=form.reason, passing=form.passing)
    )
    if form.move == Move.CLOSE:
        say(desk.request, CLOSED)
    return see(f"/incidents/{reference}")


@router.post("/incidents/{reference}/command")
def name_commander(
    request: Request,
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.COMMAND, programs=False))],
    reference: str,
    commander: Annotated[UUID, Form()],
) -> Response:
    """Name the incident commander; undone, it is whoever it was."""
    incident_id = find(desk, reference)

    def naming(act: Act) -> UUID | None:
        before = act.session.get_one(Incident, incident_id).commander_id
        take_command(act, incident_id, commander)
        return before

    before = desk.edge.write(by, naming)
    if before not in (None, commander):
        can_undo(request, f"/incidents/{reference}/command", commander=before)
    return see(f"/incidents/{reference}")


@router.post("/incidents/{reference}/title")
def change_title(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.COMMAND, programs=False))],
    reference: str,
    title: Annotated[str, Form(max_length=2000, pattern=STORABLE)],
) -> Response:
    """Call it by what is known by now."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: rename(act, incident_id, title))
    return see(f"/incidents/{reference}")


@router.post("/incidents/{reference}/severity")
def change_severity(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.COMMAND, programs=False))],
    reference: str,
    form: Annotated[SeverityForm, Form()],
) -> Response:
    """It is graver, or less grave, than it looked; the reason is on the timeline."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: set_severity(act, incident_id, form.severity, form.reason))
    return see(f"/incidents/{reference}")


@router.post("/incidents/{reference}/passes/{pass_id}/settlement")
def make_good(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.OVERRIDE, programs=False))],
    reference: str,
    pass_id: UUID,
    how: Annotated[str, Form(max_length=2000, pattern=STORABLE)],
) -> Response:
    """Take the pin off a passed guard."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: settle_pass(act, incident_id, pass_id, how))
    return see(f"/incidents/{reference}")


@router.post("/incidents/{reference}/review")
def save_review(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.WRITE_REVIEW, programs=False))],
    reference: str,
    text: Annotated[str, Form(max_length=60_000, pattern=STORABLE)],
) -> Response:
    """Save the post-incident review."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: write_review(act, incident_id, text.replace("\r\n", "\n")))
    return see(f"/incidents/{reference}/review")


def find(desk: Desk, reference: str) -> UUID:
    """The incident an address names. Raises NotFound."""
    with desk.edge.read() as session:
        return find_incident(session, desk.actor, reference).id
