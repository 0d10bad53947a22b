"""Measures that an incident's own record suggests for a notice: finished tasks, kept evidence, submitted filings."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.incidents import Evidence, Task
from incident.models.law import Filing
from incident.models.people import Notice
from incident.notice_drafts import draft_place, read_draft
from incident.notice_kinds import TITLES, NoticeKind
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.sealing import Keys
from notifications.wording import listed, worded


def suggested_measures(session: Session, actor: Actor, incident_id: UUID) -> dict[str, str]:
    """Words of measures, each with what suggests it. A person says which are true; nothing takes one by itself.

    Raises NotFound and Forbidden by permission.
    """
    require(actor, Action.READ, access_to(session, incident_id))
    found: dict[str, str] = {}
    done = (col(Task.incident_id) == incident_id, col(Task.state) == "done")
    for task in session.exec(select(Task).where(*done).order_by(col(Task.position), col(Task.id))):
        words = task.step.get("measures")
        for word in words if isinstance(words, list) else ():
            found.setdefault(str(word), worded("the task “{task}” is done", task=listed(task.title)))
    if session.exec(select(Evidence.id).where(col(Evidence.incident_id) == incident_id).limit(1)).first():
        found.setdefault("logs_secured", worded("evidence is kept"))
    sent = (col(Filing.incident_id) == incident_id, col(Filing.submitted_at).is_not(None))
    if session.exec(select(Filing.id).where(*sent).limit(1)).first():
        found.setdefault("authority", worded("a filing was submitted"))
    return found


@dataclass(frozen=True, slots=True)
class ToldMeasures:
    """Measures that notices of the incident tell as taken and as planned, each with the notice that does."""

    taken: dict[str, str] = field(default_factory=dict)
    planned: dict[str, str] = field(default_factory=dict)


def measures_told(session: Session, keys: Keys, actor: Actor, incident_id: UUID) -> ToldMeasures:
    """What the notices in work and sent say is done, so that an authority and the people are told the same.

    What one tells as taken is not planned any more. Raises NotFound and Forbidden by permission.
    """
    require(actor, Action.READ, access_to(session, incident_id))
    kept = (col(Notice.incident_id) == incident_id, col(Notice.discarded_at).is_(None))
    told = ToldMeasures()
    for notice in session.exec(select(Notice).where(*kept).order_by(col(Notice.created_at), col(Notice.id))):
        account = read_draft(keys.open(session, notice.draft_sealed, draft_place(incident_id, notice.id))).account
        why = worded("told in “{notice}”", notice=TITLES[NoticeKind(notice.kind)])
        for found, said in ((told.taken, account.taken), (told.planned, account.planned)):
            for word in said:
                found.setdefault(word, why)
    for word in told.taken:
        told.planned.pop(word, None)
    return told
