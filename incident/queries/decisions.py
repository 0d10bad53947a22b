"""Advice and decisions of an incident as pages read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.assessment.criteria import facts_read
from incident.facts import Change
from incident.facts.sheet import paths_of
from incident.models.entries import incident_subject
from incident.models.law import Advice, Decision
from incident.queries.access import access_to
from incident.queries.timeline import names_of
from incident.roles import Action, Actor, require
from notifications.sealing import Keys, Place

RISK = "risk:"


@dataclass(frozen=True, slots=True)
class AdviceGiven:
    """What was advised, by whom, on which version of the facts. `dataset` "": on every data set."""

    risk: str
    text: str
    who: str
    at: datetime
    fact_version: int
    dataset: str = ""
    engine: str = ""


@dataclass(frozen=True, slots=True)
class RiskDecided:
    """What was decided of the risk of one data set, and still stands."""

    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """One decision as it was written down. `reopened_at`: from when it no longer stands."""

    id: UUID
    subject: str
    outcome: str
    reason: str
    who: str
    at: datetime
    fact_version: int
    engine: str = ""
    look_again_at: datetime | None = None
    reopened_at: datetime | None = None


def read_advice(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[AdviceGiven]:
    """Every advice, the newest first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    newest = (col(Advice.at).desc(), col(Advice.id).desc())
    rows = session.exec(select(Advice).where(col(Advice.incident_id) == incident_id).order_by(*newest)).all()
    names = names_of(session, [row.actor for row in rows])
    subject = incident_subject(incident_id)
    return [
        AdviceGiven(
            row.risk,
            keys.open(session, row.text_sealed, Place("advice", "text_sealed", str(row.id), subject)),
            names[row.actor],
            row.at,
            row.fact_version,
            row.subject.removeprefix(RISK),
            row.engine,
        )
        for row in rows
    ]


def read_decisions(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[DecisionMade]:
    """Every decision, reopened ones too, the newest first. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    newest = (col(Decision.at).desc(), col(Decision.id).desc())
    rows = session.exec(select(Decision).where(col(Decision.incident_id) == incident_id).order_by(*newest)).all()
    names = names_of(session, [row.actor for row in rows])
    subject = incident_subject(incident_id)
    return [
        DecisionMade(
            id=row.id,
            subject=row.subject,
            outcome=row.outcome,
            reason=keys.open(session, row.reason_sealed, Place("decision", "reason_sealed", str(row.id), subject)),
            who=names[row.actor],
            at=row.at,
            fact_version=row.fact_version,
            engine=row.engine,
            look_again_at=row.look_again_at,
            reopened_at=row.reopened_at,
        )
        for row in rows
    ]


def risk_decisions(session: Session, actor: Actor, incident_id: UUID) -> dict[str, RiskDecided]:
    """The standing decision on the risk of each data set, by its id."""
    require(actor, Action.READ, access_to(session, incident_id))
    return standing_risks(session, incident_id)


def standing_risks(session: Session, incident_id: UUID) -> dict[str, RiskDecided]:
    """As `risk_decisions`, for callers that have asked for permission."""
    standing = (
        col(Decision.incident_id) == incident_id,
        col(Decision.subject).startswith(RISK),
        col(Decision.reopened_at).is_(None),
    )
    rows = session.exec(select(Decision).where(*standing).order_by(col(Decision.at), col(Decision.id))).all()
    return {row.subject.removeprefix(RISK): RiskDecided(row.outcome, row.at) for row in rows}


def would_reopen(decided: Iterable[str], changes: Iterable[Change]) -> set[str]:
    """Of the data sets whose risk was decided: those whose decision reopens when these changes are saved."""
    changed = {change.path for change in changes}
    return {name for name in decided if not changed.isdisjoint(paths_of([name], facts_read()))}
