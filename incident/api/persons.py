"""The register of persons as the host platform keeps it in step: one at a time, or a whole file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from incident.api.customers import StoredOut
from incident.api.shapes import AtEdge, In
from incident.api.uploads import CSV, ImportOut, Media, file_of
from incident.auth.dependencies import acting
from incident.roles import Action, Actor
from incident.verbs.persons import NewPerson, import_csv, import_jsonl, remove_persons, upsert_person
from incident.verbs.register import Outcome

router = APIRouter(prefix="/api/persons", tags=["persons"])
Keeper = Annotated[Actor, Depends(acting(Action.CUSTOMERS))]


class PersonIn(In):
    """Somebody in the host's product, whole: what is left out is empty. `customer` is the host's id of the account."""

    customer: str = ""
    locale: str = "en"
    region: str = ""
    name: str = ""
    address: str = ""


@router.post("/import", response_model=ImportOut)
def import_persons(by: Keeper, edge: AtEdge, media: Media, request: Request) -> ImportOut:
    """Add and change persons by a CSV or JSON Lines file; lines that cannot be used are named and stop nothing."""
    read = import_csv if media == CSV else import_jsonl
    return ImportOut.of(read(edge.store, edge.keys, by, file_of(request), edge.clock.now()))


@router.put("/{host_id:path}", response_model=StoredOut, responses={201: {"model": StoredOut}})
def put_person(by: Keeper, edge: AtEdge, host_id: str, body: PersonIn, response: Response) -> StoredOut:
    """Add or replace a person; 201 when it is new."""
    outcome = edge.write(by, lambda act: upsert_person(act, NewPerson(host_id, **body.model_dump())))
    response.status_code = 201 if outcome is Outcome.NEW else 200
    return StoredOut(outcome=outcome)


@router.delete("/{host_id:path}", status_code=204, response_model=None)
def delete_person(by: Keeper, edge: AtEdge, host_id: str) -> None:
    """Erase a person from the register."""
    edge.write(by, lambda act: remove_persons(act, [host_id]))
