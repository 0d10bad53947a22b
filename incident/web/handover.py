"""The hand-over between shifts: the form, the note, and who takes over."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from incident.auth.dependencies import acting
from incident.errors import Invalid
from incident.roles import Action, Actor
from incident.shift_notes import PARTS, ShiftNote
from incident.verbs.handovers import hand_over, take_over
from incident.web.case_acts import find
from incident.web.forms import HandoverForm
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from incident.web.shift_views import begun_note, pinned
from incident.web.views import Problem
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Writer = Annotated[Actor, Depends(acting(Action.NOTE, programs=False))]
HINTS = {
    "runs": worded("Who does what, what runs by itself, what was decided."),
    "awaited": worded("Answers, deliveries, approvals, deadlines: from whom and by when."),
    "worries": worded("What could go wrong, what you would look at first."),
}


@router.get("/incidents/{reference}/handover")
def show_handover(desk: Seated, reference: str) -> Response:
    """The note that is pinned, and the form of the next one, begun from what is open."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        values = {"handover": pinned(desk, session, page), "fields": _fields(begun_note(desk, session, page))}
        return show(desk, session, page, "", "handover.html", values)


@router.post("/incidents/{reference}/handovers")
def write_handover(desk: Seated, by: Writer, reference: str, form: Annotated[HandoverForm, Form()]) -> Response:
    """Hand over. What cannot be taken comes back in the form."""
    incident_id = find(desk, reference)
    note = ShiftNote(*(getattr(form, name).replace("\r\n", "\n") for name, _ in PARTS))
    try:
        desk.edge.write(by, lambda act: hand_over(act, incident_id, note))
    except Invalid as error:
        problems = tuple(Problem(fault.field, fault.message, fault.mend) for fault in error.faults)
        return _again(desk, reference, note, problems)
    return see(f"/incidents/{reference}")


@router.post("/incidents/{reference}/handovers/{seq}/acknowledgement")
def acknowledge_handover(desk: Seated, by: Writer, reference: str, seq: int) -> Response:
    """Take over."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: take_over(act, incident_id, seq))
    return see(f"/incidents/{reference}")


def _again(desk: Desk, reference: str, note: ShiftNote, problems: tuple[Problem, ...]) -> Response:
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        values = {"handover": pinned(desk, session, page), "fields": _fields(note), "problems": problems}
        return show(desk, session, page, "", "handover.html", values)


def _fields(note: ShiftNote) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((name, heading, HINTS[name], getattr(note, name)) for name, heading in PARTS)
