"""The demo as anybody runs it: a program of its own, which ends well only if every step held."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SEVENTYTWO = Path(sys.executable).parent / "seventytwo"
ENOUGH = 240  # people: the whole story, a short while to send


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(SEVENTYTWO), "demo", "--exit", "--people", str(ENOUGH), *arguments]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120
    )


@pytest.mark.fault
def test_every_step_of_the_story_holds(tmp_path: Path) -> None:
    ran = demo("--port", "0", "--home", str(tmp_path / "new"))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = re.search(r"(\d+) of (\d+) steps held", ran.stdout)
    assert found, ran.stdout
    assert found[1] == found[2]
    assert int(found[2]) >= 19
    assert "FAILED" not in ran.stdout
    assert f"{ENOUGH:,} people, as many rows, as many mails" in ran.stdout
    assert "131 of 131 affected customers told" in ran.stdout
    assert "Points announced to the authority to follow: 1. Final information filed." in ran.stdout
    assert not (tmp_path / "new" / "mailbox" / "000000.eml").exists()
    assert (tmp_path / "new" / "mailbox" / "000001.eml").exists()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "seventytwo.db").write_bytes(b"somebody's")
    ran = demo("--port", "0", "--home", str(tmp_path))
    assert ran.returncode == 2
    assert "is not empty" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["seventytwo.db"]
    assert (tmp_path / "seventytwo.db").read_bytes() == b"somebody's"


def test_a_port_in_use_is_named_with_the_mend() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = demo("--port", str(taken.getsockname()[1]))
    assert ran.returncode == 2
    assert "--port" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_installation_the_environment_points_at_is_not_touched(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.db"
    with socket.socket() as taken:  # it ends early: what it would have opened by then is enough
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        demo("--port", port, SEVENTYTWO_DATABASE_URL=f"sqlite:///{theirs}", SEVENTYTWO_HOME=str(tmp_path / "home"))
    assert list(tmp_path.iterdir()) == []
