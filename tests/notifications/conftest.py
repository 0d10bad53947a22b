"""What tests of sending ask for: an outbox on both databases, a relay, a database in trouble, and an event loop."""

from collections.abc import AsyncIterator, Iterator

import pytest

from notifications.clock import MovableClock
from notifications.store import Store
from tests.notifications.dispatch import Troubled
from tests.notifications.outbox import Outbox
from tests.notifications.post_room import PostRoom
from tests.notifications.receiver import Receiver
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


@pytest.fixture
def room(outbox: Outbox) -> PostRoom:
    """Endpoints of webhooks and chat over the outbox."""
    return PostRoom(outbox)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """An endpoint's other end, which does what its scripts say."""
    async with Receiver() as running:
        yield running
