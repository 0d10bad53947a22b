"""Which alerts are known, and which open incident is the home of a group: looked up for a whole delivery at once."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from incident.adapters.signals import Signal
from incident.models.incidents import Incident
from incident.models.intake import SignalRow
from incident.phases import FINAL

T = TypeVar("T")
Identity = tuple[str, str]
LONGEST_KEY = 300
AT_ONCE = 500  # looked up by one statement
FLOOD, WITHIN = 20, timedelta(hours=1)
"""A source that opened so many incidents within so long opens no more: what would open one joins the latest of them."""


def identity_of(signal: Signal) -> Identity:
    """Tells one alert from the next: its key, and when it began by the monitor's word."""
    began = signal.started_at.isoformat() if signal.started_at else signal.hints.get("started_at_as_sent", "")
    return signal.key[:LONGEST_KEY], began[:64]


def known_alerts(session: Session, source_id: UUID, signals: Iterable[Signal]) -> dict[Identity, SignalRow]:
    """The rows of those of the alerts that are known; an alert that began anew is another one."""
    wanted = {identity_of(signal) for signal in signals}
    found: dict[Identity, SignalRow] = {}
    for some in _pieces(sorted(wanted)):
        near = (
            col(SignalRow.source_id) == source_id,
            col(SignalRow.key).in_({key for key, _ in some}),
            col(SignalRow.started_at_text).in_({began for _, began in some}),
        )
        for row in session.exec(select(SignalRow).where(*near)).all():
            found[row.key, row.started_at_text] = row
    return {identity: row for identity, row in found.items() if identity in wanted}


def live_homes(session: Session, source_id: UUID, groups: Iterable[str]) -> dict[str, UUID]:
    """The open incident of each group that has one; of several the one opened last."""
    homes: dict[str, UUID] = {}
    for some in _pieces(sorted(groups)):
        mine = (col(SignalRow.source_id) == source_id, col(SignalRow.group_digest).in_(some))
        query = (
            select(SignalRow.group_digest, Incident.id, Incident.opened_at)
            .join(Incident, col(Incident.id) == col(SignalRow.incident_id))
            .where(*mine, col(Incident.phase).not_in(FINAL))
            .distinct()
            .order_by(col(Incident.opened_at), col(Incident.id))
        )
        homes |= {group: incident_id for group, incident_id, _ in session.exec(query).all()}
    return homes


def recently_opened(session: Session, source_id: UUID, now: datetime) -> list[UUID]:
    """Open incidents that alerts of the source brought up lately, the latest last, no more than make a flood."""
    mine = (col(SignalRow.incident_id) == col(Incident.id), col(SignalRow.source_id) == source_id)
    query = (
        select(Incident.id)
        .where(col(Incident.opened_at) > now - WITHIN, col(Incident.phase).not_in(FINAL))
        .where(select(SignalRow.id).where(*mine).exists())
        .order_by(col(Incident.opened_at).desc(), col(Incident.id).desc())
        .limit(FLOOD)
    )
    return list(reversed(session.exec(query).all()))


def _pieces(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some
