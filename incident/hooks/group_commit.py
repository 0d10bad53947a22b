"""Deliveries that arrive together are committed together: each on disk before its answer, for one wait on the disk."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from incident.auth.edge import Edge
from incident.roles import system
from incident.verbs.deliveries import INTAKE
from incident.verbs.intake import Delivery, Received, receive, receive_all
from notifications.store import OutcomeUnknown, StoreUnavailable

log = logging.getLogger(__name__)
MOST = 200  # deliveries in one transaction
CROWDED = 0.05  # seconds that a crowd lasts after several were committed together
PATIENCE = 2.0  # seconds that reading waits for a crowd to pass; then it goes on beside it
LOOK = 0.02
GATHERING = 0.015  # seconds that a commit waits at most for more of a crowd
GLANCE = 0.003
Outcome = Received | Exception


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A delivery, and who waits for it in which event loop."""

    delivery: Delivery
    answer: asyncio.Future[Received]
    loop: asyncio.AbstractEventLoop

    def settle(self, outcome: Outcome) -> None:
        if self.answer.done():  # whoever waited has left; what is kept stays kept
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class GroupCommit:
    """Keeps the deliveries of one installation. While a commit waits for the disk, those that come form the next one.

    One thread commits, and only while there is something to commit. A delivery that fails takes no other with it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[_Waiting] = deque()
        self._at_work = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._crowded_until = 0.0
        self._last = 0  # deliveries of the last group
        self._as_many = threading.Event()  # as then wait again

    async def keep(self, edge: Edge, delivery: Delivery) -> Received:
        """The delivery as it is kept, on disk. Raises what `Edge.write` raises."""
        loop = asyncio.get_running_loop()
        one = _Waiting(delivery, loop.create_future(), loop)
        with self._lock:
            self._line.append(one)
            if len(self._line) >= self._last:
                self._as_many.set()
            begin, self._at_work = not self._at_work, True
        if begin:
            self._begin(edge)
        return await one.answer

    def give_way(self) -> None:
        """Wait while deliveries crowd in, but not for ever: keeping goes before reading. Not for an event loop."""
        end = time.monotonic() + PATIENCE
        while (now := time.monotonic()) < end and (self._at_work or now < self._crowded_until):
            threading.Event().wait(LOOK)

    def _begin(self, edge: Edge) -> None:
        try:
            self._pool.submit(self._commit_all, edge)
        except RuntimeError:  # the process is ending; the next one shall not wait for a thread that is not there
            self._at_work = False
            raise

    def _commit_all(self, edge: Edge) -> None:
        while group := self._next():
            outcomes: Sequence[Outcome] = [StoreUnavailable("it could not be kept")] * len(group)
            try:
                outcomes = _outcomes(edge, [one.delivery for one in group])
            finally:  # whatever happens, nobody waits for ever
                if len(group) > 1:
                    self._crowded_until = time.monotonic() + CROWDED
                _tell(group, outcomes)

    def _gather(self) -> None:
        """In a crowd, wait for as long as more come: twice as many for one commit is half the work.

        Senders that wait for their answers send the next together: once as many are there as the last time, all are.
        """
        end, before = time.monotonic() + GATHERING, 0
        while before < len(self._line) < self._last and time.monotonic() < min(end, self._crowded_until):
            before = len(self._line)
            self._as_many.wait(GLANCE)

    def _next(self) -> list[_Waiting]:
        self._gather()
        with self._lock:
            group = [self._line.popleft() for _ in range(min(MOST, len(self._line)))]
            self._at_work = bool(group)
            self._last = max(len(group), self._last // 2)
            self._as_many.clear()
        return group


def _outcomes(edge: Edge, group: Sequence[Delivery]) -> list[Outcome]:
    """What came of each, in one transaction, or each in its own where one of them breaks it."""
    try:
        return list(edge.write(system(INTAKE), lambda act: receive_all(act, group)))
    except (StoreUnavailable, OutcomeUnknown) as error:
        return [error] * len(group)
    except Exception:
        if len(group) > 1:
            log.exception("hooks: one of %s deliveries cannot be kept with the others", len(group))
    return [_outcome(lambda one=one: edge.write(system(INTAKE), lambda act: receive(act, one))) for one in group]  # type: ignore[misc]


def _outcome(work: Callable[[], Received]) -> Outcome:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 (it is raised where the delivery is waited for)
        return error


def _tell(group: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    """Wake those who wait, each in the loop it waits in, one call a loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Outcome]]] = {}
    for one, outcome in zip(group, outcomes, strict=True):
        by_loop.setdefault(one.loop, []).append((one, outcome))
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, settled)
        except RuntimeError:  # the loop is closed: nobody waits there any more
            log.warning("hooks: %s deliveries were kept after whoever sent them had left", len(settled))


def _settle(settled: Sequence[tuple[_Waiting, Outcome]]) -> None:
    for one, outcome in settled:
        one.settle(outcome)
