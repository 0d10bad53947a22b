"""The timeline of an incident for programs: lines by hand, and every entry a page at a time."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from incident.api.shapes import AtEdge, Codename, In, Instant, Out
from incident.auth.dependencies import acting
from incident.queries.access import find_incident
from incident.queries.timeline import PAGE, Line, read_timeline
from incident.roles import Action, Actor
from incident.verbs.entries import note

router = APIRouter(prefix="/api/incidents/{codename}", tags=["timeline"])
Writer = Annotated[Actor, Depends(acting(Action.NOTE))]
Reader = Annotated[Actor, Depends(acting(Action.READ))]


class NoteIn(In):
    """A line by hand. `at` is its true time where that is not now, with its zone; the text is taken as it is.

    `on` is the number of the entry it comments on.
    """

    text: str = Field(max_length=60_000)
    at: Instant | None = None
    on: int | None = Field(default=None, ge=1, le=2**53)


class NotedOut(Out):
    """The entry: its number in the chain and its hash."""

    seq: int
    at: datetime
    hash: str


class EntryOut(Out):
    """One entry. `at` is when it was recorded, `occurred_at` its true time. `erased`: only its hash is left.

    `on`: the entry it comments on, 0 for one of its own.
    """

    seq: int
    at: datetime
    occurred_at: datetime
    who: str
    action: str
    text: str
    erased: bool
    hash: str
    on: int


class TimelineOut(Out):
    """A page of entries, the newest recorded first; `next` is what to give as `before` for the next one."""

    entries: list[EntryOut]
    next: int | None


@router.post("/notes", status_code=201, response_model=NotedOut)
def add_note(by: Writer, edge: AtEdge, codename: Codename, body: NoteIn) -> NotedOut:
    """Put one line on the timeline."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    entry = edge.write(by, lambda act: note(act, incident_id, body.text, at=body.at, on=body.on))
    return NotedOut(seq=entry.seq, at=entry.at, hash=entry.hash)


@router.get("/timeline", response_model=TimelineOut)
def list_entries(
    by: Reader,
    edge: AtEdge,
    codename: Codename,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> TimelineOut:
    """Every entry, a page at a time."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
        lines = read_timeline(session, edge.keys, by, incident_id, before=before, limit=limit)
    following = lines[-1].seq if len(lines) == limit and lines[-1].seq > 1 else None
    return TimelineOut(entries=[_out(line) for line in lines], next=following)


def _out(line: Line) -> EntryOut:
    return EntryOut(**{name: getattr(line, name) for name in EntryOut.model_fields})
