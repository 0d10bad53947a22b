"""What is known of each data set and how risky it is for people, for the fact sheet and the overview."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import Session

from incident.assessment import assess_sheet
from incident.facts import DataSet
from incident.queries.decisions import RiskDecided, risk_decisions
from incident.queries.facts import SavedFacts
from incident.web.frame import Desk
from incident.web.views import KnownDataset, RiskView
from incident.web.words import our_role


def risks_of(desk: Desk, session: Session, incident_id: UUID, saved: SavedFacts) -> dict[str, RiskView]:
    """The risk of each data set by its id, as decided, else as assessed; nothing before facts are saved."""
    if not saved.number:
        return {}
    decided: Mapping[str, RiskDecided] = risk_decisions(session, desk.actor, incident_id)
    found = {}
    for name, assessed in assess_sheet(saved.sheet).items():
        ruling = decided.get(name)
        found[name] = RiskView(
            risk=ruling.outcome if ruling else assessed.risk.value,
            reasons=tuple((reason.direction.value, reason.text, reason.source) for reason in assessed.reasons),
            missing=assessed.missing,
            decided=ruling.outcome if ruling else "",
            decided_at=ruling.at if ruling else None,
        )
    return found


def known_datasets(desk: Desk, session: Session, incident_id: UUID, saved: SavedFacts) -> tuple[KnownDataset, ...]:
    """Each data set in a line: whose data, how many people, how risky."""
    if not saved.number:
        return ()
    risks = risks_of(desk, session, incident_id, saved)
    return tuple(_line(dataset, risks[dataset.id]) for dataset in saved.sheet.datasets)


def _line(dataset: DataSet, risk: RiskView) -> KnownDataset:
    count = dataset.facts.get("people.count")
    return KnownDataset(
        id=dataset.id,
        title=dataset.name,
        role=our_role(dataset.role),
        people=count if isinstance(count, int) else None,
        risk=risk.risk,
        decided=bool(risk.decided),
    )
