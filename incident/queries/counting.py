"""How many people of a release are in each state: counted at most once a second where there are very many."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Uuid, and_, bindparam, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from incident.models.releasing import OpenedChannel
from notifications import ledger
from notifications.models import Channel, Delivery, DeliveryState

KEPT_SECONDS = 1.0
KEPT_FROM = 20_000  # rows; fewer are counted anew each time

REACHED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)  # what counts as told
Counts = Mapping[DeliveryState, int]


@dataclass
class _Kept:
    """Of one database: release → when it was counted (this process's seconds), and what was found."""

    found: dict[UUID, tuple[float, Counts]] = field(default_factory=dict)
    turn: threading.Lock = field(default_factory=threading.Lock)


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def counts_of(session: Session, release_id: UUID) -> Counts:
    """The rows of a release by state, each person once; of a very large one as they were at most a second ago.

    Rows in the product of people whom no mail reached stand beside the mail's own and are left out. Everybody in
    this process who watches the same release has the same count.
    """
    bind = session.get_bind()
    kept = _kept.setdefault(bind if isinstance(bind, Engine) else bind.engine, _Kept())
    last = kept.found.get(release_id)
    if last is not None and time.monotonic() - last[0] < KEPT_SECONDS:
        return last[1]
    with kept.turn:
        begun = time.monotonic()
        found = _counted(session, release_id)
        kept.found.pop(release_id, None)
        if sum(found.values()) >= KEPT_FROM:
            kept.found[release_id] = (begun, found)
    return found


def _counted(session: Session, release_id: UUID) -> dict[DeliveryState, int]:
    """By the index over releases and states alone, less the few rows that were made for another channel."""
    found = ledger.counts(session, release_id)
    for state, number in session.execute(BESIDE, {"release_id": release_id}).all():
        found[DeliveryState(state)] -= number
    return {state: number for state, number in found.items() if number > 0}


def _beside() -> Select[str, int]:
    """Rows in the product of people whom no mail reached, of one release by state; built once."""
    mail, shown, mine = aliased(Delivery), aliased(Delivery), bindparam("release_id", type_=Uuid())
    opened = (col(OpenedChannel.release_id) == mine, col(OpenedChannel.channel) == Channel.IN_APP.value)
    same = [getattr(mail, name) == getattr(shown, name) for name in ("occasion", "person", "address_version")]
    return (
        select(shown.state, func.count())
        .select_from(OpenedChannel)
        .join(mail, col(mail.id) == col(OpenedChannel.delivery_id))
        .join(shown, and_(*same, col(shown.channel) == Channel.IN_APP, col(shown.release_id) == mine))
        .where(*opened)
        .group_by(col(shown.state))
    )


BESIDE = _beside()
