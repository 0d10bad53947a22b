"""A sender over a real relay, a ledger that can be put into trouble, and the reckoning of rows against mails."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from notifications import upkeep
from notifications.ledger import Worker
from notifications.models import DeliveryState
from notifications.sending import Sender
from notifications.smtp import Patience, Relay, connect
from notifications.store import Store, StoreUnavailable
from notifications.turns import Composing, Plan, Sent
from tests.notifications.outbox import Outbox, address
from tests.smtp_sink import Gate, Script, Sink

T = TypeVar("T")
SHORT = Plan(connections=1, window=3)
HERE = Worker("here.1")
HEIR = Worker("here.2")
THERE = Worker("there.1")
ONE_LINE = Plan(connections=1)
PATIENT = Patience(connect=20, command=20, final_dot=20)


def relay(sink: Sink, messages: int = 100) -> Relay:
    return Relay("127.0.0.1", sink.port, "clear", patience=PATIENT, messages=messages)


def sender(
    outbox: Outbox,
    sink: Sink,
    worker: Worker = HERE,
    plan: Plan | None = None,
    *,
    store: Store | None = None,
    composer: Composing | None = None,
) -> Sender:
    """A worker's sender; `store` and `composer` where they are to fail."""
    return Sender(
        store or outbox.store,
        outbox.clock,
        worker,
        composer or outbox.composer(),
        partial(connect, relay(sink)),
        plan,
    )


async def soon(work: Awaitable[T]) -> T:
    """Its result; a test that waits for what never comes fails."""
    async with asyncio.timeout(60):
        return await work


async def run(one: Sender) -> Sent:
    return await soon(one.run(asyncio.Event()))


async def hand_over(outbox: Outbox, sink: Sink, worker: Worker = HEIR) -> Sent:
    """What the next process of a node does that holds its lock: take over, wake what is due, send."""
    now = outbox.clock.now()
    outbox.write(lambda session: upkeep.take_over(session, worker, now, holds_lock=True))
    outbox.write(lambda session: upkeep.wake(session, now))
    return await run(sender(outbox, sink, worker))


def held_at(sink: Sink, person: str = "u0", place: str = "dot") -> Gate:
    """The relay stops at this person's mail until the gate is opened."""
    gate = Gate()
    sink.scripts[address(person)] = Script(gates={place: gate})
    return gate


def duplicates(sink: Sink) -> int:
    """How many mails are a second one."""
    return sum(sink.copies().values()) - len(sink.copies())


def raising(error: Exception, times: int = 1000) -> Callable[[], None]:
    """Raises so many times, then no more."""
    left = [error] * times

    def ask() -> None:
        if left:
            raise left.pop()

    return ask


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that other tasks and threads bring about."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 (what is waited for is in a database or a log)
            await asyncio.sleep(0.002)


class Troubled(Store):
    """A database that fails when it is told to."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox.store.url.render_as_string(hide_password=False), wait_ms=200)
        self.before: Callable[[], None] = lambda: None  # asked before each write; may raise
        self.after: Callable[[], None] = lambda: None  # once it is committed
        self.blind = False  # cannot be read
        self.refused = 0  # writes

    def write(self, work: Callable[[Session], T]) -> T:
        try:
            self.before()
            result = super().write(work)
        except StoreUnavailable:
            self.refused += 1
            raise
        self.after()
        return result

    @contextmanager
    def read(self) -> Iterator[Session]:
        if self.blind:
            raise StoreUnavailable("cannot be read")
        with super().read() as session:
            yield session


def reckon(outbox: Outbox, sink: Sink) -> list[str]:
    """What is wrong between rows and mails once everything is settled; nothing when all is well."""
    faults = []
    copies = sink.copies()
    for row in outbox.rows():
        number = copies[address(row.person)]
        if row.state is not DeliveryState.ACCEPTED:
            faults.append(f"{row.person} is {row.state}")
        if number < 1:
            faults.append(f"{row.person} has no mail")
        if number > (1 + row.deferrals if row.possible_duplicate else 1):
            faults.append(f"{row.person} has {number} mails")
        if {mail.message_id for mail in sink.taken if mail.recipient == address(row.person)} - {row.message_id}:
            faults.append(f"{row.person} has another Message-ID")
    return faults
