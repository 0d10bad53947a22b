"""A controller's instruction to write to its people: recorded, withdrawn, its yes to a text, the ledger it is given."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import StreamingResponse

from incident.auth.dependencies import acting
from incident.auth.edge import Edge
from incident.errors import Fault, Invalid, NotFound
from incident.queries.instructions import Brand, Details, ledger_page, read_instructions
from incident.roles import Action, Actor
from incident.verbs.instructions import (
    NewInstruction,
    NewYes,
    record_instruction,
    record_ledger_taken,
    record_yes,
    withdraw_instruction,
)
from incident.web.case_acts import find
from incident.web.forms import STORABLE, InstructionForm, Line, Sent
from incident.web.frame import Desk, Seated, see
from incident.web.times import iso, read_local
from notifications.spreadsheets import table
from notifications.wording import worded

router = APIRouter(include_in_schema=False)
COLUMNS = ("person", "channel", "state", "at", "answer")
Officer = Annotated[Actor, Depends(acting(Action.FILE, programs=False))]


class YesForm(Sent):
    """A controller's yes to an edition: its id and, after a colon, the digest of the text it was shown."""

    edition: Line
    by: Line
    way: Line
    evidence: Line = ""


@router.post("/incidents/{reference}/customers/{host_id}/instructions")
def keep_instruction(
    desk: Seated, by: Officer, reference: str, host_id: str, form: Annotated[InstructionForm, Form()]
) -> Response:
    """Record that this customer instructs us to write to its people."""
    incident_id = find(desk, reference)
    brand = Brand(
        form.name, form.contact_name, form.contact_email, form.contact_phone, form.address, form.colour.strip()
    )
    try:
        received = read_local(form.received_at, desk.zone)
    except ValueError:
        raise Invalid(
            Fault("received_at", worded("is no moment"), worded("give day and time at which it came"))
        ) from None
    details = Details(form.what.replace("\r\n", "\n"), form.by, form.way, brand)
    new = NewInstruction(form.dataset, host_id, details, received, _id(form.evidence, "evidence"))
    desk.edge.write(by, lambda act: record_instruction(act, incident_id, new))
    return see(_page(reference, host_id))


@router.post("/incidents/{reference}/customers/{host_id}/instructions/{instruction_id}/withdrawal")
def withdraw(
    desk: Seated,
    by: Officer,
    reference: str,
    host_id: str,
    instruction_id: UUID,
    reason: Annotated[str, Form(max_length=300, pattern=STORABLE)],
) -> Response:
    """The customer takes its instruction back."""
    _require_its_own(desk, reference, host_id, instruction_id)
    desk.edge.write(by, lambda act: withdraw_instruction(act, instruction_id, reason))
    return see(_page(reference, host_id))


@router.post("/incidents/{reference}/customers/{host_id}/instructions/{instruction_id}/approval")
def keep_yes(
    desk: Seated,
    by: Officer,
    reference: str,
    host_id: str,
    instruction_id: UUID,
    form: Annotated[YesForm, Form()],
) -> Response:
    """The customer said yes to one edition."""
    _require_its_own(desk, reference, host_id, instruction_id)
    edition, _, digest = form.edition.partition(":")
    edition_id = _id(edition, "edition")
    if edition_id is None:
        raise Invalid(
            Fault("edition", worded("is missing"), worded("freeze a notice in this customer's name, then choose it"))
        )
    new = NewYes(edition_id, digest, form.by, form.way, _id(form.evidence, "evidence"))
    desk.edge.write(by, lambda act: record_yes(act, instruction_id, new))
    return see(_page(reference, host_id))


@router.get("/releases/{release_id}/ledger.csv")
def download_ledger(
    desk: Seated, by: Annotated[Actor, Depends(acting(Action.READ_AUDIENCE, programs=False))], release_id: UUID
) -> Response:
    """What came of writing to each person, for the controller in whose name it was; that it was taken is kept."""
    desk.edge.write(by, lambda act: record_ledger_taken(act, release_id))
    headers = {
        "Content-Disposition": f'attachment; filename="ledger-{release_id}.csv"',
        "Cache-Control": "no-store",
    }
    media = "text/csv; charset=utf-8; header=present"
    return StreamingResponse(_ledger(desk.edge, release_id), media_type=media, headers=headers)


def _ledger(edge: Edge, release_id: UUID) -> Iterator[str]:
    """The file a page at a time: a page is read and closed before it is sent."""
    yield table([COLUMNS])
    after = 0
    while True:
        with edge.read() as session:
            rows, after = ledger_page(session, release_id, after)
        yield table([(row.person, row.channel, row.state, iso(row.at), row.answer) for row in rows])
        if not after:
            return


def _require_its_own(desk: Desk, reference: str, host_id: str, instruction_id: UUID) -> None:
    """Raise NotFound for an instruction of another incident or customer than the address names."""
    incident_id = find(desk, reference)
    with desk.edge.read() as session:
        rows = [one.row for one in read_instructions(session, desk.edge.keys, desk.actor, incident_id)]
    if not any((row.id, row.controller) == (instruction_id, host_id) for row in rows):
        raise NotFound(worded("There is no such instruction."))


def _id(text: str, name: str) -> UUID | None:
    """An id a form carries, None for an empty one. Raises Invalid."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(Fault(name, worded("is no id"), worded("choose it from the list"))) from None


def _page(reference: str, host_id: str) -> str:
    return f"/incidents/{reference}/customers/{quote(host_id, safe='')}#instruction"
