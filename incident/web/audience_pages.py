"""The pages of an audience: made, filled from a file as it streams in, counted, its faults taken away as a file."""

import io
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.auth.streaming import Arriving, StreamedForm, streamed_form
from incident.errors import Fault, Invalid
from incident.models.incidents import Incident
from incident.queries.audiences import (
    audience_counts,
    audiences_of,
    fault_examples,
    faults_file,
    find_audience,
    incident_of,
)
from incident.queries.customers import customer_names
from incident.queries.facts import read_facts
from incident.roles import Action, Actor
from incident.verbs.audiences import Form as FileForm
from incident.verbs.audiences import Importer, open_audience, read_sample, record_faults_read
from incident.verbs.discarding import discard_audience
from incident.web.audience_views import (
    audience_line,
    audience_view,
    beside_facts,
    choice_faults,
    columns_kept,
    columns_of,
    sample_lines,
)
from incident.web.case_acts import find
from incident.web.customer_choices import register_for
from incident.web.forms import Line, Sent, Text
from incident.web.frame import Desk, Seated, see
from incident.web.incidents import opened, show
from incident.web.views import Choice
from incident.web.views.audiences import ColumnLine, SampleLine
from notifications.audience import ImportReport
from notifications.models import Channel
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Keeper = Annotated[Actor, Depends(acting(Action.IMPORT_AUDIENCE, programs=False))]
Looker = Annotated[Actor, Depends(acting(Action.READ_AUDIENCE, programs=False))]
LINES = (".jsonl", ".ndjson")


class AudienceForm(Sent):
    """A new audience. `adds_to`: the id of the frozen one whose notice newly found people get too."""

    name: Line
    channel: Literal["email", "in_app"] = "email"
    adds_to: Line = ""
    controller: Line = ""


class DiscardingForm(Sent):
    """Why an audience is not needed."""

    reason: Line


class ColumnsForm(Sent):
    """The first line of a file, so that its columns can be told apart before it is sent."""

    first_line: Text


@dataclass(frozen=True, slots=True)
class _Import:
    """An import that is about to be made again: what its columns are, and why the last one stored nobody."""

    columns: tuple[ColumnLine, ...] = ()
    problems: tuple[Fault, ...] = ()


@router.get("/incidents/{reference}/audiences")
def show_audiences(desk: Seated, reference: str) -> Response:
    """Every audience of an incident, and a form for another."""
    with desk.edge.read() as session:
        page = opened(desk, session, reference)
        rows = audiences_of(session, desk.actor, page.incident.id)
        names = {row.id: row.name for row in rows}
        customers = customer_names(session, desk.actor, [row.controller for row in rows])
        values = {
            "audiences": tuple(audience_line(row, names, customers) for row in rows),
            "register": register_for(desk, session),
            "bases": tuple(Choice(str(row.id), row.name) for row in rows if row.frozen_at),
        }
        return show(desk, session, page, "notices", "audiences.html", values)


@router.post("/incidents/{reference}/audiences")
def make(desk: Seated, by: Keeper, reference: str, form: Annotated[AudienceForm, Form()]) -> Response:
    """Make an empty audience."""
    incident_id, base = find(desk, reference), _base(form.adds_to)
    made = desk.edge.write(
        by, lambda act: open_audience(act, incident_id, form.name, Channel(form.channel), base, form.controller)
    )
    return see(f"/audiences/{made.id}")


@router.get("/audiences/{audience_id}")
def show_audience(desk: Seated, audience_id: UUID) -> Response:
    """One audience, counted."""
    with desk.edge.read() as session:
        return _show(desk, session, audience_id)


@router.post("/audiences/{audience_id}/columns")
def choose_columns(desk: Seated, _by: Keeper, audience_id: UUID, form: Annotated[ColumnsForm, Form()]) -> Response:
    """Show what each column of a file is taken for, and let somebody say otherwise. Nothing is stored."""
    columns = columns_of(form.first_line)
    with desk.edge.read() as session:
        return _show(desk, session, audience_id, _Import(columns))


