"""Pages: which wait for an answer, who was told when, by what, with which answer; acknowledged, and a team tried."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from incident.api.shapes import AtEdge, Out
from incident.auth.dependencies import acting
from incident.models.paging import PageKind
from incident.queries.pages import CallLine, PageLine, read_page, read_pages
from incident.roles import Action, Actor
from incident.verbs.page_answers import acknowledge
from incident.verbs.page_events import Roads
from incident.verbs.pages import send_test_page
from notifications.addresses import domain_of

router = APIRouter(prefix="/api", tags=["on call"])
Reader = Annotated[Actor, Depends(acting(Action.ON_CALL))]
Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9-]+$")]


class CallOut(Out):
    """Whom a step told, by which way, what came of the message, and when they answered by its link."""

    whom: str
    way: str
    at: datetime
    state: str
    said: str
    answered_at: datetime | None

    @classmethod
    def of(cls, line: CallLine) -> "CallOut":
        return cls(**{name: getattr(line, name) for name in CallOut.model_fields})


class PageOut(Out):
    """A page. `subject`: a codename, a monitor or a team; `next_at`: when it goes on unless somebody answers."""

    id: UUID
    kind: PageKind
    subject: str
    team: str
    severity: str
    begun_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    way: str
    ended_at: datetime | None
    ended_because: str
    next_at: datetime | None
    step: int
    steps: int

    @classmethod
    def of(cls, line: PageLine) -> "PageOut":
        return cls(**{name: getattr(line, name) for name in PageOut.model_fields})


class PagesOut(Out):
    """The last pages, the newest first."""

    pages: list[PageOut]


class WholePageOut(Out):
    """A page and everybody it told."""

    page: PageOut
    calls: list[CallOut]


class TestPageOut(Out):
    """The id of the page a test began."""

    id: UUID

    __test__ = False  # no test of ours


@router.get("/pages", response_model=PagesOut)
def list_pages(by: Reader, edge: AtEdge, waiting: Annotated[bool, Query()] = False) -> PagesOut:
    """The last fifty, or those that wait for an answer."""
    with edge.read() as session:
        return PagesOut(pages=[PageOut.of(line) for line in read_pages(session, by, waiting=waiting)])


@router.get("/pages/{page_id}", response_model=WholePageOut)
def get_page(by: Reader, edge: AtEdge, page_id: UUID) -> WholePageOut:
    """One page."""
    with edge.read() as session:
        line, calls = read_page(session, by, page_id)
    return WholePageOut(page=PageOut.of(line), calls=[CallOut.of(call) for call in calls])


@router.put("/pages/{page_id}/acknowledgement", status_code=204, response_model=None)
def put_acknowledgement(by: Reader, edge: AtEdge, page_id: UUID) -> None:
    """Acknowledge it: it goes on to nobody else. Repeating it changes nothing."""
    edge.write(by, lambda act: acknowledge(act, page_id, "api"))


@router.post("/teams/{name}/tests", status_code=201, response_model=TestPageOut)
def make_test(by: Reader, edge: AtEdge, name: Name) -> TestPageOut:
    """Page a team as if something had happened, marked as a test."""
    roads = Roads(domain_of(edge.settings.mail_from), edge.settings.base_url)
    return TestPageOut(id=edge.write(by, lambda act: send_test_page(act, name, roads).id))
