"""Members are imported in pieces, sealed, once each; faults name their line; a frozen audience stays as it is."""

import io
import os
import time
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import col, select, update

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
    scope_of,
)
from notifications.audience_files import read_csv, read_jsonl
from notifications.clock import MovableClock
from notifications.models import Audience, Channel, Member
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
    assert row.variables_sealed is not None
    assert b"nna" not in row.address_sealed + row.variables_sealed
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
        *((3, "person", False), (4, "person", False), (5, "address", True), (6, "address", False)),
        *((7, "address", False), (8, "locale", False), (9, "region", False), (10, "Bad Name", False)),
        *((11, "name", False), (12, "person", False)),
    ]
    assert "line 6, address:" in str(report.refused[2])
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


def test_a_csv_file_is_read_as_a_stream(store: Store, keys: KeyRing) -> None:
    text = (
        "\ufeffid;E-Mail;name;locale;region\n"
        "u1;u1@example.net;Anna;de;DE\n"
        '"u2";"u2@example.net";"Bergström; Björn";;\n'
        "u3;u3@example.net\n"
        ";u4@example.net;D;en;\n"
        "u5;broken;E;en;\n"
    )
    here = audience(store)
    report = import_members(store, keys, here, read_csv(io.BytesIO(text.encode())))
    assert report.stored == 2
    assert [(fault.line, fault.field) for fault in report.faults] == [(4, "line"), (5, "person"), (6, "address")]
    with store.read() as session:
        keyring = keys.for_scope(session, scope_of(here))
        assert open_member(keyring, rows(store)[1]).values == {"name": "Bergström; Björn"}
        assert session.get_one(Audience, here).members == 2


def test_a_file_without_the_column_person_is_refused_as_a_whole() -> None:
    lines = list(read_csv(io.BytesIO(b"email,name\na@example.net,A\n")))
    assert [str(line) for _, line in lines] == [
        "line 1, person: there is no column person (or id) (name it in the first line)"
    ]


def test_a_json_lines_file_is_read_as_a_stream(store: Store, keys: KeyRing) -> None:
    text = (
        b'{"person": "u1", "email": "u1@example.net", "values": {"name": "Anna"}}\n'
        b"\n"
        b'{"person": "u2", "email": "u2@example.net", "name": "Bo", "locale": "de"}\n'
        b'["no", "object"]\n'
        b'{"person": ["u3"]}\n'
        b"not json\n"
        b'{"email": "u4@example.net"}\n'
    )
    here = audience(store)
    report = import_members(store, keys, here, read_jsonl(io.BytesIO(text)))
    assert report.stored == 2
    assert [fault.line for fault in report.faults] == [4, 5, 6, 7]


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_an_overlong_line_or_an_open_quote_costs_one_line_and_no_more(ending: bytes) -> None:
    broken = [b"x" * 200_000, b'"u9,b@example.net', b"", b"   "]
    text = ending.join([b"person,address", b"u1,a@example.net", *broken, b"u2,b@example.net"])
    lines = list(read_csv(io.BytesIO(text)))
    assert [found.person for _, found in lines if isinstance(found, NewMember)] == ["u1", "u2"]
    faults = [found for _, found in lines if not isinstance(found, NewMember)]
    assert [(fault.line, "longer" in fault.message, "quotes" in fault.message) for fault in faults] == [
        (3, True, False),
        (4, False, True),
    ]
    assert lines[-1][0] == 7


def test_an_overlong_json_line_is_a_fault_of_its_own() -> None:
    text = b'{"person": "' + b"x" * 70_000 + b'"}\n{"person": "u2"}\n'
    (first, second) = [found for _, found in read_jsonl(io.BytesIO(text))]
    assert "longer" in str(first)
    assert second == NewMember("u2")


def test_an_empty_file_has_no_column() -> None:
    assert len(list(read_csv(io.BytesIO(b"")))) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_thousand_members_take_seconds(store: Store, keys: KeyRing) -> None:
    here = audience(store)
    begun = time.perf_counter()
    people = (NewMember(f"u{n}", f"u{n}@example.net", values={"name": f"P {n}"}) for n in range(10_000))
    report = import_members(store, keys, here, enumerate(people, 2))
    assert (report.stored, report.faults) == (10_000, [])
    assert time.perf_counter() - begun < 20


def test_a_line_in_another_encoding_is_a_fault_and_no_name_with_holes() -> None:
    text = "person,name\nu1,Bergström\n".encode("latin-1") + b"u2,Bo\n"
    (first, second) = [found for _, found in read_csv(io.BytesIO(text))]
    assert str(first) == "line 2, line: is not UTF-8 (save the file as UTF-8)"
    assert second == NewMember("u2", values={"name": "Bo"})
