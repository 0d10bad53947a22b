"""A database that does not answer, and a process whose connections are all in use, are the store's trouble, by name."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from notifications.store import Store, StoreUnavailable
from tests.unavailable import full, unreachable


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_takes_no_connection_is_unavailable_to_readers_and_writers(
    store: Store, database_url: str
) -> None:
    with unreachable(database_url):
        with pytest.raises(StoreUnavailable), store.read() as session:
            session.execute(text("SELECT 1"))
        with pytest.raises(StoreUnavailable):
            store.write(lambda session: session.execute(text("SELECT 1")))
    with store.read() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_unavailable_to_writers_only(store: Store) -> None:
    with full(store):
        with pytest.raises(StoreUnavailable, match="full"):
            store.write(lambda session: session.execute(text("CREATE TABLE more (x)")))
        with store.read() as session:
            assert session.execute(text("SELECT count(*) FROM heartbeat")).scalar_one() == 0
    store.write(lambda session: session.execute(text("CREATE TABLE more (x)")))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_connection_left_is_unavailable(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.engine.pool, "_timeout", 0.01)
    with store.engine.connect() as held:
        assert held.execute(text("SELECT 1")).scalar_one() == 1
        with pytest.raises(StoreUnavailable, match="every connection is in use"):
            store.write(lambda session: session.execute(text("SELECT 1")))


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    nobody = Store("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2")
    with pytest.raises(StoreUnavailable):
        nobody.write(lambda session: session.execute(text("SELECT 1")))
    nobody.close()


def test_a_statement_that_cannot_be_right_is_a_defect_and_no_outage(store: Store) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        store.write(lambda session: session.execute(text("SELECT 1 FROM nowhere")))


def test_a_connection_in_use_when_the_store_closes_is_closed_when_it_is_given_back(store: Store) -> None:
    with store.read() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1
        connection = session.connection().connection.dbapi_connection
        store.close()
        assert session.execute(text("SELECT 1")).scalar_one() == 1
    assert connection is not None
    with pytest.raises(Exception, match="closed"):
        connection.cursor().execute("SELECT 1")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_stands_still_within_a_transaction_is_ended_by_the_server_and_holds_nobody_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(lambda session: session.execute(text("SELECT 1")))  # connects, with the usual patience
    monkeypatch.setattr("notifications.store.STANDSTILL", "200ms")
    frozen, lock = Store(store.url.render_as_string(hide_password=False)), text("SELECT pg_advisory_xact_lock(72)")

    def stand_still(session: Session) -> None:
        session.execute(lock)
        store.write(lambda other: other.execute(lock))  # waits until the first is ended
        session.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable, match="stood still"):
        frozen.write(stand_still)
    assert frozen.write(lambda session: session.execute(text("SELECT 1")).scalar_one()) == 1
    frozen.close()
