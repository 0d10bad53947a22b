"""The steps of the runbook in an incident: copied when it opens, settled one by one with a line on the timeline."""

from enum import StrEnum
from uuid import UUID

from sqlmodel import col, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.models.incidents import Task
from incident.queries.case import OPEN_TASK
from incident.roles import Action
from incident.runbooks import Runbook
from incident.verbs.act import Act, place_in
from incident.verbs.entries import record


class Settled(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"


def copy_runbook(act: Act, incident_id: UUID, runbook: Runbook) -> int:
    """Copy every task of a runbook into the incident, due from now on; returns how many. A step of opening one.

    The copy is frozen: a runbook edited later changes no incident that is under way.
    """
    act.session.add_all(
        Task(
            incident_id=incident_id,
            key=task.key,
            position=position,
            phase=task.phase,
            step=task.step(runbook.sources),
            role=task.role.value,
            due_at=act.now + task.offset,
        )
        for position, task in enumerate(runbook.tasks, 1)
    )
    act.session.flush()
    return len(runbook.tasks)


def settle_task(act: Act, incident_id: UUID, task_id: UUID, settled: Settled, note: str) -> Task:
    """Record that a step was done or is skipped. Raises Invalid without a note, Conflict when it is settled already."""
    act.require(Action.TASK, incident_id)
    if not note.strip():
        raise Invalid(Fault("note", "is empty", "say what was done, or why it is skipped"))
    wanted = (col(Task.id) == task_id, col(Task.incident_id) == incident_id)
    task = act.session.exec(select(Task).where(*wanted).with_for_update()).first()
    if task is None:
        raise NotFound("There is no such task on this incident.")
    if task.state not in OPEN_TASK:
        raise Conflict(f"This task is {task.state} already.")
    task.state, task.settled_at, task.settled_by = settled.value, act.now, act.actor.label
    task.note_sealed = act.seal(note.strip(), place_in(incident_id, "task", "note_sealed", task_id))
    act.session.add(task)
    act.session.flush()
    title = str(task.step.get("title", task.key))
    text = f"Task {settled}: {title}. {note.strip()}"
    record(act, incident_subject(incident_id), f"task.{settled}", {"text": text, "task": str(task_id)})
    return task
