"""What was approved is what goes out, whatever changes while mails are on their way; and nothing goes in the clear."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select, update

from incident.queries.health import read_health
from notifications.audience import AudienceFrozen, NewMember, add_members
from notifications.models import Audience, DeliveryState, Edition, Member, ReleaseState
from notifications.smtp import Relay, connect
from tests.certificates import new_authority
from tests.faults.databases import EITHER
from tests.faults.lives import live, live_on, wrong
from tests.faults.lives import relay as relay_of
from tests.faults.released import Released, engine_of
from tests.notifications.outbox import TEXTS, Outbox, address
from tests.smtp_sink import Gate, Script, Sink

pytestmark = [
    pytest.mark.anyio,
    EITHER,
]


@pytest.mark.proves("F51")
async def test_a_fact_that_changes_while_it_is_sent_cancels_everybody_whose_mail_was_not_begun(
    released: Callable[[int], Released], sink: Sink
) -> None:
    case, gate = released(150), Gate()
    sink.scripts |= {"*": Script(slow=0.2), "u0@example.net": Script(gates={"dot": gate})}
    going = asyncio.create_task(engine_of(case, partial(connect, relay_of(sink)), "node.1").deliver(asyncio.Event()))
    await asyncio.wait_for(gate.arrived.wait(), 60)
    first, *others = case.desk.facts["datasets"]
    taken: dict[str, Any] = first | {"exposure": {"exfiltration": "confirmed", "recipients": "unknown"}}
    await asyncio.to_thread(case.desk.save, case.desk.facts | {"datasets": [taken, *others]})
    gate.open.set()
    await asyncio.wait_for(going, 60)
    await engine_of(case, partial(connect, relay_of(sink)), "node.2").tend()
    assert case.desk.release(case.release_id).state is ReleaseState.VOID
    rows = [row for row in case.rows() if row.release_id]
    had = {mail.message_id for mail in sink.taken}
    assert {row.state for row in rows if row.message_id in had} == {DeliveryState.ACCEPTED}
    assert {row.state for row in rows if row.message_id not in had} == {DeliveryState.CANCELLED}
    assert case.wrong(sink.taken, "I2", "I6", losses=0) == []


@pytest.mark.proves("F51")
async def test_a_text_that_changes_behind_the_approval_is_not_sent_and_the_rest_waits(
    outbox: Outbox, sink: Sink
) -> None:
    release_id = outbox.release(4)
    sink.scripts["*"] = Script({"rcpt": "451 4.3.0 later"}, times=4)
    await live(outbox, partial(connect, relay_of(sink)))
    other = outbox.edition(outbox.release(1, TEXTS | {"en": TEXTS["de"]}))
    forged = update(Edition).where(col(Edition.id) == outbox.edition(release_id).id)
    outbox.write(lambda session: session.exec(forged.values(texts_sealed=other.texts_sealed)))
    await live_on(outbox, sink)
    mine = [row.state for row in outbox.rows() if row.release_id == release_id]
    assert set(mine) == {DeliveryState.HELD}
    assert {mail.recipient for mail in sink.taken} == {address("u0")}  # of the other notice
    assert outbox.released(release_id).state is ReleaseState.STOPPED


@pytest.mark.proves("F53")
async def test_an_import_while_it_is_sent_is_refused_and_a_forged_member_stops_the_release(
    outbox: Outbox, sink: Sink
) -> None:
    release_id = outbox.release(3)
    audience = outbox.released(release_id).audience_id
    sink.scripts["*"] = Script({"rcpt": "451 4.3.0 later"}, times=3)
    await live(outbox, partial(connect, relay_of(sink)))
    late = [(9, NewMember("u9", address("u9"), values={"name": "Person 9"}))]
    with pytest.raises(AudienceFrozen):
        outbox.write(lambda session: add_members(session, outbox.keys, audience, late))
    assert wrong(outbox, sink.taken, "I6") == []
    outbox.write(lambda session: forge_member(session, audience))
    await live_on(outbox, sink)
    assert (sink.taken, outbox.released(release_id).state) == ([], ReleaseState.STOPPED)
    assert {row.person for row in outbox.rows()} == {"u0", "u1", "u2"}
    assert "I6" in str(wrong(outbox, sink.taken, "I6"))


def forge_member(session: Session, audience_id: object) -> None:
    first = session.exec(select(Member).where(col(Member.audience_id) == audience_id).limit(1)).one()
    session.add(
        Member(audience_id=first.audience_id, person="u9", address_sealed=first.address_sealed, digest="0" * 64)
    )
    assert session.get_one(Audience, first.audience_id).frozen_at


@pytest.mark.proves("F28")
@pytest.mark.parametrize("fault", ["no STARTTLS", "another's certificate"])
async def test_without_verified_encryption_nothing_is_claimed_or_said_and_health_says_why(
    outbox: Outbox, tmp_path: Path, fault: str
) -> None:
    ours, other = new_authority(tmp_path), new_authority(tmp_path)
    outbox.release(2)
    async with Sink(tls=other.server() if fault == "another's certificate" else None) as sink:
        relay = Relay("127.0.0.1", sink.port, "starttls", tls=ours.trusting())
        sent = await live(outbox, partial(connect, relay))
    assert sent is not None
    assert ("STARTTLS" if fault == "no STARTTLS" else "certificate") in sent.trouble
    assert not any(said.startswith(("MAIL", "RCPT", "DATA")) for said in sink.commands)
    assert [(row.state, row.attempt) for row in outbox.rows()] == [(DeliveryState.PENDING, 0)] * 2
    with outbox.store.read() as session:
        problems = read_health(session, outbox.clock.now(), timedelta(seconds=10)).problems
    assert any("Mail does not go out" in problem for problem in problems)
    async with Sink(tls=ours.server()) as sink:
        sent = await live(outbox, partial(connect, Relay("127.0.0.1", sink.port, "starttls", tls=ours.trusting())))
    assert wrong(outbox, sink.taken, "I1", "I2", losses=0) == []
