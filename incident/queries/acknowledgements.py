"""Who at each customer confirmed that it was told, and by which way: opened from the lines of the timeline."""

from uuid import UUID

from sqlmodel import Session

from incident.models.entries import incident_subject
from incident.queries.access import access_to
from incident.queries.handovers import last_headers
from incident.queries.timeline import body_of
from incident.roles import Action, Actor, require
from notifications.sealing import Keys

ACKNOWLEDGED = "customer.acknowledged"
MOST = 10_000


def read_acknowledgements(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> dict[str, tuple[str, str]]:
    """By customer (the host's id): who, and by which way; one whose line was erased is left out.

    Raises NotFound and Forbidden by permission.
    """
    require(actor, Action.READ_CUSTOMERS, access_to(session, incident_id))
    found: dict[str, tuple[str, str]] = {}
    for header in last_headers(session, incident_subject(incident_id), (ACKNOWLEDGED,), MOST):
        said = body_of(session, keys, header)
        if said:
            found[str(said["customer"])] = str(said["confirmed_by"]), str(said["way"])
    return found
