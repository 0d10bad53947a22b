"""One connection to a relay as asyncio sees it: carries the conversation, and ends it when an answer takes too long."""

import asyncio
import contextlib
from collections.abc import Callable

from notifications.smtp_conversation import Conversation
from notifications.smtp_desk import Desk, Manner
from notifications.smtp_replies import Phase, read_reply
from notifications.transitions import Reply

GOODBYE_SECONDS = 2.0  # for the answer to QUIT


class Line(asyncio.Protocol):
    """A connection that is open, encrypted and signed in, taken over from the library that made it so.

    `patience` says how many seconds an answer may take. `ended` is called once, when nothing more comes of it.
    """

    def __init__(self, transport: asyncio.Transport, manner: Manner, patience: Callable[[Phase], float]) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._manner = manner
        self._patience = patience
        self._talk: Conversation | None = None
        self._until = 0.0  # the loop's seconds at which the answer that is due is too late
        self._watched = -1  # which answer that is, by number
        self._timer: asyncio.TimerHandle | None = None
        self._goodbye = False
        self._gone = asyncio.Event()
        self._why: Exception | None = None
        transport.set_protocol(self)

    @property
    def usable(self) -> bool:
        """Whether another mail may go over it."""
        return not (self._gone.is_set() or self._goodbye or self._transport.is_closing() or self._spent)

    @property
    def idle(self) -> bool:
        return self._talk is None or self._talk.idle

    @property
    def _spent(self) -> bool:
        return self._talk is not None and self._talk.spent

    def attach(self, desk: Desk) -> None:
        """Carry for this desk from now on."""
        self._talk = Conversation(desk, self._manner)
        if self._gone.is_set():
            self._talk.lost(self._heard())
        else:
            self.go_on()

    def go_on(self) -> None:
        """There may be something to carry."""
        if self._talk is not None and self.usable:
            self._talk.go_on()
            self._flush()

    async def gone(self) -> None:
        """Wait until the connection has ended."""
        await self._gone.wait()

    async def close(self) -> None:
        """End it at once: with a goodbye where nothing is under way, else as it is."""
        try:
            if self.idle and not self._gone.is_set():
                self._say_goodbye()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(GOODBYE_SECONDS):
                        await self._gone.wait()
        finally:
            self._drop("ended before the relay answered")

    def data_received(self, data: bytes) -> None:
        if self._goodbye:
            self._drop("")
        elif self._talk is None:
            self._drop("the relay spoke without being asked")
        else:
            self._talk.receive(data)
            self._flush()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._why = self._why or exc
        self._end()

    def _flush(self) -> None:
        talk = self._talk
        assert talk is not None
        if talk.outbox:
            self._transport.write(b"".join(talk.outbox))
            talk.outbox.clear()
        if talk.over:
            self._drop(talk.over)
        elif talk.spent:
            self._say_goodbye()
        else:
            self._watch(talk)

    def _watch(self, talk: Conversation) -> None:
        phase = talk.awaiting
        if phase is None:
            self._until, self._watched = 0.0, -1
            return
        if talk.answered == self._watched:
            return
        self._watched = talk.answered
        self._until = self._loop.time() + self._patience(phase)
        if self._timer is None or self._timer.when() > self._until:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._until, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if not self._until or self._gone.is_set():
            return
        if self._loop.time() >= self._until:
            self._drop("Timed out waiting for the relay's answer")
        else:
            self._set_timer()

    def _say_goodbye(self) -> None:
        if not self._goodbye:
            self._goodbye = True
            self._until = self._loop.time() + GOODBYE_SECONDS
            self._set_timer()
            self._transport.write(b"QUIT\r\n")

    def _drop(self, why: str) -> None:
        """Bytes that were written and not yet sent are thrown away: nothing may follow what we believe was said."""
        if not self._gone.is_set():
            self._why = self._why or (ConnectionError(why) if why else None)
            self._transport.abort()
            self._end()

    def _end(self) -> None:
        if self._gone.is_set():
            return
        self._gone.set()
        if self._timer is not None:
            self._timer.cancel()
        if self._talk is not None:
            self._talk.lost(self._heard())

    def _heard(self) -> Reply:
        return read_reply(0, str(self._why or "Connection lost"))._replace(code=None)