@router.post("/audiences/{audience_id}/import")
def import_people(
    desk: Seated, by: Keeper, audience_id: UUID, form: Annotated[StreamedForm, Depends(streamed_form)]
) -> Response:
    """Add the people of a file as it streams in; it is never kept."""
    if not form.file_name:
        raise Invalid(Fault("file", worded("is missing"), worded("choose a CSV or JSON Lines file")))
    columns, meanings = ([value for name, value in form.fields if name == one] for one in ("column", "means"))
    mapping = dict(zip(columns, meanings, strict=False))
    with desk.edge.read() as session:
        channel = find_audience(session, by, audience_id, Action.IMPORT_AUDIENCE).channel
        if faults := choice_faults(mapping, channel):
            return _show(desk, session, audience_id, _Import(columns_kept(mapping), faults))
    importer = Importer(desk.edge.store, desk.edge.keys, by, desk.edge.clock)
    kind = FileForm.JSON_LINES if form.file_name.lower().endswith(LINES) else FileForm.CSV
    report = importer.read(audience_id, io.BufferedReader(Arriving(form.piece)), kind, mapping)
    if report.refused and not report.stored + report.repeated + report.corrected:
        with desk.edge.read() as session:
            return _show(desk, session, audience_id, _Import(columns_kept(mapping), (_nobody(report),)))
    return see(f"/audiences/{audience_id}#import")


@router.post("/audiences/{audience_id}/discarding")
def discard(desk: Seated, by: Keeper, audience_id: UUID, form: Annotated[DiscardingForm, Form()]) -> Response:
    """Throw an audience away that no release uses, with a reason."""
    gone = desk.edge.write(by, lambda act: discard_audience(act, audience_id, form.reason))
    with desk.edge.read() as session:
        codename = session.get_one(Incident, incident_of(gone)).codename
    return see(f"/incidents/{codename}/audiences#audiences")


@router.get("/audiences/{audience_id}/faults.csv")
def download_faults(desk: Seated, by: Keeper, audience_id: UUID) -> Response:
    """Every fault of the last import as a file; the timeline says that it was taken."""
    desk.edge.write(by, lambda act: record_faults_read(act, audience_id))
    headers = {"Content-Disposition": f'attachment; filename="faults-{audience_id}.csv"'}
    pieces = faults_file(desk.edge.store, desk.edge.keys, by, audience_id)
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8; header=present", headers=headers)


@router.post("/audiences/{audience_id}/sample")
def look_at_sample(desk: Seated, by: Looker, audience_id: UUID) -> Response:
    """A few members, masked; that somebody looked is written down, so it is a form."""
    found = desk.edge.write(by, lambda act: read_sample(act, audience_id))
    with desk.edge.read() as session:
        return _show(desk, session, audience_id, sample=sample_lines(found))


def _show(
    desk: Desk,
    session: Session,
    audience_id: UUID,
    tried: _Import = _Import(),
    sample: tuple[SampleLine, ...] | None = None,
) -> Response:
    found = audience_counts(session, desk.actor, audience_id)
    examples = fault_examples(session, desk.edge.keys, desk.actor, found)
    customers = customer_names(session, desk.actor, [row.controller for row in (found.audience, *found.related)])
    view = audience_view(found, tried.columns, sample, examples, customers)
    if found.audience.purged_at is None:
        sheet = read_facts(session, desk.edge.keys, desk.actor, found.incident_id).sheet
        view = replace(view, beside=beside_facts(found.audience, sheet))
    status = 422 if tried.problems else 200
    return desk.page("audience.html", session, {"view": view, "problems": tried.problems}, status)


def _nobody(report: ImportReport) -> Fault:
    """That a file stored nobody, and what its first line was refused for."""
    first = next(fault for fault in report.faults if not fault.warning)
    return Fault(
        worded("The file"),
        worded("stored nobody. Line {line}, {field}: {what}", line=first.line, field=first.field, what=first.message),
        first.mend,
    )


def _base(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(Fault("adds_to", worded("is none of those on the page"), worded("choose one, or none"))) from None
