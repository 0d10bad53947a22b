"""Pages as people see them: which wait for an answer, who was told when, by what, with which answer; acknowledging."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from incident.auth.dependencies import acting
from incident.models.paging import PageKind
from incident.queries.pages import CallLine, PageLine, read_page, read_pages
from incident.roles import Action, Actor
from incident.verbs.page_answers import acknowledge, acknowledge_incident
from incident.verbs.page_events import Roads
from incident.verbs.pages import send_test_page
from incident.web.case_acts import find
from incident.web.frame import Seated, see
from incident.web.views.paged import CallRow, PageRow
from notifications.addresses import domain_of
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = "/pages"
WAY = "console"
Reader = Annotated[Actor, Depends(acting(Action.ON_CALL, programs=False))]
Worker = Annotated[Actor, Depends(acting(Action.NOTE, programs=False))]
Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9-]+$")]
ACKNOWLEDGED = {
    "mail": worded("by the link in a mail"),
    "console": worded("on the console"),
    "command": worded("by taking command"),
}
ENDED = {"the incident is over": worded("the incident is over")}


@router.get(PAGE)
def show_pages(desk: Seated, by: Reader) -> Response:
    """The last pages, the newest first."""
    with desk.edge.read() as session:
        rows = tuple(page_row(line) for line in read_pages(session, by))
        return desk.page("pages.html", session, {"rows": rows})


@router.get(f"{PAGE}/{{page_id}}")
def show_page(desk: Seated, by: Reader, page_id: UUID) -> Response:
    """One page with everybody it told."""
    with desk.edge.read() as session:
        line, calls = read_page(session, by, page_id)
        values = {"row": page_row(line), "calls": tuple(_call(call) for call in calls)}
        return desk.page("paged.html", session, values)


@router.post(f"{PAGE}/{{page_id}}/acknowledgement")
def acknowledge_one(desk: Seated, by: Reader, page_id: UUID) -> Response:
    """Acknowledge it: it goes on to nobody else."""
    desk.edge.write(by, lambda act: acknowledge(act, page_id, WAY))
    return see(f"{PAGE}/{page_id}")


@router.post("/incidents/{reference}/acknowledgement")
def acknowledge_all(desk: Seated, by: Worker, reference: str) -> Response:
    """Acknowledge the pages of an incident."""
    incident_id = find(desk, reference)
    desk.edge.write(by, lambda act: acknowledge_incident(act, incident_id, WAY))
    return see(f"/incidents/{reference}")


@router.post("/on-call/{name}/tests")
def send_test(desk: Seated, by: Reader, name: Name) -> Response:
    """Page a team as if something had happened, marked as a test."""
    settings = desk.edge.settings
    roads = Roads(domain_of(settings.mail_from), settings.base_url)
    page_id = desk.edge.write(by, lambda act: send_test_page(act, name, roads).id)
    return see(f"{PAGE}/{page_id}")


def page_row(line: PageLine) -> PageRow:
    """A page as a list shows it."""
    state, said, at = _state(line)
    return PageRow(
        id=str(line.id),
        href=f"{PAGE}/{line.id}",
        title=_title(line),
        subject_href=f"/incidents/{line.subject}" if line.kind is PageKind.INCIDENT else "",
        team=line.team,
        begun_at=line.begun_at,
        state=state,
        said=said,
        at=at,
        next_at=line.next_at if line.waits else None,
        step=worded("step {number} of {all}", number=line.step, all=line.steps) if line.step else "",
    )


def _title(line: PageLine) -> str:
    if line.kind is PageKind.INCIDENT:
        return worded("Incident {subject}", subject=line.subject)
    if line.kind is PageKind.SILENCE:
        return worded("Monitor {subject} is silent", subject=line.subject)
    return worded("Test of team {subject}", subject=line.subject)


def _state(line: PageLine) -> tuple[str, str, datetime | None]:
    if line.acknowledged_at is not None:
        way = ACKNOWLEDGED.get(line.way) or worded("from {way}", way=line.way)
        who = line.acknowledged_by or worded("somebody")
        return "acknowledged", worded("Acknowledged by {who} {way}", who=who, way=way), line.acknowledged_at
    if line.ended_at is not None:
        return "unanswered", worded("Over without an answer: {why}", why=line.ended_because), line.ended_at
    return "waits", worded("Waits for an answer"), None


def _call(line: CallLine) -> CallRow:
    return CallRow(line.whom, line.way, line.at, line.state, line.said, line.answered_at)
