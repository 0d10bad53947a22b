"""The engine takes over from the dead, wakes what is due and sends, whoever wakes it or not; trouble ends nothing."""

import asyncio
import os
import socket
import threading
from datetime import timedelta

import pytest

from notifications import engine as engines
from notifications import ledger
from notifications.engine import Engine
from notifications.ledger import Worker
from notifications.models import DeliveryState
from notifications.transitions import Fate
from notifications.turns import Plan
from notifications.workers import BEAT_EVERY
from tests.notifications.dispatch import (
    HEIR,
    HERE,
    THERE,
    Troubled,
    duplicates,
    held_at,
    reckon,
    sender,
    soon,
    until,
)
from tests.notifications.engines import all_accepted, delivered, heartbeat, working
from tests.notifications.outbox import Outbox, address, people
from tests.smtp_sink import Script, Sink

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LOOK_SECONDS", 0.01)


def leave_behind(outbox: Outbox, worker: Worker, begun: int) -> None:
    """A worker that claims what is due, begins so many and is never seen again."""
    now = outbox.clock.now()
    rows = outbox.write(lambda session: ledger.claim(session, worker, now))
    outbox.write(lambda session: ledger.begin(session, worker, rows[:begun], now))


async def test_what_is_due_is_sent_and_whoever_settles_is_told(outbox: Outbox, sink: Sink) -> None:
    outbox.release(12)
    told = asyncio.Event()
    async with working(Engine(sender(outbox, sink), holds_lock=True, after_run=told.set)):
        await soon(told.wait())
        outbox.release(people(14)[12:])
        await until(lambda: len(sink.taken) == 14)
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0


async def test_who_holds_the_lock_takes_over_from_its_dead_predecessor_at_once(outbox: Outbox, sink: Sink) -> None:
    outbox.release(6)
    leave_behind(outbox, HERE, begun=2)
    async with working(Engine(sender(outbox, sink, HEIR), holds_lock=True)):
        await until(lambda: all_accepted(outbox))
    assert reckon(outbox, sink) == []
    assert [row.possible_duplicate for row in outbox.rows()] == [True, True, False, False, False, False]


@pytest.mark.parametrize(("worker", "holds_lock"), [(HEIR, False), (THERE, True)])
async def test_others_wait_for_the_lease_of_the_dead(
    outbox: Outbox, sink: Sink, worker: Worker, holds_lock: bool, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(3)
    leave_behind(outbox, HERE, begun=1)
    one = Engine(sender(outbox, sink, worker), holds_lock=holds_lock)
    await one.tend()
    assert await delivered(one) is None
    outbox.clock.move(HERE.lease + timedelta(seconds=1))
    await one.tend()
    assert "took over 2 claimed rows, 1 uncertain ones" in caplog.text
    assert await delivered(one) == {Fate.ACCEPTED: 3}
    assert [row.possible_duplicate for row in outbox.rows()] == [True, False, False]


async def test_a_deferred_mail_is_woken_at_its_time(outbox: Outbox, sink: Sink) -> None:
    outbox.release(1)
    sink.scripts["*"] = Script({"rcpt": "451 4.7.1 greylisted"}, times=1)
    one = Engine(sender(outbox, sink), holds_lock=True)
    assert await delivered(one) == {Fate.DEFERRED: 1}
    await one.tend()
    assert await delivered(one) is None
    outbox.clock.move(timedelta(minutes=2))
    await one.tend()
    assert await delivered(one) == {Fate.ACCEPTED: 1}


async def test_without_any_wake_up_everything_goes(outbox: Outbox, sink: Sink) -> None:
    async with working(Engine(sender(outbox, sink), holds_lock=True)):
        for number in range(3):
            outbox.release(people(number + 1)[number:])
            await until(lambda number=number: len(sink.taken) == number + 1)  # type: ignore[misc]
        await until(lambda: all_accepted(outbox))
    assert reckon(outbox, sink) == []


async def test_any_number_of_wake_ups_sends_each_mail_once(outbox: Outbox, sink: Sink) -> None:
    outbox.release(20)
    one = Engine(sender(outbox, sink, plan=Plan(connections=2, window=3)), holds_lock=True)
    ending = threading.Event()

    def pester() -> None:
        while not ending.wait(0.001):
            one.wake()

    others = [threading.Thread(target=pester) for _ in range(3)]
    for other in others:
        other.start()  # before, while and after it runs
    async with working(one):
        await until(lambda: all_accepted(outbox))
    ending.set()
    for other in others:
        other.join()
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0


async def test_a_wake_up_shortens_the_wait(outbox: Outbox, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LOOK_SECONDS", 3600)
    one = Engine(sender(outbox, sink), holds_lock=True)
    async with working(one):
        await until(lambda: heartbeat(outbox))
        outbox.release(1)
        await asyncio.to_thread(one.wake)
        await until(lambda: all_accepted(outbox))
    assert len(sink.taken) == 1


def test_a_wake_up_when_the_loop_is_gone_does_nothing(outbox: Outbox) -> None:
    async def work() -> Engine:
        async with Sink() as sink:
            one = Engine(sender(outbox, sink), holds_lock=True)
            one.wake()
            async with working(one):
                pass
            return one

    asyncio.run(work()).wake()


async def test_a_halt_ends_both_loops_and_lets_the_body_under_way_end(outbox: Outbox, sink: Sink) -> None:
    outbox.release(5)
    gate, halt = held_at(sink), asyncio.Event()
    one = Engine(sender(outbox, sink, plan=Plan(connections=1)), holds_lock=True)
    running = asyncio.create_task(one.run(halt))
    await soon(gate.arrived.wait())
    halt.set()
    gate.open.set()
    await soon(running)
    assert outbox.states() == {DeliveryState.ACCEPTED: 1, DeliveryState.PENDING: 4}
    assert [mail.recipient for mail in sink.taken] == [address("u0")]


async def test_two_engines_on_two_nodes_share_the_work(outbox: Outbox, sink: Sink) -> None:
    outbox.release(40)
    both = [
        Engine(sender(outbox, sink, worker, Plan(connections=2, window=5)), holds_lock=True) for worker in (HERE, THERE)
    ]
    async with working(*both):
        await until(lambda: all_accepted(outbox))
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0


async def test_an_idle_engine_beats_every_ten_seconds_and_writes_nothing_else(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    writes: list[int] = []
    troubled.after = lambda: writes.append(1)
    one = Engine(sender(outbox, sink, store=troubled), holds_lock=True)
    await one.tend()
    first, had = heartbeat(outbox), len(writes)
    assert first is not None
    said = {"trouble": "", "worker": HERE.name, "host": socket.gethostname(), "pid": os.getpid()}
    assert (first.at, first.document) == (outbox.clock.now(), said)
    for _ in range(3):
        await one.tend()
        assert await delivered(one) is None
    assert len(writes) == had
    for step in (BEAT_EVERY, -timedelta(hours=1)):  # also when the clock was set back
        now = outbox.clock.move(step)
        await one.tend()
        found = heartbeat(outbox)
        assert found is not None
        assert found.at == now


async def test_rows_that_came_to_a_stopped_release_are_held_by_the_next_beat(outbox: Outbox, sink: Sink) -> None:
    outbox.stop(outbox.release(2))
    outbox.change("u0", state=DeliveryState.PENDING)
    one = Engine(sender(outbox, sink), holds_lock=True)
    await one.tend()
    assert outbox.states() == {DeliveryState.HELD: 2}
