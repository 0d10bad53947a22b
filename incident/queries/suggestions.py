"""Measures that an incident's own record suggests for a notice: finished tasks, kept evidence, submitted filings."""

from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.incidents import Evidence, Task
from incident.models.law import Filing
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.wording import worded


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
            found.setdefault(str(word), worded("the task “{task}” is done", task=task.step.get("title", task.key)))
    if session.exec(select(Evidence.id).where(col(Evidence.incident_id) == incident_id).limit(1)).first():
        found.setdefault("logs_secured", worded("evidence is kept"))
    sent = (col(Filing.incident_id) == incident_id, col(Filing.submitted_at).is_not(None))
    if session.exec(select(Filing.id).where(*sent).limit(1)).first():
        found.setdefault("authority", worded("a filing was submitted"))
    return found
