"""How often the situation report of an incident comes: set by its commander, a line of the timeline."""

from datetime import timedelta
from uuid import UUID

from incident.errors import Conflict, NotFound
from incident.models.entries import EntryHeader, incident_subject
from incident.models.incidents import Incident
from incident.phases import FINAL
from incident.roles import Action
from incident.situation import PACED, Rhythm
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.wording import worded


def set_rhythm(act: Act, incident_id: UUID, rhythm: Rhythm | None) -> EntryHeader:
    """Reports come in this rhythm from now on; None: no next one is promised.

    Raises Invalid for a rhythm that is too short or too long, Conflict for an incident that is over, and by permission.
    """
    act.require(Action.COMMAND, incident_id)
    incident = act.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(worded("There is no such incident."))
    if incident.phase in FINAL:
        raise Conflict(worded("{codename} is over: no report follows.", codename=incident.codename))
    if rhythm is None:
        body: dict[str, object] = {"text": "No next situation report is promised any more.", "every_minutes": 0}
    else:
        minutes = rhythm.checked().every // timedelta(minutes=1)
        first = rhythm.first_at.isoformat()
        text = f"Situation reports come every {_spoken(minutes)}, the first at {rhythm.first_at:%Y-%m-%d %H:%M} UTC."
        body = {"text": text, "every_minutes": minutes, "first_at": first}
    return record(act, incident_subject(incident_id), PACED, body)


def _spoken(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if rest:
        return f"{minutes} minutes"
    return "hour" if hours == 1 else f"{hours} hours"
