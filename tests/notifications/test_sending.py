"""Everybody gets their mail once; a stop, a halt or a relay in trouble leaves everything not begun as it was."""

import asyncio
import threading
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from notifications import ledger, sending, upkeep
from notifications.composing import Unsendable
from notifications.ledger import WINDOW, Claimed
from notifications.models import Delivery, DeliveryState, ReleaseState
from notifications.smtp import Mail, RelayTrouble
from notifications.transitions import Fate
from notifications.turns import Plan
from tests.notifications.dispatch import (
    HEIR,
    HERE,
    ONE_LINE,
    THERE,
    held_at,
    reckon,
    run,
    sender,
    soon,
)
from tests.notifications.outbox import Outbox, ReadsLater, address, people
from tests.smtp_sink import Script, Sink, Taken

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0.01)


@pytest.mark.parametrize(("number", "plan"), [(130, Plan()), (23, Plan(connections=3, window=5))])
async def test_a_whole_audience_gets_its_mail_once_and_never_more_than_a_window_is_under_way(
    outbox: Outbox, number: int, plan: Plan
) -> None:
    outbox.release(number)
    under_way: list[int] = []
    transmitting = select(Delivery.message_id).where(col(Delivery.state) == DeliveryState.TRANSMITTING)

    def keep(mail: Taken) -> None:
        sink.taken.append(mail)
        found = set(outbox.look(lambda session: session.exec(transmitting).all()))
        assert mail.message_id in found  # committed before the relay had the body
        under_way.append(len(found))

    async with Sink(keep) as sink:
        sent = await run(sender(outbox, sink, plan=plan))
        await sink.idle()
    assert sent.fates == {**dict.fromkeys(Fate, 0), Fate.ACCEPTED: number}
    assert (sent.trouble, sent.unsendable) == ("", 0)
    assert reckon(outbox, sink) == []
    assert max(under_way) <= plan.window <= WINDOW
    assert 1 < sink.most_at_once <= plan.connections


async def test_what_the_relay_says_is_in_the_ledger(outbox: Outbox, sink: Sink) -> None:
    outbox.release(5)
    sink.scripts[address("u1")] = Script({"rcpt": "450 4.2.1 greylisted"})
    sink.scripts[address("u2")] = Script({"rcpt": "550 5.1.1 nobody"})
    sink.scripts[address("u3")] = Script({"dot": "554 5.6.0 no"})
    sink.scripts[address("u4")] = Script({"data": "452 4.3.1 full"})
    await run(sender(outbox, sink))
    found = {row.person: (row.state, row.reply_code, row.reply_text) for row in outbox.rows()}
    assert found == {
        "u0": (DeliveryState.ACCEPTED, 250, "2.0.0 queued as 1"),
        "u1": (DeliveryState.DEFERRED, 450, "4.2.1 greylisted"),
        "u2": (DeliveryState.REJECTED, 550, "5.1.1 nobody"),
        "u3": (DeliveryState.REJECTED, 554, "5.6.0 no"),
        "u4": (DeliveryState.DEFERRED, 452, "4.3.1 full"),
    }


async def test_a_greylisted_mail_goes_through_at_the_second_try(outbox: Outbox, sink: Sink) -> None:
    outbox.release(1)
    sink.scripts["*"] = Script({"rcpt": "451 4.7.1 greylisted, come back"}, times=1)
    await run(sender(outbox, sink))
    now = outbox.clock.move(timedelta(minutes=5))
    outbox.write(lambda session: upkeep.wake(session, now))
    await run(sender(outbox, sink))
    assert reckon(outbox, sink) == []
    assert (outbox.row().attempt, outbox.row().possible_duplicate) == (2, False)


@pytest.mark.parametrize(("place", "copies"), [("body", 1), ("dot", 2)])
async def test_a_mail_lost_with_its_connection_is_sent_again_flagged_under_the_same_id(
    outbox: Outbox, sink: Sink, place: str, copies: int
) -> None:
    outbox.release(2)
    sink.scripts[address("u0")] = Script(drop=place, times=1)
    sent = await run(sender(outbox, sink))
    assert (sent.fates[Fate.UNCERTAIN], sent.fates[Fate.ACCEPTED]) == (1, 1)
    now = outbox.clock.move(timedelta(minutes=2))
    outbox.write(lambda session: upkeep.wake(session, now))
    await run(sender(outbox, sink))
    assert reckon(outbox, sink) == []
    assert (sink.copies()[address("u0")], outbox.row("u0").possible_duplicate) == (copies, True)
    assert (sink.copies()[address("u1")], outbox.row("u1").possible_duplicate) == (1, False)


