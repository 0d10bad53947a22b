"""The hooks of an installation on both databases, on a clock that is moved."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident.auth import passwords
from notifications.clock import MovableClock
from notifications.store import Store
from tests.hooks.gate import Gate
from tests.hooks.monitors import Monitors
from tests.unavailable import impatient
from tests.web.stage import HASHED, open_stage


@pytest.fixture
def gate(store: Store, clock: MovableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setattr(passwords, "_nobody", lambda: HASHED)
    return Gate(open_stage(store, clock, tmp_path))


@pytest.fixture
def hasty(database_url: str, clock: MovableClock, tmp_path: Path) -> Iterator[Gate]:
    """The same, with a database that is given up after a tenth of a second."""
    with impatient(database_url) as store:
        yield Gate(open_stage(store, clock, tmp_path))


@pytest.fixture
def monitors(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitors]:
    """Every monitor there is. Whoever would look up or open anything fails the test."""

    def refused(*address: object, **_: object) -> None:
        raise AssertionError(f"reached out to {address}")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    with gate.client:  # one loop for all requests
        yield Monitors(gate)
