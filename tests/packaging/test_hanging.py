"""A run of tests that hangs says what hung: the test fails by its name, and a run that is ended names where it was."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import running

HANGS = (
    "import threading\n\ndef test_waits_for_ever():\n    threading.Event().wait()\n\ndef test_is_well():\n    pass\n"
)


def test_a_test_that_hangs_fails_by_its_name_and_the_others_go_on(tmp_path: Path) -> None:
    hangs = tmp_path / "test_of_a_run.py"
    hangs.write_text(HANGS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--timeout=1"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        [*command, "--rootdir", tmp_path, hangs], capture_output=True, text=True, env=environment, timeout=60
    )
    assert "test_of_a_run.py::test_waits_for_ever" in run.stdout.partition("short test summary")[2]
    assert "Timeout" in run.stdout
    assert "1 failed, 1 passed" in run.stdout


def test_while_a_test_runs_its_name_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "KEPT", tmp_path)
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw1")
    with running.noted("tests/a.py::test_one"):
        assert running.running() == ["gw1: tests/a.py::test_one"]
    assert running.running() == []


def test_what_an_earlier_run_left_behind_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "KEPT", tmp_path)
    (tmp_path / "gw0-17").write_text("tests/a.py::test_one")
    running.forget()
    assert running.running() == []
