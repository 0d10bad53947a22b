"""The product's sender over an installation that others use meanwhile: a process that sends from a line to the next.

It sends one release to learn how fast it is, and has as many approved to the same people as it could send in twice the
time that was asked for; then it says "ready". A line on standard input begins, another one stops; then it says how many
mails were recorded and in how many seconds, as JSON.
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

import uvloop
from sqlmodel import select

from bench.measuring.mailing import SUBJECT, approved, relay, released
from bench.measuring.notice import SENDER, SENDER_NAME
from bench.measuring.programs import program
from bench.measuring.workplace import installation
from incident.installation import Installation
from notifications.composing import Composer, From
from notifications.ids import public_id
from notifications.ledger import Worker, counts
from notifications.models import DeliveryState, Release
from notifications.sending import Sender
from notifications.smtp import connect
from notifications.turns import Plan

PEOPLE = 4000


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
def beside(home: Path, port: int, seconds: float, connections: int) -> Iterator[Beside]:
    """The process over the installation in `home`, ready to send to the relay at this port for so long in all."""
    arguments = (str(home), str(port), str(seconds), str(connections))
    with program("bench.measuring.sending_beside", *arguments) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield Beside(process.stdin, process.stdout)


async def _send(opened: Installation, port: int, connections: int) -> None:
    sender, stop, before = _sender(opened, port, connections), asyncio.Event(), _sent(opened)[0]
    _tell("sending")
    began = time.perf_counter()
    running = asyncio.create_task(sender.run(stop))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    seconds = time.perf_counter() - began
    stop.set()
    await running
    sent, left = _sent(opened)
    _tell(json.dumps({"mails": sent - before, "seconds": seconds, "left": left}))


def _sender(opened: Installation, port: int, connections: int) -> Sender:
    composer = Composer(opened.store, opened.keys, opened.clock, From(SENDER, SENDER_NAME))
    worker, connecting = Worker(f"bench.{public_id()}"), partial(connect, relay(port))
    return Sender(opened.store, opened.clock, worker, composer, connecting, Plan(connections))


async def _all(opened: Installation, port: int, connections: int) -> float:
    """Send whatever is due. Returns how many mails a second that were."""
    before, began = _sent(opened)[0], time.perf_counter()
    await _sender(opened, port, connections).run(asyncio.Event())
    return (_sent(opened)[0] - before) / (time.perf_counter() - began)


def _sent(opened: Installation) -> tuple[int, int]:
    """How many rows of all releases are accepted, and how many are not."""
    with opened.store.read() as session:
        found = [counts(session, one) for one in session.exec(select(Release.id)).all()]
    accepted = sum(one.get(DeliveryState.ACCEPTED, 0) for one in found)
    return accepted, sum(sum(one.values()) for one in found) - accepted


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _main(home: Path, port: int, seconds: float, connections: int) -> None:
    with installation(home) as opened:
        first = released(opened, PEOPLE)
        rate = uvloop.run(_all(opened, port, connections))
        with opened.store.read() as session:
            audience_id = session.get_one(Release, first).audience_id
        for _ in range(1 + int(2 * rate * seconds / PEOPLE)):
            approved(opened, SUBJECT, audience_id)
        _tell("ready")
        while sys.stdin.readline():
            uvloop.run(_send(opened, port, connections))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
