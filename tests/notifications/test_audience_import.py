"""An import is a stream: flat in memory, every fault kept and sealed, what was stored stays when it breaks off."""

import csv
import io
import os
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select, update

from incident.keys import KeyRing
from notifications.audience import LISTED, PIECE, ImportReport, NewMember, import_members, new_audience, scope_of
from notifications.audience_counts import addressed, commonest_domains, counts_of
from notifications.audience_faults import as_csv, faults_counted, faults_of
from notifications.audience_files import Line, read_csv
from notifications.clock import MovableClock
from notifications.members import LineFault
from notifications.models import Audience, AudienceFault, Channel, Member
from notifications.sealing import Unsealable
from notifications.store import Store

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
MB = 1024 * 1024
ODD = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u2028",
    "a\nb",
    "\x85",
    "ä",
    "=1+1",
    "x" * 300,
    "{{ name }}",
    "\U0001d538",
)


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing(os.urandom(32), MovableClock(NOW))


@pytest.fixture
def here(store: Store) -> UUID:
    return store.write(lambda session: new_audience(session, "incident:1", "affected", Channel.EMAIL, NOW).id)


def people(number: int) -> Iterator[Line]:
    """So many lines, the first of them line 2."""
    for n in range(number):
        yield n + 2, NewMember(f"u{n}", f"u{n}@mail{n % 3}.example", region="DE" if n % 2 else "")


def kept_faults(store: Store, keys: KeyRing, audience_id: UUID) -> list[LineFault]:
    with store.read() as session:
        return list(faults_of(session, keys.for_scope(session, scope_of(audience_id)), audience_id))


class Generated(io.RawIOBase):
    """A CSV file of any length that is never there as a whole; every tenth line is broken."""

    def __init__(self, lines: int) -> None:
        self._lines = self._written(lines)
        self._rest = b""

    def _written(self, lines: int) -> Iterator[bytes]:
        yield b"id;email;name;locale;segment\n"
        for n in range(lines):
            yield b"u%d;no address;A;de;\n" % n if n % 10 == 9 else b"u%d;u%d@m%d.example;A;de;s\n" % (n, n, n % 50)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._rest = self._rest or next(self._lines, b"")
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_memory_of_an_import_does_not_grow_with_its_lines(store: Store, keys: KeyRing, here: UUID) -> None:
    import_members(store, keys, here, people(PIECE))  # compiled statements and what is loaded once
    import_members(store, keys, here, [(2, NewMember("u0", "other@mail0.example"))])
    lines = 20_000
    tracemalloc.start()
    try:
        report = import_members(store, keys, here, read_csv(io.BufferedReader(Generated(lines))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    again = PIECE * 9 // 10  # people who were there already
    assert (report.stored, report.refused, report.corrected) == (lines * 9 // 10 - again, lines // 10, again)
    assert len(report.faults) == LISTED
    assert peak < 7 * MB, f"{peak / MB:.1f} MB for {lines} lines"
    with store.read() as session:
        assert faults_counted(session, here) == (report.refused, 0)
        assert session.get_one(Audience, here).members == report.stored + PIECE


def test_every_fault_is_a_row_that_opens_only_where_it_belongs(store: Store, keys: KeyRing, here: UUID) -> None:
    lines: list[Line] = [(2, NewMember("a", "secret@example.net")), (3, NewMember("b", "Secret@example.net"))]
    report = import_members(store, keys, here, [*lines, (4, NewMember("c", "nothing")), (5, NewMember("a", "x@y.de"))])
    assert (report.stored, report.refused, report.warned, report.whole) == (2, 2, 1, True)
    assert kept_faults(store, keys, here) == report.faults
    with store.read() as session:
        assert all(b"is " not in row.fault_sealed for row in session.exec(select(AudienceFault)).all())
    table = list(csv.DictReader(io.StringIO("".join(as_csv(report.faults)), newline="")))
    assert [(row["line"], row["field"], row["warning"]) for row in table] == [
        *(("3", "address", "yes"), ("4", "address", "no"), ("5", "person", "no")),
    ]
    assert "secret" not in str(table).lower()
    assert list(csv.reader(as_csv([]))) == [["line", "field", "message", "mend", "warning"]]
    store.write(lambda session: session.exec(update(AudienceFault).values(line=AudienceFault.line + 1)))
    with pytest.raises(Unsealable):
        kept_faults(store, keys, here)


def test_what_was_stored_before_an_interruption_stays_and_is_stored_once(
    store: Store, keys: KeyRing, here: UUID
) -> None:
    def broken_off() -> Iterator[Line]:
        yield from people(2 * PIECE + 10)
        raise ConnectionError

    report = ImportReport()
    with pytest.raises(ConnectionError):
        import_members(store, keys, here, broken_off(), report)
    assert (report.stored, report.whole) == (2 * PIECE, False)
    again = import_members(store, keys, here, people(2 * PIECE + 20))
    assert (again.stored, again.refused, again.repeated, again.whole) == (20, 0, 2 * PIECE, True)
    with store.read() as session:
        assert session.get_one(Audience, here).members == 2 * PIECE + 20
        persons = session.exec(select(Member.person)).all()
        assert len(set(persons)) == len(persons) == 2 * PIECE + 20


def test_the_faults_are_those_of_the_last_import(store: Store, keys: KeyRing, here: UUID) -> None:
    import_members(store, keys, here, [(2, NewMember("a", "broken"))])
    import_members(store, keys, here, [(7, NewMember("a", "a@example.net", locale="german!"))])
    assert [(fault.line, fault.field) for fault in kept_faults(store, keys, here)] == [(7, "locale")]
    import_members(store, keys, here, [(2, NewMember("a", "a@example.net"))])
    assert kept_faults(store, keys, here) == []


def test_people_are_counted_by_language_region_segment_and_domain(store: Store, keys: KeyRing, here: UUID) -> None:
    import_members(store, keys, here, people(10))
    more = [NewMember("x", "x@MAIL0.example", locale="de", segment="lists"), NewMember("y", "y@own.example")]
    import_members(store, keys, here, enumerate(more, 2))
    with store.read() as session:
        counts = counts_of(session, here)
        assert counts.locales == {"en": 11, "de": 1}
        assert counts.regions == {"": 7, "DE": 5}
        assert counts.segments == {"": 11, "lists": 1}
        assert commonest_domains(session, here, 1, 2) == [("mail0.example", 5), ("mail1.example", 3)]
        assert commonest_domains(session, here, 4, 9) == [("mail0.example", 5)]
        assert addressed(session, here) == (12, 4)


def test_whatever_a_line_holds_it_is_stored_or_refused_and_stops_nothing(
    store: Store, keys: KeyRing, here: UUID
) -> None:
    usual = NewMember("u", "u@example.net")
    names = ("address", "account", "role", "locale", "region", "segment")
    columns: list[dict[str, Any]] = [{name: value} for name in names for value in ODD]
    columns += [{"values": {"name": value}} for value in ODD] + [{"values": {value: "x"}} for value in ODD]
    odd = [replace(usual, person=f"u{n}", **values) for n, values in enumerate(columns)]
    odd += [replace(usual, person=value) for value in ODD]
    report = import_members(store, keys, here, enumerate([*odd, replace(usual, person="last")], 2))
    assert report.stored + report.refused == len(odd) + 1
    assert report.refused == len({fault.line for fault in report.faults if not fault.warning})
    with store.read() as session:
        assert "last" in session.exec(select(Member.person)).all()
    assert len(kept_faults(store, keys, here)) == len(report.faults)
