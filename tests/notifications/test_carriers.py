"""Every letter ends as done or as given back, over as many connections as the relay takes, and none is left open."""

import asyncio
from collections.abc import Iterable
from functools import partial

import pytest

from notifications.carriers import Carriers, Letter
from notifications.ledger import Claimed
from notifications.smtp import Mail, Patience, Relay, RelayTrouble, connect
from notifications.smtp_desk import Desk
from notifications.transitions import Fate, Outcome, Reply, Tried
from tests.conftest import START
from tests.notifications.dispatch import until
from tests.smtp_sink import Gate, Script, Sink

pytestmark = pytest.mark.anyio
PATIENT = Patience(connect=20, command=20, final_dot=20)


def relay(sink: Sink, messages: int = 100) -> Relay:
    return Relay("127.0.0.1", sink.port, "clear", patience=PATIENT, messages=messages)


def letter(number: int, recipient: str = "", deferrals: int = 0) -> Letter:
    identity = f"<{number}@sender.example>"
    row = Claimed(number, 1, "test:1", None, None, f"u{number}", identity, Tried(deferrals, START, None, None))
    message = f"Message-ID: {identity}\r\n\r\nHello\r\n".encode()
    return Letter(row, Mail("n@sender.example", recipient or f"u{number}@mail.example", message))


async def started(
    sink: Sink, connections: int = 1, messages: int = 100, *, begins: bool = True
) -> tuple[Carriers, Relay]:
    where = relay(sink, messages)
    carriers = Carriers(partial(connect, where), lambda _row: begins, lambda _row: begins)
    carriers.start(await connect(where), connections)
    return carriers, where


async def settled(carriers: Carriers, number: int) -> None:
    """Until so many letters have come to an end."""
    async with asyncio.timeout(20):
        while len(carriers.done) + len(carriers.back) < number and carriers.failure is None:
            carriers.news.clear()
            await carriers.news.wait()


def fates(carriers: Carriers) -> dict[int, Fate]:
    return {row.id: outcome.fate for row, outcome in carriers.done}


def given_back(carriers: Carriers) -> set[int]:
    return {row.id for row in carriers.back}


async def sent(carriers: Carriers, letters: Iterable[Letter]) -> None:
    """Put them all, wait for them all, and close."""
    number = 0
    for one in letters:
        carriers.put(one)
        number += 1
    await settled(carriers, number)
    await carriers.close()


async def test_every_letter_goes_once_over_the_connections_there_are(sink: Sink) -> None:
    carriers, _ = await started(sink, connections=3)
    await sent(carriers, map(letter, range(30)))
    assert fates(carriers) == dict.fromkeys(range(30), Fate.ACCEPTED)
    assert carriers.back == []
    assert set(sink.copies().values()) == {1}
    assert len(sink.taken) == 30
    assert sink.most_at_once == 3
    await sink.idle()
    assert sink.commands.count("QUIT") == 3


async def test_no_connection_is_opened_without_work_for_it(sink: Sink) -> None:
    carriers, _ = await started(sink, connections=4)
    await sent(carriers, [letter(1)])
    assert sink.connections == 1


async def test_one_slow_mail_does_not_hold_up_the_others(sink: Sink) -> None:
    gate = Gate()
    sink.scripts["u0@mail.example"] = Script(gates={"dot": gate})
    carriers, _ = await started(sink, connections=2)
    for number in range(20):
        carriers.put(letter(number))
    await settled(carriers, 18)  # all but it and the one whose envelope follows its body
    gate.open.set()
    await settled(carriers, 20)
    await carriers.close()
    assert fates(carriers) == dict.fromkeys(range(20), Fate.ACCEPTED)
    assert {row.id for row, _ in carriers.done[:18]}.isdisjoint({0})


async def test_a_connection_is_renewed_after_its_number_of_mails(sink: Sink) -> None:
    carriers, _ = await started(sink, messages=2)
    await sent(carriers, map(letter, range(5)))
    assert len(sink.taken) == 5
    assert (sink.connections, sink.most_at_once) == (3, 1)


async def test_a_relay_that_takes_one_connection_gets_everything_over_it(sink: Sink) -> None:
    sink.limit = 1
    carriers, _ = await started(sink, connections=4)
    await sent(carriers, map(letter, range(12)))
    assert fates(carriers) == dict.fromkeys(range(12), Fate.ACCEPTED)
    assert carriers.trouble == ""


