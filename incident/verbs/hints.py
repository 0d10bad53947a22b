"""Hints read by somebody: sealed alerts are opened for it, which is written down once a day for each person."""

from datetime import timedelta
from uuid import UUID

from incident.models.entries import incident_subject
from incident.queries.hints import READ, Hints, gather_hints, read_lately
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record


def read_hints(act: Act, incident_id: UUID, good_for: timedelta | None) -> Hints:
    """What the alerts of an incident and the assets declared for them suggest; that it was read is a line.

    `good_for`: how long a declaration is not outdated; None: for ever. Nothing else changes, no fact, no draft. No line
    where nothing is suggested. Raises NotFound and Forbidden.
    """
    act.require(Action.READ, incident_id)
    found = gather_hints(act.session, act.keys, act.actor, incident_id, act.now, good_for)
    if found.suggestions and not read_lately(act.session, act.actor, incident_id, act.now):
        number = found.read - found.erased
        text = f"What {number:,} {'alert suggests' if number == 1 else 'alerts suggest'} for the facts was read."
        record(act, incident_subject(incident_id), READ, {"text": text, "alerts": number})
    return found
