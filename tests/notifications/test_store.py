"""The one way in: no update is lost, a failure stores nothing, and trouble is named for what it is."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from notifications.models import Heartbeat
from notifications.store import ATTEMPTS, OutcomeUnknown, Store, StoreUnavailable

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
SOURCES = Path(__file__).parents[2]

COUNT = """
import sys
from notifications.models import Heartbeat
from notifications.store import Store

def add_one(session):
    row = session.get(Heartbeat, "count", with_for_update=True)
    row.document = {"n": row.document["n"] + 1}

store = Store(sys.argv[1], wait_ms=60_000)
for _ in range(int(sys.argv[2])):
    store.write(add_one)
store.close()
"""
HOLD = """
import sys
import pysqlite3.dbapi2
held = pysqlite3.dbapi2.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def beat(name: str, number: int = 0) -> Heartbeat:
    return Heartbeat(name=name, at=START, document={"n": number})


def names(store: Store) -> set[str]:
    with store.read() as session:
        return set(session.execute(text("SELECT name FROM heartbeat")).scalars())


def number(store: Store, name: str) -> object:
    with store.read() as session:
        return session.get_one(Heartbeat, name).document["n"]


@contextmanager
def locked_by_another_process(store: Store) -> Iterator[None]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.url.database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
    finally:
        holder.communicate()


def test_what_a_write_returns_is_committed(store: Store) -> None:
    kept = store.write(lambda session: session.merge(beat("x", 7)))
    assert kept.document == {"n": 7}  # readable after the session is closed
    assert number(store, "x") == 7


def test_a_failing_write_stores_nothing(store: Store) -> None:
    def half(session: Session) -> None:
        session.add(beat("x"))
        session.flush()
        raise LookupError("half way")

    with pytest.raises(LookupError):
        store.write(half)
    assert names(store) == set()


def test_a_defect_stays_what_it_is(store: Store) -> None:
    def twice(session: Session) -> None:
        session.execute(text("INSERT INTO heartbeat (name, at, document) VALUES ('x', '2026-11-24', '{}')"))
        session.execute(text("INSERT INTO heartbeat (name, at, document) VALUES ('x', '2026-11-24', '{}')"))

    with pytest.raises(IntegrityError):
        store.write(twice)
    assert names(store) == set()


def test_a_reading_session_keeps_nothing(store: Store) -> None:
    def write(session: Session) -> None:
        session.execute(text("INSERT INTO heartbeat (name, at, document) VALUES ('x', '2026-11-24', '{}')"))

    with store.read() as session:
        if store.is_sqlite:
            with pytest.raises(OperationalError, match="readonly"):
                write(session)
        else:
            write(session)
    assert names(store) == set()


