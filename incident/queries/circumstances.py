"""What a derivation rests on beside the facts, read from the case: customers, moments, assessments, filings, rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.assessment import Assessment, Risk, assess_sheet, decided
from incident.facts import FactSheet
from incident.law.answers import Answer
from incident.law.circumstances import Circumstances, Organisation
from incident.law.duties import Duty, read_duty
from incident.law.undertakings import Counterparty
from incident.models.law import Obligation
from incident.models.people import Customer
from incident.queries.anchors import anchors_of
from incident.queries.decisions import RiskDecided, standing_risks
from notifications.sealing import Keys


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked of one incident at one moment.

    `rows` are its obligations, and `rules` their frozen rules by id, where somebody has read them already.
    """

    session: Session
    keys: Keys
    incident_id: UUID
    organisation: Organisation
    now: datetime
    rows: Sequence[Obligation] | None = None
    rules: Mapping[UUID, Duty] = field(default_factory=dict)

    def obligations(self) -> Sequence[Obligation]:
        return obligations_of(self.session, self.incident_id) if self.rows is None else self.rows


def circumstances_of(inquiry: Inquiry, sheet: FactSheet, reopened: frozenset[str] = frozenset()) -> Circumstances:
    """Everything beside these facts, for callers that have asked for permission.

    What was decided about a risk stands before what the facts say of it, but for data sets whose decision `reopened`.
    """
    session, rows = inquiry.session, inquiry.obligations()
    affected = {name for dataset in sheet.datasets for name in dataset.controllers or ()}
    assessed = assessed_here(sheet, inquiry.organisation)
    ruled = standing_risks(session, inquiry.incident_id)
    kept = {name: ruling for name, ruling in ruled.items() if name not in reopened}
    return Circumstances(
        organisation=inquiry.organisation,
        customers=_counterparties(session, affected),
        anchors=anchors_of(session, inquiry.keys, inquiry.incident_id),
        findings=_findings(assessed, kept),
        submitted=_submitted(rows),
        frozen=_frozen(rows, inquiry.rules),
        now=inquiry.now,
    )


def obligations_of(session: Session, incident_id: UUID) -> Sequence[Obligation]:
    """Every obligation that arose on an incident, settled and withdrawn ones too."""
    return session.exec(select(Obligation).where(col(Obligation.incident_id) == incident_id)).all()


def assessed_here(sheet: FactSheet, organisation: Organisation) -> dict[str, Assessment]:
    """Each data set as assessed where we are established: what the facts say of it, else what the settings do."""
    place = sheet.shared.get("organisation.establishment", organisation.establishment)
    return assess_sheet(sheet, str(place or "") or None)


def _findings(assessed: Mapping[str, Assessment], ruled: Mapping[str, RiskDecided]) -> dict[str, Mapping[str, Answer]]:
    """What a person decided about the risk of a data set, else what its facts say."""
    found: dict[str, Mapping[str, Answer]] = {}
    for name, assessment in assessed.items():
        ruling = ruled.get(name)
        said = decided(Risk(ruling.outcome), f"decision of {ruling.at:%Y-%m-%d %H:%MZ}") if ruling else {}
        found[name] = assessment.findings | said
    return found


def _counterparties(session: Session, host_ids: Iterable[str]) -> dict[str, Counterparty]:
    wanted = col(Customer.host_id).in_(sorted(host_ids))
    rows = session.exec(select(Customer).where(wanted, col(Customer.removed_at).is_(None))).all()
    return {
        row.host_id: Counterparty(row.host_id, row.legal_name, row.contract_hours, row.contract_clause) for row in rows
    }


def _submitted(rows: Iterable[Obligation]) -> dict[tuple[str, str], datetime]:
    """When each duty was first met: chained clocks count from that."""
    met: dict[tuple[str, str], datetime] = {}
    for row in rows:
        if row.met_at is not None:
            key = (row.entity, row.duty)
            met[key] = min(row.met_at, met.get(key, row.met_at))
    return met


def _frozen(rows: Iterable[Obligation], rules: Mapping[UUID, Duty]) -> dict[tuple[str, str], Duty]:
    """The rule of each duty as it stood when it first arose."""
    frozen: dict[tuple[str, str], Duty] = {}
    for row in sorted(rows, key=lambda row: row.rule_frozen_at):
        if (row.entity, row.duty) not in frozen:
            frozen[row.entity, row.duty] = rules.get(row.id) or read_duty(row.rule)
    return frozen
