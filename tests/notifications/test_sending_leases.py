"""A worker keeps its rows while it lives, ends when it cannot, and a defect anywhere ends the run and loses nobody."""

import asyncio
import threading
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import Session

from notifications import ledger, sending, upkeep
from notifications.composing import Composer, Unsendable
from notifications.ledger import Claimed, Worker
from notifications.models import DeliveryState
from notifications.smtp import Mail
from notifications.smtp_line import Line
from notifications.store import StoreUnavailable
from tests.notifications.dispatch import (
    HERE,
    SHORT,
    THERE,
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
from tests.notifications.outbox import DESK, Outbox, ReadsLater, address
from tests.smtp_sink import Sink

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0.01)


async def test_a_worker_that_stood_still_changes_nothing_any_more(outbox: Outbox, sink: Sink) -> None:
    outbox.release(4)
    gate = held_at(sink)
    running = asyncio.create_task(run(sender(outbox, sink, plan=SHORT)))
    await soon(gate.arrived.wait())
    now = outbox.clock.move(HERE.lease + timedelta(seconds=1))
    taken = outbox.write(lambda session: upkeep.take_over(session, THERE, now))
    gate.open.set()
    sent = await running
    assert (taken.uncertain, sent.trouble) == (3, "this worker stood still for longer than its lease")
    assert outbox.row("u0").state is DeliveryState.UNCERTAIN
    assert [mail.recipient for mail in sink.taken] == [address("u0")]
    await hand_over(outbox, sink, THERE)
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 1


async def test_a_mail_that_takes_long_stays_its_workers(
    outbox: Outbox, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.release(4)
    gate, renewed, kept = held_at(sink), threading.Event(), threading.Event()
    really_renew, really_look = ledger.renew, ledger.not_approved

    def renew(session: Session, worker: Worker, rows: Sequence[Claimed], now: datetime) -> int:
        renewed.set()
        return really_renew(session, worker, rows, now)

    def look(session: Session, releases: Collection[UUID]) -> set[UUID]:
        if renewed.is_set():  # a look follows each renewal
            kept.set()
        return really_look(session, releases)

    monkeypatch.setattr(ledger, "renew", renew)
    monkeypatch.setattr(ledger, "not_approved", look)
    running = asyncio.create_task(run(sender(outbox, sink, plan=SHORT)))
    await soon(gate.arrived.wait())
    for _ in range(4):
        renewed.clear()
        kept.clear()
        now = outbox.clock.move(HERE.lease * 3 / 4)
        await until(kept.is_set)
        assert outbox.row("u0").lease_until == now + HERE.lease
    gate.open.set()
    assert (await running).trouble == ""
    assert reckon(outbox, sink) == []
    assert not any(row.possible_duplicate for row in outbox.rows())


async def test_leases_that_cannot_be_renewed_are_told_and_end_the_run_when_they_end(
    outbox: Outbox, sink: Sink, troubled: Troubled, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(4)
    gate = held_at(sink)
    running = asyncio.create_task(run(sender(outbox, sink, plan=SHORT, store=troubled)))
    await soon(gate.arrived.wait())
    troubled.before = raising(StoreUnavailable("no room"))
    outbox.clock.move(HERE.lease / 2)
    await until(lambda: "leases could not be renewed: no room" in caplog.text)
    outbox.clock.move(HERE.lease / 2)
    gate.open.set()
    with pytest.raises(StoreUnavailable):
        await running
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []


async def test_a_database_that_cannot_be_read_for_a_while_is_told_and_keeps_nobody_waiting(
    outbox: Outbox, sink: Sink, troubled: Troubled, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(4)
    gate = held_at(sink)
    running = asyncio.create_task(run(sender(outbox, sink, plan=SHORT, store=troubled)))
    await soon(gate.arrived.wait())
    troubled.blind = True
    await until(lambda: "could not be looked up: cannot be read" in caplog.text)
    gate.open.set()
    assert (await running).trouble == ""
    assert reckon(outbox, sink) == []


async def test_a_defect_of_the_watch_over_leases_ends_the_run_and_not_the_sending(
    outbox: Outbox, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.release(4)
    gate = held_at(sink)

    def look(*_: object) -> set[UUID]:
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "not_approved", look)
        with pytest.raises(ZeroDivisionError):
            await run(sender(outbox, sink, plan=SHORT))
    gate.open.set()
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []


async def test_texts_that_cannot_be_read_now_end_the_run_and_nothing_is_rejected(
    outbox: Outbox, sink: Sink, troubled: Troubled
) -> None:
    outbox.release(4)
    troubled.blind = True
    composer = Composer(troubled, outbox.keys, outbox.clock, DESK)
    sent = await run(sender(outbox, sink, composer=composer))
    assert sent.trouble == "the database cannot be read: cannot be read"
    assert outbox.states() == {DeliveryState.PENDING: 4}
    troubled.blind = False
    await run(sender(outbox, sink, composer=composer))
    assert reckon(outbox, sink) == []


async def test_a_defect_in_composing_ends_the_run_and_nothing_is_flagged(outbox: Outbox, sink: Sink) -> None:
    outbox.release(4)

    class Broken(ReadsLater):
        def compose(self, rows: Sequence[Claimed], _: object) -> list[Mail | Unsendable]:
            raise ZeroDivisionError("a defect")

    with pytest.raises(ZeroDivisionError):
        await run(sender(outbox, sink, composer=Broken()))
    assert outbox.states() == {DeliveryState.CLAIMED: 4}
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert not any(row.possible_duplicate for row in outbox.rows())


async def test_a_defect_of_a_connection_ends_the_run(
    outbox: Outbox, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.release(4)

    async def gone(_: Line) -> None:
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as patched:
        patched.setattr(Line, "gone", gone)
        with pytest.raises(ZeroDivisionError):
            await run(sender(outbox, sink))
    await hand_over(outbox, sink)
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0
