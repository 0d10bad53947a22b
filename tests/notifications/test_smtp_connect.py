"""Connections that do not come about are the relay's trouble, said in its words; none is left open."""

import asyncio
import socket

import pytest

from notifications.smtp import Patience, Relay, RelayTrouble, connect
from tests.smtp_sink import Gate, Script, Sink

pytestmark = pytest.mark.anyio
PATIENT = Patience(connect=20, command=20, final_dot=20)


def relay(sink: Sink, patience: Patience = PATIENT) -> Relay:
    return Relay("127.0.0.1", sink.port, "clear", patience=patience)


async def test_a_name_to_greet_with_that_cannot_be_said_is_trouble(sink: Sink) -> None:
    with pytest.raises(RelayTrouble, match="hostname"):
        await connect(Relay("127.0.0.1", sink.port, "clear", greets_as="a\r\nb"))
    assert sink.connections == 0


@pytest.mark.parametrize("reply", ["421 4.3.2 closing", "554 5.3.2 not today"])
@pytest.mark.proves("F19")
async def test_a_relay_that_greets_with_a_refusal_is_trouble(sink: Sink, reply: str) -> None:
    sink.scripts[""] = Script({"greeting": reply})
    with pytest.raises(RelayTrouble, match=reply[4:]):
        await connect(relay(sink))


@pytest.mark.parametrize("place", ["greeting", "ehlo"])
@pytest.mark.proves("F19")
async def test_a_relay_that_hangs_up_at_once_is_trouble(sink: Sink, place: str) -> None:
    sink.scripts[""] = Script(drop=place)
    with pytest.raises(RelayTrouble):
        await connect(relay(sink))


@pytest.mark.proves("F19")
async def test_a_relay_that_does_not_greet_is_trouble(sink: Sink) -> None:
    sink.scripts[""] = Script(gates={"greeting": Gate()})
    with pytest.raises(RelayTrouble, match="imed out"):
        await connect(relay(sink, Patience(connect=0.05)))


@pytest.mark.proves("F19")
async def test_where_nobody_listens_is_trouble() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(RelayTrouble, match=r"127\.0\.0\.1:\d+: Error connecting.*: connection refused") as caught:
            await connect(Relay("127.0.0.1", held.getsockname()[1], "clear"))
    assert "Errno" not in str(caught.value)


@pytest.mark.proves("F19")
async def test_a_name_that_nobody_knows_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RelayTrouble, match="not known"):
        await connect(Relay("relay.sender.example", 25))


async def test_connecting_can_be_given_up_and_leaves_nothing_open(sink: Sink) -> None:
    gate = Gate()
    sink.scripts[""] = Script(gates={"ehlo": gate})
    task = asyncio.create_task(connect(relay(sink)))
    await gate.arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.open.set()
    await sink.idle()
    assert sink.open_connections == 0


async def test_closing_twice_is_closing_once(sink: Sink) -> None:
    line = await connect(relay(sink))
    await line.close()
    await line.close()
    assert sink.commands == ["EHLO localhost", "QUIT"]
