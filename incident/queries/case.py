"""What the guards of the phases look at, counted in the transaction of the move."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.incidents import Evidence, Incident, Pass, Task
from incident.models.law import AnchorRecord, FactVersion, Obligation
from incident.phases import Case, Phase
from notifications.models import Release
from notifications.release_states import UNDER_WAY

OPEN_TASK = ("open", "started")


def case_of(session: Session, incident: Incident, *, reason_given: bool = False) -> Case:
    """Read the case as the guards see it."""
    here = incident.id

    def count(model: type, *conditions: object) -> int:
        query = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
        return int(session.exec(query).one())

    def open_tasks(phase: Phase) -> int:
        mine = (col(Task.incident_id) == here, col(Task.phase) == phase, col(Task.state).in_(OPEN_TASK))
        return count(Task, *mine)

    aware = (col(AnchorRecord.name) == "aware", col(AnchorRecord.decided).is_(True))
    return Case(
        has_commander=incident.commander_id is not None,
        evidence_items=count(Evidence, col(Evidence.incident_id) == here),
        open_containment_tasks=open_tasks(Phase.CONTAINMENT),
        fact_versions=count(FactVersion, col(FactVersion.incident_id) == here),
        awareness_decided=count(AnchorRecord, col(AnchorRecord.incident_id) == here, *aware) > 0,
        open_recovery_tasks=open_tasks(Phase.RECOVERY),
        review_written=incident.review_sealed is not None,
        open_duties=count(Obligation, col(Obligation.incident_id) == here, *open_obligation()),
        open_releases=count(Release, col(Release.subject) == incident_subject(here), col(Release.state).in_(UNDER_WAY)),
        open_passes=count(Pass, col(Pass.incident_id) == here, col(Pass.settled_at).is_(None)),
        reason_given=reason_given,
    )


def open_obligation() -> tuple[object, ...]:
    """Conditions of an obligation somebody still has to meet, decide not due, or waive."""
    settled = (Obligation.met_at, Obligation.waived_at, Obligation.not_due_at, Obligation.withdrawn_at)
    return (col(Obligation.applies) != "no", *(col(moment).is_(None) for moment in settled))
