"""What waits for this reader's own approval, wherever it is: the board and nobody's memory says so."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from incident.approval_rules import ApprovalRules
from incident.models.incidents import Incident
from incident.models.replies import Reply, ReplyAnswer, SentState
from incident.queries.access import visible_incidents
from incident.queries.approvals import own_yes
from incident.queries.seats import find_bound
from incident.roles import Action, Actor, may
from notifications.models import Release, ReleaseState


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
    names = {row.id: row.codename for row in session.exec(select(Incident).where(visible_incidents(actor))).all()}
    asked = select(Release).where(col(Release.state) == ReleaseState.REQUESTED).order_by(col(Release.requested_at))
    found = []
    for row in session.exec(asked).all():
        bound = find_bound(session, row.id)
        codename = names.get(bound.incident_id)
        if codename is not None and own_yes(session, actor, bound, now, rules) is not None:
            kind, ends = bound.notice.kind, row.expires_at
            found.append(Waiting(row.id, codename, kind, row.recipients, row.requested_at, ends))
    return tuple(found)


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
