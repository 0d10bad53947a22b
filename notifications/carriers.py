"""Carriers: a few tasks that each hold one connection to the relay and send one mail after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from notifications.ledger import Claimed
from notifications.smtp import Mail, NotBegun, RelayTrouble
from notifications.transitions import Fate, Outcome, Reply

TRIES = 2  # connections tried for a mail whose body was not begun: the first may have been closed while idle


class Line(Protocol):
    """A connection to a relay."""

    @property
    def usable(self) -> bool: ...

    async def send(self, mail: Mail, *, first_try: bool) -> Outcome: ...

    async def close(self) -> None: ...


Connect = Callable[[], Awaitable[Line]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A row marked transmitting and its mail."""

    row: Claimed
    mail: Mail


class Carriers:
    """Takes letters; leaves in `done` what came of them and in `back` what was not begun, and sets `news`."""

    def __init__(self, connect: Connect, may_begin: Callable[[Claimed], bool]) -> None:
        self._connect = connect
        self._may_begin = may_begin
        self._ready: asyncio.Queue[Letter] = asyncio.Queue()
        self._open = 0
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
            task.add_done_callback(self._ended)
            self._tasks.append(task)

    def put(self, letter: Letter) -> None:
        self._ready.put_nowait(letter)

    async def close(self) -> None:
        """End every carrier. What is in the middle of a body becomes uncertain, what waits goes back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while not self._ready.empty():
            self.back.append(self._ready.get_nowait().row)
        self.news.set()

    async def _carry(self, line: Line | None) -> None:
        try:
            while True:
                letter = await self._ready.get()
                if not self.trouble and self._may_begin(letter.row):
                    line = await self._send(line, letter)
                    if line is None and not self.trouble:
                        return  # the relay takes fewer connections than we would like; the others go on
                else:
                    self.back.append(letter.row)
                self.news.set()
        finally:
            if line is not None:
                await self._hang_up(line)

    async def _send(self, line: Line | None, letter: Letter) -> Line | None:
        """Try one mail. Returns the connection to go on with, None when there is none to be had."""
        heard = Reply()
        for _ in range(TRIES):
            line = await self._connected(line)
            if line is None:
                self._return(letter)
                return None
            try:
                outcome = await line.send(letter.mail, first_try=letter.row.tried.deferrals == 0)
            except NotBegun as error:
                heard = error.reply
                continue
            except ValueError as error:  # an envelope that cannot be said in SMTP: nothing was
                outcome = Outcome(Fate.REJECTED, Reply(text=str(error)))
            except asyncio.CancelledError:
                self.done.append((letter.row, Outcome(Fate.UNCERTAIN, Reply(text="ended before the relay answered"))))
                raise
            self.done.append((letter.row, outcome))
            return line
        self.done.append((letter.row, Outcome(Fate.DEFERRED, heard)))
        return line

    async def _connected(self, line: Line | None) -> Line | None:
        if line is not None:
            if line.usable:
                return line
            await self._hang_up(line)
        try:
            line = await self._connect()
        except RelayTrouble as error:
            if self._open == 0:
                self.trouble = str(error)
            return None
        self._open += 1
        return line

    async def _hang_up(self, line: Line) -> None:
        self._open -= 1
        await line.close()

    def _return(self, letter: Letter) -> None:
        if self.trouble:
            self.back.append(letter.row)
        else:
            self.put(letter)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self.failure = task.exception()
            self.news.set()
