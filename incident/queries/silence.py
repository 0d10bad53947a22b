"""Which monitors were not heard of for as long as they should be, and which are heard of again."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from incident.models.intake import SENT_TEST, Intake, Source
from incident.models.paging import SourceWatch


def last_heard(session: Session, source_id: UUID) -> datetime | None:
    """When something of a monitor was kept last, repeats too; whatever it said."""
    mine = col(Intake.source_id) == source_id
    first = last_received(session, source_id)
    again = session.exec(
        select(func.max(Intake.last_repeat_at)).where(mine, col(Intake.last_repeat_at).is_not(None))
    ).one()
    return max((moment for moment in (first, again) if moment is not None), default=None)


def last_received(session: Session, source_id: UUID) -> datetime | None:
    """When the monitor sent something new last; a test that was sent from the console is not of the monitor."""
    own = (col(Intake.source_id) == source_id, ~col(Intake.intake_key).startswith(SENT_TEST))
    latest = select(Intake.received_at).where(*own).order_by(col(Intake.received_at).desc()).limit(1)
    return session.exec(latest).first()


def quiet_since(session: Session, watch: SourceWatch) -> datetime:
    """Since when nothing was heard, counted from when the watch began or we came back."""
    return max(watch.since, last_heard(session, watch.source_id) or watch.since)


def changed_watches(session: Session, now: datetime) -> list[UUID]:
    """Monitors that have become silent, or are heard of again, and about which nothing was done yet."""
    rows = session.exec(select(SourceWatch, Source).join(Source, col(Source.id) == col(SourceWatch.source_id))).all()
    return [source.id for watch, source in rows if has_changed(session, watch, source, now)]


def has_changed(session: Session, watch: SourceWatch, source: Source, now: datetime) -> bool:
    """Whether it is silent and was not, or was and is not any more."""
    if watch.silent_since is not None:
        heard = last_heard(session, source.id)
        return not source.enabled or (heard is not None and heard > watch.silent_since)
    return source.enabled and quiet_since(session, watch) + timedelta(minutes=watch.minutes) <= now
