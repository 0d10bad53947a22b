"""What tests of sending ask for: an outbox on both databases, and an event loop."""

import pytest

from notifications.clock import MovableClock
from notifications.store import Store
from tests.notifications.outbox import Outbox


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def outbox(store: Store, clock: MovableClock) -> Outbox:
    return Outbox(store, clock)
