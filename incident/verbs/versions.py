"""Count a decision in the incident's version, so that of two people deciding at once one is told to read again."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from incident.errors import LostRace, NotFound
from incident.models.incidents import Incident
from incident.verbs.act import Act


def count_decision(act: Act, incident_id: UUID, version: int) -> int:
    """Raise the version from the one the caller saw. Raises LostRace when it is no longer that, NotFound."""
    mine = (col(Incident.id) == incident_id, col(Incident.version) == version)
    statement = update(Incident).where(*mine).values(version=version + 1).returning(col(Incident.version))
    raised = act.session.execute(statement).scalar_one_or_none()
    if raised is not None:
        return int(raised)
    actual = act.session.exec(select(Incident.version).where(col(Incident.id) == incident_id)).first()
    if actual is None:
        raise NotFound("There is no such incident.")
    raise LostRace(version, actual)
