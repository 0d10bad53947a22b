"""Affected customers of an incident for programs: who was told, when, how; told by hand; acknowledged."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from incident.api.shapes import ONE_LINE, PROSE, AtEdge, Codename, In, Instant, Out
from incident.auth.dependencies import acting
from incident.auth.edge import Edge
from incident.deadlines import Standing
from incident.queries.access import find_incident
from incident.queries.acknowledgements import read_acknowledgements
from incident.queries.customers import affected_customers, find_customer
from incident.queries.duties import duties_of, told_of_affected
from incident.roles import Action, Actor
from incident.verbs.acknowledging import Acknowledgement, acknowledge_telling
from incident.verbs.telling import ByHand, tell_customer, told_by_hand

router = APIRouter(prefix="/api/incidents/{codename}/customers", tags=["customers"])
Reader = Annotated[Actor, Depends(acting(Action.READ_CUSTOMERS))]
Writer = Annotated[Actor, Depends(acting(Action.NOTE))]


class AffectedOut(Out):
    """An affected customer. `due_at` is the strictest moment; `acknowledged_by` and `_way` as it was written down."""

    host_id: str
    legal_name: str
    due_at: datetime | None
    standing: Standing
    told_at: datetime | None
    channel: str
    proof: str
    acknowledged_at: datetime | None
    acknowledged_by: str
    acknowledged_way: str


class AffectedListOut(Out):
    """How many were told of those affected, and each, those to be told next first."""

    affected: int
    told: int
    customers: list[AffectedOut]


class TellingIn(In):
    """How a customer was told without a notice of ours, and what shows it; `at` null: now."""

    channel: ByHand
    proof: str = Field(min_length=1, max_length=300, pattern=ONE_LINE)
    at: Instant | None = None


class AcknowledgementIn(In):
    """Who at the customer confirmed it, by which way (as above, or email), and when; `at` null: now."""

    by: str = Field(max_length=200, pattern=ONE_LINE)
    way: str = Field(max_length=32, pattern=PROSE)
    at: Instant | None = None


@router.get("", response_model=AffectedListOut)
def list_affected(by: Reader, edge: AtEdge, codename: Codename) -> AffectedListOut:
    """Every affected customer with its deadline, how it was told, and whether it acknowledged that."""
    with edge.read() as session:
        here = find_incident(session, by, codename).id
        counted, duties = told_of_affected(session, here), duties_of(session, by, here, edge.clock.now())
        said = read_acknowledgements(session, edge.keys, by, here)
        found = affected_customers(session, by, here, counted.affected, duties)
    lines = []
    for one in found:
        telling, (who, way) = one.telling, said.get(one.host_id, ("", ""))
        lines.append(
            AffectedOut(
                host_id=one.host_id,
                legal_name=one.customer.legal_name if one.customer else "",
                due_at=one.duty.moment,
                standing=Standing.MET if telling else one.duty.standing,
                told_at=telling.told_at if telling else None,
                channel=telling.channel if telling else "",
                proof=telling.proof if telling else "",
                acknowledged_at=telling.acknowledged_at if telling else None,
                acknowledged_by=who,
                acknowledged_way=way,
            )
        )
    return AffectedListOut(affected=len(counted.affected), told=len(counted.told), customers=lines)


@router.post("/{host_id}/tellings", status_code=204, response_model=None)
def add_telling(by: Writer, edge: AtEdge, codename: Codename, host_id: str, body: TellingIn) -> None:
    """Record that a customer was told by hand; it meets what is owed to it, and its task to telephone it is done."""
    incident_id, customer_id = _customer(edge, by, codename, host_id)
    at = body.at or edge.clock.now()
    told = told_by_hand(body.channel, body.proof, at)
    edge.write(by, lambda act: tell_customer(act, incident_id, customer_id, told, at=at))


@router.put("/{host_id}/acknowledgement", status_code=204, response_model=None)
def put_acknowledgement(by: Writer, edge: AtEdge, codename: Codename, host_id: str, body: AcknowledgementIn) -> None:
    """Record that a customer confirmed it was told, once."""
    incident_id, customer_id = _customer(edge, by, codename, host_id)
    said = Acknowledgement(body.by, body.way, body.at or edge.clock.now())
    edge.write(by, lambda act: acknowledge_telling(act, incident_id, customer_id, said))


def _customer(edge: Edge, by: Actor, codename: str, host_id: str) -> tuple[UUID, UUID]:
    """Incident and customer by what names them. Raises NotFound."""
    with edge.read() as session:
        return find_incident(session, by, codename).id, find_customer(session, host_id)
