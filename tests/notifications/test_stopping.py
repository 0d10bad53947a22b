"""A stop takes effect within a second while a slow relay takes mail; a canary goes out alone; hours end a run."""

import asyncio
from uuid import UUID

import pytest
from anyio import to_thread

from notifications import fan_out, pacing
from notifications.engine import Engine
from notifications.models import DeliveryState, Release
from notifications.ramp import Plan, Stage
from notifications.turns import Plan as Sending
from tests.notifications.dispatch import duplicates, sender, until
from tests.notifications.engines import working
from tests.notifications.outbox import Outbox
from tests.smtp_sink import Script, Sink

pytestmark = pytest.mark.anyio
SLOW = 0.05  # seconds the relay takes for a mail
PLAN = Plan((4, 10, 60), minutes=15, percent=5, least=5)


def engine(outbox: Outbox, sink: Sink) -> Engine:
    sink.scripts["*"] = Script(slow=SLOW)
    return Engine(sender(outbox, sink, plan=Sending(connections=4)), holds_lock=True)


async def second_after(sink: Sink) -> int:
    """How many mails the relay has a second from now; none comes after that."""
    await asyncio.sleep(1.0)
    there = len(sink.taken)
    await asyncio.sleep(0.5)
    assert len(sink.taken) == there
    return there


async def test_a_stop_takes_effect_within_a_second_and_the_rest_goes_when_it_is_resumed(
    outbox: Outbox, sink: Sink
) -> None:
    release = outbox.release(150)
    async with working(engine(outbox, sink)):
        await until(lambda: len(sink.taken) >= 8)
        await to_thread.run_sync(outbox.stop, release)
        there = await second_after(sink)
        assert there < 150
        states = outbox.states()
        assert states == {DeliveryState.ACCEPTED: there, DeliveryState.HELD: 150 - there}
        sink.scripts["*"] = Script()
        await to_thread.run_sync(outbox.resume, release)
        await until(lambda: len(sink.taken) == 150)
    assert duplicates(sink) == 0


async def test_a_window_that_closes_ends_a_run_within_a_second(outbox: Outbox, sink: Sink) -> None:
    release = outbox.release(150)
    async with working(engine(outbox, sink)):
        await until(lambda: len(sink.taken) >= 8)
        outbox.forge(release, window_closed=True)
        there = await second_after(sink)
        assert there < 150
        await until(lambda: outbox.states() == {DeliveryState.ACCEPTED: there, DeliveryState.PENDING: 150 - there})


async def test_a_canary_goes_out_alone_until_a_person_has_confirmed_it(outbox: Outbox, sink: Sink) -> None:
    release = outbox.release(60, plan=PLAN)
    turn = engine(outbox, sink)
    async with working(turn):
        await until(lambda: len(sink.taken) == 4)
        await until(lambda: step(outbox, release) is Stage.CONFIRM)
        assert await second_after(sink) == 4
        confirm(outbox, release)
        turn.wake()
        await until(lambda: len(sink.taken) == 10)
        assert await second_after(sink) == 10
        outbox.clock.move(PLAN.wait)
        await until(lambda: step(outbox, release) is Stage.WHOLE)
        await until(lambda: len(sink.taken) == 60)
    assert duplicates(sink) == 0


def step(outbox: Outbox, release: UUID) -> Stage:
    """What the sweep does to a release; the stage it is in then."""
    now = outbox.clock.now()
    outbox.write(lambda session: pacing.advance(session, session.get_one(Release, release), now))
    outbox.write(lambda session: fan_out.continue_fan_out(session, session.get_one(Release, release), now))
    return outbox.released(release).stage


def confirm(outbox: Outbox, release: UUID) -> None:
    now = outbox.clock.now()
    outbox.write(lambda session: pacing.go_on(session, session.get_one(Release, release), now, all_at_once=False))
    outbox.write(lambda session: fan_out.continue_fan_out(session, session.get_one(Release, release), now))
