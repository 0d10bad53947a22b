"""Reminders as rows: made with their deadline, sent once, superseded by later ones or when the deadline is settled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from incident.deadlines import Threshold, thresholds, verdict
from incident.models.law import Obligation, Reminder
from incident.queries.duties import deadline_of
from notifications.ids import new_id

SETTLED = "settled"
MOVED = "moved"


def keep_reminders(session: Session, obligations: Iterable[Obligation], now: datetime) -> None:
    """Make the reminders these deadlines have and lack, and take back the unsent ones of deadlines that are gone.

    A moved deadline is another deadline: its reminders are other rows. One that moves back finds its own again.
    """
    rows = list(obligations)
    existing = _existing(session, [row.id for row in rows])
    new: list[dict[str, object]] = []
    for row in rows:
        deadline = deadline_of(row)
        have = existing.get(row.id, [])
        moment = deadline.moment if deadline.is_open and not deadline.blocked else None
        for reminder in have:
            _follow(reminder, moment, now)
        session.add_all(have)
        if moment is None:
            continue
        known = {reminder.threshold for reminder in have if reminder.due_at == moment}
        new.extend(_row(row.id, item, moment) for item in thresholds(deadline, now) if item.name not in known)
    session.flush()
    if new:
        session.execute(insert(Reminder), new)


def fire(session: Session, obligations: Sequence[Obligation], now: datetime) -> dict[UUID, Reminder]:
    """Of each obligation's waiting reminders take the latest that has come; earlier ones are superseded by it.

    The rows are taken by conditional update, so that of two sweeps only one gets each. Returns obligation id → the
    reminder to send now. Those a deadline has only since it is late are made first.
    """
    keep_reminders(session, obligations, now)
    waiting = _existing(session, [row.id for row in obligations])
    chosen: dict[UUID, UUID] = {}
    stood_for: dict[str, list[UUID]] = {}
    for obligation_id, reminders in waiting.items():
        rows = {reminder.threshold: reminder for reminder in reminders if _waits(reminder)}
        found = verdict((Threshold(row.threshold, row.fires_at) for row in rows.values()), now)
        if found.send is not None:
            chosen[rows[found.send.name].id] = obligation_id
            earlier = [rows[item.name].id for item in found.superseded]
            stood_for.setdefault(found.send.name, []).extend(earlier)
    taken = _take(session, list(chosen), {"sent_at": now})
    for name, ids in stood_for.items():
        _take(session, ids, {"superseded_at": now, "superseded_by": name})
    sent = session.exec(select(Reminder).where(col(Reminder.id).in_(taken))).all() if taken else []
    return {row.obligation_id: row for row in sent}


def _follow(reminder: Reminder, moment: datetime | None, now: datetime) -> None:
    if _waits(reminder) and reminder.due_at != moment:
        reminder.superseded_at, reminder.superseded_by = now, MOVED if moment else SETTLED
    elif reminder.due_at == moment and reminder.superseded_by in (MOVED, SETTLED):
        reminder.superseded_at, reminder.superseded_by = None, ""


def _take(session: Session, ids: Sequence[UUID], values: Mapping[str, object]) -> list[UUID]:
    if not ids:
        return []
    still = (col(Reminder.id).in_(ids), col(Reminder.sent_at).is_(None), col(Reminder.superseded_at).is_(None))
    statement = update(Reminder).where(*still).values(**values).returning(col(Reminder.id))
    return list(session.execute(statement).scalars().all())


def _existing(session: Session, obligation_ids: Sequence[UUID]) -> dict[UUID, list[Reminder]]:
    found: dict[UUID, list[Reminder]] = {}
    if obligation_ids:
        query = select(Reminder).where(col(Reminder.obligation_id).in_(obligation_ids))
        for row in session.exec(query.order_by(col(Reminder.fires_at))).all():
            found.setdefault(row.obligation_id, []).append(row)
    return found


def _waits(reminder: Reminder) -> bool:
    return reminder.sent_at is None and reminder.superseded_at is None


def _row(obligation_id: UUID, item: Threshold, moment: datetime) -> dict[str, object]:
    named = {"threshold": item.name, "due_at": moment, "fires_at": item.fires_at}
    return {"id": new_id(), "obligation_id": obligation_id, **named, "superseded_by": ""}
