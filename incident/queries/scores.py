"""What people score otherwise than the severity method does, as the timeline keeps it."""

import json
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import EntryBody, EntryHeader, body_place, incident_subject
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from incident.severity import Override
from notifications.sealing import Keys

SCORED = "score.set"  # the action of an entry that sets a part, or gives it back to the facts


def read_overrides(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> dict[str, tuple[Override, ...]]:
    """By data set, the latest word on each part; parts given back to the facts are left out.

    Raises NotFound and Forbidden by permission.
    """
    require(actor, Action.READ, access_to(session, incident_id))
    subject = incident_subject(incident_id)
    same = (col(EntryBody.subject) == col(EntryHeader.subject)) & (col(EntryBody.seq) == col(EntryHeader.seq))
    mine = (col(EntryHeader.subject) == subject, col(EntryHeader.action) == SCORED)
    query = select(EntryHeader.seq, EntryBody.sealed).join(EntryBody, same).where(*mine).order_by(col(EntryHeader.seq))
    latest: dict[tuple[str, str], Override | None] = {}
    for seq, sealed in session.exec(query).all():
        if sealed is None:
            continue
        said = json.loads(keys.open(session, sealed, body_place(subject, seq)))
        part, value = str(said["part"]), said["value"]
        found = None if value is None else Override(part, float(value), str(said["reason"]))
        latest[str(said["dataset"]), part] = found
    overrides: dict[str, tuple[Override, ...]] = {}
    for (dataset, _), found in latest.items():
        if found is not None:
            overrides[dataset] = (*overrides.get(dataset, ()), found)
    return overrides
