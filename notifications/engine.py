"""The engine: two loops, one that takes over from the dead and wakes what is due again, one that sends.

The ledger is the only queue. `wake` and the jobs of `job_calls` shorten a wait and say where to look first, so that one
lost or doubled changes nothing; without any the loops look twice a second, or once where jobs call.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from notifications import upkeep, workers
from notifications.clock import Clock
from notifications.collector import leave_alone_what_is_loaded
from notifications.ledger import Worker
from notifications.sending import Sender
from notifications.smtp import RelayTrouble
from notifications.store import OutcomeUnknown, Store, StoreUnavailable
from notifications.turns import Sent
from notifications.work import Work

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
YOUNG = 50_000  # new objects until the collector looks at them; 700 would be seven mails
PIECES = 200  # of the rows behind a release that was stopped, in one go
LONGEST_PAUSE_SECONDS = 60.0


@dataclass(slots=True)
class _Relay:
    """What is known of the relay: why it cannot be used, and when it is asked again (the loop's seconds)."""

    trouble: str = ""
    pause: float = 0.0
    ask_at: float = 0.0


class Engine:
    """Runs one sender over one ledger.

    `holds_lock`: this process holds its node's lock, so that rows of the node's earlier workers are free at once.
    `after_run` is called whenever a run has ended: there may be releases to settle.
    """

    def __init__(self, sender: Sender, *, holds_lock: bool, after_run: Callable[[], None] | None = None) -> None:
        self._sender = sender
        self._store: Store = sender.store
        self._clock: Clock = sender.clock
        self._worker: Worker = sender.worker
        self._work: Work = sender.plan.work
        self._holds_lock = holds_lock
        self._after_run = after_run
        self._relay = _Relay()
        self._sending = asyncio.Event()
        self._tending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, halt: asyncio.Event) -> None:
        """Work until `halt` is set, then let bodies under way end. Trouble is logged and does not end the loops."""
        self._loop = asyncio.get_running_loop()
        leave_alone_what_is_loaded(YOUNG)
        beside = [asyncio.create_task(work) for work in (self._wake_at(halt), self._work.run(self._sending.set))]
        try:
            await self._once(self.tend)
            await asyncio.gather(
                self._repeat(self.tend, self._tending, halt),
                self._repeat(lambda: self._deliver_again(halt), self._sending, halt),
            )
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await asyncio.to_thread(self._take_leave)
            self._loop = None

    def wake(self) -> None:
        """There may be something to send. Safe to call from any thread."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(self._wake_all)

    async def tend(self) -> None:
        """Take over, let rows wait again whose time has come, beat: everything but sending, once."""
        await asyncio.to_thread(self._maintain)
        await asyncio.to_thread(self._work.tend, self._store, self._clock.now())
        self._sender.plan.rates.divide(await asyncio.to_thread(self._beat))

    async def _deliver_again(self, halt: asyncio.Event) -> bool:
        sent = await self.deliver(halt)
        if sent is not None and self._after_run is not None:
            self._after_run()
        return sent is not None and not sent.trouble

    async def _repeat(
        self, work: Callable[[], Awaitable[bool | None]], woken: asyncio.Event, halt: asyncio.Event
    ) -> None:
        """Do it again and again, at once while there is more, else when woken or after a while; say trouble once."""
        said = ""
        while not halt.is_set():
            again, said = await self._once(work, said)
            if not again:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS * self._work.looks):
                        await woken.wait()
                woken.clear()

    async def _once(self, work: Callable[[], Awaitable[bool | None]], said: str = "") -> tuple[bool, str]:
        """Whether there is more, and what trouble was said."""
        try:
            return bool(await work()), ""
        except (StoreUnavailable, OutcomeUnknown) as error:
            if said != str(error):
                log.error("sender: the database cannot be used: %s", error)
            return False, str(error)
        except Exception:
            log.exception("sender: a defect; what was under way is taken over when its lease ends")
            return False, said

    async def deliver(self, halt: asyncio.Event) -> Sent | None:
        """One run of the sender; None when nothing is due or the relay rests."""
        loop, relay = asyncio.get_running_loop(), self._relay
        if loop.time() < relay.ask_at or not await asyncio.to_thread(self._anything_due):
            return None
        try:
            sent = await self._sender.run(halt)
        except RelayTrouble as error:
            sent = Sent(trouble=str(error))
        if sent.trouble and not halt.is_set():
            relay.pause = min(max(1.0, relay.pause * 2), LONGEST_PAUSE_SECONDS)
            if sent.trouble != relay.trouble:
                log.warning("sender: %s; asked again in %.0f s", sent.trouble, relay.pause)
        elif relay.trouble and not sent.trouble:
            log.warning("sender: works again")
        relay.trouble, relay.pause = sent.trouble, relay.pause if sent.trouble else 0.0
        relay.ask_at = loop.time() + relay.pause
        if relay.pause:  # others may have a relay that works
            await asyncio.to_thread(self._work.let_go, self._store, relay.pause)
        return sent

    def _maintain(self) -> None:
        worker, now, locked = self._worker, self._clock.now(), self._holds_lock
        with self._store.read() as session:
            needed = upkeep.anything_to_do(session, worker, now, holds_lock=locked)
        if needed:
            found = self._store.write(lambda session: upkeep.take_over(session, worker, now, holds_lock=locked))
            if found.returned or found.uncertain:
                log.warning("sender: took over %d claimed rows, %d uncertain ones", found.returned, found.uncertain)
            self._store.write(lambda session: upkeep.wake(session, now))

    def _anything_due(self) -> bool:
        with self._store.read() as session:
            return self._work.due(session, self._clock.now())

    def _beat(self) -> int:
        """Prove that the sender lives and say what ails it; rows behind a stopped release are put right as well.

        Returns how many workers live, this one among them.
        """
        worker, now, trouble = self._worker, self._clock.now(), self._relay.trouble
        with self._store.read() as session:
            due, living = workers.beat_due(session, worker, now, trouble), workers.living(session, now, worker)
        if due:
            for _ in range(PIECES):
                if not self._store.write(upkeep.follow_releases):
                    break
            self._store.write(lambda session: workers.beat(session, worker, now, trouble))
        return living

    def _take_leave(self) -> None:
        with contextlib.suppress(StoreUnavailable, OutcomeUnknown):
            self._store.write(lambda session: workers.take_leave(session, self._worker, self._clock.now()))

    async def _wake_at(self, halt: asyncio.Event) -> None:
        await halt.wait()
        self._wake_all()
        await asyncio.to_thread(self._work.let_go, self._store, LONGEST_PAUSE_SECONDS)

    def _wake_all(self) -> None:
        self._sending.set()
        self._tending.set()
