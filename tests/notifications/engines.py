"""Engines at work, and what their ledger and heartbeat say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from notifications import workers
from notifications.engine import Engine
from notifications.ledger import Worker
from notifications.models import DeliveryState, Heartbeat
from notifications.transitions import Fate
from tests.notifications.dispatch import HERE, soon
from tests.notifications.outbox import Outbox


@asynccontextmanager
async def working(*those: Engine) -> AsyncIterator[None]:
    """Engines at work; halted at the end."""
    halt = asyncio.Event()
    tasks = [asyncio.create_task(one.run(halt)) for one in those]
    try:
        yield
    finally:
        halt.set()
        await soon(asyncio.gather(*tasks))


def all_accepted(outbox: Outbox) -> bool:
    return set(outbox.states()) == {DeliveryState.ACCEPTED}


def heartbeat(outbox: Outbox, worker: Worker = HERE) -> Heartbeat | None:
    return outbox.look(lambda session: session.get(Heartbeat, workers.name_of(worker)))


def trouble(outbox: Outbox) -> object:
    found = heartbeat(outbox)
    return found and found.document["trouble"]


async def delivered(one: Engine) -> dict[Fate, int] | None:
    """One run that was not halted: what came of it."""
    sent = await soon(one.deliver(asyncio.Event()))
    return None if sent is None else {fate: number for fate, number in sent.fates.items() if number}