async def test_a_connection_lost_after_each_250_costs_nothing(outbox: Outbox, sink: Sink) -> None:
    outbox.release(6)
    sink.scripts["*"] = Script(drop="after")
    assert (await run(sender(outbox, sink))).fates[Fate.ACCEPTED] == 6
    assert reckon(outbox, sink) == []
    assert set(sink.copies().values()) == {1}


async def test_two_senders_at_once_share_an_audience(outbox: Outbox, sink: Sink) -> None:
    outbox.release(60)
    plan = Plan(connections=2, window=7)
    both = [run(sender(outbox, sink, worker, plan)) for worker in (HERE, THERE)]
    await asyncio.gather(*both)
    assert reckon(outbox, sink) == []
    assert set(sink.copies().values()) == {1}


async def test_a_message_to_people_inside_does_not_wait_for_a_large_release(outbox: Outbox, sink: Sink) -> None:
    outbox.release(20)
    outbox.page("mara")
    await run(sender(outbox, sink, plan=Plan(connections=1, window=5)))
    assert [mail.recipient for mail in sink.taken].index(address("mara")) == 0
    assert reckon(outbox, sink) == []


async def test_a_stop_takes_effect_and_what_was_not_begun_is_held(
    outbox: Outbox, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, gate, noticed = outbox.release(120), held_at(sink), asyncio.Event()
    loop, really = asyncio.get_running_loop(), ledger.not_approved

    seen: set[UUID] = set()

    def look(session: Session, releases: Collection[UUID]) -> set[UUID]:
        if seen:  # by the look before this one
            loop.call_soon_threadsafe(noticed.set)
        seen.update(really(session, releases))
        return set(seen)

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "not_approved", look)
        running = asyncio.create_task(run(sender(outbox, sink, plan=ONE_LINE)))
        await soon(gate.arrived.wait())
        outbox.stop(release)
        await soon(noticed.wait())
        gate.open.set()
        sent = await running
    assert (sent.fates[Fate.ACCEPTED], sent.trouble) == (1, "")
    assert outbox.states() == {DeliveryState.ACCEPTED: 1, DeliveryState.HELD: 119}
    assert [mail.recipient for mail in sink.taken] == [address("u0")]
    outbox.resume(release)
    await run(sender(outbox, sink))
    assert reckon(outbox, sink) == []
    assert set(sink.copies().values()) == {1}


async def test_a_void_release_ends_in_cancelled_rows(outbox: Outbox, sink: Sink) -> None:
    release, gate = outbox.release(3), held_at(sink)
    running = asyncio.create_task(run(sender(outbox, sink, plan=Plan(connections=1, window=1))))
    await soon(gate.arrived.wait())
    outbox.void(release)
    gate.open.set()
    await running
    assert outbox.states() == {DeliveryState.ACCEPTED: 1, DeliveryState.CANCELLED: 2}


@pytest.mark.proves("F13")
async def test_a_halt_lets_bodies_under_way_end_and_gives_the_rest_back(outbox: Outbox, sink: Sink) -> None:
    outbox.release(150)
    gate, halt = held_at(sink), asyncio.Event()
    running = asyncio.create_task(soon(sender(outbox, sink, plan=ONE_LINE).run(halt)))
    await soon(gate.arrived.wait())
    halt.set()
    gate.open.set()
    sent = await running
    assert (sent.fates[Fate.ACCEPTED], sent.trouble) == (1, "")
    assert outbox.states() == {DeliveryState.ACCEPTED: 1, DeliveryState.PENDING: 149}
    assert outbox.row("u1").attempt == 1
    await run(sender(outbox, sink, HEIR))
    assert reckon(outbox, sink) == []
    assert set(sink.copies().values()) == {1}


