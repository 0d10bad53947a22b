"""What every page of one incident shows: its head, phases, guards, people, deadlines and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from incident.errors import NotFound
from incident.models.entries import incident_subject
from incident.models.incidents import Evidence, Incident, Membership, Pass, PhaseMove, Task
from incident.models.people import UserAccount
from incident.models.replies import Answer, AnswerState, AnswerVersion, Reply, ReplyAnswer, SentState
from incident.phases import Barring, Case, Guard, Phase
from incident.queries.access import access_to, find_incident
from incident.queries.audience_fit import told_short
from incident.queries.barring import barring
from incident.queries.board import title_place
from incident.queries.case import OPEN_TASK, case_of
from incident.queries.duties import CustomersTold, DutyLine, duties_of, told_of_affected
from incident.queries.finders import threads_of
from incident.queries.pages import PageLine, waiting_of
from incident.queries.presence import Present, others_at
from incident.queries.timeline import last_seq, names_of
from incident.queries.to_follow import ToFollow, to_follow
from incident.roles import Action, Actor, Role, require
from notifications.sealing import Keys, Place
from notifications.wording import worded


@dataclass(frozen=True, slots=True)
class AnswersWaiting:
    """How many replies nobody has settled; those to which an answer waits for a second person; versions for the bank
    that wait for approval.
    """

    unsettled: int = 0
    replies: Sequence[UUID] = ()
    bank: int = 0


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One incident opened for reading."""

    incident: Incident
    title: str
    opened_by: str
    commander: str
    seq: int
    moves: Sequence[PhaseMove]
    case: Case
    barring: Mapping[Guard, Barring]
    passes: Sequence[tuple[Pass, str]]
    members: Sequence[UserAccount]
    commanders: Sequence[UserAccount]
    duties: Sequence[DutyLine]
    told: CustomersTold
    open_tasks: int
    open_here: int  # of them, those of the phase it is in
    finders: tuple[int, int] = (0, 0)  # conversations, and mails of theirs nobody has opened
    paged: PageLine | None = None  # the page that waits for an answer
    present: tuple[Present, ...] = ()  # who else has it open
    told_short: Mapping[UUID, str] = field(default_factory=dict)  # duties met by a notice not everybody was to get
    to_follow: tuple[ToFollow, ...] = ()  # what authorities were told is to follow, and nobody has filed
    waiting: AnswersWaiting = AnswersWaiting()  # counted where the next move would close it


def read_incident(session: Session, keys: Keys, actor: Actor, reference: str | UUID, now: datetime) -> IncidentPage:
    """One incident by id or codename. Raises NotFound and Forbidden by permission."""
    incident = find_incident(session, actor, reference)
    require(actor, Action.READ, access_to(session, incident.id))
    here = incident.id
    moves = session.exec(select(PhaseMove).where(col(PhaseMove.incident_id) == here).order_by(col(PhaseMove.at))).all()
    members = session.exec(
        select(UserAccount)
        .join(Membership, col(Membership.user_id) == col(UserAccount.id))
        .where(col(Membership.incident_id) == here)
        .order_by(col(UserAccount.name))
    ).all()
    people = session.exec(select(UserAccount).where(col(UserAccount.disabled_at).is_(None))).all()
    commander = session.get(UserAccount, incident.commander_id) if incident.commander_id else None
    case = case_of(session, incident, reason_given=True)
    open_tasks = _open_by_phase(session, here)
    duties, last = duties_of(session, actor, here, now), incident.phase is Phase.REVIEW
    return IncidentPage(
        incident=incident,
        title=keys.open(session, incident.title_sealed, title_place(here)),
        opened_by=names_of(session, [incident.opened_by])[incident.opened_by],
        commander=commander.name if commander else "",
        seq=last_seq(session, incident_subject(here)),
        moves=moves,
        case=case,
        barring=barring(session, incident, case),
        passes=_passes(session, keys, here),
        members=members,
        commanders=sorted((one for one in people if Role.COMMANDER in one.roles), key=lambda one: one.name),
        duties=duties,
        told=told_of_affected(session, here),
        open_tasks=sum(open_tasks.values()),
        open_here=open_tasks.get(incident.phase, 0),
        finders=threads_of(session, here),
        paged=waiting_of(session, here),
        present=others_at(session, here, actor.id, now),
        told_short=told_short(session, keys, actor, [line.obligation for line in duties]),
        to_follow=to_follow(session, [line.obligation for line in duties]),
        waiting=_waiting(session, here) if last else AnswersWaiting(),
    )


