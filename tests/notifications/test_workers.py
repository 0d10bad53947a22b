"""Each worker proves by itself that it lives; the rates of an installation are divided by those that do."""

from datetime import timedelta

import pytest

from notifications import workers
from notifications.engine import Engine
from notifications.ledger import Worker
from notifications.rates import Rates
from notifications.turns import Plan
from notifications.workers import FORGOTTEN, SILENT, Beat
from tests.notifications.dispatch import HEIR, HERE, THERE, sender
from tests.notifications.outbox import Outbox
from tests.smtp_sink import Sink

A_MOMENT = timedelta(seconds=1)


def beat(outbox: Outbox, *those: Worker, trouble: str = "") -> None:
    for one in those:
        outbox.write(lambda session, one=one: workers.beat(session, one, outbox.clock.now(), trouble))  # type: ignore[misc]


def known(outbox: Outbox) -> list[Beat]:
    return outbox.look(workers.beats)


def living(outbox: Outbox, mine: Worker = HERE) -> int:
    return outbox.look(lambda session: workers.living(session, outbox.clock.now(), mine))


def test_who_asks_lives_also_before_its_first_beat(outbox: Outbox) -> None:
    assert living(outbox) == 1
    beat(outbox, HERE)
    assert living(outbox) == 1
    beat(outbox, THERE)
    assert living(outbox) == 2


def test_the_next_worker_of_a_node_takes_the_place_of_the_last(outbox: Outbox) -> None:
    beat(outbox, HERE, HEIR)
    assert [one.node for one in known(outbox)] == ["here"]


def test_one_that_fell_silent_counts_until_what_it_holds_is_free_and_is_forgotten_in_the_end(outbox: Outbox) -> None:
    beat(outbox, THERE)
    outbox.clock.move(SILENT)
    assert living(outbox) == 2
    outbox.clock.move(A_MOMENT)
    assert living(outbox) == 1
    outbox.clock.move(FORGOTTEN)
    beat(outbox, HERE)
    assert [one.node for one in known(outbox)] == ["here"]


def test_one_that_took_its_leave_counts_no_more_and_its_successor_does(outbox: Outbox) -> None:
    beat(outbox, HERE, THERE)
    outbox.write(lambda session: workers.take_leave(session, THERE, outbox.clock.now()))
    assert living(outbox) == 1
    assert [one.ended for one in known(outbox)] == [False, True]
    beat(outbox, HEIR)
    outbox.write(lambda session: workers.take_leave(session, HERE, outbox.clock.now()))
    assert [one.ended for one in known(outbox)] == [False, True]


@pytest.mark.anyio
async def test_each_of_three_takes_a_third_of_the_rates_and_more_when_one_is_gone(outbox: Outbox, sink: Sink) -> None:
    rates = Rates(30.0, {"slow.example": 3.0})
    one = Engine(sender(outbox, sink, HERE, Plan(rates=rates)), holds_lock=True)
    beat(outbox, THERE, Worker("yonder.1"))
    await one.tend()
    assert rates.workers == 3
    outbox.write(lambda session: workers.take_leave(session, THERE, outbox.clock.now()))
    await one.tend()
    assert rates.workers == 2


def begun(rates: Rates, seconds: int, domain: str) -> int:
    """How many mails begin when one is tried a hundred times a second."""
    moments = (number / 100 for number in range(seconds * 100))
    return sum(rates.wait(domain, moment).seconds == 0 for moment in moments)


@pytest.mark.parametrize("domain", ["any.example", "slow.example"])
def test_what_workers_begin_together_is_what_one_would(domain: str) -> None:
    limits = (20.0, {"slow.example": 4.0})
    alone = begun(Rates(*limits), 10, domain)
    shares = [Rates(*limits) for _ in range(4)]
    for one in shares:
        one.wait(domain, -100.0)  # a bucket that exists already is divided too
        one.divide(4)
    together = sum(begun(one, 10, domain) for one in shares)
    assert together == pytest.approx(alone, rel=0.1)
