"""What bars a move by name: the first of the open tasks, duties, releases and passes that a guard counts."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.law.duties import named
from incident.models.entries import incident_subject
from incident.models.incidents import Incident, Pass, Task
from incident.models.law import Obligation
from incident.notice_kinds import TITLES, NoticeKind
from incident.phases import ASKS, MOVES, Barring, Case, Guard, Phase, holds, open_moves
from incident.queries.case import open_obligation, open_task
from notifications.models import Edition, Release
from notifications.release_states import UNDER_WAY
from notifications.wording import listed

Named = tuple[tuple[str, str], ...]  # what it is called, and where it is: in the incident, or an address without /
FIRST = 3
READ = 30  # of a duty to many customers as many rows are looked through for the first few names


def barring(session: Session, incident: Incident, case: Case) -> dict[Guard, Barring]:
    """For each guard that counts and bars a move from here: the first few by name, and how many there are."""
    asked = {guard for move in open_moves(incident.phase) for guard in MOVES[incident.phase, move][1]}
    here = incident.id
    found: dict[Guard, Barring] = {}
    for guard in (guard for guard in asked if not holds(guard, case)):
        if guard is Guard.CONTAINED:
            found[guard] = Barring(_tasks(session, here, Phase.CONTAINMENT), case.open_containment_tasks)
        elif guard is Guard.RESTORED:
            found[guard] = Barring(_tasks(session, here, Phase.RECOVERY), case.open_recovery_tasks)
        elif guard is Guard.DUTIES:
            found[guard] = _duties(session, here)
        elif guard is Guard.RELEASES:
            found[guard] = Barring(_releases(session, here), case.open_releases)
        elif guard is Guard.PASSES:
            found[guard] = Barring(_passes(session, here), case.open_passes)
    return found


def _tasks(session: Session, incident_id: UUID, phase: Phase) -> Named:
    wanted = (*open_task(), col(Task.incident_id) == incident_id, col(Task.phase) == phase)
    title = col(Task.step)["title"].as_string()
    rows = session.exec(select(Task.id, title).where(*wanted).order_by(col(Task.position)).limit(FIRST)).all()
    return tuple((listed(str(name)), f"/tasks#task-{task_id}") for task_id, name in rows)


def _duties(session: Session, incident_id: UUID) -> Barring:
    """Those that are due first, first; one to many customers counts once."""
    wanted = (col(Obligation.incident_id) == incident_id, *open_obligation())
    due = (col(Obligation.due_at).is_(None), col(Obligation.due_at), col(Obligation.duty), col(Obligation.id))
    read = select(Obligation.duty, Obligation.rule, Obligation.id).where(*wanted)  # type: ignore[arg-type]
    rows = session.exec(read.order_by(*due).limit(READ)).all()
    lines = {duty: (listed(named(rule)[0]), f"/duties/{row_id}") for duty, rule, row_id in reversed(rows)}
    first = tuple(lines[duty] for duty in list(dict.fromkeys(duty for duty, _, _ in rows))[:FIRST])
    number = select(func.count(func.distinct(col(Obligation.duty)))).where(*wanted)  # type: ignore[arg-type]
    return Barring(first, session.exec(number).one())


def _releases(session: Session, incident_id: UUID) -> Named:
    wanted = (col(Release.subject) == incident_subject(incident_id), col(Release.state).in_(UNDER_WAY))
    joined = select(Release.id, Edition.kind).join(Edition, col(Edition.id) == col(Release.edition_id))
    rows = session.exec(joined.where(*wanted).order_by(col(Release.requested_at)).limit(FIRST)).all()
    return tuple((TITLES[NoticeKind(kind)], f"releases/{release_id}") for release_id, kind in rows)


def _passes(session: Session, incident_id: UUID) -> Named:
    wanted = (col(Pass.incident_id) == incident_id, col(Pass.settled_at).is_(None))
    rows = session.exec(select(Pass.guard).where(*wanted).order_by(col(Pass.at)).limit(FIRST)).all()
    return tuple((ASKS[Guard(guard)].text, "#passes") for guard in rows)
