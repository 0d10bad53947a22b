"""A customer confirms that it was told: who said so, when and by which way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.models.people import Customer, Telling
from incident.queries.acknowledgements import ACKNOWLEDGED
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.wording import worded

WAYS = ("telephone", "email", "portal", "post", "in_person")
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who at the customer confirmed it, by which way, and when."""

    by: str
    way: str
    at: datetime


def acknowledge_telling(act: Act, incident_id: UUID, customer_id: UUID, said: Acknowledgement) -> Telling:
    """Record that a customer confirmed it was told. Its name is kept in the sealed line of the timeline.

    Raises NotFound for a customer not told yet, Invalid naming each field, Conflict for a second acknowledgement.
    """
    act.require(Action.NOTE, incident_id)
    mine = (col(Telling.incident_id) == incident_id, col(Telling.customer_id) == customer_id)
    tellings = act.session.exec(select(Telling).where(*mine).order_by(col(Telling.told_at)).with_for_update()).all()
    if not tellings:
        raise NotFound(worded("This customer was not told yet: record that first."))
    if any(row.acknowledged_at for row in tellings):
        raise Conflict(worded("This customer has acknowledged it already."))
    telling = tellings[0]
    _check(act, telling, said)
    telling.acknowledged_at = said.at
    act.session.add(telling)
    act.session.flush()
    customer = act.session.get_one(Customer, customer_id)
    by = said.by.strip()
    text = f"{customer.legal_name} acknowledged that it was told: {by}, by {said.way.replace('_', ' ')}."
    body = {"text": text, "customer": customer.host_id, "confirmed_by": by, "way": said.way}
    record(act, incident_subject(incident_id), ACKNOWLEDGED, body, at=said.at)
    return telling


def _check(act: Act, telling: Telling, said: Acknowledgement) -> None:
    rules = (
        (
            0 < len(said.by.strip()) <= LONGEST_NAME,
            "by",
            worded("is empty or too long"),
            worded("name who confirmed it"),
        ),
        (said.way in WAYS, "way", worded("{value} is unknown", value=repr(said.way)), ", ".join(WAYS)),
        (said.at <= act.now, "at", worded("is to come"), worded("record it when it was said")),
        (
            said.at >= telling.told_at,
            "at",
            worded("is before the customer was told"),
            worded("give a later time"),
        ),
    )
    faults = [Fault(field, message, mend) for holds, field, message, mend in rules if not holds]
    if faults:
        raise Invalid(*faults)
