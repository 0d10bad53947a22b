"""Whose a step of the runbook is: taken, handed to somebody, or given back; and settled with what proves it."""

from dataclasses import replace
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Task
from incident.models.people import UserAccount
from incident.queries.access import access_to
from incident.queries.case import OPEN_TASK
from incident.roles import Action, Actor, known_roles, may
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.evidence import Finding, keep_evidence
from incident.verbs.tasks import Settled, settle_task
from notifications.wording import worded


def take_task(act: Act, incident_id: UUID, task_id: UUID) -> Task:
    """Make a step one's own, also one of somebody else's. Raises Conflict when it is settled or one's own already."""
    task = _open_task(act, incident_id, task_id)
    if task.assignee_id == act.actor.id:
        raise Conflict(worded("This task is yours already."))
    before = _name_of(act, task.assignee_id)
    _assign(
        act, task, act.actor.id, f"{act.actor.name} took the task{f' over from {before}' if before else ''}", "taken"
    )
    return task


def hand_task(act: Act, incident_id: UUID, task_id: UUID, to: UUID | None) -> Task:
    """Hand a step to somebody who may do it, or give it back for anybody to take (None).

    Raises Invalid for somebody who may not do it, Conflict when it is settled.
    """
    task = _open_task(act, incident_id, task_id)
    if to is None:
        _assign(act, task, None, "Anybody may take the task", "given_back")
        return task
    account = act.session.get(UserAccount, to)
    if account is None or account.disabled_at or not _may_do(act, incident_id, account):
        raise Invalid(
            Fault("to", worded("is nobody who may do tasks of this incident"), worded("choose another person"))
        )
    _assign(act, task, to, f"{act.actor.name} handed the task to {account.name}", "handed_over")
    return task


def holder_of(act: Act, task_id: UUID) -> UUID | None:
    """Who holds a step now, for a caller that gives it back to them. None: nobody, or no such step."""
    return act.session.exec(select(Task.assignee_id).where(col(Task.id) == task_id)).first()


def reopen_task(act: Act, incident_id: UUID, task_id: UUID) -> Task:
    """Open a step anew that was settled by mistake; what was said and kept of it stays on the timeline.

    Raises Conflict where it is open, and for an incident that is over.
    """
    task = _locked(act, incident_id, task_id)
    if task.state in OPEN_TASK:
        raise Conflict(worded("This task is open."))
    if act.session.get_one(Incident, incident_id).closed_at is not None:
        raise Conflict(worded("The incident is closed: reopen it first."))
    was = task.state
    task.state, task.settled_at, task.settled_by, task.note_sealed = "open", None, "", None
    act.session.add(task)
    act.session.flush()
    text = f"{act.actor.name} opened the task again that was {was}: {task.title}."
    record(act, incident_subject(incident_id), "task.reopened", {"text": text, "task": str(task.id)})
    return task


def settle_with_evidence(
    act: Act, task_id: UUID, settled: Settled, note: str, finding: Finding | None, on: UUID | None = None
) -> tuple[Task, UUID]:
    """Settle a step of this incident, or of whichever it is on, and keep what proves it as evidence of that step.

    Raises NotFound, Forbidden, and Invalid and Conflict as `settle_task` and `keep_evidence` do; then nothing is kept.
    """
    incident_id = on or incident_of_task(act, task_id)
    if finding is not None:
        keep_evidence(act, incident_id, replace(finding, task_id=task_id))
    return settle_task(act, incident_id, task_id, settled, note), incident_id


def incident_of_task(act: Act, task_id: UUID) -> UUID:
    """The incident a step is on. Raises NotFound, alike for a step that is not there and one that is hidden."""
    incident_id = act.session.exec(select(Task.incident_id).where(col(Task.id) == task_id)).first()
    if incident_id is None:
        raise NotFound(worded("There is no such incident."))
    act.require(Action.TASK, incident_id)
    return incident_id


def _open_task(act: Act, incident_id: UUID, task_id: UUID) -> Task:
    task = _locked(act, incident_id, task_id)
    if task.state not in OPEN_TASK:
        raise Conflict(worded("This task is settled already."))
    return task


def _locked(act: Act, incident_id: UUID, task_id: UUID) -> Task:
    act.require(Action.TASK, incident_id)
    wanted = (col(Task.id) == task_id, col(Task.incident_id) == incident_id)
    task = act.session.exec(select(Task).where(*wanted).with_for_update()).first()
    if task is None:
        raise NotFound(worded("There is no such task on this incident."))
    return task


def _assign(act: Act, task: Task, to: UUID | None, said: str, what: str) -> None:
    task.assignee_id = to
    act.session.add(task)
    act.session.flush()
    text = f"{said}: {task.title}."
    record(act, incident_subject(task.incident_id), f"task.{what}", {"text": text, "task": str(task.id)})


def _may_do(act: Act, incident_id: UUID, account: UserAccount) -> bool:
    person = Actor(account.id, account.name, known_roles(account.roles))
    return may(person, Action.TASK, access_to(act.session, incident_id))


def _name_of(act: Act, user_id: UUID | None) -> str:
    account = act.session.get(UserAccount, user_id) if user_id else None
    return account.name if account else ""
