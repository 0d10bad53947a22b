"""A relay that takes its time over one mail: who is told of something else meanwhile does not wait for it."""

import asyncio

import pytest

from notifications import sending
from tests.notifications.dispatch import held_at, reckon, run, sender, soon, until
from tests.notifications.outbox import Outbox, people
from tests.smtp_sink import Sink

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0.01)


@pytest.mark.parametrize("first", ["u0", "mara"])
async def test_what_comes_up_while_a_relay_is_slow_to_answer_one_mail_does_not_wait_for_it(
    outbox: Outbox, sink: Sink, first: str
) -> None:
    if first == "mara":
        outbox.page("mara")
    else:
        outbox.release(1)
    gate = held_at(sink, first)
    running = asyncio.create_task(run(sender(outbox, sink)))
    await soon(gate.arrived.wait())
    outbox.release(people(30)[1:])
    await until(lambda: len(sink.taken) == 29)  # all but the one whose envelope was said behind its body
    gate.open.set()
    await running
    assert reckon(outbox, sink) == []
    assert set(sink.copies().values()) == {1}
