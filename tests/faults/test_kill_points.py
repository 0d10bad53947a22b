"""A worker process killed at each commit of its sending, and before and within a body: what each leaves behind."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from notifications.clock import SystemClock
from notifications.ledger import WINDOW
from notifications.models import DeliveryState
from notifications.node_lock import NodeLock
from notifications.relays import Failover
from notifications.smtp import Relay
from tests.faults.conftest import Serve
from tests.faults.databases import EITHER
from tests.faults.processes import PATIENCE, ROOT, Node, SinkProgram
from tests.faults.released import Released, copies, engine_of

pytestmark = [
    pytest.mark.fault,
    EITHER,
]
PEOPLE = 60
LATER = pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.soak)])


class Killed:
    """A node whose worker was killed at a place, and what its ledger said then."""

    def __init__(self, case: Released, node: Node, lock: Path, place: str, times: int, sink: SinkProgram) -> None:
        self.case, self._lock, self.sink = case, lock, sink
        command = [sys.executable, "-m", "tests.faults.crashing", place, str(times)]
        ended = subprocess.run(
            command, cwd=ROOT, env=node.environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
        self.states = Counter(row.state for row in case.rows())
        self.had = len(sink.mails())

    def send_the_rest(self) -> None:
        """The node's next worker takes the lock, takes over and sends, now: the dead one wrote by the real clock."""
        self.case.desk.case.clock.set(SystemClock().now())
        lock = NodeLock(self._lock)
        assert lock.try_acquire(), "the lock outlived its process"
        relays = Failover([Relay("127.0.0.1", self.sink.port, "clear")])
        one = engine_of(self.case, relays, lock.worker_name())

        async def work() -> None:
            await one.tend()
            await one.deliver(asyncio.Event())

        asyncio.run(work())
        lock.release()

    @property
    def flagged(self) -> int:
        return sum(row.possible_duplicate for row in self.case.rows())

    def wrong(self, *promises: str) -> list[str]:
        return self.case.wrong(self.sink.mails(), *promises, losses=1)


@pytest.fixture
def killed(
    released: Callable[[int], Released], relay: Serve, database_url: str, tmp_path: Path
) -> Callable[[str, int], Killed]:
    def kill(place: str, times: int) -> Killed:
        case, sink = released(PEOPLE), relay(0.005)
        known = case.store
        lock = Path(f"{known.url.database}.worker.lock") if known.is_sqlite else tmp_path / "worker.lock"
        return Killed(case, Node(tmp_path, database_url, sink.port), lock, place, times, sink)

    return kill


@pytest.mark.proves("F01")
@LATER
def test_after_the_claim_nothing_had_gone_and_nothing_is_flagged(
    killed: Callable[[str, int], Killed], times: int
) -> None:
    at = killed("claimed", times)
    assert at.states[DeliveryState.CLAIMED] + at.states[DeliveryState.TRANSMITTING] > 0
    before = at.states[DeliveryState.TRANSMITTING]
    assert before == 0 or times > 1
    at.send_the_rest()
    assert at.flagged == before
    assert at.wrong("I1", "I2", "I6") == []
    assert times > 1 or copies(at.sink.mails()) == 0


@pytest.mark.proves("F02")
@LATER
def test_after_the_rows_were_marked_they_are_sent_again_flagged(
    killed: Callable[[str, int], Killed], times: int
) -> None:
    at = killed("transmitting", times)
    assert 1 <= at.states[DeliveryState.TRANSMITTING] <= WINDOW
    at.send_the_rest()
    assert at.flagged == at.states[DeliveryState.TRANSMITTING]
    assert times > 1 or (at.had, copies(at.sink.mails())) == (0, 0)
    assert at.wrong("I1", "I2", "I6") == []


@pytest.mark.proves("F03")
@pytest.mark.parametrize("place", [pytest.param("before the body", marks=pytest.mark.soak), "in the body"])
@LATER
def test_before_and_within_a_body_the_relay_keeps_nothing_of_it(
    killed: Callable[[str, int], Killed], place: str, times: int
) -> None:
    at = killed(place, times)
    assert 1 <= at.states[DeliveryState.TRANSMITTING] <= WINDOW
    assert at.had < times
    at.send_the_rest()
    assert at.flagged == at.states[DeliveryState.TRANSMITTING]
    assert copies(at.sink.mails()) <= at.had
    assert at.wrong("I1", "I2", "I6") == []


@pytest.mark.proves("F04")
@LATER
def test_after_the_250_and_before_it_is_recorded_each_copy_is_flagged(
    killed: Callable[[str, int], Killed], times: int
) -> None:
    at = killed("answered", times)
    lost = at.had - at.states[DeliveryState.ACCEPTED]
    assert 1 <= lost <= at.states[DeliveryState.TRANSMITTING] <= WINDOW
    at.send_the_rest()
    assert copies(at.sink.mails()) == lost
    assert at.flagged == at.states[DeliveryState.TRANSMITTING]
    assert at.wrong("I1", "I2", "I6") == []


@pytest.mark.proves("F05")
@LATER
def test_after_the_result_nothing_recorded_is_sent_again(killed: Callable[[str, int], Killed], times: int) -> None:
    at = killed("recorded", times)
    recorded = {row.message_id for row in at.case.rows() if row.state is DeliveryState.ACCEPTED}
    assert recorded
    at.send_the_rest()
    number = Counter(mail.message_id for mail in at.sink.mails())
    assert {number[name] for name in recorded} == {1}
    assert at.wrong("I1", "I2", "I6") == []
