"""Several workers over the rows of webhooks and chat: each has one, a dead one's are taken over, none disturbs mail."""

import pytest

from notifications import ledger, posting, upkeep
from notifications.address_guard import Allowed
from notifications.models import DeliveryState
from notifications.store import StoreUnavailable
from notifications.transitions import Fate, Outcome, Reply
from notifications.webhooks_out import Answer, Transport
from tests.notifications.dispatch import HEIR, HERE, THERE, Troubled, raising, soon
from tests.notifications.post_room import PostRoom
from tests.notifications.receiver import Receiver

pytestmark = pytest.mark.anyio
S = DeliveryState


async def test_mail_is_left_to_mail_and_posts_to_the_poster(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url)
    room.outbox.page("u0")
    room.event(endpoint)
    now = room.outbox.clock.now()
    (mail,) = room.outbox.write(lambda session: ledger.claim(session, THERE, now))
    assert mail.person == "u0"
    await room.post()
    assert room.outbox.row("u0").state is S.CLAIMED
    assert room.to(endpoint)[0].state is S.ACCEPTED


async def test_of_two_workers_each_row_has_one(room: PostRoom) -> None:
    endpoints = [room.endpoint("http://127.0.0.1:1/") for _ in range(5)]
    room.event(*endpoints)
    room.event(*endpoints)
    now = room.outbox.clock.now()
    first = room.outbox.write(lambda session: posting.claim(session, HERE, now, 3))
    rest = room.outbox.write(lambda session: posting.claim(session, THERE, now, 100))
    assert len(first) == 3
    assert len(rest) == 5  # what is left: one row for each endpoint
    assert not {turn.row.id for turn in first} & {turn.row.id for turn in rest}
    busy = [turn.row.person for turn in rest]
    assert room.outbox.write(lambda session: posting.claim(session, HERE, now, 100, busy)) == []


async def test_a_worker_that_died_in_the_middle_leaves_a_doubt_and_one_that_lost_its_row_changes_nothing(
    room: PostRoom, receiver: Receiver
) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    now = room.outbox.clock.now()
    (turn,) = room.outbox.write(lambda session: posting.claim(session, HERE, now, 1))
    assert room.outbox.write(lambda session: ledger.begin(session, HERE, [turn.row], now))
    room.outbox.write(lambda session: upkeep.take_over(session, HEIR, now, holds_lock=True))
    late = Answer(Outcome(Fate.ACCEPTED, Reply(200)))
    room.outbox.write(lambda session: posting.record(session, HERE, turn, late, now))
    assert room.to(endpoint)[0].state is S.UNCERTAIN
    room.outbox.write(lambda session: upkeep.wake(session, now))
    await room.post(HEIR)
    (row,) = room.to(endpoint)
    assert (row.state, row.possible_duplicate, row.attempt) == (S.ACCEPTED, True, 2)


async def test_upkeep_under_the_same_name_leaves_what_is_under_way_alone(room: PostRoom) -> None:
    endpoint = room.endpoint("http://127.0.0.1:1/")
    room.event(endpoint)
    now = room.outbox.clock.now()
    room.outbox.write(lambda session: posting.claim(session, HERE, now, 1))
    room.outbox.write(lambda session: upkeep.take_over(session, HERE, now, holds_lock=True))
    assert room.to(endpoint)[0].state is S.CLAIMED


async def test_what_is_switched_off_gets_nothing_and_what_waits_for_it_is_cancelled(
    room: PostRoom, receiver: Receiver
) -> None:
    off, on = room.endpoint(receiver.url, active=False), room.endpoint(receiver.url)
    room.event(off)
    room.event(off)
    room.event(on)
    await room.post()
    assert {row.state for row in room.to(off)} == {S.REJECTED}
    assert room.to(off)[0].reply_text == "the endpoint is switched off"
    room.event(off)
    room.event(on)
    assert room.outbox.write(lambda session: posting.cancel_waiting(session, off)) == 1
    assert [row.state for row in room.to(off)][-1] is S.CANCELLED
    assert [row.state for row in room.to(on)][-1] is S.PENDING


async def test_a_message_that_does_not_open_is_rejected_and_stops_nothing(room: PostRoom, receiver: Receiver) -> None:
    endpoint = room.endpoint(receiver.url, secrets=("whsec_broken",))
    room.event(endpoint)
    good = room.endpoint(receiver.url)
    room.event(good)
    await room.post()
    assert room.to(endpoint)[0].state is S.REJECTED
    assert room.to(good)[0].state is S.ACCEPTED


async def test_a_result_is_recorded_when_the_database_comes_back(
    room: PostRoom, receiver: Receiver, troubled: Troubled
) -> None:
    endpoint = room.endpoint(receiver.url)
    room.event(endpoint)
    async with Transport(Allowed(loopback=True)) as transport:
        poster = room.poster(transport, store=troubled)
        writes: list[int] = []

        def begun() -> None:
            writes.append(1)
            if len(writes) == 2:  # claimed and begun: the result is next
                troubled.before = raising(StoreUnavailable("full"), 2)

        troubled.after = begun
        await soon(poster.deliver())
    assert troubled.refused == 2
    assert room.to(endpoint)[0].state is S.ACCEPTED
    assert len(receiver.taken) == 1
