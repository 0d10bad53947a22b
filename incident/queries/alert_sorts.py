"""The alerts of an incident counted by what reads alike, and one sort of them alert by alert, a page at a time."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from incident.adapters.signals import SignalState
from incident.models.incidents import Severity
from incident.models.intake import SignalRow, Source
from incident.queries.access import access_to
from incident.queries.sources import SignalLine, signal_line
from incident.roles import Action, Actor, require
from notifications.sealing import Keys

SHOWN = 50  # sorts of an incident, and alerts of a page
RANK = case({severity: rank for rank, severity in enumerate(Severity)}, value=col(SignalRow.severity))
FIRING = func.sum(case((col(SignalRow.state) == SignalState.FIRING.value, 1), else_=0))


@dataclass(frozen=True, slots=True)
class Sort:
    """Alerts that read alike. `one` is the first of them as it was heard; `severity` is that of the gravest.

    `alerts` are told apart by their key, `starts` by when they began as well, and `firing` of these go on.
    """

    digest: str
    one: SignalLine
    severity: str
    alerts: int
    starts: int
    firing: int
    heard: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Sorts:
    """The sorts of an incident, the gravest first, of those the largest; `alerts` and `firing` count all of them."""

    shown: tuple[Sort, ...]
    number: int
    alerts: int
    firing: int


@dataclass(frozen=True, slots=True)
class AlertCount:
    """One alert by its key, as it was when it began last: how often it began, how often it was heard, since when."""

    one: SignalLine
    starts: int
    firing: int


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """A page of the alerts of one sort, those heard of last first; `number` of them in all."""

    shown: tuple[AlertCount, ...]
    number: int


def count_alerts(session: Session, actor: Actor, incident_id: UUID) -> int:
    """How many alerts an incident has, each start by itself. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = col(SignalRow.incident_id) == incident_id
    return int(session.exec(select(func.count()).select_from(SignalRow).where(mine)).one())


def read_sorts(session: Session, keys: Keys, actor: Actor, incident_id: UUID, limit: int = SHOWN) -> Sorts:
    """The alerts of an incident by what reads alike. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    query = (
        select(
            SignalRow.alike_digest,
            func.min(RANK),
            func.count(col(SignalRow.key).distinct()),
            func.count(),
            FIRING,
            func.sum(SignalRow.seen),
            func.min(SignalRow.first_seen_at),
            func.max(SignalRow.last_seen_at),
        )  # type: ignore[call-overload]
        .where(col(SignalRow.incident_id) == incident_id)
        .group_by(col(SignalRow.alike_digest))
    )
    found = sorted(session.exec(query).all(), key=lambda row: (row[1], -row[3], row[0]))
    first = _firsts(session, keys, incident_id, [row[0] for row in found[:limit]])
    shown = []
    for digest, rank, alerts, starts, firing, heard, first_at, last_at in found[:limit]:
        counts = (int(alerts), int(starts), int(firing), int(heard))
        shown.append(Sort(digest, first[digest], list(Severity)[rank].value, *counts, first_at, last_at))
    return Sorts(tuple(shown), len(found), sum(int(row[2]) for row in found), sum(int(row[4]) for row in found))


def read_alerts(
    session: Session, keys: Keys, actor: Actor, incident_id: UUID, digest: str, page: int = 1
) -> AlertsPage:
    """One page of the alerts of a sort. Raises NotFound and Forbidden by permission."""
    require(actor, Action.READ, access_to(session, incident_id))
    mine = (col(SignalRow.incident_id) == incident_id, col(SignalRow.alike_digest) == digest)
    number = int(session.exec(select(func.count(col(SignalRow.key).distinct())).where(*mine)).one())
    last = func.max(SignalRow.last_seen_at)
    counted = (
        select(SignalRow.key, func.count(), FIRING, func.sum(SignalRow.seen), func.min(SignalRow.first_seen_at), last)  # type: ignore[call-overload]
        .where(*mine)
        .group_by(col(SignalRow.key))
        .order_by(last.desc(), col(SignalRow.key))
        .offset((page - 1) * SHOWN)
        .limit(SHOWN)
    )
    counts = session.exec(counted).all()
    latest = _latest(session, keys, incident_id, [row[0] for row in counts])
    shown = []
    for key, starts, firing, heard, first_at, last_at in counts:
        one = replace(latest[key], first_seen_at=first_at, last_seen_at=last_at, seen=int(heard))
        shown.append(AlertCount(one, int(starts), int(firing)))
    return AlertsPage(tuple(shown), number)


def _firsts(session: Session, keys: Keys, incident_id: UUID, of: list[str]) -> dict[str, SignalLine]:
    """The first alert of each of these sorts."""
    order = (col(SignalRow.first_seen_at), col(SignalRow.id))
    numbered = func.row_number().over(partition_by=col(SignalRow.alike_digest), order_by=order).label("number")
    mine = (col(SignalRow.incident_id) == incident_id, col(SignalRow.alike_digest).in_(of))
    inner = select(SignalRow.id, numbered).where(*mine).subquery()
    query = (
        select(SignalRow, Source.slug)
        .join(Source, col(Source.id) == col(SignalRow.source_id))
        .join(inner, inner.c.id == col(SignalRow.id))
        .where(inner.c.number == 1)
    )
    return {row.alike_digest: signal_line(session, keys, row, slug) for row, slug in session.exec(query).all()}


def _latest(session: Session, keys: Keys, incident_id: UUID, of: list[str]) -> dict[str, SignalLine]:
    """Of each key the row that began last."""
    query = (
        select(SignalRow, Source.slug)
        .join(Source, col(Source.id) == col(SignalRow.source_id))
        .where(col(SignalRow.incident_id) == incident_id, col(SignalRow.key).in_(of))
        .order_by(col(SignalRow.first_seen_at), col(SignalRow.id))
    )
    rows = {row.key: (row, slug) for row, slug in session.exec(query).all()}
    return {key: signal_line(session, keys, row, slug) for key, (row, slug) in rows.items()}
