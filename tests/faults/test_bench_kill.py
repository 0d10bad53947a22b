"""`make bench-kill` in a small form: it counts from ledger and relay, and says whether its goals were met."""

import json
import subprocess
import sys

import pytest

from bench.measuring.machine import OUT
from tests.faults.processes import ROOT


@pytest.mark.soak
@pytest.mark.proves("F06")
def test_three_designs_under_the_same_kills_and_only_ours_loses_nobody() -> None:
    name = "kill-small"
    command = [sys.executable, "-m", "bench.kill", "--people", "900", "--kills", "4", "--seed", "7", "--name", name]
    ended = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=280)
    found = OUT / f"{name}.json"
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr[-3000:]}"
    assert "seed      7" in ended.stdout
    goals = json.loads(found.read_text())["goals"]
    found.unlink()
    assert {goal: goals[goal]["met"] for goal in goals} == dict.fromkeys(["K1", "K2", "K3", "K4", "K5", "K6"], True)
    assert (goals["K1"]["value"], goals["K3"]["value"]) == (0, 0)
    assert goals["K5"]["value"] > 0
