"""Programs of the product as processes of a test: started, watched until they are ready, killed alone or with all."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.smtp_sink import Taken
from tests.smtp_sink_program import read_log

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # seconds after which something that must happen is given up
LOOK_SECONDS = 0.01
COMMAND = "import sys; from incident.cli import main; sys.argv[0] = 'seventytwo'; main()"
WORKER = re.compile(r"worker (\d+): has the lock")
WEB = re.compile(r"Uvicorn running on (http://\S+)")


def until(what: str, holds: Callable[[], bool], told: Callable[[], str] = str, seconds: float = PATIENCE) -> None:
    """Look again and again until it holds. Raises AssertionError, with what `told` says, when it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s\n{told()}"
        threading.Event().wait(LOOK_SECONDS)


@dataclass(frozen=True, slots=True)
class Node:
    """Where the programs of one node find their database, their folder and their relay; `more` are other settings."""

    home: Path
    database_url: str
    smtp_port: int
    more: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The environment of a program: this process's without its settings, and these settings."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SEVENTYTWO_")}
        settings = {
            "home": str(self.home),
            "database_url": self.database_url,
            "port": "0",  # a free one, named in the output
            "smtp_port": str(self.smtp_port),
            "smtp_security": "clear",
            "sweep_seconds": "0.5",
            **self.more,
        }
        return inherited | {f"SEVENTYTWO_{name.upper()}": value for name, value in settings.items()}


class Program:
    """One program of the product in a process group of its own; what it says goes to a file in the node's folder.

    `under`: the command that starts it.
    """

    def __init__(self, node: Node, *arguments: str, under: Sequence[str] = ()) -> None:
        self._said = node.home / f"said-{time.monotonic_ns()}.log"
        with self._said.open("ab") as log:
            self._process = subprocess.Popen(
                [*under, sys.executable, "-c", COMMAND, *arguments],
                cwd=ROOT,
                env=node.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,  # held by its children too: closed when the last of them is gone
                stderr=log,
                start_new_session=True,
            )
        self._over = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def url(self) -> str:
        """Where the web process listens; waits until it does."""
        return self.await_saying(WEB)[-1]

    @property
    def worker_pid(self) -> int:
        """The worker that took the node's lock last; waits for the first one."""
        return int(self.await_saying(WORKER)[-1])

    def output(self) -> str:
        return self._said.read_text(errors="replace")

    def await_saying(self, words: re.Pattern[str], times: int = 1) -> list[str]:
        """Wait until it has said something so many times. Returns what was found, in order."""
        until(
            words.pattern,
            lambda: len(words.findall(self.output())) >= times or self._process.poll() is not None,
            self.output,
        )
        found: list[str] = words.findall(self.output())
        assert len(found) >= times, f"{words.pattern}: it ended with {self._process.poll()}\n{self.output()}"
        return found

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        """End this process at once and leave its children alone."""
        self._process.kill()
        self._process.wait()

    def kill_group(self) -> None:
        """End this process and all its children at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        assert self.over_within(PATIENCE), "a child left the process group"

    def over_within(self, seconds: float) -> bool:
        """Whether the process and its children have all ended before so many seconds have passed."""
        return self._over.wait(seconds)

    def wait(self, seconds: float = PATIENCE) -> int:
        """Its exit status, once it and its children are gone."""
        status = self._process.wait(seconds)
        assert self.over_within(seconds), self.output()
        return status

    def close(self) -> None:
        self.kill_group()
        self._listener.join()
        if self._process.stdout:
            self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._said.open("ab") as log:
            for line in self._process.stdout:
                log.write(line)
                log.flush()
        self._over.set()


class SinkProgram:
    """The mail server of `tests.smtp_sink` as a process; `slow`: seconds between a mail kept and the relay's answer.

    `hold`: after so many mails kept it answers for none, until it is told to go on; 0: never.
    """

    def __init__(self, log: Path, slow: float = 0.0, hold: int = 0) -> None:
        self._log = log
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.smtp_sink_program", str(log), "--slow", str(slow), "--hold", str(hold)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def mails(self) -> list[Taken]:
        """Every mail kept so far, also by servers before this one with the same log."""
        return read_log(self._log)

    def go_on(self) -> None:
        """Answer for the mails that are held, and for all others as before."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
