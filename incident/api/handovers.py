"""The hand-over between shifts for programs: the note that is pinned, a new one, and who takes over."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from incident.api.shapes import PROSE, AtEdge, Codename, In, Out
from incident.api.timeline import NotedOut
from incident.auth.dependencies import acting
from incident.queries.access import find_incident
from incident.queries.handovers import read_handover
from incident.roles import Action, Actor
from incident.shift_notes import LONGEST, PARTS, ShiftNote
from incident.verbs.handovers import hand_over, take_over

router = APIRouter(prefix="/api/incidents/{codename}", tags=["timeline"])
Writer = Annotated[Actor, Depends(acting(Action.NOTE))]
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Part = Annotated[str, Field(max_length=LONGEST, pattern=PROSE)]


class HandoverIn(In):
    """What the next shift has to know, in three parts; one of them at least says something."""

    runs: Part = ""
    awaited: Part = ""
    worries: Part = ""


class PinnedOut(Out):
    """The note that is pinned; its parts are empty once its text was erased. `taken_at` null: nobody has taken over."""

    seq: int
    at: datetime
    who: str
    runs: str
    awaited: str
    worries: str
    taken_at: datetime | None
    taken_by: str


class HandoverOut(Out):
    """The last note, null before the first."""

    handover: PinnedOut | None


@router.get("/handover", response_model=HandoverOut)
def show_handover(by: Reader, edge: AtEdge, codename: Codename) -> HandoverOut:
    """The note one shift left for the next."""
    with edge.read() as session:
        found = read_handover(session, edge.keys, by, find_incident(session, by, codename).id)
    if found is None:
        return HandoverOut(handover=None)
    note = found.note or ShiftNote()
    parts = {name: getattr(note, name) for name, _ in PARTS}
    head = {name: getattr(found, name) for name in ("seq", "at", "who", "taken_at", "taken_by")}
    return HandoverOut(handover=PinnedOut(**head, **parts))


@router.post("/handovers", status_code=201, response_model=NotedOut)
def write_handover(by: Writer, edge: AtEdge, codename: Codename, body: HandoverIn) -> NotedOut:
    """Hand over to the next shift."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    note = ShiftNote(body.runs, body.awaited, body.worries)
    entry = edge.write(by, lambda act: hand_over(act, incident_id, note))
    return NotedOut(seq=entry.seq, at=entry.at, hash=entry.hash)


@router.put("/handovers/{seq}/acknowledgement", response_model=NotedOut)
def acknowledge_handover(
    by: Writer, edge: AtEdge, codename: Codename, seq: Annotated[int, Path(ge=1, le=2**31 - 2)]
) -> NotedOut:
    """Take over."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    entry = edge.write(by, lambda act: take_over(act, incident_id, seq))
    return NotedOut(seq=entry.seq, at=entry.at, hash=entry.hash)
