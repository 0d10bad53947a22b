"""A relay or a database in trouble and defects of ours are told, end nothing, and cost nobody their mail."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from notifications import engine as engines
from notifications.composing import Unsendable
from notifications.engine import LONGEST_PAUSE_SECONDS, Engine
from notifications.ledger import Claimed
from notifications.smtp import Mail
from notifications.store import StoreUnavailable
from notifications.transitions import Fate
from tests.notifications.dispatch import (
    HERE,
    Troubled,
    duplicates,
    raising,
    reckon,
    sender,
    soon,
    until,
)
from tests.notifications.engines import all_accepted, delivered, trouble, working
from tests.notifications.outbox import Outbox, ReadsLater, people
from tests.smtp_sink import Script, Sink

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LOOK_SECONDS", 0.01)


def rested(one: Engine) -> float:
    """As if the relay had rested as long as it was to: how many seconds that was."""
    relay = one._relay
    relay.ask_at = 0.0
    return relay.pause


@pytest.mark.proves("F19")
async def test_a_relay_that_is_down_is_asked_less_and_less_often_and_nothing_is_claimed(
    outbox: Outbox, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(2)
    sink.scripts[""] = Script({"greeting": "421 4.3.2 down"})
    one = Engine(sender(outbox, sink), holds_lock=True)
    pauses = []
    for number in range(1, 10):
        assert await delivered(one) == {}
        assert await delivered(one) is None  # it rests
        assert sink.connections == number
        pauses.append(rested(one))
    assert pauses == [1, 2, 4, 8, 16, 32, *[LONGEST_PAUSE_SECONDS] * 3]
    assert caplog.text.count("asked again") == 1
    assert outbox.row("u0").attempt == 0
    await one.tend()
    assert "down" in str(trouble(outbox))
    sink.scripts.clear()
    assert await delivered(one) == {Fate.ACCEPTED: 2}
    assert "works again" in caplog.text
    await one.tend()
    assert trouble(outbox) == ""
    outbox.release(people(3)[2:])
    assert await delivered(one) == {Fate.ACCEPTED: 1}
    assert caplog.text.count("works again") == 1


async def test_a_relay_that_comes_back_gets_everything_by_itself(
    outbox: Outbox, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LONGEST_PAUSE_SECONDS", 0.01)
    outbox.release(3)
    sink.scripts[""] = Script({"greeting": "421 4.3.2 down"})
    async with working(Engine(sender(outbox, sink), holds_lock=True)):
        await until(lambda: "down" in str(trouble(outbox)))
        sink.scripts.clear()
        await until(lambda: all_accepted(outbox))
    assert reckon(outbox, sink) == []


async def test_a_database_in_trouble_is_told_and_later_everything_goes(
    outbox: Outbox, sink: Sink, troubled: Troubled, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(3)
    troubled.blind = True
    async with working(Engine(sender(outbox, sink, store=troubled), holds_lock=True)):
        await until(lambda: "the database cannot be used: cannot be read" in caplog.text)
        troubled.before = raising(StoreUnavailable("no room"), times=3)
        troubled.blind = False
        await until(lambda: all_accepted(outbox))
        await until(lambda: trouble(outbox) == "")
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0


@pytest.mark.parametrize("where", ["composing", "settling"])
async def test_a_defect_is_told_and_ends_nothing(
    outbox: Outbox, sink: Sink, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(2)
    real, fails = outbox.composer(), raising(ZeroDivisionError("a defect"), times=1)

    class Composing(ReadsLater):
        def compose(self, rows: Sequence[Claimed], _: object) -> list[Mail | Unsendable]:
            if where == "composing":
                fails()
            return real.compose(rows)

    after_run: Callable[[], None] = fails if where == "settling" else lambda: None
    one = Engine(sender(outbox, sink, composer=Composing()), holds_lock=True, after_run=after_run)
    async with working(one):
        await until(lambda: "sender: a defect" in caplog.text)
        outbox.clock.move(HERE.lease + timedelta(seconds=1))
        await until(lambda: all_accepted(outbox))
    assert reckon(outbox, sink) == []
    assert duplicates(sink) == 0


async def test_a_run_that_ends_in_trouble_while_halted_is_not_called_well_again(
    outbox: Outbox, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(1)
    sink.scripts[""] = Script({"greeting": "421 4.3.2 down"})
    one, halt = Engine(sender(outbox, sink), holds_lock=True), asyncio.Event()
    await soon(one.deliver(halt))
    rested(one)
    halt.set()
    await soon(one.deliver(halt))
    assert "works again" not in caplog.text
