"""What is heard of a mail moves its row, on both databases: found by either id, proven or by the right person, once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from notifications.heard import Heard, News
from notifications.hearing import PATIENCE, Heeded, heed, untold_releases, waiting_news
from notifications.incoming import DeliveryNews, NewsState
from notifications.models import DeliveryState
from notifications.received import keep_news
from tests.notifications.outbox import Outbox, address

S, N = DeliveryState, NewsState
PROVIDER = "0102019d4f7a8c3e-1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d-000000"


def told(
    outbox: Outbox, news: News = News.BOUNCED, person: str = "u0", *, key: str = "k1", proven: bool = False
) -> Heard:
    """What an honest report of this person's mail says."""
    message_id = outbox.row(person).message_id
    named = frozenset({address(person)})
    return Heard(
        news, key, (message_id,), status="5.1.1", detail=f"550 <{address(person)}> gone", addresses=named, proven=proven
    )


def keep(outbox: Outbox, heard: Heard) -> UUID | None:
    return outbox.write(lambda session: keep_news(session, outbox.keys, heard, "lmtp", outbox.clock.now()))


def hear(outbox: Outbox, heard: Heard) -> Heeded:
    identity = keep(outbox, heard)
    assert identity is not None
    return again(outbox, identity)


def again(outbox: Outbox, identity: UUID) -> Heeded:
    return outbox.write(lambda session: heed(session, outbox.keys, identity, outbox.clock.now()))


def accepted(outbox: Outbox, person: str = "u0") -> None:
    now = outbox.clock.now()
    outbox.change(
        person, state=S.ACCEPTED, settled_at=now, reply_code=250, reply_text="Ok: queued", provider_id=PROVIDER
    )


@pytest.mark.parametrize(
    ("news", "after"),
    [
        (News.BOUNCED, S.BOUNCED),
        (News.DELIVERED, S.DELIVERED),
        (News.COMPLAINT, S.DELIVERED),
        (News.SUPPRESSED, S.REJECTED),
        (News.DEFERRED, S.ACCEPTED),
    ],
)
def test_an_accepted_mail_becomes_what_is_proven_of_it(outbox: Outbox, news: News, after: DeliveryState) -> None:
    release_id = outbox.release()
    accepted(outbox)
    heeded = hear(outbox, told(outbox, news))
    assert outbox.row().state is after
    wanted = Heeded(N.APPLIED, release_id) if after is not S.ACCEPTED else Heeded(N.UNCHANGED)
    assert heeded == wanted


def test_the_row_keeps_the_reason_without_the_address_and_what_the_relay_had_said(outbox: Outbox) -> None:
    outbox.release()
    accepted(outbox)
    outbox.clock.move(timedelta(hours=1))
    hear(outbox, told(outbox))
    row = outbox.row()
    assert row.reply_text == "bounced 5.1.1 550 <…> gone (the relay had answered 250 Ok: queued)"
    assert row.settled_at == outbox.clock.now()


def test_a_delivered_mail_keeps_the_moment_it_was_accepted(outbox: Outbox) -> None:
    outbox.release()
    accepted(outbox)
    before = outbox.row().settled_at
    outbox.clock.move(timedelta(hours=1))
    hear(outbox, told(outbox, News.DELIVERED))
    assert (outbox.row().settled_at, outbox.row().reply_text) == (before, "Ok: queued")


@pytest.mark.parametrize("news", [News.BOUNCED, News.DELIVERED, News.SUPPRESSED])
def test_what_was_uncertain_is_so_no_longer(outbox: Outbox, news: News) -> None:
    outbox.release()
    outbox.change("u0", state=S.UNCERTAIN)
    assert hear(outbox, told(outbox, news)).state is N.APPLIED
    assert outbox.row().state in (S.BOUNCED, S.DELIVERED, S.REJECTED)


@pytest.mark.parametrize("state", [S.PENDING, S.DEFERRED, S.HELD])
def test_a_flagged_row_does_not_go_out_a_second_time(outbox: Outbox, state: DeliveryState) -> None:
    outbox.release()
    outbox.change("u0", state=state, possible_duplicate=True)
    assert hear(outbox, told(outbox, News.DELIVERED)).state is N.APPLIED
    assert outbox.row().state is S.DELIVERED


@pytest.mark.parametrize("state", [S.PENDING, S.DEFERRED, S.HELD, S.CANCELLED, S.REJECTED, S.BOUNCED])
def test_a_row_that_no_relay_can_have_had_stays(outbox: Outbox, state: DeliveryState) -> None:
    outbox.release()
    outbox.change("u0", state=state, settled_at=outbox.clock.now())
    assert hear(outbox, told(outbox, News.DELIVERED, proven=True)).state is N.UNCHANGED
    assert outbox.row().state is state


def test_a_bounce_after_a_delivery_counts_and_a_delivery_after_a_bounce_does_not(outbox: Outbox) -> None:
    outbox.release()
    accepted(outbox)
    hear(outbox, told(outbox, News.DELIVERED))
    assert hear(outbox, told(outbox, News.BOUNCED, key="k2")).state is N.APPLIED
    assert hear(outbox, told(outbox, News.DELIVERED, key="k3")).state is N.UNCHANGED
    assert outbox.row().state is S.BOUNCED


