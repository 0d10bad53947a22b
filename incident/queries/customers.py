"""Customers of the register as pages name them, and which of the affected ones were told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.law.undertakings import contract_id
from incident.models.incidents import Incident
from incident.models.law import Obligation
from incident.models.people import Customer, CustomerContact, Telling
from incident.phases import FINAL
from incident.queries.access import access_to, visible_incidents
from incident.queries.case import open_obligation
from incident.queries.duties import DutyLine
from incident.roles import Action, Actor, may, require
from notifications.wording import worded

PAGE = 100


@dataclass(frozen=True, slots=True)
class AffectedCustomer:
    """One affected customer: as registered (None: not in the register), its strictest duty, and how it was told.

    `contacts` are the kinds of its contacts in the register, such as privacy.
    """

    host_id: str
    customer: Customer | None
    duty: DutyLine
    telling: Telling | None
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """A customer of the register with its contacts as (kind, the host's id), names and addresses left sealed."""

    customer: Customer
    contacts: tuple[tuple[str, str], ...]


def registered_customers(session: Session, actor: Actor, *, after: str = "", limit: int = PAGE) -> list[Registered]:
    """The register in the order of the host's ids, a page at a time: those after `after`. Raises Forbidden.

    One that was removed is shown while an obligation that names it is open, to those who may see that incident.
    """
    require(actor, Action.READ_CUSTOMERS, None)
    owed = (
        select(Obligation.id)
        .join(Incident, col(Incident.id) == col(Obligation.incident_id))
        .where(
            col(Obligation.addressee) == col(Customer.host_id),
            col(Obligation.addressee_kind) == "controller",
            *open_obligation(),  # type: ignore[arg-type]
            visible_incidents(actor),
        )
    )
    shown = (col(Customer.host_id) > after, or_(col(Customer.removed_at).is_(None), owed.exists()))
    rows = session.exec(select(Customer).where(*shown).order_by(col(Customer.host_id)).limit(limit)).all()
    contacts = _contacts(session, [row.id for row in rows])
    return [Registered(row, tuple(sorted(contacts.get(row.id, ())))) for row in rows]


def newly_contracted(session: Session) -> list[UUID]:
    """Open incidents that owe a customer a telling whose contract hours came into the register after they were derived.

    Compared by content and not by times: an import may be stored later than the moment it says.
    """
    clock = aliased(Obligation)
    runs = (
        select(clock.id)
        .where(
            col(clock.incident_id) == col(Obligation.incident_id),
            col(clock.entity) == col(Obligation.entity),
            col(clock.duty) == literal(contract_id("")) + col(Customer.host_id),
        )
        .exists()
    )
    query = (
        select(Obligation.incident_id)
        .join(Incident, col(Incident.id) == col(Obligation.incident_id))
        .join(Customer, col(Customer.host_id) == col(Obligation.addressee))
        .where(
            col(Incident.phase).not_in(FINAL),
            col(Obligation.addressee_kind) == "controller",
            col(Obligation.kind) == "statute",
            *open_obligation(),  # type: ignore[arg-type]
            col(Customer.removed_at).is_(None),
            col(Customer.contract_hours).is_not(None),
            ~runs,
        )
        .distinct()
    )
    return sorted(session.exec(query).all())


def customer_names(session: Session, actor: Actor, host_ids: Iterable[str]) -> dict[str, str]:
    """Legal names by the host's id, for pages that name addressees; none for who may not read customers."""
    if not may(actor, Action.READ_CUSTOMERS, None):
        return {}
    wanted = col(Customer.host_id).in_(set(host_ids))
    return dict(session.exec(select(Customer.host_id, Customer.legal_name).where(wanted)).all())


def find_customer(session: Session, host_id: str) -> UUID:
    """The register's id of a customer, by the host's. Raises NotFound."""
    found = session.exec(select(Customer.id).where(col(Customer.host_id) == host_id)).first()
    if found is None:
        raise NotFound(worded("There is no such customer in the register."))
    return found


def affected_customers(
    session: Session, actor: Actor, incident_id: UUID, affected: Sequence[str], duties: Sequence[DutyLine]
) -> list[AffectedCustomer]:
    """Each affected customer with its strictest duty, those to be told next first. Raises NotFound and Forbidden."""
    require(actor, Action.READ_CUSTOMERS, access_to(session, incident_id))
    rows = session.exec(select(Customer).where(col(Customer.host_id).in_(affected))).all()
    register = {row.host_id: row for row in rows}
    told: dict[UUID, Telling] = {}
    mine = select(Telling).where(col(Telling.incident_id) == incident_id).order_by(col(Telling.told_at))
    for telling in session.exec(mine).all():
        told.setdefault(telling.customer_id, telling)
    strictest: dict[str, DutyLine] = {}
    for line in sorted(duties, key=_moment):
        strictest.setdefault(line.obligation.addressee, line)
    found, contacts = [], _contacts(session, [row.id for row in rows])
    for host_id in affected:
        if host_id in strictest:
            customer = register.get(host_id)
            proof = told.get(customer.id) if customer else None
            kinds = tuple(sorted({kind for kind, _person in contacts.get(customer.id, ())})) if customer else ()
            found.append(AffectedCustomer(host_id, customer, strictest[host_id], proof, kinds))
    return sorted(found, key=lambda one: (one.telling is not None, _moment(one.duty), one.host_id))


def _contacts(session: Session, customers: Sequence[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """Kind and the host's id of each contact, by customer; names and addresses stay sealed."""
    columns = (CustomerContact.customer_id, CustomerContact.kind, CustomerContact.person)
    found: dict[UUID, list[tuple[str, str]]] = {}
    for customer, kind, person in session.exec(select(*columns).where(col(CustomerContact.customer_id).in_(customers))):
        found.setdefault(customer, []).append((kind, person))
    return found


def _moment(line: DutyLine) -> tuple[bool, float]:
    return (line.moment is None, line.moment.timestamp() if line.moment else 0.0)
