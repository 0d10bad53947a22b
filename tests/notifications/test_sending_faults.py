"""Senders that die, stand still or lose their database: nobody is left out, and only uncertain rows may come twice."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text

from notifications import sending
from notifications.models import DeliveryState
from notifications.store import OutcomeUnknown, StoreUnavailable
from notifications.turns import Plan
from tests.notifications.dispatch import (
    HERE,
    ONE_LINE,
    SHORT,
    Troubled,
    duplicates,
    hand_over,
    held_at,
    raising,
    reckon,
    run,
    sender,
    soon,
    until,
)
from tests.notifications.outbox import Outbox, address
from tests.smtp_sink import Script, Sink

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Killed(Exception):
    """As if the process had ended here."""


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0.01)


def killed_when(outbox: Outbox, **wanted: int) -> Callable[[], None]:
    """Dies as soon as the ledger says so."""

    def ask() -> None:
        states = outbox.states()
        if all(states.get(DeliveryState(state), 0) >= number for state, number in wanted.items()):
            raise Killed

    return ask


async def test_killed_after_the_claim_nothing_was_sent_and_nothing_is_flagged(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    outbox.release(8)
    troubled.after = killed_when(outbox, claimed=3)
    with pytest.raises(Killed):
        await run(sender(outbox, sink, plan=SHORT, store=troubled))
    assert outbox.states() == {DeliveryState.CLAIMED: 3, DeliveryState.PENDING: 5}
    assert sink.taken == []
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert not any(row.possible_duplicate for row in outbox.rows())


async def test_killed_after_the_rows_were_marked_they_are_sent_again_flagged(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    outbox.release(8)
    troubled.after = killed_when(outbox, transmitting=3)
    with pytest.raises(Killed):
        await run(sender(outbox, sink, plan=SHORT, store=troubled))
    assert sink.taken == []
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert [row.possible_duplicate for row in outbox.rows()] == [True] * 3 + [False] * 5
    assert duplicates(sink) == 0


async def test_killed_in_the_middle_of_a_body_the_relay_has_nothing_and_gets_it_again(
    outbox: Outbox, sink: Sink
) -> None:
    outbox.release(4)
    gate = held_at(sink, place="body")
    running = asyncio.create_task(run(sender(outbox, sink, plan=SHORT)))
    await soon(gate.arrived.wait())
    running.cancel()
    await asyncio.wait([running])
    await sink.hang_up()
    assert (sink.taken, outbox.row("u0").state) == ([], DeliveryState.TRANSMITTING)
    sink.scripts.clear()
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert outbox.row("u0").possible_duplicate
    assert duplicates(sink) == 0


async def test_killed_after_the_250_and_before_the_result_each_copy_is_flagged_and_has_the_same_id(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    outbox.release(8)

    def before() -> None:
        if sink.taken:
            raise Killed

    troubled.before = before
    with pytest.raises(Killed):
        await run(sender(outbox, sink, plan=SHORT, store=troubled))
    begun = outbox.states()[DeliveryState.TRANSMITTING]
    had = len(sink.taken)
    assert 1 <= had <= begun == SHORT.window
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == had
    assert sum(row.possible_duplicate for row in outbox.rows()) == begun


async def test_killed_after_the_result_nothing_recorded_is_sent_again(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    outbox.release(8)
    troubled.after = killed_when(outbox, accepted=1)
    with pytest.raises(Killed):
        await run(sender(outbox, sink, plan=Plan(connections=1, window=1), store=troubled))
    accepted = {row.person for row in outbox.rows() if row.state is DeliveryState.ACCEPTED}
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert all(sink.copies()[address(person)] == 1 for person in accepted)


async def test_a_ledger_that_recovers_within_the_lease_loses_no_result(
    outbox: Outbox, sink: Sink, troubled: Troubled, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(8)
    gate = held_at(sink)
    running = asyncio.create_task(run(sender(outbox, sink, plan=SHORT, store=troubled)))
    await soon(gate.arrived.wait())
    troubled.before = raising(StoreUnavailable("the disk is full"), times=3)
    gate.open.set()
    sent = await running
    assert sent.trouble == "the ledger cannot be written: the disk is full"
    assert outbox.row("u0").state is DeliveryState.ACCEPTED
    assert set(outbox.states()) == {DeliveryState.ACCEPTED, DeliveryState.PENDING}
    await run(sender(outbox, sink))
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0


async def test_a_ledger_that_does_not_recover_leaves_its_rows_uncertain(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    outbox.release(8)
    gate = held_at(sink)
    running = asyncio.create_task(run(sender(outbox, sink, plan=SHORT, store=troubled)))
    await soon(gate.arrived.wait())
    troubled.before = raising(StoreUnavailable("the disk is full"))
    gate.open.set()
    outbox.clock.move(HERE.lease)
    with pytest.raises(StoreUnavailable, match="full"):
        await running
    assert outbox.row("u0").state is DeliveryState.TRANSMITTING
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert outbox.row("u0").possible_duplicate
    assert duplicates(sink) == 1


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_commit_of_which_nobody_knows_costs_nothing_whether_it_claimed_began_or_recorded(
    outbox: Outbox, sink: Sink, troubled: Troubled, number: int
) -> None:
    outbox.release(2)
    writes = iter(range(1, 1000))

    def after() -> None:
        if next(writes) == number:
            raise OutcomeUnknown("the connection was lost during COMMIT")

    troubled.after = after
    sent = await run(sender(outbox, sink, plan=SHORT, store=troubled))
    assert sent.trouble.startswith("the ledger cannot be written: the connection was lost")
    assert DeliveryState.TRANSMITTING not in outbox.states()
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0
    assert not any(row.possible_duplicate for row in outbox.rows())


@ON_SQLITE
async def test_a_full_disk_ends_the_run_and_everybody_gets_their_mail_once_there_is_room(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    outbox.release(40)
    sink.scripts["*"] = Script({"dot": "250 2.0.0 " + "a long answer that needs room " * 15})
    gate = held_at(sink)
    running = asyncio.create_task(run(sender(outbox, sink, plan=ONE_LINE, store=troubled)))
    await soon(gate.arrived.wait())
    troubled.write(lambda session: session.execute(text("PRAGMA max_page_count=1")))  # no page more than there are
    gate.open.set()
    await until(lambda: troubled.refused)
    assert outbox.states()[DeliveryState.TRANSMITTING] > 0
    outbox.clock.move(HERE.lease)
    with pytest.raises(StoreUnavailable, match="database or disk is full"):
        await running
    had = outbox.states()[DeliveryState.TRANSMITTING]
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert duplicates(sink) <= had


@ON_SQLITE
async def test_a_database_held_by_somebody_else_for_a_while_loses_no_result(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    outbox.release(5)
    gate = held_at(sink)
    running = asyncio.create_task(run(sender(outbox, sink, plan=SHORT, store=troubled)))
    await soon(gate.arrived.wait())
    with outbox.store.engine.begin() as held:
        held.execute(text("SELECT 1"))  # BEGIN IMMEDIATE: nobody else writes
        gate.open.set()
        await until(lambda: troubled.refused)
    assert "locked" in (await running).trouble
    await run(sender(outbox, sink))
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0
