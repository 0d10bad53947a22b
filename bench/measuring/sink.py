"""A mail server that keeps nothing, in a process of its own: lean, so that it is not what limits a sender.

It announces its port on standard output; each line on standard input is answered with what it took so far, as JSON.
Commands may come pipelined (RFC 2920) or as whole mails (RFC 3030). It understands what a sender says and refuses
nothing. Its argument holds back each answer for so many milliseconds, as a relay far away does.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, cast

import uvloop

from bench.measuring.programs import program

EHLO = b"250-sink.example\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n"
ANSWERS = {b"EHLO": EHLO, b"HELO": b"250 sink.example\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
OK = b"250 2.0.0 ok\r\n"
END = b"\r\n.\r\n"


@dataclass(slots=True)
class Counted:
    """What the server took so far."""

    mails: int = 0
    octets: int = 0
    connections: int = 0
    cpu: float = 0.0  # seconds of the server's process


class Session(asyncio.Protocol):
    """One connection: commands line by line, bodies in one search for their end."""

    def __init__(self, counted: Counted, delay: float = 0.0) -> None:
        self._counted = counted
        self._delay = delay
        self._chunk = 0  # octets of a chunk still to come
        self._heard = bytearray()
        self._in_body = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # the loop's own class, which inherits from neither
        self._counted.connections += 1
        self._transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._heard += data
        answers = bytearray()
        while (answer := self._end_of_body() if self._in_body else self._command()) is not None:
            answers += answer
        if answers and self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._say, bytes(answers))
        elif answers:
            self._say(bytes(answers))

    def _say(self, answers: bytes) -> None:
        assert self._transport is not None
        self._transport.write(answers)
        if answers.endswith(ANSWERS[b"QUIT"]):
            self._transport.close()

    def _command(self) -> bytes | None:
        if self._chunk:
            return self._end_of_chunk()
        end = self._heard.find(b"\n")
        if end < 0:
            return None
        verb = bytes(self._heard[:4]).upper()
        if verb == b"BDAT":
            self._chunk = int(bytes(self._heard[:end]).split()[1])
            del self._heard[: end + 1]
            return self._end_of_chunk()
        del self._heard[: end + 1]
        self._in_body = verb == b"DATA"
        return ANSWERS.get(verb, OK)

    def _end_of_chunk(self) -> bytes | None:
        if len(self._heard) < self._chunk:
            return None
        self._counted.mails += 1
        self._counted.octets += self._chunk
        del self._heard[: self._chunk]
        self._chunk = 0
        return OK

    def _end_of_body(self) -> bytes | None:
        end = self._heard.find(END)
        if end < 0:
            return None
        self._counted.mails += 1
        self._counted.octets += end + 2
        del self._heard[: end + len(END)]
        self._in_body = False
        return OK


@dataclass(frozen=True, slots=True)
class Sink:
    """The server as the measuring process sees it."""

    port: int
    _ask: IO[bytes]
    _hear: IO[bytes]

    def counted(self) -> Counted:
        """What it took so far, of everybody."""
        self._ask.write(b"\n")
        self._ask.flush()
        return Counted(**json.loads(self._hear.readline()))


@contextmanager
def running(delay_ms: int = 0) -> Iterator[Sink]:
    """The server as a process, until the block ends."""
    with program("bench.measuring.sink", str(delay_ms)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Sink(int(process.stdout.readline()), process.stdin, process.stdout)


async def _serve() -> None:
    counted, loop = Counted(), asyncio.get_running_loop()
    delay = int(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0
    server = await loop.create_server(lambda: Session(counted, delay), "127.0.0.1", 0, backlog=512)
    _say(str(server.sockets[0].getsockname()[1]))
    while await loop.run_in_executor(None, sys.stdin.readline):
        counted.cpu = time.process_time()
        fields = {name: getattr(counted, name) for name in Counted.__dataclass_fields__}
        _say(json.dumps(fields))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_serve())
