"""Deadlines over all incidents a person may see: the next first, for the page, the wall and the calendar."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from incident.calendars import address_digest
from incident.deadlines import Standing
from incident.models.desk import DeadlineFeed
from incident.models.incidents import Incident
from incident.models.law import Obligation
from incident.models.people import UserAccount
from incident.queries.access import incidents_seen
from incident.queries.duties import DutyLine, OpenDuty, counted_once, line_of, open_duties
from incident.queries.seats import actor_of
from incident.roles import Action, Actor, may, require


@dataclass(frozen=True, slots=True)
class DueLine:
    """An open obligation with a moment, and the incident it belongs to."""

    incident: Incident
    line: DutyLine

    @property
    def moment(self) -> datetime:
        assert self.line.moment is not None
        return self.line.moment


@dataclass(frozen=True, slots=True)
class Waiting:
    """Duties of one incident of which no clock runs: they wait for something, or their law names no number."""

    codename: str
    blocked: int
    undated: int


@dataclass(frozen=True, slots=True)
class DeadlinesFound:
    """The obligations of the next moments, the next first; how many moments and open duties there are in all.

    A moment is one of one incident. `counts` and `waiting` count a duty that is owed to many once.
    """

    lines: Sequence[DueLine]
    moments: int
    counts: Counter[Standing]
    waiting: tuple[Waiting, ...]


def read_deadlines(session: Session, actor: Actor, now: datetime, moments: int | None = None) -> DeadlinesFound:
    """Open obligations of every incident one may see: of the next `moments`, or of all. Raises Forbidden."""
    require(actor, Action.READ, None)
    incidents = {one.id: one for one in incidents_seen(session, actor)}
    counted: dict[tuple[object, ...], OpenDuty] = {}
    dated: dict[tuple[datetime, str], list[UUID]] = {}
    for one in open_duties(session, list(incidents)):
        stands, codename = one.stands(now), incidents[one.incident_id].codename
        counted[codename, *counted_once(one, stands)] = one
        if one.moment is not None and stands is not Standing.BLOCKED:
            dated.setdefault((one.moment, codename), []).append(one.id)
    shown = [identity for moment in sorted(dated)[:moments] for identity in sorted(dated[moment], key=str)]
    rows = session.exec(select(Obligation).where(col(Obligation.id).in_(shown))).all()
    lines = {row.id: DueLine(incidents[row.incident_id], line_of(row, now)) for row in rows}
    return DeadlinesFound(
        [lines[identity] for identity in shown if identity in lines],
        len(dated),
        Counter(one.stands(now) for one in counted.values()),
        _waiting(counted, now),
    )


def _waiting(counted: Mapping[tuple[object, ...], OpenDuty], now: datetime) -> tuple[Waiting, ...]:
    blocked: Counter[str] = Counter()
    undated: Counter[str] = Counter()
    for (codename, *_), one in counted.items():
        if one.stands(now) is Standing.BLOCKED:
            blocked[str(codename)] += 1
        elif one.moment is None:
            undated[str(codename)] += 1
    return tuple(Waiting(name, blocked[name], undated[name]) for name in sorted({*blocked, *undated}))


def has_feed(session: Session, actor: Actor) -> bool:
    """Whether the address of this person's calendar was made."""
    return session.get(DeadlineFeed, actor.id) is not None


def behind_feed(session: Session, token: str, now: datetime) -> Sequence[DueLine] | None:
    """What the calendar behind an address shows: what its person may see now. None where the address opens nothing."""
    joined = select(UserAccount).join(DeadlineFeed, col(DeadlineFeed.user_id) == col(UserAccount.id))
    account = session.exec(joined.where(col(DeadlineFeed.digest) == address_digest(token))).first()
    actor = actor_of(account) if account else None
    return read_deadlines(session, actor, now).lines if actor and may(actor, Action.READ, None) else None
