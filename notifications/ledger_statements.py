"""What a sender says to the ledger for every mail: claim, begin, record. Compiled once; the same on both databases."""

from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, func, or_, select, update

from notifications.columns import BigId, UtcDateTime
from notifications.ledger_conditions import FREE, ROW, TABLE, as_release_says, may_go
from notifications.models import INTERNAL, WAITING, Channel, DeliveryState
from notifications.prepared import Among, Batch, Prepared

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
WRITTEN = ("state", "next_at", "deferrals", "settled_at", "reply_code", "reply_enhanced", "reply_text", "provider_id")


def claim_words(waiting: Any, *order: Any) -> Any:
    """`SKIP LOCKED` lets workers on PostgreSQL pass each other; SQLite has one writer and drops the clause."""
    chosen = (
        select(ROW.id)
        .where(waiting, ROW.channel == Channel.EMAIL, ROW.next_at <= NOW)
        .order_by(*(order or (ROW.next_at, ROW.id)))
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True, of=TABLE)
        .cte("chosen")
    )
    values = {"state": DeliveryState.CLAIMED, "attempt": ROW.attempt + 1, "worker": WORKER, "lease_until": UNTIL}
    return update(TABLE).where(ROW.id.in_(select(chosen.c.id))).values(values)


def _begin() -> Any:
    mine = (Among(ROW.id, "rows"), ROW.attempt == bindparam("tried", type_=Integer), ROW.worker == WORKER)
    values = {
        "state": DeliveryState.TRANSMITTING,
        "lease_until": UNTIL,
        "first_transmitting_at": func.coalesce(ROW.first_transmitting_at, NOW),
    }
    return update(TABLE).where(*mine, ROW.state == DeliveryState.CLAIMED, may_go()).values(values)


def _write_back(value: Any, *wanted: Any) -> Any:
    values = {name: value(name) for name in WRITTEN} | FREE
    values["possible_duplicate"] = or_(ROW.possible_duplicate, ROW.state == DeliveryState.UNCERTAIN)
    return update(TABLE).where(ROW.id == value("row"), ROW.attempt == value("tried"), *wanted).values(values)


def _put_off(value: Any) -> Any:
    mine = (ROW.id == value("row"), ROW.attempt == value("tried"), ROW.worker == WORKER)
    values = {"state": as_release_says(), "next_at": value("until"), **FREE}
    return update(TABLE).where(*mine, ROW.state == DeliveryState.CLAIMED).values(values)


TRANSMITTING = ROW.state == DeliveryState.TRANSMITTING
NEW = {name: ROW[name].type for name in WRITTEN}
CLAIM = Prepared(claim_words(and_(WAITING, ROW.release_id.is_not(None), may_go())), *COLUMNS)
CLAIM_INTERNAL = Prepared(claim_words(INTERNAL), *COLUMNS)
PUT_OFF = Batch(_put_off, row=BigId, tried=Integer(), until=UtcDateTime())
BEGIN = Prepared(_begin(), ROW.id)
# A sender's own rows; and those of nobody, whose end was unknown or has become so.
RECORD = Batch(lambda value: _write_back(value, TRANSMITTING, ROW.worker == WORKER), row=BigId, tried=Integer(), **NEW)
SETTLE = Batch(
    lambda value: _write_back(value, or_(TRANSMITTING, ROW.state == DeliveryState.UNCERTAIN)),
    row=BigId,
    tried=Integer(),
    **NEW,
)
