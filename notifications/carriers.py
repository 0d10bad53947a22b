"""Carriers: a few tasks that each hold one connection to the relay and send one mail after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from notifications.ledger import Claimed
from notifications.smtp import Mail, NotBegun, RelayTrouble
from notifications.transitions import Fate, Outcome, Reply

CANCEL_AGAIN_SECONDS = 0.5  # asyncio.wait_for of Python 3.11 may swallow a cancellation
TRIES = 2  # connections tried for a mail whose body was not begun: the first may have been closed while idle


class Line(Protocol):
    """A connection to a relay."""

    @property
    def usable(self) -> bool: ...

    @property
    def begun(self) -> bool: ...  # whether anything of the last mail's body was said

    async def send(self, mail: Mail, *, first_try: bool) -> Outcome: ...

    async def close(self) -> None: ...


Connect = Callable[[], Awaitable[Line]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A row marked transmitting and its mail."""

    row: Claimed
    mail: Mail


@dataclass(slots=True)
class _Hand:
    """What one carrier holds."""

    line: Line | None


class Carriers:
    """Takes letters; leaves in `done` what came of them and in `back` what was not begun, and sets `news`."""

    def __init__(self, connect: Connect, may_begin: Callable[[Claimed], bool]) -> None:
        self._connect = connect
        self._may_begin = may_begin
        self._ready: asyncio.Queue[Letter] = asyncio.Queue()
        self._open = 0
        self._closed = False
        self._tasks: list[asyncio.Task[None]] = []
        self.done: list[tuple[Claimed, Outcome]] = []
        self.back: list[Claimed] = []
        self.trouble = ""  # the relay cannot be reached any more
        self.failure: BaseException | None = None  # a defect of ours
        self.news = asyncio.Event()

    def start(self, first: Line, connections: int) -> None:
        """Begin with one open connection; the others are opened when there is work for them."""
        self._open = 1
        for line in (first, *[None] * (connections - 1)):
            task = asyncio.create_task(self._carry(line))
            task.add_done_callback(self.ended)
            self._tasks.append(task)

    def put(self, letter: Letter) -> None:
        if self._closed:
            self.back.append(letter.row)
            self.news.set()
        else:
            self._ready.put_nowait(letter)

    async def close(self) -> None:
        """End every carrier. What is in the middle of a body becomes uncertain, what was not begun goes back."""
        self._closed = True
        while under_way := [task for task in self._tasks if not task.done()]:
            for task in under_way:
                task.cancel()
            await asyncio.wait(under_way, timeout=CANCEL_AGAIN_SECONDS)
        while not self._ready.empty():
            self.back.append(self._ready.get_nowait().row)
        self.news.set()

    async def _carry(self, line: Line | None) -> None:
        hand = _Hand(line)
        try:
            while not self._closed and await self._carry_one(hand, await self._ready.get()):
                self.news.set()
        finally:
            await self._hang_up(hand)

    async def _carry_one(self, hand: _Hand, letter: Letter) -> bool:
        """Try one mail or let it go back. False when the relay takes fewer connections than we would like."""
        if self.trouble or not self._may_begin(letter.row):
            self.back.append(letter.row)
            return True
        try:
            outcome = await self._send(hand, letter)
        except asyncio.CancelledError:
            if hand.line is not None and hand.line.begun:
                self.done.append((letter.row, Outcome(Fate.UNCERTAIN, Reply(text="ended before the relay answered"))))
            else:
                self.back.append(letter.row)
            raise
        if outcome is not None:
            self.done.append((letter.row, outcome))
            return True
        self._return(letter)
        return bool(self.trouble)

    async def _send(self, hand: _Hand, letter: Letter) -> Outcome | None:
        """What became of one mail; None when there is no connection to be had."""
        heard = Reply()
        for _ in range(TRIES):
            line = await self._connected(hand)
            if line is None:
                return None
            try:
                return await line.send(letter.mail, first_try=letter.row.tried.deferrals == 0)
            except NotBegun as error:
                heard = error.reply
            except ValueError as error:  # an envelope that cannot be said in SMTP: nothing was
                return Outcome(Fate.REJECTED, Reply(text=str(error)))
        return Outcome(Fate.DEFERRED, heard)

    async def _connected(self, hand: _Hand) -> Line | None:
        if hand.line is not None and hand.line.usable:
            return hand.line
        await self._hang_up(hand)
        try:
            hand.line = await self._connect()
        except RelayTrouble as error:
            if self._open == 0:
                self.trouble = str(error)
            return None
        self._open += 1
        return hand.line

    async def _hang_up(self, hand: _Hand) -> None:
        line, hand.line = hand.line, None
        if line is not None:
            self._open -= 1
            await line.close()

    def _return(self, letter: Letter) -> None:
        if self.trouble:
            self.back.append(letter.row)
        else:
            self.put(letter)

    def ended(self, task: asyncio.Task[None]) -> None:
        """Called with a task that is over: one that failed ends the run."""
        if not task.cancelled() and task.exception() is not None:
            self.failure = task.exception()
            self.news.set()
