"""Open steps of every running incident one may see: one's own, those nobody has, by incident, kind and time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from incident.models.incidents import Incident, Task
from incident.phases import FINAL
from incident.queries.access import visible_incidents
from incident.queries.board import title_place
from incident.queries.case import OPEN_TASK
from incident.queries.people import people_named
from incident.roles import Action, Actor, may, require
from notifications.sealing import Keys

SOON = timedelta(hours=2)
PAGE = 50
ON = col(Incident.id) == col(Task.incident_id)


class Whose(StrEnum):
    MINE = "mine"
    FREE = "free"  # nobody's, and of a role the reader holds
    ALL = "all"


class Due(StrEnum):
    LATE = "late"
    SOON = "soon"  # within two hours
    LATER = "later"  # or without a moment


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks are asked for; "" and None ask for any. `page` counts from 1."""

    whose: Whose | None = None
    incident: str = ""  # codename
    kind: str = ""
    due: Due | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An open step with the incident it is on."""

    task: Task
    incident: Incident
    title: str  # of the incident
    assignee: str


@dataclass(frozen=True, slots=True)
class OpenTasks:
    """One page of what was asked for, how many there are of it, and how many of each sort whatever was asked for."""

    lines: tuple[OpenTask, ...]
    found: int
    counts: Mapping[Whose, int]
    incidents: tuple[tuple[str, str], ...]  # codename and title of those with open tasks
    kinds: tuple[str, ...]


def read_open_tasks(session: Session, keys: Keys, actor: Actor, wanted: Wanted, now: datetime) -> OpenTasks:
    """Those that are due first, first. Raises Forbidden."""
    require(actor, Action.READ, None)
    chosen = (*_open(actor), _whose(actor, wanted.whose), *_narrowed(wanted, now))
    ordered = (col(Task.due_at).is_(None), col(Task.due_at), col(Incident.opened_at), col(Task.position), col(Task.id))
    shown = select(Task, Incident).join(Incident, ON).where(*chosen).order_by(*ordered)
    rows = session.exec(shown.offset((wanted.page - 1) * PAGE).limit(PAGE)).all()
    titles = _titles(session, keys, actor)
    names = people_named(session, {task.assignee_id for task, _ in rows if task.assignee_id})
    lines = tuple(
        OpenTask(task, incident, titles[incident.id][1], names.get(task.assignee_id, "") if task.assignee_id else "")
        for task, incident in rows
    )
    return OpenTasks(
        lines,
        _count(session, *chosen),
        {whose: _count(session, *_open(actor), _whose(actor, whose)) for whose in Whose},
        tuple(sorted((codename, title) for codename, title, _ in titles.values())),
        tuple(sorted({kind for _, _, kind in titles.values()})),
    )


def count_own_tasks(session: Session, actor: Actor) -> int:
    """How many open steps of running incidents are the reader's own."""
    return _count(session, *_open(actor), _whose(actor, Whose.MINE))


def _open(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return visible_incidents(actor), col(Incident.phase).not_in(FINAL), col(Task.state).in_(OPEN_TASK)


def _whose(actor: Actor, whose: Whose | None) -> ColumnElement[bool]:
    if whose is Whose.MINE:
        return col(Task.assignee_id) == actor.id
    if whose is None or whose is Whose.ALL:
        return true()
    roles = ["", *(role.value for role in actor.roles)] if may(actor, Action.TASK, None) else []
    return and_(col(Task.assignee_id).is_(None), col(Task.role).in_(roles))


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(Task).join(Incident, ON).where(*conditions)).one()


def _titles(session: Session, keys: Keys, actor: Actor) -> dict[UUID, tuple[str, str, str]]:
    """Codename, title and kind of each running incident with open steps."""
    having = select(Incident).where(*_open(actor)[:2], col(Incident.id).in_(_with_open_tasks()))
    return {
        row.id: (row.codename, keys.open(session, row.title_sealed, title_place(row.id)), row.kind)
        for row in session.exec(having).all()
    }


def _with_open_tasks() -> SelectOfScalar[UUID]:
    return select(Task.incident_id).where(col(Task.state).in_(OPEN_TASK))


def _narrowed(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.incident:
        found.append(col(Incident.codename) == wanted.incident)
    if wanted.kind:
        found.append(col(Incident.kind) == wanted.kind)
    if wanted.due is Due.LATE:
        found.append(col(Task.due_at) <= now)
    elif wanted.due is Due.SOON:
        found.append(and_(col(Task.due_at) > now, col(Task.due_at) <= now + SOON))
    elif wanted.due is Due.LATER:
        found.append(or_(col(Task.due_at).is_(None), col(Task.due_at) > now + SOON))
    return found


def standing_of(task: Task, now: datetime) -> Due:
    """How near the moment is by which a step is to be done."""
    if task.due_at is None or task.due_at > now + SOON:
        return Due.LATER
    return Due.LATE if task.due_at <= now else Due.SOON
