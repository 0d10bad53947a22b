"""One connection carrying one mail after the other, each awaited: what came of it, or that its body was never begun."""

import asyncio
from collections import deque
from dataclasses import dataclass

from notifications.smtp import Mail, Relay, connect
from notifications.smtp_desk import Errand
from notifications.smtp_line import Line
from notifications.transitions import Outcome, Reply


class NotBegun(Exception):
    """The connection ended before the first byte of this body."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass(slots=True, eq=False)
class Single:
    """A mail and the one who waits for it."""

    mail: Mail
    first_try: bool
    end: "asyncio.Future[Outcome]"


class Posting:
    """A connection and a desk with at most a few mails."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.ready: deque[Single] = deque()
        self.stopped = False
        self.begun: list[str] = []  # recipients whose body was begun
        self.fresh: list[bool] = []  # of what came back
        line.attach(self)

    @property
    def usable(self) -> bool:
        return self.line.usable

    async def send(self, mail: Mail, *, first_try: bool) -> Outcome:
        """What became of it. Raises NotBegun, ValueError for an envelope that cannot be said."""
        (outcome,) = await self.send_all([mail], first_try=first_try)
        if isinstance(outcome, NotBegun):
            raise outcome
        if outcome.reply.text.endswith("cannot stand in a mail's envelope"):
            raise ValueError(outcome.reply.text)
        return outcome

    async def send_all(self, mails: list[Mail], *, first_try: bool = True) -> list[Outcome | NotBegun]:
        """What became of each of them."""
        loop = asyncio.get_running_loop()
        errands = [Single(mail, first_try, loop.create_future()) for mail in mails]
        self.ready += errands
        self.line.go_on()
        if not self.usable:
            self._return_all()
        async with asyncio.timeout(20):
            found = await asyncio.gather(*(errand.end for errand in errands), return_exceptions=True)
        assert all(isinstance(one, Outcome | NotBegun) for one in found), found
        return [one for one in found if isinstance(one, Outcome | NotBegun)]

    async def close(self) -> None:
        await self.line.close()

    def take(self) -> Errand | None:
        return self.ready.popleft() if self.ready else None

    def may_begin(self, errand: Errand) -> bool:
        if not self.stopped:
            self.begun.append(errand.mail.recipient)
        return not self.stopped

    def settle(self, errand: Errand, outcome: Outcome) -> None:
        assert isinstance(errand, Single)
        errand.end.set_result(outcome)

    def give_back(self, errand: Errand, heard: Reply | None, *, fresh: bool) -> None:
        assert isinstance(errand, Single)
        self.fresh.append(fresh)
        errand.end.set_exception(NotBegun(heard or Reply(text="not at fault")))
        self._return_all()

    def _return_all(self) -> None:
        while self.ready:
            self.ready.popleft().end.set_exception(NotBegun(Reply(text="the connection ended before its turn")))


async def posting(relay: Relay) -> Posting:
    """A connection to the relay, ready to carry."""
    return Posting(await connect(relay))
