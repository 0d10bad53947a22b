"""Members are imported in pieces, sealed, once each; faults name their line; a frozen audience stays as it is."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select, update

from incident.keys import KeyRing
from notifications.audience import (
    AudienceFrozen,
    ImportReport,
    NewMember,
    audience_digest,
    counted,
    freeze,
    import_members,
    new_audience,
    open_member,
    opened,
    relatives,
    scope_of,
    segments_of,
)
from notifications.clock import MovableClock
from notifications.members import row_of
from notifications.models import Audience, Channel, Member
from notifications.sealing import Unsealable
from notifications.store import Store

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(os.urandom(32), MovableClock(NOW))


def audience(store: Store, channel: Channel = Channel.EMAIL) -> UUID:
    return store.write(lambda session: new_audience(session, "incident:1", "affected", channel, NOW).id)


def fill(store: Store, keys: KeyRing, audience_id: UUID, *members: NewMember) -> ImportReport:
    return import_members(store, keys, audience_id, enumerate(members, 2))


def rows(store: Store) -> list[Member]:
    with store.read() as session:
        return list(session.exec(select(Member).order_by(col(Member.id))).all())


def test_an_address_is_sealed_and_opens_only_for_its_own_row(store: Store, keys: KeyRing) -> None:
    here = audience(store)
    member = NewMember("u1", "Anna@Example.ORG", "acme", "admin", "de", "DE", {"name": "Anna Bergström"})
    assert fill(store, keys, here, member).stored == 1
    (row,) = rows(store)
    assert row.address_sealed is not None
    assert row.variables_sealed is None  # everything is sealed once
    assert b"nna" not in row.address_sealed
    with store.read() as session:
        keyring = keys.for_scope(session, scope_of(here))
    opened = open_member(keyring, row)
    assert (opened.person, opened.address, opened.locale, opened.name) == (
        "u1",
        "Anna@example.org",
        "de",
        "Anna Bergström",
    )
    row.region = "FR"
    with pytest.raises(ValueError, match="changed after its import"):
        open_member(keyring, row)


def test_a_member_whose_address_and_values_were_sealed_apart_opens_as_it_is(store: Store, keys: KeyRing) -> None:
    here = audience(store)
    one = NewMember("u1", "u1@example.net", "acme", "admin", "de", "DE", {"name": "Anna"}, segment="accounts")
    other, shown = NewMember("u2", "u2@example.net"), NewMember("u3", values={"name": "Cy"})
    fill(store, keys, here, one, other)
    with store.read() as session:
        keyring = keys.for_scope(session, scope_of(here))
    first, second = rows(store)
    columns: Any = row_of(keyring, here, shown, None)
    third = Member(**columns)
    assert (third.address_sealed, opened(keyring, third)) == (None, shown)
    for row, new in ((first, one), (second, other), (third, shown)):
        place, values = f"{here}:{new.person}:1", json.dumps(dict(new.values))
        parts = {"address_sealed": new.address, "variables_sealed": values if new.values else ""}
        for column, value in parts.items():
            sealed = keyring.seal(value.encode(), "audience_member", column, place) if value else None
            setattr(row, column, sealed)
        assert opened(keyring, row) == new
        assert open_member(keyring, row).address == new.address
        row.account = "another"
        with pytest.raises(ValueError, match="changed after its import"):
            open_member(keyring, row)


@pytest.mark.parametrize("column", ["person", "account", "role", "locale", "region", "segment", "digest"])
def test_whatever_is_changed_in_a_row_it_is_sent_nothing(store: Store, keys: KeyRing, column: str) -> None:
    here = audience(store)
    fill(store, keys, here, NewMember("u1", "u1@example.net", "acme", "admin", "de", "DE", {"name": "Anna"}))
    (row,) = rows(store)
    with store.read() as session:
        keyring = keys.for_scope(session, scope_of(here))
    setattr(row, column, "other")
    with pytest.raises((ValueError, Unsealable)):
        open_member(keyring, row)


def test_duplicates_and_faults_are_named_by_line_and_stop_nothing(store: Store, keys: KeyRing) -> None:
    here = audience(store)
    fill(store, keys, here, NewMember("known", "k@example.net"))
    report = fill(
        store,
        keys,
        here,
        NewMember("a", "a@example.net"),
        NewMember("a", "other@example.net"),
        NewMember("known", "k@example.net"),
        NewMember("b", "A@example.net"),
        NewMember("c", "no address"),
        NewMember("d", ""),
        NewMember("e", "e@example.net", locale="german!"),
        NewMember("f", "f@example.net", region="Germany"),
        NewMember("g", "g@example.net", values={"Bad Name": "x"}),
        NewMember("h", "h@example.net", values={"name": "a\nb"}),
        NewMember("", "i@example.net"),
        NewMember("z", "z@example.net"),
    )
    assert report.stored == 3
    named = [(fault.line, fault.field, fault.warning) for fault in report.faults]
    assert named == [
        *((3, "person", False), (4, "person again", False), (5, "address", True), (6, "address", False)),
        *((7, "address", False), (8, "locale", False), (9, "region", False), (10, "values", False)),
        *((11, "name", False), (12, "person", False)),
    ]
    assert (report.stored, report.refused, report.repeated, report.warned) == (3, 8, 1, 1)
    told = {fault.line: str(fault) for fault in report.faults}
    assert told[3].startswith("line 3, person: names the person of line 2 again")
    assert told[5].startswith("line 5, address: is that of line 2 too")
    assert "no address" not in told[6]
    assert [row.person for row in rows(store)] == ["known", "a", "b", "z"]


def test_nobody_joins_a_frozen_audience(store: Store, keys: KeyRing) -> None:
    here = audience(store)
    fill(store, keys, here, NewMember("a", "a@example.net"), NewMember("b", "b@example.net", locale="de"))
    frozen = store.write(lambda session: freeze(session, here, NOW))
    assert (frozen.members, frozen.frozen_at) == (2, NOW)
    with pytest.raises(AudienceFrozen):
        fill(store, keys, here, NewMember("c", "c@example.net"))
    again = store.write(lambda session: freeze(session, here, datetime(2026, 12, 1, tzinfo=UTC)))
    assert (again.digest, again.frozen_at) == (frozen.digest, NOW)
    with store.read() as session:
        assert counted(session, here) == {"en": 1, "de": 1}


def test_the_digest_changes_with_every_member(store: Store, keys: KeyRing) -> None:
    here = audience(store)
    fill(store, keys, here, NewMember("a", "a@example.net"))
    with store.read() as session:
        one = audience_digest(session, here)
    fill(store, keys, here, NewMember("b", "b@example.net"))
    with store.read() as session:
        two = audience_digest(session, here)
    assert (one[1], two[1]) == (1, 2)
    store.write(lambda session: session.exec(update(Member).values(digest="x")))
    with store.read() as session:
        assert len({one[0], two[0], audience_digest(session, here)[0]}) == 3


def test_in_app_needs_no_address(store: Store, keys: KeyRing) -> None:
    here = audience(store, Channel.IN_APP)
    assert fill(store, keys, here, NewMember("account:acme", account="acme", role="admin")).stored == 1
    (row,) = rows(store)
    assert row.address_sealed is None


def test_a_segment_is_part_of_what_was_imported_and_older_members_open_as_they_are(store: Store, keys: KeyRing) -> None:
    here = audience(store)
    one = NewMember("u1", "u1@example.net", "acme", "admin", "de", "DE", {"name": "Anna"}, segment="accounts")
    fill(store, keys, here, one, NewMember("u2", "u2@example.net"), NewMember("u3", "u3@example.net", segment="lists"))
    with store.read() as session:
        keyring = keys.for_scope(session, scope_of(here))
        assert segments_of(session, here) == {"accounts": 1, "": 1, "lists": 1}
    first, second, third = rows(store)
    assert open_member(keyring, first).segment == "accounts"
    assert opened(keyring, first) == one
    before_there_were_segments = ["u2", "u2@example.net", "", "", "en", "", 1, []]
    assert second.digest == keyring.blind(json.dumps(before_there_were_segments))
    for row, other in ((first, "lists"), (second, "lists"), (third, "")):
        row.segment = other
        with pytest.raises(ValueError, match="changed after its import"):
            open_member(keyring, row)


@pytest.mark.parametrize("segment", ["a@b", "-a", "a b", "ä", "x" * 65, "a\n"])
def test_a_segment_is_a_name_that_can_stand_beside_a_language(store: Store, keys: KeyRing, segment: str) -> None:
    report = fill(store, keys, audience(store), NewMember("u1", "u1@example.net", segment=segment))
    assert [(fault.line, fault.field) for fault in report.faults] == [(2, "segment")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("person", "x" * 201), ("person", "a\x00b"), ("person", "a\ud800"), ("account", "x" * 201)),
        *(("account", "a\x00b"), ("role", "x" * 65), ("role", "a\nb")),
    ],
)
def test_what_no_column_holds_is_a_fault_of_its_line(store: Store, keys: KeyRing, field: str, value: str) -> None:
    columns: dict[str, Any] = {field: value}
    odd = replace(NewMember("u1", "u1@example.net"), **columns)
    report = fill(store, keys, audience(store), odd, NewMember("u2", "u2@example.net"))
    assert [(fault.line, fault.field) for fault in report.faults] == [(2, field)]
    assert [row.person for row in rows(store)] == ["u2"]


def test_who_is_told_already_joins_no_audience_that_is_added(store: Store, keys: KeyRing) -> None:
    first = audience(store)
    fill(store, keys, first, NewMember("a", "a@example.net"))
    second, third = added_to(store, first), audience(store)
    assert fill(store, keys, second, NewMember("a", "a@example.net"), NewMember("b", "b@example.net")).stored == 1
    fourth = added_to(store, second)
    people = [NewMember(name, f"{name}@example.net") for name in "abc"]
    report = fill(store, keys, fourth, *people)
    assert [(fault.line, fault.message) for fault in report.faults] == [
        (2, "is told already by “affected”"),
        (3, "is told already by “added to affected”"),
    ]
    assert fill(store, keys, third, *people).stored == 3  # an audience of its own knows nothing of them
    with store.read() as session:
        family = {name: session.get_one(Audience, name) for name in (first, second, third, fourth)}
        assert [list(relatives(session, family[one])) for one in (first, second, third, fourth)] == [
            [second, fourth],
            [first, fourth],
            [],
            [first, second],
        ]
        assert family[fourth].members == 1


def test_what_was_purged_keeps_nobody_out(store: Store, keys: KeyRing) -> None:
    first = audience(store)
    fill(store, keys, first, NewMember("a", "a@example.net"))
    second = added_to(store, first)
    store.write(lambda session: session.exec(update(Audience).where(col(Audience.id) == first).values(purged_at=NOW)))
    assert fill(store, keys, second, NewMember("a", "a@example.net")).stored == 1


def added_to(store: Store, base: UUID) -> UUID:
    def work(session: Session) -> UUID:
        above = session.get_one(Audience, base)
        return new_audience(session, "incident:1", f"added to {above.name}", Channel.EMAIL, NOW, above).id

    return store.write(work)
