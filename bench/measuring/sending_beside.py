"""The product's sender over an installation that others use meanwhile: a process that sends from a line to the next.

It says "ready" once a release to so many people is approved. A line on standard input begins, another one stops; then
it says how many mails were recorded and in how many seconds, as JSON.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO
from uuid import UUID

import uvloop

from bench.measuring.mailing import relay, released
from bench.measuring.notice import SENDER, SENDER_NAME
from bench.measuring.programs import program
from bench.measuring.workplace import installation
from incident.installation import Installation
from notifications.composing import Composer, From
from notifications.ids import public_id
from notifications.ledger import Worker, counts
from notifications.models import DeliveryState
from notifications.sending import Sender
from notifications.smtp import connect
from notifications.turns import Plan


@dataclass(frozen=True, slots=True)
class Beside:
    """The process as the measuring one sees it."""

    _ask: IO[bytes]
    _hear: IO[bytes]

    @contextlib.contextmanager
    def sending(self) -> Iterator[list[float]]:
        """It sends while the block runs; the list has the mails a second afterwards."""
        found: list[float] = []
        self._say()
        assert self._hear.readline() == b"sending\n"
        yield found
        self._say()
        said = json.loads(self._hear.readline())
        assert said["left"], "everything was sent before it was stopped: there was no full-rate delivery to the end"
        found.append(said["mails"] / said["seconds"])

    def _say(self) -> None:
        self._ask.write(b"\n")
        self._ask.flush()


@contextlib.contextmanager
def beside(home: Path, port: int, mails: int, connections: int) -> Iterator[Beside]:
    """The process over the installation in `home`, ready to send to the relay at this port."""
    arguments = (str(home), str(port), str(mails), str(connections))
    with program("bench.measuring.sending_beside", *arguments) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield Beside(process.stdin, process.stdout)


async def _send(opened: Installation, release_id: UUID, port: int, connections: int) -> None:
    composer = Composer(opened.store, opened.keys, opened.clock, From(SENDER, SENDER_NAME))
    worker, connecting = Worker(f"bench.{public_id()}"), partial(connect, relay(port))
    sender = Sender(opened.store, opened.clock, worker, composer, connecting, Plan(connections))
    stop, before = asyncio.Event(), _sent(opened, release_id)[0]
    _tell("sending")
    began = time.perf_counter()
    running = asyncio.create_task(sender.run(stop))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    seconds = time.perf_counter() - began
    stop.set()
    await running
    sent, left = _sent(opened, release_id)
    _tell(json.dumps({"mails": sent - before, "seconds": seconds, "left": left}))


def _sent(opened: Installation, release_id: UUID) -> tuple[int, int]:
    with opened.store.read() as session:
        found = counts(session, release_id)
    accepted = found.get(DeliveryState.ACCEPTED, 0)
    return accepted, sum(found.values()) - accepted


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _main(home: Path, port: int, mails: int, connections: int) -> None:
    with installation(home) as opened:
        release_id = released(opened, mails)
        _tell("ready")
        while sys.stdin.readline():
            uvloop.run(_send(opened, release_id, port, connections))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
