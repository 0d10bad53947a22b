"""The alerts of an incident as its pages show them: each while they are few, else counted by what reads alike."""

from dataclasses import replace

from sqlmodel import Session

from incident.queries.alert_sorts import count_alerts, read_sorts
from incident.queries.incident import IncidentPage
from incident.queries.sources import SignalLine, read_signals
from incident.web.fact_questions import question
from incident.web.frame import Desk

FEW = 20


def alerts_of(desk: Desk, session: Session, page: IncidentPage) -> dict[str, object]:
    """What the section of alerts is given."""
    keys, actor, incident_id = desk.edge.keys, desk.actor, page.incident.id
    if count_alerts(session, actor, incident_id) > FEW:
        return {"alerts": [], "sorts": read_sorts(session, keys, actor, incident_id)}
    return {"alerts": [asking(line) for line in read_signals(session, keys, actor, incident_id)], "sorts": None}


def asking(line: SignalLine) -> SignalLine:
    """The alert with its hints named by the questions of the fact sheet."""
    return replace(line, hints=tuple(replace(hint, fact=question(hint.fact)) for hint in line.hints))
