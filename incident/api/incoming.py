"""What came back, for programs: counts of mails and news, and the list of people whom no mail reaches."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from incident.api.audiences import AS_CSV, CsvFile
from incident.api.shapes import AtEdge, Out
from incident.auth.dependencies import acting
from incident.queries.incoming import read_incoming
from incident.roles import Action, Actor
from incident.verbs.postal_lists import export_postal_list
from notifications.spreadsheets import table

router = APIRouter(prefix="/api", tags=["incoming"])
Reader = Annotated[Actor, Depends(acting(Action.READ_QUARANTINE))]
Lister = Annotated[Actor, Depends(acting(Action.READ_AUDIENCE))]


class AsideOut(Out):
    """A mail or an event that could not be read. `door`: lmtp, imap, or the provider."""

    id: UUID
    door: str
    received_at: datetime
    size: int
    sha256: str
    trouble: str


class LeftOverOut(Out):
    """News that moved no row. `state`: unmatched, or doubtful because it does not name that person."""

    source: str
    news: str
    status: str
    heard_at: datetime
    state: str


class IncomingOut(Out):
    """`mails` and `news` count by state; `aside` and `left_over` are the latest 50."""

    mails: dict[str, int]
    repeats: int
    news: dict[str, int]
    aside: list[AsideOut]
    left_over: list[LeftOverOut]


@router.get("/incoming", response_model=IncomingOut)
def show_incoming(by: Reader, edge: AtEdge) -> IncomingOut:
    """What came back by mail and by webhook, counted."""
    with edge.read() as session:
        found = read_incoming(session, by)
    aside = [AsideOut.from_row(row) for row in found.aside]
    left = [LeftOverOut.from_row(row) for row in found.left_over]
    return IncomingOut(
        mails=dict(found.mails), repeats=found.repeats, news=dict(found.news), aside=aside, left_over=left
    )


@router.get("/releases/{release_id}/postal-list", response_model=str, response_class=Response, responses=AS_CSV)
def download_postal_list(by: Lister, edge: AtEdge, release_id: UUID) -> Response:
    """People whom no mail of a release reaches, as CSV for letters; the timeline says that it was taken."""
    found = edge.write(by, lambda act: export_postal_list(act, release_id))
    headers = {"Content-Disposition": f'attachment; filename="postal-{release_id}.csv"'}
    return CsvFile(iter([table(found.rows)]), headers=headers)
