"""What tests of sending ask for: a database in trouble, endpoints of webhooks, and the other end of one."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.notifications.dispatch import Troubled
from tests.notifications.outbox import Outbox
from tests.notifications.post_room import PostRoom
from tests.notifications.receiver import Receiver


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
