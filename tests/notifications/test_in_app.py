"""In-app notices reach a person, or an account and role, and only with a token that is ours and still lives."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, delete

from incident.keys import KeyRing
from notifications.audience import NewMember, add_members, freeze, new_audience
from notifications.clock import MovableClock
from notifications.ids import new_id
from notifications.in_app import mark_read, notices_for, token_secret, unread_count
from notifications.message import Text
from notifications.models import Channel, Member, Release
from notifications.quorum import Yes
from notifications.reader_tokens import Reader
from notifications.release import NewEdition, Seen, approve, freeze_edition, request_release, stop, void
from notifications.store import Store

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
SUBJECT = "incident:1"
TEXTS = {
    "en": Text("Notice for {{ name }}", "Hello {{ name }}", "<p>Hello {{ name }}</p>", fallbacks={"name": "you"}),
    "de": Text("Hinweis", "Hallo {{ name }}", "<p>Hallo {{ name }}</p>", fallbacks={"name": "Sie"}),
}
MEMBERS = (
    NewMember("u1", locale="de", values={"name": "<Anna>"}),
    NewMember("u2"),
    NewMember("", account="acme", role="admin"),
)


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(os.urandom(32), MovableClock(NOW))


@pytest.fixture
def released(store: Store, keys: KeyRing) -> Release:
    def work(session: Session) -> Release:
        token_secret(session, keys)
        audience = new_audience(session, SUBJECT, "everybody", Channel.IN_APP, NOW)
        assert add_members(session, keys, audience.id, list(enumerate(MEMBERS, 1))) == []
        freeze(session, audience.id, NOW)
        new = NewEdition(new_id(), SUBJECT, "in_app", TEXTS, "f" * 64)
        edition = freeze_edition(session, keys, new, new_id(), NOW)
        asked = request_release(session, edition, audience.id, "n@example.org", new_id(), NOW)
        seen = Seen(edition.digest, asked.audience_digest, "f" * 64)
        return approve(session, asked, seen, Yes(new_id()), (), NOW)

    return store.write(work)


def shown(store: Store, keys: KeyRing, reader: Reader, locale: str = "") -> list[str]:
    with store.read() as session:
        return [notice.rendered.text for notice in notices_for(session, keys, reader, locale)]


@pytest.mark.usefixtures("released")
def test_each_reader_is_shown_their_own_in_their_language(store: Store, keys: KeyRing) -> None:
    assert shown(store, keys, Reader("u1")) == ["Hallo <Anna>"]
    assert shown(store, keys, Reader("u1"), "en") == ["Hello <Anna>"]
    assert shown(store, keys, Reader("u2")) == ["Hello you"]
    assert shown(store, keys, Reader("u3")) == []
    with store.read() as session:
        (notice,) = notices_for(session, keys, Reader("u1"))
    assert notice.rendered.html == "<p>Hallo &lt;Anna&gt;</p>"
    assert notice.published_at == NOW


@pytest.mark.usefixtures("released")
def test_an_account_notice_is_for_its_role_also_when_somebody_joins_later(store: Store, keys: KeyRing) -> None:
    assert shown(store, keys, Reader("new admin", {"acme": ("admin", "user")})) == ["Hello you"]
    assert shown(store, keys, Reader("member", {"acme": ("user",)})) == []
    assert shown(store, keys, Reader("other", {"blue": ("admin",)})) == []


@pytest.mark.usefixtures("released")
def test_a_notice_is_read_once_per_reader_and_impersonation_leaves_no_trace(store: Store, keys: KeyRing) -> None:
    reader, later = Reader("u1"), NOW + timedelta(minutes=5)
    with store.read() as session:
        (notice,) = notices_for(session, keys, reader)
        assert unread_count(session, reader) == 1
    impersonated = Reader("u1", impersonated=True)
    assert store.write(lambda s: mark_read(s, keys, impersonated, notice.id, NOW)) == NOW
    with store.read() as session:
        assert unread_count(session, reader) == 1
    assert store.write(lambda s: mark_read(s, keys, reader, notice.id, NOW)) == NOW
    assert store.write(lambda s: mark_read(s, keys, reader, notice.id, later)) == NOW
    assert store.write(lambda s: mark_read(s, keys, Reader("u2"), notice.id, NOW)) is None
    with store.read() as session:
        assert notices_for(session, keys, reader)[0].read_at == NOW
        assert unread_count(session, reader) == 0


def test_a_stopped_or_void_release_is_no_longer_shown(store: Store, keys: KeyRing, released: Release) -> None:
    store.write(lambda session: stop(session, session.get_one(Release, released.id), "wrong"))
    assert shown(store, keys, Reader("u2")) == []
    store.write(lambda session: void(session, session.get_one(Release, released.id), "changed", NOW))
    assert shown(store, keys, Reader("u2")) == []
    with store.read() as session:
        assert unread_count(session, Reader("u2")) == 0


@pytest.mark.usefixtures("released")
def test_after_the_audience_was_purged_the_notice_speaks_without_a_name(store: Store, keys: KeyRing) -> None:
    store.write(lambda session: session.exec(delete(Member)))
    assert shown(store, keys, Reader("u1")) == ["Hello you"]
    assert shown(store, keys, Reader("u1"), "de") == ["Hallo Sie"]


def test_an_account_is_named_with_several_roles_and_stands_for_no_person(store: Store, keys: KeyRing) -> None:
    lines = [
        NewMember("", account="acme", role="admin"),
        NewMember("", account="acme", role="owner"),
        NewMember("", account="acme"),
        NewMember("", account="acme", role="admin"),
        NewMember("account:blue"),
        NewMember(""),
    ]

    def work(session: Session, channel: Channel) -> list[tuple[int, str]]:
        audience = new_audience(session, SUBJECT, "accounts", channel, NOW)
        faults = add_members(session, keys, audience.id, list(enumerate(lines, 1)))
        return [(fault.line, fault.message) for fault in faults]

    refused = store.write(lambda session: work(session, Channel.IN_APP))
    assert refused == [
        (4, "names the person of line 1 again"),
        (5, "is what accounts are called here"),
        (6, "is empty"),
    ]
    assert len(store.write(lambda session: work(session, Channel.EMAIL))) == len(lines)


@pytest.mark.usefixtures("released")
def test_a_person_who_is_called_like_an_account_is_not_shown_what_it_is_shown(store: Store, keys: KeyRing) -> None:
    for name in ("account:acme", "account:acme:admin"):
        assert shown(store, keys, Reader(name)) == []
        assert shown(store, keys, Reader(name, {"blue": ("admin",)})) == []
