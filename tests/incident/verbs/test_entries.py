"""A line of the timeline: chained, sealed, signed by who wrote it, and never changed again."""

import json
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from incident.chain import GENESIS
from incident.errors import Forbidden, Invalid, NotFound
from incident.keys import KeyRing
from incident.models.entries import EntryBody, EntryHeader, body_place, incident_subject
from incident.queries.audit import verify
from incident.roles import Actor, Role, system
from incident.verbs.act import Act
from incident.verbs.entries import LONGEST_NOTE, note, record
from notifications.clock import MovableClock
from notifications.ids import new_id
from notifications.store import Store

if TYPE_CHECKING:
    from tests.incident.cases import LawCase

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def headers(case: "LawCase") -> list[EntryHeader]:
    mine = select(EntryHeader).where(col(EntryHeader.subject) == incident_subject(case.incident_id))
    return list(case.look(lambda session: session.exec(mine.order_by(col(EntryHeader.seq))).all()))


def said(case: "LawCase", seq: int) -> dict[str, object]:
    subject = incident_subject(case.incident_id)

    def read(session) -> dict[str, object]:  # type: ignore[no-untyped-def]
        found: dict[str, object] = json.loads(
            case.keys.open(session, session.get_one(EntryBody, (subject, seq)).sealed, body_place(subject, seq))
        )
        return found

    return case.look(read)


def test_a_line_follows_the_line_before(case: "LawCase") -> None:
    case.move(0.5)
    entry = case.act(Role.RESPONDER, note, case.incident_id, "  ACL removed  ")
    first, second = headers(case)
    assert (first.seq, first.prev) == (1, GENESIS)
    assert (second.seq, second.prev, second.hash) == (2, first.hash, entry.hash)
    assert (second.action, second.actor) == ("noted", case.people[Role.RESPONDER].label)
    assert second.at == case.clock.now()
    assert said(case, 2) == {"text": "ACL removed", "by": "responder", "occurred_at": case.clock.now().isoformat()}


def test_a_line_tells_its_true_time_beside_the_time_it_was_written(case: "LawCase") -> None:
    true_time = case.clock.now() - timedelta(hours=3)
    entry = case.act(Role.RESPONDER, note, case.incident_id, "18:14 ACL removed", at=true_time)
    assert entry.at == case.clock.now()
    assert said(case, entry.seq)["occurred_at"] == true_time.isoformat()


@pytest.mark.parametrize(
    ("line", "late", "field"), [("  ", 0, "text"), ("x" * (LONGEST_NOTE + 1), 0, "text"), ("later", 1, "at")]
)
def test_a_line_that_says_nothing_too_much_or_the_future_is_refused(
    case: "LawCase", line: str, late: int, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        case.act(Role.RESPONDER, note, case.incident_id, line, at=case.clock.now() + timedelta(seconds=late))
    assert [fault.field for fault in refusal.value.faults] == [field]
    assert len(headers(case)) == 1


def test_who_may_only_read_writes_no_line(case: "LawCase") -> None:
    with pytest.raises(Forbidden):
        case.act(Role.AUDITOR, note, case.incident_id, "I was here")
    stranger = Actor(new_id(), "Sam", frozenset({Role.SUPPORT}))
    with pytest.raises(NotFound):
        case.store.write(lambda session: note(Act(session, case.keys, stranger, START), case.incident_id, "x"))
    assert len(headers(case)) == 1


def test_the_header_tells_nothing_of_what_was_written(case: "LawCase") -> None:
    case.act(Role.RESPONDER, note, case.incident_id, "confidential words")
    with case.store.read() as session:
        rows = session.execute(text("SELECT * FROM entry_header")).all()
        bodies = session.exec(select(EntryBody)).all()
    assert "confidential" not in str(rows)
    assert all(b"confidential" not in (body.sealed or b"") for body in bodies)
    assert len({body.salt for body in bodies}) == len(bodies)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry_header SET actor = 'user:other'",
        "UPDATE entry_header SET at = at",
        "UPDATE entry_header SET seq = seq + 10",
        "DELETE FROM entry_header",
        "DELETE FROM entry_header WHERE seq = 1",
        "INSERT OR REPLACE INTO entry_header SELECT * FROM entry_header WHERE seq = 1",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_header(case: "LawCase", statement: str) -> None:
    if "OR REPLACE" in statement and not case.store.is_sqlite:
        statement = "TRUNCATE entry_header"
    before = [row.hash for row in headers(case)]
    with pytest.raises(DBAPIError, match="append-only"):
        case.store.write(lambda session: session.execute(text(statement)))
    assert [row.hash for row in headers(case)] == before


def test_threads_that_write_at_once_lose_no_line(case: "LawCase", tmp_path: Path) -> None:
    def work(number: int) -> None:
        for line in range(10):
            case.act(Role.RESPONDER, note, case.incident_id, f"{number}-{line}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = headers(case)
    assert [row.seq for row in rows] == list(range(1, 62))
    assert {said(case, row.seq)["text"] for row in rows[1:]} == {f"{a}-{b}" for a in range(6) for b in range(10)}
    assert case.look(lambda session: verify(session, case.keys, tmp_path)).holds


def test_the_first_lines_of_a_new_chain_may_come_at_once(store: Store, tmp_path: Path) -> None:
    keys = KeyRing(os.urandom(32), MovableClock(START))
    failures: list[BaseException] = []

    def work() -> None:
        try:
            store.write(lambda session: record(Act(session, keys, system("x"), START), "ledger:1", "noted", {}))
        except BaseException as error:  # noqa: BLE001 (a thread's failure is the test's)
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.read() as session:
        report = verify(session, keys, tmp_path)
    assert (report.entries, report.holds) == (8, True)
