"""What relays say, refuse and break off, in each manner of speaking: nobody lost, nobody told twice in silence."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from incident.queries.health import read_health
from notifications.models import DeliveryState
from notifications.smtp import Patience, connect
from notifications.turns import Plan
from tests.faults.databases import EITHER
from tests.faults.lives import MANNERS, live, live_on, relay, speak, wrong
from tests.notifications.outbox import Outbox, address, people
from tests.smtp_sink import Gate, Script, Sink

pytestmark = [pytest.mark.anyio, EITHER]
NOT_NOW = {"rcpt": "450 4.2.1 later", "data": "452 4.3.1 no room", "dot": "452 4.3.1 no room"}
NEVER = {"rcpt": "550 5.1.1 no such user", "data": "554 5.3.4 too large", "dot": "554 5.6.0 not this"}


@pytest.fixture(params=MANNERS)
def manner(request: pytest.FixtureRequest, sink: Sink) -> str:
    speak(sink, request.param)
    return str(request.param)


def places(manner: str) -> list[str]:
    """Where a relay can answer for one person. There is no DATA with CHUNKING."""
    return ["rcpt", "dot"] if manner == "chunking" else ["rcpt", "data", "dot"]


def copies(sink: Sink, outbox: Outbox) -> dict[str, tuple[int, bool]]:
    """How many mails each person has, and whether their row admits that it may be more than one."""
    return {row.person: (sink.copies()[address(row.person)], row.possible_duplicate) for row in outbox.rows()}


def ailing(outbox: Outbox) -> tuple[str, ...]:
    """What whoever is on duty is told at this moment."""
    return outbox.look(lambda session: read_health(session, outbox.clock.now(), timedelta(seconds=10))).problems


@pytest.mark.proves("F20")
async def test_a_no_for_now_defers_this_person_alone_and_the_next_try_is_accepted(
    outbox: Outbox, sink: Sink, manner: str
) -> None:
    outbox.release(5)
    where = places(manner)
    for number, place in enumerate(where):
        sink.scripts[address(f"u{number}")] = Script({place: NOT_NOW[place]}, times=1)
    await live(outbox, partial(connect, relay(sink)))
    assert outbox.states() == {DeliveryState.DEFERRED: len(where), DeliveryState.ACCEPTED: 5 - len(where)}
    assert {row.reply_text for row in outbox.rows()[: len(where)]} == {NOT_NOW[place][4:] for place in where}
    await live_on(outbox, sink)
    assert set(copies(sink, outbox).values()) == {(1, False)}
    assert [row.attempt for row in outbox.rows()[: len(where)]] == [2] * len(where)
    assert wrong(outbox, sink.taken, "I1", "I2", "I6", losses=0) == []


@pytest.mark.proves("F20", "F21")
@pytest.mark.parametrize(
    ("reply", "times", "end"),
    [
        ("451 4.3.0 not now", 1, DeliveryState.ACCEPTED),
        ("421 4.3.2 we close", 1, DeliveryState.ACCEPTED),
        ("550 5.1.8 bad sender", 1, DeliveryState.ACCEPTED),  # that may be the relay's mistake
        ("550 5.1.8 bad sender", -1, DeliveryState.REJECTED),
    ],
)
async def test_a_no_to_the_sender_is_nobodys_fault_at_first(
    outbox: Outbox, sink: Sink, manner: str, reply: str, times: int, end: DeliveryState
) -> None:
    outbox.release(4)
    sink.scripts[""] = Script({"mail": reply}, times=times)
    await live_on(outbox, sink, plan=Plan(connections=1))
    assert outbox.states() == {end: 4}
    found = copies(sink, outbox).values()
    assert {number for number, _ in found} == {1 if end is DeliveryState.ACCEPTED else 0}
    assert not any(flag for _, flag in found) or (manner == "chunking" and reply.startswith("421"))
    assert wrong(outbox, sink.taken, "I1", "I2", losses=0) == []


@pytest.mark.proves("F21")
async def test_a_no_for_good_is_kept_with_code_and_words_and_the_others_get_theirs(
    outbox: Outbox, sink: Sink, manner: str
) -> None:
    outbox.release(5)
    where = places(manner)
    for number, place in enumerate(where):
        sink.scripts[address(f"u{number}")] = Script({place: NEVER[place]})
    await live(outbox, partial(connect, relay(sink)))
    rejected = [row for row in outbox.rows() if row.state is DeliveryState.REJECTED]
    assert [f"{row.reply_code} {row.reply_text}" for row in rejected] == [NEVER[place] for place in where]
    assert outbox.states() == {DeliveryState.REJECTED: len(where), DeliveryState.ACCEPTED: 5 - len(where)}
    assert wrong(outbox, sink.taken, "I1", "I2", losses=0) == []


@pytest.mark.proves("F22")
async def test_who_is_greylisted_comes_again_and_is_let_in(outbox: Outbox, sink: Sink, manner: str) -> None:
    outbox.release(3)
    for person in ("u0", "u1", "u2"):
        sink.scripts[address(person)] = Script({"rcpt": "451 4.7.1 greylisted, come again in 5 minutes"}, times=1)
    await live(outbox, partial(connect, relay(sink)))
    assert (outbox.states(), sink.taken) == ({DeliveryState.DEFERRED: 3}, [])
    await live_on(outbox, sink)
    assert set(copies(sink, outbox).values()) == {(1, False)}
    assert wrong(outbox, sink.taken, "I1", "I2", losses=0) == []


@pytest.mark.proves("F24")
async def test_connections_lost_before_a_body_leave_no_doubt_where_the_body_waits_for_a_go_ahead(
    outbox: Outbox, sink: Sink, manner: str
) -> None:
    outbox.release(6)
    sink.scripts[""] = Script(drop="mail", times=1)
    for number, place in enumerate(["rcpt", "data"], 1):
        sink.scripts[address(f"u{number}")] = Script(drop=place, times=1)
    await live_on(outbox, sink)
    found = copies(sink, outbox).values()
    assert {number for number, _ in found} == {1}
    assert not any(flag for _, flag in found) or manner == "chunking"  # there bodies go with their envelopes
    assert wrong(outbox, sink.taken, "I1", "I2", losses=0) == []


@pytest.mark.proves("F24", "F25", "F26")
async def test_a_connection_lost_within_or_after_a_body_is_doubt_until_the_relay_has_answered(
    outbox: Outbox, sink: Sink, manner: str
) -> None:
    outbox.release(8)
    for number, place in enumerate(["body", "dot", "after"]):
        sink.scripts[address(f"u{number}")] = Script(drop=place, times=1)
    await live_on(outbox, sink)
    found = list(copies(sink, outbox).values())
    assert found[:3] == [(1, True), (2, True), (1, False)] or manner == "chunking"
    assert [number for number, _ in found] == [1, 2, *[1] * 6] or manner == "chunking"
    assert manner == "chunking" or not any(flag for _, flag in found[3:])
    assert (found[0][1], found[1]) == (True, (2, True))
    assert wrong(outbox, sink.taken, "I1", "I2", "I6", losses=3) == []


@pytest.mark.proves("F29")
async def test_an_acceptance_in_odd_words_is_one_and_its_words_are_kept_cut_and_printable(
    outbox: Outbox, sink: Sink, manner: str
) -> None:
    odd = {
        "250": "",
        "250 \udcff\udcfe\x00 na\u00efve \x1b[31m": "na\u00efve  [31m",
        "250 " + "x" * 5000: "x" * 500,
        "250-2.0.0 several\r\n250 2.0.0 lines": "2.0.0 several 2.0.0 lines",
    }
    outbox.release(6)
    for number, reply in enumerate(odd):
        sink.scripts[address(f"u{number}")] = Script({"dot": reply})
    await live_on(outbox, sink)
    assert [row.reply_text for row in outbox.rows()[:4]] == list(odd.values())
    assert {(row.state, row.reply_code) for row in outbox.rows()} == {(DeliveryState.ACCEPTED, 250)}
    assert set(copies(sink, outbox).values()) == {(1, False)}
    assert wrong(outbox, sink.taken, "I1", "I2", "I5", losses=0) == []


def doubled(reply: str) -> str:
    return f"{reply}\r\n{reply}"


OUT_OF_STEP = [
    ("dot", "what?"),
    ("dot", "354 go ahead"),
    ("dot", "999 2.0.0 ok"),
    ("dot", doubled("250 2.0.0 queued")),
    ("data", doubled("354 go ahead")),
    ("data", "354 go ahead\r\n250 2.0.0 queued already"),
    ("data", "250 2.0.0 queued already"),
    ("rcpt", doubled("250 2.1.5 ok")),
    ("rcpt", doubled("550 5.1.1 no")),
    ("rcpt", "354 go ahead"),
    ("rset", doubled("250 2.0.0 ok")),
]
ALONE = [pytest.param([one], marks=pytest.mark.soak) for one in OUT_OF_STEP]


@pytest.mark.proves("F29")
@pytest.mark.parametrize("said", [OUT_OF_STEP, *ALONE])
async def test_answers_that_are_none_or_out_of_step_never_make_an_acceptance_without_a_mail(
    outbox: Outbox, sink: Sink, manner: str, said: list[tuple[str, str]]
) -> None:
    outbox.release(len(said) + 4)
    for number, (place, reply) in enumerate(said):
        sink.scripts[address(f"u{number}")] = Script({place: reply}, times=1)
    await live_on(outbox, sink, plan=Plan(connections=1))
    ends = {row.state for row in outbox.rows()}
    assert ends <= {DeliveryState.ACCEPTED, DeliveryState.REJECTED}
    assert wrong(outbox, sink.taken, "I1", "I2", "I6", losses=len(said)) == []


@pytest.mark.proves("F23")
async def test_a_relay_that_is_slow_is_waited_for_and_the_others_do_not_starve(
    outbox: Outbox, sink: Sink, manner: str
) -> None:
    outbox.release(12)
    gate = Gate()
    sink.scripts[address("u0")] = Script(gates={"dot": gate}, drip=0.005)
    going = asyncio.create_task(live_on(outbox, sink))
    behind = {"chunking": 3}.get(manner, 1)  # what was said on the same connection
    async with asyncio.timeout(60):
        await gate.arrived.wait()
        while len(sink.taken) < 12 - behind:  # noqa: ASYNC110 (the relay's own list)
            await asyncio.sleep(0.002)
    gate.open.set()
    await going
    assert set(copies(sink, outbox).values()) == {(1, False)}
    assert wrong(outbox, sink.taken, "I1", "I2", "I3", losses=0) == []


@pytest.mark.proves("F23")
async def test_a_relay_that_is_slower_than_patience_leaves_a_doubt_that_is_declared(
    outbox: Outbox, sink: Sink, manner: str
) -> None:
    outbox.release(4)
    sink.scripts[address("u0")] = Script(slow=5.0, times=1)
    sink.scripts[address("u1")] = Script(drip=0.05, times=1)
    await live_on(outbox, sink, Patience(connect=20, command=20, final_dot=0.3))
    found = copies(sink, outbox)
    assert (found["u0"], found["u1"]) == ((2, True), (2, True))
    assert wrong(outbox, sink.taken, "I1", "I2", "I3", losses=2) == []


@pytest.mark.proves("F27")
async def test_every_transaction_has_one_recipient_also_where_two_people_share_an_address(
    outbox: Outbox, sink: Sink, manner: str
) -> None:
    *others, one, two = people(4)
    outbox.release([*others, one, replace(two, address=one.address)])
    await live_on(outbox, sink, plan=Plan(connections=1))
    verbs = "".join({"MAIL": "m", "RCPT": "r"}.get(said.split(" ")[0], "") for said in sink.commands)
    assert verbs == "mr" * 4
    assert sorted(sink.copies().values()) == [1, 1, 2]
    assert all(mail.message.lower().count(b"\r\nto: ") == 1 for mail in sink.taken)
    assert not any(word in mail.message.lower() for mail in sink.taken for word in (b"\r\ncc:", b"\r\nbcc:"))
    assert wrong(outbox, sink.taken, "I1", "I2", losses=0) == []


@pytest.mark.proves("F19")
@pytest.mark.parametrize("reply", ["421 4.3.2 too busy", "554 5.3.2 not today"])
async def test_a_relay_that_does_not_want_us_claims_nothing_and_health_says_why(
    outbox: Outbox, sink: Sink, reply: str
) -> None:
    outbox.release(3)
    sink.scripts[""] = Script({"greeting": reply})
    sent = await live(outbox, partial(connect, relay(sink)))
    assert sent is not None
    assert reply[4:] in sent.trouble
    assert (outbox.states(), sink.taken) == ({DeliveryState.PENDING: 3}, [])
    assert all(row.attempt == 0 for row in outbox.rows())
    assert any("Mail does not go out" in problem and reply[4:] in problem for problem in ailing(outbox))
    sink.scripts.clear()
    await live_on(outbox, sink)
    assert wrong(outbox, sink.taken, "I1", "I2", losses=0) == []
