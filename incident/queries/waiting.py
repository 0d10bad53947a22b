"""What waits for this reader's own approval, wherever it is: the board and nobody's memory says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from incident.approval_rules import ApprovalRules
from incident.models.incidents import Incident
from incident.models.replies import Answer, AnswerState, AnswerVersion, Reply, ReplyAnswer, SentState
from incident.queries.access import visible_incidents
from incident.queries.approvals import own_yes
from incident.queries.seats import Bound, find_bound, has_seat
from incident.roles import Action, Actor, may
from notifications.models import Release, ReleaseState
from notifications.ramp import Stage


@dataclass(frozen=True, slots=True)
class Waiting:
    """A release the reader may approve now. `kind` is the notice's, `until` when the request ends by itself."""

    release_id: UUID
    codename: str
    kind: str
    recipients: int
    asked_at: datetime
    until: datetime | None


def approvals_waiting(session: Session, actor: Actor, now: datetime, rules: ApprovalRules) -> tuple[Waiting, ...]:
    """Releases of incidents one may see that the reader may approve at this moment; the oldest first."""
    asked = select(Release).where(col(Release.state) == ReleaseState.REQUESTED)
    return tuple(
        Waiting(row.id, codename, bound.notice.kind, row.recipients, row.requested_at, row.expires_at)
        for row, bound, codename in _seen(session, actor, asked)
        if own_yes(session, actor, bound, now, rules) is not None
    )


def sendings_waiting(session: Session, actor: Actor, now: datetime) -> tuple[Waiting, ...]:
    """Releases that stand still until a person confirms the canary or lets the ramp go on, and the reader may."""
    if not may(actor, Action.APPROVE_RELEASE, None):
        return ()
    still = (col(Release.state) == ReleaseState.APPROVED, col(Release.stage).in_((Stage.CONFIRM, Stage.HELD)))
    return tuple(
        Waiting(row.id, codename, bound.notice.kind, row.recipients, row.requested_at, None)
        for row, bound, codename in _seen(session, actor, select(Release).where(*still))
        if has_seat(session, bound, actor, now)
    )


def _seen(session: Session, actor: Actor, wanted: SelectOfScalar[Release]) -> Iterator[tuple[Release, Bound, str]]:
    """Those of the releases whose incident one may see, the oldest first, with their bonds and its codename."""
    rows = session.exec(wanted.order_by(col(Release.requested_at))).all()
    if not rows:
        return
    names = {row.id: row.codename for row in session.exec(select(Incident).where(visible_incidents(actor))).all()}
    for row in rows:
        bound = find_bound(session, row.id)
        if (codename := names.get(bound.incident_id)) is not None:
            yield row, bound, codename


@dataclass(frozen=True, slots=True)
class AnswerWaiting:
    """An answer in free words to somebody who wrote back, which the reader may send: somebody else wrote it.

    `codename` "": nobody has said yet to which incident it belongs.
    """

    reply_id: UUID
    codename: str
    asked_at: datetime


def answers_waiting(session: Session, actor: Actor) -> tuple[AnswerWaiting, ...]:
    """Answers of incidents one may see that wait for a second person, whom the reader can be; the oldest first."""
    if not may(actor, Action.ANSWER, None):
        return ()
    query = (
        select(ReplyAnswer, Incident.codename)
        .join(Reply, col(Reply.id) == col(ReplyAnswer.reply_id))
        .outerjoin(Incident, col(Incident.id) == col(Reply.incident_id))
        .where(
            or_(col(Reply.incident_id).is_(None), visible_incidents(actor)),
            col(ReplyAnswer.state) == SentState.WAITING,
            col(ReplyAnswer.drafted_by) != actor.id,
        )
        .order_by(col(ReplyAnswer.drafted_at))
    )
    rows = session.exec(query).all()
    return tuple(AnswerWaiting(row.reply_id, codename or "", row.drafted_at) for row, codename in rows)


@dataclass(frozen=True, slots=True)
class BankWaiting:
    """A version for the bank which the reader may approve: somebody else wrote it. `codename` "": for all."""

    answer_id: UUID
    codename: str
    asked_at: datetime


def bank_waiting(session: Session, actor: Actor) -> tuple[BankWaiting, ...]:
    """Versions for the bank, of incidents one may see or of none, that wait for the reader's yes; the oldest first."""
    if not may(actor, Action.APPROVE_ANSWER, None):
        return ()
    query = (
        select(AnswerVersion, Incident.codename)
        .join(Answer, col(Answer.id) == col(AnswerVersion.answer_id))
        .outerjoin(Incident, col(Incident.id) == col(Answer.incident_id))
        .where(
            or_(col(Answer.incident_id).is_(None), visible_incidents(actor)),
            col(AnswerVersion.state) == AnswerState.DRAFT,
            col(AnswerVersion.number) == col(Answer.versions),
            col(AnswerVersion.drafted_by) != actor.id,
            col(Answer.retired_at).is_(None),
        )
        .order_by(col(AnswerVersion.drafted_at))
    )
    rows = session.exec(query).all()
    return tuple(BankWaiting(row.answer_id, codename or "", row.drafted_at) for row, codename in rows)
