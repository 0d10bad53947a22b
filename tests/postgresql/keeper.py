"""Keeps one throw-away PostgreSQL for a whole test session, and ends it when the session does, however that ends.

The session holds the other end of our standard input: when it finishes, crashes or is killed, that end closes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.postgresql.server import Server

ROOT = Path(__file__).parents[2]
VARIABLE = "SEVENTYTWO_TEST_POSTGRESQL"
PATIENCE_SECONDS = 600  # the programs may have to be fetched first


class KeptServer:
    """A test session's own end: starts the keeper without waiting for it, and tells the address once it is there."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="seventytwo-tests-"))
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.postgresql.keeper", self.folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the session; we hear of it by the pipe
        )
        os.environ[VARIABLE] = str(self.folder)

    def stop(self) -> None:
        os.environ.pop(VARIABLE, None)
        if self._keeper.stdin:
            self._keeper.stdin.close()
        self._keeper.wait()


def address(database: str) -> str:
    """The URL of a database on the session's server once it runs. Raises RuntimeError with what is missing."""
    folder = Path(os.environ[VARIABLE])
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if (folder / "failure").exists():
            raise RuntimeError((folder / "failure").read_text())
        if (folder / "url").exists():
            return (folder / "url").read_text().replace("/postgres?", f"/{database}?")
        threading.Event().wait(0.02)
    raise RuntimeError(f"PostgreSQL was not there within {PATIENCE_SECONDS} s")


def keep(folder: Path) -> None:
    """Run the server until standard input closes."""
    try:
        _serve(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path) -> None:
    try:
        server = Server()
    except Exception as error:
        _leave(folder / "failure", str(error))
        sys.stdin.buffer.read()
        raise
    try:
        _leave(folder / "url", server.url("postgres"))
        sys.stdin.buffer.read()
    finally:
        server.stop()


def _leave(place: Path, words: str) -> None:
    """All of it or nothing: readers look at any moment."""
    draft = place.with_suffix(".draft")
    draft.write_text(words)
    draft.rename(place)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
