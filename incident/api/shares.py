"""Customers' own figures of an incident for programs: one customer's at a time, or a whole file."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from incident.api.customers import StoredOut
from incident.api.shapes import PROSE, AtEdge, Codename, In, Instant, Out
from incident.api.uploads import CSV, ImportOut, Media, file_of
from incident.auth.dependencies import acting
from incident.queries.access import find_incident
from incident.queries.shares import read_shares
from incident.roles import Action, Actor
from incident.verbs.register import Outcome
from incident.verbs.share_lines import Share
from incident.verbs.shares import ShareImporter, record_share

router = APIRouter(prefix="/api/incidents/{codename}/shares", tags=["customers"])
Recorder = Annotated[Actor, Depends(acting(Action.FACTS))]
Reader = Annotated[Actor, Depends(acting(Action.READ_CUSTOMERS))]
Dataset = Annotated[
    str, Query(max_length=64, pattern=PROSE, description="Id of the data set; none: the only one that fits.")
]
KEPT = ("dataset", "host_id", "people", "fields", "exposed_from", "exposed_until", "logs", "recorded_at")


class ShareIn(In):
    """One customer's figures, whole: what is left out is not known. `countries`: ISO 3166 code → people, null unknown.

    `fields` are names of fields as the customer knows them, `dataset` the id of the data set ("": the only one that
    fits).
    """

    dataset: str = Field(default="", max_length=64)
    people: int | None = None
    countries: dict[str, int | None] = Field(default_factory=dict, max_length=400)
    fields: list[str] = Field(default_factory=list, max_length=50)
    exposed_from: Instant | None = None
    exposed_until: Instant | None = None
    logs: Literal["", "complete", "partial", "absent"] = ""


class ShareOut(Out):
    """What is recorded for one customer in one data set."""

    dataset: str
    host_id: str
    people: int | None
    countries: dict[str, int | None]
    fields: list[str]
    exposed_from: datetime | None
    exposed_until: datetime | None
    logs: str
    recorded_at: datetime


class SharesOut(Out):
    """By data set and customer."""

    shares: list[ShareOut]


@router.get("", response_model=SharesOut)
def list_shares(by: Reader, edge: AtEdge, codename: Codename) -> SharesOut:
    """Every recorded share of an incident."""
    with edge.read() as session:
        rows = read_shares(session, by, find_incident(session, by, codename).id)
    shares = [ShareOut(**{name: getattr(row, name) for name in KEPT}, countries=row.reach) for row in rows]
    return SharesOut(shares=shares)


@router.post("/import", response_model=ImportOut)
def import_shares(
    by: Recorder, edge: AtEdge, codename: Codename, media: Media, request: Request, dataset: Dataset = ""
) -> ImportOut:
    """Record figures of many customers by a CSV file; lines that cannot be used are named and stop nothing."""
    if media != CSV:
        raise HTTPException(415, f"Send the file as Content-Type: {CSV}.")
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    importer = ShareImporter(edge.store, edge.keys, by, edge.clock)
    return ImportOut.of(importer.run(incident_id, file_of(request), edge.settings.zone, dataset))


@router.put("/{host_id:path}", response_model=StoredOut, responses={201: {"model": StoredOut}})
def put_share(
    by: Recorder, edge: AtEdge, codename: Codename, host_id: str, body: ShareIn, response: Response
) -> StoredOut:
    """Record or replace one customer's figures; 201 when they are new."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    share = Share(
        host_id=host_id,
        people=body.people,
        reach=body.countries,
        fields=tuple(body.fields),
        exposed_from=body.exposed_from,
        exposed_until=body.exposed_until,
        logs=body.logs,
        dataset=body.dataset,
    )
    outcome = edge.write(by, lambda act: record_share(act, incident_id, share))
    response.status_code = 201 if outcome is Outcome.NEW else 200
    return StoredOut(outcome=outcome)
