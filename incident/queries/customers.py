"""Customers of the register as pages name them, and which of the affected ones were told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.people import Customer, Telling
from incident.queries.access import access_to
from incident.queries.duties import DutyLine
from incident.roles import Action, Actor, require


@dataclass(frozen=True, slots=True)
class AffectedCustomer:
    """One affected customer: as registered (None: not in the register), its strictest duty, and how it was told."""

    host_id: str
    customer: Customer | None
    duty: DutyLine
    telling: Telling | None


def customer_names(session: Session, host_ids: Iterable[str]) -> dict[str, str]:
    """Legal names by the host's id, for pages that name addressees."""
    wanted = col(Customer.host_id).in_(set(host_ids))
    return dict(session.exec(select(Customer.host_id, Customer.legal_name).where(wanted)).all())


def find_customer(session: Session, host_id: str) -> UUID | None:
    """The register's id of a customer, by the host's."""
    return session.exec(select(Customer.id).where(col(Customer.host_id) == host_id)).first()


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
    found = []
    for host_id in affected:
        if host_id in strictest:
            customer = register.get(host_id)
            proof = told.get(customer.id) if customer else None
            found.append(AffectedCustomer(host_id, customer, strictest[host_id], proof))
    return sorted(found, key=lambda one: (one.telling is not None, _moment(one.duty), one.host_id))


def _moment(line: DutyLine) -> tuple[bool, float]:
    return (line.moment is None, line.moment.timestamp() if line.moment else 0.0)
