"""What tests of sending ask for: an outbox on both databases, a relay, a database in trouble, and an event loop."""

from collections.abc import AsyncIterator, Iterator

import pytest

from notifications.clock import MovableClock
from notifications.store import Store
from tests.notifications.dispatch import Troubled
from tests.notifications.outbox import Outbox
from tests.smtp_sink import Sink


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def outbox(store: Store, clock: MovableClock) -> Outbox:
    return Outbox(store, clock)


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """A relay that does what its scripts say."""
    async with Sink() as running:
        yield running


@pytest.fixture
def troubled(outbox: Outbox) -> Iterator[Troubled]:
    """The outbox's database, failing when it is told to."""
    opened = Troubled(outbox)
    yield opened
    opened.close()
