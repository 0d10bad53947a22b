"""Audiences for programs: made for an incident, filled from a file as it streams in, counted; never who is in one."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BeforeValidator, Field

from incident.api.shapes import ONE_LINE, PROSE, AtEdge, Codename, In, LineFaultOut, Out, word_of
from incident.api.uploads import CSV, Media, file_of
from incident.auth.dependencies import acting
from incident.queries.access import find_incident
from incident.queries.audiences import AudienceCounts, Shares, audience_counts, audiences_of, faults_file
from incident.roles import Action, Actor
from incident.verbs.audiences import Form, Importer, open_audience, read_mapping, read_sample, record_faults_read
from incident.verbs.discarding import discard_audience
from notifications.audience import ImportReport
from notifications.models import Channel

router = APIRouter(tags=["audiences"])
Reader = Annotated[Actor, Depends(acting(Action.READ))]
Keeper = Annotated[Actor, Depends(acting(Action.IMPORT_AUDIENCE))]
Looker = Annotated[Actor, Depends(acting(Action.READ_AUDIENCE))]
Mapped = Annotated[
    list[Annotated[str, Field(max_length=400)]] | None,
    Query(alias="map", max_length=100, description="column=name, for each column that is not called by its meaning"),
]


def _read_id(value: object) -> UUID:
    found = None
    with contextlib.suppress(ValueError):
        found = UUID(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("should be the id of an audience")
    return found


OtherId = Annotated[UUID, BeforeValidator(_read_id)]


class AudienceIn(In):
    """A new audience. `adds_to`: the frozen one whose notice these newly found people get too.

    `controller`: the host's id of the party whose people these are, empty for one's own.
    """

    name: str = Field(max_length=200, pattern=ONE_LINE)
    channel: Annotated[Channel, word_of(Channel)] = Channel.EMAIL
    adds_to: OtherId | None = None
    controller: str = Field(default="", max_length=128, pattern=ONE_LINE)


class AudienceDiscardIn(In):
    """Why the audience is not needed; it stands on the timeline."""

    reason: str = Field(max_length=500, pattern=PROSE)


class AudienceLine(Out):
    """An audience. `frozen_at`: since then nobody can be added."""

    id: UUID
    name: str
    channel: Channel
    controller: str
    adds_to: UUID | None
    created_at: datetime
    frozen_at: datetime | None
    members: int


class AudiencesOut(Out):
    """The audiences of an incident, the newest first."""

    audiences: list[AudienceLine]


class ShareOut(Out):
    """How many people are of one kind."""

    name: str
    people: int


class SharesOut(Out):
    """The commonest kinds, and how many people are of any other."""

    most: list[ShareOut]
    others: int

    @classmethod
    def of(cls, shares: Shares) -> "SharesOut":
        return cls(most=[ShareOut(name=name, people=number) for name, number in shares.lines], others=shares.others)


class AudienceOut(AudienceLine):
    """One audience counted; the empty name of a region is "not said", of a segment "the first text".

    `refused`, `repeated` (people who were there already with the same), `corrected` (who were there with something
    else) and `warned` are lines of the last import. A domain of fewer than five people is among the others.
    """

    incident: str
    locales: SharesOut
    regions: SharesOut
    segments: SharesOut
    domains: SharesOut
    refused: int
    repeated: int
    corrected: int
    warned: int
    related: list[UUID]


class FaultOut(LineFaultOut):
    """One thing wrong with one line. `warning`: it was stored all the same."""

    warning: bool


class FilledOut(Out):
    """What an import came to. `faults` are the first 1000; the file of all of them is at …/faults."""

    stored: int
    refused: int
    repeated: int
    corrected: int
    warned: int
    faults: list[FaultOut]

    @classmethod
    def of(cls, report: ImportReport) -> "FilledOut":
        names = ("line", "field", "message", "mend", "warning")
        faults = [FaultOut(**{name: getattr(one, name) for name in names}) for one in report.faults]
        counts = {name: getattr(report, name) for name in ("stored", "refused", "repeated", "corrected", "warned")}
        return cls(**counts, faults=faults)


class MaskedOut(Out):
    """A member with first letters and the domain of the address."""

    person: str
    address: str
    locale: str
    region: str
    segment: str
    values: Sequence[str]


class SampleOut(Out):
    """At most ten members, masked."""

    members: list[MaskedOut]


class CsvFile(StreamingResponse):
    """A table as it is read from the database."""

    media_type = "text/csv; charset=utf-8; header=present"


AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "A table.", "content": {CsvFile.media_type: {"schema": {"type": "string"}}}}
}
"""How a route describes it; it is no `response_class`, or its refusals would be described as tables too."""


@router.get("/api/incidents/{codename}/audiences", response_model=AudiencesOut)
def list_audiences(by: Reader, edge: AtEdge, codename: Codename) -> AudiencesOut:
    """The audiences of an incident."""
    with edge.read() as session:
        rows = audiences_of(session, by, find_incident(session, by, codename).id)
    return AudiencesOut(audiences=[AudienceLine.from_row(row) for row in rows])


@router.post("/api/incidents/{codename}/audiences", status_code=201, response_model=AudienceLine)
def make_audience(by: Keeper, edge: AtEdge, codename: Codename, body: AudienceIn, response: Response) -> AudienceLine:
    """Make an empty audience of an incident."""
    with edge.read() as session:
        incident_id = find_incident(session, by, codename).id
    made = edge.write(
        by, lambda act: open_audience(act, incident_id, body.name, body.channel, body.adds_to, body.controller)
    )
    response.headers["Location"] = f"/api/audiences/{made.id}"
    return AudienceLine.from_row(made)


@router.get("/api/audiences/{audience_id}", response_model=AudienceOut)
def show_audience(by: Reader, edge: AtEdge, audience_id: UUID) -> AudienceOut:
    """One audience, counted by language, region, segment and domain."""
    with edge.read() as session:
        return _out(audience_counts(session, by, audience_id))


@router.post("/api/audiences/{audience_id}/import", response_model=FilledOut)
def import_audience(
    by: Keeper, edge: AtEdge, audience_id: UUID, media: Media, request: Request, mapped: Mapped = None
) -> FilledOut:
    """Add people by a CSV or JSON Lines file as it streams in; lines that cannot be used are named and stop nothing.

    Repeat it after an interruption: who is in the audience already is named by line and stored once. A line that says
    something else of them takes the place of what stood there, as long as no release froze the audience.
    """
    importer = Importer(edge.store, edge.keys, by, edge.clock)
    form = Form.CSV if media == CSV else Form.JSON_LINES
    return FilledOut.of(importer.read(audience_id, file_of(request), form, read_mapping(mapped or ())))


@router.post("/api/audiences/{audience_id}/discarding", status_code=204, response_model=None)
def discard(by: Keeper, edge: AtEdge, audience_id: UUID, gone: AudienceDiscardIn) -> None:
    """Throw an audience away; 409 where a release uses it, a hold or a customer's link keeps it, or it is gone."""
    edge.write(by, lambda act: discard_audience(act, audience_id, gone.reason))


