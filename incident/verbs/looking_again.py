"""Decisions not to notify come back on their day: those who advise and decide are told, and the timeline says so."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.endpoint_events import EndpointEvent, EventType
from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.law import Decision
from incident.outreach import InternalMessage
from incident.phases import FINAL
from incident.roles import Action, Role, system
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.messages import post
from notifications.models import Outgoing

TOLD = frozenset({Role.PRIVACY_OFFICER, Role.DECIDER, Role.LEGAL})
OCCASION = "page:look-again:"


def to_look_at_again(session: Session, now: datetime) -> list[UUID]:
    """Standing decisions of open incidents whose day has come and of which nobody was told, the oldest first."""
    query = (
        select(Decision.id)
        .join(Incident, col(Incident.id) == col(Decision.incident_id))
        .where(col(Decision.look_again_at) <= now, col(Decision.reopened_at).is_(None))
        .where(col(Incident.phase).not_in(FINAL))
        .order_by(col(Decision.look_again_at), col(Decision.id))
    )
    found = list(session.exec(query).all())
    occasions = [f"{OCCASION}{identity}" for identity in found]
    told = set(session.exec(select(Outgoing.occasion).where(col(Outgoing.occasion).in_(occasions))).all())
    return [identity for identity, occasion in zip(found, occasions, strict=True) if occasion not in told]


def remind_to_look_again(act: Act, decision_id: UUID, domain: str) -> int:
    """Tell those who advise and decide that a decision has to be looked at again; returns how many were told.

    It goes once. The decision goes on to stand: facts that change reopen it, this only asks.
    """
    act = act.by(system("law"))
    decision = act.session.get_one(Decision, decision_id)
    act.require(Action.NOTE, decision.incident_id)
    incident = act.session.get_one(Incident, decision.incident_id)
    text = (
        f"A decision on the incident {incident.codename} has come to the day on which it was to be looked at again. "
        "Read the facts as they are now, then decide again or name another day.\n"
    )
    subject = f"[{incident.codename}] Look at a decision again"
    event = EndpointEvent(EventType.DECISION_DUE)
    message = InternalMessage(f"{OCCASION}{decision_id}", TOLD, subject, text, event=event)
    told = post(act, incident.id, message, domain)
    if told:
        body = {"text": f"A decision of {decision.at:%Y-%m-%d} is to be looked at again: {told} people told."}
        record(act, incident_subject(incident.id), "decision.look_again", {**body, "decision": str(decision_id)})
    return told
