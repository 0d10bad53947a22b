"""The throw-away server is whole while it runs, refuses what the store refuses, and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from notifications.store import Store
from tests.postgresql import binaries
from tests.postgresql.keeper import ROOT, VARIABLE
from tests.postgresql.server import Server, ServerTrouble

SESSION = """
import os, sys
from tests.postgresql.keeper import KeptServer, address
kept = KeptServer()
print(address("postgres"), flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_server_runs_as_nobody_special_and_is_gone_afterwards() -> None:
    server = Server()
    try:
        with psycopg.connect(server.url("postgres")) as connection:
            [listens] = connection.execute("SHOW listen_addresses").fetchone() or ("?",)
            assert listens == ""
        assert os.stat(server.folder / "data").st_uid != 0
        store = Store(server.url("postgres"))
        store.check()
        store.close()
    finally:
        server.stop()
    assert not server.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url("postgres"))


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in binaries.NEEDED:
        (programs / name).write_text("#!/bin/sh\necho the disk is full\nexit 1\n")
        (programs / name).chmod(0o755)
    with pytest.raises(ServerTrouble, match="the disk is full"):
        Server(programs)


def test_the_server_ends_with_a_session_that_was_killed() -> None:
    plain = {name: value for name, value in os.environ.items() if name != VARIABLE and not name.startswith("COVERAGE_")}
    session = subprocess.Popen(
        [sys.executable, "-c", SESSION],
        cwd=ROOT,
        env=plain,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    said, _ = session.communicate(timeout=60)  # ends when the keeper, which inherited the pipe, is gone too
    assert session.returncode == -9
    folder = Path(said.strip().partition("host=")[2])
    assert folder.name.startswith("seventytwo-postgresql-")
    assert not folder.exists()


def test_a_folder_without_the_programs_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEVENTYTWO_TEST_POSTGRESQL_BIN", str(tmp_path))
    assert binaries.version(tmp_path) == 0
    assert binaries.find() not in (None, tmp_path)
