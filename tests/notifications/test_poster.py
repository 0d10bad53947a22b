"""Webhooks and chat go through the ledger: signed, once where it is known, again where it is not, never lost."""

import asyncio
import json
from datetime import timedelta

import pytest

from incident.adapters.authenticity import Authentic, Scheme, verify
from notifications.address_guard import Allowed
from notifications.endpoints import EndpointKind
from notifications.models import Channel, DeliveryState
from notifications.signatures import new_secret
from notifications.webhooks_out import Transport
from tests.notifications.dispatch import soon, until
from tests.notifications.post_room import SECRET, PostRoom
from tests.notifications.receiver import Receiver, Script

pytestmark = pytest.mark.anyio
S = DeliveryState
NO = Script(503, b"busy")


async def test_an_event_arrives_signed_by_both_live_secrets(room: PostRoom, receiver: Receiver) -> None:
    other = new_secret()
    endpoint = room.endpoint(receiver.url, secrets=(SECRET, other))
    room.event(endpoint, incident="amber-heron", severity="high")
    await room.post()
    (row,) = room.to(endpoint)
    assert (row.state, row.reply_code, row.attempt, row.worker) == (S.ACCEPTED, 200, 1, None)
    (taken,) = receiver.taken
    now = room.outbox.clock.now()
    for secret in (SECRET, other):
        proof = verify(Scheme.STANDARD_WEBHOOKS, [secret], taken.headers, taken.body, now)
        assert proof == Authentic(row.message_id, 0)
    assert json.loads(taken.body) == {
        "type": "release.approved",
        "timestamp": now.isoformat(),
        "data": {
            "headline": "Released",
            "incident": "amber-heron",
            "severity": "high",
            "link": "https://incident.example.org/x",
        },
    }


@pytest.mark.parametrize("kind", [EndpointKind.SLACK, EndpointKind.TEAMS, EndpointKind.MATTERMOST])
async def test_a_chat_gets_its_own_shape_and_no_signature(
    room: PostRoom, receiver: Receiver, kind: EndpointKind
) -> None:
    endpoint = room.endpoint(receiver.url, kind, secrets=())
    room.event(endpoint, channel=Channel.CHAT)
    await room.post()
    assert room.to(endpoint)[0].state is S.ACCEPTED
    (taken,) = receiver.taken
    assert set(json.loads(taken.body)) & {"blocks", "attachments", "text"}
    assert "webhook-signature" not in taken.headers


async def test_a_busy_receiver_is_asked_again_with_the_same_id_and_a_new_time(
    room: PostRoom, receiver: Receiver
) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    receiver.script(NO, Script())
    await room.post()
    (row,) = room.to(endpoint)
    assert (row.state, row.reply_code, row.reply_text) == (S.DEFERRED, 503, "busy")
    assert row.next_at > room.outbox.clock.now()
    room.later(timedelta(minutes=2))
    await room.post()
    assert room.to(endpoint)[0].state is S.ACCEPTED
    first, second = receiver.taken
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == row.message_id
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 120
    assert first.body == second.body


async def test_a_receiver_says_when_again_and_its_other_rows_wait_too(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url)
    for _ in range(3):
        room.event(endpoint)
    receiver.script(Script(429, b"", {"Retry-After": "600"}), Script())
    await room.post()
    assert len(receiver.taken) == 1
    now = room.outbox.clock.now()
    assert [row.next_at for row in room.to(endpoint)] == [now + timedelta(minutes=10)] * 3
    room.later(timedelta(minutes=9))
    await room.post()
    assert len(receiver.taken) == 1
    room.later(timedelta(minutes=1))
    await room.post()
    assert {row.state for row in room.to(endpoint)} == {S.ACCEPTED}


async def test_what_a_receiver_asks_for_is_waited_no_longer_than_the_row_is_tried(
    room: PostRoom, receiver: Receiver
) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    receiver.script(Script(503, b"", {"Retry-After": "999999"}))
    await room.post()
    (row,) = room.to(endpoint)
    assert row.next_at == row.give_up_at
    room.later(timedelta(hours=24))
    await room.post()
    assert room.to(endpoint)[0].state is S.REJECTED


async def test_a_refusal_is_looked_at_twice(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    receiver.script(Script(400, b"invalid_payload"))
    await room.post()
    assert room.to(endpoint)[0].state is S.DEFERRED
    room.later(timedelta(minutes=2))
    await room.post()
    (row,) = room.to(endpoint)
    assert (row.state, row.reply_code, row.reply_text) == (S.REJECTED, 400, "invalid_payload")
    assert len(receiver.taken) == 2


async def test_a_refusal_after_a_busy_answer_is_the_first_look(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    receiver.script(NO, Script(404, b""), Script())
    for _ in range(3):
        await room.post()
        room.later(timedelta(minutes=10))
    assert room.to(endpoint)[0].state is S.ACCEPTED


async def test_a_receiver_that_is_gone_is_told_of_at_once(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    receiver.script(Script(410, b""))
    await room.post()
    assert room.to(endpoint)[0].state is S.REJECTED
    assert room.gone == [endpoint]


@pytest.mark.parametrize("drop", ["accepted", "head", "body"])
async def test_a_lost_answer_leaves_a_doubt_and_the_repeat_is_flagged_under_the_same_id(
    room: PostRoom, receiver: Receiver, drop: str
) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    receiver.script(Script(drop=drop), Script())
    await room.post()
    (row,) = room.to(endpoint)
    assert (row.state, row.possible_duplicate) == (S.UNCERTAIN, False)
    room.later(timedelta(minutes=2))
    await room.post()
    (row,) = room.to(endpoint)
    assert (row.state, row.possible_duplicate) == (S.ACCEPTED, True)
    assert {taken.headers["webhook-id"] for taken in receiver.taken} == {row.message_id}


async def test_nobody_there_is_waited_for(room: PostRoom) -> None:
    async with Receiver() as closed:
        endpoint = room.endpoint(closed.url)
    room.event(endpoint)
    await room.post()
    (row,) = room.to(endpoint)
    assert (row.state, row.reply_text) == (S.DEFERRED, "not sent: no connection")


async def test_an_address_that_leads_inside_is_never_connected_to(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    async with Transport(Allowed()) as transport:
        await soon(room.poster(transport).deliver())
    (row,) = room.to(endpoint)
    assert (row.state, row.reply_text) == (S.REJECTED, "not sent: the address leads to this machine")
    assert receiver.connections == 0


async def test_a_slow_receiver_keeps_no_other_one_waiting_and_gets_one_request_at_a_time(room: PostRoom) -> None:
    async with Receiver() as slow, Receiver() as quick, Transport(Allowed(loopback=True)) as transport:
        slow.script(Script(stall=3))
        one, other = room.endpoint(slow.url), room.endpoint(quick.url)
        for _ in range(3):
            room.event(one, other)
        halt = asyncio.Event()
        running = asyncio.create_task(room.poster(transport).run(halt))
        await until(lambda: len(quick.taken) == 3)
        assert slow.connections == 1
        halt.set()
        await soon(running)
    assert {row.state for row in room.to(other)} == {S.ACCEPTED}
    assert sorted(row.state for row in room.to(one)) == [S.ACCEPTED, S.PENDING, S.PENDING]