@router.get("/api/audiences/{audience_id}/faults", response_model=str, response_class=Response, responses=AS_CSV)
def download_faults(by: Keeper, edge: AtEdge, audience_id: UUID) -> Response:
    """Every fault of the last import as CSV; the timeline says that it was taken."""
    edge.write(by, lambda act: record_faults_read(act, audience_id))
    headers = {"Content-Disposition": f'attachment; filename="faults-{audience_id}.csv"'}
    return CsvFile(faults_file(edge.store, edge.keys, by, audience_id), headers=headers)


@router.post("/api/audiences/{audience_id}/sample", response_model=SampleOut)
def look_at_sample(by: Looker, edge: AtEdge, audience_id: UUID) -> SampleOut:
    """A few members, masked, to see whether columns were mixed up; the timeline says who looked."""
    found = edge.write(by, lambda act: read_sample(act, audience_id))
    names = MaskedOut.model_fields
    return SampleOut(members=[MaskedOut(**{name: getattr(one, name) for name in names}) for one in found])


def _out(found: AudienceCounts) -> AudienceOut:
    return AudienceOut(
        **AudienceLine.from_row(found.audience).model_dump(),
        incident=found.codename,
        locales=SharesOut.of(found.locales),
        regions=SharesOut.of(found.regions),
        segments=SharesOut.of(found.segments),
        domains=SharesOut.of(found.domains),
        refused=found.refused,
        repeated=found.repeated,
        corrected=found.corrected,
        warned=found.warned,
        related=[row.id for row in found.related],
    )
