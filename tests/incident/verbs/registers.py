"""What the registers hold and what the administration chain says of them, opened."""

import io
import json

from sqlmodel import Session, col, select

from incident.models.entries import ADMINISTRATION, EntryBody, EntryHeader, body_place
from incident.models.people import Customer, CustomerContact
from incident.queries.recipients import contact_place
from incident.roles import Role
from incident.verbs.customer_lines import NewContact, NewCustomer
from incident.verbs.customers import import_csv, upsert_customer
from incident.verbs.register import Outcome, RegisterReport
from tests.incident.cases import LawCase

ANNA = NewContact("privacy", "c-1", "Anna@Cedar.EXAMPLE", "Anna Bergström")
BO = NewContact("security", "c-2", "bo@cedar.example")
CEDAR = NewCustomer("cedar", "Cedar GmbH", "controller", "DE", 24, "§ 9.2", "email", "de", (ANNA, BO))
HEAD = "host_id;legal_name;contract_hours;contact_kind;contact_person;contact_name;contact_address\n"


def row(case: LawCase, host_id: str) -> Customer:
    return case.look(lambda session: session.exec(select(Customer).where(col(Customer.host_id) == host_id)).one())


def contacts(case: LawCase, host_id: str) -> list[tuple[str, str, str, str]]:
    """Kind, person, name and address, opened for their places."""
    mine = select(CustomerContact).where(col(CustomerContact.customer_id) == row(case, host_id).id)
    with case.store.read() as session:
        return sorted(
            (
                one.kind,
                one.person,
                case.keys.open(session, one.name_sealed, contact_place(one.id, "name_sealed")),
                case.keys.open(session, one.address_sealed, contact_place(one.id, "address_sealed")),
            )
            for one in session.exec(mine).all()
        )


def store_one(case: LawCase, new: NewCustomer) -> Outcome:
    return case.act(Role.PRIVACY_OFFICER, upsert_customer, new)


def take(case: LawCase, text: str | bytes, role: Role = Role.PRIVACY_OFFICER) -> RegisterReport:
    stream = io.BytesIO(text.encode() if isinstance(text, str) else text)
    return import_csv(case.store, case.keys, case.people[role], stream, case.clock.now())


def named(report: RegisterReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.field) for fault in report.faults]


def record_of(case: LawCase) -> list[tuple[str, str]]:
    """Action and text of the lines, in order."""

    def read(session: Session) -> list[tuple[str, str]]:
        lines = (
            select(EntryHeader, EntryBody)
            .join(EntryBody, (col(EntryBody.subject) == EntryHeader.subject) & (col(EntryBody.seq) == EntryHeader.seq))
            .where(col(EntryHeader.subject) == ADMINISTRATION)
            .order_by(col(EntryHeader.seq))
        )
        found = []
        for header, body in session.exec(lines).all():
            assert body.sealed is not None
            said = json.loads(case.keys.open(session, body.sealed, body_place(header.subject, header.seq)))
            found.append((header.action, str(said["text"])))
        return found

    return case.look(read)
