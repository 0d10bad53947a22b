"""The archive that tests of verification attack."""

import os
from pathlib import Path

import pytest

from incident.keys import KeyRing
from notifications.clock import MovableClock
from notifications.store import Store
from tests.incident.queries.archive import CASE, LENGTH, OTHER, START, Archive


@pytest.fixture
def archive(store: Store, tmp_path: Path) -> Archive:
    clock = MovableClock(START)
    made = Archive(store, KeyRing(os.urandom(32), clock), clock, tmp_path / "outside", tmp_path / "checkpoint-key")
    for number in range(1, LENGTH + 1):
        made.add(CASE, f"line {number}")
        made.add(OTHER, f"other line {number}")
        if number in (2, 4):
            made.sign()
    return made
