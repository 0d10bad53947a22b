"""The tables of the timeline refuse to be changed, by the database itself."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from incident.migrations import triggers
from incident.models.entries import APPEND_ONLY, EntryHeader
from notifications.store import Store
from tests.conftest import START

FORBIDDEN = {
    "update": "UPDATE entry_header SET actor = 'someone else'",
    "delete": "DELETE FROM entry_header",
    "replace": "INSERT OR REPLACE INTO entry_header SELECT * FROM entry_header",
    "truncate": "TRUNCATE entry_header",
}
HAS = {"sqlite": ("update", "delete", "replace"), "postgresql": ("update", "delete", "truncate")}


def _say(statement: str, session: Session) -> None:
    session.connection().exec_driver_sql(statement)


def _header(seq: int) -> EntryHeader:
    return EntryHeader(
        subject="incident:1", seq=seq, at=START, actor="a", action="note", prev="", commitment="", hash=str(seq)
    )


def _written(store: Store, make: Callable[[], EntryHeader]) -> None:
    store.write(lambda session: session.add(make()))


def test_a_line_can_be_added_and_never_changed(store: Store) -> None:
    _written(store, lambda: _header(1))
    _written(store, lambda: _header(2))
    for way in HAS[store.url.get_backend_name()]:
        with pytest.raises(DBAPIError, match="entry_header is append-only"):
            store.write(partial(_say, FORBIDDEN[way]))
    with store.read() as session:
        lines = session.connection().execute(text("SELECT seq, actor FROM entry_header ORDER BY seq")).all()
    assert lines == [(1, "a"), (2, "a")]


def test_every_append_only_table_is_guarded(store: Store) -> None:
    with store.engine.connect() as connection:
        assert not triggers.differences(connection)
        guarded = {name.rpartition("_no_")[0] for name in triggers.expected(connection)}
    assert guarded == set(APPEND_ONLY)


def test_a_trigger_taken_away_is_missed_and_put_back(store: Store) -> None:
    name = "entry_header_no_update" if store.is_sqlite else "entry_header_no_change"
    store.write(partial(_say, f"DROP TRIGGER {name}" + ("" if store.is_sqlite else " ON entry_header")))
    with store.engine.begin() as connection:
        assert triggers.differences(connection) == [name]
        triggers.install(connection)
        assert not triggers.differences(connection)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_trigger_switched_off_or_hollowed_out_is_missed(store: Store) -> None:
    store.write(partial(_say, "ALTER TABLE entry_header DISABLE TRIGGER entry_header_no_change"))
    hollow = "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    store.write(partial(_say, hollow))
    with store.engine.connect() as connection:
        assert triggers.differences(connection) == ["entry_header_no_change", "refuse_change"]
