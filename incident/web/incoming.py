"""What came back: counted, what could not be read shown as received and settled, and the list for letters."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from incident.auth.dependencies import acting
from incident.queries.incoming import read_incoming
from incident.roles import Action, Actor
from incident.verbs.postal_lists import export_postal_list
from incident.verbs.received_mail import settle_mail, view_mail
from incident.web.frame import Seated, see
from incident.web.views import AsideLine, IncomingView, LeftOverLine
from notifications.spreadsheets import table
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
Reader = Annotated[Actor, Depends(acting(Action.READ_QUARANTINE, programs=False))]
Lister = Annotated[Actor, Depends(acting(Action.READ_AUDIENCE, programs=False))]
SHOWN = 20_000
MAILS = {
    "open": worded("not read yet"),
    "read": worded("reports, read"),
    "handed_on": worded("other mail, handed on"),
    "quarantined": worded("set aside"),
    "settled": worded("dealt with"),
}
NEWS = {
    "applied": worded("changed a delivery"),
    "unchanged": worded("told nothing new"),
    "waiting": worded("waiting for their delivery"),
    "doubtful": worded("doubtful: another person's address"),
    "unmatched": worded("of no mail of ours"),
}


@router.get("/incoming")
def show_incoming(desk: Seated, _by: Reader) -> Response:
    """Everything that came back, counted."""
    return _show(desk, None)


@router.post("/incoming/{mail_id}/views")
def look(desk: Seated, by: Reader, mail_id: UUID) -> Response:
    """Show one as it was received; that it was looked at is written down, so it is a form."""
    raw = desk.edge.write(by, lambda act: view_mail(act, mail_id))
    return _show(desk, (mail_id, raw.decode(errors="replace")[:SHOWN]))


@router.post("/incoming/{mail_id}/settlement")
def settle_one(desk: Seated, by: Reader, mail_id: UUID) -> Response:
    """Say that it was dealt with."""
    desk.edge.write(by, lambda act: settle_mail(act, mail_id))
    return see("/incoming")


@router.post("/releases/{release_id}/postal-list")
def download_postal_list(desk: Seated, by: Lister, release_id: UUID) -> Response:
    """The list for letters; the timeline says who took it, so it is a form."""
    found = desk.edge.write(by, lambda act: export_postal_list(act, release_id))
    headers = {"Content-Disposition": f'attachment; filename="postal-{release_id}.csv"'}
    return Response(table(found.rows), media_type="text/csv; charset=utf-8; header=present", headers=headers)


DOORS = {
    "lmtp": worded("Handed in by a mail server (LMTP)"),
    "imap": worded("Fetched from a mailbox (IMAP over TLS)"),
}


def _show(desk: Seated, opened: tuple[UUID, str] | None) -> Response:
    with desk.edge.read() as session:
        found = read_incoming(session, desk.actor)
        aside = tuple(
            AsideLine(
                str(row.id),
                DOORS.get(row.door, row.door),
                row.received_at,
                row.trouble,
                row.sha256,
                row.size,
                row.repeats,
                opened[1] if opened and opened[0] == row.id else "",
            )
            for row in found.aside
        )
        left = tuple(
            LeftOverLine(row.source, row.news, row.status, row.heard_at, NEWS[row.state]) for row in found.left_over
        )
        view = IncomingView(
            mails=tuple((words, found.mails[state]) for state, words in MAILS.items() if found.mails.get(state)),
            repeats=found.repeats,
            news=tuple((words, found.news[state]) for state, words in NEWS.items() if found.news.get(state)),
            aside=aside,
            left_over=left,
            takes_reports=bool(desk.edge.settings.security_addresses),
        )
        return desk.page("incoming.html", session, {"view": view})
