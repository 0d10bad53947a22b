"""Which alerts are known, and which open incidents there are for them: looked up for a whole delivery at once."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import and_, case, func, or_
from sqlmodel import Session, col, select

from incident.adapters.signals import Severity, Signal, SignalState
from incident.models import incidents
from incident.models.incidents import Incident
from incident.models.intake import SignalRow
from incident.phases import FINAL
from incident.roles import Visibility

T = TypeVar("T")
Identity = tuple[str, str]
LONGEST_KEY = 300
EVERY_START = "every start"  # stands where an end without a start is kept: it ends what began before it
AT_ONCE = 500  # looked up by one statement
FLOOD, WITHIN = 20, timedelta(hours=1)
"""A source that opened so many incidents within so long opens no more: what would open one joins the latest of them."""
STORM, RAGING = 50, timedelta(minutes=10)
"""So many alerts of a source within so long in one incident are a storm."""
FLAP_WITHIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Home:
    """An incident that alerts may join, as far as joining asks."""

    id: UUID
    severity: Severity
    kind: str
    restricted: bool


@dataclass(frozen=True, slots=True)
class Starts:
    """How often an alert of one key began in incidents: ever, and lately."""

    ever: int = 0
    lately: int = 0


HOME = (col(Incident.id), col(Incident.severity), col(Incident.kind), col(Incident.visibility))


def identity_of(signal: Signal) -> Identity:
    """Tells one alert from the next: key, and when it began by the monitor's word; an end without is of every start."""
    began = signal.started_at.isoformat() if signal.started_at else signal.labels.get("started_at_as_sent", "")
    if not began and signal.state is SignalState.RESOLVED:
        began = EVERY_START
    return signal.key[:LONGEST_KEY], began[:64]


def known_alerts(session: Session, source_id: UUID, signals: Iterable[Signal]) -> dict[Identity, SignalRow]:
    """The rows of those of the alerts that are known; an alert that began anew is another one.

    With them come the rows without a start of the same keys, and what fires where an end without a start ends it.
    """
    wanted = {identity_of(signal) for signal in signals}
    found: dict[Identity, SignalRow] = {}
    for some in _pieces(sorted(wanted)):
        keys = {key for key, _ in some}
        ended = {key for key, began in some if began == EVERY_START}
        near = or_(
            col(SignalRow.started_at_text).in_({began for _, began in some}),
            col(SignalRow.started_at).is_(None),
            and_(col(SignalRow.key).in_(ended), col(SignalRow.state) == SignalState.FIRING.value),
        )
        mine = (col(SignalRow.source_id) == source_id, col(SignalRow.key).in_(keys), near)
        for row in session.exec(select(SignalRow).where(*mine)).all():
            found[row.key, row.started_at_text] = row
    return found


def starts_of(session: Session, source_id: UUID, signals: Iterable[Signal], at: datetime) -> dict[str, Starts]:
    """How often each of the alerts began before, by key; only of those that did."""
    found: dict[str, Starts] = {}
    lately = func.sum(case((col(SignalRow.first_seen_at) > at - FLAP_WITHIN, 1), else_=0))
    for some in _pieces(sorted({identity_of(signal)[0] for signal in signals})):
        mine = (col(SignalRow.source_id) == source_id, col(SignalRow.key).in_(some))
        query = (
            select(SignalRow.key, func.count(), lately)
            .where(*mine, col(SignalRow.incident_id).is_not(None))
            .group_by(col(SignalRow.key))
        )
        found |= {key: Starts(int(ever), int(late)) for key, ever, late in session.exec(query).all()}
    return found


def live_homes(session: Session, source_id: UUID, groups: Iterable[str]) -> dict[str, Home]:
    """The open incident of each group that has one; of several the one opened last."""
    homes: dict[str, Home] = {}
    for some in _pieces(sorted(groups)):
        mine = (col(SignalRow.source_id) == source_id, col(SignalRow.group_digest).in_(some))
        # First the few pairs, from the index alone: of one group there may be ten thousand rows.
        pairs = select(SignalRow.group_digest, SignalRow.incident_id).where(*mine).distinct().subquery()
        query = (
            select(pairs.c.group_digest, *HOME, Incident.opened_at)  # type: ignore[call-overload]
            .join(pairs, pairs.c.incident_id == col(Incident.id))
            .where(col(Incident.phase).not_in(FINAL))
            .order_by(col(Incident.opened_at), col(Incident.id))
        )
        homes |= {group: _home(*home) for group, *home, _ in session.exec(query).all()}
    return homes


