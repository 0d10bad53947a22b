"""A node's lives in this process: each takes over, sends what is due and is gone; hours pass between."""

import asyncio
from datetime import timedelta
from functools import partial

from notifications.carriers import Connect
from notifications.engine import Engine
from notifications.ledger import Worker
from notifications.sending import Sender
from notifications.smtp import Patience, Relay, connect
from notifications.transitions import OPEN
from notifications.turns import Plan, Sent
from tests.faults.invariants import Scene, violations
from tests.notifications.outbox import Outbox
from tests.smtp_sink import Sink, Taken

MANNERS = ("one command at a time", "pipelining", "chunking")
PATIENT = Patience(connect=20, command=20, final_dot=20)
LATER = timedelta(hours=1, minutes=10)  # the longest wait between two tries, and its spread
LIVES = 5
PLAN = Plan(connections=2)


def speak(sink: Sink, manner: str) -> None:
    """How the relay may be spoken to."""
    offered = {"one command at a time": [], "pipelining": ["PIPELINING"], "chunking": ["PIPELINING", "CHUNKING"]}
    sink.extensions[:] = ["8BITMIME", *offered[manner]]


def relay(sink: Sink, patience: Patience = PATIENT) -> Relay:
    """The sink, to which whole mails go where it offers CHUNKING."""
    return Relay("127.0.0.1", sink.port, "clear", patience=patience, chunking=True)


def engine(outbox: Outbox, connecting: Connect, life: int, plan: Plan = PLAN) -> Engine:
    """The sender of one life of the node, which holds its lock."""
    worker = Worker(f"node.{life}")
    return Engine(Sender(outbox.store, outbox.clock, worker, outbox.composer(), connecting, plan), holds_lock=True)


async def live(outbox: Outbox, connecting: Connect, life: int = 1, plan: Plan = PLAN) -> Sent | None:
    """One life that is not disturbed. Returns what was sent."""
    async with asyncio.timeout(60):
        one = engine(outbox, connecting, life, plan)
        await one.tend()
        sent = await one.deliver(asyncio.Event())
        await one.tend()
        return sent


async def live_on(outbox: Outbox, sink: Sink, patience: Patience = PATIENT, plan: Plan = PLAN) -> None:
    """Life after life until every row has its end."""
    for life in range(100, 100 + LIVES):
        await live(outbox, partial(connect, relay(sink, patience)), life, plan)
        if not any(row.state in OPEN for row in outbox.rows()):
            return
        outbox.clock.move(LATER)


def wrong(outbox: Outbox, taken: list[Taken], *promises: str, losses: int | None = None) -> list[str]:
    """What does not hold now; nothing when all is well."""
    return violations(Scene(outbox.store, outbox.keys, outbox.clock.now(), taken, losses), *promises)
