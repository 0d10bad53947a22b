"""Demonstration: the mails a capture server on this machine has kept."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response

from incident.errors import NotFound
from incident.web.frame import Desk, Seated
from incident.web.headers import PREVIEW_POLICY
from incident.web.views import MailLine
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PAGE = 40
HEAD = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Auto-Submitted")


@router.get("/mailbox")
def show_mailbox(desk: Seated, page: Annotated[int, Query(ge=1)] = 1) -> Response:
    """The captured mails, the newest first."""
    files = _files(desk)
    shown = files[(page - 1) * PAGE : page * PAGE]
    values = {
        "mails": tuple(_line(path) for path in shown),
        "mail": None,
        "total": len(files),
        "older": page + 1 if len(files) > page * PAGE else 0,
        "newer": page - 1,
        "page": page,
    }
    with desk.edge.read() as session:
        return desk.page("mailbox.html", session, values)


@router.get("/mailbox/{number}")
def show_mail(desk: Seated, number: str, view: Annotated[str, Query(max_length=8)] = "text") -> Response:
    """One mail with its head."""
    mail, files = _line(_find(desk, number), whole=True), _files(desk)
    values = {"mails": (), "mail": mail, "mode": view, "total": len(files), "older": 0, "newer": 0, "page": 1}
    with desk.edge.read() as session:
        return desk.page("mailbox.html", session, values)


@router.get("/mailbox/{number}/html")
def show_html(desk: Seated, number: str) -> Response:
    """The HTML part alone, for a sandboxed frame."""
    part = _parsed(_find(desk, number)).get_body(("html",))
    html = part.get_content() if part else ""
    return Response(html, media_type="text/html", headers={"Content-Security-Policy": PREVIEW_POLICY})


def _files(desk: Desk) -> list[Path]:
    folder = desk.edge.settings.mailbox_folder
    if folder is None:
        raise NotFound(worded("Captured mail exists in the demonstration only."))
    return sorted(folder.glob("*.eml"), reverse=True)


def _find(desk: Desk, number: str) -> Path:
    path = next((path for path in _files(desk) if path.stem == number), None)
    if path is None:
        raise NotFound(worded("There is no such mail."))
    return path


def _parsed(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _line(path: Path, *, whole: bool = False) -> MailLine:
    message = _parsed(path)
    text = message.get_body(("plain",)) if whole else None
    return MailLine(
        number=path.stem,
        to=str(message["X-Envelope-To"] or message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        at=message["Date"].datetime if message["Date"] else None,
        text=text.get_content() if text else "",
        has_html=whole and message.get_body(("html",)) is not None,
        head=tuple((name, str(message[name])) for name in HEAD if message[name]) if whole else (),
    )
