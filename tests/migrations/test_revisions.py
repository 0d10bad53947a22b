"""The revisions make what the models say, can be undone, and stop where they must."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import inspect, text

from incident.migrations import downgrade_schema, is_current, newest_revision, revision, upgrade_schema
from notifications.columns import METADATA
from notifications.store import Store, UnsafeStore
from tests.migrations.schema import schema_of


def test_the_revisions_make_exactly_what_the_models_say(empty_store: Store) -> None:
    upgrade_schema(empty_store)
    migrated = schema_of(empty_store.engine)
    downgrade_schema(empty_store, "base")
    METADATA.create_all(empty_store.engine)
    modelled = schema_of(empty_store.engine)
    assert migrated.keys() == modelled.keys(), "run: make migration NAME=…"
    for table, described in modelled.items():
        assert migrated[table] == described, f"{table}: run make migration NAME=…"


def test_an_upgrade_says_where_it_arrived_and_does_nothing_twice(empty_store: Store) -> None:
    assert revision(empty_store) is None
    assert not is_current(empty_store)
    assert upgrade_schema(empty_store) == newest_revision()
    assert is_current(empty_store)
    assert upgrade_schema(empty_store) == newest_revision()


def test_down_to_nothing_and_up_again(empty_store: Store) -> None:
    upgrade_schema(empty_store)
    first = schema_of(empty_store.engine)
    downgrade_schema(empty_store, "base")
    assert inspect(empty_store.engine).get_table_names() == ["alembic_version"]
    upgrade_schema(empty_store)
    assert schema_of(empty_store.engine) == first
    assert is_current(empty_store)


def test_a_schema_of_a_newer_program_is_left_alone(empty_store: Store) -> None:
    upgrade_schema(empty_store)
    empty_store.write(
        lambda session: session.connection().execute(text("UPDATE alembic_version SET version_num = 'x'"))
    )
    with pytest.raises(UnsafeStore, match=r"schema is at x.*install a newer seventytwo"):
        upgrade_schema(empty_store)


def test_foreign_keys_hold_again_after_a_change(empty_store: Store) -> None:
    upgrade_schema(empty_store)
    if empty_store.is_sqlite:
        with empty_store.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_an_embedded_database_is_copied_aside_before_it_changes(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'seventytwo.db'}")
    upgrade_schema(store)
    store.write(lambda session: session.connection().execute(text("INSERT INTO chain_head VALUES ('kept', 1, 'h')")))
    store.write(lambda session: session.connection().execute(text("DROP TRIGGER entry_header_no_update")))
    assert not is_current(store)
    upgrade_schema(store)
    store.close()
    [aside] = tmp_path.glob("*.before-upgrade-from-*")
    copy = Store(f"sqlite:///{aside}")
    with copy.read() as session:
        assert session.connection().execute(text("SELECT subject FROM chain_head")).scalars().all() == ["kept"]
    copy.close()


def test_audiences_gathered_before_that_was_kept_are_known_by_their_old_names(empty_store: Store) -> None:
    upgrade_schema(empty_store)
    downgrade_schema(empty_store, "0007")
    names = ("Contacts of affected customers", "Registered people, in the product", "Press")
    columns = "id, subject, name, channel, created_at, members, controller"
    for name in names:
        values = {"id": uuid4().hex, "name": name, "at": "2026-11-24 09:00:00.000000"}
        adding = text(f"INSERT INTO audience ({columns}) VALUES (:id, 'incident:x', :name, 'email', :at, 0, '')")
        empty_store.write(lambda session, adding=adding, values=values: session.connection().execute(adding, values))  # type: ignore[misc]
    upgrade_schema(empty_store)
    with empty_store.read() as session:
        found = session.connection().execute(text("SELECT name, gathered FROM audience")).all()
    assert {row.name: row.gathered for row in found} == dict(zip(names, ("contacts", "people", ""), strict=True))