def over_home(session: Session, source_id: UUID, group: str, since: datetime) -> Home | None:
    """The incident of the group that was closed or dismissed last, if that was after `since`."""
    mine = (col(SignalRow.source_id) == source_id, col(SignalRow.group_digest) == group)
    over = (col(Incident.phase).in_(FINAL), col(Incident.closed_at) > since)
    query = (
        select(*HOME)
        .join(SignalRow, col(Incident.id) == col(SignalRow.incident_id))
        .where(*mine, *over)
        .order_by(col(Incident.closed_at).desc(), col(Incident.id))
        .limit(1)
    )
    return next((_home(*row) for row in session.exec(query).all()), None)


def alike_homes(
    session: Session, source_id: UUID, digests: Collection[str], at: datetime, within: timedelta
) -> dict[str, list[Home]]:
    """Open incidents in which an alert that reads alike was heard so near to this moment; the first opened first."""
    homes: dict[str, list[Home]] = {}
    for some in _pieces(sorted(digests)):
        mine = (col(SignalRow.source_id) == source_id, col(SignalRow.alike_digest).in_(some))
        pairs = select(SignalRow.alike_digest, SignalRow.incident_id).where(*mine).distinct().subquery()
        same = (col(SignalRow.incident_id) == pairs.c.incident_id, col(SignalRow.alike_digest) == pairs.c.alike_digest)
        near = (col(SignalRow.last_seen_at) >= at - within, col(SignalRow.first_seen_at) <= at + within)
        query = (
            select(pairs.c.alike_digest, *HOME, Incident.opened_at)  # type: ignore[call-overload]
            .join(pairs, pairs.c.incident_id == col(Incident.id))
            .where(col(Incident.phase).not_in(FINAL), select(SignalRow.id).where(*same, *near).exists())
            .order_by(col(Incident.opened_at), col(Incident.id))
        )
        for digest, *home, _ in session.exec(query).all():
            homes.setdefault(digest, []).append(_home(*home))
    return homes


def storms(session: Session, source_id: UUID, at: datetime) -> list[Home]:
    """Open incidents in which a storm of the source rages at this moment, the first opened first."""
    lately = (col(SignalRow.source_id) == source_id, col(SignalRow.first_seen_at) > at - RAGING)
    query = (
        select(*HOME, Incident.opened_at)  # type: ignore[call-overload]
        .join(SignalRow, col(Incident.id) == col(SignalRow.incident_id))
        .where(*lately, col(SignalRow.first_seen_at) <= at + RAGING, col(Incident.phase).not_in(FINAL))
        .group_by(*HOME, col(Incident.opened_at))
        .having(func.count() >= STORM)
        .order_by(col(Incident.opened_at), col(Incident.id))
    )
    return [_home(*home) for *home, _ in session.exec(query).all()]


def sorts_in(session: Session, incident_id: UUID) -> dict[str, int]:
    """How many alerts of each sort an incident has."""
    query = select(SignalRow.alike_digest, func.count()).where(col(SignalRow.incident_id) == incident_id)
    return {digest: int(number) for digest, number in session.exec(query.group_by(col(SignalRow.alike_digest))).all()}


def recently_opened(session: Session, source_id: UUID, now: datetime) -> list[Home]:
    """Open incidents that alerts of the source brought up lately, the latest last, no more than make a flood."""
    mine = (col(SignalRow.incident_id) == col(Incident.id), col(SignalRow.source_id) == source_id)
    query = (
        select(*HOME)
        .where(col(Incident.opened_at) > now - WITHIN, col(Incident.phase).not_in(FINAL))
        .where(select(SignalRow.id).where(*mine).exists())
        .order_by(col(Incident.opened_at).desc(), col(Incident.id).desc())
        .limit(FLOOD)
    )
    return [_home(*home) for home in reversed(session.exec(query).all())]


def _home(incident_id: UUID, severity: incidents.Severity, kind: str, visibility: Visibility) -> Home:
    return Home(incident_id, Severity(severity.value), kind, visibility is not Visibility.OPEN)


def _pieces(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some
