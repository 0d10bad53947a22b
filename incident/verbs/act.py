"""What every verb is given: the transaction it runs in, the keys it seals with, who acts, and when."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from incident.models.entries import incident_subject
from incident.queries.access import access_to
from incident.roles import Action, Actor, require
from notifications.sealing import Keys, Place


@dataclass(frozen=True, slots=True)
class Act:
    """One act inside one `store.write`: its session, key ring, actor and moment (aware, UTC).

    Build it at the edge: `store.write(lambda session: note(Act(session, keys, actor, clock.now()), …))`.
    """

    session: Session
    keys: Keys
    actor: Actor
    now: datetime

    def require(self, action: Action, incident_id: UUID | None = None) -> None:
        """Raise Forbidden or NotFound unless the actor may do this, to this incident where one is named."""
        access = access_to(self.session, incident_id) if incident_id is not None else None
        require(self.actor, action, access)

    def seal(self, value: str, place: Place) -> bytes:
        return self.keys.seal(self.session, value, place)

    def open(self, blob: bytes, place: Place) -> str:
        return self.keys.open(self.session, blob, place)

    def by(self, actor: Actor) -> "Act":
        """The same act by another actor: what the system does in consequence of a person's verb."""
        return replace(self, actor=actor)


def place_in(incident_id: UUID, table: str, column: str, row: object) -> Place:
    """A place under an incident's data key."""
    return Place(table, column, str(row), incident_subject(incident_id))
