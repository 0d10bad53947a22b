"""The steps of the runbook in an incident: copied when it opens, settled one by one with a line on the timeline."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, func, select

from incident.errors import Conflict, Fault, Invalid, NotFound
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Task
from incident.queries.case import OPEN_TASK
from incident.roles import Action, Role
from incident.runbooks import Runbook
from incident.verbs.act import Act, place_in
from incident.verbs.entries import record
from incident.verbs.versions import lock_incident
from notifications.wording import worded

EMPTY_STEP: dict[str, object] = {
    **{key: [] for key in ("exact", "keep", "breaks", "facts", "sources")},
    "changes": False,
    "done": "",
    "offset_minutes": 0,
}


class Settled(StrEnum):
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Added:
    """A step that no runbook has: its key in the incident, what is to be done, what it rests on, and by when."""

    key: str
    title: str
    text: str
    role: Role = Role.COMMANDER
    within: timedelta = timedelta(0)


def copy_runbook(act: Act, incident_id: UUID, runbook: Runbook, *, after: int = 0, there: Collection[str] = ()) -> int:
    """Copy the tasks of a runbook into the incident, due from now on; returns how many. A step of opening one.

    The copy is frozen: a runbook edited later changes no incident that is under way. `after` is the last position
    that is taken, `there` are keys that are.
    """
    rows = [
        Task(
            incident_id=incident_id,
            key=task.key,
            position=position,
            phase=task.phase,
            step=task.step(runbook.sources),
            role=task.role.value,
            due_at=act.now + task.offset,
        )
        for position, task in enumerate(runbook.tasks, after + 1)
        if task.key not in there
    ]
    act.session.add_all(rows)
    act.session.flush()
    return len(rows)


def add_runbook(act: Act, incident_id: UUID, runbook: Runbook) -> int:
    """Add the tasks of a runbook to an incident that turns out to be of its kind as well; returns how many.

    They come after the steps that are there, due from now on; a step of the same key is there already and stays.
    Raises Conflict where every one is there, and for an incident that is over.
    """
    act.require(Action.TASK, incident_id)
    lock_incident(act, incident_id)
    if act.session.get_one(Incident, incident_id).closed_at is not None:
        raise Conflict(worded("The incident is closed: reopen it to add tasks."))
    rows = act.session.exec(select(Task).where(col(Task.incident_id) == incident_id)).all()
    last = max((row.position for row in rows), default=0)
    added = copy_runbook(act, incident_id, runbook, after=last, there={row.key for row in rows})
    if not added:
        raise Conflict(worded("Every task of this runbook is here already."))
    text = f"Tasks of the runbook “{runbook.title}” added: {added}."
    record(act, incident_subject(incident_id), "tasks.added", {"text": text, "kind": runbook.kind, "tasks": added})
    return added


def add_task(act: Act, incident_id: UUID, added: Added) -> None:
    """Add a step that is due within its time; an open one of the same key stays, one that was settled opens anew.

    A step of other verbs, which write down why.
    """
    row = _of_key(act, incident_id, added.key)
    if row is None:
        incident = act.session.get_one(Incident, incident_id)
        last = act.session.exec(select(func.max(Task.position)).where(col(Task.incident_id) == incident_id)).one()
        row = Task(incident_id=incident_id, key=added.key, position=(last or 0) + 1, phase=incident.phase, step={})
    elif row.state in OPEN_TASK:
        return
    row.step = {**EMPTY_STEP, "title": added.title, "text": added.text, "role": str(added.role)}
    row.role, row.due_at, row.state = added.role.value, act.now + added.within, "open"
    row.settled_at, row.settled_by, row.note_sealed = None, "", None
    act.session.add(row)
    act.session.flush()


def settle_by_key(act: Act, incident_id: UUID, key: str, note: str) -> None:
    """Settle an added step, where it is open, by what was done elsewhere. A step of other verbs."""
    row = _of_key(act, incident_id, key)
    if row is None or row.state not in OPEN_TASK:
        return
    row.state, row.settled_at, row.settled_by = Settled.DONE.value, act.now, act.actor.label
    row.note_sealed = act.seal(note, place_in(incident_id, "task", "note_sealed", row.id))
    act.session.add(row)
    act.session.flush()


def settle_task(act: Act, incident_id: UUID, task_id: UUID, settled: Settled, note: str) -> Task:
    """Record that a step was done or is skipped. Raises Invalid without a note, Conflict when it is settled already."""
    act.require(Action.TASK, incident_id)
    if not note.strip():
        raise Invalid(Fault("note", worded("is empty"), worded("say what was done, or why it is skipped")))
    wanted = (col(Task.id) == task_id, col(Task.incident_id) == incident_id)
    task = act.session.exec(select(Task).where(*wanted).with_for_update()).first()
    if task is None:
        raise NotFound(worded("There is no such task on this incident."))
    if task.state not in OPEN_TASK:
        raise Conflict(worded("This task is settled already."))
    task.state, task.settled_at, task.settled_by = settled.value, act.now, act.actor.label
    task.note_sealed = act.seal(note.strip(), place_in(incident_id, "task", "note_sealed", task_id))
    act.session.add(task)
    act.session.flush()
    text = f"Task {settled}: {task.title}. {note.strip()}"
    record(act, incident_subject(incident_id), f"task.{settled}", {"text": text, "task": str(task_id)})
    return task


def _of_key(act: Act, incident_id: UUID, key: str) -> Task | None:
    return act.session.exec(select(Task).where(col(Task.incident_id) == incident_id, col(Task.key) == key)).first()
