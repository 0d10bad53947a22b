"""The page of a release that is closed out, and the download of its file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from incident.auth.dependencies import acting
from incident.organisation import retention_rules_of
from incident.queries.close_outs import close_outs_of, report_file
from incident.roles import Action, Actor
from incident.verbs.closing_out import ask_close_out, record_file_taken
from incident.web.close_out_views import close_out_view
from incident.web.frame import Desk, Seated, see
from incident.web.notice_views import case_of_notice

router = APIRouter(include_in_schema=False)
Asker = Annotated[Actor, Depends(acting(Action.READ_AUDIENCE, programs=False))]
Taker = Annotated[Actor, Depends(acting(Action.READ_PROOF, programs=False))]


@router.get("/releases/{release_id}/close-out")
def show_close_out(desk: Seated, release_id: UUID) -> Response:
    """Who was told, in counts: the newest report, those before it, and what becomes of the people's data."""
    with desk.edge.read() as session:
        return _page(desk, session, release_id)


@router.post("/releases/{release_id}/close-out")
def ask(desk: Seated, by: Asker, release_id: UUID) -> Response:
    """Ask for a report as of now; the worker writes it."""
    desk.edge.write(by, lambda act: ask_close_out(act, release_id))
    return see(f"/releases/{release_id}/close-out")


@router.get("/releases/{release_id}/close-out/{number}.jsonl.gz")
def download_file(desk: Seated, by: Taker, release_id: UUID, number: int) -> Response:
    """The file of a report, a line a person; that it was taken is kept."""
    report = desk.edge.write(by, lambda act: record_file_taken(act, release_id, number))
    headers = {
        "Content-Disposition": f'attachment; filename="close-out-{release_id}-{number}.jsonl.gz"',
        "Cache-Control": "no-store",
    }
    pieces = report_file(desk.edge.store, desk.edge.keys, report)
    return StreamingResponse(pieces, media_type="application/gzip", headers=headers)


def _page(desk: Desk, session: Session, release_id: UUID) -> Response:
    found = close_outs_of(session, desk.actor, release_id)
    href, codename = case_of_notice(session, found.notice)
    view = close_out_view(found, retention_rules_of(desk.edge.settings), can_ask=desk.may(Action.READ_AUDIENCE))
    return desk.page("close_out.html", session, {"view": view, "case_href": href, "codename": codename})
