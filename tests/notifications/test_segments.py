"""Who lost which data gets which text, by mail and in the product; the text of another segment goes to nobody."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, delete

from incident.keys import KeyRing
from notifications import ledger
from notifications.audience import NewMember, add_members, new_audience
from notifications.clock import MovableClock
from notifications.composing import Unsendable
from notifications.ids import new_id
from notifications.in_app import InAppNotice, notices_for
from notifications.message import Text
from notifications.models import Channel, Member
from notifications.quorum import Yes
from notifications.reader_tokens import Reader
from notifications.release import NewEdition, Seen, approve, freeze_edition, request_release
from notifications.store import Store
from tests.notifications.outbox import Outbox, people
from tests.notifications.test_composing import WORKER, read

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TEXTS = {
    "en": Text("Your data", "Your name"),
    "de": Text("Ihre Daten", "Ihr Name"),
    "en@cards": Text("Your card", "Your card number"),
    "de@cards": Text("Ihre Karte", "Ihre Kartennummer"),
}
PEOPLE = (
    NewMember("plain"),
    NewMember("card", segment="cards"),
    NewMember("karte", locale="de-AT", segment="cards"),
    NewMember("carte", locale="fr", segment="cards"),
    NewMember("other", segment="passports"),
)


def test_a_mail_says_what_its_persons_segment_lost(outbox: Outbox) -> None:
    found = [replace(new, locale=one.locale, segment=one.segment) for new, one in zip(people(5), PEOPLE, strict=True)]
    outbox.release(found, TEXTS)
    rows = outbox.write(lambda session: ledger.claim(session, WORKER, outbox.clock.now()))
    *mails, none = outbox.composer().compose(rows)
    assert [read(one)["Subject"] for one in mails] == ["Your data", "Your card", "Ihre Karte", "Your card"]
    assert [read(one)["Content-Language"] for one in mails] == ["en", "en", "de", "en"]
    assert none == Unsendable("the text has no variant for the segment this person is in")


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(os.urandom(32), MovableClock(NOW))


def released(store: Store, keys: KeyRing) -> None:
    def work(session: Session) -> None:
        audience = new_audience(session, "incident:1", "everybody", Channel.IN_APP, NOW)
        assert add_members(session, keys, audience.id, list(enumerate(PEOPLE, 1))) == []
        edition = freeze_edition(session, keys, NewEdition(new_id(), "incident:1", "in_app", TEXTS, "f"), new_id(), NOW)
        asked = request_release(session, edition, audience.id, "n@example.org", new_id(), NOW)
        approve(session, asked, Seen(edition.digest, asked.audience_digest, "f"), Yes(new_id()), (), NOW)

    store.write(work)


def shown(store: Store, keys: KeyRing, person: str, locale: str = "") -> list[tuple[str, str]]:
    def said(notice: InAppNotice) -> tuple[str, str]:
        return notice.rendered.subject, notice.locale

    with store.read() as session:
        return [said(notice) for notice in notices_for(session, keys, Reader(person), locale)]


def test_a_reader_is_shown_what_their_segment_lost(store: Store, keys: KeyRing) -> None:
    released(store, keys)
    store.write(lambda session: keys.for_scope(session, "in_app"))
    assert shown(store, keys, "plain") == [("Your data", "en")]
    assert shown(store, keys, "karte") == [("Ihre Karte", "de")]
    assert shown(store, keys, "karte", "en") == [("Your card", "en")]
    assert shown(store, keys, "other") == []


def test_after_the_audience_was_purged_the_first_text_is_shown(store: Store, keys: KeyRing) -> None:
    released(store, keys)
    store.write(lambda session: keys.for_scope(session, "in_app"))
    store.write(lambda session: session.exec(delete(Member)))
    assert shown(store, keys, "card") == [("Your data", "en")]
