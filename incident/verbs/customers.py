"""The register of customers, synced before any incident: store one, remove one, import a file.

A change of the register changes no obligation that runs: its rule was frozen when it arose, so neither other contract
hours nor a removal move or end its clock. What the register adds to an open incident (the contract hours of a customer
the facts name already) the next sweep derives (`queries.customers.newly_contracted`); everything else is read at the
next saved facts or moments. Names and addresses of contacts are sealed; a legal name and contract hours are not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlmodel import col, select

from incident.errors import NotFound
from incident.models.entries import ADMINISTRATION
from incident.models.people import Customer, CustomerContact
from incident.roles import Action, Actor
from incident.verbs.act import Act
from incident.verbs.customer_lines import (
    CONTACTS,
    FIELDS,
    LONGEST_ID,
    NewContact,
    NewCustomer,
    check_customer,
    read_customers,
)
from incident.verbs.entries import record
from incident.verbs.list_links import end_links_of
from incident.verbs.register import (
    Faults,
    Outcome,
    RegisterImport,
    RegisterReport,
    id_faults,
    open_register,
    settled,
)
from notifications.ids import new_id
from notifications.sealing import DataKeyring, Keys
from notifications.store import Store
from notifications.wording import worded

PIECE = 100  # customers with their contacts stored in one transaction


def upsert_customer(act: Act, new: NewCustomer) -> Outcome:
    """Add or change one customer; its contacts are those named and no others. One that was removed is back.

    Raises Invalid, naming each field.
    """
    act.require(Action.CUSTOMERS)
    outcome = settled(keep_customers(act, [new])[0])
    if outcome is not Outcome.UNCHANGED:
        said = "contract hours changed" if outcome is Outcome.CONTRACT_CHANGED else outcome.value
        text = f"Register of customers: {new.host_id} {said}."
        record(act, ADMINISTRATION, "customer.stored", {"text": text, "customer": new.host_id, "outcome": outcome})
    return outcome


def remove_customer(act: Act, host_id: str) -> None:
    """Take a customer out of the register. Raises NotFound when it is not in it (any more).

    The row and its sealed contacts stay: a breach may have begun while it was a customer, and an obligation that names
    it still has to be met. Running obligations stay as they are.
    """
    act.require(Action.CUSTOMERS)
    wanted = (col(Customer.host_id) == host_id, col(Customer.removed_at).is_(None))
    usable = not id_faults("host_id", host_id, LONGEST_ID)
    row = act.session.exec(select(Customer).where(*wanted).with_for_update()).first() if usable else None
    if row is None:
        raise NotFound(worded("There is no such customer in the register."))
    row.removed_at = row.updated_at = act.now
    act.session.add(row)
    text = f"Register of customers: {host_id} removed."
    record(act, ADMINISTRATION, "customer.removed", {"text": text, "customer": host_id})


def import_csv(store: Store, keys: Keys, actor: Actor, stream: BinaryIO, now: datetime) -> RegisterReport:
    """Add and change customers by a CSV file, a short transaction for each hundred; removes none.

    Columns: `customer_lines.COLUMNS`, a line for each contact. Faults are named by line and stop nothing else; the same
    file again changes nothing. Raises Forbidden, and Invalid for a first line that names the wrong columns.
    """
    entries = read_customers(stream)
    return RegisterImport(store, keys, actor, now, "customers", PIECE, keep_customers).run(entries)


def keep_customers(act: Act, news: Sequence[NewCustomer]) -> list[Outcome | Faults]:
    """Store entries in the caller's transaction: for each its outcome, or why it was refused. A step of the verbs."""
    ring = open_register(act)
    checked = [check_customer(new) for new in news]
    usable = [new for new in checked if isinstance(new, NewCustomer)]
    rows = _rows(act, {new.host_id for new in usable})
    outcomes = [new if isinstance(new, tuple) else _keep_fields(act, rows, new) for new in checked]
    act.session.flush()
    contacts = _contacts(act, [row.id for row in rows.values()])
    for number, new in enumerate(checked):
        if isinstance(new, NewCustomer):
            row = rows[new.host_id]
            changed = _keep_contacts(act, ring, row, contacts[row.id], new)
            if changed and outcomes[number] is Outcome.UNCHANGED:
                outcomes[number] = Outcome.CHANGED
                row.updated_at = act.now
    act.session.flush()
    return outcomes


def _rows(act: Act, host_ids: set[str]) -> dict[str, Customer]:
    found = act.session.exec(select(Customer).where(col(Customer.host_id).in_(host_ids))).all()
    return {row.host_id: row for row in found}


def _contacts(act: Act, customers: Iterable[UUID]) -> dict[UUID, dict[tuple[str, str], CustomerContact]]:
    mine = select(CustomerContact).where(col(CustomerContact.customer_id).in_(list(customers)))
    found: dict[UUID, dict[tuple[str, str], CustomerContact]] = defaultdict(dict)
    for row in act.session.exec(mine).all():
        found[row.customer_id][row.kind, row.person] = row
    return found


def _keep_fields(act: Act, rows: dict[str, Customer], new: NewCustomer) -> Outcome:
    said = {name: getattr(new, name) for name in FIELDS if name not in new.kept}
    row = rows.get(new.host_id)
    if row is None:
        values = {name: getattr(new, name) for name in FIELDS}
        row = Customer(id=new_id(), host_id=new.host_id, created_at=act.now, updated_at=act.now, **values)
        rows[new.host_id] = row
        act.session.add(row)
        return Outcome.NEW
    changes = {name: value for name, value in said.items() if getattr(row, name) != value}
    if not changes and row.removed_at is None:
        return Outcome.UNCHANGED
    for name, value in changes.items():
        setattr(row, name, value)
    row.removed_at, row.updated_at = None, act.now
    act.session.add(row)
    return Outcome.CONTRACT_CHANGED if "contract_hours" in changes else Outcome.CHANGED


def _keep_contacts(
    act: Act, ring: DataKeyring, row: Customer, known: dict[tuple[str, str], CustomerContact], new: NewCustomer
) -> bool:
    """Store the contacts named, take away the others unless the source may not name them all; whether any differed."""
    changed = False
    for contact in new.contacts:
        stored = known.get((contact.kind, contact.person))
        if stored is None or _said(ring, stored) != (contact.name, contact.address):
            known[contact.kind, contact.person] = _sealed(act, ring, row, stored, contact)
            changed = True
    if CONTACTS not in new.kept:
        named = {(contact.kind, contact.person) for contact in new.contacts}
        gone = [key for key in known if key not in named]
        if gone:
            end_links_of(act, [known[key].id for key in gone])
            changed = True
        for key in gone:
            act.session.delete(known.pop(key))
    return changed


def _said(ring: DataKeyring, row: CustomerContact) -> tuple[str, str]:
    table = CustomerContact.__tablename__
    name = ring.open(row.name_sealed, table, "name_sealed", row.id)
    return name.decode(), ring.open(row.address_sealed, table, "address_sealed", row.id).decode()


def _sealed(
    act: Act, ring: DataKeyring, customer: Customer, row: CustomerContact | None, contact: NewContact
) -> CustomerContact:
    identity, table = row.id if row else new_id(), CustomerContact.__tablename__
    name = ring.seal(contact.name.encode(), table, "name_sealed", identity)
    address = ring.seal(contact.address.encode(), table, "address_sealed", identity)
    if row is None:
        row = CustomerContact(
            id=identity,
            customer_id=customer.id,
            kind=contact.kind,
            person=contact.person,
            name_sealed=name,
            address_sealed=address,
        )
    row.name_sealed, row.address_sealed = name, address
    act.session.add(row)
    return row
