"""What the looks at what is due share: each piece of work by itself, trouble named and in nobody's way, a heartbeat."""

import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from incident.roles import Actor
from incident.verbs.act import Act
from notifications.models import Heartbeat
from notifications.sealing import Keys
from notifications.store import Store, StoreUnavailable

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look under way. `name` stands before what it logs; `troubles` names what failed and stays due."""

    name: str
    store: Store
    keys: Keys
    actor: Actor
    now: datetime
    troubles: list[str] = field(default_factory=list)

    def read(self, query: Callable[[Session], list[UUID]]) -> list[UUID]:
        """What is due."""
        with self.store.read() as session:
            return query(session)

    def write(self, verb: Callable[[Act], T]) -> T:
        """One verb in a transaction of its own."""
        return self.store.write(lambda session: verb(Act(session, self.keys, self.actor, self.now)))

    def attempt(self, what: str, work: Callable[[], T], failed: str, *, named: bool = True) -> T | None:
        """Do one piece of work; None when it failed, so that one poisoned row keeps nothing else from being looked at.

        `failed` ends "could not be …". Work that is not `named` among the troubles is tried again in pieces. Raises
        StoreUnavailable.
        """
        try:
            return work()
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("%s: %s could not be %s", self.name, what, failed)
            if named:
                self.troubles.append(what)
            return None


def beat(session: Session, name: str, said: Mapping[str, object], now: datetime) -> None:
    """Write a heartbeat; of two that make the first one at once, either's will do."""
    document = dict(said)
    mine = update(Heartbeat).where(col(Heartbeat.name) == name).values(at=now, document=document)
    if session.execute(mine.returning(col(Heartbeat.name))).first() is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():
            session.add(Heartbeat(name=name, at=now, document=document))
