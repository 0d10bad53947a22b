"""Risks that nobody has decided although open duties rest on them: what waits for a decider, wherever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.law import Advice, Decision, Obligation
from incident.phases import FINAL
from incident.queries.access import visible_incidents
from incident.queries.case import open_obligation
from incident.queries.decisions import RISK
from incident.roles import Actor

BY_RISK = ("supervisory_authority", "data_subjects")  # whom the law has told by how high the risk is


@dataclass(frozen=True, slots=True)
class Undecided:
    """An incident with `datasets` whose risk nobody has decided; `advised`: advice lies there."""

    incident_id: UUID
    codename: str
    datasets: tuple[str, ...]
    advised: bool


def decisions_waiting(session: Session, actor: Actor) -> tuple[Undecided, ...]:
    """Running incidents one may see whose open duties wait for a decision on a risk; those with advice first."""
    mine = (visible_incidents(actor), col(Incident.phase).not_in(FINAL))
    resting = (col(Obligation.addressee_kind).in_(BY_RISK), *open_obligation())
    asked = select(Incident.id, Incident.codename, Obligation.datasets).join(
        Obligation, col(Obligation.incident_id) == col(Incident.id)
    )
    names: dict[UUID, str] = {}
    found: dict[UUID, set[str]] = {}
    for incident_id, codename, datasets in session.exec(asked.where(*mine, *resting)).all():  # type: ignore[arg-type]
        names[incident_id] = codename
        found.setdefault(incident_id, set()).update(datasets)
    for incident_id, codename, dataset in _reopened(session, mine):
        names[incident_id] = codename
        found.setdefault(incident_id, set()).add(dataset)
    decided = _decided(session, list(found))
    advised = set(session.exec(select(Advice.incident_id).where(col(Advice.incident_id).in_(found)).distinct()).all())
    rows = [
        Undecided(name, names[name], tuple(sorted(left)), name in advised)
        for name, datasets in found.items()
        if (left := datasets - decided.get(name, set()))
    ]
    return tuple(sorted(rows, key=lambda row: (not row.advised, row.codename)))


def reopened_since(session: Session, incident_id: UUID, at: datetime) -> bool:
    """Whether a decision of this incident was reopened at this moment or later; for callers that may read it."""
    again = (col(Decision.incident_id) == incident_id, col(Decision.reopened_at) >= at)
    return session.exec(select(Decision.id).where(*again).limit(1)).first() is not None


def _reopened(session: Session, mine: tuple[ColumnElement[bool], ...]) -> list[tuple[UUID, str, str]]:
    """Data sets on whose risk a decision was taken and does not stand any more, also where every duty is met."""
    again = (col(Decision.subject).startswith(RISK), col(Decision.reopened_at).is_not(None))
    query = select(Incident.id, Incident.codename, Decision.subject).join(
        Decision, col(Decision.incident_id) == col(Incident.id)
    )
    rows = session.exec(query.where(*mine, *again)).all()
    still = select(Obligation.incident_id, Obligation.datasets).where(
        col(Obligation.incident_id).in_({row[0] for row in rows}), col(Obligation.addressee_kind).in_(BY_RISK)
    )
    known = {(incident_id, dataset) for incident_id, names in session.exec(still).all() for dataset in names}
    found = [(incident_id, codename, subject.removeprefix(RISK)) for incident_id, codename, subject in rows]
    return [one for one in found if (one[0], one[2]) in known]


def _decided(session: Session, ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """The data sets of each incident on whose risk a decision stands."""
    standing = (col(Decision.subject).startswith(RISK), col(Decision.reopened_at).is_(None))
    query = select(Decision.incident_id, Decision.subject).where(col(Decision.incident_id).in_(ids), *standing)
    found: dict[UUID, set[str]] = {}
    for incident_id, subject in session.exec(query).all():
        found.setdefault(incident_id, set()).add(subject.removeprefix(RISK))
    return found