def test_two_processes_that_read_then_write_lose_no_update(store: Store) -> None:
    store.write(lambda session: session.add(beat("count")))
    url = store.url.render_as_string(hide_password=False)
    both = [subprocess.Popen([sys.executable, "-c", COUNT, url, "400"]) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert number(store, "count") == 800


def test_threads_that_read_then_write_lose_no_update(store: Store) -> None:
    store.write(lambda session: session.add(beat("count")))

    def add_one(session: Session) -> None:
        row = session.get_one(Heartbeat, "count", with_for_update=True)
        row.document = {"n": int(str(row.document["n"])) + 1}

    threads = [threading.Thread(target=lambda: [store.write(add_one) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert number(store, "count") == 200


@ON_SQLITE
def test_the_write_lock_is_taken_before_the_first_read(store: Store) -> None:
    other = Store(str(store.url), wait_ms=50)
    order: list[str] = []

    def reads_only(session: Session) -> None:
        session.get(Heartbeat, "x")
        order.append("inside")
        with pytest.raises(StoreUnavailable):
            other.write(lambda inner: inner.get(Heartbeat, "x"))

    store.write(reads_only)
    other.close()
    assert order == ["inside"]


@ON_SQLITE
def test_a_database_held_by_another_process_is_unavailable_and_later_works(store: Store) -> None:
    impatient = Store(str(store.url), wait_ms=200)
    with locked_by_another_process(store), pytest.raises(StoreUnavailable, match="locked"):
        impatient.write(lambda session: session.add(beat("x")))
    assert names(store) == set()
    impatient.write(lambda session: session.add(beat("x")))
    impatient.close()
    assert names(store) == {"x"}


@ON_SQLITE
def test_reading_goes_on_while_another_process_writes(store: Store) -> None:
    store.write(lambda session: session.add(beat("x", 1)))
    with locked_by_another_process(store):
        assert number(store, "x") == 1


@ON_SQLITE
def test_a_write_that_waits_too_long_for_its_own_process_is_unavailable(store: Store) -> None:
    impatient, inside, done = Store(str(store.url), wait_ms=100), threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        inside.set()
        done.wait(10)

    thread = threading.Thread(target=lambda: impatient.write(slow))
    thread.start()
    inside.wait(10)
    with pytest.raises(StoreUnavailable, match="another write in this process"):
        impatient.write(lambda session: session.add(beat("x")))
    done.set()
    thread.join()
    impatient.write(lambda session: session.add(beat("x")))
    impatient.close()


@ON_SQLITE
def test_every_connection_keeps_what_it_acknowledges(store: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with store.read() as session:
        seen = {name: session.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted}
        assert session.execute(text("PRAGMA query_only")).scalar_one() == 1
    assert seen == wanted
    assert store.write(lambda session: [session.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted]) == [
        *wanted.values()
    ]


@ON_POSTGRESQL
def test_a_deadlock_is_tried_again_until_both_are_stored(store: Store) -> None:
    store.write(lambda session: session.add_all((beat("a"), beat("b"))))
    meet, runs = threading.Barrier(2), []

    def both(first: str, second: str) -> None:
        waited: list[int] = []

        def work(session: Session) -> None:
            runs.append(first)
            for name in (first, second):
                row = session.get_one(Heartbeat, name, with_for_update=True)
                row.document = {"n": int(str(row.document["n"])) + 1}
                session.flush()
                if not waited:
                    waited.append(meet.wait(10))  # each holds one row and wants the other's

        store.write(work)

    threads = [threading.Thread(target=both, args=order) for order in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) >= 3
    assert (number(store, "a"), number(store, "b")) == (2, 2)


@ON_POSTGRESQL
def test_a_serialization_failure_is_tried_again(store: Store) -> None:
    store.write(lambda session: session.add(beat("x")))
    runs: list[object] = []

    def work(session: Session) -> None:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        row = session.get_one(Heartbeat, "x")
        if not runs:
            store.write(lambda other: other.execute(text("UPDATE heartbeat SET document = '{\"n\": 10}'")))
        runs.append(row.document["n"])
        row.document = {"n": int(str(row.document["n"])) + 1}

    store.write(work)
    assert runs == [0, 10]
    assert number(store, "x") == 11


@ON_POSTGRESQL
def test_a_race_that_is_never_won_is_unavailable(store: Store) -> None:
    store.write(lambda session: session.add(beat("x")))
    runs: list[object] = []

    def work(session: Session) -> None:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        row = session.get_one(Heartbeat, "x")
        store.write(lambda other: other.execute(text("UPDATE heartbeat SET at = at + interval '1 second'")))
        runs.append(1)
        row.document = {"n": 1}

    with pytest.raises(StoreUnavailable, match="could not serialize"):
        store.write(work)
    assert len(runs) == ATTEMPTS
    assert number(store, "x") == 0


def end_connection(store: Store, pid: int) -> None:
    with store.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


@ON_POSTGRESQL
def test_a_connection_lost_before_the_commit_stores_nothing(store: Store) -> None:
    def work(session: Session) -> None:
        session.add(beat("x"))
        session.flush()
        end_connection(store, session.execute(text("SELECT pg_backend_pid()")).scalar_one())
        session.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable):
        store.write(work)
    assert names(store) == set()


@ON_POSTGRESQL
def test_a_connection_lost_during_the_commit_leaves_the_outcome_unknown(store: Store) -> None:
    def work(session: Session) -> None:
        session.add(beat("x"))
        session.flush()
        end_connection(store, session.execute(text("SELECT pg_backend_pid()")).scalar_one())

    with pytest.raises(OutcomeUnknown):
        store.write(work)
    store.write(lambda session: session.add(beat("y")))
    assert names(store) == {"y"}
