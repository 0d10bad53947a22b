"""Who has an incident open: now, a minute ago, or no more."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from incident.models.desk import Presence
from incident.queries.people import people_named

HERE = timedelta(seconds=20)  # a process repeats itself every 10 s: it missed one
GONE = timedelta(minutes=1)  # nothing of presence is shown or kept for longer
TURNING = timedelta(seconds=2)  # from one page of an incident to its next nobody is seen to leave


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has the incident open, on which tab. `here`: at this moment, else within the last minute."""

    user_id: UUID
    name: str
    section: str
    here: bool


@dataclass(frozen=True, slots=True)
class Attended:
    """For each incident a number that changes with who is there; whether there are rows of no use any more."""

    states: dict[UUID, int]
    stale: bool


def others_at(session: Session, incident_id: UUID, reader: UUID, now: datetime) -> tuple[Present, ...]:
    """Who else has an incident open, by name; for callers that have read the incident."""
    rows = session.exec(select(Presence).where(col(Presence.incident_id) == incident_id)).all()
    shown = _by_person(row for row in rows if row.user_id != reader)
    latest = {key: row for key, of_one in shown.items() if (row := _latest(of_one, now)) is not None}
    names = people_named(session, latest.keys()) if latest else {}
    found = (Present(key, names.get(key, ""), row.section, _here(row, now)) for key, row in latest.items())
    return tuple(sorted((one for one in found if one.name), key=lambda one: (not one.here, one.name, one.user_id)))


def attended(session: Session, now: datetime) -> Attended:
    """How every incident that somebody has open stands."""
    rows = session.exec(select(Presence)).all()
    states: dict[UUID, list[tuple[UUID, str, bool]]] = defaultdict(list)
    for (incident_id, user_id), of_one in _by_place(rows).items():
        if (row := _latest(of_one, now)) is not None:
            states[incident_id].append((user_id, row.section, _here(row, now)))
    numbers = {incident_id: hash(tuple(sorted(found))) for incident_id, found in states.items()}
    return Attended(numbers, any(is_stale(row, now) for row in rows))


def is_stale(row: Presence, now: datetime) -> bool:
    """Whether a row says nothing any more."""
    return now - row.seen_at >= GONE or (row.left_at is not None and now - row.left_at >= TURNING)


def _latest(rows: Iterable[Presence], now: datetime) -> Presence | None:
    """Of the pages one person has open, the one that is surely open and was opened last."""
    open_ones = [row for row in rows if not is_stale(row, now)]
    return max(open_ones, key=lambda row: (row.left_at is None, _here(row, now), row.opened_at), default=None)


def _here(row: Presence, now: datetime) -> bool:
    return now - row.seen_at < HERE


def _by_person(rows: Iterable[Presence]) -> dict[UUID, list[Presence]]:
    found: dict[UUID, list[Presence]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append(row)
    return found


def _by_place(rows: Iterable[Presence]) -> dict[tuple[UUID, UUID], list[Presence]]:
    found: dict[tuple[UUID, UUID], list[Presence]] = defaultdict(list)
    for row in rows:
        found[row.incident_id, row.user_id].append(row)
    return found
