"""A task to telephone each customer whose deadline is near and who was not told; done once it is told."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from incident.law.counting import stamp
from incident.models.entries import incident_subject
from incident.models.incidents import Task
from incident.queries.chasing import Chased, chase_key
from incident.roles import Role
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.tasks import Added, add_task
from incident.verbs.versions import lock_incident

UNTOLD = "Nobody of it was told yet."
CAME_BACK = "Its mail was taken and came back since: nobody read it."
RECORD = "Record whom you spoke to under Customers: this task is done with it."


def chase_customers(act: Act, incident_id: UUID, chased: Sequence[Chased]) -> int:
    """Add a task for each of these that never had one; returns how many. A step of the sweep."""
    lock_incident(act, incident_id)
    there = set(act.session.exec(select(Task.key).where(col(Task.incident_id) == incident_id)).all())
    new = [one for one in chased if chase_key(one.customer_id) not in there]
    for one in new:
        said = f"Due {stamp(one.due_at)}. {CAME_BACK if one.came_back else UNTOLD} {RECORD}"
        added = Added(chase_key(one.customer_id), f"Telephone {one.name}", said, Role.RESPONDER, one.due_at - act.now)
        add_task(act, incident_id, added)
    if new:
        first = stamp(min(one.due_at for one in new))
        text = f"Customers to telephone before their deadlines: {len(new)}, the first due {first}."
        record(act, incident_subject(incident_id), "customers.chased", {"text": text, "customers": len(new)})
    return len(new)
