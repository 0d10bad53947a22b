"""Demonstration of in-app notices: a page of the product that was breached, as one of its users sees it."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Response

from incident.errors import NotFound
from incident.web.audiences import reader_called, readers
from incident.web.forms import ReceiptForm
from incident.web.frame import Desk, Seated, see
from incident.web.views import Choice, InAppNotice
from notifications.blocks import read_blocks
from notifications.in_app import mark_read, notices_for

router = APIRouter(include_in_schema=False)
PATH = "/in-app-demo"


@router.get(PATH)
def show_host_page(desk: Seated, reader: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The host's page with the notices of one reader."""
    _only_in_demonstration(desk)
    with desk.edge.read() as session:
        known = readers(session)
        chosen = reader or (known[0] if known else "person")
        found = notices_for(session, desk.edge.keys, reader_called(session, chosen)) if known else []
        notices = tuple(
            InAppNotice(
                id=one.id,
                subject=one.rendered.subject,
                blocks=read_blocks(one.rendered.text),
                at=one.published_at,
                read_at=one.read_at,
                locale=one.locale,
            )
            for one in found
        )
        choices = tuple(Choice(name, name, name == chosen) for name in known)
        return desk.page("in_app.html", session, {"notices": notices, "reader": chosen, "readers": choices})


@router.post(f"{PATH}/receipts")
def read(desk: Seated, form: Annotated[ReceiptForm, Form()]) -> Response:
    """The reader has read the notice."""
    _only_in_demonstration(desk)
    keys, now = desk.edge.keys, desk.edge.clock.now()
    at = desk.edge.store.write(
        lambda session: mark_read(session, keys, reader_called(session, form.reader), form.notice, now)
    )
    if at is None:
        raise NotFound("This reader is not shown that notice.")
    return see(f"{PATH}?reader={quote(form.reader, safe='')}")


def _only_in_demonstration(desk: Desk) -> None:
    if desk.edge.settings.mailbox_folder is None:
        raise NotFound("The host page exists in the demonstration only.")
