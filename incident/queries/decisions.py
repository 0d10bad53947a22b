"""Advice and decisions of an incident as pages read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.law import Advice, Decision
from incident.queries.access import access_to
from incident.queries.timeline import names_of
from incident.roles import Action, Actor, require
from notifications.sealing import Keys, Place

RISK = "risk:"


@dataclass(frozen=True, slots=True)
class AdviceGiven:
    """What was advised, by whom, on which version of the facts."""

    risk: str
    text: str
    who: str
    at: datetime
    fact_version: int


@dataclass(frozen=True, slots=True)
class RiskDecided:
    """What was decided of the risk of one data set, and still stands."""

    outcome: str
    at: datetime


def read_advice(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[AdviceGiven]:
    """Every advice, the newest first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = select(Advice).where(col(Advice.incident_id) == incident_id).order_by(col(Advice.at).desc())
    rows = session.exec(mine).all()
    names = names_of(session, [row.actor for row in rows])
    subject = incident_subject(incident_id)
    return [
        AdviceGiven(
            row.risk,
            keys.open(session, row.text_sealed, Place("advice", "text_sealed", str(row.id), subject)),
            names[row.actor],
            row.at,
            row.fact_version,
        )
        for row in rows
    ]


def risk_decisions(session: Session, actor: Actor, incident_id: UUID) -> dict[str, RiskDecided]:
    """The standing decision on the risk of each data set, by its id."""
    require(actor, Action.READ, access_to(session, incident_id))
    standing = (
        col(Decision.incident_id) == incident_id,
        col(Decision.subject).startswith(RISK),
        col(Decision.reopened_at).is_(None),
    )
    rows = session.exec(select(Decision).where(*standing).order_by(col(Decision.at), col(Decision.id))).all()
    return {row.subject.removeprefix(RISK): RiskDecided(row.outcome, row.at) for row in rows}
