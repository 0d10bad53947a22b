"""Send what is due: windows of at most 100 rows spread over a few connections, results recorded while others go out.

One transaction records what is done, marks the next rows transmitting, and claims ahead. Nothing of a body is written
before that transaction is committed, so a crash leaves at most a window of rows that nobody knows about.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from notifications import ledger
from notifications.addresses import domain_of
from notifications.carriers import Carriers, Connect, Letter, Line
from notifications.clock import Clock
from notifications.composing import Unsendable
from notifications.ledger import Claimed, Worker
from notifications.smtp import Mail
from notifications.store import OutcomeUnknown, Store, StoreUnavailable
from notifications.transitions import Fate
from notifications.turns import Composing, Plan, Sent, Taken, Turn

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.25  # how often a run looks whether a release was stopped
GATHER_SECONDS = 0.02  # results of this long are recorded together


class Sender:
    """Sends what is due through one relay, as one worker."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        worker: Worker,
        composer: Composing,
        connect: Connect,
        plan: Plan | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.worker = worker
        self.composer = composer
        self.connect = connect
        self.plan = plan or Plan()

    async def run(self, halt: asyncio.Event) -> Sent:
        """Send until nothing is due or `halt` is set. Raises RelayTrouble before any row is claimed.

        Rows of which no body was begun are given back. Raises StoreUnavailable when results could not be recorded for
        as long as the lease holds; their rows are then uncertain.
        """
        first = await self.connect()
        return await _Run(self, halt).carry_out(first)


