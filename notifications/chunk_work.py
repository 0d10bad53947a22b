"""The chunks a worker was called to: it takes rows of these, and of any when nobody has called it for a while.

The calls only say where to look first. Lost, doubled, stale and foreign ones change nothing: rows decide what is sent,
chunks with due rows and without a job get a new one, and a worker that is left idle while rows are due helps itself.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session

from notifications import chunks, job_tables, ledger
from notifications.ledger import Claimed, Worker
from notifications.store import OutcomeUnknown, Store, StoreUnavailable

log = logging.getLogger(__name__)
ALONE_SECONDS = 2.0  # without a chunk while rows are due: then a worker takes whatever is due
ENOUGH = 200  # jobs that wait: no more are made for now
LOOKED_AT = 2 * ENOUGH  # chunks that are due, in one look


class ChunkWork:
    """What `Work` is where jobs call workers. Asked in threads of the sender and in the loop that holds the jobs."""

    looks = 2

    def __init__(self) -> None:
        self._held: dict[int, asyncio.Future[None]] = {}
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: Callable[[], None] = lambda: None
        self._called_at = time.monotonic()
        self._alone = False
        self._trouble = ""
        self._rest_until = 0.0  # by the monotonic clock: no job is wanted before
        self._left: set[int] = set()  # chunks to be put back
        self._store: Store | None = None
        self.resting = asyncio.Event()  # no job is wanted for now

    async def run(self, wake: Callable[[], None]) -> None:
        """Let chunks be held, until cancelled; who calls is another's part."""
        self._loop, self._wake = asyncio.get_running_loop(), wake
        try:
            await asyncio.Event().wait()
        finally:
            for chunk in self._named():
                self._give_up(chunk)
            self._loop = None

    async def hold(self, chunk: int) -> None:
        """A job: look into this chunk first. Returns when nothing more of it is due, or it was let go."""
        loop = self._loop
        if loop is None or time.monotonic() < self._rest_until:
            return self._leave(chunk)
        with self._lock:
            held = self._held.setdefault(chunk, loop.create_future())
            self._called_at, self._alone = time.monotonic(), False
        self._wake()
        return await asyncio.shield(held)

    def claim(self, session: Session, worker: Worker, now: datetime, limit: int) -> list[Claimed]:
        """Messages to people inside first, whoever is called to them; then rows of the chunks that are held."""
        found = ledger.claim_internal(session, worker, now, limit)
        for chunk in self._named():
            if len(found) >= limit:
                break
            some = chunks.claim(session, worker, now, limit - len(found), chunk)
            found += some
            if len(found) < limit:
                self._give_up(chunk)
        if self._alone and len(found) < limit:
            found += ledger.claim(session, worker, now, limit - len(found))
        return found

    def due(self, session: Session, now: datetime) -> bool:
        """Whether a chunk is held, people inside are written to, or rows are due and nobody has called for a while."""
        if self._named():
            self._called_at = time.monotonic()
            return True
        idle = time.monotonic() - self._called_at >= ALONE_SECONDS
        self._alone = idle and ledger.anything_due(session, now)
        return self._alone or ledger.internal_due(session, now)

    def tend(self, store: Store, now: datetime) -> None:
        """Jobs for chunks that are due and have none; jobs that are over or a dead worker's go. Never raises for jobs.

        Raises StoreUnavailable. One of all workers does it at a time.
        """
        try:
            store.write(lambda session: _reconcile(session, now))
        except ProgrammingError as error:
            self._say(f"the job tables cannot be used, rows are looked for all the same: {error.orig}")
        else:
            self._say("")

    def let_go(self, store: Store, rest: float) -> None:
        """Want nothing for so many seconds, and end the jobs that are held: `put_back` gives their chunks to others."""
        self._store, self._rest_until = store, max(self._rest_until, time.monotonic() + rest)
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.resting.set)
        for chunk in self._named():
            self._leave(chunk)
            self._give_up(chunk)

    def put_back(self) -> None:
        """Jobs for the chunks that were let go, once this worker fetches no more. What cannot be put back is found."""
        with self._lock:
            left, self._left = self._left, set()
        if left and self._store is not None:
            try:
                self._store.write(lambda session: job_tables.put_in(session, sorted(left)))
            except (ProgrammingError, StoreUnavailable, OutcomeUnknown):
                log.info("sender: %d chunks were let go; they are found by their rows", len(left))

    async def rested(self) -> None:
        """Wait until jobs are wanted again."""
        while (left := self._rest_until - time.monotonic()) > 0:  # noqa: ASYNC110 (set from another thread)
            await asyncio.sleep(left)
        self.resting.clear()

    def _leave(self, chunk: int) -> None:
        with self._lock:
            self._left.add(chunk)

    def _named(self) -> tuple[int, ...]:
        with self._lock:
            return tuple(self._held)

    def _give_up(self, chunk: int) -> None:
        """From any thread: the job that waits for this chunk is over; another one begins anew."""
        with self._lock:
            held = self._held.pop(chunk, None)
            self._called_at = time.monotonic()
        loop = self._loop
        if held is not None and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(_end, held)

    def _say(self, trouble: str) -> None:
        if trouble and not self._trouble:
            log.error("sender: %s", trouble)
        self._trouble = trouble


def _reconcile(session: Session, now: datetime) -> None:
    if not job_tables.is_my_turn(session):
        return
    job_tables.clear(session)
    if job_tables.waiting(session, ENOUGH) < ENOUGH:
        without = job_tables.without_job(session, chunks.due(session, now, LOOKED_AT))
        job_tables.put_in(session, without[:ENOUGH])


def _end(held: "asyncio.Future[None]") -> None:
    if not held.done():
        held.set_result(None)
