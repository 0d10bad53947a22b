"""Files of customers: the register's lines and their own figures; one customer's figures are recorded on its page."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, BinaryIO
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.datastructures import UploadFile

from incident.auth.dependencies import acting
from incident.errors import Fault, Invalid
from incident.queries.incident import read_incident
from incident.roles import Action, Actor
from incident.verbs.customers import import_csv
from incident.verbs.register import RegisterReport
from incident.verbs.share_lines import Share, read_share
from incident.verbs.shares import ShareImporter, record_share
from incident.web.case_acts import find
from incident.web.forms import ShareForm
from incident.web.frame import Desk, Seated, see
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
NAMES = ("people", "countries", "fields", "exposed_from", "exposed_until", "logs")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it was sent, and the data set it is of."""

    stream: BinaryIO
    dataset: str


async def sent_file(request: Request) -> AsyncIterator[SentFile]:
    """The file of the form, open until the request is answered. Raises Invalid without one."""
    form = await request.form()
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Invalid(
                Fault("file", worded("is missing"), worded("choose a CSV file with a line for each customer"))
            )
        yield SentFile(file.file, str(form.get("dataset") or ""))
    finally:
        await form.close()


@router.post("/incidents/{reference}/customers/{host_id}/share")
def keep_share(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FACTS, programs=False))],
    reference: str,
    host_id: str,
    form: Annotated[ShareForm, Form()],
) -> Response:
    """Record the figures of one customer in one data set."""
    incident_id = find(desk, reference)
    share = read_share(host_id, {name: getattr(form, name) for name in NAMES}, desk.zone, form.dataset)
    if not isinstance(share, Share):
        raise Invalid(*share)
    desk.edge.write(by, lambda act: record_share(act, incident_id, share))
    return see(f"/incidents/{reference}/customers/{quote(host_id, safe='')}")


@router.post("/incidents/{reference}/shares")
def import_shares(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.FACTS, programs=False))],
    reference: str,
    sent: Annotated[SentFile, Depends(sent_file)],
) -> Response:
    """Record the figures of many customers from a file; a page says what came of it, line by line."""
    edge, incident_id = desk.edge, find(desk, reference)
    report = ShareImporter(edge.store, edge.keys, by, edge.clock).run(incident_id, sent.stream, desk.zone, sent.dataset)
    return _imported(desk, reference, report, register=False)


@router.post("/incidents/{reference}/customer-register")
def import_customers(
    desk: Seated,
    by: Annotated[Actor, Depends(acting(Action.CUSTOMERS, programs=False))],
    reference: str,
    sent: Annotated[SentFile, Depends(sent_file)],
) -> Response:
    """Add and change customers of the register from a file; a page says what came of it, line by line."""
    find(desk, reference)
    report = import_csv(desk.edge.store, desk.edge.keys, by, sent.stream, desk.edge.clock.now())
    return _imported(desk, reference, report, register=True)


def _imported(desk: Desk, reference: str, report: RegisterReport, *, register: bool) -> Response:
    edge = desk.edge
    with edge.read() as session:
        page = read_incident(session, edge.keys, desk.actor, reference, edge.clock.now())
        path = f"/incidents/{page.incident.codename}"
        values = {"report": report, "case_href": path, "codename": page.incident.codename, "register": register}
        return desk.page("shares_imported.html", session, values)
