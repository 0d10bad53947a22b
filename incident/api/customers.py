"""The register of customers as the host platform keeps it in step: one at a time, or a whole file."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from incident.api.shapes import PROSE, AtEdge, In, Out
from incident.api.uploads import CSV, ImportOut, Media, file_of
from incident.auth.dependencies import acting
from incident.queries.customers import PAGE, Registered, registered_customers
from incident.roles import Action, Actor
from incident.verbs.customer_lines import NewContact, NewCustomer
from incident.verbs.customers import import_csv, remove_customer, upsert_customer
from incident.verbs.register import Outcome

router = APIRouter(prefix="/api/customers", tags=["customers"])
Keeper = Annotated[Actor, Depends(acting(Action.CUSTOMERS))]
Reader = Annotated[Actor, Depends(acting(Action.READ_CUSTOMERS))]


class ContactIn(In):
    """Somebody to tell at a customer; `person` is the host's stable id of the contact."""

    kind: str = Field(description="privacy, security, legal or admin")
    person: str
    address: str = Field(description="e-mail address")
    name: str = ""


class CustomerIn(In):
    """A business account, whole: what is left out takes its default, and contacts that are not named are gone."""

    legal_name: str
    role: str = Field(default="controller", description="what the customer is for the data we hold for it")
    country: str = Field(default="", description="ISO 3166-1, two letters")
    contract_hours: int | None = Field(default=None, description="hours in which the contract wants to hear")
    contract_clause: str = ""
    channel: str = "email"
    locale: str = "en"
    contacts: list[ContactIn] = Field(default=[], max_length=100)


class StoredOut(Out):
    """What storing it came to."""

    outcome: Outcome


class ContactOut(Out):
    """A contact by its ids; name and address are kept sealed and not handed out."""

    kind: str
    person: str


class CustomerOut(Out):
    """A customer of the register. `removed_at`: it left, and something is still owed to it."""

    host_id: str
    legal_name: str
    role: str
    country: str
    contract_hours: int | None
    contract_clause: str
    channel: str
    locale: str
    contacts: list[ContactOut]
    updated_at: datetime
    removed_at: datetime | None


class CustomersOut(Out):
    """A page of the register; `next` is what to give as `after` for the next one."""

    customers: list[CustomerOut]
    next: str | None


@router.get("", response_model=CustomersOut)
def list_customers(
    by: Reader,
    edge: AtEdge,
    after: Annotated[str, Query(max_length=100, pattern=PROSE)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
) -> CustomersOut:
    """The register in the order of the host's ids, a page at a time."""
    with edge.read() as session:
        rows = registered_customers(session, by, after=after, limit=limit)
    following = rows[-1].customer.host_id if len(rows) == limit else None
    return CustomersOut(customers=[_out(row) for row in rows], next=following)


@router.post("/import", response_model=ImportOut)
def import_customers(by: Keeper, edge: AtEdge, media: Media, request: Request) -> ImportOut:
    """Add and change customers by a CSV file; lines that cannot be used are named and stop nothing."""
    if media != CSV:
        raise HTTPException(415, f"Send the file as Content-Type: {CSV}.")
    return ImportOut.of(import_csv(edge.store, edge.keys, by, file_of(request), edge.clock.now()))


@router.put("/{host_id:path}", response_model=StoredOut, responses={201: {"model": StoredOut}})
def put_customer(by: Keeper, edge: AtEdge, host_id: str, body: CustomerIn, response: Response) -> StoredOut:
    """Add or replace a customer; 201 when it is new."""
    fields = body.model_dump(exclude={"contacts"})
    contacts = tuple(NewContact(**contact.model_dump()) for contact in body.contacts)
    outcome = edge.write(by, lambda act: upsert_customer(act, NewCustomer(host_id, contacts=contacts, **fields)))
    response.status_code = 201 if outcome is Outcome.NEW else 200
    return StoredOut(outcome=outcome)


@router.delete("/{host_id:path}", status_code=204, response_model=None)
def delete_customer(by: Keeper, edge: AtEdge, host_id: str) -> None:
    """Take a customer out of the register; what is owed to it stays owed."""
    edge.write(by, lambda act: remove_customer(act, host_id))


def _out(row: Registered) -> CustomerOut:
    names = set(CustomerOut.model_fields) - {"contacts"}
    contacts = [ContactOut(kind=kind, person=person) for kind, person in row.contacts]
    return CustomerOut(**{name: getattr(row.customer, name) for name in names}, contacts=contacts)
