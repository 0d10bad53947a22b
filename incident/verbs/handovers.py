"""Hand over to the next shift, and take over: two lines of the timeline, the first of which stays pinned."""

from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, NotFound
from incident.models.entries import ChainHead, EntryHeader, incident_subject
from incident.models.incidents import Incident
from incident.phases import FINAL
from incident.queries.handovers import last_header
from incident.roles import Action
from incident.shift_notes import TAKEN, WRITTEN, ShiftNote
from incident.verbs.act import Act
from incident.verbs.entries import record
from notifications.wording import worded


def hand_over(act: Act, incident_id: UUID, note: ShiftNote) -> EntryHeader:
    """Write down what the next shift has to know; it is pinned until the next such note.

    Raises Invalid for an empty or overlong note, Conflict for an incident that is over, Forbidden and NotFound.
    """
    act.require(Action.NOTE, incident_id)
    said = note.checked()
    incident = act.session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(worded("There is no such incident."))
    if incident.phase in FINAL:
        raise Conflict(worded("{codename} is over: there is nothing to hand over.", codename=incident.codename))
    body = {"text": said.text, "runs": said.runs, "awaited": said.awaited, "worries": said.worries}
    return record(act, incident_subject(incident_id), WRITTEN, body)


def take_over(act: Act, incident_id: UUID, seq: int) -> EntryHeader:
    """Say that one has read the note of this number and takes over; whoever wrote it cannot.

    Raises Conflict where another note came since, somebody has taken over already, or one wrote it oneself; NotFound
    where there is no such note; Forbidden.
    """
    act.require(Action.NOTE, incident_id)
    subject = incident_subject(incident_id)
    act.session.exec(select(ChainHead).where(col(ChainHead.subject) == subject).with_for_update()).one()
    header = last_header(act.session, subject, (WRITTEN,))
    if header is None or seq > header.seq:
        raise NotFound(worded("There is no such hand-over note on this incident."))
    if seq != header.seq:
        raise Conflict(worded("A newer hand-over note was written since: read that one."))
    if last_header(act.session, subject, (TAKEN,), above=seq) is not None:
        raise Conflict(worded("Somebody has taken over already."))
    if header.actor == act.actor.label:
        raise Conflict(worded("You wrote this note: somebody else takes over."))
    text = f"{act.actor.name} has read the hand-over note (#{seq}) and takes over."
    return record(act, subject, TAKEN, {"text": text, "handover": seq})
