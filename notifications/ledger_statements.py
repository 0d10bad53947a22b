"""What a sender says to the ledger for every mail: claim, begin, record. Compiled once; the same on both databases."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, String, and_, bindparam, func, or_, select, update

from notifications.columns import BigId, UtcDateTime
from notifications.ledger_conditions import FREE, ROW, TABLE, as_release_says, may_go
from notifications.models import INTERNAL, WAITING, Channel, DeliveryState
from notifications.prepared import Among, Batch, Change, Prepared

COLUMNS = (
    ROW.id,
    ROW.attempt,
    ROW.occasion,
    ROW.release_id,
    ROW.member_id,
    ROW.person,
    ROW.message_id,
    ROW.deferrals,
    ROW.created_at,
    ROW.give_up_at,
    ROW.first_transmitting_at,
)
WORKER, UNTIL, NOW = (
    bindparam("mine", type_=String),
    bindparam("until", type_=UtcDateTime),
    bindparam("now", type_=UtcDateTime),
)
SHARED = ("state", "next_at", "deferrals", "settled_at", "reply_code", "reply_enhanced")  # by many rows of a batch
CLAIMED = ROW.state == DeliveryState.CLAIMED


class Claim:
    """Takes rows that may be sent now. `waiting` says which; `order` in which order, by default the longest waiting.

    `SKIP LOCKED` lets workers on PostgreSQL pass each other. SQLite has one writer, so that reading the rows and taking
    them are two statements of one transaction.
    """

    def __init__(self, waiting: Any, *order: Any) -> None:
        due = (waiting, ROW.channel == Channel.EMAIL, ROW.next_at <= NOW)
        first = order or (ROW.next_at, ROW.id)
        limit = bindparam("limit", type_=Integer)
        values = {"state": DeliveryState.CLAIMED, "attempt": ROW.attempt + 1, "worker": WORKER, "lease_until": UNTIL}
        tried = [(ROW.attempt + 1).label("attempt") if one is ROW.attempt else one for one in COLUMNS]
        self._look = Prepared(select(*tried).where(*due).order_by(*first).limit(limit), *COLUMNS)
        self._take = Change(update(TABLE).where(Among(ROW.id, "rows"), WAITING).values(values))
        chosen = select(ROW.id).where(*due).order_by(*first).limit(limit).with_for_update(skip_locked=True, of=TABLE)
        taken = update(TABLE).where(ROW.id.in_(select(chosen.cte("chosen").c.id))).values(values)
        self._take_locked = Prepared(taken, *COLUMNS)

    def run(
        self, connection: Connection, mine: str, now: datetime, until: datetime, limit: int, **where: object
    ) -> list[tuple[Any, ...]]:
        """Take up to `limit` for a worker until its lease ends. Returns COLUMNS of each, the attempt its new one."""
        if connection.dialect.name != "sqlite":
            return self._take_locked.run(connection, mine=mine, now=now, until=until, limit=limit, **where)
        rows = self._look.run(connection, now=now, limit=limit, **where)
        if rows:
            self._take.run(connection, rows=[row[0] for row in rows], mine=mine, until=until)
        return rows


class Begin:
    """Marks claimed rows as transmitting whose attempt is the same, where their release lets them go."""

    def __init__(self) -> None:
        mine = (ROW.attempt == bindparam("tried", type_=Integer), ROW.worker == WORKER, CLAIMED)
        values = {
            "state": DeliveryState.TRANSMITTING,
            "lease_until": UNTIL,
            "first_transmitting_at": func.coalesce(ROW.first_transmitting_at, NOW),
        }
        these = Among(ROW.id, "rows")
        self._look = Prepared(select(ROW.id).where(these, *mine, may_go()), ROW.id)
        self._begin = Change(update(TABLE).where(these, CLAIMED).values(values))
        self._begin_at_once = Prepared(update(TABLE).where(these, *mine, may_go()).values(values), ROW.id)

    def run(
        self, connection: Connection, rows: list[int], tried: int, mine: str, now: datetime, until: datetime
    ) -> list[int]:
        """Returns which of the rows are begun."""
        if connection.dialect.name != "sqlite":
            found = self._begin_at_once.run(connection, rows=rows, tried=tried, mine=mine, now=now, until=until)
            return [row for (row,) in found]
        begun = [row for (row,) in self._look.run(connection, rows=rows, tried=tried, mine=mine)]
        if begun:
            self._begin.run(connection, rows=begun, now=now, until=until)
        return begun


def _write_back(value: Any, *wanted: Any) -> Any:
    shared = {name: bindparam(f"new_{name}", type_=ROW[name].type) for name in SHARED}
    values: dict[str, Any] = {**shared, **{name: value(name) for name in NEW}, **FREE}
    values["possible_duplicate"] = or_(ROW.possible_duplicate, ROW.state == DeliveryState.UNCERTAIN)
    return update(TABLE).where(ROW.id == value("row"), ROW.attempt == value("tried"), *wanted).values(values)


def _put_off(value: Any) -> Any:
    mine = (ROW.id == value("row"), ROW.attempt == value("tried"), ROW.worker == WORKER)
    values = {"state": as_release_says(), "next_at": value("until"), **FREE}
    return update(TABLE).where(*mine, CLAIMED).values(values)


TRANSMITTING = ROW.state == DeliveryState.TRANSMITTING
NEW = {name: ROW[name].type for name in ("reply_text", "provider_id")}
CLAIM = Claim(and_(WAITING, ROW.release_id.is_not(None), may_go()))
CLAIM_INTERNAL = Claim(INTERNAL)
PUT_OFF = Batch(_put_off, row=BigId, tried=Integer(), until=UtcDateTime())
BEGIN = Begin()
# A sender's own rows; and those of nobody, whose end was unknown or has become so.
RECORD = Batch(lambda value: _write_back(value, TRANSMITTING, ROW.worker == WORKER), row=BigId, tried=Integer(), **NEW)
SETTLE = Batch(
    lambda value: _write_back(value, or_(TRANSMITTING, ROW.state == DeliveryState.UNCERTAIN)),
    row=BigId,
    tried=Integer(),
    **NEW,
)
