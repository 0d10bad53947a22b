"""Postfix's test programs: smtp-sink takes mail and keeps nothing, smtp-source sends; taken out of Debian's package.

Nothing is installed: the package is unpacked into `.var/`, and no mail server runs. Without apt there is None.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measuring.mailing import Took
from bench.measuring.programs import ROOT
from bench.measuring.rounds import spent

UNPACKED = ROOT / ".var" / "postfix"
START_SECONDS = 10
COUNTERS = re.compile(rb"mesg=(\d+)")


@dataclass(frozen=True, slots=True)
class Postfix:
    """Where the programs are, and the folders of their libraries."""

    folder: Path
    libraries: str

    def command(self, name: str, *arguments: str) -> list[str]:
        """A program and its arguments."""
        return [str(self.folder / name), *arguments]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LD_LIBRARY_PATH": self.libraries} if self.libraries else dict(os.environ)


@dataclass(frozen=True, slots=True)
class CSink:
    """A running smtp-sink; its counter of mails goes to a file."""

    port: int
    _log: Path

    def mails(self) -> int:
        """How many it has taken."""
        found = COUNTERS.findall(self._log.read_bytes()[-4096:])
        return int(found[-1]) if found else 0

    def settled(self, mails: int) -> int:
        """How many it has taken, once it has so many or a moment has passed."""
        until = time.monotonic() + 2
        while self.mails() < mails and time.monotonic() < until:
            time.sleep(0.01)
        return self.mails()


def obtain() -> Postfix | None:
    """The programs of this machine, or out of Debian's package; None where there is neither."""
    found = shutil.which("smtp-sink") or shutil.which("/usr/sbin/smtp-sink")
    if found:
        return Postfix(Path(found).parent, "")
    if not (UNPACKED / "usr/sbin/smtp-sink").exists() and not _unpack():
        return None
    folders = {path.parent for path in UNPACKED.rglob("libpostfix-*.so")}
    return Postfix(UNPACKED / "usr/sbin", ":".join(map(str, sorted(folders))))


@contextlib.contextmanager
def sink(postfix: Postfix, log: Path) -> Iterator[CSink]:
    """smtp-sink on a free port, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = postfix.command("smtp-sink", "-c", *user, f"127.0.0.1:{port}", "1024")
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=postfix.environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, log)
        yield CSink(port, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def source(postfix: Postfix, server: CSink, mails: int, connections: int, octets: int) -> Took:
    """smtp-source sends so many mails of this size over connections that stay open (-d), a C program."""
    addresses = ("-f", "n@sender.example", "-t", "u@mail.example")
    size = ("-d", "-s", str(connections), "-m", str(mails), "-l", str(octets))
    command = postfix.command("smtp-source", *size, *addresses, f"127.0.0.1:{server.port}")
    took = spent(lambda: subprocess.run(command, env=postfix.environment, check=True, stdin=subprocess.DEVNULL))
    return Took(mails, took.wall, took.cpu)


def _unpack() -> bool:
    UNPACKED.mkdir(parents=True, exist_ok=True)
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return False
    try:
        subprocess.run(["apt-get", "-q", "download", "postfix"], cwd=UNPACKED, check=True, capture_output=True)
        package = next(UNPACKED.glob("postfix*.deb"))
        subprocess.run(["dpkg", "-x", package, UNPACKED], check=True, capture_output=True)
    except (subprocess.CalledProcessError, StopIteration):
        return False
    return (UNPACKED / "usr/sbin/smtp-sink").exists()


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"smtp-sink does not answer: {log.read_text(errors='replace')[:500]}")
