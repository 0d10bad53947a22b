"""Customers to be telephoned: not told, or told by a mail that came back, with little time left to their deadline."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.incidents import Incident, Task
from incident.models.law import Obligation
from incident.models.people import Customer, Telling
from incident.phases import FINAL
from incident.queries.case import OPEN_TASK, TELEPHONE, open_obligation
from incident.queries.counting import REACHED
from notifications.models import Delivery, DeliveryState, Release
from notifications.occasions import edition_of

MOMENT = func.coalesce(col(Obligation.due_at), col(Obligation.target_at))


@dataclass(frozen=True, slots=True)
class Chased:
    """A customer to telephone, and until when. `came_back`: it counts as told by a mail that was returned since."""

    customer_id: UUID
    name: str
    due_at: datetime
    came_back: bool = False


def chase_key(customer_id: UUID) -> str:
    """By which the task to telephone a customer is known in an incident."""
    return f"{TELEPHONE}{customer_id}"


def open_chases(session: Session, incident_id: UUID) -> dict[UUID, UUID]:
    """Open tasks to telephone a customer: customer to task; for callers that have read the incident."""
    mine = (col(Task.incident_id) == incident_id, col(Task.key).startswith(TELEPHONE), col(Task.state).in_(OPEN_TASK))
    rows = session.exec(select(Task.key, Task.id).where(*mine)).all()
    return {UUID(key.removeprefix(TELEPHONE)): task_id for key, task_id in rows}


def to_chase(session: Session, now: datetime, within: timedelta) -> dict[UUID, list[Chased]]:
    """By running incident, whom to telephone of those whose deadline is nearer than this and who have no task yet."""
    found: dict[UUID, list[Chased]] = defaultdict(list)
    for incident_id, chased in (*_untold(session, now + within), *_came_back(session, now + within)):
        found[incident_id].append(chased)
    keys = {incident_id: _keys(session, incident_id) for incident_id in found}
    new = {one: [each for each in of if chase_key(each.customer_id) not in keys[one]] for one, of in found.items()}
    return {incident_id: of for incident_id, of in new.items() if of}


def _keys(session: Session, incident_id: UUID) -> set[str]:
    return set(session.exec(select(Task.key).where(col(Task.incident_id) == incident_id)).all())


def _untold(session: Session, until: datetime) -> Iterable[tuple[UUID, Chased]]:
    """An open duty towards a customer says that nobody told it."""
    columns = (Obligation.incident_id, Customer.id, Customer.legal_name)
    query = (
        select(*columns, func.min(MOMENT))
        .join(Customer, col(Customer.host_id) == col(Obligation.addressee))
        .join(Incident, col(Incident.id) == col(Obligation.incident_id))
        .where(col(Incident.phase).not_in(FINAL), col(Obligation.addressee_kind) == "controller")
        .where(*open_obligation(), col(Obligation.blocked) == "", until >= MOMENT)  # type: ignore[arg-type]
        .group_by(*map(col, columns))
    )
    for incident_id, customer_id, name, due_at in session.exec(query.order_by(func.min(MOMENT), col(Customer.id))):
        yield incident_id, Chased(customer_id, name, due_at)


def _came_back(session: Session, until: datetime) -> Iterable[tuple[UUID, Chased]]:
    """Those who count as told by notices alone, every mail of which came back."""
    query = (
        select(Telling, Customer)
        .join(Customer, col(Customer.id) == col(Telling.customer_id))
        .join(Incident, col(Incident.id) == col(Telling.incident_id))
        .where(col(Incident.phase).not_in(FINAL))
    )
    told: dict[tuple[UUID, str], list[UUID | None]] = defaultdict(list)
    customers: dict[str, Customer] = {}
    for telling, customer in session.exec(query):
        customers[customer.host_id] = customer
        told[telling.incident_id, customer.host_id].append(edition_of(telling.occasion))
    mailed = {of: editions for of, editions in told.items() if None not in editions}
    lost = _lost(session, {one for editions in mailed.values() for one in editions if one})
    for (incident_id, host_id), editions in mailed.items():
        if all((one, host_id) in lost for one in editions):
            due_at, customer = _due(session, incident_id, host_id), customers[host_id]
            if due_at is not None and due_at <= until:
                yield incident_id, Chased(customer.id, customer.legal_name, due_at, came_back=True)


def _lost(session: Session, editions: set[UUID]) -> set[tuple[UUID, str]]:
    """Editions and customers whose mails came back, and none of which arrived."""
    query = (
        select(Release.edition_id, Delivery.account, Delivery.state)
        .join(Delivery, col(Delivery.release_id) == col(Release.id))
        .where(col(Release.edition_id).in_(editions), col(Delivery.account) != "")
        .distinct()
    )
    states: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    for edition, account, state in session.exec(query) if editions else ():
        states[edition, account].add(state)
    return {of for of, said in states.items() if DeliveryState.BOUNCED in said and not said & set(REACHED)}


def _due(session: Session, incident_id: UUID, host_id: str) -> datetime | None:
    """The strictest moment of what was owed to a customer."""
    mine = (col(Obligation.incident_id) == incident_id, col(Obligation.addressee) == host_id)
    towards = (col(Obligation.addressee_kind) == "controller", col(Obligation.withdrawn_at).is_(None))
    return session.exec(select(func.min(MOMENT)).where(*mine, *towards)).one()