@pytest.mark.parametrize("state", [S.CLAIMED, S.TRANSMITTING])
def test_a_row_in_a_workers_hand_is_waited_for(outbox: Outbox, state: DeliveryState) -> None:
    outbox.release()
    later = outbox.clock.now() + timedelta(seconds=60)
    outbox.change("u0", state=state, worker="node.1", lease_until=later)
    identity = keep(outbox, told(outbox))
    assert identity is not None
    assert again(outbox, identity).state is N.WAITING
    assert outbox.look(lambda session: waiting_news(session, outbox.clock.now())) == []
    outbox.change("u0", state=S.ACCEPTED, worker=None, lease_until=None, settled_at=later)
    outbox.clock.move(timedelta(seconds=6))
    assert outbox.look(lambda session: waiting_news(session, outbox.clock.now())) == [identity]
    assert again(outbox, identity).state is N.APPLIED


def test_news_come_once_and_are_heeded_once(outbox: Outbox) -> None:
    outbox.release()
    accepted(outbox)
    identity = keep(outbox, told(outbox))
    assert identity is not None
    assert keep(outbox, told(outbox)) is None
    assert again(outbox, identity).state is N.APPLIED
    assert again(outbox, identity) == Heeded(N.UNCHANGED)


def test_nobody_speaks_of_another_persons_mail(outbox: Outbox) -> None:
    outbox.release(2)
    accepted(outbox)
    forged = replace(told(outbox), addresses=frozenset({address("u1")}))
    assert hear(outbox, forged).state is N.DOUBTFUL
    assert outbox.row().state is S.ACCEPTED
    proven = replace(forged, key="k2", proven=True)
    assert hear(outbox, proven).state is N.APPLIED


def test_an_address_is_known_in_other_letters(outbox: Outbox) -> None:
    outbox.release()
    accepted(outbox)
    assert hear(outbox, replace(told(outbox), addresses=frozenset({"U0@Mail.Example".lower()}))).state is N.APPLIED


def test_a_message_to_people_inside_is_found_too(outbox: Outbox) -> None:
    outbox.page("ann")
    accepted(outbox, "ann")
    assert hear(outbox, told(outbox, person="ann")) == Heeded(N.APPLIED)
    assert outbox.row("ann").state is S.BOUNCED


def test_a_row_is_found_by_the_providers_id(outbox: Outbox) -> None:
    outbox.release(2)
    accepted(outbox)
    heard = Heard(News.BOUNCED, "k1", ("<x@provider.example>",), ("x", PROVIDER), addresses=frozenset(), proven=True)
    assert hear(outbox, heard).state is N.APPLIED
    assert (outbox.row("u0").state, outbox.row("u1").state) == (S.BOUNCED, S.PENDING)


def test_an_id_that_two_rows_have_names_none(outbox: Outbox) -> None:
    outbox.release(2)
    accepted(outbox, "u0")
    accepted(outbox, "u1")
    assert hear(outbox, Heard(News.BOUNCED, "k1", (), (PROVIDER,), proven=True)).state is N.DOUBTFUL
    assert outbox.states() == {S.ACCEPTED: 2}


def test_an_id_that_is_learned_later_is_waited_for(outbox: Outbox) -> None:
    outbox.release()
    identity = keep(outbox, Heard(News.BOUNCED, "k1", (), (PROVIDER,), proven=True))
    assert identity is not None
    assert again(outbox, identity).state is N.WAITING
    accepted(outbox)
    outbox.clock.move(timedelta(minutes=1))
    assert outbox.look(lambda session: waiting_news(session, outbox.clock.now())) == [identity]
    assert again(outbox, identity).state is N.APPLIED


@pytest.mark.parametrize(
    "identity",
    ["<who@else.example>", f"<{'0' * 32}.1.1@sender.example>", f"<{'f' * 32}.{'9' * 18}.1@sender.example>"],
)
def test_what_is_of_no_mail_of_ours_is_kept_as_such(outbox: Outbox, identity: str) -> None:
    outbox.release()
    kept = keep(outbox, Heard(News.BOUNCED, "k1", (identity,)))
    assert kept is not None
    outbox.clock.move(PATIENCE)
    assert again(outbox, kept).state is N.UNMATCHED
    assert outbox.look(lambda session: session.get_one(DeliveryNews, kept)).content_sealed is not None


def test_a_message_id_of_another_domain_is_not_ours(outbox: Outbox) -> None:
    outbox.release()
    accepted(outbox)
    wrong = outbox.row().message_id.replace("@sender.example", "@else.example")
    assert hear(outbox, replace(told(outbox), message_ids=(wrong,), proven=True)).state is N.WAITING


def test_releases_with_news_are_named_until_somebody_tells(outbox: Outbox) -> None:
    release_id = outbox.release(2)
    accepted(outbox, "u0")
    assert outbox.look(untold_releases) == []
    hear(outbox, told(outbox))
    assert outbox.look(untold_releases) == [release_id]
