"""Carriers: a few tasks that each hold one connection to the relay, which takes its mails from a common desk."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from notifications.ledger import Claimed
from notifications.smtp import Mail, RelayTrouble
from notifications.smtp_desk import Desk, Errand
from notifications.transitions import Fate, Outcome, Reply

CANCEL_AGAIN_SECONDS = 0.5  # asyncio.wait_for of Python 3.11 may swallow a cancellation
BLAME = 4  # for a mail at which a new connection ended before its body; 1 for one that had carried others
TOO_MUCH = 2 * BLAME  # then the relay does not want it now
FEWER_SECONDS = 5.0  # the relay took no further connection: it is asked again after so long


class Line(Protocol):
    """A connection to a relay: takes mails from a desk and settles them there, until it is gone."""

    @property
    def usable(self) -> bool: ...

    @property
    def idle(self) -> bool: ...

    def attach(self, desk: Desk) -> None: ...

    def go_on(self) -> None: ...

    async def gone(self) -> None: ...

    async def close(self) -> None: ...


Connect = Callable[[], Awaitable[Line]]


@dataclass(slots=True, eq=False)
class Letter:
    """A row marked transmitting and its mail. `blame`: for connections that ended at it before its body."""

    row: Claimed
    mail: Mail
    blame: int = 0

    @property
    def first_try(self) -> bool:
        return self.row.tried.deferrals == 0


class Carriers:
    """Takes letters; leaves in `done` what came of them and in `back` what was not begun, and sets `news`.

    `may_go` is asked before anything of a letter is said, `may_begin` before the first byte of its body.
    """

    def __init__(
        self, connect: Connect, may_go: Callable[[Claimed], bool], may_begin: Callable[[Claimed], bool]
    ) -> None:
        self._connect = connect
        self._may_go = may_go
        self._may_begin = may_begin
        self._ready: deque[Letter] = deque()
        self._lines: list[Line] = []  # open ones
        self._wanted = asyncio.Event()  # letters wait and every open connection is busy
        self._closed = False
        self._tasks: list[asyncio.Task[None]] = []
        self.done: list[tuple[Claimed, Outcome]] = []
        self.back: list[Claimed] = []
        self.trouble = ""  # the relay cannot be reached any more
        self.failure: BaseException | None = None  # a defect of ours
        self.news = asyncio.Event()
        self.enough = 1  # so many in `done` are news

    def start(self, first: Line, connections: int) -> None:
        """Begin with one open connection; the others are opened when there is work for them."""
        self._lines.append(first)
        first.attach(self)
        for line in (first, *[None] * (connections - 1)):
            task = asyncio.create_task(self._carry(line))
            task.add_done_callback(self.ended)
            self._tasks.append(task)

    def put(self, *letters: Letter) -> None:
        """Have them carried."""
        if self._closed:
            self.back += [letter.row for letter in letters]
            self.news.set()
        else:
            self._ready += letters
            self._hurry()

    def turn_back(self) -> None:
        """Give back what waits here and may no longer begin."""
        waiting, self._ready = self._ready, deque()
        for letter in waiting:
            if self._refuses(letter):
                self._return(letter)
            else:
                self._ready.append(letter)

    async def close(self) -> None:
        """End every carrier. What is in the middle of a body becomes uncertain, what was not begun goes back."""
        self._closed = True
        while under_way := [task for task in self._tasks if not task.done()]:
            for task in under_way:
                task.cancel()
            await asyncio.wait(under_way, timeout=CANCEL_AGAIN_SECONDS)
        self.turn_back()
        self.news.set()

    def take(self) -> Errand | None:
        """For a connection: the next letter that may begin."""
        while self._ready:
            letter = self._ready.popleft()
            if self._may_go(letter.row) and not (self._closed or self.trouble):
                return letter
            self._return(letter)
        return None

    def may_begin(self, errand: Errand) -> bool:
        """For a connection, before the first byte of a body."""
        assert isinstance(errand, Letter)
        return not (self._closed or self.trouble) and self._may_begin(errand.row)

    def settle(self, errand: Errand, outcome: Outcome) -> None:
        """For a connection: what came of a letter."""
        assert isinstance(errand, Letter)
        self.done.append((errand.row, outcome))
        if len(self.done) >= self.enough:
            self.news.set()

    def give_back(self, errand: Errand, heard: Reply | None, *, fresh: bool) -> None:
        """For a connection that ended before this letter's body: another one tries, or the relay does not want it."""
        assert isinstance(errand, Letter)
        if heard is not None:
            errand.blame += BLAME if fresh else 1
        if self._refuses(errand):
            self._return(errand)
        elif heard is not None and errand.blame >= TOO_MUCH:
            self.settle(errand, Outcome(Fate.DEFERRED, heard))
        else:
            self._ready.appendleft(errand)
            self._hurry()

    def ended(self, task: asyncio.Task[None]) -> None:
        """Called with a task that is over: one that failed ends the run."""
        if not task.cancelled() and task.exception() is not None:
            self.failure = task.exception()
            self.news.set()

    def _refuses(self, letter: Letter) -> bool:
        return self._closed or bool(self.trouble) or not self._may_go(letter.row)

    def _return(self, letter: Letter) -> None:
        self.back.append(letter.row)
        self.news.set()

    def _hurry(self) -> None:
        """Idle connections first, then those that can say an envelope while they wait; else one more is wanted."""
        for line in sorted(self._lines, key=lambda line: not line.idle):
            if not self._ready:
                return
            line.go_on()
        if self._ready:
            self._wanted.set()

    async def _carry(self, line: Line | None) -> None:
        try:
            while not self._closed:
                if line is None:
                    await self._wanted.wait()
                    if not self._ready:
                        self._wanted.clear()
                        continue
                    line = await self._open()
                    self.turn_back()
                    if line is None:  # the relay takes fewer connections than we would like, for now
                        await asyncio.sleep(FEWER_SECONDS)
                else:
                    await line.gone()
                    self._lines.remove(line)
                    line = None
                    self._hurry()
        finally:
            if line is not None:
                await line.close()
                self._lines.remove(line)

    async def _open(self) -> Line | None:
        if self.trouble:
            return None
        try:
            line = await self._connect()
        except RelayTrouble as error:
            if not self._lines:
                self.trouble = str(error)
            return None
        self._lines.append(line)
        line.attach(self)
        return line
