"""One row per person from an approval by a second person; a notice released again reaches whom it has not reached."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from notifications import fan_out, upkeep
from notifications import release as releases
from notifications.audience import AudienceFrozen, NewMember, add_members, freeze, new_audience
from notifications.fan_out import GIVE_UP
from notifications.ids import new_id
from notifications.in_app import notices_for, token_secret
from notifications.models import Channel, Delivery, DeliveryState, Edition, Release, ReleaseState
from notifications.quorum import Yes
from notifications.reader_tokens import Reader
from notifications.release import NotReleasable, SecondPersonNeeded, Seen
from notifications.transitions import OPEN, Fate
from tests.notifications.dispatch import run, sender
from tests.notifications.outbox import SENDER, SUBJECT, TEXTS, Outbox, people
from tests.smtp_sink import Sink

FACTS = "f" * 64
LATER = timedelta(hours=100)


def audience_of(outbox: Outbox, members: list[NewMember], channel: Channel = Channel.EMAIL) -> UUID:
    def work(session: Session) -> UUID:
        made = new_audience(session, SUBJECT, "affected", channel, outbox.clock.now())
        assert add_members(session, outbox.keys, made.id, list(enumerate(members, 1))) == []
        return made.id

    return outbox.write(work)


def edition_of(outbox: Outbox, notice: UUID | None = None) -> Edition:
    new = releases.NewEdition(notice or new_id(), SUBJECT, "people", TEXTS, FACTS)
    return outbox.write(
        lambda session: releases.freeze_edition(session, outbox.keys, new, new_id(), outbox.clock.now())
    )


def ask(outbox: Outbox, edition: Edition, audience: UUID) -> Release:
    now = outbox.clock.now()
    return outbox.write(lambda session: releases.request_release(session, edition, audience, SENDER, new_id(), now))


def approve(outbox: Outbox, asked: Release, by: UUID | None = None, barred: tuple[UUID, ...] = ()) -> Release:
    seen, now = Seen(asked.edition_digest, asked.audience_digest, asked.facts_digest), outbox.clock.now()

    def work(session: Session) -> Release:
        return releases.approve(session, session.get_one(Release, asked.id), seen, Yes(by or new_id()), barred, now)

    return outbox.write(work)


def rows_of(outbox: Outbox, release: Release) -> list[Delivery]:
    wanted = select(Delivery).where(col(Delivery.release_id) == release.id).order_by(col(Delivery.id))
    return outbox.look(lambda session: list(session.exec(wanted).all()))


@pytest.mark.anyio
async def test_a_notice_released_again_after_its_release_became_void_reaches_everybody_left(
    outbox: Outbox, sink: Sink
) -> None:
    edition, members = edition_of(outbox), people(4)
    first = approve(outbox, ask(outbox, edition, audience_of(outbox, members)))
    outbox.change("u0", state=DeliveryState.ACCEPTED, settled_at=outbox.clock.now())
    outbox.void(first.id)
    second = approve(outbox, ask(outbox, edition, audience_of(outbox, members)))
    assert [row.person for row in rows_of(outbox, second)] == ["u1", "u2", "u3"]
    assert (await run(sender(outbox, sink))).fates[Fate.ACCEPTED] == 3


def test_what_was_decided_or_is_under_way_is_taken_up_as_it_is(outbox: Outbox) -> None:
    edition, members, now = edition_of(outbox), people(6), outbox.clock.now()
    first = approve(outbox, ask(outbox, edition, audience_of(outbox, members)))
    held = {"worker": "here.1", "lease_until": now}
    changes: dict[str, dict[str, object]] = {
        "u0": {"state": DeliveryState.REJECTED, "settled_at": now},
        "u1": {"state": DeliveryState.UNCERTAIN},
        "u2": {"state": DeliveryState.TRANSMITTING, "attempt": 1, **held},
        "u3": {"state": DeliveryState.CLAIMED, "attempt": 1, **held},
        "u4": {"state": DeliveryState.DEFERRED},
    }
    for person, values in changes.items():
        outbox.change(person, **values)
    outbox.void(first.id)
    outbox.clock.move(LATER)
    added = [replace(member, account="acme", role="admin") for member in members]
    second = approve(outbox, ask(outbox, edition, audience_of(outbox, added)))
    rows = {row.person: row for row in rows_of(outbox, second)}
    assert {person: row.state for person, row in rows.items()} == {
        "u1": DeliveryState.UNCERTAIN,
        "u2": DeliveryState.TRANSMITTING,
        "u3": DeliveryState.CLAIMED,
        "u4": DeliveryState.PENDING,
        "u5": DeliveryState.PENDING,
    }
    assert outbox.row("u0").release_id == first.id
    fresh = rows["u5"]
    assert (fresh.account, fresh.role, fresh.next_at) == ("acme", "admin", now + LATER)
    assert fresh.give_up_at == now + LATER + GIVE_UP
    assert fresh.message_id == outbox.row("u5").message_id
    assert not outbox.finish(second.id)


@pytest.mark.anyio
async def test_who_was_left_uncertain_by_a_person_comes_flagged_into_a_renewed_release(
    outbox: Outbox, sink: Sink
) -> None:
    edition = edition_of(outbox)
    first = approve(outbox, ask(outbox, edition, audience_of(outbox, people(1))))
    outbox.change("u0", state=DeliveryState.UNCERTAIN, attempt=1)
    assert outbox.write(lambda session: upkeep.leave(session, first.id)) == 1
    outbox.void(first.id)
    approve(outbox, ask(outbox, edition, audience_of(outbox, people(1))))
    await run(sender(outbox, sink))
    assert (outbox.row().state, outbox.row().possible_duplicate) == (DeliveryState.ACCEPTED, True)


def test_an_added_release_reaches_those_it_adds_and_nobody_twice(outbox: Outbox) -> None:
    edition = edition_of(outbox)
    first = approve(outbox, ask(outbox, edition, audience_of(outbox, people(2))))
    second = approve(outbox, ask(outbox, edition, audience_of(outbox, people(4))))
    assert [row.person for row in rows_of(outbox, first)] == ["u0", "u1"]
    assert [row.person for row in rows_of(outbox, second)] == ["u2", "u3"]


def test_a_notice_shown_in_app_is_shown_again_when_it_is_released_anew(outbox: Outbox) -> None:
    edition, members = edition_of(outbox), [NewMember("u0")]
    outbox.write(lambda session: token_secret(session, outbox.keys))
    first = approve(outbox, ask(outbox, edition, audience_of(outbox, members, Channel.IN_APP)))
    assert outbox.states() == {DeliveryState.ACCEPTED: 1}
    outbox.void(first.id)
    assert shown(outbox) == []
    approve(outbox, ask(outbox, edition, audience_of(outbox, members, Channel.IN_APP)))
    assert shown(outbox) == ["Your data"]


def shown(outbox: Outbox) -> list[str]:
    notices = outbox.look(lambda session: notices_for(session, outbox.keys, Reader("u0")))
    return [notice.rendered.subject for notice in notices]


def test_a_large_audience_gets_its_rows_piece_by_piece_also_what_a_void_release_left(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = edition_of(outbox)
    first = approve(outbox, ask(outbox, edition, audience_of(outbox, people(3))))
    outbox.void(first.id)
    monkeypatch.setattr(fan_out, "PIECE", 2)
    second = approve(outbox, ask(outbox, edition, audience_of(outbox, people(5))))
    made = [len(rows_of(outbox, second))]
    while not fan_on(outbox, second):
        assert not outbox.finish(second.id)  # not while somebody has no row yet
        made.append(len(rows_of(outbox, second)))
    assert made == [2, 4]
    assert [row.person for row in rows_of(outbox, second)] == ["u0", "u1", "u2", "u3", "u4"]
    assert fan_on(outbox, second)


def fan_on(outbox: Outbox, release: Release) -> bool:
    now = outbox.clock.now()
    return outbox.write(lambda session: fan_out.continue_fan_out(session, session.get_one(Release, release.id), now))


def test_who_asked_or_wrote_may_not_approve(outbox: Outbox) -> None:
    asked, author = ask(outbox, edition_of(outbox), audience_of(outbox, people(1))), new_id()
    for by in (asked.requested_by, author):
        with pytest.raises(SecondPersonNeeded):
            approve(outbox, asked, by, (author,))
    assert approve(outbox, asked, new_id(), (author,)).state is ReleaseState.APPROVED


@pytest.mark.parametrize("part", ["edition_digest", "audience_digest", "facts_digest"])
def test_what_changed_since_it_was_read_is_not_approved(outbox: Outbox, part: str) -> None:
    asked = ask(outbox, edition_of(outbox), audience_of(outbox, people(1)))
    setattr(asked, part, "0" * 64)
    with pytest.raises(NotReleasable, match="changed since you read it"):
        approve(outbox, asked)
    assert outbox.rows() == []


@pytest.mark.proves("F53")
def test_a_list_that_grows_after_the_approval_reaches_nobody_more(outbox: Outbox) -> None:
    audience = audience_of(outbox, people(2))
    asked = approve(outbox, ask(outbox, edition_of(outbox), audience))
    late = [(1, people(3)[2])]
    with pytest.raises(AudienceFrozen):
        outbox.write(lambda session: add_members(session, outbox.keys, audience, late))
    assert outbox.write(lambda session: freeze(session, audience, outbox.clock.now())).members == 2
    assert len(rows_of(outbox, asked)) == 2


def test_the_same_texts_and_facts_are_the_same_edition(outbox: Outbox) -> None:
    notice = new_id()
    first, again = edition_of(outbox, notice), edition_of(outbox, notice)
    assert (first.id, first.number) == (again.id, 1)


def test_a_release_ends_once(outbox: Outbox) -> None:
    asked = ask(outbox, edition_of(outbox), audience_of(outbox, people(1)))
    now = outbox.clock.now()
    outbox.write(lambda session: releases.refuse(session, session.get_one(Release, asked.id), "no", now))
    with pytest.raises(NotReleasable, match="can no longer become approved"):
        approve(outbox, asked)
    for step in (outbox.stop, outbox.resume, outbox.void):
        with pytest.raises(NotReleasable, match="can no longer become"):
            step(asked.id)
    assert not outbox.finish(asked.id)


def test_a_release_is_finished_when_nothing_of_it_is_open(outbox: Outbox) -> None:
    release = approve(outbox, ask(outbox, edition_of(outbox), audience_of(outbox, people(2))))
    for state in OPEN:
        held = state in (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)
        lease = outbox.clock.now() if held else None
        outbox.change("u1", state=state, worker="here.1" if held else None, lease_until=lease)
        assert not outbox.finish(release.id)
    for person in ("u0", "u1"):
        outbox.change(
            person, state=DeliveryState.ACCEPTED, settled_at=outbox.clock.now(), worker=None, lease_until=None
        )
    with outbox.store.read() as session:
        looked = session.get_one(Release, release.id)  # another worker, which looked before this one finished it
    assert outbox.finish(release.id)
    assert outbox.released(release.id).closed_at == outbox.clock.now()
    assert not outbox.write(
        lambda session: releases.finish(session, session.merge(looked, load=False), outbox.clock.now())
    )
    assert outbox.released(release.id).closed_at == outbox.clock.now()


@pytest.mark.parametrize("gone", ["edition_id", "audience_id"])
def test_a_release_whose_edition_or_audience_is_gone_must_not_be_sent(outbox: Outbox, gone: str) -> None:
    release = approve(outbox, ask(outbox, edition_of(outbox), audience_of(outbox, people(1))))
    setattr(release, gone, new_id())
    fault = outbox.look(lambda session: releases.fault_of(session, outbox.keys, release))
    assert fault == "its edition or audience is gone"
