"""Replies go with the audience they came from, or on the same schedule where they came from none: words and names."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, or_, update
from sqlmodel import Session, col, select

from incident.models.entries import incident_subject
from incident.models.incidents import Incident
from incident.models.replies import Reply, ReplyAnswer, SentState
from incident.models.retention import LegalHold
from incident.phases import FINAL
from incident.reply_rules import USUAL_REPLIES
from incident.retention_rules import RetentionRules
from incident.roles import Action
from incident.verbs.act import Act
from incident.verbs.entries import record
from incident.verbs.reply_tasks import keep_task
from notifications.incoming import ReceivedMail
from notifications.models import Audience, Outgoing
from notifications.replies import ReplyClass
from notifications.store import erasing

PIECE = 500  # replies in one transaction
PURGED = "purge"


def replies_due(session: Session, rules: RetentionRules, now: datetime) -> list[UUID]:
    """Replies whose words and names go now, a piece of them.

    With an audience: once that is purged, whatever kept it. Of an incident and no audience: as long after its end as
    an audience, unless a legal hold keeps it. Of no incident: as long after it came in, once it is dealt with.
    """
    over = now - timedelta(days=rules.audience_days)
    held = select(LegalHold.incident_id).where(col(LegalHold.lifted_at).is_(None))
    ended = select(Incident.id).where(col(Incident.phase).in_(FINAL), col(Incident.closed_at) < over)
    gone = select(Audience.id).where(col(Audience.purged_at).is_not(None))
    alone, nobodys = col(Reply.audience_id).is_(None), col(Reply.incident_id).is_(None)
    settled = col(Reply.settled_at).is_not(None)
    due = or_(
        col(Reply.audience_id).in_(gone),
        and_(alone, col(Reply.incident_id).in_(ended), col(Reply.incident_id).not_in(held)),
        and_(alone, nobodys, settled, col(Reply.received_at) < over),
    )
    query = select(Reply.id).where(col(Reply.purged_at).is_(None), due).order_by(col(Reply.received_at))
    return list(session.exec(query.limit(PIECE)).all())


def purge_replies(act: Act, due: Sequence[UUID]) -> int:
    """Erase what these replies say, what they were answered, the mails behind them and whom they came from.

    Class, ground, moments and counts stay, and a line that says how many. Doing it again changes nothing.
    """
    act.require(Action.TASK)
    query = select(Reply).where(col(Reply.id).in_(due), col(Reply.purged_at).is_(None)).with_for_update()
    rows = act.session.exec(query.execution_options(populate_existing=True)).all()
    if not rows:
        return 0
    numbers: dict[UUID, int] = defaultdict(int)
    for row in rows:
        row.content_sealed, row.person, row.account, row.delivery_id = None, "", "", None
        row.purged_at = act.now
        if row.settled_at is None:
            row.settled_at, row.settled_by = act.now, PURGED
        if row.incident_id is not None:
            numbers[row.incident_id] += 1
    act.session.add_all(rows)
    act.session.flush()
    _erase(act, [row.id for row in rows], [row.mail_id for row in rows])
    for incident_id, number in sorted(numbers.items()):
        for kind in ReplyClass:
            keep_task(act, incident_id, kind, USUAL_REPLIES)
        said = "1 reply" if number == 1 else f"{number:,} replies"
        text = f"Purged on schedule: the words and the writers of {said}. Class, ground and moments stay."
        record(act, incident_subject(incident_id), "replies.purged", {"text": text, "replies": number})
    return len(rows)


def _erase(act: Act, replies: Sequence[UUID], mails: Sequence[UUID]) -> None:
    mine = col(ReplyAnswer.reply_id).in_(replies)
    occasions = select(ReplyAnswer.occasion).where(mine, col(ReplyAnswer.occasion) != "")
    with erasing(act.session):
        act.session.execute(delete(Outgoing).where(col(Outgoing.occasion).in_(occasions)))
        act.session.execute(update(ReplyAnswer).where(mine).values(content_sealed=None, reason=""))
        waiting = update(ReplyAnswer).where(mine, col(ReplyAnswer.state) == SentState.WAITING)
        act.session.execute(waiting.values(state=SentState.WITHDRAWN))
        act.session.execute(update(ReceivedMail).where(col(ReceivedMail.id).in_(mails)).values(raw_sealed=None))
