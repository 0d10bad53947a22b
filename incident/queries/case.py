"""What the guards of the phases look at, counted in the transaction of the move."""

from functools import cache
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Executable, bindparam, func, or_
from sqlmodel import Session, col, select

from incident.models.entries import EntryHeader, incident_subject
from incident.models.incidents import Evidence, Incident, Pass, PhaseMove, Task
from incident.models.law import AnchorRecord, FactVersion, Obligation
from incident.phases import Case, Move, Phase
from incident.queries.numbers import number_of, together
from notifications.models import Release
from notifications.release_states import UNDER_WAY

OPEN_TASK = ("open", "started")
REVIEWED = "reviewed"  # the act of saving the review
REPLIES, CANARY, RAMP, TELEPHONE = "replies-", "canary-", "ramp-", "telephone-"  # how keys of added steps begin
OF_NO_PHASE = (REPLIES, CANARY, RAMP, TELEPHONE)  # they come of telling people, and bar no phase


def case_of(session: Session, incident: Incident, *, reason_given: bool = False) -> Case:
    """Read the case as the guards see it."""
    here = {"incident": incident.id, "subject": incident_subject(incident.id)}
    found = session.execute(_counts(), here).one()
    return Case(
        has_commander=incident.commander_id is not None,
        evidence_items=found.evidence,
        open_containment_tasks=found.containment,
        fact_versions=found.facts,
        awareness_decided=found.aware > 0,
        open_recovery_tasks=found.recovery,
        review_written=incident.review_sealed is not None,
        review_outdated=found.reviews == 0,
        open_duties=found.duties,
        open_releases=found.releases,
        open_passes=found.passes,
        reason_given=reason_given,
    )


@cache
def _counts() -> Executable:
    """Every number in one question: each page of an incident asks it."""
    here: BindParameter[UUID] = bindparam("incident")
    open_tasks = (col(Task.incident_id) == here, *open_task())
    aware = (col(AnchorRecord.name) == "aware", col(AnchorRecord.decided).is_(True))
    reopened = select(func.max(col(PhaseMove.at))).where(
        col(PhaseMove.incident_id) == here, col(PhaseMove.move) == Move.REOPEN
    )
    since = or_(reopened.scalar_subquery().is_(None), col(EntryHeader.at) > reopened.scalar_subquery())
    reviewed = (col(EntryHeader.subject) == bindparam("subject"), col(EntryHeader.action) == REVIEWED, since)
    releases = (col(Release.subject) == bindparam("subject"), col(Release.state).in_(UNDER_WAY))
    numbers = {
        "evidence": number_of(Evidence, col(Evidence.incident_id) == here),
        "containment": number_of(Task, *open_tasks, col(Task.phase) == Phase.CONTAINMENT),
        "facts": number_of(FactVersion, col(FactVersion.incident_id) == here),
        "aware": number_of(AnchorRecord, col(AnchorRecord.incident_id) == here, *aware),
        "recovery": number_of(Task, *open_tasks, col(Task.phase) == Phase.RECOVERY),
        "reviews": number_of(EntryHeader, *reviewed),
        "duties": number_of(Obligation, col(Obligation.incident_id) == here, *open_obligation()),
        "releases": number_of(Release, *releases),
        "passes": number_of(Pass, col(Pass.incident_id) == here, col(Pass.settled_at).is_(None)),
    }
    return together(numbers)


def open_task() -> tuple[ColumnElement[bool], ...]:
    """Conditions of an open step of a phase; steps that come of telling people bar none."""
    return (col(Task.state).in_(OPEN_TASK), *(~col(Task.key).startswith(head) for head in OF_NO_PHASE))


def open_obligation() -> tuple[object, ...]:
    """Conditions of an obligation somebody still has to meet, decide not due, or waive."""
    settled = (Obligation.met_at, Obligation.waived_at, Obligation.not_due_at, Obligation.withdrawn_at)
    return (col(Obligation.applies) != "no", *(col(moment).is_(None) for moment in settled))
