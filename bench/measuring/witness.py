"""A mail server in a process of its own that writes down who got which mail: the truth, whatever is killed.

It announces its port on standard output. Each mail it has whole is one line of its file, `recipient Message-ID`,
written before it answers; every answer is held back for so many milliseconds, as by a relay that is elsewhere.
"""

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.measuring.programs import program
from bench.measuring.sink import END, Counted, Session

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
RECIPIENT = re.compile(rb"RCPT TO:<([^>]*)>", re.IGNORECASE)


class Written(Session):
    """A connection whose mails are written down."""

    def __init__(self, counted: Counted, delay: float, handle: int) -> None:
        super().__init__(counted, delay)
        self._handle = handle
        self._to = b""

    def _say(self, answers: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():  # whoever asked may be dead by now
            super()._say(answers)

    def _command(self) -> bytes | None:
        said = RECIPIENT.match(self._heard)
        self._to = said[1] if said else self._to
        return super()._command()

    def _end_of_body(self) -> bytes | None:
        end = self._heard.find(END)
        if end >= 0:
            named = MESSAGE_ID.search(bytes(self._heard[:end]))
            os.write(self._handle, self._to + b" " + (named[1] if named else b"-") + b"\n")
        return super()._end_of_body()


@dataclass(frozen=True, slots=True)
class Witness:
    """The server as the measuring process sees it."""

    port: int
    _file: Path

    def mails(self) -> list[tuple[str, str]]:
        """(recipient, Message-ID) of every mail it has taken, in order."""
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        return [(to, name) for to, _, name in (line.partition(" ") for line in lines)]


@contextmanager
def running(file: Path, delay_ms: int) -> Iterator[Witness]:
    """The server as a process, until the block ends."""
    with program("bench.measuring.witness", str(file), str(delay_ms)) as process:
        assert process.stdout is not None
        yield Witness(int(process.stdout.readline()), file)


async def _serve(file: str, delay: float) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    counted, loop = Counted(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Written(counted, delay, handle), "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], int(sys.argv[2]) / 1000))
