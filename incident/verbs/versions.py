"""Two who change one incident at once: they wait for each other, and who decided on what was is told to read again."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.errors import LostRace, NotFound
from incident.models.incidents import Incident
from incident.verbs.act import Act
from notifications.wording import worded


def count_decision(act: Act, incident_id: UUID, version: int) -> int:
    """Raise the version from the one the caller saw. Raises LostRace when it is no longer that, NotFound."""
    mine = (col(Incident.id) == incident_id, col(Incident.version) == version)
    statement = update(Incident).where(*mine).values(version=version + 1).returning(col(Incident.version))
    raised = act.session.execute(statement).scalar_one_or_none()
    if raised is not None:
        return int(raised)
    actual = act.session.exec(select(Incident.version).where(col(Incident.id) == incident_id)).first()
    if actual is None:
        raise NotFound(worded("There is no such incident."))
    raise LostRace(version, actual)


def lock_incident(act: Act, incident_id: UUID) -> None:
    """Make two writers of one incident's law wait for each other (PostgreSQL; SQLite has one writer anyway).

    Rows that point at the incident can be added meanwhile: who adds one and waits for this one's chain would else be
    waited for in turn. Raises NotFound.
    """
    query = select(Incident.id).where(col(Incident.id) == incident_id).with_for_update(key_share=True)
    if act.session.exec(query).first() is None:
        raise NotFound(worded("There is no such incident."))
