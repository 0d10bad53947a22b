"""What a request finds at the edge: the store, the keys, the clock, the settings, and one way to run a verb."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from sqlmodel import Session

from incident.roles import Actor
from incident.settings import Settings
from incident.verbs.act import Act
from notifications.clock import Clock
from notifications.sealing import Keys
from notifications.store import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Edge:
    """The parts of one installation as a request sees them."""

    store: Store
    keys: Keys
    clock: Clock
    settings: Settings

    @classmethod
    def of(cls, request: Request) -> "Edge":
        state = request.app.state
        return cls(state.store, state.keys, state.clock, state.settings)

    def write(self, actor: Actor, verb: Callable[[Act], T]) -> T:
        """Run one verb in one transaction, committed when this returns. The moment is read once, before a retry."""
        now = self.clock.now()
        return self.store.write(lambda session: verb(Act(session, self.keys, actor, now)))

    def read(self) -> AbstractContextManager[Session]:
        return self.store.read()
