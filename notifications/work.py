"""Which rows a worker takes: every row that is due, or those of the chunks it was called to."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from notifications import ledger
from notifications.ledger import Claimed, Worker
from notifications.store import Store


class Work(Protocol):
    """What a sender asks for rows, and an engine whether there are any.

    `looks`: how many times the usual wait passes until a look without being woken. `run` works until it is cancelled.
    """

    looks: int

    def claim(self, session: Session, worker: Worker, now: datetime, limit: int) -> list[Claimed]: ...

    def due(self, session: Session, now: datetime) -> bool: ...

    def tend(self, store: Store, now: datetime) -> None: ...

    def let_go(self, store: Store, rest: float) -> None: ...

    async def run(self, wake: Callable[[], None]) -> None: ...


class EveryRow:
    """Whatever is due in the ledger, the longest waiting first: nobody calls, nothing has to be kept up."""

    looks = 1

    def claim(self, session: Session, worker: Worker, now: datetime, limit: int) -> list[Claimed]:
        """Up to so many rows."""
        return ledger.claim(session, worker, now, limit)

    def due(self, session: Session, now: datetime) -> bool:
        """Whether there is a row to claim."""
        return ledger.anything_due(session, now)

    def tend(self, store: Store, now: datetime) -> None:
        """Nothing."""

    def let_go(self, store: Store, rest: float) -> None:
        """Nothing: nobody was promised anything."""

    async def run(self, wake: Callable[[], None]) -> None:  # noqa: ARG002 (nobody calls)
        """Waits for its end."""
        await asyncio.Event().wait()
