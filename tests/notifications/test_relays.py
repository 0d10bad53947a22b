"""A relay that cannot be reached is stood in for by the next, and asked again later; no mail is lost by the change."""

import logging

import pytest

from notifications.relays import Failover
from notifications.sending import Sender
from notifications.smtp import Patience, Relay, RelayTrouble
from notifications.transitions import Fate
from tests.notifications.dispatch import HERE, PATIENT, reckon, run
from tests.notifications.outbox import Outbox
from tests.smtp_sink import Script, Sink

pytestmark = pytest.mark.anyio


def to(sink: Sink, patience: Patience = PATIENT) -> Relay:
    return Relay("127.0.0.1", sink.port, "clear", patience=patience, messages=2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_when_the_first_relay_is_gone_in_the_middle_the_second_takes_the_rest(
    outbox: Outbox, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.release(9)
    async with Sink() as first:
        sender = Sender(outbox.store, outbox.clock, HERE, outbox.composer(), Failover([to(first), to(sink)]))
        line = await sender.connect()
        await first.stop_listening()
        await line.close()
        with caplog.at_level(logging.WARNING):
            sent = await run(sender)
    assert (sent.fates[Fate.ACCEPTED], sent.trouble) == (9, "")
    assert reckon(outbox, sink) == []
    assert "sending through" in caplog.text


async def test_one_that_failed_is_asked_last_for_a_while(sink: Sink) -> None:
    async with Sink() as bad:
        bad.scripts[""] = Script({"greeting": "421 4.3.2 closing"})
        connecting = Failover([to(bad), to(sink)])
        for _ in range(3):
            await (await connecting()).close()
        assert (bad.connections, sink.connections) == (1, 3)


async def test_none_that_works_is_trouble_that_names_them_all() -> None:
    async with Sink() as one, Sink() as other:
        for sink in (one, other):
            sink.scripts[""] = Script({"greeting": "421 4.3.2 closing"})
        with pytest.raises(RelayTrouble, match=rf"{one.port}.*{other.port}"):
            await Failover([to(one), to(other)])()


def test_no_relay_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no relay"):
        Failover([])