async def test_a_relay_that_took_one_connection_for_a_while_gets_more_as_soon_as_it_takes_them(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.carriers.FEWER_SECONDS", 0.01)
    gate, sink.limit = Gate(), 1
    sink.scripts["u0@mail.example"] = Script(gates={"dot": gate})
    carriers, _ = await started(sink, connections=4)
    carriers.put(*map(letter, range(20)))
    async with asyncio.timeout(20):
        await gate.arrived.wait()
    await until(lambda: sink.connections >= 5)  # each of the other three was turned away, one of them twice
    sink.limit = 0
    await settled(carriers, 18)
    assert sink.most_at_once >= 3
    gate.open.set()
    await settled(carriers, 20)
    await carriers.close()
    assert fates(carriers) == dict.fromkeys(range(20), Fate.ACCEPTED)


async def test_a_relay_that_is_gone_gets_no_more_and_the_rest_goes_back(sink: Sink) -> None:
    carriers, _ = await started(sink, connections=2, messages=1)
    await sink.stop_listening()
    await sent(carriers, map(letter, range(4)))
    assert fates(carriers) == {0: Fate.ACCEPTED}
    assert given_back(carriers) == {1, 2, 3}
    assert "Error connecting" in carriers.trouble


async def test_a_connection_closed_while_idle_costs_nothing(sink: Sink) -> None:
    carriers, _ = await started(sink)
    await sink.hang_up()
    await sent(carriers, [letter(1)])
    assert fates(carriers) == {1: Fate.ACCEPTED}
    assert (len(sink.taken), sink.connections) == (1, 2)


async def test_a_mail_at_which_the_relay_hangs_up_twice_is_tried_later(sink: Sink) -> None:
    sink.scripts["u0@mail.example"] = Script({"rcpt": "421 4.3.2 too busy"})
    carriers, _ = await started(sink)
    await sent(carriers, [letter(0), letter(1)])
    assert carriers.done[0][1] == Outcome(Fate.DEFERRED, Reply(421, "4.3.2", "4.3.2 too busy"))
    assert fates(carriers)[1] is Fate.ACCEPTED
    assert sink.commands.count("RCPT TO:<u0@mail.example>") == 2


async def test_an_address_that_cannot_be_said_is_rejected_and_the_next_one_goes(sink: Sink) -> None:
    carriers, _ = await started(sink)
    await sent(carriers, [letter(0, "a b@mail.example"), letter(1)])
    assert fates(carriers) == {0: Fate.REJECTED, 1: Fate.ACCEPTED}
    assert sink.connections == 1


async def test_the_first_try_gets_the_second_look_and_the_next_does_not(sink: Sink) -> None:
    sink.scripts["*"] = Script({"rcpt": "550 5.7.1 policy"})
    carriers, _ = await started(sink)
    await sent(carriers, [letter(0), letter(1, deferrals=1)])
    assert fates(carriers) == {0: Fate.DEFERRED, 1: Fate.REJECTED}


async def test_what_may_not_begin_goes_back_without_a_word(sink: Sink) -> None:
    carriers, _ = await started(sink, begins=False)
    await sent(carriers, [letter(0), letter(1)])
    assert (given_back(carriers), carriers.done) == ({0, 1}, [])
    assert not any(command.startswith("MAIL") for command in sink.commands)


@pytest.mark.parametrize("place", ["mail", "rcpt", "data"])
async def test_ending_before_the_body_gives_the_letter_back(sink: Sink, place: str) -> None:
    gate = Gate()
    sink.scripts["" if place == "mail" else "*"] = Script(gates={place: gate})
    carriers, _ = await started(sink)
    for number in range(3):
        carriers.put(letter(number))
    await gate.arrived.wait()
    closing = asyncio.create_task(carriers.close())
    gate.open.set()
    await closing
    assert (given_back(carriers), carriers.done) == ({0, 1, 2}, [])
    await sink.idle()
    assert sink.taken == []


async def test_ending_in_the_middle_of_a_body_leaves_that_letter_uncertain(sink: Sink) -> None:
    gate = Gate()
    sink.scripts["u1@mail.example"] = Script(gates={"dot": gate})
    carriers, _ = await started(sink)
    for number in range(3):
        carriers.put(letter(number))
    await gate.arrived.wait()
    closing = asyncio.create_task(carriers.close())
    gate.open.set()
    await closing
    assert fates(carriers) == {0: Fate.ACCEPTED, 1: Fate.UNCERTAIN}
    assert given_back(carriers) == {2}
    await sink.idle()


@pytest.mark.parametrize("place", ["greeting", "ehlo"])
async def test_ending_while_a_connection_is_made_gives_the_letter_back(sink: Sink, place: str) -> None:
    gate = Gate()
    carriers, _ = await started(sink, messages=1)
    sink.scripts[""] = Script(gates={place: gate})
    carriers.put(letter(0))
    carriers.put(letter(1))
    await gate.arrived.wait()
    await carriers.close()
    gate.open.set()
    assert (fates(carriers), given_back(carriers)) == ({0: Fate.ACCEPTED}, {1})
    await sink.idle()


async def test_ending_on_a_second_connection_closes_that_one_too(sink: Sink) -> None:
    gate = Gate()
    carriers, _ = await started(sink)
    await sink.hang_up()
    sink.scripts["*"] = Script(gates={"rcpt": gate})
    carriers.put(letter(0))
    await gate.arrived.wait()
    closing = asyncio.create_task(carriers.close())
    gate.open.set()
    await closing
    assert given_back(carriers) == {0}
    await sink.idle()


async def test_what_comes_after_the_end_goes_back_and_ending_twice_is_ending_once(sink: Sink) -> None:
    carriers, _ = await started(sink)
    await carriers.close()
    carriers.put(letter(0))
    await carriers.close()
    assert given_back(carriers) == {0}
    assert carriers.news.is_set()


class Broken:
    """A connection with a defect."""

    usable = True
    idle = True
    closed = False

    def attach(self, desk: Desk) -> None:
        """It takes nothing."""

    def go_on(self) -> None:
        """It takes nothing."""

    async def gone(self) -> None:
        raise ZeroDivisionError("a defect")

    async def close(self) -> None:
        self.closed = True


async def test_a_defect_is_told_and_its_connection_closed() -> None:
    async def none() -> Broken:
        raise RelayTrouble("nobody there")

    line = Broken()
    carriers = Carriers(none, lambda _row: True, lambda _row: True)
    carriers.start(line, 1)
    carriers.put(letter(0))
    await settled(carriers, 1)
    await carriers.close()
    assert isinstance(carriers.failure, ZeroDivisionError)
    assert line.closed
    assert given_back(carriers) == {0}