@pytest.mark.parametrize(
    ("place", "state"),
    [("rcpt", DeliveryState.PENDING), ("body", DeliveryState.UNCERTAIN), ("dot", DeliveryState.UNCERTAIN)],
)
async def test_a_mail_that_takes_longer_than_the_drain_is_uncertain_only_if_its_body_was_begun(
    outbox: Outbox, sink: Sink, place: str, state: DeliveryState
) -> None:
    outbox.release(3)
    gate, halt = held_at(sink, place=place), asyncio.Event()
    plan = Plan(connections=1, drain_seconds=0)
    running = asyncio.create_task(soon(sender(outbox, sink, plan=plan).run(halt)))
    await soon(gate.arrived.wait())
    halt.set()
    await running
    assert outbox.row("u0").state is state
    assert {row.state for row in outbox.rows()[1:]} == {DeliveryState.PENDING}
    gate.open.set()
    await sink.hang_up()


async def test_a_halt_before_the_beginning_sends_nothing(outbox: Outbox, sink: Sink) -> None:
    outbox.release(3)
    halt = asyncio.Event()
    halt.set()
    await soon(sender(outbox, sink).run(halt))
    assert outbox.states() == {DeliveryState.PENDING: 3}
    assert outbox.row("u0").attempt == 0


async def test_a_relay_that_cannot_be_reached_claims_nothing(outbox: Outbox, sink: Sink) -> None:
    outbox.release(3)
    sink.scripts[""] = Script({"greeting": "421 4.3.2 not now"})
    with pytest.raises(RelayTrouble, match="not now"):
        await run(sender(outbox, sink))
    assert outbox.row("u0").attempt == 0


@pytest.mark.proves("F19")
async def test_a_relay_that_goes_away_in_the_middle_ends_the_run_and_the_rest_waits(outbox: Outbox, sink: Sink) -> None:
    outbox.release(130)
    gate = held_at(sink, "u4")
    running = asyncio.create_task(run(sender(outbox, sink, plan=ONE_LINE)))
    await soon(gate.arrived.wait())
    await sink.stop_listening()
    await sink.hang_up()
    sent = await running
    assert "Error connecting" in sent.trouble
    assert outbox.states() == {DeliveryState.ACCEPTED: 4, DeliveryState.UNCERTAIN: 1, DeliveryState.PENDING: 125}
    assert outbox.row("u4").state is DeliveryState.UNCERTAIN


async def test_a_person_of_whom_no_mail_can_be_made_is_rejected_and_the_others_get_theirs(
    outbox: Outbox, sink: Sink
) -> None:
    outbox.release(4)
    outbox.change("u1", member_id=0)
    sent = await run(sender(outbox, sink))
    assert (sent.unsendable, sent.fates[Fate.ACCEPTED]) == (1, 3)
    assert outbox.row("u1").state is DeliveryState.REJECTED
    assert outbox.row("u1").reply_text == "its member is not in the audience that was approved"


@pytest.mark.proves("F51")
async def test_a_release_that_is_not_as_it_was_approved_is_stopped_and_its_rows_held(
    outbox: Outbox, sink: Sink
) -> None:
    wrong, right = outbox.release(2), outbox.release(people(3)[2:])
    outbox.forge(wrong, edition_digest="0" * 64)
    sent = await run(sender(outbox, sink))
    assert (sent.fates[Fate.ACCEPTED], sent.fates[Fate.UNTOUCHED]) == (1, 2)
    assert [outbox.released(one).state for one in (wrong, right)] == [ReleaseState.STOPPED, ReleaseState.APPROVED]
    assert outbox.states() == {DeliveryState.HELD: 2, DeliveryState.ACCEPTED: 1}


async def test_composing_does_not_hold_up_the_loop(outbox: Outbox, sink: Sink) -> None:
    outbox.release(1)
    real, threads = outbox.composer(), set()

    class Watched(ReadsLater):
        def compose(self, rows: Sequence[Claimed], _: object) -> list[Mail | Unsendable]:
            threads.add(threading.current_thread())
            return real.compose(rows)

    await run(sender(outbox, sink, composer=Watched()))
    assert threading.main_thread() not in threads


@pytest.mark.parametrize(("connections", "window"), [(0, 10), (1, 0), (1, WINDOW + 1)])
async def test_a_plan_keeps_the_promised_bound(connections: int, window: int) -> None:
    with pytest.raises(ValueError, match="1 to 100 rows"):
        Plan(connections, window)
