"""Demonstration of in-app notices: a page of the product that was breached, with the component as a host has it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from incident.errors import NotFound
from incident.web.audiences import reader_called, readers
from incident.web.frame import Desk, Seated
from incident.web.views import Choice
from notifications.in_app import known_secret, notices_for
from notifications.reader_tokens import issue_token
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
PATH = "/in-app-demo"
Name = Annotated[str, Query(max_length=200)]


@router.get(PATH)
def show_host_page(desk: Seated, reader: Name = "") -> Response:
    """The host's page as one reader sees it."""
    _only_in_demonstration(desk)
    with desk.edge.read() as session:
        known = readers(session)
        chosen = reader or (known[0] if known else "person")
        found = notices_for(session, desk.edge.keys, reader_called(session, chosen)) if known else []
        choices = tuple(Choice(name, name, name == chosen) for name in known)
        return desk.page("in_app.html", session, {"told": bool(found), "reader": chosen, "readers": choices})


@router.get(f"{PATH}/token")
def show_token(desk: Seated, reader: Name) -> Response:
    """What a host's server does: a token for the reader it has signed in; 204 where there is nothing to read."""
    _only_in_demonstration(desk)
    secrets = desk.edge.settings.reader_secrets
    with desk.edge.read() as session:
        secret = secrets[0] if secrets else known_secret(session, desk.edge.keys)
        if secret is None:
            return Response(status_code=204)
        token = issue_token(secret, reader_called(session, reader), desk.edge.clock.now())
    return JSONResponse({"token": token}, headers={"Cache-Control": "no-store"})


def _only_in_demonstration(desk: Desk) -> None:
    if desk.edge.settings.mailbox_folder is None:
        raise NotFound(worded("The host page exists in the demonstration only."))
