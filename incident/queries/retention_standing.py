"""How retention stands over all incidents: what goes next, which holds are in force, what the last look did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.incidents import Incident
from incident.models.retention import LegalHold
from incident.queries.access import visible_incidents
from incident.queries.health import RETENTION
from incident.queries.retention import Planned, planned_purges
from incident.retention_rules import RetentionRules
from incident.roles import Action, Actor, require
from notifications.models import Heartbeat


@dataclass(frozen=True, slots=True)
class InForce:
    """A legal hold that is not lifted. `codename` "": of an incident the reader may not see."""

    codename: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class RetentionStanding:
    """`seen` are the incidents whose names the reader may know. `looked_at` None: no look was ever made.

    `did` is what the last look counted (reports finished; audiences, files, replies, conversations purged), `troubles`
    what it could not.
    """

    planned: tuple[Planned, ...]
    seen: frozenset[UUID]
    holds: tuple[InForce, ...]
    looked_at: datetime | None
    did: Mapping[str, int]
    troubles: tuple[str, ...]

    def due(self, now: datetime) -> int:
        """How much goes at the next look."""
        return sum(one.is_due(now) for one in self.planned)


def retention_standing(session: Session, actor: Actor, rules: RetentionRules, now: datetime) -> RetentionStanding:
    """Raises Forbidden."""
    require(actor, Action.ADMINISTER, None)
    seen = dict(session.exec(select(Incident.id, Incident.codename).where(visible_incidents(actor))).all())
    held = select(LegalHold).where(col(LegalHold.lifted_at).is_(None)).order_by(col(LegalHold.set_at))
    beat = session.get(Heartbeat, RETENTION)
    said = beat.document if beat else {}
    troubles = said.get("troubles")
    return RetentionStanding(
        planned=tuple(planned_purges(session, rules, now)),
        seen=frozenset(seen),
        holds=tuple(InForce(seen.get(row.incident_id, ""), row.set_at) for row in session.exec(held).all()),
        looked_at=beat.at if beat else None,
        did={name: number for name, number in said.items() if isinstance(number, int)},
        troubles=tuple(str(one) for one in troubles) if isinstance(troubles, list | tuple) else (),
    )
