"""A sender keeps to its rates: what may not go yet is put off or waited for, and everything goes in the end."""

import asyncio
from datetime import timedelta

import pytest

from notifications.models import DeliveryState
from notifications.rates import Rates
from notifications.transitions import Fate
from notifications.turns import Plan
from tests.notifications.dispatch import duplicates, reckon, run, sender
from tests.notifications.outbox import Outbox, address
from tests.smtp_sink import Sink

pytestmark = pytest.mark.anyio


async def test_a_domain_gets_no_more_than_its_rate_and_the_rest_goes_when_its_turn_has_come(
    outbox: Outbox, sink: Sink
) -> None:
    outbox.release(5)
    domain = address("u0").partition("@")[2]
    plan = Plan(rates=Rates(by_domain={domain: 2}))
    sent = await run(sender(outbox, sink, plan=plan))
    assert sent.fates[Fate.ACCEPTED] == 2
    waits = sorted(row.next_at - outbox.clock.now() for row in outbox.rows() if row.state is DeliveryState.PENDING)
    assert [wait > timedelta(0) for wait in waits] == [True] * 3
    assert waits[-1] <= timedelta(seconds=1.6)
    outbox.clock.move(timedelta(seconds=2))
    await run(sender(outbox, sink))
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0


async def test_a_rate_in_all_is_kept_and_everything_goes(outbox: Outbox, sink: Sink) -> None:
    outbox.release(6)
    began = asyncio.get_running_loop().time()
    sent = await run(sender(outbox, sink, plan=Plan(rates=Rates(in_all=4))))
    assert sent.fates[Fate.ACCEPTED] == 6
    assert asyncio.get_running_loop().time() - began >= 0.45  # four at once, two more a quarter of a second apart
