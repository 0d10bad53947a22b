"""The embedded database takes no writes while mails are under way: full, or held by another process."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text
from sqlmodel import Session

from incident.roles import Role
from incident.verbs.releases import stop_release
from notifications.engine import Engine
from notifications.ledger import WINDOW
from notifications.models import DeliveryState
from notifications.smtp import Relay, connect
from notifications.store import Store, StoreUnavailable
from tests.faults.processes import until
from tests.faults.released import NOTHING_WRONG, Released, copies, engine_of, reckon, release
from tests.smtp_sink import Gate, Script, Sink

T = TypeVar("T")
pytestmark = [pytest.mark.fault, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PEOPLE = 150
LONG_ANSWER = "250 2.0.0 queued " + "x" * 450  # rows grow by it: recording needs room
LEASE = timedelta(seconds=61)
HOLD = """
import sys
import pysqlite3.dbapi2
held = pysqlite3.dbapi2.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


class Watched(Store):
    """A store that counts what it could not do, and can be full, blind or slow for a while."""

    refused = 0
    blind = False
    unread = 0
    slow: threading.Event | None = None  # readers wait for it
    reading = 0

    def write(self, work: Callable[[Session], T]) -> T:
        try:
            return super().write(work)
        except StoreUnavailable:
            self.refused += 1
            raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        if self.blind:
            self.unread += 1
            raise StoreUnavailable("the file cannot be read")
        with super().read() as session:
            self.reading += 1
            if (slow := self.slow) is not None:
                slow.wait()
            yield session
        self.reading -= 1

    def fill(self) -> None:
        """From now on there is not a page more than it has."""
        self._pages(1)

    def make_room(self) -> None:
        self._pages(2**31)

    def _pages(self, most: int) -> None:
        self.write(lambda session: session.connection().execute(text(f"PRAGMA max_page_count={most}")))


@pytest.fixture
def watched(database_url: str) -> Iterator[Watched]:
    opened = Watched(database_url, wait_ms=200)
    yield opened
    opened.close()


@pytest.fixture
def case(watched: Watched, tmp_path: Path) -> Released:
    return release(watched, tmp_path, PEOPLE)


def engine(case: Released, sink: Sink, life: int) -> Engine:
    """The sender of one life of a node."""
    return engine_of(case, partial(connect, Relay("127.0.0.1", sink.port, "clear")), f"node.{life}")


async def reached(holds: Callable[[], bool]) -> None:
    await asyncio.to_thread(until, "it has come to this", holds)


@contextmanager
def held_by_another_process(store: Store) -> Iterator[None]:
    command = [sys.executable, "-c", HOLD, str(store.url.database)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
    finally:
        holder.communicate()


async def send_the_rest(case: Released, sink: Sink) -> None:
    successor = engine(case, sink, 2)
    await successor.tend()
    await successor.deliver(asyncio.Event())
    assert case.all_ended()


@pytest.mark.proves("F15")
def test_results_wait_for_room_while_the_lease_holds_and_nothing_is_doubtful(case: Released, watched: Watched) -> None:
    async def story() -> None:
        async with Sink() as sink:
            sink.scripts["*"] = Script(replies={"dot": LONG_ANSWER}, slow=0.01)
            going = asyncio.create_task(engine(case, sink, 1).deliver(asyncio.Event()))
            await reached(lambda: len(sink.taken) >= 20)
            watched.fill()
            await reached(lambda: watched.refused >= 2)
            watched.make_room()
            sent = await going
            assert sent is not None
            assert "full" in sent.trouble
            assert case.in_state(DeliveryState.ACCEPTED) == len(sink.taken) < PEOPLE
            await send_the_rest(case, sink)
            assert reckon(case, sink.taken) == NOTHING_WRONG
            assert copies(sink.taken) == case.times_uncertain() == 0

    asyncio.run(story())


@pytest.mark.proves("F15")
def test_results_that_found_no_room_leave_their_rows_doubtful_and_flagged_once_there_is_some(
    case: Released, watched: Watched, say: Callable[[str], None]
) -> None:
    async def story() -> None:
        async with Sink() as sink:
            sink.scripts["*"] = Script(replies={"dot": LONG_ANSWER}, slow=0.01)
            going = asyncio.create_task(engine(case, sink, 1).deliver(asyncio.Event()))
            await reached(lambda: len(sink.taken) >= 20)
            watched.fill()
            await reached(lambda: watched.refused >= 2)
            case.desk.case.clock.move(LEASE)
            with pytest.raises(StoreUnavailable, match="full"):
                await going
            taken, recorded = len(sink.taken), case.in_state(DeliveryState.ACCEPTED)
            left = case.in_state(DeliveryState.TRANSMITTING)
            assert 1 <= taken - recorded <= left <= WINDOW
            watched.make_room()
            await send_the_rest(case, sink)
            assert case.times_uncertain() == left
            assert sum(row.possible_duplicate for row in case.rows()) == left
            assert reckon(case, sink.taken) == NOTHING_WRONG
            assert copies(sink.taken) == taken - recorded
            assert case.wrong(sink.taken, "I1", "I2", "I6", losses=1) == []
            say(f"disk full while recording: {left} rows uncertain, {taken - recorded} mails twice, none lost")

    asyncio.run(story())


def test_a_database_held_by_another_process_is_waited_for_and_nothing_is_doubtful(
    case: Released, watched: Watched
) -> None:
    async def story() -> None:
        async with Sink() as sink:
            sink.scripts["*"] = Script(slow=0.01)
            going = asyncio.create_task(engine(case, sink, 1).deliver(asyncio.Event()))
            await reached(lambda: len(sink.taken) >= 20)
            with held_by_another_process(watched):
                await reached(lambda: watched.refused >= 2)
            sent = await going
            assert sent is not None
            assert "locked" in sent.trouble
            await send_the_rest(case, sink)
            assert reckon(case, sink.taken) == NOTHING_WRONG
            assert copies(sink.taken) == case.times_uncertain() == 0

    asyncio.run(story())


def test_a_sender_that_could_not_look_for_a_moment_still_sees_a_stop(case: Released, watched: Watched) -> None:
    async def story() -> None:
        async with Sink() as sink:
            sink.scripts["*"] = Script(slow=0.1)
            going = asyncio.create_task(engine(case, sink, 1).deliver(asyncio.Event()))
            await reached(lambda: len(sink.taken) >= 10)
            watched.blind = True
            await reached(lambda: watched.unread >= 2)
            watched.blind = False
            await asyncio.to_thread(case.desk.case.act, Role.RESPONDER, stop_release, case.release_id, "wrong contact")
            await going
            assert len(sink.taken) < WINDOW
            assert case.in_state(DeliveryState.ACCEPTED) == len(sink.taken)
            assert case.in_hand() == frozenset()

    asyncio.run(story())


def test_a_run_that_is_over_reads_nothing_any_more(watched: Watched, tmp_path: Path) -> None:
    case, gate, slow = release(watched, tmp_path, 3), Gate(), threading.Event()

    async def story(sink: Sink) -> None:
        sink.scripts["*"] = Script(gates={"dot": gate})
        going = asyncio.create_task(engine(case, sink, 1).deliver(asyncio.Event()))
        await gate.arrived.wait()
        watched.slow = slow
        await reached(lambda: watched.reading == 1)  # it looks whether the release was stopped
        watched.slow = None
        gate.open.set()
        await reached(case.all_ended)
        asyncio.get_running_loop().call_later(0.5, slow.set)
        await going
        assert watched.reading == 0

    async def told() -> None:
        async with Sink() as sink:
            try:
                await story(sink)
            finally:
                slow.set()

    asyncio.run(told())
