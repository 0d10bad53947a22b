"""The loop that posts webhooks and chat messages beside the mail engine, over the same ledger and as the same worker.

Rows are taken over from the dead, woken and given up by the engine's upkeep, which asks for no channel.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlmodel import Session

from notifications import ledger, posting
from notifications.clock import Clock
from notifications.endpoints import endpoint_of
from notifications.ledger import Worker
from notifications.notice_pushes import add_next
from notifications.posting import Turn
from notifications.store import OutcomeUnknown, Store, StoreUnavailable
from notifications.webhook_bodies import Composed
from notifications.webhooks_out import Answer, Post

log = logging.getLogger(__name__)
AT_ONCE = 8  # endpoints that are posted to at the same time
LOOK_SECONDS = 0.5
AGAIN_SECONDS = 0.25
Gone = Callable[[Session, UUID, datetime], None]


class Composing(Protocol):
    """Makes the request of a row; called in a thread."""

    def compose(self, turn: Turn) -> Composed: ...


class Posting(Protocol):
    """Makes one request."""

    async def post(self, post: Post, now: datetime) -> Answer: ...


class Poster:
    """Posts what is due, one request at a time to each endpoint.

    `worker` is the mail engine's: under another name of the same node its upkeep would take our rows for a dead
    process's. `on_gone` is called in the transaction that records that a receiver wants nothing any more.
    """

    def __init__(
        self, store: Store, clock: Clock, worker: Worker, composer: Composing, transport: Posting, on_gone: Gone
    ) -> None:
        self._store, self._clock, self._worker = store, clock, worker
        self._composer, self._transport, self._on_gone = composer, transport, on_gone
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._woken = asyncio.Event()

    async def run(self, halt: asyncio.Event) -> None:
        """Work until `halt` is set, then let requests under way end. Trouble is logged and does not end the loop."""
        waking = asyncio.create_task(self._wake_at(halt))
        try:
            while not halt.is_set():
                if not await self._take():
                    await self._rest()
            await asyncio.gather(*self._under_way.values())
        finally:
            waking.cancel()

    async def deliver(self) -> None:
        """Post everything that is due now, until nothing is."""
        while await self._take() or self._under_way:
            await asyncio.gather(*self._under_way.values())

    async def _take(self) -> int:
        """Start with what is due; returns with how many rows."""
        free, busy = AT_ONCE - len(self._under_way), tuple(self._under_way)
        try:
            turns = await asyncio.to_thread(self._claim, free, busy)
        except (StoreUnavailable, OutcomeUnknown) as error:
            log.error("poster: the database cannot be used: %s", error)
            return 0
        for turn in turns:
            task = asyncio.create_task(self._carry(turn))
            self._under_way[turn.row.person] = task
            task.add_done_callback(lambda _, person=turn.row.person: self._ended(person))  # type: ignore[misc]
        return len(turns)

    def _ended(self, person: str) -> None:
        self._under_way.pop(person, None)
        self._woken.set()

    def _claim(self, free: int, busy: tuple[str, ...]) -> list[Turn]:
        now = self._clock.now()
        with self._store.read() as session:
            if free < 1 or not posting.anything_due(session, now):
                return []
        return self._store.write(lambda session: posting.claim(session, self._worker, now, free, busy))

    async def _carry(self, turn: Turn) -> None:
        """One row from its claim to its result. What fails before the request waits for its lease to end."""
        try:
            composed = await asyncio.to_thread(self._composer.compose, turn)
            if not await asyncio.to_thread(self._store.write, lambda session: self._begin(session, turn, composed)):
                return
            assert composed.post is not None
            answer = await self._transport.post(composed.post, self._clock.now())
            await self._record(turn, answer)
        except (StoreUnavailable, OutcomeUnknown) as error:
            log.error("poster: delivery %d stands still, the database cannot be used: %s", turn.row.id, error)
        except Exception:
            log.exception("poster: a defect; delivery %d is taken over when its lease ends", turn.row.id)

    def _begin(self, session: Session, turn: Turn, composed: Composed) -> bool:
        """Mark it transmitting, committed before the request; or reject what no request can be made of."""
        now = self._clock.now()
        if composed.piece is not None:
            add_next(session, turn.row, composed.piece, now)
        if composed.post is None:
            ledger.reject(session, self._worker, [(turn.row, composed.fault)], now)
            return False
        return bool(ledger.begin(session, self._worker, [turn.row], now))

    async def _record(self, turn: Turn, answer: Answer) -> None:
        """Write the result down, again and again while the lease holds: a lost result is a doubt."""
        until = self._clock.now() + self._worker.lease
        while True:
            try:
                await asyncio.to_thread(self._store.write, lambda session: self._result(session, turn, answer))
            except (StoreUnavailable, OutcomeUnknown):
                if self._clock.now() >= until:
                    raise
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    def _result(self, session: Session, turn: Turn, answer: Answer) -> None:
        now = self._clock.now()
        posting.record(session, self._worker, turn, answer, now)
        if answer.gone:
            self._on_gone(session, endpoint_of(turn.row.person), now)

    async def _rest(self) -> None:
        """Until a request ended, somebody woke us, or a while has passed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._woken.wait()
        self._woken.clear()

    async def _wake_at(self, halt: asyncio.Event) -> None:
        await halt.wait()
        self._woken.set()
