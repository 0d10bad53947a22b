"""The tasks that stand for open answers: one for each class of an incident, settled when the last is dealt with."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from incident.models.replies import Reply
from incident.queries.case import REPLIES
from incident.reply_rules import OWNED, ReplyRules
from incident.verbs.act import Act
from incident.verbs.tasks import Added, add_task, settle_by_key
from incident.verbs.versions import lock_incident
from notifications.replies import ReplyClass

SAID: Mapping[ReplyClass, tuple[str, str]] = {
    ReplyClass.QUESTION: (
        "Answer the questions of people who were told",
        "They stand under Replies. Answer from the bank, or write an answer that a second person approves. Where "
        "somebody asks for access, erasure or another right of Art. 15 to 22 GDPR, Art. 12(3) gives one month.",
    ),
    ReplyClass.COMPLAINT: (
        "Deal with the complaints of people who were told",
        "They stand under Replies: legal threats, authorities, objections. Talk to legal before you answer.",
    ),
    ReplyClass.LEFT: (
        "Check the addresses that are said to be no longer used",
        "They stand under Replies. Where it is so, open the next way to the person there: the mail was not read.",
    ),
}


def task_key(kind: ReplyClass) -> str:
    """By which the task of a class is known in its incident."""
    return f"{REPLIES}{kind.value}"


def keep_task(act: Act, incident_id: UUID, kind: ReplyClass, rules: ReplyRules) -> None:
    """Have a task while answers of a class are open, and settle it when none is. A step of other verbs.

    The incident is locked first: of two who deal with the last two at once, the second one counts none.
    """
    if kind not in OWNED:
        return
    lock_incident(act, incident_id)
    mine = (col(Reply.incident_id) == incident_id, col(Reply.kind) == kind, col(Reply.settled_at).is_(None))
    if act.session.exec(select(func.count()).select_from(Reply).where(*mine)).one():
        title, text = SAID[kind]
        within = rules.within(kind)
        assert within is not None
        add_task(act, incident_id, Added(task_key(kind), title, text, OWNED[kind], within))
    else:
        settle_by_key(act, incident_id, task_key(kind), "None of them is open any more.")