def read_tasks(session: Session, actor: Actor, incident_id: UUID) -> Sequence[Task]:
    """The steps of the runbook in order. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = select(Task).where(col(Task.incident_id) == incident_id)
    return session.exec(mine.order_by(col(Task.position), col(Task.id))).all()


def task_note_place(task: Task) -> Place:
    """Where what was done on a task is sealed for."""
    return Place("task", "note_sealed", str(task.id), incident_subject(task.incident_id))


def read_evidence(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> list[tuple[Evidence, str]]:
    """What is kept, with its name opened, the newest first; the contents stay sealed."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = select(Evidence).where(col(Evidence.incident_id) == incident_id).order_by(col(Evidence.kept_at).desc())
    return [
        (row, keys.open(session, row.name_sealed, evidence_place(row, "name_sealed"))) for row in session.exec(mine)
    ]


def evidence_of_tasks(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID
) -> dict[UUID, list[tuple[UUID, str]]]:
    """What was kept with each step of the runbook: id and name, in the order it was kept."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = (col(Evidence.incident_id) == incident_id, col(Evidence.task_id).is_not(None))
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for row in session.exec(select(Evidence).where(*mine).order_by(col(Evidence.kept_at), col(Evidence.id))).all():
        if row.task_id is not None:
            name = keys.open(session, row.name_sealed, evidence_place(row, "name_sealed"))
            found.setdefault(row.task_id, []).append((row.id, name))
    return found


def evidence_place(row: Evidence, column: str) -> Place:
    """Where the name or the content of a piece of evidence is sealed for."""
    return Place("evidence", column, str(row.id), incident_subject(row.incident_id))


def read_review(session: Session, keys: Keys, incident: Incident) -> str:
    """The post-incident review, "" until it is written; for callers that have read the incident."""
    if incident.review_sealed is None:
        return ""
    place = Place("incident", "review_sealed", str(incident.id), incident_subject(incident.id))
    return keys.open(session, incident.review_sealed, place)


def _passes(session: Session, keys: Keys, incident_id: UUID) -> list[tuple[Pass, str]]:
    mine = (col(Pass.incident_id) == incident_id, col(Pass.settled_at).is_(None))
    rows = session.exec(select(Pass).where(*mine).order_by(col(Pass.at))).all()
    subject = incident_subject(incident_id)
    return [
        (row, keys.open(session, row.reason_sealed, Place("guard_pass", "reason_sealed", str(row.id), subject)))
        for row in rows
    ]


def _open(incident_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Task.incident_id) == incident_id, col(Task.state).in_(OPEN_TASK)


def _open_by_phase(session: Session, incident_id: UUID) -> dict[Phase, int]:
    by_phase = select(Task.phase, func.count()).where(*_open(incident_id)).group_by(col(Task.phase))
    return {Phase(phase): number for phase, number in session.exec(by_phase).all()}


def _open_replies(session: Session, incident_id: UUID) -> int:
    mine = (col(Reply.incident_id) == incident_id, col(Reply.settled_at).is_(None))
    return session.exec(select(func.count()).select_from(Reply).where(*mine)).one()


def _waiting(session: Session, incident_id: UUID) -> AnswersWaiting:
    mine = (col(Reply.incident_id) == incident_id, col(ReplyAnswer.state) == SentState.WAITING)
    query = select(ReplyAnswer.reply_id).join(Reply, col(Reply.id) == col(ReplyAnswer.reply_id)).where(*mine)
    replies = session.exec(query.order_by(col(ReplyAnswer.drafted_at))).all()
    newest = (col(AnswerVersion.state) == AnswerState.DRAFT, col(AnswerVersion.number) == col(Answer.versions))
    here = (col(Answer.incident_id) == incident_id, col(Answer.retired_at).is_(None))
    drafts = (
        select(func.count()).select_from(AnswerVersion).join(Answer, col(Answer.id) == col(AnswerVersion.answer_id))
    )
    return AnswersWaiting(
        _open_replies(session, incident_id), replies, session.exec(drafts.where(*newest, *here)).one()
    )


def open_evidence(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID, evidence_id: UUID
) -> tuple[str, bytes]:
    """Name and bytes of one piece of evidence. Raises NotFound, also for one that is erased, and Forbidden."""
    require(actor, Action.READ, access_to(session, incident_id))
    row = session.get(Evidence, evidence_id)
    if row is None or row.incident_id != incident_id:
        raise NotFound(worded("There is no such evidence on this incident."))
    if row.content_sealed is None:
        raise NotFound(worded("This evidence was erased on schedule; its hash is kept."))
    name = keys.open(session, row.name_sealed, evidence_place(row, "name_sealed"))
    ring = keys.for_scope(session, incident_subject(incident_id))
    return name, ring.open(row.content_sealed, "evidence", "content_sealed", row.id)