class _Run:
    """One run of a sender: the carriers send, the pump turns the ledger, the keeper watches."""

    def __init__(self, sender: Sender, halt: asyncio.Event) -> None:
        self.store, self.clock, self.worker = sender.store, sender.clock, sender.worker
        self.composer, self.plan = sender.composer, sender.plan
        self.halt = halt
        self.loop = asyncio.get_running_loop()
        self.sent = Sent()
        self.carriers = Carriers(sender.connect, self._may_go, self._may_begin)
        self.claimed: deque[Letter] = deque()
        self.faults: list[tuple[Claimed, str]] = []
        self.in_hand: dict[int, Claimed] = {}  # transmitting, not yet recorded
        self.closed: Collection[UUID] = frozenset()  # releases that may no longer be sent
        self._holds_until(sender.clock.now() + sender.worker.lease)
        self.trouble = ""
        self.rest = 0.0  # seconds until another mail may begin at all
        self.over = asyncio.Event()  # nothing of this run is under way any more but a look at the ledger

    def _holds_until(self, moment: datetime) -> None:
        """When the lease ends of whatever is in hand, and from when on no body is begun: a quarter of it before."""
        self.lease_until, self.begin_until = moment, moment - self.worker.lease / 4

    @property
    def ending(self) -> bool:
        return bool(self.trouble or self.carriers.trouble) or self.halt.is_set()

    async def carry_out(self, first: Line) -> Sent:
        self.carriers.start(first, self.plan.connections)
        keeping, draining = (asyncio.create_task(work) for work in (self._keep(), self._end_in_time()))
        for task in (keeping, draining):
            task.add_done_callback(self.carriers.ended)
        try:
            await self._pump()
        finally:
            self.over.set()
            draining.cancel()
            await asyncio.gather(keeping, draining, return_exceptions=True)
            await self.carriers.close()
        self.sent.trouble = self.trouble or self.carriers.trouble
        return self.sent

    async def _pump(self) -> None:
        while True:
            turn = self._plan_turn()
            if turn.empty and not self.in_hand:
                return
            went_on = not turn.empty and await self._write(turn)
            if not (went_on or self.in_hand or self.claimed or self.faults or self.carriers.back):
                return
            if self.rest:
                await self._rest()
            elif self.in_hand and not (self.claimed and len(self.in_hand) < self.plan.window):
                await self._gather()
            if self.carriers.failure is not None:
                raise self.carriers.failure

    def _plan_turn(self) -> Turn:
        turn = Turn(self.carriers.done, self.carriers.back, self.faults)
        self.carriers.done, self.carriers.back, self.faults = [], [], []
        if self.ending:
            turn.back += [letter.row for letter in self.claimed]
            self.claimed.clear()
            return turn
        room = self.plan.window - len(self.in_hand) + len(turn.done)
        while self.claimed and len(turn.go) < room:
            if not self.plan.rates:
                turn.go = [self.claimed.popleft() for _ in range(min(room, len(self.claimed)))]
                break
            letter = self.claimed[0]
            wait = self.plan.rates.wait(domain_of(letter.mail.recipient), self.loop.time())
            if wait.in_all:
                self.rest = wait.seconds
                break
            self.claimed.popleft()
            if wait.seconds:
                turn.later.append((letter.row, self.clock.now() + timedelta(seconds=wait.seconds)))
            else:
                turn.go.append(letter)
        turn.want = self.plan.window - len(self.claimed)
        return turn

    async def _write(self, turn: Turn) -> bool:
        """One transaction, and mails of what it claimed. Returns whether it claimed anything.

        What cannot be stored is tried again while the lease holds, without anything new.
        """
        while True:
            try:
                begun, fresh, mails = await asyncio.to_thread(self._work, turn)
            except (StoreUnavailable, OutcomeUnknown) as error:
                self.trouble = f"the ledger cannot be written: {error}"
                if self.clock.now() >= self.lease_until:
                    raise
                turn.back += [letter.row for letter in turn.go]
                turn.go, turn.want = [], 0
                await asyncio.sleep(LOOK_SECONDS)
            else:
                self._note(turn, begun)
                self._take_in(fresh, mails)
                return bool(fresh)

    def _work(self, turn: Turn) -> tuple[set[int], list[Claimed], list[Mail | Unsendable]]:
        """In a thread: what is begun goes out while the mails after it are composed."""
        begun, fresh, looked_up = self.store.write(lambda session: self._turn(session, turn))
        self.loop.call_soon_threadsafe(self._note, turn, begun)
        try:
            return begun, fresh, self.composer.compose(fresh, looked_up) if fresh else []
        except StoreUnavailable as error:
            self.trouble = f"the database cannot be read: {error}"
            return begun, fresh, []

    def _turn(self, session: Session, turn: Turn) -> Taken:
        now = self.clock.now()
        ledger.record(session, self.worker, turn.done, now)
        ledger.give_back(session, self.worker, turn.back)
        ledger.put_off(session, self.worker, turn.later)
        ledger.reject(session, self.worker, turn.faults, now)
        begun = ledger.begin(session, self.worker, [letter.row for letter in turn.go], now)
        fresh = self.plan.work.claim(session, self.worker, now, turn.want)
        return Taken(begun, fresh, self.composer.look_up(session, fresh))

    def _note(self, turn: Turn, begun: set[int]) -> None:
        if turn.noted:
            return
        turn.noted = True
        for row, outcome in turn.done:
            self.sent.fates[outcome.fate] += 1
            self.in_hand.pop(row.id, None)
        for row in turn.back:
            self.in_hand.pop(row.id, None)
        self.sent.fates[Fate.UNTOUCHED] += len(turn.back)
        self.sent.unsendable += len(turn.faults)
        going = []
        for letter in turn.go:
            row = letter.row
            if row.id in begun:
                self.in_hand[row.id] = row
                going.append(letter)
            else:
                self.carriers.back.append(row)
        self.carriers.put(*going)

    def _take_in(self, fresh: list[Claimed], mails: Sequence[Mail | Unsendable]) -> None:
        if not mails:
            self.carriers.back += fresh
            return
        for row, made in zip(fresh, mails, strict=True):
            if isinstance(made, Mail):
                self.claimed.append(Letter(row, made))
            elif made.whole_release:
                self.carriers.back.append(row)
            else:
                self.faults.append((row, made.fault))

    async def _rest(self) -> None:
        """Until another mail may begin, or the run ends."""
        seconds, self.rest = min(self.rest, LOOK_SECONDS), 0.0
        await _set_within(self.halt, seconds)

    async def _gather(self) -> None:
        """Wait for a result, and a moment longer for more, so that a transaction records many.

        What the connections can have on their way meanwhile is not waited for: they must not fall idle.
        """
        carriers, news, in_hand = self.carriers, self.carriers.news, len(self.in_hand)
        await news.wait()
        carriers.enough = max(in_hand // 2, in_hand - 2 * self.plan.connections)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GATHER_SECONDS):
                while len(carriers.done) < carriers.enough:
                    news.clear()
                    await news.wait()
        carriers.enough = 1
        news.clear()

    def _may_go(self, row: Claimed) -> bool:
        """Not after a stop."""
        ended = self.trouble or self.carriers.trouble or self.halt.is_set()
        return not (ended or (self.closed and row.release_id in self.closed))

    def _may_begin(self, row: Claimed) -> bool:
        """Nor so late that somebody else may have taken the row over."""
        return self._may_go(row) and self.clock.now() < self.begin_until

    async def _keep(self) -> None:
        """Look for stopped releases and for the end of the run, and renew what is in hand.

        It is not cancelled: its thread would go on with the database after the run.
        """
        while not await _set_within(self.over, LOOK_SECONDS):
            now, lease = self.clock.now(), self.worker.lease
            if now >= self.lease_until:
                self.trouble = "this worker stood still for longer than its lease"
            elif now >= self.lease_until - lease * 2 / 3:
                await self._renew(now)
            await self._look()
            if self.ending or self.closed:
                self.carriers.turn_back()
                self.carriers.news.set()

    async def _renew(self, now: datetime) -> None:
        rows = [*self.in_hand.values(), *(letter.row for letter in self.claimed)]
        try:
            await asyncio.to_thread(self.store.write, lambda session: ledger.renew(session, self.worker, rows, now))
        except (StoreUnavailable, OutcomeUnknown) as error:
            log.warning("sending: leases could not be renewed: %s", error)
        else:
            self._holds_until(now + self.worker.lease)

    async def _look(self) -> None:
        """Which releases were stopped, and whether more is due: an answer may take minutes, and others have no part."""
        under_way = {row.release_id for row in self.in_hand.values() if row.release_id is not None}
        room = not self.claimed and 0 < len(self.in_hand) < self.plan.window
        try:
            self.closed, more = await asyncio.to_thread(self._glance, under_way, room)
        except StoreUnavailable as error:
            log.warning("sending: stopped releases could not be looked up: %s", error)
        else:
            if more:
                self.carriers.news.set()

    def _glance(self, releases: Collection[UUID], room: bool) -> tuple[Collection[UUID], bool]:
        with self.store.read() as session:
            closed = ledger.not_approved(session, releases) if releases else self.closed
            return closed, room and self.plan.work.due(session, self.clock.now())

    async def _end_in_time(self) -> None:
        """After a halt bodies under way have their time; then their rows are uncertain."""
        await self.halt.wait()
        await asyncio.sleep(self.plan.drain_seconds)
        await self.carriers.close()


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
