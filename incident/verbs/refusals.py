"""Requests that were not taken, counted by reason and day: of a source, or of no source there is."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from incident.models.intake import Refusal, StrayRefusal
from incident.roles import Action
from incident.verbs.act import Act
from notifications.ids import new_id


def count_refusals(act: Act, source_id: UUID, reason: str, times: int = 1) -> None:
    """Count requests of a source that were refused, by reason and day (UTC)."""
    act.require(Action.REPORT)
    day = act.now.date().isoformat()
    new = Refusal(id=new_id(), source_id=source_id, reason=reason, day=day, count=times, last_at=act.now)
    _count(act, new, source_id=source_id, reason=reason, day=day)


def count_strays(act: Act, place: str, reason: str, times: int = 1) -> None:
    """Count refused requests that are of no source; `place` is the kind of address they went to, never the address."""
    act.require(Action.REPORT)
    day = act.now.date().isoformat()
    new = StrayRefusal(id=new_id(), place=place, reason=reason, day=day, count=times, last_at=act.now)
    _count(act, new, place=place, reason=reason, day=day)


def _count(act: Act, new: Refusal | StrayRefusal, **same: object) -> None:
    """So many more on the row of the day, or the first."""
    table = type(new)
    mine = [getattr(table, name) == value for name, value in same.items()]
    counted = update(table).where(*mine).values(count=col(table.count) + new.count, last_at=act.now)
    if act.session.execute(counted.returning(col(table.id))).first() is not None:
        return
    try:
        with act.session.begin_nested():
            act.session.add(new)
    except IntegrityError:  # another process counted the first one of the day
        act.session.execute(counted)
